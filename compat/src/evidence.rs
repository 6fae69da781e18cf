//! Looking up evidence: a case, a test function, a target of the Makefile.

use crate::Tree;
use native_ir::Contract;
use native_ir::contract::evidence::Evidence;
use std::collections::HashSet;

/// What evidence there is.
pub(crate) struct Evidences<'a> {
    tree: &'a Tree,
    cases: HashSet<&'a str>,
    targets: HashSet<String>,
}

impl<'a> Evidences<'a> {
    /// The evidence of a tree.
    pub(crate) fn new(tree: &'a Tree, contract: &'a Contract) -> Evidences<'a> {
        let makefile = tree.text("Makefile").unwrap_or_default();
        Evidences {
            tree,
            cases: contract.cases().iter().map(|case| case.case.as_str()).collect(),
            targets: makefile.lines().filter_map(make_target).map(str::to_string).collect(),
        }
    }

    /// Why a piece of evidence does not exist, if it does not. [`Evidence::Cases`] is for the caller to count.
    pub(crate) fn missing(&self, evidence: &Evidence) -> Option<String> {
        match evidence {
            Evidence::Cases => None,
            Evidence::Case(case) if self.cases.contains(case.as_str()) => None,
            Evidence::Case(case) => Some(format!("there is no case {case}")),
            Evidence::Make(target) => self.missing_target(target),
            Evidence::Test { file, function } => match self.tree.text(file) {
                None => Some(format!("there is no file {file}")),
                Some(text) if has_function(&text, function) => None,
                Some(_) => Some(format!("{file} has no function {function}")),
            },
        }
    }

    /// Why a target of the Makefile does not exist, if it does not.
    pub(crate) fn missing_target(&self, target: &str) -> Option<String> {
        (!self.targets.contains(target)).then(|| format!("the Makefile has no target {target}"))
    }
}

/// The target that a line of a Makefile declares.
fn make_target(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':')?;
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    (plain && !rest.starts_with('=')).then_some(name)
}

/// Whether a Rust source declares a function.
fn has_function(text: &str, function: &str) -> bool {
    text.match_indices("fn ").any(|(at, _)| {
        let rest = text[at + 3..].strip_prefix(function);
        rest.is_some_and(|rest| rest.starts_with('(') || rest.starts_with('<'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_functions_are_told_from_what_looks_like_them() {
        let lines = ["test: build", "\tcargo test:x", ".PHONY: test", "A:= b", "native-ir-check:", "# a: b"];
        let targets: Vec<_> = lines.iter().filter_map(|line| make_target(line)).collect();
        assert_eq!(targets, ["test", "native-ir-check"]);
        assert!(has_function("#[test]\nfn a_b() {}", "a_b") && has_function("fn a_b<T>(t: T)", "a_b"));
        assert!(!has_function("fn a_bc() {}", "a_b") && !has_function("// a_b()", "a_b"));
    }
}
