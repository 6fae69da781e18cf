//! A directive that cannot be read.

use native_ir::text::Misread;
use std::fmt;

/// What is wrong with a directive, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveError {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// The whole line.
    pub row: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl DirectiveError {
    pub(super) fn new(line: usize, row: &str, misread: Misread) -> DirectiveError {
        let Misread { range, message, help } = misread;
        DirectiveError { line, column: range.start + 1, row: row.to_string(), message, help }
    }
}

/// The text below `FILE:LINE:COLUMN: `.
impl fmt::Display for DirectiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.row.char_indices().take_while(|(at, _)| at + 1 < self.column);
        let indent: String = before.map(|(_, c)| if c == '\t' { '\t' } else { ' ' }).collect();
        write!(f, "{}\n  | {}\n  | {indent}^", self.message, self.row)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}
