//! Literals: from their text to the bits of a type.
//!
//! Integers fit their type read as signed or as unsigned. Decimals are rounded to nearest, ties to even; hexadecimal
//! floats too, and are exact where their type has room. A float that rounds to an infinity is refused.

use super::cursor::{Cursor, decimal, hexadecimal, shorten};
use super::envelope::pointer_width;
use super::{Reader, text_place};
use crate::{Constant, ConstantData, Diagnostic, Module, Rule, Type, TypeKind};
use rustc_apfloat::ieee::{Double, Half, Quad, Single};
use rustc_apfloat::{Float, Round};
use std::ops::Range;

/// A literal's text, not yet typed.
#[derive(Clone, Copy)]
pub(super) struct Literal<'t> {
    text: &'t str,
    start: u32,
}

/// What a literal's text says before it has a type.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Form {
    /// With sign and magnitude; `None` when it is over 128 bits.
    Int(bool, Option<u128>),
    Decimal,
    Hexadecimal,
    Infinity(bool),
    /// With sign, and the significand's bits when they are written.
    Nan(bool, Option<u128>),
}

/// The bits of a literal could not be told.
#[derive(Debug, PartialEq)]
enum Misfit {
    /// It does not follow the grammar of numbers.
    Malformed,
    /// It is of another kind than the type.
    Kind(&'static str),
    /// It is out of range.
    Range(String),
}

/// The bits of a literal that stands outside a module, read as a type of one.
pub(super) fn scalar(module: &Module, literal: Literal<'_>, ty: Type) -> Result<u128, Box<Diagnostic>> {
    let bits = match module.types.kind(ty) {
        Some(kind) => literal.bits(kind, pointer_width(module)),
        None => Err(Misfit::Kind("the type has no literals")),
    };
    bits.map_err(|misfit| Box::new(misfit.explain(module, literal, ty)))
}

/// Exponents are smaller than this.
const MAX_EXPONENT: u128 = 100_000;

impl<'t> Literal<'t> {
    /// Takes a literal, if one stands here.
    pub(super) fn take(cursor: &mut Cursor<'t>) -> Result<Option<Literal<'t>>, Box<Diagnostic>> {
        let start = cursor.at;
        let next = if cursor.peek() == b'-' { cursor.peek_at(1) } else { cursor.peek() };
        match next {
            b'0'..=b'9' => cursor.at = cursor.number_range()?.end,
            b'i' | b'n' => {
                cursor.eat(b'-');
                match cursor.word() {
                    "inf" => {}
                    "nan" if cursor.peek() == b'(' => {
                        cursor.at += 1;
                        cursor.at = cursor.number_range()?.end;
                        cursor.expect(b')')?;
                    }
                    "nan" => {}
                    _ => {
                        cursor.at = start;
                        return Ok(None);
                    }
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(Literal { text: cursor.since(start), start: start as u32 }))
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.start as usize + self.text.len()
    }

    /// The type of a literal that nothing else types: `i32` or the first wider type that has room for the number as a
    /// signed one, `f64` for floats.
    pub(super) fn default_type(&self) -> Type {
        match self.form() {
            Some(Form::Int(_, None)) => Type::I128,
            Some(Form::Int(negative, Some(magnitude))) => {
                let fits = |width: u32| magnitude < (1 << (width - 1)) + u128::from(negative);
                if fits(32) {
                    Type::I32
                } else if fits(64) {
                    Type::I64
                } else {
                    Type::I128
                }
            }
            _ => Type::F64,
        }
    }

    /// Whether integers for an integer's literal, or floats for a float's, are of a kind.
    pub(super) fn is_of(&self, kind: TypeKind) -> bool {
        use TypeKind::{Addr, F16, F32, F64, F128, I1, I8, I16, I32, I64, I128};
        match self.form() {
            Some(Form::Int(..)) => matches!(kind, I1 | I8 | I16 | I32 | I64 | I128 | Addr),
            _ => matches!(kind, F16 | F32 | F64 | F128),
        }
    }

    fn form(&self) -> Option<Form> {
        let (negative, digits) = match self.text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.text),
        };
        match digits.as_bytes() {
            b"inf" => return Some(Form::Infinity(negative)),
            b"nan" => return Some(Form::Nan(negative, None)),
            [b'n', ..] => {
                let bits = digits.strip_prefix("nan(0x")?.strip_suffix(')')?;
                return Some(Form::Nan(negative, Some(hexadecimal(bits)?)));
            }
            _ => {}
        }
        if let Some(digits) = digits.strip_prefix("0x") {
            if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let significant = digits.trim_start_matches('0').len();
                let magnitude = hexadecimal(digits)?;
                return Some(Form::Int(negative, (significant <= 32).then_some(magnitude)));
            }
            return is_float(digits, u8::is_ascii_hexdigit, b"p", true).then_some(Form::Hexadecimal);
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let magnitude = decimal(digits)?;
            let exact = magnitude != u128::MAX || digits.trim_start_matches('0') == u128::MAX.to_string();
            return Some(Form::Int(negative, exact.then_some(magnitude)));
        }
        is_float(digits, u8::is_ascii_digit, b"eE", false).then_some(Form::Decimal)
    }

    fn bits(&self, kind: TypeKind, pointer_width: u32) -> Result<u128, Misfit> {
        let form = self.form().ok_or(Misfit::Malformed)?;
        let width = match kind {
            TypeKind::I1 => 1,
            TypeKind::I8 => 8,
            TypeKind::I16 => 16,
            TypeKind::I32 => 32,
            TypeKind::I64 => 64,
            TypeKind::I128 => 128,
            TypeKind::Addr => pointer_width,
            TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128 => return self.float_bits(form, kind),
            TypeKind::Ptr => return Err(Misfit::Kind("a pointer has no literals but for `null`")),
            _ => return Err(Misfit::Kind("the type has no literals")),
        };
        int_bits(form, width)
    }

    fn float_bits(&self, form: Form, kind: TypeKind) -> Result<u128, Misfit> {
        let (exponent, significand) = match kind {
            TypeKind::F16 => (5, 10),
            TypeKind::F32 => (8, 23),
            TypeKind::F64 => (11, 52),
            _ => (15, 112),
        };
        let sign = |negative: bool| u128::from(negative) << (exponent + significand);
        let infinity = ((1_u128 << exponent) - 1) << significand;
        let bits = match form {
            Form::Int(..) => return Err(Misfit::Kind("a float is written with a point or an exponent")),
            Form::Infinity(negative) => return Ok(sign(negative) | infinity),
            Form::Nan(negative, None) => return Ok(sign(negative) | infinity | 1 << (significand - 1)),
            Form::Nan(negative, Some(bits)) => {
                if bits == 0 || bits >> significand != 0 {
                    let message = format!("a NaN's bits are 1 to {:#x} here", (1_u128 << significand) - 1);
                    return Err(Misfit::Range(message));
                }
                return Ok(sign(negative) | infinity | bits);
            }
            Form::Decimal | Form::Hexadecimal => round(self.text, form, kind)?,
        };
        if bits & infinity == infinity {
            return Err(Misfit::Range("the number is too large for the type".to_string()));
        }
        Ok(bits)
    }
}

/// Whether digits, an optional point and more digits, and an optional exponent are all of a text.
fn is_float(text: &str, digit: fn(&u8) -> bool, letters: &[u8], exponent_needed: bool) -> bool {
    let bytes = text.as_bytes();
    let (number, exponent) = match bytes.iter().position(|byte| letters.contains(byte)) {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    };
    let (whole, fraction) = match number.iter().position(|&byte| byte == b'.') {
        Some(at) => (&number[..at], Some(&number[at + 1..])),
        None => (number, None),
    };
    let all = |digits: &[u8], digit: fn(&u8) -> bool| !digits.is_empty() && digits.iter().all(digit);
    let exponent = match exponent {
        Some([b'+' | b'-', digits @ ..]) | Some(digits) => all(digits, u8::is_ascii_digit),
        None => !exponent_needed,
    };
    all(whole, digit) && fraction.is_none_or(|digits| all(digits, digit)) && exponent
}

fn int_bits(form: Form, width: u32) -> Result<u128, Misfit> {
    let Form::Int(negative, magnitude) = form else { return Err(Misfit::Kind("an integer has no fraction")) };
    let mask = if width == 128 { u128::MAX } else { (1 << width) - 1 };
    match magnitude {
        Some(magnitude) if !negative && magnitude <= mask => Ok(magnitude),
        Some(magnitude) if negative && magnitude <= 1 << (width - 1) => Ok(magnitude.wrapping_neg() & mask),
        _ => Err(Misfit::Range(match width {
            1 => "the literals of i1 are 0 and 1".to_string(),
            width => format!("{width} bits hold -2^{} to 2^{width} - 1", width - 1),
        })),
    }
}

/// Rounds a decimal or hexadecimal float.
fn round(text: &str, form: Form, kind: TypeKind) -> Result<u128, Misfit> {
    if exponent(text, form) >= MAX_EXPONENT {
        return Err(Misfit::Range(format!("exponents are smaller than {MAX_EXPONENT}")));
    }
    let nearest = Round::NearestTiesToEven;
    let bits = match (kind, form) {
        (TypeKind::F32, Form::Decimal) => text.parse::<f32>().ok().map(|number| number.to_bits().into()),
        (TypeKind::F64, Form::Decimal) => text.parse::<f64>().ok().map(|number| number.to_bits().into()),
        (TypeKind::F16, _) => Half::from_str_r(text, nearest).ok().map(|number| number.value.to_bits()),
        (TypeKind::F32, _) => Single::from_str_r(text, nearest).ok().map(|number| number.value.to_bits()),
        (TypeKind::F64, _) => Double::from_str_r(text, nearest).ok().map(|number| number.value.to_bits()),
        _ => Quad::from_str_r(text, nearest).ok().map(|number| number.value.to_bits()),
    };
    bits.ok_or(Misfit::Malformed)
}

fn exponent(text: &str, form: Form) -> u128 {
    let letters: &[char] = if form == Form::Hexadecimal { &['p'] } else { &['e', 'E'] };
    let digits = text.rsplit_once(letters).map_or("0", |(_, digits)| digits);
    decimal(digits.trim_start_matches(['+', '-'])).unwrap_or(0)
}

impl<'t> Reader<'t> {
    /// The constant of a literal read as a type. A literal that does not fit is reported, and 0 stands for it.
    #[inline]
    pub(super) fn constant(&mut self, literal: Literal<'t>, ty: Type) -> Constant {
        let bits = self.literal_bits(literal, ty).unwrap_or(0);
        self.current.body.constants.intern(ConstantData::new(ty, bits))
    }

    /// The bits of a literal read as a type; `None` when it does not fit, which is reported. Whatever is read as
    /// [`Type::ERROR`] is 0.
    pub(super) fn literal_bits(&mut self, literal: Literal<'t>, ty: Type) -> Option<u128> {
        if let (Some(bits), true) = (short_int(literal.text), matches!(ty, Type::I32 | Type::I64)) {
            return Some(bits);
        }
        let kind = self.module.types.kind(ty)?;
        match literal.bits(kind, self.pointer_width) {
            Ok(bits) => Some(bits),
            Err(misfit) => {
                let error = misfit.explain(&self.module, literal, ty);
                self.report(error);
                None
            }
        }
    }

    pub(super) fn untyped_literal(&mut self, literal: Literal<'t>) {
        let message = format!("nothing says which type `{}` has here", shorten(literal.text));
        self.report(Diagnostic::new(Rule::TypeUntypedLiteral, text_place(literal.range()), message));
    }
}

impl Misfit {
    #[cold]
    fn explain(self, module: &Module, literal: Literal<'_>, ty: Type) -> Diagnostic {
        let text = shorten(literal.text);
        let place = text_place(literal.range());
        let ty = super::TypeText(module, ty);
        match self {
            Misfit::Malformed => Diagnostic::new(Rule::SchemaSyntax, place, format!("`{text}` is no number")),
            Misfit::Kind(help) => {
                Diagnostic::new(Rule::TypeLiteralRange, place, format!("`{text}` is no literal of type `{ty}`"))
                    .help(help)
            }
            Misfit::Range(help) => {
                Diagnostic::new(Rule::TypeLiteralRange, place, format!("`{text}` does not fit type `{ty}`"))
                    .help(help)
            }
        }
    }
}

/// The bits of an integer from 0 to 99,999,999, which fits each type of 32 bits or more.
fn short_int(text: &str) -> Option<u128> {
    if text.len() > 8 {
        return None;
    }
    let mut number = 0_u32;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some(number.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str, kind: TypeKind) -> Option<u128> {
        let mut cursor = Cursor::new(text, 0);
        let literal = Literal::take(&mut cursor).ok()??;
        literal.bits(kind, 32).ok().filter(|_| cursor.at == text.len())
    }

    #[test]
    fn integers_fit_signed_or_unsigned() {
        use TypeKind::*;
        for (text, kind, expected) in [
            ("255", I8, Some(255)),
            ("256", I8, None),
            ("-128", I8, Some(128)),
            ("-129", I8, None),
            ("1", I1, Some(1)),
            ("-1", I1, Some(1)),
            ("2", I1, None),
            ("0xffffffff", Addr, Some(0xffff_ffff)),
            ("0x100000000", Addr, None),
            ("-1", I128, Some(u128::MAX)),
            ("340282366920938463463374607431768211455", I128, Some(u128::MAX)),
            ("340282366920938463463374607431768211456", I128, None),
            ("0xffffffffffffffffffffffffffffffff", I128, Some(u128::MAX)),
            ("0x100000000000000000000000000000000", I128, None),
            ("1.0", I32, None),
            ("inf", I32, None),
            ("1", Ptr, None),
            ("12x", I32, None),
        ] {
            assert_eq!(bits(text, kind), expected, "{text} {kind}");
        }
    }

    #[test]
    fn floats_round_to_nearest_even() {
        use TypeKind::*;
        for (text, kind, expected) in [
            ("1.5", F32, Some(1.5_f32.to_bits().into())),
            ("0x1.8p+0", F32, Some(1.5_f32.to_bits().into())),
            ("-2.0e-3", F64, Some((-2.0e-3_f64).to_bits().into())),
            ("-0.0", F64, Some(1 << 63)),
            ("-0x0p+0", F16, Some(0x8000)),
            ("0x1p-24", F16, Some(1)),
            ("65504.0", F16, Some(0x7bff)),
            ("65519.99", F16, Some(0x7bff)),
            ("65520.0", F16, None),
            ("0x1.002p+0", F16, Some(0x3c00)),
            ("0x1.006p+0", F16, Some(0x3c02)),
            ("0x1.0000000000000000000000000001p+0", F128, Some(0x3fff << 112 | 1)),
            ("0x1p-16494", F128, Some(1)),
            ("1e39", F32, None),
            ("1e999999", F64, None),
            ("1", F32, None),
            ("inf", F16, Some(0x7c00)),
            ("-inf", F32, Some(0xff80_0000)),
            ("nan", F32, Some(0x7fc0_0000)),
            ("-nan", F16, Some(0xfe00)),
            ("nan(0x1)", F32, Some(0x7f80_0001)),
            ("nan(0x0)", F32, None),
            ("nan(0x800000)", F32, None),
            ("nan(1)", F32, None),
            ("1.", F32, None),
            ("1.5e", F32, None),
            ("0x1.8", F32, None),
            ("1e+5", F32, Some(1e5_f32.to_bits().into())),
        ] {
            assert_eq!(bits(text, kind), expected, "{text} {kind}");
        }
    }

    #[test]
    fn a_literal_without_type_takes_the_first_that_has_room() {
        let default = |text| Literal { text, start: 0 }.default_type();
        assert_eq!(default("-2147483648"), Type::I32);
        assert_eq!(default("2147483647"), Type::I32);
        assert_eq!(default("2147483648"), Type::I64);
        assert_eq!(default("9223372036854775808"), Type::I128);
        assert_eq!(default("0x10000000000000000"), Type::I128);
        assert_eq!(default("1.0"), Type::F64);
    }
}
