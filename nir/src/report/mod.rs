//! Writing diagnostics: for people ([`human`]), for programs ([`json`]) and for code hosts ([`sarif`]).

mod excerpt;
mod human;
mod json;
mod lines;
mod sarif;

pub(crate) use human::{Finding, Human, Look};
pub(crate) use json::Json;
pub(crate) use sarif::Sarif;

use crate::outcome::Failure;
use std::time::Duration;
use verifier::Located;

/// A file that was looked at, and what is wrong with it.
pub(crate) struct Examined {
    /// The path as the arguments gave it; `<stdin>` for standard input.
    pub(crate) path: String,
    /// Its bytes; left out when there is nothing to show of them.
    pub(crate) text: Vec<u8>,
    /// What is wrong, in the order of the text.
    pub(crate) diagnostics: Vec<Located>,
}

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    /// Files looked at.
    pub(crate) files: usize,
    /// Files with diagnostics.
    pub(crate) rejected: usize,
    /// Diagnostics.
    pub(crate) errors: usize,
    /// Functions of files without diagnostics.
    pub(crate) functions: usize,
    /// Instructions of files without diagnostics.
    pub(crate) instructions: usize,
    /// How long it took.
    pub(crate) elapsed: Duration,
}

/// Takes the files of a run one after the other.
pub(crate) trait Reporter {
    /// Writes what is wrong with a file.
    fn file(&mut self, file: &Examined) -> Result<(), Failure>;
    /// Writes the end.
    fn finish(&mut self, totals: &Totals) -> Result<(), Failure>;
}
