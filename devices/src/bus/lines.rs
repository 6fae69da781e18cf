//! Interrupt lines: which are pending, which run, which comes next; and the registers of a controller, if there is one.
//!
//! The controller is the NVIC of ARMv6-M (ARM DDI 0419, B3.4): 32 lines, off after reset, four priorities, words only.
//! Without a controller each line is on and all have the same priority. A line runs only over one of lower priority, so
//! there are never more running than priorities.

use crate::access::{Attempt, Width};
use crate::fault::Fault;
use std::collections::BTreeSet;

/// How many lines the controller has.
pub(super) const CONTROLLED: u16 = 32;

/// The registers of the controller, from the first (ISER) to the end of the last (IPR7).
pub(super) const CONTROLLER_SIZE: u64 = 0x320;

/// The two bits of each priority that exist.
const PRIORITY_BITS: u32 = 0xc0c0_c0c0;

#[derive(Default)]
struct Controller {
    enabled: u32,
    /// As the registers IPR0 to IPR7 hold them: four lines in each.
    priorities: [u32; 8],
}

#[derive(Default)]
pub(super) struct Lines {
    pending: BTreeSet<u16>,
    active: Vec<u16>,
    controller: Option<Controller>,
    ready: bool,
}

impl Lines {
    /// Whether an interrupt is to be taken; kept up to date by each change, so that polling is a load.
    #[inline]
    pub(super) fn ready(&self) -> bool {
        self.ready
    }

    pub(super) fn add_controller(&mut self) {
        self.controller = Some(Controller::default());
        self.refresh();
    }

    pub(super) fn exists(&self, line: u16) -> bool {
        self.controller.is_none() || line < CONTROLLED
    }

    pub(super) fn is_enabled(&self, line: u16) -> bool {
        self.controller.as_ref().is_none_or(|controller| controller.enabled & bit(line) != 0)
    }

    pub(super) fn is_active(&self, line: u16) -> bool {
        self.active.contains(&line)
    }

    pub(super) fn raise(&mut self, line: u16) {
        self.pending.insert(line);
        self.refresh();
    }

    pub(super) fn take(&mut self) -> Option<u16> {
        let line = self.next()?;
        self.pending.remove(&line);
        self.active.push(line);
        self.refresh();
        Some(line)
    }

    pub(super) fn end(&mut self) -> Option<u16> {
        let line = self.active.pop();
        self.refresh();
        line
    }

    pub(super) fn reset(&mut self) {
        self.pending.clear();
        self.active.clear();
        self.controller = self.controller.take().map(|_| Controller::default());
        self.refresh();
    }

    /// An access to the controller's registers; the answer to a write means nothing.
    pub(super) fn access(&mut self, offset: u64, attempt: Attempt) -> Result<u64, Fault> {
        if attempt.width != Width::Four {
            return Err(Fault::Width);
        }
        let pending = self.pending.range(..CONTROLLED).fold(0, |bits, line| bits | bit(*line));
        let controller = self.controller.as_mut().ok_or(Fault::NoRegister)?;
        let value = attempt.written.map(|value| value as u32);
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
                self.pending.extend((0..CONTROLLED).filter(|line| value & bit(*line) != 0));
                0
            }
            (0x180, Some(value)) => {
                self.pending.retain(|line| value & bit(*line) == 0);
                0
            }
            _ => return Err(Fault::NoRegister),
        };
        self.refresh();
        Ok(u64::from(answer))
    }

    fn refresh(&mut self) {
        self.ready = self.next().is_some();
    }

    /// The pending line of the highest priority (the lowest number says it), then of the lowest number.
    fn next(&self) -> Option<u16> {
        let enabled = self.pending.iter().copied().filter(|line| self.is_enabled(*line));
        let line = enabled.min_by_key(|line| (self.priority(*line), *line))?;
        let running = self.active.last().map(|line| self.priority(*line));
        running.is_none_or(|running| self.priority(line) < running).then_some(line)
    }

    fn priority(&self, line: u16) -> u32 {
        let words = self.controller.as_ref().map(|controller| controller.priorities);
        let word = words.and_then(|words| words.get(usize::from(line / 4)).copied()).unwrap_or(0);
        word >> (line % 4 * 8) & 0xff
    }
}

/// The bit of a line in the controller's registers; none for a line that it does not have.
fn bit(line: u16) -> u32 {
    1u32.checked_shl(u32::from(line)).unwrap_or(0)
}
