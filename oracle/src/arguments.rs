//! Which functions can be called from outside, with which arguments, and what kinds of results come back.

use crate::ones;
use generate::Source;
use native_ir::{Func, Module, Passing, TypeKind};

/// The kinds of a function's results.
pub fn result_kinds(module: &Module, func: Func) -> Vec<Option<TypeKind>> {
    let ty = module.signature(&module.functions[func]);
    ty.map_or(Vec::new(), |ty| ty.results.iter().map(|result| module.types.kind(result.ty)).collect())
}

/// Whether a function can be called from outside with values alone.
pub fn is_plain(module: &Module, func: Func) -> bool {
    let Some(ty) = module.signature(&module.functions[func]) else { return false };
    let plain = |passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
    ty.params.iter().chain(&ty.results).all(|param| plain(param.passing))
        && ty.params.iter().all(|param| module.types.kind(param.ty) != Some(TypeKind::Fiber))
}

/// Bits for the parameters of a function: edges of their types, numbers near those, and anything.
pub fn arguments(module: &Module, func: Func, random: &mut Source<'_>) -> Vec<u128> {
    let params = module.signature(&module.functions[func]).map_or(&[][..], |ty| &ty.params);
    let each = params.iter().map(|param| match module.types.as_pointer(param.ty) {
        Some(_) => 0,
        None => {
            let kind = module.types.kind(param.ty).unwrap_or(TypeKind::I64);
            argument(kind, kind.bits(64).unwrap_or(64), random)
        }
    });
    each.collect()
}

/// An edge of the type, something near one, or anything.
fn argument(kind: TypeKind, width: u32, random: &mut Source<'_>) -> u128 {
    let all = ones(width);
    let anything = u128::from(random.bits()) << 64 | u128::from(random.bits());
    let bits = match random.below(10) {
        0 => 0,
        1 => u128::MAX,
        2 => 1 << (width - 1),
        3 => (1 << (width - 1)) - 1,
        4 => random.below(9) as u128,
        5 => (random.below(9) as u128).wrapping_neg(),
        6 => 1 << random.below(width as usize),
        7 => all >> random.below(width as usize),
        _ => anything,
    };
    let float = match kind {
        TypeKind::F16 => Some(10),
        TypeKind::F32 => Some(23),
        TypeKind::F64 => Some(52),
        TypeKind::F128 => Some(112),
        _ => None,
    };
    let bits = match float {
        Some(significand) if random.chance(60) => float_edge(width, significand, anything, random),
        _ => bits,
    };
    bits & all
}

/// Zeros, small numbers, the largest, the least, infinities, NaNs; of either sign.
fn float_edge(width: u32, significand: u32, anything: u128, random: &mut Source<'_>) -> u128 {
    let exponents = (1_u128 << (width - 1 - significand)) - 1;
    let fraction = anything & ones(significand);
    let bits = match random.below(8) {
        0 => 0,
        1 => exponents << significand,
        2 => exponents << significand | 1 << (significand - 1) | fraction,
        3 => (exponents << significand) - 1,
        4 => 1 << significand,
        5 => fraction,
        // Around the integers.
        6 => (exponents / 2 + random.below(70) as u128) << significand,
        _ => ((exponents / 2 + random.below(70) as u128) << significand | fraction).min(exponents << significand),
    };
    bits | u128::from(random.chance(40)) << (width - 1)
}
