//! The release gate: does the project keep what its tables and promises say?
//!
//! [`check`] looks at a source tree and nothing else: it generates no code, runs no emulator and needs no network. It
//! loads the tables, runs every case, measures what the cases cover, looks up who enforces each rule and what shows
//! each promise, and compares the generated documentation with the tables. Each of these is a [`Finding`].

mod cases;
mod constructs;
mod coverage;
pub mod docs;
mod enforcers;
mod evidence;
pub mod examples;
mod fixtures;
mod promises;
mod tree;

pub use tree::Tree;

use native_ir::Contract;
use native_ir::contract::{TABLES, TableError};
use std::fmt;
use std::time::{Duration, Instant};

/// The most that is printed about one question.
const MOST: usize = 40;

/// What one of the gate's questions found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How many of them are in order.
    pub good: usize,
    /// How many there are.
    pub of: usize,
    /// What else is worth a word.
    pub note: String,
    /// What fell short: a sentence each, with its place.
    pub problems: Vec<String>,
}

impl Finding {
    /// A finding whose count follows from what fell short of `of`.
    fn new(what: &'static str, of: usize, problems: Vec<String>) -> Finding {
        Finding { what, good: of.saturating_sub(problems.len()), of, note: String::new(), problems }
    }

    fn note(mut self, note: String) -> Finding {
        self.note = note;
        self
    }
}

/// What the gate found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The answers, in the order of the questions.
    pub findings: Vec<Finding>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// Whether nothing fell short.
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|finding| finding.problems.is_empty())
    }

    /// Everything that fell short.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.findings.iter().flat_map(|finding| finding.problems.iter().map(String::as_str))
    }
}

impl fmt::Display for Outcome {
    /// What fell short, if anything, then one table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            for problem in finding.problems.iter().take(MOST) {
                writeln!(f, "{}: {problem}", finding.what)?;
            }
            let more = finding.problems.len().saturating_sub(MOST);
            if more > 0 {
                writeln!(f, "{}: and {more} more", finding.what)?;
            }
        }
        if !self.passed() {
            writeln!(f)?;
        }
        for finding in &self.findings {
            let verdict = if finding.problems.is_empty() { "ok" } else { "SHORT" };
            let line = format!(
                "{:<13} {:>5} of {:>5}  {verdict:<5}  {}",
                finding.what, finding.good, finding.of, finding.note
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        let problems = self.problems().count();
        let verdict =
            if problems == 0 { "the contract holds".to_string() } else { format!("{problems} fell short") };
        write!(f, "{verdict}, in {:.2} s", self.elapsed.as_secs_f64())
    }
}

/// Asks everything of a source tree.
pub fn check(tree: &Tree) -> Outcome {
    let start = Instant::now();
    let findings = match load(tree) {
        Ok((tables, contract)) => {
            let runs = cases::run_all(tree, &contract);
            let mut findings = vec![tables, cases::finding(&runs), fixtures::check(tree, &contract)];
            findings.extend(coverage::check(tree, &contract, &runs));
            findings.extend([enforcers::check(tree, &contract), promises::check(tree, &contract)]);
            findings.extend([constructs::check(tree), docs::check(tree, &contract)]);
            findings
        }
        // Nothing else means anything under tables that are wrong.
        Err(finding) => vec![finding],
    };
    Outcome { findings, elapsed: start.elapsed() }
}

/// Loads the tree's tables.
///
/// # Errors
/// The finding that says what is wrong with them.
fn load(tree: &Tree) -> Result<(Finding, Contract), Finding> {
    let wrong = |errors: Vec<TableError>| {
        let files: std::collections::BTreeSet<&str> = errors.iter().map(|error| error.file.as_str()).collect();
        let good = TABLES.len().saturating_sub(files.len());
        let problems = errors.iter().map(|error| format!("native-ir/{error}")).collect();
        Finding { what: "tables", good, of: TABLES.len(), note: String::new(), problems }
    };
    Contract::check_embedded().map_err(wrong)?;
    let contract = Contract::load(&tree.path("native-ir")).map_err(wrong)?;
    let rows: usize = TABLES.iter().filter_map(|name| contract.table(name)).map(|table| table.rows.len()).sum();
    let problems = match contract.is_embedded() {
        true => Vec::new(),
        false => {
            vec!["native-ir: the tables are not those that this program was built with; build it anew".to_string()]
        }
    };
    let note = format!("{rows} rows, contract {}", &contract.digest_hex()[..12]);
    Ok((Finding::new("tables", TABLES.len(), problems).note(note), contract))
}

/// `native-ir/TABLE:LINE`, for a row of a table by its index.
fn place(contract: &Contract, table: &str, row: usize) -> String {
    let line = contract.table(table).and_then(|table| table.rows.get(row)).map_or(1, |row| row.line);
    format!("native-ir/{table}:{line}")
}
