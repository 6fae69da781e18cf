//! Fixtures and rows belong together: a file that no row names is never run.

use crate::{Finding, Tree};
use native_ir::Contract;
use std::collections::BTreeSet;
use walkdir::WalkDir;

/// Finds the fixtures that no row names. Rows whose fixture is missing fail when they run.
pub(crate) fn check(tree: &Tree, contract: &Contract) -> Finding {
    let named: BTreeSet<&str> = contract.cases().iter().map(|case| case.fixture.as_str()).collect();
    let root = tree.path("");
    let mut problems = Vec::new();
    let mut files = 0;
    for entry in WalkDir::new(tree.path("fixtures")).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(format!("fixtures: cannot be walked: {error}"));
                continue;
            }
        };
        if entry.path().extension().is_none_or(|extension| extension != "nir") {
            continue;
        }
        files += 1;
        let path = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        let path = path.to_string_lossy().replace('\\', "/");
        if !named.contains(path.as_str()) {
            problems.push(format!("{path}: no row of native-ir/verification-cases.tsv names this fixture"));
        }
    }
    Finding::new("fixtures", files, problems)
}
