//! The form of bytecode: 64-bit words.
//!
//! An instruction is one word, or one word and literals behind it:
//!
//! | bits | meaning |
//! |---|---|
//! | 0–15 | operation ([`crate::operation::Op`]) |
//! | 16–31 | `a`: a frame slot, by custom the destination |
//! | 32–47 | `b`: a frame slot |
//! | 48–63 | `c`: a frame slot or a small number |
//!
//! Operations that go somewhere read `b` and `c` together as `bc`, 32 bits with a sign: a distance in words from the
//! instruction's own first word. The table of operations says which literals an operation has.

use crate::operation::Op;

/// An instruction's first word.
pub(crate) const fn pack(op: Op, a: u16, b: u16, c: u16) -> u64 {
    op.0 as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48
}

/// An instruction's first word with a 32-bit number in place of `b` and `c`.
pub(crate) fn pack_wide(op: Op, a: u16, bc: i32) -> u64 {
    u64::from(op.0) | u64::from(a) << 16 | u64::from(bc as u32) << 32
}

/// A literal of two halves.
pub(crate) fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// The operation of an instruction's first word.
pub(crate) fn op(word: u64) -> Op {
    Op(word as u16)
}

/// Slot `a`.
pub(crate) fn a(word: u64) -> u16 {
    (word >> 16) as u16
}

/// Slot `b`.
pub(crate) fn b(word: u64) -> u16 {
    (word >> 32) as u16
}

/// Slot `c`.
pub(crate) fn c(word: u64) -> u16 {
    (word >> 48) as u16
}

/// `b` and `c` as one number.
pub(crate) fn bc(word: u64) -> i32 {
    (word >> 32) as i32
}
