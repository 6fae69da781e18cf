//! Programs with calls as processes of this machine.
//!
//! The name by which a program is started says which call it makes and where its results go (`call.nir` of the host
//! runtime). A program that comes back from its call writes them; one that ends otherwise does not.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

/// An executable in a temporary folder.
pub(crate) struct Program {
    folder: TempDir,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The call came back; the bytes of its results.
    Returned(Vec<u8>),
    /// It exited with a status, that of its trap's class if it trapped.
    Exited(u8),
    /// A signal ended it.
    Killed(i32),
}

impl Program {
    /// Writes an executable to a folder of its own, which goes when this does.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(bytes: &[u8]) -> io::Result<Program> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let folder = tempfile::tempdir()?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o700).open(folder.path().join("program"))?.write_all(bytes)?;
        Ok(Program { folder })
    }

    /// The command that makes a call of a number. The program's arguments and streams can be added.
    pub(crate) fn command(&self, call: usize) -> Command {
        let mut name = OsString::from(format!("{call}:"));
        name.push(self.results(call));
        let mut command = Command::new(self.folder.path().join("program"));
        command.arg0(name);
        command
    }

    /// Starts a process of that command.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
        const TRIES: usize = 500;
        for _ in 0..TRIES {
            match command.spawn() {
                // A process that another thread was starting while the file was written still has it open for writing, for as
                // long as it has not become what it runs.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => sleep(Duration::from_millis(2)),
                result => return result,
            }
        }
        command.spawn()
    }

    /// How a process of that command ended.
    pub(crate) fn end(&self, call: usize, status: ExitStatus) -> End {
        match (status.code(), status.signal()) {
            (Some(0), _) => match std::fs::read(self.results(call)) {
                Ok(bytes) => End::Returned(bytes),
                Err(_) => End::Exited(0),
            },
            (Some(status), _) => End::Exited(status as u8),
            (None, signal) => End::Killed(signal.unwrap_or(0)),
        }
    }

    fn results(&self, call: usize) -> PathBuf {
        self.folder.path().join(format!("results-{call}"))
    }
}
