//! Every operation on scalars and vectors, at many widths and on edge values: what the importer makes of it gives in
//! the VM the bits that clang's own code gives.
//!
//! The cases are defined for all their inputs; where LLVM leaves a result open (the sign of a NaN, a shift by more
//! than the width), they do not look.

mod conversions;
mod floats;
mod integers;
mod program;

use devices::Bus;
use program::{Case, Surroundings};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

/// The bytes that the program writes when clang has compiled it.
fn native(name: &str, text: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source: PathBuf = folder.join(format!("{name}.ll"));
    let binary = folder.join(name);
    std::fs::write(&source, text).expect("the folder for tests' files is writable");
    let mut compile = Command::new("clang-19");
    compile.args(["-O0", "-w", "-x", "ir"]).arg(&source).arg("-o").arg(&binary).arg("-lm");
    let compile = compile.output().expect("this test needs clang-19: install the package `clang-19`");
    assert!(compile.status.success(), "{}", String::from_utf8_lossy(&compile.stderr));
    let run = Command::new(&binary).output().expect("the compiled program starts");
    assert!(run.status.success(), "the compiled program ends with {}", run.status);
    run.stdout
}

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that the program writes in the VM.
fn imported(name: &str, text: String) -> Vec<u8> {
    let input = llvm::Input { path: format!("{name}.ll"), text: text.into_bytes() };
    let (module, _) = llvm::import(&[input], &llvm::Options::default())
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>()));
    let verified = verifier::verify(module, &verifier::Options::default())
        .unwrap_or_else(|errors| panic!("{:#?}", &errors.diagnostics[..errors.diagnostics.len().min(5)]));
    let entry = verified
        .functions
        .iter()
        .find(|(_, function)| verified.symbol_name(function.symbol) == "program")
        .map(|(func, _)| func)
        .expect("the program has a function `program`");
    let config = Config { memory_mode: MemoryMode::Checked, ..Config::default() };
    let program = Program::new(Arc::new(verified), &[entry], &config).expect("the VM runs the module");
    let output = Capture::default();
    let host = Host { output: Box::new(output.clone()), bus: Bus::new(), ..Host::default() };
    let mut vm = Vm::new(program, host).expect("the machine starts");
    let outcome = vm.call(entry, &[]).expect("the entry can be called");
    assert!(matches!(outcome, Outcome::Returned(_)), "{outcome:?}");
    output.0.lock().expect("one thread").clone()
}

/// Runs the cases both ways and compares all results.
fn compare(name: &str, cases: &[Case], declarations: &[String]) {
    let expected = native(name, &program::text(cases, declarations, Surroundings::C));
    let actual = imported(name, program::text(cases, declarations, Surroundings::Runtime));
    let total: usize = cases.iter().map(Case::results).sum();
    assert_eq!(expected.len(), total * 16, "the compiled program writes all results");
    assert_eq!(actual.len(), total * 16, "the imported program writes all results");
    let mut pairs = expected.chunks_exact(16).zip(actual.chunks_exact(16));
    let mut differences = Vec::new();
    for case in cases {
        let of_case = pairs.by_ref().take(case.results()).enumerate();
        let wrong = of_case.filter(|(_, (expected, actual))| expected != actual);
        let number =
            |bytes: &[u8]| bytes.iter().rev().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
        differences.extend(wrong.map(|(result, (expected, actual))| {
            let inputs = case.inputs(result);
            format!("{} of {inputs:#x?}: {:#x}, not {:#x}", case.name, number(actual), number(expected))
        }));
    }
    let shown = differences.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {total} results differ:\n{shown}", differences.len());
}

#[test]
fn integers() {
    let (mut cases, mut declarations) = (Vec::new(), Vec::new());
    integers::cases(&mut cases, &mut declarations);
    compare("operations-integers", &cases, &declarations);
}

#[test]
fn conversions() {
    let (mut cases, mut declarations) = (Vec::new(), Vec::new());
    conversions::cases(&mut cases, &mut declarations);
    compare("operations-conversions", &cases, &declarations);
}

#[test]
fn floats() {
    let (mut cases, mut declarations) = (Vec::new(), Vec::new());
    floats::cases(&mut cases, &mut declarations);
    compare("operations-floats", &cases, &declarations);
}
