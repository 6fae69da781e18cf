//! Reading the small forms of the text outside a module: what command lines and test directives are made of.
//!
//! Names, strings and literals are read by the code that reads modules, so they mean the same in both places.

use super::cursor::Cursor;
use super::literal::{self, Literal};
use crate::{Diagnostic, Module, Place, Type, TypeKind};
use std::borrow::Cow;
use std::ops::Range;

/// A text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The bytes of the text that are wrong; empty at its end.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it, where the message does not say it.
    pub help: Option<String>,
}

impl From<Box<Diagnostic>> for Misread {
    fn from(error: Box<Diagnostic>) -> Misread {
        let range = match error.place {
            Place::Text(range) => range,
            _ => 0..0,
        };
        Misread { range, message: error.message, help: error.help }
    }
}

/// A place in a text of one line. Every method but [`Scanner::at`] first skips blanks.
///
/// ```
/// use native_ir::{Module, Type, text::Scanner};
///
/// let mut scanner = Scanner::new("@f(-1) ; a comment");
/// assert_eq!(scanner.symbol()?, "f");
/// scanner.expect("(")?;
/// assert_eq!(scanner.scalar(&Module::default(), Type::I8)?, 255);
/// scanner.expect(")")?;
/// scanner.end()?;
/// # Ok::<(), native_ir::text::Misread>(())
/// ```
#[derive(Clone)]
pub struct Scanner<'t> {
    cursor: Cursor<'t>,
}

impl<'t> Scanner<'t> {
    /// The beginning of a text.
    pub fn new(text: &'t str) -> Scanner<'t> {
        Scanner { cursor: Cursor::new(text, 0) }
    }

    /// The byte offset.
    pub fn at(&self) -> usize {
        self.cursor.at
    }

    /// The range of what a reader sees as one thing here.
    pub fn token(&mut self) -> Range<usize> {
        self.cursor.skip_blanks();
        self.cursor.token()
    }

    /// Takes a sign or word, if it stands here.
    pub fn eat(&mut self, text: &str) -> bool {
        self.cursor.eat_text(text)
    }

    /// Takes a sign or word.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn expect(&mut self, text: &str) -> Result<(), Misread> {
        Ok(self.cursor.expect_text(text)?)
    }

    /// A word of letters, digits and `_`; empty when none stands here.
    pub fn word(&mut self) -> &'t str {
        self.cursor.word()
    }

    /// Whether nothing but a comment is left.
    pub fn at_end(&mut self) -> bool {
        self.cursor.at_line_end()
    }

    /// Takes the end of the line.
    ///
    /// # Errors
    /// Something but a comment is left.
    pub fn end(&mut self) -> Result<(), Misread> {
        Ok(self.cursor.expect_line_end()?)
    }

    /// The name of an `@symbol`.
    ///
    /// # Errors
    /// None stands here.
    pub fn symbol(&mut self) -> Result<Cow<'t, str>, Misread> {
        Ok(self.cursor.name(b'@', "an `@` and a name")?)
    }

    /// The bytes of a text in double quotes, with the escapes of data strings.
    ///
    /// # Errors
    /// None stands here, or it has a wrong escape.
    pub fn bytes(&mut self) -> Result<Cow<'t, [u8]>, Misread> {
        Ok(self.cursor.byte_string()?)
    }

    /// A number from 0 to 2^64 - 1, decimal or hexadecimal; `what` names it in messages.
    ///
    /// # Errors
    /// None stands here.
    pub fn number(&mut self, what: &str) -> Result<u64, Misread> {
        Ok(self.cursor.unsigned(what)?)
    }

    /// The bits of a literal of a type of the module: a number, or `null` for a pointer.
    ///
    /// # Errors
    /// None stands here, it does not fit the type, or the type has no literals.
    pub fn scalar(&mut self, module: &Module, ty: Type) -> Result<u128, Misread> {
        self.cursor.skip_blanks();
        let pointer = module.types.kind(ty) == Some(TypeKind::Ptr);
        if pointer && self.cursor.eat_word("null") {
            return Ok(0);
        }
        match Literal::take(&mut self.cursor)? {
            Some(literal) => Ok(literal::scalar(module, literal, ty)?),
            None => {
                let wanted = if pointer { "`null`" } else { "a literal" };
                Err(self.cursor.unexpected(&format!("{wanted} of type `{}`", super::TypeText(module, ty))).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Space;

    fn scalar(text: &str, ty: Type) -> Result<u128, String> {
        let module = Module::default();
        let mut scanner = Scanner::new(text);
        let bits = scanner.scalar(&module, ty).map_err(|error| error.message)?;
        scanner.end().map_err(|error| error.message)?;
        Ok(bits)
    }

    #[test]
    fn literals_are_those_of_modules() {
        assert_eq!(scalar(" 0xff ; all ones", Type::I8), Ok(255));
        assert_eq!(scalar("-1", Type::I128), Ok(u128::MAX));
        assert_eq!(scalar("1.5", Type::F32), Ok(1.5_f32.to_bits().into()));
        assert_eq!(scalar("nan", Type::F16), Ok(0x7e00));
        assert_eq!(scalar("256", Type::I8), Err("`256` does not fit type `i8`".to_string()));
        assert_eq!(scalar("1", Type::F64), Err("`1` is no literal of type `f64`".to_string()));
        assert_eq!(scalar("x", Type::I8), Err("expected a literal of type `i8`, found `x`".to_string()));
        assert_eq!(
            scalar("", Type::I8),
            Err("expected a literal of type `i8`, found the end of the line".to_string())
        );
        assert!(scalar("1", Type::FIBER).is_err() && scalar("1", Type::ERROR).is_err());
        assert!(scalar("1 2", Type::I8).is_err());
    }

    #[test]
    fn the_only_pointer_is_null() {
        let mut module = Module::default();
        let pointer = module.types.pointer(Space::Heap, Type::I8);
        assert_eq!(Scanner::new("null").scalar(&module, pointer), Ok(0));
        let error = Scanner::new("1").scalar(&module, pointer).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("a pointer has no literals but for `null`"));
        assert!(Scanner::new("nullify").scalar(&module, pointer).is_err());
        let text = |bits| crate::text::ScalarText(&module, pointer, bits).to_string();
        assert_eq!((text(0), text(16)), ("null".to_string(), "0x10".to_string()));
    }

    #[test]
    fn errors_have_their_place() {
        let error = Scanner::new("  @f %").symbol().and(Scanner::new("  f").symbol()).unwrap_err();
        assert_eq!((error.range, error.message.as_str()), (2..3, "expected an `@` and a name, found `f`"));
        let error = Scanner::new("\"\\q\"").bytes().unwrap_err();
        assert_eq!(error.range.start, 1);
        assert_eq!(Scanner::new("\"a\\xff\"").bytes().unwrap().as_ref(), b"a\xff");
        assert_eq!(Scanner::new("\"größe x\"").bytes().unwrap().as_ref(), "größe x".as_bytes());
    }
}
