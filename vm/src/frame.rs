//! Frames: what an activation of a function keeps on a fiber's operand stack.
//!
//! ```text
//!   … caller's slots │ return address │ link │ slot 0 = first parameter │ slot 1 │ …
//!                                              ▲ fp
//! ```

#![allow(unsafe_code, reason = "headers lie on stacks that handlers reach by pointer; see `machine`")]

use crate::program::CompiledFunction;
use crate::translate::Code;

/// Slots of a frame's header, below its slot 0.
pub(crate) const HEADER: usize = 2;

/// The header of a frame: where the caller goes on, and what the caller's frame is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallFrame {
    /// The caller's instruction behind the call.
    pub(crate) return_ip: *const u64,
    /// Bits 0–15: the caller's slot for the result; above: how many slots the caller's frame has.
    pub(crate) link: u64,
}

impl CallFrame {
    /// Writes the header of the frame at `fp`.
    ///
    /// # Safety
    /// The two slots below `fp`, of so many words each, belong to the stack.
    #[inline(always)]
    pub(crate) unsafe fn write(self, fp: *mut u64, slot: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            *fp.sub(2 * slot) = self.return_ip as u64;
            *fp.sub(slot) = self.link;
        }
    }

    /// The header of the frame at `fp`.
    ///
    /// # Safety
    /// A header was written there.
    #[inline(always)]
    pub(crate) unsafe fn read(fp: *const u64, slot: usize) -> CallFrame {
        // SAFETY: the caller's promise.
        unsafe { CallFrame { return_ip: *fp.sub(2 * slot) as *const u64, link: *fp.sub(slot) } }
    }

    /// How many slots lie between the caller's slot 0 and this frame's.
    pub(crate) fn distance(self) -> usize {
        (self.link >> 16) as usize + HEADER
    }
}

/// A place in a function's bytecode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BytecodeFrame<'p> {
    /// The function.
    pub(crate) function: &'p CompiledFunction,
    /// Its code: the fast one, or the one for single steps.
    pub(crate) code: &'p Code,
    /// The word in it.
    pub(crate) offset: u32,
}

/// Where a fiber that does not run goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SuspendedFrame {
    /// The next instruction.
    pub(crate) ip: *const u64,
    /// The word in the operand stack where its frame begins.
    pub(crate) fp: usize,
    /// The slot that gets the value it is resumed with, if it takes one.
    pub(crate) result: Option<u16>,
    /// The slot that gets the signal bits when what it resumed comes back, or 0.
    pub(crate) second: Option<u16>,
}
