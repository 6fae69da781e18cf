//! One of two values, as flags say.

use super::Test;
use crate::cortex_m0::inst::{Cond, Inst, Other, Reg, Word};
use crate::cortex_m0::lower::{Known, Lower, words_of};
use native_ir::{InstData, Value};

impl Lower<'_> {
    /// `select`, word by word.
    pub(crate) fn select_value(&mut self, data: &InstData, result: Value) {
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
    pub(crate) fn choose(&mut self, cond: Cond, then: &[Reg], others: &[Other]) -> Vec<Reg> {
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
