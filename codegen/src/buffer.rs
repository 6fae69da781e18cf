//! The machine code of one function as it grows: bytes, labels, branches, constants, and the rows that belong to them.
//!
//! A target writes instructions with [`Buffer::put`] and branches with [`Buffer::branch`]; what a branch looks like is
//! told by the target's [`BranchForm`]. Everything is recorded by its offset in the bytes as they are written, in
//! ascending order. [`Buffer::finish`] then shortens branches, closes the gaps, places constants and jump tables behind
//! the code and moves all rows along. One buffer serves any number of functions, one after the other, and allocates
//! nothing once it is large enough.
//!
//! Invariants: branches, fixups and rows stand in ascending order of offsets; bytes from `len` on are junk; a label is
//! bound at most once; a function has fewer than [`LIMIT`] bytes, else `finish` refuses it.

mod finish;
mod literals;
#[cfg(test)]
mod tests;

use artifact::{BlockRow, CallRow, InstRow, Reference, Relocation, RelocationKind, TrapRow, UnwindOp, UnwindRow};
pub(crate) use literals::Literal;
use literals::Literals;
use native_ir::{Block, Inst, Trap};

/// How many bytes of code a function may have: any distance in it, constants included, fits 32 bits with sign.
const LIMIT: usize = 1 << 30;

/// A function with more code than can be addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its machine code is longer than 1 GiB")]
pub(crate) struct TooLong;

/// A place in the code that branches can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(u32);

impl Label {
    /// The label so many behind this one, of those made together by [`Buffer::labels`].
    pub(crate) fn nth(self, index: u32) -> Label {
        Label(self.0 + index)
    }
}

/// What a target's branches to labels look like. Distances are in bytes from the end of the branch.
pub(crate) trait BranchForm: Copy {
    /// The shortest and the longest distance of the short form.
    const SHORT: (i32, i32);

    /// How many bytes the short form has.
    fn short_bytes(self) -> u32;

    /// How many bytes the long form has, which reaches everything; at most 8.
    fn long_bytes(self) -> u32;

    /// Whether it always branches: then it is left out where it goes to what follows.
    fn is_jump(self) -> bool;

    /// The bytes of a form, the first lowest.
    fn encode(self, short: bool, distance: i32) -> u64;
}

/// Where a label is.
#[derive(Clone, Copy, Debug)]
struct Bound {
    /// The byte it stands before.
    offset: u32,
    /// How many branches stand before it.
    branches: u32,
}

impl Bound {
    /// The place of a label that has none yet.
    const NOWHERE: Bound = Bound { offset: u32::MAX, branches: 0 };
}

/// A branch to a label.
#[derive(Clone, Copy, Debug)]
struct Branch<F> {
    /// Its first byte as written.
    offset: u32,
    /// Where it goes.
    target: Label,
    /// How it looks.
    form: F,
    /// How many bytes it takes at the end; 0 when it is left out.
    bytes: u8,
}

/// A 4-byte field that holds the distance to a constant.
#[derive(Clone, Copy, Debug)]
struct Fixup {
    /// The first byte of the field.
    offset: u32,
    /// The constant.
    literal: Literal,
    /// How many bytes of the instruction stand behind the field.
    trailing: u8,
}

/// The machine code of one function as it grows.
#[derive(Debug)]
pub(crate) struct Buffer<F> {
    bytes: Vec<u8>,
    len: u32,
    limit: usize,
    too_long: bool,
    labels: Vec<Bound>,
    branches: Vec<Branch<F>>,
    /// Scratch of `finish`: how many bytes the first n branches lose.
    removed: Vec<u32>,
    fixups: Vec<Fixup>,
    literals: Literals,
    relocations: Vec<Relocation>,
    insts: Vec<InstRow>,
    blocks: Vec<BlockRow>,
    traps: Vec<TrapRow>,
    calls: Vec<CallRow>,
    unwind: Vec<UnwindRow>,
}

impl<F: BranchForm> Default for Buffer<F> {
    fn default() -> Self {
        Buffer::new()
    }
}

impl<F: BranchForm> Buffer<F> {
    /// An empty buffer.
    pub(crate) fn new() -> Self {
        Buffer {
            bytes: Vec::new(),
            len: 0,
            limit: LIMIT,
            too_long: false,
            labels: Vec::new(),
            branches: Vec::new(),
            removed: Vec::new(),
            fixups: Vec::new(),
            literals: Literals::default(),
            relocations: Vec::new(),
            insts: Vec::new(),
            blocks: Vec::new(),
            traps: Vec::new(),
            calls: Vec::new(),
            unwind: Vec::new(),
        }
    }

    /// Forgets the function that is in it. [`Buffer::finish`] does so itself.
    pub(crate) fn clear(&mut self) {
        if self.too_long {
            self.bytes = Vec::new();
        }
        self.len = 0;
        self.too_long = false;
        self.labels.clear();
        self.branches.clear();
        self.fixups.clear();
        self.literals.clear();
        self.relocations.clear();
        self.insts.clear();
        self.blocks.clear();
        self.traps.clear();
        self.calls.clear();
        self.unwind.clear();
    }

    /// How many bytes of code there are, before branches are shortened.
    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.len
    }

    /// Appends the lowest `count` bytes of a word, at most 16.
    ///
    /// All 16 are stored, which is faster than storing so many, and the next call overwrites the rest.
    #[inline]
    pub(crate) fn put(&mut self, word: u128, count: u32) {
        debug_assert!(count <= 16);
        let from = self.len as usize;
        match self.bytes.get_mut(from..from + 16) {
            Some(room) => {
                room.copy_from_slice(&word.to_le_bytes());
                self.len += count;
            }
            None => self.put_growing(word, count),
        }
    }

    /// [`Buffer::put`] when there is no room. A function that is too long begins again, as its bytes don't matter.
    #[cold]
    #[inline(never)]
    fn put_growing(&mut self, word: u128, count: u32) {
        let mut size = (2 * self.bytes.len()).max(4096);
        if size > self.limit {
            self.too_long = true;
            self.len = 0;
            size = self.bytes.len().max(4096);
        }
        self.bytes.resize(size, 0);
        self.bytes[self.len as usize..][..16].copy_from_slice(&word.to_le_bytes());
        self.len += count;
    }

    /// A label that is not bound yet.
    pub(crate) fn new_label(&mut self) -> Label {
        self.labels(1)
    }

    /// So many labels, one after the other; returns the first, [`Label::nth`] leads to the others.
    pub(crate) fn labels(&mut self, count: u32) -> Label {
        let first = self.labels.len();
        self.labels.resize(first + count as usize, Bound::NOWHERE);
        Label(first as u32)
    }

    /// Says that a label stands here.
    #[inline]
    pub(crate) fn bind(&mut self, label: Label) {
        let here = Bound { offset: self.offset(), branches: self.branches.len() as u32 };
        let bound = &mut self.labels[label.0 as usize];
        debug_assert_eq!(bound.offset, u32::MAX, "{label:?} is bound twice");
        *bound = here;
    }

    /// Appends a branch to a label, in its long form until `finish`.
    #[inline]
    pub(crate) fn branch(&mut self, form: F, target: Label) {
        let bytes = form.long_bytes();
        self.branches.push(Branch { offset: self.len, target, form, bytes: bytes as u8 });
        self.put(0, bytes);
    }

    /// A constant of 4, 8 or 16 bytes behind the code, aligned to a power of two up to 16; equal ones are one.
    pub(crate) fn literal(&mut self, bytes: &[u8], align: u32) -> Literal {
        self.literals.constant(bytes, align)
    }

    /// A table behind the code with the distance of each label from the table's first byte, in 4 bytes.
    pub(crate) fn jump_table(&mut self, labels: &[Label], inst: Inst) -> Literal {
        self.literals.table(labels, inst)
    }

    /// Says that the 4 bytes at an offset hold the distance from the instruction's end, `trailing` bytes behind them,
    /// to a constant.
    pub(crate) fn refer(&mut self, offset: u32, literal: Literal, trailing: u32) {
        self.fixups.push(Fixup { offset, literal, trailing: trailing as u8 });
    }

    /// Says that the field at an offset is filled in when addresses are known.
    pub(crate) fn relocate(&mut self, offset: u32, kind: RelocationKind, target: Reference, addend: i64) {
        self.relocations.push(Relocation { offset, kind, target, addend });
    }

    /// From here on, code belongs to an instruction, or to none.
    #[inline]
    pub(crate) fn inst_row(&mut self, inst: Option<Inst>) {
        let row = InstRow { offset: self.offset(), inst };
        match self.insts.last_mut() {
            Some(last) if last.offset == row.offset => *last = row,
            Some(last) if last.inst == inst => {}
            _ => self.insts.push(row),
        }
    }

    /// A block begins here.
    #[inline]
    pub(crate) fn block_row(&mut self, block: Block) {
        self.blocks.push(BlockRow { offset: self.offset(), block });
    }

    /// The instruction that comes next is a trap. Traps stand in the order of the code.
    pub(crate) fn trap_row(&mut self, trap: Trap, inst: Inst) {
        self.traps.push(TrapRow { offset: self.offset(), trap, inst });
    }

    /// A call has just been written.
    pub(crate) fn call_row(&mut self, inst: Inst) {
        self.calls.push(CallRow { offset: self.offset(), inst });
    }

    /// From here on, unwinding has this rule.
    pub(crate) fn unwind_row(&mut self, op: UnwindOp) {
        self.unwind.push(UnwindRow { offset: self.offset(), op });
    }
}
