//! Values as bits: what all types of SSA values have in common.

use std::ops::{BitAnd, BitOr, BitXor, Not};

/// A value of a type of the IR that computations take.
pub trait Value: Copy {
    /// The width in bits.
    const WIDTH: u32;
    /// The bits, with zeros above [`Value::WIDTH`].
    fn bits(self) -> u128;
    /// The value with these bits; those above [`Value::WIDTH`] are ignored.
    fn of_bits(bits: u128) -> Self;
}

/// The types of the class `bits`: `bool` for `i1`, and the integers.
pub trait Bits:
    Value + Ord + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
    /// What orders as the value does when it is read as signed.
    type SignedOrder: Ord;
    /// The value as something that orders as signed.
    fn signed_order(self) -> Self::SignedOrder;
    /// The bits with copies of the sign bit above [`Value::WIDTH`].
    fn sign_extended(self) -> u128;
}

impl Value for bool {
    const WIDTH: u32 = 1;
    #[inline]
    fn bits(self) -> u128 {
        u128::from(self)
    }
    #[inline]
    fn of_bits(bits: u128) -> bool {
        bits & 1 != 0
    }
}

impl Bits for bool {
    /// The one bit is the sign bit: 1 reads as -1, which is less than 0.
    type SignedOrder = bool;
    #[inline]
    fn signed_order(self) -> bool {
        !self
    }
    #[inline]
    fn sign_extended(self) -> u128 {
        0u128.wrapping_sub(u128::from(self))
    }
}

macro_rules! integers {
    ($($unsigned:ident $signed:ident)*) => {$(
        impl Value for $unsigned {
            const WIDTH: u32 = $unsigned::BITS;
            #[inline]
            fn bits(self) -> u128 {
                self as u128
            }
            #[inline]
            fn of_bits(bits: u128) -> $unsigned {
                bits as $unsigned
            }
        }

        impl Bits for $unsigned {
            type SignedOrder = $signed;
            #[inline]
            fn signed_order(self) -> $signed {
                self as $signed
            }
            #[inline]
            fn sign_extended(self) -> u128 {
                self as $signed as u128
            }
        }
    )*};
}

integers! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 }

macro_rules! floats {
    ($($float:ident $bits:ident)*) => {$(
        impl Value for $float {
            const WIDTH: u32 = $bits::BITS;
            #[inline]
            fn bits(self) -> u128 {
                u128::from(self.to_bits())
            }
            #[inline]
            fn of_bits(bits: u128) -> $float {
                $float::from_bits(bits as $bits)
            }
        }
    )*};
}

floats! { f32 u32 f64 u64 }
