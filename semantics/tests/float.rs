//! Floating-point arithmetic, choices, compares and integral values, with their status, against exact rationals.

mod exact;

use exact::{
    DOUBLE, Datum, FORMATS, Format, HALF, QUAD, Random, Real, SINGLE, any, edges, round_scaled, run, run_strict,
};
use num_bigint::{BigInt, Sign};
use semantics::Status;
use std::cmp::Ordering;

/// The bits that a result must have, or any NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Bits(u128),
    Nan,
}

type Rounded = (Expected, Status);

fn exactly(bits: u128) -> Rounded {
    (Expected::Bits(bits), Status::EMPTY)
}

const INVALID: Rounded = (Expected::Nan, Status::INVALID);

/// A signed number on a common scale with others.
fn aligned(values: &[(&BigInt, i32)]) -> (Vec<BigInt>, i32) {
    let least = values.iter().map(|(_, exponent)| *exponent).min().unwrap();
    (values.iter().map(|(number, exponent)| *number << (exponent - least)).collect(), least)
}

/// The NaN that a NaN operand gives, invalid when one is signalling.
fn nan_operand(data: &[Datum]) -> Option<Rounded> {
    let nans: Vec<_> = data.iter().filter(|datum| matches!(datum, Datum::Nan { .. })).collect();
    let signalling = nans.contains(&&Datum::Nan { signalling: true });
    let status = if signalling { Status::INVALID } else { Status::EMPTY };
    (!nans.is_empty()).then_some((Expected::Nan, status))
}

fn is_negative(datum: &Datum) -> bool {
    matches!(datum, Datum::Infinity { negative: true } | Datum::Finite { negative: true, .. })
}

fn is_infinite(datum: &Datum) -> bool {
    matches!(datum, Datum::Infinity { .. })
}

fn is_zero(datum: &Datum) -> bool {
    matches!(datum, Datum::Finite { number, .. } if number.sign() == Sign::NoSign)
}

fn finite(datum: &Datum) -> (&BigInt, i32) {
    match datum {
        Datum::Finite { number, exponent, .. } => (number, *exponent),
        _ => panic!("{datum:?} is not finite"),
    }
}

fn signed(format: Format, negative: bool, bits: u128) -> u128 {
    bits | if negative { format.sign() } else { 0 }
}

fn rounded((bits, status): (u128, Status)) -> Rounded {
    (Expected::Bits(bits), status)
}

/// x + y for data that are no NaNs; `x` may be a product of which only the value counts.
fn add(format: Format, x: &Datum, y: &Datum) -> Rounded {
    match (is_infinite(x), is_infinite(y)) {
        (true, true) if is_negative(x) != is_negative(y) => INVALID,
        (true, _) => exactly(signed(format, is_negative(x), format.infinity())),
        (_, true) => exactly(signed(format, is_negative(y), format.infinity())),
        _ => {
            let (numbers, exponent) = aligned(&[finite(x), finite(y)]);
            // A zero sum of numbers with different signs is +0; -0 only from two of them.
            let zero = is_negative(x) && is_negative(y);
            rounded(round_scaled(format, &(&numbers[0] + &numbers[1]), exponent, zero))
        }
    }
}

/// x × y without rounding; none for 0 × infinity.
fn product(x: &Datum, y: &Datum) -> Option<Datum> {
    let negative = is_negative(x) != is_negative(y);
    if is_infinite(x) || is_infinite(y) {
        return (!is_zero(x) && !is_zero(y)).then_some(Datum::Infinity { negative });
    }
    let ((x, x_exponent), (y, y_exponent)) = (finite(x), finite(y));
    Some(Datum::Finite { negative, number: x * y, exponent: x_exponent + y_exponent })
}

fn multiply(format: Format, x: &Datum, y: &Datum) -> Rounded {
    match product(x, y) {
        None => INVALID,
        Some(Datum::Finite { negative, number, exponent }) => {
            rounded(round_scaled(format, &number, exponent, negative))
        }
        Some(infinity) => exactly(signed(format, is_negative(&infinity), format.infinity())),
    }
}

fn divide(format: Format, x: &Datum, y: &Datum) -> Rounded {
    let negative = is_negative(x) != is_negative(y);
    if is_infinite(x) && is_infinite(y) || is_zero(x) && is_zero(y) {
        return INVALID;
    }
    if is_infinite(x) {
        return exactly(signed(format, negative, format.infinity()));
    }
    if is_infinite(y) {
        return exactly(signed(format, negative, 0));
    }
    if is_zero(y) {
        return (Expected::Bits(signed(format, negative, format.infinity())), Status::DIVIDE_BY_ZERO);
    }
    let ((x, x_exponent), (y, y_exponent)) = (finite(x), finite(y));
    let real = Real::quotient((x.magnitude().clone(), x_exponent), (y.magnitude().clone(), y_exponent));
    let (bits, status) = real.round(format);
    (Expected::Bits(signed(format, negative, bits)), status)
}

fn negated(datum: Datum) -> Datum {
    match datum {
        Datum::Nan { .. } => datum,
        Datum::Infinity { negative } => Datum::Infinity { negative: !negative },
        Datum::Finite { negative, number, exponent } => {
            Datum::Finite { negative: !negative, number: -number, exponent }
        }
    }
}

fn arithmetic(name: &str, format: Format, operands: [u128; 3]) -> Rounded {
    let count = if name == "fma" { 3 } else { 2 };
    let data: Vec<_> = operands[..count].iter().map(|&bits| format.datum(bits)).collect();
    if let Some(nan) = nan_operand(&data) {
        return nan;
    }
    match name {
        "fadd" => add(format, &data[0], &data[1]),
        "fsub" => add(format, &data[0], &negated(data[1].clone())),
        "fmul" => multiply(format, &data[0], &data[1]),
        "fdiv" => divide(format, &data[0], &data[1]),
        "fma" => product(&data[0], &data[1]).map_or(INVALID, |product| add(format, &product, &data[2])),
        _ => panic!("{name} is not expected"),
    }
}

fn square_root(format: Format, bits: u128) -> Rounded {
    let datum = format.datum(bits);
    if let Some(nan) = nan_operand(std::slice::from_ref(&datum)) {
        return nan;
    }
    match datum {
        _ if is_zero(&datum) => exactly(bits),
        _ if is_negative(&datum) => INVALID,
        Datum::Finite { number, exponent, .. } => {
            rounded(Real::scaled(number.magnitude().clone(), exponent).root().round(format))
        }
        _ => exactly(bits),
    }
}

/// The order of two data; none with a NaN.
fn compare(x: &Datum, y: &Datum) -> Option<Ordering> {
    // Infinities order as a number beyond the others does.
    let rank = |datum: &Datum| match datum {
        Datum::Infinity { negative } => 1 - 2 * i32::from(*negative),
        _ => 0,
    };
    if matches!(x, Datum::Nan { .. }) || matches!(y, Datum::Nan { .. }) {
        return None;
    }
    if is_infinite(x) || is_infinite(y) {
        return Some(rank(x).cmp(&rank(y)));
    }
    let (numbers, _) = aligned(&[finite(x), finite(y)]);
    Some(numbers[0].cmp(&numbers[1]))
}

fn choice(name: &str, format: Format, a: u128, b: u128) -> Rounded {
    let (x, y) = (format.datum(a), format.datum(b));
    let status = nan_operand(&[x.clone(), y.clone()]).map_or(Status::EMPTY, |(_, status)| status);
    let greatest = name.starts_with("fmaximum");
    let expected = match compare(&x, &y) {
        None if name.ends_with("number") && !matches!(x, Datum::Nan { .. }) => Expected::Bits(a),
        None if name.ends_with("number") && !matches!(y, Datum::Nan { .. }) => Expected::Bits(b),
        None => Expected::Nan,
        // Only zeros are equal without being the same.
        Some(Ordering::Equal) => Expected::Bits(if is_negative(&x) == greatest { b } else { a }),
        Some(order) => Expected::Bits(if order.is_gt() == greatest { a } else { b }),
    };
    (expected, status)
}

/// Whether a condition holds of a relation: the table of IEEE 754-2019, 5.11.
fn holds(condition: &str, relation: Option<Ordering>) -> bool {
    let relations = match condition {
        "oeq" => "=",
        "one" => "<>",
        "olt" => "<",
        "ole" => "<=",
        "ogt" => ">",
        "oge" => ">=",
        "ord" => "<=>",
        "uno" => "?",
        "ueq" => "=?",
        "une" => "<>?",
        "nlt" => "=>?",
        "nle" => ">?",
        "ngt" => "<=?",
        "nge" => "<?",
        _ => panic!("{condition} is not expected"),
    };
    let relation = match relation {
        Some(Ordering::Less) => '<',
        Some(Ordering::Equal) => '=',
        Some(Ordering::Greater) => '>',
        None => '?',
    };
    relations.contains(relation)
}

fn integral(name: &str, format: Format, bits: u128) -> Rounded {
    let datum = format.datum(bits);
    if let Some(nan) = nan_operand(std::slice::from_ref(&datum)) {
        return nan;
    }
    let Datum::Finite { negative, number, exponent } = datum else { return exactly(bits) };
    if exponent >= 0 {
        return exactly(bits);
    }
    let unit = BigInt::from(1) << exponent.unsigned_abs();
    let floor = &number >> exponent.unsigned_abs();
    let fraction = &number - &floor * &unit;
    let twice: BigInt = &fraction * 2;
    let odd = &floor % 2 != BigInt::ZERO;
    let up = match name {
        "round_down" => false,
        "round_up" => fraction != BigInt::ZERO,
        "round_zero" => negative && fraction != BigInt::ZERO,
        "round_even" => twice > unit || twice == unit && odd,
        "round_away" => twice > unit || twice == unit && !negative,
        _ => panic!("{name} is not expected"),
    };
    rounded(round_scaled(format, &(floor + i32::from(up)), 0, negative))
}

/// Holds a function, with and without status, against what is expected.
fn check(name: &str, format: Format, operands: [u128; 3], (expected, status): Rounded) {
    let kind = format.kind;
    let [bits, rest] = run(name, kind, kind, operands).unwrap();
    let found = if format.is_nan(bits) { Expected::Nan } else { Expected::Bits(bits) };
    assert_eq!((found, rest), (expected, 0), "{name} {kind} {operands:x?}");
    assert!(bits / 2 < format.sign(), "{name} {kind} has bits above its width");
    let covered = format.width() == 32 || format.width() == 64;
    let status = if covered { status } else { Status::EMPTY };
    let (strict, found) = run_strict(name, kind, kind, operands).unwrap();
    assert_eq!(found, status, "{name} {kind} {operands:x?} raises");
    assert!(strict[0] == bits || expected == Expected::Nan && format.is_nan(strict[0]), "{name} {kind} strictly");
}

const ARITHMETIC: [&str; 4] = ["fadd", "fsub", "fmul", "fdiv"];
const CHOICES: [&str; 4] = ["fminimum", "fmaximum", "fminimum_number", "fmaximum_number"];
const CONDITIONS: [&str; 14] =
    ["oeq", "one", "olt", "ole", "ogt", "oge", "ord", "uno", "ueq", "une", "nlt", "nle", "ngt", "nge"];
const INTEGRAL: [&str; 5] = ["round_even", "round_away", "round_zero", "round_down", "round_up"];

fn check_unary(format: Format, a: u128) {
    let operands = [a, 0, 0];
    check("sqrt", format, operands, square_root(format, a));
    for name in INTEGRAL {
        check(name, format, operands, integral(name, format, a));
    }
    let moved = |name, bits| {
        let found = run(name, format.kind, format.kind, operands);
        assert_eq!(found, Ok([bits, 0]), "{name} {} {a:x}", format.kind);
        assert_eq!(run_strict(name, format.kind, format.kind, operands), Ok(([bits, 0], Status::EMPTY)));
    };
    moved("fneg", a ^ format.sign());
    moved("fabs", a % format.sign());
    let canonical = if format.is_nan(a) { format.quiet_nan() } else { a };
    let status = nan_operand(std::slice::from_ref(&format.datum(a))).map_or(Status::EMPTY, |(_, status)| status);
    assert_eq!(run("canonicalize", format.kind, format.kind, operands), Ok([canonical, 0]), "canonicalize {a:x}");
    let expected = if format.is_nan(a) { Expected::Nan } else { Expected::Bits(a) };
    check("canonicalize", format, operands, (expected, status));
}

fn check_choices(format: Format, a: u128, b: u128) {
    for name in CHOICES {
        check(name, format, [a, b, 0], choice(name, format, a, b));
    }
    let (kind, operands) = (format.kind, [a, b, 0]);
    let sign = b & format.sign();
    assert_eq!(run("copysign", kind, kind, operands), Ok([(a % format.sign()) | sign, 0]), "copysign {a:x} {b:x}");
    let (x, y) = (format.datum(a), format.datum(b));
    let relation = compare(&x, &y);
    let covered = format.width() == 32 || format.width() == 64;
    let status = nan_operand(&[x, y]).filter(|_| covered).map_or(Status::EMPTY, |(_, status)| status);
    for condition in CONDITIONS {
        let name = format!("fcmp.{condition}");
        let result = [u128::from(holds(condition, relation)), 0];
        assert_eq!(run(&name, kind, kind, operands), Ok(result), "{name} {kind} {a:x} {b:x}");
        assert_eq!(run_strict(&name, kind, kind, operands), Ok((result, status)), "{name} {kind} {a:x} {b:x}");
    }
}

fn check_arithmetic(format: Format, a: u128, b: u128) {
    for name in ARITHMETIC {
        check(name, format, [a, b, 0], arithmetic(name, format, [a, b, 0]));
    }
}

fn check_fma(format: Format, operands: [u128; 3]) {
    check("fma", format, operands, arithmetic("fma", format, operands));
}

/// Every n-th value, so that about `count` remain, from both ends of the range.
fn sample(values: &[u128], count: usize) -> impl Iterator<Item = u128> + Clone {
    values.iter().copied().step_by((values.len() / count).max(1))
}

#[test]
fn half_unary_exhaustively() {
    for a in 0..1 << 16 {
        check_unary(HALF, a);
    }
}

#[test]
fn half_pairs_densely() {
    let all: Vec<u128> = (0..1 << 16).collect();
    for a in sample(&all, 320) {
        for b in all.iter().copied().step_by(211) {
            check_arithmetic(HALF, a, b);
        }
    }
}

#[test]
fn edge_operands() {
    for format in FORMATS {
        let values = edges(format);
        for &a in &values {
            check_unary(format, a);
            for &b in &values {
                check_choices(format, a, b);
            }
        }
        let few = if format.width() == 128 { 60 } else { 150 };
        for a in sample(&values, few) {
            for &b in &values {
                check_arithmetic(format, a, b);
            }
        }
    }
}

#[test]
fn edge_triples() {
    for (format, few) in [(HALF, 40), (SINGLE, 40), (DOUBLE, 36), (QUAD, 20)] {
        let values = edges(format);
        for a in sample(&values, few) {
            for b in sample(&values, few) {
                for c in sample(&values, few) {
                    check_fma(format, [a, b, c]);
                }
            }
        }
    }
}

#[test]
fn random_operands() {
    for (format, count) in [(HALF, 20000), (SINGLE, 20000), (DOUBLE, 20000), (QUAD, 3000)] {
        let mut random = Random(7);
        for _ in 0..count {
            let [a, b, c] = [(); 3].map(|()| any(format, &mut random));
            check_unary(format, a);
            check_arithmetic(format, a, b);
            check_choices(format, a, b);
            check_fma(format, [a, b, c]);
        }
    }
}

/// Triples whose third operand nearly cancels the product, or decides a tie of it.
#[test]
fn near_triples() {
    for (format, count) in [(HALF, 20000), (SINGLE, 20000), (DOUBLE, 20000), (QUAD, 3000)] {
        let mut random = Random(11);
        for _ in 0..count {
            let [a, b] = [(); 2].map(|()| any(format, &mut random));
            let Expected::Bits(near) = arithmetic("fmul", format, [a, b, 0]).0 else { continue };
            let magnitude = near % format.sign();
            let cancelling = magnitude.saturating_add(u128::from(random.below(5))).saturating_sub(2);
            check_fma(format, [a, b, cancelling.min(format.infinity()) | !near & format.sign()]);
            // Far below the last digit of a product that is short enough to be exact or a tie.
            let short = |bits: u128| bits >> (format.precision / 2) << (format.precision / 2);
            let tiny = u128::from(random.below(3)) + u128::from(random.below(2)) * format.sign();
            check_fma(format, [short(a), short(b), tiny]);
        }
    }
}

/// Results about the least normal number: those that the rounding of subnormals makes normal are tiny all the same,
/// unless the rounding to full precision does so too.
#[test]
fn tiny_results() {
    for format in [SINGLE, DOUBLE] {
        let normal = format.power(1 - format.max_exponent);
        for below in 0..6 {
            for above in 0..40 {
                let operands = [format.one() - above, normal + 3 - below, 0];
                check("fmul", format, operands, arithmetic("fmul", format, operands));
                let operands = [normal + 3 - below, format.one() + above, 0];
                check("fdiv", format, operands, arithmetic("fdiv", format, operands));
            }
        }
    }
    // (1 - 2^-24) × 2^-126 has 24 digits, so that it is less than the least normal number after rounding to them; but it
    // lies midway between that number and the greatest subnormal, and becomes the even one.
    let last = SINGLE.one() - 1;
    let found = run_strict("fmul", SINGLE.kind, SINGLE.kind, [last, SINGLE.power(-126), 0]);
    assert_eq!(found, Ok(([SINGLE.power(-126), 0], Status::INEXACT | Status::UNDERFLOW)));
}

/// Constants that are printed in many places.
#[test]
fn published_values() {
    let one = |name, format: Format, operands| run(name, format.kind, format.kind, operands).unwrap()[0];
    let two = |format: Format| format.power(1);
    assert_eq!(one("sqrt", SINGLE, [two(SINGLE), 0, 0]), 0x3fb5_04f3);
    assert_eq!(one("sqrt", DOUBLE, [two(DOUBLE), 0, 0]), 0x3ff6_a09e_667f_3bcd);
    assert_eq!(one("sqrt", QUAD, [two(QUAD), 0, 0]), 0x3fff_6a09_e667_f3bc_c908_b2fb_1366_ea95);
    let tenth = |format: Format| {
        let ten = format.power(3) + (1 << (format.precision - 3));
        one("fdiv", format, [format.one(), ten, 0])
    };
    assert_eq!(tenth(SINGLE), 0x3dcc_cccd);
    assert_eq!(tenth(DOUBLE), 0x3fb9_9999_9999_999a);
    assert_eq!(tenth(QUAD), 0x3ffb_9999_9999_9999_9999_9999_9999_999a);
    let third =
        |format: Format| one("fdiv", format, [format.one(), two(format) + (1 << (format.precision - 2)), 0]);
    assert_eq!(third(HALF), 0x3555);
    assert_eq!(third(SINGLE), 0x3eaa_aaab);
    assert_eq!(third(DOUBLE), 0x3fd5_5555_5555_5555);
}
