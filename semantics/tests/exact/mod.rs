//! Exact arithmetic that results are held against: rationals of unbounded integers, rounded by definition.
//!
//! A number is rounded by a search over the format's values, which are ordered as their bits are. Nothing here is
//! shared with the crate under test.

#![allow(dead_code, reason = "each test binary uses a part")]

use native_ir::{Condition, Opcode, Trap, TypeKind};
use num_bigint::{BigInt, BigUint, Sign};
use semantics::{Status, operation, strict_operation};
use std::cmp::Ordering;

pub(crate) type Outcome = Result<[u128; 2], Trap>;

/// A format by its kind, precision and greatest exponent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) kind: TypeKind,
    pub(crate) precision: i32,
    pub(crate) max_exponent: i32,
}

pub(crate) const HALF: Format = Format { kind: TypeKind::F16, precision: 11, max_exponent: 15 };
pub(crate) const SINGLE: Format = Format { kind: TypeKind::F32, precision: 24, max_exponent: 127 };
pub(crate) const DOUBLE: Format = Format { kind: TypeKind::F64, precision: 53, max_exponent: 1023 };
pub(crate) const QUAD: Format = Format { kind: TypeKind::F128, precision: 113, max_exponent: 16383 };
pub(crate) const FORMATS: [Format; 4] = [HALF, SINGLE, DOUBLE, QUAD];

/// What bits stand for. A finite number is `number × 2^exponent`; its sign stands apart for the sake of -0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    Nan { signalling: bool },
    Infinity { negative: bool },
    Finite { negative: bool, number: BigInt, exponent: i32 },
}

impl Format {
    pub(crate) fn width(self) -> i32 {
        self.kind.bits(64).unwrap() as i32
    }

    pub(crate) fn sign(self) -> u128 {
        1 << (self.width() - 1)
    }

    pub(crate) fn infinity(self) -> u128 {
        let field = (1u128 << (self.width() - self.precision)) - 1;
        field << (self.precision - 1)
    }

    pub(crate) fn quiet_nan(self) -> u128 {
        self.infinity() + (1 << (self.precision - 2))
    }

    /// The bits of 1.
    pub(crate) fn one(self) -> u128 {
        (self.max_exponent as u128) << (self.precision - 1)
    }

    /// The bits of a power of two in the range of normal numbers.
    pub(crate) fn power(self, exponent: i32) -> u128 {
        ((self.max_exponent + exponent) as u128) << (self.precision - 1)
    }

    fn least_exponent(self) -> i32 {
        2 - self.max_exponent - self.precision
    }

    /// Positive finite bits, and those of infinity as the power of two that would come next.
    fn magnitude(self, bits: u128) -> (BigUint, i32) {
        let field = (bits >> (self.precision - 1)) as i32;
        let fraction = bits % (1 << (self.precision - 1));
        match field {
            0 => (fraction.into(), self.least_exponent()),
            _ => ((fraction + (1 << (self.precision - 1))).into(), self.least_exponent() + field - 1),
        }
    }

    pub(crate) fn datum(self, bits: u128) -> Datum {
        let negative = bits & self.sign() != 0;
        let magnitude = bits & !self.sign();
        match magnitude.cmp(&self.infinity()) {
            Ordering::Greater => Datum::Nan { signalling: magnitude >> (self.precision - 2) & 1 == 0 },
            Ordering::Equal => Datum::Infinity { negative },
            Ordering::Less => {
                let (number, exponent) = self.magnitude(magnitude);
                let sign = if negative { Sign::Minus } else { Sign::Plus };
                Datum::Finite { negative, number: BigInt::from_biguint(sign, number), exponent }
            }
        }
    }

    pub(crate) fn is_nan(self, bits: u128) -> bool {
        matches!(self.datum(bits), Datum::Nan { .. })
    }
}

/// A non-negative real: a quotient of integers, or the square root of one.
#[derive(Clone, Debug)]
pub(crate) struct Real {
    over: BigUint,
    under: BigUint,
    root: bool,
}

impl Real {
    pub(crate) fn integer(value: BigUint) -> Real {
        Real { over: value, under: BigUint::from(1u8), root: false }
    }

    /// `number × 2^exponent`
    pub(crate) fn scaled(number: BigUint, exponent: i32) -> Real {
        Real::quotient((number, exponent), (BigUint::from(1u8), 0))
    }

    /// The quotient of two scaled numbers, the second not 0.
    pub(crate) fn quotient(a: (BigUint, i32), b: (BigUint, i32)) -> Real {
        let exponent = a.1 - b.1;
        let distance = exponent.unsigned_abs();
        if exponent >= 0 {
            Real { over: a.0 << distance, under: b.0, root: false }
        } else {
            Real { over: a.0, under: b.0 << distance, root: false }
        }
    }

    pub(crate) fn root(self) -> Real {
        Real { root: true, ..self }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.over == BigUint::ZERO
    }

    /// Compares the real with `number × 2^exponent`.
    fn compare(&self, number: &BigUint, exponent: i32) -> Ordering {
        let (number, exponent) =
            if self.root { (number * number, 2 * exponent) } else { (number.clone(), exponent) };
        let distance = exponent.unsigned_abs();
        if exponent >= 0 {
            self.over.cmp(&((number * &self.under) << distance))
        } else {
            (&self.over << distance).cmp(&(number * &self.under))
        }
    }

    /// The bits of the nearest value, ties to even, and what the rounding raises.
    pub(crate) fn round(&self, format: Format) -> (u128, Status) {
        if self.is_zero() {
            return (0, Status::EMPTY);
        }
        // The greatest value that is not above the real.
        let (mut low, mut high) = (0, format.infinity());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let (number, exponent) = format.magnitude(middle);
            if self.compare(&number, exponent).is_lt() {
                high = middle;
            } else {
                low = middle;
            }
        }
        let (number, exponent) = format.magnitude(low);
        if self.compare(&number, exponent).is_eq() {
            return (low, Status::EMPTY);
        }
        let (next, next_exponent) = format.magnitude(high);
        // The sum of the two neighbours, in halves: their middle.
        let middle = number + (next << (next_exponent - exponent));
        let bits = match self.compare(&middle, exponent - 1) {
            Ordering::Less => low,
            Ordering::Greater => high,
            Ordering::Equal => low + low % 2,
        };
        (bits, Status::INEXACT | self.range(format, bits))
    }

    /// Overflow and underflow of an inexact result.
    fn range(&self, format: Format, bits: u128) -> Status {
        if bits == format.infinity() {
            return Status::OVERFLOW;
        }
        // Rounded to the precision without a least exponent, a number from half a digit below the least normal one
        // becomes that one: 2^least × (1 - 2^-(precision + 1)).
        let number = (BigUint::from(1u8) << (format.precision + 1)) - 1u8;
        let tiny = self.compare(&number, 1 - format.max_exponent - format.precision - 1).is_lt();
        if tiny { Status::UNDERFLOW } else { Status::EMPTY }
    }
}

/// A signed number `number × 2^exponent`, rounded; `zero` is the sign of an exact zero.
pub(crate) fn round_scaled(format: Format, number: &BigInt, exponent: i32, zero: bool) -> (u128, Status) {
    let negative = if number.sign() == Sign::NoSign { zero } else { number.sign() == Sign::Minus };
    let (bits, status) = Real::scaled(number.magnitude().clone(), exponent).round(format);
    (bits | if negative { format.sign() } else { 0 }, status)
}

/// An opcode's function over bits, through the table.
pub(crate) fn run(name: &str, from: TypeKind, to: TypeKind, operands: [u128; 3]) -> Outcome {
    let (opcode, condition) = parse(name);
    operation(opcode, condition, from, to).unwrap_or_else(|| panic!("{name} {from} {to} has no function"))(
        &operands,
    )
}

/// As [`run`], with the status.
pub(crate) fn run_strict(
    name: &str,
    from: TypeKind,
    to: TypeKind,
    operands: [u128; 3],
) -> Result<([u128; 2], Status), Trap> {
    let (opcode, condition) = parse(name);
    let operation = strict_operation(opcode, condition, from, to);
    operation.unwrap_or_else(|| panic!("{name} {from} {to} has no strict function"))(&operands)
}

/// `icmp.slt` → the opcode and the condition; any condition for names without one.
fn parse(name: &str) -> (Opcode, Condition) {
    let (base, suffix) = match name.split_once('.') {
        Some((base, suffix)) => (format!("{base}.cc"), suffix),
        None => (name.to_string(), "eq"),
    };
    let opcode = Opcode::from_name(&base).unwrap_or_else(|| panic!("{name} is no opcode"));
    (opcode, Condition::from_name(suffix).unwrap_or_else(|| panic!("{suffix} is no condition")))
}

/// A reproducible sequence (xorshift64*).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Positive and negative values at the edges of a format; infinities and NaNs among them.
pub(crate) fn edges(format: Format) -> Vec<u128> {
    let (one, infinity, digits) = (format.one(), format.infinity(), format.precision - 1);
    let normal = 1u128 << digits;
    let mut values = vec![
        0,
        1,
        2,
        3,
        normal / 2,
        normal / 2 + 1,
        normal - 2,
        normal - 1,
        normal,
        normal + 1,
        2 * normal,
        2 * normal + 1,
        one - 2,
        one - 1,
        one,
        one + 1,
        one + 2,
        one + normal / 2,
        one + normal / 2 + 1,
        one + normal - 1,
        format.power(1),
        format.power(1) + 1,
        format.power(1) + normal / 2,
        format.power(-1),
        format.power(-1) - 1,
        format.power(-1) + 1,
        format.power(-2),
        infinity - 2,
        infinity - 1,
        infinity,
        infinity - normal,
        format.quiet_nan(),
        format.quiet_nan() + 5,
        infinity + 1,
        format.quiet_nan() - 1,
        format.power(digits),
        format.power(digits) + 1,
        format.power(digits) - 1,
        format.power(digits - 1) + 1,
        format.power(digits - 1) - 1,
        format.power(digits + 1),
        format.power(digits + 1) + 1,
        format.power(-digits),
        format.power(-digits - 1),
        format.power(-digits - 1) + 1,
        format.power(-digits - 2),
    ];
    for exponent in [3, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128] {
        if exponent <= format.max_exponent {
            let power = format.power(exponent);
            values.extend([power - 1, power, power + 1]);
        }
    }
    // Products and squares near the ends of the range.
    for exponent in [format.max_exponent / 2, format.max_exponent / 2 + 1] {
        values.extend([format.power(exponent), format.power(-exponent), format.power(-exponent) + 1]);
    }
    values.sort_unstable();
    values.dedup();
    let negative: Vec<_> = values.iter().map(|value| value | format.sign()).collect();
    values.extend(negative);
    values
}

/// Any bits of a format, with exponents near that of 1 as often as not.
pub(crate) fn any(format: Format, random: &mut Random) -> u128 {
    let bits = random.wide() >> (128 - format.width());
    if random.below(2) == 0 {
        return bits;
    }
    let spread = 2 * u64::from(format.precision.unsigned_abs());
    let exponent = random.below(2 * spread) as i32 - spread as i32;
    let exponent = exponent.clamp(1 - format.max_exponent, format.max_exponent);
    bits & (format.sign() | ((1 << (format.precision - 1)) - 1)) | format.power(exponent)
}
