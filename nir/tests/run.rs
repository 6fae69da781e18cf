//! `nir run`: entries, arguments, results, exit statuses, streams, devices, fuel and profile.

mod common;

use common::{CALLS, Folder, HOSTED, M0, X86};
use native_ir::Contract;
use native_ir::contract::traps::TrapRow;

const FIRMWARE: &str = r#"
register @txd : ptr[mmio,i32] = 0x4000251c access=write-only
register @enable : ptr[mmio,i32] = 0x40002500 access=read-write
register @starttx : ptr[mmio,i32] = 0x40002008 access=write-only
data @seen : i32 = 0

fn pub @main() -> (i32) effects(read, write, hardware) source=0 {
^entry:
    %enable: ptr[mmio,i32] = register @enable !1:1
    store.i32 4, %enable address_space=mmio ordering=volatile !1:1
    %starttx: ptr[mmio,i32] = register @starttx !1:2
    store.i32 1, %starttx address_space=mmio ordering=volatile !1:2
    %txd: ptr[mmio,i32] = register @txd !1:3
    store.i32 0x41, %txd address_space=mmio ordering=volatile !1:3
    %seen: ptr[static,i32] = address @seen !1:4
    %result: i32 = load.i32 %seen ordering=ordered !1:4
    return %result !1:5
}

fn pub interrupt @note() -> () effects(read, write) source=0 {
^entry:
    %seen: ptr[static,i32] = address @seen !2:1
    %old: i32 = load.i32 %seen ordering=ordered !2:1
    %new: i32 = iadd %old, 1 !2:1
    store.i32 %new, %seen ordering=ordered !2:1
    return !2:2
}
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("calls.nir", X86.to_string() + CALLS);
    folder.write("hosted.nir", X86.to_string() + HOSTED);
    folder.write("firmware.nir", M0.to_string() + FIRMWARE.trim_start());
    for name in ["calls.nir", "hosted.nir", "firmware.nir"] {
        let check = folder.nir(&["check", name]);
        assert_eq!(check.status, 0, "{}", check.err);
    }
    folder
}

#[test]
fn arguments_are_typed_and_results_are_literals() {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let output = folder.nir(&[&["run", "--entry"], arguments].concat());
        assert_eq!((output.status, output.err.as_str()), (0, ""), "{arguments:?}");
        output.out
    };
    assert_eq!(run(&["@add", "calls.nir", "2", "-3"]), "-1\n");
    assert_eq!(run(&["add", "calls.nir", "0x7fffffff", "1"]), "-2147483648\n");
    assert_eq!(run(&["@both", "calls.nir", "-1", "-0.0", "null"]), "-1\n-0.0\nnull\n");
    assert_eq!(run(&["@both", "calls.nir", "255", "inf", "null"]), "-1\ninf\nnull\n");
    assert_eq!(run(&["@hidden", "calls.nir"]), "");
    assert_eq!(run(&["@add", "--memory-mode", "checked", "calls.nir", "2", "3"]), "5\n");
}

#[test]
fn what_cannot_be_run_is_125() {
    let folder = folder();
    folder.write("bad.nir", common::bad());
    for (arguments, error) in [
        (&["--entry", "@add", "calls.nir", "2"][..], "@add takes 2 arguments, and 1 was given"),
        (&["--entry", "@add", "calls.nir"], "@add takes 2 arguments, and none was given"),
        (&["--entry", "@add", "calls.nir", "2", "3", "4"], "@add takes 2 arguments, and 3 were given"),
        (&["--entry", "@add", "calls.nir", "2", "3x"], "argument 2 of @add: `3x` is no number"),
        (
            &["--entry", "@add", "calls.nir", "2", "4294967296"],
            "argument 2 of @add: `4294967296` does not fit type `i32`",
        ),
        (&["--entry", "@add", "calls.nir", "2", "3 4"], "argument 2 of @add: expected the end of the line"),
        (&["--entry", "@both", "calls.nir", "1", "1.0", "1"], "a pointer has no literals but for `null`"),
        (&["--entry", "@ad", "calls.nir"], "the module has no function `@ad`; did you mean @add?"),
        (
            &["calls.nir"],
            "the module has no @main; say where to start: --entry @add, --entry @both, --entry @outer",
        ),
        (&["firmware.nir", "1"], "@main takes 0 arguments, and 1 was given"),
        (&["missing.nir"], "missing.nir: cannot be read"),
        (&["--engine", "hybrid", "calls.nir"], "hybrid is not built yet"),
        (&["--engine", "x", "calls.nir"], "the engines are vm, jit, native and qemu"),
        (
            &["--engine", "native", "--fuel", "9", "--entry", "@hidden", "calls.nir"],
            "--fuel is not for --engine native",
        ),
        (&["--engine", "native", "firmware.nir"], "its programs are firmware"),
        (&["--engine", "jit", "--profile", "calls.nir", "--entry", "@add", "2", "3"], "it needs --engine vm"),
        (
            &["--engine", "jit", "--memory-mode", "checked", "--entry", "@add", "calls.nir", "2", "3"],
            "does not check memory",
        ),
        (&["--interrupt", "0=@note", "firmware.nir"], "write the number of an access from 1"),
        (&["--interrupt", "1=@main", "firmware.nir"], "@main has parameters or results, and so is no handler"),
        (
            &["--interrupt", "1=@note", "--devices", "nrf51", "firmware.nir"],
            "@note is no interrupt handler of an nRF51",
        ),
        (&["--profile=no/such/folder/x", "--entry", "@hidden", "calls.nir"], "cannot be written"),
        (&["bad.nir"], "NATIVE_IR_TYPE/undefined-value"),
        (&[], "Usage: nir run"),
    ] {
        let output = folder.nir(&[&["run"], arguments].concat());
        assert_eq!((output.status, output.out.as_str()), (125, ""), "{arguments:?}: {}", output.err);
        assert!(output.err.contains(error), "{arguments:?}: {}", output.err);
    }
    assert_eq!(folder.nir(&["run", "--help"]).status, 0);
}

#[test]
fn a_native_function_is_refused_by_name() {
    let folder = Folder::new();
    let native = "fn pub native @main() -> () source=0 {\n^entry:\n    return !1:1\n}\n";
    folder.write("native.nir", X86.to_string() + native);
    let output = folder.nir(&["run", "native.nir"]);
    assert_eq!(output.status, 125);
    assert!(output.err.starts_with("NATIVE_IR_EXECUTION/native-on-vm: ") && output.err.contains("@main"));
}

#[test]
fn the_programs_own_status_is_passed_on() {
    let folder = folder();
    for (status, expected) in [("0", 0), ("7", 7), ("255", 255), ("-1", 255), ("256", 0)] {
        let output = folder.nir(&["run", "--entry", "@leave", "hosted.nir", status]);
        assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (expected, "", ""));
    }
}

#[test]
fn each_trap_has_its_status_message_and_place() {
    let folder = Folder::new();
    let raised = || Contract::embedded().traps().iter().filter(|row| row.raised_by_program);
    let function = |row: &TrapRow| {
        let name = row.trap.name();
        format!("fn pub @{name}() -> () effects(trap) source=0 {{\n^entry:\n    trap {name} !7:5\n}}\n")
    };
    folder.write("traps.nir", X86.to_string() + &raised().map(function).collect::<String>());
    assert!(raised().count() > 5);
    for row in raised() {
        let name = format!("@{}", row.trap.name());
        let output = folder.nir(&["run", "--entry", &name, "traps.nir"]);
        assert_eq!((output.status, output.out.as_str()), (row.exit_status.into(), ""), "{}", output.err);
        assert!(output.err.contains(&row.message), "{}", output.err);
        assert!(output.err.contains(&name) && output.err.contains("sample.c:7:5"), "{}", output.err);
    }
}

#[test]
fn machine_code_does_what_bytecode_does() {
    let folder = folder();
    for arguments in [
        &["--entry", "@add", "calls.nir", "2", "3"][..],
        &["--entry", "@both", "calls.nir", "-1", "1.5", "null"],
        &["--entry", "@outer", "calls.nir", "7"],
        &["hosted.nir", "one", "two"],
        &["--entry", "@echo", "hosted.nir"],
        &["--entry", "@leave", "hosted.nir", "7"],
        &["--entry", "@leave", "hosted.nir", "0"],
        &["--entry", "@leave", "hosted.nir", "70"],
    ] {
        let expected = folder.nir_with(&[&["run"], arguments].concat(), b"hello");
        let jit = |threshold| vec!["run", "--engine", "jit", "--jit-threshold", threshold];
        for engine in [jit("0"), jit("1"), jit("off"), vec!["run", "--engine", "native"]] {
            let found = folder.nir_with(&[&engine, arguments].concat(), b"hello");
            let same = (found.status, &found.out, &found.err) == (expected.status, &expected.out, &expected.err);
            assert!(same, "{engine:?} {arguments:?}: {found:?}, expected {expected:?}");
        }
    }
    // Firmware is for another machine.
    let firmware = folder.nir(&["run", "--engine", "jit", "firmware.nir"]);
    assert_eq!(firmware.status, 125);
    assert!(firmware.err.contains("is not this machine"), "{}", firmware.err);
}

#[cfg(not(feature = "unicorn"))]
#[test]
fn the_emulator_is_refused_by_name_with_how_to_get_it() {
    for command in ["run", "test"] {
        let output = folder().nir(&[command, "--engine", "emulator", "calls.nir"]);
        assert_eq!(output.status, if command == "run" { 125 } else { 2 });
        assert!(output.err.contains("--features unicorn"), "{}", output.err);
    }
}

#[test]
fn foreign_functions_run_in_a_process() {
    let folder = Folder::new();
    let module = "\
import ffi @abs : fn(i32) -> (i32)
fn native pub @main(%a: i32) -> (i32, i1) source=0 {
^entry:
    %b: i32 = call @abs(%a) !1:1
    %c: i1 = icmp.ne %a, %b !1:1
    return %b, %c !1:1
}
";
    folder.write("a.nir", X86.to_string() + module);
    let output = folder.nir(&["run", "--engine", "native", "a.nir", "-12"]);
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, "12\n1\n", ""));
}

#[test]
fn tiers_are_reported() {
    let folder = folder();
    folder.write("two.nir", X86.to_string() + CALLS.replace("fn @hidden", "fn runtime @hidden").trim_start());
    let run = |options: &[&str]| {
        let arguments = ["--entry", "@add", "two.nir", "2", "3"];
        let output = folder.nir(&[&["run", "--engine", "jit", "--report-tiers"], options, &arguments].concat());
        assert_eq!((output.status, output.out.as_str()), (0, "5\n"), "{}", output.err);
        output.err
    };
    let report = run(&[]);
    assert!(report.starts_with("native    @add\n"), "{report}");
    assert!(report.ends_with("bytecode  @hidden: it is marked `runtime`\n5 native, 1 bytecode\n"), "{report}");
    let report = run(&["--jit-threshold", "1"]);
    assert!(report.starts_with("bytecode  @add: it was not called more than 1 times\n"), "{report}");
    assert!(run(&["--fuel", "1000"]).contains("@add: fuel is counted\n"));
}

#[test]
fn a_trap_shows_its_calls() {
    let folder = folder();
    let output = folder.nir(&["run", "--entry", "@outer", "calls.nir", "1"]);
    assert_eq!(output.status, 64);
    let at = |text: &str| output.err.find(text).unwrap_or_else(|| panic!("{text}: {}", output.err));
    assert!(at("integer division by zero") < at("@divide"));
    assert!(at("sample.c:4:9") < at("@outer") && at("@outer") < at("sample.c:5:7"));
}

#[test]
fn arguments_and_streams_reach_the_program() {
    let folder = folder();
    let output = folder.nir(&["run", "hosted.nir", "--first one", "-2", "three"]);
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, "--first one3\n", ""));
    let text = "a line\n".repeat(1000);
    let output = folder.nir_with(&["run", "--entry", "@echo", "hosted.nir"], text.as_bytes());
    assert_eq!((output.status, &output.out, &output.err), (0, &text, &text));
    assert_eq!(folder.nir(&["run", "--entry", "@echo", "hosted.nir"]).out, "");
}

#[test]
fn fuel_ends_a_program_that_does_not_end() {
    let folder = folder();
    let output = folder.nir(&["run", "--fuel", "1000", "--entry", "@forever", "calls.nir"]);
    assert_eq!((output.status, output.err.as_str()), (125, "nir: the program used up its fuel of 1000\n"));
    let run = |fuel: &str| folder.nir(&["run", "--fuel", fuel, "--entry", "@add", "calls.nir", "1", "2"]);
    assert_eq!((run("2").status, run("1").status), (0, 125));
}

#[test]
fn devices_answer_volatile_accesses() {
    let folder = folder();
    let none = folder.nir(&["run", "firmware.nir"]);
    assert_eq!(none.status, 83, "{}", none.err);
    assert!(none.err.ends_with("help: --devices plain or --devices nrf51 puts something there\n"), "{}", none.err);
    let plain = folder.nir(&["run", "--devices", "plain", "--trace-mmio", "firmware.nir"]);
    assert_eq!((plain.status, plain.out.as_str()), (0, "0\n"));
    let trace =
        ";! mmio: write 0x40002500 4 0x4\n;! mmio: write 0x40002008 4 0x1\n;! mmio: write 0x4000251c 4 0x41\n";
    assert_eq!(plain.err, trace);
    let board = folder.nir(&["run", "--devices", "nrf51", "firmware.nir"]);
    assert_eq!((board.status, board.out.as_str(), board.err.as_str()), (0, "A0\n", ""));
}

#[test]
fn interrupts_come_before_the_access_they_name() {
    let folder = folder();
    let run = |interrupts: &[&str]| {
        let options = interrupts.iter().flat_map(|interrupt| ["--interrupt", interrupt]);
        let arguments: Vec<&str> =
            ["run", "--devices", "plain"].into_iter().chain(options).chain(["firmware.nir"]).collect();
        let output = folder.nir(&arguments);
        assert_eq!((output.status, output.err.as_str()), (0, ""));
        output.out
    };
    assert_eq!(run(&["1=@note"]), "1\n");
    assert_eq!(run(&["1=@note", "3=@note"]), "2\n");
    // There is no fourth access.
    assert_eq!(run(&["4=@note"]), "0\n");
}

#[test]
fn a_board_runs_its_handlers() {
    let folder = Folder::new();
    let blinky = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/firmware/blinky.nir");
    let output = folder.nir(&["run", "--devices", "nrf51", "--trace-mmio", "--fuel", "100", blinky]);
    assert_eq!(output.status, 125, "{}", output.err);
    let toggles: Vec<&str> = output.err.lines().filter(|line| line.contains(" 0x5000050")).collect();
    assert_eq!(toggles[..2], [";! mmio: write 0x50000508 4 0x200000", ";! mmio: write 0x5000050c 4 0x200000"]);
}

#[test]
fn a_profile_counts_instructions() {
    let folder = folder();
    let output = folder.nir(&["run", "--profile=stacks.txt", "--entry", "@add", "calls.nir", "1", "2"]);
    assert_eq!((output.status, output.out.as_str()), (0, "3\n"));
    let words = |line: &str| line.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = output.err.lines().map(words).collect();
    assert!(lines.contains(&words("1 50.0% iadd")) && lines.contains(&words("1 50.0% return")), "{}", output.err);
    assert!(lines.contains(&words("2 100.0% @add ^entry")), "{}", output.err);
    assert_eq!(folder.read("stacks.txt"), "@add;^entry 2\n");
    let plain = folder.nir(&["run", "--profile", "--entry", "@add", "calls.nir", "1", "2"]);
    assert_eq!((plain.status, plain.out.as_str(), plain.err), (0, "3\n", output.err));
}
