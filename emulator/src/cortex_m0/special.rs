//! Instructions that Unicorn does not execute: those that concern the machine, and those that trap.

use super::machine::{Machine, PC};
use super::settings::Clock;
use super::{Fault, Stop, semihost};
use crate::Error;
use thumb::{Hint, Inst, Reg, Special};

impl Machine {
    /// Executes the instruction at an address, which is next.
    pub(super) fn execute_special(&mut self, address: u32, inst: Inst) -> Result<(), Error> {
        let fault = |what: &str, trap| Fault { what: what.to_string(), trap, address };
        match inst {
            Inst::Undefined(code) => return self.fault(fault("a trap", Some(code))),
            Inst::Breakpoint(semihost::BREAKPOINT) if self.state().console.is_some() => {
                self.retire_special(address, inst);
                self.serve();
                return Ok(());
            }
            Inst::Breakpoint(_) => return self.fault(fault("a breakpoint without a debugger", None)),
            Inst::Supervisor(_) => {
                self.retire_special(address, inst);
                self.supervisor_call(address)?;
            }
            Inst::ChangeState { disable } => {
                self.retire_special(address, inst);
                self.state_mut().core.primask = disable;
            }
            Inst::ReadSpecial { rd, special } => {
                self.retire_special(address, inst);
                let value = self.special(special);
                self.put(rd.number(), value);
            }
            Inst::WriteSpecial { special, rn } => {
                self.retire_special(address, inst);
                self.set_special(special, rn);
            }
            Inst::Hint(hint) => {
                self.retire_special(address, inst);
                self.hint(hint);
            }
            // A barrier, which has nothing to wait for.
            _ => self.retire_special(address, inst),
        }
        self.look_for_interrupts()
    }

    /// Counts an instruction that is not Unicorn's; the next one follows.
    fn retire_special(&mut self, address: u32, inst: Inst) {
        let state = self.state_mut();
        let cycles = inst.cycles(false, state.multiply);
        state.count(address, cycles.into(), false);
        self.set_next(address.wrapping_add(inst.size()));
    }

    /// Behind an operation on the machine, and where a handler ends, interrupts are taken by either clock.
    pub(super) fn look_for_interrupts(&mut self) -> Result<(), Error> {
        while self.state().clock == Clock::Accesses
            && self.state().course.stop.is_none()
            && self.state().interrupted()
        {
            self.take_exception()?;
        }
        Ok(())
    }

    fn hint(&mut self, hint: Hint) {
        match hint {
            Hint::Nop | Hint::Yield => {}
            Hint::Sev => self.state_mut().bus.send_event(),
            Hint::Wfe if self.state_mut().bus.take_event() => {}
            Hint::Wfe | Hint::Wfi => self.sleep(),
        }
    }

    /// Sleeps until an exception is pending that is more urgent than what runs, PRIMASK left out (B1.5.18).
    pub(super) fn sleep(&mut self) {
        let state = self.state_mut();
        state.core.sleeps = false;
        state.tell_time();
        let before = state.bus.now();
        let wakes = state.bus.sleep();
        let slept = state.bus.now() - before;
        if state.clock == Clock::Cycles {
            state.course.cycles = state.course.cycles.saturating_add(slept);
            state.course.told = state.course.cycles;
        }
        if !wakes && !state.sleeps_lightly {
            state.course.stop = Some(Stop::Asleep);
        }
    }

    /// What `MRS` reads (B5.2.2). The execution state reads as zero.
    fn special(&self, special: Special) -> u32 {
        let core = &self.state().core;
        let ipsr = u32::from(core.ipsr);
        match special {
            Special::Apsr | Special::Eapsr => self.flags(),
            Special::Iapsr | Special::Xpsr => self.flags() | ipsr,
            Special::Ipsr | Special::Iepsr => ipsr,
            Special::Epsr => 0,
            Special::Msp if core.process_stack => core.other_stack,
            Special::Psp if !core.process_stack => core.other_stack,
            Special::Msp | Special::Psp => self.register(super::SP),
            Special::Primask => core.primask.into(),
            Special::Control => u32::from(core.process_stack) << 1,
        }
    }

    /// What `MSR` does (B5.2.3). Writes to what can only be read have no effect.
    fn set_special(&mut self, special: Special, rn: Reg) {
        let value = self.register(rn.number());
        let process = self.state().core.process_stack;
        match special {
            Special::Apsr | Special::Iapsr | Special::Eapsr | Special::Xpsr => self.set_flags(value),
            Special::Ipsr | Special::Epsr | Special::Iepsr => {}
            Special::Msp | Special::Psp if (special == Special::Psp) == process => {
                self.put(super::SP, value & !3);
            }
            Special::Msp | Special::Psp => self.state_mut().core.other_stack = value & !3,
            Special::Primask => self.state_mut().core.primask = value & 1 != 0,
            // In a handler it has no effect: that is on the main stack.
            Special::Control if self.state().core.ipsr == 0 => self.use_stack(value & 2 != 0),
            Special::Control => {}
        }
    }

    /// The address of the next instruction.
    pub(super) fn next(&self) -> u32 {
        self.register(PC)
    }
}
