//! How time grows with size: the fitted exponent for parsing, verifying and printing each shape, and for making and
//! checking machine code of each, and of the mix in one function and in many.

use crate::measure::{Subject, exponent, interleave};
use crate::programs::native::{self, Naming};
use crate::programs::shapes::Shape;
use crate::verification::verify_subject;
use crate::{Plan, codegen, table};
use native_ir::{Module, text};

const SIZES: [usize; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
const STAGES: [&str; 3] = ["parse", "verify", "print"];

const MACHINE_STAGES: [&str; 2] = ["compile", "certify"];

/// Runs the measurements and prints them.
pub(crate) fn run(plan: &Plan) {
    let sizes = if plan.quick { &SIZES[..3] } else { &SIZES };
    let rounds = plan.rounds.div_ceil(3);
    let rows = Shape::ALL.iter().flat_map(|&shape| shape_rows(shape, sizes, rounds));
    print("Growth", sizes, rows);
    let shapes = Shape::ALL.map(|shape| (shape.name(), Box::new(move |size| shape.module(size)) as Program));
    let mixes: [(_, Program); 2] = [
        ("mix, one function", Box::new(|size| native::module(1, size, Naming::Numbers))),
        ("mix, functions of 1,000", Box::new(|size| native::module(size / 1000, 1000, Naming::Numbers))),
    ];
    // What is smaller takes less time than can be told.
    let sizes = &sizes[2.min(sizes.len() - 2)..];
    let programs = mixes.into_iter().chain(shapes);
    let rows = programs.flat_map(|(name, program)| machine_rows(name, &program, sizes, rounds));
    print("Growth of machine code", sizes, rows);
}

/// Makes a module of about so many instructions.
type Program = Box<dyn Fn(usize) -> Module>;

fn print(heading: &str, sizes: &[usize], rows: impl Iterator<Item = Vec<String>>) {
    let mut header = vec!["shape and stage".to_string(), "exponent".to_string()];
    header.extend(sizes.iter().map(usize::to_string));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let heading = format!("{heading}: exponent, and the least ns an instruction by number of instructions");
    table::print(&heading, &header, rows);
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
    STAGES.iter().map(|stage| row(shape.name(), stage, &subjects)).collect()
}

fn machine_rows(name: &str, program: &Program, sizes: &[usize], rounds: usize) -> Vec<Vec<String>> {
    let verify = |module| verifier::verify(module, &verifier::Options::default()).expect("the program verifies");
    let modules: Vec<_> = sizes.iter().map(|&size| verify(program(size))).collect();
    let mut subjects = Vec::new();
    for module in &modules {
        let count = module.instruction_count();
        let (_, both) = codegen::subjects(module, count);
        subjects.extend(both.map(|subject| subject.repeated(100_000 / count)));
    }
    interleave(&mut subjects, rounds);
    MACHINE_STAGES.iter().map(|stage| row(name, stage, &subjects)).collect()
}

fn row(name: &str, stage: &str, subjects: &[Subject<'_>]) -> Vec<String> {
    let of_stage = subjects.iter().filter(|subject| subject.name == stage);
    let points: Vec<(f64, f64)> = of_stage.map(|subject| (subject.work, subject.minimum())).collect();
    let mut row = vec![format!("{name}, {stage}"), format!("{:.3}", exponent(&points))];
    row.extend(points.iter().map(|(work, seconds)| format!("{:.1}", seconds * 1e9 / work)));
    row
}
