//! Checked mode: the objects of the guest's memory, and whether an access is allowed.
//!
//! A pointer carries a [`Tag`]: the number of its object in a table, and the generation of that number. When an object
//! ends, its number's generation goes up, so that a stale tag is known at once. A number is used again only after some
//! thousands of others ended, so that a message can say what a stale pointer pointed to; the tag is told stale in any
//! case. A number whose generations are used up is not used again.
//!
//! A pointer without a tag (made from a number, or read from bytes that were copied one by one) takes, at each access,
//! the live object that contains its address. Objects with a life of their own are in a map by address; those of
//! stacks come and go too fast for it, and are in lists by chunk of stack ([`super::stacks`]).
//!
//! A slot keeps its tag from `lifetime_end` to `lifetime_start`: the address of a slot may be taken once, before both.

use super::stacks::{Chunk, Chunks};
use native_ir::{Data, Func, Inst, Slot, Space, Trap};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many ended objects of heap and data are remembered, and how many of stacks. The latter is small so that the
/// table of a program that calls and returns stays in the cache.
const REMEMBERED_PLACED: usize = 4096;
const REMEMBERED_STACKED: usize = 128;

/// No number.
const NOBODY: u32 = u32::MAX;

/// What a pointer belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub(crate) struct Tag(pub(crate) u64);

impl Tag {
    /// Nothing that is known.
    pub(crate) const NONE: Tag = Tag(0);

    fn new(index: u32, generation: u32) -> Tag {
        Tag(u64::from(generation) << 32 | u64::from(index + 1))
    }

    /// The number of the object; [`NOBODY`] for [`Tag::NONE`].
    #[inline]
    fn index(self) -> u32 {
        (self.0 as u32).wrapping_sub(1)
    }

    #[inline]
    fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// What sort of object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A stack slot of an activation.
    Slot,
    /// An activation's copy of an argument.
    Copy,
    /// Memory of the runtime's allocator.
    Heap,
    /// A data object of the module, or what the runtime gives a program to read.
    Data,
}

impl Kind {
    /// What may be done to an object of this kind that may be read, or written too.
    fn rights(self, readonly: bool) -> u8 {
        let space = match self {
            Kind::Slot | Kind::Copy => Space::Stack,
            Kind::Heap => Space::Heap,
            Kind::Data => Space::Static,
        };
        right(space, false) | if readonly { 0 } else { right(space, true) }
    }
}

const READS: u8 = 0b01_0101;

/// The bits of reading or writing a space's objects: any of the bits makes the access allowed.
const fn right(space: Space, write: bool) -> u8 {
    let reads = match space {
        Space::Stack => 0b00_0001,
        Space::Heap => 0b00_0100,
        Space::Static => 0b01_0000,
        Space::Generic => READS,
        Space::Code | Space::Mmio => 0,
    };
    if write { reads << 1 } else { reads }
}

/// What an access asks of its object: small enough to stand in an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access(u16);

impl Access {
    /// An access through a pointer into a space, to an address that is a multiple of `align` (a power of two; anything
    /// else counts as the largest power of two that divides it).
    pub(crate) const fn new(space: Space, write: bool, align: u32) -> Access {
        let log = if align == 0 { 0 } else { align.trailing_zeros() };
        Access((log as u16) << 8 | right(space, write) as u16)
    }

    /// Its bits.
    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    /// The access of some bits.
    #[inline]
    pub(crate) const fn from_bits(bits: u16) -> Access {
        Access(bits)
    }

    #[inline]
    const fn needs(self) -> u8 {
        self.0 as u8
    }

    #[inline]
    const fn misaligned(self, address: u64) -> bool {
        address & ((1 << (self.0 >> 8 & 31)) - 1) != 0
    }

    const fn writes(self) -> bool {
        self.needs() & !READS != 0
    }

    /// The rights of objects that would let it read where it wants to write.
    const fn reads(self) -> u8 {
        if self.writes() { self.needs() >> 1 } else { self.needs() }
    }
}

/// The place in the module where an object came from or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// The declaration of a slot.
    Slot(Func, Slot),
    /// An instruction: a call of the allocator, a return, a lifetime marker.
    Inst(Func, Inst),
    /// A function: its parameters, its end.
    Function(Func),
    /// The declaration of a data object.
    Data(Data),
    /// No place in the module: the engine itself.
    Engine,
}

/// An object, as a message may describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    /// What sort it is.
    pub(crate) kind: Kind,
    /// The address of its first byte.
    pub(crate) base: u64,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Where it came from.
    pub(crate) site: Site,
    /// Where it ended, if it did.
    pub(crate) ended: Option<Site>,
}

/// An access that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The class: one of the checked traps of memory.
    pub(crate) trap: Trap,
    /// The first address of the access.
    pub(crate) address: u64,
    /// Its length in bytes.
    pub(crate) len: u64,
    /// The object that the pointer belongs or belonged to, if it is known.
    pub(crate) object: Option<Described>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Live,
    /// Between `lifetime_end` and `lifetime_start`: a slot without an object.
    Suspended,
    Ended,
}

/// A number of the table. `rights` are 0 unless the object is live.
#[derive(Clone, Copy, Debug)]
struct Entry {
    base: u64,
    size: u64,
    generation: u32,
    rights: u8,
    kind: Kind,
    readonly: bool,
    state: State,
    site: Site,
    ended: Site,
}

impl Entry {
    #[inline]
    fn contains(&self, address: u64, len: u64) -> bool {
        let offset = address.wrapping_sub(self.base);
        offset <= self.size && len <= self.size - offset
    }

    #[inline]
    fn allows(&self, address: u64, len: u64, access: Access) -> bool {
        self.rights & access.needs() != 0 && self.contains(address, len) && !access.misaligned(address)
    }

    fn describe(&self) -> Described {
        let ended = (self.state != State::Live).then_some(self.ended);
        Described { kind: self.kind, base: self.base, size: self.size, site: self.site, ended }
    }

    /// Why an access is not allowed.
    fn fault(&self, address: u64, len: u64, access: Access) -> Option<Trap> {
        if self.state != State::Live {
            Some(Trap::UseAfterLifetime)
        } else if self.kind.rights(true) & access.reads() == 0 {
            Some(Trap::WrongAddressSpace)
        } else if !self.contains(address, len) {
            Some(Trap::OutOfBounds)
        } else if self.rights & access.needs() == 0 {
            Some(Trap::ReadOnlyStore)
        } else {
            access.misaligned(address).then_some(Trap::Misaligned)
        }
    }
}

/// Numbers of ended objects.
#[derive(Debug)]
struct Ended {
    /// A ring of those that are remembered; [`NOBODY`] where there is none yet.
    recent: Box<[u32]>,
    /// Where in the ring the next one goes: the oldest.
    next: usize,
    /// Those that may be used again; the last first, whose entry is most likely in the cache.
    spare: Vec<u32>,
}

impl Ended {
    fn new(length: usize) -> Ended {
        Ended { recent: vec![NOBODY; length].into_boxed_slice(), next: 0, spare: Vec::new() }
    }

    #[inline]
    fn push(&mut self, index: u32) {
        if let Some(oldest) = self.recent.get_mut(self.next) {
            let oldest = std::mem::replace(oldest, index);
            self.next = if self.next + 1 < self.recent.len() { self.next + 1 } else { 0 };
            if oldest != NOBODY {
                self.spare.push(oldest);
            }
        }
    }

    /// Those that are remembered, the newest first.
    fn recent(&self) -> impl Iterator<Item = u32> + '_ {
        let (newer, older) = self.recent.split_at(self.next);
        newer.iter().rev().chain(older.iter().rev()).copied().filter(|&index| index != NOBODY)
    }
}

/// All objects.
#[derive(Debug)]
pub(crate) struct Objects {
    entries: Vec<Entry>,
    ended_placed: Ended,
    ended_stacked: Ended,
    /// Heap and data by address.
    placed: BTreeMap<u64, u32>,
    chunks: Chunks,
    /// The number that an address was last found in.
    last: Cell<u32>,
    code: Range<u64>,
}

impl Objects {
    /// No objects, and the addresses that functions have ([`super::Region::code`]).
    pub(crate) fn new(code: Range<u64>) -> Objects {
        Objects {
            entries: Vec::new(),
            ended_placed: Ended::new(REMEMBERED_PLACED),
            ended_stacked: Ended::new(REMEMBERED_STACKED),
            placed: BTreeMap::new(),
            chunks: Chunks::default(),
            last: Cell::new(NOBODY),
            code,
        }
    }

    /// A new object of heap or data, which overlaps no live one. Its bytes' definedness is [`super::Shadow`]'s business.
    pub(crate) fn create(&mut self, base: u64, size: u64, kind: Kind, readonly: bool, site: Site) -> Tag {
        let index = self.enter(base, size, kind, readonly, site);
        self.placed.insert(base, index);
        self.tag_of(index)
    }

    /// Ends an object of heap or data. A tag that is stale already changes nothing.
    pub(crate) fn end(&mut self, tag: Tag, site: Site) {
        let Some(&Entry { base, .. }) = self.current(tag) else { return };
        if self.placed.get(&base) == Some(&tag.index()) {
            self.placed.remove(&base);
            self.leave(tag.index(), site);
        }
    }

    /// Ends the heap object that a pointer points to the first byte of, and gives its size in bytes.
    ///
    /// # Errors
    /// `use_after_lifetime` when it has ended, `wrong_address_space` when it is no heap object, `out_of_bounds` when the
    /// pointer is to the middle of it or to nothing.
    pub(crate) fn release(&mut self, tag: Tag, address: u64, site: Site) -> Result<u64, Box<Violation>> {
        let access = Access::new(Space::Heap, true, 1);
        let here = |objects: &Objects| objects.placed.get(&address).map(|&index| objects.tag_of(index));
        let tag = if tag == Tag::NONE { here(self).or_else(|| self.find(address)).unwrap_or(tag) } else { tag };
        let Some(&entry) = self.current(tag) else { return Err(self.stale(tag, address, 0, access)) };
        match entry.fault(address, 0, access) {
            None if entry.base == address => {
                self.end(tag, site);
                Ok(entry.size)
            }
            fault => Err(violation(fault.unwrap_or(Trap::OutOfBounds), address, 0, Some(&entry))),
        }
    }

    /// Begins a chunk of stack: bytes in which [`Objects::push`] puts objects. It overlaps no other.
    pub(crate) fn open_chunk(&mut self, base: u64, len: u64) -> Chunk {
        self.chunks.open(base, len)
    }

    /// Ends a chunk of stack and all objects in it.
    pub(crate) fn close_chunk(&mut self, chunk: Chunk, site: Site) {
        self.truncate(chunk, 0, site);
        self.chunks.close(chunk);
    }

    /// A new object on top of a chunk of stack, behind all others in it.
    #[inline]
    pub(crate) fn push(&mut self, chunk: Chunk, base: u64, size: u64, kind: Kind, site: Site) -> Tag {
        let index = self.enter(base, size, kind, false, site);
        debug_assert!(
            self.chunks.objects(chunk).last().is_none_or(|&top| self.entries[top as usize].base <= base),
            "objects of a chunk ascend"
        );
        self.chunks.push(chunk, index);
        self.tag_of(index)
    }

    /// How many objects are in a chunk of stack.
    #[inline]
    pub(crate) fn depth(&self, chunk: Chunk) -> u32 {
        self.chunks.objects(chunk).len() as u32
    }

    /// Ends the topmost objects of a chunk of stack until so many are left.
    #[inline]
    pub(crate) fn truncate(&mut self, chunk: Chunk, depth: u32, site: Site) {
        while self.chunks.objects(chunk).len() > depth as usize {
            match self.chunks.pop(chunk) {
                Some(index) => self.leave(index, site),
                None => return,
            }
        }
    }

    /// `lifetime_end`: from now on the slot holds no object.
    pub(crate) fn end_lifetime(&mut self, tag: Tag, site: Site) {
        if let Some(entry) = self.current_mut(tag) {
            (entry.state, entry.rights, entry.ended) = (State::Suspended, 0, site);
        }
    }

    /// `lifetime_start`: from now on the slot holds a new object, known by the tag of the old one.
    pub(crate) fn start_lifetime(&mut self, tag: Tag) {
        if let Some(entry) = self.current_mut(tag) {
            (entry.state, entry.rights) = (State::Live, entry.kind.rights(entry.readonly));
        }
    }

    /// Whether `len` bytes from an address on may be accessed through a pointer. An access of no bytes is always
    /// allowed.
    ///
    /// # Errors
    /// The trap that the access is, and what is known of the object.
    #[inline]
    pub(crate) fn check(&self, tag: Tag, address: u64, len: u64, access: Access) -> Result<(), Box<Violation>> {
        match self.entries.get(tag.index() as usize) {
            Some(entry) if entry.generation == tag.generation() && entry.allows(address, len, access) => Ok(()),
            _ => self.check_slowly(tag, address, len, access),
        }
    }

    #[cold]
    #[inline(never)]
    fn check_slowly(&self, tag: Tag, address: u64, len: u64, access: Access) -> Result<(), Box<Violation>> {
        if len == 0 {
            return Ok(());
        }
        let entry = match tag {
            Tag::NONE => self.index_at(address).map(|index| &self.entries[index as usize]),
            tag => self.current(tag),
        };
        match entry {
            Some(entry) => match entry.fault(address, len, access) {
                None => Ok(()),
                Some(trap) => Err(violation(trap, address, len, Some(entry))),
            },
            None => Err(self.stale(tag, address, len, access)),
        }
    }

    /// The violation of a pointer that no object is behind now.
    fn stale(&self, tag: Tag, address: u64, len: u64, access: Access) -> Box<Violation> {
        if tag != Tag::NONE {
            let entry = self.entries.get(tag.index() as usize);
            let known = entry.filter(|entry| {
                entry.state == State::Ended && entry.generation == tag.generation().saturating_add(1)
            });
            return violation(Trap::UseAfterLifetime, address, len, known);
        }
        if self.code.contains(&address) {
            let trap = if access.writes() { Trap::ReadOnlyStore } else { Trap::WrongAddressSpace };
            return violation(trap, address, len, None);
        }
        let suspended = self.chunks.object_at(address, |index| self.entries[index as usize].base);
        let ended = [&self.ended_placed, &self.ended_stacked].into_iter().flat_map(Ended::recent);
        let mut once_there = suspended.into_iter().chain(ended).map(|index| &self.entries[index as usize]);
        match once_there.find(|entry| entry.state != State::Live && entry.contains(address, 1)) {
            Some(entry) => violation(Trap::UseAfterLifetime, address, len, Some(entry)),
            None => violation(Trap::OutOfBounds, address, len, None),
        }
    }

    /// The live object that contains an address.
    pub(crate) fn find(&self, address: u64) -> Option<Tag> {
        self.index_at(address).map(|index| self.tag_of(index))
    }

    /// The object of a tag; none when it has ended or the tag is none.
    pub(crate) fn describe(&self, tag: Tag) -> Option<Described> {
        self.current(tag).map(Entry::describe)
    }

    fn index_at(&self, address: u64) -> Option<u32> {
        let here = |&index: &u32| {
            let entry = self.entries.get(index as usize);
            entry.is_some_and(|entry| entry.state == State::Live && entry.contains(address, 1))
        };
        let placed = || self.placed.range(..=address).next_back().map(|(_, &index)| index);
        let stacked = || self.chunks.object_at(address, |index| self.entries[index as usize].base);
        let found = Some(self.last.get()).filter(here).or_else(|| placed().filter(here));
        let found = found.or_else(|| stacked().filter(here))?;
        self.last.set(found);
        Some(found)
    }

    #[inline]
    fn tag_of(&self, index: u32) -> Tag {
        self.entries.get(index as usize).map_or(Tag::NONE, |entry| Tag::new(index, entry.generation))
    }

    fn current(&self, tag: Tag) -> Option<&Entry> {
        let entry = self.entries.get(tag.index() as usize)?;
        (entry.generation == tag.generation() && entry.state != State::Ended).then_some(entry)
    }

    fn current_mut(&mut self, tag: Tag) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(tag.index() as usize)?;
        (entry.generation == tag.generation() && entry.state != State::Ended).then_some(entry)
    }

    /// Gives an object a number.
    #[inline]
    fn enter(&mut self, base: u64, size: u64, kind: Kind, readonly: bool, site: Site) -> u32 {
        let rights = kind.rights(readonly);
        let entry =
            Entry { base, size, generation: 0, rights, kind, readonly, state: State::Live, site, ended: site };
        if let Some(index) = self.ended(kind).spare.pop() {
            let old = &mut self.entries[index as usize];
            *old = Entry { generation: old.generation, ..entry };
            return index;
        }
        // Guest memory has room for fewer than 2^32 - 1 objects, and the list of ended ones is bounded.
        self.entries.push(entry);
        (self.entries.len() - 1) as u32
    }

    /// Ends the object of a number.
    #[inline]
    fn leave(&mut self, index: u32, site: Site) {
        let entry = &mut self.entries[index as usize];
        (entry.state, entry.rights, entry.ended) = (State::Ended, 0, site);
        entry.generation = entry.generation.saturating_add(1);
        let (kind, usable) = (entry.kind, entry.generation < u32::MAX);
        if usable {
            self.ended(kind).push(index);
        }
    }

    #[inline]
    fn ended(&mut self, kind: Kind) -> &mut Ended {
        match kind {
            Kind::Heap | Kind::Data => &mut self.ended_placed,
            Kind::Slot | Kind::Copy => &mut self.ended_stacked,
        }
    }
}

fn violation(trap: Trap, address: u64, len: u64, entry: Option<&Entry>) -> Box<Violation> {
    Box::new(Violation { trap, address, len, object: entry.map(Entry::describe) })
}
