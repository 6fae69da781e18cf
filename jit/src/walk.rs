//! From an instruction of machine code to the calls that led there, by the rows for unwinding.

use crate::fault::{Fault, GUARD};
use crate::link::{Code, Placed};
use artifact::UnwindOp;
use native_ir::{Inst, Module, Ordering, Trap};
use std::ops::Range;
use vm::{CallSite, Stop, Vm};

/// Calls that are told of at most.
const MOST: usize = 100_000;

/// A word of the guest's memory.
pub(crate) fn word(vm: &Vm, address: u64) -> Option<u64> {
    vm.bytes(address, 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// How far the canonical frame address lies above the stack pointer at an offset of a function.
fn frame_bytes(placed: Placed<'_>, offset: u32) -> u32 {
    let (mut bytes, mut kept) = (8, 8);
    for row in placed.code.unwind.iter().take_while(|row| row.offset <= offset) {
        match row.op {
            UnwindOp::Cfa(distance) => bytes = distance,
            UnwindOp::Remember => kept = bytes,
            UnwindOp::Recall => bytes = kept,
            UnwindOp::Saved(..) | UnwindOp::Restored(_) => {}
        }
    }
    bytes
}

/// The instruction of the IR that a byte belongs to.
fn inst_at(placed: Placed<'_>, offset: u32) -> Option<Inst> {
    let rows = &placed.code.claim.insts;
    let before = rows.partition_point(|row| row.offset <= offset).checked_sub(1)?;
    rows.get(before)?.inst
}

/// Adds the calls from a return address on; `stack` is the stack pointer at the call.
pub(crate) fn calls(
    module: &Module,
    code: &Code,
    vm: &Vm,
    mut back: u64,
    mut stack: u64,
    sites: &mut Vec<CallSite>,
) {
    // The first function returns to the host, where no function is.
    while sites.len() < MOST
        && let Some(placed) = code.find(back.wrapping_sub(1))
    {
        let offset = (back - placed.start) as u32;
        let row = placed.code.calls.binary_search_by_key(&offset, |row| row.offset).ok();
        let inst = row.map_or_else(|| inst_at(placed, offset - 1), |row| Some(placed.code.calls[row].inst));
        // What a helper does is done by the instruction that needs it.
        if !placed.library {
            sites.push(CallSite::of(module, placed.code.func, inst));
        }
        // While a call is under way, the frame is as it was at the call: a callee that takes its arguments off the stack has
        // not done so.
        let frame = stack + u64::from(frame_bytes(placed, offset - 1));
        let Some(next) = word(vm, frame.wrapping_sub(8)) else { return };
        (back, stack) = (next, frame);
    }
}

/// What a fault of machine code is to the program.
pub(crate) fn stop(module: &Module, code: &Code, vm: &Vm, stack: &Range<u64>, fault: &Fault) -> Stop {
    let mut sites = Vec::new();
    let Some(placed) = code.find(fault.pc) else {
        let exhausted = is_below(stack, fault);
        if let Some(back) = word(vm, fault.stack) {
            calls(module, code, vm, back, fault.stack + 8, &mut sites);
        }
        let detail = format!("no function is at the address {:#x}", fault.pc);
        return match exhausted {
            true => Stop::trap(Trap::StackExhausted, None, sites),
            false => Stop::trap(Trap::BadSignature, Some(detail), sites),
        };
    };
    let offset = (fault.pc - placed.start) as u32;
    let inst = inst_at(placed, offset);
    let row = placed.code.traps.iter().find(|row| row.offset == offset && fault.signal == libc::SIGILL);
    if !placed.library {
        sites.push(CallSite::of(module, placed.code.func, row.map(|row| row.inst).or(inst)));
    }
    let frame = fault.stack + u64::from(frame_bytes(placed, offset));
    if let Some(back) = word(vm, frame.wrapping_sub(8)) {
        calls(module, code, vm, back, frame, &mut sites);
    }
    let outside = || format!("the address {:#x} is outside the program's memory", fault.address);
    let function = module.functions.get(placed.code.func).filter(|_| !placed.library);
    let data = function.zip(inst).and_then(|(function, inst)| function.body.insts.get(inst));
    let (trap, detail) = match (row, fault.signal) {
        (Some(row), _) => (row.trap, None),
        (None, libc::SIGSEGV | libc::SIGBUS) if is_below(stack, fault) => (Trap::StackExhausted, None),
        (None, libc::SIGSEGV | libc::SIGBUS)
            if data.is_some_and(|data| data.attributes.ordering() == Ordering::Volatile) =>
        {
            (Trap::UnmappedMmio, Some(format!("no device is at the address {:#x}", fault.address)))
        }
        (None, libc::SIGSEGV | libc::SIGBUS) => (Trap::OutOfBounds, Some(outside())),
        (None, signal) => {
            let place = format!("signal {signal} at byte {offset} of the function's machine code");
            (Trap::Unreachable, Some(format!("{place}, where no trap is: the machine code is wrong")))
        }
    };
    Stop::trap(trap, detail, sites)
}

/// Whether an access missed the stack at its lower end.
fn is_below(stack: &Range<u64>, fault: &Fault) -> bool {
    (stack.start.saturating_sub(GUARD)..stack.start).contains(&fault.address)
}
