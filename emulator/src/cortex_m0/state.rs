//! What belongs to the processor beside the registers and memory that Unicorn has.

use super::code::{Code, Kind, Known};
use super::plan::Plan;
use super::profile::Profile;
use super::semihost::Files;
use super::settings::{Clock, Console};
use super::{Fault, Stop};
use devices::Bus;
use std::ops::Range;
use unicorn_engine::Unicorn;

/// The processor with what belongs to it.
pub(super) type Engine = Unicorn<'static, State>;

/// Why the hooks stopped Unicorn at an instruction boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// Something is to be looked at before the next instruction.
    Look,
    /// The next instruction is a volatile access for which interrupts are due.
    BeforeAccess,
}

/// What belongs to the processor.
pub(super) struct State {
    pub(super) bus: Bus,
    pub(super) clock: Clock,
    pub(super) multiply: u32,
    pub(super) faults_are_exceptions: bool,
    pub(super) refusals_are_faults: bool,
    pub(super) stops_at_faults: bool,
    /// Where the main stack ends; 0 where nothing is known of that.
    pub(super) stack_limit: u32,
    pub(super) sleeps_lightly: bool,
    pub(super) console: Option<Console>,
    pub(super) files: Files,
    /// Where hardware registers are beside the usual places.
    pub(super) registers: Vec<Range<u32>>,
    pub(super) code: Code,
    pub(super) plan: Plan,
    pub(super) profile: Option<Profile>,
    pub(super) core: Core,
    pub(super) course: Course,
}

/// Special registers, and what no register shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Core {
    /// The number of the exception that runs; 0 in a thread.
    pub(super) ipsr: u16,
    pub(super) primask: bool,
    /// CONTROL.SPSEL: threads use the process stack.
    pub(super) process_stack: bool,
    /// The stack pointer that is not in use.
    pub(super) other_stack: u32,
    /// Whether the processor sleeps behind the last handler (SCR.SLEEPONEXIT).
    pub(super) sleeps: bool,
}

impl Core {
    /// Whether the stack pointer is that of the main stack, as it is in handlers.
    pub(super) fn uses_main_stack(&self) -> bool {
        !self.process_stack || self.ipsr != 0
    }
}

/// How far the run is.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) cycles: u64,
    pub(super) instructions: u64,
    /// The cycles that devices know of.
    pub(super) told: u64,
    /// When to look at what is due, and after which instruction.
    pub(super) alarm: u64,
    pub(super) last: u64,
    /// The address that is waited for; odd when there is none.
    pub(super) until: u32,
    /// The instruction that Unicorn executes.
    pub(super) current: Option<(u32, Known)>,
    /// Where the hooks stopped Unicorn.
    pub(super) pause: Option<(u32, Pause)>,
    /// Whether interrupts may be due for volatile accesses.
    pub(super) watch: bool,
    /// Interrupts were looked at before the access at this address.
    pub(super) passed: Option<u32>,
    /// The exception that Unicorn raised.
    pub(super) exception: Option<u32>,
    /// An access that was refused, and the low registers before it.
    pub(super) refused: Option<(String, [u32; 8])>,
    /// A fault whose exception is still to come.
    pub(super) raised: Option<Fault>,
    /// What the last HardFault was for.
    pub(super) fault: Option<Fault>,
    pub(super) stop: Option<Stop>,
}

impl Default for Course {
    fn default() -> Course {
        Course {
            cycles: 0,
            instructions: 0,
            told: 0,
            alarm: 0,
            last: 0,
            until: 1,
            current: None,
            pause: None,
            watch: false,
            passed: None,
            exception: None,
            refused: None,
            raised: None,
            fault: None,
            stop: None,
        }
    }
}

impl State {
    /// Whether an exception is to be taken now.
    #[inline]
    pub(super) fn interrupted(&self) -> bool {
        self.bus.interrupts(self.core.primask)
    }

    /// Tells devices of the cycles since they heard last.
    pub(super) fn tell_time(&mut self) {
        let passed = self.course.cycles - self.course.told;
        if self.clock == Clock::Cycles && passed > 0 {
            self.bus.advance(passed);
        }
        self.course.told = self.course.cycles;
    }

    /// Decides when something is to be looked at next: devices were told the time.
    pub(super) fn set_alarm(&mut self) {
        match self.clock {
            Clock::Cycles => {
                let next =
                    self.bus.next_interrupt().map_or(u64::MAX, |steps| self.course.cycles.saturating_add(steps));
                self.course.alarm = if self.interrupted() { 0 } else { next };
                self.course.watch = self.bus.is_due();
            }
            Clock::Accesses => {
                self.course.alarm = u64::MAX;
                self.course.watch = self.bus.is_due() || self.interrupted();
            }
        }
    }

    /// Counts the instruction that Unicorn executed, now that the next one is known.
    #[inline]
    pub(super) fn retire(&mut self, next: u32) {
        if let Some((address, known)) = self.course.current.take() {
            let taken = next != address.wrapping_add(known.size.into());
            self.count(address, if taken { known.taken } else { known.cycles }.into(), taken);
        }
    }

    /// Counts an instruction.
    #[inline]
    pub(super) fn count(&mut self, address: u32, cycles: u64, taken: bool) {
        self.course.cycles += cycles;
        self.course.instructions += 1;
        if let Some(profile) = &mut self.profile {
            profile.add(address, cycles, taken);
        }
    }

    /// Whether the instruction that Unicorn executes loads or stores one register.
    pub(super) fn is_single_access(&self) -> bool {
        matches!(self.course.current, Some((_, Known { kind: Kind::Access, .. })))
    }
}
