//! C3: the platform's rules of calls (System V psABI 1.0, section 3.2).
//!
//! The code is run abstractly: at each instruction the distance from the stack pointer to where it was at the entry is
//! one number, whatever the path; so are the cells where the registers that callees preserve were saved. Checked are:
//!
//! - at a return the stack pointer is where it was (`ret n` for what an `abi=tail` function pops), and rbx, rbp and
//!   r12–r15 have their values again; so at a jump to another function, where the argument area may differ in size and the
//!   return address then has moved;
//! - at a call the stack pointer is a multiple of 16, and so are the frame's addresses of aligned accesses;
//! - nothing lies below the stack pointer, but up to 128 bytes of the frame in functions that call nothing, outside kernel
//!   mode and interrupt handlers; the claim says how many, to the 16 bytes that frames are aligned to;
//! - the return address, of which there may be two copies, and what is saved are not overwritten through the stack pointer, unless the program itself names
//!   bytes beyond a stack slot, what is not defined;
//! - at *every* instruction the rows for unwinding lead to the caller's frame, to the return address and to the caller's
//!   values of those registers.
//!
//! The direction flag is clear because no instruction that sets it is allowed (C1).

use super::allowed::Access;
use super::decode::{Decoded, Decoder, needs_alignment};
use super::memory::{Memory, memory};
use super::named;
use super::place::Forms;
use super::{Subject, fault};
use crate::finding::{Check, Fault};
use crate::memory::Slots;
use crate::piece::Class;
use crate::piece::{NONE, Piece, index_at};
use crate::rows::Rows;
use crate::stack::{Depths, Leave};
use artifact::{Reference, UnwindOp};
use iced_x86::{Code, InstructionInfoFactory, OpAccess, OpKind, Register};
use native_ir::abi::{CallLayout, Convention, classify_call};
use native_ir::{FunctionType, InstData, Opcode, Type};

/// The registers that callees preserve.
const SAVED: [Register; 6] =
    [Register::RBX, Register::RBP, Register::R12, Register::R13, Register::R14, Register::R15];

/// The bytes below the stack pointer that a function without calls may use (psABI 3.2.2).
const RED_ZONE: u32 = 128;
/// What the lowest byte of a frame is a multiple of.
const FRAME_ALIGN: i64 = 16;

/// What is known before an instruction. Cells of the frame are told by their distance below what lies behind the return
/// address at the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// How far the stack pointer lies below where it was at the entry.
    depth: i64,
    /// Cells where the return address is.
    back: [Option<i64>; 2],
    /// A register that holds it.
    carrier: Option<Register>,
    /// Which of [`SAVED`] hold what they held at the entry.
    held: [bool; 6],
    /// Where the entry's values are kept.
    cells: [Option<i64>; 6],
}

const ENTRY: State = State { depth: 0, back: [Some(8), None], carrier: None, held: [true; 6], cells: [None; 6] };

impl State {
    /// What holds on both of two paths; none when the stack pointer differs.
    fn join(self, other: State) -> Option<State> {
        let mut joined = self;
        for index in 0..6 {
            joined.held[index] &= other.held[index];
            if self.cells[index] != other.cells[index] {
                joined.cells[index] = None;
            }
        }
        for cell in joined.back.iter_mut().filter(|cell| !other.back.contains(cell)) {
            *cell = None;
        }
        joined.carrier = self.carrier.filter(|_| self.carrier == other.carrier);
        (self.depth == other.depth).then_some(joined)
    }

    /// The distance below the caller's frame of what stands at a distance from the stack pointer.
    fn below_frame(&self, from_stack: i64) -> i64 {
        8 + self.depth - from_stack
    }

    /// Bytes of the frame are written: nothing is saved there any more.
    fn overwrite(&mut self, from_stack: i64, width: i64) {
        let top = self.below_frame(from_stack);
        for cell in self.kept() {
            if cell.is_some_and(|cell| top > cell - 8 && top - width < cell) {
                *cell = None;
            }
        }
    }

    /// The cells that hold something of the caller's.
    fn kept(&mut self) -> impl Iterator<Item = &mut Option<i64>> {
        self.cells.iter_mut().chain(&mut self.back)
    }

    /// The stack pointer moved: what lies below it is lost.
    fn moved(&mut self) {
        let lowest = 8 + self.depth;
        self.kept().filter(|cell| cell.is_some_and(|at| at > lowest)).for_each(|cell| *cell = None);
    }

    /// Whether the return address is in a cell.
    fn has_back(&self, cell: i64) -> bool {
        self.back.contains(&Some(cell))
    }
}

/// Checks a function's use of stack and registers.
pub(crate) fn check(subject: Subject<'_>, decoder: &Decoder, rows: &Rows) -> Result<(), Fault> {
    let walk = run(subject, decoder, rows)?;
    walk.check_unwinding()
}

/// How deep a function's stack gets. Of code that C5 accepted.
pub(crate) fn depths(subject: Subject<'_>) -> Result<Depths, Fault> {
    let (mut decoder, mut rows) = (Decoder::default(), Rows::default());
    decoder.decode(subject)?;
    rows.build(subject, &mut decoder.insts, &decoder.at)?;
    let states = run(subject, &decoder, &rows)?.states;
    let mut depths = Depths::default();
    for (index, (inst, state)) in decoder.insts.iter().zip(&states).enumerate() {
        let Some(state) = state else { continue };
        let depth = state.depth.max(0) as u64;
        depths.deepest = depths.deepest.max(depth);
        match inst.entry.class {
            Class::Call | Class::CallIndirect => {
                depths.calls.push(leave(subject, inst, state.depth + 8, false));
            }
            Class::Jump | Class::JumpIndirect if leaves(&decoder.insts, &rows, subject, index) => {
                depths.calls.push(leave(subject, inst, state.depth, true));
            }
            _ => {}
        }
    }
    depths.deepest += u64::from(subject.code.claim.frame.below);
    Ok(depths)
}

/// A call or jump, with how far the callee's stack pointer lies below the entry's, both at the return address.
fn leave(subject: Subject<'_>, inst: &Decoded, depth: i64, jumps: bool) -> Leave {
    let relocation = subject.code.relocations.get(inst.relocation as usize);
    Leave { offset: inst.offset(), target: relocation.map(|relocation| relocation.target), depth, jumps }
}

/// Whether a jump goes to another function.
fn leaves(insts: &[Decoded], rows: &Rows, subject: Subject<'_>, index: usize) -> bool {
    let row = rows.rows[insts[index].row as usize];
    let data = row.inst().and_then(|inst| subject.function.body.insts.get(inst));
    let tail = data.is_some_and(|data| matches!(data.opcode, Opcode::TailCall | Opcode::TailCallIndirect));
    tail && (insts[index].relocation != NONE || insts[index].entry.class == Class::JumpIndirect)
}

struct Walk<'a> {
    subject: Subject<'a>,
    decoder: &'a Decoder,
    rows: &'a Rows,
    states: Vec<Option<State>>,
    work: Vec<usize>,
    /// Whether the function calls nothing, and may use the red zone.
    leaf: bool,
    slots: Slots,
    /// The bytes of arguments that the function itself takes from the stack.
    own_area: i64,
    factory: InstructionInfoFactory,
}

fn run<'a>(subject: Subject<'a>, decoder: &'a Decoder, rows: &'a Rows) -> Result<Walk<'a>, Fault> {
    let calls = |inst: &Decoded| matches!(inst.entry.class, Class::Call | Class::CallIndirect);
    let leaf =
        !decoder.insts.iter().any(calls) && !subject.context.artifact.kernel_mode && !subject.function.interrupt;
    let states = vec![None; decoder.insts.len()];
    let mut slots = Slots::default();
    slots.build(subject).map_err(|message| Fault::at(Check::Abi, 0, message))?;
    let factory = InstructionInfoFactory::new();
    let mut walk = Walk { subject, decoder, rows, states, work: vec![0], leaf, slots, own_area: 0, factory };
    walk.own_area = popped_area(walk.layout(subject.context.module.signature(subject.function), &[]));
    walk.check_below()?;
    walk.states[0] = Some(ENTRY);
    while let Some(index) = walk.work.pop() {
        walk.visit(index)?;
    }
    Ok(walk)
}

impl Walk<'_> {
    /// The frame begins below the stack pointer only where it may, and not lower than the code or a slot of the claim
    /// needs.
    fn check_below(&self) -> Result<(), Fault> {
        let claim = &self.subject.code.claim;
        let (below, area) = (claim.frame.below, claim.frame.outgoing);
        if below == 0 {
            return Ok(());
        }
        if !self.leaf {
            return Err(Fault::at(Check::Abi, 0, "a frame below the stack pointer where none may be"));
        }
        if below > RED_ZONE {
            return Err(Fault::at(Check::Abi, 0, "a frame that goes below the red zone"));
        }
        let slots = claim.frame.slots.iter().map(|&(_, offset)| claim.frame.distance(offset));
        let accesses = self.decoder.insts.iter().filter_map(Decoded::frame);
        let is_lowest = |at| at < FRAME_ALIGN - i64::from(below);
        match area > 0 || slots.chain(accesses).any(is_lowest) {
            true => Ok(()),
            false => Err(Fault::at(Check::Abi, 0, "a claim of bytes below the stack pointer that are not used")),
        }
    }

    fn data(&self, index: usize) -> Option<&InstData> {
        let row = self.rows.rows[self.decoder.insts[index].row as usize];
        self.subject.function.body.insts.get(row.inst()?)
    }

    fn fault(&self, index: usize, message: impl Into<String>) -> Fault {
        fault(Check::Abi, &self.decoder.insts[index], message)
    }

    fn visit(&mut self, index: usize) -> Result<(), Fault> {
        let Some(mut state) = self.states[index] else { return Ok(()) };
        let inst = &self.decoder.insts[index];
        match inst.entry.class {
            Class::Plain => self.advance(index, &mut state)?,
            Class::Call | Class::CallIndirect => self.call(index, &mut state)?,
            Class::Return => return self.leave(index, &state, self.popped(index), true),
            Class::Trap | Class::Refused => return Ok(()),
            Class::Jump | Class::Branch | Class::JumpIndirect => {
                if leaves(&self.decoder.insts, self.rows, self.subject, index) {
                    return self.leave(index, &state, 0, false);
                }
                self.jump(index, state)?;
            }
        }
        match inst.entry.class {
            Class::Jump | Class::JumpIndirect => Ok(()),
            _ => self.flow(index, index + 1, state),
        }
    }

    fn jump(&mut self, index: usize, state: State) -> Result<(), Fault> {
        let inst = &self.decoder.insts[index];
        if inst.entry.class != Class::JumpIndirect {
            let target = index_at(&self.decoder.at, inst.raw.near_branch64());
            return target.map_or(Ok(()), |target| self.flow(index, target, state));
        }
        let row = self.rows.rows[inst.row as usize];
        let code = self.subject.code;
        for table in code.claim.tables.iter().filter(|table| table.inst.as_u32() == row.inst) {
            for entry in 0..table.entries as usize {
                let at = table.offset as usize + 4 * entry;
                let bytes = code.code.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
                let target = i64::from(table.offset) + i64::from(i32::from_le_bytes(bytes));
                if let Some(target) = index_at(&self.decoder.at, target as u64) {
                    self.flow(index, target, state)?;
                }
            }
        }
        Ok(())
    }

    fn flow(&mut self, from: usize, to: usize, state: State) -> Result<(), Fault> {
        let Some(slot) = self.states.get_mut(to) else { return Ok(()) };
        let joined = match *slot {
            None => Some(state),
            Some(before) => before.join(state),
        };
        let Some(joined) = joined else {
            return Err(self.fault(from, "the stack pointer differs between two paths to one instruction"));
        };
        if *slot != Some(joined) {
            *slot = Some(joined);
            self.work.push(to);
        }
        Ok(())
    }

    /// The bytes that a return takes away.
    fn popped(&self, index: usize) -> i64 {
        let raw = &self.decoder.insts[index].raw;
        if raw.code() == Code::Retnq_imm16 { i64::from(raw.immediate16()) } else { 0 }
    }

    fn leave(&self, index: usize, state: &State, popped: i64, returns: bool) -> Result<(), Fault> {
        let own = self.own_area;
        if returns && popped != own && state.depth == 0 {
            return Err(self.fault(index, format!("a return that takes {popped} bytes away, not {own}")));
        }
        let taken = match (returns, self.data(index)) {
            (false, Some(data)) => self.callee_area(data),
            (false, None) => own,
            (true, _) => popped,
        };
        let off = state.depth - (taken - own);
        if off != 0 {
            return Err(self.fault(index, format!("the stack pointer is off by {off} bytes")));
        }
        if !state.has_back(state.below_frame(0)) {
            return Err(self.fault(index, "the return address is not at the stack pointer"));
        }
        match (0..6).find(|&register| !state.held[register]) {
            None => Ok(()),
            Some(register) => {
                Err(self.fault(index, format!("the caller's {:?} is not given back", SAVED[register])))
            }
        }
    }

    /// How a function of a type is called, with arguments of these types behind the named ones.
    fn layout(&self, ty: Option<&FunctionType>, extra: &[Type]) -> Option<CallLayout> {
        let context = self.subject.context;
        classify_call(&context.module.types, &context.layouts, Convention::SysV, ty?, extra).ok()
    }

    /// The bytes of arguments that a callee takes from the stack.
    fn callee_area(&self, data: &InstData) -> i64 {
        let module = self.subject.context.module;
        let ty = match data.opcode {
            Opcode::Call | Opcode::TailCall => module.callee_type(data.symbol()).map(|(_, ty)| ty),
            Opcode::CallIndirect | Opcode::TailCallIndirect => {
                let pointer = self.subject.function.body.operand_type(data.operand(0));
                module.types.as_code_pointer(pointer)
            }
            _ => None,
        };
        let body = &self.subject.function.body;
        let named = ty.map_or(0, |ty| ty.params.len());
        let (arguments, _) = body.call_operands(data);
        let extra = arguments.iter().skip(named).map(|&argument| body.operand_type(argument));
        popped_area(self.layout(ty, &extra.collect::<Vec<_>>()))
    }

    fn call(&self, index: usize, state: &mut State) -> Result<(), Fault> {
        if state.depth % 16 != 8 {
            return Err(self.fault(index, "the stack pointer is no multiple of 16 at a call"));
        }
        state.carrier = None;
        let inst = &self.decoder.insts[index];
        let relocation = self.subject.code.relocations.get(inst.relocation as usize);
        let helper = relocation.is_some_and(|relocation| matches!(relocation.target, Reference::Helper(_)));
        if let Some(data) = self.data(index).filter(|_| !helper) {
            state.depth -= self.callee_area(data);
            state.moved();
        }
        Ok(())
    }

    /// Over an instruction that goes on to the next.
    fn advance(&mut self, index: usize, state: &mut State) -> Result<(), Fault> {
        let inst = &self.decoder.insts[index];
        let raw = &inst.raw;
        match raw.code() {
            Code::Push_r64 => {
                state.depth += 8;
                return self.store(index, state, 0, 8, Some(raw.op0_register()));
            }
            Code::Pop_r64 => {
                let cell = state.below_frame(0);
                self.load(state, raw.op0_register(), cell);
                state.depth -= 8;
                state.moved();
                return Ok(());
            }
            _ => {}
        }
        if let Memory::Frame(at) = memory(self.subject, inst)
            && inst.has_memory()
        {
            self.check_alignment(index, state, at)?;
            if inst.access().writes() {
                let whole = raw.code() == Code::Mov_rm64_r64;
                self.store(index, state, at, inst.width().into(), whole.then(|| raw.op1_register()))?;
            } else if raw.code() == Code::Mov_r64_rm64 {
                let cell = state.below_frame(at);
                self.load(state, raw.op0_register(), cell);
                return Ok(());
            }
        }
        if inst.first_register() == Register::RSP && inst.entry.first != Access::Read {
            return self.move_stack(index, state);
        }
        self.clobber(index, state)
    }

    /// Whatever else is written of the registers that callees preserve is lost.
    fn clobber(&mut self, index: usize, state: &mut State) -> Result<(), Fault> {
        let info = self.factory.info(&self.decoder.insts[index].raw);
        let writes = |access| {
            matches!(access, OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite)
        };
        let mut stack = false;
        for used in info.used_registers().iter().filter(|used| writes(used.access())) {
            let full = used.register().full_register();
            stack |= full == Register::RSP;
            state.carrier = state.carrier.filter(|&carrier| carrier != full);
            if let Some(register) = SAVED.iter().position(|register| *register == full) {
                state.held[register] = false;
            }
        }
        match stack {
            true => Err(self.fault(index, "the stack pointer is changed in a way that cannot be followed")),
            false => Ok(()),
        }
    }

    fn move_stack(&self, index: usize, state: &mut State) -> Result<(), Fault> {
        let raw = &self.decoder.insts[index].raw;
        let immediate = |operand: OpKind| super::term::is_immediate(operand);
        state.depth += match raw.code() {
            Code::Sub_rm64_imm8 | Code::Sub_rm64_imm32 if immediate(raw.op1_kind()) => raw.immediate(1) as i64,
            Code::Add_rm64_imm8 | Code::Add_rm64_imm32 if immediate(raw.op1_kind()) => -(raw.immediate(1) as i64),
            Code::Lea_r64_m if raw.memory_base() == Register::RSP && raw.memory_index() == Register::None => {
                -(raw.memory_displacement64() as i64)
            }
            _ => return Err(self.fault(index, "the stack pointer is changed in a way that cannot be followed")),
        };
        state.moved();
        Ok(())
    }

    fn check_alignment(&self, index: usize, state: &State, at: i64) -> Result<(), Fault> {
        let raw = &self.decoder.insts[index].raw;
        // The caller's frame, from which distances count down, is a multiple of 16.
        match needs_alignment(raw) && raw.code() != Code::Lea_r64_m && state.below_frame(at) % 16 != 0 {
            true => Err(self.fault(index, "an access of 16 bytes to the frame that is not aligned")),
            false => Ok(()),
        }
    }

    /// A write to the frame, of a whole register or not.
    fn store(
        &self,
        index: usize,
        state: &mut State,
        at: i64,
        width: i64,
        register: Option<Register>,
    ) -> Result<(), Fault> {
        if self.is_beyond_slot(index, at, at + width) {
            return Ok(());
        }
        let top = state.below_frame(at);
        if at < -i64::from(self.subject.code.claim.frame.below) {
            return Err(self.fault(index, "a write below the stack pointer"));
        }
        state.overwrite(at, width);
        if state.back == [None; 2] {
            return Err(self.fault(index, "the return address is overwritten"));
        }
        if register.is_some() && register == state.carrier && !state.has_back(top) {
            let free = usize::from(state.back[0].is_some());
            state.back[free] = Some(top);
        }
        let saved = register.and_then(|register| SAVED.iter().position(|saved| *saved == register));
        if let Some(register) = saved.filter(|&register| state.held[register] && state.cells[register].is_none()) {
            state.cells[register] = Some(top);
        }
        Ok(())
    }

    /// Whether the program names bytes of the frame that lie beyond a slot.
    fn is_beyond_slot(&self, index: usize, start: i64, end: i64) -> bool {
        let names = |data| named::names(self.subject, data, (start, end), &mut Forms::default());
        !self.slots.cover(start, end) && self.data(index).is_some_and(names)
    }

    /// A read of a whole register from the frame.
    fn load(&self, state: &mut State, register: Register, cell: i64) {
        if state.has_back(cell) {
            state.carrier = Some(register);
        } else if state.carrier == Some(register) {
            state.carrier = None;
        }
        if let Some(register) = SAVED.iter().position(|saved| *saved == register) {
            state.held[register] = state.cells[register] == Some(cell);
        }
    }
}

/// The bytes of arguments that a callee takes away when it returns.
fn popped_area(layout: Option<CallLayout>) -> i64 {
    layout.filter(|layout| layout.callee_pops).map_or(0, |layout| layout.stack_bytes as i64)
}

/// What the rows for unwinding say before an instruction: how far the caller's stack pointer is from the function's, and
/// what lies how far below it.
#[derive(Clone, Copy, Debug)]
struct Rules {
    frame: i64,
    back: i64,
    cells: [Option<i64>; 6],
}

impl Walk<'_> {
    /// At each instruction the rows lead to the caller's frame and registers.
    fn check_unwinding(&self) -> Result<(), Fault> {
        let mut rules = Rules { frame: 8, back: 8, cells: [None; 6] };
        let mut kept = Vec::new();
        let code = self.subject.code;
        let mut rows = code.unwind.iter().peekable();
        for (index, (inst, state)) in self.decoder.insts.iter().zip(&self.states).enumerate() {
            while let Some(row) = rows.next_if(|row| row.offset <= inst.offset()) {
                if row.offset != inst.offset() {
                    return Err(self.fault(index, "a row for unwinding inside an instruction, or out of order"));
                }
                apply(&mut rules, &mut kept, row.op).map_err(|message| self.fault(index, message))?;
            }
            if let Some(state) = state {
                self.check_rules(index, state, &rules)?;
            }
        }
        // An epilogue at the end of the code may leave a row for what would follow.
        match rows.find(|row| row.offset != code.literals) {
            None => Ok(()),
            Some(row) => Err(Fault::at(Check::Abi, row.offset, "a row for unwinding behind the last instruction")),
        }
    }

    fn check_rules(&self, index: usize, state: &State, rules: &Rules) -> Result<(), Fault> {
        let off = rules.frame - self.own_area - 8 - state.depth;
        if off != 0 {
            return Err(self.fault(index, format!("unwinding finds the caller {off} bytes off")));
        }
        if !state.has_back(rules.back - self.own_area) {
            return Err(self.fault(index, "unwinding does not find the return address"));
        }
        for (register, name) in SAVED.iter().enumerate() {
            let found = match rules.cells[register] {
                None => state.held[register],
                Some(cell) => state.cells[register] == Some(cell - self.own_area),
            };
            if !found {
                return Err(self.fault(index, format!("unwinding does not find the caller's {name:?}")));
            }
        }
        Ok(())
    }
}

fn apply(rules: &mut Rules, kept: &mut Vec<Rules>, op: UnwindOp) -> Result<(), &'static str> {
    let saved = |register: u8| SAVED.iter().position(|saved| saved.number() == usize::from(register));
    match op {
        UnwindOp::Cfa(bytes) => rules.frame = bytes.into(),
        UnwindOp::Return(below) => rules.back = below.into(),
        UnwindOp::Saved(register, below) => {
            let register =
                saved(register).ok_or("a row for unwinding of a register that callees do not preserve")?;
            rules.cells[register] = Some(below.into());
        }
        UnwindOp::Restored(register) => {
            let register =
                saved(register).ok_or("a row for unwinding of a register that callees do not preserve")?;
            rules.cells[register] = None;
        }
        UnwindOp::Remember => kept.push(*rules),
        UnwindOp::Recall => *rules = kept.pop().ok_or("a row for unwinding recalls what was not kept")?,
    }
    Ok(())
}
