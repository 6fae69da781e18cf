//! The reader: a place in the sections, and what the next numbers are relative to.

use super::code::Code;
use super::error::{BinaryError, Found};
use crate::{Name, Span};

/// What was read, or why it could not be. Errors are boxed to keep results small.
pub(super) type Read<T> = Result<T, Box<BinaryError>>;

/// Sections that are being read. [`super::write::Writer`] keeps the same state.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Where `bytes` begins in the container.
    start: usize,
    section: &'static str,
    /// All names, by number.
    pub(super) names: Vec<Name>,
    /// The number behind the last name.
    pub(super) next_name: u32,
    /// How many types there are so far.
    pub(super) types: usize,
    /// The last span of a source.
    pub(super) span: Span,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], start: usize) -> Reader<'b> {
        let section = "before the sections";
        Reader { bytes, at: 0, start, section, names: Vec::new(), next_name: 0, types: 0, span: Span::COMPILER }
    }

    /// An error at a place that [`Reader::place`] gave.
    #[cold]
    pub(super) fn error(&self, place: usize, expected: &'static str, found: Found) -> Box<BinaryError> {
        let offset = self.start + place;
        Box::new(BinaryError::Content { offset, section: self.section, expected, found })
    }

    /// Where the next byte stands.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Fails unless everything was read.
    pub(super) fn finish(&self, expected: &'static str) -> Read<()> {
        if self.remaining() == 0 { Ok(()) } else { Err(self.error(self.at, expected, Found::More)) }
    }

    pub(super) fn byte(&mut self, expected: &'static str) -> Read<u8> {
        match self.bytes.get(self.at) {
            Some(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => Err(self.error(self.at, expected, Found::End)),
        }
    }

    /// So many bytes.
    pub(super) fn take(&mut self, length: usize, expected: &'static str) -> Read<&'b [u8]> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.get(..length));
        let bytes = bytes.ok_or_else(|| self.error(self.at, expected, Found::End))?;
        self.at += length;
        Ok(bytes)
    }

    /// A number in LEB128, in its shortest form.
    #[inline]
    pub(super) fn number(&mut self, expected: &'static str) -> Read<u64> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            _ => self.long_number(expected),
        }
    }

    fn long_number(&mut self, expected: &'static str) -> Read<u64> {
        let place = self.at;
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(expected)?;
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            let fits = bits << shift >> shift == bits;
            if byte < 0x80 && byte != 0 && fits {
                return Ok(number);
            }
            if byte < 0x80 || !fits {
                break;
            }
        }
        Err(self.error(place, "a number of 64 bits in its shortest form", Found::Other))
    }

    /// A number up to a limit.
    #[inline]
    pub(super) fn number_to(&mut self, most: u64, expected: &'static str) -> Read<u64> {
        let place = self.at;
        let number = self.number(expected)?;
        if number <= most { Ok(number) } else { Err(self.error(place, expected, Found::Number(number))) }
    }

    /// How many things follow, none of which takes less than a byte.
    pub(super) fn count(&mut self, expected: &'static str) -> Read<usize> {
        let place = self.at;
        let count = self.number(expected)?;
        if count <= self.remaining() as u64 {
            return Ok(count as usize);
        }
        Err(self.error(place, expected, Found::Number(count)))
    }

    /// Bytes behind their number.
    pub(super) fn blob(&mut self, expected: &'static str) -> Read<&'b [u8]> {
        let length = self.count(expected)?;
        self.take(length, expected)
    }

    /// The contents of the next section.
    pub(super) fn section<T: Code>(&mut self, tag: u8, name: &'static str) -> Read<T> {
        self.section = name;
        let place = self.at;
        let found = self.byte("the section's tag")?;
        if found != tag {
            return Err(self.error(place, "the section's tag", Found::Number(found.into())));
        }
        let place = self.at;
        let field = self.take(4, "the section's length")?;
        let length = field.iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte));
        if length > self.remaining() {
            return Err(self.error(place, "the section's length", Found::Number(length as u64)));
        }
        let all = self.bytes;
        self.bytes = &all[..self.at + length];
        let contents = T::get(self)?;
        self.finish("the end of the section")?;
        self.bytes = all;
        Ok(contents)
    }
}

/// The inverse of [`super::write::zigzag`].
pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
