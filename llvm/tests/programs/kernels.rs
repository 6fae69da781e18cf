//! The kernels, as clang writes them at several levels, give their checksums.

use crate::clang::{Source, Target, root};
use crate::machine::{End, Given, Run, compiled, emulated, import, in_qemu, interpret};
use native_ir::Module;
use std::path::Path;
use std::sync::Arc;
use verifier::Verified;

/// A line of `checksums.txt`: a name, and a size with its checksum.
struct Expected {
    name: String,
    n: u128,
    sum: u128,
}

/// The sizes in a column: 1 for compiled code, 3 for emulators, 5 for interpreters.
fn expected(folder: &Path, column: usize) -> Vec<Expected> {
    let text = std::fs::read_to_string(folder.join("checksums.txt")).expect("there are checksums");
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |column: usize| fields.get(column)?.parse::<u128>().ok();
        Some(Expected { name: fields.first()?.to_string(), n: number(column)?, sum: number(column + 1)? })
    };
    text.lines().filter(|text| !text.starts_with('#')).filter_map(line).collect()
}

/// How a kernel is run.
type Engine = fn(&Arc<Verified<Module>>, &str, &[u128], &Given) -> Run;

fn check(target: Target, level: &str, column: usize, engine: Engine) {
    let kernels = root().join("../kernels");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let all = expected(&kernels, column);
    assert_eq!(all.len(), 16);
    for Expected { name, n, sum } in all {
        let source = Source { files: vec![kernels.join(format!("{name}.c"))], ..Source::default() };
        let files = source.to_ir(target, level, folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let module = import(&files).unwrap_or_else(|error| panic!("{name} {target} {level}: {error}"));
        let run = engine(&module, &format!("k_{name}"), &[n], &Given::default());
        assert_eq!(run.end, End::Status(sum), "{name} {target} {level}");
    }
}

#[test]
fn kernels_for_x86_64_give_their_checksums() {
    for level in ["-O0", "-O1", "-Os", "-O2"] {
        check(Target::X86, level, 5, interpret);
    }
}

#[test]
fn kernels_for_the_cortex_m0_give_their_checksums() {
    for level in ["-O0", "-O1", "-Os", "-O2"] {
        check(Target::M0, level, 3, interpret);
    }
}

#[test]
fn kernels_as_machine_code_give_their_checksums() {
    for level in ["-O0", "-O1", "-Os", "-O2"] {
        check(Target::X86, level, 1, compiled);
    }
}

#[test]
fn kernels_as_firmware_give_their_checksums() {
    for level in ["-O0", "-O1", "-Oz", "-O2"] {
        check(Target::M0, level, 3, emulated);
    }
}

#[test]
fn kernels_in_qemu_give_their_checksums() {
    check(Target::M0, "-Oz", 3, in_qemu);
}
