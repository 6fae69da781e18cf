//! The allocator of the region's bytes: heap memory of the program, chunks of fibers' stacks.
//!
//! Everything that it knows of blocks lies outside the memory that it gives out, so that no store of the guest can
//! break it. It is a two-level segregated fit (M. Masmano and others, "TLSF: a new dynamic memory allocator for
//! real-time systems", ECRTS 2004): free blocks are listed by size class, two bitmaps find the smallest class that
//! surely fits, and a freed block joins its free neighbours. Allocating and freeing take constant time.
//!
//! It is our own because the crate `offset-allocator`, the same idea, knows no alignments, has a fixed number of blocks
//! that is paid for at the start, and panics or worse when something is freed twice.
//!
//! Invariants: the blocks tile the heap; no two neighbours are both free; exactly the free blocks are in the lists, and
//! exactly the used ones in `used`, by their first granule.

use rustc_hash::FxHashMap;

/// Bytes that sizes and addresses of blocks are multiples of.
const GRANULE: u64 = 16;
/// No block.
const NONE: u32 = u32::MAX;
/// Bits of a size behind its leading one that tell classes apart: each power of two has 32 classes.
const FINE_BITS: u32 = 5;
const FINE: u32 = 1 << FINE_BITS;
/// First levels: one for all sizes below [`FINE`] granules, one for each power of two from there to 2^31 granules.
const LEVELS: usize = (32 - FINE_BITS + 1) as usize;
/// How many blocks of one class are tried where no class surely fits.
const TRIES: usize = 64;

/// Nothing that is in use begins at the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no block of the heap begins at 0x{address:x}")]
pub(crate) struct FreeError {
    /// The address.
    pub(crate) address: u64,
}

/// A block. Positions and sizes count granules.
#[derive(Clone, Copy, Debug)]
struct Block {
    at: u32,
    size: u32,
    /// The neighbours in memory.
    before: u32,
    after: u32,
    /// The neighbours in the list of free blocks.
    previous: u32,
    next: u32,
    free: bool,
}

/// The allocator of a range of guest addresses.
#[derive(Debug)]
pub(crate) struct Heap {
    /// The first granule's address, in granules.
    start: u64,
    blocks: Vec<Block>,
    /// Places in `blocks` that hold no block.
    spare: Vec<u32>,
    used: FxHashMap<u32, u32>,
    /// The first free block of each class.
    heads: Vec<[u32; FINE as usize]>,
    /// The levels that have a free block, and for each level its classes.
    levels: u32,
    classes: [u32; LEVELS],
}

/// The level and class of a size.
fn class(size: u32) -> (usize, u32) {
    if size < FINE {
        return (0, size);
    }
    let power = size.ilog2();
    ((power - FINE_BITS + 1) as usize, size >> (power - FINE_BITS) & (FINE - 1))
}

/// The smallest size at or above a size of which a whole class is at least that large.
fn class_size(size: u32) -> Option<u32> {
    if size < FINE {
        return Some(size);
    }
    size.checked_next_multiple_of(1 << (size.ilog2() - FINE_BITS))
}

impl Heap {
    /// The allocator of `len` bytes from a guest address on (at most 64 GiB, less what does not fill 16 bytes).
    pub(crate) fn new(start: u64, len: u64) -> Heap {
        let first = start.div_ceil(GRANULE);
        let granules = (start.saturating_add(len) / GRANULE).saturating_sub(first);
        let mut heap = Heap {
            start: first,
            blocks: Vec::new(),
            spare: Vec::new(),
            used: FxHashMap::default(),
            heads: vec![[NONE; FINE as usize]; LEVELS],
            levels: 0,
            classes: [0; LEVELS],
        };
        let size = u32::try_from(granules).unwrap_or(u32::MAX - 1);
        if size > 0 {
            let all = heap.add(Block {
                at: 0,
                size,
                before: NONE,
                after: NONE,
                previous: NONE,
                next: NONE,
                free: false,
            });
            heap.list(all);
        }
        heap
    }

    /// The address of so many bytes at an alignment (a power of two up to 65,536; 16 at least is given). No bytes take
    /// as much as one. `None` when no free block is found; one that is less than 1/32 larger than what was asked for
    /// and its alignment may be missed when there are many of about that size.
    pub(crate) fn alloc(&mut self, size: u64, align: u64) -> Option<u64> {
        let size = u32::try_from(size.max(1).div_ceil(GRANULE)).ok()?;
        let align = u32::try_from(align.div_ceil(GRANULE).max(1)).ok().filter(|align| align.is_power_of_two())?;
        let found = self.surely(size.checked_add(align - 1)?).or_else(|| self.by_trying(size, align))?;
        let front = self.front(found, align);
        self.unlist(found);
        let block = if front == 0 { found } else { self.split(found, front) };
        if front != 0 {
            self.list(found);
        }
        if self.blocks[block as usize].size > size {
            let rest = self.split(block, size);
            self.list(rest);
        }
        let at = self.blocks[block as usize].at;
        self.used.insert(at, block);
        Some((self.start + u64::from(at)) * GRANULE)
    }

    /// Gives a block back.
    ///
    /// # Errors
    /// When none in use begins at the address; nothing has changed then.
    pub(crate) fn free(&mut self, address: u64) -> Result<(), FreeError> {
        let block = self.remove_used(address).ok_or(FreeError { address })?;
        let Block { before, after, .. } = self.blocks[block as usize];
        let mut whole = block;
        if self.is_free(before) {
            self.unlist(before);
            self.join(before, block);
            whole = before;
        }
        if self.is_free(after) {
            self.unlist(after);
            self.join(whole, after);
        }
        self.list(whole);
        Ok(())
    }

    fn remove_used(&mut self, address: u64) -> Option<u32> {
        let granule = (address / GRANULE).checked_sub(self.start).filter(|_| address.is_multiple_of(GRANULE))?;
        self.used.remove(&u32::try_from(granule).ok()?)
    }

    fn is_free(&self, block: u32) -> bool {
        self.blocks.get(block as usize).is_some_and(|block| block.free)
    }

    /// Granules between the beginning of a block and the first aligned place in it.
    fn front(&self, block: u32, align: u32) -> u32 {
        let at = self.start + u64::from(self.blocks[block as usize].at);
        // Less than `align`.
        (at.next_multiple_of(u64::from(align)) - at) as u32
    }

    /// A free block of the smallest class that has only blocks of at least this size.
    fn surely(&self, size: u32) -> Option<u32> {
        let (level, fine) = class(class_size(size)?);
        let here = self.classes[level] & (u32::MAX << fine);
        if here != 0 {
            return Some(self.heads[level][here.trailing_zeros() as usize]);
        }
        let above = self.levels & (u32::MAX << level << 1);
        let level = if above == 0 { return None } else { above.trailing_zeros() as usize };
        Some(self.heads[level][self.classes[level].trailing_zeros() as usize])
    }

    /// A free block of the size's own class that happens to fit.
    fn by_trying(&self, size: u32, align: u32) -> Option<u32> {
        let (level, fine) = class(size);
        let first = self.heads[level][fine as usize];
        let listed = |block: u32| (block != NONE).then_some(block);
        let list = std::iter::successors(listed(first), |&block| listed(self.blocks[block as usize].next));
        let room = |block: u32| self.blocks[block as usize].size.checked_sub(self.front(block, align));
        list.take(TRIES).find(|&block| room(block).is_some_and(|room| room >= size))
    }

    fn add(&mut self, block: Block) -> u32 {
        if let Some(index) = self.spare.pop() {
            self.blocks[index as usize] = block;
            return index;
        }
        // Fewer than 2^32 - 1: each block has a granule of its own.
        self.blocks.push(block);
        (self.blocks.len() - 1) as u32
    }

    /// Cuts a block that is in no list after so many granules; what comes after is a new block in no list.
    fn split(&mut self, block: u32, size: u32) -> u32 {
        let old = self.blocks[block as usize];
        let rest = self.add(Block { at: old.at + size, size: old.size - size, before: block, ..old });
        self.blocks[block as usize].size = size;
        self.blocks[block as usize].after = rest;
        if let Some(after) = self.blocks.get_mut(old.after as usize) {
            after.before = rest;
        }
        rest
    }

    /// Makes one block of two neighbours that are in no list.
    fn join(&mut self, block: u32, next: u32) {
        let gone = self.blocks[next as usize];
        self.blocks[block as usize].size += gone.size;
        self.blocks[block as usize].after = gone.after;
        if let Some(after) = self.blocks.get_mut(gone.after as usize) {
            after.before = block;
        }
        self.spare.push(next);
    }

    /// Puts a block in the list of its class, first.
    fn list(&mut self, index: u32) {
        let (level, fine) = class(self.blocks[index as usize].size);
        let next = std::mem::replace(&mut self.heads[level][fine as usize], index);
        if let Some(next) = self.blocks.get_mut(next as usize) {
            next.previous = index;
        }
        let block = &mut self.blocks[index as usize];
        (block.previous, block.next, block.free) = (NONE, next, true);
        self.classes[level] |= 1 << fine;
        self.levels |= 1 << level;
    }

    /// Takes a block out of the list of its class.
    fn unlist(&mut self, index: u32) {
        let Block { size, previous, next, .. } = self.blocks[index as usize];
        self.blocks[index as usize].free = false;
        if let Some(next) = self.blocks.get_mut(next as usize) {
            next.previous = previous;
        }
        if let Some(previous) = self.blocks.get_mut(previous as usize) {
            previous.next = next;
            return;
        }
        let (level, fine) = class(size);
        self.heads[level][fine as usize] = next;
        if next == NONE {
            self.classes[level] &= !(1 << fine);
            if self.classes[level] == 0 {
                self.levels &= !(1 << level);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: u64 = 0x1000_0040;

    /// The module's invariants.
    fn check(heap: &Heap) {
        let mut listed = std::collections::HashSet::new();
        for (level, heads) in heap.heads.iter().enumerate() {
            assert_eq!(heap.levels >> level & 1 != 0, heap.classes[level] != 0);
            for (fine, &head) in heads.iter().enumerate() {
                assert_eq!(heap.classes[level] >> fine & 1 != 0, head != NONE);
                let (mut block, mut previous) = (head, NONE);
                while block != NONE {
                    let data = heap.blocks[block as usize];
                    assert_eq!((class(data.size), data.previous), ((level, fine as u32), previous));
                    assert!(listed.insert(block));
                    (previous, block) = (block, data.next);
                }
            }
        }
        let spare: std::collections::HashSet<_> = heap.spare.iter().copied().collect();
        let blocks = (0..heap.blocks.len() as u32).filter(|block| !spare.contains(block));
        let mut blocks: Vec<_> = blocks.map(|block| (block, heap.blocks[block as usize])).collect();
        blocks.sort_by_key(|(_, block)| block.at);
        let (mut end, mut before, mut was_free) = (0, NONE, false);
        for (index, block) in blocks {
            assert_eq!((block.at, block.before), (end, before), "blocks tile the heap");
            assert_eq!(block.free, listed.contains(&index));
            assert_eq!(!block.free, heap.used.get(&block.at) == Some(&index));
            assert!(!(block.free && was_free), "free neighbours are one block");
            (end, before, was_free) = (end + block.size, index, block.free);
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Alloc(u64, u64),
        Free(usize),
        FreeWrong(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let size = prop_oneof![4 => 0u64..200, 2 => 0u64..5000, 1 => 0u64..300_000];
        prop_oneof![
            5 => (size, prop_oneof![4 => 0u32..5, 1 => 0u32..17]).prop_map(|(size, align)| Step::Alloc(size, 1 << align)),
            4 => any::<usize>().prop_map(Step::Free),
            1 => (0u64..1 << 20).prop_map(Step::FreeWrong),
        ]
    }

    proptest! {
        /// Against a naive model: the list of what is in use.
        #[test]
        fn blocks_are_apart_aligned_and_come_back(steps in prop::collection::vec(step(), 1..300)) {
            const LEN: u64 = 1 << 20;
            let mut heap = Heap::new(START, LEN);
            let mut model: Vec<(u64, u64)> = Vec::new();
            for step in steps {
                match step {
                    Step::Alloc(size, align) => {
                        let Some(address) = heap.alloc(size, align) else {
                            // The largest gap is too small, but for what the size classes and alignment cost.
                            let mut ends: Vec<_> = model.iter().map(|&(at, size)| (at, at + size.max(1))).collect();
                            ends.push((START + LEN, START + LEN));
                            ends.sort();
                            let gap = ends.iter().scan(START, |end, &(at, next)| {
                                let gap = at - *end;
                                *end = next;
                                Some(gap)
                            });
                            let wanted = (size + align) + (size + align) / 16 + 64;
                            prop_assert!(gap.max().unwrap_or(0) < wanted, "room for {size} was not found");
                            continue;
                        };
                        prop_assert!(address.is_multiple_of(align.max(16)));
                        let end = address + size.max(1);
                        prop_assert!(address >= START && end <= START + LEN);
                        prop_assert!(model.iter().all(|&(at, size)| end <= at || at + size.max(1) <= address));
                        model.push((address, size));
                    }
                    Step::Free(at) if !model.is_empty() => {
                        let (address, _) = model.swap_remove(at % model.len());
                        prop_assert_eq!(heap.free(address), Ok(()));
                        prop_assert_eq!(heap.free(address), Err(FreeError { address }), "twice");
                    }
                    Step::Free(_) => {}
                    Step::FreeWrong(offset) => {
                        let address = START + offset;
                        if model.iter().all(|&(at, _)| at != address) {
                            prop_assert_eq!(heap.free(address), Err(FreeError { address }));
                        }
                    }
                }
                check(&heap);
            }
            for (address, _) in model {
                prop_assert_eq!(heap.free(address), Ok(()));
            }
            check(&heap);
            prop_assert_eq!(heap.alloc(LEN, 16), Some(START), "all is one block again");
        }

        #[test]
        fn a_class_has_only_sizes_that_fit(size in 1u32..u32::MAX, other in 1u32..u32::MAX) {
            if let Some(rounded) = class_size(size) {
                prop_assert!(rounded >= size && rounded - size <= size / FINE);
                prop_assert!(class(other) < class(rounded) || other >= size);
            }
        }
    }

    #[test]
    fn what_was_freed_is_used_again() {
        let mut heap = Heap::new(START, 1 << 20);
        let first = heap.alloc(100, 16);
        let second = heap.alloc(100, 16);
        let inside = first.unwrap() + 8;
        assert_eq!(heap.free(inside), Err(FreeError { address: inside }));
        assert_eq!(heap.free(first.unwrap()), Ok(()));
        assert_eq!(heap.alloc(100, 16), first);
        assert_ne!(first, second);
    }

    #[test]
    fn wrong_sizes_are_refused() {
        let mut heap = Heap::new(START, 1 << 20);
        assert_eq!(heap.alloc((1 << 20) + 1, 1), None);
        assert_eq!(heap.alloc(u64::MAX, 1), None);
        assert_eq!(heap.alloc(16, u64::MAX), None);
        assert_eq!(heap.alloc(16, 48), None, "no power of two");
        assert_eq!(heap.alloc(1 << 20, 1), Some(START));
        assert_eq!(heap.alloc(0, 1), None);
        assert_eq!(Heap::new(START, 15).alloc(1, 1), None);
        let odd = (1 << 20) - 48;
        assert_eq!(Heap::new(START, odd).alloc(odd, 1), Some(START), "no whole size class");
        assert_eq!(Heap::new(u64::MAX - 3, 100).alloc(1, 1), None);
        assert_eq!(heap.free(u64::MAX), Err(FreeError { address: u64::MAX }));
        assert_eq!(heap.free(0), Err(FreeError { address: 0 }));
    }

    #[test]
    fn half_a_million_small_blocks() {
        let mut heap = Heap::new(START, 1 << 28);
        let mut all: Vec<u64> = (0..500_000).map(|at| heap.alloc(at % 100, 8).unwrap()).collect();
        // Freed in an order without rhyme.
        for at in 0..all.len() {
            let other = (at * 7_919) % all.len();
            all.swap(at, other);
        }
        for address in all {
            assert_eq!(heap.free(address), Ok(()));
        }
        check(&heap);
        assert_eq!(heap.alloc(1 << 28, 1), Some(START));
    }
}
