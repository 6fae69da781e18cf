//! What running the directives of files gave, and who takes it.

use crate::outcome::Failure;
use crate::report::Examined;
use directive::DirectiveError;
use std::time::Duration;

/// A file's part.
pub(super) struct FileReport {
    /// The path as the arguments gave it.
    pub(super) path: String,
    /// What came of it.
    pub(super) outcome: FileOutcome,
    /// How long it took.
    pub(super) elapsed: Duration,
}

/// What came of a file.
pub(super) enum FileOutcome {
    /// It has no directives.
    Nothing,
    /// It does not verify.
    Rejected(Examined),
    /// Its directives cannot be read.
    Unreadable(Vec<DirectiveError>),
    /// The machine for it cannot be made.
    NoMachine(String),
    /// Its calls.
    Ran(Vec<CallReport>),
}

/// A call's part.
#[derive(Debug)]
pub(super) struct CallReport {
    /// The line of the directive, from 1.
    pub(super) line: usize,
    /// The directive.
    pub(super) text: String,
    /// What came of it.
    pub(super) verdict: Verdict,
    /// How long it took.
    pub(super) elapsed: Duration,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All was as expected.
    Passed,
    /// What was expected and what came, in lines.
    Failed(String),
    /// It did not run; why.
    Skipped(String),
}

/// The totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Files whose calls ran, or were skipped.
    pub(super) files: usize,
    /// Files without.
    pub(super) empty: usize,
    /// Files of which nothing could run.
    pub(super) broken: usize,
    /// Calls that passed.
    pub(super) passed: usize,
    /// Calls that failed.
    pub(super) failed: usize,
    /// Calls that did not run.
    pub(super) skipped: usize,
    /// How long it took.
    pub(super) elapsed: Duration,
}

impl Totals {
    /// Counts a file.
    pub(super) fn add(&mut self, file: &FileReport) {
        match &file.outcome {
            FileOutcome::Nothing => self.empty += 1,
            FileOutcome::Ran(_) => self.files += 1,
            _ => self.broken += 1,
        }
        for call in file.outcome.calls() {
            match call.verdict {
                Verdict::Passed => self.passed += 1,
                Verdict::Failed(_) => self.failed += 1,
                Verdict::Skipped(_) => self.skipped += 1,
            }
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn good(&self) -> bool {
        self.failed == 0 && self.broken == 0
    }
}

impl FileOutcome {
    /// The calls, of a file whose calls could run.
    pub(super) fn calls(&self) -> &[CallReport] {
        match self {
            FileOutcome::Ran(calls) => calls,
            _ => &[],
        }
    }

    /// Why nothing of the file could run, each reason with its line and column, from 1.
    pub(super) fn mistakes(&self) -> Vec<(usize, usize, String)> {
        match self {
            FileOutcome::Nothing | FileOutcome::Ran(_) => Vec::new(),
            FileOutcome::NoMachine(reason) => vec![(1, 1, reason.clone())],
            FileOutcome::Unreadable(errors) => {
                errors.iter().map(|error| (error.line, error.column, error.to_string())).collect()
            }
            FileOutcome::Rejected(file) => {
                let place = |(line, column): (u32, u32)| (line as usize, column as usize);
                let each = file.diagnostics.iter().map(|located| {
                    let (line, column) = place(located.start);
                    let diagnostic = &located.diagnostic;
                    (line, column, format!("{}: {}", diagnostic.rule.name(), diagnostic.message))
                });
                each.collect()
            }
        }
    }
}

/// Takes the files one after the other.
pub(super) trait Reporter {
    /// Writes what came of a file.
    fn file(&mut self, file: &FileReport) -> Result<(), Failure>;
    /// Writes the end.
    fn finish(&mut self, totals: &Totals) -> Result<(), Failure>;
}
