//! How often each instruction ran, and how long it took.

use super::Memory;
use std::ops::Range;

/// What an instruction, or several, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it ran.
    pub executions: u64,
    /// How often something else than the next instruction came behind it; a handler of an interrupt does not count.
    pub taken: u64,
    /// How many cycles it took.
    pub cycles: u64,
}

/// Counts by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// For each region its first byte and a count for each halfword.
    regions: Vec<(u32, Vec<Count>)>,
}

impl Profile {
    /// Nothing ran yet.
    pub(super) fn new(memory: &[Memory]) -> Profile {
        let region = |region: &Memory| (region.start, vec![Count::default(); region.bytes as usize / 2]);
        Profile { regions: memory.iter().map(region).collect() }
    }

    #[inline]
    pub(super) fn add(&mut self, address: u32, cycles: u64, taken: bool) {
        for (start, counts) in &mut self.regions {
            let place = address.wrapping_sub(*start) as usize / 2;
            if let Some(count) = counts.get_mut(place) {
                count.executions += 1;
                count.taken += u64::from(taken);
                count.cycles += cycles;
                return;
            }
        }
    }

    /// What the instruction at an address came to.
    pub fn count(&self, address: u32) -> Count {
        let counts = self
            .regions
            .iter()
            .filter_map(|(start, counts)| counts.get(usize::try_from(address.checked_sub(*start)?).ok()? / 2));
        counts.copied().next().unwrap_or_default()
    }

    /// What the instructions of some code came to together: for a block, whose every instruction runs as often as its first,
    /// `cycles` is what all its runs took, without what they called.
    pub fn sum(&self, code: Range<u32>) -> Count {
        self.ran().filter(|(address, _)| code.contains(address)).fold(Count::default(), |sum, (_, count)| Count {
            executions: sum.executions + count.executions,
            taken: sum.taken + count.taken,
            cycles: sum.cycles + count.cycles,
        })
    }

    /// All instructions that ran, by region and address.
    pub fn ran(&self) -> impl Iterator<Item = (u32, Count)> + '_ {
        self.regions.iter().flat_map(|(start, counts)| {
            let each = counts.iter().enumerate().filter(|(_, count)| count.executions > 0);
            each.map(|(place, &count)| (start.wrapping_add(2 * place as u32), count))
        })
    }

    /// Adds what another run came to, of the same memory.
    pub fn merge(&mut self, other: &Profile) {
        for ((_, counts), (_, others)) in self.regions.iter_mut().zip(&other.regions) {
            for (count, other) in counts.iter_mut().zip(others) {
                count.executions += other.executions;
                count.taken += other.taken;
                count.cycles += other.cycles;
            }
        }
    }
}
