//! Entry to handlers of exceptions, and return from them (ARM DDI 0419, B1.5).

use super::machine::{LR, Machine, SP};
use super::{Fault, Stop};
use crate::Error;
use devices::{HARD_FAULT, SUPERVISOR_CALL};

/// Values of the link register that make a branch the return from a handler: to a handler, to a thread on the main stack,
/// to one on the process stack (table B1-8).
const TO_HANDLER: u32 = 0xffff_fff1;
const TO_MAIN: u32 = 0xffff_fff9;
const TO_PROCESS: u32 = 0xffff_fffd;
/// Where such a value leads, bit 0 left out.
pub(super) const RETURNS: u32 = 0xffff_fff0;

/// Bytes of a frame: r0–r3, r12, lr, pc, xPSR.
const FRAME: u32 = 32;
/// xPSR: the frame has a word above it that keeps it aligned to 8 bytes; Thumb state, which is always.
const ALIGNED: u32 = 1 << 9;
const THUMB: u32 = 1 << 24;
/// xPSR: flags, and the exception's number.
const FLAGS: u32 = 0xf000_0000;
const NUMBER: u32 = 0x3f;

impl Machine {
    /// Takes the exception that is next, if it has a handler.
    pub(super) fn take_exception(&mut self) -> Result<(), Error> {
        match self.state_mut().bus.take_exception() {
            Some(number) if self.is_handled(number) => self.enter(number),
            Some(_) => {
                self.state_mut().bus.dismiss_exception();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Does what a fault does: ends the run, or is the exception HardFault, or stops the processor for good.
    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), Error> {
        let state = self.state_mut();
        if !state.bus.takes_fault() {
            state.course.stop = Some(Stop::Lockup(fault));
            return Ok(());
        }
        if !state.faults_are_exceptions {
            state.course.stop = Some(fault.stop());
            return Ok(());
        }
        self.set_next(fault.address);
        let state = self.state_mut();
        if state.stops_at_faults {
            state.course.raised = Some(fault.clone());
            state.course.stop = Some(Stop::Raised(fault));
            return Ok(());
        }
        self.raise(fault)
    }

    /// Enters the handler of a fault, whose instruction is next.
    pub(super) fn raise(&mut self, fault: Fault) -> Result<(), Error> {
        self.state_mut().course.fault = Some(fault);
        self.state_mut().bus.enter_exception(HARD_FAULT);
        self.enter(HARD_FAULT)
    }

    /// `SVC`, which is next to return behind itself. Where it may not come now it is a fault (B1.5.4).
    pub(super) fn supervisor_call(&mut self, address: u32) -> Result<(), Error> {
        if !self.is_handled(SUPERVISOR_CALL) {
            return Ok(());
        }
        let state = self.state_mut();
        if !state.bus.takes_supervisor_call(state.core.primask) {
            let what = "a supervisor call where its exception cannot come".to_string();
            return self.fault(Fault { what, trap: None, address });
        }
        state.bus.enter_exception(SUPERVISOR_CALL);
        self.enter(SUPERVISOR_CALL)
    }

    /// Whether an exception has a handler. On a machine that is a chip each one has: that of none is a fault.
    fn is_handled(&self, number: u16) -> bool {
        self.state().faults_are_exceptions || self.vector(number).is_some_and(|handler| handler != 0)
    }

    /// A word of the vector table, which is at address 0.
    pub(super) fn vector(&self, number: u16) -> Option<u32> {
        self.word(4 * u32::from(number))
    }

    /// Enters the handler of an exception, which is active already (B1.5.6).
    fn enter(&mut self, number: u16) -> Result<(), Error> {
        let next = self.next();
        let state = self.state();
        let (ipsr, on_process) = (state.core.ipsr, state.core.process_stack && state.core.ipsr == 0);
        let back = match (ipsr, on_process) {
            (0, false) => TO_MAIN,
            (0, true) => TO_PROCESS,
            _ => TO_HANDLER,
        };
        let room = self.register(SP).saturating_sub(FRAME);
        if self.state().core.uses_main_stack() && room < self.state().stack_limit {
            self.state_mut().course.stop = Some(Stop::StackOverflow(next));
            return Ok(());
        }
        if let Err(fault) = self.push_frame(next) {
            // The fault of the frame would have to push the same frame.
            self.state_mut().course.stop = Some(Stop::Lockup(fault));
            return Ok(());
        }
        self.use_stack(false);
        self.put(LR, back);
        let handler = self.vector(number).unwrap_or(0);
        let state = self.state_mut();
        state.core.ipsr = number;
        state.core.sleeps = false;
        state.course.cycles += u64::from(thumb::EXCEPTION_LATENCY);
        self.set_next(handler & !1);
        if handler & 1 == 0 {
            let what = format!("the handler of exception {number} is at {handler:#010x}, which has bit 0 clear");
            return self.fault(Fault { what, trap: None, address: handler });
        }
        Ok(())
    }

    /// Puts a frame on the stack in use.
    fn push_frame(&mut self, next: u32) -> Result<(), Fault> {
        let stack = self.register(SP);
        let ipsr = u32::from(self.state().core.ipsr);
        let aligned = if stack & 4 == 0 { 0 } else { ALIGNED };
        let frame = stack.wrapping_sub(FRAME) & !7;
        let status = self.flags() | aligned | THUMB | ipsr;
        let words = [0, 1, 2, 3, 12, LR].map(|number| self.register(number));
        let bytes: Vec<u8> = words.into_iter().chain([next, status]).flat_map(u32::to_le_bytes).collect();
        if !self.is_writable(frame, FRAME) || self.engine.mem_write(frame.into(), &bytes).is_err() {
            let what = format!("no room for the frame of an exception at {frame:#010x}");
            return Err(Fault { what, trap: None, address: next });
        }
        self.put(SP, frame);
        Ok(())
    }

    /// Returns from a handler by a branch to `value` (B1.5.8).
    pub(super) fn return_from_exception(&mut self, value: u32) -> Result<(), Error> {
        let value = value | 1;
        let ipsr = self.state().core.ipsr;
        let ended = self.state_mut().bus.end_exception();
        let nested = self.state().bus.running().is_some();
        let good = match value {
            TO_HANDLER => nested,
            TO_MAIN | TO_PROCESS => !nested,
            _ => false,
        };
        if !good || ended != Some(ipsr) {
            let what = format!("a return from exception {ipsr} by {value:#010x}, which does not fit");
            return self.fault(Fault { what, trap: None, address: value });
        }
        self.use_stack(value == TO_PROCESS);
        let frame = self.register(SP);
        let mut bytes = [0; FRAME as usize];
        if self.engine.mem_read(frame.into(), &mut bytes).is_err() {
            let what = format!("no frame of an exception at {frame:#010x}");
            return self.fault(Fault { what, trap: None, address: value });
        }
        let word = |index: usize| bytes[4 * index..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word));
        let (next, status) = (word(6), word(7));
        for (index, number) in [0, 1, 2, 3, 12, LR].into_iter().enumerate() {
            self.put(number, word(index));
        }
        self.put(SP, frame.wrapping_add(FRAME) | if status & ALIGNED == 0 { 0 } else { 4 });
        self.set_flags(status);
        let state = self.state_mut();
        state.core.ipsr = (status & NUMBER) as u16;
        if (state.core.ipsr != 0) != nested || next & 1 != 0 || status & THUMB == 0 {
            let what = format!("the frame of exception {ipsr} does not say where to go on");
            return self.fault(Fault { what, trap: None, address: next });
        }
        state.core.sleeps = !nested && state.bus.sleeps_on_exit();
        self.set_next(next);
        Ok(())
    }

    /// Has a stack pointer in use: the process's, or the main one.
    pub(super) fn use_stack(&mut self, process: bool) {
        let stack = self.register(SP);
        let core = &mut self.state_mut().core;
        if core.process_stack == process {
            return;
        }
        core.process_stack = process;
        let other = std::mem::replace(&mut core.other_stack, stack);
        self.put(SP, other);
    }

    /// The flags, at their places in xPSR.
    pub(super) fn flags(&self) -> u32 {
        let status = self.engine.reg_read(unicorn_engine::RegisterARM::APSR).unwrap_or(0);
        status as u32 & FLAGS
    }

    /// Sets the flags from their places in xPSR.
    pub(super) fn set_flags(&mut self, status: u32) {
        // The register is there.
        let _ = self.engine.reg_write(unicorn_engine::RegisterARM::APSR_NZCVQ, u64::from(status & FLAGS));
    }
}
