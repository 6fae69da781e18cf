//! The code is run abstractly, on all paths at once, until nothing changes; then once more, instruction by instruction, to
//! note what the checks ask for.

use super::arrival::{self, Arrivals};
use super::decode::{Decoded, Decoder};
use super::held::Held;
use super::operand::{Forms, constant};
use super::state::{State, Step};
use super::term::{Base, Term};
use crate::finding::{Check, Fault};
use crate::member::{Member, member};
use crate::memory::Slots;
use crate::operand::accessed;
use crate::piece::{Class, NONE, Piece, fault, index_at};
use crate::rows::{Row, Rows};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::abi::CallLayout;
use native_ir::{Inst as Source, InstData, Opcode};
use std::collections::BTreeSet;
use thumb::{Access, Alu, Inst, Reg, Width};

/// What was held before an instruction, as far as checks ask.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// How far the stack pointer lay below where it was at the entry.
    pub(crate) depth: i32,
    /// The address of an access.
    pub(crate) address: Held,
    /// What a store stores, the register that a jump goes to, the first operand of a compare, what `MSR` writes.
    pub(crate) first: Held,
    /// The second operand of a compare.
    pub(crate) second: Held,
}

const UNSEEN: Seen = Seen { depth: 0, address: Held::UNKNOWN, first: Held::UNKNOWN, second: Held::UNKNOWN };

/// The run of a function, and memory for the next.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) arrivals: Arrivals,
    /// By machine instruction.
    pub(crate) seen: Vec<Seen>,
    /// By machine instruction: the state that paths bring to it, where several may meet; [`NONE`] elsewhere.
    meeting: Vec<u32>,
    states: Vec<Option<State>>,
    /// By row: whether its loads are ones that count.
    counts: Vec<bool>,
    pub(crate) slots: Slots,
    forms: Forms,
}

/// Who wants to know what is held before each instruction.
pub(crate) type Visitor<'a> = &'a mut dyn FnMut(usize, &State) -> Result<(), Fault>;

impl Run {
    /// Runs a function that C5 accepted.
    ///
    /// # Errors
    /// Where the stack pointer is not known, constants and loads that count do not come to where the claim has them,
    /// and what the visitor finds.
    pub(crate) fn run(
        &mut self,
        subject: Subject<'_>,
        decoder: &Decoder,
        rows: &Rows,
        visit: Visitor<'_>,
    ) -> Result<(), Fault> {
        let mut walk = Walk { subject, decoder, rows, run: self };
        walk.run.slots.build(subject).map_err(|message| Fault::at(Check::Trace, 0, message))?;
        walk.prepare();
        walk.settle()?;
        walk.replay(visit)
    }
}

struct Walk<'a> {
    subject: Subject<'a>,
    decoder: &'a Decoder,
    rows: &'a Rows,
    run: &'a mut Run,
}

impl<'a> Walk<'a> {
    fn prepare(&mut self) {
        let insts = &self.decoder.insts;
        self.run.arrivals.build(self.subject, insts, self.rows);
        self.run.seen.clear();
        self.run.seen.resize(insts.len(), UNSEEN);
        self.run.counts.clear();
        for row in &self.rows.rows {
            let counts = self.data(row).is_some_and(|data| {
                data.opcode != Opcode::Store
                    && matches!(member(self.subject, data), Member::Access | Member::Update)
            });
            self.run.counts.push(counts);
        }
        let mut meets = vec![false; insts.len()];
        for (index, inst) in insts.iter().enumerate() {
            meets[index] |= inst.enters();
            self.jumps(index, |target| {
                if let Some(meets) = meets.get_mut(target) {
                    *meets = true;
                }
            });
        }
        self.run.meeting.clear();
        self.run.states.clear();
        for meets in meets {
            self.run.meeting.push(if meets { self.run.states.len() as u32 } else { NONE });
            if meets {
                self.run.states.push(None);
            }
        }
    }

    fn data(&self, row: &Row) -> Option<&'a InstData> {
        self.subject.function.body.insts.get(row.inst()?)
    }

    fn row(&self, index: usize) -> &'a Row {
        &self.rows.rows[self.decoder.insts[index].row() as usize]
    }

    /// The instructions that an instruction may jump to.
    fn jumps(&self, index: usize, mut to: impl FnMut(usize)) {
        let inst = &self.decoder.insts[index];
        match inst.class() {
            Class::Jump | Class::Branch => index_at(&self.decoder.at, inst.target()).into_iter().for_each(to),
            Class::JumpIndirect => {
                let tables = self.subject.code.claim.tables.iter();
                for table in tables.filter(|table| table.base == inst.offset() + 4) {
                    for entry in 0..table.entries {
                        let entry = Decoded::entry(self.subject, table, entry);
                        let target = u64::try_from(entry.target).ok();
                        target.and_then(|target| index_at(&self.decoder.at, target)).into_iter().for_each(&mut to);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether control goes on to the next instruction.
    fn falls(&self, index: usize) -> bool {
        let class = self.decoder.insts[index].class();
        matches!(class, Class::Plain | Class::Branch | Class::Call | Class::CallIndirect)
    }

    /// Runs from where paths meet until no state changes.
    fn settle(&mut self) -> Result<(), Fault> {
        let mut work = BTreeSet::from([0]);
        let entry = arrival::entry(self.subject);
        if let Some(state) = self.run.states.get_mut(self.run.meeting[0] as usize) {
            *state = Some(entry.clone());
        }
        while let Some(start) = work.pop_first() {
            let mut state = match self.run.states.get(self.run.meeting[start] as usize) {
                Some(state) => state.clone().unwrap_or_else(|| entry.clone()),
                None => entry.clone(),
            };
            let mut index = start;
            loop {
                self.pass(index, &mut state, None)?;
                let mut targets = Vec::new();
                self.jumps(index, |target| targets.push(target));
                for target in targets {
                    let mut there = state.clone();
                    self.arrive(index, target, &mut there, false)?;
                    self.meet(index, target, &there, &mut work)?;
                }
                if !self.falls(index) || index + 1 >= self.decoder.insts.len() {
                    break;
                }
                self.arrive(index, index + 1, &mut state, false)?;
                index += 1;
                if self.run.meeting[index] != NONE {
                    self.meet(index - 1, index, &state, &mut work)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Brings a state to where paths meet.
    fn meet(&mut self, from: usize, to: usize, state: &State, work: &mut BTreeSet<usize>) -> Result<(), Fault> {
        let Some(there) = self.run.states.get_mut(self.run.meeting[to] as usize) else { return Ok(()) };
        let changed = match there {
            None => {
                *there = Some(state.clone());
                Some(true)
            }
            Some(there) => there.join(state),
        };
        match changed {
            None => {
                let message = "the stack pointer differs between two paths to one instruction";
                Err(fault(Check::Abi, &self.decoder.insts[from], message))
            }
            Some(changed) => {
                if changed {
                    work.insert(to);
                }
                Ok(())
            }
        }
    }

    /// Goes over an instruction, with what comes to be before it.
    fn pass(&mut self, index: usize, state: &mut State, visit: Option<Visitor<'_>>) -> Result<(), Fault> {
        let inst = &self.decoder.insts[index];
        let row = self.row(index);
        for event in 0..self.run.arrivals.at(inst.offset()).len() {
            let event = self.run.arrivals.at(inst.offset())[event];
            // What comes to be where a block ends does so on the way out of it.
            if event.block == row.block {
                self.define(index, event, state, visit.is_some())?;
            }
        }
        if let Some(visit) = visit {
            self.note(index, state)?;
            visit(index, state)?;
        }
        let (step, layout) = self.step(index, state);
        state.advance(self.subject, inst, step);
        if let (Some(layout), Some(inst)) = (layout, row.inst()) {
            arrival::results(self.subject, state, inst, &layout);
        }
        if state.depth().is_none() {
            return Err(fault(Check::Abi, inst, "the stack pointer is changed in a way that cannot be followed"));
        }
        Ok(())
    }

    /// What comes to be on the way from an instruction to another.
    fn arrive(&mut self, from: usize, to: usize, state: &mut State, strict: bool) -> Result<(), Fault> {
        let Some(next) = self.decoder.insts.get(to) else { return Ok(()) };
        let row = self.row(from);
        for event in 0..self.run.arrivals.at(next.offset()).len() {
            let event = self.run.arrivals.at(next.offset())[event];
            if event.block == row.block && self.row(to).block != row.block {
                self.define(from, event, state, strict)?;
            }
        }
        Ok(())
    }

    /// A word of a value comes to be. A constant must be there, and what the access that counts has read; what is known
    /// of a value by the forms of its operands stays known so.
    fn define(
        &mut self,
        index: usize,
        event: arrival::Event,
        state: &mut State,
        strict: bool,
    ) -> Result<(), Fault> {
        let subject = self.subject;
        let held = event.held(subject, state);
        let stack = held.as_stack();
        let data = event.inst.and_then(|inst| subject.function.body.insts.get(inst));
        let width = subject.bits(subject.function.body.value_type(event.value)).unwrap_or(32).min(32);
        if let Some(wanted) = data.and_then(|data| constant(subject, data, event.word)) {
            let agrees = held.agrees(wanted, width.max(1));
            return match agrees || !strict || width == 1 {
                true => Ok(()),
                false => Err(self.misplaced(index, "another constant than the IR's")),
            };
        }
        let reads = data.is_some_and(|data| {
            data.results > 0 && matches!(member(subject, data), Member::Access | Member::Update)
        });
        if reads
            && strict
            && !held.agrees(Term::new(Base::Loaded(event.inst.map_or(NONE, Source::as_u32)), 0), width)
        {
            return Err(self.misplaced(index, "what is read does not come to where the claim has it"));
        }
        let arrivals = &self.run.arrivals;
        let forms = &mut self.run.forms;
        forms.trace(subject, event.value.into(), event.word, arrivals);
        if let Some(at) = stack {
            self.run.arrivals.note_area(subject, event.value, at);
        }
        event.define(subject, state, &self.run.forms, width.max(1) as u8);
        Ok(())
    }

    #[cold]
    fn misplaced(&self, index: usize, message: &str) -> Fault {
        let fault = fault(Check::Trace, &self.decoder.insts[index], message);
        match self.row(index).inst() {
            Some(inst) => fault.of(inst),
            None => fault,
        }
    }

    /// What the state needs to know of an instruction, and the layout of the IR's own call.
    fn step(&self, index: usize, state: &State) -> (Step, Option<CallLayout>) {
        let inst = &self.decoder.insts[index];
        let row = inst.row() as usize;
        let plain = match inst.raw.access().filter(|access| access.base != Reg::PC) {
            Some(access) => self.access(row, state, &access),
            None => Step::default(),
        };
        if !matches!(inst.class(), Class::Call | Class::CallIndirect) {
            return (plain, None);
        }
        if is_helper(self.subject, inst) {
            return (Step { area: self.subject.code.claim.frame.outgoing, ..plain }, None);
        }
        let layout = self.data(&self.rows.rows[row]).and_then(|data| arrival::call_layout(self.subject, data));
        let area = layout.as_ref().map_or(0, |layout| u32::try_from(layout.stack_bytes).unwrap_or(u32::MAX));
        (Step { area, pops: arrival::popped_area(layout.as_ref()), ..plain }, layout)
    }

    /// What the state needs to know of an access to memory.
    fn access(&self, row: usize, state: &State, access: &Access) -> Step {
        let data = self.data(&self.rows.rows[row]);
        let address = state.address(self.subject, access);
        let cell = is_cell(self.subject, &self.run.slots, &address, access.width);
        let named = address.as_stack().is_some()
            && (!cell || data.is_some_and(|data| is_named(self.subject, &self.run.arrivals, data, &address)));
        let counts = self.run.counts[row] && (!cell || named);
        Step { counts: counts.then_some(self.rows.rows[row].inst), named, ..Step::default() }
    }

    /// Runs once more from each place where paths meet, and notes what is held.
    fn replay(&mut self, visit: Visitor<'_>) -> Result<(), Fault> {
        let mut state = arrival::entry(self.subject);
        let mut live = true;
        for index in 0..self.decoder.insts.len() {
            if let Some(Some(there)) = self.run.states.get(self.run.meeting[index] as usize) {
                state.clone_from(there);
                live = true;
            }
            if !live {
                continue;
            }
            self.pass(index, &mut state, Some(visit))?;
            let mut targets = Vec::new();
            self.jumps(index, |target| targets.push(target));
            for target in targets {
                self.arrive(index, target, &mut state.clone(), true)?;
            }
            live = self.falls(index);
            if live {
                self.arrive(index, index + 1, &mut state, true)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, index: usize, state: &State) -> Result<(), Fault> {
        let inst = &self.decoder.insts[index];
        let Some(depth) = state.depth() else {
            return Err(fault(Check::Abi, inst, "the stack pointer is not known"));
        };
        let seen = &mut self.run.seen[index];
        *seen = Seen { depth, ..UNSEEN };
        if let Some(access) = inst.raw.access() {
            seen.address = state.address(self.subject, &access);
        }
        let held = |register| state.get(register).clone();
        (seen.first, seen.second) = match inst.raw {
            Inst::Store { rt, .. } => (held(rt), Held::UNKNOWN),
            Inst::BranchReg { rm } | Inst::CallReg { rm } => (held(rm), Held::UNKNOWN),
            Inst::CompareImm { rn, imm } => (held(rn), Term::constant(imm.into()).into()),
            Inst::Alu { op: Alu::Cmp, rdn, rm } => (held(rdn), held(rm)),
            Inst::WriteSpecial { rn, .. } => (held(rn), Held::UNKNOWN),
            _ => (Held::UNKNOWN, Held::UNKNOWN),
        };
        Ok(())
    }
}

/// Whether an address is that of a word of the frame that belongs to no slot.
pub(crate) fn is_cell(subject: Subject<'_>, slots: &Slots, address: &Held, width: Width) -> bool {
    address.as_stack().is_some_and(|at| {
        let start = i64::from(at) + i64::from(subject.code.claim.frame.bytes);
        !slots.touch(start, start + i64::from(width.bytes()))
    })
}

/// Whether one of an instruction's pointers names an address of the frame.
pub(crate) fn is_named(subject: Subject<'_>, arrivals: &Arrivals, data: &InstData, address: &Held) -> bool {
    let Some(at) = address.as_stack() else { return false };
    accessed(subject, data).into_iter().flatten().any(|(pointer, bytes)| {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let mut forms = Forms::default();
        forms.trace(subject, pointer, 0, arrivals);
        let holds = |first: i32| (first..first.saturating_add_unsigned(bytes.max(1))).contains(&at);
        forms.list.iter().any(|form| form.as_stack().is_some_and(holds)) || forms.lists(address, bytes)
    })
}

/// Whether a call is one of a helper, not the IR's own.
pub(crate) fn is_helper(subject: Subject<'_>, inst: &Decoded) -> bool {
    let relocation = subject.code.relocations.get(inst.relocation as usize);
    relocation.is_some_and(|relocation| matches!(relocation.target, Reference::Helper(_)))
}
