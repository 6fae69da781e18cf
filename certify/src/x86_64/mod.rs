//! The checks of x86-64 code.
//!
//! A function is decoded once ([`decode`]); the claim's rows are laid over what was decoded ([`rows`]); then the flow of
//! control ([`flow`]) and the accesses to memory ([`trace`]) are checked in one pass each. All take linear time.

mod abi;
mod allowed;
mod bounds;
mod canonical;
mod decode;
mod flow;
mod jump_table;
mod memory;
mod named;
mod place;
mod rows;
mod term;
mod trace;

pub(crate) use abi::{Leave, depths};
pub(crate) use decode::Decoder;

use crate::Checks;
use crate::finding::{Check, Fault};
use artifact::{Artifact, FunctionCode};
use native_ir::layout::Layouts;
use native_ir::{Function, Module};

/// The triple that these checks are for.
pub(crate) const TRIPLE: &str = "x86_64-unknown-linux-elf";

/// What the checks of all functions of an artifact share.
pub(crate) struct Context<'a> {
    pub(crate) module: &'a Module,
    pub(crate) artifact: &'a Artifact,
    pub(crate) layouts: Layouts,
    pub(crate) features: u32,
    pub(crate) checks: &'a Checks,
}

impl<'a> Context<'a> {
    pub(crate) fn new(module: &'a Module, artifact: &'a Artifact, checks: &'a Checks) -> Context<'a> {
        let contract = native_ir::Contract::embedded();
        let target = contract.targets.iter().position(|row| row.triple == TRIPLE).unwrap_or(usize::MAX);
        let machine = native_ir::layout::MachineLayout::of(contract, target);
        let layouts = Layouts::new(&module.types, &machine);
        Context { module, artifact, layouts, features: allowed::features(&artifact.features), checks }
    }
}

/// A function under the checks.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) function: &'a Function,
    pub(crate) code: &'a FunctionCode,
}

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    decoder: Decoder,
    rows: rows::Rows,
    flow: flow::Scratch,
    trace: trace::Scratch,
}

/// Checks a function. A check that needs what an earlier one found wrong does not run.
pub(crate) fn check(subject: Subject<'_>, scratch: &mut Scratch) -> Result<(), Fault> {
    scratch.decoder.decode(subject)?;
    scratch.decoder.check_literals(subject)?;
    scratch.rows.build(subject, &mut scratch.decoder.insts, &scratch.decoder.at)?;
    flow::check(subject, &mut scratch.decoder, &scratch.rows, &mut scratch.flow)?;
    trace::check(subject, &scratch.decoder.insts, &scratch.rows, &mut scratch.trace)?;
    if subject.context.checks.canonical {
        canonical::check(subject, &scratch.decoder.insts)?;
    }
    if subject.context.checks.abi {
        abi::check(subject, &scratch.decoder, &scratch.rows)?;
    }
    Ok(())
}

/// The fault of a check at a machine instruction.
pub(crate) fn fault(check: Check, inst: &decode::Decoded, message: impl Into<String>) -> Fault {
    Fault::at(check, inst.offset(), message).showing(inst.raw.len())
}
