//! Which registers the words of values are in.

use super::known::Known;
use super::{Lower, NONE, words_of};
use crate::cortex_m0::inst::Reg;
use crate::cortex_m0::wide::Part;
use crate::live::Fold;
use native_ir::{EntityRef, InstData, Operand, TypeKind, Value};

impl<'a> Lower<'a> {
    /// A new register of which nothing is known.
    pub(crate) fn temp(&mut self) -> Reg {
        self.known.push(Known::NOTHING);
        self.code.registers = self.known.len();
        Reg::new_virtual(self.known.len() - 1)
    }

    /// What is known of a register.
    pub(crate) fn known(&self, reg: Reg) -> Known {
        reg.virtual_index().and_then(|index| self.known.get(index)).copied().unwrap_or(Known::NOTHING)
    }

    /// Says what is known of a register.
    pub(crate) fn know(&mut self, reg: Reg, known: Known) -> Reg {
        if let Some(slot) = reg.virtual_index().and_then(|index| self.known.get_mut(index)) {
            slot.unsigned = slot.unsigned.min(known.unsigned);
            slot.signed = slot.signed.min(known.signed);
        }
        reg
    }

    /// Says which register a word of a value is in.
    pub(crate) fn define(&mut self, value: Value, word: usize, reg: Reg) {
        self.reserve(value);
        let index = self.starts[value.index()] as usize + word;
        if let Some(slot) = self.words.get_mut(index) {
            *slot = reg;
        }
        self.code.values.push((reg, value, word as u8));
    }

    /// The register that a word of an operand is in; constants and addresses are made.
    pub(crate) fn word(&mut self, operand: Operand, word: usize) -> Reg {
        if let Some(bits) = self.constant(operand) {
            return self.konst((bits >> (32 * word)) as u32);
        }
        let Some(value) = self.live.root(operand).value() else { return self.konst(0) };
        match self.live.folds[value.index()] {
            Fold::Address(address) if word == 0 => self.address_value(address),
            Fold::Own => match self.starts[value.index()] {
                NONE => self.konst(0),
                start => match self.words.get(start as usize + word) {
                    Some(&reg) if reg != Reg(NONE) => reg,
                    // A word that is known to be 0.
                    _ => self.konst(0),
                },
            },
            _ => self.konst(0),
        }
    }

    /// A word of an operand: a number where it is known.
    pub(crate) fn part(&mut self, operand: Operand, word: usize) -> Part {
        if let Some(bits) = self.constant(operand) {
            return Part::Number((bits >> (32 * word)) as u32);
        }
        let start = self.live.root(operand).value().map_or(NONE, |value| match self.live.folds[value.index()] {
            Fold::Own => self.starts[value.index()],
            _ => NONE,
        });
        match self.words.get((start as usize).saturating_add(word)) {
            Some(&Reg(NONE)) => Part::ZERO,
            _ => Part::Reg(self.word(operand, word)),
        }
    }

    /// Defines all words of a value; those that are 0 get no register.
    pub(crate) fn define_parts(&mut self, value: Value, parts: &[Part]) {
        for (word, &part) in parts.iter().enumerate().take(words_of(self.value_kind(value))) {
            match part {
                Part::ZERO => self.reserve(value),
                part => {
                    let reg = self.part_in_register(part);
                    self.define(value, word, reg);
                }
            }
        }
    }

    /// Makes room for the words of a value; a word that is not defined then is 0.
    fn reserve(&mut self, value: Value) {
        let kind = self.value_kind(value);
        let start = &mut self.starts[value.index()];
        if *start == NONE {
            *start = self.words.len() as u32;
            self.words.extend(std::iter::repeat_n(Reg(NONE), words_of(kind)));
        }
    }

    /// The register of an operand of up to 32 bits; the lowest word of a wider one.
    pub(crate) fn reg(&mut self, operand: Operand) -> Reg {
        self.word(operand, 0)
    }

    /// All words of an operand.
    pub(crate) fn all_words(&mut self, operand: Operand) -> Vec<Reg> {
        (0..words_of(self.kind(operand))).map(|word| self.word(operand, word)).collect()
    }

    /// Defines all words of a value.
    pub(crate) fn define_all(&mut self, value: Value, regs: &[Reg]) {
        for (word, &reg) in regs.iter().enumerate().take(words_of(self.value_kind(value))) {
            self.define(value, word, reg);
        }
    }

    /// The bits of a constant operand, cut to its type's width.
    pub(crate) fn constant(&self, operand: Operand) -> Option<u128> {
        let constant = self.live.root(operand).constant()?;
        let bits = self.body.constants.get(constant)?.bits();
        let width = self.kind(operand).bits(32).unwrap_or(32).clamp(1, 128);
        Some(bits & (u128::MAX >> (128 - width)))
    }

    /// The kind of an operand, pointers as `i32`.
    pub(crate) fn kind(&self, operand: Operand) -> TypeKind {
        self.context.operand_kind(self.body, operand)
    }

    /// The kind of a value, pointers as `i32`.
    pub(crate) fn value_kind(&self, value: Value) -> TypeKind {
        self.context.kind(self.body.values[value].ty)
    }

    /// The instruction that defines an operand, when it is no parameter and no constant.
    pub(crate) fn definition(&self, operand: Operand) -> Option<&'a InstData> {
        let value = self.live.root(operand).value()?;
        match self.body.values[value].def() {
            native_ir::ValueDef::Result(inst) => self.body.insts.get(inst),
            _ => None,
        }
    }

    /// The width of an operand of up to 32 bits, in bits; 32 for the lowest word of a wider one.
    pub(crate) fn width(&self, operand: Operand) -> u32 {
        self.kind(operand).bits(32).unwrap_or(32).min(32)
    }
}
