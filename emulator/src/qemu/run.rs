//! Runs firmware to its end.

use super::command::{Debugger, PROGRAM, command};
use super::gdb::{Gdb, Reply};
use super::session::connect;
use crate::backtrace::interrupted;
use crate::{Backtrace, Error};
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// The signal by which QEMU ends itself when the processor is locked up.
pub(super) const ABORT: i32 = 6;

/// What stands around firmware.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Its arguments.
    pub arguments: Vec<Vec<u8>>,
    /// What its serial port and its standard input get; without this they are those of this process, and so are the outputs.
    pub input: Option<Vec<u8>>,
    /// Where a debugger can come in.
    pub debugger: Option<Debugger>,
    /// The handler of faults for whose first fault [`Run::calls`] is made; no debugger can come in then.
    pub handler: Option<u32>,
    /// How long it may run; without an end when none is given.
    pub limit: Option<Duration>,
    /// The most bytes that are kept of each output.
    pub most_output: usize,
}

/// What came of firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// What its serial port and its standard output sent, if they were not those of this process.
    pub output: Vec<u8>,
    /// Standard error likewise.
    pub error: Vec<u8>,
    /// The calls that led to the fault for which [`Host::handler`] ran first, if one did.
    pub calls: Backtrace,
}

/// How firmware ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By semihosting, with this status.
    Exited(u8),
    /// By a fault in the handler of a fault.
    Lockup,
    /// QEMU itself ended by a signal.
    Killed(i32),
    /// It ran too long.
    TimedOut,
}

/// Runs the ELF file of firmware.
///
/// # Errors
/// QEMU cannot be started, or its streams cannot be read.
pub fn run(image: &[u8], host: &Host) -> Result<Run, Error> {
    let unable = |error: io::Error| Error::Qemu(error.to_string());
    let folder = tempfile::tempdir().map_err(unable)?;
    let path = folder.path().join("firmware.elf");
    std::fs::write(&path, image).map_err(unable)?;
    let socket = folder.path().join("debugger");
    let own = host.handler.map(|_| Debugger::Socket(socket.clone().into_os_string()));
    let mut command = command(&path, &host.arguments, own.as_ref().or(host.debugger.as_ref()));
    if host.input.is_some() {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let mut child = command.spawn().map_err(|error| missing(&error))?;
    let input = host.input.clone().unwrap_or_default();
    let writer = child.stdin.take().map(|mut to| {
        thread::spawn(move || {
            // A program that ends before it has read everything wants no more.
            let _ = to.write_all(&input);
        })
    });
    let output = child.stdout.take().map(|from| keep(from, host.most_output));
    let error = child.stderr.take().map(|from| keep(from, host.most_output));
    let watcher = host.handler.map(|handler| {
        let mut gdb = connect(&socket, &mut child).and_then(Gdb::new)?;
        gdb.stop_at(handler)?;
        let image = image.to_vec();
        Ok(thread::spawn(move || watch(gdb, &image, handler)))
    });
    let watcher = watcher.transpose().inspect_err(|_| {
        // It waits for somebody who does not come. One that has ended cannot be ended.
        let _ = child.kill();
        let _ = child.wait();
    })?;
    let ended = wait(&mut child, host.limit).map_err(unable)?;
    let taken = |reader: Option<thread::JoinHandle<Vec<u8>>>| reader.and_then(|reader| reader.join().ok());
    let (output, error) = (taken(output).unwrap_or_default(), taken(error).unwrap_or_default());
    if let Some(writer) = writer {
        // It ends with the process that it wrote to.
        let _ = writer.join();
    }
    let (end, error) = end(ended, error);
    let calls = watcher.and_then(|watcher| watcher.join().ok()).unwrap_or_default();
    Ok(Run { end, output, error, calls })
}

/// Lets the program run, and finds the calls that led to its first fault.
fn watch(mut gdb: Gdb, image: &[u8], handler: u32) -> Backtrace {
    if gdb.go_on(Duration::MAX) != Ok(Reply::Stopped) {
        return Backtrace::default();
    }
    let registers = gdb.registers();
    let mut word = |address| {
        let mut bytes = [0; 4];
        gdb.read(address, &mut bytes).ok().map(|()| u32::from_le_bytes(bytes))
    };
    let before = registers.ok().and_then(|registers| interrupted(registers, &mut word));
    let calls = before.and_then(|before| Backtrace::new(image, before, &mut word).ok());
    // How it ends is seen by the process.
    let _ = gdb.pass(handler).and_then(|()| gdb.go_on(Duration::MAX));
    calls.unwrap_or_default()
}

/// Why QEMU did not start.
pub(super) fn missing(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Error::Qemu(format!("{PROGRAM} is missing: install it (the Debian package is {PROGRAM})"))
        }
        _ => Error::Qemu(format!("{PROGRAM}: {error}")),
    }
}

/// How a process ended; none when it had to be ended. What QEMU says of a lockup is no output of the program.
fn end(status: Option<ExitStatus>, mut error: Vec<u8>) -> (End, Vec<u8>) {
    let Some(status) = status else { return (End::TimedOut, error) };
    match (status.code(), status.signal()) {
        (Some(code), _) => (End::Exited(code as u8), error),
        (None, Some(ABORT)) => {
            let end = if forget_report(&mut error) { End::Lockup } else { End::Killed(ABORT) };
            (end, error)
        }
        (None, signal) => (End::Killed(signal.unwrap_or(0)), error),
    }
}

/// Takes what QEMU says of a lockup from behind what the program wrote; whether it says that.
pub(super) fn forget_report(error: &mut Vec<u8>) -> bool {
    const REPORT: &[u8] = b"qemu: fatal: Lockup";
    let at = error.windows(REPORT.len()).position(|bytes| bytes == REPORT);
    at.inspect(|at| error.truncate(*at)).is_some()
}

/// Waits for a process, but no longer than allowed: then it is ended.
fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else { return child.wait().map(Some) };
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Keeps what is read, up to a limit; what comes behind is read and dropped, so that nobody waits.
fn keep(mut from: impl Read + Send + 'static, most: usize) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let room = most.saturating_sub(kept.len()).min(read);
            kept.extend_from_slice(&buffer[..room]);
        }
        kept
    })
}
