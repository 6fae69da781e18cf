//! A handler of a signal leaves the red zone alone, and finds all callers from within a function that uses it.
//!
//! A program in C has the processor trap behind each instruction of functions that call nothing. The handler, on the
//! same stack, fills its own frame and looks for the callers by the tables of the object.

mod common;

use codegen::Options;
use common::{artifact, module, run};
use elf::{Unit, object};
use std::process::Command;

const OURS: &str = include_str!("unwind/ours.nir");
const THEIRS: &str = include_str!("signal.c");

#[test]
fn a_signal_finds_the_callers_and_changes_nothing() {
    let ours = module("signal", OURS);
    let library = runtime::module(&ours.envelope.target).expect("there is one");
    let [own, helpers] = [&ours, library].map(|module| artifact(module, &Options::default()));
    for name in ["slot_below", "spills_below", "tail_below"] {
        let func = common::func(&ours, name);
        let code = own.functions.iter().find(|code| code.func == func).expect("it has code");
        assert!(code.claim.frame.below > 0, "{name} uses the red zone");
    }
    let units = [Unit { module: library, artifact: &helpers }];
    let bytes = object(Unit { module: &ours, artifact: &own }, &units, None).expect("it can be written");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ours.o"), bytes).expect("the folder can be written");
    std::fs::write(folder.path().join("theirs.c"), THEIRS).expect("the folder can be written");
    run(folder.path(), "gcc", &["-O1", "-mno-red-zone", "-no-pie", "theirs.c", "ours.o", "-o", "program"]);
    let told = Command::new("./program").current_dir(folder.path()).output().expect("it can be executed");
    let lines = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{:?}: {lines}", told.status);
    let steps: Vec<u32> = lines.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    assert!(steps.len() == 3 && steps.iter().all(|&steps| steps > 30), "{lines}");
}
