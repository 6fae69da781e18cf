//! The Thumb code of one function as it grows: halfwords, labels, branches, constants, and the rows that belong to them.
//!
//! Two things of Thumb code depend on distances: branches reach 256 bytes on a condition and 2 KiB without, and a
//! constant has to stand at most 1020 bytes behind the load that reads it. So instructions are written once, with 2
//! bytes held free for each branch and each load of a constant, and [`Buffer::finish`] decides how long branches are and
//! where constants go (`plan`), then copies everything to its place (`finish`).
//!
//! What is not plain machine code is an [`Item`]: it stands at an offset of the code as written. Between two items bytes
//! keep their distances, so that any offset is moved by finding the item before it. Constants go behind code that
//! nobody leaves by walking on ([`What::Edge`]) where one is in reach, else at a seam or before an item, jumped over.
//!
//! Invariants: items and rows stand in ascending order of offsets; at most [`STRETCH`] and a few bytes lie between two
//! items; a label is bound at most once; the first byte of a function lies at a multiple of 4.

mod finish;
mod plan;
#[cfg(test)]
mod tests;

use super::inst::Cond;
use artifact::{
    BlockRow, CallRow, InstRow, Location, Reference, Relocation, RelocationKind, TrapRow, UnwindOp, UnwindRow,
};
use native_ir::{Block, Inst, Trap};
use plan::Plan;
use rustc_hash::FxHashMap;

/// How many bytes a function may have as written: `BL` reaches 16 MiB, and no instruction grows to more than three
/// times its size.
const LIMIT: usize = 4 << 20;

/// Behind so many bytes without an item comes a seam, so that there is always a place for constants.
const STRETCH: u32 = 64;

/// Why a function cannot be finished as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has more code than branches reach.
    TooLong,
    /// A branch goes so far that it takes `BL`, and the return address is not saved: write the function again with
    /// [`Demands::link`].
    Link,
    /// A table's entries cannot tell how far its targets are: write the function again with [`Demands::near_tables`].
    Tables,
}

/// What a second attempt at a function is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    /// The frame saves the return address, so that far branches may overwrite lr.
    pub(crate) link: bool,
    /// All entries of tables go to branches right behind the table.
    pub(crate) near_tables: bool,
}

impl Demands {
    /// What the next attempt is written with. None when there is nothing to change.
    pub(crate) fn after(self, refusal: Refusal) -> Option<Demands> {
        let next = match refusal {
            Refusal::TooLong => self,
            Refusal::Link => Demands { link: true, ..self },
            Refusal::Tables => Demands { near_tables: true, ..self },
        };
        (next != self).then_some(next)
    }
}

/// A place in the code that branches can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Label(u32);

impl Label {
    /// The label so many behind this one, of those made together by [`Buffer::labels`].
    pub(crate) fn nth(self, index: u32) -> Label {
        Label(self.0 + index)
    }
}

/// A word that loads read from the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word {
    /// A number.
    Number(u32),
    /// The address of a symbol, plus so many bytes; of a function with bit 0 set.
    Address(Reference, i32),
}

/// Where a label is.
#[derive(Clone, Copy, Debug)]
struct Bound {
    /// The byte it stands before, as written.
    offset: u32,
    /// How many items stand before it.
    items: u32,
}

impl Bound {
    /// The place of a label that has none yet.
    const NOWHERE: Bound = Bound { offset: u32::MAX, items: 0 };

    fn is_bound(self) -> bool {
        self.offset != u32::MAX
    }
}

/// What is not plain machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Goes to a label.
    Jump(Label),
    /// Goes to a label on a condition.
    If(Cond, Label),
    /// Loads a word, by its number in [`Buffer::words`], into a low register.
    Load(u8, u32),
    /// Goes to the label of a table, by its number in [`Buffer::tables`], that a low register counts.
    Switch(u8, u32),
    /// Nobody walks on from what is before it to what is behind it.
    Edge,
    /// Nothing; constants may stand here.
    Seam,
}

impl What {
    /// How many bytes are held free for it.
    fn raw_bytes(self) -> u32 {
        match self {
            What::Edge | What::Seam => 0,
            _ => 2,
        }
    }
}

/// What is not plain machine code, and where it stands.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// Its first byte as written.
    raw: u32,
    what: What,
}

impl Item {
    /// The first byte behind it, as written.
    fn raw_end(self) -> u32 {
        self.raw + self.what.raw_bytes()
    }
}

/// A jump table.
#[derive(Clone, Copy, Debug)]
struct Table {
    /// Its first label, in [`Buffer::targets`].
    first: u32,
    /// How many it has.
    entries: u32,
    /// The instruction that jumps through it.
    inst: Inst,
}

/// The Thumb code of one function as it grows.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    code: Vec<u8>,
    too_long: bool,
    demands: Demands,
    items: Vec<Item>,
    /// The first byte behind the last item.
    last_item: u32,
    labels: Vec<Bound>,
    words: Vec<Word>,
    known: FxHashMap<Word, u32>,
    tables: Vec<Table>,
    targets: Vec<Label>,
    plan: Plan,
    relocations: Vec<Relocation>,
    insts: Vec<InstRow>,
    blocks: Vec<BlockRow>,
    traps: Vec<TrapRow>,
    calls: Vec<CallRow>,
    unwind: Vec<UnwindRow>,
    locations: Vec<Location>,
}

impl Buffer {
    /// Forgets the function that is in it and says what the next is written with.
    pub(crate) fn begin(&mut self, demands: Demands) {
        if self.too_long {
            self.code = Vec::new();
        }
        self.code.clear();
        self.too_long = false;
        self.demands = demands;
        self.items.clear();
        self.last_item = 0;
        self.labels.clear();
        self.words.clear();
        self.known.clear();
        self.tables.clear();
        self.targets.clear();
        self.relocations.clear();
        self.insts.clear();
        self.blocks.clear();
        self.traps.clear();
        self.calls.clear();
        self.unwind.clear();
        self.locations.clear();
    }

    /// How many bytes of code there are, as written.
    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.code.len() as u32
    }

    /// Appends an instruction of one halfword.
    #[inline]
    pub(crate) fn put(&mut self, halfword: u16) {
        self.make_room();
        self.code.extend_from_slice(&halfword.to_le_bytes());
    }

    /// Appends an instruction of two halfwords.
    pub(crate) fn put_pair(&mut self, first: u16, second: u16) {
        self.make_room();
        self.code.extend_from_slice(&first.to_le_bytes());
        self.code.extend_from_slice(&second.to_le_bytes());
    }

    /// Leaves a seam when there was no item for long.
    #[inline]
    fn make_room(&mut self) {
        if self.offset() - self.last_item >= STRETCH {
            self.item(What::Seam);
        }
    }

    /// Appends an item. A function that is too long begins again, as its bytes don't matter.
    fn item(&mut self, what: What) {
        if self.code.len() > LIMIT {
            self.too_long = true;
            self.code.clear();
            self.items.clear();
        }
        let raw = self.offset();
        self.items.push(Item { raw, what });
        self.code.extend_from_slice(&[0; 2][..what.raw_bytes() as usize]);
        self.last_item = self.offset();
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
    pub(crate) fn bind(&mut self, label: Label) {
        let here = Bound { offset: self.offset(), items: self.items.len() as u32 };
        let bound = &mut self.labels[label.0 as usize];
        debug_assert!(!bound.is_bound(), "{label:?} is bound twice");
        *bound = here;
    }

    /// Goes to a label, any distance away; nothing when it stands right behind.
    pub(crate) fn jump(&mut self, label: Label) {
        self.item(What::Jump(label));
        self.edge();
    }

    /// Goes to a label on a condition, any distance away. No flag changes.
    pub(crate) fn jump_if(&mut self, cond: Cond, label: Label) {
        self.item(What::If(cond, label));
    }

    /// Loads a word into a low register. No flag changes.
    pub(crate) fn load_word(&mut self, register: u8, word: Word) {
        debug_assert!(register < 8);
        let next = self.words.len() as u32;
        let number = *self.known.entry(word).or_insert(next);
        if number == next {
            self.words.push(word);
        }
        self.item(What::Load(register, number));
    }

    /// Goes to the label that a low register counts from 0; there must be at least one label, and the register must be
    /// below their number. The register and the flags are overwritten.
    ///
    /// Entries reach forward only: a label that stands before the table gets a branch right behind it.
    pub(crate) fn switch(&mut self, register: u8, labels: &[Label], inst: Inst) {
        debug_assert!(register < 8 && !labels.is_empty());
        let first = self.targets.len() as u32;
        let table = Table { first, entries: labels.len() as u32, inst };
        let mut behind: Vec<(Label, Label)> = Vec::new();
        let mut known = FxHashMap::default();
        for &label in labels {
            let bound = self.labels[label.0 as usize].is_bound();
            let target = match bound || self.demands.near_tables {
                true => *known.entry(label).or_insert_with(|| {
                    let near = self.labels.len() as u32;
                    self.labels.push(Bound::NOWHERE);
                    behind.push((Label(near), label));
                    Label(near)
                }),
                false => label,
            };
            self.targets.push(target);
        }
        let number = self.tables.len() as u32;
        self.tables.push(table);
        self.item(What::Switch(register, number));
        self.edge();
        for (near, label) in behind {
            self.bind(near);
            self.jump(label);
        }
    }

    /// Says that nobody walks on from here: the last instruction always leaves.
    pub(crate) fn edge(&mut self) {
        self.item(What::Edge);
    }

    /// Says that the field at an offset is filled in when addresses are known.
    pub(crate) fn relocate(&mut self, offset: u32, kind: RelocationKind, target: Reference, addend: i64) {
        self.relocations.push(Relocation { offset, kind, target, addend });
    }

    /// From here on, code belongs to an instruction, or to none.
    pub(crate) fn inst_row(&mut self, inst: Option<Inst>) {
        let row = InstRow { offset: self.offset(), inst };
        match self.insts.last_mut() {
            Some(last) if last.offset == row.offset => *last = row,
            Some(last) if last.inst == inst => {}
            _ => self.insts.push(row),
        }
    }

    /// A block begins here.
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

    /// Where a word of a value is, by offsets as written.
    pub(crate) fn location(&mut self, location: Location) {
        self.locations.push(location);
    }
}
