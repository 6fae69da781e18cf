//! The family `overflow`: the wrapped result, and whether it is another value than the exact one.

use crate::word::{Int, Word};

#[inline]
fn unsigned<T: Int>((value, lost): (T::Signed, bool)) -> (T, bool) {
    (T::of_signed(value), lost)
}

/// Wrapped sum, and whether the unsigned sum did not fit.
#[inline]
pub fn uadd_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    a.overflowing_add(b)
}

/// Wrapped sum, and whether the signed sum did not fit.
#[inline]
pub fn sadd_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    unsigned(a.signed().overflowing_add(b.signed()))
}

/// Wrapped difference, and whether the unsigned difference was below zero.
#[inline]
pub fn usub_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    a.overflowing_sub(b)
}

/// Wrapped difference, and whether the signed difference did not fit.
#[inline]
pub fn ssub_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    unsigned(a.signed().overflowing_sub(b.signed()))
}

/// Wrapped product, and whether the unsigned product did not fit.
#[inline]
pub fn umul_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    a.overflowing_mul(b)
}

/// Wrapped product, and whether the signed product did not fit.
#[inline]
pub fn smul_overflow<T: Int>(a: T, b: T) -> (T, bool) {
    unsigned(a.signed().overflowing_mul(b.signed()))
}

/// Sum of two operands and a carry; the second result is the carry out.
#[inline]
pub fn iadd_carry<T: Int>(a: T, b: T, carry: bool) -> (T, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(T::of_low(carry.into()));
    (sum, first | second)
}

/// First operand minus second minus borrow; the second result is the borrow out.
#[inline]
pub fn isub_borrow<T: Int>(a: T, b: T, borrow: bool) -> (T, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(T::of_low(borrow.into()));
    (difference, first | second)
}
