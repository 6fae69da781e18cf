//! Faults of the processor as signals: which one, and how a handler of the program gets it.
//!
//! A handler is called with the signal's number, a pointer to its information, whose third word is the address of a memory
//! fault, and a pointer to a context that has the stack pointer at 160 and the program counter at 168. It does not return.

use super::machine::Engine;
use unicorn_engine::{RegisterX86, uc_error};

const SIGILL: u8 = 4;
const SIGFPE: u8 = 8;
const SIGSEGV: u8 = 11;
/// Signals that a program can handle.
const SIGNALS: usize = 65;
/// Bytes that the kernel leaves alone below the stack pointer.
const RED_ZONE: u64 = 128;
/// Bytes of information and context together, as large as the kernel's are without vector registers.
const FRAME: u64 = 1024;
/// Where the context lies in them.
const CONTEXT: u64 = 128;
/// The least that a stack for signals must have.
pub(crate) const ALTERNATE_BYTES: u64 = 2048;

/// A stack for signals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlternateStack {
    /// The first byte behind it.
    pub(crate) end: u64,
}

/// What the program says of signals.
pub(crate) struct Signals {
    /// By number: the handler's address; 0 where there is none.
    pub(crate) handlers: Vec<u64>,
    pub(crate) alternate: Option<AlternateStack>,
    /// The address of the last memory fault.
    pub(crate) fault: u64,
    /// The number of the last exception that no hook of memory or instructions saw.
    pub(crate) exception: Option<u32>,
}

impl Signals {
    pub(crate) fn new() -> Signals {
        Signals { handlers: vec![0; SIGNALS], alternate: None, fault: 0, exception: None }
    }
}

/// The signal of how the processor stopped; none when it did by itself.
///
/// # Errors
/// The error is none that a program makes.
pub(crate) fn of(result: Result<(), uc_error>, exception: Option<u32>) -> Result<Option<u8>, uc_error> {
    match (result, exception) {
        (Ok(()), None) => Ok(None),
        (Ok(()) | Err(uc_error::EXCEPTION), exception) => Ok(Some(match exception {
            Some(0) => SIGFPE,
            Some(6) => SIGILL,
            _ => SIGSEGV,
        })),
        (Err(uc_error::INSN_INVALID), _) => Ok(Some(SIGILL)),
        (
            Err(
                uc_error::READ_UNMAPPED
                | uc_error::WRITE_UNMAPPED
                | uc_error::FETCH_UNMAPPED
                | uc_error::READ_PROT
                | uc_error::WRITE_PROT
                | uc_error::FETCH_PROT,
            ),
            _,
        ) => Ok(Some(SIGSEGV)),
        (Err(error), _) => Err(error),
    }
}

/// Has the program's handler called next. False when there is none: the signal ends the program.
pub(crate) fn deliver(engine: &mut Engine<'_>, signal: u8) -> Result<bool, uc_error> {
    let signals = &engine.get_data().signals;
    let handler = signals.handlers.get(usize::from(signal)).copied().unwrap_or(0);
    let (alternate, fault) = (signals.alternate, signals.fault);
    if handler == 0 {
        return Ok(false);
    }
    let (stack, counter) = (engine.reg_read(RegisterX86::RSP)?, engine.reg_read(RegisterX86::RIP)?);
    let end = alternate.map_or(stack.wrapping_sub(RED_ZONE), |alternate| alternate.end);
    let info = end.wrapping_sub(FRAME) / 16 * 16;
    let context = info + CONTEXT;
    let mut frame = vec![0; FRAME as usize];
    let mut word = |at: u64, value: u64| frame[at as usize..at as usize + 8].copy_from_slice(&value.to_le_bytes());
    word(0, u64::from(signal));
    word(16, fault);
    word(CONTEXT + 160, stack);
    word(CONTEXT + 168, counter);
    frame.truncate((end.wrapping_sub(info)).min(FRAME) as usize);
    // A program without room for the frame ends by the signal, as under Linux.
    if engine.mem_write(info, &frame).is_err() {
        return Ok(false);
    }
    // Where the handler would return to: a signal's end that is never come to.
    let top = info - 8;
    if engine.mem_write(top, &handler.to_le_bytes()).is_err() {
        return Ok(false);
    }
    for (register, value) in [
        (RegisterX86::RDI, u64::from(signal)),
        (RegisterX86::RSI, info),
        (RegisterX86::RDX, context),
        (RegisterX86::RSP, top),
        (RegisterX86::RIP, handler),
    ] {
        engine.reg_write(register, value)?;
    }
    Ok(true)
}
