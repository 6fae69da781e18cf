//! The family `float` without the operations to integral values (see `round`).
//!
//! Sign and payload of a NaN result are any (IEEE 754-2019, 6.2 and 6.3), except from [`fneg`], [`fabs`] and
//! [`copysign`], which move bits (5.5.1), and from [`canonicalize`].

use crate::number::Float;

/// Sum (5.4.1).
#[inline]
pub fn fadd<T: Float>(a: T, b: T) -> T {
    a + b
}

/// Difference (5.4.1).
#[inline]
pub fn fsub<T: Float>(a: T, b: T) -> T {
    a - b
}

/// Product (5.4.1).
#[inline]
pub fn fmul<T: Float>(a: T, b: T) -> T {
    a * b
}

/// Quotient (5.4.1).
#[inline]
pub fn fdiv<T: Float>(a: T, b: T) -> T {
    a / b
}

/// Square root (5.4.1); of -0 it is -0.
#[inline]
pub fn sqrt<T: Float>(a: T) -> T {
    a.square_root()
}

/// `a × b + c`, rounded once (5.4.1).
#[inline]
pub fn fma<T: Float>(a: T, b: T, c: T) -> T {
    a.multiply_add(b, c)
}

/// Flips the sign bit, of NaNs too (5.5.1).
#[inline]
pub fn fneg<T: Float>(a: T) -> T {
    T::of_pattern(a.pattern() ^ T::SIGN)
}

/// Clears the sign bit, of NaNs too (5.5.1).
#[inline]
pub fn fabs<T: Float>(a: T) -> T {
    T::of_pattern(a.pattern() & !T::SIGN)
}

/// `a` with the sign bit of `b` (5.5.1).
#[inline]
pub fn copysign<T: Float>(a: T, b: T) -> T {
    T::of_pattern(a.pattern() & !T::SIGN | b.pattern() & T::SIGN)
}

/// The lesser, where the operands are ordered. Equal ones differ in nothing but the sign of zero.
#[inline]
fn lesser<T: Float>(a: T, b: T) -> Option<T> {
    if a < b {
        Some(a)
    } else if b < a {
        Some(b)
    } else {
        (a == b).then(|| T::of_pattern(a.pattern() | b.pattern()))
    }
}

/// The greater, where the operands are ordered.
#[inline]
fn greater<T: Float>(a: T, b: T) -> Option<T> {
    if a > b {
        Some(a)
    } else if b > a {
        Some(b)
    } else {
        (a == b).then(|| T::of_pattern(a.pattern() & b.pattern()))
    }
}

/// The operand that is a number, where at most one is; else a quiet NaN.
#[inline]
fn number<T: Float>(a: T, b: T) -> T {
    if !a.is_nan() {
        a
    } else if !b.is_nan() {
        b
    } else {
        T::NAN
    }
}

/// minimum (9.6): a NaN operand gives a NaN, -0 is less than +0.
#[inline]
pub fn fminimum<T: Float>(a: T, b: T) -> T {
    lesser(a, b).unwrap_or(T::NAN)
}

/// maximum (9.6): a NaN operand gives a NaN, -0 is less than +0.
#[inline]
pub fn fmaximum<T: Float>(a: T, b: T) -> T {
    greater(a, b).unwrap_or(T::NAN)
}

/// minimumNumber (9.6): a number wins over a NaN, -0 is less than +0.
#[inline]
pub fn fminimum_number<T: Float>(a: T, b: T) -> T {
    lesser(a, b).unwrap_or_else(|| number(a, b))
}

/// maximumNumber (9.6): a number wins over a NaN, -0 is less than +0.
#[inline]
pub fn fmaximum_number<T: Float>(a: T, b: T) -> T {
    greater(a, b).unwrap_or_else(|| number(a, b))
}

/// The same number; any NaN becomes the positive quiet NaN with payload 0.
#[inline]
pub fn canonicalize<T: Float>(a: T) -> T {
    if a.is_nan() { T::NAN } else { a }
}
