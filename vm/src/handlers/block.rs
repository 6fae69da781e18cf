//! Instructions that copy and fill memory in blocks.

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine};
use crate::memory::Access;
use native_ir::{Space, Trap};

/// `memcpy`: `c` bytes from `b` to `a`; the ranges are equal or apart.
#[inline(always)]
pub(crate) unsafe fn copy<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { transfer(m, true) }
}

/// `memmove`: `c` bytes from `b` to `a`.
#[inline(always)]
pub(crate) unsafe fn shift<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { transfer(m, false) }
}

/// In checked mode literal 1 is the access at the destination, its upper half the one at the source.
#[inline(always)]
unsafe fn transfer<const C: bool>(m: Machine<C>, apart: bool) -> Exit {
    // SAFETY: the machine's invariants; invariant 3.
    unsafe {
        let (to, from, len) = (m.get(m.a()), m.get(m.b()), m.get(m.c()));
        if C {
            if m.undefined(m.a()) | m.undefined(m.b()) | m.undefined(m.c()) != 0 {
                return m.trap(Trap::Uninitialized);
            }
            let literal = m.word(1);
            let (target, source) = (Access::from_bits(literal as u16), Access::from_bits((literal >> 32) as u16));
            // One after the other: a closure over the machine may need a frame on the host's stack.
            if let Err(trap) = check_block(m, m.tag(m.a()), to, len, target) {
                return m.trap(trap);
            }
            if let Err(trap) = check_block(m, m.tag(m.b()), from, len, source) {
                return m.trap(trap);
            }
            if apart && to != from && to.abs_diff(from) < len {
                return m.trap(Trap::OverlappingCopy);
            }
        }
        match (*m.vm).copy_bytes(to, from, len) {
            Ok(()) => m.next(1 + usize::from(C)),
            Err(trap) => m.trap(trap),
        }
    }
}

/// `memset`: `c` bytes at `a` become `b`.
#[inline(always)]
pub(crate) unsafe fn fill<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; invariant 3.
    unsafe {
        let (to, byte, len) = (m.get(m.a()), m.get(m.b()) as u8, m.get(m.c()));
        if C {
            if m.undefined(m.a()) | m.undefined(m.c()) != 0 {
                return m.trap(Trap::Uninitialized);
            }
            if let Err(trap) = check_block(m, m.tag(m.a()), to, len, Access::from_bits(m.word(1) as u16)) {
                return m.trap(trap);
            }
        }
        match (*m.vm).fill_bytes(to, byte, m.undefined(m.b()) as u8, len) {
            Ok(()) => m.next(1 + usize::from(C)),
            Err(trap) => m.trap(trap),
        }
    }
}

#[inline(always)]
unsafe fn check_block<const C: bool>(
    m: Machine<C>,
    tag: u64,
    address: u64,
    len: u64,
    access: Access,
) -> Result<(), Trap> {
    // SAFETY: invariant 3.
    if len == 0 { Ok(()) } else { unsafe { (*m.vm).check(tag, address, len, access) } }
}

/// Copies an aggregate argument: literal 1 bytes from where `a` points to, to `bc` bytes behind the address in the slot of
/// literal 2; `a` becomes the copy's address.
#[inline(always)]
pub(crate) unsafe fn copy_in<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; invariant 3.
    unsafe {
        let (from, len) = (m.get(m.a()), m.word(1));
        let to = m.get(m.word(2) as u32 as usize).wrapping_add(m.bc() as u32 as u64);
        if C {
            if m.undefined(m.a()) != 0 {
                return m.trap(Trap::Uninitialized);
            }
            let access = Access::new(Space::Generic, false, 1);
            if let Err(trap) = check_block(m, m.tag(m.a()), from, len, access) {
                return m.trap(trap);
            }
        }
        match (*m.vm).copy_bytes(to, from, len) {
            Ok(()) => {
                m.put(m.a(), to);
                m.next(3)
            }
            Err(trap) => m.trap(trap),
        }
    }
}

/// Copies an aggregate result: literal 1 bytes to where `a` points to, from where `b` does.
#[inline(always)]
pub(crate) unsafe fn copy_out<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; invariant 3.
    unsafe {
        let (to, from, len) = (m.get(m.a()), m.get(m.b()), m.word(1));
        if C {
            if m.undefined(m.a()) | m.undefined(m.b()) != 0 {
                return m.trap(Trap::Uninitialized);
            }
            let (write, read) = (Access::new(Space::Generic, true, 1), Access::new(Space::Generic, false, 1));
            if let Err(trap) = check_block(m, m.tag(m.a()), to, len, write) {
                return m.trap(trap);
            }
            if let Err(trap) = check_block(m, m.tag(m.b()), from, len, read) {
                return m.trap(trap);
            }
        }
        match (*m.vm).copy_bytes(to, from, len) {
            Ok(()) => m.next(2),
            Err(trap) => m.trap(trap),
        }
    }
}
