//! The writer: bytes, and what the next numbers are written relative to.

use crate::Span;

/// Bytes of sections. [`super::read::Reader`] keeps the same state.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    /// The number behind the last name.
    pub(super) next_name: u32,
    /// The last span of a source.
    pub(super) span: Span,
    /// How many values of the body have been written.
    pub(super) values: u32,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer { out: Vec::new(), next_name: 0, span: Span::COMPILER, values: 0 }
    }
}

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// A number in LEB128: seven bits a byte, the lowest first, the top bit set in all bytes but the last.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Bytes behind their number.
    pub(super) fn blob(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    /// A section behind its tag and its length in 4 bytes. In a container that is too large for that, which its header
    /// tells, the length means nothing.
    pub(super) fn section(&mut self, tag: u8, contents: impl FnOnce(&mut Writer)) {
        self.byte(tag);
        let at = self.out.len();
        self.out.extend([0; 4]);
        contents(self);
        let length = (self.out.len() - at - 4) as u32;
        if let Some(field) = self.out.get_mut(at..at + 4) {
            field.copy_from_slice(&length.to_le_bytes());
        }
    }
}

/// Small numbers of either sign as small numbers: 0, -1, 1, -2, 2 …
pub(super) fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}
