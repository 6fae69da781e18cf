//! `nir explain`: what a diagnostic means, with an example that fails and one that passes.

use crate::arguments::Explain;
use crate::outcome::{Failure, Status};
use compat::examples;
use native_ir::contract::diagnostics::DiagnosticRow;
use native_ir::{Contract, Rule};
use std::io::{self, Write};

include!(concat!(env!("OUT_DIR"), "/fixtures.rs"));

/// The most lines of an example that are shown.
const MOST_LINES: usize = 40;

/// Runs the command.
pub(crate) fn run(arguments: &Explain) -> Result<Status, Failure> {
    let contract = Contract::embedded();
    let name = arguments.rule.trim();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let Some(rule) = Rule::from_name(name) {
        explain_rule(&mut out, contract, contract.diagnostic(rule))?;
    } else if contract.diagnostics().iter().any(|row| row.code == name) {
        explain_code(&mut out, contract, name)?;
    } else {
        return Err(Failure::Usage(unknown(contract, name)));
    }
    out.flush()?;
    Ok(Status::Fine)
}

fn unknown(contract: &Contract, name: &str) -> String {
    let rows = contract.diagnostics();
    let full = rows.iter().map(|row| row.rule.name());
    let codes = rows.iter().map(|row| row.code.as_str());
    // Whoever knows a rule's name alone means that rule.
    let same = rows.iter().filter(|row| row.name == name).map(|row| row.rule.name());
    let near = directive::near(name, full.chain(codes));
    let near: Vec<&str> = same.chain(near).collect();
    match near.is_empty() {
        true => format!("no diagnostic is named `{name}`; `nir contract list rules` shows all"),
        false => format!("no diagnostic is named `{name}`; did you mean {}?", near.join(", ")),
    }
}

fn explain_code(out: &mut impl Write, contract: &Contract, code: &str) -> io::Result<()> {
    writeln!(out, "{code} has these rules:\n")?;
    let rows = || contract.diagnostics().iter().filter(|row| row.code == code);
    let width = rows().map(|row| row.name.len()).max().unwrap_or(0);
    for row in rows() {
        writeln!(out, "  {:width$}  {}", row.name, row.summary)?;
    }
    let first = rows().next().map_or("rule", |row| row.name.as_str());
    writeln!(out, "\n`nir explain {code}/{first}` explains one with examples.")
}

fn explain_rule(out: &mut impl Write, contract: &Contract, row: &DiagnosticRow) -> io::Result<()> {
    let enforcer = &row.enforced_by;
    writeln!(out, "{}\n\n{}\n", row.rule.name(), row.summary)?;
    writeln!(out, "to mend it:   {}\nenforced by:  {enforcer}", row.help)?;
    if let Some(case) = examples::failing(contract, row.rule, &fixture) {
        writeln!(out, "\nThis fails ({}): {}\n", case.fixture, case.description)?;
        write_example(out, fixture(&case.fixture).unwrap_or(""), case.at)?;
    }
    if let Some(example) = examples::passing(contract, row.rule, &fixture) {
        writeln!(out, "\nThis passes (a part of {}):\n", example.case.fixture)?;
        write_example(out, &example.text, None)?;
    }
    Ok(())
}

/// The embedded text of a fixture.
fn fixture(path: &str) -> Option<&'static str> {
    FIXTURES.binary_search_by(|(name, _)| name.cmp(&path)).ok().map(|index| FIXTURES[index].1)
}

/// Writes an example, indented, with a mark under the place that a diagnostic names. A long one is cut, not before the
/// place.
fn write_example(out: &mut impl Write, text: &str, at: Option<(u32, u32)>) -> io::Result<()> {
    let marked = at.map_or(0, |(line, _)| line as usize);
    let end = MOST_LINES.max(marked + 2);
    for (index, line) in text.lines().enumerate().take(end) {
        writeln!(out, "    {}", examples::short(line))?;
        if let Some((_, column)) = at.filter(|_| index + 1 == marked) {
            let before = line.get(..column.saturating_sub(1) as usize).unwrap_or("");
            writeln!(out, "    {:1$}^ here", "", examples::short(before).chars().count())?;
        }
    }
    let more = text.lines().count().saturating_sub(end);
    if more > 0 {
        writeln!(out, "    … and {}", crate::tables::count(more, "more line"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_marks_its_place_and_is_cut() {
        let mut out = Vec::new();
        let text = "first\n  wrong here\n".to_string() + &"more\n".repeat(100);
        write_example(&mut out, &text, Some((2, 3))).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("    first\n      wrong here\n      ^ here\n    more\n"), "{out}");
        assert!(out.ends_with("    … and 62 more lines\n"), "{out}");
    }

    #[test]
    fn an_unknown_name_gets_a_suggestion() {
        let unknown = |name: &str| unknown(Contract::embedded(), name);
        assert!(unknown("NATIVE_IR_TYPE/dominanc").contains("did you mean NATIVE_IR_TYPE/dominance"));
        assert!(unknown("dominance").contains("did you mean NATIVE_IR_TYPE/dominance"));
        assert!(unknown("zzzzzzzzzzzzzzzzzzzzzz").contains("shows all"));
    }
}
