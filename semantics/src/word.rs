//! The host's integers as traits, so that one generic function serves all widths.

use crate::value::Bits;
use std::fmt::Debug;

/// An integer of the host, with or without a sign. Methods named as the host's do what those do.
pub trait Word: Copy + Ord + Debug {
    /// 0
    const ZERO: Self;
    /// The least value.
    const MIN: Self;
    /// The greatest value.
    const MAX: Self;
    /// Sum modulo 2^width.
    fn wrapping_add(self, other: Self) -> Self;
    /// Difference modulo 2^width.
    fn wrapping_sub(self, other: Self) -> Self;
    /// Product modulo 2^width.
    fn wrapping_mul(self, other: Self) -> Self;
    /// Sum, clamped.
    fn saturating_add(self, other: Self) -> Self;
    /// Difference, clamped.
    fn saturating_sub(self, other: Self) -> Self;
    /// Sum modulo 2^width, and whether that is another value than the sum.
    fn overflowing_add(self, other: Self) -> (Self, bool);
    /// Difference modulo 2^width, and whether that is another value than the difference.
    fn overflowing_sub(self, other: Self) -> (Self, bool);
    /// Product modulo 2^width, and whether that is another value than the product.
    fn overflowing_mul(self, other: Self) -> (Self, bool);
    /// Quotient toward zero; none for the divisor 0 and for MIN / -1.
    fn checked_div(self, other: Self) -> Option<Self>;
    /// Remainder with the dividend's sign; none for the divisor 0 and for MIN % -1.
    fn checked_rem(self, other: Self) -> Option<Self>;
    /// The high half of the product at double width.
    fn high_product(self, other: Self) -> Self;
    /// Shift left; the amount counts modulo the width.
    fn wrapping_shl(self, amount: u32) -> Self;
    /// Shift right, with copies of the sign where there is one; the amount counts modulo the width.
    fn wrapping_shr(self, amount: u32) -> Self;
    /// The nearest `f32`, ties to even; an infinity beyond the greatest.
    fn to_f32(self) -> f32;
    /// The nearest `f64`, ties to even.
    fn to_f64(self) -> f64;
    /// Truncated toward zero and clamped; 0 for a NaN.
    fn of_f32(value: f32) -> Self;
    /// Truncated toward zero and clamped; 0 for a NaN.
    fn of_f64(value: f64) -> Self;
    /// Whether the value is below zero, and its absolute value.
    fn sign_and_magnitude(self) -> (bool, u128);
    /// The value of a sign and an absolute value, when the type has it.
    fn of_sign_and_magnitude(negative: bool, magnitude: u128) -> Option<Self>;
}

macro_rules! word {
    ($word:ident, $high:expr, $magnitude:expr, $of:expr) => {
        impl Word for $word {
            const ZERO: $word = 0;
            const MIN: $word = $word::MIN;
            const MAX: $word = $word::MAX;
            #[inline]
            fn wrapping_add(self, other: $word) -> $word {
                $word::wrapping_add(self, other)
            }
            #[inline]
            fn wrapping_sub(self, other: $word) -> $word {
                $word::wrapping_sub(self, other)
            }
            #[inline]
            fn wrapping_mul(self, other: $word) -> $word {
                $word::wrapping_mul(self, other)
            }
            #[inline]
            fn saturating_add(self, other: $word) -> $word {
                $word::saturating_add(self, other)
            }
            #[inline]
            fn saturating_sub(self, other: $word) -> $word {
                $word::saturating_sub(self, other)
            }
            #[inline]
            fn overflowing_add(self, other: $word) -> ($word, bool) {
                $word::overflowing_add(self, other)
            }
            #[inline]
            fn overflowing_sub(self, other: $word) -> ($word, bool) {
                $word::overflowing_sub(self, other)
            }
            #[inline]
            fn overflowing_mul(self, other: $word) -> ($word, bool) {
                $word::overflowing_mul(self, other)
            }
            #[inline]
            fn checked_div(self, other: $word) -> Option<$word> {
                $word::checked_div(self, other)
            }
            #[inline]
            fn checked_rem(self, other: $word) -> Option<$word> {
                $word::checked_rem(self, other)
            }
            #[inline]
            fn high_product(self, other: $word) -> $word {
                $high(self, other)
            }
            #[inline]
            fn wrapping_shl(self, amount: u32) -> $word {
                $word::wrapping_shl(self, amount)
            }
            #[inline]
            fn wrapping_shr(self, amount: u32) -> $word {
                $word::wrapping_shr(self, amount)
            }
            #[inline]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline]
            fn of_f32(value: f32) -> $word {
                value as $word
            }
            #[inline]
            fn of_f64(value: f64) -> $word {
                value as $word
            }
            #[inline]
            fn sign_and_magnitude(self) -> (bool, u128) {
                $magnitude(self)
            }
            #[inline]
            fn of_sign_and_magnitude(negative: bool, magnitude: u128) -> Option<$word> {
                $of(negative, magnitude)?.try_into().ok()
            }
        }
    };
}

/// The pair of types of a width: the product of two narrow values fits the wide type.
macro_rules! narrow {
    ($($unsigned:ident $signed:ident $wide:ident $signed_wide:ident)*) => {$(
        word! {
            $unsigned,
            |a, b| (($wide::from(a) * $wide::from(b)) >> $unsigned::BITS) as $unsigned,
            |a| (false, u128::from(a)),
            unsigned_value
        }
        word! {
            $signed,
            |a, b| (($signed_wide::from(a) * $signed_wide::from(b)) >> $signed::BITS) as $signed,
            |a: $signed| (a < 0, u128::from(a.unsigned_abs())),
            signed_value
        }
    )*};
}

narrow! { u8 i8 u16 i16 u16 i16 u32 i32 u32 i32 u64 i64 u64 i64 u128 i128 }
word! { u128, |a, b| u128::carrying_mul(a, b, 0).1, |a| (false, a), unsigned_value }
word! { i128, signed_high, |a: i128| (a < 0, a.unsigned_abs()), signed_value }

/// A negative operand reads as unsigned 2^128 too much, which adds the other operand to the high half.
fn signed_high(a: i128, b: i128) -> i128 {
    let high = u128::carrying_mul(a as u128, b as u128, 0).1 as i128;
    high.wrapping_sub((a >> 127) & b).wrapping_sub((b >> 127) & a)
}

fn unsigned_value(negative: bool, magnitude: u128) -> Option<u128> {
    (!negative || magnitude == 0).then_some(magnitude)
}

fn signed_value(negative: bool, magnitude: u128) -> Option<i128> {
    if negative { 0i128.checked_sub_unsigned(magnitude) } else { magnitude.try_into().ok() }
}

/// An integer of the IR: bits of a width, which operations read as signed or unsigned.
pub trait Int: Word + Bits {
    /// The host's type of this width with a sign.
    type Signed: Word;
    /// The same bits, read as signed.
    fn signed(self) -> Self::Signed;
    /// The bits of a signed value.
    fn of_signed(value: Self::Signed) -> Self;
    /// The low 32 bits; for shift amounts, of which only the low 7 bits count.
    fn low(self) -> u32;
    /// The low bits of a number.
    fn of_low(value: u32) -> Self;
    /// Rotate left; the amount counts modulo the width.
    fn rotate_left(self, amount: u32) -> Self;
    /// Rotate right; the amount counts modulo the width.
    fn rotate_right(self, amount: u32) -> Self;
    /// Leading zero bits; the width for 0.
    fn leading_zeros(self) -> u32;
    /// Trailing zero bits; the width for 0.
    fn trailing_zeros(self) -> u32;
    /// One bits.
    fn count_ones(self) -> u32;
    /// Bits in reverse order.
    fn reverse_bits(self) -> Self;
    /// Bytes in reverse order.
    fn swap_bytes(self) -> Self;
}

macro_rules! int {
    ($($unsigned:ident $signed:ident)*) => {$(
        impl Int for $unsigned {
            type Signed = $signed;
            #[inline]
            fn signed(self) -> $signed {
                self as $signed
            }
            #[inline]
            fn of_signed(value: $signed) -> $unsigned {
                value as $unsigned
            }
            #[inline]
            fn low(self) -> u32 {
                self as u32
            }
            #[inline]
            fn of_low(value: u32) -> $unsigned {
                value as $unsigned
            }
            #[inline]
            fn rotate_left(self, amount: u32) -> $unsigned {
                $unsigned::rotate_left(self, amount)
            }
            #[inline]
            fn rotate_right(self, amount: u32) -> $unsigned {
                $unsigned::rotate_right(self, amount)
            }
            #[inline]
            fn leading_zeros(self) -> u32 {
                $unsigned::leading_zeros(self)
            }
            #[inline]
            fn trailing_zeros(self) -> u32 {
                $unsigned::trailing_zeros(self)
            }
            #[inline]
            fn count_ones(self) -> u32 {
                $unsigned::count_ones(self)
            }
            #[inline]
            fn reverse_bits(self) -> $unsigned {
                $unsigned::reverse_bits(self)
            }
            #[inline]
            fn swap_bytes(self) -> $unsigned {
                $unsigned::swap_bytes(self)
            }
        }
    )*};
}

int! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 }
