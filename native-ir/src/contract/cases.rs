//! `verification-cases.tsv`: the fixtures that the verifier must accept or reject, and where.

use super::cells::{Cells, words};
use crate::Rule;

words! {
    /// What the verifier must say.
    Expect, "expectation" {
        /// No diagnostic.
        Accept "accept",
        /// Exactly the diagnostic of the row.
        Reject "reject",
    }
}

/// What the case needs beside its fixture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// `registers=PATH`: a register map.
    Registers(String),
    /// `engine=NAME@ENTRY`: the runnable view for an engine from an entry.
    Engine {
        /// The engine.
        engine: String,
        /// The function that it starts with.
        entry: String,
    },
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The case's name.
    pub case: String,
    /// The file of the repository.
    pub fixture: String,
    /// What the verifier must say.
    pub expect: Expect,
    /// The rule that it must name, when it rejects.
    pub rule: Option<Rule>,
    /// The line and column that it must name, from 1, when it rejects.
    pub at: Option<(u32, u32)>,
    /// What else the case needs.
    pub with: Option<With>,
    /// The invariants that the case shows.
    pub covers: Vec<String>,
    /// The idea of the fixture.
    pub description: String,
}

pub(super) const HEADER: &[&str] =
    &["case", "fixture", "expect", "diagnostic", "rule", "at", "with", "covers", "description"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<CaseRow> {
    let (case, fixture, expect) = (cells.text(), cells.text(), cells.word());
    let rule = rule(cells);
    let (at, with) = (place(cells), with(cells));
    let (covers, description) = (cells.names(), cells.text());
    Some(CaseRow {
        case: case?,
        fixture: fixture?,
        expect: expect?,
        rule: rule?,
        at: at?,
        with: with?,
        covers: covers?,
        description: description?,
    })
}

fn rule(cells: &mut Cells<'_>) -> Option<Option<Rule>> {
    match (cells.optional(), cells.optional()) {
        (None, None) => Some(None),
        (Some(code), Some(rule)) => cells.known(0, &format!("{code}/{rule}")).map(Some),
        _ => {
            cells.error(0, "code and rule go together", "write both, or `-` for both");
            None
        }
    }
}

fn place(cells: &mut Cells<'_>) -> Option<Option<(u32, u32)>> {
    let Some(text) = cells.optional() else {
        return Some(None);
    };
    let Some((line, column)) = text.split_once(':') else {
        cells.error(0, format!("`{text}` is no place"), "write line:column, both from 1");
        return None;
    };
    let (line, column) = (cells.number_of(0, line)?, cells.number_of(line.len() + 1, column)?);
    if line == 0 || column == 0 {
        cells.error(0, format!("`{text}` is no place"), "write line:column, both from 1");
        return None;
    }
    Some(Some((line, column)))
}

fn with(cells: &mut Cells<'_>) -> Option<Option<With>> {
    let Some(text) = cells.optional() else {
        return Some(None);
    };
    let found = match text.split_once('=') {
        Some(("registers", path)) if !path.is_empty() => Some(With::Registers(path.to_string())),
        Some(("engine", what)) => what
            .split_once('@')
            .map(|(engine, entry)| With::Engine { engine: engine.to_string(), entry: entry.to_string() }),
        _ => None,
    };
    if found.is_none() {
        cells.error(0, format!("`{text}` is nothing to check with"), "write registers=PATH or engine=vm@entry");
    }
    found.map(Some)
}
