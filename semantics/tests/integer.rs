//! Integers, overflow, bits and compares against unbounded integers and lists of bits.

mod exact;

use exact::{Outcome, Random, run};
use native_ir::{Trap, TypeKind};
use num_bigint::{BigInt, Sign};

const KINDS: [TypeKind; 5] = [TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64, TypeKind::I128];

fn width(kind: TypeKind) -> u32 {
    kind.bits(64).unwrap()
}

fn mask(width: u32) -> u128 {
    u128::MAX >> (128 - width)
}

/// A value read as unsigned and as signed.
fn read(width: u32, bits: u128) -> (BigInt, BigInt) {
    let unsigned = BigInt::from(bits);
    let negative = bits >> (width - 1) & 1 == 1;
    let signed = if negative { &unsigned - (BigInt::from(1) << width) } else { unsigned.clone() };
    (unsigned, signed)
}

/// A number's bits modulo 2^width.
fn wrap(width: u32, number: &BigInt) -> u128 {
    let modulus = BigInt::from(1) << width;
    let rest = ((number % &modulus) + &modulus) % &modulus;
    u128::try_from(rest).unwrap()
}

/// The least and the greatest value of a width.
fn range(width: u32, signed: bool) -> (BigInt, BigInt) {
    let values = BigInt::from(1) << width;
    let half = BigInt::from(1) << (width - 1);
    if signed { (-half.clone(), half - 1) } else { (BigInt::ZERO, values - 1) }
}

fn clamp(width: u32, signed: bool, number: BigInt) -> u128 {
    let (low, high) = range(width, signed);
    wrap(width, &number.clamp(low, high))
}

/// The wrapped number, and whether it did not fit.
fn checked(width: u32, signed: bool, number: &BigInt) -> [u128; 2] {
    let (low, high) = range(width, signed);
    [wrap(width, number), u128::from(*number < low || *number > high)]
}

/// The high half, rounding toward negative infinity as a shift does.
fn high(width: u32, product: BigInt) -> u128 {
    let low = BigInt::from(wrap(width, &product));
    wrap(width, &((product - low) / (BigInt::from(1) << width)))
}

fn divide(name: &str, width: u32, a: &BigInt, b: &BigInt) -> Outcome {
    if *b == BigInt::ZERO {
        return Err(Trap::IntegerDivideByZero);
    }
    let (quotient, rest) = (a / b, a % b);
    match name {
        "udiv" | "sdiv" if quotient > range(width, name == "sdiv").1 => Err(Trap::IntegerOverflow),
        "udiv" | "sdiv" => Ok([wrap(width, &quotient), 0]),
        _ => Ok([wrap(width, &rest), 0]),
    }
}

/// The bits of a value, the lowest first.
fn digits(width: u32, bits: u128) -> Vec<bool> {
    (0..width).map(|index| bits >> index & 1 == 1).collect()
}

fn number(digits: &[bool]) -> u128 {
    digits.iter().rev().fold(0, |number, &digit| number * 2 + u128::from(digit))
}

/// Each digit from another place, or a filling where there is none.
fn moved(width: u32, bits: u128, filling: bool, from: impl Fn(i64) -> i64) -> u128 {
    let digits = digits(width, bits);
    let digit = |index| {
        let place = usize::try_from(from(index)).ok();
        place.and_then(|place| digits.get(place)).copied().unwrap_or(filling)
    };
    number(&(0..i64::from(width)).map(digit).collect::<Vec<_>>())
}

fn expect(name: &str, width: u32, [a, b, c]: [u128; 3]) -> Outcome {
    let ((ua, sa), (ub, sb)) = (read(width, a), read(width, b));
    let (da, db) = (digits(width, a), digits(width, b));
    let size = i64::from(width);
    let amount = (b % u128::from(width)) as i64;
    let count = |count: usize| Ok([count as u128, 0]);
    let pairwise = |rule: fn(bool, bool) -> bool| {
        Ok([number(&da.iter().zip(&db).map(|(&x, &y)| rule(x, y)).collect::<Vec<_>>()), 0])
    };
    let value = |value: u128| Ok([value, 0]);
    match name {
        "iadd" => value(wrap(width, &(ua + ub))),
        "isub" => value(wrap(width, &(ua - ub))),
        "imul" => value(wrap(width, &(ua * ub))),
        "udiv" | "urem" => divide(name, width, &ua, &ub),
        "sdiv" | "srem" => divide(name, width, &sa, &sb),
        "ineg" => value(wrap(width, &-sa)),
        "iabs" => value(wrap(width, &BigInt::from_biguint(Sign::Plus, sa.magnitude().clone()))),
        "umulh" => value(high(width, ua * ub)),
        "smulh" => value(high(width, sa * sb)),
        "umin" => value(wrap(width, &ua.min(ub))),
        "umax" => value(wrap(width, &ua.max(ub))),
        "smin" => value(wrap(width, &sa.min(sb))),
        "smax" => value(wrap(width, &sa.max(sb))),
        "uadd_sat" => value(clamp(width, false, ua + ub)),
        "sadd_sat" => value(clamp(width, true, sa + sb)),
        "usub_sat" => value(clamp(width, false, ua - ub)),
        "ssub_sat" => value(clamp(width, true, sa - sb)),
        "uadd_overflow" => Ok(checked(width, false, &(ua + ub))),
        "sadd_overflow" => Ok(checked(width, true, &(sa + sb))),
        "usub_overflow" => Ok(checked(width, false, &(ua - ub))),
        "ssub_overflow" => Ok(checked(width, true, &(sa - sb))),
        "umul_overflow" => Ok(checked(width, false, &(ua * ub))),
        "smul_overflow" => Ok(checked(width, true, &(sa * sb))),
        "iadd_carry" => Ok(checked(width, false, &(ua + ub + c))),
        "isub_borrow" => Ok(checked(width, false, &(ua - ub - c))),
        "and" => pairwise(|x, y| x && y),
        "or" => pairwise(|x, y| x || y),
        "xor" => pairwise(|x, y| x != y),
        "not" => value(number(&da.iter().map(|digit| !digit).collect::<Vec<_>>())),
        "shl" => value(moved(width, a, false, |index| index - amount)),
        "ushr" => value(moved(width, a, false, |index| index + amount)),
        "sshr" => value(moved(width, a, da[width as usize - 1], |index| index + amount)),
        "rotl" => value(moved(width, a, false, |index| (index - amount).rem_euclid(size))),
        "rotr" => value(moved(width, a, false, |index| (index + amount).rem_euclid(size))),
        "funnel_left" | "funnel_right" => {
            let amount = (c % u128::from(width)) as usize;
            let both = [db, da].concat();
            let start = if name == "funnel_left" { width as usize - amount } else { amount };
            value(number(&both[start..start + width as usize]))
        }
        "clz" => count(da.iter().rev().take_while(|digit| !**digit).count()),
        "ctz" => count(da.iter().take_while(|digit| !**digit).count()),
        "popcount" => count(da.iter().filter(|digit| **digit).count()),
        "bitrev" => value(moved(width, a, false, |index| size - 1 - index)),
        "bswap" => value(moved(width, a, false, |index| size - 8 - index / 8 * 8 + index % 8)),
        "icmp.eq" => value(u128::from(ua == ub)),
        "icmp.ne" => value(u128::from(ua != ub)),
        "icmp.slt" => value(u128::from(sa < sb)),
        "icmp.sle" => value(u128::from(sa <= sb)),
        "icmp.sgt" => value(u128::from(sa > sb)),
        "icmp.sge" => value(u128::from(sa >= sb)),
        "icmp.ult" => value(u128::from(ua < ub)),
        "icmp.ule" => value(u128::from(ua <= ub)),
        "icmp.ugt" => value(u128::from(ua > ub)),
        "icmp.uge" => value(u128::from(ua >= ub)),
        _ => panic!("{name} is not expected"),
    }
}

const UNARY: [&str; 7] = ["ineg", "iabs", "not", "clz", "ctz", "popcount", "bitrev"];
const ARITHMETIC: [&str; 24] = [
    "iadd",
    "isub",
    "imul",
    "udiv",
    "sdiv",
    "urem",
    "srem",
    "umulh",
    "smulh",
    "umin",
    "umax",
    "smin",
    "smax",
    "uadd_sat",
    "sadd_sat",
    "usub_sat",
    "ssub_sat",
    "uadd_overflow",
    "sadd_overflow",
    "usub_overflow",
    "ssub_overflow",
    "umul_overflow",
    "smul_overflow",
    "rotl",
];
const BITS: [&str; 7] = ["and", "or", "xor", "shl", "ushr", "sshr", "rotr"];
const COMPARES: [&str; 10] = [
    "icmp.eq", "icmp.ne", "icmp.slt", "icmp.sle", "icmp.sgt", "icmp.sge", "icmp.ult", "icmp.ule", "icmp.ugt",
    "icmp.uge",
];
const CARRY: [&str; 2] = ["iadd_carry", "isub_borrow"];
const FUNNEL: [&str; 2] = ["funnel_left", "funnel_right"];

fn binary() -> impl Iterator<Item = &'static str> {
    ARITHMETIC.iter().chain(&BITS).chain(&COMPARES).copied()
}

fn check(name: &str, kind: TypeKind, operands: [u128; 3]) {
    let found = run(name, kind, kind, operands);
    assert_eq!(found, expect(name, width(kind), operands), "{name} {kind} {operands:x?}");
}

/// 0, ±1, the ends, powers of two and their neighbours, shift amounts about the width, patterns, and a few others.
fn edges(width: u32) -> Vec<u128> {
    let mut values = vec![0, 1, 2, 3, 5, 7, 10, 100];
    for power in [2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127] {
        values.extend([(1 << power) - 1, 1 << power, (1 << power) + 1]);
    }
    values.extend([width - 1, width, width + 1, 2 * width, 2 * width - 1].map(u128::from));
    values.extend([u128::MAX / 3, u128::MAX / 15, u128::MAX / 5 * 2, 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210]);
    values.extend([1 << (width - 1), (1 << (width - 1)) - 1, (1 << (width - 1)) + 1]);
    let mut random = Random(u64::from(width));
    values.extend((0..4).map(|_| random.wide()));
    let negated: Vec<_> = values.iter().map(|value: &u128| value.wrapping_neg()).collect();
    values.extend(negated);
    for value in &mut values {
        *value &= mask(width);
    }
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn bytes_exhaustively() {
    for a in 0..256 {
        for name in UNARY {
            check(name, TypeKind::I8, [a, 0, 0]);
        }
        for b in 0..256 {
            for name in binary() {
                check(name, TypeKind::I8, [a, b, 0]);
            }
            for (name, carry) in CARRY.iter().flat_map(|name| [(name, 0), (name, 1)]) {
                check(name, TypeKind::I8, [a, b, carry]);
            }
        }
    }
}

#[test]
fn edges_of_all_widths() {
    for kind in KINDS {
        let values = edges(width(kind));
        for &a in &values {
            for name in UNARY {
                check(name, kind, [a, 0, 0]);
            }
            if kind != TypeKind::I8 {
                check("bswap", kind, [a, 0, 0]);
            }
            for &b in &values {
                for name in binary() {
                    check(name, kind, [a, b, 0]);
                }
                for (name, carry) in CARRY.iter().flat_map(|name| [(name, 0), (name, 1)]) {
                    check(name, kind, [a, b, carry]);
                }
            }
        }
    }
}

#[test]
fn funnel_shifts_by_all_amounts() {
    for kind in KINDS {
        let size = u128::from(width(kind));
        for a in edges(width(kind)).into_iter().step_by(9) {
            for b in edges(width(kind)).into_iter().step_by(7) {
                for amount in (0..(2 * size + 2).min(mask(width(kind)))).chain([mask(width(kind))]) {
                    for name in FUNNEL {
                        check(name, kind, [a, b, amount]);
                    }
                }
            }
        }
    }
}

#[test]
fn truth_values() {
    for a in 0..2 {
        check("not", TypeKind::I1, [a, 0, 0]);
        for b in 0..2 {
            for name in ["and", "or", "xor"].into_iter().chain(COMPARES) {
                check(name, TypeKind::I1, [a, b, 0]);
            }
        }
    }
}

#[test]
fn widening_and_narrowing() {
    let kinds = [&[TypeKind::I1], &KINDS[..]].concat();
    for &from in &kinds {
        for &to in &kinds {
            for a in edges(width(from).max(8)).into_iter().map(|a| a & mask(width(from))) {
                let (unsigned, signed) = read(width(from), a);
                let expect = |number| Ok([wrap(width(to), number), 0]);
                if width(to) > width(from) {
                    assert_eq!(run("zext", from, to, [a, 0, 0]), expect(&unsigned), "zext {from} {to} {a:x}");
                    assert_eq!(run("sext", from, to, [a, 0, 0]), expect(&signed), "sext {from} {to} {a:x}");
                } else if width(to) < width(from) {
                    assert_eq!(run("trunc", from, to, [a, 0, 0]), expect(&unsigned), "trunc {from} {to} {a:x}");
                }
                if width(from) > 1 && width(to) > 1 {
                    for name in ["int_to_addr", "addr_to_int"] {
                        assert_eq!(run(name, from, to, [a, 0, 0]), expect(&unsigned), "{name} {from} {to} {a:x}");
                    }
                }
            }
        }
    }
}
