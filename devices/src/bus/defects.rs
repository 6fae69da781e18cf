//! Defects of the hardware that a run is tried with: bits of a register that are stuck, interrupts that get lost.

use std::collections::BTreeMap;

/// Bits that reads of an address do not tell.
struct Stuck {
    address: u64,
    mask: u64,
    value: u64,
}

#[derive(Default)]
pub(super) struct Defects {
    stuck: Vec<Stuck>,
    lost: Vec<(u16, u64)>,
    /// How often each line was asked for.
    raised: BTreeMap<u16, u64>,
}

impl Defects {
    /// Has the bits of a mask stuck in what is read at an address.
    pub(super) fn stick(&mut self, address: u64, mask: u64, value: u64) {
        self.stuck.push(Stuck { address, mask, value: value & mask });
    }

    /// Loses the n-th interrupt of a line, counted from 1.
    pub(super) fn lose(&mut self, line: u16, number: u64) {
        self.lost.push((line, number));
    }

    /// What is read at an address instead of a value.
    #[inline]
    pub(super) fn reads(&self, address: u64, value: u64) -> u64 {
        let here = self.stuck.iter().filter(|stuck| stuck.address == address);
        here.fold(value, |value, stuck| value & !stuck.mask | stuck.value)
    }

    /// Whether the interrupt that a device asks for on a line now gets lost.
    pub(super) fn loses(&mut self, line: u16) -> bool {
        if self.lost.is_empty() {
            return false;
        }
        let count = self.raised.entry(line).or_insert(0);
        *count += 1;
        self.lost.contains(&(line, *count))
    }

    /// Begins counting again.
    pub(super) fn restart(&mut self) {
        self.raised.clear();
    }
}
