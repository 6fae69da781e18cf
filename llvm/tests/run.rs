//! Files of LLVM IR with known answers: `;! run: @f(2, 3) == 5` and `;! trap: @f(1) unreachable`, as in the fixtures of
//! native IR. Each call is made in the fast and in the checked mode of the virtual machine. `; error: LINE:COLUMN RULE`
//! names a diagnostic of a file that is refused; all of them are there, in their order.

use llvm::{Input, Options};
use native_ir::{Module, Trap, TypeKind};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

const FOLDERS: [&str; 2] = ["body", "run"];

fn fixtures() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files = Vec::new();
    for folder in FOLDERS {
        let entries = std::fs::read_dir(tests.join(folder)).expect("the fixtures are there");
        files.extend(entries.map(|entry| entry.expect("a fixture").path()));
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ll"));
    files.sort();
    files
}

/// What stands behind a mark at the beginning of lines.
fn marked<'t>(text: &'t str, mark: &str) -> Vec<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix(mark)).map(str::trim).collect()
}

#[test]
fn files_do_what_they_say() {
    let mut failures = String::new();
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).expect("a fixture can be read");
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        if let Err(message) = check(&name, &text) {
            let _ = writeln!(failures, "{name}: {message}");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn check(name: &str, text: &str) -> Result<(), String> {
    let input = Input { path: name.to_string(), text: text.as_bytes().to_vec() };
    let wanted = marked(text, "; error:");
    let module = match llvm::import(&[input], &Options::default()) {
        Ok((module, _)) => module,
        Err(errors) => {
            let found: Vec<String> =
                errors.iter().map(|e| format!("{}:{} {}", e.place.line, e.place.column, e.rule)).collect();
            let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return if found == wanted { Ok(()) } else { Err(messages.join("\n")) };
        }
    };
    if !wanted.is_empty() {
        return Err("nothing was refused".to_string());
    }
    let verified = verifier::verify(module, &verifier::Options::default()).map_err(|rejected| {
        let text = native_ir::text::print(&rejected.module);
        format!("{:?}\n{text}", rejected.diagnostics)
    })?;
    let module = Arc::new(verified);
    let (runs, traps) = (marked(text, ";! run:"), marked(text, ";! trap:"));
    if runs.is_empty() && traps.is_empty() {
        return Err("no directive".to_string());
    }
    let mut failures = String::new();
    for mode in [MemoryMode::Fast, MemoryMode::Checked] {
        let mut expect = |call: &str, wanted: &dyn Fn(&[TypeKind]) -> String| {
            let answer = run(&module, call, mode);
            let (found, kinds) = answer.unwrap_or_else(|message| (message, Vec::new()));
            let wanted = wanted(&kinds);
            if found != wanted {
                let _ = write!(failures, "\n    {mode:?}: @{call}: {found}, not {wanted}");
            }
        };
        for directive in &runs {
            let (call, result) = directive.split_once("==").unwrap_or((directive, ""));
            expect(call, &|kinds| format!("{:?}", result_bits(result.trim(), kinds)));
        }
        for directive in &traps {
            let (call, trap) = directive.rsplit_once(' ').expect("a call and a trap");
            expect(call, &|_| trap.to_string());
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn result_bits(result: &str, kinds: &[TypeKind]) -> Vec<u128> {
    if result.is_empty() { Vec::new() } else { kinds.iter().map(|&kind| bits(result, kind)).collect() }
}

/// The bits of a literal of a type.
fn bits(literal: &str, kind: TypeKind) -> u128 {
    match kind {
        TypeKind::F32 => literal.parse::<f32>().expect("a float").to_bits().into(),
        TypeKind::F64 => literal.parse::<f64>().expect("a float").to_bits().into(),
        _ => {
            let number = match literal.strip_prefix("0x") {
                Some(digits) => u128::from_str_radix(digits, 16).expect("hexadecimal digits"),
                None => literal.parse::<i128>().expect("a number") as u128,
            };
            let width = kind.bits(64).expect("a type of values");
            if width < 128 { number & ((1 << width) - 1) } else { number }
        }
    }
}

/// The outcome of a call as text, and the types of its results.
fn run(
    module: &Arc<verifier::Verified<Module>>,
    call: &str,
    memory_mode: MemoryMode,
) -> Result<(String, Vec<TypeKind>), String> {
    let (name, arguments) = call.trim().trim_start_matches('@').split_once('(').ok_or("no call")?;
    let arguments = arguments.trim().trim_end_matches(')');
    let mut functions = module.functions.iter();
    let found = functions.find(|(_, function)| module.symbol_name(function.symbol) == name);
    let (func, function) = found.ok_or("there is no such function")?;
    let ty = module.signature(function).ok_or("no type")?;
    let kind = |ty| module.types.kind(ty).unwrap_or(TypeKind::I64);
    let literals = arguments.split(',').map(str::trim).filter(|literal| !literal.is_empty());
    let arguments: Vec<u128> = literals.zip(&ty.params).map(|(text, param)| bits(text, kind(param.ty))).collect();
    let kinds = ty.results.iter().map(|result| kind(result.ty)).collect();
    let config = Config { memory_mode, ..Config::default() };
    let program = Program::new(module.clone(), &[func], &config).map_err(|errors| format!("{errors:?}"))?;
    let mut vm = Vm::new(program, Host::default()).map_err(|error| error.to_string())?;
    let outcome = vm.call(func, &arguments).map_err(|error| error.to_string())?;
    Ok(match outcome {
        Outcome::Returned(results) => (format!("{results:?}"), kinds),
        Outcome::Trapped(report) => (Trap::name(report.trap).to_string(), kinds),
        other => (format!("{other:?}"), kinds),
    })
}
