//! `nir explain`: the long form of a diagnostic, without the repository at hand.

mod common;

use common::Folder;
use native_ir::Rule;

#[test]
fn each_rule_is_explained_with_an_example_that_fails_and_one_that_passes() {
    let folder = Folder::new();
    for rule in Rule::ALL {
        let output = folder.nir(&["explain", rule.name()]);
        assert_eq!((output.status, output.err.as_str()), (0, ""));
        for text in [rule.name(), "to mend it: ", "enforced by: ", "This passes (a part of fixtures/"] {
            assert!(output.out.contains(text), "{text} in {}", output.out);
        }
        // Two rules are broken only by modules that are no text, and under other tables.
        let fails = output.out.contains("This fails (fixtures/");
        assert!(
            fails || matches!(rule, Rule::SchemaStructure | Rule::TargetFeatureOpcodeFeature),
            "{}",
            output.out
        );
        assert!(!output.out.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{}", output.out);
    }
}

#[test]
fn the_place_is_marked() {
    let folder = Folder::new();
    let output = folder.nir(&["explain", "NATIVE_IR_TYPE/dominance"]).out;
    assert!(output.lines().any(|line| line.trim() == "^ here"), "{output}");
}

#[test]
fn a_code_lists_its_rules() {
    let folder = Folder::new();
    let output = folder.nir(&["explain", "NATIVE_IR_SPAN"]);
    let rules = Rule::ALL.iter().filter_map(|rule| rule.name().strip_prefix("NATIVE_IR_SPAN/"));
    for rule in rules {
        assert!(output.out.contains(&format!("\n  {rule} ")), "{rule} in {}", output.out);
    }
}

#[test]
fn an_unknown_name_is_wrong_usage() {
    let folder = Folder::new();
    let output = folder.nir(&["explain", "NATIVE_IR_TYP"]);
    assert_eq!((output.status, output.out.as_str()), (2, ""));
    assert!(output.err.contains("did you mean NATIVE_IR_TYPE"), "{}", output.err);
}
