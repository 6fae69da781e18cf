//! Unwinding is right at every instruction: a program of ours and of C runs step by step, and at each instruction the
//! tables of its file must lead to every caller's frame, return address and preserved registers.
//!
//! What is true is known from the calls and returns that were seen ([`shadow`]); what the tables say is read by `gimli`
//! ([`tables`]); the program is run by [`common::trace`].

#[path = "../common/mod.rs"]
mod common;
mod shadow;
mod tables;

use codegen::Options;
use common::trace::{Registers, Traced};
use common::{artifact, module, run};
use elf::{Unit, object};
use shadow::Shadow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tables::{State, Tables};

/// Functions with saved registers and without, frames in the red zone and of several pages, arguments on the stack, aggregates in memory,
/// tail calls whose callees take as many, more and fewer bytes of arguments, status flags, jump tables and early returns.
const OURS: &str = include_str!("ours.nir");
/// What calls them and is called: without a C library, so that the program is short.
const THEIRS: &str = include_str!("theirs.c");

/// How often calls are unwound from the same instruction: loops that copy arguments are long.
const VISITS: u32 = 200;

/// The program of both, in a folder.
fn program(folder: &tempfile::TempDir) -> PathBuf {
    let ours = module("unwind", OURS);
    let library = runtime::module(&ours.envelope.target).expect("there is one");
    let [own, helpers] = [&ours, library].map(|module| artifact(module, &Options::default()));
    let units = [Unit { module: library, artifact: &helpers }];
    let bytes = object(Unit { module: &ours, artifact: &own }, &units, None).expect("it can be written");
    std::fs::write(folder.path().join("ours.o"), bytes).expect("the folder can be written");
    std::fs::write(folder.path().join("theirs.c"), THEIRS).expect("the folder can be written");
    let flags = ["-O1", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-static", "-nostdlib", "-no-pie"];
    run(folder.path(), "gcc", &[&flags[..], &["theirs.c", "ours.o", "-o", "program"]].concat());
    folder.path().join("program")
}

/// Unwinds all calls that are under way, and compares.
fn check(registers: Registers, shadow: &Shadow, tables: &Tables<'_>, traced: &Traced) {
    let mut state = State::at(registers);
    for (depth, caller) in shadow.callers().iter().rev().enumerate() {
        let from = tables.function_at(state.pc);
        let found = tables.caller(&state, depth > 0, traced);
        assert_eq!(
            found,
            Some(*caller),
            "from {from}, {depth} calls out of {}",
            tables.function_at(registers.pc())
        );
        state = *caller;
    }
}

#[test]
fn every_caller_is_found_from_every_instruction() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = program(&folder);
    let bytes = std::fs::read(&path).expect("it was written");
    let tables = Tables::read(&bytes);
    let mut traced = Traced::start(&path);
    let mut shadow = Shadow::default();
    let (mut seen, mut deepest) = (BTreeMap::new(), 0);
    loop {
        let before = traced.registers();
        deepest = deepest.max(shadow.callers().len());
        let visits = seen.entry(before.pc()).or_insert(0);
        *visits += 1;
        if *visits <= VISITS {
            check(before, &shadow, &tables, &traced);
        }
        if !traced.step() {
            break;
        }
        shadow.step(&before, &traced.registers(), &tables, &traced);
    }
    assert_eq!(traced.status(), Some(0));
    assert!(deepest > 8, "{deepest} calls");
    // The runtime library has more helpers than are used.
    let missed = tables.functions().filter(|(start, name)| !seen.contains_key(start) && !name.starts_with("__"));
    assert_eq!(missed.map(|(_, name)| name).collect::<Vec<_>>(), [""; 0]);
}
