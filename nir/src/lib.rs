//! The command line of the toolkit: `nir check`, `contract`, `explain`, `fmt` and `graph`.
//!
//! It reads arguments and files, calls the crates that know something, and prints. What another crate could own does
//! not live here. Diagnostics go to standard error and results to standard output, so that each can be piped alone.

mod arguments;
mod check;
mod contract;
mod explain;
mod files;
mod fmt;
pub mod graph;
mod outcome;
mod picture;
mod report;
mod tables;

use arguments::{Arguments, Command};
use clap::Parser;
use outcome::{Failure, Status};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program with its arguments, the program's name first, and gives its exit status: 0 fine, 1 the input was
/// rejected, 2 wrong usage, 3 a bug.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are errors to clap, with the exit code 0.
            let _ = error.print();
            return if error.use_stderr() { Status::Usage.into() } else { Status::Fine.into() };
        }
    };
    outcome::guard(|| match execute(&arguments.command) {
        Ok(status) => status,
        Err(Failure::BrokenPipe) => Status::Fine,
        Err(Failure::Rejected) => Status::Rejected,
        Err(Failure::Usage(message)) => {
            let _ = writeln!(std::io::stderr(), "nir: {message}");
            Status::Usage
        }
    })
    .into()
}

fn execute(command: &Command) -> Result<Status, Failure> {
    match command {
        Command::Check(arguments) => check::run(arguments),
        Command::Contract(command) => contract::run(command),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Fmt(arguments) => fmt::run(arguments),
        Command::Graph(arguments) => picture::run(arguments),
    }
}
