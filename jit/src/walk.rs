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

/// Where the caller's frame is.
#[derive(Clone, Copy)]
struct Frame {
    /// How far the canonical frame address lies above the stack pointer.
    bytes: u32,
    /// How far the return address lies below it.
    back: u32,
}

impl Frame {
    /// At an offset of a function; where a call returns to, it is that of the caller while the call is under way.
    fn at(placed: Placed<'_>, offset: u32) -> Frame {
        let mut frame = Frame { bytes: 8, back: 8 };
        let mut kept = frame;
        for row in placed.code.unwind.iter().take_while(|row| row.offset <= offset) {
            match row.op {
                UnwindOp::Cfa(distance) => frame.bytes = distance,
                UnwindOp::Return(below) => frame.back = below,
                UnwindOp::Remember => kept = frame,
                UnwindOp::Recall => frame = kept,
                UnwindOp::Saved(..) | UnwindOp::Restored(_) => {}
            }
        }
        frame
    }

    /// The return address, and the stack pointer when the call is over.
    fn caller(self, vm: &Vm, stack: u64) -> Option<(u64, u64)> {
        let end = stack.wrapping_add(self.bytes.into());
        Some((word(vm, end.wrapping_sub(self.back.into()))?, end))
    }
}

/// The bytes of arguments that the callee takes off the stack, of a call that returns to an address.
fn passed(code: &Code, back: u64) -> u64 {
    let Some(placed) = code.find(back.wrapping_sub(1)) else { return 0 };
    let offset = (back - placed.start) as u32;
    let [with, without] = [offset - 1, offset].map(|offset| Frame::at(placed, offset).bytes);
    with.saturating_sub(without).into()
}

/// The instruction of the IR that a byte belongs to.
fn inst_at(placed: Placed<'_>, offset: u32) -> Option<Inst> {
    let rows = &placed.code.claim.insts;
    let before = rows.partition_point(|row| row.offset <= offset).checked_sub(1)?;
    rows.get(before)?.inst
}

/// Adds the calls that led to something that is not machine code. `stack` is its stack pointer, where the return address
/// is; `taken` are the bytes of arguments that it takes off the stack, as the caller says when it is not known.
pub(crate) fn calls_outside(
    module: &Module,
    code: &Code,
    vm: &Vm,
    stack: u64,
    taken: Option<u64>,
    sites: &mut Vec<CallSite>,
) {
    if let Some(back) = word(vm, stack) {
        let taken = taken.unwrap_or_else(|| passed(code, back));
        calls(module, code, vm, back, stack + 8 + taken, sites);
    }
}

/// Adds the calls from a return address on; `stack` is the stack pointer when the call is over.
fn calls(module: &Module, code: &Code, vm: &Vm, mut back: u64, mut stack: u64, sites: &mut Vec<CallSite>) {
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
        let Some(caller) = Frame::at(placed, offset).caller(vm, stack) else { return };
        (back, stack) = caller;
    }
}

/// What a fault of machine code is to the program.
pub(crate) fn stop(module: &Module, code: &Code, vm: &Vm, stack: &Range<u64>, fault: &Fault) -> Stop {
    let mut sites = Vec::new();
    let Some(placed) = code.find(fault.pc) else {
        let exhausted = is_below(stack, fault);
        calls_outside(module, code, vm, fault.stack, None, &mut sites);
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
    if let Some((back, stack)) = Frame::at(placed, offset).caller(vm, fault.stack) {
        calls(module, code, vm, back, stack, &mut sites);
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
