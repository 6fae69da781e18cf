//! The directives of executable fixtures: lines that begin with `;!`, comments to everything but a test runner.
//!
//! `run`, `trap` and `exit` are calls; the other directives say more of the call before them. `fixtures/README.md` is
//! their reference. Everything is read before anything runs, so a call that cannot be made is found whatever the program
//! does.

mod error;
mod near;
mod parse;
#[cfg(test)]
mod tests;
pub mod values;

pub use error::DirectiveError;
pub use near::near;
pub use parse::read;

use devices::Access;
use native_ir::{Func, Trap};

/// How a line with a directive begins.
const MARK: &str = ";!";

/// A call of a function, and everything that shall come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The line of the file, from 1.
    pub line: usize,
    /// The directive as it is written, without the mark.
    pub text: String,
    /// The function.
    pub func: Func,
    /// The bits of its arguments.
    pub arguments: Vec<u128>,
    /// How the call ends.
    pub end: End,
    /// What it has beside its arguments, and what it does beside ending.
    pub world: World,
}

/// How a call ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It returns whatever it returns, or exits with status 0.
    Well,
    /// It returns these values.
    Returns(Vec<Wanted>),
    /// It stops with this trap.
    Traps(Trap),
    /// The program exits with this status.
    Exits(u8),
}

/// A result that a call shall have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// These bits.
    Bits(u128),
    /// Any NaN. As an argument `nan` is the quiet one, with these bits.
    Nan(u128),
}

impl Wanted {
    /// The bits of the literal.
    pub fn bits(self) -> u128 {
        match self {
            Wanted::Bits(bits) | Wanted::Nan(bits) => bits,
        }
    }

    /// Whether a result is the one that is wanted.
    pub fn is(self, found: u128) -> bool {
        match self {
            Wanted::Bits(bits) => bits == found,
            // The bits of the quiet NaN without a payload are the exponent's and one more: whatever has the exponent's
            // bits and any below is a NaN.
            Wanted::Nan(quiet) => {
                let lowest = quiet & quiet.wrapping_neg();
                let exponent = quiet ^ lowest;
                found & exponent == exponent && found & ((lowest << 1) - 1) != 0
            }
        }
    }
}

/// What a call sees and does beside its arguments and results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// What can be read from standard input.
    pub stdin: Vec<u8>,
    /// The program's arguments.
    pub arguments: Vec<Vec<u8>>,
    /// What is written to standard output, if that matters.
    pub stdout: Option<Vec<u8>>,
    /// What is written to standard error, if that matters.
    pub stderr: Option<Vec<u8>>,
    /// The volatile accesses, all and in order.
    pub mmio: Vec<Access>,
    /// Whether the processor's own devices are there, and handlers of its exceptions are found by their names.
    pub core: bool,
    /// Before which volatile access, counted from 1, which handler runs.
    pub interrupts: Vec<(u64, Func)>,
    /// How many instructions are executed, if that matters.
    pub fuel: Option<u64>,
}

/// Whether a text has a line with a directive.
pub fn any_in(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| line.trim_ascii_start().starts_with(MARK.as_bytes()))
}
