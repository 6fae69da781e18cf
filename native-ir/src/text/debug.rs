//! Debug types.

use super::Reader;
use super::cursor::{Read, shorten};
use super::field;
use crate::debug::{DebugKind, Encoding, Member};
use crate::{DebugType, Name};

impl<'t> Reader<'t> {
    /// `#name` as an operand. A debug type that is not declared is reported, and then declared: so it is reported
    /// once.
    pub(super) fn debug_type(&mut self) -> Read<DebugType> {
        if !self.cursor.eat(b'#') {
            return Err(self.cursor.unexpected("a debug type"));
        }
        let start = self.cursor.at - 1;
        let spelling = self.cursor.spelling('#', true)?;
        let key = self.key(spelling);
        if let Some(ty) = self.debug_types.get(key) {
            return Ok(DebugType::from_u32(ty));
        }
        self.unknown(start..self.cursor.at, "is not declared");
        let name = self.undefined_name(key);
        let ty = self.push_debug_type(name, start);
        self.debug_types.set(key, ty.as_u32());
        Ok(ty)
    }

    pub(super) fn debug_type_item(&mut self, entity: Option<u32>) -> Read<()> {
        self.cursor.word();
        if !self.cursor.eat(b'#') {
            return Err(self.cursor.unexpected("the debug type's name"));
        }
        self.cursor.spelling('#', true)?;
        self.cursor.expect(b'=')?;
        let kind = self.debug_kind()?;
        if let Some(entity) = entity {
            self.module.debug_types[DebugType::from_u32(entity)].kind = kind;
        }
        self.cursor.expect_line_end()
    }

    fn debug_kind(&mut self) -> Read<DebugKind> {
        self.cursor.skip_blanks();
        let range = self.cursor.token();
        Ok(match self.cursor.word() {
            "base" => {
                let name = self.source_name()?;
                self.cursor.skip_blanks();
                let range = self.cursor.token();
                if range.is_empty() || { self.cursor }.word() == "bytes" {
                    return Err(field::missing("encoding", range));
                }
                let encoding = self.choice("encoding", &Encoding::ALL, Encoding::name)?;
                DebugKind::Base { name, encoding, bytes: self.count("bytes=")? }
            }
            "pointer" => DebugKind::Pointer { to: self.debug_type()?, bytes: self.count("bytes=")? },
            "typedef" => DebugKind::Typedef { name: self.source_name()?, of: self.debug_type()? },
            "array" => DebugKind::Array { of: self.debug_type()?, count: self.count("count=")? },
            "struct" => {
                let (name, bytes) = (self.source_name()?, self.count("bytes=")?);
                DebugKind::Struct { name, bytes, members: self.in_braces(Self::member)? }
            }
            "enum" => {
                let (name, of) = (self.source_name()?, self.debug_type()?);
                DebugKind::Enum { name, of, values: self.in_braces(Self::enumerator)? }
            }
            "" => return Err(self.cursor.unexpected("a form of debug type")),
            word => {
                let message = format!(
                    "a debug type is base, pointer, typedef, array, struct or enum, not `{}`",
                    shorten(word)
                );
                return Err(field::ill_typed(range, message));
            }
        })
    }

    fn source_name(&mut self) -> Read<Name> {
        let name = self.cursor.string()?;
        Ok(self.module.names.intern(&name))
    }

    fn count(&mut self, field: &str) -> Read<u64> {
        self.needed(field)?;
        self.field_number(field.trim_end_matches('='))
    }

    fn in_braces<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = Vec::new();
        self.cursor.expect(b'{')?;
        let mut more = !self.cursor.eat(b'}');
        while more {
            items.push(item(self)?);
            more = self.comma_or(b'}')?;
        }
        Ok(items)
    }

    /// `"name": #type at 4`
    fn member(&mut self) -> Read<Member> {
        let name = self.source_name()?;
        self.cursor.expect(b':')?;
        let ty = self.debug_type()?;
        self.cursor.expect_text("at")?;
        Ok(Member { name, ty, offset: self.cursor.unsigned("the member's offset")? })
    }

    /// `"name" = -1`
    fn enumerator(&mut self) -> Read<(Name, i64)> {
        let name = self.source_name()?;
        self.cursor.expect(b'=')?;
        Ok((name, self.cursor.signed("the value")?))
    }
}
