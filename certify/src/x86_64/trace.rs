//! C2: the accesses that count are the IR's.
//!
//! An access *counts* when its IR instruction is volatile, ordered or atomic. Its code is one straight line with one
//! access to memory, of exactly the width and in the direction that the IR says, at the address that the IR's pointer
//! has as far as the code of this one instruction and the claim's places tell; a store takes the value from where the
//! claim has it, a load brings it there. Read-modify-writes have one locked instruction, and at most one read and one
//! backward branch around it. Fences that the machine needs are there. No other code accesses memory but the frame's
//! cells, literals and the global offset table, unless it belongs to a plain load or store, a block operation or a
//! call; cells are apart from the stack slots and from the return address.
//!
//! Within a block the code of what counts stands in the IR's order, each once: rows ascend strictly, and an
//! instruction that counts has one. Since each path of the code goes through the blocks that a path of the IR goes
//! through, and in each block through all its rows (C5), the sequence of accesses is the IR's on every path: nothing is
//! added, dropped, merged, split, widened or moved. The same holds of calls, plain stores and portable traps, which are
//! members of that sequence: calls have one call of their symbol, stores write as many bytes as they should, and each
//! trap that the IR may take has its row.

use super::allowed::Access;
use super::decode::Decoded;
use super::memory::{Memory, memory};
use super::named;
use super::place::{Forms, constant};
use super::term::{Base, Registers, Term, is_immediate};
use super::{Subject, bounds, fault};
use crate::finding::{Check, Fault};
use crate::member::{Member, Traps, member};
use crate::memory::{Rights, Slots, rights};
use crate::operand::length;
use crate::piece::Class;
use crate::piece::Piece;
use crate::rows::{Row, Rows};
use artifact::{Place, Reference};
use iced_x86::{Code, Mnemonic, Register};
use native_ir::{Block, Inst, InstData, Opcode, Ordering};

/// The number of rax.
const RAX: usize = 0;

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    slots: Slots,
    pointer: Forms,
    value: Forms,
    traps: Traps,
}

/// Checks the accesses of a function.
pub(crate) fn check(
    subject: Subject<'_>,
    insts: &[Decoded],
    rows: &Rows,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    scratch.slots.build(subject).map_err(|message| Fault::at(Check::Trace, 0, message))?;
    scratch.traps.clear();
    let mut trace = Trace { subject, insts, rows, scratch };
    for row in &rows.rows {
        trace.check_row(row)?;
    }
    for block in &subject.code.claim.blocks {
        trace.check_block(block.block, block.offset)?;
    }
    trace.scratch.traps.check(subject)
}

struct Trace<'a> {
    subject: Subject<'a>,
    insts: &'a [Decoded],
    rows: &'a Rows,
    scratch: &'a mut Scratch,
}

impl<'a> Trace<'a> {
    fn data(&self, row: &Row) -> Option<&'a InstData> {
        self.subject.function.body.insts.get(row.inst()?)
    }

    /// What an instruction is in the sequence: constants count where they have a place.
    fn member(&self, inst: Inst, data: &InstData) -> Member {
        let member = member(self.subject, data);
        if member != Member::Constant {
            return member;
        }
        let mut results = self.subject.function.body.results(inst);
        let placed = results.any(|value| self.subject.code.claim.place(value) != Place::Nowhere);
        if placed && constant(self.subject, data).is_some() { Member::Constant } else { Member::None }
    }

    fn code(&self, row: &Row) -> &'a [Decoded] {
        &self.insts[row.start as usize..row.end as usize]
    }

    fn check_row(&mut self, row: &Row) -> Result<(), Fault> {
        let data = self.data(row);
        let rights = rights(data.map(|data| data.opcode));
        for index in row.start as usize..row.end as usize {
            self.check_memory(row, index, rights)?;
        }
        let (Some(data), Some(inst)) = (data, row.inst()) else { return Ok(()) };
        if matches!(data.opcode, Opcode::Load | Opcode::Store) && !self.scratch.slots.is_empty() {
            self.check_slot(row, data)?;
        }
        let member = self.member(inst, data);
        if member == Member::None {
            return Ok(());
        }
        let main = self.rows.main(row.inst).and_then(|main| self.rows.rows.get(main));
        if main.is_none_or(|main| main.start != row.start) {
            // Behind the blocks stands nothing but the trap of an index: what leads there is checked where it is compared.
            if member == Member::Index {
                return Ok(());
            }
            return Err(self.refuse(row, "code that counts stands behind the blocks"));
        }
        self.check_member(row, inst, data, member)
    }

    fn check_member(&mut self, row: &Row, inst: Inst, data: &InstData, member: Member) -> Result<(), Fault> {
        let code = self.code(row);
        let branches = code.iter().filter(|inst| matches!(inst.entry.class, Class::Branch | Class::Jump)).count();
        let loops = member == Member::Update && branches == 1;
        let branching = matches!(member, Member::Call | Member::Index | Member::Other);
        if branches != 0 && !loops && !branching {
            return Err(self.refuse(row, "a branch in code that runs once"));
        }
        match member {
            Member::Access => self.check_access(row, inst, data),
            Member::Update => self.check_update(row, inst, data, loops),
            Member::Fence => match code.iter().any(is_fence) {
                true => Ok(()),
                false => Err(self.refuse(row, "a fence without an instruction that fences")),
            },
            Member::Call => self.check_call(row),
            Member::Index => match length(self.subject, data) {
                Some(length)
                    if !bounds::is_checked(self.subject, code, data, length, &mut self.scratch.pointer) =>
                {
                    Err(self
                        .refuse(row, "an index into an array of registers that is not compared with its length"))
                }
                _ => Ok(()),
            },
            Member::Store => self.check_store(row, data),
            Member::Constant => self.check_constant(row, inst, data),
            Member::None | Member::Other => Ok(()),
        }
    }

    #[cold]
    fn refuse(&self, row: &Row, message: &str) -> Fault {
        let (first, last) = (&self.insts[row.start as usize], &self.insts[row.end as usize - 1]);
        Fault::at(Check::Trace, first.offset(), message).showing((last.end() - first.offset()).min(32) as usize)
    }

    /// One call, and no branch around it or back over it. Large arguments are copied in a loop before.
    fn check_call(&self, row: &Row) -> Result<(), Fault> {
        let code = self.code(row);
        let mut own = code.iter().filter(|inst| self.is_own_call(inst));
        let (Some(call), None) = (own.next(), own.next()) else {
            return Err(self.refuse(row, "a call is not done exactly once"));
        };
        let ends = u64::from(code[0].offset())..=u64::from(code[code.len() - 1].end());
        let at = u64::from(call.offset());
        let mut branches = code.iter().filter(|inst| matches!(inst.entry.class, Class::Branch | Class::Jump));
        let crossing = branches.find(|branch| {
            let (from, to) = (u64::from(branch.offset()), branch.raw.near_branch64());
            !ends.contains(&to) || (from < at) != (to <= at)
        });
        match crossing {
            None => Ok(()),
            Some(branch) => Err(fault(Check::Trace, branch, "a branch over a call")),
        }
    }

    /// A call that is the instruction's, not of a helper.
    fn is_own_call(&self, inst: &Decoded) -> bool {
        let relocation = self.subject.code.relocations.get(inst.relocation as usize);
        let helper = relocation.is_some_and(|relocation| matches!(relocation.target, Reference::Helper(_)));
        matches!(inst.entry.class, Class::Call | Class::CallIndirect) && !helper
    }

    /// The memory that an instruction accesses is memory that its IR instruction has business with.
    #[inline]
    fn check_memory(&mut self, row: &Row, index: usize, rights: Rights) -> Result<(), Fault> {
        let inst = &self.insts[index];
        if !rights.stack && (moves_stack(inst) || inst.entry.block) {
            return check_rare(inst, rights);
        }
        let access = inst.access();
        if access == Access::None {
            return Ok(());
        }
        match memory(self.subject, inst) {
            Memory::Constant if !access.writes() => Ok(()),
            Memory::Constant => Err(fault(Check::Trace, inst, "a write to memory that is constant")),
            Memory::Visible if access.reads() && !rights.read || access.writes() && !rights.write => {
                match access == Access::Read && self.reads_table(index) {
                    true => Ok(()),
                    false => {
                        Err(fault(Check::Trace, inst, "an access to memory that the instruction does not have"))
                    }
                }
            }
            Memory::Visible => Ok(()),
            Memory::Frame(_) if rights.stack => Ok(()),
            Memory::Frame(start) => self.check_frame(row, inst, start, rights),
        }
    }

    /// Whether an instruction is the read of a jump through a table, which C5 knows to be in bounds.
    fn reads_table(&self, index: usize) -> bool {
        let jump = self.insts.get(index + 2).filter(|jump| jump.row == self.insts[index].row);
        jump.is_some_and(|jump| {
            let row = &self.rows.rows[jump.row as usize];
            let switch = self.data(row).is_some_and(|data| data.opcode == Opcode::Switch);
            switch
                && jump.entry.class == Class::JumpIndirect
                && self.insts[index].raw.mnemonic() == Mnemonic::Movsxd
        })
    }

    /// Cells of the frame are apart from the slots and from the return address. What the program names is its own.
    fn check_frame(&mut self, row: &Row, inst: &Decoded, start: i64, rights: Rights) -> Result<(), Fault> {
        let frame = &self.subject.code.claim.frame;
        let end = start + i64::from(inst.width());
        let bytes = i64::from(frame.bytes);
        let outside = start < -i64::from(frame.below) || (start < bytes + 8 && end > bytes);
        if !outside && !self.scratch.slots.touch(start, end) {
            return Ok(());
        }
        let access = inst.access();
        let may = (rights.read || !access.reads()) && (rights.write || !access.writes());
        let (subject, data) = (self.subject, self.data(row));
        let forms = &mut self.scratch.pointer;
        if may && data.is_some_and(|data| named::names(subject, data, (start, end), forms)) {
            return Ok(());
        }
        let message = match outside {
            true => "an access outside the frame, or to the return address",
            false => "an access to a stack slot that the instruction does not have",
        };
        Err(fault(Check::Trace, inst, message))
    }

    /// What names a slot by a constant address, and keeps that address nowhere, goes to the slot.
    fn check_slot(&mut self, row: &Row, data: &InstData) -> Result<(), Fault> {
        let forms = &mut self.scratch.pointer;
        forms.clear();
        forms.trace(self.subject, pointer(data));
        let [form] = forms.list.as_slice() else { return Ok(()) };
        let (slot, open) = (form.term, form.indexed || forms.open);
        let names = |inst: &Decoded| inst.access() != Access::None && inst.frame() == Some(slot.offset);
        if slot.base != Base::Stack || open || self.code(row).iter().any(names) {
            return Ok(());
        }
        Err(self.refuse(row, "an access to another place than the slot's"))
    }

    /// One access, its width, direction, address and value.
    fn check_access(&mut self, row: &Row, inst: Inst, data: &InstData) -> Result<(), Fault> {
        let width = self.subject.bits(data.access_type()).map_or(0, |bits| bits / 8);
        let stores = matches!(data.opcode, Opcode::Store | Opcode::AtomicStore);
        let at = self.only_access(row, inst, data)?;
        let code = self.code(row);
        let access = &code[at];
        let exchanges = access.raw.mnemonic() == Mnemonic::Xchg && data.opcode == Opcode::AtomicStore;
        let direction = if stores { Access::Write } else { Access::Read };
        if access.width() != width || (access.access() != direction && !exchanges) || access.entry.block {
            return Err(fault(Check::Trace, access, "an access of another width or direction than the IR's"));
        }
        let sequential = data.attributes.ordering() == Ordering::Seqcst && stores;
        if sequential && !exchanges && !code[at + 1..].iter().any(is_fence) {
            return Err(fault(Check::Trace, access, "a sequentially consistent store that is not fenced"));
        }
        let registers = self.run(code, at);
        self.check_address(access, &registers)?;
        if stores {
            let width = width * 8;
            self.scratch.value.clear();
            self.scratch.value.trace(self.subject, data.operand(0));
            let source = registers.source(self.subject, access);
            let taken = simple_source(access) && self.scratch.value.accept_value(source, width);
            return if taken { Ok(()) } else { Err(fault(Check::Trace, access, "a store of another value")) };
        }
        self.check_result(row, inst, at, registers, width * 8)
    }

    /// The registers at an instruction of a straight line.
    fn run(&self, code: &[Decoded], at: usize) -> Registers {
        let mut registers = Registers::new();
        code[..at].iter().for_each(|inst| registers.advance(self.subject, inst, false));
        registers
    }

    fn check_address(&self, access: &Decoded, registers: &Registers) -> Result<(), Fault> {
        let address = registers.address(self.subject, access);
        match self.scratch.pointer.accept_address(address.term, address.indexed) {
            true => Ok(()),
            false => Err(fault(Check::Trace, access, "an access to another address than the pointer's")),
        }
    }

    /// Where a load's result is claimed to be, the code of the load put it.
    fn check_result(
        &self,
        row: &Row,
        inst: Inst,
        at: usize,
        mut registers: Registers,
        width: u32,
    ) -> Result<(), Fault> {
        let code = self.code(row);
        registers.advance(self.subject, &code[at], true);
        let Some(value) = self.subject.function.body.results(inst).next() else { return Ok(()) };
        let term = self.finish(&code[at + 1..], registers, self.subject.code.claim.place(value));
        match term {
            Some(term) if !term.agrees(Term::new(Base::Loaded, 0), width) => {
                Err(fault(Check::Trace, &code[at], "what is read does not come to where the claim has it"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a place is the cell of the frame at a distance from the stack pointer.
    fn is_cell(&self, place: Place, at: Option<i64>) -> bool {
        matches!(place, Place::Frame(offset) if at == Some(self.subject.code.claim.frame.distance(offset)))
    }

    /// What a place holds behind the last instruction of a straight line; none when it is nowhere.
    fn finish(&self, code: &[Decoded], mut registers: Registers, place: Place) -> Option<Term> {
        let mut cell = Term::UNKNOWN;
        for inst in code {
            if inst.access().writes() && self.is_cell(place, inst.frame()) {
                cell = match simple_source(inst) {
                    true => registers.source(self.subject, inst),
                    false => Term::UNKNOWN,
                };
                cell.bits = cell.bits.min(inst.width() * 8);
            }
            registers.advance(self.subject, inst, false);
        }
        match place {
            Place::Nowhere => None,
            Place::Core(register) => Some(registers.get(usize::from(register))),
            Place::Vector(register) => Some(registers.get(usize::from(register) + 16)),
            Place::Frame(_) => Some(cell),
        }
    }

    /// The one access of a row that is none to a cell where the claim has an operand or the result. Traces the pointer.
    fn only_access(&mut self, row: &Row, inst: Inst, data: &InstData) -> Result<usize, Fault> {
        self.trace_operands(data);
        let mut found = None;
        for (at, machine) in self.code(row).iter().enumerate() {
            if !self.counts(inst, machine) {
                continue;
            }
            if found.replace(at).is_some() {
                return Err(fault(Check::Trace, machine, "more than one access for one of the IR"));
            }
        }
        found.ok_or_else(|| self.refuse(row, "no access for one of the IR"))
    }

    fn trace_operands(&mut self, data: &InstData) {
        let Scratch { pointer: forms, value, .. } = &mut *self.scratch;
        forms.clear();
        forms.trace(self.subject, pointer(data));
        value.clear();
        (0..data.fixed_operands()).for_each(|index| value.trace(self.subject, data.operand(index)));
        forms.cells.append(&mut value.cells);
    }

    /// Whether an instruction accesses memory other than literals and cells of operands and the result.
    fn counts(&self, inst: Inst, machine: &Decoded) -> bool {
        if machine.entry.block {
            return true;
        }
        if machine.access() == Access::None {
            return false;
        }
        match memory(self.subject, machine) {
            Memory::Constant => false,
            Memory::Visible => true,
            Memory::Frame(at) if machine.access() == Access::Read => !self.scratch.pointer.cells.contains(&at),
            Memory::Frame(at) => {
                let mut results = self.subject.function.body.results(inst);
                let own = |value| self.is_cell(self.subject.code.claim.place(value), Some(at));
                machine.access() != Access::Write || !results.any(own)
            }
        }
    }

    /// One locked instruction, and at most one read before it, around which the code may loop.
    fn check_update(&mut self, row: &Row, inst: Inst, data: &InstData, loops: bool) -> Result<(), Fault> {
        self.trace_operands(data);
        let body = &self.subject.function.body;
        let operand = if data.opcode == Opcode::AtomicRmw { 1 } else { 2 };
        let width = self.subject.bits(body.operand_type(data.operand(operand))).map_or(0, |bits| bits / 8);
        let code = self.code(row);
        let (mut locked, mut read) = (None, None);
        for (at, machine) in code.iter().enumerate() {
            if !self.counts(inst, machine) {
                continue;
            }
            let one = if is_locked(machine) { &mut locked } else { &mut read };
            if one.replace(at).is_some() || machine.width() != width || machine.entry.block {
                return Err(fault(
                    Check::Trace,
                    machine,
                    "an atomic update is more than one, or of another width",
                ));
            }
        }
        let Some(at) = locked else {
            return Err(self.refuse(row, "an atomic update without a locked instruction"));
        };
        if let Some(read) = read {
            let fits = loops && read < at && code[read].access() == Access::Read;
            if !fits || data.opcode != Opcode::AtomicRmw {
                return Err(fault(Check::Trace, &code[read], "an access beside an atomic update"));
            }
            self.check_address(&code[read], &self.run(code, read))?;
        }
        if !update_fits(data, &code[at], loops) {
            return Err(fault(Check::Trace, &code[at], "an instruction that is not the atomic update's"));
        }
        if loops {
            self.check_loop(code, read, at)?;
        }
        let registers = self.run(code, at);
        self.check_address(&code[at], &registers)?;
        if !loops && !self.takes_operands(data, &code[at], &registers, width * 8) {
            return Err(fault(Check::Trace, &code[at], "an atomic update with another value"));
        }
        match code[at].raw.mnemonic() {
            Mnemonic::Xchg | Mnemonic::Xadd | Mnemonic::Cmpxchg => {
                self.check_result(row, inst, at, registers, width * 8)
            }
            _ => Ok(()),
        }
    }

    /// Whether the locked instruction of an update has the IR's operands, as far as they are not computed with before.
    fn takes_operands(&mut self, data: &InstData, locked: &Decoded, registers: &Registers, width: u32) -> bool {
        use Mnemonic as M;
        use native_ir::RmwOp as R;
        let mut is = |term, index| {
            self.scratch.value.clear();
            self.scratch.value.trace(self.subject, data.operand(index));
            self.scratch.value.accept_value(term, width)
        };
        let source = registers.source(self.subject, locked);
        if data.opcode == Opcode::AtomicCas {
            return is(registers.get(RAX), 1) && is(source, 2);
        }
        match (data.attributes.rmw_op(), locked.raw.mnemonic()) {
            (R::Xchg, _) | (R::Add, M::Xadd | M::Add) | (R::Sub, M::Sub) => is(source, 1),
            (_, M::And | M::Or | M::Xor) => is(source, 1),
            _ => true,
        }
    }

    /// A loop goes back while the exchange fails, to code behind the read, and leaves the address as it is.
    fn check_loop(&self, code: &[Decoded], read: Option<usize>, locked: usize) -> Result<(), Fault> {
        let Some(branch) = code.iter().position(|inst| matches!(inst.entry.class, Class::Branch | Class::Jump))
        else {
            return Ok(());
        };
        let target = code[branch].raw.near_branch64();
        let first = code.iter().position(|inst| u64::from(inst.offset()) == target);
        let exchange = &code[locked].raw;
        let keeps = |inst: &Decoded| {
            let written = inst.first_register().full_register();
            inst.entry.first == Access::Read
                || written == Register::None
                || written != exchange.memory_base() && written != exchange.memory_index()
        };
        let refails = code[branch].raw.mnemonic() == Mnemonic::Jne && branch > locked;
        let inside = first.is_some_and(|first| {
            first <= locked && read.is_none_or(|read| read < first) && code[first..branch].iter().all(keeps)
        });
        let exchanges = exchange.mnemonic() == Mnemonic::Cmpxchg
            && ![exchange.memory_base(), exchange.memory_index()].contains(&Register::RAX);
        match refails && inside && exchanges {
            true => Ok(()),
            false => Err(fault(Check::Trace, &code[branch], "a branch that is not the retry of an atomic update")),
        }
    }

    /// A store writes as many bytes as its type has.
    fn check_store(&self, row: &Row, data: &InstData) -> Result<(), Fault> {
        let writes = self.code(row).iter().filter(|inst| inst.access().writes());
        let written: u32 = writes.map(Decoded::width).sum();
        match self.subject.bits(data.access_type()).map(|bits| bits / 8) {
            Some(bytes) if bytes != written => Err(self.refuse(row, "a store of another width than the IR's")),
            _ => Ok(()),
        }
    }

    /// A constant is where the claim has it.
    fn check_constant(&self, row: &Row, inst: Inst, data: &InstData) -> Result<(), Fault> {
        let body = &self.subject.function.body;
        let Some(value) = body.results(inst).next() else { return Ok(()) };
        let width = self.subject.bits(body.value_type(value)).unwrap_or(64).min(64);
        let place = self.subject.code.claim.place(value);
        let held = self.finish(self.code(row), Registers::new(), place);
        match (held, constant(self.subject, data)) {
            (Some(held), Some(wanted)) if !held.agrees(wanted, width) => {
                Err(self.refuse(row, "another constant than the IR's"))
            }
            _ => Ok(()),
        }
    }

    /// What counts in a block has a row; traps are noted.
    fn check_block(&mut self, block: Block, offset: u32) -> Result<(), Fault> {
        let body = &self.subject.function.body;
        for inst in body.blocks[block].insts() {
            let data = &body.insts[inst];
            let present = self.rows.main(inst.as_u32()).is_some();
            if !present && self.member(inst, data) != Member::None {
                let message = "an instruction that counts has no code";
                return Err(Fault::at(Check::Trace, offset, message).of(inst));
            }
            self.scratch.traps.want(self.subject, inst, data);
        }
        Ok(())
    }
}

/// The pointer of an access.
fn pointer(data: &InstData) -> native_ir::Operand {
    data.operand(usize::from(matches!(data.opcode, Opcode::Store | Opcode::AtomicStore)))
}

/// Whether an instruction other than a call or return changes the stack pointer.
fn moves_stack(inst: &Decoded) -> bool {
    let first = inst.first_register() == Register::RSP && inst.entry.first != Access::Read;
    first || matches!(inst.raw.code(), Code::Push_r64 | Code::Pop_r64)
}

#[cold]
fn check_rare(inst: &Decoded, rights: Rights) -> Result<(), Fault> {
    if moves_stack(inst) {
        return Err(fault(Check::Trace, inst, "the stack pointer moves in the middle of a function"));
    }
    let moves = matches!(inst.raw.mnemonic(), Mnemonic::Movsb | Mnemonic::Movsq);
    match rights.write && (rights.read || !moves) {
        true => Ok(()),
        false => Err(fault(Check::Trace, inst, "a block operation that the instruction does not have")),
    }
}

/// Whether an instruction is executed under the bus lock.
fn is_locked(inst: &Decoded) -> bool {
    inst.raw.has_lock_prefix() || inst.raw.mnemonic() == Mnemonic::Xchg && inst.has_memory()
}

fn is_fence(inst: &Decoded) -> bool {
    inst.raw.mnemonic() == Mnemonic::Mfence || is_locked(inst)
}

/// Whether a store writes what its second operand is.
fn simple_source(inst: &Decoded) -> bool {
    use Mnemonic::{Mov, Movaps, Movd, Movq, Movsd, Movss, Movups, Xchg};
    let mnemonic = inst.raw.mnemonic();
    let moves = matches!(mnemonic, Mov | Movaps | Movd | Movq | Movsd | Movss | Movups | Xchg);
    moves && (is_immediate(inst.raw.op1_kind()) || inst.raw.op1_kind() == iced_x86::OpKind::Register)
}

/// Whether an instruction can do an atomic update.
fn update_fits(data: &InstData, inst: &Decoded, loops: bool) -> bool {
    use Mnemonic as M;
    use native_ir::RmwOp as R;
    let mnemonic = inst.raw.mnemonic();
    if data.opcode == Opcode::AtomicCas {
        return mnemonic == M::Cmpxchg && !loops;
    }
    match data.attributes.rmw_op() {
        _ if loops => mnemonic == M::Cmpxchg,
        R::Xchg => mnemonic == M::Xchg,
        R::Add => matches!(mnemonic, M::Xadd | M::Add | M::Inc | M::Dec | M::Sub),
        R::Sub => matches!(mnemonic, M::Xadd | M::Sub | M::Inc | M::Dec | M::Add),
        R::And => mnemonic == M::And,
        R::Or => mnemonic == M::Or,
        R::Xor => mnemonic == M::Xor,
        _ => false,
    }
}
