//! Operations that are joined with the one just before, the result of which nothing else uses.

use super::function::Emit;
use super::live::words;
use crate::operation::{Form, Index, Key, Loaded, Op, Pair, PairForm, Transfer, Use};
use crate::word;
use native_ir::{EntityRef, Inst, InstData, Opcode, Operand, Ordering, TypeKind};

impl Emit<'_, '_> {
    /// Makes one instruction of the one just before, whose result nothing else uses, and this operation.
    pub(super) fn join(&mut self, key: Key, inst: Inst, [left, right]: [Operand; 2]) -> bool {
        if self.checked() || self.steps() || key.condition.is_some() {
            return false;
        }
        let Some(&before) = self.asm.words_before().and_then(<[u64]>::first) else { return false };
        let slot = u32::from(word::a(before));
        let is_before = |operand: Operand| {
            let value = operand.value().filter(|&value| self.allocation.is_used_once(value));
            value.is_some_and(|value| self.slot(value) == slot)
        };
        // The first result goes nowhere: what was in its slot before is not what the second one uses.
        let (other, is_left) = match (is_before(left), is_before(right)) {
            (true, _) => (right, true),
            (_, true) => (left, false),
            _ => return false,
        };
        self.join_pair(key, inst, other, is_left) || self.join_load(key, inst, other)
    }

    fn join_pair(&mut self, key: Key, inst: Inst, other: Operand, is_left: bool) -> bool {
        let Some((word, literal)) = self.asm.before() else { return false };
        let Some((op, c, literal)) = self.pair_with(key, (word, literal), other, is_left) else { return false };
        self.asm.take_back();
        let to = self.first_result(inst);
        self.asm.op(op, to, word::b(word), c);
        self.asm.literal(literal);
        true
    }

    /// The operation that does the one just before and then this one with its result and `other`; with its slot `c` and its
    /// literal.
    fn pair_with(
        &self,
        key: Key,
        (word, literal): (u64, u64),
        other: Operand,
        is_left: bool,
    ) -> Option<(Op, u16, u64)> {
        let before = word::op(word).entry().key.filter(|before| before.from == key.from && before.to == key.to)?;
        let first = before.opcode;
        let number = self.constant(other);
        let form = match (before.form, number) {
            (Form::Slots, None) => PairForm::Slots,
            (Form::Slots, Some(_)) => PairForm::SecondLiteral,
            (Form::Literal, None) => PairForm::FirstLiteral,
            (Form::Literal, Some(_)) => PairForm::Literals,
            _ => return None,
        };
        let left = is_left
            || matches!(key.opcode, Opcode::Iadd | Opcode::Imul | Opcode::And | Opcode::Or)
            || matches!(key.opcode, Opcode::Xor | Opcode::Fadd | Opcode::Fmul);
        let op = Op::pair(Pair { first, second: key.opcode, kind: key.from, left, form })?;
        let third = || self.near_value(other).filter(|&third| third != word::a(word));
        let small = |bits: u64| match key.from {
            TypeKind::I64 => i32::try_from(bits as i64).ok().map(|number| number as u32),
            _ => Some(bits as u32),
        };
        Some(match form {
            PairForm::Slots => (op, word::c(word), u64::from(third()?)),
            PairForm::FirstLiteral => (op, third()?, literal),
            PairForm::SecondLiteral => (op, word::c(word), number? as u64),
            PairForm::Literals => (op, 0, word::pair(small(literal)?, small(number? as u64)?)),
        })
    }

    /// Makes one instruction of a load from a slot plus an index and of this operation on what it loads; or of both and the sum
    /// that they are part of.
    fn join_load(&mut self, key: Key, inst: Inst, other: Operand) -> bool {
        let then = match key.opcode {
            Opcode::Iadd | Opcode::Fadd => Use::Add,
            Opcode::Imul | Opcode::Fmul => Use::Multiply,
            _ => return false,
        };
        let Some(&[word, ref literals @ ..]) = self.asm.words_before() else { return false };
        let Some(other) = self.near_value(other).filter(|&other| other != word::a(word)) else { return false };
        let (op, literals) = match (loaded_factor(word::op(word), key.from).filter(|_| then == Use::Add), literals)
        {
            (Some(factor), &[place, first]) => {
                (Op::loaded(factor, Use::MultiplyAdd), [place, word::pair(first as u32, other.into())])
            }
            _ => {
                let literal = literals.first().copied().unwrap_or(0);
                let Some((kind, place)) = loaded(word::op(word), key.from, literal) else { return false };
                (Op::loaded(kind, then), [place, word::pair(other.into(), other.into())])
            }
        };
        let load = self.asm.inst_before();
        self.asm.take_back();
        // A trap is the load's.
        load.into_iter().for_each(|load| self.asm.mark(load));
        let to = self.first_result(inst);
        self.asm.op(op, to, word::b(word), word::c(word));
        literals.into_iter().for_each(|literal| self.asm.literal(literal));
        true
    }

    /// The slot of an operand, when it is a value that instructions can name.
    fn near_value(&self, operand: Operand) -> Option<u16> {
        let slot = self.root(operand).value().map(|value| self.slot(value))?;
        u16::try_from(slot).ok().filter(|&slot| slot < u16::MAX)
    }

    /// Leaves out a truncation whose one user comes next and looks at the lower bits alone.
    pub(super) fn leave_truncation(&mut self, inst: Inst, data: &InstData) -> bool {
        let value = self.body.first_results[inst.index()];
        let kind = self.context.kind(self.body.value_type(value));
        if self.checked() || self.steps() || !is_truncated(kind) || !self.allocation.is_used_once(value) {
            return false;
        }
        let end = self.body.blocks[self.block_of(inst)].end_inst;
        let mut behind = (inst.index() + 1..end.index()).map(Inst::new);
        let silent = |inst: Inst| self.plan.is_absorbed(inst) || self.is_alias(inst, &self.body.insts[inst]);
        let Some(user) = behind.find(|&inst| !silent(inst)) else { return false };
        let user = &self.body.insts[user];
        // Under no other name: that of a wider value has the zeros above.
        let uses = |operand: Operand| operand == Operand::from(value);
        let narrow = match user.opcode {
            Opcode::Store => uses(user.operand(0)) && user.attributes.ordering() != Ordering::Volatile,
            Opcode::Iadd | Opcode::Isub | Opcode::Imul | Opcode::And | Opcode::Or | Opcode::Xor | Opcode::Shl => {
                uses(user.operand(0)) || uses(user.operand(1))
            }
            _ => false,
        };
        let from = self.root(data.operand(0));
        let left = narrow && from.value().is_some() && words(self.body.operand_type(from)) == 1;
        if left {
            self.truncated = Some((value, from));
        }
        left
    }

    /// What a truncation that was left out truncates; else the operand itself.
    #[inline]
    pub(super) fn before_truncation(&self, operand: Operand) -> Operand {
        match self.truncated {
            Some((value, from)) if operand == Operand::from(value) => from,
            _ => operand,
        }
    }
}

/// Whether operations on a type look at its bits alone, whatever their slots have above them.
fn is_truncated(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::I8 | TypeKind::I16 | TypeKind::I32)
}

/// The numbers of a type that operations load and use at once, with the logarithms of their widths in memory.
fn loadable(kind: TypeKind) -> &'static [(Loaded, u32)] {
    match kind {
        TypeKind::I32 => &[(Loaded::I32, 2), (Loaded::Signed16, 1)],
        TypeKind::I64 => &[(Loaded::I64, 3)],
        TypeKind::F32 => &[(Loaded::F32, 2)],
        TypeKind::F64 => &[(Loaded::F64, 3)],
        _ => &[],
    }
}

/// The number that an operation loads from a slot plus an index of 64 bits, when it is one of this type, and where: stride and
/// displacement.
fn loaded(op: Op, kind: TypeKind, literal: u64) -> Option<(Loaded, u64)> {
    loadable(kind).iter().find_map(|&(loaded, log)| {
        let load = |by_width| {
            let index = Index { long: true, by_width };
            match loaded {
                Loaded::Signed16 => Op::signed(Some(index), false, log, 2),
                _ => Some(Op::indexed(Transfer::Load, false, index, log)),
            }
        };
        match op {
            op if load(false) == Some(op) => Some((loaded, literal)),
            op if load(true) == Some(op) => Some((loaded, word::pair(1 << log, 0))),
            _ => None,
        }
    })
}

/// What an operation loads and multiplies, when it is a number of this type.
fn loaded_factor(op: Op, kind: TypeKind) -> Option<Loaded> {
    loadable(kind).iter().map(|loadable| loadable.0).find(|&factor| Op::loaded(factor, Use::Multiply) == op)
}
