//! Memory of a module that was read from text: what the types' own account says, and what the allocator says.

use crate::programs::native::{self, Naming};
use crate::{ALLOCATED, Plan, table};
use native_ir::text;

/// Measures and prints.
pub(crate) fn run(plan: &Plan) {
    let each = plan.instructions.min(1000);
    let many = plan.instructions / each;
    let cases = [
        ("names, many functions", many, each, Naming::Names),
        ("numbers, many functions", many, each, Naming::Numbers),
        ("names, one function", 1, plan.instructions, Naming::Names),
        ("numbers, one function", 1, plan.instructions, Naming::Numbers),
    ];
    let rows: Vec<Vec<String>> =
        cases.map(|(name, functions, each, naming)| row(name, functions, each, naming)).into();
    let header = ["module", "bodies", "names", "text map", "sum", "allocated", "peak while parsing"];
    table::print("Memory after parsing, bytes an instruction", &header, rows);
}

fn row(name: &str, functions: usize, each: usize, naming: Naming) -> Vec<String> {
    let printed = text::print(&native::module(functions, each, naming));
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let parsed = text::parse(&printed);
    let (allocated, peak) = (ALLOCATED.current_usage() - before, ALLOCATED.peak_usage() - before);
    let names = parsed.module.names.heap_bytes();
    let bodies = parsed.module.heap_bytes() - names;
    let map = parsed.map.heap_bytes();
    let instructions = parsed.module.instruction_count() as f64;
    let figures = [bodies, names, map, bodies + names + map, allocated, peak];
    let figures = figures.map(|bytes| format!("{:.1}", bytes as f64 / instructions));
    std::iter::once(name.to_string()).chain(figures).collect()
}
