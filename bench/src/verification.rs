//! Verification, single thread, beside the validator of `wasmparser` and the verifier of Cranelift.

use crate::Plan;
use crate::measure::{Subject, interleave};
use crate::programs::{clif, native, wasm};
use crate::table;
use cranelift_codegen::settings::{Flags, builder};
use native_ir::Module;
use verifier::Options;

/// Loops that make about as many units as asked for, by units of two and of one loop.
pub(crate) fn loops_for(wanted: usize, units: impl Fn(usize) -> usize) -> usize {
    let (two, one) = (units(2), units(1));
    (wanted.saturating_sub(one) / (two - one) + 1).max(1)
}

/// Runs the comparison and prints it.
pub(crate) fn run(plan: &Plan) {
    let small = plan.instructions.min(1000);
    for (functions, each) in [(1, plan.instructions), (plan.instructions / small, small)] {
        let compared = [native_ir(functions, each), wasmparser(functions, each), cranelift(functions, each)];
        let loops = compared.each_ref().map(|(_, loops)| (loops * functions) as f64);
        let mut subjects = compared.map(|(subject, _)| subject);
        interleave(&mut subjects, plan.rounds);
        let own = subjects[0].median() / subjects[0].work;
        let rows = subjects.iter().zip(loops).map(|(subject, loops)| {
            let (median, least) = (subject.median() / subject.work, subject.minimum() / subject.work);
            let ratio = format!("{:.2}", median / own);
            let of_loop = format!("{:.0}", subject.median() * 1e9 / loops);
            vec![subject.name.clone(), subject.work.to_string(), nanos(median), nanos(least), ratio, of_loop]
        });
        let heading = format!("Verification of {functions} function(s) of {each}, one thread, ns for each unit");
        let header = ["verifier", "units", "median", "least", "ratio", "ns for a loop of the program"];
        table::print(&heading, &header, rows);
    }
}

fn nanos(seconds: f64) -> String {
    format!("{:.2}", seconds * 1e9)
}

/// Verification of a native-IR module.
///
/// # Panics
/// In the run, when the module does not verify.
pub(crate) fn verify_subject(name: &str, module: Module) -> Subject<'static> {
    let work = module.instruction_count();
    let mut module = Some(module);
    Subject::new(name, work, move || {
        let options = Options { threads: 1, ..Options::default() };
        match verifier::verify(module.take().expect("the module came back"), &options) {
            Ok(verified) => module = Some(verified.into_inner()),
            Err(rejected) => panic!("the program does not verify: {:?}", rejected.diagnostics.first()),
        }
    })
}

/// A subject, and how many loops of the mix each of its functions has.
type Compared = (Subject<'static>, usize);

fn native_ir(functions: usize, each: usize) -> Compared {
    let module = native::module(functions, each, native::Naming::Numbers);
    (verify_subject("native IR, instructions", module), native::loops(each))
}

fn wasmparser(functions: usize, each: usize) -> Compared {
    let loops = loops_for(each, |loops| operators(&wasm::module(1, loops)));
    let bytes = wasm::module(functions, loops);
    let work = operators(&bytes);
    let subject = Subject::new("wasmparser, operators", work, move || {
        wasmparser::Validator::new().validate_all(&bytes).expect("the program validates")
    });
    (subject, loops)
}

pub(crate) fn operators(module: &[u8]) -> usize {
    let payloads = wasmparser::Parser::new(0).parse_all(module);
    let bodies = payloads.filter_map(|payload| match payload {
        Ok(wasmparser::Payload::CodeSectionEntry(body)) => body.get_operators_reader().ok(),
        _ => None,
    });
    bodies.map(|operators| operators.into_iter().count()).sum()
}

fn cranelift(functions: usize, each: usize) -> Compared {
    let loops = loops_for(each, |loops| clif::function(0, loops).dfg.num_insts());
    let functions: Vec<_> = (0..functions).map(|index| clif::function(index as u32, loops)).collect();
    let work = functions.iter().map(|function| function.dfg.num_insts()).sum();
    let flags = Flags::new(builder());
    let subject = Subject::new("Cranelift, CLIF instructions", work, move || {
        for function in &functions {
            cranelift_codegen::verify_function(function, &flags).expect("the program verifies");
        }
    });
    (subject, loops)
}
