//! `traps.tsv`: the classes of traps, and the exit status that each ends a program with.

use super::cells::{Cells, words};
use crate::Trap;

words! {
    /// Which engines raise a trap.
    TrapScope, "scope" {
        /// All, identically.
        Portable "portable",
        /// The checked mode of the VM alone; undefined in native code.
        Checked "checked",
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapRow {
    /// The class.
    pub trap: Trap,
    /// Which engines raise it.
    pub scope: TrapScope,
    /// Its number in machine code, from 1.
    pub code: u8,
    /// The exit status of a program that it stops, 64 to 95.
    pub exit_status: u8,
    /// Whether `trap` and `trap_if` may name it.
    pub raised_by_program: bool,
    /// What the user reads.
    pub message: String,
    /// What it is.
    pub description: String,
}

pub(super) const HEADER: &[&str] =
    &["trap", "scope", "code", "exit status", "raised by program", "message", "description"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<TrapRow> {
    let (trap, scope, code, exit_status) = (cells.word(), cells.word(), cells.number(), cells.number());
    let (raised_by_program, message, description) = (cells.yes(), cells.text(), cells.text());
    Some(TrapRow {
        trap: trap?,
        scope: scope?,
        code: code?,
        exit_status: exit_status?,
        raised_by_program: raised_by_program?,
        message: message?,
        description: description?,
    })
}
