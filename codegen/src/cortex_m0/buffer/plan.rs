//! How long each branch is, and where constants stand.
//!
//! Branches begin at their shortest. Each round walks over the items, gives each its place, puts constants where the
//! first of them would else get out of reach, and then lengthens every branch that does not reach its label. Branches
//! never get shorter again, so the rounds come to an end; after [`ROUNDS`] of them all branches get their longest form.
//!
//! **The deadline.** Constants that wait have been read by loads; the word that was asked for as number i may stand at
//! most 1020 bytes behind its load's word, so the first word at most 4·i bytes before that. `limit` is the least of
//! these. Before the walk goes past an item, it makes sure that constants could still stand behind it; if they could
//! not, it goes back to the last edge that it has passed and puts them there, or before the item, with a branch around
//! them. So constants are never out of reach, and stand as far behind as they can, where most loads share them. The
//! walk goes over an item at most twice a round: an edge that it goes back to lies behind the place where it had to
//! turn before.

use super::{Bound, Buffer, Label, Refusal, What};

/// How often branches are lengthened one by one.
const ROUNDS: u32 = 12;

/// How far from the word of the program counter a constant may lie (LDR literal, ARM DDI 0419 section A6.7.27).
const REACH: u32 = 1020;

/// Which distances, from 4 bytes behind it, a branch on a condition bridges.
const NEAR: std::ops::RangeInclusive<i32> = -256..=254;

/// Which distances a branch without condition bridges.
const FAR: std::ops::RangeInclusive<i32> = -2048..=2046;

/// Constants among the code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool {
    /// The item that they stand before.
    pub(super) item: u32,
    /// Where they begin: with the branch around them, if there is one.
    pub(super) begin: u32,
    /// Whether there is a branch around them.
    pub(super) jump: bool,
    /// The number of the first word in [`Plan::words`]; the last is before the next pool's first.
    pub(super) first: u32,
    /// Where the first word stands.
    pub(super) at: u32,
}

/// Sizes and places.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// How many bytes each item has.
    pub(super) sizes: Vec<u32>,
    /// Where each item begins.
    pub(super) starts: Vec<u32>,
    /// Where each item ended when it was placed.
    pub(super) ends: Vec<u32>,
    /// Which of `words` each load reads.
    pub(super) reads: Vec<u32>,
    /// What stands in pools, one after the other, by number in [`Buffer::words`].
    pub(super) words: Vec<u32>,
    /// Pools, in ascending order; the last is the one behind the code.
    pub(super) pools: Vec<Pool>,
    /// For each word of the function, in the pool of which round it was asked for last, and as which of `words`.
    slots: Vec<(u32, u32)>,
    /// Counts pools over all rounds.
    epoch: u32,
}

/// Constants that wait for their place.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// The first of [`Plan::words`] that waits.
    first: u32,
    /// The last place where the first word may stand.
    limit: u32,
    /// The last edge since the first word was asked for, where it would be, and how many words there were.
    edge: Option<(usize, u32, usize)>,
}

impl Waiting {
    fn new(first: usize) -> Waiting {
        Waiting { first: first as u32, limit: u32::MAX, edge: None }
    }
}

impl Plan {
    /// Where the code ends.
    pub(super) fn end(&self) -> u32 {
        self.pools.last().map_or(0, |pool| pool.begin)
    }

    /// Gives every item its shortest form.
    fn begin(&mut self, buffer: &Buffer) {
        self.epoch = 0;
        self.slots.clear();
        self.slots.resize(buffer.words.len(), (0, 0));
        for numbers in [&mut self.reads, &mut self.starts, &mut self.ends, &mut self.sizes] {
            numbers.clear();
            numbers.resize(buffer.items.len(), 0);
        }
        self.shortest(buffer);
    }

    /// Jumps to what follows are left out, also over others that are.
    fn shortest(&mut self, buffer: &Buffer) {
        // From the first to the last of these offsets nothing is but jumps that are left out.
        let mut open = (u32::MAX, u32::MAX);
        for (size, item) in self.sizes.iter_mut().zip(&buffer.items).rev() {
            let end = if item.raw_end() == open.0 { open.1 } else { item.raw_end() };
            *size = match item.what {
                What::Edge | What::Seam => 0,
                What::Jump(label) if (item.raw_end()..=end).contains(&buffer.labels[label.0 as usize].offset) => {
                    open = (item.raw, end);
                    0
                }
                What::Jump(_) | What::If(..) | What::Load(..) => 2,
                What::Switch(_, table) => switch_bytes(buffer.tables[table as usize].entries, false),
            };
        }
    }

    /// Ends a pool with the words that there are, before an item.
    fn close(&mut self, waiting: &mut Waiting, item: usize, begin: u32, jump: bool) -> u32 {
        let at = first_word(begin, jump);
        self.pools.push(Pool { item: item as u32, begin, jump, first: waiting.first, at });
        let end = at + 4 * (self.words.len() as u32 - waiting.first);
        *waiting = Waiting::new(self.words.len());
        self.epoch += 1;
        end
    }

    /// Whether an item ends the way on, for a table or a jump that is left out does not.
    fn is_edge(&self, buffer: &Buffer, index: usize) -> bool {
        let item = buffer.items[index];
        let before = index.checked_sub(1).and_then(|before| buffer.items.get(before));
        let empty = before.is_some_and(|before| {
            matches!(before.what, What::Jump(_)) && before.raw_end() == item.raw && self.sizes[index - 1] == 0
        });
        item.what == What::Edge && !empty
    }

    /// The last place for the first word that waits once an item is passed, which begins at `at`.
    fn limit_with(&self, waiting: &Waiting, what: What, at: u32) -> u32 {
        match what {
            What::Load(_, word) if self.slots[word as usize].0 != self.epoch => {
                let number = self.words.len() as u32 - waiting.first;
                waiting.limit.min((((at + 4) & !3) + REACH).saturating_sub(4 * number))
            }
            _ => waiting.limit,
        }
    }

    /// Notes which word a load reads.
    fn read(&mut self, index: usize, word: u32) {
        let slot = &mut self.slots[word as usize];
        if slot.0 != self.epoch {
            *slot = (self.epoch, self.words.len() as u32);
            self.words.push(word);
        }
        self.reads[index] = slot.1;
    }

    /// One walk: places of items and constants.
    fn place(&mut self, buffer: &Buffer) {
        self.pools.clear();
        self.words.clear();
        self.epoch += 1;
        let mut waiting = Waiting::new(0);
        let mut index = 0;
        let mut at = buffer.items.first().map_or(buffer.offset(), |item| item.raw);
        while let Some(&item) = buffer.items.get(index) {
            let waits = self.words.len() as u32 > waiting.first;
            if waits && self.is_edge(buffer, index) {
                waiting.edge = Some((index, at, self.words.len()));
            }
            let limit = self.limit_with(&waiting, item.what, at);
            let next_raw = buffer.items.get(index + 1).map_or(buffer.offset(), |next| next.raw);
            let next = at + self.sizes[index] + (next_raw - item.raw_end());
            if waits && first_word(next, true) > limit {
                let (before, begin, words) = waiting.edge.unwrap_or((index, at, self.words.len()));
                self.words.truncate(words);
                let jump = waiting.edge.is_none();
                at = self.close(&mut waiting, before, begin, jump);
                index = before;
                continue;
            }
            waiting.limit = limit;
            if let What::Load(_, word) = item.what {
                self.read(index, word);
            }
            self.starts[index] = at;
            self.ends[index] = at + self.sizes[index];
            at = next;
            index += 1;
        }
        self.close(&mut waiting, buffer.items.len(), at, false);
    }
}

/// Where the first word of a pool stands.
fn first_word(begin: u32, jump: bool) -> u32 {
    (begin + 2 * u32::from(jump)).next_multiple_of(4)
}

/// Where a table's distances count from, for entries of one or two bytes: the program counter of its `ADD PC`.
pub(super) fn table_base(start: u32, wide: bool) -> u32 {
    start + if wide { 12 } else { 10 }
}

/// How many bytes a jump table's code and entries have, for entries of one or two bytes.
pub(super) fn switch_bytes(entries: u32, wide: bool) -> u32 {
    if wide { 10 + 2 * entries } else { 8 + entries.next_multiple_of(2) }
}

/// How far a branch at an offset goes, counted from the program counter, which is 4 bytes ahead.
pub(super) fn distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from + 4) as i32
}

impl Buffer {
    /// The final place of a label.
    pub(super) fn place_of(&self, label: Label) -> u32 {
        let bound = self.labels[label.0 as usize];
        debug_assert!(bound.is_bound(), "{label:?} is not bound");
        self.place_behind(bound)
    }

    /// The final place of an offset that so many items stand before.
    pub(super) fn place_behind(&self, bound: Bound) -> u32 {
        match (bound.items as usize).checked_sub(1) {
            None => bound.offset,
            Some(before) => {
                let behind = bound.offset.wrapping_sub(self.items[before].raw_end());
                self.plan.ends[before].wrapping_add(behind)
            }
        }
    }

    /// Decides sizes and places.
    ///
    /// # Errors
    /// When the function must be written in another way, or is too long.
    pub(super) fn make_plan(&mut self) -> Result<(), Refusal> {
        let mut plan = std::mem::take(&mut self.plan);
        plan.begin(self);
        self.plan = plan;
        for _ in 0..ROUNDS {
            self.place();
            if !self.lengthen()? {
                return Ok(());
            }
        }
        self.lengthen_all()?;
        self.place();
        self.lengthen().map(|_| ())
    }

    fn place(&mut self) {
        let mut plan = std::mem::take(&mut self.plan);
        plan.place(self);
        self.plan = plan;
    }

    /// Lengthens what does not reach its label; tells whether something was.
    fn lengthen(&mut self) -> Result<bool, Refusal> {
        let mut grown = false;
        for index in 0..self.items.len() {
            let bytes = self.wanted(index)?;
            grown |= bytes > self.plan.sizes[index];
            self.plan.sizes[index] = bytes;
        }
        Ok(grown)
    }

    /// Gives everything its longest form.
    fn lengthen_all(&mut self) -> Result<(), Refusal> {
        for index in 0..self.items.len() {
            let size = self.plan.sizes[index];
            self.plan.sizes[index] = match self.items[index].what {
                What::Jump(_) if size > 0 => self.link(4)?,
                What::If(..) => self.link(6)?,
                What::Switch(_, table) => switch_bytes(self.tables[table as usize].entries, true),
                _ => size,
            };
        }
        Ok(())
    }

    /// The size of a form with `BL`, which overwrites the return address.
    fn link(&self, bytes: u32) -> Result<u32, Refusal> {
        if self.demands.link { Ok(bytes) } else { Err(Refusal::Link) }
    }

    /// How many bytes an item takes to reach its labels from where it is: what it has, or more.
    fn wanted(&self, index: usize) -> Result<u32, Refusal> {
        let (size, start) = (self.plan.sizes[index], self.plan.starts[index]);
        let goes = |range: std::ops::RangeInclusive<i32>, from, label| {
            range.contains(&distance(from, self.place_of(label)))
        };
        match self.items[index].what {
            What::Jump(label) if size == 2 && !goes(FAR, start, label) => self.link(4),
            What::If(_, label) if size == 2 && !goes(NEAR, start, label) => {
                if goes(FAR, start + 2, label) {
                    Ok(4)
                } else {
                    self.link(6)
                }
            }
            What::If(_, label) if size == 4 && !goes(FAR, start + 2, label) => self.link(6),
            What::Switch(_, table) => self.wanted_switch(table, size, start),
            _ => Ok(size),
        }
    }

    fn wanted_switch(&self, table: u32, size: u32, start: u32) -> Result<u32, Refusal> {
        let table = self.tables[table as usize];
        let wide = size == switch_bytes(table.entries, true);
        let base = table_base(start, wide);
        let targets = &self.targets[table.first as usize..][..table.entries as usize];
        let farthest = targets.iter().map(|&label| self.place_of(label).wrapping_sub(base)).max().unwrap_or(0);
        // An entry counts halfwords.
        match (wide, farthest / 2) {
            (false, 0..=0xFF) | (true, 0..=0xFFFF) => Ok(size),
            (false, _) => Ok(switch_bytes(table.entries, true)),
            (true, _) => Err(Refusal::Tables),
        }
    }
}
