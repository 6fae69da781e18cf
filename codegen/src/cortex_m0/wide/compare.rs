//! Compares of wide integers, and what is chosen by them.

use super::Part;
use crate::cortex_m0::compare::{exchanged, integer_condition};
use crate::cortex_m0::inst::{Alu, Cond, Inst, Other, Reg};
use crate::cortex_m0::lower::Lower;
use native_ir::{Condition, InstData, Opcode, Operand, Value};

impl Lower<'_> {
    /// Makes flags for a condition on integers of more than 32 bits.
    pub(in crate::cortex_m0) fn compare_wide(&mut self, a: Operand, b: Operand, condition: Condition) -> Cond {
        let (mut x, mut y) = (self.parts(a), self.parts(b));
        let mut condition = condition;
        if self.constant(a).is_some() {
            std::mem::swap(&mut x, &mut y);
            condition = exchanged(condition);
        }
        if matches!(condition, Condition::Eq | Condition::Ne) {
            self.compare_all(&x, &y);
            return integer_condition(condition);
        }
        // The flags of the difference tell less from not less; the others are theirs, of exchanged operands.
        if matches!(condition, Condition::Ugt | Condition::Ule | Condition::Sgt | Condition::Sle) {
            match above(&y) {
                // Greater than a number is at least the next one.
                Some(next) if !is_end(&y, condition) => {
                    y = next;
                    condition = at_least(condition);
                }
                _ => {
                    std::mem::swap(&mut x, &mut y);
                    condition = exchanged(condition);
                }
            }
        }
        self.compare_order(&x, &y, condition)
    }

    /// Makes flags that are equal when all words are.
    fn compare_all(&mut self, x: &[Part], y: &[Part]) {
        let mut differences = Vec::with_capacity(x.len());
        for (&a, &b) in x.iter().zip(y) {
            if a != b {
                differences.push(self.difference(a, b));
            }
        }
        let Some((&first, rest)) = differences.split_first() else {
            let zero = self.konst(0);
            return self.emit(Inst::CmpImm { a: zero, imm: 0 });
        };
        let mut all = first;
        for &difference in rest {
            all = self.alu(Alu::Orr, all, difference);
        }
        if rest.is_empty() {
            self.emit(Inst::CmpImm { a: all, imm: 0 });
        }
    }

    /// A word that is 0 when two words are equal.
    fn difference(&mut self, a: Part, b: Part) -> Reg {
        match (a, b) {
            (Part::Reg(a), Part::Number(number)) => self.add_imm(a, (number as i32).wrapping_neg()),
            (Part::Number(number), Part::Reg(b)) => self.add_imm(b, (number as i32).wrapping_neg()),
            _ => {
                let (a, b) = (self.part_in_register(a), self.part_in_register(b));
                self.sub(a, b)
            }
        }
    }

    /// Makes flags for less and not less, by the difference. Low words that are 0 in the second operand take nothing away.
    fn compare_order(&mut self, x: &[Part], y: &[Part], condition: Condition) -> Cond {
        let zeros = y.iter().take_while(|&&part| part == Part::ZERO).count();
        let from = zeros.min(y.len().saturating_sub(1));
        let Some((&a, &b)) = x.get(from).zip(y.get(from)) else { return integer_condition(condition) };
        let a = self.part_in_register(a);
        if from + 1 == x.len() {
            if b == Part::ZERO && matches!(condition, Condition::Slt | Condition::Sge) {
                self.emit(Inst::CmpImm { a, imm: 0 });
                return if condition == Condition::Slt { Cond::Mi } else { Cond::Pl };
            }
            self.compare_part(a, b);
            return integer_condition(condition);
        }
        let b = match b.number() {
            Some(number) if number <= 255 => b,
            _ => Part::Reg(self.part_in_register(b)),
        };
        let rest: Vec<_> = x.iter().zip(y).skip(from + 1).map(|(&a, &b)| self.with_carry(a, b, true)).collect();
        self.compare_part(a, b);
        for (op, a, b) in rest {
            let dst = self.temp();
            self.emit(Inst::Alu { op, dst, a, b });
        }
        integer_condition(condition)
    }

    fn compare_part(&mut self, a: Reg, b: Part) {
        match b {
            Part::Reg(b) => self.emit(Inst::Cmp { a, b }),
            Part::Number(number) => self.compare_with(a, number),
        }
    }

    /// `umin`, `umax`, `smin`, `smax`
    pub(super) fn wide_extreme(&mut self, data: &InstData, result: Value) {
        let (x, y) = (self.parts(data.operand(0)), self.parts(data.operand(1)));
        let (x, y) = (self.registers(&x), self.registers(&y));
        let condition = match data.opcode {
            Opcode::Umin => Condition::Ult,
            Opcode::Umax => Condition::Uge,
            Opcode::Smin => Condition::Slt,
            _ => Condition::Sge,
        };
        let part = |regs: &[Reg]| regs.iter().map(|&reg| Part::Reg(reg)).collect::<Vec<_>>();
        let cond = self.compare_order(&part(&x), &part(&y), condition);
        let others: Vec<_> = y.into_iter().map(Other::Reg).collect();
        let words = self.choose(cond, &x, &others);
        self.define_all(result, &words);
    }
}

/// The number behind one.
fn above(parts: &[Part]) -> Option<Vec<Part>> {
    let mut carry = true;
    parts
        .iter()
        .map(|part| {
            let (number, over) = part.number()?.overflowing_add(u32::from(carry));
            carry = over;
            Some(Part::Number(number))
        })
        .collect()
}

/// Whether a number is the greatest, so that there is none behind it.
fn is_end(parts: &[Part], condition: Condition) -> bool {
    let Some((top, rest)) = parts.split_last() else { return true };
    let signed = matches!(condition, Condition::Sgt | Condition::Sle);
    let most = if signed { i32::MAX as u32 } else { u32::MAX };
    top.number() == Some(most) && rest.iter().all(|&part| part == Part::ONES)
}

/// The condition on the next number that a condition on a number is.
fn at_least(condition: Condition) -> Condition {
    match condition {
        Condition::Ugt => Condition::Uge,
        Condition::Ule => Condition::Ult,
        Condition::Sgt => Condition::Sge,
        _ => Condition::Slt,
    }
}
