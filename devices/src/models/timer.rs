//! The timer of the nRF51: a counter of 8 to 32 bits with four compare registers.
//!
//! One tick is 2^PRESCALER steps of the 16 MHz clock. A compare register matches when the counter comes to its value, not
//! when it is there already; one that is wider than the counter never does.

use super::check_word;
use super::events::Events;
use crate::access::Width;
use crate::device::Device;
use crate::fault::Fault;

/// The bit of the first EVENTS_COMPARE, and how many there are.
const COMPARE: u32 = 16;
const COMPARES: usize = 4;
const EVENTS: u32 = 0xf << COMPARE;

/// A timer.
#[derive(Clone)]
pub struct Timer {
    events: Events,
    running: bool,
    count: u32,
    /// Steps since the last tick.
    phase: u64,
    shorts: u32,
    counter_mode: bool,
    bit_mode: u32,
    prescaler: u32,
    compare: [u32; COMPARES],
    power: u32,
}

impl Default for Timer {
    fn default() -> Self {
        Self::new()
    }
}

impl Timer {
    /// A timer that does not run.
    pub fn new() -> Self {
        Self {
            events: Events::new(EVENTS),
            running: false,
            count: 0,
            phase: 0,
            shorts: 0,
            counter_mode: false,
            bit_mode: 0,
            prescaler: 4,
            compare: [0; COMPARES],
            power: 0,
        }
    }

    /// What the counter holds; no register shows it.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The highest value of the counter. The order of the modes is that of the manual: 16, 8, 24, 32 bits.
    fn highest(&self) -> u32 {
        [0xffff, 0xff, 0xff_ffff, u32::MAX][self.bit_mode as usize & 3]
    }

    /// Ticks until the next match, from 1.
    fn distance(&self) -> Option<u64> {
        let highest = self.highest();
        let reachable = self.compare.iter().filter(|compare| **compare <= highest);
        let ticks =
            reachable.map(|compare| u64::from(compare.wrapping_sub(self.count).wrapping_sub(1) & highest) + 1);
        ticks.min()
    }

    /// Goes on to a match; gives the events that it raises.
    fn go_to_match(&mut self, ticks: u64) -> u32 {
        self.count = self.sum(ticks);
        let matches = (0..COMPARES).filter(|i| self.compare[*i] == self.count).fold(0, |bits, i| bits | 1 << i);
        self.events.raise(matches << COMPARE);
        if self.shorts & matches != 0 {
            self.count = 0;
        }
        if self.shorts >> 8 & matches != 0 {
            self.running = false;
            self.phase = 0;
        }
        matches << COMPARE
    }

    fn sum(&self, ticks: u64) -> u32 {
        // Whole rounds of the counter do not count: the cut is right.
        self.count.wrapping_add(ticks as u32) & self.highest()
    }

    /// Lets the counter go on. However many ticks, it takes no more than some matches: what a match leads to is settled by
    /// the compare value alone, so after as many matches as there are values the counter goes round in what it has done.
    fn tick(&mut self, ticks: u64) {
        let left = self.go_matches(ticks);
        if left > 0 {
            let round = self.clone().round();
            self.go_matches(left % round);
        }
    }

    /// Goes on for so many ticks, but over no more matches than there are compare values; gives the ticks that are left.
    fn go_matches(&mut self, ticks: u64) -> u64 {
        let mut left = ticks;
        for _ in 0..COMPARES {
            let Some(distance) = self.distance().filter(|distance| *distance <= left) else {
                self.count = self.sum(left);
                return 0;
            };
            self.go_to_match(distance);
            left -= distance;
            if !self.running {
                return 0;
            }
        }
        left
    }

    /// Ticks until the counter goes on from its place again, when it goes round; at least one.
    fn round(mut self) -> u64 {
        let place = self.count;
        let mut ticks = 0;
        for _ in 0..COMPARES {
            let Some(distance) = self.distance() else { break };
            self.go_to_match(distance);
            ticks += distance;
            if self.count == place {
                break;
            }
        }
        ticks.max(1)
    }

    /// The tasks, from START to SHUTDOWN.
    fn task(&mut self, offset: u64) {
        match offset {
            0x000 => self.running = true,
            0x004 => self.running = false,
            0x008 if self.running && self.counter_mode => self.tick(1),
            0x008 => {}
            _ => {
                self.running &= offset == 0x00c;
                self.count = 0;
                self.phase = 0;
            }
        }
    }
}

impl Device for Timer {
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault> {
        check_word(offset, width)?;
        let value = match offset {
            0x000..=0x010 | 0x040..=0x04c => return Err(Fault::WriteOnly),
            0x200 => self.shorts,
            0x504 => u32::from(self.counter_mode),
            0x508 => self.bit_mode,
            0x510 => self.prescaler,
            0x540..=0x54c => self.compare[super::index(offset, 0x540)],
            0xffc => self.power,
            _ => self.events.read(offset).ok_or(Fault::NoRegister)?,
        };
        Ok(u64::from(value))
    }

    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault> {
        check_word(offset, width)?;
        let value = value as u32;
        match offset {
            0x000..=0x010 | 0x040..=0x04c if value & 1 == 0 => {}
            0x000..=0x010 => self.task(offset),
            0x040..=0x04c => self.compare[super::index(offset, 0x040)] = self.count,
            0x200 => self.shorts = value & 0xf0f,
            0x504 => self.counter_mode = value & 1 != 0,
            0x508 => {
                self.bit_mode = value & 3;
                self.count &= self.highest();
            }
            0x510 => {
                self.prescaler = value & 0xf;
                self.phase &= (1 << self.prescaler) - 1;
            }
            0x540..=0x54c => self.compare[super::index(offset, 0x540)] = value,
            0xffc => self.power = value & 1,
            _ => self.events.write(offset, value).ok_or(Fault::NoRegister)?,
        }
        Ok(())
    }

    fn advance(&mut self, steps: u64) {
        if !self.running || self.counter_mode {
            return;
        }
        let steps = u128::from(self.phase) + u128::from(steps);
        // No more ticks than steps came in: a phase below one tick adds one at most, and none when a tick is a step.
        let ticks = (steps >> self.prescaler) as u64;
        self.phase = steps as u64 & ((1 << self.prescaler) - 1);
        self.tick(ticks);
    }

    fn interrupt(&self) -> bool {
        self.events.interrupt()
    }

    fn next_interrupt(&self) -> Option<u64> {
        if !self.running || self.counter_mode || self.interrupt() {
            return None;
        }
        let mut ahead = self.clone();
        let mut ticks = 0;
        for _ in 0..COMPARES {
            let distance = ahead.distance()?;
            let matched = ahead.go_to_match(distance);
            ticks += distance;
            if self.events.enabled_of(matched) {
                return Some((ticks << self.prescaler) - self.phase);
            }
            if !ahead.running {
                return None;
            }
        }
        None
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
