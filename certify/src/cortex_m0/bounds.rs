//! C2: an index into an array of registers is compared with the array's length, and leads to the trap when it is not below.
//!
//! ```text
//! cmp   high, #0        for each word of the index but the lowest
//! bne   trap
//! cmp   index, length
//! bhs   trap
//! ```
//!
//! or with the opposite condition over the trap, or over a branch to it. The compare is unsigned and the index has all its
//! sign bits, so that no negative one passes.

use super::trace::Trace;
use crate::operand::width;
use crate::piece::{Class, Piece};
use crate::rows::Row;
use native_ir::{InstData, Trap};
use thumb::{Alu, Cond, Extend, Flags, Inst};

/// Whether the code of an `element` compares its index with a length.
pub(super) fn is_checked(trace: &mut Trace<'_>, row: &Row, data: &InstData, length: u64) -> bool {
    let index = data.operand(1);
    let width = width(trace.subject, index);
    let words = width.div_ceil(32);
    let mut small = 1;
    for at in trace.range(row) {
        let Some(cond) = trap_condition(trace, row, at) else { continue };
        let seen = trace.seen(at);
        match (cond, seen.second.as_constant()) {
            (Cond::Ne, Some(0)) if small < words => {
                if !trace.forms(index, small as u8).accept_value(&seen.first, 32) {
                    return false;
                }
                small += 1;
            }
            (Cond::Hs, Some(limit)) => {
                let signed = width >= 32 || length <= 1 << (width - 1) || is_extended(trace, row, at);
                let compares = trace.forms(index, 0).accept_value(&seen.first, width.min(32));
                return u64::from(limit) == length && small == words && signed && compares;
            }
            _ => return false,
        }
    }
    false
}

/// The condition on which a compare at an index leads to the trap of an index; none when it is no such compare.
fn trap_condition(trace: &Trace<'_>, row: &Row, at: usize) -> Option<Cond> {
    let compares = matches!(trace.insts[at].raw, Inst::CompareImm { .. } | Inst::Alu { op: Alu::Cmp, .. });
    let mut behind = (at + 1..row.end as usize).filter(|_| compares);
    // Moves that change no flags may stand between.
    let at = behind
        .find(|&index| trace.insts[index].class() != Class::Plain || changes_flags(&trace.insts[index].raw))?;
    let branch = &trace.insts[at];
    let Inst::BranchIf { cond, .. } = branch.raw else { return None };
    if is_trap(trace, branch.target()) {
        return Some(cond);
    }
    let next = trace.insts.get(at + 1)?;
    let over = branch.target() == u64::from(next.end());
    let traps =
        is_trap(trace, next.offset().into()) || next.class() == Class::Jump && is_trap(trace, next.target());
    (over && traps).then(|| cond.inverted())
}

fn changes_flags(inst: &Inst) -> bool {
    inst.effects().flags_written != Flags::NONE
}

/// Whether a trap of this class begins at an offset. Which instruction's it is, C5 knows.
fn is_trap(trace: &Trace<'_>, offset: u64) -> bool {
    let traps = &trace.subject.code.traps;
    traps.iter().any(|row| u64::from(row.offset) == offset && row.trap == Trap::Bounds)
}

/// Whether a sign is extended to the whole register in the code before.
fn is_extended(trace: &Trace<'_>, row: &Row, at: usize) -> bool {
    let signed = |inst: &Inst| matches!(inst, Inst::Extend { op: Extend::SignedByte | Extend::SignedHalf, .. });
    (row.start as usize..at).any(|index| signed(&trace.insts[index].raw))
}
