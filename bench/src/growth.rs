//! How time grows with size: the fitted exponent for parsing, verifying and printing each shape.

use crate::Plan;
use crate::measure::{Subject, exponent, interleave};
use crate::programs::shapes::Shape;
use crate::table;
use crate::verification::verify_subject;
use native_ir::text;

const SIZES: [usize; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
const STAGES: [&str; 3] = ["parse", "verify", "print"];

/// Runs the measurement and prints it.
pub(crate) fn run(plan: &Plan) {
    let sizes = if plan.quick { &SIZES[..3] } else { &SIZES };
    let rows = Shape::ALL.iter().flat_map(|&shape| shape_rows(shape, sizes, plan.rounds.div_ceil(3)));
    let mut header = vec!["shape and stage".to_string(), "exponent".to_string()];
    header.extend(sizes.iter().map(usize::to_string));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    table::print("Growth: exponent, and the least ns an instruction by number of instructions", &header, rows);
}

fn shape_rows(shape: Shape, sizes: &[usize], rounds: usize) -> Vec<Vec<String>> {
    let modules: Vec<_> = sizes.iter().map(|&size| shape.module(size)).collect();
    let mut subjects = Vec::new();
    for module in &modules {
        let count = module.instruction_count();
        let repeat = 100_000 / count;
        let printed = text::print(module);
        subjects.push(Subject::new(STAGES[0], count, move || text::parse(&printed)).repeated(repeat));
        subjects.push(verify_subject(STAGES[1], module.clone()).repeated(repeat));
        subjects.push(Subject::new(STAGES[2], count, || text::print(module)).repeated(repeat));
    }
    interleave(&mut subjects, rounds);
    let row = |stage: &&str| {
        let points: Vec<(f64, f64)> = subjects
            .iter()
            .filter(|subject| subject.name == **stage)
            .map(|subject| (subject.work, subject.minimum()))
            .collect();
        let mut row = vec![format!("{}, {stage}", shape.name()), format!("{:.3}", exponent(&points))];
        row.extend(points.iter().map(|(work, seconds)| format!("{:.1}", seconds * 1e9 / work)));
        row
    };
    STAGES.iter().map(row).collect()
}
