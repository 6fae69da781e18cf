//! Where the generator's choices come from: a seed, or the bytes of a fuzzer.
//!
//! The same source gives the same choices on every machine. Bytes that have run out give zeros, which everywhere stand
//! for the smallest choice, so that generation ends soon after.

/// A stream of choices.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    origin: Origin<'a>,
}

#[derive(Clone, Debug)]
enum Origin<'a> {
    /// The state of a generator of pseudo-random numbers.
    Seed(u64),
    /// The bytes that are left.
    Bytes(&'a [u8]),
}

impl<'a> Source<'a> {
    /// Choices that look random, all from a seed.
    pub fn from_seed(seed: u64) -> Source<'static> {
        Source { origin: Origin::Seed(seed) }
    }

    /// Choices that bytes make.
    pub fn from_bytes(bytes: &'a [u8]) -> Source<'a> {
        Source { origin: Origin::Bytes(bytes) }
    }

    /// The next number, of which so many low bytes are chosen.
    fn next(&mut self, bytes: usize) -> u64 {
        match &mut self.origin {
            // SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
            Origin::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut mixed = *state;
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                mixed ^ (mixed >> 31)
            }
            Origin::Bytes(left) => {
                let (taken, rest) = left.split_at(bytes.min(left.len()));
                *left = rest;
                taken.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
        }
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.next(8)
    }

    /// A number below a limit; 0 when the limit is 0 or 1.
    pub fn below(&mut self, limit: usize) -> usize {
        match limit {
            0 | 1 => 0,
            2..=256 => (self.next(1) % limit as u64) as usize,
            _ => (self.next(4) % limit as u64) as usize,
        }
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True in so many of a hundred cases; never when the bytes have run out.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// An element of a list; nothing when it is empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        list.get(self.below(list.len())).copied()
    }

    /// Reorders a list.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_choices_again_and_bytes_run_out_in_zeros() {
        let numbers = |mut source: Source<'_>| (0..20).map(|_| source.below(1000)).collect::<Vec<_>>();
        assert_eq!(numbers(Source::from_seed(7)), numbers(Source::from_seed(7)));
        assert_ne!(numbers(Source::from_seed(7)), numbers(Source::from_seed(8)));
        let mut bytes = Source::from_bytes(&[5, 1, 0, 0, 0]);
        assert_eq!([bytes.below(4), bytes.below(1000), bytes.below(9)], [1, 1, 0]);
        assert!(!bytes.chance(99));
    }

    #[test]
    fn shuffling_keeps_every_element() {
        let mut list: Vec<u32> = (0..50).collect();
        Source::from_seed(1).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
