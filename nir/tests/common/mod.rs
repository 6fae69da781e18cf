//! Running the program on files of a temporary folder.

#![allow(dead_code, reason = "each test file uses a part")]

use native_ir::contract::{TABLES, embedded_source};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Output {
    /// The lines of standard output as JSON.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// A temporary folder in which the program runs.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(TempDir::new().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text")
    }

    /// Runs the program here.
    pub(crate) fn nir(&self, arguments: &[&str]) -> Output {
        self.nir_with(arguments, b"")
    }

    /// Runs the program here with a standard input.
    pub(crate) fn nir_with(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nir"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A program that does not read its input closes it early.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        let output = child.wait_with_output().expect("the program ends");
        Output {
            status: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs the program here for at most so many seconds; the status is 124 when it was stopped then.
    pub(crate) fn nir_for(&self, seconds: &str, arguments: &[&str]) -> Output {
        let output = Command::new("timeout")
            .args([seconds, env!("CARGO_BIN_EXE_nir")])
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        Output {
            status: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Writes the built-in tables to `tables/`, with one cell changed.
    pub(crate) fn tables(&self, table: &str, key: &str, column: &str, cell: &str) {
        self.tables_with(table, |lines| {
            let header: Vec<&str> = lines[0].split('\t').collect();
            let column = header.iter().position(|name| *name == column).expect(column);
            let line = lines.iter_mut().find(|line| line.split('\t').next() == Some(key)).expect(key);
            let mut cells: Vec<&str> = line.split('\t').collect();
            cells[column] = cell;
            *line = cells.join("\t");
        });
    }

    /// Writes the built-in tables to `tables/`, with one table edited: its lines without comments.
    pub(crate) fn tables_with(&self, table: &str, edit: impl FnOnce(&mut Vec<String>)) {
        for name in TABLES {
            self.write(&format!("tables/{name}"), embedded_source(name).expect(name));
        }
        let text = self.read(&format!("tables/{table}"));
        let mut lines: Vec<String> =
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_string).collect();
        edit(&mut lines);
        self.write(&format!("tables/{table}"), lines.join("\n") + "\n");
    }
}

/// The envelope of a module for x86-64, eight lines with the empty one.
pub(crate) const X86: &str = r#"native-ir 1
module   sample
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "sample.c" lines=20

"#;

/// The envelope of a module for the Cortex-M0, eight lines with the empty one.
pub(crate) const M0: &str = r#"native-ir 1
module   sample
target   sim-cortex-m0
abi      zero-freestanding-v1
layout   "e-p:32:32-i64:64-f64:64-n32-S64"
profile  bare-metal
source   0 "sample.c" lines=20

"#;

/// A module in canonical form that verifies.
pub(crate) fn good() -> String {
    X86.to_string() + GOOD_FUNCTION
}

const GOOD_FUNCTION: &str = "\
fn pub @main(%a: i32, %b: i32) -> (i32) source=0 {
^entry:
    %sum: i32 = iadd %a, %b !1:1
    return %sum !2:1
}
";

/// The same with two mistakes: line 11 uses a value that does not exist, line 12 has no span.
pub(crate) fn bad() -> String {
    good().replace("%a, %b !1:1", "%a, %c !1:1").replace(" !2:1", "")
}

/// Functions that need nothing of a host.
pub(crate) const CALLS: &str = "\
fn pub @add(%a: i32, %b: i32) -> (i32) source=0 {
^entry:
    %sum: i32 = iadd %a, %b !1:1
    return %sum !1:1
}

fn pub @both(%a: i8, %b: f64, %p: ptr[heap,i8]) -> (i8, f64, ptr[heap,i8]) source=0 {
^entry:
    return %a, %b, %p !2:1
}

fn @hidden() -> () source=0 {
^entry:
    return !3:1
}

fn @divide(%a: i32, %b: i32) -> (i32) effects(trap) source=0 {
^entry:
    %q: i32 = sdiv %a, %b !4:9
    return %q !4:1
}

fn pub @outer(%a: i32) -> (i32) effects(trap) source=0 {
^entry:
    %q: i32 = call @divide(%a, 0) !5:7
    return %q !5:1
}

fn pub @forever() -> () source=0 {
^entry:
    jump ^entry2 !6:1
^entry2:
    jump ^entry2 !6:2
}
";

/// Functions that talk to a host: what they are given, what they read and write, how they end.
pub(crate) const HOSTED: &str = "\
import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
import runtime @zero_read : fn(i32, ptr[generic,i8], addr) -> (addr) effects(write, io)
import runtime @zero_exit : fn(i32) -> () effects(io)
import runtime @zero_argument_count : fn() -> (addr) effects(io)
import runtime @zero_argument_pointer : fn(addr) -> (ptr[generic,i8]) effects(io)
import runtime @zero_argument_length : fn(addr) -> (addr) effects(io)
data @buffer : array[i8,64] = zero

fn pub @main() -> (addr) effects(read, write, io) source=0 {
^entry:
    %count: addr = call @zero_argument_count() !1:1
    %first: ptr[generic,i8] = call @zero_argument_pointer(0) !1:2
    %length: addr = call @zero_argument_length(0) !1:3
    %n: addr = call @zero_write(1, %first, %length) !1:4
    return %count !1:5
}

fn pub @echo() -> () effects(read, write, io) source=0 {
^entry:
    %b: ptr[static,array[i8,64]] = address @buffer !2:1
    %p: ptr[generic,i8] = cast %b !2:1
    jump ^more !2:2
^more:
    %n: addr = call @zero_read(0, %p, 64) !2:3
    %end: i1 = icmp.eq %n, 0 !2:4
    branch %end, ^done, ^write !2:4
^write:
    %w: addr = call @zero_write(1, %p, %n) !2:5
    %e: addr = call @zero_write(2, %p, %n) !2:6
    jump ^more !2:7
^done:
    return !2:8
}

fn pub @leave(%status: i32) -> () effects(io, trap) source=0 {
^entry:
    call @zero_exit(%status) !3:1
    unreachable !3:2
}
";

/// The names in a folder, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
