//! `nir import llvm`, and files of LLVM IR where a command takes a module.

mod common;

use common::Folder;

const LAYOUT: &str =
    "target datalayout = \"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128\"\n";

/// `main` gives the number of its arguments, the program's name counted, and writes the last one.
const MAIN: &str = "
declare i64 @zero_write(i32, ptr, i64)
declare i64 @length(ptr)

define i32 @main(i32 %count, ptr %arguments) {
  %last = sub i32 %count, 1
  %cell = getelementptr ptr, ptr %arguments, i32 %last
  %text = load ptr, ptr %cell
  %bytes = call i64 @length(ptr %text)
  %written = call i64 @zero_write(i32 1, ptr %text, i64 %bytes)
  ret i32 %count
}
";

const LENGTH: &str = "
define i64 @length(ptr %text) {
  br label %next
next:
  %n = phi i64 [ 0, %0 ], [ %more, %next ]
  %p = getelementptr i8, ptr %text, i64 %n
  %c = load i8, ptr %p
  %more = add i64 %n, 1
  %end = icmp eq i8 %c, 0
  br i1 %end, label %done, label %next
done:
  ret i64 %n
}
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("main.ll", format!("{LAYOUT}{MAIN}"));
    folder.write("length.ll", format!("{LAYOUT}{LENGTH}"));
    folder.write("whole.ll", format!("{LAYOUT}{}{LENGTH}", MAIN.replace("declare i64 @length(ptr)\n", "")));
    folder
}

#[test]
fn several_files_become_one_module_that_verifies_and_runs() {
    let folder = folder();
    let imported = folder.nir(&["import", "llvm", "main.ll", "length.ll", "-o", "program.nir"]);
    assert_eq!((imported.status, imported.out.as_str()), (0, ""), "{imported:?}");
    assert_eq!(folder.nir(&["check", "program.nir"]).status, 0);
    let run = folder.nir(&["run", "--memory-mode", "checked", "program.nir", "one", "two"]);
    assert_eq!((run.status, run.out.as_str()), (3, "two"), "{run:?}");
    let printed = folder.nir(&["import", "llvm", "main.ll", "length.ll", "--name", "other"]);
    assert!(printed.out.starts_with("native-ir 1\nmodule   other\n"), "{printed:?}");
}

#[test]
fn a_program_of_c_runs_at_once_and_as_bytecode() {
    let folder = folder();
    let run = folder.nir(&["run", "whole.ll", "word"]);
    assert_eq!((run.status, run.out.as_str()), (2, "word"), "{run:?}");
    let built = folder.nir(&["build", "main.ll", "length.ll", "--emit", "bytecode", "-o", "program.nirb"]);
    assert_eq!(built.status, 0, "{built:?}");
    let run = folder.nir(&["run", "program.nirb"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""), "{run:?}");
}

#[test]
fn what_is_refused_is_shown_at_its_place() {
    let folder = folder();
    folder.write("wide.ll", format!("{LAYOUT}define x86_fp80 @f(x86_fp80 %x) {{\n  ret x86_fp80 %x\n}}\n"));
    let refused = folder.nir(&["import", "llvm", "whole.ll", "wide.ll", "-o", "out.nir"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    for part in ["LLVM/type", "wide.ll:2:17", "x86_fp80", "in 2 files"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert!(!folder.path("out.nir").exists());
    assert_eq!(folder.nir(&["run", "wide.ll"]).status, 125);
    let missing = folder.nir(&["import", "llvm", "missing.ll"]);
    assert_eq!(missing.status, 2, "{missing:?}");
}

#[test]
fn accesses_that_stay_ordered_are_noted() {
    let folder = folder();
    let store = "define void @f(ptr %p) {\n  store volatile i32 1, ptr %p\n  ret void\n}\n";
    folder.write("volatile.ll", format!("{LAYOUT}{store}"));
    let imported = folder.nir(&["import", "llvm", "volatile.ll"]);
    assert_eq!(imported.status, 0, "{imported:?}");
    assert!(imported.err.contains("volatile.ll:3:3: note: "), "{}", imported.err);
    assert!(imported.out.contains("ordering=ordered"), "{}", imported.out);
}
