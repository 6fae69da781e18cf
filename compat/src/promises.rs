//! The promises of `compat/native-ir-contract.tsv`: each active one has its evidence and its gate.

use crate::evidence::Evidences;
use crate::{Finding, Tree};
use native_ir::Contract;
use native_ir::contract::{Status, promises};

const FILE: &str = "compat/native-ir-contract.tsv";

/// Looks up the evidence of every promise.
pub(crate) fn check(tree: &Tree, contract: &Contract) -> Finding {
    let read = tree.bytes(FILE).map_err(|problem| vec![problem]).and_then(|bytes| {
        let wrong =
            |errors: Vec<native_ir::contract::TableError>| errors.iter().map(ToString::to_string).collect();
        promises::read(FILE, &bytes).map_err(wrong)
    });
    let (table, rows) = match read {
        Ok(read) => read,
        Err(problems) => return Finding::new("promises", 0, problems),
    };
    let evidences = Evidences::new(tree, contract);
    let mut problems = Vec::new();
    let active = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Active);
    for (index, row) in active.clone() {
        let evidence = row.evidence.iter().find_map(|evidence| evidences.missing(evidence));
        if let Some(missing) = evidence.or_else(|| evidences.missing_target(row.gate.trim_start_matches("make ")))
        {
            problems.push(format!("{FILE}:{}: {}: {missing}", table.rows[index].line, row.promise));
        }
    }
    let active = active.count();
    Finding::new("promises", active, problems).note(format!("{} planned", rows.len() - active))
}
