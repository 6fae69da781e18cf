//! Checked mode's table of objects.

use super::*;
use native_ir::{Data, EntityRef, Func, Slot, Space, Trap};
use proptest::prelude::*;

const CODE: std::ops::Range<u64> = 0x9000_0000..0x9000_1000;
const READ: Access = Access::new(Space::Generic, false, 1);
const WRITE: Access = Access::new(Space::Generic, true, 1);

fn site(index: usize) -> Site {
    Site::Slot(Func::new(1), Slot::new(index))
}

fn trap(result: Result<(), Box<Violation>>) -> Option<Trap> {
    result.err().map(|violation| violation.trap)
}

fn objects() -> Objects {
    Objects::new(CODE)
}

#[test]
fn an_access_stays_in_its_object() {
    let mut objects = objects();
    let tag = objects.create(0x1000, 16, Kind::Heap, false, Site::Engine);
    let neighbour = objects.create(0x1010, 16, Kind::Heap, false, Site::Engine);
    for (address, len, ok) in [
        (0x1000, 16, true),
        (0x100f, 1, true),
        (0x1008, 8, true),
        (0x1000, 17, false),
        (0x1010, 1, false),
        (0x100f, 2, false),
        (0xfff, 1, false),
        (0xfff, 2, false),
        (0x1000, u64::MAX, false),
        (0x100f, u64::MAX, false),
        (0, 1, false),
        (u64::MAX, 1, false),
        (0x5000, 0, true),
        (0, 0, true),
    ] {
        let expected = (!ok).then_some(Trap::OutOfBounds);
        assert_eq!(trap(objects.check(tag, address, len, WRITE)), expected, "0x{address:x} {len}");
    }
    assert_eq!(trap(objects.check(neighbour, 0x1010, 16, READ)), None);
    let violation = objects.check(tag, 0x1010, 4, READ).unwrap_err();
    let object = Described { kind: Kind::Heap, base: 0x1000, size: 16, site: Site::Engine, ended: None };
    assert_eq!(*violation, Violation { trap: Trap::OutOfBounds, address: 0x1010, len: 4, object: Some(object) });
    assert_eq!(objects.describe(tag), Some(object));
}

#[test]
fn a_pointer_without_a_tag_takes_the_object_at_its_address() {
    let mut objects = objects();
    let heap = objects.create(0x1000, 16, Kind::Heap, false, Site::Engine);
    let data = objects.create(0x1010, 16, Kind::Data, true, Site::Data(Data::new(0)));
    let chunk = objects.open_chunk(0x2000, 0x1000);
    let first = objects.push(chunk, 0x2000, 8, Kind::Copy, site(0));
    let second = objects.push(chunk, 0x2010, 8, Kind::Slot, site(1));
    for (address, expected) in [
        (0x1000, Some(heap)),
        (0x100f, Some(heap)),
        (0x1010, Some(data)),
        (0x1020, None),
        (0x2000, Some(first)),
        (0x2007, Some(first)),
        (0x2008, None),
        (0x2010, Some(second)),
        (0x2018, None),
        (0x1fff, None),
        (0x3000, None),
        (0, None),
        (u64::MAX, None),
    ] {
        assert_eq!(objects.find(address), expected, "0x{address:x}");
        let expected = expected.is_none().then_some(Trap::OutOfBounds);
        assert_eq!(trap(objects.check(Tag::NONE, address, 1, READ)), expected, "0x{address:x}");
    }
    assert_eq!(trap(objects.check(Tag::NONE, 0x100c, 8, READ)), Some(Trap::OutOfBounds), "over two objects");
    assert_eq!(trap(objects.check(Tag::NONE, 0x1010, 8, WRITE)), Some(Trap::ReadOnlyStore));
    assert_eq!(trap(objects.check(Tag::NONE, 0, 0, WRITE)), None);
}

#[test]
fn an_object_that_ended_is_known_as_such() {
    let mut objects = objects();
    let heap = objects.create(0x1000, 16, Kind::Heap, false, site(3));
    objects.end(heap, site(4));
    let object = Described { kind: Kind::Heap, base: 0x1000, size: 16, site: site(3), ended: Some(site(4)) };
    for tag in [heap, Tag::NONE] {
        let violation = objects.check(tag, 0x1008, 1, READ).unwrap_err();
        assert_eq!((violation.trap, violation.object), (Trap::UseAfterLifetime, Some(object)));
    }
    objects.end(heap, site(5));
    assert_eq!(objects.check(heap, 0x1008, 1, READ).unwrap_err().object, Some(object), "ended once");
    assert_eq!(objects.describe(heap), None);
    let again = objects.create(0x1000, 16, Kind::Heap, false, site(6));
    assert_ne!(heap, again);
    assert_eq!(trap(objects.check(again, 0x1000, 16, READ)), None);
    assert_eq!(trap(objects.check(Tag::NONE, 0x1000, 16, READ)), None, "the live object counts");
    assert_eq!(trap(objects.check(heap, 0x1000, 16, READ)), Some(Trap::UseAfterLifetime));
    objects.end(again, site(7));
    let ended = |objects: &Objects| objects.check(Tag::NONE, 0x1000, 1, READ).unwrap_err().object.unwrap().ended;
    assert_eq!(ended(&objects), Some(site(7)), "the last one that was there");
    let larger = objects.create(0xff0, 64, Kind::Heap, false, site(8));
    assert_eq!(objects.find(0x1008), Some(larger), "what began nearer has ended");
}

/// Numbers are used again, tags never.
#[test]
fn a_stale_tag_stays_stale() {
    for (kind, count) in [(Kind::Heap, 20_000), (Kind::Slot, 1000)] {
        let mut objects = objects();
        let chunk = objects.open_chunk(0x1000, 0x1000);
        let mut tags = Vec::new();
        for _ in 0..count {
            let tag = if kind == Kind::Slot {
                let tag = objects.push(chunk, 0x1000, 16, kind, site(0));
                objects.truncate(chunk, 0, site(1));
                tag
            } else {
                let tag = objects.create(0x1000, 16, kind, false, site(0));
                objects.end(tag, site(1));
                tag
            };
            tags.push(tag);
        }
        let numbers: std::collections::HashSet<_> = tags.iter().map(|tag| tag.0 as u32).collect();
        assert!(numbers.len() < 5000 && numbers.len() < count, "numbers are used again: {}", numbers.len());
        let distinct: std::collections::HashSet<_> = tags.iter().map(|tag| tag.0).collect();
        assert_eq!(distinct.len(), count);
        let live = objects.create(0x1000, 16, Kind::Heap, false, site(0));
        assert_eq!(trap(objects.check(live, 0x1000, 1, READ)), None);
        for (age, tag) in tags.iter().rev().enumerate() {
            let violation = objects.check(*tag, 0x1000, 1, READ).unwrap_err();
            assert_eq!(violation.trap, Trap::UseAfterLifetime);
            assert!(age >= 100 || violation.object.is_some(), "a recent one is remembered");
        }
    }
}

#[test]
fn slots_come_and_go_with_their_function() {
    let mut objects = objects();
    let chunk = objects.open_chunk(0x1000, 0x1000);
    let outer = objects.push(chunk, 0x1000, 8, Kind::Slot, site(0));
    assert_eq!(objects.depth(chunk), 1);
    let inner: Vec<Tag> = (0..3).map(|at| objects.push(chunk, 0x1010 + 8 * at, 8, Kind::Slot, site(1))).collect();
    assert_eq!(objects.depth(chunk), 4);
    objects.truncate(chunk, 1, site(9));
    assert_eq!(objects.depth(chunk), 1);
    assert_eq!(trap(objects.check(outer, 0x1000, 8, WRITE)), None);
    for (at, tag) in inner.into_iter().enumerate() {
        let violation = objects.check(tag, 0x1010, 1, READ).unwrap_err();
        assert_eq!(violation.trap, Trap::UseAfterLifetime);
        assert_eq!(violation.object.unwrap().ended, Some(site(9)));
        assert_eq!(trap(objects.check(Tag::NONE, 0x1010 + 8 * at as u64, 8, READ)), Some(Trap::UseAfterLifetime));
    }
    objects.close_chunk(chunk, site(10));
    assert_eq!(trap(objects.check(outer, 0x1000, 8, READ)), Some(Trap::UseAfterLifetime));
    assert_eq!((objects.find(0x1000), objects.depth(chunk)), (None, 0));
    let other = objects.open_chunk(0x8000, 0x100);
    let slot = objects.push(other, 0x8000, 8, Kind::Slot, site(0));
    assert_eq!((objects.find(0x8001), objects.find(0x1000)), (Some(slot), None));
}

/// The address of a slot that is taken before a lifetime marker is good after the next.
#[test]
fn lifetime_markers_end_and_renew_a_slot() {
    let mut objects = objects();
    let chunk = objects.open_chunk(0x1000, 0x1000);
    let tag = objects.push(chunk, 0x1000, 8, Kind::Slot, site(0));
    for round in 0..3 {
        objects.end_lifetime(tag, site(round));
        for tag in [tag, Tag::NONE] {
            let violation = objects.check(tag, 0x1000, 8, READ).unwrap_err();
            assert_eq!(violation.trap, Trap::UseAfterLifetime);
            assert_eq!(violation.object.unwrap().ended, Some(site(round)));
        }
        assert_eq!(objects.find(0x1000), None);
        objects.start_lifetime(tag);
        assert_eq!(trap(objects.check(tag, 0x1000, 8, WRITE)), None);
        assert_eq!(objects.find(0x1000), Some(tag));
        assert_eq!(objects.describe(tag).unwrap().ended, None);
    }
    objects.end_lifetime(tag, site(3));
    objects.truncate(chunk, 0, site(4));
    objects.start_lifetime(tag);
    assert_eq!(
        trap(objects.check(tag, 0x1000, 8, READ)),
        Some(Trap::UseAfterLifetime),
        "the function has returned"
    );
}

#[test]
fn each_space_has_its_kinds() {
    let mut objects = objects();
    let chunk = objects.open_chunk(0x1000, 0x1000);
    let tags = [
        (Space::Stack, objects.push(chunk, 0x1000, 8, Kind::Slot, site(0)), 0x1000),
        (Space::Stack, objects.push(chunk, 0x1008, 8, Kind::Copy, site(0)), 0x1008),
        (Space::Heap, objects.create(0x3000, 8, Kind::Heap, false, site(0)), 0x3000),
        (Space::Static, objects.create(0x4000, 8, Kind::Data, false, site(0)), 0x4000),
    ];
    for (home, tag, address) in tags {
        for space in [Space::Stack, Space::Heap, Space::Static, Space::Code, Space::Mmio, Space::Generic] {
            for write in [false, true] {
                let access = Access::new(space, write, 1);
                let expected = (space != home && space != Space::Generic).then_some(Trap::WrongAddressSpace);
                assert_eq!(trap(objects.check(tag, address, 8, access)), expected, "{home:?} {space:?}");
                assert_eq!(trap(objects.check(Tag::NONE, address, 8, access)), expected, "{home:?} {space:?}");
            }
        }
    }
}

#[test]
fn what_is_read_only_is_not_written() {
    let mut objects = objects();
    let data = objects.create(0x1000, 8, Kind::Data, true, site(0));
    for space in [Space::Static, Space::Generic] {
        assert_eq!(trap(objects.check(data, 0x1000, 8, Access::new(space, false, 8))), None);
        let write = Access::new(space, true, 8);
        assert_eq!(trap(objects.check(data, 0x1000, 8, write)), Some(Trap::ReadOnlyStore));
    }
    assert_eq!(trap(objects.check(Tag::NONE, CODE.start, 4, WRITE)), Some(Trap::ReadOnlyStore), "code");
    assert_eq!(trap(objects.check(Tag::NONE, CODE.start, 4, READ)), Some(Trap::WrongAddressSpace), "code");
    assert_eq!(trap(objects.check(Tag::NONE, CODE.end, 4, READ)), Some(Trap::OutOfBounds));
}

#[test]
fn alignment_is_the_addresses() {
    let mut objects = objects();
    let tag = objects.create(0x1001, 0x20000, Kind::Heap, false, site(0));
    for log in 0..=16 {
        let align = 1u32 << log;
        let access = Access::new(Space::Heap, false, align);
        assert_eq!(Access::from_bits(access.bits()), access);
        let aligned = 0x1001u64.next_multiple_of(u64::from(align));
        assert_eq!(trap(objects.check(tag, aligned, 1, access)), None);
        let half = aligned + u64::from(align / 2);
        let expected = (align > 1).then_some(Trap::Misaligned);
        assert_eq!(trap(objects.check(tag, half, 1, access)), expected, "{align}");
        assert_eq!(trap(objects.check(Tag::NONE, half, 1, access)), expected, "{align}");
    }
}

#[test]
fn only_heap_objects_are_released_and_only_once() {
    let mut objects = objects();
    let chunk = objects.open_chunk(0x8000, 0x1000);
    let slot = objects.push(chunk, 0x8000, 8, Kind::Slot, site(0));
    let data = objects.create(0x4000, 8, Kind::Data, false, site(0));
    let fault = |objects: &mut Objects, tag, address| objects.release(tag, address, site(1)).unwrap_err().trap;
    for tagged in [true, false] {
        let heap = objects.create(0x1000, 24, Kind::Heap, false, site(0));
        let empty = objects.create(0x2000, 0, Kind::Heap, false, site(0));
        let pick = |tag| if tagged { tag } else { Tag::NONE };
        assert_eq!(fault(&mut objects, pick(heap), 0x1008), Trap::OutOfBounds);
        assert_eq!(fault(&mut objects, pick(slot), 0x8000), Trap::WrongAddressSpace);
        assert_eq!(fault(&mut objects, pick(data), 0x4000), Trap::WrongAddressSpace);
        assert_eq!(fault(&mut objects, Tag::NONE, 0x7777_7777), Trap::OutOfBounds);
        assert_eq!(objects.release(pick(heap), 0x1000, site(1)), Ok(24));
        assert_eq!(objects.release(pick(empty), 0x2000, site(1)), Ok(0));
        assert_eq!(fault(&mut objects, pick(heap), 0x1000), Trap::UseAfterLifetime);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Create(u64, u64),
    End(usize),
    Push(u64),
    Pop(u32),
    Pause(usize),
    Check(u64, u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0u64..32, 0u64..32).prop_map(|(at, size)| Step::Create(at * 32, size)),
        1 => any::<usize>().prop_map(Step::End),
        2 => (1u64..32).prop_map(Step::Push),
        1 => (0u32..4).prop_map(Step::Pop),
        1 => any::<usize>().prop_map(Step::Pause),
        4 => (0u64..0x1800, 1u64..40).prop_map(|(address, len)| Step::Check(address, len)),
    ]
}

/// An object of the naive model: base, size, tag, whether it is live.
type Known = (u64, u64, Tag, bool);

proptest! {
    #[test]
    fn objects_are_those_of_a_naive_model(steps in prop::collection::vec(step(), 1..200)) {
        let mut objects = objects();
        let chunk = objects.open_chunk(0x1000, 0x800);
        let (mut placed, mut stack): (Vec<Known>, Vec<Known>) = (Vec::new(), Vec::new());
        let mut gone: Vec<Tag> = Vec::new();
        for step in steps {
            match step {
                Step::Create(base, size) if placed.iter().all(|known| known.0 != base) => {
                    placed.push((base, size, objects.create(base, size, Kind::Heap, false, site(0)), true));
                }
                Step::End(at) if !placed.is_empty() => {
                    let known = placed.swap_remove(at % placed.len());
                    objects.end(known.2, site(0));
                    gone.push(known.2);
                }
                Step::Push(size) if stack.len() < 50 => {
                    let base = stack.last().map_or(0x1000, |top| top.0 + top.1 + 3);
                    stack.push((base, size, objects.push(chunk, base, size, Kind::Slot, site(0)), true));
                }
                Step::Pop(count) => {
                    let depth = stack.len().saturating_sub(count as usize);
                    gone.extend(stack.drain(depth..).map(|known| known.2));
                    objects.truncate(chunk, depth as u32, site(0));
                }
                Step::Pause(at) if !stack.is_empty() => {
                    let at = at % stack.len();
                    let known = &mut stack[at];
                    if known.3 { objects.end_lifetime(known.2, site(0)) } else { objects.start_lifetime(known.2) }
                    known.3 = !known.3;
                }
                Step::Check(address, len) => {
                    let all = placed.iter().chain(&stack);
                    let fits = |known: &&Known| address >= known.0 && address + len <= known.0 + known.1 && known.3;
                    let at = |known: &&Known| address >= known.0 && address < known.0 + known.1 && known.3;
                    prop_assert_eq!(objects.find(address), all.clone().find(at).map(|known| known.2));
                    let allowed = objects.check(Tag::NONE, address, len, READ).is_ok();
                    prop_assert_eq!(allowed, all.clone().any(|known| fits(&known)));
                    for known in all {
                        prop_assert_eq!(objects.check(known.2, address, len, WRITE).is_ok(), fits(&known));
                    }
                }
                _ => {}
            }
            for tag in &gone {
                prop_assert_eq!(trap(objects.check(*tag, 0x1000, 1, READ)), Some(Trap::UseAfterLifetime));
            }
        }
    }
}
