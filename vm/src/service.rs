//! What instructions ask of the whole machine, beside scheduling and exceptions: devices, atomics, status flags, the runtime.

use crate::exception::Halt;
use crate::memory::Access;
use crate::operation::Op;
use crate::vm::{Outcome, Pending, Vm};
use crate::word;
use devices::{BusFault, Fault, Width};
use native_ir::{RmwOp, Trap};

/// How a service ends.
pub(crate) enum Done {
    /// The machine goes on so many words behind the instruction.
    Next(usize),
    /// The machine stands where it goes on.
    Placed,
    /// The run is over.
    Over(Outcome),
}

impl Vm {
    /// Does the instruction at `ip`. An outcome ends the run.
    pub(crate) fn serve(&mut self) -> Option<Outcome> {
        match self.serve_instruction() {
            Ok(Done::Next(words)) => {
                self.ip = self.ip.wrapping_add(words);
                None
            }
            Ok(Done::Placed) => None,
            Ok(Done::Over(outcome)) => Some(outcome),
            Err(trap) => {
                self.raise(trap);
                self.handle_trap()
            }
        }
    }

    fn serve_instruction(&mut self) -> Result<Done, Trap> {
        let first = self.word(0);
        let (a, b, c) = (word::a(first), word::b(first), word::c(first));
        match word::op(first) {
            Op::RUNTIME => return self.runtime(word::bc(first) as usize),
            Op::NATIVE => return self.call_native(word::bc(first) as usize),
            Op::HEAT => return self.heat_up(word::bc(first) as usize),
            Op::EMIT => {
                self.defined(b)?;
                let next = self.ip.wrapping_add(1);
                return Ok(self.emit(c, self.get(b), next, a).map_or(Done::Placed, Done::Over));
            }
            Op::FIBER_SPAWN => {
                self.defined(b)?;
                let fiber = self.spawn(self.get(b), (self.word(1) >> 32) as u32, self.get(c))?;
                self.put(a, fiber);
                return Ok(Done::Next(2));
            }
            Op::FIBER_RESUME => {
                let literal = self.word(1);
                let slots = [a, (literal >> 32) as u16];
                self.resume_fiber(self.get(b), self.get(c), literal as u16, self.ip.wrapping_add(2), slots);
                return Ok(Done::Placed);
            }
            Op::FIBER_CANCEL => self.cancel(self.get(b)),
            Op::FIBER_STATUS => self.put(a, u64::from(self.status_of(self.get(b)) as u32)),
            Op::FIBER_REFUEL => self.refuel(self.get(b), self.get(c)),
            Op::DEVICE_LOAD | Op::DEVICE_STORE => {
                return self.device(word::op(first) == Op::DEVICE_STORE, a, b, c);
            }
            Op::HARDWARE => return self.hardware(a, b, c),
            Op::ATOMIC => return self.atomic(a, b, c),
            Op::FENV_READ => self.put(a, u64::from(self.status.0)),
            Op::FENV_CLEAR => self.status.0 &= !(self.get(b) as u8),
            Op::INTERRUPT_RETURN => return Ok(self.leave_handler()),
            _ => return Err(Trap::Unreachable),
        }
        Ok(Done::Next(1))
    }

    /// A value that decides something must be defined.
    pub(crate) fn defined(&self, slot: u16) -> Result<(), Trap> {
        if self.is_undefined(slot) { Err(Trap::Uninitialized) } else { Ok(()) }
    }

    /// A volatile access of `1 << log` bytes through the pointer in slot `b`.
    fn device(&mut self, write: bool, a: u16, b: u16, log: u16) -> Result<Done, Trap> {
        self.defined(b)?;
        if write {
            self.defined(a)?;
        }
        if self.host.bus.prepare() && self.interrupt() {
            // The handler runs first, and comes back to this instruction.
            return Ok(Done::Placed);
        }
        let (address, value) = (self.get(b), self.get(a));
        let width = Width::from_bytes(1 << log).ok_or(Trap::UnmappedMmio)?;
        let result = match write {
            true => self.host.bus.write(address, width, value),
            false => self.host.bus.read(address, width).map(|value| self.put(a, value)),
        };
        match result {
            Ok(()) if self.host.bus.take_reset() => Ok(Done::Over(Outcome::Halted(Halt::Reset))),
            Ok(()) => {
                self.host.bus.advance(1);
                Ok(Done::Next(1))
            }
            // The program is not to blame for the host's output.
            Err(BusFault::Device { fault: Fault::Output(_), .. }) => Ok(Done::Next(1)),
            Err(fault) => {
                let detail = Some(fault.to_string());
                self.pending = Some(Pending { trap: Trap::UnmappedMmio, violation: None, detail, inside: None });
                Err(Trap::UnmappedMmio)
            }
        }
    }

    /// `atomic_rmw` and `atomic_cas`: nobody else runs meanwhile.
    fn atomic(&mut self, a: u16, b: u16, c: u16) -> Result<Done, Trap> {
        let literal = self.word(1);
        let (bytes, replacement) = (1_u64 << (literal >> 16 & 15), (literal >> 32) as u16);
        let address = self.get(b);
        if self.checked() {
            self.defined(b)?;
            let access = Access::from_bits(self.word(2) as u16);
            self.check(self.tag(b), address, bytes, access)?;
        }
        let offset = match self.region.offset(address) {
            Some(offset) => offset,
            None => return Err(self.stray(address)),
        };
        let Some(memory) = self.region.slice_mut(address, bytes) else { return Err(self.stray(address)) };
        let mut word = [0; 8];
        word[..memory.len()].copy_from_slice(memory);
        let old = u64::from_le_bytes(word);
        let value = self.get(c);
        let bits = 8 * bytes as u32;
        let new = match RmwOp::ALL.get(literal as u16 as usize) {
            Some(&op) => Some(combine(op, old, value, bits)),
            None => (old == value).then(|| self.get(replacement)),
        };
        let from = if literal as u16 == u16::from(u8::MAX) { replacement } else { c };
        let undefined = self.is_undefined(c) || self.is_undefined(from);
        let old_undefined = self.undefined_bits(offset, bytes as usize);
        if let Some(new) = new {
            // The bytes are there: they were read.
            let _ = self.region.write(address, &new.to_le_bytes()[..bytes as usize]);
            let mask = if undefined { u128::MAX >> (128 - bits) } else { 0 };
            let tag = if new == self.get(from) { self.tag(from) } else { 0 };
            let tag = if bytes == self.pointer_bytes() { tag } else { 0 };
            self.set_shadow(offset, bytes as usize, mask, tag);
        }
        if old_undefined != 0 {
            return Err(Trap::Uninitialized);
        }
        self.put(a, old);
        Ok(Done::Next(2 + usize::from(self.checked())))
    }

    pub(crate) fn pointer_bytes(&self) -> u64 {
        if self.program.settings().narrow { 4 } else { 8 }
    }
}

/// What an atomic read-modify-write puts in the place of `old`.
fn combine(op: RmwOp, old: u64, value: u64, bits: u32) -> u64 {
    let sign = |word: u64| (word as i64) << (64 - bits) >> (64 - bits);
    let new = match op {
        RmwOp::Xchg => value,
        RmwOp::Add => old.wrapping_add(value),
        RmwOp::Sub => old.wrapping_sub(value),
        RmwOp::And => old & value,
        RmwOp::Or => old | value,
        RmwOp::Xor => old ^ value,
        RmwOp::Nand => !(old & value),
        RmwOp::Smin => {
            if sign(old) <= sign(value) {
                old
            } else {
                value
            }
        }
        RmwOp::Smax => {
            if sign(old) >= sign(value) {
                old
            } else {
                value
            }
        }
        RmwOp::Umin => old.min(value),
        RmwOp::Umax => old.max(value),
    };
    new & (u64::MAX >> (64 - bits))
}
