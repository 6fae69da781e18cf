//! What shows that a promise or an invariant is kept: a case, a test or a command that can be looked up.

use super::cells::Cells;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// `cases`: the cases that cover the row, at least one.
    Cases,
    /// `case:ID`: a row of `verification-cases.tsv`.
    Case(String),
    /// `test:FILE#FUNCTION`: a test function in a file of the repository.
    Test {
        /// The file.
        file: String,
        /// The function.
        function: String,
    },
    /// `make:TARGET`: a target of the Makefile.
    Make(String),
}

impl Evidence {
    fn read(text: &str) -> Option<Evidence> {
        if text == "cases" {
            return Some(Evidence::Cases);
        }
        let (kind, what) = text.split_once(':')?;
        if what.is_empty() {
            return None;
        }
        match kind {
            "case" => Some(Evidence::Case(what.to_string())),
            "make" => Some(Evidence::Make(what.to_string())),
            "test" => {
                let (file, function) = what.split_once('#')?;
                let whole = !file.is_empty() && !function.is_empty();
                whole.then(|| Evidence::Test { file: file.to_string(), function: function.to_string() })
            }
            _ => None,
        }
    }

    /// Reads a cell, which may be empty, or have several with a blank between; `None` is an error.
    pub(super) fn cell(cells: &mut Cells<'_>) -> Option<Vec<Evidence>> {
        let Some(text) = cells.optional() else {
            return Some(Vec::new());
        };
        let mut at = 0;
        let mut found = Some(Vec::new());
        for word in text.split(' ') {
            match (Evidence::read(word), &mut found) {
                (Some(evidence), Some(found)) => found.push(evidence),
                (Some(_), None) => {}
                (None, _) => {
                    let help = "write case:ID, test:FILE#FUNCTION, make:TARGET or cases";
                    cells.error(at, format!("`{word}` is no evidence"), help);
                    found = None;
                }
            }
            at += word.len() + 1;
        }
        found
    }
}
