//! Compares and what decides by them: as flags for the instruction behind them, or as values.

use super::inst::{Alu, Cond, Inst, Other, Reg, Shift, Unary, Word};
use super::lower::{Known, Lower, words_of};
use crate::live::Fold;
use native_ir::{Condition, EntityRef, Inst as IrInst, InstData, Opcode, Operand, TypeKind, Value};

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
    fn compare(&mut self, inst: IrInst, condition: Condition) -> Cond {
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

    /// `icmp`, `fcmp` and `test` as values.
    pub(super) fn compare_to_value(&mut self, data: &InstData, result: Value) {
        if data.opcode == Opcode::Icmp
            && let Some(reg) = self.compare_in_registers(data)
        {
            let reg = self.know(reg, Known::unsigned(1));
            return self.define(result, 0, reg);
        }
        let test = match data.opcode {
            Opcode::Test => self.flags_condition(data),
            _ => {
                let inst = self.source.unwrap_or_else(|| IrInst::from_u32(0));
                Test::Flags(self.compare(inst, data.attributes.condition()))
            }
        };
        let one = self.konst_before_flags(1);
        let bit = self.choose_bit(test, one);
        self.define(result, 0, bit);
    }

    /// A constant in a register of its own, which is about to be overwritten.
    pub(super) fn konst_now(&mut self, value: u32) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Const { dst, value });
        self.know(dst, Known::constant(value))
    }

    /// A constant in a register of its own, put before the instruction that made the flags.
    fn konst_before_flags(&mut self, value: u32) -> Reg {
        let dst = self.temp();
        self.emit_before_flags(Inst::Const { dst, value });
        self.know(dst, Known::constant(value))
    }

    /// 1 when a test succeeds, else 0. `one` holds 1; it was made before the flags.
    pub(super) fn choose_bit(&mut self, test: Test, one: Reg) -> Reg {
        match test {
            Test::Known(true) => one,
            Test::Known(false) => self.konst(0),
            Test::Flags(cond) => {
                let dst = self.temp();
                self.know(dst, Known::unsigned(1));
                self.emit(Inst::Select { cond, words: vec![Word { dst, then: one, other: Other::Byte(0) }] });
                dst
            }
        }
    }

    /// Compares that arithmetic does in fewer instructions than a branch: equality, order without sign, and the sign.
    fn compare_in_registers(&mut self, data: &InstData) -> Option<Reg> {
        let (a, b) = (data.operand(0), data.operand(1));
        let mut condition = data.attributes.condition();
        if words_of(self.kind(a)) != 1 {
            return None;
        }
        if self.kind(a) == TypeKind::I1 {
            condition = bit_condition(condition);
        }
        let (a, b) = if self.constant(a).is_some() {
            condition = exchanged(condition);
            (b, a)
        } else {
            (a, b)
        };
        let constant = self.constant(b).map(|bits| bits as u32);
        let width = self.width(a);
        let value = constant.map(|bits| crate::context::sign_extended(bits.into(), width));
        match (condition, value) {
            (Condition::Eq | Condition::Ne, _) => Some(self.equality(a, b, constant, condition)),
            (Condition::Slt, Some(0)) | (Condition::Sle, Some(-1)) => {
                let reg = self.sign_at_top(a);
                Some(self.shift(Shift::Lsr, reg, 31))
            }
            (Condition::Sge, Some(0)) | (Condition::Sgt, Some(-1)) => {
                let reg = self.sign_at_top(a);
                let not = self.unary(Unary::Not, reg);
                Some(self.shift(Shift::Lsr, not, 31))
            }
            (Condition::Ult | Condition::Ugt | Condition::Ule | Condition::Uge, None) => {
                let (a, b, less) = match condition {
                    Condition::Ult => (a, b, true),
                    Condition::Ugt => (b, a, true),
                    Condition::Uge => (a, b, false),
                    _ => (b, a, false),
                };
                let (a, b) = (self.unsigned(a), self.unsigned(b));
                Some(if less { self.below(a, b) } else { self.not_below(a, b) })
            }
            _ => None,
        }
    }

    /// An operand with its sign in the highest bit.
    fn sign_at_top(&mut self, a: Operand) -> Reg {
        let reg = self.reg(a);
        let width = self.width(a);
        if u32::from(self.known(reg).signed) <= width { reg } else { self.shift(Shift::Lsl, reg, 32 - width) }
    }

    /// 1 when the first is less than the second without a sign, else 0.
    pub(super) fn below(&mut self, a: Reg, b: Reg) -> Reg {
        self.emit(Inst::Cmp { a, b });
        let borrow = self.borrow();
        let dst = self.unary(Unary::Neg, borrow);
        self.know(dst, Known::unsigned(1))
    }

    /// 0 when the carry flag is set, else -1. What is in the register before does not count.
    pub(super) fn borrow(&mut self) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Borrow { dst });
        dst
    }

    /// 1 when the first is not less than the second without a sign, else 0.
    pub(super) fn not_below(&mut self, a: Reg, b: Reg) -> Reg {
        let zero = self.konst(0);
        self.emit(Inst::Cmp { a, b });
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Adc, dst, a: zero, b: zero });
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when two operands are equal, or are not, else 0.
    fn equality(&mut self, a: Operand, b: Operand, constant: Option<u32>, condition: Condition) -> Reg {
        let width = self.width(a);
        let is_bit = width == 1;
        let difference = match constant {
            Some(0) if is_bit => {
                let reg = self.reg(a);
                return if condition == Condition::Ne { reg } else { self.flipped(reg) };
            }
            Some(1) if is_bit => {
                let reg = self.reg(a);
                return if condition == Condition::Eq { reg } else { self.flipped(reg) };
            }
            Some(bits) => {
                let reg = self.unsigned(a);
                self.add_imm(reg, (bits as i32).wrapping_neg())
            }
            None => {
                let (x, y) = (self.unsigned(a), self.unsigned(b));
                self.sub(x, y)
            }
        };
        if condition == Condition::Eq { self.is_zero(difference) } else { self.is_not_zero(difference) }
    }

    /// 1 - bit
    pub(super) fn flipped(&mut self, bit: Reg) -> Reg {
        let one = self.konst(1);
        let dst = self.alu(Alu::Eor, bit, one);
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when a register is 0, else 0: 0 - x has no borrow exactly for 0, and -x + x + carry is the carry.
    pub(super) fn is_zero(&mut self, reg: Reg) -> Reg {
        let negative = self.temp();
        self.emit(Inst::Unary { op: Unary::Neg, dst: negative, src: reg });
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Adc, dst, a: negative, b: reg });
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when a register is not 0, else 0: x - 1 has no borrow exactly then, and x - (x - 1) - borrow is 1 - borrow.
    pub(super) fn is_not_zero(&mut self, reg: Reg) -> Reg {
        let less = self.temp();
        self.emit(Inst::AddImm { dst: less, src: reg, imm: -1 });
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Sbc, dst, a: reg, b: less });
        self.know(dst, Known::unsigned(1))
    }

    /// `select`, word by word.
    pub(super) fn select_value(&mut self, data: &InstData, result: Value) {
        let (mut yes, mut no) = (data.operand(1), data.operand(2));
        let count = words_of(self.value_kind(result));
        let is_byte = |bits: Option<u128>| bits.is_some_and(|bits| bits <= 255);
        let swapped = is_byte(self.constant(yes)) && !is_byte(self.constant(no));
        if swapped {
            std::mem::swap(&mut yes, &mut no);
        }
        // Whatever is no register yet is made before the flags.
        let other = |bits: u128, word: usize| u8::try_from((bits >> (32 * word)) as u32).ok();
        let constants = self.constant(no);
        let then: Vec<Reg> = (0..count).map(|word| self.word(yes, word)).collect();
        let others: Vec<Other> = (0..count)
            .map(|word| match constants.and_then(|bits| other(bits, word)) {
                // A move of a byte changes flags, which all but the last two words' moves keep.
                Some(byte) if word + 2 >= count => Other::Byte(byte),
                _ => Other::Reg(self.word(no, word)),
            })
            .collect();
        let test = self.condition(data.operand(0));
        let cond = match test {
            Test::Known(holds) => {
                let regs = if holds != swapped { then } else { self.all_words(no) };
                return self.define_all(result, &regs);
            }
            Test::Flags(cond) if swapped => cond.negate(),
            Test::Flags(cond) => cond,
        };
        let regs = self.choose(cond, &then, &others);
        self.define_all(result, &regs);
    }

    /// Of each pair the first when the condition holds, else the second. Two words share a branch: more would take all
    /// registers there are. Of more than two words all but the last two have registers for the second.
    pub(super) fn choose(&mut self, cond: Cond, then: &[Reg], others: &[Other]) -> Vec<Reg> {
        let mut regs = Vec::with_capacity(then.len());
        for (then, others) in then.chunks(2).zip(others.chunks(2)) {
            let mut words = Vec::with_capacity(then.len());
            for (&then, &other) in then.iter().zip(others) {
                let dst = self.temp();
                let one = self.known(then);
                let two = match other {
                    Other::Reg(reg) => self.known(reg),
                    Other::Byte(byte) => Known::constant(byte.into()),
                };
                let unsigned = one.unsigned.max(two.unsigned);
                self.know(dst, Known { unsigned, signed: one.signed.max(two.signed) });
                words.push(Word { dst, then, other });
                regs.push(dst);
            }
            self.emit(Inst::Select { cond, words });
        }
        regs
    }
}
