//! The directives of executable fixtures: lines that begin with `;!`, comments to everything but a test runner.
//!
//! `run`, `trap` and `exit` are calls; the other directives say more of the call before them. `fixtures/README.md` is
//! their reference. Everything is read before anything runs, so a call that cannot be made is found whatever the program
//! does.

mod error;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use error::DirectiveError;
pub(crate) use parse::read;

use devices::Access;
use native_ir::{Func, Trap};

/// How a line with a directive begins.
const MARK: &str = ";!";

/// A call of a function, and everything that shall come of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// The line of the file, from 1.
    pub(crate) line: usize,
    /// The directive as it is written, without the mark.
    pub(crate) text: String,
    /// The function.
    pub(crate) func: Func,
    /// The bits of its arguments.
    pub(crate) arguments: Vec<u128>,
    /// How the call ends.
    pub(crate) end: End,
    /// What it has beside its arguments, and what it does beside ending.
    pub(crate) world: World,
}

/// How a call ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
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
pub(crate) enum Wanted {
    /// These bits.
    Bits(u128),
    /// Any NaN. As an argument `nan` is the quiet one, with these bits.
    Nan(u128),
}

impl Wanted {
    /// The bits of the literal.
    pub(crate) fn bits(self) -> u128 {
        match self {
            Wanted::Bits(bits) | Wanted::Nan(bits) => bits,
        }
    }

    /// Whether a result is the one that is wanted.
    pub(crate) fn is(self, found: u128) -> bool {
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
pub(crate) struct World {
    /// What can be read from standard input.
    pub(crate) stdin: Vec<u8>,
    /// The program's arguments.
    pub(crate) arguments: Vec<Vec<u8>>,
    /// What is written to standard output, if that matters.
    pub(crate) stdout: Option<Vec<u8>>,
    /// What is written to standard error, if that matters.
    pub(crate) stderr: Option<Vec<u8>>,
    /// The volatile accesses, all and in order.
    pub(crate) mmio: Vec<Access>,
    /// Before which volatile access, counted from 1, which handler runs.
    pub(crate) interrupts: Vec<(u64, Func)>,
    /// How many instructions are executed, if that matters.
    pub(crate) fuel: Option<u64>,
}

/// Whether a text has a line with a directive.
pub(crate) fn any_in(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').any(|line| line.trim_ascii_start().starts_with(MARK.as_bytes()))
}
