//! Operations that are joined with the one just before, the result of which nothing else uses.

use super::function::Emit;
use super::live::words;
use crate::operation::{Form, Index, Key, Loaded, Op, Pair, PairForm, Transfer, Use};
use crate::word;
use native_ir::{EntityRef, Inst, InstData, Opcode, Operand, Ordering, TypeKind};

impl Emit<'_, '_> {
    /// Makes one instruction of the operation just before, whose result nothing else uses, and this one.
    pub(super) fn join_pair(&mut self, key: Key, inst: Inst, left: Operand, right: Operand) -> bool {
        if self.checked() || self.steps() || key.condition.is_some() {
            return false;
        }
        let Some(before) = self.asm.before() else { return false };
        let joined = self
            .pair_with(key, before, left, right, true)
            .or_else(|| self.pair_with(key, before, right, left, false));
        let Some((op, c, literal)) = joined else { return false };
        self.asm.take_back();
        let to = self.first_result(inst);
        self.asm.op(op, to, word::b(before.0), c);
        self.asm.literal(literal);
        true
    }

    /// The operation that does the one just before, which gives `operand`, and then this one with it and `other`; with its
    /// slot `c` and its literal.
    fn pair_with(
        &self,
        key: Key,
        (word, literal): (u64, u64),
        operand: Operand,
        other: Operand,
        is_left: bool,
    ) -> Option<(Op, u16, u64)> {
        let value = operand.value()?;
        let slot = u32::from(word::a(word));
        if slot != self.slot(value) || !self.allocation.is_used_once(value) {
            return None;
        }
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
        // The first result goes nowhere: what was in its slot before is not what the second one uses.
        let third = || {
            let third = self.root(other).value().map(|value| self.slot(value)).filter(|&third| third != slot);
            third.filter(|&third| third < u32::from(u16::MAX)).map(|third| third as u16)
        };
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

    /// Makes one instruction of a load from a slot plus an index, just before, and of this operation on what it loads; or of
    /// both and the sum that they are part of.
    pub(super) fn join_load(&mut self, key: Key, inst: Inst, [left, right]: [Operand; 2]) -> bool {
        if self.checked() || self.steps() || key.condition.is_some() || self.context.settings.narrow {
            return false;
        }
        let (adds, multiplies) =
            (matches!(key.opcode, Opcode::Iadd | Opcode::Fadd), matches!(key.opcode, Opcode::Imul | Opcode::Fmul));
        let Some(words) = self.asm.words_before().filter(|_| adds || multiplies) else { return false };
        let (word, literals) = (words[0], [1, 2].map(|index| words.get(index).copied().unwrap_or(0)));
        let slot = word::a(word);
        let joined = [(left, right), (right, left)].into_iter().find_map(|(operand, other)| {
            let value = operand.value()?;
            let before = self.slot(value) == u32::from(slot) && self.allocation.is_used_once(value);
            let other = self.near_value(other).filter(|&other| before && other != slot)?;
            match loaded_product(word::op(word), key.from).filter(|_| adds) {
                Some(op) => Some((op, [literals[0], word::pair(literals[1] as u32, other.into())])),
                None => {
                    let (kind, place) = loaded(word::op(word), key.from, literals[0])?;
                    let then = if adds { Use::Add } else { Use::Multiply };
                    Some((Op::loaded(kind, then), [place, word::pair(other.into(), other.into())]))
                }
            }
        });
        let Some((op, literals)) = joined else { return false };
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
    pub(super) fn before_truncation(&mut self, operand: Operand) -> Operand {
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

/// The number that an operation loads from a slot plus an index of 64 bits, when it is one of this type, and where: stride and
/// displacement.
fn loaded(op: Op, kind: TypeKind, literal: u64) -> Option<(Loaded, u64)> {
    let candidates: &[(Loaded, u32)] = match kind {
        TypeKind::I32 => &[(Loaded::I32, 2), (Loaded::Signed16, 1)],
        TypeKind::I64 => &[(Loaded::I64, 3)],
        TypeKind::F32 => &[(Loaded::F32, 2)],
        TypeKind::F64 => &[(Loaded::F64, 3)],
        _ => return None,
    };
    candidates.iter().find_map(|&(loaded, log)| {
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

/// The operation that adds to the product that another one loads a factor of.
fn loaded_product(op: Op, kind: TypeKind) -> Option<Op> {
    let candidates: &[Loaded] = match kind {
        TypeKind::I32 => &[Loaded::I32, Loaded::Signed16],
        TypeKind::I64 => &[Loaded::I64],
        TypeKind::F32 => &[Loaded::F32],
        TypeKind::F64 => &[Loaded::F64],
        _ => return None,
    };
    let loaded = candidates.iter().find(|&&loaded| Op::loaded(loaded, Use::Multiply) == op)?;
    Some(Op::loaded(*loaded, Use::MultiplyAdd))
}
