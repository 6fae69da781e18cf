//! One machine instruction after the other, with what is then known of its result.

use super::Lower;
use super::known::Known;
use crate::cortex_m0::inst::{Alu, Inst, Line, Reg, Shift, Unary};
use native_ir::Operand;

impl Lower<'_> {
    /// Appends an instruction to the current block.
    pub(crate) fn emit(&mut self, inst: Inst) {
        let source = self.source;
        if matches!(inst, Inst::Call { .. }) {
            self.fresh.clear();
        }
        self.code.blocks[self.current as usize].lines.push(Line { inst, source });
    }

    /// Puts an instruction before the one that made the flags, which is the last one, but for those that read them.
    pub(crate) fn emit_before_flags(&mut self, inst: Inst) {
        let source = self.source;
        if let Some(block) = self.code.blocks.get_mut(self.current as usize) {
            let readers = block.lines.iter().rev().take_while(|line| line.inst.flags().reads()).count();
            let at = block.lines.len().saturating_sub(readers + 1);
            block.lines.insert(at, Line { inst, source });
        }
    }

    /// A sum.
    pub(crate) fn add(&mut self, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Add { dst, a, b });
        dst
    }

    /// A difference.
    pub(crate) fn sub(&mut self, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Sub { dst, a, b });
        dst
    }

    /// A sum with a constant, in one or two instructions or by way of a register; `src` itself when it is 0.
    pub(crate) fn add_imm(&mut self, src: Reg, imm: i32) -> Reg {
        let mut left = imm;
        let mut src = src;
        if left.unsigned_abs() > 510 {
            let value = self.konst(imm.unsigned_abs());
            return if imm < 0 { self.sub(src, value) } else { self.add(src, value) };
        }
        while left != 0 {
            let step = left.clamp(-255, 255);
            let dst = self.temp();
            self.emit(Inst::AddImm { dst, src, imm: step as i16 });
            src = dst;
            left -= step;
        }
        src
    }

    /// A two-address operation.
    pub(crate) fn alu(&mut self, op: Alu, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Alu { op, dst, a, b });
        let (x, y) = (self.known(a), self.known(b));
        match op {
            Alu::And => {
                self.know(dst, Known::unsigned(x.unsigned.min(y.unsigned).into()));
                self.know(dst, Known { unsigned: 32, signed: x.signed.max(y.signed) })
            }
            Alu::Orr | Alu::Eor => {
                self.know(dst, Known { unsigned: x.unsigned.max(y.unsigned), signed: x.signed.max(y.signed) })
            }
            _ => dst,
        }
    }

    /// A shift by a constant from 0 to 31; `src` itself for 0.
    pub(crate) fn shift(&mut self, op: Shift, src: Reg, amount: u32) -> Reg {
        if amount == 0 {
            return src;
        }
        let dst = self.temp();
        self.emit(Inst::Shift { op, dst, src, amount: amount as u8 });
        let known = self.known(src);
        match op {
            Shift::Lsr => self.know(dst, Known::unsigned(u32::from(known.unsigned).saturating_sub(amount))),
            Shift::Asr => self.know(dst, Known::signed(u32::from(known.signed).saturating_sub(amount).max(1))),
            Shift::Lsl => self.know(
                dst,
                Known {
                    unsigned: (u32::from(known.unsigned) + amount).min(32) as u8,
                    signed: (u32::from(known.signed) + amount).min(32) as u8,
                },
            ),
        }
    }

    /// A one-operand operation.
    pub(crate) fn unary(&mut self, op: Unary, src: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Unary { op, dst, src });
        let known = match op {
            Unary::Uxtb => Known::unsigned(8),
            Unary::Uxth => Known::unsigned(16),
            Unary::Sxtb => Known::signed(8),
            Unary::Sxth => Known::signed(16),
            Unary::Not => Known::signed(self.known(src).signed.into()),
            _ => Known::NOTHING,
        };
        self.know(dst, known)
    }

    /// The low `width` bits of a register, extended with zeros.
    pub(crate) fn zero_extended(&mut self, src: Reg, width: u32) -> Reg {
        match width {
            _ if u32::from(self.known(src).unsigned) <= width => src,
            8 => self.unary(Unary::Uxtb, src),
            16 => self.unary(Unary::Uxth, src),
            _ => {
                let high = self.shift(Shift::Lsl, src, 32 - width);
                self.shift(Shift::Lsr, high, 32 - width)
            }
        }
    }

    /// The low `width` bits of a register, extended with copies of the highest of them.
    pub(crate) fn sign_extended(&mut self, src: Reg, width: u32) -> Reg {
        match width {
            _ if u32::from(self.known(src).signed) <= width => src,
            8 => self.unary(Unary::Sxtb, src),
            16 => self.unary(Unary::Sxth, src),
            _ => {
                let high = self.shift(Shift::Lsl, src, 32 - width);
                self.shift(Shift::Asr, high, 32 - width)
            }
        }
    }

    /// An operand of up to 32 bits as all 32, with zeros. A constant is made so.
    pub(crate) fn unsigned(&mut self, operand: Operand) -> Reg {
        let reg = self.reg(operand);
        let width = self.width(operand);
        self.zero_extended(reg, width)
    }

    /// An operand of up to 32 bits as all 32, with copies of its sign; an `i1` is 0 or -1.
    pub(crate) fn signed(&mut self, operand: Operand) -> Reg {
        let width = self.width(operand);
        if let Some(bits) = self.constant(operand) {
            return self.konst(crate::context::sign_extended(bits, width) as u32);
        }
        let reg = self.reg(operand);
        match width {
            1 => self.unary(Unary::Neg, reg),
            width => self.sign_extended(reg, width),
        }
    }
}
