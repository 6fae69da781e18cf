//! Operations on floats: by the runtime library, but for what moves bits.
//!
//! f32 and f64 are words as integers are. f16 is computed in f32 and rounded once more, which is exact for sums, products,
//! quotients and roots (Figueroa, *When is double rounding innocuous?*, 1995) and for what rounds nothing; `fma` has a
//! function of its own.

use super::inst::{Alu, Cond, Inst, Other, Reg, Shift};
use super::lower::{Lower, words_of};
use native_ir::{Condition, InstData, Opcode, Operand, TypeKind, Value};

impl Lower<'_> {
    /// An operation on floats that is no conversion and no compare.
    pub(super) fn float(&mut self, data: &InstData, result: Value) {
        let kind = self.value_kind(result);
        let operands: Vec<Vec<Reg>> =
            (0..data.fixed_operands()).map(|index| self.all_words(data.operand(index))).collect();
        let first = operands.first().cloned().unwrap_or_default();
        let words = match data.opcode {
            Opcode::Fneg => self.flip_sign(kind, first),
            Opcode::Fabs => self.clear_sign(kind, first),
            Opcode::Copysign => self.copy_sign(kind, first, operands.get(1).and_then(|words| words.last())),
            Opcode::Canonicalize => self.canonical(kind, &first),
            opcode => self.compute(opcode, kind, operands),
        };
        self.define_all(result, &words);
    }

    /// An operation by the runtime library.
    fn compute(&mut self, opcode: Opcode, kind: TypeKind, operands: Vec<Vec<Reg>>) -> Vec<Reg> {
        if kind != TypeKind::F16 || self.has_helper(opcode, kind, kind) {
            let operands: Vec<&[Reg]> = operands.iter().map(Vec::as_slice).collect();
            return self.call_helper(opcode, kind, kind, &operands, words_of(kind));
        }
        let mut wide = Vec::with_capacity(operands.len());
        for operand in operands {
            wide.push(self.promoted(&operand));
        }
        let wide: Vec<&[Reg]> = wide.iter().map(Vec::as_slice).collect();
        let single = self.call_helper(opcode, TypeKind::F32, TypeKind::F32, &wide, 1);
        self.call_helper(Opcode::Fdemote, TypeKind::F32, TypeKind::F16, &[&single], 1)
    }

    /// An f16 as f32.
    pub(super) fn promoted(&mut self, half: &[Reg]) -> Vec<Reg> {
        self.call_helper(Opcode::Fpromote, TypeKind::F16, TypeKind::F32, &[half], 1)
    }

    /// The words of a float with the highest replaced.
    fn with_top(&mut self, words: Vec<Reg>, make: impl FnOnce(&mut Self, Reg) -> Reg) -> Vec<Reg> {
        let mut words = words;
        if let Some(top) = words.pop() {
            let top = make(self, top);
            words.push(top);
        }
        words
    }

    /// `fneg`
    fn flip_sign(&mut self, kind: TypeKind, words: Vec<Reg>) -> Vec<Reg> {
        self.with_top(words, |lower, top| {
            let sign = lower.konst(1 << (above(kind) ^ 31));
            lower.alu(Alu::Eor, sign, top)
        })
    }

    /// `fabs`
    fn clear_sign(&mut self, kind: TypeKind, words: Vec<Reg>) -> Vec<Reg> {
        self.with_top(words, |lower, top| lower.magnitude(kind, top))
    }

    /// The highest word without its sign.
    fn magnitude(&mut self, kind: TypeKind, top: Reg) -> Reg {
        let high = self.shift(Shift::Lsl, top, above(kind) + 1);
        self.shift(Shift::Lsr, high, above(kind) + 1)
    }

    /// `copysign`
    fn copy_sign(&mut self, kind: TypeKind, words: Vec<Reg>, from: Option<&Reg>) -> Vec<Reg> {
        let Some(&from) = from else { return words };
        self.with_top(words, |lower, top| {
            let magnitude = lower.magnitude(kind, top);
            // What is above the sign of an f16 is unspecified.
            let sign = lower.shift(Shift::Lsr, from, above(kind) ^ 31);
            let sign = lower.shift(Shift::Lsl, sign, above(kind) ^ 31);
            lower.alu(Alu::Orr, magnitude, sign)
        })
    }

    /// `canonicalize`: without its sign a NaN is above the infinity.
    fn canonical(&mut self, kind: TypeKind, words: &[Reg]) -> Vec<Reg> {
        let (infinity, nan) = match kind {
            TypeKind::F16 => (0x7C00 << 17, 0x7E00),
            TypeKind::F32 => (0x7F80_0000 << 1, 0x7FC0_0000),
            _ => (0x7FF0_0000 << 1, 0x7FF8_0000),
        };
        let Some((&top, low)) = words.split_last() else { return Vec::new() };
        let mut magnitude = self.shift(Shift::Lsl, top, above(kind) + 1);
        for &low in low {
            let any = self.is_not_zero(low);
            magnitude = self.alu(Alu::Orr, magnitude, any);
        }
        let mut others: Vec<_> = low.iter().map(|_| Other::Byte(0)).collect();
        others.push(Other::Reg(self.konst(nan)));
        let infinity = self.konst(infinity);
        self.emit(Inst::Cmp { a: magnitude, b: infinity });
        self.choose(Cond::Ls, words, &others)
    }

    /// Makes flags for a condition on floats: a function of the runtime library gives -1 for less, 0 for equal, 1 for
    /// greater and 2 for unordered.
    pub(super) fn compare_floats(&mut self, a: Operand, b: Operand, condition: Condition) -> Cond {
        let kind = self.kind(a);
        let (mut x, mut y) = (self.all_words(a), self.all_words(b));
        let compared = if kind == TypeKind::F16 { TypeKind::F32 } else { kind };
        if compared != kind {
            (x, y) = (self.promoted(&x), self.promoted(&y));
        }
        let order = self.call_helper(Opcode::Fcmp, compared, compared, &[&x, &y], 1);
        let Some(&order) = order.first() else { return Cond::Eq };
        let (against, cond) = match condition {
            Condition::Oeq => (0, Cond::Eq),
            Condition::Une => (0, Cond::Ne),
            Condition::Olt => (0, Cond::Lt),
            Condition::Nlt => (0, Cond::Ge),
            Condition::Ole => (0, Cond::Le),
            Condition::Nle => (0, Cond::Gt),
            Condition::Ogt => (1, Cond::Eq),
            Condition::Ngt => (1, Cond::Ne),
            // Without sign, -1 is greater than 2.
            Condition::Oge => (1, Cond::Ls),
            Condition::Nge => (1, Cond::Hi),
            Condition::Ord => (2, Cond::Ne),
            Condition::Uno => (2, Cond::Eq),
            // The odd ones are those of ordered operands that differ.
            condition => {
                self.shift(Shift::Lsl, order, 31);
                return if condition == Condition::Ueq { Cond::Eq } else { Cond::Ne };
            }
        };
        self.emit(Inst::CmpImm { a: order, imm: against });
        cond
    }
}

/// How many bits of the highest word lie above a float's.
fn above(kind: TypeKind) -> u32 {
    if kind == TypeKind::F16 { 16 } else { 0 }
}
