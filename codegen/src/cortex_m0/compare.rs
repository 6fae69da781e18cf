//! Compares and what decides by them: as flags for the instruction behind them, as values ([`value`]), or as a choice of
//! one of two values ([`choose`]).

mod choose;
mod value;

use super::inst::{Cond, Inst, Reg, Shift};
use super::lower::{Lower, words_of};
use crate::live::Fold;
use native_ir::{Condition, EntityRef, Inst as IrInst, InstData, Opcode, Operand, TypeKind};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// It is known.
    Known(bool),
    /// The flags say it.
    Flags(Cond),
}

/// What `CMP a, b` tells of a condition on integers.
pub(super) fn integer_condition(condition: Condition) -> Cond {
    match condition {
        Condition::Eq => Cond::Eq,
        Condition::Slt => Cond::Lt,
        Condition::Sle => Cond::Le,
        Condition::Sgt => Cond::Gt,
        Condition::Sge => Cond::Ge,
        Condition::Ult => Cond::Cc,
        Condition::Ule => Cond::Ls,
        Condition::Ugt => Cond::Hi,
        Condition::Uge => Cond::Cs,
        _ => Cond::Ne,
    }
}

/// The condition on exchanged operands.
pub(super) fn exchanged(condition: Condition) -> Condition {
    match condition {
        Condition::Slt => Condition::Sgt,
        Condition::Sle => Condition::Sge,
        Condition::Sgt => Condition::Slt,
        Condition::Sge => Condition::Sle,
        Condition::Ult => Condition::Ugt,
        Condition::Ule => Condition::Uge,
        Condition::Ugt => Condition::Ult,
        Condition::Uge => Condition::Ule,
        condition => condition,
    }
}

/// A condition on bits, on the numbers 0 and 1: read with a sign, 1 is less than 0.
fn bit_condition(condition: Condition) -> Condition {
    match condition {
        Condition::Slt => Condition::Ugt,
        Condition::Sle => Condition::Uge,
        Condition::Sgt => Condition::Ult,
        Condition::Sge => Condition::Ule,
        condition => condition,
    }
}

fn is_signed(condition: Condition) -> bool {
    matches!(condition, Condition::Slt | Condition::Sle | Condition::Sgt | Condition::Sge)
}

fn is_equality(condition: Condition) -> bool {
    matches!(condition, Condition::Eq | Condition::Ne)
}

impl Lower<'_> {
    /// Makes flags for an `i1`.
    pub(super) fn condition(&mut self, operand: Operand) -> Test {
        if let Some(bits) = self.constant(operand) {
            return Test::Known(bits & 1 != 0);
        }
        if let Some(value) = operand.value()
            && let Fold::Compare(inst) = self.live.folds[value.index()]
        {
            let condition = self.body.insts[inst].attributes.condition();
            return Test::Flags(self.compare(inst, condition));
        }
        let reg = self.reg(operand);
        self.emit(Inst::CmpImm { a: reg, imm: 0 });
        Test::Flags(Cond::Ne)
    }

    /// Makes flags for a condition on the flags of a `compare`, as `branch.cc` and `test` have it.
    pub(super) fn flags_condition(&mut self, data: &InstData) -> Test {
        match data.operand(0).value().map(|value| self.live.folds[value.index()]) {
            Some(Fold::Compare(inst)) => Test::Flags(self.compare(inst, data.attributes.condition())),
            _ => Test::Known(false),
        }
    }

    /// Makes flags for a condition on the operands of a compare, or of the compare behind a `test`.
    pub(super) fn compare(&mut self, inst: IrInst, condition: Condition) -> Cond {
        let data = self.body.insts[self.live.compare(self.body, inst)];
        let (a, b) = (data.operand(0), data.operand(1));
        match self.kind(a) {
            TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128 => self.compare_floats(a, b, condition),
            TypeKind::I64 | TypeKind::I128 => self.compare_wide(a, b, condition),
            TypeKind::I1 => self.compare_words(a, b, bit_condition(condition)),
            _ => self.compare_words(a, b, condition),
        }
    }

    /// Compares integers of up to 32 bits.
    fn compare_words(&mut self, a: Operand, b: Operand, condition: Condition) -> Cond {
        match (self.constant(a), self.constant(b)) {
            (Some(_), None) => self.compare_words(b, a, exchanged(condition)),
            (_, Some(bits)) => self.compare_constant(a, bits as u32, condition),
            _ => {
                let width = self.width(a);
                let (x, y) = (self.reg(a), self.reg(b));
                let both = u32::from(self.known(x).unsigned.max(self.known(y).unsigned));
                if is_equality(condition) && both > width {
                    let difference = self.sub(x, y);
                    self.shift(Shift::Lsl, difference, 32 - width);
                    return integer_condition(condition);
                }
                let (x, y) = match is_signed(condition) {
                    true => (self.sign_extended(x, width), self.sign_extended(y, width)),
                    false => (self.zero_extended(x, width), self.zero_extended(y, width)),
                };
                self.emit(Inst::Cmp { a: x, b: y });
                integer_condition(condition)
            }
        }
    }

    /// Compares with a constant, whose bits beyond the operand's width are 0.
    fn compare_constant(&mut self, a: Operand, bits: u32, condition: Condition) -> Cond {
        let width = self.width(a);
        if is_equality(condition) {
            return self.compare_equal(a, bits, condition);
        }
        if is_signed(condition) {
            return self.compare_signed(a, crate::context::sign_extended(bits.into(), width) as i32, condition);
        }
        // What is below a power of two has no bits above.
        let (limit, cond) = match condition {
            Condition::Ult => (Some(bits), Cond::Eq),
            Condition::Uge => (Some(bits), Cond::Ne),
            Condition::Ule => (bits.checked_add(1), Cond::Eq),
            _ => (bits.checked_add(1), Cond::Ne),
        };
        let reg = self.unsigned(a);
        if let Some(limit) = limit.filter(|limit| limit.is_power_of_two() && *limit > 255) {
            self.shift(Shift::Lsr, reg, limit.trailing_zeros());
            return cond;
        }
        self.compare_with(reg, bits);
        integer_condition(condition)
    }

    /// Whether an operand equals a constant.
    fn compare_equal(&mut self, a: Operand, bits: u32, condition: Condition) -> Cond {
        let width = self.width(a);
        if bits == 0
            && let Some(cond) = self.test_bits(a, condition)
        {
            return cond;
        }
        let reg = self.reg(a);
        let known = self.known(reg);
        if u32::from(known.unsigned) > width {
            if bits == 0 {
                self.shift(Shift::Lsl, reg, 32 - width);
                return integer_condition(condition);
            }
            let extended = crate::context::sign_extended(bits.into(), width) as u32;
            if u32::from(known.signed) <= width {
                self.compare_with(reg, extended);
                return integer_condition(condition);
            }
        }
        let reg = self.zero_extended(reg, width);
        self.compare_with(reg, bits);
        integer_condition(condition)
    }

    /// Compares an `and` with 0, by one shift where the mask is one bit, the lowest ones or the highest ones.
    fn test_bits(&mut self, a: Operand, condition: Condition) -> Option<Cond> {
        let data = self.definition(a).filter(|data| data.opcode == Opcode::And)?;
        if words_of(self.kind(a)) != 1 || !self.is_own(a) {
            return None;
        }
        let width = self.width(a);
        let (mut x, mut y) = (data.operand(0), data.operand(1));
        if self.constant(x).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        let Some(mask) = self.constant(y).map(|bits| bits as u32) else {
            if width < 32 {
                return None;
            }
            let (x, y) = (self.reg(x), self.reg(y));
            self.emit(Inst::Tst { a: x, b: y });
            return Some(integer_condition(condition));
        };
        let reg = self.reg(x);
        if mask.is_power_of_two() {
            let amount = 31 - mask.trailing_zeros();
            if amount == 0 {
                self.emit(Inst::CmpImm { a: reg, imm: 0 });
            } else {
                self.shift(Shift::Lsl, reg, amount);
            }
            return Some(if condition == Condition::Eq { Cond::Pl } else { Cond::Mi });
        }
        if mask.wrapping_add(1).is_power_of_two() {
            self.shift(Shift::Lsl, reg, mask.leading_zeros());
            return Some(integer_condition(condition));
        }
        if mask & 1 == 0 && mask.wrapping_neg().is_power_of_two() {
            self.shift(Shift::Lsr, reg, mask.trailing_zeros());
            return Some(integer_condition(condition));
        }
        let mask = self.konst(mask);
        self.emit(Inst::Tst { a: reg, b: mask });
        Some(integer_condition(condition))
    }

    /// Whether an operand is computed where it is defined.
    fn is_own(&self, operand: Operand) -> bool {
        self.live.root(operand) == operand
    }

    fn compare_signed(&mut self, a: Operand, value: i32, condition: Condition) -> Cond {
        let width = self.width(a);
        let by_sign = match (condition, value) {
            (Condition::Slt, 0) | (Condition::Sle, -1) => Some(Cond::Mi),
            (Condition::Sge, 0) | (Condition::Sgt, -1) => Some(Cond::Pl),
            _ => None,
        };
        let reg = self.reg(a);
        if let Some(cond) = by_sign {
            if u32::from(self.known(reg).signed) <= width {
                self.emit(Inst::CmpImm { a: reg, imm: 0 });
            } else {
                self.shift(Shift::Lsl, reg, 32 - width);
            }
            return cond;
        }
        let reg = self.sign_extended(reg, width);
        self.compare_with(reg, value as u32);
        integer_condition(condition)
    }

    /// Compares a whole register with a constant, for any condition.
    pub(super) fn compare_with(&mut self, reg: Reg, value: u32) {
        match (value, value.wrapping_neg()) {
            (imm @ 0..=255, _) => self.emit(Inst::CmpImm { a: reg, imm: imm as u8 }),
            // Small enough: the flags of the sum with the opposite are those of the difference.
            (_, opposite @ 1..=255) => {
                if opposite <= 7 {
                    let dst = self.temp();
                    self.emit(Inst::AddImm { dst, src: reg, imm: opposite as i16 });
                } else {
                    let b = self.konst(opposite);
                    self.emit(Inst::Cmn { a: reg, b });
                }
            }
            _ => {
                let b = self.konst(value);
                self.emit(Inst::Cmp { a: reg, b });
            }
        }
    }
}
