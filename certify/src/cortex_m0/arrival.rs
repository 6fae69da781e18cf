//! Where values come to be: parameters and results of calls where the platform's rules of calls put them (AAPCS32,
//! section 6.4), other values at the first place that the claim has for them behind their definition.

use super::decode::Decoded;
use super::held::Held;
use super::operand::Forms;
use super::state::State;
use super::term::{Base, Term};
use crate::piece::{NONE, Piece};
use crate::rows::{Row, Rows};
use crate::subject::Subject;
use artifact::{Location, Place};
use native_ir::abi::{self, CallLayout, Convention, Passed, Register, classify_call};
use native_ir::{EntityRef, FunctionType, Inst, InstData, Opcode, Passing, Type, Value, ValueDef};
use thumb::Reg;

/// A word of a value comes to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    /// The first byte before which it is there.
    pub(crate) offset: u32,
    /// The instruction that defines it; none for a parameter of a block.
    pub(crate) inst: Option<Inst>,
    /// The block of the value.
    pub(crate) block: u32,
    pub(crate) value: Value,
    pub(crate) word: u8,
    place: Place,
    /// Where control comes first: the IR instruction whose code is there, and whether it is other than its main code.
    rank: (u32, bool),
}

impl Event {
    /// What the place holds.
    pub(crate) fn held<'s>(&self, subject: Subject<'_>, state: &'s State) -> &'s Held {
        match self.place {
            Place::Core(register) => Reg::new(register).map_or(Held::unknown(), |register| state.get(register)),
            Place::Frame(offset) => state.cell(cell(subject, offset)),
            Place::Nowhere | Place::Vector(_) => Held::unknown(),
        }
    }

    /// From now on the place holds the value, and nothing else holds what the value was before. What the value is made of
    /// without a change of bits is there with it.
    pub(crate) fn define(&self, subject: Subject<'_>, state: &mut State, forms: &Forms, bits: u8) {
        state.forget(Base::Value(self.value, self.word));
        let before = self.held(subject, state).clone();
        state.name_equal(&before, Term::new(Base::Value(self.value, self.word), 0));
        for form in forms.list.iter().filter(|form| matches!(form.base, Base::Value(..)) && !form.indexed) {
            let itself = form.base == Base::Value(self.value, self.word);
            if itself || !before.counts_from(form.base) {
                self.name(subject, state, if itself { *form } else { form.cut(bits) });
            }
        }
    }

    fn name(&self, subject: Subject<'_>, state: &mut State, term: Term) {
        match self.place {
            // The stack pointer holds no value.
            Place::Core(register) if register != Reg::SP.number() => {
                if let Some(register) = Reg::new(register) {
                    state.name(register, term);
                }
            }
            Place::Frame(offset) => state.name_cell(cell(subject, offset), term),
            _ => {}
        }
    }
}

/// A place of the claim, from where the stack pointer was at the entry.
fn cell(subject: Subject<'_>, offset: u32) -> i32 {
    offset.wrapping_sub(subject.code.claim.frame.bytes) as i32
}

/// Where the values of a function come to be.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// Ascending by offset.
    events: Vec<Event>,
    /// By value: whether some of its words come to be somewhere.
    known: Vec<bool>,
    /// Aggregates that arrived: the parameter, and where the function has put them, from the entry's stack pointer.
    areas: Vec<(Value, i32)>,
}

impl Arrivals {
    /// Takes those of a function from the claim.
    pub(crate) fn build(&mut self, subject: Subject<'_>, insts: &[Decoded], rows: &Rows) {
        let body = &subject.function.body;
        self.events.clear();
        self.areas.clear();
        self.known.clear();
        self.known.resize(body.values.len(), false);
        for (known, data) in self.known.iter_mut().zip(body.values.values()) {
            *known = matches!(data.def(), ValueDef::Result(inst) if is_call(body.insts.get(inst)));
        }
        let signature = subject.context.module.signature(subject.function);
        let passings = signature.into_iter().flat_map(|signature| &signature.params).map(|param| param.passing);
        let params = body.blocks.values().next().map(|block| block.params()).into_iter().flatten();
        for (value, passing) in params.zip(passings) {
            // The address of an aggregate is where the function has put it.
            self.known[value.index()] = !matches!(passing, Passing::Agg | Passing::ByVal);
        }
        for location in &subject.code.claim.locations {
            if let Some(event) = event(subject, insts, rows, location)
                && !self.known(event.value)
            {
                self.events.push(event);
            }
        }
        for event in &self.events {
            self.known[event.value.index()] = true;
        }
        // Behind its definition a value may move within what counts as that: the first place is where it comes to be.
        self.events.sort_by_key(|event| (event.value, event.word, event.rank, event.offset));
        self.events.dedup_by(|next, first| {
            (next.value, next.word) == (first.value, first.word) && next.offset != first.offset
        });
        self.events.sort_by_key(|event| event.offset);
    }

    /// Whether it is known where a value comes to be.
    pub(crate) fn known(&self, value: Value) -> bool {
        self.known.get(value.index()).copied().unwrap_or(false)
    }

    /// Notes where an aggregate that arrived is; false when the value is none.
    pub(crate) fn note_area(&mut self, subject: Subject<'_>, value: Value, at: i32) -> bool {
        let body = &subject.function.body;
        let entry = matches!(body.values.get(value).map(native_ir::ValueData::def), Some(ValueDef::Parameter(block)) if block.index() == 0);
        if entry && !self.areas.contains(&(value, at)) {
            self.areas.push((value, at));
        }
        entry
    }

    /// Where an aggregate that arrived is.
    pub(crate) fn area(&self, value: Value) -> Option<i32> {
        self.areas.iter().find(|area| area.0 == value).map(|area| area.1)
    }

    /// What comes to be before a byte.
    pub(crate) fn at(&self, offset: u32) -> &[Event] {
        let start = self.events.partition_point(|event| event.offset < offset);
        let end = self.events.partition_point(|event| event.offset <= offset);
        self.events.get(start..end).unwrap_or(&[])
    }
}

fn is_call(data: Option<&InstData>) -> bool {
    data.is_some_and(|data| matches!(data.opcode, Opcode::Call | Opcode::CallIndirect))
}

/// A row of the claim as an event: one that begins in the code of the value's block, not before the code that defines
/// it, or where that block's code ends. What was there before comes to be where that code begins: parameters, and results that
/// are computed with another instruction. An aggregate that arrived is in one place all the time, wherever the claim tells it.
fn event(subject: Subject<'_>, insts: &[Decoded], rows: &Rows, location: &Location) -> Option<Event> {
    let body = &subject.function.body;
    let Location { value, word, start, end: until, place } = *location;
    let row_at = |offset: u32| {
        let index = insts.binary_search_by_key(&offset, Piece::offset).ok()?;
        let row = insts.get(index)?.row();
        Some((row as usize, rows.rows.get(row as usize)?))
    };
    let (block, inst, main) = match body.values.get(value)?.def() {
        ValueDef::Parameter(block) if block.index() == 0 => {
            let block = row_at(start)?.1.block;
            return Some(Event { offset: start, inst: None, block, value, word, place, rank: (0, false) });
        }
        ValueDef::Parameter(block) => (block.as_u32(), None, None),
        ValueDef::Result(inst) => {
            let layout = body.blocks.values().as_slice();
            let block = layout.partition_point(|block| block.end_inst <= inst) as u32;
            (block, Some(inst), rows.main(inst.as_u32()))
        }
        _ => return None,
    };
    let home = rows.homes.get(block as usize).filter(|home| home.first_row < home.end_row)?;
    // What is computed with another instruction has no code of its own.
    let first = rows.rows.get(main.unwrap_or(home.first_row as usize))?;
    let begin = insts.get(first.start as usize)?.offset();
    let last = rows.rows.get(home.end_row as usize - 1)?;
    let end = insts.get(last.end as usize).map_or(subject.code.literals, Piece::offset);
    let start = if until > begin { start.max(begin) } else { start };
    let hot = (begin..=end).contains(&start);
    let row = row_at(start).filter(|(_, row)| row.block == block);
    let behind = |row: &Row| inst.is_some_and(|inst| row.inst >= inst.as_u32());
    let rank = row.map_or((NONE, false), |(index, row)| (row.inst, rows.main(row.inst) != Some(index)));
    let inside = hot || row.is_some_and(|(_, row)| behind(row));
    inside.then_some(Event { offset: start, inst, block, value, word, place, rank })
}

/// How a function of a type is called, with arguments of these types behind the named ones.
pub(crate) fn layout(subject: Subject<'_>, ty: Option<&FunctionType>, extra: &[Type]) -> Option<CallLayout> {
    let context = subject.context;
    classify_call(&context.module.types, &context.layouts, Convention::Aapcs32, ty?, extra).ok()
}

/// How the call of an instruction is done.
pub(crate) fn call_layout(subject: Subject<'_>, data: &InstData) -> Option<CallLayout> {
    let module = subject.context.module;
    let body = &subject.function.body;
    let ty = match data.opcode {
        Opcode::Call | Opcode::TailCall => module.callee_type(data.symbol()).map(|(_, ty)| ty),
        Opcode::CallIndirect | Opcode::TailCallIndirect => {
            module.types.as_code_pointer(body.operand_type(data.operand(0)))
        }
        _ => None,
    };
    let named = ty.map_or(0, |ty| ty.params.len());
    let (arguments, _) = body.call_operands(data);
    let extra = arguments.iter().skip(named).map(|&argument| body.operand_type(argument));
    layout(subject, ty, &extra.collect::<Vec<_>>())
}

/// The bytes of arguments that a callee takes away when it returns.
pub(crate) fn popped_area(layout: Option<&CallLayout>) -> u32 {
    layout.filter(|layout| layout.callee_pops).map_or(0, |layout| u32::try_from(layout.stack_bytes).unwrap_or(0))
}

/// What is held at a function's first byte.
pub(crate) fn entry(subject: Subject<'_>) -> State {
    let mut state = State::entry();
    let signature = subject.context.module.signature(subject.function);
    let Some(layout) = layout(subject, signature, &[]) else { return state };
    let body = &subject.function.body;
    let params = body.blocks.values().next().map(|block| block.params()).into_iter().flatten();
    for (value, passed) in params.zip(&layout.params) {
        pass(&mut state, &layout, passed, value);
    }
    state
}

/// Behind a call the results are where the callee leaves them.
pub(crate) fn results(subject: Subject<'_>, state: &mut State, inst: Inst, layout: &CallLayout) {
    for (value, passed) in subject.function.body.results(inst).zip(&layout.results) {
        pass(state, layout, passed, value);
    }
}

/// A value is where the layout puts it; of an aggregate no value is there.
fn pass(state: &mut State, layout: &CallLayout, passed: &Passed, value: Value) {
    if matches!(passed.passing, Passing::Agg | Passing::ByVal) {
        return;
    }
    for piece in layout.pieces(passed) {
        let first = u8::try_from(piece.offset / 4).unwrap_or(u8::MAX);
        match piece.location {
            abi::Location::Register(Register::Core(number)) => {
                let base = Base::Value(value, first);
                state.forget(base);
                if let Some(register) = Reg::new(number) {
                    state.set(register, Held::base(base));
                }
            }
            abi::Location::Register(Register::Vector(_)) => {}
            abi::Location::Stack(at) => {
                for word in 0..u8::try_from(piece.bytes.div_ceil(4)).unwrap_or(0) {
                    let at = i32::try_from(at).unwrap_or(i32::MAX).saturating_add(4 * i32::from(word));
                    let base = Base::Value(value, first.saturating_add(word));
                    state.store(at, 4, Some(Held::base(base)));
                }
            }
        }
    }
}
