//! How long a small program takes from the command line to its end: `nir run`, by engine.

use crate::measure::{Subject, interleave};
use crate::{Plan, table};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Programs of the fixtures, and their arguments: a line of output; a few functions with tables; many functions.
const PROGRAMS: [(&str, &[&str]); 3] = [("hello", &[]), ("sha256", &["1"]), ("strings", &["1"])];
const ENGINES: [&str; 2] = ["vm", "jit"];

/// Measures and prints.
///
/// # Errors
/// A sentence: the command is not built, or does not run a program.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let nir = command()?;
    let mut subjects = Vec::new();
    for (name, arguments) in PROGRAMS {
        let file = format!("{}/../fixtures/programs/{name}.nir", env!("CARGO_MANIFEST_DIR"));
        for engine in ENGINES {
            let run = ["run", "--engine", engine, &file].into_iter().chain(arguments.iter().copied());
            let run: Vec<String> = run.map(String::from).collect();
            once(&nir, &run)?;
            let nir = nir.clone();
            // That it runs was seen.
            let sample = move || once(&nir, &run).unwrap_or(f64::NAN);
            subjects.push(Subject::timed(format!("{name}, {engine}"), 1, sample));
        }
    }
    interleave(&mut subjects, 5 * plan.rounds);
    let ms = |seconds: f64| format!("{:.1}", seconds * 1e3);
    let rows =
        subjects.iter().map(|subject| vec![subject.name.clone(), ms(subject.median()), ms(subject.minimum())]);
    table::print(
        "From the command line to the end of a small program, ms of wall time",
        &["program", "median", "least"],
        rows,
    );
    Ok(())
}

/// Seconds of wall time that a run takes.
fn once(nir: &Path, arguments: &[String]) -> Result<f64, String> {
    let start = Instant::now();
    let status = Command::new(nir).args(arguments).stdout(Stdio::null()).status();
    let seconds = start.elapsed().as_secs_f64();
    match status {
        Ok(status) if status.success() => Ok(seconds),
        Ok(status) => Err(format!("nir {}: {status}", arguments.join(" "))),
        Err(error) => Err(format!("{}: {error}", nir.display())),
    }
}

/// The command, which stands two folders above this program's file.
fn command() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let nir = own.ancestors().nth(2).unwrap_or(Path::new(".")).join("nir");
    let missing = || format!("{} is missing: cargo build --release -p nir", nir.display());
    nir.is_file().then(|| nir.clone()).ok_or_else(missing)
}
