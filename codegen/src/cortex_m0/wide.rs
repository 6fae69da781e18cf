//! Operations on integers of 64 and 128 bits: two or four words, the lowest first.
//!
//! A word of an operand is a [`Part`]: a register, or a number that is known. Zeros that extensions and shifts bring are
//! parts without a register, so that `zext a << 32 | zext b` is two words and no instruction.

mod compare;
mod multiply;
mod shift;
mod sum;

use super::inst::{Alu, Reg, Shift, Unary};
use super::lower::{Known, Lower, words_of};
use native_ir::{InstData, Opcode, Operand, Value};

/// A word of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Reg(Reg),
    Number(u32),
}

impl Part {
    pub(super) const ZERO: Part = Part::Number(0);
    pub(super) const ONES: Part = Part::Number(u32::MAX);

    /// The number, if it is one.
    pub(super) fn number(self) -> Option<u32> {
        match self {
            Part::Reg(_) => None,
            Part::Number(number) => Some(number),
        }
    }
}

impl Lower<'_> {
    /// A pure operation with an integer operand or result of more than 32 bits.
    pub(super) fn wide(&mut self, data: &InstData, result: Value) {
        match data.opcode {
            Opcode::Iadd | Opcode::Isub | Opcode::Ineg => self.wide_sum(data, result),
            Opcode::Iabs => self.wide_absolute(data, result),
            Opcode::UaddOverflow | Opcode::SaddOverflow | Opcode::UsubOverflow | Opcode::SsubOverflow => {
                self.wide_overflow(data, result);
            }
            Opcode::IaddCarry | Opcode::IsubBorrow => self.wide_carry(data, result),
            Opcode::UaddSat | Opcode::SaddSat | Opcode::UsubSat | Opcode::SsubSat => {
                self.wide_saturate(data, result);
            }
            Opcode::Umin | Opcode::Umax | Opcode::Smin | Opcode::Smax => self.wide_extreme(data, result),
            Opcode::Imul => self.wide_multiply(data, result),
            Opcode::Umulh | Opcode::Smulh => self.wide_multiply_high(data, result),
            Opcode::UmulOverflow | Opcode::SmulOverflow => self.wide_product(data, result),
            Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem => self.wide_divide(data, result),
            Opcode::Shl | Opcode::Ushr | Opcode::Sshr => self.wide_shift(data, result),
            Opcode::Rotl | Opcode::Rotr | Opcode::FunnelLeft | Opcode::FunnelRight => {
                self.wide_funnel(data, result);
            }
            Opcode::And | Opcode::Or | Opcode::Xor | Opcode::Not => self.wide_bitwise(data, result),
            Opcode::Clz | Opcode::Ctz | Opcode::Popcount | Opcode::Bitrev => self.wide_count(data, result),
            Opcode::Bswap => self.wide_swap(data, result),
            Opcode::Zext | Opcode::Sext | Opcode::Trunc | Opcode::IntToAddr | Opcode::AddrToInt => {
                self.wide_resize(data, result);
            }
            _ => debug_assert!(false, "{:?} on wide integers", data.opcode),
        }
    }

    /// The words of an operand.
    pub(super) fn parts(&mut self, operand: Operand) -> Vec<Part> {
        (0..words_of(self.kind(operand))).map(|word| self.part(operand, word)).collect()
    }

    /// A word in a register.
    pub(super) fn part_in_register(&mut self, part: Part) -> Reg {
        match part {
            Part::Reg(reg) => reg,
            Part::Number(number) => self.konst(number),
        }
    }

    /// Words in registers.
    pub(super) fn registers(&mut self, parts: &[Part]) -> Vec<Reg> {
        parts.iter().map(|&part| self.part_in_register(part)).collect()
    }

    /// A word shifted by 0 to 31.
    pub(super) fn shifted_part(&mut self, op: Shift, part: Part, amount: u32) -> Part {
        match part {
            Part::Number(number) => Part::Number(match op {
                Shift::Lsl => number << amount,
                Shift::Lsr => number >> amount,
                Shift::Asr => ((number as i32) >> amount) as u32,
            }),
            Part::Reg(reg) if op == Shift::Lsr && u32::from(self.known(reg).unsigned) <= amount => Part::ZERO,
            Part::Reg(reg) if op == Shift::Asr && self.known(reg).unsigned < 32 => {
                self.shifted_part(Shift::Lsr, part, amount)
            }
            Part::Reg(reg) => Part::Reg(self.shift(op, reg, amount)),
        }
    }

    /// `and`, `orr`, `eor` of two words.
    pub(super) fn bitwise_parts(&mut self, op: Alu, a: Part, b: Part) -> Part {
        let (reg, number) = match (a, b) {
            (Part::Number(a), Part::Number(b)) => {
                return Part::Number(match op {
                    Alu::And => a & b,
                    Alu::Orr => a | b,
                    _ => a ^ b,
                });
            }
            (Part::Reg(a), Part::Reg(b)) => return Part::Reg(self.alu(op, a, b)),
            (Part::Reg(reg), Part::Number(number)) | (Part::Number(number), Part::Reg(reg)) => (reg, number),
        };
        match (op, number) {
            (Alu::And, 0) => Part::ZERO,
            (Alu::Orr, u32::MAX) => Part::ONES,
            (Alu::And, mask) => Part::Reg(self.masked(reg, mask, 32)),
            (_, 0) => Part::Reg(reg),
            (Alu::Eor, u32::MAX) => Part::Reg(self.unary(Unary::Not, reg)),
            _ => {
                let number = self.konst(number);
                Part::Reg(self.alu(op, reg, number))
            }
        }
    }

    /// `and`, `or`, `xor`, `not`
    fn wide_bitwise(&mut self, data: &InstData, result: Value) {
        let a = self.parts(data.operand(0));
        let (op, b) = match data.opcode {
            Opcode::And => (Alu::And, self.parts(data.operand(1))),
            Opcode::Or => (Alu::Orr, self.parts(data.operand(1))),
            Opcode::Xor => (Alu::Eor, self.parts(data.operand(1))),
            _ => (Alu::Eor, vec![Part::ONES; a.len()]),
        };
        let parts: Vec<_> = a.into_iter().zip(b).map(|(a, b)| self.bitwise_parts(op, a, b)).collect();
        self.define_parts(result, &parts);
    }

    /// `clz`, `ctz`, `popcount`, `bitrev`: by the runtime library, which counts into one word.
    fn wide_count(&mut self, data: &InstData, result: Value) {
        let kind = self.kind(data.operand(0));
        let words = self.all_words(data.operand(0));
        if data.opcode == Opcode::Bitrev {
            let words = self.call_helper(data.opcode, kind, kind, &[&words], words.len());
            return self.define_all(result, &words);
        }
        let count = self.call_helper(data.opcode, kind, kind, &[&words], 1);
        let mut parts = vec![Part::ZERO; words.len()];
        for (part, &count) in parts.iter_mut().zip(&count) {
            *part = Part::Reg(self.know(count, Known::unsigned(8)));
        }
        self.define_parts(result, &parts);
    }

    /// `bswap`
    fn wide_swap(&mut self, data: &InstData, result: Value) {
        let mut parts = self.parts(data.operand(0));
        parts.reverse();
        for part in &mut parts {
            *part = match *part {
                Part::Number(number) => Part::Number(number.swap_bytes()),
                Part::Reg(reg) => Part::Reg(self.unary(Unary::Rev, reg)),
            };
        }
        self.define_parts(result, &parts);
    }

    /// Extensions to more than 32 bits, and parts of wide operands.
    fn wide_resize(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let words = words_of(self.value_kind(result));
        if words == 1 {
            return self.resize(data, result);
        }
        let narrow = words_of(self.kind(operand)) == 1;
        let mut parts = match (narrow, data.opcode) {
            (false, _) => self.parts(operand),
            (true, Opcode::Sext) => vec![Part::Reg(self.signed(operand))],
            (true, _) => vec![Part::Reg(self.unsigned(operand))],
        };
        let fill = match (data.opcode, parts.last()) {
            (Opcode::Sext, Some(&top)) if parts.len() < words => self.shifted_part(Shift::Asr, top, 31),
            _ => Part::ZERO,
        };
        parts.resize(words, fill);
        self.define_parts(result, &parts);
    }
}
