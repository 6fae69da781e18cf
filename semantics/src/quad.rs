//! binary128, computed in software: `rustc_apfloat` for what it has, integers for the rest.

use crate::number::{Direction, Float};
use crate::pack::{Datum, Format, Parts, pack, repack, unpack};
use crate::root::square_root;
use crate::value::Value;
use crate::word::Word;
use rustc_apfloat::{Float as _, Round, ieee};
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Sub};

/// A binary128 number, as its bits.
#[derive(Clone, Copy, Debug)]
pub struct Quad(pub u128);

impl Quad {
    pub(crate) fn soft(self) -> ieee::Quad {
        ieee::Quad::from_bits(self.0)
    }

    /// A number that orders as the value does, the same for both zeros; none for a NaN.
    fn order(self) -> Option<i128> {
        let magnitude = (self.0 & !Quad::SIGN) as i128;
        let number = if self.0 & Quad::SIGN == 0 { magnitude } else { -magnitude };
        (magnitude <= Format::QUAD.infinity() as i128).then_some(number)
    }
}

impl Value for Quad {
    const WIDTH: u32 = 128;
    fn bits(self) -> u128 {
        self.0
    }
    fn of_bits(bits: u128) -> Quad {
        Quad(bits)
    }
}

impl PartialEq for Quad {
    fn eq(&self, other: &Quad) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Quad {
    fn partial_cmp(&self, other: &Quad) -> Option<Ordering> {
        Some(self.order()?.cmp(&other.order()?))
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident)*) => {$(
        impl $operator for Quad {
            type Output = Quad;
            fn $method(self, other: Quad) -> Quad {
                Quad($operator::$method(self.soft(), other.soft()).value.to_bits())
            }
        }
    )*};
}

operators! { Add add Sub sub Mul mul Div div }

/// The integer part's sign and absolute value; none for an absolute value of 2^128 or more.
fn integer_part(parts: Parts) -> (bool, Option<u128>) {
    let Parts { negative, exponent, significand } = parts;
    let distance = exponent.unsigned_abs();
    let magnitude = match exponent {
        ..0 => Some(significand.checked_shr(distance).unwrap_or(0)),
        _ => (distance <= significand.leading_zeros()).then(|| significand.checked_shl(distance).unwrap_or(0)),
    };
    (negative, magnitude)
}

impl Float for Quad {
    type Pattern = u128;
    const FORMAT: Format = Format::QUAD;
    const SIGN: u128 = 1 << 127;
    const NAN: Quad = Quad(Format::QUAD.nan());
    fn pattern(self) -> u128 {
        self.0
    }
    fn of_pattern(bits: u128) -> Quad {
        Quad(bits)
    }
    fn is_nan(self) -> bool {
        self.order().is_none()
    }
    fn square_root(self) -> Quad {
        match unpack(Format::QUAD, self.0) {
            Datum::Finite(parts) if parts.significand == 0 => self,
            Datum::Finite(parts) if !parts.negative => Quad(pack(Format::QUAD, square_root(parts)).0),
            Datum::Infinity { negative: false } => self,
            _ => Quad::NAN,
        }
    }
    fn multiply_add(self, factor: Quad, term: Quad) -> Quad {
        Quad(self.soft().mul_add(factor.soft(), term.soft()).value.to_bits())
    }
    fn integral(self, direction: Direction) -> Quad {
        let round = match direction {
            Direction::Even => Round::NearestTiesToEven,
            Direction::Away => Round::NearestTiesToAway,
            Direction::Zero => Round::TowardZero,
            Direction::Down => Round::TowardNegative,
            Direction::Up => Round::TowardPositive,
        };
        Quad(self.soft().round_to_integral(round).value.to_bits())
    }
    fn of_word<W: Word>(word: W) -> Quad {
        let (negative, significand) = word.sign_and_magnitude();
        Quad(pack(Format::QUAD, Parts { negative, exponent: 0, significand }).0)
    }
    fn to_word<W: Word>(self) -> Option<W> {
        match unpack(Format::QUAD, self.0) {
            Datum::Finite(parts) => {
                let (negative, magnitude) = integer_part(parts);
                W::of_sign_and_magnitude(negative, magnitude?)
            }
            _ => None,
        }
    }
    fn to_word_clamped<W: Word>(self) -> W {
        match self.order() {
            None => W::ZERO,
            Some(order) => self.to_word().unwrap_or(if order < 0 { W::MIN } else { W::MAX }),
        }
    }
    fn convert<U: Float>(self) -> U {
        U::of_quad(self)
    }
    fn of_f64(value: f64) -> Quad {
        Quad(repack(Format::DOUBLE, Format::QUAD, value.bits()).0)
    }
    fn of_quad(value: Quad) -> Quad {
        value
    }
}
