//! What it costs to translate a verified module to bytecode, beside `wasmi`, which parses and validates on the way.

use crate::Plan;
use crate::measure::{Subject, interleave};
use crate::programs::native::{self, Naming};
use crate::programs::wasm;
use crate::table;
use crate::verification::{loops_for, operators};
use ::vm::{Config, MemoryMode, Program};
use native_ir::{Func, Module};
use std::sync::Arc;
use std::time::Instant;
use verifier::{Options, Verified};
use wasmi::CompilationMode;

/// Measures and prints.
///
/// # Panics
/// When a generated module does not verify or translate, which would be a mistake in this program.
pub(crate) fn run(plan: &Plan) {
    for instructions in [plan.instructions.min(8000), plan.instructions] {
        let each = instructions.min(1000);
        compare(instructions / each, each, plan.instructions / instructions, plan.rounds.div_ceil(3));
    }
}

fn compare(functions: usize, each: usize, repeat: usize, rounds: usize) {
    let module = native::module(functions, each, Naming::Numbers);
    let module = Arc::new(verifier::verify(module, &Options::default()).expect("the mix verifies"));
    let loops = (functions * native::loops(each)) as f64;
    let fast = Config::default();
    let (wasmi, wasmi_loops) = wasmi(functions, each);
    let mut subjects = [
        (on_one_thread("fast", &module, &fast), loops),
        (on_one_thread("fast, fuel", &module, &Config { fuel: true, ..fast.clone() }), loops),
        (on_one_thread("checked", &module, &Config { memory_mode: MemoryMode::Checked, ..fast.clone() }), loops),
        (on_the_clock(&module, &fast), loops),
        (wasmi, wasmi_loops),
    ]
    .map(|(subject, loops)| (subject.repeated(repeat), loops));
    interleave(subjects.iter_mut().map(|(subject, _)| subject), rounds);
    let nanos = |seconds: f64, units: f64| format!("{:.1}", seconds * 1e9 / units);
    let rows = subjects.iter().map(|(subject, loops)| {
        let (median, least) = (subject.median(), subject.minimum());
        let of_unit = [median, least].map(|seconds| nanos(seconds, subject.work));
        vec![subject.name.clone(), of_unit[0].clone(), of_unit[1].clone(), nanos(median, *loops)]
    });
    let heading = format!("Translation of {functions} function(s) of {each}, ns for each unit");
    table::print(&heading, &["what", "median", "least", "ns for a loop of the program"], rows);
}

/// CPU time on one thread.
fn on_one_thread(name: &str, module: &Arc<Verified<Module>>, config: &Config) -> Subject<'static> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread starts");
    let (module, config) = (module.clone(), config.clone());
    let entries: Vec<Func> = module.functions.keys().collect();
    Subject::new(format!("{name}, instructions"), module.instruction_count(), move || {
        pool.install(|| Program::new(module.clone(), &entries, &config)).expect("the mix translates")
    })
}

/// Time on the clock, with all cores.
fn on_the_clock(module: &Arc<Verified<Module>>, config: &Config) -> Subject<'static> {
    let (module, config) = (module.clone(), config.clone());
    let entries: Vec<Func> = module.functions.keys().collect();
    let name = format!("fast on {} threads, on the clock, instructions", rayon::current_num_threads());
    Subject::timed(name, module.instruction_count(), move || {
        let start = Instant::now();
        let program = Program::new(module.clone(), &entries, &config).expect("the mix translates");
        let seconds = start.elapsed().as_secs_f64();
        drop(program);
        seconds
    })
}

/// The same program, about as large, and how many loops it has in all.
fn wasmi(functions: usize, each: usize) -> (Subject<'static>, f64) {
    let loops = loops_for(each, |loops| operators(&wasm::module(1, loops)));
    let bytes = wasm::module(functions, loops);
    let mut config = wasmi::Config::default();
    config.compilation_mode(CompilationMode::Eager);
    let subject = Subject::new("wasmi with parsing and validation, operators", operators(&bytes), move || {
        wasmi::Module::new(&wasmi::Engine::new(&config), &bytes).expect("the program translates")
    });
    (subject, (functions * loops) as f64)
}
