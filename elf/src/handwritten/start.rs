//! Before and after the program's entry, exceptions that nobody expects, requests to the host. All code here keeps the stack
//! pointer where it found it.

use super::code::Code;
use super::{Mark, Piece, Value};
use crate::program::Target;

/// Where the processor begins.
pub(crate) const RESET: &str = "__nir_reset";
/// The handler of exceptions that the program handles nowhere.
pub(crate) const UNEXPECTED: &str = "__nir_unexpected";
/// A request to the host under which the machine runs: `fn(number, arguments) -> result`.
pub(crate) const SEMIHOST: &str = "__nir_semihost";
/// Where an image that is only called from outside waits when its data has its values.
pub(crate) const READY: &str = "__nir_ready";
/// The function of the library that gives data its values.
pub(crate) const PREPARE: &str = "__nir_prepare";
/// The function of the library that ends the program.
pub(crate) const EXIT: &str = "zero_exit";

/// What happens before and after the program's entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// [`PREPARE`], where there is data.
    pub(crate) prepare: Option<Target>,
    /// The entry; without one the image waits to be called.
    pub(crate) entry: Option<Target>,
    /// Whether its result is the exit status.
    pub(crate) gives_status: bool,
    /// [`EXIT`], where the entry may return.
    pub(crate) exit: Option<Target>,
}

impl Start {
    /// The reset handler. The processor has set the stack pointer.
    pub(crate) fn code(self) -> Piece {
        let mut code = Code::default();
        if let Some(prepare) = self.prepare {
            code.load(0, Value::Mark(Mark::Data, 0));
            code.load(1, Value::Mark(Mark::DataEnd, 0));
            code.load(2, Value::Mark(Mark::DataLoad, 0));
            code.load(3, Value::Mark(Mark::ZeroEnd, 0));
            code.call(prepare);
        }
        let Some(entry) = self.entry else {
            let at = code.here();
            code.push(&[0xe7fe]); // b .
            return Piece { inner: vec![(READY, at)], ..code.finish(RESET) };
        };
        code.call(entry);
        if let Some(exit) = self.exit {
            if !self.gives_status {
                code.push(&[0x2000]); // movs r0, #0
            }
            code.call(exit);
        }
        code.push(&[0xe7fe]); // b .
        code.finish(RESET)
    }
}

/// [`SEMIHOST`]: a breakpoint that the host takes for a request.
pub(crate) fn semihost() -> Piece {
    let mut code = Code::default();
    code.push(&[0xbeab]); // bkpt 0xab
    code.push(&[0x4770]); // bx lr
    code.finish(SEMIHOST)
}

/// The handler of unexpected exceptions: an instruction that traps as `unreachable` where traps are reported, else an
/// endless loop.
pub(crate) fn unexpected(trap: Option<u8>) -> Piece {
    let mut code = Code::default();
    code.push(&[trap.map_or(0xe7fe, |number| 0xde00 | u16::from(number))]); // b . or udf
    code.finish(UNEXPECTED)
}

/// How many bytes of stack the functions take that images have of the writer itself, by their names.
pub(crate) fn stack_of(name: &str) -> Option<u64> {
    (name == SEMIHOST).then_some(0)
}
