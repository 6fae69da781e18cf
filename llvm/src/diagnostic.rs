//! What is wrong with a file of LLVM IR, or what in it has no place in native IR.

use crate::syntax::Place;
use std::fmt;

/// A diagnostic about a file of LLVM IR. `rule` is a row of `llvm/constructs.tsv` or one of the reader's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which of the files, by its index.
    pub file: usize,
    /// Where in it.
    pub place: Place,
    /// The length of what is wrong, in bytes; 0 where only the place is known.
    pub len: u32,
    /// The rule: `LLVM/` and a name, such as `LLVM/syntax`.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.place.line, self.place.column, self.rule, self.message)
    }
}
