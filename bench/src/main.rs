//! Measurements of the toolkit, side by side with its peers. `README.md` says how to run and read them.

mod gate;
mod growth;
mod measure;
mod memory;
mod programs;
mod table;
mod text;
mod verification;

use peak_alloc::PeakAlloc;

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

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let plan = match quick {
        true => Plan { rounds: 3, instructions: 20_000, quick },
        false => Plan { rounds: 21, instructions: 1_000_000, quick },
    };
    verification::run(&plan);
    text::run(&plan);
    memory::run(&plan);
    growth::run(&plan);
    gate::run(&plan);
}
