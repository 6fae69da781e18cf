//! Numbers: integers by hand, floats in the shortest form that reads back to the same bits.

use super::Printer;
use crate::{ConstantData, Type, TypeKind};
use std::io::Write;

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899";

/// The longest `u64` in decimal.
const DIGITS: usize = 20;

/// The two digits of a number below 100.
fn pair(number: u64) -> [u8; 2] {
    let at = number as usize * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

/// Sign, exponent and significand widths of an IEEE 754 binary format.
#[derive(Clone, Copy)]
struct Format {
    exponent: u32,
    /// Without the leading bit.
    significand: u32,
}

impl Format {
    fn of(kind: TypeKind) -> Option<Format> {
        let (exponent, significand) = match kind {
            TypeKind::F16 => (5, 10),
            TypeKind::F32 => (8, 23),
            TypeKind::F64 => (11, 52),
            TypeKind::F128 => (15, 112),
            _ => return None,
        };
        Some(Format { exponent, significand })
    }

    fn fraction(self, bits: u128) -> u128 {
        bits & ((1 << self.significand) - 1)
    }

    fn biased_exponent(self, bits: u128) -> u32 {
        (bits >> self.significand) as u32 & self.infinity_exponent()
    }

    fn infinity_exponent(self) -> u32 {
        (1 << self.exponent) - 1
    }

    fn is_negative(self, bits: u128) -> bool {
        bits >> (self.significand + self.exponent) & 1 != 0
    }
}

impl Printer<'_> {
    #[inline]
    pub(super) fn decimal(&mut self, number: u64) {
        match number {
            0..10 => self.out.push(b'0' + number as u8),
            10..100 => self.out.extend_from_slice(&pair(number)),
            _ => self.digits(number),
        }
    }

    fn digits(&mut self, mut number: u64) {
        let mut buffer = [0; DIGITS];
        let mut at = DIGITS;
        while number >= 10 {
            at -= 2;
            buffer[at..at + 2].copy_from_slice(&pair(number % 100));
            number /= 100;
        }
        if number > 0 {
            at -= 1;
            buffer[at] = b'0' + number as u8;
        }
        self.out.extend_from_slice(&buffer[at..]);
    }

    /// A number that may need more than 64 bits.
    fn wide_decimal(&mut self, number: u128) {
        match u64::try_from(number) {
            Ok(number) => self.decimal(number),
            // Rare: 128-bit constants. Writing to a vector does not fail.
            Err(_) => drop(write!(self.out, "{number}")),
        }
    }

    pub(super) fn signed(&mut self, number: i128) {
        if number < 0 {
            self.put("-");
        }
        self.wide_decimal(number.unsigned_abs());
    }

    /// Lower-case hexadecimal digits, at least so many.
    pub(super) fn hex_digits(&mut self, number: u128, least: u32) {
        let used = (128 - number.leading_zeros()).div_ceil(4);
        for index in (0..used.max(least)).rev() {
            let digit = (number >> (4 * index)) as usize & 15;
            self.out.push(b"0123456789abcdef"[digit]);
        }
    }

    pub(super) fn hex(&mut self, number: u128) {
        self.put("0x");
        self.hex_digits(number, 1);
    }

    pub(super) fn constant(&mut self, constant: &ConstantData) {
        self.scalar(constant.ty, constant.bits());
    }

    /// As [`Printer::scalar`], and null.
    pub(super) fn outside_scalar(&mut self, ty: Type, bits: u128) {
        match self.module.types.kind(ty) {
            Some(TypeKind::Ptr) if bits == 0 => self.put("null"),
            _ => self.scalar(ty, bits),
        }
    }

    /// A literal of a type: integers signed, addresses and truth values unsigned.
    pub(super) fn scalar(&mut self, ty: Type, bits: u128) {
        let Some(kind) = self.module.types.kind(ty) else { return self.hex(bits) };
        match kind {
            TypeKind::I8 => self.signed(i128::from(bits as i8)),
            TypeKind::I16 => self.signed(i128::from(bits as i16)),
            TypeKind::I32 => self.signed(i128::from(bits as i32)),
            TypeKind::I64 => self.signed(i128::from(bits as i64)),
            TypeKind::I128 => self.signed(bits as i128),
            TypeKind::I1 | TypeKind::Addr => self.wide_decimal(bits),
            _ => match Format::of(kind) {
                Some(format) => self.float(kind, format, bits),
                None => self.hex(bits),
            },
        }
    }

    fn float(&mut self, kind: TypeKind, format: Format, bits: u128) {
        if format.biased_exponent(bits) == format.infinity_exponent() {
            return self.non_finite(format, bits);
        }
        // Writing to a vector does not fail. Debug is the shortest form, always with a point or an exponent.
        let _ = match kind {
            TypeKind::F32 => write!(self.out, "{:?}", f32::from_bits(bits as u32)),
            TypeKind::F64 => write!(self.out, "{:?}", f64::from_bits(bits as u64)),
            _ => return self.hex_float(format, bits),
        };
    }

    fn non_finite(&mut self, format: Format, bits: u128) {
        if format.is_negative(bits) {
            self.put("-");
        }
        let fraction = format.fraction(bits);
        if fraction == 0 {
            return self.put("inf");
        }
        self.put("nan");
        if fraction != 1 << (format.significand - 1) {
            self.put("(");
            self.hex(fraction);
            self.put(")");
        }
    }

    /// `0x1.8p+3`: exact, with a leading 1 unless it is zero.
    fn hex_float(&mut self, format: Format, bits: u128) {
        if format.is_negative(bits) {
            self.put("-");
        }
        let (mut fraction, biased) = (format.fraction(bits), format.biased_exponent(bits));
        let bias = (format.infinity_exponent() >> 1) as i32;
        let mut exponent = biased as i32 - bias;
        if biased == 0 {
            if fraction == 0 {
                return self.put("0x0p+0");
            }
            let shift = fraction.leading_zeros() - (127 - format.significand);
            fraction = format.fraction(fraction << shift);
            exponent = 1 - bias - shift as i32;
        }
        self.put("0x1");
        self.hex_fraction(format, fraction);
        self.put(if exponent < 0 { "p-" } else { "p+" });
        self.decimal(u64::from(exponent.unsigned_abs()));
    }

    fn hex_fraction(&mut self, format: Format, fraction: u128) {
        if fraction == 0 {
            return;
        }
        let digits = format.significand.div_ceil(4);
        let aligned = fraction << (4 * digits - format.significand);
        let zeros = aligned.trailing_zeros() / 4;
        self.put(".");
        self.hex_digits(aligned >> (4 * zeros), digits - zeros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Module;

    fn scalar(ty: Type, bits: u128) -> String {
        let module = Module::default();
        let mut printer = Printer::new(&module);
        printer.scalar(ty, bits);
        printer.finish()
    }

    #[test]
    fn integers_are_signed_and_addresses_are_not() {
        for number in [0, 1, 9, 10, 99, 100, 101, i64::MAX, -1, i64::MIN] {
            assert_eq!(scalar(Type::I64, u128::from(number as u64)), number.to_string());
        }
        for number in [i128::MIN, i128::MAX, -1, 1 << 64, 10_i128.pow(38), u64::MAX.into()] {
            assert_eq!(scalar(Type::I128, number as u128), number.to_string());
        }
        assert_eq!(scalar(Type::I8, 0xff), "-1");
        assert_eq!(scalar(Type::I1, 1), "1");
        assert_eq!(scalar(Type::ADDR, u64::MAX.into()), u64::MAX.to_string());
    }

    #[test]
    fn floats_keep_every_bit() {
        let f64_text = |number: f64| scalar(Type::F64, number.to_bits().into());
        assert_eq!(f64_text(1.0), "1.0");
        assert_eq!(f64_text(-0.0), "-0.0");
        assert_eq!(f64_text(1e300), "1e300");
        assert_eq!(f64_text(5e-324), "5e-324");
        assert_eq!(f64_text(f64::NEG_INFINITY), "-inf");
        assert_eq!(scalar(Type::F32, 0.1_f32.to_bits().into()), "0.1");
        assert_eq!(scalar(Type::F32, 0x7fc0_0000), "nan");
        assert_eq!(scalar(Type::F32, 0xffc0_0000), "-nan");
        assert_eq!(scalar(Type::F32, 0x7f80_0001), "nan(0x1)");
        assert_eq!(scalar(Type::F32, 0xffc0_0001), "-nan(0x400001)");
    }

    #[test]
    fn half_and_quadruple_are_hexadecimal() {
        assert_eq!(scalar(Type::F16, 0x3c00), "0x1p+0");
        assert_eq!(scalar(Type::F16, 0x3e00), "0x1.8p+0");
        assert_eq!(scalar(Type::F16, 0x3c01), "0x1.004p+0");
        assert_eq!(scalar(Type::F16, 0x0001), "0x1p-24");
        assert_eq!(scalar(Type::F16, 0x0003), "0x1.8p-23");
        assert_eq!(scalar(Type::F16, 0x8000), "-0x0p+0");
        assert_eq!(scalar(Type::F16, 0x7bff), "0x1.ffcp+15");
        assert_eq!(scalar(Type::F128, 1), "0x1p-16494");
        assert_eq!(scalar(Type::F128, 0x3fff << 112 | 1), "0x1.0000000000000000000000000001p+0");
    }
}
