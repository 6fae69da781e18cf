//! `memcpy`, `memmove` and `memset` against the same on a slice, for all lengths and distances up to some blocks.

use crate::TRIPLE;
use crate::machine::{Machine, library};
use native_ir::link::{LinkOptions, link};
use native_ir::{Func, Module, text};

/// Bytes of the buffer, and the most that is moved.
const BUFFER: u64 = 160;
const MOST: u64 = 70;
/// The place in the buffer that distances count from.
const MIDDLE: u64 = 64;

/// Functions that fill a buffer with bytes that differ, call one of the three, and give a check sum of the buffer; -1
/// when the function does not give back its first operand.
fn module() -> Module {
    let library = library(TRIPLE);
    let envelope = &library.envelope;
    let mut source = format!(
        "native-ir 1\nmodule blocks\ntarget {TRIPLE}\nabi {}\nlayout {:?}\nprofile {}\nsource 0 \"blocks\" lines=1\n",
        envelope.abi, envelope.layout, envelope.profile
    );
    source.push_str(
        "data @buffer : array[i8,160] = zero
import module @memcpy : fn(ptr[generic,i8], ptr[generic,i8], i64) -> (ptr[generic,i8]) effects(read, write)
import module @memmove : fn(ptr[generic,i8], ptr[generic,i8], i64) -> (ptr[generic,i8]) effects(read, write)
import module @memset : fn(ptr[generic,i8], i32, i64) -> (ptr[generic,i8]) effects(write)
fn @at(%i: i64) -> (ptr[generic,i8]) {
^entry:
    %all: ptr[static,array[i8,160]] = address @buffer !0:0
    %one: ptr[static,i8] = element %all, %i !0:0
    %r: ptr[generic,i8] = cast %one !0:0
    return %r !0:0
}
fn @fill() -> () effects(write) {
^entry:
    jump ^loop(0) !0:0
^loop(%i: i64):
    %p: ptr[generic,i8] = call @at(%i) !0:0
    %odd: i64 = imul %i, 7 !0:0
    %byte: i8 = trunc %odd !0:0
    store.i8 %byte, %p !0:0
    %n: i64 = iadd %i, 1 !0:0
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
^loop(%i: i64, %s: i64):
    %p: ptr[generic,i8] = call @at(%i) !0:0
    %byte: i8 = load.i8 %p !0:0
    %wide: i64 = zext %byte !0:0
    %t: i64 = imul %s, 31 !0:0
    %u: i64 = iadd %t, %wide !0:0
    %n: i64 = iadd %i, 1 !0:0
    %more: i1 = icmp.ult %n, 160 !0:0
    branch %more, ^loop(%n, %u), ^done !0:0
^done:
    return %u !0:0
}
fn pub @set(%to: i64, %byte: i32, %bytes: i64) -> (i64) effects(read, write) {
^entry:
    call @fill() !0:0
    %p: ptr[generic,i8] = call @at(%to) !0:0
    %r: ptr[generic,i8] = call @memset(%p, %byte, %bytes) !0:0
    %s: i64 = call @sum(%p, %r) !0:0
    return %s !0:0
}
",
    );
    for name in ["memcpy", "memmove"] {
        source.push_str(&format!(
            "fn pub @with_{name}(%to: i64, %from: i64, %bytes: i64) -> (i64) effects(read, write) {{
^entry:
    call @fill() !0:0
    %p: ptr[generic,i8] = call @at(%to) !0:0
    %q: ptr[generic,i8] = call @at(%from) !0:0
    %r: ptr[generic,i8] = call @{name}(%p, %q, %bytes) !0:0
    %s: i64 = call @sum(%p, %r) !0:0
    return %s !0:0
}}\n"
        ));
    }
    let parsed = text::parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    link(vec![library, parsed.module], &LinkOptions { require_all: true }).expect("the types are the library's")
}

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
    let mut machine = Machine::new(module());
    let func = machine.function("with_memmove");
    for bytes in 0..=MOST {
        for from in 0..=BUFFER / 2 {
            check_copy(&mut machine, func, MIDDLE, from, bytes);
        }
    }
}

#[test]
fn memcpy_copies_equal_ranges_and_those_that_are_apart() {
    let mut machine = Machine::new(module());
    let func = machine.function("with_memcpy");
    for bytes in 0..=MOST {
        for from in
            [0, 1, 5, MIDDLE, 81, 90].into_iter().filter(|&from| from == MIDDLE || MIDDLE.abs_diff(from) >= bytes)
        {
            check_copy(&mut machine, func, MIDDLE, from, bytes);
        }
    }
}

#[test]
fn memset_sets_the_low_byte() {
    let mut machine = Machine::new(module());
    let func = machine.function("set");
    for bytes in 0..=MOST {
        for (to, byte) in [(0, 0u32), (1, 0xa5), (17, 0xffff_ff7f), (90, 0xff)] {
            let mut expected = filled();
            expected[to as usize..(to + bytes) as usize].fill(byte as u8);
            let (found, _) = machine.call(func, &[to.into(), byte.into(), bytes.into()]);
            assert_eq!(found, sum(&expected), "{bytes} bytes {byte:x} to {to}");
        }
    }
}
