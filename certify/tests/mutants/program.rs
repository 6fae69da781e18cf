//! Emitted code as a list of instructions that can be changed, and what mistakes on all machines have in common.

use artifact::{BlockRow, CallRow, FunctionCode, InstRow, Reference, Relocation, TrapRow, UnwindOp, UnwindRow};
use native_ir::{Function, InstData, Opcode, Ordering, Symbol, Trap, Value, ValueDef};

/// What stands at an instruction of one machine only.
pub(crate) trait Own: Clone + Default {
    /// What stands at an instruction that is put behind this one.
    fn split(&mut self) -> Self {
        Self::default()
    }

    /// Whether the instruction may be taken out when another one is before it or none.
    fn may_go(&self, _follows: bool) -> bool {
        true
    }

    /// The instruction behind this one is taken out.
    fn absorb(&mut self, _gone: Self) {}
}

/// An instruction with everything that stands at it. What names a place names the number of its line.
#[derive(Clone, Debug)]
pub(crate) struct Line<R, O> {
    pub(crate) raw: R,
    /// The IR instruction, as a row of the claim has it.
    pub(crate) row: Option<Option<native_ir::Inst>>,
    pub(crate) blocks: Vec<native_ir::Block>,
    pub(crate) unwind: Vec<UnwindOp>,
    pub(crate) trap: Option<TrapRow>,
    pub(crate) call: Option<CallRow>,
    pub(crate) relocation: Option<Relocation>,
    /// The label that a branch goes to.
    pub(crate) target: Option<usize>,
    pub(crate) labels: Vec<usize>,
    /// The IR instruction that the line belongs to.
    pub(crate) inst: Option<native_ir::Inst>,
    pub(crate) own: O,
}

impl<R, O: Own> Line<R, O> {
    /// An instruction at which nothing stands.
    pub(crate) fn bare(raw: R, inst: Option<native_ir::Inst>, own: O) -> Line<R, O> {
        Line {
            raw,
            row: None,
            blocks: Vec::new(),
            unwind: Vec::new(),
            trap: None,
            call: None,
            relocation: None,
            target: None,
            labels: Vec::new(),
            inst,
            own,
        }
    }

    /// The instruction of emitted code from a byte on up to another; `inst` is the IR instruction of the one before. Its
    /// label is the offset that it had.
    pub(crate) fn emitted(
        raw: R,
        code: &FunctionCode,
        (start, end): (u32, u32),
        inst: Option<native_ir::Inst>,
    ) -> Line<R, O> {
        let row = code.claim.insts.iter().rfind(|row| row.offset == start).map(|row| row.inst);
        Line {
            row,
            blocks: code.claim.blocks.iter().filter(|row| row.offset == start).map(|row| row.block).collect(),
            unwind: code.unwind.iter().filter(|row| row.offset == start).map(|row| row.op).collect(),
            trap: code.traps.iter().find(|row| row.offset == start).copied(),
            call: code.calls.iter().find(|row| row.offset == end).copied(),
            labels: vec![start as usize],
            ..Line::bare(raw, row.unwrap_or(inst), O::default())
        }
    }
}

/// A function that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Program<R, O> {
    pub(crate) lines: Vec<Line<R, O>>,
    pub(crate) code: FunctionCode,
    /// Constants among the code: where they stood, and their bytes. The last are those behind the instructions.
    pub(crate) pools: Vec<(u32, Vec<u8>)>,
    /// For each table the labels of its entries.
    pub(crate) tables: Vec<Vec<usize>>,
}

impl<R: Copy, O: Own> Program<R, O> {
    /// Takes a line out; what stood at it stands at the next.
    pub(crate) fn remove(&mut self, at: usize) -> bool {
        if at + 1 >= self.lines.len() || !self.lines[at].own.may_go(at > 0) {
            return false;
        }
        let gone = self.lines.remove(at);
        if let Some(before) = at.checked_sub(1) {
            self.lines[before].own.absorb(gone.own);
        }
        let next = &mut self.lines[at];
        next.blocks.splice(0..0, gone.blocks);
        next.unwind.splice(0..0, gone.unwind);
        next.labels.extend(gone.labels);
        if next.row.is_none() {
            next.row = gone.row;
        }
        true
    }

    /// Puts an instruction behind a line, in the same row.
    pub(crate) fn insert(&mut self, after: usize, raw: R) -> bool {
        let own = self.lines[after].own.split();
        let line = Line::bare(raw, self.lines[after].inst, own);
        self.lines.insert(after + 1, line);
        true
    }

    /// The line where a label stands.
    pub(crate) fn place(&self, label: usize) -> Option<usize> {
        self.lines.iter().position(|line| line.labels.contains(&label))
    }

    /// The rows of the code when each line begins and ends at these offsets.
    pub(crate) fn put_rows(&self, code: &mut FunctionCode, offsets: &[u32], ends: &[u32]) {
        let rows = || self.lines.iter().zip(offsets.iter().copied().zip(ends.iter().copied()));
        code.traps = rows().filter_map(|(line, (offset, _))| Some(TrapRow { offset, ..line.trap? })).collect();
        code.calls = rows().filter_map(|(line, (_, offset))| Some(CallRow { offset, ..line.call? })).collect();
        code.unwind = rows()
            .flat_map(|(line, (offset, _))| line.unwind.iter().map(move |&op| UnwindRow { offset, op }))
            .collect();
        code.claim.insts =
            rows().filter_map(|(line, (offset, _))| Some(InstRow { offset, inst: line.row? })).collect();
        code.claim.blocks = rows()
            .flat_map(|(line, (offset, _))| line.blocks.iter().map(move |&block| BlockRow { offset, block }))
            .collect();
    }

    /// The IR instruction of a line.
    pub(crate) fn data<'f>(&self, at: usize, f: &'f Function) -> Option<&'f InstData> {
        f.body.insts.get(self.lines[at].inst?)
    }

    pub(crate) fn is(&self, at: usize, f: &Function, opcode: Opcode) -> bool {
        self.data(at, f).is_some_and(|data| data.opcode == opcode)
    }

    /// Whether a line belongs to a volatile or ordered load or store.
    pub(crate) fn is_ordered(&self, at: usize, f: &Function) -> bool {
        let ordered = |data: &InstData| {
            let ordering = matches!(data.attributes.ordering(), Ordering::Volatile | Ordering::Ordered);
            matches!(data.opcode, Opcode::Load | Opcode::Store) && ordering
        };
        self.data(at, f).is_some_and(ordered)
    }

    /// Whether a line belongs to an atomic update.
    pub(crate) fn updates(&self, at: usize, f: &Function) -> bool {
        self.is(at, f, Opcode::AtomicRmw) || self.is(at, f, Opcode::AtomicCas)
    }

    /// Whether a line belongs to an instruction that accesses no memory and ends no block, and is neither a call nor a trap.
    pub(crate) fn is_pure(&self, at: usize, f: &Function) -> bool {
        let pure = |data: &InstData| data.opcode < Opcode::Load && !data.opcode.is_terminator();
        let line = &self.lines[at];
        self.data(at, f).is_some_and(pure) && line.trap.is_none() && line.call.is_none()
    }

    /// A line once more.
    pub(crate) fn repeat(&mut self, at: usize) -> bool {
        let line = self.lines[at].clone();
        self.insert(at, line.raw);
        let again = &mut self.lines[at + 1];
        (again.relocation, again.call) = (line.relocation, line.call);
        true
    }

    /// A branch goes so many lines further.
    pub(crate) fn retarget(&mut self, at: usize, by: isize) -> bool {
        let place = self.lines[at].target.and_then(|label| self.place(label));
        let Some(to) = place.and_then(|to| to.checked_add_signed(by)).filter(|&to| to < self.lines.len()) else {
            return false;
        };
        self.lines[at].target = self.lines[to].labels.first().copied();
        self.lines[at].target.is_some()
    }

    /// A branch at a call, from before it to behind it or the other way.
    pub(crate) fn branch(&mut self, at: usize, forward: bool, raw: R) -> bool {
        let (after, to) = if forward { (at.wrapping_sub(1), at + 1) } else { (at, at) };
        let Some(label) = self.lines.get(to).and_then(|line| line.labels.first().copied()) else { return false };
        if after >= self.lines.len() || self.lines[after].inst != self.lines[at].inst {
            return false;
        }
        self.insert(after, raw);
        self.lines[after + 1].target = Some(label);
        true
    }

    /// How many lines branch to one, when a line branches.
    pub(crate) fn branches_with(&self, at: usize) -> Option<(&Line<R, O>, usize)> {
        let target = &self.lines[self.place(self.lines[at].target?)?];
        let goes = |line: &&Line<R, O>| line.target.is_some_and(|label| target.labels.contains(&label));
        Some((target, self.lines.iter().filter(goes).count()))
    }

    pub(crate) fn other_trap(&mut self, at: usize) -> bool {
        let Some(trap) = &mut self.lines[at].trap else { return false };
        trap.trap = if trap.trap == Trap::Assertion { Trap::User } else { Trap::Assertion };
        true
    }

    pub(crate) fn other_callee(&mut self, at: usize) -> bool {
        let Some(field) = &mut self.lines[at].relocation else { return false };
        let Reference::Symbol(symbol) = field.target else { return false };
        field.target = Reference::Symbol(Symbol::from_u32(symbol.as_u32() ^ 1));
        true
    }

    /// The rows for unwinding at a line stand at the next.
    pub(crate) fn late_unwind(&mut self, at: usize) -> bool {
        if at + 1 >= self.lines.len() || self.lines[at].unwind.is_empty() {
            return false;
        }
        let ops = std::mem::take(&mut self.lines[at].unwind);
        self.lines[at + 1].unwind.splice(0..0, ops);
        true
    }

    /// The blocks that begin at a line begin at the next.
    pub(crate) fn late_block(&mut self, at: usize) -> bool {
        let lines = &mut self.lines;
        if at == 0 || at + 1 >= lines.len() || lines[at].blocks.is_empty() || !lines[at + 1].blocks.is_empty() {
            return false;
        }
        lines[at + 1].blocks = std::mem::take(&mut lines[at].blocks);
        true
    }

    /// All entries of a table lead where the first does.
    pub(crate) fn same_entries(&mut self) -> bool {
        let Some(table) = self.tables.first_mut() else { return false };
        let first = table[0];
        let others = table.iter().filter(|&&entry| entry != first).count();
        table.fill(first);
        others > 0
    }

    /// All slots of the frame lie a byte further.
    pub(crate) fn move_slots(&mut self) -> bool {
        self.code.claim.frame.slots.iter_mut().for_each(|slot| slot.1 += 1);
        true
    }
}

/// Whether each edge of a terminator goes to a block of its own, none known to be never taken. Where two go to one block,
/// they choose between arguments, which are values.
pub(crate) fn chooses_blocks(f: &Function, data: &InstData) -> bool {
    let mut blocks: Vec<_> = data.edges().map(|edge| f.body.edges[edge].block).collect();
    let edges = blocks.len();
    blocks.sort_unstable();
    blocks.dedup();
    let asks = matches!(data.opcode, Opcode::Branch | Opcode::Switch).then(|| data.operand(0).value());
    let computed = asks.is_none_or(|value| value.is_some_and(|value| is_computed(f, value)));
    blocks.len() == edges && computed
}

/// Whether a value is neither a constant nor a conversion, which may be one's.
fn is_computed(f: &Function, value: Value) -> bool {
    let ValueDef::Result(inst) = f.body.values[value].def() else { return true };
    let opcode = f.body.insts[inst].opcode;
    !matches!(opcode, Opcode::Iconst | Opcode::Trunc | Opcode::Bitcast | Opcode::IntToAddr | Opcode::AddrToInt)
}
