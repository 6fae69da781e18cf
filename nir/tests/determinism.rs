//! The same input gives the same file, whatever the folder, the time, the environment and the number of threads.

mod common;

use common::{Folder, X86};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Programs of the fixtures, what they begin with, and an argument.
const PROGRAMS: [(&str, &str); 5] =
    [("fib", "9"), ("mandel", "20"), ("sha256", "30"), ("strings", "4"), ("structs", "300")];

/// What is made of a program, by the ends of the command line.
const KINDS: [&[&str]; 5] = [
    &["--emit", "obj"],
    &["--emit", "obj", "-g"],
    &["--emit", "archive", "-g"],
    &["-g", "--dwarf-version", "4", "--certify", "--allow-recursion"],
    &["-g", "--relocation-model", "pic"],
];

/// Where, with what environment and how long after the one before.
struct Circumstances {
    folder: &'static str,
    environment: &'static [(&'static str, &'static str)],
    after: Duration,
}

const FIRST: Circumstances =
    Circumstances { folder: "a", environment: &[("RAYON_NUM_THREADS", "1")], after: Duration::ZERO };
// Times in files are mostly whole seconds.
const SECOND: Circumstances = Circumstances {
    folder: "elsewhere/with a long name/b",
    environment: &[
        ("RAYON_NUM_THREADS", "2"),
        ("SOURCE_DATE_EPOCH", "86400"),
        ("TZ", "Asia/Tokyo"),
        ("LC_ALL", "C"),
        ("USER", "somebody"),
    ],
    after: Duration::from_millis(1100),
};
const THIRD: Circumstances = Circumstances {
    folder: "b",
    environment: &[("RAYON_NUM_THREADS", "8"), ("SOURCE_DATE_EPOCH", "0")],
    after: Duration::ZERO,
};

/// A text of the fixtures.
fn fixture(name: &str) -> String {
    let path = format!("{}/../fixtures/programs/{name}.nir", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the fixture is there")
}

/// So many functions and instructions that several threads make and check their code, which a small program's is not
/// worth: each function is another, and `@k_large` calls them all.
fn large() -> String {
    let mut text = X86.replace("module   sample", "module   large").replace("sample.c", "kernels/large.c");
    let mut calls = String::new();
    for function in 0..80 {
        text += &format!("fn @f{function}(%a0: i32) -> (i32) source=0 {{\n^entry:\n");
        for inst in 0..100 {
            let constant = 1000 * function + inst;
            text += &format!("    %a{}: i32 = xor %a{inst}, {constant} !1:1\n", inst + 1);
        }
        text += "    return %a100 !1:1\n}\n";
        calls += &format!("    %a{}: i32 = call @f{function}(%a{function}) !2:2\n", function + 1);
    }
    let head = "fn pub @k_large(%a0: i32) -> (i32) effects(read, write, trap) source=0 {\n^entry:\n";
    text + head + &calls + "    return %a80 !3:3\n}\n"
}

/// A program that the C library's linker makes.
fn foreign() -> String {
    let code = "import ffi @abs : fn(i32) -> (i32)\nfn native pub @main() -> (i32) source=0 {\n^entry:\n    \
                %a: i32 = call @abs(-7) !1:1\n    return %a !1:1\n}\n";
    X86.replace("sample.c", "kernels/foreign.c") + code
}

/// The module with the absolute path of its source.
fn write(folder: &Folder, place: &str, name: &str, text: &str) {
    let absolute = format!("source   0 \"{}/", folder.path(place).display());
    folder.write(&format!("{place}/{name}.nir"), text.replace("source   0 \"", &absolute));
}

/// The start of a program.
fn start(name: &str, argument: &str) -> String {
    let effects = "effects(read, write, trap)";
    X86.replace("module   sample", "module   start")
        + &format!(
            "import module @k_{name} : fn(i32) -> (i32) {effects}\n\
             fn pub @_start() -> (i32) {effects} source=0 !1:1 {{\n^entry:\n    \
             %r: i32 = call @k_{name}({argument}) !2:3\n    return %r !3:3\n}}\n"
        )
}

fn build(root: &Path, files: &[&str], options: &[&str], environment: &[(&str, &str)]) -> Vec<u8> {
    let map = format!("{}=/src", root.display());
    let output = Command::new(env!("CARGO_BIN_EXE_nir"))
        .args(["build", "-o", "made", "--path-prefix-map", &map])
        .args(files)
        .args(options)
        .current_dir(root)
        .env_remove("SOURCE_DATE_EPOCH")
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{files:?} {options:?}: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(root.join("made")).expect("it was written")
}

/// All files, in order.
fn built(circumstances: &Circumstances) -> Vec<(String, Vec<u8>)> {
    std::thread::sleep(circumstances.after);
    let (folder, place) = (Folder::new(), circumstances.folder);
    let mut all = Vec::new();
    let mut make = |name: &str, files: &[&str], options: &[&str]| {
        let root = folder.path(place);
        let bytes = build(&root, files, options, circumstances.environment);
        assert!(!contains(&bytes, root.to_string_lossy().as_bytes()), "{name} {options:?} says where it was made");
        let debug = options.contains(&"-g");
        assert_eq!(debug, contains(&bytes, b"/src/kernels/"), "{name} {options:?}");
        all.push((format!("{name} {}", options.join(" ")), bytes));
    };
    for (name, argument) in PROGRAMS.into_iter().chain([("large", "5")]) {
        write(&folder, place, name, &if name == "large" { large() } else { fixture(name) });
        write(&folder, place, "start", &start(name, argument));
        for options in KINDS {
            make(name, &["start.nir", &format!("{name}.nir")], options);
        }
    }
    write(&folder, place, "foreign", &foreign());
    make("foreign", &["foreign.nir"], &["-g"]);
    all
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

#[test]
fn files_do_not_depend_on_folder_time_environment_or_threads() {
    let first = built(&FIRST);
    for other in [built(&SECOND), built(&THIRD)] {
        for ((what, bytes), (_, again)) in first.iter().zip(&other) {
            let at = bytes.iter().zip(again).position(|(a, b)| a != b);
            assert!(bytes == again, "{what}: {} and {} bytes, different from {at:?} on", bytes.len(), again.len());
        }
    }
}
