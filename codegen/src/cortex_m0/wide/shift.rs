//! Shifts and rotations of wide integers: by constants in place, by words and bits; by others in the runtime library.

use super::Part;
use crate::cortex_m0::inst::{Alu, Reg, Shift};
use crate::cortex_m0::lower::Lower;
use native_ir::{InstData, Opcode, Operand, Value};

impl Lower<'_> {
    /// `shl`, `ushr`, `sshr`
    pub(super) fn wide_shift(&mut self, data: &InstData, result: Value) {
        let x = self.parts(data.operand(0));
        let width = 32 * x.len() as u32;
        let Some(amount) = self.amount(data.operand(1), width) else {
            return self.wide_shift_by(data, result, &x, width);
        };
        let parts = match data.opcode {
            Opcode::Shl => self.shifted_left(&x, amount),
            opcode => self.shifted_right(&x, amount, opcode == Opcode::Sshr),
        };
        self.define_parts(result, &parts);
    }

    /// By an amount that is not known, which is cut to the width.
    fn wide_shift_by(&mut self, data: &InstData, result: Value, x: &[Part], width: u32) {
        let kind = self.kind(data.operand(0));
        let amount = self.wide_amount(data.operand(1), width);
        let x = self.registers(x);
        let words = self.call_helper(data.opcode, kind, kind, &[&x, &[amount]], x.len());
        self.define_all(result, &words);
    }

    /// An amount below the width, in one word: the others count multiples of it.
    fn wide_amount(&mut self, operand: Operand, width: u32) -> Reg {
        self.masked_amount(operand, width)
    }

    /// A shift to the left by less than the width.
    pub(super) fn shifted_left(&mut self, x: &[Part], amount: u32) -> Vec<Part> {
        if amount == 1 && !x.contains(&Part::ZERO) {
            return self.add_parts(x, x, false);
        }
        let width = 32 * x.len() as u32;
        let both = [&vec![Part::ZERO; x.len()], x].concat();
        self.extract(&both, width - amount, x.len())
    }

    /// A shift to the right by less than the width, with copies of the sign where it is asked for.
    pub(super) fn shifted_right(&mut self, x: &[Part], amount: u32, signed: bool) -> Vec<Part> {
        let Some(&top) = x.last().filter(|_| signed) else {
            let both = [x, &vec![Part::ZERO; x.len()]].concat();
            return self.extract(&both, amount, x.len());
        };
        // The word that the highest one goes to is shifted alone.
        let (words, bits) = ((amount / 32) as usize, amount % 32);
        let count = x.len() - words - 1;
        let mut parts = self.extract(x, amount, count);
        parts.push(self.shifted_part(Shift::Asr, top, bits));
        if parts.len() < x.len() {
            let sign = self.shifted_part(Shift::Asr, top, 31);
            parts.resize(x.len(), sign);
        }
        parts
    }

    /// So many words from a bit on.
    fn extract(&mut self, words: &[Part], from: u32, count: usize) -> Vec<Part> {
        let (skip, bits) = ((from / 32) as usize, from % 32);
        let at = |index: usize| words.get(index).copied().unwrap_or(Part::ZERO);
        let mut parts = Vec::with_capacity(count);
        for index in skip..skip + count {
            let part = if bits == 0 { at(index) } else { self.joined(at(index + 1), at(index), bits) };
            parts.push(part);
        }
        parts
    }

    /// The low word shifted right by 1 to 31, with bits of the high one above it.
    fn joined(&mut self, high: Part, low: Part, bits: u32) -> Part {
        let high = self.shifted_part(Shift::Lsl, high, 32 - bits);
        let low = self.shifted_part(Shift::Lsr, low, bits);
        self.bitwise_parts(Alu::Orr, high, low)
    }

    /// `rotl`, `rotr`, `funnel_left`, `funnel_right`
    pub(super) fn wide_funnel(&mut self, data: &InstData, result: Value) {
        let rotates = matches!(data.opcode, Opcode::Rotl | Opcode::Rotr);
        let by = data.operand(if rotates { 1 } else { 2 });
        let high = self.parts(data.operand(0));
        let width = 32 * high.len() as u32;
        let low = if rotates { high.clone() } else { self.parts(data.operand(1)) };
        if let Some(amount) = self.amount(by, width) {
            let left = matches!(data.opcode, Opcode::Rotl | Opcode::FunnelLeft);
            let from = if left { width - amount } else { amount };
            let parts = self.extract(&[low, high.clone()].concat(), from, high.len());
            return self.define_parts(result, &parts);
        }
        let kind = self.kind(data.operand(0));
        let amount = self.wide_amount(by, width);
        let (high, low) = (self.registers(&high), self.registers(&low));
        let words = match rotates {
            true => self.call_helper(data.opcode, kind, kind, &[&high, &[amount]], high.len()),
            false => self.call_helper(data.opcode, kind, kind, &[&high, &low, &[amount]], high.len()),
        };
        self.define_all(result, &words);
    }
}
