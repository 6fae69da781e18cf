//! The machine code for Cortex-M0 that no IR can say, and what is shared by all who link it.
//!
//! Instructions are those of ARM DDI 0419, chapter A6; exception entry and return are its section B1.5. A [`Piece`] is
//! code under a name. What it depends on stands in fields, which writers fill in: [`crate::firmware`] with addresses,
//! [`crate::runtime_archive`] with relocations.
//!
//! | file | |
//! |---|---|
//! | `code` | instructions one behind the other, their constants and branches |
//! | `start` | the first instructions, unexpected exceptions, requests to the host |
//! | `fault` | the handler of faults |
//! | `compare` | comparisons of floats that answer in the flags |

mod code;
mod compare;
mod fault;
mod start;

pub(crate) use compare::{Comparison, comparisons};
pub(crate) use fault::{FAULT, Faults, TRAPPED, fault};
pub(crate) use start::{EXIT, PREPARE, READY, RESET, SEMIHOST, Start, UNEXPECTED, semihost, stack_of, unexpected};

use crate::program::Target;
use artifact::{RelocationKind, UnwindRow};

/// Bytes that an exception's entry pushes (B1.5.6).
pub(crate) const EXCEPTION_FRAME: u32 = 32;
/// Addresses that code may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The first byte of the code.
    Text,
    /// How many bytes the code has.
    TextBytes,
    /// Where data with values begins in RAM, and where it ends.
    Data,
    DataEnd,
    /// Where the values are in flash.
    DataLoad,
    /// Where what begins as zero ends, behind the data.
    ZeroEnd,
    /// Where the stack begins.
    StackTop,
}

/// What a field of the code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A function of the program.
    Function(Target),
    /// An address that is known when everything has its place, and what is added to it.
    Mark(Mark, i32),
    /// The first instruction of a function, with bit 0 clear.
    Place(Target),
    /// A number.
    Number(u32),
}

/// A field that is known only when addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) offset: u32,
    pub(crate) kind: RelocationKind,
    pub(crate) value: Value,
}

/// Code under a name.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Where constants begin.
    pub(crate) literals: u32,
    pub(crate) fields: Vec<Field>,
    /// Further symbols in it, by offset.
    pub(crate) inner: Vec<(&'static str, u32)>,
    /// Where its frame is, as far as it is not that of its caller.
    pub(crate) unwind: Vec<UnwindRow>,
}
