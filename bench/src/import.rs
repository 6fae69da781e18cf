//! What it costs to bring LLVM IR in: reading, lowering, verifying, on one thread.
//!
//! The input is one file: all kernels as clang writes them, a hundred times, with other names each time.

use crate::Plan;
use crate::measure::{Subject, cpu_seconds, interleave};
use crate::table;
use llvm::Input;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use verifier::Options;

const CLANG: &str = "clang-19";
const OPT: &str = "opt-19";

/// Measures and prints.
///
/// # Errors
/// A sentence: clang is missing, or refuses the kernels.
///
/// # Panics
/// When the kernels are not imported or do not verify, which would be a mistake in this program.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let copies = if plan.quick { 2 } else { 100 };
    let mut rows = Vec::new();
    for level in ["-O0", "-O1"] {
        let text = program(level, copies)?;
        let input = [Input { path: "kernels.ll".to_string(), text: text.into_bytes() }];
        rows.push(measure(level, &input, plan));
    }
    let heading = "The front door: shares of the time, and the rate of the whole";
    let header =
        ["clang", "lines", "instructions", "read", "lower", "verify", "MB/s read", "million instructions/s"];
    table::print(heading, &header, rows);
    Ok(())
}

fn measure(level: &str, input: &[Input], plan: &Plan) -> Vec<String> {
    let options = llvm::Options::default();
    let (module, report) = llvm::import(input, &options).expect("the kernels are imported");
    let one = Options { threads: 1, ..Options::default() };
    let text = &input[0].text;
    let mut subjects = [
        Subject::new("read", 1, || llvm::read(0, text).expect("the kernels are read")),
        Subject::new("import", 1, || llvm::import(input, &options).expect("the kernels are imported")),
        Subject::timed("verify", 1, || {
            let module = module.clone();
            let start = cpu_seconds();
            let verified = verifier::verify(module, &one).expect("the kernels verify");
            let seconds = cpu_seconds() - start;
            drop(verified);
            seconds
        }),
    ];
    interleave(&mut subjects, plan.rounds.div_ceil(3));
    let [read, import, verify] = subjects.map(|subject| subject.median());
    let whole = import + verify;
    let share = |seconds: f64| format!("{:.0} %", 100.0 * seconds / whole);
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    vec![
        level.to_string(),
        lines.to_string(),
        report.instructions.to_string(),
        share(read),
        share(import - read),
        share(verify),
        format!("{:.0}", text.len() as f64 / read / 1e6),
        format!("{:.2}", report.instructions as f64 / whole / 1e6),
    ]
}

/// One file of all kernels, so many times each.
pub(crate) fn program(level: &str, copies: usize) -> Result<String, String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../kernels"));
    let files = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<_> = files.filter_map(|file| file.ok().map(|file| file.path())).collect();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "c") && !path.ends_with("host.c"));
    names.sort();
    let (mut head, mut all, mut declared) = (String::new(), String::new(), Vec::new());
    for (number, path) in names.iter().enumerate() {
        let text = compile(path, level)?;
        if head.is_empty() {
            head =
                text.lines().filter(|line| line.starts_with("target ")).map(|line| format!("{line}\n")).collect();
        }
        let kept = kept(&text, &mut declared);
        for copy in 0..copies {
            rename(&kept, &format!(".{number}.{copy}"), &mut all);
        }
    }
    Ok(head + &declared.concat() + &all)
}

/// A kernel as LLVM IR.
pub(crate) fn one(level: &str, name: &str) -> Result<String, String> {
    compile(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../kernels")).join(format!("{name}.c")), level)
}

/// What clang writes at a level, or for `ssa` at `-O0` with variables in values.
fn compile(path: &Path, level: &str) -> Result<String, String> {
    const FLAGS: &str = "-ffreestanding -fno-builtin -ffp-contract=off -fno-stack-protector -fno-pic \
                         -fno-asynchronous-unwind-tables -fno-vectorize -fno-slp-vectorize -S -emit-llvm -o -";
    let mut command = Command::new(CLANG);
    match level {
        "ssa" => command.args(["-O0", "-Xclang", "-disable-O0-optnone"]),
        level => command.arg(level),
    };
    let text = output(command.args(FLAGS.split_whitespace()).arg(path), CLANG)?;
    match level {
        "ssa" => {
            let file = tempfile::NamedTempFile::new().map_err(|error| format!("no scratch file: {error}"))?;
            std::fs::write(file.path(), text).map_err(|error| error.to_string())?;
            output(Command::new(OPT).args(["-S", "-passes=mem2reg", "-o", "-"]).arg(file.path()), "llvm-19")
        }
        _ => Ok(text),
    }
}

/// What a command writes. The error names the package to install, or has what the command says.
fn output(command: &mut Command, package: &str) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{error}; apt-get install {package}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// The definitions, without what may stand in a file once and means nothing here: attributes and metadata. Types and
/// declarations go to a list of their own, each once.
fn kept(text: &str, declared: &mut Vec<String>) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line);
        let line = line.split(", !").next().unwrap_or(line);
        if line.starts_with("declare ") || line.starts_with("%struct") {
            let line = format!("{line}\n");
            if !declared.contains(&line) {
                declared.push(line);
            }
        } else if !line.starts_with(['!', ';'])
            && !["attributes", "target", "source_filename"].iter().any(|word| line.starts_with(word))
        {
            out += line;
            if line.starts_with("define ") && !line.ends_with('{') {
                out += " {";
            }
            out.push('\n');
        }
    }
    out
}

/// The text with another ending for each global name but those of intrinsics.
fn rename(text: &str, ending: &str, out: &mut String) {
    let mut parts = text.split('@');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "._$-".contains(c))).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let ending = if name.starts_with("llvm.") { "" } else { ending };
        let _ = write!(out, "@{name}{ending}{rest}");
    }
}
