//! Whole programs: compiled, linked and run, beside the same programs in the VM.

mod common;

use certify::Certified;
use codegen::Options;
use common::{artifact, execute, func, module, run};
use elf::{Debug, Executable, Unit, executable, host, hosted_object, link_command, object};
use native_ir::Module;
use std::process::Output;
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Outcome, Program, Vm};

/// A module with the code that the emitter makes.
struct Compiled<'a> {
    module: &'a Verified<Module>,
    artifact: Certified<artifact::Artifact>,
}

impl<'a> Compiled<'a> {
    fn new(module: &'a Verified<Module>) -> Compiled<'a> {
        Compiled { module, artifact: artifact(module, &Options::default()) }
    }

    fn unit(&self) -> Unit<'_> {
        Unit { module: self.module, artifact: &self.artifact }
    }
}

/// How a program is linked.
type Linker = fn(Unit<'_>, &[Unit<'_>], &Executable) -> Result<Vec<u8>, elf::Error>;

/// Links a program that begins with `@_start` by itself.
fn link(module: &Verified<Module>, options: impl FnOnce(&mut Executable)) -> Vec<u8> {
    link_by(executable, module, "_start", options)
}

fn link_by(
    linker: Linker,
    module: &Verified<Module>,
    entry: &str,
    options: impl FnOnce(&mut Executable),
) -> Vec<u8> {
    let host = host("x86_64-unknown-linux-elf").expect("the host runtime verifies");
    let program = Compiled::new(module);
    let library: Vec<Compiled<'_>> =
        runtime::module("x86_64-unknown-linux-elf").into_iter().chain([host]).map(Compiled::new).collect();
    let library: Vec<Unit<'_>> = library.iter().map(Compiled::unit).collect();
    let mut wanted = Executable::new(func(module, entry));
    options(&mut wanted);
    linker(program.unit(), &library, &wanted).expect("it can be written")
}

/// Links a program together with the C library, and runs it.
fn hosted(module: &Verified<Module>, entry: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = link_by(hosted_object, module, entry, |options| options.debug = Some(elf::DwarfVersion::V5));
    let (object, program) = (folder.path().join("made.o"), folder.path().join("program"));
    std::fs::write(&object, bytes).expect("the folder can be written");
    let warnings = ["-Wl,--fatal-warnings".into()];
    let output = link_command(&[&object], &program, &warnings).output().expect("there is a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::process::Command::new(&program).args(arguments).output().expect("it can be executed")
}

/// Links and runs a program that begins with `@_start`.
fn native(module: &Verified<Module>, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    execute(folder.path(), &link(module, |_| {}), arguments)
}

/// The report and the status of a trap in the VM.
fn reported(module: Verified<Module>) -> (String, i32) {
    let module = Arc::new(module);
    let entry = func(&module, "_start");
    let program = Program::new(module.clone(), &[entry], &Config::default()).expect("it runs in the VM");
    let mut vm = Vm::new(program, Host::default()).expect("there is memory");
    match vm.call(entry, &[]).expect("it has no arguments") {
        Outcome::Trapped(report) => {
            let status = native_ir::Contract::embedded().trap(report.trap).exit_status;
            (report.render(&module), i32::from(status))
        }
        other => panic!("{other:?}"),
    }
}

/// What a trap says must be what the VM says of it; gives that.
fn assert_reported_as_in_the_vm(module: Verified<Module>, output: &Output) -> String {
    let (report, status) = reported(module);
    assert_eq!(String::from_utf8_lossy(&output.stderr), report);
    assert_eq!(output.status.code(), Some(status));
    report
}

const WRITE: &str = "import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)\n";
const EXIT: &str = "import runtime @zero_exit : fn(i32) -> () effects(io)\n";

fn hello() -> String {
    format!(
        "{WRITE}data @text : array[i8,6] readonly = \"hello\\n\"\n\
         fn pub @_start() -> () effects(read, io) source=0 !1:1 {{\n^entry:\n\
         %array: ptr[static,array[i8,6]] = address @text !2:2\n\
         %text: ptr[static,i8] = cast %array !2:2\n\
         %bytes: ptr[generic,i8] = cast %text !2:2\n\
         %count: addr = call @zero_write(1, %bytes, 6) !3:3\n    return !4:4\n}}\n"
    )
}

#[test]
fn hello_and_exit_are_tiny() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = link(&module("hello", &hello()), |_| {});
    let output = execute(folder.path(), &bytes, &[]);
    assert_eq!((&output.stdout[..], output.status.code()), (&b"hello\n"[..], Some(0)));
    println!("hello: {} bytes", bytes.len());
    assert!(bytes.len() < 1000, "{} bytes", bytes.len());
    let exit = "fn pub @_start() -> (i32) source=0 !1:1 {\n^entry:\n    return 7 !2:2\n}\n";
    let bytes = link(&module("exit", exit), |_| {});
    assert_eq!(execute(folder.path(), &bytes, &[]).status.code(), Some(7));
    println!("exit: {} bytes", bytes.len());
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
    let (with, without) =
        (link(&module("divides", DIVIDES), |_| {}), |options: &mut Executable| options.reports = false);
    let without = link(&module("divides", DIVIDES), without);
    println!("a program that traps: {} bytes, {} without its reporter", with.len(), without.len());
    assert!(with.len() < 8500 && without.len() < 600, "{} {}", with.len(), without.len());
}

/// A program that divides by zero below a few calls, one of them inlined.
const DIVIDES: &str = "\
fn @divide(%a: i32, %b: i32) -> (i32) effects(trap) source=0 !1:1 {
^entry:
    %c: i32 = udiv %a, %b !2:13
    return %c !3:3
}

fn @middle(%a: i32) -> (i32) effects(trap) source=0 !5:1 {
    inlined 0 @gone !6:5
    inlined 1 @deeper !16:5 in=0
^entry:
    %b: i32 = call @divide(%a, 0) !26:7 inlined=1
    %c: i32 = iadd %b, 1 !7:7
    return %c !8:8
}

fn pub @_start() -> () effects(trap) source=0 !10:1 {
^entry:
    %a: i32 = call @middle(5) !11:15
    %b: i32 = udiv 1, %a !12:15
    return !13:3
}
";

#[test]
fn a_trap_is_reported_as_the_vm_does() {
    let output = native(&module("divides", DIVIDES), &[]);
    let report = assert_reported_as_in_the_vm(module("divides", DIVIDES), &output);
    assert_eq!(report.lines().count(), 6, "{report}");
}

/// The return address has moved up or down, and what was passed is gone, where the program traps.
const MOVES: &str = "\
fn @divides(%a: i64) -> (i64) abi=tail effects(trap) source=0 !1:1 {
^entry:
    %r: i64 = udiv 30, %a !2:5
    return %r !3:5
}
fn @fewer(%a0: i64, %a1: i64, %a2: i64, %a3: i64, %a4: i64, %a5: i64, %a6: i64, %a7: i64, %a8: i64) -> (i64) abi=tail effects(trap) source=0 !5:1 {
^entry:
    tail_call @divides(%a8) !6:5
}
fn @more(%a: i64) -> (i64) abi=tail effects(trap) source=0 !8:1 {
^entry:
    tail_call @fewer(1, 2, 3, 4, 5, 6, 7, 8, %a) !9:5
}
fn @middle(%a: i64) -> (i64) effects(trap) source=0 !11:1 {
^entry:
    %r: i64 = call @more(%a) !12:5
    %s: i64 = call @fewer(1, 2, 3, 4, 5, 6, 7, 8, %r) !13:5
    return %s !14:5
}
fn pub @_start() -> (i32) effects(trap) source=0 !21:1 {
^entry:
    %r: i64 = call @middle(ARGUMENT) !22:5
    %s: i32 = trunc %r !23:5
    return %s !24:5
}
";

#[test]
fn calls_are_reported_beyond_tail_calls_that_move_the_return_address() {
    for (argument, line) in [("0", 12), ("31", 13)] {
        let text = MOVES.replace("ARGUMENT", argument);
        let output = native(&module("moves", &text), &[]);
        let report = assert_reported_as_in_the_vm(module("moves", &text), &output);
        assert_eq!(report.lines().count(), 4, "{report}");
        assert!(report.contains(&format!("  at @middle (src/moves.zero:{line}:5)\n")), "{report}");
    }
}

#[test]
fn with_the_c_library_a_trap_is_reported_too() {
    let output = hosted(&module("divides", DIVIDES), "_start", &[]);
    assert_reported_as_in_the_vm(module("divides", DIVIDES), &output);
}

#[test]
fn a_program_may_use_the_c_library_and_the_runtime() {
    let text = format!(
        "{EXIT}\
import runtime @zero_argument_count : fn() -> (addr) effects(io)
import ffi @printf : fn(ptr[generic,i8], ...) -> (i32) effects(read, io)
import ffi @qsort : fn(ptr[generic,i8], i64, i64, ptr[code,fn(ptr[generic,i8], ptr[generic,i8]) -> (i32) effects(read)]) -> () effects(read, write, io)
data @format : array[i8,14] = \"%d %d %d, %s\\n\\0\"
data @numbers : array[i32,3] = [3, 1, 2]

fn native @compare(%a: ptr[generic,i8], %b: ptr[generic,i8]) -> (i32) effects(read) source=0 !1:1 {{
^entry:
    %x: i32 = load.i32 %a !2:3
    %y: i32 = load.i32 %b !2:3
    %r: i32 = isub %x, %y !2:3
    return %r !3:3
}}

; C's main: sorts three numbers, prints them and the first argument, and ends with the number of arguments.
fn pub native @main(%count: i32, %arguments: ptr[generic,i8]) -> (i32) effects(read, write, io) source=0 !5:1 {{
^entry:
    %array: ptr[static,array[i32,3]] = address @numbers !6:3
    %first: ptr[static,i32] = element %array, 0 !6:3
    %numbers: ptr[static,i8] = cast %first !6:3
    %base: ptr[generic,i8] = cast %numbers !6:3
    %compare: ptr[code,fn(ptr[generic,i8], ptr[generic,i8]) -> (i32) effects(read)] = address @compare !6:3
    call @qsort(%base, 3, 4, %compare) !6:3
    %format_array: ptr[static,array[i8,14]] = address @format !7:3
    %format_bytes: ptr[static,i8] = cast %format_array !7:3
    %format: ptr[generic,i8] = cast %format_bytes !7:3
    %second: ptr[static,i32] = element %array, 1 !7:3
    %third: ptr[static,i32] = element %array, 2 !7:3
    %a: i32 = load.i32 %first !7:3
    %b: i32 = load.i32 %second !7:3
    %c: i32 = load.i32 %third !7:3
    %argument_place: ptr[generic,i8] = offset %arguments, 8 !7:3
    %argument_cell: ptr[generic,ptr[generic,i8]] = cast %argument_place !7:3
    %argument: ptr[generic,i8] = load.ptr[generic,i8] %argument_cell !7:3
    %printed: i32 = call @printf(%format, %a, %b, %c, %argument) !8:3
    %given: addr = call @zero_argument_count() !9:3
    %given_number: i32 = addr_to_int %given !9:3
    %all: i32 = iadd %given_number, %count !9:3
    call @zero_exit(%all) !10:3
    return 1 !11:3
}}
"
    );
    let output = hosted(&module("sorts", &text), "main", &["one", "two"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 2 3, one\n");
    assert_eq!(output.status.code(), Some(5));
}

#[test]
fn of_a_deep_stack_both_ends_are_shown() {
    let text = "\
fn @down(%n: i64) -> (i64) effects(trap) source=0 !1:1 {
^entry:
    %end: i1 = icmp.eq %n, 0 !2:3
    branch %end, ^stop, ^on !2:3
^on:
    %less: i64 = isub %n, 1 !3:3
    %r: i64 = call @down(%less) !4:7
    %s: i64 = iadd %r, 1 !5:3
    return %s !5:3
^stop:
    trap assertion !6:9
}

fn pub @_start() -> () effects(trap) source=0 !8:1 {
^entry:
    %r: i64 = call @down(100) !9:3
    return !10:3
}
";
    let output = native(&module("deep", text), &[]);
    let report = assert_reported_as_in_the_vm(module("deep", text), &output);
    assert!(report.contains("  … 70 calls\n"), "{report}");
}

#[test]
fn the_end_of_the_stack_is_reported() {
    let text = "\
fn @down(%n: i64) -> (i64) effects(read, write) source=0 !1:1 {
    slot $big : array[i64,20]
^entry:
    %array: ptr[stack,array[i64,20]] = slot $big !2:3
    %cell: ptr[stack,i64] = element %array, 3 !2:3
    store.i64 %n, %cell !2:3
    %less: i64 = iadd %n, 1 !3:3
    %r: i64 = call @down(%less) !4:7
    %value: i64 = load.i64 %cell !4:9
    %s: i64 = iadd %r, %value !5:3
    return %s !5:3
}

fn pub @_start() -> () effects(read, write) source=0 !8:1 {
^entry:
    %r: i64 = call @down(0) !9:3
    return !10:3
}
";
    let output = native(&module("endless", text), &[]);
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(82), "{report}");
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[0], "trap: stack exhausted");
    assert_eq!(lines[2], "  at @down (src/endless.zero:4:7)");
    assert_eq!(lines[lines.len() - 1], "  at @_start (src/endless.zero:9:3)");
    assert_eq!(lines.len(), 34, "{report}");
}

/// What traps has its frame in the red zone.
const LEAF: &str = "\
fn @leaf(%a: i64, %at: i64) -> (i64) effects(read, write, trap) source=0 !1:1 {
    slot $s: array[i64,12]
^entry:
    %array: ptr[stack,array[i64,12]] = slot $s !2:3
    %cell: ptr[stack,i64] = element %array, %at !2:3
    store.i64 %a, %cell !3:3
    %value: i64 = load.i64 %cell !4:3
    %r: i64 = udiv 30, %value !5:3
    return %r !6:3
}
fn @middle(%a: i64) -> (i64) effects(read, write, trap) source=0 !11:1 {
^entry:
    %r: i64 = call @leaf(%a, 7) !12:5
    %s: i64 = iadd %r, 1 !13:5
    return %s !14:5
}
fn pub @_start() -> (i32) effects(read, write, trap) source=0 !21:1 {
^entry:
    %r: i64 = call @middle(0) !22:5
    %s: i32 = trunc %r !23:5
    return %s !24:5
}
";

#[test]
fn a_trap_in_the_red_zone_is_reported() {
    let output = native(&module("leaf", LEAF), &[]);
    let report = assert_reported_as_in_the_vm(module("leaf", LEAF), &output);
    assert_eq!(report.lines().count(), 4, "{report}");
}

#[test]
fn a_stray_access_is_reported() {
    let text = "\
fn @touch(%at: i64) -> (i64) effects(read, trap) source=0 !1:1 {
^entry:
    %place: addr = int_to_addr %at !2:3
    %pointer: ptr[generic,i64] = addr_to_ptr %place !2:3
    %value: i64 = load.i64 %pointer !2:9
    %quotient: i64 = udiv %value, %at !3:9
    return %quotient !4:3
}

fn pub @_start() -> () effects(read, trap) source=0 !8:1 {
^entry:
    %r: i64 = call @touch(24) !9:3
    return !10:3
}
";
    let output = native(&module("stray", text), &[]);
    let expected =
        "trap: access outside the object\n  at @touch (src/stray.zero:1:1)\n  at @_start (src/stray.zero:9:3)\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    assert_eq!(output.status.code(), Some(76));
}

#[test]
fn arguments_memory_and_input_come_from_the_host_runtime() {
    let text = format!(
        "{WRITE}{EXIT}\
import runtime @zero_argument_count : fn() -> (addr) effects(io)
import runtime @zero_argument_pointer : fn(addr) -> (ptr[generic,i8]) effects(io)
import runtime @zero_argument_length : fn(addr) -> (addr) effects(io)
import runtime @zero_alloc : fn(addr, addr) -> (ptr[generic,i8]) effects(alloc)
import runtime @zero_free : fn(ptr[generic,i8], addr, addr) -> () effects(alloc)

; Copies each argument into heap memory and writes it from there; the status is the number of arguments.
fn pub @_start() -> () effects(read, write, io, alloc) source=0 !1:1 {{
^entry:
    %count: addr = call @zero_argument_count() !2:1
    %all: i64 = addr_to_int %count !2:1
    jump ^next(0) !2:1
^next(%index: i64):
    %more: i1 = icmp.ult %index, %all !3:1
    branch %more, ^copy, ^done !3:1
^copy:
    %number: addr = int_to_addr %index !4:1
    %from: ptr[generic,i8] = call @zero_argument_pointer(%number) !4:1
    %length: addr = call @zero_argument_length(%number) !4:1
    %to: ptr[generic,i8] = call @zero_alloc(%length, 1) !4:1
    %bytes: i64 = addr_to_int %length !4:1
    jump ^byte(0) !4:1
^byte(%at: i64):
    %copying: i1 = icmp.ult %at, %bytes !4:1
    branch %copying, ^move, ^write !4:1
^move:
    %source: ptr[generic,i8] = offset %from, %at !4:1
    %byte: i8 = load.i8 %source !4:1
    %destination: ptr[generic,i8] = offset %to, %at !4:1
    store.i8 %byte, %destination !4:1
    %after: i64 = iadd %at, 1 !4:1
    jump ^byte(%after) !4:1
^write:
    %written: addr = call @zero_write(1, %to, %length) !4:1
    call @zero_free(%to, %length, 1) !4:1
    %following: i64 = iadd %index, 1 !5:1
    jump ^next(%following) !5:1
^done:
    %status: i32 = trunc %all !6:1
    call @zero_exit(%status) !6:1
    return !6:1
}}
"
    );
    let output = native(&module("arguments", &text), &["one, ", "", "three"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one, three");
    assert_eq!(output.status.code(), Some(3));
}

/// Allocates blocks of many sizes and alignments, fills each with its number, frees every other one, allocates those
/// again, and looks whether all have kept their bytes. The status tells what was wrong, 0 when nothing was.
const ALLOCATES: &str = "\
import runtime @zero_alloc : fn(addr, addr) -> (ptr[generic,i8]) effects(alloc)
import runtime @zero_free : fn(ptr[generic,i8], addr, addr) -> () effects(alloc)
data @blocks : array[ptr[generic,i8],600] = zero

fn @size(%n: i64) -> (addr) source=0 !1:1 {
^entry:
    %square: i64 = imul %n, %n !1:1
    %size: addr = int_to_addr %square !1:1
    return %size !1:1
}

fn @align(%n: i64) -> (addr) source=0 !2:1 {
^entry:
    %low: i64 = and %n, 31 !2:1
    %log: i64 = umin %low, 16 !2:1
    %align: i64 = shl 1, %log !2:1
    %result: addr = int_to_addr %align !2:1
    return %result !2:1
}

; Allocates and fills block n; 0 when it is well aligned.
fn @make(%n: i64) -> (i32) effects(read, write, alloc) source=0 !3:1 {
^entry:
    %size: addr = call @size(%n) !3:1
    %align: addr = call @align(%n) !3:1
    %block: ptr[generic,i8] = call @zero_alloc(%size, %align) !3:1
    %all: ptr[static,array[ptr[generic,i8],600]] = address @blocks !3:1
    %cell: ptr[static,ptr[generic,i8]] = element %all, %n !3:1
    store.ptr[generic,i8] %block, %cell !3:1
    %null: ptr[generic,i8] = null !3:1
    %none: i1 = icmp.eq %block, %null !3:1
    branch %none, ^wrong, ^check !3:1
^check:
    %place: addr = ptr_to_addr %block !3:1
    %number: i64 = addr_to_int %place !3:1
    %boundary: i64 = addr_to_int %align !3:1
    %mask: i64 = isub %boundary, 1 !3:1
    %rest: i64 = and %number, %mask !3:1
    %good: i1 = icmp.eq %rest, 0 !3:1
    %bytes: i64 = addr_to_int %size !3:1
    %byte: i8 = trunc %n !3:1
    branch %good, ^fill(0), ^wrong !3:1
^fill(%at: i64):
    %more: i1 = icmp.ult %at, %bytes !3:1
    branch %more, ^put, ^done !3:1
^put:
    %target: ptr[generic,i8] = offset %block, %at !3:1
    store.i8 %byte, %target !3:1
    %next: i64 = iadd %at, 1 !3:1
    jump ^fill(%next) !3:1
^done:
    return 0 !3:1
^wrong:
    return 1 !3:1
}

fn @free(%n: i64) -> () effects(read, alloc) source=0 !4:1 {
^entry:
    %size: addr = call @size(%n) !4:1
    %align: addr = call @align(%n) !4:1
    %all: ptr[static,array[ptr[generic,i8],600]] = address @blocks !4:1
    %cell: ptr[static,ptr[generic,i8]] = element %all, %n !4:1
    %block: ptr[generic,i8] = load.ptr[generic,i8] %cell !4:1
    call @zero_free(%block, %size, %align) !4:1
    return !4:1
}

; Whether block n has all its bytes: 0, or 2.
fn @intact(%n: i64) -> (i32) effects(read) source=0 !5:1 {
^entry:
    %size: addr = call @size(%n) !5:1
    %bytes: i64 = addr_to_int %size !5:1
    %all: ptr[static,array[ptr[generic,i8],600]] = address @blocks !5:1
    %cell: ptr[static,ptr[generic,i8]] = element %all, %n !5:1
    %block: ptr[generic,i8] = load.ptr[generic,i8] %cell !5:1
    %wanted: i8 = trunc %n !5:1
    jump ^next(0) !5:1
^next(%at: i64):
    %more: i1 = icmp.ult %at, %bytes !5:1
    branch %more, ^look, ^good !5:1
^look:
    %source: ptr[generic,i8] = offset %block, %at !5:1
    %byte: i8 = load.i8 %source !5:1
    %same: i1 = icmp.eq %byte, %wanted !5:1
    %following: i64 = iadd %at, 1 !5:1
    branch %same, ^next(%following), ^bad !5:1
^good:
    return 0 !5:1
^bad:
    return 2 !5:1
}

; For each n from a start on in steps: 0 makes, 1 frees, 2 looks.
fn @each(%start: i64, %step: i64, %what: i32) -> (i32) effects(read, write, alloc) source=0 !6:1 {
^entry:
    jump ^next(%start, 0) !6:1
^next(%n: i64, %wrong: i32):
    %more: i1 = icmp.ult %n, 600 !6:1
    branch %more, ^which, ^done !6:1
^which:
    switch %what, ^look, 0: ^make, 1: ^free !6:1
^make:
    %made: i32 = call @make(%n) !6:1
    jump ^on(%made) !6:1
^free:
    call @free(%n) !6:1
    jump ^on(0) !6:1
^look:
    %looked: i32 = call @intact(%n) !6:1
    jump ^on(%looked) !6:1
^on(%found: i32):
    %all: i32 = or %wrong, %found !6:1
    %following: i64 = iadd %n, %step !6:1
    jump ^next(%following, %all) !6:1
^done:
    return %wrong !6:1
}

fn pub @_start() -> (i32) effects(read, write, alloc) source=0 !7:1 {
^entry:
    %a: i32 = call @each(0, 1, 0) !7:1
    %b: i32 = call @each(0, 2, 1) !7:1
    %c: i32 = call @each(1, 2, 2) !7:1
    %d: i32 = call @each(0, 2, 0) !7:1
    %e: i32 = call @each(0, 1, 2) !7:1
    %ab: i32 = or %a, %b !7:1
    %cd: i32 = or %c, %d !7:1
    %abcd: i32 = or %ab, %cd !7:1
    %all: i32 = or %abcd, %e !7:1
    return %all !7:1
}
";

#[test]
fn heap_memory_is_aligned_and_kept_apart() {
    let output = native(&module("allocates", ALLOCATES), &[]);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr)), (Some(0), "".into()));
}

#[test]
fn a_compiled_object_links_with_c_and_unwinds() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "\
import ffi @back : fn(i32) -> (i32)

fn native @inner(%a: i32) -> (i32) source=0 !1:1 {
^entry:
    %b: i32 = call @back(%a) !2:3
    %c: i32 = iadd %b, %a !2:3
    return %c !3:3
}

fn pub native @outer(%a: i32) -> (i32) source=0 !5:1 {
^entry:
    %b: i32 = call @inner(%a) !6:3
    %c: i32 = iadd %b, 1 !7:3
    return %c !7:3
}
";
    let module = module("unwinds", text);
    let bytes = object(Compiled::new(&module).unit(), &[], Some(&Debug::default())).expect("it can be written");
    std::fs::write(folder.path().join("made.o"), bytes).expect("the folder can be written");
    let main = "
        #include <execinfo.h>
        #include <stdio.h>
        #include <string.h>
        int outer(int);
        int back(int a) {
            void *places[20];
            int depth = backtrace(places, 20);
            char **names = backtrace_symbols(places, depth);
            for (int i = 0; i < depth; i++) if (strstr(names[i], \"(main\")) printf(\"main is %d\\n\", i);
            return a + 1;
        }
        int main(void) { printf(\"%d\\n\", outer(5)); return 0; }";
    std::fs::write(folder.path().join("main.c"), main).expect("the folder can be written");
    run(folder.path(), "gcc", &["-rdynamic", "-no-pie", "main.c", "made.o", "-o", "program"]);
    let output = run(folder.path(), "./program", &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "main is 3\n12\n");
}

#[test]
fn position_independent_code_goes_into_a_shared_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "\
data pub @count : i32 = 40
data @step : i32 readonly = 2
data pub @places : array[ptr[static,i32],2] readonly = [@count, @step]

fn pub @next() -> (i32) effects(read, write) source=0 !1:1 {
^entry:
    %count: ptr[static,i32] = address @count !2:3
    %step: ptr[static,i32] = address @step !2:3
    %a: i32 = load.i32 %count !3:3
    %b: i32 = load.i32 %step !3:3
    %c: i32 = iadd %a, %b !3:3
    store.i32 %c, %count !4:3
    return %c !5:3
}
";
    let module = module("shared", text);
    let options = Options { relocation_model: artifact::RelocationModel::Pic, ..Options::default() };
    let artifact = artifact(&module, &options);
    let bytes = object(Unit { module: &module, artifact: &artifact }, &[], None).expect("it can be written");
    std::fs::write(folder.path().join("made.o"), bytes).expect("the folder can be written");
    run(folder.path(), "gcc", &["-shared", "-Wl,-z,text", "-Wl,--fatal-warnings", "made.o", "-o", "libmade.so"]);
    let main = "
        extern int next(void), count, *const places[2];
        int main(void) { count++; return !(next() == 43 && count == 43 && *places[0] == 43 && *places[1] == 2); }";
    std::fs::write(folder.path().join("main.c"), main).expect("the folder can be written");
    run(folder.path(), "gcc", &["main.c", "-L.", "-lmade", "-Wl,-rpath,$ORIGIN", "-o", "program"]);
    run(folder.path(), "./program", &[]);
}
