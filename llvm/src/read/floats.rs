//! Literals of floats: their bits in the format of a type.

use super::{Reader, Result};
use crate::syntax::{Type, TypeData};

/// A binary format of at most 64 bits: those of its exponent and fraction.
#[derive(Clone, Copy)]
struct Format {
    exponent: u32,
    fraction: u32,
}

const HALF: Format = Format { exponent: 5, fraction: 10 };
const BFLOAT: Format = Format { exponent: 8, fraction: 7 };
const FLOAT: Format = Format { exponent: 8, fraction: 23 };
const DOUBLE: Format = Format { exponent: 11, fraction: 52 };

/// The bits that a double has in another format; none if that has no such value.
fn convert(double: u64, to: Format) -> Option<u128> {
    let exponent = (double >> 52) as i64 & 0x7ff;
    let fraction = double & ((1 << 52) - 1);
    let most = (1i64 << to.exponent) - 1;
    // What falls off must be zero.
    let narrow = |significand: u64, by: i64| {
        let by = by + 52 - i64::from(to.fraction);
        (by < 64 && significand & ((1 << by) - 1) == 0).then(|| significand >> by)
    };
    let (exponent, fraction) = if exponent == 0x7ff {
        (most, narrow(fraction, 0)?)
    } else if to.exponent == DOUBLE.exponent || double << 1 == 0 {
        (exponent, fraction)
    } else {
        // Subnormal doubles are below all values of narrower formats: `narrow` finds no room for them.
        let rebased = exponent - 1023 + (most >> 1);
        match rebased {
            _ if rebased >= most => return None,
            1.. => (rebased, narrow(fraction, 0)?),
            _ => (0, narrow(fraction | 1 << 52, 1 - rebased)?),
        }
    };
    let bits = double >> 63 << (to.exponent + to.fraction) | (exponent as u64) << to.fraction | fraction;
    Some(u128::from(bits))
}

impl Reader<'_> {
    /// The bits of a number of a float type that stands here.
    pub(super) fn float(&mut self, ty: Type) -> Result<u128> {
        let place = self.cursor.here();
        let token = self.cursor.number();
        let data = self.module.types.written(ty);
        let bits = match token.as_bytes() {
            [b'0', b'x', b'K', digits @ ..] if *data == TypeData::X86Fp80 => bits(digits, 20),
            [b'0', b'x', b'L', digits @ ..] if *data == TypeData::Fp128 => swapped(digits),
            [b'0', b'x', b'M', digits @ ..] if *data == TypeData::PpcFp128 => swapped(digits),
            [b'0', b'x', b'H', digits @ ..] if *data == TypeData::Half => bits(digits, 4),
            [b'0', b'x', b'R', digits @ ..] if *data == TypeData::BFloat => bits(digits, 4),
            [b'0', b'x', digits @ ..] => bits(digits, 16).and_then(|double| of_double(double as u64, data)),
            _ => decimal(token).and_then(|double| of_double(double.to_bits(), data)),
        };
        match bits {
            Some(bits) => Ok(bits),
            None => {
                let message = format!("`{token}` is no number that the type `{}` has", self.show(ty));
                let help = "a decimal number has a point and is exact; others are written by their bits, `0x…`";
                Err(self.wrong_with(place, "LLVM/constant", message, help.to_owned()))
            }
        }
    }
}

/// A decimal number, which has a point.
fn decimal(token: &str) -> Option<f64> {
    let digits = token.strip_prefix(['-', '+']).unwrap_or(token);
    let point = digits.find('.')?;
    (point > 0 && digits[..point].bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    token.parse().ok().filter(|number: &f64| number.is_finite())
}

fn of_double(double: u64, ty: &TypeData) -> Option<u128> {
    match ty {
        TypeData::Double => convert(double, DOUBLE),
        TypeData::Half => convert(double, HALF),
        TypeData::BFloat => convert(double, BFLOAT),
        TypeData::Float => convert(double, FLOAT),
        // The others are written in their own formats.
        _ => None,
    }
}

/// At most so many hexadecimal digits.
fn bits(digits: &[u8], most: usize) -> Option<u128> {
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    digits.iter().try_fold(0, |bits, &digit| {
        digit.is_ascii_hexdigit().then(|| bits << 4 | u128::from(super::cursor::hex(digit)))
    })
}

/// Two words of 16 hexadecimal digits, the low one first.
fn swapped(digits: &[u8]) -> Option<u128> {
    (digits.len() == 32).then_some(())?;
    Some(bits(&digits[..16], 16)? | bits(&digits[16..], 16)? << 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_keep_their_value_in_other_formats() {
        for bits in (0..=u32::MAX).step_by(9973).chain([0, 1, 0x7f_ffff, 0x80_0000, 0x7f80_0000, 0xff80_0000]) {
            let number = f32::from_bits(bits);
            if !number.is_nan() {
                assert_eq!(convert(f64::from(number).to_bits(), FLOAT), Some(u128::from(bits)), "{number:e}");
            }
            let double = f64::from(number).to_bits() | 1;
            assert_eq!(convert(double, DOUBLE), Some(u128::from(double)));
            if !number.is_nan() {
                assert_eq!(convert(double, FLOAT), None, "{number:e}");
            }
        }
        assert_eq!(convert(0x7ff8_0000_2000_0000, FLOAT), Some(0x7fc0_0001));
        assert_eq!(convert(0x7ff0_0000_2000_0000, FLOAT), Some(0x7f80_0001));
        assert_eq!(convert(1f64.to_bits(), HALF), Some(0x3c00));
        assert_eq!(convert(2f64.powi(-24).to_bits(), HALF), Some(1));
        assert_eq!(convert(2f64.powi(-25).to_bits(), HALF), None);
        assert_eq!(convert(65504f64.to_bits(), HALF), Some(0x7bff));
        assert_eq!(convert(65536f64.to_bits(), HALF), None);
        assert_eq!(convert(1f64.to_bits(), BFLOAT), Some(0x3f80));
    }
}
