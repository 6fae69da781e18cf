//! What it costs to translate a verified module to bytecode.

use crate::Plan;
use crate::measure::{Subject, interleave};
use crate::programs::native::{self, Naming};
use crate::table;
use ::vm::{Config, MemoryMode, Program};
use native_ir::Func;
use std::sync::Arc;
use verifier::Options;

/// Measures and prints.
///
/// # Panics
/// When the generated module does not verify or translate, which would be a mistake in this program.
pub(crate) fn run(plan: &Plan) {
    let each = plan.instructions.min(1000);
    let module = native::module(plan.instructions / each, each, Naming::Numbers);
    let instructions = module.instruction_count();
    let module = Arc::new(verifier::verify(module, &Options::default()).expect("the mix verifies"));
    let entries: Vec<Func> = module.functions.keys().collect();
    let modes = [
        ("fast", Config::default()),
        ("fast, fuel", Config { fuel: true, ..Config::default() }),
        ("checked", Config { memory_mode: MemoryMode::Checked, ..Config::default() }),
    ];
    let mut subjects = modes.map(|(mode, config)| {
        let (module, entries) = (module.clone(), entries.clone());
        Subject::new(mode, instructions, move || {
            Program::new(module.clone(), &entries, &config).expect("the mix translates")
        })
    });
    interleave(&mut subjects, plan.rounds.div_ceil(3));
    let nanos = |seconds: f64| format!("{:.1}", seconds * 1e9 / instructions as f64);
    let rows = subjects
        .iter()
        .map(|subject| vec![subject.name.clone(), nanos(subject.median()), nanos(subject.minimum())]);
    let heading = format!("Translation of {instructions} instructions, ns an instruction");
    table::print(&heading, &["mode", "median", "least"], rows);
}
