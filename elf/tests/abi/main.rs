//! Random signatures in both directions against C: what C passes, our functions find, and what we pass, C's functions
//! find; so with results.
//!
//! The same values travel both ways. A program in C fills a structure with random bytes, calls, and compares what the
//! callee stored in another; see [`signature`].

mod c;
#[path = "../common/mod.rs"]
mod common;
mod ir;
mod signature;

use codegen::Options;
use common::{artifact, run};
use elf::{Unit, object};
use generate::Source;
use signature::Signature;
use std::process::Command;
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
    let split = compiler == "gcc";
    let mut random = Source::from_seed(seed);
    let signatures: Vec<Signature> =
        (0..BATCH).map(|index| Signature::random(index, split, &mut random)).collect();
    let text = ir::module(&signatures);
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
    write("main.c", c::program(&signatures).as_bytes());
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
