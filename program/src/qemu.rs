//! Calls in QEMU, whose devices are its own.

use crate::{Callable, End, Error, frame};
use emulator::Backtrace;
use emulator::qemu::{Options, Session, Stop};
use native_ir::{Func, Module, Trap};
use std::time::Duration;

/// The number of the stack pointer.
const SP: u8 = 13;

/// A process of QEMU with an image that waits for calls.
pub struct Process {
    session: Session,
    /// Whether the last call ended at an instruction that could not be done.
    failed: bool,
}

impl Process {
    /// A process whose image's data has its values. With `streams` it has those of this process.
    ///
    /// # Errors
    /// QEMU cannot be started, or the image does not get ready.
    pub fn new(callable: &Callable, handles_faults: bool, streams: bool) -> Result<Process, Error> {
        let elf = callable.image.elf().map_err(failed)?;
        let memory = callable.image.memory;
        let board = Options::default();
        let options = Options {
            ready: Some(callable.ready()?),
            handles_faults,
            streams,
            flash: board.flash.max(memory.flash.bytes),
            ram: board.ram.max(memory.ram.bytes),
            ..board
        };
        Ok(Process { session: Session::new(&elf, options).map_err(failed)?, failed: false })
    }

    /// Puts another image into the process, which has to have the memory for it.
    ///
    /// # Errors
    /// As for [`Process::new`].
    pub fn replace(&mut self, callable: &Callable) -> Result<(), Error> {
        let elf = callable.image.elf().map_err(failed)?;
        self.session.replace(&elf, Some(callable.ready()?)).map_err(failed)
    }

    /// Calls a function in a fresh state; with what it wrote to its output and to its error output.
    ///
    /// # Errors
    /// It cannot be called, or QEMU does not do what it should.
    pub fn call(
        &mut self,
        callable: &Callable,
        module: &Module,
        call: (Func, &[u128]),
        limit: Option<Duration>,
    ) -> Result<(End, Vec<u8>, Vec<u8>), Error> {
        let (address, layout) = callable.function(call.0)?;
        let frame = frame::frame(module, layout, call.1);
        let session = &mut self.session;
        let mut begin = || {
            session.reset()?;
            let stack = session.register(SP).wrapping_sub(frame.stack.len() as u32);
            session.set_register(SP, stack);
            session.write(stack, &frame.stack)?;
            for (number, value) in (0..).zip(frame.registers) {
                session.set_register(number, value);
            }
            session.call(address, limit)
        };
        let stop = begin().map_err(failed)?;
        self.failed = matches!(stop, Stop::Trap { .. } | Stop::Fault(_));
        let end = match stop {
            Stop::Returned => {
                let registers = [0, 1, 2, 3].map(|number| session.register(number));
                End::Returned(frame::results(module, layout, registers))
            }
            Stop::Exited(status) => End::Exited(status),
            Stop::Trap { code, address } => callable.trapped(code, address),
            Stop::Fault(address) => End::Stopped(format!("a fault {}", callable.place(address))),
            Stop::TimedOut => End::Stopped(format!("more than {} seconds", limit.unwrap_or_default().as_secs())),
            Stop::Lockup => {
                End::Trapped { trap: Trap::Lockup, address: 0, detail: None, place: "in QEMU".to_string() }
            }
            Stop::Gone => End::Stopped("the end of QEMU".to_string()),
        };
        let (output, error) = session.output().map_err(failed)?;
        Ok((end, output, error))
    }

    /// The calls that led to the trap or fault by which the last call ended; none when it ended otherwise.
    ///
    /// # Errors
    /// The image has no tables that can be read.
    pub fn backtrace(&mut self, callable: &Callable) -> Result<Backtrace, Error> {
        if !self.failed {
            return Ok(Backtrace::default());
        }
        let registers = self.session.registers();
        let mut word = |address| {
            let mut bytes = [0; 4];
            self.session.read(address, &mut bytes).ok().map(|()| u32::from_le_bytes(bytes))
        };
        callable.backtrace(registers, &mut word)
    }
}

fn failed(error: impl ToString) -> Error {
    Error::Machine(error.to_string())
}
