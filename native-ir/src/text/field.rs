//! Marks, clauses and attributes: what stands as a word or as `name=value`, each at most once.

use super::cursor::Read;
use super::{Reader, text_place};
use crate::{Diagnostic, Name, Rule};
use std::ops::Range;

/// A field that stands twice.
pub(super) fn repeated(name: &str, range: Range<usize>, first: Range<usize>) -> Box<Diagnostic> {
    let error = Diagnostic::new(Rule::SchemaRepeatedField, text_place(range), format!("`{name}` stands twice"));
    Box::new(error.label("the second").also(text_place(first), "the first"))
}

/// A field that is not known where it stands; `place` says where that is.
pub(super) fn unknown(name: &str, place: &str, range: Range<usize>) -> Box<Diagnostic> {
    let message = format!("{place} has no `{name}`");
    Box::new(Diagnostic::new(Rule::SchemaUnknownField, text_place(range), message))
}

/// A field that does not stand where it must.
pub(super) fn missing(name: &str, range: Range<usize>) -> Box<Diagnostic> {
    let message = format!("`{name}` is missing");
    Box::new(Diagnostic::new(Rule::SchemaMissingField, text_place(range), message))
}

/// A value that is not of its field's kind.
pub(super) fn ill_typed(range: Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Rule::SchemaIllTypedField, text_place(range), message))
}

/// The fields of one line that were seen.
#[derive(Default)]
pub(super) struct Seen<'t>(Vec<(&'t str, Range<usize>)>);

impl<'t> Reader<'t> {
    /// Notes a field; reports it when it stands for the second time.
    pub(super) fn once(&mut self, seen: &mut Seen<'t>, name: &'t str, range: Range<usize>) {
        match seen.0.iter().find(|(other, _)| *other == name) {
            Some((_, first)) => self.report(*repeated(name, range, first.clone())),
            None => seen.0.push((name, range)),
        }
    }

    /// A word of a closed list, right here.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, all: &[T], spell: impl Fn(T) -> &'static str) -> Read<T> {
        let range = self.cursor.token();
        let word = self.cursor.long_word();
        if let Some(&value) = all.iter().find(|&&value| spell(value) == word) {
            return Ok(value);
        }
        let all: Vec<_> = all.iter().map(|&value| spell(value)).collect();
        Err(ill_typed(range, format!("`{name}` is one of {}", all.join(", "))))
    }

    /// Takes a field's name with its `=`, which must stand here.
    pub(super) fn needed(&mut self, field: &str) -> Read<()> {
        if self.cursor.eat_text(field) {
            return Ok(());
        }
        if self.cursor.at_line_end() {
            Err(missing(field, self.cursor.token()))
        } else {
            self.cursor.expect_text(field)
        }
    }

    /// `align=N`. Whether it is a power of two, the verifier says.
    pub(super) fn align(&mut self) -> Read<u32> {
        let start = self.cursor.at;
        let align = self.field_number("align")?;
        u32::try_from(align).map_err(|_| {
            let range = start..self.cursor.at;
            let message = format!("the alignment {align} is over 65536");
            Box::new(Diagnostic::new(Rule::TypeAlignment, text_place(range), message))
        })
    }

    /// The number of a field.
    pub(super) fn field_number(&mut self, name: &str) -> Read<u64> {
        match self.cursor.peek() {
            b'0'..=b'9' | b'-' => self.cursor.unsigned(name),
            _ => Err(ill_typed(self.cursor.token(), format!("`{name}` takes a number"))),
        }
    }

    /// `section="…"`
    pub(super) fn section(&mut self) -> Read<Name> {
        if self.cursor.peek() != b'"' {
            return Err(ill_typed(self.cursor.token(), "`section` takes a text in double quotes"));
        }
        let section = self.cursor.string()?;
        Ok(self.module.names.intern(&section))
    }

    /// Takes a field's name and the `=` behind it, if both stand here.
    pub(super) fn field_name(&mut self) -> Option<(&'t str, Range<usize>)> {
        let before = self.cursor;
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        let name = self.cursor.word();
        if name.is_empty() || self.cursor.peek() != b'=' {
            self.cursor = before;
            return None;
        }
        let range = start..self.cursor.at;
        self.cursor.at += 1;
        Some((name, range))
    }
}
