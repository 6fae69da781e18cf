//! Where the operands of a case come from.

use super::want::SYMBOL;
use crate::x86_64::address::{Address, Rm, XmmRm};
use crate::x86_64::encode::{Assembler, Float, Size};
use crate::x86_64::register::*;
use artifact::Reference;

/// Registers of each kind that the encoding treats apart: low and high, and those that share bits with the stack
/// pointer, `rbp` or the high byte registers.
const GPRS: [Gpr; 8] = [RAX, RBX, RSP, RBP, RDI, R8, R12, R13];

const XMMS: [Xmm; 5] = [XMM0, XMM4, XMM7, XMM8, XMM15];

const IMMEDIATES: [i32; 11] = [0, 1, -1, 127, 128, -128, -129, 0x7FFF, 0x8000, i32::MAX, i32::MIN];

/// Displacements around each limit.
pub(super) const DISPLACEMENTS: [i32; 9] = [0, 1, -1, 127, 128, -128, -129, i32::MAX, i32::MIN];

/// A digit of the combination that is on, and how many values it has.
pub(super) type Digit = (usize, usize);

pub(super) struct Draw {
    pub(super) asm: Assembler,
    /// The combination; filled as the case draws.
    pub(super) digits: Vec<Digit>,
    drawn: usize,
    /// Random numbers; empty when in turn.
    numbers: Vec<u64>,
}

/// The combination after this one.
pub(super) fn next(mut digits: Vec<Digit>) -> Option<Vec<Digit>> {
    while let Some((digit, values)) = digits.pop() {
        if digit + 1 < values {
            digits.push((digit + 1, values));
            return Some(digits);
        }
    }
    None
}

impl Draw {
    pub(super) fn in_turn(asm: Assembler, digits: Vec<Digit>) -> Draw {
        Draw { asm, digits, drawn: 0, numbers: Vec::new() }
    }

    pub(super) fn at_random(asm: Assembler, numbers: Vec<u64>) -> Draw {
        Draw { asm, digits: Vec::new(), drawn: 0, numbers }
    }

    fn is_random(&self) -> bool {
        !self.numbers.is_empty()
    }

    fn number(&mut self, values: usize) -> usize {
        let index = self.drawn;
        self.drawn += 1;
        if self.is_random() {
            return (self.numbers[index % self.numbers.len()].rotate_left(index as u32) % values as u64) as usize;
        }
        if index == self.digits.len() {
            self.digits.push((0, values));
        }
        self.digits[index].0
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.number(from.len())]
    }

    pub(super) fn gpr(&mut self) -> Gpr {
        if self.is_random() { Gpr(self.number(16) as u8) } else { self.pick(&GPRS) }
    }

    pub(super) fn xmm(&mut self) -> Xmm {
        if self.is_random() { Xmm(self.number(16) as u8) } else { self.pick(&XMMS) }
    }

    pub(super) fn size(&mut self) -> Size {
        self.pick(&[Size::Byte, Size::Word, Size::Long, Size::Quad])
    }

    /// Of an instruction without a form for bytes.
    pub(super) fn size_above_byte(&mut self) -> Size {
        self.pick(&[Size::Word, Size::Long, Size::Quad])
    }

    /// Of an instruction for two sizes only.
    pub(super) fn long_or_quad(&mut self) -> Size {
        self.pick(&[Size::Long, Size::Quad])
    }

    pub(super) fn float(&mut self) -> Float {
        self.pick(&[Float::Single, Float::Double])
    }

    pub(super) fn immediate(&mut self) -> i32 {
        if self.is_random() && self.number(2) == 0 {
            return self.number(1 << 32) as u32 as i32;
        }
        self.pick(&IMMEDIATES)
    }

    pub(super) fn count(&mut self) -> u8 {
        if self.is_random() { self.number(256) as u8 } else { self.pick(&[0, 1, 2, 31, 63, 255]) }
    }

    pub(super) fn address(&mut self) -> Address {
        let helper = Reference::Helper(SYMBOL);
        if !self.is_random() {
            let literal = self.asm.literal(&[7; 16], 16);
            return self.pick(&[
                Address::base(RAX, 0),
                Address::base(RSP, 0),
                Address::base(RBP, 0),
                Address::base(R12, 0),
                Address::base(R13, 0),
                Address::base(R15, 127),
                Address::base(RSP, 8),
                Address::base(RBP, -128),
                Address::base(R12, 128),
                Address::base(R13, i32::MIN),
                Address::indexed(RBX, RBP, 0, 0),
                Address::indexed(RSP, R12, 1, 1),
                Address::indexed(RBP, RAX, 2, 0),
                Address::indexed(R13, R15, 3, 0),
                Address::indexed(R12, RDI, 3, i32::MAX),
                Address::scaled(R13, 2, 0),
                Address::fixed(0x1234),
                Address::literal(literal),
                Address::relative(helper, -3),
                Address::absolute(helper, 4, None),
                Address::absolute(helper, 4, Some((R12, 0))),
                Address::absolute(helper, -4, Some((RBP, 3))),
            ]);
        }
        let index = Gpr([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15][self.number(15)]);
        let scale = self.number(4) as u8;
        let disp = if self.number(2) == 0 { self.immediate() } else { self.pick(&DISPLACEMENTS) };
        match self.number(8) {
            0 | 1 => Address::base(self.gpr(), disp),
            2 | 3 => Address::indexed(self.gpr(), index, scale, disp),
            4 => Address::scaled(index, scale.max(1), disp),
            5 => Address::relative(helper, disp >> 4),
            6 => Address::absolute(helper, disp >> 4, Some((index, scale))),
            _ => Address::literal(self.asm.literal(&[7; 16], 16)),
        }
    }

    pub(super) fn rm(&mut self) -> Rm {
        match self.number(2) {
            0 => Rm::Reg(self.gpr()),
            _ => Rm::Mem(self.address()),
        }
    }

    pub(super) fn xmm_rm(&mut self) -> XmmRm {
        match self.number(2) {
            0 => XmmRm::Reg(self.xmm()),
            _ => XmmRm::Mem(self.address()),
        }
    }
}
