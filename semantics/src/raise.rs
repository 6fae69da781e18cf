//! What floating-point operations raise (IEEE 754-2019, clause 7), from their operands alone.
//!
//! The status covers f32 and f64: operations on, and conversions from or to, other floats raise nothing. A signalling
//! NaN operand is invalid everywhere; where a quiet one is among the operands, nothing else is raised, of `fma` with 0 ×
//! infinity neither (7.2 leaves that open).

use crate::number::{Float, is_signalling};
use crate::pack::{Datum, Format, Parts, pack, repack, unpack};
use crate::quad::Quad;
use crate::root::square_root;
use crate::status::Status;
use crate::word::{Int, Word};
use rustc_apfloat::{Float as _, Round, Status as Soft, StatusAnd, ieee};

const fn covered(format: Format) -> bool {
    matches!(format, Format::SINGLE | Format::DOUBLE)
}

/// Nothing: for operations that only move bits.
pub(crate) fn nothing<T>(_: T) -> Status {
    Status::EMPTY
}

/// Nothing: for operations that only move bits.
pub(crate) fn nothing2<T>(_: T, _: T) -> Status {
    Status::EMPTY
}

/// Invalid for a signalling NaN: for quiet operations.
pub(crate) fn quiet<T: Float>(a: T) -> Status {
    if covered(T::FORMAT) && is_signalling(a) { Status::INVALID } else { Status::EMPTY }
}

/// Invalid for a signalling NaN among the operands.
pub(crate) fn quiet2<T: Float>(a: T, b: T) -> Status {
    quiet(a) | quiet(b)
}

/// What an operation on binary128 raises when its result is rounded to `T`'s format instead: 113 digits are enough to
/// round to odd first, and no result of the shorter formats leaves the longer one's range.
fn arithmetic<T: Float, const N: usize>(
    operands: [T; N],
    exact: impl FnOnce([ieee::Quad; N]) -> StatusAnd<ieee::Quad>,
) -> Status {
    if !covered(T::FORMAT) {
        return Status::EMPTY;
    }
    if operands.iter().any(|&a| is_signalling(a)) {
        return Status::INVALID;
    }
    if operands.iter().any(|a| a.is_nan()) {
        return Status::EMPTY;
    }
    let StatusAnd { status, value } = exact(operands.map(|a| a.convert::<Quad>().soft()));
    if value.is_nan() {
        Status::INVALID
    } else if status.contains(Soft::DIV_BY_ZERO) {
        Status::DIVIDE_BY_ZERO
    } else {
        let odd = value.to_bits() | u128::from(status.contains(Soft::INEXACT));
        repack(Format::QUAD, T::FORMAT, odd).1
    }
}

pub(crate) fn sum<T: Float>(a: T, b: T) -> Status {
    arithmetic([a, b], |[a, b]| a.add_r(b, Round::TowardZero))
}

pub(crate) fn difference<T: Float>(a: T, b: T) -> Status {
    arithmetic([a, b], |[a, b]| a.sub_r(b, Round::TowardZero))
}

pub(crate) fn product<T: Float>(a: T, b: T) -> Status {
    arithmetic([a, b], |[a, b]| a.mul_r(b, Round::TowardZero))
}

pub(crate) fn quotient<T: Float>(a: T, b: T) -> Status {
    arithmetic([a, b], |[a, b]| a.div_r(b, Round::TowardZero))
}

pub(crate) fn multiply_add<T: Float>(a: T, b: T, c: T) -> Status {
    arithmetic([a, b, c], |[a, b, c]| a.mul_add_r(b, c, Round::TowardZero))
}

pub(crate) fn root<T: Float>(a: T) -> Status {
    match unpack(T::FORMAT, a.bits()) {
        _ if !covered(T::FORMAT) => Status::EMPTY,
        Datum::Finite(parts) if parts.significand == 0 => Status::EMPTY,
        Datum::Finite(parts) if !parts.negative => pack(T::FORMAT, square_root(parts)).1,
        Datum::Nan => quiet(a),
        Datum::Infinity { negative: false } => Status::EMPTY,
        Datum::Finite(_) | Datum::Infinity { .. } => Status::INVALID,
    }
}

/// A conversion from one float to another.
pub(crate) fn conversion<T: Float, U: Float>(a: T) -> Status {
    if !covered(T::FORMAT) || !covered(U::FORMAT) {
        return Status::EMPTY;
    }
    quiet(a) | repack(T::FORMAT, U::FORMAT, a.bits()).1
}

fn of_word<W: Word, U: Float>(word: W) -> Status {
    if !covered(U::FORMAT) {
        return Status::EMPTY;
    }
    let (negative, significand) = word.sign_and_magnitude();
    pack(U::FORMAT, Parts { negative, exponent: 0, significand }).1
}

pub(crate) fn of_signed<T: Int, U: Float>(a: T) -> Status {
    of_word::<T::Signed, U>(a.signed())
}

pub(crate) fn of_unsigned<T: Int, U: Float>(a: T) -> Status {
    of_word::<T, U>(a)
}

/// convertToIntegerExactTowardZero (5.8): invalid for a NaN and out of range, else inexact for a fraction.
fn to_word<T: Float, W: Word>(a: T) -> Status {
    if !covered(T::FORMAT) {
        Status::EMPTY
    } else if a.to_word::<W>().is_none() {
        Status::INVALID
    } else if a == a.integral(crate::Direction::Zero) {
        Status::EMPTY
    } else {
        Status::INEXACT
    }
}

pub(crate) fn to_signed<T: Float, U: Int>(a: T) -> Status {
    to_word::<T, U::Signed>(a)
}

pub(crate) fn to_unsigned<T: Float, U: Int>(a: T) -> Status {
    to_word::<T, U>(a)
}
