//! Debug information of compiled programs, as the tools of others read it: `llvm-dwarfdump`, gdb and lldb.

mod common;

use common::{Folder, X86};
use std::path::PathBuf;
use std::process::Command;

/// Runs a tool in the folder and gives its standard output. It must succeed.
fn tool(folder: &Folder, name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name).args(arguments).current_dir(folder.path("")).output();
    let output = output.unwrap_or_else(|error| panic!("{name} cannot be run, see `make tools`: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name} {arguments:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

fn build(folder: &Folder, arguments: &[&str]) {
    let output = folder.nir(&[&["build", "-g"], arguments].concat());
    assert_eq!((output.status, output.err.as_str()), (0, ""), "{arguments:?}");
}

/// The programs of the fixtures for x86-64.
fn programs() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with("-m0.nir"));
    paths.sort();
    assert!(paths.len() >= 10, "{paths:?}");
    paths
}

const VERSIONS: [&str; 2] = ["4", "5"];

#[test]
fn the_debug_information_of_all_programs_is_well_formed() {
    let folder = Folder::new();
    let mut files = Vec::new();
    for path in programs() {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for version in VERSIONS {
            for kind in ["obj", "exe"] {
                // What takes an argument cannot be a start, and becomes one here.
                let mut text = std::fs::read_to_string(&path).expect("a text");
                if !text.contains("@_start") {
                    text += &format!(
                        "\nfn pub @_start() -> (i32) effects(read, write, trap) source=0 !1:1 {{\n^entry:\n    \
                         %r: i32 = call @k_{name}(3) !1:1\n    return %r !1:1\n}}\n"
                    );
                }
                folder.write("program.nir", text);
                let file = format!("{name}-{version}.{kind}");
                build(&folder, &["program.nir", "--emit", kind, "--dwarf-version", version, "-o", &file]);
                files.push(file);
            }
        }
    }
    let mut arguments = vec!["--verify", "--error-display=full"];
    arguments.extend(files.iter().map(String::as_str));
    let told = tool(&folder, "llvm-dwarfdump-19", &arguments);
    assert_eq!(told.matches("No errors.").count(), files.len(), "{told}");
    assert!(!told.contains("warning:"), "{told}");
}

/// Functions whose lines have several instructions, at columns of their own, between a function of C and another. They
/// stand in two files.
const SHOP: &str = "\
source 1 \"till.zero\" lines=20
debugtype #int = base \"int\" signed bytes=4
import ffi @leaf : fn(i32) -> (i32)

fn native @middle(%a: i32) -> (i32) source=1 !1:3:1 {
^entry:
    %b: i32 = imul %a, %a !1:4:9
    %c: i32 = call @leaf(%b) !1:5:9
    %d: i32 = iadd %c, %b !1:6:9
    return %d !1:7:5
}

fn pub native @outer(%a: i32) -> (i32) source=0 !10:1 {
    variable \"sum\": #int = %sum !11:5
^entry:
    %sum: i32 = iadd %a, 1 !11:20
    %product: i32 = imul %a, %sum !11:32
    %both: i32 = isub %sum, %product !11:9
    %r: i32 = call @middle(%both) !12:9
    %s: i32 = iadd %r, %sum !13:14
    return %s !13:5
}
";

const MAIN: &str = "\
int outer(int);
int leaf(int a) {
  return a + 1;
}
int main(void) {
  return outer(3) != 133;
}
";

/// The program of both languages.
fn shop(version: &str) -> Folder {
    let folder = Folder::new();
    folder.write("shop.nir", X86.replace("sample.c", "shop.zero").trim_end().to_string() + "\n" + SHOP);
    folder.write("main.c", MAIN);
    build(&folder, &["shop.nir", "--emit", "obj", "--dwarf-version", version, "-o", "shop.o"]);
    tool(&folder, "gcc", &["-g", "-O0", "-no-pie", "main.c", "shop.o", "-o", "program"]);
    assert_eq!(tool(&folder, "./program", &[]), "");
    folder
}

#[test]
fn the_line_table_has_the_files_lines_and_columns_of_the_module() {
    for version in VERSIONS {
        let folder = shop(version);
        let told = tool(&folder, "llvm-dwarfdump-19", &["--debug-line", "shop.o"]);
        let names: Vec<(&str, &str)> = told
            .split("file_names[")
            .skip(1)
            .map(|file| (file.split(']').next().unwrap_or("").trim(), file.split('"').nth(1).unwrap_or("")))
            .collect();
        let name = |index: &str| names.iter().find(|(of, _)| *of == index).expect("a name of the file").1;
        // Address, line, column, file, …, flags.
        let rows = told.lines().filter(|line| line.starts_with("0x")).map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let flags = ["prologue_end", "end_sequence"].map(|flag| line.contains(flag));
            (name(cells[3]), cells[1].parse().expect("a line"), cells[2].parse().expect("a column"), flags)
        });
        let rows: Vec<(&str, u32, u32, [bool; 2])> = rows.collect();
        let (begin, body, end) = ([false, false], [true, false], [false, true]);
        let expected = [
            ("till.zero", 3, 1, begin),
            ("till.zero", 4, 9, body),
            ("till.zero", 5, 9, begin),
            ("till.zero", 6, 9, begin),
            ("till.zero", 7, 5, begin),
            ("till.zero", 7, 5, end),
            ("shop.zero", 10, 1, begin),
            ("shop.zero", 11, 20, body),
            ("shop.zero", 11, 32, begin),
            ("shop.zero", 11, 9, begin),
            ("shop.zero", 12, 9, begin),
            ("shop.zero", 13, 14, begin),
            ("shop.zero", 13, 5, begin),
            ("shop.zero", 13, 5, end),
        ];
        assert_eq!(rows, expected, "DWARF {version}: {told}");
        // A function ends where its rows do.
        let ends = told.lines().filter(|line| line.contains("end_sequence"));
        let ends: Vec<&str> = ends.filter_map(|line| line.split_whitespace().next()).collect();
        let functions = tool(&folder, "llvm-dwarfdump-19", &["--debug-info", "shop.o"]);
        let high = functions.lines().filter(|line| line.contains("DW_AT_high_pc"));
        let high: Vec<&str> = high.filter_map(|line| line.split(['(', ')']).nth(1)).collect();
        assert_eq!(high, ends, "DWARF {version}: {functions}");
    }
}

/// What must stand in a text, in this order.
fn assert_in_order(text: &str, expected: &[&str]) {
    let mut rest = text;
    for part in expected {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is missing or too early:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn gdb_stops_by_line_steps_and_shows_the_calls_of_both_languages() {
    let commands = [
        "break shop.zero:11",
        "run",
        "next",
        "print sum",
        "step",
        "step",
        "step",
        "step",
        "backtrace",
        "finish",
        "next",
        "backtrace",
        "continue",
    ];
    let mut arguments = vec!["-nx", "-batch"];
    commands.iter().for_each(|command| arguments.extend(["-ex", command]));
    arguments.push("./program");
    for version in VERSIONS {
        let told = tool(&shop(version), "gdb", &arguments);
        let expected = [
            "outer () at shop.zero:11\n",
            "12\tin shop.zero\n",
            "$1 = 4\n",
            "middle () at till.zero:3\n",
            "4\tin till.zero\n",
            "5\tin till.zero\n",
            "leaf (a=64) at main.c:3\n",
            "#0  leaf (a=64) at main.c:3\n",
            " in middle () at till.zero:5\n",
            " in outer () at shop.zero:12\n",
            " in main () at main.c:6\n",
            "Value returned is $2 = 65\n",
            "6\tin till.zero\n",
            "#0  middle () at till.zero:6\n",
            " in outer () at shop.zero:12\n",
            " in main () at main.c:6\n",
            "exited normally]\n",
        ];
        assert_in_order(&told, &expected);
    }
}

#[test]
fn lldb_stops_by_line_and_column_and_shows_the_calls_of_both_languages() {
    let commands = [
        // Not every machine lets a debugger turn that off.
        "settings set target.disable-aslr false",
        "breakpoint set --file shop.zero --line 11 --column 32",
        "breakpoint set --file shop.zero --line 11 --column 9",
        "breakpoint set --file shop.zero --line 13 --column 14",
        "breakpoint set --name leaf",
        "run",
        "continue",
        "continue",
        "bt",
        "continue",
        "frame variable",
        "continue",
    ];
    let mut arguments = vec!["--no-lldbinit", "--batch"];
    commands.iter().for_each(|command| arguments.extend(["-o", command]));
    arguments.push("./program");
    for version in VERSIONS {
        let told = tool(&shop(version), "lldb-19", &arguments);
        let expected = [
            "Breakpoint 1: where = program`outer + 4 at shop.zero:11:32,",
            "Breakpoint 2: where = program`outer + 7 at shop.zero:11:9,",
            "Breakpoint 3: where = program`outer + 20 at shop.zero:13:14,",
            "stop reason = breakpoint 1.1\n",
            "program`outer at shop.zero:11:32\n",
            "stop reason = breakpoint 2.1\n",
            "program`outer at shop.zero:11:9\n",
            "stop reason = breakpoint 4.1\n",
            "frame #0: ",
            "program`leaf(a=64) at main.c:3:12\n",
            "program`middle at till.zero:5:9\n",
            "program`outer at shop.zero:12:9\n",
            "program`main at main.c:6:10\n",
            "stop reason = breakpoint 3.1\n",
            "program`outer at shop.zero:13:14\n",
            "(int) sum = 4\n",
            "exited with status = 0 ",
        ];
        assert_in_order(&told, &expected);
    }
}
