//! Constants in data and operands.

use super::cursor::{self, Bad};
use super::{Reader, Result};
use crate::syntax::{Constant, ConstantData, List, Place, Type, TypeData};

impl Reader<'_> {
    /// A constant of a type that stands before it.
    pub(super) fn typed_constant(&mut self) -> Result<Constant> {
        let ty = self.first_class()?;
        self.constant(ty)
    }

    /// A constant of this type.
    #[inline]
    pub(super) fn constant(&mut self, ty: Type) -> Result<Constant> {
        let data = match self.cursor.peek() {
            b'-' | b'+' | b'0'..=b'9' => self.number(ty)?,
            b'@' => self.global_constant(ty)?,
            b'[' | b'<' | b'{' => self.nested(|reader| reader.aggregate(ty))?,
            _ => self.worded_constant(ty)?,
        };
        Ok(self.module.constants.list.push((ty, data)))
    }

    #[inline]
    fn number(&mut self, ty: Type) -> Result<ConstantData> {
        match *self.module.types.written(ty) {
            TypeData::Int(bits) => self.integer(ty, bits),
            _ if self.is_float(ty) => self.float(ty).map(ConstantData::Float),
            _ => Err(self.wrong("LLVM/constant", format!("no number has the type `{}`", self.show(ty)))),
        }
    }

    #[inline]
    fn integer(&mut self, ty: Type, bits: u32) -> Result<ConstantData> {
        let mark = self.cursor.mark();
        let negative = self.cursor.byte(0) == b'-';
        self.cursor.at += usize::from(negative);
        match self.cursor.digits() {
            Some(number) if bits <= 64 && !matches!(self.cursor.byte(0), b'.' | b'x' | b'e' | b'E') => {
                let limit = if negative { 1 << (bits - 1) } else { u64::MAX >> (64 - bits) };
                if number <= limit {
                    let number = if negative { number.wrapping_neg() } else { number };
                    return Ok(ConstantData::Int(u128::from(number & u64::MAX >> (64 - bits))));
                }
            }
            _ => {}
        }
        self.cursor.rewind(mark);
        self.wide_integer(ty, bits)
    }

    /// An integer of any width.
    fn wide_integer(&mut self, ty: Type, bits: u32) -> Result<ConstantData> {
        let place = self.cursor.here();
        let token = self.cursor.number();
        let (negative, digits) = match token.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, token),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("`{token}` is no number of the type `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        if bits > 128 {
            return Ok(ConstantData::Refused("an integer of more than 128 bits"));
        }
        let mask = u128::MAX >> (128 - bits);
        let limit = if negative { 1 << (bits - 1) } else { mask };
        match digits.parse::<u128>() {
            Ok(number) if number <= limit => {
                let number = if negative { number.wrapping_neg() } else { number };
                Ok(ConstantData::Int(number & mask))
            }
            _ => {
                let message = format!("the type `{}` has no number {token}", self.show(ty));
                Err(self.wrong_at(place, "LLVM/constant", message))
            }
        }
    }

    /// `u0x1F` and `s0xFF`: bits of an integer, extended by zeros or by the highest of them.
    fn hexadecimal(&mut self, ty: Type, token: &str, place: Place) -> Result<ConstantData> {
        let TypeData::Int(bits) = *self.module.types.written(ty) else {
            let message = format!("no integer has the type `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        };
        let digits = &token.as_bytes()[3..];
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
            let message = format!("`{token}` is no hexadecimal number");
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        if bits > 128 {
            return Ok(ConstantData::Refused("an integer of more than 128 bits"));
        }
        let significant = &digits[digits.iter().take_while(|&&digit| digit == b'0').count()..];
        let mask = u128::MAX >> (128 - bits);
        let mut value =
            significant.iter().take(33).fold(0u128, |value, &digit| value << 4 | u128::from(cursor::hex(digit)));
        let mut fits = significant.len() <= 32 && value <= mask;
        if token.starts_with('s') && digits.len() <= 32 && cursor::hex(digits[0]) & 8 != 0 {
            // The bits above the digits are ones; those that the type has not must be so too.
            value |= u128::MAX.checked_shl(4 * digits.len() as u32).unwrap_or(0);
            fits = value | mask >> 1 == u128::MAX;
        }
        if !fits {
            let message = format!("the type `{}` has no number {token}", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        Ok(ConstantData::Int(value & mask))
    }

    #[inline]
    fn global_constant(&mut self, ty: Type) -> Result<ConstantData> {
        match *self.module.types.written(ty) {
            TypeData::Ptr(space) => Ok(ConstantData::Global(self.global(space)?)),
            _ => {
                let message = format!("a global value is a pointer, not `{}`", self.show(ty));
                Err(self.wrong("LLVM/type", message))
            }
        }
    }

    fn worded_constant(&mut self, ty: Type) -> Result<ConstantData> {
        let mark = self.cursor.mark();
        let place = self.cursor.here();
        let word = self.cursor.word();
        let fits = match word {
            "true" | "false" => ty == self.common.i1,
            "null" => self.is_pointer(ty),
            "none" => ty == self.common.token,
            "undef" | "poison" => ty != self.common.label && ty != self.common.metadata,
            "zeroinitializer" => {
                let other = [self.common.label, self.common.metadata, self.common.token];
                !other.contains(&ty)
            }
            _ => true,
        };
        if !fits {
            let message = format!("`{word}` has no type `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        Ok(match word {
            "true" => ConstantData::Int(1),
            "false" => ConstantData::Int(0),
            "null" => ConstantData::Null,
            "none" => ConstantData::NoToken,
            "undef" => ConstantData::Undef,
            "poison" => ConstantData::Poison,
            "zeroinitializer" => ConstantData::Zero,
            "c" if self.cursor.byte(0) == b'"' => self.bytes(ty)?,
            "splat" => self.splat(ty)?,
            "blockaddress" => self.refused_pointer(ty, "blockaddress")?,
            "dso_local_equivalent" => self.refused_global(ty, "dso_local_equivalent")?,
            "no_cfi" => self.refused_global(ty, "no_cfi")?,
            "ptrauth" => self.refused_pointer(ty, "ptrauth")?,
            "asm" => {
                let message = "inline assembly is called, and nothing else".to_owned();
                return Err(self.wrong_at(place, "LLVM/assembly", message));
            }
            _ if word.starts_with("u0x") || word.starts_with("s0x") => self.hexadecimal(ty, word, place)?,
            _ => match self.expression(word, place)? {
                Some((found, expr)) => {
                    self.check_same(ty, found, place)?;
                    ConstantData::Expr(expr)
                }
                None => {
                    self.cursor.rewind(mark);
                    return Err(self.unexpected(&format!("a value of type `{}`", self.show(ty))));
                }
            },
        })
    }

    /// Says it if a value of one type stands where another is needed.
    #[inline]
    pub(super) fn check_same(&mut self, expected: Type, found: Type, place: Place) -> Result<()> {
        if expected == found {
            return Ok(());
        }
        let message = format!("expected a value of type `{}`, found `{}`", self.show(expected), self.show(found));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    /// `c"…"`; the `c` is taken already.
    fn bytes(&mut self, ty: Type) -> Result<ConstantData> {
        let place = self.cursor.place();
        let text = match self.cursor.quoted() {
            Ok(text) => text,
            Err(Bad::Open) => return Err(self.bad(Bad::Open, "")),
            Err(_) => return Err(self.unexpected("a string")),
        };
        let start = self.module.constants.bytes.len();
        cursor::unescape(text, &mut self.module.constants.bytes);
        let len = self.module.constants.bytes.len() - start;
        match *self.module.types.get(ty) {
            TypeData::Array(count, element) if element == self.common.i8 && count == len as u64 => {
                Ok(ConstantData::Bytes(List { start: start as u32, len: len as u32 }))
            }
            _ => {
                let message = format!("a string of {len} bytes has no type `{}`", self.show(ty));
                Err(self.wrong_at(place, "LLVM/constant", message))
            }
        }
    }

    /// `splat (T x)`; the word is taken already.
    fn splat(&mut self, ty: Type) -> Result<ConstantData> {
        let place = self.cursor.here();
        self.expect(b'(')?;
        let lane = self.nested(Reader::typed_constant)?;
        self.expect(b')')?;
        let found = self.module.constants.ty(lane);
        if self.lanes(ty).is_none() || self.lane(ty) != found {
            let message = format!("a splat of `{}` has no type `{}`", self.show(found), self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        Ok(ConstantData::Splat(lane))
    }

    fn refused_pointer(&mut self, ty: Type, what: &'static str) -> Result<ConstantData> {
        if !self.is_pointer(ty) || self.cursor.peek() != b'(' {
            return Err(self.unexpected(&format!("`(`, and a pointer before `{what}`")));
        }
        self.cursor.skip_group();
        Ok(ConstantData::Refused(what))
    }

    fn refused_global(&mut self, ty: Type, what: &'static str) -> Result<ConstantData> {
        self.cursor.skip();
        if self.cursor.byte(0) != b'@' {
            return Err(self.unexpected("a global value"));
        }
        self.global_constant(ty)?;
        Ok(ConstantData::Refused(what))
    }

    /// `[…]`, `{…}`, `<…>`, `<{…}>`
    fn aggregate(&mut self, ty: Type) -> Result<ConstantData> {
        let place = self.cursor.here();
        let open = self.cursor.byte(0);
        self.cursor.at += 1;
        let packed = open == b'<' && self.cursor.eat(b'{');
        let close = match open {
            b'[' => b']',
            b'<' if !packed => b'>',
            _ => b'}',
        };
        let (fits, count) = match (close, self.module.types.get(ty)) {
            (b']', TypeData::Array(count, _)) => (true, *count),
            (b'>', TypeData::Vector(count, _, false)) => (true, *count),
            (b'}', TypeData::Struct(fields, other)) => (packed == *other, fields.len() as u64),
            _ => (false, 0),
        };
        if !fits {
            let message = format!("no value of type `{}` is written so", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        let base = self.constants.len();
        if !self.cursor.eat(close) {
            self.elements(ty, base)?;
            self.expect(close)?;
        }
        if packed {
            self.expect(b'>')?;
        }
        let found = self.constants.len() - base;
        if found as u64 != count {
            let message = format!("{found} elements, but the type `{}` has {count}", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/constant", message));
        }
        Ok(ConstantData::List(self.constant_list(base)))
    }

    fn elements(&mut self, ty: Type, base: usize) -> Result<()> {
        loop {
            let place = self.cursor.here();
            let constant = self.typed_constant()?;
            let index = self.constants.len() - base;
            if let Some(expected) = self.part(ty, index as u64) {
                self.check_same(expected, self.module.constants.ty(constant), place)?;
            }
            self.constants.push(constant);
            if !self.cursor.eat(b',') {
                return Ok(());
            }
        }
    }

    /// Moves the constants that were read last into a list.
    pub(super) fn constant_list(&mut self, base: usize) -> List {
        let lists = &mut self.module.constants.lists;
        let list = List { start: lists.len() as u32, len: (self.constants.len() - base) as u32 };
        lists.extend(self.constants.drain(base..));
        list
    }
}
