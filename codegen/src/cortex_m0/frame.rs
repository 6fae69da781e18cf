//! The frame of a function.
//!
//! From the stack pointer of the body upwards: the area for arguments of calls, words of the allocator, what selection
//! wants for itself (copies of aggregate arguments, the pointer for an aggregate result), stack slots, saved registers.
//! Behind them stand the arguments that arrived on the stack.
//!
//! The prologue is `PUSH` of [`Frame::pushed`], then `SUB SP` of [`Frame::lowered`]. The epilogue is the reverse. The
//! whole has a multiple of 8 bytes where the function calls (AAPCS32, "Stack constraints at a public interface").
//! Registers of [`Frame::padding`] are pushed for the room alone, in place of a `SUB SP`: their words belong to the body,
//! and the epilogue may pop them into any register that holds nothing it needs, or add them to the stack pointer.

use super::inst::Cell;
use native_ir::{EntityRef, Slot};

/// The frame of a function. All figures are bytes unless they say otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Registers that the first `PUSH` saves, as bits by number: r4 to r7 and lr (14).
    pub(crate) saved: u16,
    /// Registers among r0 to r3 that it pushes too.
    pub(crate) padding: u16,
    /// What `SUB SP` takes behind it.
    pub(crate) lowered: u32,
    /// The area for arguments of calls.
    pub(crate) outgoing: u32,
    /// Words of the allocator.
    pub(crate) spills: u32,
    /// Where the area of [`Cell::Own`] begins.
    pub(crate) own: u32,
    /// Where each stack slot begins, and its alignment; above 8 its first byte is the next multiple from there.
    pub(crate) slots: Vec<(u32, u32)>,
    /// Arguments on the stack that the function takes off when it returns (`abi=tail`).
    pub(crate) pops: u32,
}

impl Frame {
    /// What the first `PUSH` pushes.
    pub(crate) fn pushed(&self) -> u16 {
        self.saved | self.padding
    }

    /// From the stack pointer of the body to that of the entry.
    pub(crate) fn bytes(&self) -> u32 {
        self.lowered + 4 * self.pushed().count_ones()
    }

    /// How far from the stack pointer of the body a cell lies.
    pub(crate) fn offset(&self, cell: Cell) -> u32 {
        match cell {
            Cell::Outgoing(bytes) => bytes,
            Cell::Spill(index) => self.outgoing + 4 * index,
            Cell::Own(bytes) => self.own + bytes,
            Cell::Slot(slot, bytes) => self.slot(slot) + bytes,
            Cell::Incoming(bytes) => self.bytes() + bytes,
        }
    }

    /// Where a saved register is kept: pushed registers lie ascending above the padding and the body.
    pub(crate) fn kept(&self, register: u8) -> u32 {
        let below = self.pushed() & ((1u16 << register) - 1);
        self.lowered + 4 * below.count_ones()
    }

    fn slot(&self, slot: Slot) -> u32 {
        self.slots.get(slot.index()).map_or(0, |&(offset, _)| offset)
    }
}
