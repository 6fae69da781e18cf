//! Where the lines of a text begin.

use std::cell::Cell;
use std::ops::Range;

/// The lines of a text, found once.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
    /// The last offset whose column in characters was asked for, and that column: a line with very many diagnostics,
    /// which come in order, is counted once.
    counted: Cell<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    pub(super) fn new(text: &'a [u8]) -> Lines<'a> {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
        Lines { text, starts, counted: Cell::new((0, 1)) }
    }

    /// How many lines there are; the one behind the last line end counts.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The line of an offset, from 0; the last one for an offset beyond the end.
    pub(super) fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The range of a line without its line end.
    pub(super) fn range(&self, line: usize) -> Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let next = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        start..next.max(start)
    }

    /// Line and column of an offset, both from 1, the column in bytes.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.at(offset);
        (line + 1, offset.min(self.text.len()) - self.range(line).start + 1)
    }

    /// Line and column of an offset, both from 1, the column in characters.
    pub(super) fn character_position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.at(offset);
        let start = self.range(line).start;
        let (from, column) = match self.counted.get() {
            counted if (start..=offset).contains(&counted.0) => counted,
            _ => (start, 1),
        };
        let column = column + String::from_utf8_lossy(&self.text[from..offset]).chars().count();
        self.counted.set((offset, column));
        (line + 1, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_find_their_lines_and_columns() {
        let lines = Lines::new("ab\nü€x\n".as_bytes());
        assert_eq!((lines.len(), lines.at(0), lines.at(2), lines.at(3), lines.at(99)), (3, 0, 0, 1, 2));
        assert_eq!((lines.range(0), lines.range(1), lines.range(2)), (0..2, 3..9, 10..10));
        assert_eq!((lines.position(8), lines.position(99)), ((2, 6), (3, 1)));
        assert_eq!(Lines::new(b"").position(0), (1, 1));
    }

    #[test]
    fn columns_in_characters_do_not_depend_on_the_order_of_questions() {
        let lines = Lines::new("ab\nü€x\n".as_bytes());
        let expected =
            [(0, (1, 1)), (1, (1, 2)), (3, (2, 1)), (5, (2, 2)), (8, (2, 3)), (9, (2, 4)), (99, (3, 1))];
        for (offset, position) in expected.iter().chain(expected.iter().rev()) {
            assert_eq!(lines.character_position(*offset), *position, "offset {offset}");
        }
    }
}
