//! Parsing and printing of text, single thread.

use crate::Plan;
use crate::measure::{Subject, interleave};
use crate::programs::native::{self, Naming};
use crate::table;
use native_ir::text;

/// Runs the measurement and prints it.
pub(crate) fn run(plan: &Plan) {
    let each = plan.instructions.min(1000);
    let functions = plan.instructions / each;
    let named = native::module(functions, each, Naming::Names);
    let unnamed = native::module(functions, each, Naming::Numbers);
    let single = native::module(1, plan.instructions, Naming::Names);
    let modules =
        [("names, many functions", named), ("numbers, many functions", unnamed), ("names, one function", single)];
    let mut subjects = Vec::new();
    for (name, module) in &modules {
        let printed = text::print(module);
        let bytes = printed.len();
        subjects.push(Subject::new(format!("parse, {name}"), bytes, move || {
            let parsed = text::parse(&printed);
            assert!(parsed.diagnostics.is_empty(), "the text does not parse: {:?}", parsed.diagnostics.first());
            parsed
        }));
        subjects.push(Subject::new(format!("print, {name}"), bytes, || text::print(module)));
    }
    interleave(&mut subjects, plan.rounds);
    let instructions = modules[0].1.instruction_count();
    let rows = subjects.iter().map(|subject| {
        let speed = |seconds: f64| format!("{:.0}", subject.work / seconds / 1e6);
        let nanos = format!("{:.0}", subject.median() * 1e9 / instructions as f64);
        let size = format!("{:.1}", subject.work / instructions as f64);
        vec![subject.name.clone(), size, speed(subject.median()), speed(subject.minimum()), nanos]
    });
    let header = ["text", "bytes/instruction", "MB/s median", "MB/s best", "ns/instruction"];
    table::print("Text, one thread", &header, rows);
}
