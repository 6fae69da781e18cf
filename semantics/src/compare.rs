//! The family `compare`: one function a condition.
//!
//! Float conditions are the predicates of IEEE 754-2019, 5.11, all quiet: those that begin with `o` are false for a NaN
//! operand, those with `u` or `n` are true. -0 equals +0.

use crate::number::Float;
use crate::value::Bits;

/// Equal.
#[inline]
pub fn icmp_eq<T: Bits>(a: T, b: T) -> bool {
    a == b
}

/// Not equal.
#[inline]
pub fn icmp_ne<T: Bits>(a: T, b: T) -> bool {
    a != b
}

/// Signed less.
#[inline]
pub fn icmp_slt<T: Bits>(a: T, b: T) -> bool {
    a.signed_order() < b.signed_order()
}

/// Signed less or equal.
#[inline]
pub fn icmp_sle<T: Bits>(a: T, b: T) -> bool {
    a.signed_order() <= b.signed_order()
}

/// Signed greater.
#[inline]
pub fn icmp_sgt<T: Bits>(a: T, b: T) -> bool {
    a.signed_order() > b.signed_order()
}

/// Signed greater or equal.
#[inline]
pub fn icmp_sge<T: Bits>(a: T, b: T) -> bool {
    a.signed_order() >= b.signed_order()
}

/// Unsigned less.
#[inline]
pub fn icmp_ult<T: Bits>(a: T, b: T) -> bool {
    a < b
}

/// Unsigned less or equal.
#[inline]
pub fn icmp_ule<T: Bits>(a: T, b: T) -> bool {
    a <= b
}

/// Unsigned greater.
#[inline]
pub fn icmp_ugt<T: Bits>(a: T, b: T) -> bool {
    a > b
}

/// Unsigned greater or equal.
#[inline]
pub fn icmp_uge<T: Bits>(a: T, b: T) -> bool {
    a >= b
}

/// Equal.
#[inline]
pub fn fcmp_oeq<T: Float>(a: T, b: T) -> bool {
    a == b
}

/// Less or greater.
#[inline]
pub fn fcmp_one<T: Float>(a: T, b: T) -> bool {
    fcmp_olt(a, b) | fcmp_ogt(a, b)
}

/// Less.
#[inline]
pub fn fcmp_olt<T: Float>(a: T, b: T) -> bool {
    a < b
}

/// Less or equal.
#[inline]
pub fn fcmp_ole<T: Float>(a: T, b: T) -> bool {
    a <= b
}

/// Greater.
#[inline]
pub fn fcmp_ogt<T: Float>(a: T, b: T) -> bool {
    a > b
}

/// Greater or equal.
#[inline]
pub fn fcmp_oge<T: Float>(a: T, b: T) -> bool {
    a >= b
}

/// No operand is a NaN.
#[inline]
pub fn fcmp_ord<T: Float>(a: T, b: T) -> bool {
    !fcmp_uno(a, b)
}

/// An operand is a NaN.
#[inline]
pub fn fcmp_uno<T: Float>(a: T, b: T) -> bool {
    a.is_nan() | b.is_nan()
}

/// Unordered or equal.
#[inline]
pub fn fcmp_ueq<T: Float>(a: T, b: T) -> bool {
    !fcmp_one(a, b)
}

/// Unordered, less or greater.
#[inline]
pub fn fcmp_une<T: Float>(a: T, b: T) -> bool {
    a != b
}

/// Not less.
#[inline]
pub fn fcmp_nlt<T: Float>(a: T, b: T) -> bool {
    !fcmp_olt(a, b)
}

/// Not less or equal.
#[inline]
pub fn fcmp_nle<T: Float>(a: T, b: T) -> bool {
    !fcmp_ole(a, b)
}

/// Not greater.
#[inline]
pub fn fcmp_ngt<T: Float>(a: T, b: T) -> bool {
    !fcmp_ogt(a, b)
}

/// Not greater or equal.
#[inline]
pub fn fcmp_nge<T: Float>(a: T, b: T) -> bool {
    !fcmp_oge(a, b)
}
