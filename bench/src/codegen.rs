//! Machine code for x86-64: what it costs to make and to check, and how fast it runs.
//!
//! The input is *ssa*: what clang makes at `-O0`, with variables in values (`opt -passes=mem2reg`).

use crate::execution::native::{self, Compiler};
use crate::import;
use crate::measure::{Subject, cpu_seconds, interleave};
use crate::{Plan, table};
use certify::{Checks, certify};
use codegen::{Options, all_functions, compile};
use llvm::Input;
use native_ir::Module;
use verifier::Verified;

/// Measures and prints.
///
/// # Errors
/// A sentence: a tool is missing, or refuses the kernels.
///
/// # Panics
/// When the kernels are not compiled or not certified, which would be a mistake in this program.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    making(plan)?;
    native::run(plan)
}

/// The kernels, imported and verified, and how many instructions of LLVM IR they were.
fn module(text: String) -> (Verified<Module>, usize) {
    let input = [Input { path: "kernels.ll".to_string(), text: text.into_bytes() }];
    let (module, report) = llvm::import(&input, &llvm::Options::default()).expect("the kernels are imported");
    let module = verifier::verify(module, &verifier::Options::default()).expect("the kernels verify");
    (module, report.instructions)
}

fn making(plan: &Plan) -> Result<(), String> {
    let copies = if plan.quick { 2 } else { 100 };
    let mut rows = Vec::new();
    for copies in [copies / 2, copies, copies * 2] {
        let (module, instructions) = module(import::program("ssa", copies)?);
        rows.push(row(&module, instructions, plan));
    }
    let heading = "Making machine code of ssa, one thread, ns an LLVM instruction, medians";
    table::print(
        heading,
        &["LLVM instructions", "functions", "bytes", "compile", "least", "C1, C2, C5", "least"],
        rows,
    );
    Ok(())
}

fn row(module: &Verified<Module>, instructions: usize, plan: &Plan) -> Vec<String> {
    let (made, mut subjects) = subjects(module, instructions);
    interleave(&mut subjects, plan.rounds.div_ceil(2));
    let ns = |seconds: f64| format!("{:.0}", seconds / instructions as f64 * 1e9);
    let mut cells = vec![instructions.to_string(), made.functions.to_string(), made.bytes.to_string()];
    for subject in &subjects {
        cells.extend([ns(subject.median()), ns(subject.minimum())]);
    }
    cells
}

/// How much machine code there is.
pub(crate) struct Made {
    functions: usize,
    bytes: usize,
}

/// Making machine code of a module of so many instructions, and checking it, on one thread.
///
/// # Panics
/// When the module is not compiled or not certified, which would be a mistake in this program.
pub(crate) fn subjects(module: &Verified<Module>, instructions: usize) -> (Made, [Subject<'_>; 2]) {
    let functions = all_functions(module);
    let options = Options { threads: 1, ..Options::default() };
    let artifact = compile(module, &functions, &options).expect("the program is compiled");
    let bytes = artifact.functions.iter().map(|function| function.code.len()).sum();
    let made = Made { functions: functions.len(), bytes };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let compiling = Subject::new("compile", instructions, move || {
        compile(module, &functions, &options).expect("the program is compiled")
    });
    let certifying = Subject::timed("certify", instructions, move || {
        let artifact = artifact.clone();
        one.install(|| {
            let start = cpu_seconds();
            let certified = certify(module, artifact, &Checks::default()).expect("the program is certified");
            let seconds = cpu_seconds() - start;
            drop(certified);
            seconds
        })
    });
    (made, [compiling, certifying])
}

/// The object of one kernel, by this toolkit.
pub(crate) fn object(text: String) -> Result<Vec<u8>, String> {
    let (module, _) = module(text);
    let make = |module: &Verified<Module>| {
        let artifact =
            compile(module, &all_functions(module), &Options::default()).map_err(|error| error.to_string())?;
        certify(module, artifact, &Checks::default()).map_err(|findings| format!("{} findings", findings.len()))
    };
    let program = make(&module)?;
    let library = runtime::module(&module.envelope.target).ok_or("there is no runtime library")?;
    let helpers = make(library)?;
    let units = [elf::Unit { module: library, artifact: &helpers }];
    elf::object(elf::Unit { module: &module, artifact: &program }, &units, None).map_err(|error| error.to_string())
}

/// The two compilers that are compared.
pub(crate) const COMPILERS: [Compiler; 2] = [
    Compiler { name: "gcc -O2 -fno-tree-vectorize", object: native::gcc },
    Compiler {
        name: "-O none of ssa",
        object: |kernel, path| {
            let text = import::one("ssa", &kernel.name)?;
            std::fs::write(path, object(text)?).map_err(|error| format!("{}: {error}", path.display()))
        },
    },
];
