//! `memcpy`, `memmove` and `memset` against the same on a slice, for all lengths and distances up to some blocks.

use crate::machine::{Machine, library};
use crate::{M0, TARGETS};
use native_ir::link::{LinkOptions, link};
use native_ir::{Func, Module, text};

/// Bytes of the buffer, and the most that is moved.
const BUFFER: u64 = 160;
const MOST: u64 = 70;
/// The place in the buffer that distances count from.
const MIDDLE: u64 = 64;

/// Functions that fill a buffer with bytes that differ, call a helper, and give a check sum of the buffer; -1 when the
/// function does not give back its first operand. Those of the run-time ABI give nothing back.
fn module(triple: &str) -> Module {
    let library = library(triple);
    let envelope = &library.envelope;
    let mut source = format!(
        "native-ir 1\nmodule blocks\ntarget {triple}\nabi {}\nlayout {:?}\nprofile {}\nsource 0 \"blocks\" lines=1\n",
        envelope.abi, envelope.layout, envelope.profile
    );
    source.push_str(BLOCKS);
    for name in ["memcpy", "memmove"] {
        source.push_str(&COPY.replace("NAME", name));
    }
    if triple == M0 {
        for name in ["__aeabi_memcpy4", "__aeabi_memmove4", "__aeabi_memcpy8", "__aeabi_memmove8"] {
            let nothing = COPY.replace("-> (ptr[generic,i8]) effects", "-> () effects");
            let nothing = nothing.replace("%r: ptr[generic,i8] = call", "call").replace("(%p, %r)", "(%p, %p)");
            source.push_str(&nothing.replace("NAME", name));
        }
        for name in ["__aeabi_memset4", "__aeabi_memset8"] {
            source.push_str(&SET.replace("NAME", name));
        }
        for name in ["__aeabi_memclr", "__aeabi_memclr4", "__aeabi_memclr8"] {
            let clear = SET.replace("SIZE, i32)", "SIZE)").replace("%bytes, %byte)", "%bytes)");
            source.push_str(&clear.replace("NAME", name));
        }
    }
    let source = source.replace("SIZE", if triple == M0 { "i32" } else { "i64" });
    let parsed = text::parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    link(vec![library, parsed.module], &LinkOptions { require_all: true }).expect("the types are the library's")
}

const BLOCKS: &str = "data @buffer : array[i8,160] align=8 = zero
import module @memset : fn(ptr[generic,i8], i32, SIZE) -> (ptr[generic,i8]) effects(write)
fn @at(%i: SIZE) -> (ptr[generic,i8]) {
^entry:
    %all: ptr[static,array[i8,160]] = address @buffer !0:0
    %one: ptr[static,i8] = element %all, %i !0:0
    %r: ptr[generic,i8] = cast %one !0:0
    return %r !0:0
}
fn @fill() -> () effects(write) {
^entry:
    jump ^loop(0) !0:0
^loop(%i: SIZE):
    %p: ptr[generic,i8] = call @at(%i) !0:0
    %odd: SIZE = imul %i, 7 !0:0
    %byte: i8 = trunc %odd !0:0
    store.i8 %byte, %p !0:0
    %n: SIZE = iadd %i, 1 !0:0
    %more: i1 = icmp.ult %n, 160 !0:0
    branch %more, ^loop(%n), ^done !0:0
^done:
    return !0:0
}
fn @sum(%to: ptr[generic,i8], %back: ptr[generic,i8]) -> (i64) effects(read) {
^entry:
    %same: i1 = icmp.eq %to, %back !0:0
    branch %same, ^loop(0, 0), ^wrong !0:0
^wrong:
    return -1 !0:0
^loop(%i: SIZE, %s: i64):
    %p: ptr[generic,i8] = call @at(%i) !0:0
    %byte: i8 = load.i8 %p !0:0
    %wide: i64 = zext %byte !0:0
    %t: i64 = imul %s, 31 !0:0
    %u: i64 = iadd %t, %wide !0:0
    %n: SIZE = iadd %i, 1 !0:0
    %more: i1 = icmp.ult %n, 160 !0:0
    branch %more, ^loop(%n, %u), ^done !0:0
^done:
    return %u !0:0
}
fn pub @with_memset(%to: SIZE, %byte: i32, %bytes: SIZE) -> (i64) effects(read, write) {
^entry:
    call @fill() !0:0
    %p: ptr[generic,i8] = call @at(%to) !0:0
    %r: ptr[generic,i8] = call @memset(%p, %byte, %bytes) !0:0
    %s: i64 = call @sum(%p, %r) !0:0
    return %s !0:0
}
";

const COPY: &str =
    "import module @NAME : fn(ptr[generic,i8], ptr[generic,i8], SIZE) -> (ptr[generic,i8]) effects(read, write)
fn pub @with_NAME(%to: SIZE, %from: SIZE, %bytes: SIZE) -> (i64) effects(read, write) {
^entry:
    call @fill() !0:0
    %p: ptr[generic,i8] = call @at(%to) !0:0
    %q: ptr[generic,i8] = call @at(%from) !0:0
    %r: ptr[generic,i8] = call @NAME(%p, %q, %bytes) !0:0
    %s: i64 = call @sum(%p, %r) !0:0
    return %s !0:0
}
";

/// The number of bytes stands before the byte.
const SET: &str = "import module @NAME : fn(ptr[generic,i8], SIZE, i32) -> () effects(write)
fn pub @with_NAME(%to: SIZE, %byte: i32, %bytes: SIZE) -> (i64) effects(read, write) {
^entry:
    call @fill() !0:0
    %p: ptr[generic,i8] = call @at(%to) !0:0
    call @NAME(%p, %bytes, %byte) !0:0
    %s: i64 = call @sum(%p, %p) !0:0
    return %s !0:0
}
";

fn filled() -> Vec<u8> {
    (0..BUFFER).map(|index| (index * 7) as u8).collect()
}

fn sum(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0u64, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into())).into()
}

#[track_caller]
fn check_copy(machine: &mut Machine, func: Func, to: u64, from: u64, bytes: u64) {
    let mut expected = filled();
    expected.copy_within(from as usize..(from + bytes) as usize, to as usize);
    let (found, _) = machine.call(func, &[to.into(), from.into(), bytes.into()]);
    assert_eq!(found, sum(&expected), "{bytes} bytes from {from} to {to}");
}

#[test]
fn memmove_copies_as_through_a_buffer() {
    for (triple, _) in TARGETS {
        let mut machine = Machine::new(module(triple));
        let func = machine.function("with_memmove");
        for bytes in 0..=MOST {
            for from in 0..=BUFFER / 2 {
                check_copy(&mut machine, func, MIDDLE, from, bytes);
            }
        }
    }
}

#[test]
fn memcpy_copies_equal_ranges_and_those_that_are_apart() {
    for (triple, _) in TARGETS {
        let mut machine = Machine::new(module(triple));
        let func = machine.function("with_memcpy");
        for bytes in 0..=MOST {
            let apart = |&from: &u64| from == MIDDLE || MIDDLE.abs_diff(from) >= bytes;
            for from in [0, 1, 5, MIDDLE, 81, 90].into_iter().filter(apart) {
                check_copy(&mut machine, func, MIDDLE, from, bytes);
            }
        }
    }
}

#[test]
fn memset_sets_the_low_byte() {
    for (triple, _) in TARGETS {
        let mut machine = Machine::new(module(triple));
        let func = machine.function("with_memset");
        for (to, byte) in [(0, 0u32), (1, 0xa5), (17, 0xffff_ff7f), (90, 0xff)] {
            (0..=MOST).for_each(|bytes| check_set(&mut machine, func, to, byte, byte, bytes));
        }
    }
}

/// The forms for addresses that are multiples of 4 and 8, and those that clear.
#[test]
fn forms_of_the_runtime_abi() {
    let mut machine = Machine::new(module(M0));
    for align in [4, 8] {
        for form in ["memcpy", "memmove"] {
            let func = machine.function(&format!("with___aeabi_{form}{align}"));
            for bytes in 0..=MOST {
                let apart = |&from: &u64| form == "memmove" || from == MIDDLE || MIDDLE.abs_diff(from) >= bytes;
                for from in (0..BUFFER - MOST).step_by(align).filter(apart) {
                    check_copy(&mut machine, func, MIDDLE, from, bytes);
                }
            }
        }
        let [set, clear] = ["set", "clr"].map(|form| machine.function(&format!("with___aeabi_mem{form}{align}")));
        for to in [0, 8, 40] {
            for bytes in 0..=MOST {
                check_set(&mut machine, set, to, 0xffff_ffa5, 0xa5, bytes);
                check_set(&mut machine, clear, to, 0xa5, 0, bytes);
            }
        }
    }
    let clear = machine.function("with___aeabi_memclr");
    (0..=MOST).for_each(|bytes| check_set(&mut machine, clear, 13, 0xa5, 0, bytes));
}

/// A function is given a byte and sets to one.
#[track_caller]
fn check_set(machine: &mut Machine, func: Func, to: u64, given: u32, set: u32, bytes: u64) {
    let mut expected = filled();
    expected[to as usize..(to + bytes) as usize].fill(set as u8);
    let (found, _) = machine.call(func, &[to.into(), given.into(), bytes.into()]);
    assert_eq!(found, sum(&expected), "{bytes} bytes {set:x} to {to}");
}
