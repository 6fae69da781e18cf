//! What holds of every instruction.

use thumb::{AccessOffset, Flow, Halfwords, Inst, Reg, RegSet, decode, decode_bytes};

/// Every encoding, by its instruction.
fn every(mut visit: impl FnMut(u16, Option<u16>, Inst)) {
    for first in 0..=u16::MAX {
        if let Some(inst) = decode(first, None) {
            visit(first, None, inst);
        }
    }
    for first in 0xe800..=u16::MAX {
        for second in 0..=u16::MAX {
            if let Some(inst) = decode(first, Some(second)) {
                visit(first, Some(second), inst);
            }
        }
    }
}

/// An instruction has one encoding, its own: no two encodings mean the same.
#[test]
fn encodings_are_unique() {
    let (mut narrow, mut calls, mut others) = (0, 0, 0);
    every(|first, second, inst| {
        let expected = second.map_or(Halfwords::One(first), |second| Halfwords::Two(first, second));
        assert_eq!(inst.encode(), Some(expected), "{inst}");
        assert_eq!(inst.size(), if second.is_some() { 4 } else { 2 }, "{inst}");
        match (second, inst) {
            (None, _) => narrow += 1,
            (_, Inst::Call { .. }) => calls += 1,
            _ => others += 1,
        }
    });
    // MRS and MSR: 14 registers, 11 special ones; three barriers.
    assert_eq!((narrow, calls, others), (56_947, 1 << 24, 2 * 14 * 11 + 3));
}

#[test]
fn effects_and_cycles_agree_with_each_other() {
    for first in 0..=u16::MAX {
        let Some(inst) = decode(first, None) else { continue };
        let (effects, access) = (inst.effects(), inst.access());
        assert!(!effects.reads.contains(Reg::PC), "{inst}");
        let leaves = effects.writes.contains(Reg::PC);
        assert!(!leaves || inst.flow() != Flow::Next, "{inst}");
        if let Some(access) = access {
            assert!(access.base == Reg::PC || effects.reads.contains(access.base), "{inst}");
            if let AccessOffset::Reg(register) = access.offset {
                assert!(effects.reads.contains(register), "{inst}");
            }
        }
        let cycles = inst.cycles(false, 32);
        assert!((1..=32).contains(&cycles), "{inst}: {cycles}");
        assert!(inst.cycles(true, 32) >= cycles, "{inst}");
        let single = access.is_some_and(|access| access.count == 1) && !effects.writes.contains(Reg::SP);
        assert!(!single || cycles >= 2, "{inst}");
    }
}

#[test]
fn cycles_are_the_manual_s() {
    let cycles = |bits: u16, second: Option<u16>, taken| decode(bits, second).map(|inst| inst.cycles(taken, 7));
    for (bits, second, not_taken, taken) in [
        (0x1888, None, 1, 1),         // adds r0, r1, r2
        (0x4348, None, 7, 7),         // muls r0, r1, r0
        (0x6808, None, 2, 2),         // ldr r0, [r1]
        (0x4801, None, 2, 2),         // ldr r0, [pc, #4]
        (0xb5f0, None, 6, 6),         // push {r4-r7, lr}
        (0xbdf0, None, 9, 9),         // pop {r4-r7, pc}
        (0xbcf0, None, 5, 5),         // pop {r4-r7}
        (0xc80e, None, 4, 4),         // ldm r0!, {r1-r3}
        (0xd0fe, None, 1, 3),         // beq
        (0xe7fe, None, 3, 3),         // b
        (0x4770, None, 3, 3),         // bx lr
        (0x4788, None, 3, 3),         // blx r1
        (0x4687, None, 3, 3),         // mov pc, r0
        (0x4487, None, 3, 3),         // add pc, r0
        (0xf7ff, Some(0xfffe), 4, 4), // bl
        (0xf3ef, Some(0x8010), 4, 4), // mrs r0, primask
        (0xf3bf, Some(0x8f5f), 4, 4), // dmb sy
        (0xbf30, None, 2, 2),         // wfi
        (0xb672, None, 1, 1),         // cpsid i
    ] {
        assert_eq!(cycles(bits, second, false), Some(not_taken), "{bits:04x}");
        assert_eq!(cycles(bits, second, true), Some(taken), "{bits:04x}");
    }
    assert_eq!(thumb::EXCEPTION_LATENCY, 16);
}

#[test]
fn registers_and_flags() {
    let effects = |bits: u16| decode(bits, None).map(|inst| inst.effects()).unwrap_or_default();
    let set =
        |registers: &[u8]| RegSet::of(&registers.iter().filter_map(|&one| Reg::new(one)).collect::<Vec<_>>());
    for (bits, reads, writes, flags_read, flags_written) in [
        (0x4148, set(&[0, 1]), set(&[0]), 2, 15),      // adcs r0, r1
        (0x4248, set(&[1]), set(&[0]), 0, 15),         // rsbs r0, r1, #0
        (0x4281, set(&[0, 1]), set(&[]), 0, 15),       // cmp r1, r0
        (0x4088, set(&[0, 1]), set(&[0]), 2, 14),      // lsls r0, r1
        (0x4680, set(&[0]), set(&[8]), 0, 0),          // mov r8, r0
        (0x0008, set(&[1]), set(&[0]), 0, 12),         // movs r0, r1
        (0x5088, set(&[0, 1, 2]), set(&[]), 0, 0),     // str r0, [r1, r2]
        (0xb510, set(&[4, 13, 14]), set(&[13]), 0, 0), // push {r4, lr}
        (0xbd10, set(&[13]), set(&[4, 13, 15]), 0, 0), // pop {r4, pc}
        (0xc806, set(&[0]), set(&[0, 1, 2]), 0, 0),    // ldm r0!, {r1, r2}
        (0xc006, set(&[0, 1, 2]), set(&[0]), 0, 0),    // stm r0!, {r1, r2}
        (0xd8fe, set(&[]), set(&[]), 6, 0),            // bhi
        (0xddfe, set(&[]), set(&[]), 13, 0),           // ble
    ] {
        let found = effects(bits);
        assert_eq!((found.reads, found.writes), (reads, writes), "{bits:04x}");
        assert_eq!((found.flags_read.0, found.flags_written.0), (flags_read, flags_written), "{bits:04x}");
    }
}

#[test]
fn targets_count_from_four_bytes_behind() {
    let target = |bits, second, at| decode(bits, second).and_then(|inst: Inst| inst.target(at));
    assert_eq!(target(0xe7fe, None, 0x100), Some(0x100));
    assert_eq!(target(0xd0fd, None, 0x100), Some(0xfe));
    assert_eq!(target(0xf7ff, Some(0xfffe), 0x100), Some(0x100));
    assert_eq!(target(0x4801, None, 0x102), Some(0x108));
    assert_eq!(target(0xa001, None, 0x102), Some(0x108));
    assert_eq!(target(0x4770, None, 0x102), None);
}

#[test]
fn code_that_ends_early() {
    assert_eq!(decode_bytes(&[]), None);
    assert_eq!(decode_bytes(&[0x70]), None);
    assert_eq!(decode_bytes(&[0x70, 0x47]), Some(Inst::BranchReg { rm: Reg::LR }));
    assert_eq!(decode_bytes(&[0xff, 0xf7, 0xfe]), None);
    assert_eq!(decode_bytes(&[0xff, 0xf7, 0xfe, 0xff]), Some(Inst::Call { offset: -4 }));
}

/// What no encoding has room for is refused.
#[test]
fn fields_out_of_range() {
    let (r0, r8) = (Reg::new(0).unwrap(), Reg::new(8).unwrap());
    let list = RegSet::one(r8);
    for inst in [
        Inst::MoveImm { rd: r8, imm: 0 },
        Inst::Push { list },
        Inst::Push { list: RegSet::EMPTY },
        Inst::Push { list: RegSet::one(Reg::PC) },
        Inst::Pop { list: RegSet::one(Reg::LR) },
        Inst::LoadMultiple { rn: r0, list },
        Inst::Branch { offset: 2048 },
        Inst::Branch { offset: 1 },
        Inst::Branch { offset: -2050 },
        Inst::Call { offset: 1 << 24 },
        Inst::AdjustSp { sub: true, bytes: 512 },
        Inst::AdjustSp { sub: true, bytes: 2 },
        Inst::Shift { op: thumb::Shift::Lsl, rd: r0, rm: r0, amount: 0 },
        Inst::Shift { op: thumb::Shift::Lsr, rd: r0, rm: r0, amount: 33 },
        Inst::Shift { op: thumb::Shift::Ror, rd: r0, rm: r0, amount: 1 },
        Inst::CompareHigh { rn: r0, rm: r0 },
        Inst::BranchReg { rm: Reg::PC },
        Inst::AddImm3 { sub: false, rd: r0, rn: r0, imm: 8 },
        Inst::ReadSpecial { rd: Reg::SP, special: thumb::Special::Primask },
        Inst::Load { kind: thumb::LoadKind::SignedByte, rt: r0, rn: r0, offset: thumb::Offset::Imm(0) },
        Inst::Load { kind: thumb::LoadKind::Half, rt: r0, rn: r0, offset: thumb::Offset::Imm(1) },
        Inst::Load { kind: thumb::LoadKind::Half, rt: r0, rn: Reg::SP, offset: thumb::Offset::Imm(0) },
    ] {
        assert_eq!(inst.encode(), None, "{inst:?}");
    }
}
