//! `diagnostics.tsv`: the codes and rules of diagnostics, in plain words.

use super::cells::{Cells, Enforcer};
use crate::Rule;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagnosticRow {
    /// The rule, named `CODE/rule`.
    pub rule: Rule,
    /// The code.
    pub code: String,
    /// The rule's name under its code.
    pub name: String,
    /// What is wrong when it is broken.
    pub summary: String,
    /// How to mend it.
    pub help: String,
    /// The file that enforces it.
    pub enforced_by: Enforcer,
}

pub(super) const HEADER: &[&str] = &["code", "rule", "summary", "help", "enforced by"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<DiagnosticRow> {
    let (code, name) = (cells.text(), cells.text());
    let rule = match (&code, &name) {
        (Some(code), Some(name)) => cells.known(0, &format!("{code}/{name}")),
        _ => None,
    };
    let (summary, help, enforced_by) = (cells.text(), cells.text(), cells.enforcer());
    Some(DiagnosticRow {
        rule: rule?,
        code: code?,
        name: name?,
        summary: summary?,
        help: help?,
        enforced_by: enforced_by?,
    })
}
