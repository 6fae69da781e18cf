//! What helpers raise: those of binary32 and binary64 what their opcode does, all others nothing. A helper that the
//! emitter calls raises through the machine's own instructions, so it counts what they do in functions that are
//! `float=strict`.

use crate::TRIPLE;
use crate::computes::{computing, kind, operands, random_operands};
use crate::machine::{Machine, library};
use crate::values::{Random, corners, edges};
use native_ir::link::{LinkOptions, link};
use native_ir::{Condition, FloatMode, Module, Opcode, Type, text};
use runtime::Helper;
use semantics::{Status, strict_operation};
use std::fmt::Write;

const RANDOM: usize = 20_000;
const EDGES: usize = 24;

/// The status covers the operation: it has no float but binary32 and binary64.
fn covered(helper: &Helper) -> bool {
    let short = |ty| !matches!(ty, Type::F16 | Type::F128);
    let float = |ty| matches!(ty, Type::F32 | Type::F64);
    short(helper.from) && short(helper.to) && (float(helper.from) || float(helper.to))
}

/// The result type of a helper.
fn result(helper: &Helper) -> Type {
    use Opcode::*;
    match helper.opcode {
        Fcmp | Fcompare | FloatToSint | FloatToUint | UmulOverflow | SmulOverflow => Type::I32,
        _ => helper.to,
    }
}

/// A module with a function for each helper that gives what the helper raised.
fn watchers() -> Module {
    let library = library(TRIPLE);
    let envelope = &library.envelope;
    let mut text = format!(
        "native-ir 1\nmodule status\ntarget {TRIPLE}\nabi {}\nlayout {:?}\nprofile {}\nsource 0 \"status\" lines=1\n",
        envelope.abi, envelope.layout, envelope.profile
    );
    let mut imported = Vec::new();
    for helper in computing(TRIPLE).filter(|helper| helper.opcode != Opcode::Fcompare) {
        let (from, to) = (kind(helper.from), kind(result(helper)));
        let count = operands(helper.opcode);
        let types = vec![from.name(); count].join(", ");
        let names: Vec<String> = (0..count).map(|index| format!("%{index}")).collect();
        let params: Vec<String> = names.iter().map(|name| format!("{name}: {from}")).collect();
        let _ = write!(
            text,
            "import module @{0} : fn({types}) -> ({to}) effects(trap)
fn pub @raised{0}({1}) -> (i32) effects(fenv, trap) float=strict {{
^entry:
    fenv_clear 31 !0:0
    %r: {to} = call @{0}({2}) !0:0
    %s: i32 = fenv_read !0:0
    return %s !0:0
}}\n",
            helper.symbol,
            params.join(", "),
            names.join(", ")
        );
        imported.push(helper.symbol);
    }
    let parsed = text::parse(&text);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    let mut all = vec![library, parsed.module];
    for function in all.iter_mut().flat_map(|module| module.functions.values_mut()) {
        function.float = FloatMode::Strict;
    }
    link(all, &LinkOptions { require_all: true }).expect("the watchers know the helpers' types")
}

fn expected(helper: &Helper, operands: &[u128; 3]) -> Status {
    // A check before a conversion that may trap raises nothing: the conversion that follows does.
    if !covered(helper) || matches!(helper.opcode, Opcode::FloatToSint | Opcode::FloatToUint) {
        return Status::EMPTY;
    }
    let operation = strict_operation(helper.opcode, Condition::Eq, kind(helper.from), kind(helper.to));
    operation.expect("the opcode is a float's")(operands).expect("it does not trap").1
}

#[test]
fn helpers_raise_what_their_opcodes_do() {
    let mut machine = Machine::new(watchers());
    for helper in computing(TRIPLE).filter(|helper| helper.opcode != Opcode::Fcompare) {
        let func = machine.function(&format!("raised{}", helper.symbol));
        let count = operands(helper.opcode);
        let division = matches!(helper.opcode, Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem);
        let mut check = |operands: [u128; 3]| {
            if division && operands[1] == 0 {
                return;
            }
            let expected = expected(helper, &operands);
            let (found, _) = machine.call(func, &operands[..count]);
            assert_eq!(found, u128::from(expected.0), "{} of {operands:x?}", helper.symbol);
        };
        let edges = edges(helper.from);
        let step = if count == 1 { 1 } else { edges.len().div_ceil(EDGES) };
        let part = |place: usize, first: usize| {
            let places = if place < count { edges.len() } else { 1 };
            edges[..places].iter().copied().skip(first % step.min(places)).step_by(step)
        };
        for (at, a) in part(0, 0).enumerate() {
            for (next, b) in part(1, at).enumerate() {
                part(2, at + next).for_each(|c| check([a, b, c]));
            }
        }
        if count == 3 {
            corners(helper.from).into_iter().for_each(&mut check);
        }
        let mut generator = Random::new(77);
        (0..RANDOM).for_each(|_| check(random_operands(helper.from, &mut generator)));
    }
}
