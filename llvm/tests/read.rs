//! The reader on the files of `tests/read`: what it makes of them, or what it says of them.
//!
//! A file says in comments what is expected: `; error: LINE:COLUMN RULE TEXT`, where TEXT begins the message, for each
//! diagnostic, in order; without any the file is read. `; dump` compares all that was read with a snapshot;
//! `; counts: FUNCTIONS BLOCKS INSTRUCTIONS` holds against it what LLVM itself counts in a file (`opt -passes=
//! 'print<func-properties>'`).

use llvm::Diagnostic;
use llvm::syntax::{Callee, GlobalKind, Module, Op, Record};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read");
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a fixture").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ll"));
    files.sort();
    files
}

fn comments<'t>(text: &'t str, what: &str) -> Vec<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix("; ")?.strip_prefix(what)).map(str::trim).collect()
}

#[test]
fn fixtures_are_read_as_they_say() {
    let mut failures = String::new();
    for path in fixtures() {
        let bytes = std::fs::read(&path).expect("a fixture can be read");
        let text = String::from_utf8_lossy(&bytes);
        let expected = comments(&text, "error:");
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let found = match llvm::read(0, &bytes) {
            Ok(module) => {
                let expected = comments(&text, "counts:");
                if !expected.is_empty() && expected != [counts(&module)] {
                    let _ = writeln!(failures, "{name}: expected counts {expected:?}, found {}", counts(&module));
                }
                if !comments(&text, "dump").is_empty() {
                    let mut settings = insta::Settings::clone_current();
                    settings.set_prepend_module_to_snapshot(false);
                    settings.set_snapshot_path("read/snapshots");
                    settings.set_omit_expression(true);
                    settings.bind(|| insta::assert_snapshot!(name.clone(), dump(&module)));
                }
                Vec::new()
            }
            Err(diagnostics) => diagnostics,
        };
        let line = |found: &Diagnostic| {
            format!("{}:{} {} {}", found.place.line, found.place.column, found.rule, found.message)
        };
        let found: Vec<String> = found.iter().map(line).collect();
        let fits = found.len() == expected.len()
            && found.iter().zip(&expected).all(|(found, start)| found.starts_with(start));
        if !fits {
            let _ = writeln!(failures, "{name}: expected\n{}\nfound\n{}\n", expected.join("\n"), found.join("\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// How many functions with bodies, blocks and instructions there are.
fn counts(module: &Module<'_>) -> String {
    let (mut functions, mut blocks, mut insts) = (0, 0, 0);
    for data in module.globals.values() {
        if let GlobalKind::Function(prototype) = &data.kind
            && let Some(body) = &prototype.body
        {
            functions += 1;
            blocks += body.blocks.len();
            insts += body.insts.len();
        }
    }
    format!("{functions} {blocks} {insts}")
}

/// All that a module holds, a line for each thing.
fn dump(module: &Module<'_>) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "{:?} {:?} {:?} {:?}", module.source_name, module.layout, module.triple, module.assembly);
    for index in 0..module.types.len() {
        let ty = llvm::syntax::Type::from_u32(index as u32);
        let _ = writeln!(out, "{ty} = {:?}", module.types.written(ty));
    }
    for (index, named) in module.types.named.iter().enumerate() {
        let _ = writeln!(out, "named {index} = {} {:?}", named.name, named.body);
    }
    for (constant, (ty, data)) in &module.constants.list {
        let _ = writeln!(out, "{constant} = {ty} {data:?}");
    }
    let _ = writeln!(out, "lists {:?}", module.constants.lists);
    let _ = writeln!(out, "bytes \"{}\"", module.constants.bytes.escape_ascii());
    for (global, data) in &module.globals {
        let place = data.place;
        let _ = writeln!(
            out,
            "{global} @{} {}:{} {:?}{}{} space {} section {:?} align {:?} debug {:?}",
            data.name,
            place.line,
            place.column,
            data.linkage,
            if data.hidden { " hidden" } else { "" },
            if data.thread_local { " thread_local" } else { "" },
            data.address_space,
            data.section,
            data.align,
            data.debug
        );
        match &data.kind {
            GlobalKind::Function(prototype) => dump_function(prototype, &mut out),
            kind => {
                let _ = writeln!(out, "  {kind:?}");
            }
        }
    }
    for (index, record) in module.metadata.nodes.iter().enumerate() {
        if !matches!(record, Record::Other) {
            let _ = writeln!(out, "!{index} = {record:?}");
        }
    }
    for (index, record) in module.metadata.inline.iter().enumerate() {
        let _ = writeln!(out, "!inline {index} = {record:?}");
    }
    let mut named: Vec<_> = module.metadata.named.iter().collect();
    named.sort();
    for (name, list) in named {
        let _ = writeln!(out, "!{name} = {list:?}");
    }
    out
}

fn dump_function(prototype: &llvm::syntax::Prototype<'_>, out: &mut String) {
    let _ =
        writeln!(out, "  {} convention {:?} {}", prototype.ty, prototype.convention, brief(&prototype.attributes));
    let _ = writeln!(out, "  result {}", brief(&prototype.result));
    for param in &prototype.params {
        let _ = writeln!(out, "  param {}", brief(param));
    }
    let Some(body) = &prototype.body else { return };
    let _ = writeln!(out, "  parameters {:?} names {:?}", body.parameters(), body.names);
    for (block, data) in &body.blocks {
        let _ = writeln!(out, "  {block} {}", data.name);
        for inst in data.insts() {
            let data = &body.insts[inst];
            let result = data.result.map(|local| format!("{local}: ")).unwrap_or_default();
            let _ = write!(
                out,
                "    {inst} {}:{} {result}{} {:?}",
                data.place.line, data.place.column, data.ty, data.inst
            );
            match data.inst {
                Op::Phi(list) => {
                    let _ = write!(out, " {:?}", &body.incoming[list.range()]);
                }
                Op::Switch(.., list) => {
                    let _ = write!(out, " {:?}", &body.cases[list.range()]);
                }
                Op::ElementPointer(_, list) => {
                    let _ = write!(out, " {:?}", body.list(list));
                }
                Op::ExtractValue(_, list) | Op::InsertValue(.., list) | Op::ShuffleVector(.., list) => {
                    let _ = write!(out, " {:?}", &body.indices[list.range()]);
                }
                Op::Call(call) => {
                    let call = &body.calls[call as usize];
                    match &call.callee {
                        Callee::Operand(operand) => {
                            let _ = write!(out, " {operand:?}");
                        }
                        Callee::Asm(asm) => {
                            let _ = write!(out, " {asm:?}");
                        }
                    }
                    let _ = write!(
                        out,
                        " {} {:?} {:?} {:?} {} {:?}",
                        call.ty,
                        call.convention,
                        call.tail,
                        body.list(call.args),
                        brief(&call.function),
                        call.bundle
                    );
                    let attributes = &body.attributes[call.attributes.range()];
                    for attributes in attributes.iter().chain([&call.result]) {
                        if *attributes != Default::default() {
                            let _ = write!(out, " {}", brief(attributes));
                        }
                    }
                }
                _ => {}
            }
            if let Some(node) = data.debug {
                let _ = write!(out, " !{}", node.0);
            }
            out.push('\n');
        }
    }
}

/// Attributes without those that are not there.
fn brief(attributes: &impl std::fmt::Debug) -> String {
    let all = format!("{attributes:?}");
    let fields = all.split_once('{').map_or("", |(_, fields)| fields.trim_matches(['{', '}', ' ']));
    let set: Vec<_> =
        fields.split(", ").filter(|field| !field.ends_with("false") && !field.ends_with("None")).collect();
    format!("{{{}}}", set.join(", "))
}

/// After a hundred errors nobody reads on.
#[test]
fn a_hundred_errors_are_enough() {
    let text = "@g = global i32 x\n".repeat(101);
    assert_eq!(llvm::read(0, text.as_bytes()).map_err(|errors| errors.len()).err(), Some(100));
}

/// Files that end anywhere, and bytes that are changed: an answer each time, and diagnostics at places in the text.
#[test]
fn damaged_text_never_ends_in_a_panic() {
    for path in fixtures() {
        let bytes = std::fs::read(&path).expect("a fixture can be read");
        // Some hundred places of each file.
        let step = bytes.len() / 400 + 1;
        for end in (0..bytes.len()).step_by(step) {
            check(&bytes[..end]);
        }
        let mut changed = bytes.clone();
        for at in (step / 2..bytes.len()).step_by(step) {
            let before = std::mem::replace(&mut changed[at], b"(}\"%9\n \0\xff"[at % 9]);
            check(&changed);
            changed[at] = before;
        }
    }
}

fn check(text: &[u8]) {
    if let Err(diagnostics) = llvm::read(3, text) {
        assert!(!diagnostics.is_empty() && diagnostics.len() <= 100, "{} diagnostics", diagnostics.len());
        let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
        for diagnostic in diagnostics {
            let line = lines.get(diagnostic.place.line as usize - 1);
            let inside = line.is_some_and(|line| usize::from(diagnostic.place.column) <= line.len() + 1);
            assert!(inside, "{diagnostic} is no place in the text");
            assert!(diagnostic.file == 3 && !diagnostic.message.is_empty());
        }
    }
}
