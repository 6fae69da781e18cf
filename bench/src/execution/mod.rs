//! Running the programs of `fixtures/programs/` on each engine, side by side.
//!
//! An engine prepares a [`Call`] for each program; nothing is measured before its checksums were found right, and a
//! wrong one in a measured run ends the program. Every engine does the same work in every round.

mod gcc;
mod kernel;
mod lua;
mod process;
mod report;
mod translation;
mod vm;
mod wasm;

use crate::Plan;
use crate::measure::{Subject, interleave};
use kernel::Kernel;
use std::path::Path;

/// What one run of a program gave.
struct Run {
    checksum: u32,
    /// CPU time of the process that ran it, without starting and loading.
    seconds: f64,
}

/// Runs a prepared program for a size. The error says what went wrong, in words.
type Call = Box<dyn FnMut(u32) -> Result<Run, String>>;

/// An engine under measurement.
struct Engine {
    name: &'static str,
    /// Makes a program ready in a scratch folder.
    prepare: fn(&Kernel, &Path) -> Result<Call, String>,
}

const ENGINES: [Engine; 7] = [
    Engine { name: "gcc -O2", prepare: gcc::prepare },
    Engine { name: "wasmi", prepare: wasm::prepare },
    Engine { name: "Lua", prepare: lua::prepare },
    Engine { name: "VM", prepare: vm::fast },
    Engine { name: "VM checked", prepare: vm::checked },
    Engine { name: "VM fuel", prepare: vm::fuel },
    Engine { name: "VM profile", prepare: vm::profile },
];

/// Which engine's times are divided by which one's.
const RATIOS: [[&str; 2]; 8] = [
    ["wasmi", "gcc -O2"],
    ["Lua", "gcc -O2"],
    ["VM", "gcc -O2"],
    ["VM", "wasmi"],
    ["VM", "Lua"],
    ["VM checked", "VM"],
    ["VM fuel", "VM"],
    ["VM profile", "VM"],
];

/// The programs, as `fixtures/programs/` has them.
const PROGRAMS: [&str; 10] =
    ["crc32", "fib", "fir", "mandel", "nbody", "qsort", "sha256", "sieve", "strings", "structs"];

/// Runs the comparison and prints it. The error says what is missing or which engine computes wrongly.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| format!("no scratch folder: {error}"))?;
    let table = kernel::table()?;
    let kernels = PROGRAMS.map(|name| kernel::find(&table, name));
    let kernels = kernels.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut subjects = Vec::new();
    for kernel in &kernels {
        for engine in &ENGINES {
            subjects.push(subject(engine, kernel, scratch.path(), plan.quick)?);
        }
    }
    interleave(&mut subjects, plan.rounds.div_ceil(3));
    report::print(&PROGRAMS, &ENGINES.each_ref().map(|engine| engine.name), &subjects);
    println!("\n{}", versions()?.join("\n"));
    translation::run(plan);
    Ok(())
}

fn versions() -> Result<Vec<String>, String> {
    Ok(vec![gcc::version()?, wasm::version()?, lua::version()?])
}

/// A checked program on an engine.
fn subject(engine: &Engine, kernel: &Kernel, scratch: &Path, quick: bool) -> Result<Subject<'static>, String> {
    let what = format!("{} on {}", kernel.name, engine.name);
    let mut call = (engine.prepare)(kernel, scratch).map_err(|reason| format!("{what}: {reason}"))?;
    for (n, expected) in [kernel.small, kernel.large] {
        let checksum = call(n).map_err(|reason| format!("{what}: {reason}"))?.checksum;
        if checksum != expected {
            return Err(format!("{what}: the checksum for {n} is {checksum}, not {expected}"));
        }
    }
    let (n, expected) = if quick { kernel.small } else { kernel.large };
    Ok(Subject::timed(what, n as usize, move || {
        let run = call(n).expect("a program that ran runs again");
        assert_eq!(run.checksum, expected, "a program computes the same again");
        run.seconds
    }))
}
