//! Standard input and output of a program that runs: output is buffered, and flushed before input is waited for, so that
//! a prompt is seen.

use std::io::{self, BufWriter, IsTerminal, Read, Stdout, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Standard output, shared by all that write to it.
#[derive(Clone)]
pub(crate) struct Output(Arc<Mutex<BufWriter<Stdout>>>);

impl Output {
    /// The process's.
    pub(crate) fn new() -> Output {
        Output(Arc::new(Mutex::new(BufWriter::new(io::stdout()))))
    }

    /// Nothing panics between lock and release, and a half-written buffer would still be one.
    fn lock(&self) -> MutexGuard<'_, BufWriter<Stdout>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lock().flush()
    }
}

/// What a serial port sends: on a terminal each byte is seen at once, elsewhere each line.
pub(crate) struct Serial(pub(crate) Output);

impl Write for Serial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        if bytes[..written].contains(&b'\n') || io::stdout().is_terminal() {
            self.0.flush()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Standard input, which flushes the output before it is read.
pub(crate) struct Input(pub(crate) Output);

impl Read for Input {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // Output that nobody takes is no reason not to read.
        let _ = self.0.flush();
        io::stdin().read(bytes)
    }
}

/// Standard error, behind what the program wrote to its output before.
pub(crate) struct ErrorOutput(pub(crate) Output);

impl Write for ErrorOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.flush();
        io::stderr().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
