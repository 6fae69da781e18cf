//! The claim's rows, laid over the decoded instructions.
//!
//! What is made here is all that the checks know of the claim about instructions and blocks, and it has a form that
//! they can rely on: rows tile the code; first those of no instruction, which are the prologue; then, block by block in
//! the claim's order, the *hot* rows, in each block strictly ascending by instruction; then *cold* rows of any
//! instructions, where emitters put the code of traps. Blocks begin where rows do, the first is the entry.

use crate::finding::{Check, Fault};
use crate::piece::{Class, NONE, Piece, index_at};
use crate::subject::Subject;
use native_ir::{Block, Body, EntityRef, Inst, Opcode};

/// Consecutive machine instructions that belong to one IR instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// The first machine instruction, by index.
    pub(crate) start: u32,
    /// The one behind the last.
    pub(crate) end: u32,
    /// The IR instruction; [`NONE`] in the prologue.
    pub(crate) inst: u32,
    /// Its block; [`NONE`] in the prologue.
    pub(crate) block: u32,
    /// Whether it stands behind the hot rows of its block, or among those of others.
    pub(crate) cold: bool,
}

impl Row {
    /// The IR instruction; none in the prologue.
    pub(crate) fn inst(&self) -> Option<Inst> {
        (self.inst != NONE).then(|| Inst::from_u32(self.inst))
    }
}

/// Where the code of a block stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home {
    /// The machine instruction where it begins, by index; [`NONE`] when the claim does not have the block.
    pub(crate) entry: u32,
    /// Its place in the claim's order of blocks.
    pub(crate) order: u32,
    /// Its first hot row.
    pub(crate) first_row: u32,
    /// The row behind its last hot one; the same when the block is empty.
    pub(crate) end_row: u32,
}

const ABSENT: Home = Home { entry: NONE, order: NONE, first_row: 0, end_row: 0 };

/// The rows of a function.
#[derive(Default)]
pub(crate) struct Rows {
    /// Rows in the order of the code.
    pub(crate) rows: Vec<Row>,
    /// By block.
    pub(crate) homes: Vec<Home>,
    /// Main rows, ascending by instruction: instruction, whether it is cold, row.
    mains: Vec<(u32, bool, u32)>,
}

impl Rows {
    /// The rows of the claim, which is refused when it does not have the form that the module's documentation says.
    pub(crate) fn build(
        &mut self,
        subject: Subject<'_>,
        insts: &mut [impl Piece],
        at: &[u32],
    ) -> Result<(), Fault> {
        self.take_insts(subject, insts, at)?;
        self.take_blocks(subject, insts, at)?;
        self.split();
        self.assign(subject, insts)?;
        self.find_mains(&subject.function.body, insts, at);
        Ok(())
    }

    /// Rows that are not empty.
    fn take_insts(&mut self, subject: Subject<'_>, insts: &mut [impl Piece], at: &[u32]) -> Result<(), Fault> {
        self.rows.clear();
        let claimed = &subject.code.claim.insts;
        let body = &subject.function.body;
        let mut start = 0;
        let mut inst = NONE;
        for row in claimed {
            let Some(index) = boundary(insts, at, row.offset) else {
                return Err(flow(
                    row.offset,
                    "a row of the claim begins inside an instruction, or behind the last",
                ));
            };
            if index < start {
                return Err(flow(row.offset, "rows of the claim that do not ascend"));
            }
            self.push(start, index, inst);
            start = index;
            inst = row.inst.map_or(NONE, Inst::as_u32);
            if inst != NONE && inst as usize >= body.insts.len() {
                return Err(flow(
                    row.offset,
                    "a row of the claim for an instruction that the function does not have",
                ));
            }
        }
        self.push(start, insts.len() as u32, inst);
        Ok(())
    }

    fn push(&mut self, start: u32, end: u32, inst: u32) {
        if start < end {
            self.rows.push(Row { start, end, inst, block: NONE, cold: false });
        }
    }

    fn take_blocks(&mut self, subject: Subject<'_>, insts: &mut [impl Piece], at: &[u32]) -> Result<(), Fault> {
        let body = &subject.function.body;
        self.homes.clear();
        self.homes.resize(body.blocks.len(), ABSENT);
        // What the function does before its first instruction may stand behind the entry's beginning, too.
        let prologue = self.rows.iter().find(|row| row.inst != NONE).map_or(0, |row| row.start);
        let mut last = 0;
        for (order, row) in subject.code.claim.blocks.iter().enumerate() {
            let Some(index) = index_at(at, u64::from(row.offset)) else {
                return Err(flow(
                    row.offset,
                    "a block of the claim begins inside an instruction, or behind the last",
                ));
            };
            let index = index as u32;
            let Some(home) = self.homes.get_mut(row.block.index()) else {
                return Err(flow(row.offset, "the claim has a block that the function does not have"));
            };
            if index < last || home.entry != NONE {
                return Err(flow(row.offset, "blocks of the claim that do not ascend, or one twice"));
            }
            if order == 0 && row.block.index() != 0 {
                return Err(flow(row.offset, "the claim's first block is not the entry"));
            }
            last = index;
            let index = if order == 0 { index.max(prologue) } else { index };
            *home = Home { entry: index, order: order as u32, first_row: 0, end_row: 0 };
            insts[index as usize].set_enters();
        }
        if subject.code.claim.blocks.is_empty() {
            return Err(flow(0, "the claim has no blocks"));
        }
        Ok(())
    }

    /// Rows end where blocks begin.
    fn split(&mut self) {
        let mut entries: Vec<u32> =
            self.homes.iter().map(|home| home.entry).filter(|&entry| entry != NONE).collect();
        entries.sort_unstable();
        let inside = |row: &Row| entries.partition_point(|&entry| entry <= row.start);
        let crosses = |row: &Row| entries.get(inside(row)).is_some_and(|&entry| entry < row.end);
        if !self.rows.iter().any(crosses) {
            return;
        }
        for row in std::mem::take(&mut self.rows) {
            let mut start = row.start;
            for &entry in entries[inside(&row)..].iter().take_while(|&&entry| entry < row.end) {
                self.push(start, entry, row.inst);
                start = entry;
            }
            self.push(start, row.end, row.inst);
        }
    }

    /// Gives each row its block.
    fn assign(&mut self, subject: Subject<'_>, insts: &mut [impl Piece]) -> Result<(), Fault> {
        let body = &subject.function.body;
        let blocks = &subject.code.claim.blocks;
        let mut next = 0;
        let entry = self.homes[0].entry;
        while let Some(row) = self.rows.get(next).filter(|row| row.start < entry) {
            if row.inst != NONE || row.end > entry {
                return Err(flow(
                    insts[row.start as usize].offset(),
                    "code of an instruction before the entry block",
                ));
            }
            next += 1;
        }
        for (order, claimed) in blocks.iter().enumerate() {
            let entry = self.homes[claimed.block.index()].entry;
            let following = blocks.get(order + 1);
            let end = following.map_or(NONE, |next| self.homes[next.block.index()].entry);
            let first = next;
            if end != entry {
                next = self.take_hot(body, claimed.block, first, end);
            }
            let home = &mut self.homes[claimed.block.index()];
            (home.first_row, home.end_row) = (first as u32, next as u32);
            next = self.take_cold(body, insts, next, end)?;
        }
        for (index, row) in self.rows.iter().enumerate() {
            insts[row.start as usize..row.end as usize].iter_mut().for_each(|inst| inst.set_row(index as u32));
        }
        Ok(())
    }

    /// The hot rows of a block that is not empty, from a row on; to the first cold one, or to a machine instruction.
    fn take_hot(&mut self, body: &Body, block: Block, first: usize, end: u32) -> usize {
        let range = body.blocks[block].inst_range();
        let mut next = first;
        let mut previous = None;
        while let Some(row) = self.rows.get_mut(next).filter(|row| row.end <= end) {
            let ascends = previous.is_none_or(|previous| previous < row.inst);
            if row.inst == NONE || !range.contains(&(row.inst as usize)) || !ascends {
                break;
            }
            row.block = block.as_u32();
            previous = Some(row.inst);
            next += 1;
        }
        next
    }

    /// The cold rows from a row on to a machine instruction.
    fn take_cold(&mut self, body: &Body, insts: &[impl Piece], first: usize, end: u32) -> Result<usize, Fault> {
        let layout = body.blocks.values().as_slice();
        let mut next = first;
        while let Some(row) = self.rows.get_mut(next).filter(|row| row.start < end) {
            let block = layout.partition_point(|block| block.end_inst.as_u32() <= row.inst);
            let offset = insts[row.start as usize].offset();
            if row.inst == NONE || block >= layout.len() {
                return Err(flow(offset, "code of no instruction behind the prologue"));
            }
            if row.end > end {
                return Err(flow(offset, "a block begins in the middle of an instruction's code"));
            }
            (row.block, row.cold) = (block as u32, true);
            next += 1;
        }
        Ok(next)
    }

    /// Notes the main row of each instruction: of those that are more than a trap the one that the code of another
    /// instruction leads to, the hot one before others.
    fn find_mains(&mut self, body: &Body, insts: &[impl Piece], at: &[u32]) {
        self.mains.clear();
        for (index, row) in self.rows.iter().enumerate().filter(|(_, row)| row.inst != NONE) {
            let last = insts.get((row.end as usize).wrapping_sub(1)).map(Piece::class);
            let opcode = row.inst().and_then(|inst| body.insts.get(inst)).map(|data| data.opcode);
            let stops = matches!(opcode, Some(Opcode::Trap | Opcode::Unreachable));
            if !row.cold || stops || last != Some(Class::Trap) {
                self.mains.push((row.inst, row.cold, index as u32));
            }
        }
        self.mains.sort_unstable();
        if self.mains.windows(2).all(|pair| pair[0].0 != pair[1].0) {
            return;
        }
        let entered = self.entered(insts, at);
        let is_entered = |main: &&(u32, bool, u32)| entered.binary_search(&main.2).is_ok();
        let rows_of = self.mains.chunk_by(|one, other| one.0 == other.0);
        let chosen = rows_of.filter_map(|rows| rows.iter().find(is_entered).or(rows.first()).copied());
        self.mains = chosen.collect();
    }

    /// The rows whose beginning callers or the code of other instructions lead to, ascending.
    fn entered(&self, insts: &[impl Piece], at: &[u32]) -> Vec<u32> {
        let mut entered: Vec<u32> = insts.first().map(Piece::row).into_iter().collect();
        for (index, inst) in insts.iter().enumerate() {
            let (branches, falls) = match inst.class() {
                Class::Jump => (true, false),
                Class::Branch => (true, true),
                Class::Plain | Class::Call | Class::CallIndirect => (false, true),
                _ => (false, false),
            };
            let target = branches.then(|| index_at(at, inst.target())).flatten();
            let next = falls.then_some(index + 1);
            for to in target.into_iter().chain(next).filter_map(|to| insts.get(to).map(|inst| (to, inst.row()))) {
                let row = self.rows[to.1 as usize];
                if row.start as usize == to.0 && row.inst != self.rows[inst.row() as usize].inst {
                    entered.push(to.1);
                }
            }
        }
        entered.sort_unstable();
        entered
    }

    /// The main row of an instruction, by index.
    pub(crate) fn main(&self, inst: u32) -> Option<usize> {
        let found = self.mains.binary_search_by_key(&inst, |main| main.0).ok()?;
        Some(self.mains.get(found)?.2 as usize)
    }

    /// The main row of the next instruction that has one in the same block.
    pub(crate) fn next(&self, inst: u32, block: u32) -> Option<usize> {
        let next = self.mains.partition_point(|main| main.0 <= inst);
        let row = self.mains.get(next)?.2 as usize;
        self.rows.get(row).filter(|row| row.block == block).map(|_| row)
    }

    /// The main row of the first instruction of a block that has one.
    pub(crate) fn first(&self, block: u32, start: u32) -> Option<usize> {
        let first = self.mains.partition_point(|main| main.0 < start);
        let row = self.mains.get(first)?.2 as usize;
        self.rows.get(row).filter(|row| row.block == block).map(|_| row)
    }
}

/// An offset as an index of an instruction, or one more than the last at the end of the code.
fn boundary(insts: &[impl Piece], at: &[u32], offset: u32) -> Option<u32> {
    if offset as usize == at.len() {
        return Some(insts.len() as u32);
    }
    index_at(at, u64::from(offset)).map(|index| index as u32)
}

fn flow(offset: u32, message: &str) -> Fault {
    Fault::at(Check::Flow, offset, message)
}
