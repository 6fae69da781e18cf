//! The family `conversion`. That one type is wider than, narrower than or as wide as the other is for the verifier to
//! see; the functions give an answer either way.

use crate::number::Float;
use crate::value::{Bits, Value};
use crate::word::Int;
use native_ir::Trap;

/// Widen with zeros.
#[inline]
pub fn zext<T: Bits, U: Int>(a: T) -> U {
    U::of_bits(a.bits())
}

/// Widen with copies of the sign bit; the one bit of an `i1` is its sign bit.
#[inline]
pub fn sext<T: Bits, U: Int>(a: T) -> U {
    U::of_bits(a.sign_extended())
}

/// Keep the low bits.
#[inline]
pub fn trunc<T: Int, U: Bits>(a: T) -> U {
    U::of_bits(a.bits())
}

/// Widen a float; exact (IEEE 754-2019, 5.4.2).
#[inline]
pub fn fpromote<T: Float, U: Float>(a: T) -> U {
    a.convert()
}

/// Narrow a float, correctly rounded (5.4.2).
#[inline]
pub fn fdemote<T: Float, U: Float>(a: T) -> U {
    a.convert()
}

/// Signed integer to float, correctly rounded (5.4.1, convertFromInt).
#[inline]
pub fn sint_to_float<T: Int, U: Float>(a: T) -> U {
    U::of_word(a.signed())
}

/// Unsigned integer to float, correctly rounded (5.4.1, convertFromInt).
#[inline]
pub fn uint_to_float<T: Int, U: Float>(a: T) -> U {
    U::of_word(a)
}

/// Float to signed integer toward zero (5.4.1).
///
/// # Errors
/// [`Trap::InvalidConversion`] for a NaN, and where the integer part is out of range.
#[inline]
pub fn float_to_sint<T: Float, U: Int>(a: T) -> Result<U, Trap> {
    a.to_word().map(U::of_signed).ok_or(Trap::InvalidConversion)
}

/// Float to unsigned integer toward zero (5.4.1).
///
/// # Errors
/// [`Trap::InvalidConversion`] for a NaN, and where the integer part is out of range; -0.9 gives 0.
#[inline]
pub fn float_to_uint<T: Float, U: Int>(a: T) -> Result<U, Trap> {
    a.to_word().ok_or(Trap::InvalidConversion)
}

/// Float to signed integer toward zero, clamped; a NaN gives 0.
#[inline]
pub fn float_to_sint_sat<T: Float, U: Int>(a: T) -> U {
    U::of_signed(a.to_word_clamped())
}

/// Float to unsigned integer toward zero, clamped; a NaN gives 0.
#[inline]
pub fn float_to_uint_sat<T: Float, U: Int>(a: T) -> U {
    a.to_word_clamped()
}

/// The same bits as another type of the same size.
#[inline]
pub fn bitcast<T: Value, U: Value>(a: T) -> U {
    U::of_bits(a.bits())
}

/// Integer to address value, zero-extended or truncated to the pointer width.
#[inline]
pub fn int_to_addr<T: Int, U: Int>(a: T) -> U {
    U::of_bits(a.bits())
}

/// Address value to integer, zero-extended or truncated.
#[inline]
pub fn addr_to_int<T: Int, U: Int>(a: T) -> U {
    U::of_bits(a.bits())
}
