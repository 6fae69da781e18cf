//! Compares as values: by arithmetic on flags where that is shorter than a branch.

use super::{Test, bit_condition, exchanged};
use crate::cortex_m0::inst::{Alu, Inst, Other, Reg, Shift, Unary, Word};
use crate::cortex_m0::lower::{Known, Lower, words_of};
use native_ir::{Condition, Inst as IrInst, InstData, Opcode, Operand, TypeKind, Value};

impl Lower<'_> {
    /// `icmp`, `fcmp` and `test` as values.
    pub(crate) fn compare_to_value(&mut self, data: &InstData, result: Value) {
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
    pub(crate) fn konst_now(&mut self, value: u32) -> Reg {
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
    pub(crate) fn choose_bit(&mut self, test: Test, one: Reg) -> Reg {
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
    pub(crate) fn below(&mut self, a: Reg, b: Reg) -> Reg {
        self.emit(Inst::Cmp { a, b });
        let borrow = self.borrow();
        let dst = self.unary(Unary::Neg, borrow);
        self.know(dst, Known::unsigned(1))
    }

    /// 0 when the carry flag is set, else -1. What is in the register before does not count.
    pub(crate) fn borrow(&mut self) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Borrow { dst });
        dst
    }

    /// 1 when the first is not less than the second without a sign, else 0.
    pub(crate) fn not_below(&mut self, a: Reg, b: Reg) -> Reg {
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
    pub(crate) fn flipped(&mut self, bit: Reg) -> Reg {
        let one = self.konst(1);
        let dst = self.alu(Alu::Eor, bit, one);
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when a register is 0, else 0: 0 - x has no borrow exactly for 0, and -x + x + carry is the carry.
    pub(crate) fn is_zero(&mut self, reg: Reg) -> Reg {
        let negative = self.temp();
        self.emit(Inst::Unary { op: Unary::Neg, dst: negative, src: reg });
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Adc, dst, a: negative, b: reg });
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when a register is not 0, else 0: x - 1 has no borrow exactly then, and x - (x - 1) - borrow is 1 - borrow.
    pub(crate) fn is_not_zero(&mut self, reg: Reg) -> Reg {
        let less = self.temp();
        self.emit(Inst::AddImm { dst: less, src: reg, imm: -1 });
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Sbc, dst, a: reg, b: less });
        self.know(dst, Known::unsigned(1))
    }
}
