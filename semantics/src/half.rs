//! binary16, computed in binary64 and rounded once more.
//!
//! Rounding twice gives what rounding once does:
//! - Sums and products of two binary16 numbers are exact in binary64.
//! - Quotients and square roots are not, but 53 digits are more than 2 × 11 + 2 (Figueroa, *When is double rounding
//!   innocuous?*, 1995); subnormal results have fewer digits than 11, so that it holds for them too.
//! - In a fused multiply-add the product, of 22 digits, is exact. Where its sum with the term needs more than 53 digits,
//!   one of the two is less than 2^-30 of the other. If that is the product, the sum lies next to a binary16 number and
//!   far from the middle of two. If it is the term, which is no less than 2^-24, the sum is beyond the greatest number.

use crate::number::{Direction, Float};
use crate::pack::{Format, Parts, pack, repack};
use crate::quad::Quad;
use crate::value::Value;
use crate::word::Word;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Sub};

/// A binary16 number, as its bits.
#[derive(Clone, Copy, Debug)]
pub struct Half(pub u16);

impl Half {
    /// The same number; a NaN keeps sign and payload.
    fn wide(self) -> f64 {
        let sign = u64::from(self.0 >> 15) << 63;
        let (field, fraction) = (u64::from(self.0 >> 10 & 31), u64::from(self.0 & 1023));
        let magnitude = match field {
            0 => (fraction as f64 / 16_777_216.0).to_bits(),
            31 => 0x7ff << 52 | fraction << 42,
            _ => (field + 1023 - 15) << 52 | fraction << 42,
        };
        f64::from_bits(sign | magnitude)
    }

    fn narrow(value: f64) -> Half {
        Half(repack(Format::DOUBLE, Format::HALF, value.bits()).0 as u16)
    }
}

impl Value for Half {
    const WIDTH: u32 = 16;
    fn bits(self) -> u128 {
        self.0.into()
    }
    fn of_bits(bits: u128) -> Half {
        Half(bits as u16)
    }
}

impl PartialEq for Half {
    fn eq(&self, other: &Half) -> bool {
        self.wide() == other.wide()
    }
}

impl PartialOrd for Half {
    fn partial_cmp(&self, other: &Half) -> Option<Ordering> {
        self.wide().partial_cmp(&other.wide())
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident)*) => {$(
        impl $operator for Half {
            type Output = Half;
            fn $method(self, other: Half) -> Half {
                Half::narrow($operator::$method(self.wide(), other.wide()))
            }
        }
    )*};
}

operators! { Add add Sub sub Mul mul Div div }

impl Float for Half {
    type Pattern = u16;
    const FORMAT: Format = Format::HALF;
    const SIGN: u16 = 1 << 15;
    const NAN: Half = Half(Format::HALF.nan() as u16);
    fn pattern(self) -> u16 {
        self.0
    }
    fn of_pattern(bits: u16) -> Half {
        Half(bits)
    }
    fn is_nan(self) -> bool {
        self.wide().is_nan()
    }
    fn square_root(self) -> Half {
        Half::narrow(self.wide().sqrt())
    }
    fn multiply_add(self, factor: Half, term: Half) -> Half {
        Half::narrow(self.wide() * factor.wide() + term.wide())
    }
    fn integral(self, direction: Direction) -> Half {
        Half::narrow(self.wide().integral(direction))
    }
    fn of_word<W: Word>(word: W) -> Half {
        let (negative, significand) = word.sign_and_magnitude();
        Half(pack(Format::HALF, Parts { negative, exponent: 0, significand }).0 as u16)
    }
    fn to_word<W: Word>(self) -> Option<W> {
        self.wide().to_word()
    }
    fn to_word_clamped<W: Word>(self) -> W {
        self.wide().to_word_clamped()
    }
    fn convert<U: Float>(self) -> U {
        U::of_f64(self.wide())
    }
    fn of_f64(value: f64) -> Half {
        Half::narrow(value)
    }
    fn of_quad(value: Quad) -> Half {
        Half(repack(Format::QUAD, Format::HALF, value.0).0 as u16)
    }
}
