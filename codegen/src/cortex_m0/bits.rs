//! Shifts, rotations, conversions of width and bits of integers of up to 32 bits.
//!
//! Amounts count modulo the width. The machine takes the lowest byte of a register, so a variable amount is masked unless
//! it is known to be below the width; rotations of 32 bits need no mask.

use super::inst::{Alu, Reg, Shift, Unary};
use super::lower::{Known, Lower};
use native_ir::{InstData, Opcode, Operand, TypeKind, Value};

impl Lower<'_> {
    /// A constant amount, modulo a width.
    pub(super) fn amount(&self, operand: Operand, width: u32) -> Option<u32> {
        self.constant(operand).map(|bits| bits as u32 & (width - 1))
    }

    /// A variable amount, modulo a width up to 128.
    pub(super) fn masked_amount(&mut self, operand: Operand, width: u32) -> Reg {
        let reg = self.reg(operand);
        if u32::from(self.known(reg).unsigned) <= width.trailing_zeros() {
            return reg;
        }
        let mask = self.konst(width - 1);
        self.alu(Alu::And, mask, reg)
    }

    /// `shl`, `ushr`, `sshr`
    pub(super) fn shift_value(&mut self, data: &InstData, result: Value) {
        let (a, by) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        if let Some(amount) = self.amount(by, width) {
            let value = self.shift_constant(data.opcode, a, amount);
            return self.define(result, 0, value);
        }
        let amount = self.masked_amount(by, width);
        let (value, op) = match data.opcode {
            Opcode::Shl => (self.reg(a), Alu::Lsl),
            Opcode::Ushr => (self.unsigned(a), Alu::Lsr),
            _ => (self.signed(a), Alu::Asr),
        };
        let known = self.known(value);
        let shifted = self.alu(op, value, amount);
        match op {
            Alu::Lsr => self.know(shifted, known),
            Alu::Asr => self.know(shifted, Known::signed(known.signed.into())),
            _ => shifted,
        };
        self.define(result, 0, shifted);
    }

    fn shift_constant(&mut self, opcode: Opcode, a: Operand, amount: u32) -> Reg {
        let width = self.width(a);
        let reg = self.reg(a);
        let op = match opcode {
            Opcode::Shl => return self.shift(Shift::Lsl, reg, amount),
            Opcode::Ushr => Shift::Lsr,
            _ => Shift::Asr,
        };
        let known = self.known(reg);
        let fits = if op == Shift::Lsr { known.unsigned } else { known.signed };
        if u32::from(fits) <= width {
            return self.shift(op, reg, amount);
        }
        // The extension and the shift at once.
        let high = self.shift(Shift::Lsl, reg, 32 - width);
        self.shift(op, high, 32 - width + amount)
    }

    /// `rotl`, `rotr`
    pub(super) fn rotate(&mut self, data: &InstData, result: Value) {
        let (a, by) = (data.operand(0), data.operand(1));
        let width = self.width(a);
        let left = data.opcode == Opcode::Rotl;
        let value = match self.amount(by, width) {
            Some(0) => self.reg(a),
            Some(amount) => {
                let right = if left { width - amount } else { amount };
                let reg = self.doubled(a, width);
                if width == 32 {
                    let amount = self.konst(right);
                    self.alu(Alu::Ror, reg, amount)
                } else {
                    self.shift(Shift::Lsr, reg, right)
                }
            }
            None => {
                let amount = self.reg(by);
                // To the left is to the right by the opposite, modulo the width, of which 32 and 256 are multiples.
                let amount = if left { self.unary(Unary::Neg, amount) } else { amount };
                let reg = self.doubled(a, width);
                if width == 8 {
                    let twice = self.shift(Shift::Lsl, reg, 16);
                    let reg = self.alu(Alu::Orr, twice, reg);
                    self.alu(Alu::Ror, reg, amount)
                } else {
                    self.alu(Alu::Ror, reg, amount)
                }
            }
        };
        self.define(result, 0, value);
    }

    /// A narrow operand twice, one above the other; as it is when it has 32 bits.
    fn doubled(&mut self, operand: Operand, width: u32) -> Reg {
        if width == 32 {
            return self.reg(operand);
        }
        let reg = self.unsigned(operand);
        let high = self.shift(Shift::Lsl, reg, width);
        self.alu(Alu::Orr, high, reg)
    }

    /// `funnel_left`, `funnel_right`
    pub(super) fn funnel(&mut self, data: &InstData, result: Value) {
        let left = data.opcode == Opcode::FunnelLeft;
        let (high, low, by) = (data.operand(0), data.operand(1), data.operand(2));
        let width = self.width(high);
        let same = self.live.root(high) == self.live.root(low) && high.value().is_some();
        let value = match self.amount(by, width) {
            Some(0) => self.reg(if left { high } else { low }),
            Some(amount) if same && width == 32 => {
                let reg = self.reg(high);
                let amount = self.konst(if left { 32 - amount } else { amount });
                self.alu(Alu::Ror, reg, amount)
            }
            Some(amount) => {
                let right = if left { width - amount } else { amount };
                let (high, low) = (self.reg(high), self.unsigned(low));
                let high = self.shift(Shift::Lsl, high, width - right);
                let low = self.shift(Shift::Lsr, low, right);
                self.alu(Alu::Orr, high, low)
            }
            None if width < 32 => {
                let amount = self.masked_amount(by, width);
                let (high, low) = (self.unsigned(high), self.unsigned(low));
                let high = self.shift(Shift::Lsl, high, width);
                let both = self.alu(Alu::Orr, high, low);
                if left {
                    let both = self.alu(Alu::Lsl, both, amount);
                    self.shift(Shift::Lsr, both, width)
                } else {
                    self.alu(Alu::Lsr, both, amount)
                }
            }
            None => {
                let amount = self.masked_amount(by, 32);
                let (high, low) = (self.reg(high), self.reg(low));
                let most = self.konst(32);
                let rest = self.sub(most, amount);
                // By 32 everything is shifted out, as it must be for the amount 0.
                let (high_by, low_by) = if left { (amount, rest) } else { (rest, amount) };
                let high = self.alu(Alu::Lsl, high, high_by);
                let low = self.alu(Alu::Lsr, low, low_by);
                self.alu(Alu::Orr, high, low)
            }
        };
        self.define(result, 0, value);
    }

    /// `bswap` of 16 and 32 bits.
    pub(super) fn swap_bytes(&mut self, data: &InstData, result: Value) {
        let reg = self.reg(data.operand(0));
        let op = if self.width(data.operand(0)) == 16 { Unary::Rev16 } else { Unary::Rev };
        let value = self.unary(op, reg);
        self.define(result, 0, value);
    }

    /// `clz`, `ctz`, `popcount`, `bitrev`: by the runtime library, which has them for 32 bits.
    pub(super) fn count_bits(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let width = self.width(operand);
        let value = match data.opcode {
            Opcode::Clz => {
                let reg = self.unsigned(operand);
                let count = self.bits_by_helper(Opcode::Clz, reg);
                self.add_imm(count, width as i32 - 32)
            }
            Opcode::Ctz if width < 32 => {
                // A bit above the number stops the count.
                let reg = self.reg(operand);
                let stop = self.konst(1 << width);
                let reg = self.alu(Alu::Orr, stop, reg);
                self.bits_by_helper(Opcode::Ctz, reg)
            }
            Opcode::Popcount => {
                let reg = self.unsigned(operand);
                self.bits_by_helper(Opcode::Popcount, reg)
            }
            opcode => {
                let reg = self.reg(operand);
                let reg = self.bits_by_helper(opcode, reg);
                self.shift(Shift::Lsr, reg, if opcode == Opcode::Bitrev { 32 - width } else { 0 })
            }
        };
        if data.opcode != Opcode::Bitrev {
            self.know(value, Known::unsigned(6));
        }
        self.define(result, 0, value);
    }

    /// `zext`, `sext`, `trunc` and conversions of addresses whose operand and result have up to 32 bits, or that give a
    /// narrower part of a wide operand.
    pub(super) fn resize(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let to = self.value_kind(result).bits(32).unwrap_or(32);
        let from = self.kind(operand).bits(32).unwrap_or(32);
        let value = match data.opcode {
            Opcode::Trunc if to == 1 => {
                let reg = self.reg(operand);
                if self.known(reg).unsigned <= 1 {
                    reg
                } else {
                    let one = self.konst(1);
                    let bit = self.alu(Alu::And, one, reg);
                    self.know(bit, Known::unsigned(1))
                }
            }
            Opcode::Sext => self.signed(operand),
            _ if from < to => self.unsigned(operand),
            _ => self.reg(operand),
        };
        self.define(result, 0, value);
    }

    /// `bitcast` and other copies, word by word.
    pub(super) fn copy_value(&mut self, data: &InstData, result: Value) {
        let regs = self.all_words(data.operand(0));
        self.define_all(result, &regs);
    }

    /// Whether a pure operation has an integer operand or result of more than 32 bits.
    pub(super) fn is_wide(&self, data: &InstData, result: Value) -> bool {
        let wide = |kind: TypeKind| matches!(kind, TypeKind::I64 | TypeKind::I128);
        data.opcode <= Opcode::AddrToInt
            && (data.results > 0 && wide(self.value_kind(result))
                || data.fixed_operands() > 0 && wide(self.kind(data.operand(0))))
    }
}
