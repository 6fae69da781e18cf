//! Calls of functions so small that the engine does them in place: no difference to the model, wherever fuel ends and
//! whatever traps between them.

use crate::compare::Case;
use generate::Source;
use native_ir::{Item, Trap};
use oracle::End;
use std::sync::Arc;
use verifier::{Options, verify_text};

const TEXT: &str = r#"native-ir 1
module   small
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "small.c" lines=99

fn @mix(%v: i32, %w: i32) -> (i32) {
^entry:
    %a: i32 = shl %v, 3 !0:0
    %b: i32 = xor %a, %w !0:0
    %c: i32 = iadd %b, %v !0:0
    return %c !0:0
}

fn @second(%v: i32, %w: i32) -> (i32) {
^entry:
    return %w !0:0
}

fn @seven() -> (i32) {
^entry:
    return 7 !0:0
}

fn @larger(%v: i32, %w: i32) -> (i32) {
^entry:
    %more: i1 = icmp.ugt %v, %w !0:0
    %x: i32 = select %more, %v, %w !0:0
    return %x !0:0
}

fn @idle(%v: i32) -> () {
^entry:
    %x: i32 = imul %v, 3 !0:0
    return !0:0
}

fn @wide(%v: i64) -> (i128) {
^entry:
    %x: i128 = zext %v !0:0
    %y: i128 = iadd %x, %x !0:0
    return %y !0:0
}

fn @apart(%v: i32) -> (i32) inline=never {
^entry:
    %x: i32 = iadd %v, 1 !0:0
    return %x !0:0
}

fn @fraction(%v: i32, %w: i32) -> (i32) effects(trap) {
^entry:
    %x: i32 = udiv %v, %w !0:0
    return %x !0:0
}

fn pub @main(%n: i32) -> (i32) effects(read, write, trap) {
    slot $s: i32
^entry:
    %s: ptr[stack,i32] = slot $s !0:0
    store.i32 %n, %s !0:0
    jump ^next(0, %n) !0:0
^next(%i: i32, %sum: i32):
    %a: i32 = call @mix(%i, %sum) !0:0
    %b: i32 = call @mix(%a, %a) !0:0
    %c: i32 = call @second(%b, %i) !0:0
    %d: i32 = call @second(%b, 9) !0:0
    %e: i32 = call @seven() !0:0
    %f: i32 = call @larger(%d, %b) !0:0
    call @idle(%f) !0:0
    store.i32 %f, %s !0:0
    %left: i32 = isub %n, %i !0:0
    %q: i32 = udiv %f, %left !0:0
    %g: i32 = call @apart(%q) !0:0
    %h: i32 = call @larger(%g, 100) !0:0
    %k: i32 = load.i32 %s !0:0
    %l: i32 = call @mix(%k, %h) !0:0
    %left5: i32 = isub %left, 2 !0:0
    %m: i32 = call @fraction(%l, %left5) !0:0
    %wide: i64 = zext %m !0:0
    %double: i128 = call @wide(%wide) !0:0
    %low: i32 = trunc %double !0:0
    %ce: i32 = iadd %c, %e !0:0
    %sum1: i32 = iadd %ce, %low !0:0
    %i1: i32 = iadd %i, 1 !0:0
    %more: i1 = icmp.ult %i1, 6 !0:0
    branch %more, ^next(%i1, %sum1), ^done !0:0
^done:
    return %sum1 !0:0
}
"#;

#[test]
fn what_is_done_in_place_is_still_a_call() {
    let module = Arc::new(verify_text(TEXT.as_bytes(), &Options::default()).module.expect("the module is valid"));
    let Some(Item::Function(func)) = module.find_symbol("main").map(|symbol| module.item(symbol)) else {
        panic!("there is a function main");
    };
    let mut ends = (0, 0);
    for seed in 0..40 {
        let n = seed % 12;
        let case =
            Case { module: module.clone(), func, arguments: vec![u128::from(n)], devices: false, limit: 3000 };
        match case.compare(&mut Source::from_seed(seed)).end {
            End::Returned(_) => ends.0 += 1,
            End::Trapped(Trap::IntegerDivideByZero, stack) => ends.1 += stack.len(),
            end => panic!("{n}: {end:x?}"),
        }
    }
    assert!(ends.0 > 10 && ends.1 > 10, "both ends are seen: {ends:?}");
}
