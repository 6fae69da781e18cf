//! Each helper computes what `semantics` says of its opcode.

use crate::machine::{Machine, library};
use crate::values::{
    Random, corners, edges, is_float, is_nan, is_quiet_nan, random, random_against, random_near, width,
};
use crate::{M0, TRIPLE};
use native_ir::{Condition, Func, Opcode, Type, TypeKind};
use runtime::{Helper, helpers};
use semantics::{Operation, operation};

/// Random operands for each helper of x86-64; the others have that many on the machine that the tests run on.
const RANDOM: usize = 20_000;
const FEW_RANDOM: usize = 1_000;
/// At most so many edge values of each operand where there are three.
const TRIPLE_EDGES: usize = 40;

pub(crate) fn kind(ty: Type) -> TypeKind {
    TypeKind::ALL.iter().copied().find(|&kind| Type::of_kind(kind) == ty).expect("a type without parameters")
}

/// How many operands the opcode of a helper has.
pub(crate) fn operands(opcode: Opcode) -> usize {
    use Opcode::*;
    match opcode {
        Imul | Udiv | Sdiv | Urem | Srem | Umulh | Smulh | UmulOverflow | SmulOverflow | Shl | Ushr | Sshr
        | Rotl | Rotr | Fcmp | Fcompare | Fadd | Fsub | Fmul | Fdiv | Fminimum | Fmaximum | FminimumNumber
        | FmaximumNumber => 2,
        Fma | FunnelLeft | FunnelRight => 3,
        _ => 1,
    }
}

fn is_memory(helper: &Helper) -> bool {
    matches!(helper.opcode, Opcode::Memcpy | Opcode::Memmove | Opcode::Memset)
}

/// Helpers that compute a value from values.
pub(crate) fn computing(triple: &str) -> impl Iterator<Item = &'static Helper> {
    helpers(triple).iter().filter(|helper| !is_memory(helper))
}

/// The function of `semantics` that a helper is compared with.
fn reference(helper: &Helper, opcode: Opcode, condition: Condition) -> Operation {
    operation(opcode, condition, kind(helper.from), kind(helper.to)).expect("the opcode is pure")
}

/// What a helper shall return; none for operands that its caller does not give it.
fn expected(helper: &Helper, operands: &[u128; 3]) -> Option<u128> {
    use Opcode::*;
    let of = |opcode, condition| reference(helper, opcode, condition)(operands);
    let holds = |condition| of(Fcmp, condition).is_ok_and(|result| result[0] == 1);
    match helper.opcode {
        Udiv | Urem | Srem if operands[1] == 0 => None,
        Sdiv if of(Sdiv, Condition::Eq).is_err() => None,
        UmulOverflow | SmulOverflow => Some(of(helper.opcode, Condition::Eq).ok()?[1]),
        Fcmp | Fcompare => Some(match () {
            () if holds(Condition::Uno) => 2,
            () if holds(Condition::Olt) => u128::from(u32::MAX),
            () if holds(Condition::Ogt) => 1,
            () => 0,
        }),
        FloatToSint | FloatToUint => Some(u128::from(of(helper.opcode, Condition::Eq).is_ok())),
        opcode => Some(of(opcode, Condition::Eq).ok()?[0]),
    }
}

/// The type of what the helper returns, where it is a float.
fn float_result(helper: &Helper) -> Option<Type> {
    let compares = matches!(helper.opcode, Opcode::Fcmp | Opcode::Fcompare);
    (is_float(helper.to) && !compares).then_some(helper.to)
}

/// Whether a result is a NaN as a helper may give it: `canonicalize` gives but one, which is compared bit for bit, and
/// roundings give back the one that they have.
fn is_quiet(helper: &Helper, ty: Type, bits: u128) -> bool {
    use Opcode::*;
    match helper.opcode {
        Canonicalize => false,
        RoundEven | RoundAway | RoundZero | RoundDown | RoundUp => is_nan(ty, bits),
        _ => is_quiet_nan(ty, bits),
    }
}

/// What the function is called with: an amount to shift by is less than the width.
fn arguments(helper: &Helper, mut operands: [u128; 3]) -> [u128; 3] {
    use Opcode::*;
    let below = u128::from(width(helper.from)) - 1;
    match helper.opcode {
        Shl | Ushr | Sshr | Rotl | Rotr => operands[1] &= below,
        FunnelLeft | FunnelRight => operands[2] &= below,
        _ => {}
    }
    operands
}

/// Compares what a helper gives with what it shall give, where its caller gives it such operands.
#[track_caller]
pub(crate) fn compare(helper: &Helper, operands: [u128; 3], call: impl FnOnce(&[u128]) -> Vec<u128>) {
    let Some(expected) = expected(helper, &operands) else { return };
    let count = self::operands(helper.opcode);
    let found = call(&arguments(helper, operands)[..count])[helper.result];
    let both_nan = float_result(helper).is_some_and(|ty| is_quiet(helper, ty, found) && is_nan(ty, expected));
    let operands = &operands[..count];
    assert!(found == expected || both_nan, "{} of {operands:x?}: {found:x}, not {expected:x}", helper.symbol);
}

#[track_caller]
fn check(machine: &mut Machine, helper: &Helper, func: Func, operands: [u128; 3]) {
    compare(helper, operands, |arguments| machine.results(func, arguments));
}

/// All combinations of edge values.
fn check_edges(machine: &mut Machine, helper: &Helper, func: Func) {
    let edges = edges(helper.from);
    match operands(helper.opcode) {
        1 => edges.iter().for_each(|&a| check(machine, helper, func, [a, 0, 0])),
        2 => {
            for &a in &edges {
                edges.iter().for_each(|&b| check(machine, helper, func, [a, b, 0]));
            }
        }
        _ => check_triples(machine, helper, func, &edges),
    }
}

/// Every so many of the edge values in each place, another part of them each time; and the corners.
fn check_triples(machine: &mut Machine, helper: &Helper, func: Func, edges: &[u128]) {
    let step = edges.len().div_ceil(TRIPLE_EDGES);
    let part = |first: usize| edges.iter().copied().skip(first % step).step_by(step);
    for (at, a) in part(0).enumerate() {
        for (next, b) in part(at).enumerate() {
            part(at + next).for_each(|c| check(machine, helper, func, [a, b, c]));
        }
    }
    corners(helper.from).into_iter().for_each(|operands| check(machine, helper, func, operands));
}

/// Random operands, the second often near the first, the third near minus the product.
pub(crate) fn random_operands(ty: Type, generator: &mut Random) -> [u128; 3] {
    let a = random(ty, generator);
    let b = random_near(ty, a, generator);
    [a, b, random_against(ty, [a, b], generator)]
}

#[track_caller]
fn check_all(wanted: impl Fn(&Helper) -> bool) {
    check_target(TRIPLE, RANDOM, &wanted);
    check_target(M0, FEW_RANDOM, &wanted);
}

#[track_caller]
fn check_target(triple: &str, random: usize, wanted: impl Fn(&Helper) -> bool) {
    let mut machine = Machine::new(library(triple));
    let mut found = 0;
    for (index, helper) in computing(triple).enumerate().filter(|(_, helper)| wanted(helper)) {
        found += 1;
        let func = machine.function(helper.symbol);
        check_edges(&mut machine, helper, func);
        let mut generator = Random::new(0x9e37_79b9 * (index as u64 + 1));
        for _ in 0..random {
            let operands = random_operands(helper.from, &mut generator);
            check(&mut machine, helper, func, operands);
        }
    }
    assert!(found > 0, "no helper is looked at");
}

#[test]
fn integers() {
    check_all(|helper| !is_float(helper.from) && !is_float(helper.to));
}

#[test]
fn arithmetic() {
    check_all(|helper| is_float(helper.from) && helper.from == helper.to && operands(helper.opcode) < 3);
}

#[test]
fn fused_multiply_add() {
    check_all(|helper| helper.opcode == Opcode::Fma);
}

#[test]
fn conversions() {
    check_all(|helper| helper.from != helper.to);
}

/// All of the 65,536 numbers.
#[test]
fn binary16_exhaustively() {
    for triple in [TRIPLE, M0] {
        let mut machine = Machine::new(library(triple));
        let unary = |helper: &&Helper| helper.from == Type::F16 && operands(helper.opcode) == 1;
        for helper in computing(triple).filter(unary) {
            let func = machine.function(helper.symbol);
            (0..1 << 16).for_each(|bits| check(&mut machine, helper, func, [bits, 0, 0]));
        }
    }
}
