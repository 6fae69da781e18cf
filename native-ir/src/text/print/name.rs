//! Names and strings: bare where the grammar allows it, else quoted and escaped.

use super::Printer;
use crate::text::identifier::{is_continue, is_start};
use crate::{Block, DebugType, Function, Name, Slot, Symbol, Value};
/// Whether a text may stand as a name without quotes.
fn is_identifier(text: &str) -> bool {
    let Some((&first, rest)) = text.as_bytes().split_first() else { return false };
    if (first.is_ascii_alphabetic() || first == b'_')
        && rest.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return true;
    }
    if text.is_ascii() {
        return false;
    }
    let mut chars = text.chars();
    chars.next().is_some_and(is_start) && chars.all(is_continue)
}

/// Whether a text may stand without quotes where the grammar has `NAME`: an identifier, or a word of the tables such
/// as `zero-x86_64-sysv-v0.1` or `sse4.1`.
fn is_word(text: &str) -> bool {
    let ascii = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    (ascii && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')) || is_identifier(text)
}

impl Printer<'_> {
    /// A name behind its sigil.
    fn name(&mut self, text: &str) {
        if is_identifier(text) { self.put(text) } else { self.quoted(text) }
    }

    /// A name of the envelope or of a clause.
    pub(super) fn word(&mut self, text: &str) {
        if is_word(text) { self.put(text) } else { self.quoted(text) }
    }

    /// A text in quotes.
    pub(super) fn quoted(&mut self, text: &str) {
        self.put("\"");
        self.escaped(text);
        self.put("\"");
    }

    pub(super) fn quoted_name(&mut self, name: Name) {
        self.quoted(self.module.names.text(name));
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\' | 0x7f)) {
            self.put(&rest[..at]);
            match rest.as_bytes()[at] {
                b'"' => self.put("\\\""),
                b'\\' => self.put("\\\\"),
                b'\n' => self.put("\\n"),
                b'\t' => self.put("\\t"),
                b'\r' => self.put("\\r"),
                0 => self.put("\\0"),
                byte => self.escaped_byte(byte),
            }
            rest = &rest[at + 1..];
        }
        self.put(rest);
    }

    fn escaped_byte(&mut self, byte: u8) {
        self.put("\\x");
        self.hex_digits(u128::from(byte), 2);
    }

    /// The bytes of a data object as a string: what is UTF-8 stays readable.
    pub(super) fn byte_string(&mut self, bytes: &[u8]) {
        self.put("\"");
        for chunk in bytes.utf8_chunks() {
            self.escaped(chunk.valid());
            for &byte in chunk.invalid() {
                self.escaped_byte(byte);
            }
        }
        self.put("\"");
    }

    fn name_or_number(&mut self, name: Option<Name>, number: u32) {
        match name {
            Some(name) if name.is_some() => self.name(self.module.names.text(name)),
            _ => self.decimal(u64::from(number)),
        }
    }

    pub(super) fn symbol(&mut self, symbol: Symbol) {
        self.put("@");
        self.name(self.module.symbol_name(symbol));
    }

    pub(super) fn type_name(&mut self, name: Name) {
        self.put("@");
        self.name(self.module.names.text(name));
    }

    pub(super) fn value(&mut self, function: &Function, value: Value) {
        self.put("%");
        let name = function.body.value_names.get(value.as_u32() as usize);
        self.name_or_number(name.copied(), value.as_u32());
    }

    pub(super) fn block(&mut self, function: &Function, block: Block) {
        self.put("^");
        let name = function.body.blocks.get(block).map(|data| data.name);
        self.name_or_number(name, block.as_u32());
    }

    pub(super) fn slot(&mut self, function: &Function, slot: Slot) {
        self.put("$");
        let name = function.slots.get(slot).map(|data| data.name);
        self.name_or_number(name, slot.as_u32());
    }

    pub(super) fn debug_type(&mut self, ty: DebugType) {
        self.put("#");
        let name = self.module.debug_types.get(ty).map(|data| data.name);
        self.name_or_number(name, ty.as_u32());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Module;

    #[test]
    fn identifiers_are_uax31_with_underscore_and_emoji() {
        for text in ["a", "_", "_9", "größe", "変数", "x2", "🦀", "a👩\u{200d}🚀b", "❤\u{fe0f}"] {
            assert!(is_identifier(text), "{text}");
        }
        for text in ["", "9", "12", "a b", "a-b", "operator new", "a.b", "#", "\u{200d}", "€", "a\u{feff}"] {
            assert!(!is_identifier(text), "{text}");
        }
        assert!(is_word("sse4.1") && is_word("zero-x86_64-sysv-v0.1"));
        assert!(!is_word("") && !is_word("4x") && !is_word("a b") && !is_word("-a"));
    }

    #[test]
    fn strings_escape_what_would_end_or_break_them() {
        let module = Module::default();
        let text = |write: &dyn Fn(&mut Printer<'_>)| {
            let mut printer = Printer::new(&module);
            write(&mut printer);
            printer.finish()
        };
        assert_eq!(text(&|p| p.quoted("a\"\\\n\t\r\0\x01\x7fé")), r#""a\"\\\n\t\r\0\x01\x7fé""#);
        assert_eq!(text(&|p| p.byte_string(b"ok\xc3\xa9\xc3(\xff")), r#""oké\xc3(\xff""#);
    }
}
