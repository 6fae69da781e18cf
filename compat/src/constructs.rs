//! The constructs of LLVM IR: each row says one of four fates, a refused one its rule, and evidence that exists.

use crate::docs::llvm;
use crate::{Finding, Tree};
use native_ir::contract::Table;

const FATES: [&str; 4] = ["mapped", "split", "dropped", "refused"];

/// Checks the table of constructs.
pub(crate) fn check(tree: &Tree) -> Finding {
    let table = tree.text(llvm::CONSTRUCTS).ok_or_else(|| format!("{}: cannot be read", llvm::CONSTRUCTS));
    match table.and_then(|text| llvm::constructs(&text)) {
        Ok(table) => {
            let problems = (0..table.rows.len()).filter_map(|row| problem(tree, &table, row)).collect();
            Finding::new("constructs", table.rows.len(), problems)
        }
        Err(problem) => Finding::new("constructs", 1, vec![problem]),
    }
}

fn problem(tree: &Tree, table: &Table, row: usize) -> Option<String> {
    let cell = |name: &str| table.cell(row, name);
    let (fate, rule, evidence) = (cell("fate"), cell("rule"), cell("evidence"));
    let reason = if !FATES.contains(&fate) {
        format!("the fate `{fate}` is none of {}", FATES.join(", "))
    } else if (fate == "refused") != rule.starts_with("LLVM/") {
        "a refused construct has a rule `LLVM/…`, and no other has one".to_string()
    } else if !tree.path(evidence).is_file() {
        format!("there is no file {evidence}")
    } else {
        return None;
    };
    Some(format!("{}:{}: {reason}", llvm::CONSTRUCTS, table.rows[row].line))
}
