//! Measurements of the toolkit, side by side with its peers. `README.md` says how to run and read them.

mod codegen;
mod execution;
mod firmware;
mod gate;
mod growth;
mod import;
mod measure;
mod memory;
mod programs;
mod start;
mod table;
mod text;
mod verification;

use peak_alloc::PeakAlloc;
use std::process::ExitCode;

/// Counts the bytes that are allocated, for [`memory`].
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// How large and how long.
struct Plan {
    /// Rounds of each comparison.
    rounds: usize,
    /// Instructions of the large programs.
    instructions: usize,
    /// Whether only to see that everything runs.
    quick: bool,
}

/// The groups of tables in their order, by the arguments that select them.
const GROUPS: [&str; 11] = [
    "verification",
    "text",
    "memory",
    "growth",
    "execution",
    "translation",
    "import",
    "codegen",
    "start",
    "firmware",
    "gate",
];

/// Runs the groups that are named, or all of them. Options that are not known here are those that `cargo bench` adds.
fn main() -> ExitCode {
    let (options, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|text| text.starts_with('-'));
    let quick = options.iter().any(|option| option == "--quick");
    let plan = match quick {
        true => Plan { rounds: 3, instructions: 20_000, quick },
        false => Plan { rounds: 21, instructions: 1_000_000, quick },
    };
    let groups = if names.is_empty() { GROUPS.map(String::from).into() } else { names };
    for group in &groups {
        if let Err(reason) = run(group, &plan) {
            eprintln!("{group}: {reason}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Measures one group and prints it. The error says why it could not be measured.
fn run(group: &str, plan: &Plan) -> Result<(), String> {
    match group {
        "verification" => verification::run(plan),
        "text" => text::run(plan),
        "memory" => memory::run(plan),
        "growth" => growth::run(plan),
        "execution" => return execution::run(plan),
        "translation" => execution::translation::run(plan),
        "import" => return import::run(plan),
        "codegen" => return codegen::run(plan),
        "start" => return start::run(plan),
        "firmware" => return firmware::run(plan),
        "gate" => gate::run(plan),
        _ => return Err(format!("no such group; there are {}", GROUPS.join(", "))),
    }
    Ok(())
}
