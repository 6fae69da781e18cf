//! The checks of ARMv6-M code.
//!
//! A function is decoded once ([`decode`]); the claim's rows are laid over what was decoded ([`crate::rows`]) and the
//! flow of control is checked ([`crate::flow`]). Then the code is run abstractly ([`state`]): what each register and each
//! cell of the frame holds before each instruction, on all paths. On that the checks of accesses and of calls are built.

mod abi;
mod arrival;
mod bounds;
mod cost;
mod decode;
mod held;
mod jump_table;
mod operand;
mod run;
mod stack;
mod state;
mod system;
mod term;
mod trace;
mod update;

pub(crate) use cost::{Cost, Costs, Exit, costs};

use crate::finding::{Check, Fault};
use crate::flow;
use crate::rows::Rows;
use crate::stack::Depths;
use crate::subject::Subject;
use abi::Calls;
use decode::Decoder;
use run::Run;
use state::State;

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    decoder: Decoder,
    rows: Rows,
    flow: flow::Scratch,
    run: Run,
    trace: trace::Scratch,
}

/// Checks a function. A check that needs what an earlier one found wrong does not run.
pub(crate) fn check(subject: Subject<'_>, scratch: &mut Scratch) -> Result<(), Fault> {
    let Scratch { decoder, rows, flow, run, trace } = scratch;
    decoder.decode(subject)?;
    let Decoder { insts, at, .. } = &mut *decoder;
    rows.build(subject, insts, at)?;
    system::check(subject, insts, rows)?;
    flow::check(subject, insts, at, rows, flow)?;
    if subject.code.claim.frame.below != 0 {
        return Err(Fault::at(Check::Abi, 0, "a frame below the stack pointer, where interrupts write"));
    }
    let mut calls = Calls::new(subject, &decoder.insts, rows);
    let mut found = Ok(());
    let visit = &mut |index: usize, state: &State| {
        if subject.context.checks.abi && found.is_ok() {
            found = calls.visit(index, state);
        }
        Ok(())
    };
    run.run(subject, decoder, rows, visit)?;
    trace::check(subject, decoder, rows, run, trace)?;
    if subject.context.checks.abi {
        found?;
        calls.finish()?;
    }
    Ok(())
}

/// How deep a function's stack gets. Of code that C5 accepted.
pub(crate) fn depths(subject: Subject<'_>) -> Result<Depths, Fault> {
    let (mut decoder, mut rows, mut run) = (Decoder::default(), Rows::default(), Run::default());
    decoder.decode(subject)?;
    rows.build(subject, &mut decoder.insts, &decoder.at)?;
    run.run(subject, &decoder, &rows, &mut |_, _| Ok(()))?;
    Ok(stack::depths(subject, &decoder, &rows, &run))
}
