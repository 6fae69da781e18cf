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
    /// What becomes of the value.
    pub(crate) taken: Taken,
}

/// How a value of 64 bits becomes the result of an instruction: its lowest bits are taken and, where a load was fused
/// with the extension of its sign, extended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// How many bits, from 1 to 64.
    pub(crate) bits: u32,
    /// How many bits the result has.
    pub(crate) width: u32,
}

impl Taken {
    /// All of it.
    pub(crate) const WHOLE: Taken = Taken { bits: 64, width: 64 };

    /// The result; zero above its width.
    pub(crate) fn of(self, value: u64) -> u64 {
        let extended = (value << (64 - self.bits)) as i64 >> (64 - self.bits);
        extended as u64 & (u64::MAX >> (64 - self.width))
    }
}
