//! What is fused: which address computations and compares need no instruction of their own.
//!
//! A pure instruction whose one use is close behind it in its block, with nothing between that writes to its operands'
//! slots, can be left out: its user does its work. Addresses go into loads and stores (base + index × stride +
//! displacement), also when several of them use one address, and into addresses what widens an index or adds to it;
//! compares into branches, tests of a value's lowest bit into
//! branches and selects. What is left out is decided here, for the code that runs fast; single-step
//! code leaves out nothing.

use super::live::words;
use super::slots::Allocation;
use native_ir::{Body, EntityRef, Inst, InstData, Opcode, Operand, Value, ValueDef};
use std::ops::Range;

/// Whether a segment, the instructions whose fuel is charged at once, ends behind an opcode: where another function runs, or
/// the fiber may pause.
pub(super) fn ends_segment(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::Call
            | Opcode::CallIndirect
            | Opcode::Emit
            | Opcode::FiberSpawn
            | Opcode::FiberResume
            | Opcode::FiberCancel
            | Opcode::FiberStatus
            | Opcode::FiberRefuel
    )
}

/// How far a user may be behind an instruction that it absorbs, in instructions.
const REACH: usize = 16;

/// How many accesses may do the work of one address each by itself.
const MOST_ACCESSES: u32 = 4;

/// What is left out.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Of each value, how many accesses of its block could absorb the address that it is.
    accesses: Vec<u8>,
    fates: Vec<Fate>,
}

/// What becomes of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    /// All users do its work.
    Absorbed,
    /// A user needs its result.
    Needed,
}

impl Plan {
    /// Begins a function.
    pub(super) fn begin(&mut self, body: &Body) {
        self.accesses.clear();
        self.accesses.resize(body.values.len(), 0);
        self.fates.clear();
        self.fates.resize(body.insts.len(), Fate::Open);
    }

    /// Whether an instruction is left out.
    pub(super) fn is_absorbed(&self, inst: Inst) -> bool {
        self.fates[inst.index()] == Fate::Absorbed
    }

    /// The instruction behind an operand, when `user` can absorb it.
    pub(super) fn candidate<'b>(
        &self,
        body: &'b Body,
        allocation: &Allocation,
        operand: Operand,
        user: Inst,
    ) -> Option<(Inst, &'b InstData)> {
        let value = allocation.root(operand).value()?;
        if !allocation.is_used_once(value) && u32::from(self.accesses[value.index()]) != allocation.uses(value) {
            return None;
        }
        self.definition(body, allocation, value, user)
    }

    /// The instruction behind a value, when it may be absorbed and `user` could do its work.
    fn definition<'b>(
        &self,
        body: &'b Body,
        allocation: &Allocation,
        value: Value,
        user: Inst,
    ) -> Option<(Inst, &'b InstData)> {
        let ValueDef::Result(inst) = body.values[value].def() else { return None };
        let data = &body.insts[inst];
        let near = inst < user && user.index() - inst.index() <= REACH && self.fates[inst.index()] != Fate::Needed;
        (near && is_fusible(data.opcode) && self.is_quiet(body, allocation, inst, user)).then_some((inst, data))
    }

    /// Notes that an access could absorb the address that it uses. An address with several uses is absorbed when all of
    /// them are such.
    pub(super) fn note_access(&mut self, body: &Body, allocation: &Allocation, pointer: Operand, user: Inst) {
        let Some(value) = allocation.root(pointer).value() else { return };
        let several = (2..=MOST_ACCESSES).contains(&allocation.uses(value));
        if several && self.definition(body, allocation, value, user).is_some() {
            self.accesses[value.index()] += 1;
        }
    }

    /// Whether nothing between two instructions of a block writes to a slot that the first one reads.
    fn is_quiet(&self, body: &Body, allocation: &Allocation, inst: Inst, user: Inst) -> bool {
        let data = &body.insts[inst];
        let mut reads = [0..0, 0..0];
        let operands = match compare_behind(body, data) {
            Some(compare) => compare,
            None => data,
        };
        for (read, index) in reads.iter_mut().zip(0..operands.fixed_operands()) {
            if let Some(value) = allocation.root(operands.operand(index)).value() {
                *read = slots_of(body, allocation, value);
            }
        }
        let between = inst.index() + 1..user.index();
        between.map(Inst::new).all(|other| {
            let data = &body.insts[other];
            let writes = |result: Value| {
                let written = slots_of(body, allocation, result);
                reads.iter().any(|read| read.end > written.start && written.end > read.start)
            };
            // Names of other values are not written, nor what was left out.
            let is_written = |&result: &Value| allocation.root(result.into()) == result.into();
            !data.opcode.is_terminator()
                && !ends_segment(data.opcode)
                && (self.is_absorbed(other) || !body.results(other).filter(is_written).any(writes))
        })
    }

    /// Leaves an instruction out.
    pub(super) fn absorb(&mut self, inst: Inst) {
        self.fates[inst.index()] = Fate::Absorbed;
    }

    /// Says that a user needs the value behind an operand, so that no earlier user of what it is part of absorbs it.
    pub(super) fn need(&mut self, body: &Body, allocation: &Allocation, operand: Operand) {
        let Some(value) = allocation.root(operand).value() else { return };
        if let ValueDef::Result(inst) = body.values[value].def()
            && !self.is_absorbed(inst)
        {
            self.fates[inst.index()] = Fate::Needed;
        }
    }
}

/// Whether an instruction of an opcode may be left out, its user doing its work. A load is too, by a sign extension alone.
#[inline]
pub(super) fn is_fusible(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::Element
            | Opcode::Field
            | Opcode::Offset
            | Opcode::Slot
            | Opcode::Sext
            | Opcode::Iadd
            | Opcode::And
            | Opcode::Icmp
            | Opcode::Fcmp
            | Opcode::Test
    )
}

/// The slots of a value.
fn slots_of(body: &Body, allocation: &Allocation, value: Value) -> Range<u32> {
    match allocation.slot(value) {
        Allocation::NONE => 0..0,
        slot => slot..slot + words(body.value_type(value)),
    }
}

/// The compare that made a value of flags.
pub(super) fn compare_of_flags(body: &Body, value: Value) -> Option<&InstData> {
    let ValueDef::Result(inst) = body.values[value].def() else { return None };
    let data = &body.insts[inst];
    matches!(data.opcode, Opcode::Compare | Opcode::Fcompare).then_some(data)
}

/// For a test of flags, the compare behind it.
fn compare_behind<'b>(body: &'b Body, data: &InstData) -> Option<&'b InstData> {
    match data.opcode {
        Opcode::Test => compare_of_flags(body, data.operand(0).value()?),
        _ => None,
    }
}
