//! C5: control goes where the IR's edges go, and nowhere else.
//!
//! A *step* is a machine instruction and one that may run after it. Steps inside the code of one IR instruction are
//! free, hot and cold; other steps are these:
//!
//! - from the prologue to the entry block;
//! - from the code of an instruction to the first byte of the row that follows its hot row in the same block;
//! - from the code of a block's terminator, or of its last hot row, to the entry of a block.
//!
//! The blocks that are entered from a block are the targets of its edges, all of them and no others; where the
//! terminator asks a constant, that of the constant is enough. So each path through the code is a path through the IR, and passes the hot
//! rows of each block that it goes through in order, each once: C2 needs to look at single blocks only.
//!
//! Every instruction is one that some step leads to. Calls go to symbols, and to registers only in `call_indirect`;
//! jumps through registers are those of verified tables and of tail calls. Each trapping instruction is one of the trap table, each
//! call has its row.

use crate::finding::{Check, Fault};
use crate::member::{Member, member, traps};
use crate::piece::{Class, Entry, NONE, Piece, fault, index_at};
use crate::rows::{Home, Rows};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::{Block, Edge, EntityRef, Inst, InstData, Opcode, Operand, Trap, ValueDef};

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    /// For each block the last of the steps out of it.
    heads: Vec<u32>,
    /// Steps from blocks into entries: the machine instruction, and the step before.
    steps: Vec<(u32, u32)>,
    wanted: Vec<u32>,
    found: Vec<u32>,
}

struct Walk<'a, I> {
    subject: Subject<'a>,
    insts: &'a mut [I],
    at: &'a [u32],
    rows: &'a Rows,
    scratch: &'a mut Scratch,
    /// The next of the function's rows of traps and calls.
    traps: usize,
    calls: usize,
}

/// Checks the flow of control of a function.
pub(crate) fn check<I: Piece>(
    subject: Subject<'_>,
    insts: &mut [I],
    at: &[u32],
    rows: &Rows,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    scratch.heads.clear();
    scratch.heads.resize(subject.function.body.blocks.len(), NONE);
    scratch.steps.clear();
    let mut walk = Walk { subject, insts, at, rows, scratch, traps: 0, calls: 0 };
    walk.insts[0].set_reached();
    for index in 0..walk.insts.len() {
        walk.visit(index)?;
    }
    walk.check_rows_used()?;
    walk.check_edges()
}

impl<I: Piece> Walk<'_, I> {
    fn visit(&mut self, index: usize) -> Result<(), Fault> {
        let inst = &self.insts[index];
        match inst.class() {
            Class::Plain => return self.fall(index),
            Class::Branch => {
                self.jump(index)?;
                self.fall(index)?;
            }
            Class::Jump => self.jump(index)?,
            Class::Call | Class::CallIndirect => {
                self.check_call(index)?;
                self.fall(index)?;
            }
            Class::JumpIndirect => self.jump_indirect(index)?,
            Class::Return if self.opcode(index) != Some(Opcode::Return) => {
                return Err(self.fault(index, "a return in an instruction that is none"));
            }
            Class::Trap => self.check_trap(index)?,
            Class::Return | Class::Refused => {}
        }
        Ok(())
    }

    fn fault(&self, index: usize, message: impl Into<String>) -> Fault {
        fault(Check::Flow, &self.insts[index], message)
    }

    /// The opcode of the IR instruction that a machine instruction belongs to.
    fn data(&self, index: usize) -> Option<&InstData> {
        let row = self.rows.rows[self.insts[index].row() as usize];
        self.subject.function.body.insts.get(row.inst()?)
    }

    fn opcode(&self, index: usize) -> Option<Opcode> {
        self.data(index).map(|data| data.opcode)
    }

    /// To the next instruction.
    #[inline]
    fn fall(&mut self, from: usize) -> Result<(), Fault> {
        let (row, end) = (self.insts[from].row(), self.insts[from].end());
        match self.insts.get_mut(from + 1) {
            Some(next) if next.row() == row && !next.enters() && next.offset() == end => {
                next.set_reached();
                Ok(())
            }
            Some(next) if next.offset() != end => Err(self.fault(from, "control runs into what is no code")),
            Some(_) => self.step(from, from + 1),
            None => Err(self.fault(from, "control falls off the end of the code")),
        }
    }

    /// To the target of a jump or branch.
    fn jump(&mut self, from: usize) -> Result<(), Fault> {
        let inst = &self.insts[from];
        if inst.relocation() != NONE {
            return self.jump_away(from);
        }
        match index_at(self.at, inst.target()) {
            Some(target) => self.step(from, target),
            None => Err(self.fault(from, "a branch to no instruction of the function")),
        }
    }

    /// A jump to another function: a tail call.
    fn jump_away(&mut self, from: usize) -> Result<(), Fault> {
        let inst = &self.insts[from];
        let Some(data) = self.data(from).filter(|data| data.opcode == Opcode::TailCall) else {
            return Err(self.fault(from, "a jump out of the function in an instruction that is no tail call"));
        };
        let target = self.subject.code.relocations[inst.relocation() as usize].target;
        if inst.class() == Class::Branch || target != Reference::Symbol(data.symbol()) {
            return Err(self.fault(from, "a tail call of another function"));
        }
        Ok(())
    }

    fn jump_indirect(&mut self, from: usize) -> Result<(), Fault> {
        match self.data(from) {
            Some(data) if I::leaves(self.subject, &self.insts[from], data) => Ok(()),
            Some(data) if data.opcode == Opcode::Switch => {
                let table = I::table(self.subject, self.insts, from, self.rows)?;
                (0..table.entries)
                    .try_for_each(|entry| self.table_entry(from, I::entry(self.subject, table, entry)))
            }
            _ => Err(self.fault(from, "a jump through a register that is neither a table's nor a tail call's")),
        }
    }

    fn table_entry(&mut self, from: usize, entry: Entry) -> Result<(), Fault> {
        let target = u64::try_from(entry.target).ok();
        match target.and_then(|target| index_at(self.at, target)) {
            Some(target) => self.step(from, target),
            None => {
                let message = "an entry of a jump table that leads to no instruction";
                Err(Fault::at(Check::Flow, entry.at, message).showing(entry.width as usize))
            }
        }
    }

    fn step(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        self.insts[to].set_reached();
        let (row, target) = (self.insts[from].row(), self.insts[to].row());
        let rows = &self.rows.rows;
        let (source, destination) = (rows[row as usize], rows[target as usize]);
        if self.insts[to].enters() {
            return self.enter(from, to);
        }
        if source.inst == destination.inst {
            return Ok(());
        }
        let follows = self.rows.next(source.inst, source.block) == Some(target as usize);
        if follows && source.inst != NONE && destination.start as usize == to {
            return Ok(());
        }
        Err(self.fault(from, format!("control goes to {:#x}, which is not next", self.insts[to].offset())))
    }

    /// Into a block.
    fn enter(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        let row = self.insts[from].row();
        let source = self.rows.rows[row as usize];
        let entry = self.rows.homes[0].entry;
        if source.inst == NONE {
            let falls = to == from + 1 && to == entry as usize;
            return if falls {
                Ok(())
            } else {
                Err(self.fault(from, "the prologue leads elsewhere than to the entry"))
            };
        }
        let last = self.subject.function.body.blocks[Block::from_u32(source.block)].end_inst.as_u32() - 1;
        let leaves = source.inst == last || self.rows.next(source.inst, source.block).is_none();
        if !leaves {
            return Err(self.fault(from, "control leaves a block before its last instruction"));
        }
        let head = &mut self.scratch.heads[source.block as usize];
        self.scratch.steps.push((to as u32, *head));
        *head = self.scratch.steps.len() as u32 - 1;
        Ok(())
    }

    fn check_call(&mut self, index: usize) -> Result<(), Fault> {
        let inst = &self.insts[index];
        let code = self.subject.code;
        let row = self.rows.rows[inst.row() as usize];
        let Some(data) = self.data(index) else {
            return Err(self.fault(index, "a call outside of the blocks"));
        };
        let relocation = code.relocations.get(inst.relocation() as usize);
        let right = match relocation.map(|relocation| relocation.target) {
            Some(Reference::Symbol(symbol)) => data.opcode == Opcode::Call && data.symbol() == symbol,
            Some(Reference::Helper(_)) => true,
            None => data.opcode == Opcode::CallIndirect && inst.class() == Class::CallIndirect,
        };
        if !right {
            return Err(self.fault(index, "a call of another function than the instruction's"));
        }
        match code.calls.get(self.calls) {
            Some(call) if call.offset == inst.end() && call.inst.as_u32() == row.inst => self.calls += 1,
            _ => return Err(self.fault(index, "a call without a row of its own")),
        }
        Ok(())
    }

    fn check_trap(&mut self, index: usize) -> Result<(), Fault> {
        let inst = &self.insts[index];
        let row = self.rows.rows[inst.row() as usize];
        let traps = &self.subject.code.traps;
        let Some(trap) = traps.get(self.traps).filter(|trap| trap.offset == inst.offset()) else {
            return Err(self.fault(index, "a trapping instruction without a row of its own"));
        };
        let possible = self.data(index).is_some_and(|data| may_trap(data, trap.trap));
        let possible = possible && I::tells(inst, trap.trap);
        if trap.inst.as_u32() != row.inst || !possible {
            return Err(self.fault(index, "a trap of another instruction or class"));
        }
        self.traps += 1;
        Ok(())
    }

    fn check_rows_used(&self) -> Result<(), Fault> {
        let code = self.subject.code;
        if let Some(inst) = self.insts.iter().find(|inst| !inst.reached()) {
            return Err(fault(Check::Flow, inst, "code that no path leads to"));
        }
        if let Some(trap) = code.traps.get(self.traps) {
            return Err(Fault::at(Check::Flow, trap.offset, "a row of a trap where none is").of(trap.inst));
        }
        match code.calls.get(self.calls) {
            Some(call) => Err(Fault::at(Check::Flow, call.offset, "a row of a call where none is").of(call.inst)),
            None => Ok(()),
        }
    }

    fn check_edges(&mut self) -> Result<(), Fault> {
        let body = &self.subject.function.body;
        for row in &self.subject.code.claim.blocks {
            let home = self.rows.homes[row.block.index()];
            let Some(last) = body.blocks[row.block].insts().next_back() else { continue };
            let data = &body.insts[last];
            let message = self.check_block(row.block, home, data);
            if let Err(message) = message {
                return Err(Fault::at(Check::Flow, row.offset, message).of(last));
            }
        }
        Ok(())
    }

    /// The blocks that are entered from a block are those of its edges.
    fn check_block(&mut self, block: Block, home: Home, data: &InstData) -> Result<(), &'static str> {
        let body = &self.subject.function.body;
        let (subject, homes) = (self.subject, &self.rows.homes);
        let home_of = |edge: Edge| homes[led_to(subject, homes, body.edges[edge].block).index()];
        let Scratch { heads, steps, wanted, found } = &mut *self.scratch;
        wanted.clear();
        let taken = taken(subject, data);
        for edge in data.edges() {
            let target = home_of(edge);
            // Of a block without code the others may be left out, too.
            if home.first_row == home.end_row && taken.is_some_and(|taken| taken != edge) {
                continue;
            }
            if home.first_row == home.end_row && (target.entry != home.entry || target.order <= home.order) {
                return Err("a block without code does not lead to the next");
            }
            wanted.push(target.entry);
        }
        let (start, last) =
            (body.blocks[block].inst_range().start as u32, body.blocks[block].end_inst.as_u32() - 1);
        let first = self.rows.first(block.as_u32(), start).map(|row| row as u32);
        if first.is_some_and(|first| first != home.first_row || home.first_row == home.end_row) {
            return Err("the code of a block does not begin where the block does");
        }
        if wanted.is_empty() && self.rows.main(last).is_none() {
            return Err("the function does not end where a block ends it");
        }
        if home.first_row == home.end_row {
            return if wanted.is_empty() { Err("a block has no code") } else { Ok(()) };
        }
        found.clear();
        let mut step = heads[block.index()];
        while let Some(&(entry, before)) = steps.get(step as usize) {
            found.push(entry);
            step = before;
        }
        wanted.sort_unstable();
        wanted.dedup();
        found.sort_unstable();
        found.dedup();
        if wanted == found {
            return Ok(());
        }
        if !found.iter().all(|entry| wanted.binary_search(entry).is_ok()) {
            return Err("a path leads from the block to one that none of its edges goes to");
        }
        match taken.map(|edge| home_of(edge).entry) {
            Some(taken) if *found == [taken] => Ok(()),
            _ => Err("no path goes along an edge of the block"),
        }
    }
}

/// The block where a path to a block comes to: another one when the claim does not have it, it does nothing that
/// counts, and leads there.
fn led_to(subject: Subject<'_>, homes: &[Home], block: Block) -> Block {
    let body = &subject.function.body;
    let mut block = block;
    let goes = |edge: Edge| body.edges[edge].block;
    // A circle of blocks without code ends nowhere.
    for _ in 0..homes.len() {
        let data = &body.blocks[block];
        let counts = |inst: Inst| {
            let data = &body.insts[inst];
            !matches!(member(subject, data), Member::None | Member::Constant) || traps(subject, data)[0].is_some()
        };
        let last = data.insts().next_back().map(|inst| &body.insts[inst]);
        let jump = last.and_then(|last| match last.opcode {
            _ if last.edges().any(|edge| Some(goes(edge)) != last.edges().next().map(goes)) => {
                taken(subject, last)
            }
            _ => last.edges().next(),
        });
        match jump {
            Some(edge) if homes[block.index()].entry == NONE && !data.insts().any(counts) => {
                block = body.edges[edge].block;
            }
            _ => break,
        }
    }
    block
}

/// The edge of a terminator that chooses by a constant; the others may be left out.
fn taken(subject: Subject<'_>, data: &InstData) -> Option<Edge> {
    let body = &subject.function.body;
    let chosen = match data.opcode {
        Opcode::Branch | Opcode::Switch => constant(subject, data.operand(0))?,
        _ => return None,
    };
    let mut edges = data.edges();
    if data.opcode == Opcode::Branch {
        return edges.nth(usize::from(chosen & 1 == 0));
    }
    let case = |edge: &Edge| body.edges[*edge].case();
    let is_chosen = |edge: &Edge| case(edge).is_some_and(|case| constant(subject, case.into()) == Some(chosen));
    edges.find(is_chosen).or_else(|| data.edges().find(|edge| case(edge).is_none()))
}

/// The bits of an operand that is a constant, directly, by name, or through conversions that only change its type.
pub(crate) fn constant(subject: Subject<'_>, operand: Operand) -> Option<u128> {
    use Opcode as O;
    let body = &subject.function.body;
    let (mut operand, mut mask) = (operand, u128::MAX);
    loop {
        let width = subject.bits(body.operand_type(operand)).filter(|width| *width < 128);
        mask &= width.map_or(u128::MAX, |width| (1 << width) - 1);
        let literal = match operand.value() {
            None => operand.constant()?,
            Some(value) => {
                let ValueDef::Result(inst) = body.values.get(value)?.def() else { return None };
                match body.insts.get(inst)? {
                    data if data.opcode == O::Iconst => data.literal(),
                    data if matches!(data.opcode, O::Trunc | O::Bitcast | O::IntToAddr | O::AddrToInt) => {
                        operand = data.operand(0);
                        continue;
                    }
                    _ => return None,
                }
            }
        };
        return Some(body.constants.get(literal)?.bits() & mask);
    }
}

/// Whether an instruction has a trap of a class.
fn may_trap(data: &InstData, trap: Trap) -> bool {
    use Opcode as O;
    match data.opcode {
        O::Trap | O::TrapIf => trap == data.attributes.trap(),
        O::Unreachable => trap == Trap::Unreachable,
        O::Udiv | O::Urem | O::Srem => trap == Trap::IntegerDivideByZero,
        O::Sdiv => matches!(trap, Trap::IntegerDivideByZero | Trap::IntegerOverflow),
        O::FloatToSint | O::FloatToUint => trap == Trap::InvalidConversion,
        O::Element => trap == Trap::Bounds,
        _ => false,
    }
}
