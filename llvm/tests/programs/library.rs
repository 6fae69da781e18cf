//! The C library: natively it does what the host's does, and in the VM what it does natively.

use crate::clang::{Source, Target, Width, root, run};
use crate::machine::{End, Given, execute, import, interpret};
use std::process::Command;
use std::time::Duration;

#[test]
fn the_c_library_does_what_the_hosts_does_and_in_the_vm_too() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = root().join("tests/programs/c/library.c");
    let given = Given {
        arguments: vec!["one".to_string(), "and two".to_string()],
        input: b"a line\na line that is longer than the buffer of the program\nno end".to_vec(),
        ..Given::default()
    };
    let limit = Duration::from_secs(20);
    let host = folder.path().join("host");
    // The host's own headers and functions, and no functions that the compiler knows better.
    run(Command::new("clang-19")
        .args(["-w", "-O1", "-fno-builtin", "-D_GNU_SOURCE", "-o"])
        .args([&host, &file])
        .arg("-lm"))
    .unwrap_or_else(|error| panic!("{error}"));
    let expected = execute(&host, &given, limit).expect("the host's program runs");
    assert_eq!(expected.end, End::Status(42));
    assert!(expected.output.len() > 500_000);
    let source = Source { files: vec![file], library: true, ..Source::default() };
    for level in ["-O0", "-O2"] {
        let native =
            source.to_native(Width::Bits64, level, folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let native = execute(&native, &given, limit).expect("the program runs");
        assert_eq!(first_difference(&native.output, &expected.output), None, "natively, {level}");
        assert_eq!(native.end, expected.end);
    }
    let source = Source { files: [source.files, vec![root().join("libc/host/start.c")]].concat(), ..source };
    for level in ["-O0", "-O1", "-O2"] {
        let files = source.to_ir(Target::X86, level, folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let module = import(&files).unwrap_or_else(|error| panic!("{level}: {error}"));
        let run = interpret(&module, "_start", &[], &given);
        assert_eq!(run.end, expected.end, "{level}");
        assert_eq!(first_difference(&run.output, &expected.output), None, "in the VM, {level}");
    }
}

/// The first lines that differ, with their number.
fn first_difference(left: &[u8], right: &[u8]) -> Option<(usize, String, String)> {
    let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
    let (left, right) = (left.split(|&byte| byte == b'\n'), right.split(|&byte| byte == b'\n'));
    let mut lines =
        left.map(Some).chain(std::iter::repeat(None)).zip(right.map(Some).chain(std::iter::repeat(None)));
    let (at, (left, right)) =
        lines.by_ref().take_while(|lines| *lines != (None, None)).enumerate().find(|(_, (a, b))| a != b)?;
    Some((at + 1, left.map_or_else(String::new, text), right.map_or_else(String::new, text)))
}
