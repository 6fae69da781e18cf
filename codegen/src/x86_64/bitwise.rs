//! Shifts, rotations and bits of integers up to 64 bits.
//!
//! Amounts count modulo the width. The machine masks those of 32 and 64 bits itself; rotations of 8 and 16 bits need no
//! mask, because the machine's 32 is a multiple of both. What a machine without `popcnt`, `lzcnt` or `bmi1` has no
//! instruction for is expanded.

use super::address::{Address, Rm};
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Scan, Shift, Size};
use super::register::{Gpr, RAX, RCX, RDX};
use native_ir::{InstData, Opcode, Operand, Value};

impl Emitter<'_> {
    /// A constant amount, modulo a width, which is a power of two.
    pub(super) fn amount(&self, operand: Operand, width: u32) -> Option<u8> {
        self.constant(operand).map(|bits| (bits as u32 & (width - 1)) as u8)
    }

    /// Puts an amount into rcx. `mask` cuts it to the width.
    fn amount_into_rcx(&mut self, operand: Operand, size: Size, mask: bool) {
        self.core_into(operand, RCX);
        if mask && size.bytes() < 4 {
            self.asm.alu_imm(Alu::And, Size::Long, RCX, 8 * size.bytes() as i32 - 1);
        }
    }

    /// Shifts and rotations by one operand.
    pub(super) fn shift(&mut self, data: &InstData, result: Value) {
        let (a, by) = (data.operand(0), data.operand(1));
        let size = Size::of(self.value_kind(result));
        let (shift, rotates) = match data.opcode {
            Opcode::Shl => (Shift::Shl, false),
            Opcode::Ushr => (Shift::Shr, false),
            Opcode::Sshr => (Shift::Sar, false),
            Opcode::Rotl => (Shift::Rol, true),
            _ => (Shift::Ror, true),
        };
        let target = self.target(result, RAX);
        let amount = self.amount(by, 8 * size.bytes());
        if amount.is_none() {
            self.amount_into_rcx(by, size, !rotates);
        }
        match shift {
            Shift::Shr if size.bytes() < 4 => self.extended_into(a, false, target),
            Shift::Sar if size.bytes() < 4 => self.extended_into(a, true, target),
            _ => self.core_into(a, target),
        }
        let size = if rotates { size } else { size.or_long() };
        match amount {
            Some(0) => {}
            Some(amount) => self.asm.shift_imm(shift, size, target, amount),
            None => self.asm.shift_cl(shift, size, target),
        }
        self.finish(result, target);
    }

    /// Shifts of two operands in a row.
    pub(super) fn funnel(&mut self, data: &InstData, result: Value) {
        let left = data.opcode == Opcode::FunnelLeft;
        let (high, low, by) = (data.operand(0), data.operand(1), data.operand(2));
        let size = Size::of(self.value_kind(result));
        let amount = self.amount(by, 8 * size.bytes());
        if amount.is_none() {
            self.amount_into_rcx(by, size, true);
        }
        if size == Size::Byte {
            return self.funnel_bytes(left, high, low, amount, result);
        }
        let (moving, filling) = if left { (high, low) } else { (low, high) };
        let target = self.accumulator(result, filling);
        match amount {
            Some(0) => self.core_into(moving, target),
            Some(amount) => {
                self.core_into(moving, target);
                let filling = self.core(filling, RDX);
                self.asm.double_shift_imm(left, size, target, filling, amount);
            }
            None => {
                self.core_into(moving, target);
                let filling = self.core(filling, RDX);
                self.asm.double_shift_cl(left, size, target, filling);
            }
        }
        self.finish(result, target);
    }

    /// A funnel of bytes is a shift of 16 bits. A variable amount is in rcx.
    fn funnel_bytes(&mut self, left: bool, high: Operand, low: Operand, amount: Option<u8>, result: Value) {
        self.extended_into(low, false, RDX);
        self.core_into(high, RAX);
        self.asm.shift_imm(Shift::Shl, Size::Long, RAX, 8);
        self.asm.alu(Alu::Or, Size::Long, RAX, RDX);
        let shift = if left { Shift::Shl } else { Shift::Shr };
        match amount {
            Some(0) => {}
            Some(amount) => self.asm.shift_imm(shift, Size::Long, RAX, amount),
            None => self.asm.shift_cl(shift, Size::Long, RAX),
        }
        if left {
            self.asm.shift_imm(Shift::Shr, Size::Long, RAX, 8);
        }
        self.finish(result, RAX);
    }

    /// Leading or trailing zeros, and ones.
    pub(super) fn count_bits(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let size = Size::of(self.value_kind(result));
        let target = self.target(result, RAX);
        match data.opcode {
            Opcode::Clz => self.leading_zeros(operand, size, target),
            Opcode::Ctz => self.trailing_zeros(operand, size, target),
            _ if self.context.target.features.popcnt => {
                let from = self.extended(operand, size, target);
                self.asm.scan(Scan::Popcnt, size.or_long(), target, from);
            }
            _ => {
                self.extended_into(operand, false, RAX);
                self.ones_by_byte(size.or_long());
                self.sum_of_bytes(size.or_long());
                return self.finish(result, RAX);
            }
        }
        self.finish(result, target);
    }

    /// An operand of at least 32 bits; a narrower one is extended with zeros in `scratch`.
    fn extended(&mut self, operand: Operand, size: Size, scratch: Gpr) -> Rm {
        if size.bytes() < 4 {
            self.extended_into(operand, false, scratch);
            return Rm::Reg(scratch);
        }
        self.rm(operand, scratch)
    }

    /// The number of leading zeros of an operand.
    fn leading_zeros(&mut self, operand: Operand, size: Size, to: Gpr) {
        let width = 8 * size.bytes();
        if self.context.target.features.lzcnt {
            let from = self.extended(operand, size, to);
            self.asm.scan(Scan::Lzcnt, size.or_long(), to, from);
            if width < 32 {
                self.asm.alu_imm(Alu::Sub, Size::Long, to, 32 - width as i32);
            }
        } else if width < 32 {
            // A one behind the number makes it other than 0.
            self.extended_into(operand, false, RCX);
            self.asm.lea32(RCX, Address::indexed(RCX, RCX, 0, 1));
            self.asm.scan(Scan::Bsr, Size::Long, RCX, RCX);
            self.asm.mov_ri(Size::Long, to, width.into());
            self.asm.alu(Alu::Sub, Size::Long, to, RCX);
        } else {
            // The exclusive or makes an index of the highest one a distance from the top, and what stands for the
            // index that 0 has not the width.
            let from = self.rm(operand, to);
            self.asm.scan(Scan::Bsr, size, to, from);
            self.asm.mov_ri(Size::Long, RCX, u64::from(2 * width - 1));
            self.asm.cmov(Cc::Equal, size, to, RCX);
            self.asm.alu_imm(Alu::Xor, Size::Long, to, width as i32 - 1);
        }
    }

    /// The number of trailing zeros of an operand.
    fn trailing_zeros(&mut self, operand: Operand, size: Size, to: Gpr) {
        let width = 8 * size.bytes();
        let fast = self.context.target.features.bmi1;
        let scan = if fast { Scan::Tzcnt } else { Scan::Bsf };
        if width < 32 {
            // A one above the number makes it other than 0.
            self.core_into(operand, to);
            self.asm.alu_imm(Alu::Or, Size::Long, to, 1 << width);
            return self.asm.scan(scan, Size::Long, to, to);
        }
        let from = self.rm(operand, to);
        self.asm.scan(scan, size, to, from);
        if !fast {
            self.asm.mov_ri(Size::Long, RCX, width.into());
            self.asm.cmov(Cc::Equal, size, to, RCX);
        }
    }

    /// Replaces each byte of rax by the number of its ones. Uses rcx and rdx.
    pub(super) fn ones_by_byte(&mut self, size: Size) {
        // Of two bits x, x - (x >> 1) is their sum.
        self.asm.mov_rr(size, RCX, RAX);
        self.asm.shift_imm(Shift::Shr, size, RCX, 1);
        self.mask(size, &[RCX], 0x55);
        self.asm.alu(Alu::Sub, size, RAX, RCX);
        self.asm.mov_rr(size, RCX, RAX);
        self.asm.shift_imm(Shift::Shr, size, RCX, 2);
        self.mask(size, &[RAX, RCX], 0x33);
        self.asm.alu(Alu::Add, size, RAX, RCX);
        self.asm.mov_rr(size, RCX, RAX);
        self.asm.shift_imm(Shift::Shr, size, RCX, 4);
        self.asm.alu(Alu::Add, size, RAX, RCX);
        self.mask(size, &[RAX], 0x0F);
    }

    /// Replaces rax by the sum of its bytes. Uses rdx.
    pub(super) fn sum_of_bytes(&mut self, size: Size) {
        match size {
            Size::Quad => {
                self.asm.mov_ri(size, RDX, repeated(0x01));
                self.asm.imul(size, RAX, RDX);
            }
            _ => self.asm.imul_imm(size, RAX, RAX, repeated(0x01) as i32),
        }
        self.asm.shift_imm(Shift::Shr, size, RAX, 8 * size.bytes() as u8 - 8);
    }

    /// Masks registers with a byte, repeated. Uses rdx for 64 bits.
    fn mask(&mut self, size: Size, registers: &[Gpr], byte: u8) {
        if size == Size::Quad {
            self.asm.mov_ri(size, RDX, repeated(byte));
        }
        for &register in registers {
            match size {
                Size::Quad => self.asm.alu(Alu::And, size, register, RDX),
                _ => self.asm.alu_imm(Alu::And, size, register, repeated(byte) as i32),
            }
        }
    }

    pub(super) fn reverse_bits(&mut self, data: &InstData, result: Value) {
        let size = Size::of(self.value_kind(result));
        self.core_into(data.operand(0), RAX);
        match size {
            Size::Byte => {}
            Size::Word => self.asm.shift_imm(Shift::Rol, size, RAX, 8),
            _ => self.asm.bswap(size, RAX),
        }
        self.reverse_in_bytes(size.or_long());
        self.finish(result, RAX);
    }

    /// Reverses the bits of each byte of rax: exchanges halves of bytes, then pairs, then single bits. Uses rcx and rdx.
    pub(super) fn reverse_in_bytes(&mut self, size: Size) {
        for (distance, byte) in [(4, 0x0F), (2, 0x33), (1, 0x55)] {
            self.asm.mov_rr(size, RCX, RAX);
            self.asm.shift_imm(Shift::Shr, size, RCX, distance);
            self.mask(size, &[RAX, RCX], byte);
            if distance == 4 {
                self.asm.shift_imm(Shift::Shl, size, RAX, distance);
                self.asm.alu(Alu::Or, size, RAX, RCX);
            } else {
                self.asm.lea(RAX, Address::indexed(RCX, RAX, distance, 0));
            }
        }
    }

    pub(super) fn swap_bytes(&mut self, data: &InstData, result: Value) {
        let target = self.target(result, RAX);
        self.core_into(data.operand(0), target);
        match Size::of(self.value_kind(result)) {
            size @ (Size::Long | Size::Quad) => self.asm.bswap(size, target),
            size => self.asm.shift_imm(Shift::Rol, size, target, 8),
        }
        self.finish(result, target);
    }
}

/// A byte, eight times.
fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}
