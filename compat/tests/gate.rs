//! The gate holds for this repository, and each way of falling short is found in a copy that has it.

use compat::{Outcome, Tree, check, docs};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use walkdir::WalkDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the repository")
}

/// A copy of what the gate looks at.
struct Copy(TempDir);

impl Copy {
    fn new() -> Copy {
        let copy = Copy(TempDir::new().expect("a temporary folder"));
        for part in [
            "native-ir",
            "verifier",
            "semantics",
            "vm",
            "llvm",
            "codegen",
            "certify",
            "elf",
            "jit",
            "program",
            "nir",
            "compat",
            "fixtures",
            "docs",
            "Makefile",
        ] {
            for entry in WalkDir::new(repository().join(part)) {
                let entry = entry.expect("a readable repository");
                let name = entry.path().strip_prefix(repository()).expect("a part of it");
                let target = copy.0.path().join(name);
                if entry.file_type().is_dir() {
                    fs::create_dir_all(target).expect("a folder");
                } else {
                    fs::copy(entry.path(), target).expect("a file");
                }
            }
        }
        copy
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).expect("a file");
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.0.path().join(file)).expect("a file");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.path().join(file)).expect("a text")
    }

    fn tree(&self) -> Tree {
        Tree::new(self.0.path())
    }

    /// Rewrites a table row by row; a row that becomes nothing is left out.
    fn edit(&self, table: &str, edit: impl Fn(&mut Vec<String>)) {
        let file = format!("native-ir/{table}");
        let mut out = String::new();
        for (index, line) in self.read(&file).lines().enumerate() {
            let mut cells: Vec<String> = line.split('\t').map(str::to_string).collect();
            if index > 0 && !line.starts_with('#') {
                edit(&mut cells);
            }
            if !cells.is_empty() {
                out += &(cells.join("\t") + "\n");
            }
        }
        self.write(&file, &out);
    }

    /// What the gate says, which must fall short.
    fn problems(&self) -> String {
        let outcome = check(&self.tree());
        assert!(!outcome.passed());
        let problems: Vec<&str> = outcome.problems().collect();
        problems.join("\n")
    }
}

/// Asserts that a text is said.
#[track_caller]
fn says(problems: &str, text: &str) {
    assert!(problems.contains(text), "{text}\nis not in\n{problems}");
}

const FIXTURE: usize = 1;
const EXPECT: usize = 2;
const RULE: usize = 4;
const AT: usize = 5;
const COVERS: usize = 7;

#[test]
fn the_repository_holds() {
    let outcome = check(&Tree::new(repository()));
    assert!(outcome.passed(), "{outcome}");
}

#[test]
fn the_outcome_is_one_aligned_table() {
    let outcome: Outcome = check(&Tree::new(repository()));
    let text = outcome.to_string();
    let places: Vec<Option<usize>> =
        text.lines().take(outcome.findings.len()).map(|line| line.find(" of ")).collect();
    assert!(places[0].is_some() && places.iter().all(|place| *place == places[0]), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("the contract holds, in ")), "{text}");
}

#[test]
fn a_case_at_another_place_falls_short() {
    let copy = Copy::new();
    copy.edit("verification-cases.tsv", |cells| {
        if cells[RULE] == "dominance" {
            cells[AT] = "1:1".to_string();
        }
    });
    says(&copy.problems(), "is to say NATIVE_IR_TYPE/dominance at 1:1 alone, but");
}

#[test]
fn a_case_that_expects_the_contrary_falls_short() {
    let copy = Copy::new();
    copy.edit("verification-cases.tsv", |cells| {
        if cells[RULE] == "dominance" {
            cells[EXPECT] = "accept".to_string();
            cells[3..=AT].fill("-".to_string());
        }
    });
    let problems = copy.problems();
    says(&problems, "is to be accepted, but:\n    NATIVE_IR_TYPE/dominance at ");
    says(&problems, "no case is rejected by NATIVE_IR_TYPE/dominance");
}

#[test]
fn fixtures_without_a_row_and_rows_without_a_fixture_fall_short() {
    let copy = Copy::new();
    let row = copy.read("native-ir/verification-cases.tsv");
    let fixture = row.lines().nth(1).and_then(|row| row.split('\t').nth(FIXTURE)).expect("a case").to_string();
    copy.remove(&fixture);
    copy.write("fixtures/nobody.nir", "");
    let problems = copy.problems();
    says(&problems, &format!("{fixture}: cannot be read"));
    says(&problems, "fixtures/nobody.nir: no row of native-ir/verification-cases.tsv names this fixture");
}

#[test]
fn missing_coverage_falls_short() {
    let copy = Copy::new();
    copy.edit("verification-cases.tsv", |cells| {
        if cells[EXPECT] == "accept" && (cells[FIXTURE].contains("m0") || cells[FIXTURE].contains("firmware")) {
            cells.clear();
        } else {
            cells[COVERS] = "-".to_string();
        }
    });
    let problems = copy.problems();
    says(&problems, "no accepted case uses special_read on sim-cortex-m0");
    says(&problems, "dominance: no case that holds covers it");
    // Their fixtures have no row any more.
    says(&problems, "names this fixture");
}

#[test]
fn enforcers_that_are_gone_or_silent_fall_short() {
    let copy = Copy::new();
    copy.remove("verifier/src/tail.rs");
    let text = copy.read("verifier/src/span.rs").replace("Rule::SpanMissing", "Rule::TypeCallee");
    copy.write("verifier/src/span.rs", &text);
    let problems = copy.problems();
    says(&problems, "NATIVE_IR_TAIL/byval is enforced by verifier/src/tail.rs, which does not exist");
    says(
        &problems,
        "NATIVE_IR_SPAN/missing is enforced by verifier/src/span.rs, which does not mention Rule::SpanMissing",
    );
}

#[test]
fn promises_without_evidence_fall_short() {
    let copy = Copy::new();
    let file = "compat/native-ir-contract.tsv";
    let rows = "\
x-case\t0.1\tcase:no-such-case\tnative-ir-check\tactive\tA case.
x-test\t0.1\ttest:compat/tests/gate.rs#no_such_test\tnative-ir-check\tactive\tA test.
x-file\t0.1\ttest:no/such/file.rs#test\tnative-ir-check\tactive\tA file.
x-make\t0.1\tmake:no-such-target\tnative-ir-check\tactive\tA target.
x-gate\t0.1\tmake:test\tno-such-gate\tactive\tA gate.
";
    copy.write(file, &(copy.read(file) + rows));
    let problems = copy.problems();
    for text in [
        "x-case: there is no case no-such-case",
        "x-test: compat/tests/gate.rs has no function no_such_test",
        "x-file: there is no file no/such/file.rs",
        "x-make: the Makefile has no target no-such-target",
        "x-gate: the Makefile has no target no-such-gate",
    ] {
        says(&problems, text);
    }
    copy.write(file, "wrong\n");
    says(&copy.problems(), "compat/native-ir-contract.tsv:1:");
}

#[test]
fn stale_documentation_falls_short_and_is_written_anew() {
    let copy = Copy::new();
    copy.write("docs/diagnostics.md", "old\n");
    let page = copy.read("docs/native-ir.md");
    copy.write("docs/native-ir.md", &page.replace("`T = iadd T, T`", "`T = addi T, T`"));
    let problems = copy.problems();
    says(&problems, "docs/native-ir.md: is not what the tables say");
    says(&problems, "docs/diagnostics.md: is not what the tables say");
    assert_eq!(docs::write(&copy.tree()), Ok(vec!["docs/native-ir.md", "docs/diagnostics.md"]));
    assert_eq!(copy.read("docs/native-ir.md"), page);
    assert!(check(&copy.tree()).passed());
    assert_eq!(docs::write(&copy.tree()), Ok(Vec::new()));
}

#[test]
fn constructs_have_a_fate_a_rule_and_evidence() {
    let copy = Copy::new();
    let file = "llvm/constructs.tsv";
    let rows = "\
x-fate\tinstruction\tlost\t-\t-\tMakefile\t-
x-rule\tinstruction\trefused\t-\t-\tMakefile\t-
x-evidence\tinstruction\tdropped\t-\t-\tno/such/file.ll\t-
";
    copy.write(file, &(copy.read(file) + rows));
    let problems = copy.problems();
    for text in
        ["the fate `lost` is none of", "a refused construct has a rule", "there is no file no/such/file.ll"]
    {
        says(&problems, text);
    }
}

#[test]
fn wrong_tables_stop_everything_else() {
    let copy = Copy::new();
    copy.edit("traps.tsv", |cells| cells[1] = "somewhere".to_string());
    let outcome = check(&copy.tree());
    assert_eq!(outcome.findings.len(), 1);
    says(&copy.problems(), "native-ir/traps.tsv:2:");
}

#[test]
fn tables_other_than_the_built_in_ones_are_said_to_be() {
    let copy = Copy::new();
    copy.edit("effects.tsv", |cells| {
        let last = cells.len() - 1;
        cells[last] += " More words.";
    });
    says(&copy.problems(), "build it anew");
}
