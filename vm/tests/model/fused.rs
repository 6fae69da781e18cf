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

/// Compares what `@main` does with what the model says, for each of the arguments; how often it returned.
fn model_agrees(functions: &str, arguments: &[Vec<u128>], seed: u64) -> u32 {
    let module = module(functions);
    let Some(Item::Function(func)) = module.find_symbol("main").map(|symbol| module.item(symbol)) else {
        panic!("there is a function main");
    };
    let returns = arguments.iter().map(|arguments| {
        let arguments = arguments.clone();
        let case = Case { module: module.clone(), func, arguments, devices: false, limit: 2000 };
        u32::from(matches!(case.compare(&mut Source::from_seed(seed)).end, End::Returned(_)))
    });
    returns.sum()
}

#[test]
fn ends_of_loops_lowest_bits_and_shared_addresses_do_what_the_model_says() {
    let mut returned = 0;
    for (seed, compare) in (0..).zip(["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]) {
        for (ty, ones) in [("i8", 0xff_u128), ("i32", 0xffff_ffff), ("i64", 0xffff_ffff_ffff_ffff)] {
            for (step, bound) in [("%by", "%end"), ("%by", "20"), ("3", "%end"), ("-3", "-20")] {
                for equal in ["eq", "ne"] {
                    let arguments = [[1, 3, 22], [4, ones - 1, ones - 30]].map(|arguments| arguments.to_vec());
                    returned += model_agrees(&program(compare, ty, step, bound, equal), &arguments, seed);
                }
            }
        }
    }
    assert!(returned > 100, "most loops end: {returned}");
}

/// Addresses under other names, of indices that are widened or added to, and of parts that are overwritten before the last
/// access uses them; of data in a loop that calls.
const ADDRESSES: &str = "data @table : array[i32,8] = [10, 11, 12, 13, 14, 15, 16, 17]
data @other : array[i32,8] = [20, 21, 22, 23, 24, 25, 26, 27]

fn @far(%x: i32) -> (i32) effects(read) source=0 {
^entry:
    %other: ptr[static,array[i32,8]] = address @other !1:1
    %at: ptr[static,i32] = element %other, %x !1:1
    %y: i32 = load.i32 %at !1:1
    return %y !1:1
}

fn pub @main(%i: i64, %k: i32, %x: i64) -> (i64) effects(read, write) source=0 {
    slot $s: array[array[i64,4],4] !1:1
^entry:
    %s: ptr[stack,array[array[i64,4],4]] = slot $s !1:1
    %from: ptr[stack,array[i64,4]] = element %s, 1 !1:1
    %first: ptr[stack,i64] = element %from, 2 !1:1
    store.i64 77, %first !1:1
    %row: ptr[stack,array[i64,4]] = element %s, %i !1:1
    %cell: ptr[stack,i64] = element %row, 2 !1:1
    %a: i64 = load.i64 %cell !1:1
    %b: i64 = imul %a, %x !1:1
    store.i64 %b, %cell !1:1
    %c: i64 = load.i64 %cell !1:1
    %sum: i64 = iadd %c, %a !1:1
    %part_of_index: ptr[stack,i8] = cast %s !1:1
    store.i32 2, %part_of_index !1:1
    jump ^next(%k, %sum) !1:1
^next(%j: i32, %all: i64):
    %table: ptr[static,array[i32,8]] = address @table !1:1
    %bytes: ptr[static,i8] = cast %table !1:1
    %words: ptr[static,array[i32,1]] = cast %bytes !1:1
    %turned: i32 = load.i32 %part_of_index !1:1
    %turned1: i64 = sext %turned !1:1
    %loaded: ptr[static,i32] = element %words, %turned1 !1:1
    %from_loaded: i32 = load.i32 %loaded !1:1
    store.i32 %j, %part_of_index !1:1
    %less: i32 = iadd %j, -1 !1:1
    %index: i64 = sext %less !1:1
    %down: i64 = iadd %index, 3 !1:1
    %at: ptr[static,i32] = element %words, %down !1:1
    %named: ptr[static,i8] = cast %at !1:1
    %part: i32 = load.i32 %named !1:1
    %wraps: i32 = iadd %j, -2147483647 !1:1
    %wraps1: i32 = iadd %wraps, 2147483647 !1:1
    %wide: i64 = zext %wraps1 !1:1
    %other: ptr[static,array[i32,8]] = address @other !1:1
    %there: ptr[static,i32] = element %other, %wide !1:1
    %more: i32 = load.i32 %there !1:1
    %again: ptr[static,array[i32,8]] = address @table !1:1
    %beside: ptr[static,i32] = element %again, %j !1:1
    store.i32 %more, %beside !1:1
    %far: i32 = call @far(%j) !1:1
    %long: i64 = zext %part !1:1
    %longer: i64 = zext %far !1:1
    %all1: i64 = imul %all, 31 !1:1
    %all2: i64 = iadd %all1, %long !1:1
    %all4: i64 = xor %all2, %longer !1:1
    %long_loaded: i64 = zext %from_loaded !1:1
    %all3: i64 = iadd %all4, %long_loaded !1:1
    %j1: i32 = isub %j, 1 !1:1
    %go: i1 = icmp.sge %j1, 0 !1:1
    branch %go, ^next(%j1, %all3), ^done !1:1
^done:
    return %all3 !1:1
}
";

#[test]
fn parts_of_addresses_do_what_the_model_says() {
    let arguments = [[1, 5, 3], [1, 0, 9], [1, 4, 0xffff_ffff_ffff_fff0]].map(|arguments| arguments.to_vec());
    assert_eq!(model_agrees(ADDRESSES, &arguments, 5), 3);
}

#[test]
fn choices_by_compares_do_what_the_model_says() {
    let conditions = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"];
    let rights = [("i8", "100"), ("i16", "-1"), ("i32", "7"), ("i32", "-2"), ("i64", "7"), ("i64", "0x100000000")];
    let mut returned = 0;
    for (seed, condition) in (0..).zip(conditions) {
        for (ty, literal) in rights {
            for (left, right) in [("%a", "%b"), ("%a", literal), (literal, "%b")] {
                let text = format!(
                    "fn @choose(%a: {ty}, %b: {ty}, %c: i64) -> (i64) source=0 {{\n^entry:\n    \
                     %is: i1 = icmp.{condition} {left}, {right} !1:1\n    \
                     %x: i64 = select %is, %c, 5 !1:1\n    return %x !1:1\n}}\n\n\
                     fn @number(%a: {ty}, %b: {ty}) -> (i64) source=0 {{\n^entry:\n    \
                     %is: i1 = icmp.{condition} {left}, {right} !1:1\n    \
                     %s: i32 = select %is, 65535, -9 !1:1\n    %t: i64 = sext %s !1:1\n    \
                     %not: i1 = icmp.{condition} {right}, {left} !1:1\n    \
                     %u: i32 = select %not, 65536, 2 !1:1\n    %v: i64 = zext %u !1:1\n    \
                     %x: i64 = xor %t, %v !1:1\n    return %x !1:1\n}}\n\n\
                     fn pub @main(%a: {ty}, %b: {ty}, %c: i64) -> (i64) source=0 {{\n^entry:\n    \
                     %is: i1 = icmp.{condition} {left}, {right} !1:1\n    \
                     %r: i64 = funnel_left %c, %c, 9 !1:1\n    \
                     %s: i64 = funnel_right %r, %r, 70 !1:1\n    \
                     %x: i64 = select %is, %c, %s !1:1\n    \
                     %y: i64 = call @choose(%b, %a, %x) !1:1\n    \
                     %n: i64 = call @number(%a, %b) !1:1\n    %m: i64 = iadd %x, %n !1:1\n    \
                     %z: i64 = iadd %m, %y !1:1\n    return %z !1:1\n}}\n"
                );
                let arguments = [[7, 7, 1], [100, 3, 2], [0xfe, 0xff, 3]].map(|arguments| arguments.to_vec());
                returned += model_agrees(&text, &arguments, seed);
            }
        }
    }
    assert_eq!(returned, 10 * 6 * 3 * 3);
}

/// Functions that load an element and do two operations on it.
fn loads(ty: &str, stored: &str, values: &str, opcodes: [&str; 2]) -> String {
    let mut text = format!("data @numbers : array[{stored},8] = [{values}]\n\n");
    let mut number = 0;
    let widened = if ty == stored { "" } else { "%x: i32 = sext %l !1:1\n    " };
    let loaded = if ty == stored { "%l" } else { "%x" };
    for index in ["%i", "%next"] {
        for first in opcodes {
            for second in opcodes {
                for (p, q) in [(loaded, "%b"), ("%b", loaded), (loaded, loaded)] {
                    for (r, s) in [("%y", "%c"), ("%c", "%y"), ("%y", "%y"), ("%y", loaded)] {
                        let _ = writeln!(
                            text,
                            "fn pub @load_{number}(%i: i64, %b: {ty}, %c: {ty}) -> ({ty}) effects(read) source=0 {{\n\
                             ^entry:\n    %numbers: ptr[static,array[{stored},8]] = address @numbers !1:1\n    \
                             %next: i64 = iadd %i, 1 !1:1\n    \
                             %at: ptr[static,{stored}] = element %numbers, {index} !1:1\n    \
                             %l: {stored} = load.{stored} %at !1:1\n    {widened}\
                             %y: {ty} = {first} {p}, {q} !1:1\n    %z: {ty} = {second} {r}, {s} !1:1\n    \
                             return %z !1:1\n}}\n"
                        );
                        number += 1;
                    }
                }
            }
        }
    }
    text
}

#[test]
fn operations_on_what_is_loaded_do_what_each_does() {
    let integers = "3, -4, 5, 1000, -32768, 32767, 0, 9";
    let floats = "3.0, -4.5, 5.0, 0.1, -0.0, 1e30, 0.3, 9.0";
    let arguments = |b: u128, c: u128| [0, 3, 6].map(|index| [index, b, c]);
    for (ty, stored) in [("i32", "i32"), ("i32", "i16"), ("i64", "i64")] {
        modes_agree(&loads(ty, stored, integers, ["iadd", "imul"]), &arguments(0xffff_fff3, 77));
    }
    let [b, c] = [0.7_f64, -2.3].map(|number| u128::from(number.to_bits()));
    modes_agree(&loads("f64", "f64", floats, ["fadd", "fmul"]), &arguments(b, c));
    let [b, c] = [0.7_f32, -2.3].map(|number| u128::from(number.to_bits()));
    modes_agree(&loads("f32", "f32", floats, ["fadd", "fmul"]), &arguments(b, c));
}

#[test]
fn a_joined_load_traps_where_it_stands() {
    let text = "fn pub @main(%p: ptr[heap,array[i32,8]], %i: i64, %b: i32) -> (i32) effects(read) source=0 {\n^entry:\n    \
                %at: ptr[heap,i32] = element %p, %i !3:1\n    %l: i32 = load.i32 %at !4:1\n    \
                %y: i32 = imul %l, %b !5:1\n    %z: i32 = iadd %y, %b !6:1\n    return %z !7:1\n}\n";
    let module = module(text);
    let func = module.functions.keys().next().expect("there is one");
    let program = Program::new(module.clone(), &[func], &FAST).expect("the engine takes the program");
    assert!(program.disassemble(func).unwrap_or_default().contains("load.4.imul.i32.iadd.i32"));
    let mut vm = Vm::new(program, Host::default()).expect("the host has memory");
    let Ok(Outcome::Trapped(report)) = vm.call(func, &[8, 1 << 60, 3]) else { panic!("nothing is there") };
    assert_eq!(report.stack[0].span.line, 4);
}

/// Truncations before operations and stores that look at the lower bits alone, and before others.
const TRUNCATIONS: &str = "fn pub @main(%a: i64, %b: i32) -> (i64) effects(read, write) source=0 {
    slot $s: array[i64,2] !1:1
^entry:
    %s: ptr[stack,array[i64,2]] = slot $s !1:1
    %first: ptr[stack,i8] = cast %s !1:1
    store.i64 -1, %first !1:1
    %t1: i8 = trunc %a !1:1
    store.i8 %t1, %first !1:1
    %t2: i8 = trunc %b !1:1
    %x: i8 = iadd %t2, 100 !1:1
    %at: ptr[stack,i8] = offset %first, 1 !1:1
    store.i8 %x, %at !1:1
    %t3: i16 = trunc %a !1:1
    %y: i16 = isub 7, %t3 !1:1
    %t4: i8 = trunc %b !1:1
    %wide: i16 = zext %t4 !1:1
    %there: ptr[stack,i8] = offset %first, 2 !1:1
    store.i16 %wide, %there !1:1
    %t5: i8 = trunc %a !1:1
    %w5: i16 = zext %t5 !1:1
    %z: i16 = imul %w5, %y !1:1
    %t6: i32 = trunc %a !1:1
    %shifted: i32 = ushr %t6, 3 !1:1
    %t7: i32 = trunc %a !1:1
    %sum: i32 = iadd %shifted, %t7 !1:1
    %behind: ptr[stack,i8] = offset %first, 4 !1:1
    store.i16 %z, %behind !1:1
    %t8: i1 = trunc %a !1:1
    %as: i64 = zext %t8 !1:1
    %all: i64 = load.i64 %first !1:1
    %more: i64 = zext %sum !1:1
    %result: i64 = imul %all, 31 !1:1
    %result1: i64 = xor %result, %more !1:1
    %result2: i64 = iadd %result1, %as !1:1
    return %result2 !1:1
}
";

#[test]
fn truncations_do_what_the_model_says() {
    let arguments = [[0x1234_5678_9abc_def1, 0x8000_07ff], [u128::from(u64::MAX), 0xffff_ffff], [0, 0x100]];
    assert_eq!(model_agrees(TRUNCATIONS, &arguments.map(|arguments| arguments.to_vec()), 7), 3);
    let module = module(TRUNCATIONS);
    let func = module.functions.keys().next().expect("there is one");
    let program = Program::new(module.clone(), &[func], &FAST).expect("the engine takes the program");
    let code = program.disassemble(func).unwrap_or_default();
    assert_eq!(code.lines().filter(|line| line.contains("trunc.") && !line.contains(';')).count(), 4, "{code}");
}
