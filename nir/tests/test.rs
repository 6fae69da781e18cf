//! `nir test`: verdicts, what is skipped, and the three formats.

mod common;

use common::{Folder, M0, X86, bad};

const GOOD: &str = r#"
import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
import runtime @zero_read : fn(i32, ptr[generic,i8], addr) -> (addr) effects(write, io)
import runtime @zero_exit : fn(i32) -> () effects(io)
import runtime @zero_argument_length : fn(addr) -> (addr) effects(io)
data @buffer : array[i8,8] = zero
data @count : i32 = 0

;! run: @add(2, 3) == 5
;! fuel: 2
;! run: @add(-1, 0) == 0xffffffff
fn pub @add(%a: i32, %b: i32) -> (i32) source=0 {
^entry:
    %sum: i32 = iadd %a, %b !1:1
    return %sum !1:1
}

;! run: @nan() == (nan, 1.5)
fn @nan() -> (f32, f64) source=0 {
^entry:
    return -nan(0x1), 1.5 !2:1
}

;! trap: @divide(1, 0) integer_divide_by_zero
;! run: @divide(7, 2) == 3
fn @divide(%a: i32, %b: i32) -> (i32) effects(trap) source=0 {
^entry:
    %q: i32 = sdiv %a, %b !3:9
    return %q !3:1
}

; Each call has fresh data.
;! run: @once() == 1
;! run: @once() == 1
fn @once() -> (i32) effects(read, write) source=0 {
^entry:
    %p: ptr[static,i32] = address @count !4:1
    %old: i32 = load.i32 %p !4:1
    %new: i32 = iadd %old, 1 !4:1
    store.i32 %new, %p !4:1
    return %new !4:1
}

;! run: @echo()
;! stdin: "hello"
;! stdout: "hello"
;! stderr: "hello"
;! run: @echo()
;! stdout: ""
fn @echo() -> () effects(read, write, io) source=0 {
^entry:
    %b: ptr[static,array[i8,8]] = address @buffer !5:1
    %p: ptr[generic,i8] = cast %b !5:1
    %n: addr = call @zero_read(0, %p, 8) !5:3
    %w: addr = call @zero_write(1, %p, %n) !5:5
    %e: addr = call @zero_write(2, %p, %n) !5:6
    return !5:8
}

;! run: @second() == 3
;! args: "a" "bcd"
;! run: @second() == 0
fn @second() -> (addr) effects(io) source=0 {
^entry:
    %n: addr = call @zero_argument_length(1) !6:1
    return %n !6:1
}

;! exit: @leave(300) 44
;! run: @leave(0)
fn @leave(%status: i32) -> () effects(io, trap) source=0 {
^entry:
    call @zero_exit(%status) !7:1
    unreachable !7:2
}
"#;

const FAILING: &str = r#"
import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
import runtime @zero_exit : fn(i32) -> () effects(io)
data @text : array[i8,2] = "hi"

fn @same(%a: i32) -> (i32) source=0 {
^entry:
    return %a !1:1
}
fn @float(%a: f32) -> (f32) source=0 {
^entry:
    return %a !1:1
}
fn @stop() -> () effects(trap) source=0 {
^entry:
    trap user !2:3
}
fn @write() -> () effects(read, io) source=0 {
^entry:
    %b: ptr[static,array[i8,2]] = address @text !3:1
    %p: ptr[generic,i8] = cast %b !3:1
    %w: addr = call @zero_write(1, %p, 2) !3:1
    return !3:1
}
fn @leave() -> () effects(io, trap) source=0 {
^entry:
    call @zero_exit(3) !4:1
    unreachable !4:1
}
fn @forever() -> () source=0 {
^entry:
    jump ^more !5:1
^more:
    jump ^more !5:1
}
"#;

const FIRMWARE: &str = r#"
register @in : ptr[mmio,i32] = 0x40000000 access=read-only
register @out : ptr[mmio,i32] = 0x40000004 access=write-only
data @seen : i32 = 0

fn @copy() -> (i32) effects(read, write, hardware) source=0 {
^entry:
    %in: ptr[mmio,i32] = register @in !1:1
    %value: i32 = load.i32 %in address_space=mmio ordering=volatile !1:1
    %out: ptr[mmio,i32] = register @out !1:2
    store.i32 %value, %out address_space=mmio ordering=volatile !1:2
    %seen: ptr[static,i32] = address @seen !1:3
    %result: i32 = load.i32 %seen ordering=ordered !1:3
    return %result !1:3
}
fn @nothing() -> () source=0 {
^entry:
    return !2:1
}
fn interrupt @note() -> () effects(write) source=0 {
^entry:
    %seen: ptr[static,i32] = address @seen !3:1
    store.i32 1, %seen ordering=ordered !3:1
    return !3:1
}
"#;

/// Runs one call of a module and gives standard output without its totals.
fn verdict(envelope: &str, module: &str, directives: &str) -> (i32, String) {
    let folder = Folder::new();
    folder.write("a.nir", format!("{envelope}{}{directives}\n", module.trim_start()));
    let output = folder.nir(&["test", "--fuel", "100000", "a.nir"]);
    assert_eq!(output.err, "");
    let mut lines: Vec<&str> = output.out.lines().collect();
    lines.pop();
    (output.status, lines.join("\n"))
}

#[test]
fn what_is_as_expected_passes() {
    let folder = Folder::new();
    folder.write("good.nir", X86.to_string() + GOOD.trim_start());
    folder.write("none.nir", common::good());
    for mode in ["checked", "fast"] {
        let output = folder.nir(&["test", "--memory-mode", mode, "."]);
        let summary = format!("13 calls in 1 file: 13 passed, 1 file without directives (vm, {mode} memory)\n");
        assert_eq!((output.status, output.out, output.err), (0, summary, String::new()));
    }
}

#[test]
fn what_is_not_as_expected_fails_and_says_why() {
    let line = X86.lines().count() + FAILING.trim_start().lines().count() + 1;
    for (directives, why) in [
        (";! run: @same(1) == 2", "expected 2, got 1"),
        (";! run: @float(inf) == nan", "expected nan, got inf"),
        (";! run: @float(0.0) == -0.0", "expected -0.0, got 0.0"),
        (";! run: @stop()", "expected a return, got the trap user\ntrap: "),
        (";! trap: @stop() bounds", "expected the trap bounds, got the trap user\ntrap: "),
        (";! trap: @same(1) user", "expected the trap user, got 1"),
        (";! run: @leave()", "expected a return, got exit status 3"),
        (";! exit: @leave() 4", "expected exit status 4, got exit status 3"),
        (";! exit: @same(4) 4", "expected exit status 4, got 4"),
        (";! run: @write()\n;! stdout: \"ho\"", "expected \"ho\" on standard output, got \"hi\""),
        (";! run: @write()\n;! stderr: \"hi\"", "expected \"hi\" on standard error, got \"\""),
        (";! run: @same(1)\n;! fuel: 2", "expected 2 instructions, got 1"),
        (";! run: @forever()", "expected a return, got more than 100000 instructions"),
    ] {
        let (status, text) = verdict(X86, FAILING, directives);
        assert_eq!(status, 1, "{directives}");
        let first = directives.lines().next().unwrap().trim_start_matches(";! ");
        let (head, rest) = text.split_once('\n').unwrap();
        assert_eq!(head, format!("failed: a.nir:{line}: {first}"));
        let rest = rest.replace("\n    ", "\n");
        assert!(rest.trim_start().starts_with(why), "{directives}: {rest}");
    }
}

#[test]
fn a_trap_that_was_not_expected_shows_its_place() {
    let (_, text) = verdict(X86, FAILING, ";! run: @stop()");
    assert!(text.contains("@stop") && text.contains("sample.c:2:3"), "{text}");
}

#[test]
fn volatile_accesses_are_all_those_named() {
    let read = ";! mmio: read 0x40000000 4 7";
    let write = ";! mmio: write 0x40000004 4 7";
    let good =
        |directives: &str| assert_eq!(verdict(M0, FIRMWARE, directives), (0, String::new()), "{directives}");
    good(&format!(";! run: @copy() == 0\n{read}\n{write}"));
    good(&format!(";! run: @copy() == 1\n{read}\n{write}\n;! interrupt: 2 @note"));
    good(";! run: @nothing()");
    good(";! trap: @copy() unmapped_mmio");
    good(&format!(";! trap: @copy() unmapped_mmio\n{read}"));
    for (directives, why) in [
        (";! run: @copy()".to_string(), "volatile access 1: expected none, found `read 0x40000000 4`"),
        (format!(";! run: @copy()\n{read}"), "volatile access 2: expected none, found `write 0x40000004 4 0x7`"),
        (format!(";! run: @nothing()\n{read}"), "volatile access 1: expected `read 0x40000000 4 0x7`, found none"),
        (
            format!(";! run: @copy()\n{read}\n;! mmio: write 0x40000004 4 8"),
            "volatile access 2: expected `write 0x40000004 4 0x8`, found `write 0x40000004 4 0x7`",
        ),
        (
            format!(";! trap: @copy() unmapped_mmio\n{write}"),
            "volatile access 1: expected `write 0x40000004 4 0x7`, found `read 0x40000000 4`",
        ),
    ] {
        let (status, text) = verdict(M0, FIRMWARE, &directives);
        assert!(status == 1 && text.contains(why), "{directives}: {text}");
    }
}

#[test]
fn what_the_engine_cannot_do_is_skipped_with_the_reason() {
    let folder = Folder::new();
    let module = "\
;! run: @here()
fn @here() -> () source=0 {
^entry:
    return !1:1
}
;! run: @there()
fn native @there() -> () source=0 {
^entry:
    return !1:1
}
;! trap: @over() out_of_bounds
fn @over() -> () effects(read) source=0 {
    slot $a : i32 !1:1
^entry:
    %a: ptr[stack,i32] = slot $a !1:1
    %b: ptr[stack,i32] = offset %a, 64 !1:1
    %v: i32 = load.i32 %b !1:1
    return !1:1
}
";
    folder.write("a.nir", X86.to_string() + module);
    let fast = folder.nir(&["test", "--memory-mode", "fast", "a.nir"]);
    assert_eq!((fast.status, fast.err.as_str()), (0, ""));
    let lines: Vec<&str> = fast.out.lines().collect();
    assert_eq!(lines[0], "skipped: a.nir:14: run: @there()");
    assert!(lines[1].contains("native") && lines[1].contains("@there"), "{}", lines[1]);
    assert_eq!(lines[2], "skipped: a.nir:19: trap: @over() out_of_bounds");
    assert_eq!(lines[3], "    only --memory-mode checked promises the trap out_of_bounds");
    assert_eq!(lines[4..], ["3 calls in 1 file: 1 passed, 2 skipped (vm, fast memory)"]);
    let checked = folder.nir(&["test", "a.nir"]);
    assert!(
        checked.out.ends_with("3 calls in 1 file: 2 passed, 1 skipped (vm, checked memory)\n"),
        "{}",
        checked.out
    );
}

#[test]
fn a_call_that_needs_another_module_is_skipped() {
    let folder = Folder::new();
    let module = "\
import module @elsewhere : fn() -> ()
;! run: @there()
fn @there() -> () source=0 {
^entry:
    call @elsewhere() !1:1
    return !1:1
}
";
    folder.write("a.nir", X86.to_string() + module);
    let output = folder.nir(&["test", "a.nir"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    let skipped = "skipped: a.nir:10: run: @there()\n    `@elsewhere` is imported from another module";
    assert!(output.out.starts_with(skipped), "{}", output.out);
    let output = folder.nir(&["test", "--engine", "native", "a.nir"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    assert!(output.out.contains("`@elsewhere` is imported from another module"), "{}", output.out);
}

#[test]
fn a_program_that_cannot_be_made_is_a_failure() {
    let folder = Folder::new();
    let module = "\
import ffi @nowhere_to_be_found : fn() -> () effects(io)
;! run: @there()
fn native @there() -> () effects(io) source=0 {
^entry:
    call @nowhere_to_be_found() !1:1
    return !1:1
}
";
    folder.write("a.nir", X86.to_string() + module);
    let output = folder.nir(&["test", "--engine", "native", "a.nir"]);
    assert_eq!((output.status, output.err.as_str()), (1, ""));
    assert!(output.out.starts_with("failed: a.nir:10: run: @there()\n"), "{}", output.out);
    assert!(output.out.contains("could not link the program"), "{}", output.out);
}

#[test]
fn a_file_that_cannot_run_is_rejected() {
    let folder = Folder::new();
    folder.write("bad.nir", bad() + ";! run: @main(1, 2) == 3\n");
    let output = folder.nir(&["test", "bad.nir"]);
    assert_eq!(output.status, 1);
    assert!(output.err.contains("NATIVE_IR_TYPE/undefined-value"), "{}", output.err);
    assert_eq!(output.out, "0 calls in 0 files: 0 passed, 1 file rejected (vm, checked memory)\n");
    folder.write("directive.nir", common::good() + ";! run: @man(1, 2) == 3\n");
    let output = folder.nir(&["test", "directive.nir"]);
    assert_eq!(output.status, 1);
    let error =
        "directive.nir:14:9: `@man` does not exist in this module\n  | ;! run: @man(1, 2) == 3\n  |         ^\n";
    assert!(output.err.starts_with(error) && output.err.contains("did you mean @main?"), "{}", output.err);
}

#[test]
fn machine_code_is_tested_too() {
    let folder = mixed();
    let output = folder.nir(&["test", "--engine", "jit", "."]);
    assert_eq!(output.status, 1, "{}", output.err);
    assert!(output.out.ends_with("(jit, fast memory)\n"), "{}", output.out);
    // The function that is marked native runs.
    assert!(!output.out.contains("skipped"), "{}", output.out);
    let refused = folder.nir(&["test", "--engine", "jit", "--memory-mode", "checked", "."]);
    assert!(refused.out.contains("does not check memory") || refused.err.contains("does not check memory"));
}

#[test]
fn an_executable_is_tested_too() {
    let folder = Folder::new();
    folder.write("good.nir", X86.to_string() + GOOD.trim_start());
    let output = folder.nir(&["test", "--engine", "native", "good.nir"]);
    let summary = "13 calls in 1 file: 13 passed (native, fast memory)\n";
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, summary, ""));
    let folder = mixed();
    let output = folder.nir(&["test", "--engine", "native", "a.nir"]);
    assert!(
        output.status == 1 && output.out.contains("expected 2, got 1\n3 calls in 1 file: 2 passed, 1 failed"),
        "{output:?}"
    );
    let checked = folder.nir(&["test", "--engine", "native", "--memory-mode", "checked", "a.nir"]);
    assert!(checked.status == 1 && checked.err.contains("native does not check memory"), "{checked:?}");
}

#[test]
fn a_trap_of_an_executable_is_told_from_a_status_and_shows_its_place() {
    let folder = Folder::new();
    let run = |directives: &str| {
        folder.write("a.nir", format!("{X86}{}{directives}\n", FAILING.trim_start()));
        folder.nir(&["test", "--engine", "native", "a.nir"])
    };
    assert_eq!(run(";! trap: @stop() user\n;! exit: @leave() 3").status, 0);
    let other = run(";! exit: @stop() 70");
    assert!(other.out.contains("expected exit status 70, got the trap user"), "{}", other.out);
    assert!(other.out.contains("@stop") && other.out.contains("sample.c:2:3"), "{}", other.out);
    assert!(!other.out.contains("__nir"), "{}", other.out);
}

#[test]
fn hardware_is_not_for_a_process() {
    let folder = Folder::new();
    let directives = ";! run: @copy() == 0\n;! mmio: read 0x40000000 4 7\n;! mmio: write 0x40000004 4 7\n";
    let envelope = X86.replace("profile  hosted", "profile  freestanding");
    folder.write(
        "a.nir",
        format!("{envelope}{}{directives}", FIRMWARE.trim_start().replace("interrupt @note", "@note")),
    );
    folder.write("m0.nir", format!("{M0}{}{directives}", FIRMWARE.trim_start()));
    let output = folder.nir(&["test", "--engine", "native", "."]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    assert!(output.out.contains("    a process has no devices"), "{}", output.out);
    assert!(output.out.contains("    the target sim-cortex-m0 is not this machine"), "{}", output.out);
    assert!(
        output.out.ends_with("2 calls in 2 files: 0 passed, 2 skipped (native, fast memory)\n"),
        "{}",
        output.out
    );
}

/// On the VM an address of the machine code is another number.
const DIFFERENT: &str = "\
;! run: @where() == 0
;! run: @where()
fn @where() -> (i64) source=0 {
^entry:
    %f: ptr[code,fn() -> (i64)] = address @where !1:1
    %a: addr = ptr_to_addr %f !1:1
    %n: i64 = addr_to_int %a !1:1
    %m: i64 = or %n, 1 !1:1
    return %m !1:1
}
";

#[test]
fn several_engines_are_compared() {
    let folder = Folder::new();
    folder.write("a.nir", X86.to_string() + GOOD.trim_start());
    let output = folder.nir(&["test", "--engine", "vm,jit,native", "a.nir"]);
    let summary = "39 calls in 1 file: 39 passed (vm, checked memory; jit, fast memory; native, fast memory)\n";
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, summary, ""));
    folder.write("b.nir", X86.to_string() + DIFFERENT);
    let output = folder.nir(&["test", "--engine", "vm,native", "b.nir"]);
    let lines: Vec<&str> = output.out.lines().collect();
    assert_eq!(output.status, 1);
    assert_eq!(lines[0], "failed: b.nir:9: run: @where() == 0 (vm)");
    assert_eq!(lines[2], "failed: b.nir:9: run: @where() == 0 (native)");
    // What no directive says is compared.
    assert_eq!(lines[4], "failed: b.nir:10: run: @where() (native)");
    assert!(lines[5].starts_with("    vm gave ") && lines[5].contains(", got "), "{}", lines[5]);
    assert!(lines[6].starts_with("4 calls in 1 file: 1 passed, 3 failed"), "{}", lines[6]);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    folder.write("good.nir", common::good());
    let refused = folder.nir(&["test", "--engine", "vm,hybrid", "good.nir"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("hybrid is not built yet; vm, jit, native and qemu are"), "{}", refused.err);
    assert_eq!(folder.nir(&["test", "missing.nir"]).status, 2);
    assert_eq!(folder.nir(&["test"]).status, 2);
}

/// A folder with a call that passes, one that fails, one that is skipped, and a file that does not verify.
fn mixed() -> Folder {
    let folder = Folder::new();
    let directives = ";! run: @same(1) == 1 ; # \\\n;! run: @same(1) == 2\n;! run: @there()\n";
    let native = "fn native @there() -> () source=0 {\n^entry:\n    return !1:1\n}\n";
    folder.write("a.nir", format!("{X86}{}{native}{directives}", FAILING.trim_start()));
    folder.write("b.nir", bad() + ";! run: @main(1, 2) == 3\n");
    folder.write("c.nir", common::good());
    folder
}

#[test]
fn tap_is_version_14() {
    let output = mixed().nir(&["test", "--format", "tap", "."]);
    assert_eq!((output.status, output.err.as_str()), (1, ""));
    let lines: Vec<&str> = output.out.lines().collect();
    let starts = [
        "TAP version 14",
        "ok 1 - ./a.nir:47: run: @same(1) == 1 ; \\# \\\\",
        "not ok 2 - ./a.nir:48: run: @same(1) == 2",
        "  ---",
        "  message: |",
        "    expected 2, got 1",
        "  ...",
        "ok 3 - ./a.nir:49: run: @there() # SKIP ",
        "not ok 4 - ./b.nir:11:26",
        "  ---",
        "  message: |",
        "    NATIVE_IR_TYPE/undefined-value: ",
        "  ...",
        "not ok 5 - ./b.nir:12:",
        "  ---",
        "  message: |",
        "    NATIVE_IR_SPAN/missing: ",
        "  ...",
        "1..5",
    ];
    assert_eq!(lines.len(), starts.len(), "{}", output.out);
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line} / {start}");
    }
    let folder = Folder::new();
    folder.write("c.nir", common::good());
    assert_eq!(folder.nir(&["test", "--format", "tap", "."]).out, "TAP version 14\n1..0\n");
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let output = mixed().nir(&["test", "--format", "junit", "."]);
    assert_eq!((output.status, output.err.as_str()), (1, ""));
    let has = |text: &str| assert!(output.out.contains(text), "{text}: {}", output.out);
    has("<testsuites name=\"nir test (vm)\" tests=\"5\" skipped=\"1\" failures=\"1\" errors=\"2\"");
    has("<testsuite name=\"./a.nir\" tests=\"3\" skipped=\"1\" errors=\"0\" failures=\"1\"");
    has("<testsuite name=\"./b.nir\" tests=\"2\" skipped=\"0\" errors=\"2\" failures=\"0\"");
    has("<testcase name=\"48: run: @same(1) == 2\" classname=\"./a.nir\"");
    has("<failure message=\"expected 2, got 1\">expected 2, got 1</failure>");
    has("<error message=\"NATIVE_IR_TYPE/undefined-value: ");
    has("<skipped message=\"");
    assert!(!output.out.contains("c.nir"));
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    for index in 0..40 {
        let call = if index % 3 == 0 { "@same(1) == 2" } else { "@same(1) == 1" };
        folder.write(&format!("{index:02}.nir"), format!("{X86}{}\n;! run: {call}\n", FAILING.trim_start()));
    }
    let one = folder.nir(&["test", "--threads", "1", "."]);
    let four = folder.nir(&["test", "--threads", "4", "."]);
    assert_eq!((one.status, &one.out), (1, &four.out));
    assert!(one.out.ends_with("40 calls in 40 files: 26 passed, 14 failed (vm, checked memory)\n"), "{}", one.out);
}
