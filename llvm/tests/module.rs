//! What modules become: `module/*.ll`, each with its expectation in comments.
//!
//! | comment | meaning |
//! |---|---|
//! | `;= TEXT` | a line of the module of native IR is this text, blanks at its ends apart; such lines come in this order |
//! | `;! never: TEXT` | no line of the module has this text in it |
//! | `;! error: LINE RULE TEXT` | a diagnostic of this rule, at this line, has this text in its message or help; there are no others |
//! | `;! note: LINE TEXT` | a note of the report is at this line and has this text in it |
//! | `;! with: FILE` | this file is part of the program too |
//! | `;! target: TRIPLE`, `;! profile: NAME`, `;! registers: FILE` | the importer is asked for these |
//!
//! A module without errors has to verify.

use native_ir::registers::RegisterMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/module")
}

/// A file's path as it is shown, and its text.
fn input(name: &str) -> llvm::Input {
    let text = std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    llvm::Input { path: name.to_string(), text }
}

/// The rests of the comments that begin so.
fn comments<'t>(text: &'t str, start: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| line.trim_start().strip_prefix(start)).map(str::trim)
}

/// What is wrong with a fixture.
fn check(name: &str) -> Result<(), String> {
    let first = input(name);
    let text = String::from_utf8(first.text.clone()).map_err(|error| error.to_string())?;
    let mut inputs = vec![first];
    inputs.extend(comments(&text, ";! with:").map(input));
    let read_map = |name: &str| RegisterMap::read(name, &input(name).text);
    let map = comments(&text, ";! registers:").next().map(read_map).transpose();
    let map = map.map_err(|errors| format!("{errors:?}"))?;
    let word = |start| comments(&text, start).next().map(str::to_string);
    let options = llvm::Options {
        target: word(";! target:"),
        profile: word(";! profile:"),
        registers: map.as_ref(),
        ..llvm::Options::default()
    };
    match llvm::import(&inputs, &options) {
        Ok((module, report)) => check_module(&text, module, &report, map.as_ref()),
        Err(errors) => check_errors(&text, &errors),
    }
}

fn check_module(
    text: &str,
    module: native_ir::Module,
    report: &llvm::Report,
    registers: Option<&RegisterMap>,
) -> Result<(), String> {
    if let Some(error) = comments(text, ";! error:").next() {
        return Err(format!("there is no error, but {error} is expected"));
    }
    let printed = native_ir::text::print(&module);
    let options = verifier::Options { registers, ..verifier::Options::default() };
    if let Err(rejected) = verifier::verify(module, &options) {
        return Err(format!("{:#?}\n{printed}", rejected.diagnostics));
    }
    let mut lines = printed.lines().map(str::trim);
    for wanted in comments(text, ";=") {
        if !lines.any(|line| line == wanted) {
            return Err(format!("missing, or not in order: {wanted}\n{printed}"));
        }
    }
    if let Some(found) = comments(text, ";! never:").find(|text| printed.contains(text)) {
        return Err(format!("there is `{found}`\n{printed}"));
    }
    for note in comments(text, ";! note:") {
        let (line, part) = note.split_once(' ').unwrap_or((note, ""));
        let is = |note: &llvm::Note| note.place.line.to_string() == line && note.message.contains(part);
        if !report.notes.iter().any(is) {
            return Err(format!("no note is `{note}`: {:#?}", report.notes));
        }
    }
    Ok(())
}

fn check_errors(text: &str, errors: &[llvm::Diagnostic]) -> Result<(), String> {
    let wanted: Vec<Vec<&str>> = comments(text, ";! error:").map(|error| error.splitn(3, ' ').collect()).collect();
    let fits = |wanted: &[&str], error: &llvm::Diagnostic| {
        let said = format!("{} {}", error.message, error.help.as_deref().unwrap_or_default());
        error.place.line.to_string() == wanted[0] && error.rule == wanted[1] && said.contains(wanted[2])
    };
    let all = wanted.len() == errors.len()
        && wanted.iter().all(|wanted| errors.iter().any(|error| fits(wanted, error)))
        && errors.iter().all(|error| wanted.iter().any(|wanted| fits(wanted, error)));
    if all { Ok(()) } else { Err(format!("{errors:#?}")) }
}

#[test]
fn fixtures() {
    let files = std::fs::read_dir(folder()).expect("the fixtures are there");
    let names = files.map(|file| file.expect("the folder can be read").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".ll")).collect();
    names.sort();
    let wrong: Vec<String> =
        names.iter().filter_map(|name| check(name).err().map(|why| format!("{name}: {why}"))).collect();
    assert!(names.len() >= 20, "{} fixtures", names.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Calls with 64 addresses have instances of their own, one more is told.
#[test]
fn a_function_has_at_most_64_instances() {
    let mut text = "target datalayout = \"e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64\"\n\
         define internal void @f(ptr %p) {\n  store volatile i32 1, ptr %p, align 4\n  ret void\n}\n\
         define void @main() {\n"
        .to_string();
    for index in 0..65 {
        text += &format!("  call void @f(ptr inttoptr (i32 {} to ptr))\n", 0x4000_0000 + index * 4);
    }
    text += "  ret void\n}\n";
    let input = llvm::Input { path: "many.ll".to_string(), text: text.into_bytes() };
    let (module, report) = llvm::import(&[input], &llvm::Options::default()).expect("it has a place");
    assert_eq!((module.registers.len(), module.functions.len()), (64, 66));
    let told: Vec<&llvm::Note> =
        report.notes.iter().filter(|note| note.message.contains("more than 64")).collect();
    assert_eq!(told.iter().map(|note| note.place.line).collect::<Vec<_>>(), [71], "{told:?}");
    assert!(verifier::verify(module, &verifier::Options::default()).is_ok());
}

/// A function that calls itself with the next address does not go on without end.
#[test]
fn instances_of_a_recursive_function_end() {
    let text = "target datalayout = \"e-m:e-p:32:32-Fi8-i64:64-v128:64:128-a:0:32-n32-S64\"\n\
         define void @f(ptr %p) {\n  store volatile i32 1, ptr %p, align 4\n\
         \x20 %q = getelementptr i32, ptr %p, i32 1\n  call void @f(ptr %q)\n  ret void\n}\n\
         define void @main() {\n  call void @f(ptr inttoptr (i32 1073741824 to ptr))\n  ret void\n}\n";
    let input = llvm::Input { path: "deep.ll".to_string(), text: text.as_bytes().to_vec() };
    let (module, _) = llvm::import(&[input], &llvm::Options::default()).expect("it has a place");
    assert_eq!((module.registers.len(), module.functions.len()), (64, 66));
    assert!(verifier::verify(module, &verifier::Options::default()).is_ok());
}

/// A source that can be read has its own hash and length, unless the compiler saw another one.
#[test]
fn sources_are_read_and_hashed() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.c"), "one\ntwo\nthree").expect("it can be written");
    let own = Sha256::digest("one\ntwo\nthree");
    let hash: String = own.iter().map(|byte| format!("{byte:02x}")).collect();
    let module = |checksum: &str| {
        let text = format!(
            "target triple = \"x86_64-unknown-linux-gnu\"\n\
             define void @f() !dbg !3 {{\n  ret void, !dbg !4\n}}\n!llvm.dbg.cu = !{{!0}}\n\
             !0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1)\n\
             !1 = !DIFile(filename: \"a.c\", directory: \"{}\"{checksum})\n!2 = !DISubroutineType(types: !{{}})\n\
             !3 = distinct !DISubprogram(name: \"f\", scope: !1, file: !1, line: 1, type: !2, unit: !0)\n\
             !4 = !DILocation(line: 2, column: 1, scope: !3)\n",
            folder.path().display()
        );
        let input = llvm::Input { path: "a.ll".to_string(), text: text.into_bytes() };
        let options =
            llvm::Options { target: Some("x86_64-unknown-linux-elf".to_string()), ..llvm::Options::default() };
        let (module, _) = llvm::import(&[input], &options).expect("it has a place");
        let source = &module.sources[native_ir::Source::from_u32(0)];
        (source.sha256, source.lines)
    };
    assert_eq!(module(""), (Some(own.into()), 3));
    assert_eq!(module(&format!(", checksumkind: CSK_SHA256, checksum: \"{hash}\"")), (Some(own.into()), 3));
    let other = "00".repeat(32);
    let stale = module(&format!(", checksumkind: CSK_SHA256, checksum: \"{other}\""));
    assert_eq!(stale, (Some([0; 32]), 2));
}
