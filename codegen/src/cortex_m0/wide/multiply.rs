//! Products and quotients of wide integers: by the runtime library, but for a few constants and what fits into a word.

use super::Part;
use crate::cortex_m0::inst::{Alu, Cond, Inst, Shift};
use crate::cortex_m0::integer::second;
use crate::cortex_m0::lower::{Known, Lower, words_of};
use native_ir::{InstData, Opcode, Operand, Trap, Value};

impl Lower<'_> {
    /// `imul`
    pub(super) fn wide_multiply(&mut self, data: &InstData, result: Value) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        if self.constant(a).is_some() {
            std::mem::swap(&mut a, &mut b);
        }
        let parts = match self.constant(b) {
            Some(0) => vec![Part::ZERO; self.parts(a).len()],
            Some(factor) if factor.is_power_of_two() => {
                let x = self.parts(a);
                self.shifted_left(&x, factor.trailing_zeros())
            }
            // Two sums are as long as a call.
            Some(3) => {
                let x = self.parts(a);
                let double = self.add_parts(&x, &x, false);
                self.add_parts(&double, &x, false)
            }
            _ => match self.narrow_product(a, b) {
                Some(parts) => parts,
                None => self.product(a, b),
            },
        };
        self.define_parts(result, &parts);
    }

    /// The product of what was extended and fits into a word.
    fn narrow_product(&mut self, a: Operand, b: Operand) -> Option<Vec<Part>> {
        let (opcode, x) = self.extension(a)?;
        let (other, y) = self.extension(b)?;
        if opcode != other || self.width(x) + self.width(y) > 32 {
            return None;
        }
        let signed = opcode == Opcode::Sext;
        let (x, y) = if signed { (self.signed(x), self.signed(y)) } else { (self.unsigned(x), self.unsigned(y)) };
        let low = self.alu(Alu::Mul, x, y);
        let high = if signed { Part::Reg(self.shift(Shift::Asr, low, 31)) } else { Part::ZERO };
        let mut parts = vec![high; words_of(self.kind(a))];
        parts[0] = Part::Reg(low);
        Some(parts)
    }

    /// How an operand was extended, and what.
    fn extension(&self, operand: Operand) -> Option<(Opcode, Operand)> {
        let data = self.definition(operand)?;
        let extends = matches!(data.opcode, Opcode::Sext | Opcode::Zext);
        extends.then(|| (data.opcode, data.operand(0)))
    }

    /// The wrapping product.
    fn product(&mut self, a: Operand, b: Operand) -> Vec<Part> {
        let kind = self.kind(a);
        let (x, y) = (self.all_words(a), self.all_words(b));
        let words = self.call_helper(Opcode::Imul, kind, kind, &[&x, &y], x.len());
        words.into_iter().map(Part::Reg).collect()
    }

    /// `umulh`, `smulh`
    pub(super) fn wide_multiply_high(&mut self, data: &InstData, result: Value) {
        let kind = self.kind(data.operand(0));
        let (x, y) = (self.all_words(data.operand(0)), self.all_words(data.operand(1)));
        let words = self.call_helper(data.opcode, kind, kind, &[&x, &y], x.len());
        self.define_all(result, &words);
    }

    /// `umul_overflow`, `smul_overflow`: the product by one function, whether it is right by another.
    pub(super) fn wide_product(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let kind = self.kind(a);
        let (x, y) = (self.all_words(a), self.all_words(b));
        let bit = self.call_helper(data.opcode, kind, kind, &[&x, &y], 1);
        let parts = self.product(a, b);
        self.define_parts(result, &parts);
        for bit in bit {
            let bit = self.know(bit, Known::unsigned(1));
            self.define(second(result), 0, bit);
        }
    }

    /// Quotients and remainders, which trap here and not in the library.
    pub(super) fn wide_divide(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let x = self.parts(a);
        let divisor = self.constant(b);
        if let Some(divisor) = divisor.filter(|divisor| divisor.is_power_of_two()) {
            let parts = match data.opcode {
                Opcode::Udiv => Some(self.shifted_right(&x, divisor.trailing_zeros(), false)),
                Opcode::Urem => Some(self.below_power(&x, divisor)),
                _ => None,
            };
            if let Some(parts) = parts {
                return self.define_parts(result, &parts);
            }
        }
        self.check_wide_division(data, &x);
        let kind = self.kind(a);
        let (x, y) = (self.registers(&x), self.all_words(b));
        let words = self.call_helper(data.opcode, kind, kind, &[&x, &y], x.len());
        self.define_all(result, &words);
    }

    /// The bits below a power of two.
    fn below_power(&mut self, x: &[Part], power: u128) -> Vec<Part> {
        let mask = power - 1;
        let masks = (0..x.len()).map(|word| Part::Number((mask >> (32 * word)) as u32));
        x.iter().zip(masks).map(|(&part, mask)| self.bitwise_parts(Alu::And, part, mask)).collect()
    }

    /// Traps for a divisor 0, and for the quotient MIN / -1.
    fn check_wide_division(&mut self, data: &InstData, x: &[Part]) {
        let (a, b) = (data.operand(0), data.operand(1));
        let y = self.parts(b);
        let width = 32 * x.len() as u32;
        let known = self.constant(b);
        if known.is_none_or(|bits| bits == 0) {
            let words: Vec<_> = y.clone();
            self.any_bit(&words);
            self.emit(Inst::TrapIf { cond: Cond::Eq, trap: Trap::IntegerDivideByZero });
        }
        let least = 1u128 << (width - 1);
        let ones = u128::MAX >> (128 - width);
        let overflows = known.is_none_or(|bits| bits == ones) && self.constant(a).is_none_or(|bits| bits == least);
        if data.opcode == Opcode::Sdiv && overflows {
            // All bits of these words are 0 exactly for MIN and -1.
            let mut words = x.to_vec();
            if let Some(top) = words.last_mut() {
                *top = self.bitwise_parts(Alu::Eor, *top, Part::Number(1 << 31));
            }
            for &part in &y {
                words.push(self.bitwise_parts(Alu::Eor, part, Part::ONES));
            }
            self.any_bit(&words);
            self.emit(Inst::TrapIf { cond: Cond::Eq, trap: Trap::IntegerOverflow });
        }
    }

    /// Makes flags that are equal when no word has a bit.
    fn any_bit(&mut self, words: &[Part]) {
        let mut all = Part::ZERO;
        for &word in words {
            all = self.bitwise_parts(Alu::Orr, all, word);
        }
        let reg = self.part_in_register(all);
        self.emit(Inst::CmpImm { a: reg, imm: 0 });
    }
}
