//! Functions of a crate without the standard library give in the VM what they give as a part of this test.

use crate::clang::{root, run};
use crate::machine::{End, Given, import, interpret};
use std::process::Command;

#[path = "rust/functions.rs"]
#[expect(unsafe_code, reason = "names that are not mangled are attributes that the language calls unsafe")]
#[expect(unreachable_pub, reason = "the functions are what the other compilation of the file exports")]
mod functions;

type Function = extern "C" fn(u64) -> u64;

const FUNCTIONS: [(&str, Function); 5] = [
    ("calculator", functions::calculator),
    ("shapes", functions::shapes),
    ("wide", functions::wide),
    ("slices", functions::slices),
    ("arithmetic", functions::arithmetic),
];

const ARGUMENTS: [u64; 8] = [0, 1, 3, 255, 65_537, 0x7fff_ffff, 0x8000_0000, u64::MAX];

#[test]
fn rust_functions_give_what_they_give_natively() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let functions = root().join("tests/programs/rust/functions.rs");
    let text = std::fs::read_to_string(&functions).expect("the functions are there");
    let file = folder.path().join("functions.rs");
    std::fs::write(&file, format!("#![no_std]\n{text}")).expect("a file can be written");
    for level in ["0", "1", "2", "3", "s"] {
        let output = folder.path().join(format!("functions{level}.ll"));
        let mut command = Command::new("rustc");
        command.args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=llvm-ir",
            "--target=x86_64-unknown-linux-gnu",
        ]);
        command.args(["-Cpanic=abort", "-Ccodegen-units=1", "-Cno-vectorize-loops", "-Cno-vectorize-slp"]);
        command.args(["-Coverflow-checks=off", &format!("-Copt-level={level}"), "-o"]).arg(&output).arg(&file);
        run(&mut command).unwrap_or_else(|error| panic!("{error}"));
        let module = import(&[output]).unwrap_or_else(|error| panic!("{level}: {error}"));
        for (name, function) in FUNCTIONS {
            for argument in ARGUMENTS {
                let run = interpret(&module, name, &[argument.into()], &Given::default());
                assert_eq!(run.end, End::Status(function(argument).into()), "{name}({argument}) at level {level}");
            }
        }
        let element = |argument: u64| interpret(&module, "element", &[argument.into()], &Given::default()).end;
        assert_eq!(element(4), End::Status(functions::element(4).into()), "at level {level}");
        assert!(matches!(element(5), End::Stopped(text) if text.starts_with("trap: ")), "at level {level}");
    }
}
