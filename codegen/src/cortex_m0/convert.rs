//! Conversions from and to floats: by the runtime library, which has them for integers of 32 bits and more, and for
//! f32 and f64.
//!
//! An f16 is converted by way of f32. To an integer that is exact. From an integer it rounds twice and is right all the
//! same: whole numbers that f32 has to round are larger than any f16.

use super::inst::{Cond, Inst, Other, Reg, Shift, Unary};
use super::lower::{Known, Lower, words_of};
use native_ir::{InstData, Opcode, Operand, Trap, TypeKind, Value};

/// The kind that integers are converted from and to in the library.
fn whole(kind: TypeKind) -> TypeKind {
    match kind {
        TypeKind::I64 | TypeKind::I128 => kind,
        _ => TypeKind::I32,
    }
}

/// The kind that floats are converted from and to integers in.
fn single(kind: TypeKind) -> TypeKind {
    if kind == TypeKind::F16 { TypeKind::F32 } else { kind }
}

impl Lower<'_> {
    /// A conversion from or to a float.
    pub(super) fn convert(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let (from, to) = (self.kind(operand), self.value_kind(result));
        let words = match data.opcode {
            Opcode::Fpromote | Opcode::Fdemote => {
                let words = self.all_words(operand);
                self.resize_float(data.opcode, from, to, words)
            }
            Opcode::SintToFloat | Opcode::UintToFloat => self.integer_to_float(data.opcode, operand, to),
            Opcode::FloatToSint => self.float_to_integer(operand, to, true, true),
            Opcode::FloatToUint => self.float_to_integer(operand, to, false, true),
            Opcode::FloatToSintSat => self.float_to_integer(operand, to, true, false),
            _ => self.float_to_integer(operand, to, false, false),
        };
        self.define_all(result, &words);
    }

    /// Another precision. Widening goes in steps where the library has no single one; narrowing never does.
    fn resize_float(&mut self, opcode: Opcode, from: TypeKind, to: TypeKind, words: Vec<Reg>) -> Vec<Reg> {
        if from == to {
            return words;
        }
        if opcode == Opcode::Fpromote && from == TypeKind::F16 && !self.has_helper(opcode, from, to) {
            let single = self.promoted(&words);
            return self.resize_float(opcode, TypeKind::F32, to, single);
        }
        self.call_helper(opcode, from, to, &[&words], words_of(to))
    }

    fn integer_to_float(&mut self, opcode: Opcode, operand: Operand, to: TypeKind) -> Vec<Reg> {
        let from = self.kind(operand);
        let words = match (words_of(from), opcode) {
            (1, Opcode::SintToFloat) => vec![self.signed(operand)],
            (1, _) => vec![self.unsigned(operand)],
            _ => self.all_words(operand),
        };
        let (from, first) = (whole(from), single(to));
        let float = self.call_helper(opcode, from, first, &[&words], words_of(first));
        if first == to {
            return float;
        }
        self.call_helper(Opcode::Fdemote, first, to, &[&float], words_of(to))
    }

    /// Toward zero. What does not fit traps, or stops at the end of the range.
    fn float_to_integer(&mut self, operand: Operand, to: TypeKind, signed: bool, traps: bool) -> Vec<Reg> {
        let mut words = self.all_words(operand);
        let mut from = self.kind(operand);
        if from == TypeKind::F16 {
            (from, words) = (TypeKind::F32, self.promoted(&words));
        }
        let (fits, convert) = match signed {
            true => (Opcode::FloatToSint, Opcode::FloatToSintSat),
            false => (Opcode::FloatToUint, Opcode::FloatToUintSat),
        };
        let integer = whole(to);
        if traps {
            for fits in self.call_helper(fits, from, integer, &[&words], 1) {
                self.emit(Inst::CmpImm { a: fits, imm: 0 });
                self.emit(Inst::TrapIf { cond: Cond::Eq, trap: Trap::InvalidConversion });
            }
        }
        let words = self.call_helper(convert, from, integer, &[&words], words_of(integer));
        let width = to.bits(32).unwrap_or(32);
        match words.first() {
            Some(&word) if width < 32 && traps => {
                self.check_narrow(word, width, signed);
                words
            }
            Some(&word) if width < 32 => vec![self.clamped(word, width, signed)],
            _ => words,
        }
    }

    /// Traps for a word that does not fit so many bits.
    fn check_narrow(&mut self, word: Reg, width: u32, signed: bool) {
        if signed {
            let narrow = self.unary(if width == 8 { Unary::Sxtb } else { Unary::Sxth }, word);
            self.emit(Inst::Cmp { a: word, b: narrow });
        } else {
            self.shift(Shift::Lsr, word, width);
        }
        self.emit(Inst::TrapIf { cond: Cond::Ne, trap: Trap::InvalidConversion });
        self.know(word, if signed { Known::signed(width) } else { Known::unsigned(width) });
    }

    /// A word, or the end of the range of so many bits on its side.
    fn clamped(&mut self, word: Reg, width: u32, signed: bool) -> Reg {
        if !signed {
            return self.limited(word, (1 << width) - 1, Cond::Ls);
        }
        let most = (1 << (width - 1)) - 1;
        let word = self.limited(word, most, Cond::Le);
        self.limited(word, !most, Cond::Ge)
    }

    /// A word when a condition on it and a limit holds, else the limit.
    fn limited(&mut self, word: Reg, limit: u32, cond: Cond) -> Reg {
        let limit = self.konst(limit);
        self.emit(Inst::Cmp { a: word, b: limit });
        let words = self.choose(cond, &[word], &[Other::Reg(limit)]);
        words.first().copied().unwrap_or(word)
    }
}
