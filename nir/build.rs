//! Embeds the fixtures that `nir explain` shows, so that the installed program needs no repository.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// Larger files are programs, in which nobody finds an example.
const LARGEST: u64 = 32 << 10;

fn main() {
    let root = Path::new("..");
    let table = root.join("native-ir/verification-cases.tsv");
    for path in ["build.rs", "../native-ir/verification-cases.tsv", "../fixtures"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let table = fs::read_to_string(&table).expect("the table of cases is part of the repository");
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let fixtures: BTreeSet<&str> = rows.filter_map(|row| row.split('\t').nth(1)).collect();
    let mut out = String::from(
        "/// Paths and texts of fixtures, in order of the paths.\nstatic FIXTURES: &[(&str, &str)] = &[\n",
    );
    for fixture in fixtures {
        let path = root.join(fixture);
        // A fixture that is missing, or is not text, is the gate's to report; it is no example.
        let small = fs::metadata(&path).is_ok_and(|data| data.len() <= LARGEST);
        if let (true, Ok(text)) = (small, fs::read_to_string(&path)) {
            writeln!(out, "    ({fixture:?}, {text:?}),").expect("writing to a string does not fail");
        }
    }
    out += "];\n";
    let path = Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("fixtures.rs");
    fs::write(path, out).expect("OUT_DIR is writable");
}
