//! The verifier: from a [`Module`], which is anything that can be written down, to a [`Verified<Module>`], which is
//! what engines take. Nothing else makes the second.
//!
//! [`verify`] is driven by the contract's tables. What a table can say is checked by one loop over the instructions
//! (`body`); what needs code of its own stands in one file per family of rules, named as its diagnostic:
//! `target abi layout feature control_flow types pointer_cast volatile effect span execution lifetime tail`, and
//! beside them `memory address call data` for families that the code `NATIVE_IR_TYPE` shares.
//!
//! It finds all mistakes of a module, not the first, in source order, the same on any number of threads; a mistake
//! does not lead to others: what could not be understood has the type [`native_ir::Type::ERROR`] and stays silent.
//! Time and memory are linear in the module's size, but for dominators, which take `n log n` at worst.

mod abi;
mod address;
mod body;
mod call;
mod context;
mod control_flow;
mod data;
pub mod dominance;
mod effect;
mod execution;
mod feature;
mod layout;
mod lifetime;
mod memory;
mod operands;
mod pointer_cast;
mod report;
mod span;
mod structure;
mod tail;
mod target;
mod types;
mod verified;
mod volatile;

pub use execution::{Engine, Runnable, is_runtime};
pub use report::{Located, Report, verify_text};
pub use verified::{Rejected, Verified};

use context::Context;
use native_ir::registers::RegisterMap;
use native_ir::{Contract, Diagnostic, EntityRef, Func, Module, diagnostic};
use rayon::prelude::*;

/// What to verify against.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The registers that exist, when a map of them is at hand.
    pub registers: Option<&'a RegisterMap>,
    /// How many threads to use: 0 for as many as there are cores where the work is worth their start.
    pub threads: usize,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { contract: Contract::embedded(), registers: None, threads: 0 }
    }
}

/// Verifies a module.
///
/// # Errors
/// The module, handed back, with every mistake in it.
pub fn verify(module: Module, options: &Options<'_>) -> Result<Verified<Module>, Box<Rejected>> {
    let diagnostics = check(&module, options);
    if diagnostics.is_empty() && !module.damaged {
        Ok(Verified::new(module, options.contract.digest()))
    } else {
        Err(Box::new(Rejected { module, diagnostics }))
    }
}

/// All mistakes of a module, in the order of its canonical text.
pub(crate) fn check(module: &Module, options: &Options<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if let Some(context) = Context::new(module, options, &mut diagnostics) {
        abi::check_module(&context, &mut diagnostics);
        layout::check(&context, &mut diagnostics);
        feature::check_module(&context, &mut diagnostics);
        structure::check_module(&context, &mut diagnostics);
        data::check(&context, &mut diagnostics);
        let functions = module.functions.len();
        let few = || options.threads == 0 && module.instruction_count() < MANY;
        if options.threads == 1 || functions < 2 || few() {
            diagnostics.extend(check_functions(&context, 0..functions));
        } else {
            diagnostics.extend(in_parallel(&context, functions, options.threads));
        }
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics
}

/// Instructions from which on several threads are worth their start, when nobody says how many.
const MANY: usize = 10_000;

/// How many functions a task takes: few enough that all threads have work to the end.
fn chunk(functions: usize, threads: usize) -> usize {
    match threads {
        0 => functions.div_ceil(rayon::current_num_threads() * 8),
        threads => functions.div_ceil(threads * 8),
    }
}

fn check_functions(context: &Context<'_>, range: std::ops::Range<usize>) -> Vec<Diagnostic> {
    let mut scratch = body::Scratch::default();
    let known = body::KnownTypes::default();
    range.flat_map(|index| body::check(context, Func::new(index), &mut scratch, &known)).collect()
}

fn in_parallel(context: &Context<'_>, functions: usize, threads: usize) -> Vec<Diagnostic> {
    let chunk = chunk(functions, threads);
    let starts: Vec<usize> = (0..functions).step_by(chunk).collect();
    let work = || {
        let parts =
            starts.par_iter().map(|&start| check_functions(context, start..(start + chunk).min(functions)));
        parts.collect::<Vec<_>>().concat()
    };
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) if threads != 0 => pool.install(work),
        _ => work(),
    }
}
