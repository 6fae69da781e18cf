//! The frame of a function.
//!
//! From the stack pointer of the body upwards: the area for arguments of calls, words of the allocator, what selection
//! wants for itself (copies of aggregate arguments, the pointer for an aggregate result), stack slots, saved registers.
//! Behind them stand the arguments that arrived on the stack.
//!
//! The prologue is `PUSH` of [`Frame::first`], then of [`Frame::carriers`], to which r8 to r11 were moved, then `SUB SP` of
//! [`Frame::lowered`]. The epilogue is the reverse. The
//! whole has a multiple of 8 bytes where the function calls (AAPCS32, "Stack constraints at a public interface").
//! Registers of [`Frame::padding`] are pushed for the room alone, in place of a `SUB SP`: their words belong to the body,
//! and the epilogue may pop them into any register that holds nothing it needs, or add them to the stack pointer.

use super::M0;
use super::inst::{Cell, Code, Inst, Role};
use crate::context::Context;
use native_ir::{EntityRef, Function, Slot};

/// Low registers that calls preserve: r4 to r7, as bits.
const LOW: u16 = 0xf0;
/// High registers that they preserve: r8 to r11, as bits.
const HIGH: u16 = 0xf00;
/// lr, as a bit.
const LINK: u16 = 1 << 14;

/// What selection and allocation ask of a frame.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Needs {
    /// Bytes of [`Cell::Own`].
    pub(crate) own: u32,
    /// Bytes for arguments of calls.
    pub(crate) outgoing: u32,
    /// Words of the allocator.
    pub(crate) spills: u32,
    /// Whether lr is saved in any case.
    pub(crate) link: bool,
}

/// The frame of a function. All figures are bytes unless they say otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Registers that are saved, as bits by number: r4 to r11 and lr (14). Of r4 to r7 there are as many as of r8 to r11.
    pub(crate) saved: u16,
    /// Registers among r0 to r3 that the last `PUSH` pushes too.
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
    /// Lays out the frame of a function whose registers are allocated.
    pub(crate) fn new(context: &Context<'_, M0>, function: &Function, code: &Code, needs: Needs) -> Frame {
        let layout = context.call_layout(function.ty);
        let pops = layout.filter(|layout| layout.callee_pops).map_or(0, |layout| layout.stack_bytes as u32);
        let mut frame = Frame { pops, spills: 4 * needs.spills, ..Frame::default() };
        let mut saved = written(code) & (LOW | HIGH | LINK);
        let insts = || code.blocks.iter().flat_map(|block| &block.lines).map(|line| &line.inst);
        let calls = insts().any(|inst| matches!(inst, Inst::Call { .. }));
        let leaves = |inst: &Inst| matches!(inst, Inst::TailCall { .. });
        if insts().any(|inst| matches!(inst, Inst::TailCall { stack: Some(_), .. })) {
            saved |= 0x30;
        }
        // `POP` into pc is shorter than `BX LR` behind another.
        if calls || needs.link || saved != 0 && pops == 0 && !insts().any(leaves) {
            saved |= LINK;
        }
        while (saved & LOW).count_ones() < (saved & HIGH).count_ones() {
            saved |= (saved | !LOW) + 1;
        }
        frame.saved = saved;
        let body = frame.lay_out(context, function, needs);
        let aligned = calls || needs.own > 0 || frame.slots.iter().any(|&(_, align)| align >= 8);
        let pushed = 4 * saved.count_ones();
        let body = if aligned { (body + pushed).next_multiple_of(8) - pushed } else { body };
        match body / 4 {
            words @ 1..=3 => frame.padding = (1 << words) - 1,
            _ => frame.lowered = body,
        }
        frame
    }

    /// Lays out what lies below the saved registers; gives its size, a multiple of 4.
    fn lay_out(&mut self, context: &Context<'_, M0>, function: &Function, needs: Needs) -> u32 {
        self.outgoing = needs.outgoing;
        let mut at = self.outgoing + self.spills;
        if needs.own > 0 {
            at = at.next_multiple_of(8);
        }
        self.own = at;
        at += needs.own;
        self.slots.resize(function.slots.len(), (0, 1));
        // Small slots first: they stay within the reach of loads and stores.
        let mut slots: Vec<(u32, u32, Slot)> = function
            .slots
            .iter()
            .map(|(slot, data)| {
                let size = context.layouts.size(data.ty).unwrap_or(0) as u32;
                let natural = context.layouts.align(data.ty).unwrap_or(1);
                (size, data.align.unwrap_or(1).max(natural).max(4), slot)
            })
            .collect();
        slots.sort_by_key(|&(size, ..)| size);
        for (size, align, slot) in slots {
            at = at.next_multiple_of(align.min(8));
            if let Some(place) = self.slots.get_mut(slot.index()) {
                *place = (at, align);
            }
            at += size.next_multiple_of(4) + align.saturating_sub(8);
        }
        at
    }

    /// What the first `PUSH` pushes.
    pub(crate) fn first(&self) -> u16 {
        let padding = if self.saved & HIGH == 0 { self.padding } else { 0 };
        self.saved & !HIGH | padding
    }

    /// The high registers that are saved, each with the low one whose `PUSH` saves it.
    pub(crate) fn carriers(&self) -> impl Iterator<Item = (u8, u8)> {
        let of = |registers: u16| (0..16).filter(move |register| registers >> register & 1 == 1);
        of(self.saved & HIGH).zip(of(self.saved & LOW))
    }

    /// From the stack pointer of the body to that of the entry.
    pub(crate) fn bytes(&self) -> u32 {
        self.lowered + 4 * (self.saved | self.padding).count_ones()
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

    /// Where a saved register is kept: above the padding and the body lie the high ones, then the others, ascending.
    pub(crate) fn kept(&self, register: u8) -> u32 {
        let below = (1u16 << register) - 1;
        let high = self.saved & HIGH;
        let words = match high >> register & 1 {
            1 => (high & below).count_ones(),
            _ => high.count_ones() + (self.saved & !HIGH & below).count_ones(),
        };
        self.lowered + 4 * (self.padding.count_ones() + words)
    }

    fn slot(&self, slot: Slot) -> u32 {
        self.slots.get(slot.index()).map_or(0, |&(offset, _)| offset)
    }
}

/// Registers that code writes, as bits.
fn written(code: &Code) -> u16 {
    let mut written = 0;
    for line in code.blocks.iter().flat_map(|block| &block.lines) {
        let mut inst = line.inst.clone();
        inst.visit(&mut |reg, role| {
            if !matches!(role, Role::Use | Role::UseIn(_) | Role::Late) {
                written |= 1u16 << reg.number();
            }
        });
    }
    written
}
