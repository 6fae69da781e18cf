//! Calls, returns and frames.
//!
//! A frame begins with two slots of header below its slot 0, [`crate::frame::CallFrame`]. The caller puts arguments
//! into slots behind its own frame, which is where the callee's parameters are.

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::frame::{CallFrame, HEADER};
use crate::machine::{Exit, Machine};
use crate::program::CompiledFunction;
use native_ir::Trap;

/// Calls the function that literal 1 points to. `a` is where its result goes, `bc` how many slots the caller's frame has.
#[inline(always)]
pub(crate) unsafe fn call<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the literal points to a function of the program.
    unsafe {
        let callee = &*(m.word(1) as *const CompiledFunction);
        enter::<C, FUEL>(m, callee, if FUEL { 3 } else { 2 })
    }
}

/// Calls the function at the address in the slot of literal 1's lower half; its upper half says which signature and
/// effects the caller expects.
#[inline(always)]
pub(crate) unsafe fn call_indirect<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        match m.target(m.word(1)) {
            Ok(callee) => enter::<C, FUEL>(m, &*callee, if FUEL { 3 } else { 2 }),
            Err(trap) => m.trap(trap),
        }
    }
}

#[inline(always)]
unsafe fn enter<const C: bool, const FUEL: bool>(
    mut m: Machine<C>,
    callee: &CompiledFunction,
    words: usize,
) -> Exit {
    // SAFETY: the machine's invariants; the stack has room for the header, as for outgoing arguments, and the callee's
    // frame is compared with the stack's end before it is entered.
    unsafe {
        let frame = m.bc() as u32 as usize + HEADER;
        let new = m.slot(frame);
        if new.add(callee.words) > (*m.vm).stack_end {
            return m.grow(callee.words + frame * Machine::<C>::SLOT);
        }
        let header = CallFrame { return_ip: m.ip.add(words), link: m.word(0) >> 16 };
        header.write(new, Machine::<C>::SLOT);
        m.fp = new;
        m.ip = callee.entry;
        m.enter_segment::<FUEL>()
    }
}

/// Goes on in the function's code, at literal 1, as long as it is to be bytecode; `bc` is its number.
#[inline(always)]
pub(crate) unsafe fn heat<const C: bool>(mut m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; machine code has no fuel.
    unsafe {
        let heat = &mut (*m.vm).heat;
        match heat.get_mut(m.bc() as usize) {
            Some(left @ 1..) => {
                *left -= 1;
                m.ip = m.word(1) as *const u64;
                m.enter_segment::<false>()
            }
            _ => m.leave(Exit::Request),
        }
    }
}

/// Replaces the frame by one of the function that literal 1 points to; its parameters are in place.
#[inline(always)]
pub(crate) unsafe fn tail_call<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the literal points to a function of the program.
    unsafe {
        let callee = &*(m.word(1) as *const CompiledFunction);
        replace::<C, FUEL>(m, callee)
    }
}

/// As [`tail_call`], through a code pointer; literal 1 as in [`call_indirect`].
#[inline(always)]
pub(crate) unsafe fn tail_call_indirect<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        match m.target(m.word(1)) {
            Ok(callee) => replace::<C, FUEL>(m, &*callee),
            Err(trap) => m.trap(trap),
        }
    }
}

#[inline(always)]
unsafe fn replace<const C: bool, const FUEL: bool>(mut m: Machine<C>, callee: &CompiledFunction) -> Exit {
    // SAFETY: as `enter`.
    unsafe {
        if m.fp.add(callee.words) > (*m.vm).stack_end {
            return m.grow(callee.words);
        }
        m.ip = callee.entry;
        m.enter_segment::<FUEL>()
    }
}

impl<const C: bool> Machine<C> {
    #[inline(always)]
    unsafe fn target(self, literal: u64) -> Result<*const CompiledFunction, Trap> {
        // SAFETY: the machine's invariants.
        unsafe {
            let slot = literal as u32 as usize;
            if C && self.undefined(slot) != 0 {
                return Err(Trap::Uninitialized);
            }
            (*self.vm).function_at(self.get(slot), (literal >> 32) as u32)
        }
    }
}

/// Returns, with the result in slot `a` when `RESULT`.
#[inline(always)]
pub(crate) unsafe fn leave<const C: bool, const FUEL: bool, const RESULT: bool>(mut m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the header is what `enter` or the fiber's beginning wrote.
    unsafe {
        let header = CallFrame::read(m.fp, Machine::<C>::SLOT);
        let frame = (header.link >> 16) as usize + HEADER;
        if RESULT {
            let from = m.a();
            let (bits, undefined, tag) = (m.get(from), m.undefined(from), m.tag(from));
            m.fp = m.fp.sub(frame * Machine::<C>::SLOT);
            let to = usize::from(header.link as u16);
            m.put(to, bits);
            if C {
                m.set_undefined(to, undefined);
                m.set_tag(to, tag);
            }
        } else {
            m.fp = m.fp.sub(frame * Machine::<C>::SLOT);
        }
        m.ip = header.return_ip;
        m.enter_segment::<FUEL>()
    }
}

/// The end of a fiber's first function.
#[inline(always)]
pub(crate) unsafe fn halt<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: invariant 3.
    unsafe { m.leave(Exit::Returned) }
}

/// Takes `bc` bytes for the frame's objects; literal 1 is their alignment. Slot `a` gets their address, the slot behind it
/// what [`leave_objects`] wants.
#[inline(always)]
pub(crate) unsafe fn enter_objects<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: invariant 3.
    unsafe {
        match (*m.vm).push_objects(m.bc() as u32 as u64, m.word(1)) {
            None => {
                m.put(m.a(), (*m.vm).objects.0);
                m.put(m.a() + 1, (*m.vm).objects.1);
                m.next(2)
            }
            Some(trap) => m.trap(trap),
        }
    }
}

/// Gives back what [`enter_objects`] took, `a` as there; in checked mode `bc` objects end.
#[inline(always)]
pub(crate) unsafe fn leave_objects<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: invariant 3.
    unsafe {
        (*m.vm).ip = m.ip;
        (*m.vm).pop_objects(m.get(m.a() + 1), m.bc() as u32);
        m.next(1)
    }
}

/// Checked mode: slot `a` gets a pointer to a new object of literal 1 bytes, `bc` bytes behind the address in the slot of
/// literal 2's lower half; its upper half is the stack slot's number, or none for a copy of an argument.
#[inline(always)]
pub(crate) unsafe fn new_object<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let address = m.get(m.word(2) as u32 as usize).wrapping_add(m.bc() as u32 as u64);
        let tag = (*m.vm).new_object(m.ip, address, m.word(1), (m.word(2) >> 32) as u32);
        m.put(m.a(), address);
        m.set_tag(m.a(), tag);
        m.next(3)
    }
}

/// Checked mode: a lifetime marker; the object that slot `a` points to begins anew when `b` is 1, else it ends.
#[inline(always)]
pub(crate) unsafe fn mark_lifetime<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        (*m.vm).ip = m.ip;
        (*m.vm).mark_lifetime(m.tag(m.a()), m.b() == 1);
        m.next(1)
    }
}
