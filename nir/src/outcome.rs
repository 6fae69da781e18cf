//! How a command ends: the exit statuses, which are fixed because scripts rely on them, and what stops a command early.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// The exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done, and fine.
    Fine,
    /// The input was rejected, or a test failed; why was printed.
    Rejected,
    /// Wrong usage; a path that cannot be read is such.
    Usage,
    /// A bug of the program.
    Internal,
    /// `nir run` could not run the program, or not to its end.
    NotRun,
    /// What the program that `nir run` ran ended with, or the status of its trap.
    Program(u8),
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Fine => 0,
            Status::Rejected => 1,
            Status::Usage => 2,
            Status::Internal => 3,
            Status::NotRun => 125,
            Status::Program(status) => status,
        })
    }
}

/// What stops a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong usage, in words.
    Usage(String),
    /// The input was rejected; why was printed.
    Rejected,
    /// Whoever reads the output has gone; nothing is left to say.
    BrokenPipe,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Usage(format!("the output cannot be written: {error}")),
        }
    }
}

/// Runs a command; a panic in it becomes [`Status::Internal`] and a message that says how to report it.
pub(crate) fn guard(command: impl FnOnce() -> Status) -> Status {
    std::panic::set_hook(Box::new(|panic| {
        let _ = writeln!(io::stderr(), "{}", bug_report(&panic.to_string()));
    }));
    let status = catch_unwind(AssertUnwindSafe(command)).unwrap_or(Status::Internal);
    // The hook is taken back, so that it does not outlive the command in a test.
    let _ = std::panic::take_hook();
    status
}

fn bug_report(panic: &str) -> String {
    format!(
        "nir: internal error: {panic}\n\
         This is a bug in nir {}, whatever the input was. Please report it to the project's issue tracker with\n\
         this message, the command line and, if you can, the smallest input that shows it.",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_internal_error_that_says_how_to_report_it() {
        assert_eq!(guard(|| panic!("no such thing")), Status::Internal);
        assert_eq!(guard(|| Status::Rejected), Status::Rejected);
        let text = bug_report("no such thing");
        assert!(text.contains("internal error: no such thing") && text.contains("Please report it"), "{text}");
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let gone = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(gone, Failure::BrokenPipe));
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, Failure::Usage(message) if message.contains("cannot be written")));
    }
}
