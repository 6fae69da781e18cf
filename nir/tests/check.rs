//! `nir check`: what it reads, says and exits with.

mod common;

use common::{Folder, bad, good};
use serde_json::Value;

#[test]
fn a_good_file_is_fine_and_says_so_on_standard_output() {
    let folder = Folder::new();
    folder.write("good.nir", good());
    let output = folder.nir(&["check", "good.nir"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""), "{output:?}");
    assert!(output.out.starts_with("verified 1 file: 1 function, 2 instructions (contract "), "{output:?}");
}

#[test]
fn a_bad_file_is_rejected_on_standard_error() {
    let folder = Folder::new();
    folder.write("bad.nir", bad());
    let output = folder.nir(&["check", "bad.nir"]);
    assert_eq!((output.status, output.out.as_str()), (1, ""), "{output:?}");
    insta::assert_snapshot!("human", output.err);
}

#[test]
fn folders_are_walked_and_standard_input_is_read() {
    let folder = Folder::new();
    folder.write("a/one.nir", good());
    folder.write("a/b/two.nir", good());
    folder.write("a/no.txt", "not native IR");
    assert!(folder.nir(&["check", "a"]).out.starts_with("verified 2 files: 2 functions"));
    assert!(folder.nir(&["check", "a", "a/one.nir"]).out.starts_with("verified 2 files"));
    let output = folder.nir_with(&["check", "-"], bad().as_bytes());
    assert_eq!(output.status, 1);
    assert!(output.err.contains("[<stdin>:11:26]"), "{}", output.err);
}

#[test]
fn paths_that_cannot_be_read_are_wrong_usage() {
    let folder = Folder::new();
    folder.write("empty/readme.txt", "");
    let missing = folder.nir(&["check", "missing.nir"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.starts_with("nir: missing.nir: cannot be read: "), "{}", missing.err);
    let empty = folder.nir(&["check", "empty"]);
    assert_eq!((empty.status, empty.err.as_str()), (2, "nir: empty: no *.nir file in this folder\n"));
    assert_eq!(folder.nir(&["check"]).status, 2);
    assert_eq!(folder.nir(&["chekc", "x"]).status, 2);
    assert_eq!(folder.nir(&["check", "x.nir", "--contract", "nowhere"]).status, 2);
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = Folder::new();
    for arguments in [&["--help"][..], &["check", "--help"], &["contract", "list", "--help"]] {
        let output = folder.nir(arguments);
        assert_eq!((output.status, output.err.as_str()), (0, ""));
        assert!(output.out.contains("Example"), "{}", output.out);
    }
    assert_eq!(folder.nir(&["--version"]).out, format!("nir {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn json_is_an_object_a_line_and_a_summary() {
    let folder = Folder::new();
    folder.write("bad.nir", bad());
    folder.write("good.nir", good());
    let output = folder.nir(&["check", "--format", "json", "bad.nir", "good.nir"]);
    assert_eq!((output.status, output.err.as_str()), (1, ""));
    let lines = output.json_lines();
    let [undefined, missing, summary] = &lines[..] else { panic!("{}", output.out) };
    let keys = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        keys(undefined),
        [
            "code",
            "rule",
            "severity",
            "message",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "labels",
            "help"
        ]
    );
    assert_eq!(
        (&undefined["code"], &undefined["rule"], &undefined["severity"], &undefined["file"]),
        (&"NATIVE_IR_TYPE".into(), &"undefined-value".into(), &"error".into(), &"bad.nir".into())
    );
    let place =
        |value: &Value| ["line", "column", "end_line", "end_column"].map(|key| value[key].as_u64().unwrap());
    assert_eq!(place(undefined), [11, 26, 11, 28]);
    assert_eq!((&missing["code"], &missing["rule"]), (&"NATIVE_IR_SPAN".into(), &"missing".into()));
    assert_eq!(missing["line"], 12);
    assert!(!undefined["help"].as_str().unwrap().is_empty());
    assert_eq!(keys(summary), ["files", "errors", "warnings", "elapsed_ms"]);
    assert_eq!((&summary["files"], &summary["errors"], &summary["warnings"]), (&2.into(), &2.into(), &0.into()));
}

#[test]
fn sarif_describes_every_rule_and_refers_to_it() {
    let folder = Folder::new();
    folder.write("a b/bad.nir", bad().replace("%sum: i32 = iadd %a, %c", "%sü: i32 = iadd %a, %c"));
    let output = folder.nir(&["check", "--format", "sarif", "a b"]);
    assert_eq!((output.status, output.err.as_str()), (1, ""));
    let log: Value = serde_json::from_str(&output.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), native_ir::Rule::ALL.len());
    for rule in rules {
        for text in [&rule["shortDescription"]["text"], &rule["help"]["text"], &rule["help"]["markdown"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["level"], "error");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "a%20b/bad.nir");
    }
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    // Characters, as columnKind says: the ü before the place is one.
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&11.into(), &25.into(), &27.into())
    );
    let clean: Value =
        serde_json::from_str(&folder.nir_with(&["check", "--format", "sarif", "-"], good().as_bytes()).out)
            .unwrap();
    assert_eq!(clean["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    for index in 0..100 {
        folder.write(&format!("{index:03}.nir"), if index % 3 == 0 { bad() } else { good() });
    }
    let one = folder.nir(&["check", ".", "--threads", "1"]);
    let four = folder.nir(&["check", ".", "--threads", "4"]);
    assert_eq!((one.status, &one.err), (1, &four.err));
    assert!(one.err.ends_with("68 errors in 34 of 100 files\n"), "{}", one.err);
}

#[test]
fn there_are_no_colours_and_links_in_a_pipe() {
    let folder = Folder::new();
    folder.write("bad.nir", bad());
    assert!(!folder.nir(&["check", "bad.nir"]).err.contains('\u{1b}'));
}

#[test]
fn huge_lines_and_very_many_errors_are_cut() {
    let folder = Folder::new();
    let name = "x".repeat(1 << 20);
    folder.write("long.nir", good().replace("%a, %b !1:1", &format!("%a, %{name} !1:1")));
    let output = folder.nir(&["check", "long.nir"]);
    assert_eq!(output.status, 1);
    assert!(output.err.len() < 10_000, "{} bytes", output.err.len());
    let line = "    %sum: i32 = iadd %a, %b !1:1\n";
    let many: String = (0..1000).map(|index| format!("    %v{index}: i32 = iadd %a, %b\n")).collect();
    folder.write("many.nir", good().replace(line, &format!("{line}{many}")));
    let output = folder.nir(&["check", "many.nir"]);
    assert!(output.err.contains("many.nir: 900 errors more; --format json shows all"), "{}", output.err);
    assert!(output.err.ends_with("1000 errors in 1 of 1 file\n"));
    assert_eq!(folder.nir(&["check", "--format", "json", "many.nir"]).out.lines().count(), 1001);
}

#[test]
fn a_register_map_is_held_against_the_registers() {
    use native_ir::contract::cases::With;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let with_map = native_ir::Contract::embedded().cases().iter().find_map(|case| match (&case.with, case.rule) {
        (Some(With::Registers(map)), Some(rule)) => Some((root.join(map), root.join(&case.fixture), rule)),
        _ => None,
    });
    let (map, fixture, rule) = with_map.expect("a case with a register map");
    let (map, fixture) = (map.to_str().unwrap(), fixture.to_str().unwrap());
    let folder = Folder::new();
    assert_eq!(folder.nir(&["check", fixture]).status, 0);
    let output = folder.nir(&["check", "--registers", map, fixture]);
    assert_eq!(output.status, 1);
    assert!(output.err.starts_with(rule.name()), "{}", output.err);
}

#[test]
fn a_register_map_that_is_wrong_is_rejected_with_its_place() {
    let folder = Folder::new();
    folder.write("bad.tsv", "no such header\n");
    folder.write("good.nir", good());
    let output = folder.nir(&["check", "--registers", "bad.tsv", "good.nir"]);
    assert_eq!(output.status, 1);
    assert!(output.err.starts_with("bad.tsv:1:1: "), "{}", output.err);
}
