//! Binary interchange formats (IEEE 754-2019, 3.4): taking them apart, and rounding a number into one (clause 4).
//!
//! This is the one place that rounds in software: conversions of [`Half`](crate::Half) and [`Quad`](crate::Quad) and
//! every status flag come from it.

use crate::status::Status;

/// A binary format by its two parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Digits of the significand, the implicit one included.
    pub precision: u32,
    /// The greatest exponent, which is also the bias.
    pub max_exponent: i32,
}

impl Format {
    /// binary16
    pub const HALF: Format = Format { precision: 11, max_exponent: 15 };
    /// binary32
    pub const SINGLE: Format = Format { precision: 24, max_exponent: 127 };
    /// binary64
    pub const DOUBLE: Format = Format { precision: 53, max_exponent: 1023 };
    /// binary128
    pub const QUAD: Format = Format { precision: 113, max_exponent: 16383 };

    /// The bits of positive infinity.
    pub(crate) const fn infinity(self) -> u128 {
        ((self.max_exponent as u128) * 2 + 1) << (self.precision - 1)
    }

    /// The bits of the positive quiet NaN with payload 0.
    pub(crate) const fn nan(self) -> u128 {
        self.infinity() | 1 << (self.precision - 2)
    }

    /// The sign bit.
    pub(crate) const fn sign(self) -> u128 {
        (self.infinity() + (1 << (self.precision - 1))) & !self.infinity()
    }

    const fn min_exponent(self) -> i32 {
        1 - self.max_exponent
    }
}

/// The number (-1)^negative × significand × 2^exponent. The significand is 0 for a zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) negative: bool,
    pub(crate) exponent: i32,
    pub(crate) significand: u128,
}

/// What the bits of a format stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    Nan,
    Infinity { negative: bool },
    Finite(Parts),
}

/// What bits stand for.
pub(crate) const fn unpack(format: Format, bits: u128) -> Datum {
    let negative = bits & format.sign() != 0;
    let magnitude = bits & (format.sign() - 1);
    if magnitude > format.infinity() {
        return Datum::Nan;
    }
    if magnitude == format.infinity() {
        return Datum::Infinity { negative };
    }
    let hidden = 1 << (format.precision - 1);
    let field = (magnitude >> (format.precision - 1)) as i32;
    let fraction = magnitude & (hidden - 1);
    let significand = if field == 0 { fraction } else { fraction | hidden };
    // Subnormals have the exponent of the least normal number.
    let exponent = (if field == 0 { 1 } else { field }) - format.max_exponent - (format.precision as i32 - 1);
    Datum::Finite(Parts { negative, exponent, significand })
}

/// Shifts right and rounds what is lost to nearest, ties to even; tells whether something was lost.
const fn shift_rounding(significand: u128, shift: u32) -> (u128, bool) {
    if shift == 0 {
        return (significand, false);
    }
    if shift > 127 {
        // Less than half: the only significands of 128 digits are those of integers, which no format shifts so far.
        return (0, significand != 0);
    }
    let kept = significand >> shift;
    let half = 1 << (shift - 1);
    let lost = significand & (half | (half - 1));
    let up = lost > half || (lost == half && kept & 1 == 1);
    (kept + up as u128, lost != 0)
}

/// The bits of a number in a format, rounded to nearest, ties to even, and what the rounding raises (clause 7).
///
/// The significand may stand for a number between its neighbours, when its last bit is 1 and it has at least two bits
/// more than the format's precision (*rounding to odd*): the result is the same as from the exact number.
pub(crate) const fn pack(format: Format, parts: Parts) -> (u128, Status) {
    let Parts { negative, exponent, significand } = parts;
    let sign = if negative { format.sign() } else { 0 };
    if significand == 0 {
        return (sign, Status::EMPTY);
    }
    let top = exponent + 127 - significand.leading_zeros() as i32;
    if top > format.max_exponent {
        return (sign | format.infinity(), Status::OVERFLOW.union(Status::INEXACT));
    }
    let digits = format.precision as i32 - 1;
    let normal = if top < format.min_exponent() { format.min_exponent() } else { top };
    let shift = normal - digits - exponent;
    let (kept, inexact) = if shift <= 0 {
        (significand << shift.unsigned_abs(), false)
    } else {
        shift_rounding(significand, shift.unsigned_abs())
    };
    // The leading digit of a normal number, and a carry out of the rounding, add to the exponent above them.
    let bits = (((normal + format.max_exponent - 1) as u128) << digits) + kept;
    if bits >= format.infinity() {
        return (sign | format.infinity(), Status::OVERFLOW.union(Status::INEXACT));
    }
    let status = match (inexact, top < format.min_exponent() && !rounds_up_to_normal(format, parts, top)) {
        (false, _) => Status::EMPTY,
        (true, false) => Status::INEXACT,
        (true, true) => Status::INEXACT.union(Status::UNDERFLOW),
    };
    (sign | bits, status)
}

/// Whether a number below the least normal one reaches it, rounded to the format's precision as if exponents had no
/// bound: then it is not *tiny after rounding* (7.5), although it may lose digits.
const fn rounds_up_to_normal(format: Format, parts: Parts, top: i32) -> bool {
    let shift = top - (format.precision as i32 - 1) - parts.exponent;
    top == format.min_exponent() - 1
        && shift > 0
        && shift_rounding(parts.significand, shift.unsigned_abs()).0 == 1 << format.precision
}

/// The bits in another format; a NaN becomes the positive quiet NaN with payload 0.
pub(crate) const fn repack(from: Format, to: Format, bits: u128) -> (u128, Status) {
    match unpack(from, bits) {
        Datum::Nan => (to.nan(), Status::EMPTY),
        Datum::Infinity { negative } => (to.infinity() | if negative { to.sign() } else { 0 }, Status::EMPTY),
        Datum::Finite(parts) => pack(to, parts),
    }
}
