//! Random programs: csmith makes them, clang compiles them, and the VM has to print the checksum of the native program;
//! so does our machine code, in this process and as firmware, once the VM has come to an end.
//!
//! `make test` runs a slice of a minute; `make csmith PROGRAMS=2000 SEED=1` as many as one likes. What fails is kept in
//! `target/csmith/SEED/`, and `target/csmith/summary.txt` has the numbers.

use crate::clang::{Source, Target, Width, root, run};
use crate::machine::{End, Given, Run, compiled, emulated, execute, import, interpret};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a native program may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Seconds that csmith may take.
const PATIENCE: &str = "20";
/// Instructions that a program may take in the VM.
const FUEL: u64 = 1_000_000_000;
/// Instructions that it may take on an emulated Cortex-M0.
const EMULATED: u64 = 100_000_000;
/// How long the slice takes that is part of all tests.
const SLICE: Duration = Duration::from_secs(60);

const LEVELS: [&str; 3] = ["-O0", "-O1", "-O2"];

/// What may be refused: fields of bits that clang reads as one integer where a packed structure has many of them.
const REFUSED: &str = "LLVM/type: integers have at most 128 bits";

/// What csmith is asked for besides a seed; every program has volatile variables but those of one line.
const VARIETIES: [&[&str]; 8] = [
    &[],
    &["--float"],
    &["--builtins"],
    &["--max-funcs", "20", "--inline-function-prob", "20"],
    &[],
    &["--float", "--builtins", "--max-pointer-depth", "4"],
    &["--no-volatiles", "--max-array-dim", "2"],
    &["--max-struct-fields", "20", "--max-union-fields", "8", "--float"],
];

/// What became of a program in one form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    /// The VM does what the native program does.
    Same,
    /// Something took longer than its limit: what.
    Endless(&'static str),
    /// The importer takes it not: the first line of its diagnostics.
    Refused(String),
    /// The VM does something else, the importer panics, or the module does not verify: what.
    Different(String),
    /// As `Different`, but the program's behaviour is undefined, so nothing can be said of it.
    Undefined(String),
    /// No program to compare with: why.
    Missing(String),
}

impl Finding {
    fn is_failure(&self) -> bool {
        match self {
            Finding::Different(_) => true,
            Finding::Refused(why) => why != REFUSED,
            _ => false,
        }
    }
}

/// The findings of many programs.
#[derive(Default)]
struct Tally {
    programs: u64,
    findings: BTreeMap<Finding, Vec<String>>,
}

impl Tally {
    fn add(&mut self, seed: u64, findings: Vec<(String, Finding)>) {
        self.programs += 1;
        for (form, finding) in findings {
            self.findings.entry(finding).or_default().push(format!("{seed} {form}"));
        }
    }

    fn count(&self, wanted: impl Fn(&Finding) -> bool) -> usize {
        self.findings.iter().filter(|(finding, _)| wanted(finding)).map(|(_, places)| places.len()).sum()
    }

    fn failures(&self) -> usize {
        self.count(Finding::is_failure)
    }

    fn summary(&self) -> String {
        let same = self.count(|finding| *finding == Finding::Same);
        let endless = self.count(|finding| matches!(finding, Finding::Endless(_)));
        let refused = self.count(|finding| matches!(finding, Finding::Refused(_)));
        let different = self.count(|finding| matches!(finding, Finding::Different(_)));
        let undefined = self.count(|finding| matches!(finding, Finding::Undefined(_)));
        let missing = self.count(|finding| matches!(finding, Finding::Missing(_)));
        let mut text = format!(
            "{} programs: {same} runs the same, {different} different, {refused} refused, {endless} time-outs, \
             {undefined} different for undefined behaviour, {missing} without a native program\n",
            self.programs
        );
        for (finding, places) in self.findings.iter().filter(|(finding, _)| **finding != Finding::Same) {
            let _ = writeln!(text, "{} × {finding:?}: {}", places.len(), places.join(", "));
        }
        text
    }
}

/// Makes a program.
fn generate(seed: u64, folder: &Path) -> Result<Source, Finding> {
    let file = folder.join("program.c");
    let variety = VARIETIES[(seed % VARIETIES.len() as u64) as usize];
    let mut command = Command::new("timeout");
    command.arg(PATIENCE).args(["csmith", "--no-argc", "--seed", &seed.to_string(), "--output"]);
    command.arg(&file).args(variety).current_dir(folder);
    let status = command.output().map_err(|error| Finding::Missing(error.to_string()))?.status;
    match status.code() {
        Some(0) => {}
        Some(124) => return Err(Finding::Endless("csmith")),
        Some(127) => panic!("csmith cannot be run: install csmith"),
        _ => return Err(Finding::Missing("csmith fails".to_string())),
    }
    let headers = root().join("tests/programs/csmith");
    Ok(Source {
        files: vec![file],
        flags: vec![format!("-I{}", headers.display())],
        library: false,
        native: vec![headers.join("start.c")],
    })
}

/// What the native program does.
fn reference(source: &Source, width: Width, folder: &Path) -> Result<Run, Finding> {
    let program = source.to_native(width, "-O1", folder);
    let program =
        program.map_err(|error| Finding::Missing(error.lines().next().unwrap_or_default().to_string()))?;
    let run = execute(&program, &Given::default(), LIMIT).map_err(|error| Finding::Missing(error.to_string()))?;
    match run.end {
        End::Status(0) if run.output.starts_with(b"checksum = ") => Ok(run),
        End::Endless => Err(Finding::Endless("natively")),
        end => Err(Finding::Missing(format!("it ends with {end:?}"))),
    }
}

/// Whether a program's behaviour is undefined, as csmith's conversions of floats make it now and then: clang's sanitizer
/// stops it, or clang's own levels do not agree on what it prints.
fn is_undefined(source: &Source, folder: &Path) -> bool {
    let mut checked = source.clone();
    checked.flags.extend(["-fsanitize=undefined,float-cast-overflow", "-fsanitize-trap=all"].map(str::to_string));
    let run = |source: &Source, level: &str| {
        let program = source.to_native(Width::Bits64, level, folder).ok()?;
        execute(&program, &Given::default(), LIMIT).ok()
    };
    if run(&checked, "-O0").is_some_and(|run| matches!(run.end, End::Stopped(_))) {
        return true;
    }
    let ends = LEVELS.iter().filter_map(|level| run(source, level)).filter(|run| run.end != End::Endless);
    let mut outputs: Vec<Vec<u8>> = ends.map(|run| run.output).collect();
    outputs.dedup();
    outputs.len() > 1
}

/// Compiles, imports, runs, compares.
fn compare(source: &Source, target: Target, level: &str, expected: &Run, folder: &Path) -> Finding {
    let files = match source.to_ir(target, level, folder) {
        Ok(files) => files,
        Err(error) => return Finding::Missing(error.lines().next().unwrap_or_default().to_string()),
    };
    let module = match catch_unwind(AssertUnwindSafe(|| import(&files))) {
        Ok(Ok(module)) => module,
        Ok(Err(lines)) if lines.starts_with("LLVM/") => {
            let line = lines.lines().next().unwrap_or_default();
            let (rule, message) = (line.split(" at ").next(), line.rsplit_once(": "));
            return Finding::Refused(format!("{}: {}", rule.unwrap_or_default(), message.unwrap_or_default().1));
        }
        Ok(Err(lines)) => return Finding::Different(lines.lines().next().unwrap_or_default().to_string()),
        Err(_) => return Finding::Different("the importer panics".to_string()),
    };
    let run = interpret(&module, "main", &[], &Given { fuel: Some(FUEL), ..Given::default() });
    match run.end {
        End::Endless => Finding::Endless("in the VM"),
        _ if run != *expected => different("the VM", run.end),
        _ => match target {
            Target::X86 => also("machine code", expected, compiled(&module, "main", &[], &Given::default())),
            Target::M0 => {
                let given = Given { fuel: Some(EMULATED), ..Given::default() };
                also("firmware", expected, emulated(&module, "main", &[], &given))
            }
        },
    }
}

/// What machine code does, once the VM has done what is expected.
fn also(engine: &'static str, expected: &Run, run: Run) -> Finding {
    match run.end {
        End::Endless => Finding::Endless(engine),
        _ if run == *expected => Finding::Same,
        end => different(engine, end),
    }
}

fn different(engine: &str, end: End) -> Finding {
    Finding::Different(match end {
        End::Stopped(text) => format!("{engine}: {}", text.lines().take(2).collect::<Vec<_>>().join(" ")),
        _ => format!("{engine}: the checksum"),
    })
}

/// A program in all its forms. The folder is kept when something fails.
fn examine(seed: u64, kept: &Path) -> Vec<(String, Finding)> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let source = match generate(seed, folder.path()) {
        Ok(source) => source,
        Err(finding) => return vec![("program".to_string(), finding)],
    };
    let mut findings = Vec::new();
    for (target, width) in [(Target::X86, Width::Bits64), (Target::M0, Width::Bits32)] {
        let expected = match reference(&source, width, folder.path()) {
            Ok(expected) => expected,
            Err(finding) => {
                findings.push((target.to_string(), finding));
                break;
            }
        };
        for level in LEVELS {
            let finding = compare(&source, target, level, &expected, folder.path());
            findings.push((format!("{target}{level}"), finding));
        }
    }
    if findings.iter().any(|(_, finding)| matches!(finding, Finding::Different(_)))
        && is_undefined(&source, folder.path())
    {
        for (_, finding) in &mut findings {
            if let Finding::Different(what) = finding {
                *finding = Finding::Undefined(std::mem::take(what));
            }
        }
    }
    if findings.iter().any(|(_, finding)| finding.is_failure()) {
        keep(folder.path(), &kept.join(seed.to_string()));
    }
    findings
}

/// Copies the files of a folder. What cannot be kept is told by its seed all the same.
fn keep(folder: &Path, kept: &Path) {
    let _ = fs::create_dir_all(kept);
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let _ = fs::copy(entry.path(), kept.join(entry.file_name()));
    }
}

/// Runs programs from a seed on, so many, or for so long.
fn campaign(first: u64, programs: Option<u64>, kept: &Path) -> Tally {
    let start = Instant::now();
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if programs.map_or(start.elapsed() > SLICE, |programs| index >= programs) {
                return;
            }
            let findings = examine(first + index, kept);
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.add(first + index, findings);
            if programs.is_some() && tally.programs.is_multiple_of(50) {
                println!("{}", tally.summary());
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    tally.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The target folder, which tests are run from.
fn kept() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("../target")).join("csmith")
}

#[test]
fn random_programs_print_their_native_checksum() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    // It writes a file about the platform to where it is.
    let mut csmith = Command::new("csmith");
    run(csmith.arg("--version").current_dir(std::env::temp_dir())).unwrap_or_else(|error| panic!("{error}"));
    let kept = kept();
    let tally = campaign(number("SEED").unwrap_or(1), number("PROGRAMS"), &kept);
    let summary = tally.summary();
    let _ = fs::create_dir_all(&kept);
    fs::write(kept.join("summary.txt"), &summary).expect("the summary can be written");
    println!("{summary}");
    assert!(tally.programs > 0 && tally.count(|finding| *finding == Finding::Same) > 0, "{summary}");
    assert_eq!(tally.failures(), 0, "{summary}programs are kept in {}", kept.display());
}
