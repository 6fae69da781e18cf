//! The strict reader of tab-separated tables, and [`TableError`], which names file, line and column and shows the row.
//!
//! A table is UTF-8 without byte order mark and carriage returns; it has one header row, rows of as many cells as the
//! header, and `#` comment lines. No cell is empty (`-` says so) or has blanks at its ends. The format has no quoting,
//! and an error must name the exact byte of a cell; a general reader of separated values gives neither up, so this is
//! written by hand. All errors of a table are reported. Rows are at most [`MAX_ROW`] bytes long, so that whatever looks
//! at pairs of words in a row still takes time linear in the table's size.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

/// The length in bytes of the longest row.
pub const MAX_ROW: usize = 8192;

/// What is wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TableError {
    /// The table's file name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// The row, with replacement characters where it is no UTF-8.
    pub row: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.row.char_indices().take_while(|(at, _)| at + 1 < self.column);
        let indent: String = before.map(|(_, c)| if c == '\t' { '\t' } else { ' ' }).collect();
        writeln!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        writeln!(f, "  | {}", self.row)?;
        writeln!(f, "  | {indent}^")?;
        write!(f, "  help: {}", self.help)
    }
}

/// A table's header and rows, with the places of all cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The file name that errors show.
    pub file: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, without comments.
    pub rows: Vec<Row>,
    header_line: usize,
}

/// A row of a table: as many cells as the header has names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line in the file, from 1.
    pub line: usize,
    /// The whole row.
    pub text: String,
    cells: Vec<Range<usize>>,
}

impl Row {
    /// The text of a cell; empty when there is no such column.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |range| &self.text[range.clone()])
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|range| &self.text[range.clone()])
    }
}

impl Table {
    /// The index of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The text of a cell by its column's name; empty when there is no such cell.
    pub fn cell(&self, row: usize, column: &str) -> &str {
        match (self.rows.get(row), self.column(column)) {
            (Some(row), Some(column)) => row.cell(column),
            _ => "",
        }
    }

    /// An error at a cell; at the header when there is no such row.
    pub fn error(
        &self,
        row: usize,
        column: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> TableError {
        self.error_at(row, self.column(column).unwrap_or(0), 0, message, help)
    }

    /// An error at a word of a cell that is a list; at the cell when the word is not in it.
    pub fn error_in(
        &self,
        row: usize,
        column: &str,
        word: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> TableError {
        let at = word_offset(self.cell(row, column), word).unwrap_or(0);
        self.error_at(row, self.column(column).unwrap_or(0), at, message, help)
    }

    /// An error at a byte of a cell; at the header when there is no such row.
    pub(crate) fn error_at(
        &self,
        row: usize,
        column: usize,
        offset: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> TableError {
        let (line, text, start) = match self.rows.get(row) {
            Some(row) => (row.line, row.text.clone(), row.cells.get(column).map_or(0, |cell| cell.start)),
            None => (self.header_line, self.header.join("\t"), 0),
        };
        let (message, help) = (message.into(), help.into());
        TableError { file: self.file.clone(), line, column: start + offset + 1, row: text, message, help }
    }
}

/// Where a word stands in a list whose items are apart by blanks, bars, commas or colons.
fn word_offset(cell: &str, word: &str) -> Option<usize> {
    let apart = |c: char| matches!(c, ' ' | '|' | ',' | ':' | '(' | ')');
    cell.match_indices(word)
        .find(|(at, _)| {
            let before = cell[..*at].chars().next_back();
            let after = cell[at + word.len()..].chars().next();
            before.is_none_or(apart) && after.is_none_or(apart)
        })
        .map(|(at, _)| at)
}

/// Reads a table whose header is exactly `header` and whose first `key` cells together differ from row to row.
///
/// # Errors
/// Everything that is wrong with the table: encoding, header, widths of rows, cells, duplicate keys. A wrong header is
/// reported alone, because rows mean nothing under it.
pub fn read<S: AsRef<str>>(file: &str, bytes: &[u8], header: &[S], key: usize) -> Result<Table, Vec<TableError>> {
    let expected: Vec<String> = header.iter().map(|name| name.as_ref().to_string()).collect();
    let table = Table { file: file.to_string(), header: expected, rows: Vec::new(), header_line: 1 };
    let mut reader = Reader { table, errors: Vec::new(), key, keys: HashSet::new() };
    reader.read(bytes);
    if reader.errors.is_empty() { Ok(reader.table) } else { Err(reader.errors) }
}

struct Reader {
    table: Table,
    errors: Vec<TableError>,
    key: usize,
    keys: HashSet<String>,
}

impl Reader {
    fn error(&mut self, line: usize, column: usize, row: &str, message: String, help: &str) {
        let (file, row, help) = (self.table.file.clone(), row.to_string(), help.to_string());
        self.errors.push(TableError { file, line, column, row, message, help });
    }

    fn read(&mut self, bytes: &[u8]) {
        let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
        let last = lines.pop().unwrap_or_default();
        if !last.is_empty() {
            lines.push(last);
        }
        let mut header_seen = false;
        for (index, bytes) in lines.iter().enumerate() {
            let Some(text) = self.line(index + 1, bytes) else {
                continue;
            };
            if text.starts_with('#') {
                continue;
            }
            if header_seen {
                self.row(index + 1, text);
                continue;
            }
            header_seen = true;
            self.table.header_line = index + 1;
            if !self.header(index + 1, text) {
                return;
            }
        }
        if !header_seen && self.errors.is_empty() {
            self.error(1, 1, "", "the table is empty".to_string(), "begin it with its header row");
        }
        if !last.is_empty() {
            let text = String::from_utf8_lossy(&last[..last.len().min(MAX_ROW)]);
            let message = "the last line has no line end: the table may be cut off".to_string();
            self.error(lines.len(), last.len() + 1, &text, message, "end the table with a newline");
        }
    }

    /// The text of a line, if its bytes are what a table may hold.
    fn line<'a>(&mut self, line: usize, bytes: &'a [u8]) -> Option<&'a str> {
        if line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_ROW)]);
            let message = "the table begins with a byte order mark".to_string();
            self.error(line, 1, &text, message, "save the table as UTF-8 without byte order mark");
            return None;
        }
        if bytes.len() > MAX_ROW {
            let message = format!("the row is longer than {MAX_ROW} bytes");
            self.error(line, MAX_ROW + 1, "", message, "split it, or say it in fewer words");
            return None;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let message = format!("invalid UTF-8: byte 0x{:02x}", bytes.get(at).copied().unwrap_or(0));
                let text = String::from_utf8_lossy(bytes);
                self.error(line, at + 1, &text, message, "save the table as UTF-8");
                return None;
            }
        };
        // Most lines are free of controls, and bytes tell that sooner than characters do: C1's begin with C2.
        let plain = bytes.iter().all(|&byte| byte >= b' ' && byte != 0x7f && byte != 0xc2 || byte == b'\t');
        if plain {
            return Some(text);
        }
        let bad = text.char_indices().find(|(_, c)| c.is_control() && *c != '\t');
        let Some((at, c)) = bad else {
            return Some(text);
        };
        let (message, help) = match c {
            '\r' => ("a carriage return".to_string(), "end lines with a newline alone"),
            _ => (format!("control character U+{:04X}", u32::from(c)), "delete it"),
        };
        self.error(line, at + 1, text, message, help);
        None
    }

    /// Whether the header is the expected one.
    fn header(&mut self, line: usize, text: &str) -> bool {
        let found: Vec<(usize, &str)> = cells(text).map(|range| (range.start, &text[range])).collect();
        let expected = self.table.header.clone();
        let before = self.errors.len();
        let help = format!("the header is: {}", expected.join(", "));
        for (index, (at, name)) in found.iter().enumerate() {
            let repeated = found[..index].iter().any(|(_, other)| other == name);
            if !expected.iter().any(|e| e == name) {
                self.error(line, at + 1, text, format!("unknown column `{name}`"), &help);
            } else if repeated {
                self.error(line, at + 1, text, format!("column `{name}` stands twice"), &help);
            }
        }
        for name in expected.iter().filter(|e| !found.iter().any(|(_, name)| name == e)) {
            self.error(line, text.len() + 1, text, format!("missing column `{name}`"), &help);
        }
        if self.errors.len() == before {
            let moved = found.iter().zip(&expected).find(|((_, name), e)| name != e);
            if let Some(((at, name), e)) = moved {
                let message = format!("column `{name}` stands where `{e}` belongs");
                self.error(line, at + 1, text, message, &help);
            }
        }
        self.errors.len() == before
    }

    fn row(&mut self, line: usize, text: &str) {
        let width = self.table.header.len();
        let mut ranges = Vec::with_capacity(width);
        ranges.extend(cells(text));
        if ranges.len() != width {
            let (column, word) = match ranges.get(width) {
                Some(extra) => (extra.start + 1, "too long"),
                None => (text.len() + 1, "truncated"),
            };
            let message = format!("the row is {word}: {} cells under {width} columns", ranges.len());
            self.error(line, column, text, message, "cells are apart by one tab each; an empty cell is `-`");
            return;
        }
        for (index, range) in ranges.iter().enumerate() {
            self.cell(line, text, index, range.clone());
        }
        let key = text[..ranges[self.key - 1].end].to_string();
        if self.keys.contains(&key) {
            let message = format!("`{}` stands twice", key.replace('\t', " "));
            self.error(line, 1, text, message, "delete one of the two rows");
        }
        self.keys.insert(key);
        self.table.rows.push(Row { line, text: text.to_string(), cells: ranges });
    }

    fn cell(&mut self, line: usize, text: &str, index: usize, range: Range<usize>) {
        let cell = &text[range.clone()];
        let name = &self.table.header[index];
        if cell.is_empty() {
            let message = format!("the cell under `{name}` is empty");
            self.error(line, range.start + 1, text, message, "write `-` where there is nothing to say");
        } else if cell.trim() != cell {
            let message = format!("the cell under `{name}` has blanks at an end");
            self.error(line, range.start + 1, text, message, "delete them");
        }
    }
}

/// The ranges of a line's cells.
fn cells(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split('\t').map(move |cell| {
        let range = start..start + cell.len();
        start = range.end + 1;
        range
    })
}
