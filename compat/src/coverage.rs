//! What the cases cover: every opcode on every target that has it, every rule, every invariant of the verifier.

use crate::cases::Run;
use crate::evidence::Evidences;
use crate::{Finding, Tree, place};
use native_ir::contract::Status;
use native_ir::contract::cases::Expect;
use native_ir::contract::evidence::Evidence;
use native_ir::contract::invariants::Stage;
use native_ir::contract::opcodes::{OpcodeRow, Support};
use native_ir::{Contract, Opcode, Rule};
use std::collections::HashSet;

/// The three findings about coverage.
pub(crate) fn check(tree: &Tree, contract: &Contract, runs: &[Run<'_>]) -> [Finding; 3] {
    [opcodes(contract, runs), rules(tree, contract, runs), invariants(tree, contract, runs)]
}

/// Each opcode has an accepted case on each target that has it for some type.
fn opcodes(contract: &Contract, runs: &[Run<'_>]) -> Finding {
    let covered = covered_opcodes(contract, runs);
    let mut problems = Vec::new();
    let mut needed = 0;
    for (index, row) in contract.opcodes().iter().enumerate().filter(|(_, row)| row.listed) {
        for (target, column) in contract.targets.iter().enumerate() {
            if !has(contract, row, target) {
                continue;
            }
            needed += 1;
            if !covered.contains(&(target, row.opcode)) {
                let place = place(contract, "opcodes.tsv", index);
                let opcode = row.opcode.name();
                problems.push(format!("{place}: no accepted case uses {opcode} on {}", column.triple));
            }
        }
    }
    Finding::new("opcodes", needed, problems).note("opcode on target, in an accepted case".to_string())
}

/// Whether a target has an opcode for some type that the target has.
fn has(contract: &Contract, row: &OpcodeRow, target: usize) -> bool {
    let Some(kinds) = row.typevars.first() else {
        return row.support(target, None) != Support::Rejected;
    };
    let exists = |kind| contract.type_row(kind).aligns.get(target).is_some_and(|align| align.is_some());
    kinds.iter().any(|kind| exists(kind) && row.support(target, Some(kind)) != Support::Rejected)
}

fn covered_opcodes(contract: &Contract, runs: &[Run<'_>]) -> HashSet<(usize, Opcode)> {
    let mut covered = HashSet::new();
    for run in runs.iter().filter(|run| run.passed() && run.case.expect == Expect::Accept) {
        let Some(module) = &run.module else { continue };
        let Some((target, _)) = contract.target(&module.envelope.target) else { continue };
        for function in module.functions.values() {
            covered.extend(function.body.insts.values().map(|inst| (target, inst.opcode)));
        }
    }
    covered
}

/// Each rule has a case that breaks it alone. A rule that no text can break has a test instead, as the evidence of an
/// invariant with that rule.
fn rules(tree: &Tree, contract: &Contract, runs: &[Run<'_>]) -> Finding {
    let rejected = runs.iter().filter(|run| run.passed() && run.case.expect == Expect::Reject);
    let broken: HashSet<Rule> = rejected.filter_map(|run| run.case.rule).collect();
    let evidences = Evidences::new(tree, contract);
    let holds = |test: &Evidence| matches!(test, Evidence::Test { .. }) && evidences.missing(test).is_none();
    let active = contract.invariants().iter().filter(|row| row.status == Status::Active);
    let tested = active.filter(|row| row.evidence.iter().any(holds));
    let tested: HashSet<Rule> = tested.filter_map(|row| row.diagnostic).collect();
    let shown = |rule: &Rule| broken.contains(rule) || tested.contains(rule);
    let rows = contract.diagnostics().iter().enumerate();
    let problems = rows.filter(|(_, row)| !shown(&row.rule)).map(|(index, row)| {
        format!("{}: no case is rejected by {}", place(contract, "diagnostics.tsv", index), row.rule.name())
    });
    Finding::new("rules", contract.diagnostics().len(), problems.collect())
        .note("with a case that breaks one rule alone".to_string())
}

/// Each active invariant of the verifier has the evidence that its row names.
fn invariants(tree: &Tree, contract: &Contract, runs: &[Run<'_>]) -> Finding {
    let passed = runs.iter().filter(|run| run.passed());
    let covered: HashSet<&str> = passed.flat_map(|run| run.case.covers.iter().map(String::as_str)).collect();
    let evidences = Evidences::new(tree, contract);
    let mut problems = Vec::new();
    let mut active = 0;
    for (index, row) in contract.invariants().iter().enumerate().filter(|(_, row)| row.status == Status::Active) {
        active += 1;
        let missing = |evidence: &Evidence| match evidence {
            Evidence::Cases => {
                (!covered.contains(row.invariant.as_str())).then(|| "no case that holds covers it".to_string())
            }
            evidence => evidences.missing(evidence),
        };
        // That an active row has some, the table's reader sees to.
        for missing in row.evidence.iter().filter_map(missing) {
            let place = place(contract, "lowering-invariants.tsv", index);
            problems.push(format!("{place}: {}: {missing}", row.invariant));
        }
    }
    let verify = contract.invariants().iter().filter(|row| row.stage == Stage::Verify).count();
    let planned = contract.invariants().len() - active;
    Finding::new("invariants", active, problems).note(format!("{verify} of the verifier; {planned} planned"))
}
