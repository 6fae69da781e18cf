//! Sums and differences word by word, by carry; what stops at the ends of the range, and what tells that it is left.
//!
//! The first word is added without carry, the others with it, one directly behind the other: whatever they need is in
//! registers before. The flags behind the highest word are those of the whole.

use super::Part;
use crate::cortex_m0::compare::Test;
use crate::cortex_m0::inst::{Alu, Cond, Inst, Other, Reg, Shift, Unary};
use crate::cortex_m0::integer::second;
use crate::cortex_m0::lower::{Known, Lower};
use native_ir::{InstData, Opcode, Value};

/// How the first word is made.
enum First {
    Add(Reg, Reg),
    Sub(Reg, Reg),
    Immediate(Reg, i16),
    Negate(Reg),
}

/// A number that an instruction adds or takes away.
fn small(part: Part) -> Option<i16> {
    let number = part.number()? as i32;
    (number != 0 && (-255..=255).contains(&number)).then_some(number as i16)
}

impl Lower<'_> {
    /// `iadd`, `isub`, `ineg`
    pub(super) fn wide_sum(&mut self, data: &InstData, result: Value) {
        let mut x = self.parts(data.operand(0));
        let parts = match data.opcode {
            Opcode::Ineg => self.subtract_parts(&vec![Part::ZERO; x.len()], &x, false),
            Opcode::Isub => match self.constant(data.operand(1)) {
                // The sum with the opposite has the same words, and short forms for numbers of both signs.
                Some(bits) => {
                    let opposite = bits.wrapping_neg();
                    let y: Vec<_> =
                        (0..x.len()).map(|word| Part::Number((opposite >> (32 * word)) as u32)).collect();
                    self.add_parts(&x, &y, false)
                }
                None => {
                    let y = self.parts(data.operand(1));
                    self.subtract_parts(&x, &y, false)
                }
            },
            _ => {
                let mut y = self.parts(data.operand(1));
                if x.iter().all(|part| part.number().is_some()) {
                    std::mem::swap(&mut x, &mut y);
                }
                self.add_parts(&x, &y, false)
            }
        };
        self.define_parts(result, &parts);
    }

    /// A sum. With `flags` the flags behind it are those of the whole; without, nothing may be written at all.
    pub(super) fn add_parts(&mut self, x: &[Part], y: &[Part], flags: bool) -> Vec<Part> {
        let mut parts = Vec::with_capacity(x.len());
        // Words that are 0 in one operand below all others bring no carry.
        for (&a, &b) in x.iter().zip(y) {
            let last = flags && parts.len() + 1 == x.len();
            let part = match (a, b) {
                _ if last => break,
                (a, Part::ZERO) => a,
                (Part::ZERO, b) => b,
                _ => break,
            };
            parts.push(self.before(part, flags));
        }
        let from = parts.len();
        let Some((&a, &b)) = x.get(from).zip(y.get(from)) else { return parts };
        let first = match (small(a), small(b)) {
            (_, Some(imm)) => First::Immediate(self.part_in_register(a), imm),
            (Some(imm), None) => First::Immediate(self.part_in_register(b), imm),
            _ => First::Add(self.part_in_register(a), self.part_in_register(b)),
        };
        let rest: Vec<_> = x.iter().zip(y).skip(from + 1).map(|(&a, &b)| self.with_carry(a, b, false)).collect();
        self.chain(&mut parts, first, &rest);
        parts
    }

    /// A difference; otherwise as [`Lower::add_parts`].
    pub(super) fn subtract_parts(&mut self, x: &[Part], y: &[Part], flags: bool) -> Vec<Part> {
        let mut parts = Vec::with_capacity(x.len());
        for (&a, &b) in x.iter().zip(y) {
            if b != Part::ZERO || flags && parts.len() + 1 == x.len() {
                break;
            }
            parts.push(self.before(a, flags));
        }
        let from = parts.len();
        let Some((&a, &b)) = x.get(from).zip(y.get(from)) else { return parts };
        let first = match (a, small(b)) {
            (Part::ZERO, _) => First::Negate(self.part_in_register(b)),
            (_, Some(imm)) => First::Immediate(self.part_in_register(a), -imm),
            _ => First::Sub(self.part_in_register(a), self.part_in_register(b)),
        };
        let rest: Vec<_> = x.iter().zip(y).skip(from + 1).map(|(&a, &b)| self.with_carry(a, b, true)).collect();
        self.chain(&mut parts, first, &rest);
        parts
    }

    /// A word that stays as it is: where flags are read behind the sum, in a register before it.
    fn before(&mut self, part: Part, flags: bool) -> Part {
        if flags { Part::Reg(self.part_in_register(part)) } else { part }
    }

    /// Adds or takes away a word with carry: taking a word away adds its complement, whichever is the smaller number.
    pub(super) fn with_carry(&mut self, a: Part, b: Part, subtract: bool) -> (Alu, Reg, Reg) {
        let (a, b) = if !subtract && a.number().is_some() { (b, a) } else { (a, b) };
        let complement = b.number().is_some_and(|number| number > 255 && !number <= 255);
        let b = if complement { Part::Number(b.number().map_or(0, |number| !number)) } else { b };
        let op = if subtract != complement { Alu::Sbc } else { Alu::Adc };
        (op, self.part_in_register(a), self.part_in_register(b))
    }

    /// Writes the words, one directly behind the other.
    fn chain(&mut self, parts: &mut Vec<Part>, first: First, rest: &[(Alu, Reg, Reg)]) {
        let dst = self.temp();
        self.emit(match first {
            First::Add(a, b) => Inst::Add { dst, a, b },
            First::Sub(a, b) => Inst::Sub { dst, a, b },
            First::Immediate(src, imm) => Inst::AddImm { dst, src, imm },
            First::Negate(src) => Inst::Unary { op: Unary::Neg, dst, src },
        });
        parts.push(Part::Reg(dst));
        for &(op, a, b) in rest {
            let dst = self.temp();
            self.emit(Inst::Alu { op, dst, a, b });
            parts.push(Part::Reg(dst));
        }
    }

    /// `iabs`: (x + s) ^ s, where s is 0 or -1 as the sign.
    pub(super) fn wide_absolute(&mut self, data: &InstData, result: Value) {
        let x = self.parts(data.operand(0));
        let Some(&top) = x.last() else { return };
        let sign = self.shifted_part(Shift::Asr, top, 31);
        let sum = self.add_parts(&x, &vec![sign; x.len()], false);
        let parts: Vec<_> = sum.into_iter().map(|word| self.bitwise_parts(Alu::Eor, word, sign)).collect();
        self.define_parts(result, &parts);
    }

    /// 1 when the carry flag is set, as `zero` says that was made before the flags.
    fn carry_bit(&mut self, zero: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Alu { op: Alu::Adc, dst, a: zero, b: zero });
        self.know(dst, Known::unsigned(1))
    }

    /// 1 when the carry flag is not set: a borrow.
    fn borrow_bit(&mut self) -> Reg {
        let borrow = self.borrow();
        let dst = self.unary(Unary::Neg, borrow);
        self.know(dst, Known::unsigned(1))
    }

    /// Wrapping sums and differences, and whether they are wrong.
    pub(super) fn wide_overflow(&mut self, data: &InstData, result: Value) {
        let (x, y) = (self.parts(data.operand(0)), self.parts(data.operand(1)));
        let signed = matches!(data.opcode, Opcode::SaddOverflow | Opcode::SsubOverflow);
        let is_sum = matches!(data.opcode, Opcode::UaddOverflow | Opcode::SaddOverflow);
        let before = match (signed, is_sum) {
            (true, _) => Some(self.konst_now(1)),
            (false, true) => Some(self.konst(0)),
            (false, false) => None,
        };
        let parts = if is_sum { self.add_parts(&x, &y, true) } else { self.subtract_parts(&x, &y, true) };
        let bit = match before {
            Some(one) if signed => self.choose_bit(Test::Flags(Cond::Vs), one),
            Some(zero) => self.carry_bit(zero),
            None => self.borrow_bit(),
        };
        self.define_parts(result, &parts);
        self.define(second(result), 0, bit);
    }

    /// Sums with a carry in and out, differences with borrows.
    pub(super) fn wide_carry(&mut self, data: &InstData, result: Value) {
        let (x, y) = (self.parts(data.operand(0)), self.parts(data.operand(1)));
        let is_sum = data.opcode == Opcode::IaddCarry;
        let zero = is_sum.then(|| self.konst(0));
        let words: Vec<_> = x.into_iter().zip(y).map(|(a, b)| self.with_carry(a, b, !is_sum)).collect();
        self.carry_in(is_sum, data.operand(2));
        let mut parts = Vec::with_capacity(words.len());
        for (op, a, b) in words {
            let dst = self.temp();
            self.emit(Inst::Alu { op, dst, a, b });
            parts.push(Part::Reg(dst));
        }
        let bit = match zero {
            Some(zero) => self.carry_bit(zero),
            None => self.borrow_bit(),
        };
        self.define_parts(result, &parts);
        self.define(second(result), 0, bit);
    }

    /// Sums and differences that stop at the ends of the range.
    pub(super) fn wide_saturate(&mut self, data: &InstData, result: Value) {
        let (x, y) = (self.parts(data.operand(0)), self.parts(data.operand(1)));
        let is_sum = matches!(data.opcode, Opcode::UaddSat | Opcode::SaddSat);
        let (cond, limit) = match data.opcode {
            Opcode::UaddSat => (Cond::Cc, vec![Part::ONES; x.len()]),
            Opcode::UsubSat => (Cond::Cs, vec![Part::ZERO; x.len()]),
            _ => (Cond::Vc, self.signed_limit(&x)),
        };
        let count = limit.len();
        let others: Vec<_> = limit
            .into_iter()
            .enumerate()
            .map(|(index, part)| match part {
                // A byte changes flags, which the last branch alone may do.
                Part::ZERO if index + 2 >= count => Other::Byte(0),
                part => Other::Reg(self.part_in_register(part)),
            })
            .collect();
        let parts = if is_sum { self.add_parts(&x, &y, true) } else { self.subtract_parts(&x, &y, true) };
        let then: Vec<Reg> = self.registers(&parts);
        let words = self.choose(cond, &then, &others);
        self.define_all(result, &words);
    }

    /// The end of the range on the side of a number: the highest word is its sign ^ 0x7FFF_FFFF, the others !sign.
    fn signed_limit(&mut self, x: &[Part]) -> Vec<Part> {
        let Some((&top, rest)) = x.split_last() else { return Vec::new() };
        let sign = self.shifted_part(Shift::Asr, top, 31);
        let low = self.bitwise_parts(Alu::Eor, sign, Part::ONES);
        let high = self.bitwise_parts(Alu::Eor, sign, Part::Number(i32::MAX as u32));
        let mut limit = vec![low; rest.len()];
        limit.push(high);
        limit
    }
}
