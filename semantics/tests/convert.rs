//! Conversions between floats, and between floats and integers, with their status, against exact rationals.

mod exact;

use exact::{
    DOUBLE, Datum, FORMATS, Format, HALF, QUAD, Random, SINGLE, any, edges, round_scaled, run, run_strict,
};
use native_ir::{Trap, TypeKind};
use num_bigint::{BigInt, Sign};
use semantics::Status;

const INTEGERS: [TypeKind; 5] = [TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64, TypeKind::I128];

fn width(kind: TypeKind) -> u32 {
    kind.bits(64).unwrap()
}

/// The status covers f32 and f64 alone.
fn covered(format: Format) -> bool {
    matches!(format.kind, TypeKind::F32 | TypeKind::F64)
}

fn strictly(is_covered: bool, status: Status) -> Status {
    if is_covered { status } else { Status::EMPTY }
}

fn check_float(from: Format, to: Format, bits: u128) {
    let name = if to.width() > from.width() { "fpromote" } else { "fdemote" };
    let datum = from.datum(bits);
    let signed = |negative: bool, bits| bits | if negative { to.sign() } else { 0 };
    let (expected, status) = match datum {
        Datum::Nan { signalling: true } => (None, Status::INVALID),
        Datum::Nan { signalling: false } => (None, Status::EMPTY),
        Datum::Infinity { negative } => (Some(signed(negative, to.infinity())), Status::EMPTY),
        Datum::Finite { negative, number, exponent } => {
            let (bits, status) = round_scaled(to, &number, exponent, negative);
            (Some(bits), status)
        }
    };
    let found = run(name, from.kind, to.kind, [bits, 0, 0]).unwrap()[0];
    let what = format!("{name} {} {} {bits:x}", from.kind, to.kind);
    match expected {
        None => assert!(to.is_nan(found), "{what} is {found:x}"),
        Some(expected) => assert_eq!(found, expected, "{what}"),
    }
    let strict = run_strict(name, from.kind, to.kind, [bits, 0, 0]).unwrap();
    assert_eq!(strict, ([found, 0], strictly(covered(from) && covered(to), status)), "{what}");
}

#[test]
fn floats_to_floats() {
    for from in FORMATS {
        for to in FORMATS {
            if from.width() == to.width() {
                continue;
            }
            let mut random = Random(3);
            let others = (0..5000).map(|_| any(from, &mut random));
            for bits in edges(from).into_iter().chain(others) {
                check_float(from, to, bits);
            }
        }
    }
    for bits in 0..1 << 16 {
        check_float(HALF, SINGLE, bits);
        check_float(HALF, DOUBLE, bits);
        check_float(HALF, QUAD, bits);
    }
}

/// Values at, and on both sides of, each value of a format and each middle of two, in a wider one.
#[test]
fn ties_between_floats() {
    for (from, to) in
        [(SINGLE, HALF), (DOUBLE, HALF), (QUAD, HALF), (DOUBLE, SINGLE), (QUAD, SINGLE), (QUAD, DOUBLE)]
    {
        for bits in edges(to).into_iter().filter(|&bits| !to.is_nan(bits) && bits & !to.sign() != to.infinity()) {
            let wide = run("fpromote", to.kind, from.kind, [bits, 0, 0]).unwrap()[0];
            let half = 1 << (from.precision - to.precision - 1);
            for near in [wide, wide + half, wide - half.min(wide & !from.sign())] {
                check_float(from, to, near);
                check_float(from, to, near + 1);
                check_float(from, to, near - u128::from(near & !from.sign() != 0));
            }
        }
    }
}

fn check_from_integer(from: TypeKind, to: Format, bits: u128) {
    let unsigned = BigInt::from(bits);
    let negative = bits >> (width(from) - 1) & 1 == 1;
    let signed = if negative { &unsigned - (BigInt::from(1) << width(from)) } else { unsigned.clone() };
    for (name, number) in [("uint_to_float", unsigned), ("sint_to_float", signed)] {
        let (expected, status) = round_scaled(to, &number, 0, false);
        let what = format!("{name} {from} {} {bits:x}", to.kind);
        assert_eq!(run(name, from, to.kind, [bits, 0, 0]), Ok([expected, 0]), "{what}");
        let strict = run_strict(name, from, to.kind, [bits, 0, 0]);
        assert_eq!(strict, Ok(([expected, 0], strictly(covered(to), status))), "{what}");
    }
}

/// Runs of ones of all lengths at all places, which meet every rounding boundary, and others.
fn integers(width: u32) -> Vec<u128> {
    let mask = u128::MAX >> (128 - width);
    let mut values = vec![0];
    for length in 1..=width {
        let ones = u128::MAX >> (128 - length);
        for value in [ones, 1 << (length - 1), ones / 2, (1 << (length - 1)) + 1] {
            values.extend([value, value.wrapping_neg()]);
        }
        // A tie, and its neighbours, of each precision.
        for precision in [11, 24, 53, 113] {
            if length > precision {
                let half = 1 << (length - precision - 1);
                let tie = (1 << (length - 1)) | half;
                values.extend([tie - 1, tie, tie + 1, tie + 2 * half - 1, tie + 2 * half, tie + 2 * half + 1]);
            }
        }
    }
    let mut random = Random(u64::from(width));
    values.extend((0..500).map(|_| random.wide() >> random.below(128)));
    for value in &mut values {
        *value &= mask;
    }
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn integers_to_floats() {
    for from in INTEGERS {
        for bits in integers(width(from)) {
            for to in FORMATS {
                check_from_integer(from, to, bits);
            }
        }
    }
    for bits in 0..1 << 16 {
        for to in FORMATS {
            check_from_integer(TypeKind::I16, to, bits);
        }
    }
}

fn check_to_integer(from: Format, to: TypeKind, bits: u128, signed: bool) {
    let values = BigInt::from(1) << width(to);
    let low = if signed { -(BigInt::from(1) << (width(to) - 1)) } else { BigInt::ZERO };
    let high = &low + &values - 1;
    let wrap = |number: BigInt| u128::try_from((number + &values) % &values).unwrap();
    let (clamped, status) = match from.datum(bits) {
        Datum::Nan { .. } => (0, Status::INVALID),
        Datum::Infinity { negative } => (wrap(if negative { low } else { high }), Status::INVALID),
        Datum::Finite { number, exponent, .. } => {
            let distance = exponent.unsigned_abs();
            let magnitude = number.magnitude();
            let whole = if exponent < 0 { magnitude >> distance } else { magnitude << distance };
            let exact = exponent >= 0 || &whole << distance == *magnitude;
            let sign = if number.sign() == Sign::Minus { Sign::Minus } else { Sign::Plus };
            let whole = BigInt::from_biguint(sign, whole);
            let in_range = whole >= low && whole <= high;
            let status = match (in_range, exact) {
                (false, _) => Status::INVALID,
                (true, true) => Status::EMPTY,
                (true, false) => Status::INEXACT,
            };
            (wrap(whole.clamp(low, high)), status)
        }
    };
    let name = if signed { "float_to_sint" } else { "float_to_uint" };
    let trapping = if status == Status::INVALID { Err(Trap::InvalidConversion) } else { Ok([clamped, 0]) };
    let status = strictly(covered(from), status);
    let what = format!("{name} {} {to} {bits:x}", from.kind);
    assert_eq!(run(name, from.kind, to, [bits, 0, 0]), trapping, "{what}");
    assert_eq!(run_strict(name, from.kind, to, [bits, 0, 0]), trapping.map(|results| (results, status)), "{what}");
    let name = format!("{name}_sat");
    assert_eq!(run(&name, from.kind, to, [bits, 0, 0]), Ok([clamped, 0]), "{what} clamped");
    assert_eq!(run_strict(&name, from.kind, to, [bits, 0, 0]), Ok(([clamped, 0], status)), "{what} clamped");
}

#[test]
fn floats_to_integers() {
    for from in FORMATS {
        let mut random = Random(5);
        let mut values = edges(from);
        values.extend((0..2000).map(|_| any(from, &mut random)));
        // Each limit of a range, one and a half around it.
        for power in (0..=128).filter(|&power| power <= from.max_exponent) {
            let limit = from.power(power);
            let unit = |half: i32| from.precision - 1 - power + half;
            let steps =
                [unit(0), unit(-1), unit(-2)].into_iter().filter(|step| (0..from.precision).contains(step));
            for step in steps.map(|step| 1u128 << step).chain([1]) {
                values.extend([limit - step, limit, limit + step, limit + step + 1, limit + step - 1]);
            }
        }
        let negative: Vec<_> = values.iter().map(|value| value | from.sign()).collect();
        values.extend(negative);
        values.sort_unstable();
        values.dedup();
        for bits in values {
            for to in INTEGERS {
                check_to_integer(from, to, bits, true);
                check_to_integer(from, to, bits, false);
            }
        }
    }
    for bits in 0..1 << 16 {
        for to in INTEGERS {
            check_to_integer(HALF, to, bits, true);
            check_to_integer(HALF, to, bits, false);
        }
    }
}

/// Published by the standards that define the formats, or plain from them.
#[test]
fn published_values() {
    let convert = |name, from, to, bits| run(name, from, to, [bits, 0, 0]).unwrap()[0];
    assert_eq!(convert("fdemote", TypeKind::F64, TypeKind::F16, 0x4009_21fb_5444_2d18), 0x4248);
    assert_eq!(convert("fdemote", TypeKind::F64, TypeKind::F32, 0x4009_21fb_5444_2d18), 0x4049_0fdb);
    assert_eq!(convert("fpromote", TypeKind::F16, TypeKind::F32, 1), 0x3380_0000);
    assert_eq!(convert("uint_to_float", TypeKind::I32, TypeKind::F16, 65_519), 0x7bff);
    assert_eq!(convert("uint_to_float", TypeKind::I32, TypeKind::F16, 65_520), 0x7c00);
    assert_eq!(convert("uint_to_float", TypeKind::I128, TypeKind::F32, u128::MAX), 0x7f80_0000);
    assert_eq!(convert("sint_to_float", TypeKind::I32, TypeKind::F32, (1 << 24) + 1), 0x4b80_0000);
}

/// Bits of signalling NaNs too pass unchanged.
#[test]
fn casts_move_bits() {
    let pairs = [(TypeKind::I16, HALF), (TypeKind::I32, SINGLE), (TypeKind::I64, DOUBLE), (TypeKind::I128, QUAD)];
    for (integer, format) in pairs {
        for bits in edges(format) {
            assert_eq!(run("bitcast", integer, format.kind, [bits, 0, 0]), Ok([bits, 0]));
            assert_eq!(run("bitcast", format.kind, integer, [bits, 0, 0]), Ok([bits, 0]));
        }
    }
    let bits = f32::to_bits(semantics::bitcast(0x7f80_0001_u32));
    assert_eq!(bits, 0x7f80_0001, "a signalling NaN in a value of the host");
    assert_eq!(f64::to_bits(semantics::fneg(f64::from_bits(0x7ff0_0000_0000_0001))), 0xfff0_0000_0000_0001);
}
