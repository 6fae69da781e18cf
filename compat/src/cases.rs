//! Runs the cases of `verification-cases.tsv`.

use crate::{Finding, Tree, place};
use native_ir::contract::cases::{CaseRow, Expect, With};
use native_ir::text::{self, Locator};
use native_ir::{Contract, Diagnostic, Module, Rule};
use rayon::prelude::*;
use verifier::{Engine, Options, Verified, verify_text};

/// What came of a case.
pub(crate) struct Run<'a> {
    /// The row.
    pub(crate) case: &'a CaseRow,
    /// The module, if it verified.
    pub(crate) module: Option<Verified<Module>>,
    /// What is not as the row says.
    pub(crate) problem: Option<String>,
}

impl Run<'_> {
    /// Whether it is as the row says.
    pub(crate) fn passed(&self) -> bool {
        self.problem.is_none()
    }
}

/// Runs all cases, in the order of the table.
pub(crate) fn run_all<'a>(tree: &Tree, contract: &'a Contract) -> Vec<Run<'a>> {
    let run = |(index, case): (usize, &'a CaseRow)| {
        let (module, problem) = match run_case(tree, contract, case) {
            Ok((module, said)) => (module, compare(case, &said)),
            Err(problem) => (None, Some(problem)),
        };
        let place = || place(contract, "verification-cases.tsv", index);
        let problem = problem.map(|problem| format!("{}: case {}: {problem}", place(), case.case));
        Run { case, module, problem }
    };
    contract.cases().par_iter().enumerate().map(run).collect()
}

/// The finding about all cases.
pub(crate) fn finding(runs: &[Run<'_>]) -> Finding {
    let problems: Vec<String> = runs.iter().filter_map(|run| run.problem.clone()).collect();
    let accepted = runs.iter().filter(|run| run.case.expect == Expect::Accept).count();
    Finding::new("cases", runs.len(), problems)
        .note(format!("{accepted} to accept, {} to reject", runs.len() - accepted))
}

/// A diagnostic, as far as cases care.
struct Said {
    rule: Rule,
    at: (u64, u64),
    message: String,
}

/// Verifies a case's fixture. Gives the module if it verified, and all that was said.
fn run_case(
    tree: &Tree,
    contract: &Contract,
    case: &CaseRow,
) -> Result<(Option<Verified<Module>>, Vec<Said>), String> {
    let bytes = tree.bytes(&case.fixture)?;
    let registers = match &case.with {
        Some(With::Registers(path)) => {
            let map = svd::registers(path, &tree.bytes(path)?);
            Some(map.map_err(|errors| errors.iter().map(|error| format!("\n{error}")).collect::<String>())?)
        }
        _ => None,
    };
    let options = Options { contract, registers: registers.as_ref(), threads: 1 };
    let report = verify_text(&bytes, &options);
    let said = report.diagnostics.into_iter().map(|located| Said {
        rule: located.diagnostic.rule,
        at: (located.start.0 as u64, located.start.1 as u64),
        message: located.diagnostic.message,
    });
    let mut said: Vec<Said> = said.collect();
    if let (Some(With::Engine { engine, entry }), Some(module)) = (&case.with, &report.module) {
        said.extend(run_for_engine(&bytes, module, engine, entry)?);
    }
    Ok((report.module, said))
}

fn run_for_engine(
    bytes: &[u8],
    module: &Verified<Module>,
    engine: &str,
    entry: &str,
) -> Result<Vec<Said>, String> {
    let engine = match engine {
        "vm" => Engine::Vm,
        "native" => Engine::Native,
        "hybrid" => Engine::Hybrid,
        other => return Err(format!("`{other}` is no engine: write vm, native or hybrid")),
    };
    let runnable = module.entry(entry.trim_start_matches('@')).map_err(|diagnostic| vec![*diagnostic]);
    let Err(diagnostics) = runnable.and_then(|entry| module.for_engine(engine, &[entry])) else {
        return Ok(Vec::new());
    };
    let parsed = text::parse(bytes);
    let locator = Locator::new(bytes, &parsed.map);
    let said = |diagnostic: Diagnostic| {
        let (line, column) = locator.position(locator.range(&diagnostic.place).start);
        Said { rule: diagnostic.rule, at: (line as u64, column as u64), message: diagnostic.message }
    };
    Ok(diagnostics.into_iter().map(said).collect())
}

/// What is not as the row says: an accepted case says nothing, a rejected one says the row's rule at the row's place
/// and nothing else.
fn compare(case: &CaseRow, said: &[Said]) -> Option<String> {
    let all = || {
        let each = said.iter().take(5).map(|said| {
            format!("\n    {} at {}:{}: {}", said.rule.name(), said.at.0, said.at.1, cut(&said.message))
        });
        let more = said.len().saturating_sub(5);
        each.collect::<String>() + &if more > 0 { format!("\n    and {more} more") } else { String::new() }
    };
    match (case.expect, case.rule, case.at) {
        (Expect::Accept, ..) => {
            (!said.is_empty()).then(|| format!("{} is to be accepted, but:{}", case.fixture, all()))
        }
        (Expect::Reject, Some(rule), Some(at)) => {
            if matches!(said, [only] if only.rule == rule && only.at == (at.0.into(), at.1.into())) {
                return None;
            }
            let found = if said.is_empty() { " is accepted".to_string() } else { format!(" says:{}", all()) };
            let wanted = format!("{} at {}:{} alone", rule.name(), at.0, at.1);
            Some(format!("{} is to say {wanted}, but{found}", case.fixture))
        }
        (Expect::Reject, ..) => Some("a case to reject names its rule and its place".to_string()),
    }
}

/// A message, cut: fixtures with huge names have huge messages.
fn cut(message: &str) -> String {
    message.chars().take(200).collect()
}
