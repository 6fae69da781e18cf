//! Random signatures in both directions against C: what C passes, our functions find, and what we pass, C's functions
//! find; so with results.
//!
//! On x86-64 the program runs here, on a Cortex-M0 in QEMU, linked by GNU ld. The same values travel both ways. A program in C fills a structure with random bytes, calls, and compares what the
//! callee stored in another; see [`signature`].

mod c;
#[path = "../common/mod.rs"]
mod common;
mod ir;
mod signature;

use artifact::Artifact;
use certify::Certified;
use codegen::Options;
use common::{artifact, run};
use elf::{Unit, object};
use generate::Source;
use signature::{Machine, Signature};
use std::process::Command;
use std::sync::OnceLock;
use verifier::verify_text;

/// Signatures in one program.
const BATCH: usize = 250;

/// Where seeds begin: `SEED`, for other signatures than the usual ones.
fn first_seed() -> u64 {
    std::env::var("SEED").map_or(0, |text| text.parse().expect("SEED is a number"))
}

/// Makes a program of both halves and runs it.
fn check(seed: u64, compiler: &str, level: &str) {
    // What follows an i128 that does not fit the last register goes to that register in the psABI and in gcc; not in
    // clang 19.
    let machine = Machine::X86_64 { splits: compiler == "gcc" };
    let mut random = Source::from_seed(seed);
    let signatures: Vec<Signature> =
        (0..BATCH).map(|index| Signature::random(index, machine, &mut random)).collect();
    let text = ir::module(machine, &signatures);
    let report = verify_text(text.as_bytes(), &verifier::Options::default());
    let module = report.module.unwrap_or_else(|| panic!("{:#?}\n{text}", report.diagnostics));
    let library = runtime::module(&module.envelope.target).expect("there is one");
    let [own, helpers] = [&module, library].map(|module| artifact(module, &Options::default()));
    let library = [Unit { module: library, artifact: &helpers }];
    let bytes = object(Unit { module: &module, artifact: &own }, &library, None).expect("it can be written");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("the folder can be written");
    };
    write("made.o", &bytes);
    write("main.c", c::program(machine, &signatures).as_bytes());
    run(folder.path(), compiler, &["-w", level, "-no-pie", "main.c", "made.o", "-o", "program"]);
    let told = Command::new("./program").current_dir(folder.path()).output().expect("it can be executed");
    let lines = String::from_utf8_lossy(&told.stdout).into_owned();
    let failed = |line: &str| signatures.get(line.split_whitespace().next()?.parse::<usize>().ok()?);
    let first = lines
        .lines()
        .find_map(failed)
        .map(|signature| format!("{}\n{}", ir::functions(signature), c::functions(signature)));
    assert!(
        told.status.success(),
        "seed {seed}, {compiler} {level}, {}: {lines}\n{}",
        told.status,
        first.unwrap_or_default()
    );
    assert_eq!(lines, format!("{BATCH} signatures\n"));
}

#[test]
fn gcc_and_we_agree() {
    for (seed, level) in [(1, "-O0"), (2, "-O1"), (3, "-O2"), (4, "-O2")] {
        check(first_seed() + seed, "gcc", level);
    }
}

#[test]
fn clang_and_we_agree() {
    for (seed, level) in [(5, "-O0"), (6, "-O1"), (7, "-O2"), (8, "-O2")] {
        check(first_seed() + seed, "clang-19", level);
    }
}

/// Signatures for each compiler and level on the Cortex-M0.
const ARM: usize = 60;

/// Bytes of RAM for their structures, of 16 KiB.
const RAM: u64 = 10 << 10;

/// Where the linker puts what. QEMU fills RAM from the file.
const SCRIPT: &str = "\
MEMORY { flash : ORIGIN = 0, LENGTH = 256K ram : ORIGIN = 0x20000000, LENGTH = 16K }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > flash
  .ARM.exidx : { *(.ARM.exidx*) } > flash
  .data : { *(.data*) } > ram
  .bss : { *(.bss*) *(COMMON) } > ram
}
";

/// The helpers for the Cortex-M0, compiled once.
fn arm_library() -> Unit<'static> {
    static LIBRARY: OnceLock<Certified<Artifact>> = OnceLock::new();
    let module = runtime::module("sim-cortex-m0").expect("there is one");
    Unit { module, artifact: LIBRARY.get_or_init(|| artifact(module, &Options::default())) }
}

/// Makes programs of both halves, as many signatures in one as its RAM holds, and runs them in QEMU.
fn check_arm(seed: u64, compile: &[&str], level: &str) {
    let mut random = Source::from_seed(seed);
    let all: Vec<Signature> =
        (0..ARM).map(|index| Signature::random(index, Machine::CortexM0, &mut random)).collect();
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let mut sum = 0;
        let fits = |signature: &&Signature| {
            sum += signature.bytes();
            sum <= RAM
        };
        let many = rest.iter().take_while(fits).count().max(1);
        let (batch, behind) = rest.split_at(many);
        check_arm_batch(seed, compile, level, batch);
        rest = behind;
    }
}

fn check_arm_batch(seed: u64, compile: &[&str], level: &str, signatures: &[Signature]) {
    let text = ir::module(Machine::CortexM0, signatures);
    let report = verify_text(text.as_bytes(), &verifier::Options::default());
    let module = report.module.unwrap_or_else(|| panic!("{:#?}\n{text}", report.diagnostics));
    let own = artifact(&module, &Options::default());
    let bytes =
        object(Unit { module: &module, artifact: &own }, &[arm_library()], None).expect("it can be written");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("the folder can be written");
    };
    write("made.o", &bytes);
    write("main.c", c::program(Machine::CortexM0, signatures).as_bytes());
    write("link.ld", SCRIPT.as_bytes());
    let (compiler, options) = compile.split_first().expect("a compiler");
    run(folder.path(), compiler, &[options, &["-w", level, "-ffreestanding", "-c", "main.c"]].concat());
    let link =
        ["-mcpu=cortex-m0", "-mthumb", "-nostdlib", "-T", "link.ld", "main.o", "made.o", "-lgcc", "-o", "program"];
    run(folder.path(), "arm-none-eabi-gcc", &link);
    let board = ["-M", "microbit", "-display", "none", "-monitor", "none", "-serial", "none", "-icount", "0"];
    let host = ["-semihosting-config", "enable=on,target=native", "-kernel", "program"];
    let told = Command::new("timeout")
        .args(["30", "qemu-system-arm"])
        .args(board)
        .args(host)
        .current_dir(folder.path())
        .output()
        .expect("it can be executed; `make tools` installs it");
    let lines = String::from_utf8_lossy(&told.stderr).into_owned();
    let failed = |line: &str| {
        let index = line.split_whitespace().next()?.parse::<usize>().ok()?;
        signatures.iter().find(|signature| signature.index == index)
    };
    let first = lines.lines().find_map(failed);
    let first = first.map(|signature| format!("{}\n{}", ir::functions(signature), c::functions(signature)));
    let (status, first) = (told.status, first.unwrap_or_default());
    assert!(status.success(), "seed {seed}, {compiler} {level}, {status}: {lines}\n{first}");
    assert_eq!(lines, format!("{} signatures\n", signatures.len()));
}

#[test]
fn gcc_and_we_agree_on_arm() {
    for (seed, level) in [(11, "-O0"), (12, "-Os"), (13, "-O2")] {
        check_arm(first_seed() + seed, &["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"], level);
    }
}

#[test]
fn clang_and_we_agree_on_arm() {
    for (seed, level) in [(14, "-Oz"), (15, "-O2")] {
        check_arm(first_seed() + seed, &["clang-19", "--target=thumbv6m-none-eabi"], level);
    }
}
