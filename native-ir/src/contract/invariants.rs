//! `lowering-invariants.tsv`: what holds after each stage from verification to the final bytes.

use super::cells::{Cells, Enforcer, Status, words};
use super::evidence::Evidence;
use crate::Rule;

words! {
    /// A stage on the way from a module to its bytes.
    Stage, "stage" {
        /// The verifier.
        Verify "verify",
        /// The optimiser.
        Optimise "optimise",
        /// The selection of instructions.
        Select "select",
        /// The allocation of registers and frames.
        Allocate "allocate",
        /// The encoder.
        Encode "encode",
        /// Objects and images.
        Link "link",
        /// The check of the final bytes.
        Certify "certify",
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantRow {
    /// The invariant's name.
    pub invariant: String,
    /// The stage after which it holds.
    pub stage: Stage,
    /// Whether it is in force.
    pub status: Status,
    /// What holds.
    pub statement: String,
    /// What enforces it.
    pub enforced_by: Enforcer,
    /// What shows that it is enforced, for each target that has a test of its own; nothing while it is planned.
    pub evidence: Vec<Evidence>,
    /// What says that it is broken.
    pub diagnostic: Option<Rule>,
}

pub(super) const HEADER: &[&str] =
    &["invariant", "stage", "status", "statement", "enforced by", "evidence", "diagnostic"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<InvariantRow> {
    let (invariant, stage, status, statement) = (cells.text(), cells.word(), cells.word(), cells.text());
    let (enforced_by, evidence, diagnostic) = (cells.enforcer(), Evidence::cell(cells), cells.word_or_none());
    Some(InvariantRow {
        invariant: invariant?,
        stage: stage?,
        status: status?,
        statement: statement?,
        enforced_by: enforced_by?,
        evidence: evidence?,
        diagnostic: diagnostic?,
    })
}
