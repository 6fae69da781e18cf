//! The checks of x86-64 code.
//!
//! A function is decoded once ([`decode`]); the claim's rows are laid over what was decoded ([`crate::rows`]); then the flow of
//! control ([`crate::flow`]) and the accesses to memory ([`trace`]) are checked in one pass each. All take linear time.

mod abi;
mod allowed;
mod bounds;
mod canonical;
mod decode;
mod jump_table;
mod memory;
mod named;
mod place;
mod term;
mod trace;

pub(crate) use abi::depths;
pub(crate) use allowed::features;

use crate::finding::Fault;
use crate::flow;
use crate::piece::fault;
use crate::rows::Rows;
use crate::subject::Subject;
use decode::Decoder;

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    decoder: Decoder,
    rows: Rows,
    flow: flow::Scratch,
    trace: trace::Scratch,
}

/// Checks a function. A check that needs what an earlier one found wrong does not run.
pub(crate) fn check(subject: Subject<'_>, scratch: &mut Scratch) -> Result<(), Fault> {
    scratch.decoder.decode(subject)?;
    scratch.decoder.check_literals(subject)?;
    scratch.rows.build(subject, &mut scratch.decoder.insts, &scratch.decoder.at)?;
    let Decoder { insts, at, .. } = &mut scratch.decoder;
    flow::check(subject, insts, at, &scratch.rows, &mut scratch.flow)?;
    trace::check(subject, &scratch.decoder.insts, &scratch.rows, &mut scratch.trace)?;
    if subject.context.checks.canonical {
        canonical::check(subject, &scratch.decoder.insts)?;
    }
    if subject.context.checks.abi {
        abi::check(subject, &scratch.decoder, &scratch.rows)?;
    }
    Ok(())
}
