//! C2: the accesses that count are the IR's.
//!
//! An access *counts* when its IR instruction is volatile, ordered or atomic. Its code is one straight line with one
//! transfer of one register, of exactly the width and in the direction that the IR says, at the address that the IR's
//! pointer has; a store takes the value from where it is, a load brings it to where the claim has it (`run`). An access of
//! several registers, which an interrupt may abandon and do again, is none of these. Atomic updates hold interrupts off,
//! read once and write once, and give PRIMASK back. Barriers that the machine needs are there. No other code accesses
//! memory but the frame's own words and constants, unless it belongs to a plain load or store, a block operation or a
//! call; words of the frame are apart from the stack slots.
//!
//! Within a block the code of what counts stands in the IR's order, each once: rows ascend strictly, and an instruction
//! that counts has one. Since each path of the code goes through the blocks that a path of the IR goes through, and in
//! each block through all its rows (C5), the sequence of accesses is the IR's on every path. The same holds of calls,
//! plain stores and portable traps: calls have one call of their symbol or pointer, stores write as many bytes as they
//! should, and each trap that the IR may take has its row.

use super::decode::{Decoded, Decoder};
use super::held::Held;
use super::operand::Forms;
use super::run::{Run, Seen, is_cell, is_helper, is_named};
use super::term::{Base, Term};
use super::{bounds, update};
use crate::finding::{Check, Fault};
use crate::member::{Member, Traps, member};
use crate::memory::{Rights, rights};
use crate::operand::{accessed, aggregates, length};
use crate::piece::{Class, Piece, fault};
use crate::rows::{Row, Rows};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::{Block, Inst, InstData, Opcode, Ordering};
use thumb::{Access, Barrier, Reg};

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    forms: Forms,
    traps: Traps,
}

/// Checks the accesses of a function that was run.
pub(crate) fn check(
    subject: Subject<'_>,
    decoder: &Decoder,
    rows: &Rows,
    run: &Run,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    scratch.traps.clear();
    let mut trace = Trace { subject, insts: &decoder.insts, rows, run, scratch };
    for row in &rows.rows {
        trace.check_row(row)?;
    }
    for block in &subject.code.claim.blocks {
        trace.check_block(block.block, block.offset)?;
    }
    trace.scratch.traps.check(subject)
}

pub(super) struct Trace<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) insts: &'a [Decoded],
    pub(super) rows: &'a Rows,
    pub(super) run: &'a Run,
    scratch: &'a mut Scratch,
}

impl<'a> Trace<'a> {
    fn data(&self, row: &Row) -> Option<&'a InstData> {
        self.subject.function.body.insts.get(row.inst()?)
    }

    /// The machine instructions of a row, by index.
    pub(super) fn range(&self, row: &Row) -> std::ops::Range<usize> {
        row.start as usize..row.end as usize
    }

    pub(super) fn seen(&self, index: usize) -> &'a Seen {
        &self.run.seen[index]
    }

    /// The address of an access.
    pub(super) fn address(&self, index: usize) -> &'a Held {
        &self.run.seen[index].address
    }

    /// The forms of an operand's word.
    pub(super) fn forms(&mut self, operand: native_ir::Operand, word: u8) -> &Forms {
        self.scratch.forms.trace(self.subject, operand, word, &self.run.arrivals);
        &self.scratch.forms
    }

    fn check_row(&mut self, row: &Row) -> Result<(), Fault> {
        let data = self.data(row);
        let rights = rights(data.map(|data| data.opcode));
        for index in self.range(row) {
            self.check_memory(index, data, rights)?;
        }
        let Some(data) = data else { return Ok(()) };
        let member = member(self.subject, data);
        if matches!(member, Member::None | Member::Constant) {
            return Ok(());
        }
        let main = self.rows.main(row.inst).and_then(|main| self.rows.rows.get(main));
        if main.is_none_or(|main| main.start != row.start) {
            // Behind the blocks stand the traps of indices, and what edges of other instructions take.
            return match member {
                Member::Index => Ok(()),
                _ => Err(self.refuse(row, "code that counts stands behind the blocks")),
            };
        }
        self.check_member(row, data, member)
    }

    fn check_member(&mut self, row: &Row, data: &InstData, member: Member) -> Result<(), Fault> {
        let branches = self.range(row).any(|index| self.branches(index));
        if branches && matches!(member, Member::Access | Member::Fence | Member::Store) {
            return Err(self.refuse(row, "a branch in code that runs once"));
        }
        match member {
            Member::Access => self.check_access(row, data),
            Member::Update => update::check(self, row, data),
            Member::Fence => match self.fences(row) {
                true => Ok(()),
                false => Err(self.refuse(row, "a fence without a barrier")),
            },
            Member::Call => self.check_call(row, data),
            Member::Index => match length(self.subject, data) {
                Some(length) if !bounds::is_checked(self, row, data, length) => {
                    let message = "an index into an array of registers that is not compared with its length";
                    Err(self.refuse(row, message))
                }
                _ => Ok(()),
            },
            Member::Store => self.check_store(row, data),
            Member::Other => self.check_tail(row, data),
            Member::Constant | Member::None => Ok(()),
        }
    }

    /// Whether control may go elsewhere than to the next instruction; a jump over constants goes nowhere else.
    pub(super) fn branches(&self, index: usize) -> bool {
        let inst = &self.insts[index];
        let next = self.insts.get(index + 1).map(Piece::offset);
        match inst.class() {
            Class::Branch => true,
            Class::Jump => next.is_none_or(|next| u64::from(next) != inst.target()),
            _ => false,
        }
    }

    /// A sequentially consistent access has a barrier behind it, and one before it when it writes.
    pub(super) fn check_fences(&self, row: &Row, data: &InstData, first: usize, last: usize) -> Result<(), Fault> {
        let reads = data.opcode == Opcode::AtomicLoad;
        let before = reads || (row.start as usize..first).any(|index| self.is_barrier(index));
        let behind = (last + 1..row.end as usize).any(|index| self.is_barrier(index));
        match data.attributes.ordering() == Ordering::Seqcst && !(before && behind) {
            true => Err(self.refuse_inst(first, "a sequentially consistent access that barriers do not enclose")),
            false => Ok(()),
        }
    }

    fn fences(&self, row: &Row) -> bool {
        self.range(row).any(|index| self.is_barrier(index))
    }

    pub(super) fn is_barrier(&self, index: usize) -> bool {
        matches!(self.insts[index].raw, thumb::Inst::Barrier(Barrier::Dmb | Barrier::Dsb))
    }

    #[cold]
    pub(super) fn refuse(&self, row: &Row, message: &str) -> Fault {
        let (first, last) = (&self.insts[row.start as usize], &self.insts[row.end as usize - 1]);
        let fault = Fault::at(Check::Trace, first.offset(), message);
        fault.showing((last.end() - first.offset()).min(32) as usize)
    }

    pub(super) fn refuse_inst(&self, index: usize, message: &str) -> Fault {
        fault(Check::Trace, &self.insts[index], message)
    }

    /// One call, and no branch around it or back over it; one through a pointer goes to the pointer.
    fn check_call(&mut self, row: &Row, data: &InstData) -> Result<(), Fault> {
        let range = self.range(row);
        let calls = |index: &usize| matches!(self.insts[*index].class(), Class::Call | Class::CallIndirect);
        let mut own = range.clone().filter(calls).filter(|&index| !is_helper(self.subject, &self.insts[index]));
        let (Some(call), None) = (own.next(), own.next()) else {
            return Err(self.refuse(row, "a call is not done exactly once"));
        };
        let (first, last) = (&self.insts[range.start], &self.insts[range.end - 1]);
        let ends = u64::from(first.offset())..=u64::from(last.end());
        let at = u64::from(self.insts[call].offset());
        let mut branches = range.filter(|&index| self.branches(index));
        let crossing = branches.find(|&index| {
            let (from, to) = (u64::from(self.insts[index].offset()), self.insts[index].target());
            !ends.contains(&to) || (from < at) != (to <= at)
        });
        if let Some(branch) = crossing {
            return Err(self.refuse_inst(branch, "a branch over a call"));
        }
        if data.opcode == Opcode::CallIndirect {
            let target = &self.seen(call).first;
            if !self.forms(data.operand(0), 0).accept_value(target, 32) {
                return Err(self.refuse_inst(call, "a call of another function than the pointer's"));
            }
        }
        Ok(())
    }

    /// A tail call goes to its function.
    fn check_tail(&mut self, row: &Row, data: &InstData) -> Result<(), Fault> {
        for index in self.range(row) {
            if !matches!(self.insts[index].raw, thumb::Inst::BranchReg { .. }) {
                continue;
            }
            let target = &self.seen(index).first;
            let right = match data.opcode {
                Opcode::TailCall => {
                    target.agrees(Term::new(Base::Symbol(Reference::Symbol(data.symbol())), 0), 32)
                }
                Opcode::TailCallIndirect => self.forms(data.operand(0), 0).accept_value(target, 32),
                _ => false,
            };
            if !right {
                return Err(self.refuse_inst(index, "a tail call of another function"));
            }
        }
        Ok(())
    }

    /// The memory that an instruction accesses is memory that its IR instruction has business with.
    fn check_memory(&mut self, index: usize, data: Option<&InstData>, rights: Rights) -> Result<(), Fault> {
        let inst = &self.insts[index];
        let special = matches!(inst.raw, thumb::Inst::WriteSpecial { .. });
        if inst.raw.effects().writes.contains(Reg::SP) && !rights.stack && !special {
            return Err(self.refuse_inst(index, "the stack pointer moves in the middle of a function"));
        }
        let Some(access) = inst.raw.access() else { return Ok(()) };
        if access.base == Reg::PC {
            return Ok(());
        }
        let address = self.address(index);
        match address.as_stack() {
            Some(at) => self.check_frame(index, data, &access, at, rights),
            None if access.write && !rights.write || !access.write && !rights.read => {
                match self.reads_table(index, data) {
                    true => Ok(()),
                    false => {
                        Err(self.refuse_inst(index, "an access to memory that the instruction does not have"))
                    }
                }
            }
            None => self.check_plain(index, data, address),
        }
    }

    /// Whether an instruction is the read of a jump through a table, which C5 knows to be in bounds.
    fn reads_table(&self, index: usize, data: Option<&InstData>) -> bool {
        let jump = self.insts.get(index + 2).filter(|jump| jump.row() == self.insts[index].row());
        data.is_some_and(|data| data.opcode == Opcode::Switch)
            && jump.is_some_and(|jump| jump.class() == Class::JumpIndirect)
    }

    /// A plain load or store goes to bytes of what its pointer points to, as far as the address is known.
    fn check_plain(&mut self, index: usize, data: Option<&InstData>, address: &Held) -> Result<(), Fault> {
        let Some(data) = data.filter(|data| matches!(data.opcode, Opcode::Load | Opcode::Store)) else {
            return Ok(());
        };
        let bytes = self.subject.bits(data.access_type()).unwrap_or(0).div_ceil(8);
        match self.forms(pointer(data), 0).may_reach(address, bytes) {
            true => Ok(()),
            false => Err(self.refuse_inst(index, "an access to another address than the pointer's")),
        }
    }

    /// Words of the frame are apart from the slots. What the program names is its own.
    fn check_frame(
        &mut self,
        index: usize,
        data: Option<&InstData>,
        access: &Access,
        at: i32,
        rights: Rights,
    ) -> Result<(), Fault> {
        let lowest = -i64::from(self.seen(index).depth);
        let bytes = i64::from(access.count) * i64::from(access.width.bytes());
        let start = i64::from(at);
        // What is pushed lies below the stack pointer before.
        let pushes = matches!(self.insts[index].raw, thumb::Inst::Push { .. });
        let below = start < lowest && !pushes;
        if rights.stack && !below {
            return Ok(());
        }
        let frame = i64::from(self.subject.code.claim.frame.bytes);
        let (first, end) = (start + frame, start + frame + bytes);
        let outside = below || access.write && start + bytes > 0;
        if !outside && !self.run.slots.touch(first, end) {
            return Ok(());
        }
        let may = if access.write { rights.write } else { rights.read };
        let address = self.address(index);
        if may && data.is_some_and(|data| self.names(data, address, start, start + bytes)) {
            return Ok(());
        }
        Err(self.refuse_inst(
            index,
            match outside {
                true => "an access outside the frame",
                false => "an access to a stack slot that the instruction does not have",
            },
        ))
    }

    /// Whether all bytes of the frame from one to before another are some that an instruction names. An address that is
    /// its pointer's by another count is the program's, wherever it leads.
    fn names(&mut self, data: &InstData, address: &Held, start: i64, end: i64) -> bool {
        let taken = aggregates(self.subject, data);
        accessed(self.subject, data).into_iter().flatten().chain(taken).any(|(pointer, bytes)| {
            let forms = self.forms(pointer, 0);
            forms.open
                || forms.lists(address, u32::try_from(bytes).unwrap_or(u32::MAX))
                || forms.list.iter().any(|form| {
                    let first = i64::from(form.offset as i32);
                    let named = first <= start && end <= first.saturating_add_unsigned(bytes);
                    form.base == Base::Stack && (form.indexed || named) || form.indexed && form.is_unknown()
                })
        })
    }

    /// One access, its width, direction, address and value.
    fn check_access(&mut self, row: &Row, data: &InstData) -> Result<(), Fault> {
        let width = self.subject.bits(data.access_type()).map_or(0, |bits| bits.div_ceil(8));
        let stores = matches!(data.opcode, Opcode::Store | Opcode::AtomicStore);
        let (index, access) = self.only_access(row)?;
        let one = access.count == 1 && u32::from(access.width.bytes()) == width;
        if !one || access.write != stores {
            return Err(self.refuse_inst(index, "an access of another width or direction than the IR's"));
        }
        self.check_fences(row, data, index, index)?;
        self.check_address(index, pointer(data))?;
        if stores {
            let value = &self.seen(index).first;
            if !self.forms(data.operand(0), 0).accept_value(value, width * 8) {
                return Err(self.refuse_inst(index, "a store of another value"));
            }
        }
        Ok(())
    }

    pub(super) fn check_address(&mut self, index: usize, pointer: native_ir::Operand) -> Result<(), Fault> {
        let address = self.address(index);
        match self.forms(pointer, 0).accept_address(address) {
            true => Ok(()),
            false => Err(self.refuse_inst(index, "an access to another address than the pointer's")),
        }
    }

    /// The one access of a row that is none to a word of the frame or a constant.
    fn only_access(&self, row: &Row) -> Result<(usize, Access), Fault> {
        let mut found = None;
        for index in self.range(row) {
            let Some(access) = self.counted(index) else { continue };
            if found.replace((index, access)).is_some() {
                return Err(self.refuse_inst(index, "more than one access for one of the IR"));
            }
        }
        found.ok_or_else(|| self.refuse(row, "no access for one of the IR"))
    }

    /// The access of an instruction, when it is none to a word of the frame or a constant.
    pub(super) fn counted(&self, index: usize) -> Option<Access> {
        let access = self.insts[index].raw.access().filter(|access| access.base != Reg::PC)?;
        let address = self.address(index);
        let cell = is_cell(self.subject, &self.run.slots, address, access.width);
        let row = &self.rows.rows[self.insts[index].row() as usize];
        let named = |data| is_named(self.subject, &self.run.arrivals, data, address);
        (!cell || self.data(row).is_some_and(named)).then_some(access)
    }

    /// A store writes as many bytes as its type has.
    fn check_store(&self, row: &Row, data: &InstData) -> Result<(), Fault> {
        let accesses = self.range(row).filter_map(|index| self.counted(index)).filter(|access| access.write);
        let written: u32 = accesses.map(|access| access.count * u32::from(access.width.bytes())).sum();
        match self.subject.bits(data.access_type()).map(|bits| bits.div_ceil(8)) {
            Some(bytes) if bytes != written => Err(self.refuse(row, "a store of another width than the IR's")),
            _ => Ok(()),
        }
    }

    /// What counts in a block has a row; traps are noted.
    fn check_block(&mut self, block: Block, offset: u32) -> Result<(), Fault> {
        let body = &self.subject.function.body;
        for inst in body.blocks[block].insts() {
            let data = &body.insts[inst];
            let present = self.rows.main(inst.as_u32()).is_some();
            let member = member(self.subject, data);
            if !present && !matches!(member, Member::None | Member::Constant) {
                return Err(missing(offset, inst));
            }
            self.scratch.traps.want(self.subject, inst, data);
        }
        Ok(())
    }
}

#[cold]
fn missing(offset: u32, inst: Inst) -> Fault {
    Fault::at(Check::Trace, offset, "an instruction that counts has no code").of(inst)
}

/// The pointer of an access.
pub(super) fn pointer(data: &InstData) -> native_ir::Operand {
    data.operand(usize::from(matches!(data.opcode, Opcode::Store | Opcode::AtomicStore)))
}
