//! The bound of the stack, beside real runs: no run goes below it, and one that goes the deepest way reaches it.
//!
//! A program is run instruction by instruction, and its stack pointer read before each: from the first of its entry to
//! the one behind its return. What it wrote below its stack pointer, in the red zone, is found by a pattern that it
//! replaced.

mod common;

use artifact::RelocationModel;
use certify::stack::{Part, StackBound, program_bound};
use common::trace::Traced;
use common::{Made, artifact};
use elf::{Executable, Unit, executable};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSymbol};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Bytes of the stack that get a pattern before the entry runs.
const FILLED: usize = 64 << 10;
/// The pattern, which no program here writes.
const PATTERN: u8 = 0xa5;

/// The bytes below its return address that an entry took, those of frames in the red zone as whole units of 16, to which
/// frames are aligned. `entry` is its address.
fn measure(program: &Path, entry: u64) -> u64 {
    let mut traced = Traced::start(program);
    let (mut top, mut lowest) = (None, u64::MAX);
    loop {
        let registers = traced.registers();
        if registers.pc() == entry && top.is_none() {
            top = Some(registers.stack());
            traced.write(registers.stack() - FILLED as u64, &[PATTERN; FILLED]);
        }
        // Once it has returned, what the start of the program does is not the entry's.
        if top.is_some_and(|top| registers.stack() > top) {
            break;
        }
        if top.is_some() {
            lowest = lowest.min(registers.stack());
        }
        assert!(traced.step(), "the entry returns");
    }
    let top = top.expect("the entry is run");
    let filled = traced.read(top - FILLED as u64, FILLED);
    let untouched = filled.iter().take_while(|&&byte| byte == PATTERN).count() as u64;
    lowest = lowest.min((top - FILLED as u64 + untouched) / 16 * 16);
    while traced.step() {}
    assert_eq!(traced.status(), Some(0), "the program ends well");
    top - lowest
}

/// The bound of a program that begins with `@_start`, and what a run of it takes.
fn both(text: &str) -> (StackBound, u64) {
    let program = Made::compiled("stack", text, RelocationModel::Static);
    let libraries = [runtime::module("x86_64-unknown-linux-elf"), elf::host("x86_64-unknown-linux-elf")]
        .map(|module| module.expect("a library"));
    let artifacts = libraries.map(|module| artifact(module, &codegen::Options::default()));
    let units: Vec<Unit<'_>> =
        libraries.iter().zip(&artifacts).map(|(module, artifact)| Unit { module, artifact }).collect();
    let entry = program.func("_start");
    let parts: Vec<Part<'_>> = units
        .iter()
        .chain([&program.unit()])
        .map(|unit| Part { module: unit.module, artifact: unit.artifact })
        .collect();
    let bound = program_bound(&parts, entry, &elf::stack_of);
    let options = Executable { symbols: true, ..Executable::new(entry) };
    let bytes = executable(program.unit(), &units, &options).expect("it can be written");
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let start = file.symbols().find(|symbol| symbol.name() == Ok("_start")).expect("a symbol");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("program");
    std::fs::write(&path, &bytes).expect("the folder can be written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("the file is ours");
    (bound, measure(&path, start.address()))
}

/// `@_start` calls `@work` with a number; the functions that it may call have frames of different sizes.
fn program(argument: i32, work: &str) -> String {
    format!(
        "data @table : ptr[code,fn(i32) -> (i32) effects(read, write)] = @large\n\
         fn @small(%n: i32) -> (i32) effects(read, write) !0:0 {{\nslot $a: array[i32,4] !0:0\n^entry:\n\
         %p: ptr[stack,array[i32,4]] = slot $a !0:0\n%q: ptr[stack,i32] = element %p, 1 !0:0\n\
         store.i32 %n, %q !0:0\n%r: i32 = load.i32 %q !0:0\nreturn %r !0:0\n}}\n\
         fn @large(%n: i32) -> (i32) effects(read, write) !0:0 {{\nslot $a: array[i32,100] !0:0\n^entry:\n\
         %p: ptr[stack,array[i32,100]] = slot $a !0:0\n%q: ptr[stack,i32] = element %p, 99 !0:0\n\
         store.i32 %n, %q !0:0\n%r: i32 = load.i32 %q !0:0\n%s: i32 = call @small(%r) !0:0\nreturn %s !0:0\n}}\n\
         {work}\n\
         fn pub @_start() -> (i32) effects(read, write, trap) !0:0 {{\n^entry:\n\
         %r: i32 = call @work({argument}) !0:0\n%s: i32 = imul %r, 0 !0:0\nreturn %s !0:0\n}}\n"
    )
}

const CHOICE: &str = "fn @work(%n: i32) -> (i32) effects(read, write) !0:0 {\n^entry:\n%c: i1 = icmp.eq %n, 1 !0:0\n\
    branch %c, ^deep, ^flat !0:0\n^deep:\n%a: i32 = call @large(%n) !0:0\nreturn %a !0:0\n^flat:\n\
    %b: i32 = call @small(%n) !0:0\nreturn %b !0:0\n}";

const POINTER: &str = "fn @work(%n: i32) -> (i32) effects(read, write) !0:0 {\n^entry:\n\
    %t: ptr[static,ptr[code,fn(i32) -> (i32) effects(read, write)]] = address @table !0:0\n\
    %f: ptr[code,fn(i32) -> (i32) effects(read, write)] = load.ptr[code,fn(i32) -> (i32) effects(read, write)] %t !0:0\n\
    %a: i32 = call_indirect %f(%n) !0:0\nreturn %a !0:0\n}";

/// A jump to itself, with a call on the way: as deep the thousandth time as the first.
const JUMPS: &str = "fn @work(%n: i32) -> (i32) effects(read, write) !0:0 {\n^entry:\n%a: i32 = call @small(%n) !0:0\n\
    %c: i1 = icmp.eq %a, 0 !0:0\nbranch %c, ^done, ^again !0:0\n^done:\nreturn %a !0:0\n^again:\n\
    %b: i32 = isub %a, 1 !0:0\ntail_call @work(%b) !0:0\n}";

/// Jumps that move the return address down and up again, by three arguments: at each place something is called.
const MOVES: &str = "fn @few(%n: i32) -> (i32) abi=tail effects(read, write) !0:0 {\n^entry:\n\
    %a: i32 = call @LAST(%n) !0:0\nreturn %a !0:0\n}\n\
    fn @many(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %f: i32, %g: i32, %h: i32, %n: i32) -> (i32) abi=tail \
    effects(read, write) !0:0 {\n^entry:\n%x: i32 = call @MIDDLE(%n) !0:0\ntail_call @few(%x) !0:0\n}\n\
    fn @more(%n: i32) -> (i32) abi=tail effects(read, write) !0:0 {\n^entry:\n%a: i32 = call @FIRST(%n) !0:0\n\
    tail_call @many(1, 2, 3, 4, 5, 6, 7, 8, %a) !0:0\n}\n\
    fn @work(%n: i32) -> (i32) effects(read, write) !0:0 {\n^entry:\n%r: i32 = call @more(%n) !0:0\n\
    %s: i32 = call @many(1, 2, 3, 4, 5, 6, 7, 8, %r) !0:0\nreturn %s !0:0\n}";

const HELPER: &str = "fn @work(%n: i32) -> (i32) effects(read, write, trap) !0:0 {\n^entry:\n%a: i128 = zext %n !0:0\n\
    %b: i128 = shl %a, 90 !0:0\n%c: i128 = udiv %b, %a !0:0\n%d: i32 = trunc %c !0:0\nreturn %d !0:0\n}";

#[test]
fn a_run_takes_what_the_bound_says() {
    for (argument, work) in [(1, CHOICE), (7, POINTER), (50, JUMPS)] {
        let (bound, taken) = both(&program(argument, work));
        assert_eq!(bound, StackBound::Bytes(taken), "{work}");
    }
}

#[test]
fn jumps_that_move_the_return_address_are_counted() {
    for deepest in ["FIRST", "MIDDLE", "LAST"] {
        let work = MOVES.replace(deepest, "large").replace("FIRST", "small");
        let work = work.replace("MIDDLE", "small").replace("LAST", "small");
        let (bound, taken) = both(&program(3, &work));
        assert_eq!(bound, StackBound::Bytes(taken), "{deepest}");
    }
}

#[test]
fn a_run_that_does_not_go_the_deepest_way_takes_less() {
    for (argument, work) in [(2, CHOICE), (3, HELPER)] {
        let (bound, taken) = both(&program(argument, work));
        let StackBound::Bytes(bound) = bound else { panic!("{bound:?}") };
        assert!(taken <= bound && taken > 0, "{taken} of {bound}: {work}");
    }
    let (StackBound::Bytes(deep), flat) = both(&program(2, CHOICE)) else { panic!("there is a bound") };
    assert!(flat + 400 < deep, "{flat} of {deep}");
}
