//! Diagnostics for programs: one JSON object a line, then one with the totals.
//!
//! The names and the order of the fields are fixed. Lines and columns count from 1, columns in UTF-8 bytes; an end is
//! the first column that no longer belongs to the place.

use super::lines::Lines;
use super::{Examined, Reporter, Totals};
use crate::outcome::Failure;
use native_ir::Contract;
use serde_json::{Value, json};
use std::io::{self, Write};
use verifier::Located;

/// Writes JSON lines to standard output.
pub(crate) struct Json<'a> {
    contract: &'a Contract,
}

impl<'a> Json<'a> {
    /// A writer; the contract is the one that the files are held to.
    pub(crate) fn new(contract: &'a Contract) -> Json<'a> {
        Json { contract }
    }
}

impl Reporter for Json<'_> {
    fn file(&mut self, file: &Examined) -> Result<(), Failure> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let lines = Lines::new(&file.text);
        for located in &file.diagnostics {
            writeln!(out, "{}", object(self.contract, &file.path, &lines, located))?;
        }
        out.flush()?;
        Ok(())
    }

    fn finish(&mut self, totals: &Totals) -> Result<(), Failure> {
        let summary = json!({
            "files": totals.files,
            "errors": totals.errors,
            "warnings": 0,
            "elapsed_ms": totals.elapsed.as_millis() as u64,
        });
        writeln!(io::stdout(), "{summary}")?;
        Ok(())
    }
}

fn object(contract: &Contract, path: &str, lines: &Lines<'_>, located: &Located) -> Value {
    let diagnostic = &located.diagnostic;
    let primary = (!diagnostic.label.is_empty()).then_some((&located.range, &diagnostic.label));
    let others = located.labels.iter().map(|(range, text)| (range, text));
    let labels: Vec<Value> = primary
        .into_iter()
        .chain(others)
        .map(|(range, text)| {
            let ((line, column), (end_line, end_column)) =
                (lines.position(range.start), lines.position(range.end));
            json!({
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
                "message": text,
            })
        })
        .collect();
    json!({
        "code": diagnostic.code(),
        "rule": diagnostic.rule_name(),
        "severity": "error",
        "message": diagnostic.message,
        "file": path,
        "line": located.start.0,
        "column": located.start.1,
        "end_line": located.end.0,
        "end_column": located.end.1,
        "labels": labels,
        "help": diagnostic.help.as_deref().unwrap_or(&contract.diagnostic(diagnostic.rule).help),
    })
}
