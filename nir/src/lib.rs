//! The command line of the toolkit: `nir build`, `check`, `contract`, `disasm`, `explain`, `fmt`, `graph`, `import`,
//! `report`, `run` and `test`.
//!
//! It reads arguments and files, calls the crates that know something, and prints. What another crate could own does
//! not live here. Diagnostics go to standard error and results to standard output, so that each can be piped alone.

mod arguments;
mod build;
mod check;
mod contract;
mod disasm;
mod engine;
mod explain;
mod files;
mod fmt;
pub mod graph;
mod import;
mod load;
mod native;
mod outcome;
mod picture;
mod report;
mod run;
mod survey;
mod svd;
mod tables;
mod test;

use arguments::{Arguments, Command};
use clap::Parser;
use outcome::{Failure, Status};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program with its arguments, the program's name first, and gives its exit status: 0 fine, 1 the input was
/// rejected or a test failed, 2 wrong usage, 3 a bug. `nir run` gives the status of the program that it runs, and 125
/// instead of 1 and 2.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let runs = arguments.get(1).is_some_and(|command| command == "run");
    let own = |status: Status| if runs { Status::NotRun } else { status };
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are errors to clap, with the exit code 0.
            let _ = error.print();
            return if error.use_stderr() { own(Status::Usage).into() } else { Status::Fine.into() };
        }
    };
    outcome::guard(|| match execute(&arguments.command) {
        Ok(status) => status,
        Err(Failure::BrokenPipe) => Status::Fine,
        Err(Failure::Rejected) => own(Status::Rejected),
        Err(Failure::Usage(message)) => {
            let _ = writeln!(std::io::stderr(), "nir: {message}");
            own(Status::Usage)
        }
    })
    .into()
}

fn execute(command: &Command) -> Result<Status, Failure> {
    match command {
        Command::Build(arguments) => build::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Contract(command) => contract::run(command),
        Command::Disasm(arguments) => disasm::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Fmt(arguments) => fmt::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Graph(arguments) => picture::run(arguments),
        Command::Report(arguments) => survey::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Svd(arguments) => svd::run(arguments),
        Command::Test(arguments) => test::run(arguments),
    }
}
