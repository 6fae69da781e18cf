//! From a buffer to a function's code: branches get their final size, bytes and rows move together, constants follow.
//!
//! Sizes of branches only ever shrink, and so do distances: a branch found to be near stays near. Each round takes one
//! look at each branch; after a few rounds what is still long stays so, which is never wrong.

use super::{Branch, BranchForm, Buffer, Label, TooLong};
use artifact::{Claim, Frame, FunctionCode, JumpTable, Place};
use native_ir::Func;

/// How often all branches are looked at.
const ROUNDS: u32 = 3;

/// What stands between code and constants: `int3`, which stops who gets there.
const PADDING: u8 = 0xCC;

/// The alignment of functions.
const ALIGN: u32 = 16;

/// Tells where bytes went, for offsets that ascend.
struct Shift<'a, F> {
    /// The branches behind the last offset, each with how many bytes are gone once it is passed.
    ahead: std::iter::Zip<std::slice::Iter<'a, Branch<F>>, std::slice::Iter<'a, u32>>,
    /// Up to this offset, ...
    until: u32,
    /// ... so many bytes are gone.
    gone: u32,
    /// How many are gone behind it.
    next: u32,
}

impl<'a, F> Shift<'a, F> {
    fn new(buffer: &'a Buffer<F>) -> Self {
        let ahead = buffer.branches.iter().zip(&buffer.removed[1..]);
        let mut shift = Shift { ahead, until: 0, gone: 0, next: 0 };
        shift.pass();
        shift
    }

    /// Goes on behind the next branch.
    fn pass(&mut self) {
        self.gone = self.next;
        match self.ahead.next() {
            Some((branch, &removed)) => (self.until, self.next) = (branch.offset, removed),
            None => self.until = u32::MAX,
        }
    }

    /// Where a byte went.
    #[inline]
    fn apply(&mut self, offset: u32) -> u32 {
        while offset > self.until {
            self.pass();
        }
        offset - self.gone
    }
}

impl<F: BranchForm> Buffer<F> {
    /// Takes the function out: shortens branches, places constants and tables, adjusts all rows. The buffer is empty
    /// after it.
    ///
    /// Labels that branches or tables go to must be bound.
    ///
    /// # Errors
    /// [`TooLong`] when the function has more bytes than distances can tell.
    pub(crate) fn finish(
        &mut self,
        func: Func,
        frame: Frame,
        places: Vec<Place>,
    ) -> Result<FunctionCode, TooLong> {
        if self.too_long {
            self.clear();
            return Err(TooLong);
        }
        self.relax();
        let literals = self.offset() - self.removed_in_all();
        let end = self.literals.place(literals);
        let code = self.move_code(end as usize);
        let code = self.fill(code);
        let mut insts = self.moved(&self.insts, |row| &mut row.offset);
        if self.branches.iter().any(|branch| branch.bytes == 0) {
            drop_empty(&mut insts);
        }
        let tables = self.literals.tables();
        let table = |it: &super::literals::Table| JumpTable {
            offset: it.offset,
            width: 4,
            base: it.offset,
            entries: it.entries,
            inst: it.inst,
        };
        let finished = FunctionCode {
            func,
            code,
            literals,
            pools: Vec::new(),
            align: ALIGN,
            relocations: self.moved(&self.relocations, |row| &mut row.offset),
            traps: self.moved(&self.traps, |row| &mut row.offset),
            calls: self.moved(&self.calls, |row| &mut row.offset),
            unwind: self.moved(&self.unwind, |row| &mut row.offset),
            claim: Claim {
                insts,
                blocks: self.moved(&self.blocks, |row| &mut row.offset),
                tables: tables.iter().map(table).collect(),
                frame,
                places,
                locations: Vec::new(),
            },
        };
        self.clear();
        Ok(finished)
    }

    /// Decides how many bytes each branch takes.
    fn relax(&mut self) {
        self.removed.clear();
        self.removed.resize(self.branches.len() + 1, 0);
        for _ in 0..ROUNDS {
            if !self.shrink() {
                break;
            }
        }
    }

    /// One look at each branch; tells whether one got smaller.
    ///
    /// `removed` is brought up to date on the way: up to the branch it is new, behind it still that of the last round.
    fn shrink(&mut self) -> bool {
        let mut lost = 0;
        let mut changed = false;
        for (index, branch) in self.branches.iter_mut().enumerate() {
            let target = self.labels[branch.target.0 as usize];
            let to = target.offset.wrapping_sub(self.removed[target.branches as usize]);
            let long = branch.form.long_bytes();
            let removed = &mut self.removed[index + 1];
            let end = match target.branches as usize > index {
                true => branch.offset + long - *removed,
                false => branch.offset + branch.form.short_bytes() - lost,
            };
            let bytes = wanted_bytes(branch.form, to.wrapping_sub(end) as i32);
            changed |= bytes != branch.bytes;
            branch.bytes = bytes;
            lost += long - u32::from(bytes);
            *removed = lost;
        }
        changed
    }

    fn removed_in_all(&self) -> u32 {
        self.removed.last().copied().unwrap_or(0)
    }

    /// The final place of a label.
    fn place_of(&self, label: Label) -> u32 {
        let bound = self.labels[label.0 as usize];
        debug_assert_ne!(bound.offset, u32::MAX, "{label:?} is not bound");
        bound.offset.wrapping_sub(self.removed[bound.branches as usize])
    }

    /// The code with branches as they are at the end, and room for constants.
    fn move_code(&self, size: usize) -> Vec<u8> {
        let mut code = Vec::with_capacity(size);
        let mut from = 0;
        for branch in &self.branches {
            code.extend_from_slice(&self.bytes[from..branch.offset as usize]);
            from = branch.offset as usize + branch.form.long_bytes() as usize;
            let bytes = usize::from(branch.bytes);
            let end = (code.len() + bytes) as u32;
            let distance = self.place_of(branch.target).wrapping_sub(end) as i32;
            let short = u32::from(branch.bytes) == branch.form.short_bytes();
            code.extend_from_slice(&branch.form.encode(short, distance).to_le_bytes()[..bytes]);
        }
        code.extend_from_slice(&self.bytes[from..self.len as usize]);
        code.resize(size, PADDING);
        code
    }

    /// Rows as they are at the end: where their bytes went.
    fn moved<R: Copy>(&self, rows: &[R], offset: impl Fn(&mut R) -> &mut u32) -> Vec<R> {
        let mut rows = rows.to_vec();
        if self.removed_in_all() > 0 {
            let mut shift = Shift::new(self);
            for offset in rows.iter_mut().map(offset) {
                *offset = shift.apply(*offset);
            }
        }
        rows
    }

    /// Writes constants, tables, and the distances to them.
    fn fill(&self, mut code: Vec<u8>) -> Vec<u8> {
        self.literals.write(&mut code, |label| self.place_of(label));
        let mut shift = Shift::new(self);
        for fixup in &self.fixups {
            let field = shift.apply(fixup.offset);
            let end = field + 4 + u32::from(fixup.trailing);
            let distance = self.literals.offset(fixup.literal).wrapping_sub(end);
            code[field as usize..][..4].copy_from_slice(&distance.to_le_bytes());
        }
        code
    }
}

/// How many bytes a branch needs to go so far from the end of its short form, or, forward, from the end of any form.
fn wanted_bytes<F: BranchForm>(form: F, distance: i32) -> u8 {
    if distance == 0 && form.is_jump() {
        return 0;
    }
    let near = (F::SHORT.0..=F::SHORT.1).contains(&distance);
    (if near { form.short_bytes() } else { form.long_bytes() }) as u8
}

/// Leaves out rows of instructions whose branches went away.
fn drop_empty(rows: &mut Vec<artifact::InstRow>) {
    rows.dedup_by(|next, row| {
        let empty = next.offset == row.offset;
        if empty {
            *row = *next;
        }
        empty
    });
}
