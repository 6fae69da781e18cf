//! What code may do to memory, and where stack slots lie.

use crate::subject::{Machine, Subject};
use native_ir::{EntityRef, Opcode};

/// What the code of an instruction may do to memory other than the frame's own cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rights {
    pub(crate) read: bool,
    pub(crate) write: bool,
    /// Whether the stack pointer moves: prologue, epilogue, and around calls whose callee takes its arguments away.
    pub(crate) stack: bool,
}

/// The rights of an instruction of an opcode; none for the prologue.
pub(crate) fn rights(opcode: Option<Opcode>) -> Rights {
    use Opcode as O;
    let (read, write, stack) = match opcode {
        None => (false, false, true),
        Some(O::Load | O::AtomicLoad) => (true, false, false),
        Some(O::Store | O::Memset) => (false, true, false),
        Some(O::AtomicStore | O::AtomicRmw | O::AtomicCas | O::Memcpy | O::Memmove) => (true, true, false),
        Some(O::Call | O::CallIndirect | O::TailCall | O::TailCallIndirect | O::Return) => (true, true, true),
        Some(_) => (false, false, false),
    };
    Rights { read, write, stack }
}

/// The stack slots of a function's frame.
#[derive(Default)]
pub(crate) struct Slots {
    /// First byte and the one behind the last, as distances from the stack pointer, ascending.
    ranges: Vec<(i64, i64)>,
}

impl Slots {
    /// Takes the slots of the claim. They lie in the frame, apart and aligned.
    pub(crate) fn build(&mut self, subject: Subject<'_>) -> Result<(), String> {
        // What the stack pointer is a multiple of at a call, and what the call itself pushes.
        let (unit, pushed) = match subject.context.machine {
            Machine::X86_64 => (16, 8),
            Machine::CortexM0 => (8, 0),
        };
        self.ranges.clear();
        let frame = &subject.code.claim.frame;
        let whole = u64::from(frame.below) + u64::from(frame.bytes);
        let layouts = &subject.context.layouts;
        for &(slot, offset) in &frame.slots {
            let Some(data) = subject.function.slots.get(slot) else {
                return Err("the claim has a slot that the function does not have".into());
            };
            let size = layouts.size(data.ty).unwrap_or(0);
            let align = u64::from(data.align.unwrap_or(1)).max(layouts.align(data.ty).unwrap_or(1).into());
            let end = u64::from(offset) + size;
            if end > whole || offset < frame.outgoing {
                return Err(format!("slot {} lies outside the frame", slot.index()));
            }
            // The frame's lowest byte is such a multiple unless the function calls nothing.
            let base = (whole + pushed) % unit;
            if align <= unit && (u64::from(offset) + unit - base) % align != 0 {
                return Err(format!("slot {} is not aligned to {align} bytes", slot.index()));
            }
            let first = frame.distance(offset);
            self.ranges.push((first, first + size as i64));
        }
        self.ranges.sort_unstable();
        match self.ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0) {
            true => Ok(()),
            false => Err("two slots lie in the same bytes".into()),
        }
    }

    /// Whether the function has none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether bytes of the frame all lie in one slot.
    pub(crate) fn cover(&self, start: i64, end: i64) -> bool {
        let next = self.ranges.partition_point(|range| range.1 <= start);
        self.ranges.get(next).is_some_and(|range| range.0 <= start && end <= range.1)
    }

    /// Whether bytes of the frame belong to a slot.
    pub(crate) fn touch(&self, start: i64, end: i64) -> bool {
        let next = self.ranges.partition_point(|range| range.1 <= start);
        self.ranges.get(next).is_some_and(|range| range.0 < end)
    }
}
