//! The slots of a frame: which are free, and which are kept for the next round of a loop.
//!
//! A slot is taken, free, or *kept*: nothing is in it, and only who asks for this very slot gets it. A kept slot may be
//! *lent*: its owner is dead for now and comes back.

/// How many words of 64 slots are searched for two adjacent free slots before the frame grows.
const PAIR_WINDOW: usize = 16;

/// For what a slot is kept.
#[derive(Clone, Copy, Debug)]
struct Keep {
    /// The last instruction, by number, of the loop that has a parameter in it; 0 for other slots.
    until: u32,
    /// Where what is in it must end, because its owner comes back then; [`NEVER`] for slots outside their owner's hole.
    limit: u32,
    kept: bool,
}

const NEVER: u32 = u32::MAX;

impl Keep {
    const NONE: Keep = Keep { until: 0, limit: NEVER, kept: false };
}

/// The slots of a frame. Cleared for each function, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// A bit for each free slot.
    free: Vec<u64>,
    /// A bit for each word of `free` that has one.
    summary: Vec<u64>,
    keeps: Vec<Keep>,
}

impl Pool {
    /// An empty frame.
    pub(crate) fn clear(&mut self) {
        self.free.clear();
        self.summary.clear();
        self.keeps.clear();
    }

    /// How many slots the frame has.
    pub(crate) fn len(&self) -> u32 {
        self.keeps.len() as u32
    }

    /// New slots at the end of the frame, taken.
    pub(crate) fn grow(&mut self, words: u32) -> u32 {
        let slot = self.len();
        self.keeps.resize(self.keeps.len() + words as usize, Keep::NONE);
        self.free.resize(self.keeps.len().div_ceil(64), 0);
        self.summary.resize(self.free.len().div_ceil(64), 0);
        slot
    }

    /// The lowest free slots of so many words; new ones when there are none.
    #[inline]
    pub(crate) fn take_any(&mut self, words: u32) -> u32 {
        let taken = if words == 1 { self.take_lowest() } else { self.take_lowest_pair() };
        taken.unwrap_or_else(|| self.grow(words))
    }

    #[inline]
    fn take_lowest(&mut self) -> Option<u32> {
        let (index, summary) = self.summary.iter_mut().enumerate().find(|(_, summary)| **summary != 0)?;
        let word = index * 64 + summary.trailing_zeros() as usize;
        let free = &mut self.free[word];
        let slot = word as u32 * 64 + free.trailing_zeros();
        // Without its lowest bit.
        *free &= *free - 1;
        if *free == 0 {
            *summary &= *summary - 1;
        }
        Some(slot)
    }

    fn take_lowest_pair(&mut self) -> Option<u32> {
        let slot = self.lowest_pair()?;
        self.take_free(slot);
        self.take_free(slot + 1);
        Some(slot)
    }

    fn lowest_pair(&self) -> Option<u32> {
        let mut pairs = self.free.iter().take(PAIR_WINDOW).map(|&word| word & word >> 1);
        let word = pairs.position(|pairs| pairs != 0)?;
        Some(word as u32 * 64 + (self.free[word] & self.free[word] >> 1).trailing_zeros())
    }

    /// Takes just these slots, which the frame has, up to an instruction by number. False where one of them is taken, or
    /// needed before.
    #[inline]
    pub(crate) fn take(&mut self, slot: u32, words: u32, end: u32) -> bool {
        let range = slot..slot + words;
        let is_kept = |slot: u32| {
            let keep = self.keeps[slot as usize];
            keep.kept && end <= keep.limit
        };
        let possible = range.clone().all(|slot| is_kept(slot) || self.is_free(slot));
        if possible {
            for slot in range {
                self.keeps[slot as usize].kept = false;
                self.take_free(slot);
            }
        }
        possible
    }

    fn is_free(&self, slot: u32) -> bool {
        self.free[slot as usize / 64] & 1 << (slot % 64) != 0
    }

    #[inline]
    fn take_free(&mut self, slot: u32) {
        let word = slot as usize / 64;
        let free = &mut self.free[word];
        *free &= !(1 << (slot % 64));
        if *free == 0 {
            self.summary[word / 64] &= !(1 << (word % 64));
        }
    }

    #[inline]
    fn set_free(&mut self, slot: u32) {
        let word = slot as usize / 64;
        let free = &mut self.free[word];
        if *free == 0 {
            self.summary[word / 64] |= 1 << (word % 64);
        }
        *free |= 1 << (slot % 64);
    }

    /// Gives slots back, at an instruction by number.
    #[inline]
    pub(crate) fn release(&mut self, slot: u32, words: u32, at: u32) {
        self.release_one(slot, at);
        if words != 1 {
            self.release_one(slot + 1, at);
        }
    }

    #[inline]
    fn release_one(&mut self, slot: u32, at: u32) {
        let keep = &mut self.keeps[slot as usize];
        if keep.until > at || keep.limit != NEVER {
            keep.kept = true;
        } else {
            self.set_free(slot);
        }
    }

    /// Keeps slots, whenever nothing is in them, for who asks for them, up to an instruction by number.
    pub(crate) fn keep(&mut self, slot: u32, words: u32, until: u32) {
        for slot in slot..slot + words {
            let keep = &mut self.keeps[slot as usize];
            keep.until = keep.until.max(until);
        }
    }

    /// Lends slots to who asks for them up to an instruction, when their owner comes back. Slots that this owner was
    /// lent are not lent on.
    pub(crate) fn lend(&mut self, slot: u32, words: u32, limit: u32) {
        let range = slot as usize..(slot + words) as usize;
        if self.keeps[range.clone()].iter().all(|keep| keep.limit == NEVER) {
            self.keeps[range].iter_mut().for_each(|keep| (keep.limit, keep.kept) = (limit, true));
        }
    }

    /// Gives slots that were lent up to this instruction back to their owner.
    pub(crate) fn end_lend(&mut self, slot: u32, words: u32, at: u32) {
        let keeps = self.keeps[slot as usize..(slot + words) as usize].iter_mut();
        keeps.filter(|keep| keep.limit == at).for_each(|keep| (keep.limit, keep.kept) = (NEVER, false));
    }

    /// Frees slots that were kept up to this instruction and that nothing is in.
    pub(crate) fn end_keep(&mut self, slot: u32, words: u32, at: u32) {
        for slot in slot..slot + words {
            let keep = &mut self.keeps[slot as usize];
            if keep.until <= at && std::mem::take(&mut keep.kept) {
                self.set_free(slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_slot_comes_first_however_many_there_are() {
        let mut pool = Pool::default();
        assert_eq!(pool.grow(10_000), 0);
        assert_eq!(pool.take_any(1), 10_000);
        pool.release(9_000, 1, 1);
        pool.release(70, 1, 1);
        assert_eq!([pool.take_any(1), pool.take_any(1), pool.take_any(1)], [70, 9_000, 10_001]);
    }

    #[test]
    fn pairs_lie_side_by_side_and_within_the_window() {
        let mut pool = Pool::default();
        pool.grow(70);
        pool.release(3, 1, 1);
        pool.release(63, 2, 1);
        assert_eq!(pool.take_any(2), 70, "63 and 64 are in different words");
        pool.release(65, 1, 1);
        assert_eq!(pool.take_any(2), 64);
        assert_eq!([pool.take_any(1), pool.take_any(1)], [3, 63]);
    }

    #[test]
    fn a_kept_slot_is_for_who_asks_for_it_until_the_loop_ends() {
        let mut pool = Pool::default();
        pool.grow(1);
        pool.keep(0, 1, 9);
        pool.release(0, 1, 5);
        assert_eq!(pool.take_any(1), 1);
        assert!(pool.take(0, 1, 6) && !pool.take(0, 1, 6));
        pool.release(0, 1, 6);
        pool.end_keep(0, 1, 8);
        assert_eq!(pool.take_any(1), 2);
        pool.end_keep(0, 1, 9);
        assert_eq!(pool.take_any(1), 0);
        pool.release(0, 1, 10);
        assert_eq!(pool.take_any(1), 0, "behind the loop it is like others");
    }

    #[test]
    fn a_lent_slot_comes_back_in_time() {
        let mut pool = Pool::default();
        pool.grow(1);
        pool.keep(0, 1, 9);
        pool.lend(0, 1, 9);
        assert!(!pool.take(0, 1, 10), "too long");
        assert!(pool.take(0, 1, 9));
        pool.release(0, 1, 9);
        pool.end_lend(0, 1, 9);
        pool.end_keep(0, 1, 9);
        assert!(!pool.take(0, 1, 12) && pool.take_any(1) == 1, "its owner has it");
        pool.release(0, 1, 11);
        assert_eq!(pool.take_any(1), 0);
    }

    #[test]
    fn a_lent_slot_is_not_lent_on() {
        let mut pool = Pool::default();
        pool.grow(1);
        pool.lend(0, 1, 20);
        assert!(pool.take(0, 1, 18));
        pool.lend(0, 1, 9);
        assert!(!pool.take(0, 1, 8));
        pool.end_lend(0, 1, 9);
        pool.release(0, 1, 18);
        assert!(pool.take(0, 1, 19), "still lent by the first owner");
    }
}
