//! How to find the caller from any instruction.
//!
//! The canonical frame address (CFA) is the stack pointer with which the caller goes on when the call is over: what a
//! callee takes off the stack lies below it. So it stays where it is over a tail call whose callee takes more or fewer
//! bytes of arguments, though the return address moves.
//!
//! At a function's first byte the rules of the platform hold: on x86-64 the CFA is `rsp + 8` and the return address stands
//! at `CFA - 8`. Rows change that from their offset on. What holds at the byte that a call returns to also holds for the
//! caller while the call is under way.

/// From this byte on, unwinding has one rule more or another rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnwindRow {
    /// The first byte for which it holds.
    pub offset: u32,
    /// The change.
    pub op: UnwindOp,
}

/// A change of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnwindOp {
    /// The CFA is the stack pointer plus so many bytes.
    Cfa(u32),
    /// A register, by its number in machine code, is kept at the CFA minus so many bytes.
    Saved(u8, u32),
    /// The return address is kept at the CFA minus so many bytes.
    Return(u32),
    /// A register, by its number in machine code, has the caller's value again.
    Restored(u8),
    /// Keeps the rules for [`UnwindOp::Recall`]: an epilogue begins, and the code behind it has the frame.
    Remember,
    /// The rules kept last hold again.
    Recall,
}
