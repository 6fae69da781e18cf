//! `nir contract`, and how edits of the tables change what `nir check --contract` says.

mod common;

use common::{Folder, M0, X86, good};
use native_ir::contract::TABLES;

/// Checks a module under the built-in tables and under the edited ones, and gives the rules that broke, or `fine`.
fn under(folder: &Folder, module: &str) -> [String; 2] {
    let rules = |arguments: &[&str]| {
        let output = folder.nir_with(arguments, module.as_bytes());
        assert!(output.err.is_empty(), "{}", output.err);
        let lines = output.json_lines();
        let found = lines.iter().filter(|line| line["code"].is_string());
        let rules: Vec<String> = found
            .map(|line| format!("{}/{}", line["code"].as_str().unwrap(), line["rule"].as_str().unwrap()))
            .collect();
        assert_eq!(output.status, i32::from(!rules.is_empty()));
        if rules.is_empty() { "fine".to_string() } else { rules.join(" ") }
    };
    let built_in = rules(&["check", "--format", "json", "-"]);
    [built_in, rules(&["check", "--format", "json", "--contract", "tables", "-"])]
}

fn function(envelope: &str, body: &str) -> String {
    format!(
        "{envelope}fn pub @f(%a: i32) -> (i32) source=0 {{\n    slot $s: i32\n^entry:\n{body}    return %a !1:1\n}}\n"
    )
}

#[test]
fn a_cast_can_be_allowed() {
    let folder = Folder::new();
    folder.tables("memory-model.tsv", "cast-stack-heap", "allowed", "yes");
    let body = "    %p: ptr[stack,i32] = slot $s !1:1\n    %q: ptr[heap,i32] = cast %p !1:1\n";
    assert_eq!(under(&folder, &function(X86, body)), ["NATIVE_IR_POINTER_CAST/address-space", "fine"]);
}

#[test]
fn a_feature_can_be_dropped() {
    let folder = Folder::new();
    folder.tables(
        "targets.tsv",
        "x86_64-unknown-linux-elf",
        "features",
        "sse2 popcnt lzcnt bmi1 fma f16c sse4.1 cx16",
    );
    let module = good().replace("profile  hosted", "features avx2\nprofile  hosted");
    assert_eq!(under(&folder, &module), ["fine", "NATIVE_IR_TARGET_FEATURE/unknown-feature"]);
}

#[test]
fn an_opcode_can_be_forbidden() {
    let folder = Folder::new();
    folder.tables("opcodes.tsv", "bswap", "x86_64-unknown-linux-elf", "rejected");
    let module = function(X86, "    %b: i32 = bswap %a !1:1\n");
    assert_eq!(under(&folder, &module), ["fine", "NATIVE_IR_TARGET_FEATURE/opcode-rejected"]);
    folder.tables_with("opcodes.tsv", |lines| lines.retain(|line| !line.starts_with("bswap\t")));
    assert_eq!(under(&folder, &module), ["fine", "NATIVE_IR_TARGET_FEATURE/opcode-rejected"]);
}

#[test]
fn an_opcode_can_be_refused_without_a_feature() {
    let folder = Folder::new();
    folder.tables("opcodes.tsv", "popcount", "refused without", "popcnt");
    let module = function(X86, "    %b: i32 = popcount %a !1:1\n");
    assert_eq!(under(&folder, &module), ["fine", "NATIVE_IR_TARGET_FEATURE/opcode-feature"]);
    let module = module.replace("profile  hosted", "features popcnt\nprofile  hosted");
    assert_eq!(under(&folder, &module), ["fine", "fine"]);
}

#[test]
fn a_target_can_be_added_that_is_like_another() {
    let folder = Folder::new();
    folder.tables_with("targets.tsv", |lines| {
        let like = lines.iter().find(|line| line.starts_with("sim-cortex-m0\t-\t")).expect("the row");
        lines.push(like.replace("sim-cortex-m0\t-\t", "my-board\tsim-cortex-m0\t"));
    });
    let module = function(M0, "").replace("sim-cortex-m0", "my-board");
    assert_eq!(under(&folder, &module), ["NATIVE_IR_TARGET/unknown-target", "fine"]);
}

#[test]
fn an_effect_can_be_added_to_an_opcode() {
    let folder = Folder::new();
    folder.tables("opcodes.tsv", "imul", "effects", "io");
    let module = function(X86, "    %b: i32 = imul %a, %a !1:1\n");
    assert_eq!(under(&folder, &module), ["fine", "NATIVE_IR_EFFECT/operation"]);
}

#[test]
fn tables_that_are_wrong_are_rejected_with_their_places() {
    let folder = Folder::new();
    folder.tables("opcodes.tsv", "imul", "memory", "perhaps");
    for arguments in [&["contract", "check", "--contract", "tables"][..], &["check", "-", "--contract", "tables"]]
    {
        let output = folder.nir(arguments);
        assert_eq!((output.status, output.out.as_str()), (1, ""));
        assert!(output.err.starts_with("tables/opcodes.tsv:"), "{}", output.err);
        assert!(
            output.err.contains("`perhaps`") && output.err.ends_with("1 error in the tables\n"),
            "{}",
            output.err
        );
    }
}

#[test]
fn the_tables_are_checked_and_counted() {
    let folder = Folder::new();
    let output = folder.nir(&["contract", "check"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    assert!(TABLES.iter().all(|table| output.out.contains(table)), "{}", output.out);
    assert!(output.out.ends_with("(the built-in ones)\n"));
    folder.tables("memory-model.tsv", "cast-stack-heap", "allowed", "yes");
    let output = folder.nir(&["contract", "check", "--contract", "tables"]);
    assert!(output.out.ends_with("(other than the built-in ones)\n"), "{output:?}");
}

#[test]
fn each_list_has_its_rows_a_line_each() {
    let folder = Folder::new();
    let lists = folder.nir(&["contract", "list"]);
    assert_eq!(lists.status, 0);
    for line in lists.out.lines().skip(1) {
        let mut words = line.split_whitespace();
        let (list, rows) = (words.next().unwrap(), words.next().unwrap().parse::<usize>().unwrap());
        let output = folder.nir(&["contract", "list", list]);
        assert_eq!((output.status, output.out.lines().count()), (0, rows + 1), "{list}");
    }
    let spaces = folder.nir(&["contract", "list", "spaces"]);
    let first: Vec<_> = spaces.out.lines().skip(1).map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(first, ["stack", "heap", "static", "code", "mmio", "generic"]);
    assert_eq!(folder.nir(&["contract", "list", "everything"]).status, 2);
}

#[test]
fn rows_are_shown_by_name_and_near_names_are_suggested() {
    let folder = Folder::new();
    let show = |item: &str| folder.nir(&["contract", "show", item]);
    assert!(show("sim-cortex-m0").out.contains("thumbv6m"));
    assert!(show("NATIVE_IR_TYPE/dominance").out.starts_with("diagnostics.tsv:"));
    assert_eq!(show("load.i32").out, show("load.T").out);
    assert!(show("mmio").out.contains("Hardware registers"));
    let trap = show("trap");
    assert!(
        trap.status == 0 && trap.out.contains("effects.tsv:") && trap.out.contains("\nopcodes.tsv:"),
        "{trap:?}"
    );
    let near = show("imull");
    assert_eq!((near.status, near.out.as_str()), (2, ""));
    assert!(near.err.contains("did you mean imul"), "{}", near.err);
    assert!(show("nothing-at-all-like-this").err.contains("nir contract list"));
}
