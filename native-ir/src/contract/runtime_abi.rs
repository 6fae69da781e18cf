//! `runtime-abi.tsv`: the functions that the runtime gives to programs, the single list of all engines' imports.

use super::cells::Cells;
use crate::{Effect, EffectSet};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeRow {
    /// The symbol that modules import.
    pub symbol: String,
    /// The version of the function's meaning.
    pub version: u32,
    /// Its type in the text form.
    pub signature: String,
    /// The effects that the type names.
    pub effects: EffectSet,
    /// What provides it.
    pub provided_by: String,
    /// Whether it is there, by target row.
    pub available: Vec<bool>,
    /// Whether the VM has it.
    pub vm: bool,
    /// What it does.
    pub description: String,
}

pub(super) fn header(triples: &[String]) -> Vec<String> {
    let before = ["symbol", "version", "signature", "provided by"].map(str::to_string).into_iter();
    before.chain(triples.iter().cloned()).chain(["vm", "description"].map(str::to_string)).collect()
}

/// Reads a row; `columns` maps each target row to the column it takes.
pub(super) fn row(cells: &mut Cells<'_>, triples: usize, columns: &[usize]) -> Option<RuntimeRow> {
    let (symbol, version) = (cells.text(), cells.number());
    let signature = cells.text();
    let effects = signature.as_deref().and_then(|text| effects(cells, text));
    let provided_by = cells.text();
    let available: Vec<Option<bool>> = (0..triples).map(|_| cells.yes()).collect();
    let (vm, description) = (cells.yes(), cells.text());
    let available: Vec<bool> = available.into_iter().collect::<Option<_>>()?;
    Some(RuntimeRow {
        symbol: symbol?,
        version: version?,
        signature: signature?,
        effects: effects?,
        provided_by: provided_by?,
        available: columns.iter().map(|&c| available.get(c).copied().unwrap_or(false)).collect(),
        vm: vm?,
        description: description?,
    })
}

/// The effects of a function type's text. The type as a whole is for the text form's own reader to check.
fn effects(cells: &mut Cells<'_>, text: &str) -> Option<EffectSet> {
    if !text.starts_with("fn(") {
        cells.error(0, format!("`{text}` is no function type"), "write fn(…) -> (…) effects(…)");
        return None;
    }
    let Some(start) = text.find("effects(").map(|at| at + "effects(".len()) else {
        return Some(EffectSet::EMPTY);
    };
    let Some(end) = text[start..].find(')') else {
        cells.error(start, "the list of effects is not closed", "close it with `)`");
        return None;
    };
    let mut at = start;
    let mut found = EffectSet::EMPTY;
    for part in text[start..start + end].split(',') {
        let name = part.trim_start();
        found = found.union(EffectSet::of(cells.known::<Effect>(at + part.len() - name.len(), name)?));
        at += part.len() + 1;
    }
    Some(found)
}
