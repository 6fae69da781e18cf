//! A rule that stands in a table alone is a defect: the file that is said to enforce it must name it.

use crate::{Finding, Tree, place};
use native_ir::Contract;
use native_ir::contract::Enforcer;

/// Looks up the enforcer of every row that has one. The enforcer of a rule of diagnostics.tsv names the rule; the other
/// tables' rows are often enforced by reading the table, so there the file's existence must do.
pub(crate) fn check(tree: &Tree, contract: &Contract) -> Finding {
    let mut problems = Vec::new();
    let (mut rows, mut planned) = (0, 0);
    let mut look = |place: String, what: &str, enforcer: &Enforcer, variant: Option<String>| {
        rows += 1;
        let Enforcer::Files(files) = enforcer else {
            planned += 1;
            return;
        };
        for file in files {
            let wrong = match (tree.text(file), &variant) {
                (None, _) => "exist".to_string(),
                (Some(text), Some(variant)) if !mentions(&text, variant) => format!("mention {variant}"),
                _ => continue,
            };
            problems.push(format!("{place}: {what} is enforced by {file}, which does not {wrong}"));
        }
    };
    for (index, row) in contract.diagnostics().iter().enumerate() {
        let place = place(contract, "diagnostics.tsv", index);
        look(place, row.rule.name(), &row.enforced_by, Some(format!("Rule::{:?}", row.rule)));
    }
    for (index, row) in contract.memory.rows.iter().enumerate() {
        look(place(contract, "memory-model.tsv", index), &row.rule, &row.enforced_by, None);
    }
    for (index, row) in contract.invariants().iter().enumerate() {
        look(place(contract, "lowering-invariants.tsv", index), &row.invariant, &row.enforced_by, None);
    }
    Finding::new("enforcers", rows, problems).note(format!("{planned} planned"))
}

/// Whether a source mentions a path as a whole.
fn mentions(text: &str, path: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(path).any(|(at, _)| !text[at + path.len()..].starts_with(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_name_is_no_mention() {
        assert!(mentions("return Rule::TypeCallee;", "Rule::TypeCallee"));
        assert!(mentions("Rule::TypeCalleeX Rule::TypeCallee", "Rule::TypeCallee"));
        assert!(!mentions("Rule::TypeCalleeX", "Rule::TypeCallee"));
    }
}
