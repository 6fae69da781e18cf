//! Floats as a trait, and the two formats that the host computes in.
//!
//! The host's operators on `f32` and `f64` are correctly rounded, to nearest with ties to even, and keep subnormals; so
//! are its square root and its fused multiply-add.

use crate::pack::{Format, repack};
use crate::quad::Quad;
use crate::value::Value;
use crate::word::{Int, Word};
use std::ops::{Add, Div, Mul, Sub};

/// Where an operation to an integral value rounds (IEEE 754-2019, 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the nearest, ties to even.
    Even,
    /// To the nearest, ties away from zero.
    Away,
    /// Toward zero.
    Zero,
    /// Toward negative infinity.
    Down,
    /// Toward positive infinity.
    Up,
}

/// A binary float. The operators are those of IEEE 754-2019: correctly rounded, ties to even; compares are quiet.
pub trait Float:
    Value + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// The integer of the same width.
    type Pattern: Int;
    /// The format.
    const FORMAT: Format;
    /// The sign bit.
    const SIGN: Self::Pattern;
    /// The positive quiet NaN with payload 0.
    const NAN: Self;
    /// The bits.
    fn pattern(self) -> Self::Pattern;
    /// The float with these bits.
    fn of_pattern(bits: Self::Pattern) -> Self;
    /// Whether it is a NaN.
    fn is_nan(self) -> bool;
    /// The square root, correctly rounded.
    fn square_root(self) -> Self;
    /// `self × factor + term`, rounded once.
    fn multiply_add(self, factor: Self, term: Self) -> Self;
    /// The integral value that lies in a direction; the sign is kept.
    fn integral(self, direction: Direction) -> Self;
    /// An integer, correctly rounded.
    fn of_word<W: Word>(word: W) -> Self;
    /// Truncated toward zero, when it is a number in the integer's range.
    fn to_word<W: Word>(self) -> Option<W>;
    /// Truncated toward zero and clamped to the integer's range; 0 for a NaN.
    fn to_word_clamped<W: Word>(self) -> W;
    /// The same number in another format, correctly rounded.
    fn convert<U: Float>(self) -> U;
    /// A binary64 number, correctly rounded.
    fn of_f64(value: f64) -> Self;
    /// A binary128 number, correctly rounded.
    fn of_quad(value: Quad) -> Self;
}

macro_rules! host {
    ($float:ident $bits:ident $format:ident $to_word:ident $of_word:ident) => {
        impl Float for $float {
            type Pattern = $bits;
            const FORMAT: Format = Format::$format;
            const SIGN: $bits = Format::$format.sign() as $bits;
            const NAN: $float = $float::from_bits(Format::$format.nan() as $bits);
            #[inline]
            fn pattern(self) -> $bits {
                self.to_bits()
            }
            #[inline]
            fn of_pattern(bits: $bits) -> $float {
                $float::from_bits(bits)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
            #[inline]
            fn square_root(self) -> $float {
                self.sqrt()
            }
            #[inline]
            fn multiply_add(self, factor: $float, term: $float) -> $float {
                self.mul_add(factor, term)
            }
            #[inline]
            fn integral(self, direction: Direction) -> $float {
                match direction {
                    Direction::Even => self.round_ties_even(),
                    Direction::Away => self.round(),
                    Direction::Zero => self.trunc(),
                    Direction::Down => self.floor(),
                    Direction::Up => self.ceil(),
                }
            }
            #[inline]
            fn of_word<W: Word>(word: W) -> $float {
                word.$to_word()
            }
            #[inline]
            fn to_word<W: Word>(self) -> Option<W> {
                // MIN is 0 or a power of two, so exact. One less is exact too, or rounds to MIN itself; one more than
                // MAX, exact or rounded up to a power of two, is the first value beyond the range either way.
                let (low, limit) = (W::MIN.$to_word(), W::MAX.$to_word() + 1.0);
                ((self > low - 1.0 || self == low) && self < limit).then(|| W::$of_word(self))
            }
            #[inline]
            fn to_word_clamped<W: Word>(self) -> W {
                W::$of_word(self)
            }
            #[inline]
            fn convert<U: Float>(self) -> U {
                U::of_f64(self.into())
            }
            #[inline]
            fn of_f64(value: f64) -> $float {
                value as $float
            }
            fn of_quad(value: Quad) -> $float {
                $float::of_bits(repack(Format::QUAD, Format::$format, value.0).0)
            }
        }
    };
}

host! { f32 u32 SINGLE to_f32 of_f32 }
host! { f64 u64 DOUBLE to_f64 of_f64 }

/// Whether a float is a signalling NaN (IEEE 754-2019, 6.2.1): a NaN whose first fraction bit is 0.
pub(crate) fn is_signalling<T: Float>(a: T) -> bool {
    let quiet = T::Pattern::of_bits(1 << (T::FORMAT.precision - 2));
    a.is_nan() && a.pattern() & quiet == T::Pattern::ZERO
}
