//! The system timer SysTick of ARMv6-M (ARM DDI 0419, B3.3): a counter of 24 bits that counts the processor's cycles down.
//!
//! When it comes to 0 it raises its exception if that is wanted, and goes on from the reload value with the next cycle.
//! With the reload value 0 it stays at 0. There is no other clock.

use crate::access::{Attempt, Width};
use crate::fault::Fault;

const MOST: u32 = 0xff_ffff;
/// CSR: the counter runs; it raises its exception; it came to 0 since the last read.
const ENABLE: u32 = 1;
const RAISE: u32 = 1 << 1;
const PROCESSOR_CLOCK: u32 = 1 << 2;
const COUNTED: u32 = 1 << 16;
/// CALIB: there is no reference clock, and nobody says how many cycles 10 ms have.
const CALIBRATION: u32 = 1 << 31 | 1 << 30;

/// The timer.
#[derive(Default)]
pub(super) struct Tick {
    control: u32,
    reload: u32,
    count: u32,
    counted: bool,
}

impl Tick {
    /// An access to its registers; the answer to a write means nothing.
    pub(super) fn access(&mut self, offset: u64, attempt: Attempt) -> Result<u64, Fault> {
        if attempt.width != Width::Four {
            return Err(Fault::Width);
        }
        let value = attempt.written.map(|value| value as u32);
        let answer = match (offset, value) {
            (0x0, None) => {
                let counted = if std::mem::take(&mut self.counted) { COUNTED } else { 0 };
                self.control | PROCESSOR_CLOCK | counted
            }
            (0x0, Some(value)) => {
                self.control = value & (ENABLE | RAISE);
                0
            }
            (0x4, _) => {
                self.reload = value.map_or(self.reload, |value| value & MOST);
                self.reload
            }
            (0x8, None) => self.count,
            (0x8, Some(_)) => {
                (self.count, self.counted) = (0, false);
                0
            }
            (0xc, None) => CALIBRATION,
            (0xc, Some(_)) => return Err(Fault::ReadOnly),
            _ => return Err(Fault::NoRegister),
        };
        Ok(u64::from(answer))
    }

    /// Lets time pass, in cycles; whether the exception is raised meanwhile.
    pub(super) fn advance(&mut self, cycles: u64) -> bool {
        let Some(first) = self.next().filter(|_| self.control & ENABLE != 0) else { return false };
        if cycles < first {
            // From 0 the first cycle only reloads.
            self.count = if cycles == 0 { self.count } else { (first - cycles) as u32 };
            return false;
        }
        let round = u64::from(self.reload) + 1;
        let behind = (cycles - first) % round;
        self.count = if behind == 0 || self.reload == 0 { 0 } else { (round - behind) as u32 };
        self.counted = true;
        self.control & RAISE != 0
    }

    /// After how many cycles the exception comes; none when it never does.
    pub(super) fn next_exception(&self) -> Option<u64> {
        self.next().filter(|_| self.control & (ENABLE | RAISE) == ENABLE | RAISE)
    }

    /// After how many cycles the counter comes to 0, when it runs.
    fn next(&self) -> Option<u64> {
        match (self.count, self.reload) {
            (0, 0) => None,
            (0, reload) => Some(u64::from(reload) + 1),
            (count, _) => Some(count.into()),
        }
    }
}
