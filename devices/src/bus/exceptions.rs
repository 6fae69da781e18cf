//! Exceptions: which are pending, which run, which comes next; and the registers of their controllers, if there are any.
//!
//! They are numbered as in ARMv6-M (ARM DDI 0419, B1.5.2): interrupt line n is exception 16 + n. The controller of lines
//! is the NVIC (B3.4): 32 lines, off after reset, four priorities, words only. The exceptions below 16 have a priority
//! only where the system control block is on the bus (B3.2). Without a controller each line is on and all have the same
//! priority. An exception runs only over one of lower priority, so there are never more running than priorities.

use crate::access::{Attempt, Width};
use crate::fault::Fault;
use std::collections::BTreeSet;

/// How many lines the controller has.
pub(super) const CONTROLLED: u16 = 32;
/// The exception of line 0.
pub const FIRST_LINE: u16 = 16;

const NMI: u16 = 2;
/// The exception of faults.
pub const HARD_FAULT: u16 = 3;
/// The exception of the instruction `SVC`.
pub const SUPERVISOR_CALL: u16 = 11;
const PENDABLE: u16 = 14;
/// The exception of the system timer.
pub(super) const TICK: u16 = 15;

/// The registers of the controller, from the first (ISER) to the end of the last (IPR7).
pub(super) const CONTROLLER_SIZE: u64 = 0x320;

/// The two bits of each priority that exist.
const PRIORITY_BITS: u32 = 0xc0c0_c0c0;

/// What the system control block holds beside what is pending.
#[derive(Default)]
pub(super) struct Control {
    /// SCR.
    pub(super) sleep: u32,
    /// Whether a reset was asked for.
    pub(super) reset: bool,
    /// SHPR2 and SHPR3.
    priorities: [u32; 2],
}

#[derive(Default)]
struct Controller {
    enabled: u32,
    /// As the registers IPR0 to IPR7 hold them: four lines in each.
    priorities: [u32; 8],
}

#[derive(Default)]
pub(super) struct Exceptions {
    pending: BTreeSet<u16>,
    active: Vec<u16>,
    controller: Option<Controller>,
    control: Option<Control>,
    /// The event register of `WFE` (B1.5.17).
    event: bool,
    ready: bool,
    urgent: bool,
}

/// What is pending and active.
impl Exceptions {
    /// Whether an exception is to be taken; kept up to date by each change, so that polling is a load.
    #[inline]
    pub(super) fn ready(&self) -> bool {
        self.ready
    }

    /// Whether one is to be taken although PRIMASK masks what has a priority that can be set.
    #[inline]
    pub(super) fn urgent(&self) -> bool {
        self.urgent
    }

    pub(super) fn line_exists(&self, line: u16) -> bool {
        self.controller.is_none() || line < CONTROLLED
    }

    pub(super) fn is_line_enabled(&self, line: u16) -> bool {
        self.controller.as_ref().is_none_or(|controller| controller.enabled & bit(line) != 0)
    }

    /// The exception that runs now; none outside of handlers.
    pub(super) fn current(&self) -> Option<u16> {
        self.active.last().copied()
    }

    pub(super) fn is_active(&self, number: u16) -> bool {
        self.active.contains(&number)
    }

    pub(super) fn raise(&mut self, number: u16) {
        self.pending.insert(number);
        self.refresh();
    }

    pub(super) fn take(&mut self) -> Option<u16> {
        let number = self.next()?;
        self.pending.remove(&number);
        self.enter(number);
        Some(number)
    }

    /// Makes an exception active that was never pending. Entry to a handler and return from it are events.
    pub(super) fn enter(&mut self, number: u16) {
        self.active.push(number);
        self.event = true;
        self.refresh();
    }

    /// Ends the last exception that was taken.
    pub(super) fn end(&mut self) -> Option<u16> {
        let number = self.active.pop();
        self.event |= number.is_some();
        self.refresh();
        number
    }

    /// The event register, which can be changed.
    pub(super) fn event(&mut self) -> &mut bool {
        &mut self.event
    }

    pub(super) fn reset(&mut self) {
        self.pending.clear();
        self.active.clear();
        self.event = false;
        self.controller = self.controller.take().map(|_| Controller::default());
        self.control = self.control.take().map(|_| Control::default());
        self.refresh();
    }

    fn refresh(&mut self) {
        let next = self.next();
        self.ready = next.is_some();
        self.urgent = next.is_some_and(|number| self.priority(number) < 0);
    }

    /// The pending exception of the highest priority (the lowest number says it), then of the lowest number.
    fn next(&self) -> Option<u16> {
        let on = |number: &u16| number.checked_sub(FIRST_LINE).is_none_or(|line| self.is_line_enabled(line));
        let enabled = self.pending.iter().copied().filter(on);
        let number = enabled.min_by_key(|number| (self.priority(*number), *number))?;
        self.running().is_none_or(|running| self.priority(number) < running).then_some(number)
    }

    /// The priority of what runs; none outside of handlers.
    pub(super) fn running(&self) -> Option<i32> {
        self.active.iter().map(|number| self.priority(*number)).min()
    }

    /// The priority of an exception.
    pub(super) fn priority(&self, number: u16) -> i32 {
        let system = self.control.as_ref().map_or([0; 2], |control| control.priorities);
        let bits = match number {
            NMI => return -2,
            HARD_FAULT => return -1,
            SUPERVISOR_CALL => system[0] >> 24,
            PENDABLE => system[1] >> 16,
            TICK => system[1] >> 24,
            _ => self.line_priority(number.saturating_sub(FIRST_LINE)),
        };
        (bits & 0xff) as i32
    }

    fn line_priority(&self, line: u16) -> u32 {
        let words = self.controller.as_ref().map(|controller| controller.priorities);
        let word = words.and_then(|words| words.get(usize::from(line / 4)).copied()).unwrap_or(0);
        word >> (line % 4 * 8)
    }

    /// The pending lines that the controller has, a bit for each.
    fn pending_lines(&self) -> u32 {
        let numbers = self.pending.range(FIRST_LINE..FIRST_LINE + CONTROLLED);
        numbers.fold(0, |bits, number| bits | bit(number - FIRST_LINE))
    }
}

/// The controller of lines.
impl Exceptions {
    pub(super) fn add_controller(&mut self) {
        self.controller = Some(Controller::default());
        self.refresh();
    }

    /// Whether there is a controller of lines.
    pub(super) fn has_controller(&self) -> bool {
        self.controller.is_some()
    }

    /// An access to the controller's registers; the answer to a write means nothing.
    pub(super) fn access(&mut self, offset: u64, attempt: Attempt) -> Result<u64, Fault> {
        if attempt.width != Width::Four {
            return Err(Fault::Width);
        }
        let pending = self.pending_lines();
        let controller = self.controller.as_mut().ok_or(Fault::NoRegister)?;
        let value = attempt.written.map(|value| value as u32);
        let lines = |value: u32| (0..CONTROLLED).filter(move |line| value & bit(*line) != 0);
        let answer = match (offset, value) {
            (0x000 | 0x080, None) => controller.enabled,
            (0x100 | 0x180, None) => pending,
            (0x300..=0x31c, _) if offset.is_multiple_of(4) => {
                let priority = &mut controller.priorities[((offset - 0x300) / 4) as usize];
                *priority = value.map_or(*priority, |value| value & PRIORITY_BITS);
                *priority
            }
            (0x000, Some(value)) => {
                controller.enabled |= value;
                0
            }
            (0x080, Some(value)) => {
                controller.enabled &= !value;
                0
            }
            (0x100, Some(value)) => {
                self.pending.extend(lines(value).map(|line| FIRST_LINE + line));
                0
            }
            (0x180, Some(value)) => {
                self.pending
                    .retain(|number| number.checked_sub(FIRST_LINE).is_none_or(|line| value & bit(line) == 0));
                0
            }
            _ => return Err(Fault::NoRegister),
        };
        self.refresh();
        Ok(u64::from(answer))
    }
}

/// The system control block.
impl Exceptions {
    pub(super) fn add_control(&mut self) {
        self.control = Some(Control::default());
        self.refresh();
    }

    /// The system control block, if it is on the bus.
    pub(super) fn control(&mut self) -> Option<&mut Control> {
        self.control.as_mut()
    }

    /// Whether the system control block is on the bus, and what SCR holds.
    pub(super) fn sleep_control(&self) -> u32 {
        self.control.as_ref().map_or(0, |control| control.sleep)
    }

    /// An access to its registers (ARM DDI 0419, table B3-5); the answer to a write means nothing.
    pub(super) fn access_control(&mut self, offset: u64, attempt: Attempt) -> Result<u64, Fault> {
        if attempt.width != Width::Four {
            return Err(Fault::Width);
        }
        let state = self.state();
        let control = self.control.as_mut().ok_or(Fault::NoRegister)?;
        let value = attempt.written.map(|value| value as u32);
        let answer = match (offset, value) {
            (CPUID, None) => IDENTITY,
            (ICSR, None) => state,
            (ICSR, Some(value)) => {
                self.change_pending(value);
                0
            }
            (AIRCR, None) => 0xfa05 << 16,
            (AIRCR, Some(value)) => {
                control.reset |= value >> 16 == KEY && value & RESET != 0;
                0
            }
            (SCR, _) => {
                control.sleep = value.map_or(control.sleep, |value| value & SLEEP_BITS);
                control.sleep
            }
            // Unaligned accesses trap, and frames are aligned to 8 bytes: always, in ARMv6-M.
            (CCR, None) => 0x208,
            (SHPR2 | SHPR3, _) => {
                let place = usize::from(offset == SHPR3);
                let bits = [0xc000_0000, 0xc0c0_0000][place];
                let priority = &mut control.priorities[place];
                *priority = value.map_or(*priority, |value| value & bits);
                *priority
            }
            (CPUID | CCR, Some(_)) => return Err(Fault::ReadOnly),
            _ => return Err(Fault::NoRegister),
        };
        self.refresh();
        Ok(u64::from(answer))
    }

    /// ICSR as it is read: what is pending by bit, the number of the next exception and of the one that runs.
    fn state(&self) -> u32 {
        let has = |number: u16, place: u32| u32::from(self.pending.contains(&number)) << place;
        let lines = u32::from(self.pending_lines() != 0) << 22;
        let next = self.pending.iter().copied().min_by_key(|number| (self.priority(*number), *number));
        let active = self.current();
        has(NMI, 31)
            | has(PENDABLE, 28)
            | has(TICK, 26)
            | lines
            | u32::from(next.unwrap_or(0) & 0x1ff) << 12
            | u32::from(active.unwrap_or(0) & 0x1ff)
    }

    /// A write to ICSR; where both are written, setting wins.
    fn change_pending(&mut self, value: u32) {
        for (number, clear) in [(PENDABLE, 27), (TICK, 25)] {
            if value >> clear & 1 != 0 {
                self.pending.remove(&number);
            }
        }
        for (number, set) in [(NMI, 31), (PENDABLE, 28), (TICK, 26)] {
            if value >> set & 1 != 0 {
                self.pending.insert(number);
            }
        }
    }
}

/// Registers of the system control block, from its first.
const CPUID: u64 = 0x00;
const ICSR: u64 = 0x04;
const AIRCR: u64 = 0x0c;
const SCR: u64 = 0x10;
const CCR: u64 = 0x14;
const SHPR2: u64 = 0x1c;
const SHPR3: u64 = 0x20;

/// A Cortex-M0 r0p0.
const IDENTITY: u32 = 0x410c_c200;
/// What AIRCR wants in its upper half, and the bit that asks for a reset.
const KEY: u32 = 0x05fa;
const RESET: u32 = 1 << 2;
/// SEVONPEND, SLEEPDEEP, SLEEPONEXIT.
const SLEEP_BITS: u32 = 1 << 4 | SLEEP_DEEP | SLEEP_ON_EXIT;
const SLEEP_DEEP: u32 = 1 << 2;
/// SCR: the processor sleeps when it leaves the last handler.
pub(super) const SLEEP_ON_EXIT: u32 = 1 << 1;

/// The bit of a line in the controller's registers; none for a line that it does not have.
fn bit(line: u16) -> u32 {
    1u32.checked_shl(u32::from(line)).unwrap_or(0)
}
