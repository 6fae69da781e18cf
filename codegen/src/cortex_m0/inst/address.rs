//! What loads and stores access.

use super::Reg;
use native_ir::Slot;

/// A word, or the beginning of bytes, of the frame or of what the caller left there. `Frame::offset` says how far from
/// the stack pointer it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cell {
    /// So many bytes into the area for arguments of calls, which begins at the stack pointer.
    Outgoing(u32),
    /// A word of the allocator, by index.
    Spill(u32),
    /// So many bytes into a stack slot.
    Slot(Slot, u32),
    /// So many bytes into the area of copies and other things that selection wants.
    Own(u32),
    /// So many bytes into the arguments that arrived on the stack.
    Incoming(u32),
}

/// What a load or store accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// `[base, #offset]`: a multiple of the width, at most 31 times the width. Not for signed loads.
    Offset(Reg, u8),
    /// `[base, index]`
    Index(Reg, Reg),
    /// `[sp, #…]`: a word of the frame, for words only. The encoder finds the form that reaches it; one that is out of
    /// reach of `[sp, #imm8]` takes more instructions, none of which changes flags.
    Cell(Cell),
}
