//! Exceptions of the processor: entry to handlers and return from them, faults, sleep, special registers.
//!
//! What is pending, what may run over what, and which exception runs is known to the bus, by the rules of ARMv6-M
//! (ARM DDI 0419, B1.5), for all engines alike. Here a handler gets its frame: behind that of the code that it interrupts, on
//! the stack of the fiber that runs. `Vm::interrupted` says where each interrupted code goes on, the innermost last.

use crate::fiber::FiberId;
use crate::frame::{CallFrame, HEADER};
use crate::report::TrapReport;
use crate::service::Done;
use crate::vm::{Outcome, Pending, Vm, interrupt_return};
use devices::{FIRST_LINE, HARD_FAULT, SUPERVISOR_CALL};
use native_ir::contract::traps::TrapScope;
use native_ir::{Contract, EntityRef, Func, Opcode, SpecialRegister, Trap};
use std::fmt;

/// How the processor itself can end a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It sleeps, and nothing will wake it. When something does from outside, [`Vm::resume`] goes on.
    Asleep,
    /// The program asked for a reset.
    Reset,
    /// `supervisor_call` where its exception cannot come: interrupts are masked, or a handler runs that it may not interrupt.
    SupervisorCall,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Halt::Asleep => "a sleep from which nothing wakes it",
            Halt::Reset => "a reset that it asked for",
            Halt::SupervisorCall => "a supervisor call where its exception cannot come",
        })
    }
}

/// Handlers.
impl Vm {
    /// Says which function handles an exception, by its number in ARMv6-M: interrupt line n is 16 + n. It takes and gives
    /// nothing.
    ///
    /// An exception that nobody handles does not happen. When there is a handler of faults (3), traps that programs can
    /// count on lead to it, if no fiber catches them.
    pub fn on_exception(&mut self, number: u16, handler: Func) {
        self.handlers.retain(|&(other, _)| other != number);
        self.handlers.push((number, handler));
    }

    /// Says which function handles an interrupt line.
    pub fn on_interrupt(&mut self, line: u16, handler: Func) {
        self.on_exception(FIRST_LINE.saturating_add(line), handler);
    }

    fn handles(&self, number: u16) -> bool {
        self.handlers.iter().any(|&(other, _)| other == number)
    }

    /// Enters the handler of the exception that is to be taken now, if there is one; whether one was entered.
    pub(crate) fn interrupt(&mut self) -> bool {
        while self.host.bus.interrupts(self.interrupts_off) {
            let Some(number) = self.host.bus.take_exception() else { return false };
            if self.enter_handler(number) {
                return true;
            }
            self.host.bus.dismiss_exception();
        }
        false
    }

    /// Enters the handler of an exception, which the bus knows to run. False when nobody handles it, or there is no room for
    /// its frame.
    fn enter_handler(&mut self, number: u16) -> bool {
        let handler = self.handlers.iter().find(|&&(other, _)| other == number).map(|&(_, func)| func);
        let program = self.program.clone();
        let function = handler.and_then(|func| program.function(func.index()));
        let frame = program.locate(self.ip).map(|frame| frame.function.frame());
        let (Some(function), Some(frame)) = (function, frame) else { return false };
        let slot = self.slot();
        let words = (frame + HEADER) * slot + function.words;
        let room = (self.stack_end as usize).saturating_sub(self.fp as usize) / size_of::<u64>();
        if room < words {
            match self.grow_stack(self.fp, words) {
                Ok(fp) => self.fp = fp,
                Err(_) => return false,
            }
        }
        self.interrupted.push(self.ip);
        let fp = self.fp;
        if let Some(fiber) = self.fiber_mut(FiberId(self.current.0)) {
            let at = fiber.stack.index(fp) + (frame + HEADER) * slot;
            let header = CallFrame { return_ip: interrupt_return(), link: (frame as u64) << 16 };
            fiber.stack.set(at - 2 * slot, header.return_ip as u64);
            fiber.stack.set(at - slot, header.link);
            self.fp = self.fiber(self.current).map_or(fp, |fiber| fiber.stack.address(at));
        }
        self.ip = function.entry.wrapping_sub(usize::from(self.program.settings().fuel));
        true
    }

    /// A handler has returned: what waited for its end comes at once, else the program goes on, or sleeps if it wants to
    /// outside of handlers.
    pub(crate) fn leave_handler(&mut self) -> Done {
        self.host.bus.end_exception();
        let Some(ip) = self.interrupted.pop() else { return Done::Next(1) };
        self.ip = ip;
        if !self.interrupt() && self.interrupted.is_empty() && self.host.bus.sleeps_on_exit() {
            return self.sleep();
        }
        Done::Placed
    }
}

/// Faults.
impl Vm {
    /// What a trap does that no fiber catches: its report is the outcome, unless the program has a handler of faults. A trap
    /// in the handler of a fault or of the NMI is a lockup.
    pub(crate) fn fault(&mut self, trap: Trap) -> Option<Outcome> {
        let row = Contract::embedded().trap(trap);
        let portable = row.scope == TrapScope::Portable;
        let locks_up = portable && !self.interrupted.is_empty() && !self.host.bus.takes_fault();
        if portable && !locks_up && self.take_fault() {
            self.pending = None;
            return None;
        }
        let mut report = self.report(trap);
        if locks_up {
            let why = report.detail.map_or_else(String::new, |why| format!(": {why}"));
            report = TrapReport { trap: Trap::Lockup, detail: Some(format!("{}{why}", row.message)), ..report };
        }
        Some(self.stop(report))
    }

    fn stop(&mut self, report: TrapReport) -> Outcome {
        self.fuel += i64::from(self.program.unspent(self.ip));
        Outcome::Trapped(Box::new(report))
    }

    /// Enters the handler of faults, which returns to the instruction at `ip`; whether there is one.
    fn take_fault(&mut self) -> bool {
        if !self.handles(HARD_FAULT) {
            return false;
        }
        self.host.bus.enter_exception(HARD_FAULT);
        let entered = self.enter_handler(HARD_FAULT);
        if !entered {
            self.host.bus.dismiss_exception();
        }
        entered
    }

    /// `supervisor_call`
    fn supervisor_call(&mut self) -> Done {
        let next = self.ip.wrapping_add(1);
        if !self.handles(SUPERVISOR_CALL) {
            self.ip = next;
        } else if self.host.bus.takes_supervisor_call(self.interrupts_off) {
            self.ip = next;
            self.host.bus.enter_exception(SUPERVISOR_CALL);
            if !self.enter_handler(SUPERVISOR_CALL) {
                self.host.bus.dismiss_exception();
            }
        } else if !self.host.bus.takes_fault() {
            let detail = Some(Halt::SupervisorCall.to_string());
            self.pending = Some(Pending { trap: Trap::Lockup, violation: None, detail, inside: None });
            let report = self.report(Trap::Lockup);
            return Done::Over(self.stop(report));
        } else if !self.take_fault() {
            return Done::Over(Outcome::Halted(Halt::SupervisorCall));
        }
        self.interrupt();
        Done::Placed
    }
}

/// Operations on the machine itself.
impl Vm {
    /// An operation of the family hardware: `b` says which.
    pub(crate) fn hardware(&mut self, a: u16, b: u16, c: u16) -> Result<Done, Trap> {
        let opcode = Opcode::ALL.get(usize::from(b)).copied().unwrap_or(Opcode::BarrierMemory);
        let register = SpecialRegister::ALL.get(usize::from(c)).copied();
        match opcode {
            Opcode::WaitEvent if self.host.bus.take_event() => {}
            Opcode::WaitInterrupt | Opcode::WaitEvent => {
                self.ip = self.ip.wrapping_add(1);
                return Ok(self.sleep());
            }
            Opcode::SendEvent => self.host.bus.send_event(),
            Opcode::SupervisorCall => return Ok(self.supervisor_call()),
            Opcode::InterruptDisable => self.interrupts_off = true,
            Opcode::InterruptEnable => self.interrupts_off = false,
            Opcode::SpecialRead => {
                let value = match register {
                    Some(SpecialRegister::Primask) => u64::from(self.interrupts_off),
                    Some(SpecialRegister::Ipsr) => u64::from(self.host.bus.exception()),
                    _ => 0,
                };
                self.put(a, value);
            }
            Opcode::SpecialWrite if register == Some(SpecialRegister::Primask) => {
                self.defined(a)?;
                self.interrupts_off = self.get(a) & 1 != 0;
            }
            _ => {}
        }
        self.ip = self.ip.wrapping_add(1);
        // What was masked until now comes first.
        self.interrupt();
        Ok(Done::Placed)
    }

    /// Sleeps until an exception is pending; the machine stands where it goes on.
    pub(crate) fn sleep(&mut self) -> Done {
        self.asleep = !self.host.bus.sleep() && !self.config().sleeps_lightly;
        if self.asleep {
            return Done::Over(Outcome::Halted(Halt::Asleep));
        }
        self.interrupt();
        Done::Placed
    }
}
