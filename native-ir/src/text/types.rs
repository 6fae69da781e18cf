//! Types, and the items that are little more than a type: named types, registers, imports.
//!
//! A composite type that was read once is known by its spelling from then on. Nesting is limited to
//! [`TypeTable::MAX_DEPTH`], so recursion is.

use super::cursor::{Read, shorten};
use super::field::{self, Seen};
use super::resolve::Global;
use super::{Reader, source, text_place};
use crate::{
    Access, Diagnostic, Import, ImportKind, NamedType, Param, Passing, Register, Rule, Space, Type, TypeData,
    TypeTable,
};
use std::ops::Range;

/// Spellings longer than this are read anew each time.
const MAX_KNOWN: usize = 96;

/// The commonest types, without a search.
fn common(word: &str) -> Option<Type> {
    Some(match word.as_bytes() {
        b"i32" => Type::I32,
        b"i64" => Type::I64,
        b"i1" => Type::I1,
        b"i8" => Type::I8,
        b"i16" => Type::I16,
        b"f32" => Type::F32,
        b"f64" => Type::F64,
        b"addr" => Type::ADDR,
        b"flags" => Type::FLAGS,
        b"ptr" | b"array" | b"struct" | b"packed" | b"fn" | b"vec" => return None,
        _ => return Type::from_keyword(word),
    })
}

impl<'t> Reader<'t> {
    /// A type, after blanks. An unknown one is reported, and is [`Type::ERROR`].
    #[inline]
    pub(super) fn read_type(&mut self) -> Read<Type> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        let word = self.cursor.word();
        if let Some(ty) = common(word) {
            return Ok(ty);
        }
        self.cursor.at = start;
        match self.spelling_of_type() {
            Some(spelling) => self.known_type(spelling),
            None => self.outer_type(),
        }
    }

    /// A composite type. Where it is nested too deeply, all of it is.
    fn outer_type(&mut self) -> Read<Type> {
        let start = self.cursor.at;
        self.nested_type(0).map_err(|mut error| {
            if error.rule == Rule::SchemaLimit {
                error.place = text_place(start..self.cursor.at);
            }
            error
        })
    }

    fn known_type(&mut self, spelling: &'t str) -> Read<Type> {
        if let Some(&ty) = self.known_types.get(spelling) {
            self.cursor.at += spelling.len();
            return Ok(ty);
        }
        let (start, errors) = (self.cursor.at, self.diagnostics.len());
        let ty = self.outer_type()?;
        if self.cursor.at == start + spelling.len() && self.diagnostics.len() == errors {
            self.known_types.insert(spelling, ty);
        }
        Ok(ty)
    }

    /// The text from a word with a bracket behind it to the matching bracket, when that is near.
    fn spelling_of_type(&self) -> Option<&'t str> {
        let rest = &self.cursor.text().as_bytes()[self.cursor.at..];
        let mut depth = 0_u32;
        for (length, &byte) in rest.iter().enumerate().take(MAX_KNOWN) {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth <= 1 => {
                    let end = self.cursor.at + length + 1;
                    return self.cursor.text().get(self.cursor.at..end).filter(|_| depth == 1);
                }
                b']' | b'}' => depth -= 1,
                b'(' | b' ' | b'@' | b',' if depth == 0 => return None,
                b'"' | b'\n' | b';' => return None,
                _ => {}
            }
        }
        None
    }

    fn nested_type(&mut self, depth: u8) -> Read<Type> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        if depth > TypeTable::MAX_DEPTH {
            let message = format!("types are nested deeper than {}", TypeTable::MAX_DEPTH);
            return Err(source::over_limit(self.cursor.token(), message));
        }
        if self.cursor.peek() == b'@' {
            return self.type_name();
        }
        let word = self.cursor.word();
        let data = match word {
            "ptr" => {
                self.cursor.expect(b'[')?;
                let space = self.space()?;
                self.cursor.expect(b',')?;
                let pointee = self.nested_type(depth + 1)?;
                self.cursor.expect(b']')?;
                TypeData::Pointer { space, pointee }
            }
            "array" | "vec" => {
                self.cursor.expect(b'[')?;
                let element = self.nested_type(depth + 1)?;
                self.cursor.expect(b',')?;
                let length = self.cursor.unsigned("the number of elements")?;
                self.cursor.expect(b']')?;
                if word == "vec" {
                    TypeData::Vector { element, lanes: length }
                } else {
                    TypeData::Array { element, length }
                }
            }
            "struct" | "packed" => {
                let mut fields = Vec::new();
                self.cursor.expect(b'{')?;
                if !self.cursor.eat(b'}') {
                    loop {
                        fields.push(self.nested_type(depth + 1)?);
                        if self.cursor.eat(b'}') {
                            break;
                        }
                        if !self.cursor.eat(b',') {
                            return Err(self.cursor.unexpected("`,` or `}`"));
                        }
                    }
                }
                TypeData::Struct { packed: word == "packed", fields: fields.into() }
            }
            "fn" => TypeData::Function(Box::new(self.function_type(depth + 1)?)),
            "" => return Err(self.cursor.unexpected("a type")),
            word => match common(word) {
                Some(ty) => return Ok(ty),
                None => {
                    self.unknown_type(start..self.cursor.at);
                    return Ok(Type::ERROR);
                }
            },
        };
        Ok(self.module.types.intern(data))
    }

    fn space(&mut self) -> Read<Space> {
        self.cursor.skip_blanks();
        let range = self.cursor.token();
        let word = self.cursor.word();
        Space::from_name(word).ok_or_else(|| {
            let message = format!("`{}` is no address space", shorten(word));
            let help = format!("address spaces are {}", names(Space::ALL.iter().map(|space| space.name())));
            Box::new(Diagnostic::new(Rule::TypeUnknownType, text_place(range), message).help(help))
        })
    }

    fn type_name(&mut self) -> Read<Type> {
        let start = self.cursor.at;
        let name = self.cursor.name(b'@', "a type's name")?;
        let name = self.module.names.intern(&name);
        match self.globals.get(name) {
            Global::Type(ty) => Ok(ty),
            Global::None | Global::Symbol(_) | Global::Gone(_) => {
                self.unknown_type(start..self.cursor.at);
                Ok(Type::ERROR)
            }
        }
    }

    /// Reports a type that is not known, once for each spelling.
    fn unknown_type(&mut self, range: Range<usize>) {
        let spelling = self.cursor.text().get(range.clone()).unwrap_or("");
        if !self.unknown_types.insert(spelling) {
            return;
        }
        let message = format!("there is no type `{}`", shorten(spelling));
        self.report(Diagnostic::new(Rule::TypeUnknownType, text_place(range), message));
    }

    /// A parameter's or result's type with how it is passed.
    pub(super) fn param_type(&mut self, depth: u8) -> Read<Param> {
        for passing in [Passing::Agg, Passing::ByVal, Passing::SRet] {
            if self.cursor.eat_text(passing.wrapper().unwrap_or("")) {
                self.cursor.expect(b'(')?;
                let ty = self.nested_type(depth)?;
                self.cursor.expect(b')')?;
                return Ok(Param { ty, passing });
            }
        }
        let ty = if depth == 0 { self.read_type()? } else { self.nested_type(depth)? };
        let passing = [Passing::Zext, Passing::Sext]
            .into_iter()
            .find(|passing| self.cursor.eat_word(passing.extension().unwrap_or("")));
        Ok(Param { ty, passing: passing.unwrap_or(Passing::Value) })
    }

    pub(super) fn type_item(&mut self, entity: Option<u32>) -> Read<()> {
        self.cursor.word();
        self.cursor.name(b'@', "the type's name")?;
        self.cursor.expect(b'=')?;
        let body = self.read_type()?;
        if let Some(entity) = entity {
            self.module.types.define(NamedType::from_u32(entity), body);
        }
        self.cursor.expect_line_end()
    }

    pub(super) fn register_item(&mut self, entity: Option<u32>) -> Read<()> {
        self.cursor.word();
        self.cursor.name(b'@', "the register's name")?;
        let Some(register) = entity.map(Register::from_u32) else { return Ok(()) };
        self.cursor.expect(b':')?;
        self.module.registers[register].ty = self.read_type()?;
        self.cursor.expect(b'=')?;
        self.module.registers[register].address = self.cursor.unsigned("the register's address")?;
        let mut seen = Seen::default();
        while let Some((name, range)) = self.field_name() {
            if name != "access" {
                return Err(field::unknown(name, "a register", range));
            }
            self.once(&mut seen, name, range);
            let all = [Access::ReadWrite, Access::ReadOnly, Access::WriteOnly];
            self.module.registers[register].access = self.choice(name, &all, Access::name)?;
        }
        self.cursor.expect_line_end()
    }

    pub(super) fn import_item(&mut self, entity: Option<u32>) -> Read<()> {
        self.cursor.word();
        self.cursor.skip_blanks();
        let all = [ImportKind::Runtime, ImportKind::Ffi, ImportKind::Module];
        let kind = self.choice("import", &all, ImportKind::name)?;
        self.cursor.name(b'@', "the import's name")?;
        let Some(import) = entity.map(Import::from_u32) else { return Ok(()) };
        self.module.imports[import].kind = kind;
        self.cursor.expect(b':')?;
        self.module.imports[import].ty = self.read_type()?;
        self.cursor.expect_line_end()
    }
}

/// Names for a message.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
