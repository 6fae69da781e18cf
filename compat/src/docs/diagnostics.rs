//! The page about diagnostics: each rule with its meaning, its mending, its enforcer and a fixture that breaks it.

use crate::examples;
use native_ir::Contract;
use native_ir::contract::Enforcer;
use native_ir::contract::diagnostics::DiagnosticRow;

/// The most lines of an example.
const MOST_LINES: usize = 40;

const HEAD: &str = "\
# Diagnostics

Each diagnostic has a code and under it a rule; both names are stable. This page is made from
`native-ir/diagnostics.tsv` and the fixtures by `make docs`, and `make native-ir-check` fails when it is stale.
`nir explain CODE/rule` prints the same for one rule, with an example that passes.
";

/// The page. `text` gives the text of a fixture, where it is text.
pub(super) fn page(contract: &Contract, text: &impl Fn(&str) -> Option<String>) -> String {
    let mut out = HEAD.to_string();
    let mut code = "";
    for row in contract.diagnostics() {
        if row.code != code {
            code = &row.code;
            out += &format!("\n## {code}\n");
        }
        out += &rule(contract, row, text);
    }
    out
}

fn rule(contract: &Contract, row: &DiagnosticRow, text: &impl Fn(&str) -> Option<String>) -> String {
    let enforcer = match &row.enforced_by {
        Enforcer::Files(files) => format!("`{}`", files.join("`, `")),
        planned @ Enforcer::Planned(_) => planned.to_string(),
    };
    let mut out = format!("\n### {}\n\n{}\n\n", row.rule.name(), row.summary);
    out += &format!("To mend it: {}. Enforced by {enforcer}.\n", row.help);
    let Some(case) = examples::failing(contract, row.rule, text) else { return out };
    let (Some(text), Some((line, column))) = (text(&case.fixture), case.at) else { return out };
    out += &format!("\n`{}`, at {line}:{column}:\n\n```\n", case.fixture);
    for line in text.lines().take(MOST_LINES) {
        out += &format!("{}\n", examples::short(line));
    }
    if text.lines().count() > MOST_LINES {
        out += "…\n";
    }
    out + "```\n"
}
