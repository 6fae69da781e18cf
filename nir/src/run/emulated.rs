//! `nir run --engine emulator`: an executable on an emulated processor, with devices behind its hardware registers.

use super::entry::Entry;
use super::executable::end;
use super::machine::{self, Handlers};
use super::streams::{ErrorOutput, Input, Output};
use crate::arguments::Run;
use crate::native::emulated::{self, Ended, World};
use crate::native::refused;
use crate::outcome::{Failure, Status};
use native_ir::{Contract, Module, Trap};
use std::io::{self, Write};

/// Runs the executable of an entry's call.
///
/// # Errors
/// [`Failure::Usage`] when the module is not for the emulated processor; [`Failure::Rejected`] when the emulator cannot run the
/// executable, and why was printed.
pub(super) fn run(executable: &[u8], module: &Module, entry: &Entry, arguments: &Run) -> Result<Status, Failure> {
    if let Some(reason) = emulated::unfit(module, entry.func) {
        return Err(Failure::Usage(reason));
    }
    let output = Output::new();
    let world = World {
        arguments: entry.arguments.clone(),
        input: Box::new(Input(output.clone())),
        output: Box::new(output.clone()),
        error: Box::new(ErrorOutput(output.clone())),
        bus: machine::bus(module, arguments, &Handlers::default(), &output)?,
        limit: None,
    };
    let (ended, _) = emulated::run(executable, module, 0, world).map_err(refused)?;
    match ended {
        Ended::Like(like) => end(module, entry, like),
        Ended::Unmapped(fault) => {
            let row = Contract::embedded().trap(Trap::UnmappedMmio);
            let _ = writeln!(io::stderr(), "trap: {}\n  {fault}", row.message);
            Ok(Status::Program(row.exit_status))
        }
        Ended::TimedOut => Ok(Status::NotRun),
    }
}
