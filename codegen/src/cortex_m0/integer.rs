//! Arithmetic on integers of up to 32 bits.

use super::compare::Test;
use super::help::Division;
use super::inst::{Alu, Cond, Inst, Other, Reg, Shift, Unary};
use super::lower::{Known, Lower};
use native_ir::{EntityRef, InstData, Opcode, Operand, Trap, Value};

/// The second result of the instruction whose first this is.
pub(super) fn second(result: Value) -> Value {
    Value::new(result.index() + 1)
}

impl Lower<'_> {
    /// A constant as a number with a sign, of the operand's width: as an addend it is the shortest.
    fn addend(&self, operand: Operand) -> Option<i32> {
        let bits = self.constant(operand)?;
        Some(crate::context::sign_extended(bits, self.width(operand)) as i32)
    }

    /// Sums and differences.
    pub(super) fn add_or_subtract(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let is_sum = data.opcode == Opcode::Iadd;
        let reg = match (is_sum, self.addend(a), self.addend(b)) {
            (true, Some(value), None) => {
                let b = self.reg(b);
                self.add_imm(b, value)
            }
            (_, None, Some(value)) => {
                let a = self.reg(a);
                self.add_imm(a, if is_sum { value } else { value.wrapping_neg() })
            }
            (false, Some(0), _) => {
                let b = self.reg(b);
                self.unary(Unary::Neg, b)
            }
            _ => {
                let (a, b) = (self.reg(a), self.reg(b));
                if is_sum { self.add(a, b) } else { self.sub(a, b) }
            }
        };
        self.define(result, 0, reg);
    }

    /// Products.
    pub(super) fn multiply(&mut self, data: &InstData, result: Value) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        if self.constant(a).is_some() {
            std::mem::swap(&mut a, &mut b);
        }
        let reg = self.reg(a);
        let product = match self.constant(b) {
            Some(bits) => self.times(reg, bits as u32),
            None => {
                let b = self.reg(b);
                self.alu(Alu::Mul, reg, b)
            }
        };
        self.define(result, 0, product);
    }

    /// A register times a constant.
    pub(super) fn times(&mut self, reg: Reg, factor: u32) -> Reg {
        if factor.is_power_of_two() {
            return self.shift(Shift::Lsl, reg, factor.trailing_zeros());
        }
        match factor {
            0 => self.konst(0),
            u32::MAX => self.unary(Unary::Neg, reg),
            // 2^n + 1, 2^n - 1: two instructions, as a constant and a multiplication are.
            factor if factor > 255 && (factor - 1).is_power_of_two() => {
                let high = self.shift(Shift::Lsl, reg, (factor - 1).trailing_zeros());
                self.add(high, reg)
            }
            factor if factor > 255 && (factor + 1).is_power_of_two() => {
                let high = self.shift(Shift::Lsl, reg, (factor + 1).trailing_zeros());
                self.sub(high, reg)
            }
            factor => {
                let factor = self.konst(factor);
                self.alu(Alu::Mul, reg, factor)
            }
        }
    }

    /// `and`, `or`, `xor`
    pub(super) fn bitwise(&mut self, data: &InstData, result: Value) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        if self.constant(a).is_some() {
            std::mem::swap(&mut a, &mut b);
        }
        let reg = self.reg(a);
        let width = self.width(a);
        let whole = if width == 32 { u32::MAX } else { (1 << width) - 1 };
        let value = match (data.opcode, self.constant(b).map(|bits| bits as u32)) {
            (Opcode::And, Some(mask)) => self.masked(reg, mask, width),
            (Opcode::Or | Opcode::Xor, Some(0)) => reg,
            (Opcode::Xor, Some(mask)) if mask == whole && width > 1 => self.unary(Unary::Not, reg),
            (opcode, _) => {
                let b = self.reg(b);
                let op = match opcode {
                    Opcode::And => Alu::And,
                    Opcode::Or => Alu::Orr,
                    _ => Alu::Eor,
                };
                self.alu(op, reg, b)
            }
        };
        self.define(result, 0, value);
    }

    /// The bits of a register that a mask of the operand's width names; those beyond the width are unspecified.
    pub(super) fn masked(&mut self, reg: Reg, mask: u32, width: u32) -> Reg {
        let whole = if width == 32 { u32::MAX } else { (1 << width) - 1 };
        match mask {
            0 => self.konst(0),
            mask if mask == whole => reg,
            0xff => self.zero_extended(reg, 8),
            0xffff => self.zero_extended(reg, 16),
            mask if mask <= 255 => {
                let mask = self.konst(mask);
                self.alu(Alu::And, reg, mask)
            }
            // Two shifts are as long as a constant of two instructions is without the operation.
            mask if mask.wrapping_add(1).is_power_of_two() => {
                let high = self.shift(Shift::Lsl, reg, mask.leading_zeros());
                self.shift(Shift::Lsr, high, mask.leading_zeros())
            }
            mask => {
                let missing = !mask & whole;
                if missing <= 255 {
                    let missing = self.konst(missing);
                    return self.alu(Alu::Bic, reg, missing);
                }
                if mask.wrapping_neg().is_power_of_two() {
                    let low = self.shift(Shift::Lsr, reg, mask.trailing_zeros());
                    return self.shift(Shift::Lsl, low, mask.trailing_zeros());
                }
                let mask = self.konst(mask);
                self.alu(Alu::And, reg, mask)
            }
        }
    }

    /// `ineg`, `not`
    pub(super) fn negate(&mut self, data: &InstData, result: Value) {
        let reg = self.reg(data.operand(0));
        let value = match data.opcode {
            Opcode::Ineg => self.unary(Unary::Neg, reg),
            _ if self.width(data.operand(0)) == 1 => self.flipped(reg),
            _ => self.unary(Unary::Not, reg),
        };
        self.define(result, 0, value);
    }

    /// `iabs`: (x + s) ^ s, where s is 0 or -1 as the sign.
    pub(super) fn absolute(&mut self, data: &InstData, result: Value) {
        let reg = self.signed(data.operand(0));
        let sign = self.shift(Shift::Asr, reg, 31);
        let sum = self.add(reg, sign);
        let value = self.alu(Alu::Eor, sum, sign);
        self.define(result, 0, value);
    }

    /// `umin`, `umax`, `smin`, `smax`
    pub(super) fn extreme(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let (signed, cond) = match data.opcode {
            Opcode::Umin => (false, Cond::Ls),
            Opcode::Umax => (false, Cond::Cs),
            Opcode::Smin => (true, Cond::Le),
            _ => (true, Cond::Ge),
        };
        let (a, b) = if self.constant(a).is_some() { (b, a) } else { (a, b) };
        let x = if signed { self.signed(a) } else { self.unsigned(a) };
        // A constant that is a byte in either reading is compared and moved at once.
        let limit = if signed { 1 << (self.width(a) - 1) } else { 256 };
        let byte = self.constant(b).filter(|&bits| bits < limit).and_then(|bits| u8::try_from(bits).ok());
        let other = match byte {
            Some(imm) => {
                self.emit(Inst::CmpImm { a: x, imm });
                Other::Byte(imm)
            }
            None => {
                let y = if signed { self.signed(b) } else { self.unsigned(b) };
                self.emit(Inst::Cmp { a: x, b: y });
                Other::Reg(y)
            }
        };
        let regs = self.choose(cond, &[x], &[other]);
        self.define_all(result, &regs);
    }

    /// `umulh`, `smulh` of up to 16 bits: the product of 32 bits has it.
    pub(super) fn multiply_high(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        let (x, y, shift) = match data.opcode {
            Opcode::Umulh => (self.unsigned(a), self.unsigned(b), Shift::Lsr),
            _ => (self.signed(a), self.signed(b), Shift::Asr),
        };
        let product = self.alu(Alu::Mul, x, y);
        let value = self.shift(shift, product, width);
        self.define(result, 0, value);
    }

    /// Quotients and remainders, by the runtime library. Constants that are powers of two need no call.
    pub(super) fn divide(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let signed = matches!(data.opcode, Opcode::Sdiv | Opcode::Srem);
        let divisor = self.constant(b).map(|bits| bits as u32);
        if let Some(divisor) = divisor.filter(|divisor| divisor.is_power_of_two()) {
            let value = match signed {
                false => self.divide_by_power(data, divisor),
                true => self.divide_signed_by_power(data, divisor),
            };
            if let Some(value) = value {
                return self.define(result, 0, value);
            }
        }
        let (x, y) = if signed { (self.signed(a), self.signed(b)) } else { (self.unsigned(a), self.unsigned(b)) };
        self.check_division(data, x, y);
        let (opcode, width) = (data.opcode, self.width(a));
        let value = self.divide_words(Division { opcode, dividend: x, divisor: y });
        let known = match opcode {
            Opcode::Udiv | Opcode::Urem => Known::unsigned(width),
            Opcode::Srem => Known::signed(width),
            // What overflows has trapped.
            _ => Known::signed(width),
        };
        self.know(value, known);
        self.define(result, 0, value);
    }

    /// An unsigned quotient or remainder by a power of two.
    fn divide_by_power(&mut self, data: &InstData, divisor: u32) -> Option<Reg> {
        let dividend = self.unsigned(data.operand(0));
        Some(match data.opcode {
            Opcode::Udiv => self.shift(Shift::Lsr, dividend, divisor.trailing_zeros()),
            _ => self.masked(dividend, divisor - 1, 32),
        })
    }

    /// A signed quotient or remainder by a power of two that is positive in the operands' width: the shift rounds down,
    /// so one less than the divisor is added to what is negative.
    fn divide_signed_by_power(&mut self, data: &InstData, divisor: u32) -> Option<Reg> {
        let bits = divisor.trailing_zeros();
        if bits == 0 || bits >= self.width(data.operand(0)) - 1 {
            return None;
        }
        let dividend = self.signed(data.operand(0));
        let sign = if bits == 1 { dividend } else { self.shift(Shift::Asr, dividend, 31) };
        let correction = self.shift(Shift::Lsr, sign, 32 - bits);
        let sum = self.add(dividend, correction);
        Some(match data.opcode {
            Opcode::Sdiv => self.shift(Shift::Asr, sum, bits),
            _ => {
                let low = self.shift(Shift::Lsr, sum, bits);
                let whole = self.shift(Shift::Lsl, low, bits);
                self.sub(dividend, whole)
            }
        })
    }

    /// Traps for a divisor 0, and for the quotient MIN / -1.
    fn check_division(&mut self, data: &InstData, dividend: Reg, divisor: Reg) {
        let (a, b) = (data.operand(0), data.operand(1));
        let known = self.constant(b);
        if known.is_none_or(|bits| bits == 0) {
            self.emit(Inst::CmpImm { a: divisor, imm: 0 });
            self.emit(Inst::TrapIf { cond: Cond::Eq, trap: Trap::IntegerDivideByZero });
        }
        let width = self.width(a);
        let least = 1u128 << (width - 1);
        let ones = (1u128 << width) - 1;
        let overflows = known.is_none_or(|bits| bits == ones) && self.constant(a).is_none_or(|bits| bits == least);
        if data.opcode == Opcode::Sdiv && overflows {
            self.check_quotient(dividend, divisor, width);
        }
    }

    /// Traps for MIN / -1. Only for the divisor -1 the dividend is looked at, in a block of its own: its highest bits,
    /// negated, overflow exactly for MIN.
    fn check_quotient(&mut self, dividend: Reg, divisor: Reg, width: u32) {
        let (check, skip, over) = (self.new_block(), self.new_block(), self.new_block());
        self.compare_with(divisor, u32::MAX);
        self.emit(Inst::Branch { cond: Cond::Eq, yes: check, no: skip });
        self.begin(skip);
        self.emit(Inst::Jump { to: over });
        self.begin(check);
        let high = self.shift(Shift::Lsl, dividend, 32 - width);
        self.unary(Unary::Neg, high);
        self.emit(Inst::TrapIf { cond: Cond::Vs, trap: Trap::IntegerOverflow });
        self.emit(Inst::Jump { to: over });
        self.begin(over);
    }

    /// Sums and differences that stop at the ends of the range.
    pub(super) fn saturate(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        let signed = matches!(data.opcode, Opcode::SaddSat | Opcode::SsubSat);
        let is_sum = matches!(data.opcode, Opcode::UaddSat | Opcode::SaddSat);
        // Narrow ones are computed in the highest bits, where the flags are those of their width.
        let (x, y) = (self.reg(a), self.reg(b));
        let x = self.shift(Shift::Lsl, x, 32 - width);
        let y = self.shift(Shift::Lsl, y, 32 - width);
        let value = if signed { self.saturate_signed(is_sum, x, y) } else { self.saturate_unsigned(is_sum, x, y) };
        let shift = if signed { Shift::Asr } else { Shift::Lsr };
        let value = self.shift(shift, value, 32 - width);
        self.define(result, 0, value);
    }

    fn saturate_unsigned(&mut self, is_sum: bool, x: Reg, y: Reg) -> Reg {
        if !is_sum {
            let difference = self.sub(x, y);
            return self.choose(Cond::Cs, &[difference], &[Other::Byte(0)])[0];
        }
        let most = self.konst(u32::MAX);
        let sum = self.add(x, y);
        self.choose(Cond::Cc, &[sum], &[Other::Reg(most)])[0]
    }

    /// What does not fit stops at the end on the side of the first operand.
    fn saturate_signed(&mut self, is_sum: bool, x: Reg, y: Reg) -> Reg {
        let greatest = self.konst(i32::MAX as u32);
        let sign = self.shift(Shift::Asr, x, 31);
        let limit = self.alu(Alu::Eor, sign, greatest);
        let value = if is_sum { self.add(x, y) } else { self.sub(x, y) };
        self.choose(Cond::Vc, &[value], &[Other::Reg(limit)])[0]
    }

    /// Wrapping sums and differences, and whether they are wrong.
    pub(super) fn overflow(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        let signed = matches!(data.opcode, Opcode::SaddOverflow | Opcode::SsubOverflow);
        let is_sum = matches!(data.opcode, Opcode::UaddOverflow | Opcode::SaddOverflow);
        let (x, y) = if signed { (self.signed(a), self.signed(b)) } else { (self.unsigned(a), self.unsigned(b)) };
        let one = self.konst_now(1);
        let value = if is_sum { self.add(x, y) } else { self.sub(x, y) };
        let cond = match (width, signed, is_sum) {
            (32, true, _) => Cond::Vs,
            (32, false, true) => Cond::Cs,
            (_, false, false) => Cond::Cc,
            // A narrow sum is right in 32 bits; whether it fits is another compare.
            (width, ..) => {
                let narrow = match (signed, width) {
                    (true, 8) => self.unary(Unary::Sxtb, value),
                    (true, _) => self.unary(Unary::Sxth, value),
                    (false, 8) => self.unary(Unary::Uxtb, value),
                    (false, _) => self.unary(Unary::Uxth, value),
                };
                self.emit(Inst::Cmp { a: value, b: narrow });
                Cond::Ne
            }
        };
        let bit = self.choose_bit(Test::Flags(cond), one);
        self.define(result, 0, value);
        self.define(second(result), 0, bit);
    }

    /// Products of up to 16 bits, and whether they are wrong: 32 bits have all of it.
    pub(super) fn overflow_product(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        let signed = data.opcode == Opcode::SmulOverflow;
        let (x, y) = if signed { (self.signed(a), self.signed(b)) } else { (self.unsigned(a), self.unsigned(b)) };
        let product = self.alu(Alu::Mul, x, y);
        let narrow = match (signed, width) {
            (true, 8) => self.unary(Unary::Sxtb, product),
            (true, _) => self.unary(Unary::Sxth, product),
            (false, 8) => self.unary(Unary::Uxtb, product),
            (false, _) => self.unary(Unary::Uxth, product),
        };
        let difference = self.sub(product, narrow);
        let bit = self.is_not_zero(difference);
        self.define(result, 0, product);
        self.define(second(result), 0, bit);
    }

    /// Sums with a carry in and out, differences with borrows.
    pub(super) fn carry(&mut self, data: &InstData, result: Value) {
        let (a, b, carry) = (data.operand(0), data.operand(1), data.operand(2));
        let width = self.width(a);
        let is_sum = data.opcode == Opcode::IaddCarry;
        if width < 32 {
            let (x, y, carry) = (self.unsigned(a), self.unsigned(b), self.reg(carry));
            let value = if is_sum { self.add(x, y) } else { self.sub(x, y) };
            let value = if is_sum { self.add(value, carry) } else { self.sub(value, carry) };
            // What is beyond the width: 1 when a sum is too large, -1 when a difference is below zero.
            let bit = match is_sum {
                true => self.shift(Shift::Lsr, value, width),
                false => self.shift(Shift::Lsr, value, 31),
            };
            self.know(bit, Known::unsigned(1));
            self.define(result, 0, value);
            return self.define(second(result), 0, bit);
        }
        let (x, y) = (self.reg(a), self.reg(b));
        let one = self.konst_now(1);
        self.carry_in(is_sum, carry);
        let op = if is_sum { Alu::Adc } else { Alu::Sbc };
        let value = self.alu(op, x, y);
        let cond = if is_sum { Cond::Cs } else { Cond::Cc };
        let bit = self.choose_bit(Test::Flags(cond), one);
        self.define(result, 0, value);
        self.define(second(result), 0, bit);
    }

    /// Makes the carry flag of an `i1`: the carry itself for a sum, its opposite, as borrows are, for a difference.
    pub(super) fn carry_in(&mut self, is_sum: bool, carry: Operand) {
        let carry = self.reg(carry);
        if is_sum {
            // 1 - 1 has no borrow, 0 - 1 has one.
            self.emit(Inst::CmpImm { a: carry, imm: 1 });
        } else {
            // 0 - 0 has no borrow, 0 - 1 has one.
            let dst = self.temp();
            self.emit(Inst::Unary { op: Unary::Neg, dst, src: carry });
        }
    }
}
