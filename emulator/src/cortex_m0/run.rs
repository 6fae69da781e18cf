//! From one instruction boundary to the next: what Unicorn executes, and what comes between.

use super::code::Kind;
use super::machine::{Machine, PC, SP};
use super::settings::{Clock, Limits};
use super::state::Pause;
use super::step::{instruction, known};
use super::{Event, Fault, Stop, exception};
use crate::Error;
use std::time::Instant;
use unicorn_engine::uc_error;

/// After so many instructions the time is looked at.
const INSTRUCTIONS: u64 = 1 << 20;
/// An address that is never come to, where the emulator is told to stop.
const NEVER: u64 = 0xefff_fffe;

/// The most bytes that a PUSH moves the stack pointer by: nine registers.
const PUSHED: u32 = 36;

/// How far a run may go, in numbers of this machine.
struct Bounds {
    instructions: u64,
    start: Instant,
    limits: Limits,
}

impl Machine {
    /// Runs on from where the machine is.
    ///
    /// # Errors
    /// The emulator itself failed.
    pub fn resume(&mut self, limits: &Limits) -> Result<Stop, Error> {
        let course = &mut self.state_mut().course;
        let instructions = limits.instructions.map_or(u64::MAX, |more| course.instructions.saturating_add(more));
        course.until = limits.until.map_or(1, |address| address & !1);
        course.passed = None;
        let bounds = Bounds { instructions, start: Instant::now(), limits: *limits };
        if let Some(fault) = self.state_mut().course.raised.take() {
            self.raise(fault)?;
        }
        let stop = loop {
            if let Some(stop) = self.boundary(&bounds)? {
                break stop;
            }
            if let Some(stop) = self.state_mut().course.stop.take() {
                break stop;
            }
        };
        self.state_mut().tell_time();
        Ok(stop)
    }

    /// Between two instructions: takes what is due, then goes on.
    fn boundary(&mut self, bounds: &Bounds) -> Result<Option<Stop>, Error> {
        let pause = self.state_mut().course.pause.take();
        let next = self.next();
        if next == self.state().course.until {
            return Ok(Some(Stop::Reached));
        }
        if let Some(stop) = self.exhausted(bounds) {
            return Ok(Some(stop));
        }
        let planned = self.do_planned();
        let state = self.state_mut();
        state.tell_time();
        if state.bus.take_reset() {
            return Ok(Some(Stop::Reset));
        }
        let before_access = pause == Some((next, Pause::BeforeAccess));
        if before_access {
            state.bus.prepare();
            state.course.passed = Some(next);
        }
        if (state.clock == Clock::Cycles || before_access || planned) && state.interrupted() {
            state.course.passed = None;
            return self.take_exception().map(|()| None);
        }
        if next >= exception::RETURNS && state.core.ipsr != 0 {
            self.return_from_exception(next)?;
            return self.look_for_interrupts().map(|()| None);
        }
        if state.core.sleeps {
            self.sleep();
            return self.look_for_interrupts().map(|()| None);
        }
        self.go_on(next, bounds).map(|()| None)
    }

    /// Whether the run has come to one of its bounds.
    fn exhausted(&self, bounds: &Bounds) -> Option<Stop> {
        if self.state().course.instructions >= bounds.instructions {
            return Some(Stop::Limit);
        }
        let over = bounds.limits.time.is_some_and(|time| bounds.start.elapsed() >= time);
        over.then_some(Stop::TimedOut)
    }

    /// Does what is planned for now. Whether an interrupt was among it.
    fn do_planned(&mut self) -> bool {
        let mut interrupt = false;
        loop {
            let state = self.state_mut();
            let Some(event) = state.plan.take(state.course.instructions) else { return interrupt };
            match event {
                Event::Interrupt(line) => {
                    // A line that is not there can do nothing.
                    interrupt |= self.state_mut().bus.raise(line).is_ok();
                }
                Event::FlipRegister { number, mask } => {
                    let value = self.register(number) ^ mask;
                    self.set_register(number, value);
                }
                Event::FlipByte { address, mask } => {
                    let mut byte = [0];
                    if self.read(address, &mut byte).is_ok() {
                        // What can be read is memory.
                        let _ = self.load(address, &[byte[0] ^ mask]);
                    }
                }
            }
        }
    }

    /// Executes what comes next, up to where something is to be looked at.
    fn go_on(&mut self, next: u32, bounds: &Bounds) -> Result<(), Error> {
        match known(&mut self.engine, next).kind {
            Kind::Special => match instruction(&self.engine, next) {
                Some(inst) => self.execute_special(next, inst),
                None => self.illegal(next),
            },
            Kind::Illegal | Kind::Unknown => self.illegal(next),
            _ => self.emulate(next, bounds),
        }
    }

    /// What is no instruction is a fault, and so is an address without memory.
    fn illegal(&mut self, address: u32) -> Result<(), Error> {
        let mut bytes = [0; 2];
        let what = match self.read(address, &mut bytes) {
            Ok(()) => format!("no instruction of ARMv6-M ({:#06x})", u16::from_le_bytes(bytes)),
            Err(_) => "no memory to execute".to_string(),
        };
        self.fault(Fault { what, trap: None, address })
    }

    /// Has Unicorn execute instructions until a hook stops it or something goes wrong.
    fn emulate(&mut self, from: u32, bounds: &Bounds) -> Result<(), Error> {
        let state = self.state_mut();
        state.set_alarm();
        // An interrupt that waits for a volatile access is no reason to look at each instruction.
        let due = state.plan.due().min(bounds.instructions);
        let course = &mut state.course;
        course.last = due.min(course.instructions.saturating_add(INSTRUCTIONS));
        course.current = None;
        course.exception = None;
        let result = self.engine.emu_start(u64::from(from | 1), NEVER, 0, 0);
        let at = self.next();
        let course = &mut self.state_mut().course;
        let refused = course.refused.take();
        let exception = course.exception.take();
        if let Some((text, low)) = refused {
            return self.refuse(text, low);
        }
        if let (Ok(()), None, Some((address, _))) = (result, exception, course.pause) {
            self.set_next(address);
            return Ok(());
        }
        match result {
            // A branch to where no memory is has been executed; that is seen when its target is looked at.
            Err(uc_error::FETCH_UNMAPPED | uc_error::FETCH_PROT) => {
                self.state_mut().retire(at);
                self.set_next(at);
                Ok(())
            }
            Err(
                uc_error::READ_UNMAPPED
                | uc_error::WRITE_UNMAPPED
                | uc_error::READ_PROT
                | uc_error::WRITE_PROT
                | uc_error::READ_UNALIGNED
                | uc_error::WRITE_UNALIGNED
                | uc_error::EXCEPTION
                | uc_error::INSN_INVALID,
            )
            | Ok(()) => self.failed_instruction(at, result, exception),
            Err(error) => Err(Error::Emulator(error.to_string())),
        }
    }

    /// An access was refused: its instruction did not happen.
    fn refuse(&mut self, text: String, low: [u32; 8]) -> Result<(), Error> {
        let address = self.state_mut().course.current.take().map_or(0, |(address, _)| address);
        for (number, value) in (0..).zip(low) {
            self.put(number, value);
        }
        self.set_next(address);
        let state = self.state_mut();
        state.course.pause = None;
        if state.refusals_are_faults {
            return self.fault(Fault { what: text, trap: None, address });
        }
        state.course.stop = Some(Stop::Hardware(text));
        Ok(())
    }

    /// What stopped the processor at an instruction that it was executing.
    fn failed_instruction(
        &mut self,
        at: u32,
        result: Result<(), uc_error>,
        exception: Option<u32>,
    ) -> Result<(), Error> {
        let current = self.state_mut().course.current.take();
        let address = current.map_or(at, |(address, _)| address);
        self.set_next(address);
        // A PUSH that leaves the memory: the pointer is as it was.
        let pushes = current.is_some_and(|(_, known)| known.moves_stack && known.kind == Kind::Multiple);
        let state = self.state();
        let limit = state.stack_limit;
        if pushes && state.core.uses_main_stack() && self.register(SP).saturating_sub(PUSHED) < limit {
            self.state_mut().course.stop = Some(Stop::StackOverflow(address));
            return Ok(());
        }
        let what = match (result, exception) {
            (Err(uc_error::READ_UNMAPPED), _) => "a load where nothing is".to_string(),
            (Err(uc_error::WRITE_UNMAPPED), _) => "a store where nothing is".to_string(),
            (Err(uc_error::READ_PROT | uc_error::WRITE_PROT), _) => {
                "a store to memory that cannot be written".to_string()
            }
            (Err(uc_error::INSN_INVALID), _) => "an instruction that the emulator does not know".to_string(),
            // The exception of the emulated model that data aborts are.
            (_, Some(3 | 4)) => "an access that is not aligned".to_string(),
            (result, exception) => format!("an unknown failure ({result:?}, {exception:?})"),
        };
        self.fault(Fault { what, trap: None, address })
    }

    /// Starts as after a reset: stack pointer and first instruction are the first two words of memory (B1.5.5).
    ///
    /// # Errors
    /// There are none.
    pub fn boot(&mut self) -> Result<(), Error> {
        let missing = Error::Map("the vector table", 0);
        let (Some(stack), Some(reset)) = (self.word(0), self.word(4)) else { return Err(missing) };
        self.reset();
        self.put(SP, stack & !3);
        self.put(super::LR, u32::MAX);
        self.set_next(reset & !1);
        Ok(())
    }

    /// Says which instruction is next.
    pub(super) fn set_next(&mut self, address: u32) {
        self.put(PC, address | 1);
    }
}
