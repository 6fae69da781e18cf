//! What fast code joins does what its parts do: each pair of operations against checked mode, which has none, and the rest
//! against the model.

use crate::compare::{CHECKED, Case, FAST};
use crate::machine::End;
use generate::Source;
use native_ir::{Func, Item, Module};
use std::fmt::Write;
use std::sync::Arc;
use verifier::{Options, Verified, verify_text};
use vm::{Host, Outcome, Program, Vm};

const HEADER: &str = "native-ir 1
module   fused
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"
profile  hosted
source   0 \"fused.c\" lines=99

";

fn module(functions: &str) -> Arc<Verified<Module>> {
    let report = verify_text(format!("{HEADER}{functions}").as_bytes(), &Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("not valid: {:?}\n{functions}", report.diagnostics.first())))
}

/// Functions that do one operation and then another one on its result, from slots and with literals.
fn pairs(ty: &str, opcodes: &[&str], literals: [&str; 2]) -> String {
    let mut text = String::new();
    let mut number = 0;
    for first in opcodes {
        for second in opcodes {
            for (b, x, y) in [
                ("%b", "%x", "%c"),
                ("%b", "%c", "%x"),
                ("%b", "%x", literals[1]),
                (literals[0], "%x", "%c"),
                (literals[0], "%c", "%x"),
                (literals[0], "%x", literals[1]),
                ("%b", "%x", "%a"),
                ("%b", "%b", "%x"),
            ] {
                let _ = writeln!(
                    text,
                    "fn pub @{ty}_{number}(%a: {ty}, %b: {ty}, %c: {ty}) -> ({ty}) source=0 {{\n^entry:\n    \
                     %x: {ty} = {first} %a, {b} !1:1\n    %y: {ty} = {second} {x}, {y} !1:1\n    return %y !1:1\n}}\n"
                );
                number += 1;
            }
        }
    }
    text
}

/// Calls every function in both modes.
fn modes_agree(functions: &str, arguments: &[[u128; 3]]) {
    let module = module(functions);
    let entries: Vec<Func> = module.functions.keys().collect();
    let [mut fast, mut checked] = [FAST, CHECKED].map(|config| {
        let program = Program::new(module.clone(), &entries, &config).expect("the engine takes the program");
        Vm::new(program, Host::default()).expect("the host has memory")
    });
    for &func in &entries {
        for arguments in arguments {
            let [found, expected] = [&mut fast, &mut checked].map(|vm| vm.call(func, arguments));
            assert!(matches!(expected, Ok(Outcome::Returned(_))), "{expected:?}");
            let (found, expected) = (found.expect("a call"), expected.expect("a call"));
            let name = module.symbol_name(module.functions[func].symbol);
            let code = fast.program().disassemble(func).unwrap_or_default();
            assert_eq!(found, expected, "@{name}{arguments:x?}\n{code}");
        }
    }
}

#[test]
fn pairs_of_integers_do_what_each_does() {
    let opcodes = ["iadd", "isub", "imul", "and", "or", "xor", "shl", "ushr", "sshr", "rotl"];
    for (ty, literals) in [("i8", ["5", "-7"]), ("i32", ["13", "-70000"]), ("i64", ["-3", "0x123456789abcdef"])] {
        let width: u32 = ty[1..].parse().expect("a width");
        let ones = u128::MAX >> (128 - width);
        let arguments = [[1, 2, 3], [ones, ones - 4, 1], [0x9e37_79b9_7f4a_7c15 & ones, 0xc2b2_ae3d & ones, 9]];
        modes_agree(&pairs(ty, &opcodes, literals), &arguments);
        modes_agree(&pairs(ty, &opcodes, ["3", "40"]), &arguments);
    }
}

#[test]
fn pairs_of_floats_do_what_each_does() {
    let opcodes = ["fadd", "fsub", "fmul", "fdiv"];
    let double = |numbers: [f64; 3]| numbers.map(|number| u128::from(number.to_bits()));
    let single = |numbers: [f32; 3]| numbers.map(|number| u128::from(number.to_bits()));
    modes_agree(&pairs("f64", &opcodes, ["0.5", "-3.25"]), &[double([1.5, -2.1, 7.0]), double([0.1, 0.2, 0.3])]);
    modes_agree(&pairs("f32", &opcodes, ["0.5", "-3.25"]), &[single([1.5, -2.1, 7.0]), single([0.1, 0.2, 0.3])]);
}

/// Loops that add a slot or a number at their end, moves at their ends, conditions that are lowest bits, and addresses
/// that several accesses share, whose parts are overwritten between.
fn program(compare: &str, ty: &str, step: &str, bound: &str, equal: &str) -> String {
    format!(
        "fn pub @main(%n: {ty}, %by: {ty}, %end: {ty}) -> ({ty}) effects(read, write) source=0 {{
    slot $s: array[{ty},8] !1:1
^entry:
    %s: ptr[stack,array[{ty},8]] = slot $s !1:1
    %odd: {ty} = and %n, 1 !1:1
    %is: i1 = icmp.{equal} %odd, 0 !1:1
    %start: {ty} = select %is, %by, %n !1:1
    jump ^clear(0) !1:1
^clear(%i: i32):
    %to: ptr[stack,{ty}] = element %s, %i !1:1
    store.{ty} 1, %to !1:1
    %i1: i32 = iadd %i, 1 !1:1
    %again: i1 = icmp.ult %i1, 8 !1:1
    branch %again, ^clear(%i1), ^next(%start, 0, 1) !1:1
^next(%k: {ty}, %a: {ty}, %b: {ty}):
    %index: {ty} = and %k, 7 !1:1
    %at: ptr[stack,{ty}] = element %s, %index !1:1
    %old: {ty} = load.{ty} %at !1:1
    %more: {ty} = iadd %old, %k !1:1
    store.{ty} %more, %at !1:1
    %new: {ty} = load.{ty} %at !1:1
    %low: {ty} = and %new, 1 !1:1
    %bit: i1 = icmp.{equal} %low, 0 !1:1
    branch %bit, ^even, ^odd !1:1
^even:
    %a1: {ty} = iadd %a, %new !1:1
    jump ^end(%b, %a1) !1:1
^odd:
    %b1: {ty} = xor %b, %new !1:1
    jump ^end(%a, %b1) !1:1
^end(%c: {ty}, %d: {ty}):
    %k1: {ty} = iadd %k, {step} !1:1
    %go: i1 = icmp.{compare} %k1, {bound} !1:1
    branch %go, ^next(%k1, %c, %d), ^done !1:1
^done:
    %result: {ty} = imul %c, 31 !1:1
    %sum: {ty} = iadd %result, %d !1:1
    return %sum !1:1
}}
"
    )
}

#[test]
fn ends_of_loops_lowest_bits_and_shared_addresses_do_what_the_model_says() {
    let mut returned = 0;
    for (seed, compare) in (0..).zip(["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]) {
        for (ty, ones) in [("i32", 0xffff_ffff_u128), ("i64", 0xffff_ffff_ffff_ffff)] {
            for (step, bound) in [("%by", "%end"), ("%by", "20"), ("3", "%end"), ("-3", "-20")] {
                for equal in ["eq", "ne"] {
                    let module = module(&program(compare, ty, step, bound, equal));
                    let Some(Item::Function(func)) = module.find_symbol("main").map(|symbol| module.item(symbol))
                    else {
                        panic!("there is a function main");
                    };
                    for arguments in [[1, 3, 22], [4, ones - 1, ones - 30]] {
                        let arguments = arguments.to_vec();
                        let case = Case { module: module.clone(), func, arguments, devices: false, limit: 2000 };
                        let said = case.compare(&mut Source::from_seed(seed)).end;
                        returned += u32::from(matches!(said, End::Returned(_)));
                    }
                }
            }
        }
    }
    assert!(returned > 100, "most loops end: {returned}");
}
