//! What registers and words of the frame hold before an instruction, and what an instruction makes of that.
//!
//! Places of the frame are told by their distance from where the stack pointer was at the function's first byte: below 0
//! for the frame, from 0 on for arguments on the stack. Only whole words that the code stores through the stack pointer,
//! or through a register that is known to hold such an address, are followed; what lies below the stack pointer is lost,
//! because interrupts write there.

use super::decode::Decoded;
use super::held::Held;
use super::term::{Base, Term};
use crate::piece::Piece;
use crate::subject::Subject;
use thumb::{Access, AccessOffset, Alu, Extend, Inst, LoadKind, Reg, RegSet, Shift, Special, Width};

/// Registers that calls may change: r0–r3, r12, lr (AAPCS32, 6.1.1).
const CLOBBERED: RegSet = RegSet(0x500f);

/// The number of the stack pointer.
const STACK_POINTER: usize = 13;

/// What is held where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    registers: [Held; 15],
    /// Words of the frame that are known, ascending.
    cells: Vec<(i32, Held)>,
}

/// What a state needs to know of the instruction that it goes over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Step {
    /// Whose load it is, when it counts.
    pub(crate) counts: Option<u32>,
    /// How many bytes from the stack pointer on a callee may write, as its arguments stand there.
    pub(crate) area: u32,
    /// How many bytes of them it takes away.
    pub(crate) pops: u32,
    /// Whether it accesses memory that the program names. What is there is not followed: others may name it, too, and where a
    /// program writes beyond a slot, what it does is not defined.
    pub(crate) named: bool,
}

impl State {
    /// At the first byte. Arguments are set by [`State::set`] and [`State::store`].
    pub(crate) fn entry() -> State {
        let mut registers = std::array::from_fn(|number| Held::base(Base::Entry(number as u8)));
        registers[STACK_POINTER] = Held::base(Base::Stack);
        State { registers, cells: Vec::new() }
    }

    /// What a register holds.
    pub(crate) fn get(&self, register: Reg) -> &Held {
        self.registers.get(usize::from(register.number())).unwrap_or(Held::unknown())
    }

    /// Puts something into a register.
    pub(crate) fn set(&mut self, register: Reg, held: impl Into<Held>) {
        if let Some(place) = self.registers.get_mut(usize::from(register.number())) {
            *place = held.into();
        }
    }

    /// Something is true of what a register holds, too.
    pub(crate) fn name(&mut self, register: Reg, term: Term) {
        if let Some(held) = self.registers.get_mut(usize::from(register.number())) {
            held.name(term);
        }
    }

    /// How far the stack pointer lies below where it was; none when that is not known.
    pub(crate) fn depth(&self) -> Option<i32> {
        self.get(Reg::SP).as_stack().and_then(i32::checked_neg)
    }

    /// What a word of the frame holds.
    pub(crate) fn cell(&self, at: i32) -> &Held {
        let found = self.cells.binary_search_by_key(&at, |cell| cell.0);
        found.ok().and_then(|index| self.cells.get(index)).map_or(Held::unknown(), |cell| &cell.1)
    }

    /// Bytes of the frame are written, as a whole word or not.
    pub(crate) fn store(&mut self, at: i32, bytes: i32, held: Option<Held>) {
        let end = at.saturating_add(bytes);
        self.cells.retain(|cell| cell.0.saturating_add(4) <= at || cell.0 >= end);
        if let Some(held) = held.filter(|held| !held.is_unknown()) {
            let index = self.cells.partition_point(|cell| cell.0 < at);
            self.cells.insert(index, (at, held));
        }
    }

    /// Something is true of what a word of the frame holds, too.
    pub(crate) fn name_cell(&mut self, at: i32, term: Term) {
        let mut held = self.cell(at).clone();
        held.name(term);
        self.store(at, 4, Some(held));
    }

    /// Nothing holds words of a value any more: it is about to be defined anew.
    pub(crate) fn forget(&mut self, base: Base) {
        self.registers.iter_mut().for_each(|held| held.forget(base));
        self.cells.iter_mut().for_each(|cell| cell.1.forget(base));
        self.cells.retain(|cell| !cell.1.is_unknown());
    }

    /// A term is true of all places but the stack pointer that are known to hold what another place holds, too.
    pub(crate) fn name_equal(&mut self, place: &Held, term: Term) {
        let cells = self.cells.iter_mut().map(|cell| &mut cell.1);
        let registers = self.registers.iter_mut().enumerate().filter(|(number, _)| *number != STACK_POINTER);
        registers
            .map(|(_, held)| held)
            .chain(cells)
            .filter(|held| held.equals(place))
            .for_each(|held| held.add(term));
    }

    /// Makes this what holds on both of two paths; returns whether it changed. None when the stack pointer differs.
    pub(crate) fn join(&mut self, other: &State) -> Option<bool> {
        if self.get(Reg::SP) != other.get(Reg::SP) {
            return None;
        }
        let mut changed = false;
        for (held, other) in self.registers.iter_mut().zip(&other.registers) {
            changed |= held.meet(other);
        }
        for (at, held) in &mut self.cells {
            changed |= held.meet(other.cell(*at));
        }
        self.cells.retain(|cell| !cell.1.is_unknown());
        Some(changed)
    }

    /// The address of an access.
    pub(crate) fn address(&self, subject: Subject<'_>, access: &Access) -> Held {
        let base = self.get(access.base);
        match access.offset {
            AccessOffset::Imm(bytes) => base.plus(bytes as u32),
            AccessOffset::Reg(register) => base.sum(self.get(register), |base| is_pointer(subject, base)),
        }
    }

    /// Goes over an instruction.
    pub(crate) fn advance(&mut self, subject: Subject<'_>, inst: &Decoded, step: Step) {
        match inst.raw {
            Inst::Call { .. } | Inst::CallReg { .. } => self.call(inst, step),
            Inst::Load { kind, rt, .. } => {
                let held = self.loaded(subject, inst, kind, step);
                self.set(rt, held);
            }
            Inst::LoadLiteral { rt, .. } => self.set(rt, literal(subject, inst)),
            Inst::Store { .. } if step.named => {}
            Inst::Store { width, rt, .. } => {
                let stack = inst.raw.access().and_then(|access| self.address(subject, &access).as_stack());
                if let Some(at) = stack {
                    let held = (width == Width::Word).then(|| self.get(rt).clone());
                    self.store(at, width.bytes().into(), held);
                }
            }
            Inst::Push { list } => self.push(list),
            Inst::Pop { list } => self.pop(list),
            Inst::LoadMultiple { rn, list } => self.load_many(rn, list, step.named),
            Inst::StoreMultiple { rn, list } => self.store_many(rn, list, step.named),
            Inst::ReadSpecial { rd, special } => {
                self.forget(Base::Primask);
                let primask = special == Special::Primask;
                self.set(rd, if primask { Held::base(Base::Primask) } else { Held::UNKNOWN });
            }
            // What the program makes of stack pointers is its own.
            Inst::WriteSpecial { .. } => {}
            _ => self.compute(subject, &inst.raw),
        }
    }

    fn call(&mut self, inst: &Decoded, step: Step) {
        if inst.class() == crate::piece::Class::Jump {
            return self.set(Reg::LR, Term::UNKNOWN);
        }
        CLOBBERED.iter().for_each(|register| self.set(register, Term::UNKNOWN));
        if let Some(lowest) = self.get(Reg::SP).as_stack() {
            self.store(lowest, step.area.min(i32::MAX as u32) as i32, None);
        }
        self.move_stack(self.get(Reg::SP).plus(step.pops));
    }

    /// The stack pointer moves; what lies below it is lost.
    fn move_stack(&mut self, held: Held) {
        let lowest = held.as_stack();
        self.set(Reg::SP, held);
        match lowest {
            Some(lowest) => self.cells.retain(|cell| cell.0 >= lowest),
            None => self.cells.clear(),
        }
    }

    fn loaded(&mut self, subject: Subject<'_>, inst: &Decoded, kind: LoadKind, step: Step) -> Held {
        let bits = 8 * kind.width().bytes();
        if let Some(inst) = step.counts {
            // What it read when it ran before is something else.
            self.forget(Base::Loaded(inst));
            return Term::new(Base::Loaded(inst), 0).cut(bits).into();
        }
        let stack = inst.raw.access().and_then(|access| self.address(subject, &access).as_stack());
        match (stack, kind) {
            (Some(at), LoadKind::Word) if !step.named => self.cell(at).clone(),
            _ => Held::UNKNOWN,
        }
    }

    fn push(&mut self, list: RegSet) {
        let lowest = self.get(Reg::SP).plus((-4 * list.len() as i32) as u32);
        let first = lowest.as_stack();
        self.move_stack(lowest);
        self.store_words(first, list);
    }

    fn store_words(&mut self, first: Option<i32>, list: RegSet) {
        let Some(mut at) = first else { return };
        for register in list.iter() {
            self.store(at, 4, Some(self.get(register).clone()));
            at = at.wrapping_add(4);
        }
    }

    fn load_words(&mut self, first: Option<i32>, list: RegSet) {
        let mut at = first;
        for register in list.iter() {
            let held = at.map_or(Held::UNKNOWN, |at| self.cell(at).clone());
            self.set(register, held);
            at = at.map(|at| at.wrapping_add(4));
        }
    }

    fn pop(&mut self, list: RegSet) {
        let first = self.get(Reg::SP).clone();
        self.load_words(first.as_stack(), list);
        self.move_stack(first.plus(4 * list.len()));
    }

    fn load_many(&mut self, rn: Reg, list: RegSet, named: bool) {
        let first = self.get(rn).clone();
        self.load_words(first.as_stack().filter(|_| !named), list);
        if !list.contains(rn) {
            self.set(rn, first.plus(4 * list.len()));
        }
    }

    fn store_many(&mut self, rn: Reg, list: RegSet, named: bool) {
        let first = self.get(rn).clone();
        self.store_words(first.as_stack().filter(|_| !named), list);
        self.set(rn, first.plus(4 * list.len()));
    }

    /// Over an instruction that accesses no memory.
    fn compute(&mut self, subject: Subject<'_>, inst: &Inst) {
        let sum = |a: &Held, b: &Held| a.sum(b, |base| is_pointer(subject, base));
        match *inst {
            Inst::MoveImm { rd, imm } => self.set(rd, Term::constant(imm.into())),
            Inst::MoveFlags { rd, rm } => self.set(rd, self.get(rm).clone()),
            Inst::Move { rd: Reg::SP, rm } => self.move_stack(self.get(rm).clone()),
            Inst::Move { rd, rm } => self.set(rd, self.get(rm).clone()),
            Inst::Shift { op, rd, rm, amount } => {
                self.set(rd, self.get(rm).map(|term| shifted(op, term, amount)));
            }
            Inst::AddReg { sub: false, rd, rn, rm } => self.set(rd, sum(self.get(rn), self.get(rm))),
            Inst::AddReg { sub: true, rd, rn, rm } => {
                let taken = self.get(rm).as_constant();
                self.set(rd, taken.map_or(Held::UNKNOWN, |bytes| self.get(rn).plus(bytes.wrapping_neg())));
            }
            Inst::AddImm3 { sub, rd, rn, imm } => self.set(rd, self.get(rn).plus(signed(sub, imm))),
            Inst::AddImm8 { sub, rdn, imm } => self.set(rdn, self.get(rdn).plus(signed(sub, imm))),
            Inst::AddHigh { rdn: Reg::SP, rm } => self.move_stack(sum(self.get(Reg::SP), self.get(rm))),
            Inst::AddHigh { rdn, rm } => self.set(rdn, sum(self.get(rdn), self.get(rm))),
            Inst::AddressSp { rd, offset } => self.set(rd, self.get(Reg::SP).plus(offset.into())),
            Inst::AdjustSp { sub, bytes } => {
                let bytes = u32::from(bytes);
                let bytes = if sub { bytes.wrapping_neg() } else { bytes };
                self.move_stack(self.get(Reg::SP).plus(bytes));
            }
            Inst::Extend { op, rd, rm } => self.set(rd, self.get(rm).map(|term| extended(op, term))),
            Inst::Alu { op, rdn, rm } if !matches!(op, Alu::Tst | Alu::Cmp | Alu::Cmn) => {
                let operands = (self.get(rdn).as_constant(), self.get(rm).as_constant());
                self.set(rdn, computed(op, operands).map_or(Term::UNKNOWN, Term::constant));
            }
            inst => inst.effects().writes.iter().for_each(|register| self.set(register, Term::UNKNOWN)),
        }
    }
}

/// Whether something is an address.
fn is_pointer(subject: Subject<'_>, base: Base) -> bool {
    match base {
        Base::Stack | Base::Aligned(_) | Base::Symbol(_) => true,
        Base::Value(value, _) => {
            let types = &subject.context.module.types;
            types.as_pointer(subject.function.body.value_type(value)).is_some()
        }
        _ => false,
    }
}

/// The word of a pool that an instruction loads.
fn literal(subject: Subject<'_>, inst: &Decoded) -> Term {
    let Ok(at) = u32::try_from(inst.target()) else { return Term::UNKNOWN };
    let relocations = &subject.code.relocations;
    if let Ok(index) = relocations.binary_search_by_key(&at, |field| field.offset) {
        return Term::new(Base::Symbol(relocations[index].target), relocations[index].addend as u32);
    }
    let bytes = subject.code.code.get(at as usize..).and_then(|bytes| bytes.first_chunk());
    bytes.map_or(Term::UNKNOWN, |bytes| Term::constant(u32::from_le_bytes(*bytes)))
}

fn signed(sub: bool, imm: u8) -> u32 {
    let imm = u32::from(imm);
    if sub { imm.wrapping_neg() } else { imm }
}

fn shifted(op: Shift, term: Term, amount: u8) -> Term {
    let by = u32::from(amount);
    match (op, term.as_constant()) {
        (Shift::Lsl, Some(value)) => Term::constant(value.checked_shl(by).unwrap_or(0)),
        (Shift::Lsr, Some(value)) => Term::constant(value.checked_shr(by).unwrap_or(0)),
        (Shift::Asr, Some(value)) => Term::constant((value as i32 >> by.min(31)) as u32),
        (Shift::Lsr, None) if term.as_stack().is_some() => Term { base: Base::Shifted(amount), ..term },
        (Shift::Lsl, None) if term.base == Base::Shifted(amount) && !term.indexed && by < 31 => {
            Term { base: Base::Aligned(1 << by), ..term.unit() }
        }
        _ => Term::UNKNOWN,
    }
}

fn extended(op: Extend, term: Term) -> Term {
    let narrow = |bits| Term { indexed: term.indexed, ..term.cut(bits) };
    match (op, term.as_constant()) {
        (Extend::SignedHalf, Some(value)) => Term::constant(value as i16 as u32),
        (Extend::SignedByte, Some(value)) => Term::constant(value as i8 as u32),
        (Extend::Half, Some(value)) => Term::constant(value & 0xffff),
        (Extend::Byte, Some(value)) => Term::constant(value & 0xff),
        (Extend::SignedHalf | Extend::Half, None) => narrow(16),
        (Extend::SignedByte | Extend::Byte, None) => narrow(8),
    }
}

/// What is computed of constants.
fn computed(op: Alu, (first, second): (Option<u32>, Option<u32>)) -> Option<u32> {
    match op {
        Alu::Mvn => return second.map(|value| !value),
        Alu::Rsb => return second.map(u32::wrapping_neg),
        _ => {}
    }
    let (first, second) = (first?, second?);
    Some(match op {
        Alu::And => first & second,
        Alu::Orr => first | second,
        Alu::Eor => first ^ second,
        Alu::Bic => first & !second,
        Alu::Mul => first.wrapping_mul(second),
        Alu::Lsl => first.checked_shl(second & 0xff).unwrap_or(0),
        Alu::Lsr => first.checked_shr(second & 0xff).unwrap_or(0),
        _ => return None,
    })
}
