//! Random signatures in both directions against C: what C passes, our functions find, and what we pass, C's functions
//! find; so with results.
//!
//! The same values travel both ways. A program in C fills a structure with random bytes, calls, and compares what the
//! callee stored in another; see [`signature`]. Programs for x86-64 run here, those for Cortex-M0 on an emulated one.

mod c;
#[path = "../common/mod.rs"]
mod common;
mod ir;
mod signature;

use codegen::Options;
use common::{artifact, run};
use devices::Bus;
use elf::{Unit, object};
use emulator::cortex_m0::{Limits, Machine, Memory, SP, Stop};
use generate::Source;
use object::{Object, ObjectSegment, ObjectSymbol};
use signature::{CORTEX_M0, Scalars, Signature, X86_64};
use std::path::Path;
use std::process::Command;
use verifier::verify_text;

/// Signatures in one program.
const BATCH: usize = 250;

/// Where seeds begin: `SEED`, for other signatures than the usual ones.
fn first_seed() -> u64 {
    std::env::var("SEED").map_or(0, |text| text.parse().expect("SEED is a number"))
}

/// Random signatures, and an object of our half of them in a folder.
fn prepare(seed: u64, scalars: &Scalars, split: bool, envelope: &str, folder: &Path) -> Vec<Signature> {
    let mut random = Source::from_seed(seed);
    let signatures: Vec<Signature> =
        (0..BATCH).map(|index| Signature::random(index, scalars, split, &mut random)).collect();
    let text = ir::module(envelope, &signatures);
    let report = verify_text(text.as_bytes(), &verifier::Options::default());
    let module = report.module.unwrap_or_else(|| panic!("{:#?}\n{text}", report.diagnostics));
    let library = runtime::module(&module.envelope.target).expect("there is one");
    let [own, helpers] = [&module, library].map(|module| artifact(module, &Options::default()));
    let library = [Unit { module: library, artifact: &helpers }];
    let bytes = object(Unit { module: &module, artifact: &own }, &library, None).expect("it can be written");
    std::fs::write(folder.join("made.o"), &bytes).expect("the folder can be written");
    signatures
}

/// What a program gave is 0, or tells which signature failed.
fn judge(gave: u32, signatures: &[Signature], how: &str) {
    let Some(failed) = gave.checked_sub(1) else { return };
    let way = if failed & 1024 == 0 { "C calls us" } else { "we call C" };
    let signature = &signatures[(failed & 1023) as usize];
    panic!("{how}, {way}: byte {}\n{}\n{}", failed >> 11, ir::functions(signature), c::functions(signature));
}

/// Makes a program for x86-64 of both halves and runs it.
fn check(seed: u64, compiler: &str, level: &str) {
    // What follows an i128 that does not fit the last register goes to that register in the psABI and in gcc; not in
    // clang 19.
    let split = compiler == "gcc";
    let folder = tempfile::tempdir().expect("a folder");
    let seed = first_seed() + seed;
    let signatures = prepare(seed, &X86_64, split, &common::envelope("abi"), folder.path());
    let program = c::program("#include <string.h>\n", &signatures, c::MAIN);
    std::fs::write(folder.path().join("main.c"), program).expect("the folder can be written");
    run(folder.path(), compiler, &["-w", level, "-no-pie", "main.c", "made.o", "-o", "program"]);
    let told = Command::new("./program").current_dir(folder.path()).output().expect("it can be executed");
    let how = format!("seed {seed}, {compiler} {level}, {}", told.status);
    let gave = String::from_utf8_lossy(&told.stdout).parse().unwrap_or_else(|_| panic!("{how}: {told:?}"));
    judge(gave, &signatures, &how);
}

/// Makes a program for Cortex-M0 of both halves and runs it on an emulated one.
fn check_firmware(seed: u64, compiler: &[&str], level: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = first_seed() + seed;
    let signatures = prepare(seed, &CORTEX_M0, true, &common::thumb_envelope("abi"), folder.path());
    let program = c::program(c::LIBRARY, &signatures, "");
    std::fs::write(folder.path().join("main.c"), program).expect("the folder can be written");
    let options = ["-w", level, "-mcpu=cortex-m0", "-mthumb", "-ffreestanding", "-fno-builtin", "-c", "main.c"];
    run(folder.path(), compiler[0], &[&compiler[1..], &options].concat());
    let found = run(folder.path(), "arm-none-eabi-gcc", &["-mcpu=cortex-m0", "-print-libgcc-file-name"]);
    let libgcc = String::from_utf8_lossy(&found.stdout).trim().to_string();
    let places = ["-Ttext=0x1000", "-Tdata=0x20000000", "-e", "run"];
    let files = ["main.o", "made.o", &libgcc, "-o", "program"];
    run(folder.path(), "arm-none-eabi-ld", &[&places[..], &files].concat());
    let bytes = std::fs::read(folder.path().join("program")).expect("it is there");
    judge(emulate(&bytes), &signatures, &format!("seed {seed}, {} {level}", compiler[0]));
}

/// What the function `run` of an executable gives.
fn emulate(executable: &[u8]) -> u32 {
    const TOP: u32 = 0x2010_0000;
    let file = object::File::parse(executable).expect("an ELF file");
    let memory = |start, bytes, writable| Memory { start, bytes, writable };
    let memory = [memory(0, 1 << 20, false), memory(0x2000_0000, 1 << 20, true)];
    let mut machine = Machine::new(&memory, Bus::new()).expect("a machine");
    for segment in file.segments() {
        let bytes = segment.data().expect("its bytes");
        machine.load(segment.address() as u32, bytes).expect("there is memory");
    }
    machine.set_register(SP, TOP);
    let entry = file.symbols().find(|symbol| symbol.name() == Ok("run")).expect("it is there").address();
    let stop = machine.call(entry as u32, &Limits { instructions: Some(1 << 30), ..Limits::default() });
    assert_eq!(stop.expect("it runs"), Stop::Reached, "at {:#x}", machine.register(15));
    machine.register(0)
}

#[test]
fn gcc_and_we_agree() {
    for (seed, level) in [(1, "-O0"), (2, "-O1"), (3, "-O2"), (4, "-O2")] {
        check(seed, "gcc", level);
    }
}

#[test]
fn clang_and_we_agree() {
    for (seed, level) in [(5, "-O0"), (6, "-O1"), (7, "-O2"), (8, "-O2")] {
        check(seed, "clang-19", level);
    }
}

#[test]
fn gcc_for_arm_and_we_agree() {
    for (seed, level) in [(11, "-O0"), (12, "-O1"), (13, "-O2"), (14, "-Os")] {
        check_firmware(seed, &["arm-none-eabi-gcc"], level);
    }
}

#[test]
fn clang_for_arm_and_we_agree() {
    for (seed, level) in [(15, "-O0"), (16, "-Oz")] {
        check_firmware(seed, &["clang-19", "--target=thumbv6m-none-eabi"], level);
    }
}
