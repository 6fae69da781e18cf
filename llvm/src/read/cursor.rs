//! A place in the text, and what stands there: blanks, words, numbers, names, strings.
//!
//! Every method that looks at the text skips blanks and comments first unless it says otherwise. The place always lies
//! between two characters: only ASCII is stepped over one byte at a time, anything else by a search for ASCII.

use crate::syntax::{Name, Place};
use memchr::{memchr, memchr_iter};
use std::borrow::Cow;

/// A place in the text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The byte offset.
    pub(super) at: usize,
    line: u32,
    line_start: usize,
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    line: u32,
    line_start: usize,
}

/// What stands behind a sigil: `%12`, `%name`, `%"quoted"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Id<'t> {
    Number(u32),
    Name(Name<'t>),
}

/// Why a name or string cannot be read.
pub(super) enum Bad {
    /// None stands here.
    Missing,
    /// The closing quote is missing.
    Open,
    /// Its bytes are not UTF-8.
    Encoding,
    /// A number beyond 2^32 - 2.
    Large,
}

const WORD: u8 = 1;
const LABEL: u8 = 2;
const BLANK: u8 = 4;
const COMMENT: u8 = 8;

/// What a byte may be part of: words of letters, digits, `_` and `.`; labels and names, which have `-` and `$` too.
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' => WORD | LABEL,
            b'-' | b'$' => LABEL,
            b' ' | b'\t' | b'\r' | b'\n' => BLANK,
            b';' => COMMENT,
            _ => 0,
        };
        byte += 1;
    }
    table
};

impl<'t> Cursor<'t> {
    /// The beginning of a text.
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0, line: 1, line_start: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, line: self.line, line_start: self.line_start }
    }

    pub(super) fn rewind(&mut self, mark: Mark) {
        (self.at, self.line, self.line_start) = (mark.at, mark.line, mark.line_start);
    }

    /// The line and column of the offset, without skipping anything.
    #[inline]
    pub(super) fn place(&self) -> Place {
        let column = self.at - self.line_start + 1;
        Place { line: self.line, column: column.min(usize::from(u16::MAX)) as u16 }
    }

    /// The line and column of what stands here.
    #[inline]
    pub(super) fn here(&mut self) -> Place {
        self.skip();
        self.place()
    }

    /// The byte `ahead` bytes further, 0 behind the end; skips nothing.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&mut self) -> bool {
        self.skip();
        self.at >= self.text.len()
    }

    /// The text from an offset to the place.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or("")
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    /// Skips blanks and comments.
    #[inline]
    pub(super) fn skip(&mut self) {
        while self.byte(0) == b' ' {
            self.at += 1;
        }
        if CLASS[usize::from(self.byte(0))] & (BLANK | COMMENT) != 0 {
            self.skip_lines();
        }
    }

    fn skip_lines(&mut self) {
        loop {
            match self.byte(0) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    self.line_start = self.at;
                }
                b';' => self.at += memchr(b'\n', self.rest()).unwrap_or(self.text.len() - self.at),
                _ => return,
            }
        }
    }

    /// The byte that stands here, 0 at the end.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        self.skip();
        self.byte(0)
    }

    /// Takes a sign.
    #[inline]
    pub(super) fn eat(&mut self, sign: u8) -> bool {
        if self.byte(0) == sign {
            self.at += 1;
            return true;
        }
        let eaten = self.peek() == sign;
        self.at += usize::from(eaten);
        eaten
    }

    #[inline]
    fn run(&mut self, class: u8) -> &'t str {
        let rest = self.rest();
        let is_other = |&byte: &u8| CLASS[usize::from(byte)] & class == 0;
        let len = rest.iter().position(is_other).unwrap_or(rest.len());
        let start = self.at;
        self.at += len;
        self.text.get(start..start + len).unwrap_or("")
    }

    /// Takes a word of letters, digits, `_` and `.`; empty if none stands here.
    #[inline]
    pub(super) fn word(&mut self) -> &'t str {
        self.skip();
        self.run(WORD)
    }

    /// Takes a word of the characters of labels; empty if none stands here.
    #[inline]
    pub(super) fn label_word(&mut self) -> &'t str {
        self.skip();
        self.run(LABEL)
    }

    /// Takes a word of the characters of labels; skips nothing.
    #[inline]
    pub(super) fn label_word_here(&mut self) -> &'t str {
        self.run(LABEL)
    }

    /// Takes this word, if it stands here whole.
    #[inline]
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.skip();
        let found =
            self.rest().starts_with(word.as_bytes()) && CLASS[usize::from(self.byte(word.len()))] & WORD == 0;
        if found {
            self.at += word.len();
        }
        found
    }

    /// The next bytes; skips nothing.
    #[inline]
    pub(super) fn ahead<const N: usize>(&self) -> Option<&'t [u8; N]> {
        self.rest().first_chunk()
    }

    /// Whether a text stands exactly here; skips nothing.
    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text.as_bytes())
    }

    /// Takes a decimal number of at most 64 bits; skips nothing.
    #[inline]
    pub(super) fn digits(&mut self) -> Option<u64> {
        let mut value = 0u64;
        let mut len = 0;
        for byte in self.rest() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // Numbers of 19 digits fit.
            value = match len {
                0..19 => value * 10 + u64::from(digit),
                _ => value.checked_mul(10)?.checked_add(u64::from(digit))?,
            };
            len += 1;
        }
        self.at += len;
        (len > 0).then_some(value)
    }

    /// Takes a number as it is written: a sign, digits, a point, an exponent; hexadecimal digits behind `0x`.
    pub(super) fn number(&mut self) -> &'t str {
        self.skip();
        let start = self.at;
        self.at += usize::from(matches!(self.byte(0), b'-' | b'+'));
        loop {
            let exponent = matches!(self.byte(0), b'e' | b'E') && matches!(self.byte(1), b'-' | b'+');
            // A hexadecimal digit `e` has no sign behind it.
            if exponent || CLASS[usize::from(self.byte(0))] & WORD != 0 {
                self.at += 1 + usize::from(exponent);
            } else {
                return self.since(start);
            }
        }
    }

    /// Takes what stands behind a sigil; skips nothing.
    #[inline]
    pub(super) fn id(&mut self) -> Result<Id<'t>, Bad> {
        match self.byte(0) {
            b'0'..=b'9' => match self.digits() {
                Some(number) if number < u64::from(u32::MAX) => Ok(Id::Number(number as u32)),
                _ => Err(Bad::Large),
            },
            b'"' => self.string().map(Id::Name),
            _ => match self.run(LABEL) {
                "" => Err(Bad::Missing),
                name => Ok(Id::Name(Cow::Borrowed(name))),
            },
        }
    }

    /// Takes the bytes between two quotes, escapes as they are written.
    pub(super) fn quoted(&mut self) -> Result<&'t str, Bad> {
        if !self.eat(b'"') {
            return Err(Bad::Missing);
        }
        let start = self.at;
        let len = memchr(b'"', self.rest()).ok_or(Bad::Open)?;
        self.advance(len);
        let text = self.since(start);
        self.at += 1;
        Ok(text)
    }

    /// Takes a string; its escapes are resolved.
    pub(super) fn string(&mut self) -> Result<Name<'t>, Bad> {
        unescaped(self.quoted()?)
    }

    /// Goes on by so many bytes, and counts the lines among them.
    fn advance(&mut self, len: usize) {
        let end = self.at.saturating_add(len).min(self.text.len());
        let bytes = &self.text.as_bytes()[self.at..end];
        for newline in memchr_iter(b'\n', bytes) {
            self.line += 1;
            self.line_start = self.at + newline + 1;
        }
        self.at = end;
    }

    /// Goes behind the bracket that closes the one that stands here, or to the end; strings and comments are passed
    /// over. Skips nothing before it.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 0usize;
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'(' | b'[' | b'{' | b'<' => depth += 1,
                b')' | b']' | b'}' | b'>' if depth <= 1 => {
                    self.at += 1;
                    return;
                }
                b')' | b']' | b'}' | b'>' => depth -= 1,
                b'"' => match memchr(b'"', &bytes[self.at + 1..]) {
                    Some(len) => self.advance(len + 1),
                    None => return self.advance(usize::MAX - self.at),
                },
                b'\n' | b';' => {
                    self.skip();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Steps over one thing: a string, or a character.
    pub(super) fn pass(&mut self) {
        if self.byte(0) == b'"' {
            let len = memchr(b'"', self.rest().get(1..).unwrap_or(&[]));
            return self.advance(len.map_or(usize::MAX - self.at, |len| len + 2));
        }
        let len = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.advance(len);
    }

    /// What stands here, for messages.
    pub(super) fn describe(&self) -> String {
        let rest = self.text.get(self.at..).unwrap_or("");
        let word = |c: char| c.is_ascii_alphanumeric() || "_.-$".contains(c);
        let sigil = usize::from(rest.starts_with(['%', '@', '!', '#', '$', '"']));
        let len = sigil + rest[sigil..].chars().take(40).take_while(|&c| word(c)).count();
        match rest.chars().next() {
            None => "the end of the text".to_owned(),
            Some(first) if len == 0 => format!("`{}`", first.escape_debug()),
            Some(_) => format!("`{}`", &rest[..len]),
        }
    }

    /// Goes to the end of the line on which the last bracket of what stands here is closed.
    pub(super) fn skip_statement(&mut self) {
        while self.at < self.text.len() {
            match self.byte(0) {
                b'\n' | b';' => return,
                b'(' | b'[' | b'{' | b'<' => self.skip_group(),
                _ => self.pass(),
            }
        }
    }

    /// Goes to the beginning of the line behind the one where something began: of this one, if nothing of it was
    /// taken and it is another, or else of the next.
    pub(super) fn leave_line(&mut self, began: Place) {
        let taken = self.text.as_bytes().get(self.line_start..self.at).unwrap_or(&[]);
        if self.line > began.line && taken.iter().all(|&byte| CLASS[usize::from(byte)] == BLANK) {
            self.at = self.line_start;
        } else {
            self.skip_line();
        }
    }

    /// Goes to the beginning of the next line.
    pub(super) fn skip_line(&mut self) {
        let len = memchr(b'\n', self.rest()).map_or(self.text.len() - self.at, |newline| newline + 1);
        self.advance(len);
    }
}

/// What a name or string means whose escapes are as they are written.
pub(super) fn unescaped(text: &str) -> Result<Name<'_>, Bad> {
    if memchr(b'\\', text.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    unescape(text, &mut bytes);
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Bad::Encoding)
}

/// Appends what a string means: `\\` is a backslash, `\` and two hexadecimal digits a byte; other backslashes stand for
/// themselves.
pub(super) fn unescape(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        match *rest {
            [b'\\', ..] => {
                out.push(b'\\');
                rest = &rest[1..];
            }
            [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(high) << 4 | hex(low));
                rest = &rest[2..];
            }
            _ => out.push(b'\\'),
        }
    }
    out.extend_from_slice(rest);
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}
