//! Whether results are those that the model expects.

use crate::Value;
use native_ir::TypeKind;

/// Whether results, of these kinds, are the bits that were found: any NaN for a NaN, anything for what is not specified.
pub fn agree(kinds: &[Option<TypeKind>], expected: &[Value], found: &[u128]) -> bool {
    expected.len() == found.len()
        && kinds.iter().zip(expected).zip(found).all(|((&kind, value), &bits)| is(kind, value, bits))
}

/// Whether bits are what the model says: any NaN for a NaN, anything for what is not specified.
fn is(kind: Option<TypeKind>, value: &Value, bits: u128) -> bool {
    if value.nan {
        return kind.is_none_or(|kind| is_nan(kind, bits));
    }
    !value.is_exact() || (bits ^ value.bits) & !value.undefined == 0
}

fn is_nan(kind: TypeKind, bits: u128) -> bool {
    let (width, significand) = match kind {
        TypeKind::F16 => (16, 10),
        TypeKind::F32 => (32, 23),
        TypeKind::F64 => (64, 52),
        TypeKind::F128 => (128, 112),
        // Its bits as a number, whatever they are.
        _ => return true,
    };
    let infinity = ((1_u128 << (width - 1 - significand)) - 1) << significand;
    bits & (u128::MAX >> (129 - width)) > infinity
}
