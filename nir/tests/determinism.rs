//! The same input gives the same file, whatever the folder, the time, the environment and the number of threads.

mod common;

use common::{Folder, X86};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Programs of the fixtures, what they begin with, and an argument.
const PROGRAMS: [(&str, &str); 5] =
    [("fib", "9"), ("mandel", "20"), ("sha256", "30"), ("strings", "4"), ("structs", "300")];

/// What is made of a program, by the ends of the command line.
const KINDS: [&[&str]; 4] = [
    &["--emit", "obj"],
    &["--emit", "obj", "-g"],
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

/// The program with the absolute path of its source, and a start of it.
fn write(folder: &Folder, place: &str, name: &str, argument: &str) -> PathBuf {
    let root = folder.path(place);
    let fixture = format!("{}/../fixtures/programs/{name}.nir", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(fixture).expect("the fixture is there");
    let absolute = format!("source   0 \"{}/", root.display());
    folder.write(&format!("{place}/{name}.nir"), text.replace("source   0 \"", &absolute));
    let effects = "effects(read, write, trap)";
    let start = format!(
        "import module @k_{name} : fn(i32) -> (i32) {effects}\n\
         fn pub @_start() -> (i32) {effects} source=0 !1:1 {{\n^entry:\n    \
         %r: i32 = call @k_{name}({argument}) !2:3\n    return %r !3:3\n}}\n"
    );
    let envelope = X86.replace("module   sample", "module   start").replace("source   0 \"", &absolute);
    folder.write(&format!("{place}/start.nir"), envelope + &start);
    root
}

fn build(root: &Path, name: &str, options: &[&str], environment: &[(&str, &str)]) -> Vec<u8> {
    let map = format!("{}=/src", root.display());
    let output = Command::new(env!("CARGO_BIN_EXE_nir"))
        .args(["build", "start.nir", &format!("{name}.nir"), "-o", "made", "--path-prefix-map", &map])
        .args(options)
        .current_dir(root)
        .env_remove("SOURCE_DATE_EPOCH")
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{name} {options:?}: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(root.join("made")).expect("it was written")
}

/// All files, in order.
fn built(circumstances: &Circumstances) -> Vec<(String, Vec<u8>)> {
    std::thread::sleep(circumstances.after);
    let folder = Folder::new();
    let mut all = Vec::new();
    for (name, argument) in PROGRAMS {
        let root = write(&folder, circumstances.folder, name, argument);
        for options in KINDS {
            let bytes = build(&root, name, options, circumstances.environment);
            let own = root.to_string_lossy().into_owned();
            assert!(!contains(&bytes, own.as_bytes()), "{name} {options:?} says where it was made");
            let debug = options.contains(&"-g");
            assert_eq!(debug, contains(&bytes, b"/src/kernels/"), "{name} {options:?}");
            all.push((format!("{name} {}", options.join(" ")), bytes));
        }
    }
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
