//! The family `integer`: arithmetic modulo 2^width, division, and the ordered choices.

use crate::word::{Int, Word};
use native_ir::Trap;

/// Sum, wrapping.
#[inline]
pub fn iadd<T: Int>(a: T, b: T) -> T {
    a.wrapping_add(b)
}

/// Difference, wrapping.
#[inline]
pub fn isub<T: Int>(a: T, b: T) -> T {
    a.wrapping_sub(b)
}

/// Product, wrapping.
#[inline]
pub fn imul<T: Int>(a: T, b: T) -> T {
    a.wrapping_mul(b)
}

/// Unsigned quotient toward zero.
///
/// # Errors
/// [`Trap::IntegerDivideByZero`].
#[inline]
pub fn udiv<T: Int>(a: T, b: T) -> Result<T, Trap> {
    a.checked_div(b).ok_or(Trap::IntegerDivideByZero)
}

/// Signed quotient toward zero.
///
/// # Errors
/// [`Trap::IntegerDivideByZero`]; [`Trap::IntegerOverflow`] for MIN / -1.
#[inline]
pub fn sdiv<T: Int>(a: T, b: T) -> Result<T, Trap> {
    if b == T::ZERO {
        return Err(Trap::IntegerDivideByZero);
    }
    a.signed().checked_div(b.signed()).map(T::of_signed).ok_or(Trap::IntegerOverflow)
}

/// Unsigned remainder.
///
/// # Errors
/// [`Trap::IntegerDivideByZero`].
#[inline]
pub fn urem<T: Int>(a: T, b: T) -> Result<T, Trap> {
    a.checked_rem(b).ok_or(Trap::IntegerDivideByZero)
}

/// Signed remainder with the dividend's sign; MIN % -1 is 0.
///
/// # Errors
/// [`Trap::IntegerDivideByZero`].
#[inline]
pub fn srem<T: Int>(a: T, b: T) -> Result<T, Trap> {
    if b == T::ZERO {
        return Err(Trap::IntegerDivideByZero);
    }
    Ok(a.signed().checked_rem(b.signed()).map_or(T::ZERO, T::of_signed))
}

/// Negation; MIN stays MIN.
#[inline]
pub fn ineg<T: Int>(a: T) -> T {
    T::ZERO.wrapping_sub(a)
}

/// Absolute value of a signed integer; MIN stays MIN.
#[inline]
pub fn iabs<T: Int>(a: T) -> T {
    if a.signed() < T::Signed::ZERO { ineg(a) } else { a }
}

/// The high half of the double-width unsigned product.
#[inline]
pub fn umulh<T: Int>(a: T, b: T) -> T {
    a.high_product(b)
}

/// The high half of the double-width signed product.
#[inline]
pub fn smulh<T: Int>(a: T, b: T) -> T {
    T::of_signed(a.signed().high_product(b.signed()))
}

/// The smaller, unsigned.
#[inline]
pub fn umin<T: Int>(a: T, b: T) -> T {
    a.min(b)
}

/// The larger, unsigned.
#[inline]
pub fn umax<T: Int>(a: T, b: T) -> T {
    a.max(b)
}

/// The smaller, signed.
#[inline]
pub fn smin<T: Int>(a: T, b: T) -> T {
    T::of_signed(a.signed().min(b.signed()))
}

/// The larger, signed.
#[inline]
pub fn smax<T: Int>(a: T, b: T) -> T {
    T::of_signed(a.signed().max(b.signed()))
}

/// Unsigned sum, clamped.
#[inline]
pub fn uadd_sat<T: Int>(a: T, b: T) -> T {
    a.saturating_add(b)
}

/// Signed sum, clamped.
#[inline]
pub fn sadd_sat<T: Int>(a: T, b: T) -> T {
    T::of_signed(a.signed().saturating_add(b.signed()))
}

/// Unsigned difference, clamped to 0.
#[inline]
pub fn usub_sat<T: Int>(a: T, b: T) -> T {
    a.saturating_sub(b)
}

/// Signed difference, clamped.
#[inline]
pub fn ssub_sat<T: Int>(a: T, b: T) -> T {
    T::of_signed(a.signed().saturating_sub(b.signed()))
}
