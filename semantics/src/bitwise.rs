//! The family `bitwise`. Amounts of shifts count modulo the width.

use crate::value::Bits;
use crate::word::{Int, Word};

/// Bitwise and.
#[inline]
pub fn and<T: Bits>(a: T, b: T) -> T {
    a & b
}

/// Bitwise or.
#[inline]
pub fn or<T: Bits>(a: T, b: T) -> T {
    a | b
}

/// Bitwise exclusive or.
#[inline]
pub fn xor<T: Bits>(a: T, b: T) -> T {
    a ^ b
}

/// Bitwise complement.
#[inline]
pub fn not<T: Bits>(a: T) -> T {
    !a
}

/// Shift left.
#[inline]
pub fn shl<T: Int>(a: T, amount: T) -> T {
    a.wrapping_shl(amount.low())
}

/// Logical shift right.
#[inline]
pub fn ushr<T: Int>(a: T, amount: T) -> T {
    a.wrapping_shr(amount.low())
}

/// Arithmetic shift right.
#[inline]
pub fn sshr<T: Int>(a: T, amount: T) -> T {
    T::of_signed(a.signed().wrapping_shr(amount.low()))
}

/// Rotate left.
#[inline]
pub fn rotl<T: Int>(a: T, amount: T) -> T {
    a.rotate_left(amount.low() % T::WIDTH)
}

/// Rotate right.
#[inline]
pub fn rotr<T: Int>(a: T, amount: T) -> T {
    a.rotate_right(amount.low() % T::WIDTH)
}

/// `a` shifted left, filled from the top of `b`.
#[inline]
pub fn funnel_left<T: Int>(a: T, b: T, amount: T) -> T {
    // Two shifts, because a shift by the width, which the amount 0 needs, would be one by 0.
    let amount = amount.low();
    a.wrapping_shl(amount) | b.wrapping_shr(1).wrapping_shr(!amount)
}

/// `b` shifted right, filled from the bottom of `a`.
#[inline]
pub fn funnel_right<T: Int>(a: T, b: T, amount: T) -> T {
    let amount = amount.low();
    a.wrapping_shl(1).wrapping_shl(!amount) | b.wrapping_shr(amount)
}

/// Number of leading zero bits; the width for 0.
#[inline]
pub fn clz<T: Int>(a: T) -> T {
    T::of_low(a.leading_zeros())
}

/// Number of trailing zero bits; the width for 0.
#[inline]
pub fn ctz<T: Int>(a: T) -> T {
    T::of_low(a.trailing_zeros())
}

/// Number of one bits.
#[inline]
pub fn popcount<T: Int>(a: T) -> T {
    T::of_low(a.count_ones())
}

/// Bits in reverse order.
#[inline]
pub fn bitrev<T: Int>(a: T) -> T {
    a.reverse_bits()
}

/// Bytes in reverse order.
#[inline]
pub fn bswap<T: Int>(a: T) -> T {
    a.swap_bytes()
}
