//! The bits of a literal in a type.

use super::argument::ArgKind;
use crate::TypeKind;
use rustc_apfloat::ieee::{Double, Half, Quad};
use rustc_apfloat::{Float, FloatConvert};

/// The width in bits of a type that has literals.
fn width(kind: TypeKind, pointer_width: u32) -> Option<u32> {
    Some(match kind {
        TypeKind::I1 => 1,
        TypeKind::I8 => 8,
        TypeKind::I16 | TypeKind::F16 => 16,
        TypeKind::I32 | TypeKind::F32 => 32,
        TypeKind::I64 | TypeKind::F64 => 64,
        TypeKind::I128 | TypeKind::F128 => 128,
        TypeKind::Addr => pointer_width,
        _ => return None,
    })
}

fn low_bits(width: u32) -> u128 {
    u128::MAX.checked_shr(128 - width).unwrap_or(0)
}

/// A literal's bits in a type; `None` when it does not fit, or the type has no such literals.
pub(super) fn bits(literal: ArgKind, kind: TypeKind, pointer_width: u32) -> Option<u128> {
    let width = width(kind, pointer_width)?;
    let float = matches!(kind, TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128);
    match literal {
        ArgKind::Int(number) if !float => integer_bits(number, width),
        ArgKind::Float(number) if float => Some(float_bits(number, kind)),
        ArgKind::Bits(bits) if bits & !low_bits(width) == 0 => Some(bits),
        _ => None,
    }
}

/// Integers fit when they do so read as signed or as unsigned.
fn integer_bits(number: i128, width: u32) -> Option<u128> {
    let mask = low_bits(width);
    let fits = match number {
        0.. => number as u128 <= mask,
        _ => number >= i128::MIN >> (128 - width),
    };
    fits.then_some(number as u128 & mask)
}

fn float_bits(number: f64, kind: TypeKind) -> u128 {
    let exact = Double::from_bits(u128::from(number.to_bits()));
    let mut loses_info = false;
    match kind {
        TypeKind::F16 => FloatConvert::<Half>::convert(exact, &mut loses_info).value.to_bits(),
        TypeKind::F32 => u128::from((number as f32).to_bits()),
        TypeKind::F128 => FloatConvert::<Quad>::convert(exact, &mut loses_info).value.to_bits(),
        _ => u128::from(number.to_bits()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_fit_as_signed_or_unsigned() {
        let int = |number, kind| bits(ArgKind::Int(number), kind, 32);
        assert_eq!(int(255, TypeKind::I8), Some(0xff));
        assert_eq!(int(-128, TypeKind::I8), Some(0x80));
        assert_eq!(int(256, TypeKind::I8), None);
        assert_eq!(int(-129, TypeKind::I8), None);
        assert_eq!(int(1, TypeKind::I1), Some(1));
        assert_eq!(int(2, TypeKind::I1), None);
        assert_eq!(int(-1, TypeKind::Addr), Some(0xffff_ffff));
        assert_eq!(int(i128::MIN, TypeKind::I128), Some(1 << 127));
        assert_eq!(int(1, TypeKind::F32), None);
        assert_eq!(int(0, TypeKind::Ptr), None);
    }

    #[test]
    fn floats_round_and_bits_stay() {
        assert_eq!(bits(ArgKind::Float(1.0), TypeKind::F16, 64), Some(0x3c00));
        assert_eq!(bits(ArgKind::Float(0.1), TypeKind::F32, 64), Some(u128::from(0.1_f32.to_bits())));
        assert_eq!(bits(ArgKind::Float(1.0), TypeKind::F128, 64), Some(0x3fff << 112));
        assert_eq!(bits(ArgKind::Float(1.0), TypeKind::I64, 64), None);
        assert_eq!(bits(ArgKind::Bits(0x7f80_0001), TypeKind::F32, 64), Some(0x7f80_0001));
        assert_eq!(bits(ArgKind::Bits(1 << 32), TypeKind::F32, 64), None);
    }
}
