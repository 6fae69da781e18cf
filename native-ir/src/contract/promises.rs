//! The rows of `compat/native-ir-contract.tsv`: what a release promises, and the evidence that it is so.
//!
//! The table stands beside the contract, not in it: it is checked by the release gate, and no engine reads it.

use super::cells::{Cells, Status, read_rows};
use super::evidence::Evidence;
use super::tsv::{self, Table, TableError};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseRow {
    /// The promise's name.
    pub promise: String,
    /// The release that first made it.
    pub since: String,
    /// What shows that it is kept; nothing while it is planned.
    pub evidence: Vec<Evidence>,
    /// The target of the Makefile that fails when it is broken.
    pub gate: String,
    /// Whether it is in force.
    pub status: Status,
    /// What is promised.
    pub description: String,
}

const HEADER: &[&str] = &["promise", "since", "evidence", "gate", "status", "description"];

/// Reads the table of promises. Whether the evidence exists is for the caller to look up.
///
/// # Errors
/// Everything that is wrong with the table, an active promise without evidence among it.
pub fn read(file: &str, bytes: &[u8]) -> Result<(Table, Vec<PromiseRow>), Vec<TableError>> {
    let table = tsv::read(file, bytes, HEADER, 1)?;
    let mut errors = Vec::new();
    let rows = read_rows(&table, &mut errors, row);
    if !errors.is_empty() {
        return Err(errors);
    }
    for (index, _) in rows.iter().enumerate().filter(|(_, row)| lacks_evidence(row)) {
        let help = "name a case, a test or a target of the Makefile, or make the promise planned";
        errors.push(table.error(index, "evidence", "an active promise without evidence", help));
    }
    if errors.is_empty() { Ok((table, rows)) } else { Err(errors) }
}

fn lacks_evidence(row: &PromiseRow) -> bool {
    row.status == Status::Active && (row.evidence.is_empty() || row.evidence.contains(&Evidence::Cases))
}

fn row(cells: &mut Cells<'_>) -> Option<PromiseRow> {
    let (promise, since, evidence) = (cells.text(), cells.text(), Evidence::cell(cells));
    let (gate, status, description) = (cells.text(), cells.word(), cells.text());
    Some(PromiseRow {
        promise: promise?,
        since: since?,
        evidence: evidence?,
        gate: gate?,
        status: status?,
        description: description?,
    })
}
