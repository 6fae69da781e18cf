//! Running the kernels on each engine, side by side.
//!
//! An engine prepares a [`Call`] for each kernel that it has a program for; nothing is measured before its checksums were found right, and a
//! wrong one in a measured run ends the program. Every engine does the same work in every round.

mod gcc;
pub(crate) mod kernel;
mod lua;
mod modules;
pub(crate) mod native;
mod process;
mod report;
pub(crate) mod translation;
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
    /// Makes a program ready in a scratch folder; none where the engine has none.
    prepare: fn(&Kernel, &Path) -> Result<Option<Call>, String>,
}

const ENGINES: [Engine; 8] = [
    Engine { name: "gcc -O2", prepare: gcc::prepare },
    Engine { name: "wasmi", prepare: wasm::prepare },
    Engine { name: "Lua", prepare: lua::prepare },
    Engine { name: "VM", prepare: vm::fast },
    Engine { name: "VM by hand", prepare: vm::written },
    Engine { name: "VM checked", prepare: vm::checked },
    Engine { name: "VM fuel", prepare: vm::fuel },
    Engine { name: "VM profile", prepare: vm::profile },
];

/// Which engine's times are divided by which one's.
const RATIOS: [[&str; 2]; 9] = [
    ["wasmi", "gcc -O2"],
    ["Lua", "gcc -O2"],
    ["VM", "gcc -O2"],
    ["VM", "wasmi"],
    ["VM", "Lua"],
    ["VM by hand", "VM"],
    ["VM checked", "VM"],
    ["VM fuel", "VM"],
    ["VM profile", "VM"],
];

/// A program on an engine, if the engine has it.
type Cell = Option<Subject<'static>>;

/// Runs the comparison and prints it. The error says what is missing or which engine computes wrongly.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| format!("no scratch folder: {error}"))?;
    let kernels = kernel::table()?;
    let mut cells = Vec::new();
    for kernel in &kernels {
        for engine in &ENGINES {
            cells.push(subject(engine, kernel, scratch.path(), plan.quick)?);
        }
    }
    interleave(cells.iter_mut().flatten(), plan.rounds.div_ceil(3));
    let names: Vec<&str> = kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    report::print(&names, &ENGINES.each_ref().map(|engine| engine.name), &cells);
    println!("\n{}", versions()?.join("\n"));
    Ok(())
}

fn versions() -> Result<Vec<String>, String> {
    Ok(vec![gcc::version()?, wasm::version()?, lua::version()?])
}

/// A checked program on an engine.
fn subject(engine: &Engine, kernel: &Kernel, scratch: &Path, quick: bool) -> Result<Cell, String> {
    let what = format!("{} on {}", kernel.name, engine.name);
    let prepared = (engine.prepare)(kernel, scratch).map_err(|reason| format!("{what}: {reason}"))?;
    let Some(mut call) = prepared else { return Ok(None) };
    for (n, expected) in [kernel.small, kernel.large] {
        let checksum = call(n).map_err(|reason| format!("{what}: {reason}"))?.checksum;
        if checksum != expected {
            return Err(format!("{what}: the checksum for {n} is {checksum}, not {expected}"));
        }
    }
    let (n, expected) = if quick { kernel.small } else { kernel.large };
    Ok(Some(Subject::timed(what, n as usize, move || {
        let run = call(n).expect("a program that ran runs again");
        assert_eq!(run.checksum, expected, "a program computes the same again");
        run.seconds
    })))
}
