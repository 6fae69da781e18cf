//! A place in the text, and the small forms that everything else is made of: words, names, numbers, strings.
//!
//! No list of tokens is made. A line's end is a byte like others and ends every form, so nothing runs over it unless
//! it asks to ([`Cursor::skip_space`]).

use super::identifier::{is_continue, is_start};
use super::source::{self, MAX_NUMBER};
use crate::{Diagnostic, Place, Rule};
use memchr::{memchr, memchr3};
use std::borrow::Cow;
use std::ops::Range;

/// What reading gives: the error is reported where the line is given up.
pub(super) type Read<T> = Result<T, Box<Diagnostic>>;

const START: u8 = 1;
const CONTINUE: u8 = 2;
const DIGIT: u8 = 4;
/// Stands in words of the tables (`zero-x86_64-sysv-v0.1`), beside what continues a name.
const WORD: u8 = 8;
const HIGH: u8 = 16;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => START | CONTINUE | WORD,
            b'0'..=b'9' => CONTINUE | DIGIT | WORD,
            b'-' | b'.' => WORD,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    table
}

fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// A name behind its sigil, as it is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spelling<'t> {
    /// An identifier, or a text in quotes.
    Name(Cow<'t, str>),
    /// Digits without leading zero.
    Number(&'t str),
}

/// An error of the grammar.
pub(super) fn syntax(range: Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Rule::SchemaSyntax, Place::Text(range), message))
}

/// A place in the text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The byte offset.
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Cursor<'t> {
        Cursor { text, at }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The text from an offset to here.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or("")
    }

    /// The byte here; a line end at the text's end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'\n')
    }

    /// The byte at a distance behind this one.
    pub(super) fn peek_at(&self, distance: usize) -> u8 {
        self.byte(self.at + distance)
    }

    /// Where the run of bytes of a class ends that begins at an offset.
    #[inline]
    fn run(&self, start: usize, class: u8) -> usize {
        let rest = self.text.as_bytes().get(start..).unwrap_or(&[]);
        start + rest.iter().position(|&byte| !is(byte, class)).unwrap_or(rest.len())
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn skip_space(&mut self) {
        while self.at < self.text.len() {
            match self.peek() {
                b' ' | b'\t' | b'\n' => self.at += 1,
                b';' => self.skip_line(),
                _ => return,
            }
        }
    }

    /// Goes to the line's end.
    pub(super) fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        self.at = memchr(b'\n', rest).map_or(self.text.len(), |length| self.at + length);
    }

    /// Whether only blanks and a comment are left of the line.
    #[inline]
    pub(super) fn at_line_end(&mut self) -> bool {
        self.skip_blanks();
        matches!(self.peek(), b'\n' | b';')
    }

    /// Takes a byte, after blanks, if it stands here.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == byte && self.at < self.text.len();
        self.at += usize::from(found);
        found
    }

    /// Takes a text, after blanks, if it stands here.
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        self.skip_blanks();
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()));
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Takes a word, after blanks, if it and no longer one stands here.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let start = self.at;
        let found = self.eat_text(word) && !is(self.peek(), CONTINUE | HIGH);
        if !found {
            self.at = start;
        }
        found
    }

    /// Takes a byte after blanks.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Read<()> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected(&format!("`{}`", char::from(byte)))) }
    }

    /// Takes a text after blanks.
    pub(super) fn expect_text(&mut self, text: &str) -> Read<()> {
        if self.eat_text(text) { Ok(()) } else { Err(self.unexpected(&format!("`{text}`"))) }
    }

    /// Takes the rest of the line, which must be empty.
    #[inline]
    pub(super) fn expect_line_end(&mut self) -> Read<()> {
        if self.at_line_end() { Ok(()) } else { Err(self.unexpected("the end of the line")) }
    }

    /// An error that says what should stand here.
    #[cold]
    pub(super) fn unexpected(&self, wanted: &str) -> Box<Diagnostic> {
        let mut here = *self;
        here.skip_blanks();
        let range = here.token();
        let found = match self.text.get(range.clone()) {
            Some(token) if !range.is_empty() => format!("`{}`", shorten(token)),
            _ => "the end of the line".to_string(),
        };
        let mut error = syntax(range, format!("expected {wanted}, found {found}"));
        error.label = format!("expected {wanted}");
        error
    }

    /// The range of what a reader sees as one thing here; empty at a line's end.
    pub(super) fn token(&self) -> Range<usize> {
        let mut end = self.at;
        match self.peek() {
            b'\n' | b';' => return self.at..self.at,
            b'"' => end = self.string_end(),
            byte => {
                end += usize::from(b"%^@$#!-".contains(&byte));
                if end > self.at && self.byte(end) == b'"' {
                    end = Cursor::new(self.text, end).string_end();
                }
                while is(self.byte(end), WORD | HIGH) {
                    end += 1;
                }
            }
        }
        if end == self.at {
            end += self.text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
        self.at..end
    }

    /// The end of the string that begins here: behind its quote, or the line's end.
    fn string_end(&self) -> usize {
        let mut end = self.at + 1;
        loop {
            let rest = self.text.as_bytes().get(end..).unwrap_or(&[]);
            match memchr3(b'"', b'\\', b'\n', rest) {
                None => return self.text.len(),
                Some(length) => match rest[length] {
                    b'"' => return end + length + 1,
                    b'\\' if rest.get(length + 1).is_some_and(|&byte| byte != b'\n') => end += length + 2,
                    b'\\' => end += length + 1,
                    _ => return end + length,
                },
            }
        }
    }

    /// Goes behind the string that begins here.
    pub(super) fn skip_string(&mut self) {
        self.at = self.string_end();
    }

    /// A word of ASCII letters, digits and `_` after blanks; empty when there is none.
    #[inline]
    pub(super) fn word(&mut self) -> &'t str {
        self.skip_blanks();
        let start = self.at;
        self.at = self.run(start, CONTINUE);
        self.since(start)
    }

    /// A word with `-` and `.`, after blanks; empty when there is none.
    pub(super) fn long_word(&mut self) -> &'t str {
        self.skip_blanks();
        let start = self.at;
        self.at = self.run(start, WORD);
        self.since(start)
    }

    /// `NAME`: a word of the tables, an identifier, or a text in quotes.
    pub(super) fn plain_name(&mut self, what: &str) -> Read<Cow<'t, str>> {
        self.skip_blanks();
        if self.peek() == b'"' {
            return self.string();
        }
        let start = self.at;
        if is(self.peek(), START) {
            self.long_word();
        }
        if is(self.peek(), HIGH) {
            self.at = start;
            self.identifier()?;
        }
        if self.at == start { Err(self.unexpected(what)) } else { Ok(Cow::Borrowed(self.since(start))) }
    }

    /// Takes an identifier. Its first character is checked, and it may be empty.
    #[inline]
    fn identifier(&mut self) -> Read<&'t str> {
        let start = self.at;
        if is(self.peek(), START) {
            self.at = self.run(start, CONTINUE);
        }
        if is(self.peek(), HIGH) {
            self.at = start;
            self.unicode_identifier()?;
        }
        Ok(self.since(start))
    }

    /// Takes an identifier of ASCII, if there is no more to the name than that: the common case.
    #[inline]
    pub(super) fn ascii_name(&mut self) -> Option<&'t str> {
        let start = self.at;
        if !is(self.peek(), START) {
            return None;
        }
        let end = self.run(start + 1, CONTINUE);
        if is(self.byte(end), HIGH) {
            return None;
        }
        self.at = end;
        Some(self.since(start))
    }

    #[cold]
    fn unicode_identifier(&mut self) -> Read<()> {
        let start = self.at;
        for c in self.text.get(start..).unwrap_or("").chars() {
            let fits = if self.at == start { is_start(c) } else { is_continue(c) };
            if !fits && c.is_ascii() {
                break;
            }
            if !fits {
                let range = self.at..self.at + c.len_utf8();
                let message = format!("`{c}` (U+{:04X}) may not stand here in a name", u32::from(c));
                let mut error = syntax(range, message);
                error.help = Some("put the name in double quotes behind its sigil".to_string());
                return Err(error);
            }
            self.at += c.len_utf8();
        }
        Ok(())
    }

    /// The name behind a sigil, which is already taken. `sigil` stands in messages.
    #[inline]
    pub(super) fn spelling(&mut self, sigil: char, numbers: bool) -> Read<Spelling<'t>> {
        let byte = self.peek();
        if is(byte, START | HIGH) {
            return Ok(Spelling::Name(Cow::Borrowed(self.identifier()?)));
        }
        if byte == b'"' {
            return Ok(Spelling::Name(self.string()?));
        }
        let start = self.at;
        self.at = self.run(start, DIGIT);
        let digits = self.since(start);
        if digits.is_empty() {
            return Err(self.unexpected(&format!("a name behind `{sigil}`")));
        }
        if !numbers || is(self.peek(), CONTINUE | HIGH) {
            let range = start - 1..Cursor::new(self.text, start).token().end;
            let mut error = syntax(range, format!("a name behind `{sigil}` may not begin with a digit"));
            error.help = Some("put the name in double quotes behind its sigil".to_string());
            return Err(error);
        }
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(syntax(start - 1..self.at, format!("`{sigil}{digits}` has a leading zero")));
        }
        Ok(Spelling::Number(digits))
    }

    /// Takes a sigil after blanks, and the name behind it, which may not be a number.
    pub(super) fn name(&mut self, sigil: u8, what: &str) -> Read<Cow<'t, str>> {
        if !self.eat(sigil) {
            return Err(self.unexpected(what));
        }
        match self.spelling(char::from(sigil), false)? {
            Spelling::Name(name) => Ok(name),
            Spelling::Number(_) => Err(self.unexpected(what)),
        }
    }

    /// A text in quotes, after blanks.
    pub(super) fn string(&mut self) -> Read<Cow<'t, str>> {
        self.skip_blanks();
        let start = self.at;
        match self.quoted(false)? {
            Cow::Borrowed(_) => Ok(Cow::Borrowed(self.text.get(start + 1..self.at - 1).unwrap_or(""))),
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Owned(text)),
                Err(_) => Err(syntax(start..self.at, "the text in quotes is not UTF-8")),
            },
        }
    }

    /// The bytes of a data string, after blanks.
    pub(super) fn byte_string(&mut self) -> Read<Cow<'t, [u8]>> {
        self.skip_blanks();
        self.quoted(true)
    }

    fn quoted(&mut self, any_byte: bool) -> Read<Cow<'t, [u8]>> {
        if self.peek() != b'"' {
            return Err(self.unexpected("a text in double quotes"));
        }
        let (start, end) = (self.at, self.string_end());
        let all = self.text.as_bytes();
        if end < start + 2 || all[end - 1] != b'"' || self.ends_in_escape(start + 1, end - 1) {
            self.at = end;
            return Err(syntax(start..end, "the text in quotes does not end on its line"));
        }
        self.at = end;
        let inner = &all[start + 1..end - 1];
        if memchr(b'\\', inner).is_none() {
            return Ok(Cow::Borrowed(inner));
        }
        self.unescape(start + 1, inner, any_byte).map(Cow::Owned)
    }

    /// Whether an odd number of backslashes ends a range: then the quote behind it is part of the text.
    fn ends_in_escape(&self, start: usize, end: usize) -> bool {
        let inner = self.text.as_bytes().get(start..end).unwrap_or(&[]);
        inner.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
    }

    fn unescape(&self, offset: usize, inner: &[u8], any_byte: bool) -> Read<Vec<u8>> {
        let mut bytes = Vec::with_capacity(inner.len());
        let mut at = 0;
        while let Some(length) = memchr(b'\\', &inner[at..]) {
            bytes.extend_from_slice(&inner[at..at + length]);
            at += length;
            let (byte, used) = escape(&inner[at + 1..], any_byte).map_err(|message| {
                let shown = Cursor::new(self.text, offset + at + 1).token();
                let end = shown.end.min(offset + at + 4).max(offset + at + 1);
                syntax(offset + at..self.text.ceil_char_boundary(end), message)
            })?;
            bytes.push(byte);
            at += 1 + used;
        }
        bytes.extend_from_slice(&inner[at..]);
        Ok(bytes)
    }

    /// An unsigned number after blanks, decimal or hexadecimal; `what` stands in messages.
    pub(super) fn unsigned(&mut self, what: &str) -> Read<u64> {
        self.skip_blanks();
        let start = self.at;
        let (negative, magnitude) = self.integer(what)?;
        match u64::try_from(magnitude) {
            Ok(number) if !negative => Ok(number),
            _ => Err(source::over_limit(start..self.at, format!("{what} is not in the range 0 to 2^64 - 1"))),
        }
    }

    /// A signed number after blanks.
    pub(super) fn signed(&mut self, what: &str) -> Read<i64> {
        self.skip_blanks();
        let start = self.at;
        let (negative, magnitude) = self.integer(what)?;
        let number = i128::try_from(magnitude).ok().map(|number| if negative { -number } else { number });
        number.and_then(|number| i64::try_from(number).ok()).ok_or_else(|| {
            source::over_limit(start..self.at, format!("{what} is not in the range -2^63 to 2^63 - 1"))
        })
    }

    /// A number after blanks: whether it is negative, and its magnitude, which saturates.
    pub(super) fn integer(&mut self, what: &str) -> Read<(bool, u128)> {
        self.skip_blanks();
        let start = self.at;
        let negative = self.eat(b'-');
        match self.magnitude() {
            Some(magnitude) if !is(self.peek(), CONTINUE | HIGH) => Ok((negative, magnitude)),
            _ => {
                self.at = start;
                Err(self.unexpected(what))
            }
        }
    }

    /// A number without sign, right here; it saturates.
    pub(super) fn magnitude(&mut self) -> Option<u128> {
        let start = self.at;
        if self.peek() == b'0' && self.peek_at(1) == b'x' {
            self.at += 2;
            while self.peek().is_ascii_hexdigit() {
                self.at += 1;
            }
            return hexadecimal(self.since(start + 2));
        }
        self.at = self.run(start, DIGIT);
        decimal(self.since(start))
    }

    /// The number of at most nine digits that stands here, when nothing follows that belongs to it.
    #[inline]
    pub(super) fn short_decimal(&mut self) -> Option<u32> {
        let start = self.at;
        let mut number = 0_u32;
        while self.at < start + 10 {
            let digit = self.peek().wrapping_sub(b'0');
            if digit > 9 {
                let complete = self.at > start && !is(self.peek(), CONTINUE | HIGH) && self.peek() != b'.';
                if complete {
                    return Some(number);
                }
                break;
            }
            number = number.wrapping_mul(10).wrapping_add(digit.into());
            self.at += 1;
        }
        self.at = start;
        None
    }

    /// The range of the number that begins here: digits, letters, points, and signs behind an exponent's letter.
    pub(super) fn number_range(&self) -> Read<Range<usize>> {
        let mut end = self.at + usize::from(self.peek() == b'-');
        let hexadecimal = self.byte(end) == b'0' && self.byte(end + 1) == b'x';
        loop {
            let byte = self.byte(end);
            let before = self.byte(end.wrapping_sub(1));
            let sign = matches!(byte, b'+' | b'-')
                && if hexadecimal { before == b'p' } else { matches!(before, b'e' | b'E') };
            if !(is(byte, CONTINUE) || byte == b'.' || sign && end > self.at) {
                break;
            }
            end += 1;
        }
        if end - self.at > MAX_NUMBER {
            return Err(source::over_limit(self.at..end, format!("the number is longer than {MAX_NUMBER} bytes")));
        }
        Ok(self.at..end)
    }
}

/// Hexadecimal digits as a number, which saturates; `None` when there is no digit.
pub(super) fn hexadecimal(digits: &str) -> Option<u128> {
    if digits.is_empty() {
        return None;
    }
    let mut number = 0_u128;
    for byte in digits.bytes() {
        let digit = char::from(byte).to_digit(16)?;
        number = if number >> 124 == 0 { number << 4 | u128::from(digit) } else { u128::MAX };
    }
    Some(number)
}

/// Decimal digits as a number, which saturates; `None` when there is no digit.
pub(super) fn decimal(digits: &str) -> Option<u128> {
    if digits.is_empty() {
        return None;
    }
    if digits.len() <= 19 {
        let mut number = 0_u64;
        for byte in digits.bytes() {
            number = number * 10 + u64::from(byte.wrapping_sub(b'0') % 10);
        }
        return Some(u128::from(number));
    }
    Some(digits.bytes().fold(0_u128, |number, byte| {
        number.saturating_mul(10).saturating_add(u128::from(byte.wrapping_sub(b'0') % 10))
    }))
}

/// The byte of an escape behind its backslash, and how many bytes it takes.
fn escape(rest: &[u8], any_byte: bool) -> Result<(u8, usize), &'static str> {
    Ok((
        match rest.first() {
            Some(b'\\') => b'\\',
            Some(b'"') => b'"',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'0') => 0,
            Some(b'x') => {
                let digit = |index: usize| rest.get(index).and_then(|&byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(1), digit(2)) else {
                    return Err("`\\x` is followed by two hexadecimal digits");
                };
                let byte = (high << 4 | low) as u8;
                if byte > 0x7f && !any_byte {
                    return Err("`\\x` above 7f stands in data strings only");
                }
                return Ok((byte, 3));
            }
            _ => return Err("no escape begins like this: there are `\\\\ \\\" \\n \\t \\r \\0 \\xHH`"),
        },
        1,
    ))
}

/// The beginning of a token, for messages.
pub(super) fn shorten(token: &str) -> String {
    match token.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &token[..end]),
        None => token.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Option<String> {
        let text = format!("%{text}");
        let mut cursor = Cursor::new(&text, 1);
        match cursor.spelling('%', true).ok()? {
            Spelling::Name(name) => Some(name.into_owned()),
            Spelling::Number(digits) => Some(format!("#{digits}")),
        }
    }

    #[test]
    fn names_are_identifiers_numbers_or_quoted() {
        for text in ["a", "_x9", "größe", "変数", "🦀", "a👩\u{200d}🚀b", "❤\u{fe0f}"] {
            assert_eq!(spelled(text).as_deref(), Some(text));
        }
        assert_eq!(spelled("12 "), Some("#12".to_string()));
        assert_eq!(spelled(r#""a\"\\\n\x41""#), Some("a\"\\\nA".to_string()));
        for text in
            ["", "012", "1a", "-", "\u{200d}", "€", "a\u{feff}", r#""\xff""#, r#""a"#, r#""a\""#, r#""\q""#]
        {
            assert_eq!(spelled(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_saturate_and_end_at_a_name() {
        assert_eq!(Cursor::new("-0x10,", 0).integer("").ok(), Some((true, 16)));
        assert_eq!(Cursor::new("12", 0).unsigned("").ok(), Some(12));
        assert!(Cursor::new("-12", 0).unsigned("").is_err());
        assert!(Cursor::new("12a", 0).unsigned("").is_err());
        assert!(Cursor::new("0x", 0).unsigned("").is_err());
        assert!(Cursor::new("18446744073709551616", 0).unsigned("").is_err());
        assert_eq!(Cursor::new("-9223372036854775808", 0).signed("").ok(), Some(i64::MIN));
        assert!(Cursor::new("9223372036854775808", 0).signed("").is_err());
        assert_eq!(decimal(&"9".repeat(60)), Some(u128::MAX));
        assert_eq!(hexadecimal(&"f".repeat(33)), Some(u128::MAX));
    }

    #[test]
    fn tokens_for_messages_stop_where_a_reader_would() {
        let token = |text: &str| Cursor::new(text, 0).token();
        assert_eq!(token("%abc, x"), 0..4);
        assert_eq!(token(r#"@"a b" c"#), 0..6);
        assert_eq!(token("é+"), 0..2);
        assert_eq!(token("{x"), 0..1);
        assert_eq!(token("; x"), 0..0);
        assert_eq!(token("\"ab"), 0..3);
    }
}
