//! Instructions that put words into slots as they are.

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine};

/// `a = b`
#[inline(always)]
pub(crate) unsafe fn copy<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.copy(m.a(), m.b());
        m.next(1)
    }
}

/// `a = b` and `c = literal's slot`, in this order.
#[inline(always)]
pub(crate) unsafe fn copy_two<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.copy(m.a(), m.b());
        m.copy(m.c(), m.word(1) as usize);
        m.next(2)
    }
}

/// `a = literal`
#[inline(always)]
pub(crate) unsafe fn constant<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.put(m.a(), m.word(1));
        m.next(2)
    }
}

/// `a = bc`, with its sign.
#[inline(always)]
pub(crate) unsafe fn small_constant<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.put(m.a(), i64::from(m.bc()) as u64);
        m.next(1)
    }
}

/// `a = slot[literal]`, for frames with more slots than 16 bits can name.
#[inline(always)]
pub(crate) unsafe fn load_far<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.copy(m.a(), m.word(1) as usize);
        m.next(2)
    }
}

/// `slot[literal] = a`, for frames with more slots than 16 bits can name.
#[inline(always)]
pub(crate) unsafe fn store_far<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.copy(m.word(1) as usize, m.a());
        m.next(2)
    }
}
