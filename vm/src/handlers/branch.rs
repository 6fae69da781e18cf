//! Instructions that go somewhere in their function. Distances count words from the instruction's first word.

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine, Value};
use native_ir::Trap;

/// Goes `bc` words on.
#[inline(always)]
pub(crate) unsafe fn jump<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { take::<C, FUEL>(m, i64::from(m.bc())) }
}

#[inline(always)]
unsafe fn take<const C: bool, const FUEL: bool>(mut m: Machine<C>, distance: i64) -> Exit {
    // SAFETY: the machine's invariants: distances lead to the beginnings of segments.
    unsafe {
        m.ip = m.ip.offset(distance as isize);
        m.enter_segment::<FUEL>()
    }
}

/// Goes on behind a branch that is not taken. A branch that charges has a segment on either way.
#[inline(always)]
unsafe fn stay<const C: bool, const FUEL: bool>(mut m: Machine<C>, words: usize) -> Exit {
    // SAFETY: the machine's invariants: the word behind a branch that charges is that of a segment.
    unsafe {
        m.ip = m.ip.add(words + usize::from(FUEL));
        m.enter_segment::<FUEL>()
    }
}

/// `a = b` and, of two copies, `c = literal 1's upper half's slot`; goes its lower half of words on.
#[inline(always)]
pub(crate) unsafe fn copy_jump<const C: bool, const FUEL: bool>(m: Machine<C>, copies: usize) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let literal = m.word(1);
        m.copy(m.a(), m.b());
        if copies == 2 {
            m.copy(m.c(), (literal >> 32) as usize);
        }
        take::<C, FUEL>(m, i64::from(literal as i32))
    }
}

/// Goes `bc` words on when the lowest bit of `a` is `on`.
#[inline(always)]
pub(crate) unsafe fn branch<const C: bool, const FUEL: bool>(m: Machine<C>, on: bool) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let a = m.a();
        if C && m.undefined(a) & 1 != 0 {
            return m.trap(Trap::Uninitialized);
        }
        match (m.get(a) & 1 != 0) == on {
            true => take::<C, FUEL>(m, i64::from(m.bc())),
            false => stay::<C, FUEL>(m, 1),
        }
    }
}

/// Goes the literal's number of words on when `f(a, b)`.
#[inline(always)]
pub(crate) unsafe fn compare<const C: bool, const FUEL: bool, T: Value>(
    m: Machine<C>,
    f: impl Fn(T, T) -> bool,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (a, b) = (m.a(), m.b());
        if C && m.undefined(a) | m.undefined(b) != 0 {
            return m.trap(Trap::Uninitialized);
        }
        match f(m.read(a), m.read(b)) {
            true => take::<C, FUEL>(m, m.word(1) as i64),
            false => stay::<C, FUEL>(m, 2),
        }
    }
}

/// Goes `bc` words on when `f(a, literal)`.
#[inline(always)]
pub(crate) unsafe fn compare_literal<const C: bool, const FUEL: bool, T: Value>(
    m: Machine<C>,
    f: impl Fn(T, T) -> bool,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let a = m.a();
        if C && m.undefined(a) != 0 {
            return m.trap(Trap::Uninitialized);
        }
        match f(m.read(a), T::from_slots(m.word(1), 0)) {
            true => take::<C, FUEL>(m, i64::from(m.bc())),
            false => stay::<C, FUEL>(m, 2),
        }
    }
}

/// `a = b + c`, `c` a slot or, with `NUMBER`, a number with a sign; goes literal 1's lower half of words on when
/// `f(a, right)`. Its upper half is a slot or, with `LITERAL`, a number with a sign.
#[inline(always)]
pub(crate) unsafe fn add_compare<
    const C: bool,
    const FUEL: bool,
    const NUMBER: bool,
    const LITERAL: bool,
    T: Value,
>(
    m: Machine<C>,
    add: impl Fn(T, T) -> T,
    f: impl Fn(T, T) -> bool,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (to, from, literal) = (m.a(), m.b(), m.word(1));
        let step = match NUMBER {
            true => T::from_slots(i64::from(m.c() as u16 as i16) as u64, 0),
            false => m.read(m.c()),
        };
        let high = (literal >> 32) as usize;
        if C {
            let of_step = if NUMBER { 0 } else { m.undefined(m.c()) };
            let of_right = if LITERAL { 0 } else { m.undefined(high) };
            if m.undefined(from) | of_step | of_right != 0 {
                return m.trap(Trap::Uninitialized);
            }
        }
        let sum = add(m.read(from), step);
        let right = match LITERAL {
            true => T::from_slots(i64::from(high as i32) as u64, 0),
            false => m.read(high),
        };
        m.write(to, sum);
        match f(sum, right) {
            // Read again: a distance known beforehand would make a conditional move of the branch, and the next
            // instruction wait for the compare.
            true => take::<C, FUEL>(m, i64::from(m.ip.cast::<i32>().add(2).read_volatile())),
            false => stay::<C, FUEL>(m, 2),
        }
    }
}

/// A table of distances: literal 1 is the first case, literal 2 how many there are, literal 3 the default's distance;
/// the cases' follow.
#[inline(always)]
pub(crate) unsafe fn switch_table<const C: bool, const FUEL: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the index is below the table's length.
    unsafe {
        let a = m.a();
        if C && m.undefined(a) != 0 {
            return m.trap(Trap::Uninitialized);
        }
        let index = m.get(a).wrapping_sub(m.word(1));
        let at = if index < m.word(2) { 4 + index as usize } else { 3 };
        take::<C, FUEL>(m, m.word(at) as i64)
    }
}

/// Cases in order: literal 1 is how many there are, literal 2 the default's distance; each case follows as low and high
/// word and distance.
#[inline(always)]
pub(crate) unsafe fn switch_search<const C: bool, const FUEL: bool>(m: Machine<C>, slots: usize) -> Exit {
    // SAFETY: the machine's invariants; the search stays below the number of cases.
    unsafe {
        let a = m.a();
        if C && m.undefined_in(a, slots) != 0 {
            return m.trap(Trap::Uninitialized);
        }
        let value = match slots {
            2 => m.read::<u128>(a),
            _ => u128::from(m.get(a)),
        };
        let (mut low, mut high) = (0, m.word(1) as usize);
        while low < high {
            let middle = low.midpoint(high);
            let at = 3 + 3 * middle;
            let case = u128::from_slots(m.word(at), m.word(at + 1));
            match case.cmp(&value) {
                std::cmp::Ordering::Equal => return take::<C, FUEL>(m, m.word(at + 2) as i64),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        take::<C, FUEL>(m, m.word(2) as i64)
    }
}

/// The beginning of a segment that is reached from the instruction before it: charges the fuel in its upper half.
#[inline(always)]
pub(crate) unsafe fn charge<const C: bool>(mut m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the segment begins behind this word.
    unsafe {
        m.ip = m.ip.add(1);
        m.enter_segment::<true>()
    }
}

/// One unit of fuel for the one instruction that follows.
#[inline(always)]
pub(crate) unsafe fn step<const C: bool>(mut m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        if m.fuel <= 0 {
            return m.leave(Exit::Empty);
        }
        m.fuel -= 1;
        m.next(1)
    }
}

/// From single steps to the block that literal 1 points to, in the function's fast code.
#[inline(always)]
pub(crate) unsafe fn resume_fast<const C: bool>(mut m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; the literal is the address of the block's first word behind its charge.
    unsafe {
        m.ip = m.word(1) as *const u64;
        m.enter_segment::<true>()
    }
}

/// Counts that the segment with the number of literal 1 was entered.
#[inline(always)]
pub(crate) unsafe fn count<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        (*m.vm).count(m.word(1) as usize);
        m.next(2)
    }
}

/// Traps with the class whose number is `a`.
#[inline(always)]
pub(crate) unsafe fn trap<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let class = Trap::ALL.get(m.a()).copied().unwrap_or(Trap::Unreachable);
        m.trap(class)
    }
}

/// Traps with the class whose number is `b`, when the lowest bit of `a` is 1.
#[inline(always)]
pub(crate) unsafe fn trap_if<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let a = m.a();
        if C && m.undefined(a) & 1 != 0 {
            return m.trap(Trap::Uninitialized);
        }
        match m.get(a) & 1 != 0 {
            true => m.trap(Trap::ALL.get(m.b()).copied().unwrap_or(Trap::Unreachable)),
            false => m.next(1),
        }
    }
}
