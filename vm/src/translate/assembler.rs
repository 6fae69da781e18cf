//! Words with labels, and what the machine wants to know of them later.

use crate::operation::Op;
use crate::word::{pack, pack_wide};
use native_ir::{EntityRef, Inst};

/// A place that instructions can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

/// Where a distance is written.
#[derive(Clone, Copy, Debug)]
enum Field {
    /// The upper half of a word.
    Upper(u32),
    /// The lower half of a word.
    Lower(u32),
    /// A whole word.
    Word(u32),
}

/// A distance that is written when all labels are placed.
#[derive(Clone, Copy, Debug)]
struct Fixup {
    field: Field,
    from: u32,
    to: Label,
}

/// Bytecode under construction.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    pub(super) words: Vec<u64>,
    labels: Vec<u32>,
    /// Where the last instruction began.
    last: u32,
    /// Where the last label was placed.
    placed: u32,
    fixups: Vec<Fixup>,
    /// Which IR instruction the words from an offset on belong to, in order of offsets.
    pub(super) marks: Vec<(u32, Inst)>,
}

impl Assembler {
    const UNPLACED: u32 = u32::MAX;

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.labels.clear();
        self.fixups.clear();
        self.marks.clear();
        self.last = 0;
        self.placed = 0;
    }

    /// The instruction before, if nothing leads in between: its word, and its literal or 0.
    pub(super) fn before(&self) -> Option<(u64, u64)> {
        match *self.words_before()? {
            [word] => Some((word, 0)),
            [word, literal] => Some((word, literal)),
            _ => None,
        }
    }

    /// All words of the instruction before, if nothing leads in between.
    pub(super) fn words_before(&self) -> Option<&[u64]> {
        let words = &self.words[self.last as usize..];
        (self.placed != self.here() && !words.is_empty()).then_some(words)
    }

    /// Which instruction of the IR a trap of the instruction before is.
    pub(super) fn inst_before(&self) -> Option<Inst> {
        inst_at(&self.marks, self.last)
    }

    /// Takes the instruction before back: what follows does its work too.
    pub(super) fn take_back(&mut self) {
        self.words.truncate(self.last as usize);
        // What begins here is still the first of the two; what is done here is the second.
        for mark in self.marks.iter_mut().rev().take_while(|mark| mark.0 > self.last) {
            mark.0 = self.last;
        }
        self.last = self.here();
    }

    /// The offset of the next word.
    pub(super) fn here(&self) -> u32 {
        self.words.len() as u32
    }

    /// Says that what follows belongs to an instruction of the IR.
    pub(super) fn mark(&mut self, inst: Inst) {
        self.marks.push((self.here(), inst));
    }

    pub(super) fn op(&mut self, op: Op, a: u16, b: u16, c: u16) {
        self.last = self.here();
        self.words.push(pack(op, a, b, c));
    }

    pub(super) fn op_wide(&mut self, op: Op, a: u16, bc: i32) {
        self.last = self.here();
        self.words.push(pack_wide(op, a, bc));
    }

    pub(super) fn literal(&mut self, word: u64) {
        self.words.push(word);
    }

    /// A label that is not placed yet.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(Self::UNPLACED);
        Label(self.labels.len() as u32 - 1)
    }

    /// Places a label here.
    pub(super) fn place(&mut self, label: Label) {
        self.placed = self.here();
        self.labels[label.0 as usize] = self.here();
    }

    /// Whether a label is placed.
    pub(super) fn is_placed(&self, label: Label) -> bool {
        self.offset(label) != Self::UNPLACED
    }

    /// The offset of a label that is placed.
    pub(super) fn offset(&self, label: Label) -> u32 {
        self.labels[label.0 as usize]
    }

    /// An instruction that goes to a label, its distance in `bc`.
    pub(super) fn go(&mut self, op: Op, a: u16, to: Label) {
        let at = self.here();
        self.fixups.push(Fixup { field: Field::Upper(at), from: at, to });
        self.op_wide(op, a, 0);
    }

    /// A literal: the distance from the instruction at `from` to a label.
    pub(super) fn distance(&mut self, from: u32, to: Label) {
        self.fixups.push(Fixup { field: Field::Word(self.here()), from, to });
        self.literal(0);
    }

    /// A literal: the distance from the instruction at `from` to a label below, a number above.
    pub(super) fn lower_distance(&mut self, from: u32, to: Label, upper: u32) {
        self.fixups.push(Fixup { field: Field::Lower(self.here()), from, to });
        self.literal(crate::word::pair(0, upper));
    }

    /// Writes the distances. All labels are placed.
    pub(super) fn finish(&mut self) {
        for fixup in &self.fixups {
            let distance = i64::from(self.labels[fixup.to.0 as usize]) - i64::from(fixup.from);
            match fixup.field {
                Field::Upper(at) => {
                    let word = &mut self.words[at as usize];
                    *word = *word & 0xffff_ffff | (distance as u64) << 32;
                }
                Field::Lower(at) => {
                    let word = &mut self.words[at as usize];
                    *word = *word & !0xffff_ffff | u64::from(distance as u32);
                }
                Field::Word(at) => self.words[at as usize] = distance as u64,
            }
        }
    }
}

/// The instruction that a word belongs to: the last mark at or before it.
pub(crate) fn inst_at(marks: &[(u32, Inst)], offset: u32) -> Option<Inst> {
    let after = marks.partition_point(|&(start, _)| start <= offset);
    after.checked_sub(1).map(|index| marks[index].1)
}

/// The first instruction that begins at a word: what runs next where a segment begins.
pub(crate) fn first_inst_at(marks: &[(u32, Inst)], offset: u32) -> Option<Inst> {
    let first = marks.partition_point(|&(start, _)| start < offset);
    marks.get(first).map(|mark| mark.1).filter(|inst| inst.index() < u32::MAX as usize)
}
