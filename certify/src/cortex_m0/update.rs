//! C2: atomic read-modify-writes and compare-exchanges.
//!
//! ```text
//! mrs   mask, primask
//! cpsid i
//! ldr   old, [address]
//! …                     what is computed, with branches ahead
//! str   new, [address]
//! msr   primask, mask
//! ```
//!
//! In this order, each once, between barriers when it is sequentially consistent; a branch goes ahead, and from behind the load at most to `msr`. So the store may be left out
//! where a compare fails, and interrupts are let through again on every path as they were before.

use super::term::{Base, Term};
use super::trace::Trace;
use crate::finding::Fault;
use crate::piece::{Class, Piece};
use crate::rows::Row;
use native_ir::{InstData, Opcode, RmwOp};
use thumb::{Inst, Special};

/// Where the instructions of an update stand.
struct Places {
    mask: usize,
    disable: usize,
    load: usize,
    store: usize,
    unmask: usize,
}

/// Checks the code of an atomic update.
pub(super) fn check(trace: &mut Trace<'_>, row: &Row, data: &InstData) -> Result<(), Fault> {
    let Places { mask, disable, load, store, unmask } = places(trace, row)?;
    if !(mask < disable && disable < load && load < store && store < unmask) {
        return Err(trace.refuse(row, "the instructions of an atomic update are out of order"));
    }
    check_branches(trace, row, load, unmask)?;
    let body = &trace.subject.function.body;
    let operand = data.operand(1);
    let width = trace.subject.bits(body.operand_type(operand)).map_or(0, |bits| bits.div_ceil(8));
    for index in [load, store] {
        let whole = trace.counted(index).is_some_and(|access| {
            access.count == 1 && u32::from(access.width.bytes()) == width && access.write == (index == store)
        });
        if !whole {
            return Err(trace.refuse_inst(index, "an atomic update of another width or direction"));
        }
        trace.check_address(index, data.operand(0))?;
    }
    if !trace.seen(unmask).first.is(Term::new(Base::Primask, 0)) {
        return Err(trace.refuse_inst(unmask, "PRIMASK is not what it was before"));
    }
    let exchanges = data.opcode == Opcode::AtomicRmw && data.attributes.rmw_op() == RmwOp::Xchg;
    let stored = &trace.seen(store).first;
    if exchanges && !trace.forms(operand, 0).accept_value(stored, width * 8) {
        return Err(trace.refuse_inst(store, "an atomic update with another value"));
    }
    trace.check_fences(row, data, mask, unmask)
}

/// Finds the instructions of an update, each of which stands once.
fn places(trace: &Trace<'_>, row: &Row) -> Result<Places, Fault> {
    let mut found: [Option<usize>; 5] = [None; 5];
    for index in trace.range(row) {
        let inst = &trace.insts[index];
        let which = match inst.raw {
            Inst::ReadSpecial { special: Special::Primask, .. } => 0,
            Inst::ChangeState { disable: true } => 1,
            Inst::WriteSpecial { special: Special::Primask, .. } => 4,
            _ if matches!(inst.class(), Class::Call | Class::CallIndirect) => {
                return Err(trace.refuse_inst(index, "a call in an atomic update"));
            }
            _ => match trace.counted(index) {
                None => continue,
                Some(access) if access.write => 3,
                Some(_) => 2,
            },
        };
        if found[which].replace(index).is_some() {
            return Err(trace.refuse_inst(index, "an atomic update does something twice"));
        }
    }
    let [Some(mask), Some(disable), Some(load), Some(store), Some(unmask)] = found else {
        return Err(trace.refuse(row, "an atomic update that interrupts may come between"));
    };
    Ok(Places { mask, disable, load, store, unmask })
}

/// Branches go ahead, and not over the load or the way back.
fn check_branches(trace: &Trace<'_>, row: &Row, load: usize, unmask: usize) -> Result<(), Fault> {
    let last = u64::from(trace.insts[unmask].offset());
    for index in trace.range(row).filter(|&index| trace.branches(index)) {
        let inst = &trace.insts[index];
        let ahead = inst.target() > u64::from(inst.offset());
        if index < load || index > unmask || !ahead || inst.target() > last {
            return Err(trace.refuse_inst(index, "a branch that leads out of an atomic update"));
        }
    }
    Ok(())
}
