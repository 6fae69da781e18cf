//! Constants: often those at which arithmetic goes wrong.

use crate::{Config, Source};
use native_ir::{ConstantData, Type, TypeKind, TypeTable};

/// The width in bits of a type that literals have; nothing for the others.
pub(crate) fn literal_bits(types: &TypeTable, config: &Config<'_>, ty: Type) -> Option<u32> {
    match types.kind(ty)? {
        TypeKind::Ptr | TypeKind::Fiber => None,
        kind => kind.bits(config.row().pointer_width),
    }
}

/// A constant of a type; nothing when the type has no literals.
pub(crate) fn literal(
    types: &TypeTable,
    config: &Config<'_>,
    source: &mut Source<'_>,
    ty: Type,
) -> Option<ConstantData> {
    let width = literal_bits(types, config, ty)?;
    let all = if width == 128 { u128::MAX } else { (1 << width) - 1 };
    let bits = match significand(types, ty) {
        Some(significand) => float(source, width, significand),
        None => integer(source, width),
    };
    Some(ConstantData::new(ty, bits & all))
}

fn random(source: &mut Source<'_>) -> u128 {
    u128::from(source.bits()) << 64 | u128::from(source.bits())
}

fn integer(source: &mut Source<'_>, width: u32) -> u128 {
    match source.below(8) {
        0 => 0,
        1 => 1,
        2 => u128::MAX,
        3 => 1 << (width - 1),
        4 => (1 << (width - 1)) - 1,
        5 | 6 => source.below(100) as u128,
        _ => random(source),
    }
}

/// How many bits of a float's significand are stored.
fn significand(types: &TypeTable, ty: Type) -> Option<u32> {
    match types.kind(ty)? {
        TypeKind::F16 => Some(10),
        TypeKind::F32 => Some(23),
        TypeKind::F64 => Some(52),
        TypeKind::F128 => Some(112),
        _ => None,
    }
}

fn float(source: &mut Source<'_>, width: u32, significand: u32) -> u128 {
    let infinity = ((1 << (width - significand - 1)) - 1) << significand;
    let one = (infinity >> 1) & infinity;
    let magnitude = match source.below(9) {
        0 => 0,
        1 | 2 => one,
        3 => infinity,
        4 => infinity | 1 << (significand - 1),
        5 => infinity | (random(source) & ((1 << significand) - 1)) | 1,
        6 => 1,
        7 => infinity - 1,
        _ => random(source),
    };
    if source.chance(30) { magnitude | 1 << (width - 1) } else { magnitude }
}
