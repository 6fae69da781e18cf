//! Small functions that are done where they are called.
//!
//! A function of one block that does nothing but compute, and cannot trap, has the same effect when its instructions stand
//! in the caller's code: on the slots behind the caller's frame, where its own frame would be. No report can tell, for
//! nothing in it stops; fuel is charged with the caller's segment, which is as long as both together. A program
//! that is profiled calls everything, so that counts are of each function; step code calls everything, so that fuel may
//! end in the callee.

use super::function::{Code, Emit};
use super::{parameter_slots, result_slots};
use crate::frame::HEADER;
use crate::operation::Op;
use crate::word;
use native_ir::{Function, FunctionType, Inline, Inst, InstData, Opcode, TypeKind, Value};

/// The most instructions of the IR that are worth repeating, the return among them.
const MOST: usize = 10;

/// What a function does, on slots counted from its slot 0.
#[derive(Debug)]
pub(crate) struct Inlined {
    steps: Vec<Step>,
    /// Slots of its frame.
    frame: u32,
    /// The slot of the result, if there is one.
    result: Option<u16>,
    /// Instructions of the IR.
    pub(crate) cost: u32,
}

/// An instruction of two words at most.
#[derive(Clone, Copy, Debug)]
struct Step {
    first: u64,
    literal: Option<u64>,
    /// Whether `b`, `c`, the literal's lower and its upper half are slots that it reads.
    reads: [bool; 4],
}

/// Whether a function may be one that is done where it is called; its code decides.
pub(crate) fn is_small(function: &Function, signature: &FunctionType) -> bool {
    let body = &function.body;
    body.blocks.len() == 1
        && body.insts.len() <= MOST
        && function.slots.is_empty()
        && function.inline != Inline::Never
        && !signature.varargs
        && signature.aggregate_result().is_none()
        && parameter_slots(signature) as usize == signature.params.len()
        && result_slots(signature) <= 1
        && body.insts.values().all(|data| data.opcode == Opcode::Return || !data.opcode.is_terminator())
}

impl Inlined {
    /// What the fast code of a small function does, if it only computes.
    pub(crate) fn of(function: &Function, code: &Code) -> Option<Inlined> {
        let mut inlined =
            Inlined { steps: Vec::new(), frame: code.frame, result: None, cost: function.body.insts.len() as u32 };
        let mut words = code.words.iter().copied();
        while let Some(first) = words.next() {
            let op = word::op(first);
            match op {
                Op::CHARGE => {}
                Op::RETURN | Op::RETURN_FUEL => return Some(inlined),
                Op::RETURN_ONE | Op::RETURN_ONE_FUEL => {
                    inlined.result = Some(word::a(first));
                    return Some(inlined);
                }
                op if computes(op) => {
                    let literal = if op.entry().words == 2 { Some(words.next()?) } else { None };
                    inlined.steps.push(Step::new(first, literal));
                }
                _ => return None,
            }
        }
        None
    }

    /// How many slots it uses behind the caller's frame and a header.
    pub(super) fn frame(&self) -> u32 {
        self.frame
    }
}

/// Whether an operation computes slot `a` from the slots and literals that it names, and nothing else.
fn computes(op: Op) -> bool {
    const TRAPPING: [Opcode; 4] = [Opcode::Udiv, Opcode::Sdiv, Opcode::Urem, Opcode::Srem];
    let entry = op.entry();
    let pure = match entry.key {
        Some(key) => {
            let narrow = key.from != TypeKind::I128 && key.to != TypeKind::I128;
            narrow && entry.form.starts_with("a = ") && !TRAPPING.contains(&key.opcode)
        }
        None => entry.is_pair() || [Op::COPY, Op::CONSTANT, Op::SMALL, Op::SELECT].contains(&op),
    };
    pure && !entry.form.contains('^')
}

impl Step {
    fn new(first: u64, literal: Option<u64>) -> Step {
        let form = word::op(first).entry().form;
        Step {
            first,
            literal,
            reads: ["b", "c", "s1", "s1h"].map(|part| form.split(' ').any(|other| other == part)),
        }
    }

    /// Its words, with each slot that it reads replaced, and another destination.
    fn moved(&self, to: u16, slot: impl Fn(u16) -> u16) -> (u64, Option<u64>) {
        let [b, c, low, high] = self.reads;
        let replaced = |reads: bool, old: u16| if reads { slot(old) } else { old };
        let (b, c) = (replaced(b, word::b(self.first)), replaced(c, word::c(self.first)));
        let half = |reads: bool, old: u32| if reads { u32::from(slot(old as u16)) } else { old };
        let literal = self.literal.map(|old| word::pair(half(low, old as u32), half(high, (old >> 32) as u32)));
        (word::pack(word::op(self.first), to, b, c), literal)
    }
}

impl<'t> Emit<'t, '_> {
    /// What a call does, when it is done here.
    pub(super) fn inlined(&self, data: &InstData) -> Option<&'t Inlined> {
        if self.steps() || data.opcode != Opcode::Call {
            return None;
        }
        let inlined = self.context.inlined.get(self.context.function_index(data.symbol())?)?.as_ref()?;
        let end = self.frame.total + HEADER as u32 + inlined.frame;
        (end < u32::from(u16::MAX)).then_some(inlined)
    }

    /// Does what a call does.
    pub(super) fn inline(&mut self, inst: Inst, data: &InstData, inlined: &Inlined) {
        let base = (self.frame.total + HEADER as u32) as u16;
        let (args, _) = self.body.call_operands(data);
        // Arguments are read where they are, until the callee writes to their slots.
        let mut places: Vec<u16> = (0..inlined.frame as u16).map(|slot| base + slot).collect();
        for (index, &arg) in args.iter().enumerate() {
            match self.root(arg).value().map(|value| self.slot(value)) {
                Some(slot) if slot < u32::from(u16::MAX) => places[index] = slot as u16,
                _ => self.put(u32::from(base) + index as u32, arg, 1),
            }
        }
        let result: Option<Value> = self.body.results(inst).next();
        let to = result.map(|value| self.result(value));
        for (index, step) in inlined.steps.iter().enumerate() {
            let a = word::a(step.first);
            let last = index + 1 == inlined.steps.len() && inlined.result == Some(a);
            let own = base + a;
            let to = to.filter(|_| last).unwrap_or(own);
            let (first, literal) = step.moved(to, |slot| places[usize::from(slot)]);
            self.asm.op(word::op(first), word::a(first), word::b(first), word::c(first));
            literal.into_iter().for_each(|literal| self.asm.literal(literal));
            places[usize::from(a)] = to;
        }
        if let (Some(to), Some(from)) = (to, inlined.result) {
            let from = places[usize::from(from)];
            if from != to {
                self.copy_slot(u32::from(to), u32::from(from));
            }
        }
        self.inlined_calls.push((inst, inlined.cost));
    }
}
