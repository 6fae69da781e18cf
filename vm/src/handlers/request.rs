//! Instructions that need the whole machine: fibers, devices, the runtime, what runs once in a while.

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine};

/// Leaves the chain of handlers; [`crate::service`] does the instruction at `ip` and says where to go on.
#[inline(always)]
pub(crate) unsafe fn request<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: invariant 3.
    unsafe { m.leave(Exit::Request) }
}
