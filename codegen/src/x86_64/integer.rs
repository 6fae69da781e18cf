//! Arithmetic on integers up to 64 bits.

use super::address::{Address, Rm};
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Shift, Size, Unary};
use super::operand::move_size;
use super::register::{Gpr, RAX, RCX, RDX};
use artifact::Place;
use native_ir::{InstData, Opcode, Operand, Trap, TypeKind, Value};

impl Emitter<'_> {
    /// Whether an operand lives in a register.
    pub(super) fn is_in(&self, operand: Operand, register: Gpr) -> bool {
        self.constant(operand).is_none() && self.place(operand) == Place::Core(register.0)
    }

    /// Moves an operand to a result.
    pub(super) fn copy(&mut self, operand: Operand, result: Value) {
        let target = self.target(result, RAX);
        self.core_into(operand, target);
        self.finish(result, target);
    }

    /// Sum, difference and bitwise operations.
    pub(super) fn arithmetic(&mut self, data: &InstData, result: Value) {
        let (alu, commutes) = match data.opcode {
            Opcode::Iadd => (Alu::Add, true),
            Opcode::Isub => (Alu::Sub, false),
            Opcode::And => (Alu::And, true),
            Opcode::Or => (Alu::Or, true),
            _ => (Alu::Xor, true),
        };
        let size = Size::of(self.value_kind(result)).or_long();
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        let mut target = self.target(result, RAX);
        if commutes && (self.constant(a).is_some() || self.is_in(b, target)) {
            (a, b) = (b, a);
        }
        if self.is_in(b, target) && !self.is_in(a, target) {
            target = RAX;
        }
        match self.immediate(b) {
            Some(value) if !self.is_in(a, target) && self.add_by_lea(alu, size, target, a, value) => {}
            Some(value) => {
                self.core_into(a, target);
                self.asm.alu_imm(alu, size, target, value);
            }
            None if alu == Alu::Add && self.sum_by_lea(size, target, a, b) => {}
            None => {
                self.core_into(a, target);
                let b = self.rm(b, RDX);
                self.asm.alu(alu, size, target, b);
            }
        }
        self.finish(result, target);
    }

    /// `target = a + value` in one instruction, when `a` is in another register.
    fn add_by_lea(&mut self, alu: Alu, size: Size, target: Gpr, a: Operand, value: i32) -> bool {
        let Place::Core(a) = self.place(a) else { return false };
        let value = match alu {
            Alu::Add => Some(value),
            Alu::Sub => value.checked_neg(),
            _ => None,
        };
        let Some(value) = value else { return false };
        self.lea_sized(size, target, Address::base(Gpr(a), value));
        true
    }

    /// `target = a + b` in one instruction, when the three are different registers.
    fn sum_by_lea(&mut self, size: Size, target: Gpr, a: Operand, b: Operand) -> bool {
        match (self.place(a), self.place(b)) {
            (Place::Core(x), Place::Core(y))
                if x != target.0 && y != target.0 && self.folded(a).is_none() && self.folded(b).is_none() =>
            {
                self.lea_sized(size, target, Address::indexed(Gpr(x), Gpr(y), 0, 0));
                true
            }
            _ => false,
        }
    }

    fn lea_sized(&mut self, size: Size, target: Gpr, address: Address) {
        match size {
            Size::Quad => self.asm.lea(target, address),
            _ => self.asm.lea32(target, address),
        }
    }

    pub(super) fn multiply(&mut self, data: &InstData, result: Value) {
        let size = Size::of(self.value_kind(result)).or_long();
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        let mut target = self.target(result, RAX);
        if self.constant(a).is_some() || self.is_in(b, target) {
            (a, b) = (b, a);
        }
        match self.immediate(b) {
            Some(value) if value > 0 && value.count_ones() == 1 => {
                self.core_into(a, target);
                self.asm.shift_imm(Shift::Shl, size, target, value.trailing_zeros() as u8);
            }
            Some(value) => {
                let a = self.rm(a, RDX);
                self.asm.imul_imm(size, target, a, value);
            }
            None => {
                if self.is_in(b, target) && !self.is_in(a, target) {
                    target = RAX;
                }
                self.core_into(a, target);
                let b = self.rm(b, RDX);
                self.asm.imul(size, target, b);
            }
        }
        self.finish(result, target);
    }

    /// The high half of a product. Narrow ones are computed in 32 or 64 bits.
    pub(super) fn multiply_high(&mut self, data: &InstData, result: Value) {
        let signed = data.opcode == Opcode::Smulh;
        let kind = self.value_kind(result);
        if Size::of(kind) == Size::Quad {
            self.core_into(data.operand(0), RAX);
            let b = self.rm(data.operand(1), RCX);
            self.asm.unary(if signed { Unary::Imul } else { Unary::Mul }, Size::Quad, b);
            return self.finish(result, RDX);
        }
        self.extended_into(data.operand(0), signed, RAX);
        self.extended_into(data.operand(1), signed, RDX);
        self.asm.imul(Size::Quad, RAX, RDX);
        self.asm.shift_imm(Shift::Shr, Size::Quad, RAX, kind.bits(64).unwrap_or(32) as u8);
        self.finish(result, RAX);
    }

    /// Puts an operand, extended to 64 bits, into a register.
    pub(super) fn extended_into(&mut self, operand: Operand, signed: bool, to: Gpr) {
        let kind = self.kind(operand);
        if let Some(bits) = self.constant(operand) {
            let width = kind.bits(64).unwrap_or(64);
            let value = if signed { crate::context::sign_extended(bits, width) } else { bits as i64 };
            return self.asm.mov_ri(Size::Quad, to, value as u64);
        }
        let size = Size::of(kind);
        match (size, signed) {
            (Size::Quad, _) => self.core_into(operand, to),
            (_, true) => {
                let from = self.rm(operand, to);
                self.asm.load_signed(size, Size::Quad, to, from);
            }
            (Size::Long, false) => match self.rm(operand, to) {
                Rm::Reg(from) => self.asm.mov_rr(Size::Long, to, from),
                Rm::Mem(from) => self.asm.load(Size::Long, to, from),
            },
            (_, false) => {
                let from = self.rm(operand, to);
                self.asm.movzx(size, to, from);
            }
        }
    }

    /// Quotients and remainders up to 64 bits. Narrow operands are extended to 32 bits; `MIN / -1` never reaches the
    /// instruction.
    pub(super) fn divide(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let signed = matches!(data.opcode, Opcode::Sdiv | Opcode::Srem);
        let remainder = matches!(data.opcode, Opcode::Urem | Opcode::Srem);
        let kind = self.value_kind(result);
        let size = Size::of(kind).or_long();
        if let Some(bits) = self.constant(b)
            && bits.is_power_of_two()
            && !signed
        {
            return self.divide_by_power(a, bits.trailing_zeros(), remainder, size, result);
        }
        self.extended_into(a, signed, RAX);
        self.extended_into(b, signed, RCX);
        let divisor = self.constant(b);
        if divisor.is_none_or(|bits| bits == 0) {
            let label = self.trap_label(Trap::IntegerDivideByZero);
            self.asm.test(size, RCX, RCX);
            self.asm.jcc(Cc::Equal, label);
        }
        let done = self.asm.new_label();
        let minus_one = kind.bits(64).map_or(u128::MAX, |width| u128::MAX >> (128 - width.clamp(1, 64)));
        if signed && divisor.is_none_or(|bits| bits == minus_one) {
            self.divide_by_minus_one(kind, size, remainder, done);
        }
        if signed {
            self.asm.sign_extend_accumulator(size);
            self.asm.unary(Unary::Idiv, size, RCX);
        } else {
            self.asm.zero(RDX);
            self.asm.unary(Unary::Div, size, RCX);
        }
        self.asm.bind(done);
        self.finish(result, if remainder { RDX } else { RAX });
    }

    /// For a divisor of -1 in rcx: the remainder is 0, the quotient is the negation, or a trap for the least number.
    fn divide_by_minus_one(&mut self, kind: TypeKind, size: Size, remainder: bool, done: crate::buffer::Label) {
        let other = self.asm.new_label();
        self.asm.alu_imm(Alu::Cmp, size, RCX, -1);
        self.asm.jcc(Cc::NotEqual, other);
        if remainder {
            self.asm.zero(RDX);
        } else {
            let label = self.trap_label(Trap::IntegerOverflow);
            self.asm.unary(Unary::Neg, Size::of(kind), RAX);
            self.asm.jcc(Cc::Overflow, label);
        }
        self.asm.jmp(done);
        self.asm.bind(other);
    }

    fn divide_by_power(&mut self, a: Operand, power: u32, remainder: bool, size: Size, result: Value) {
        self.extended_into(a, false, RAX);
        if !remainder {
            if power > 0 {
                self.asm.shift_imm(Shift::Shr, size, RAX, power as u8);
            }
        } else if power < 31 {
            self.asm.alu_imm(Alu::And, size, RAX, (1 << power) - 1);
        } else {
            self.asm.mov_ri(Size::Quad, RDX, (1u64 << power) - 1);
            self.asm.alu(Alu::And, size, RAX, RDX);
        }
        self.finish(result, RAX);
    }

    /// Negation and complement; that of an `i1` keeps it 0 or 1.
    pub(super) fn unary(&mut self, data: &InstData, result: Value) {
        let kind = self.value_kind(result);
        let target = self.target(result, RAX);
        self.core_into(data.operand(0), target);
        if kind == TypeKind::I1 {
            self.asm.alu_imm(Alu::Xor, Size::Long, target, 1);
        } else {
            let unary = if data.opcode == Opcode::Not { Unary::Not } else { Unary::Neg };
            self.asm.unary(unary, Size::of(kind).or_long(), target);
        }
        self.finish(result, target);
    }

    pub(super) fn absolute(&mut self, data: &InstData, result: Value) {
        let size = Size::of(self.value_kind(result)).or_long();
        self.extended_into(data.operand(0), true, RAX);
        self.asm.mov_rr(size, RCX, RAX);
        self.asm.unary(Unary::Neg, size, RAX);
        self.asm.cmov(Cc::Sign, size, RAX, RCX);
        self.finish(result, RAX);
    }

    /// The smaller or greater of two.
    pub(super) fn extreme(&mut self, data: &InstData, result: Value) {
        let kind = self.value_kind(result);
        let cc = match data.opcode {
            Opcode::Umin => Cc::Below,
            Opcode::Umax => Cc::Above,
            Opcode::Smin => Cc::Less,
            _ => Cc::Greater,
        };
        let a = self.core(data.operand(0), RDX);
        self.core_into(data.operand(1), RAX);
        self.asm.alu(Alu::Cmp, Size::of(kind), a, RAX);
        self.asm.cmov(cc, move_size(kind), RAX, a);
        self.finish(result, RAX);
    }

    /// Conversions between widths that change bits above the narrower one, where neither has 128.
    pub(super) fn resize(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let (from, to) = (self.kind(operand), self.value_kind(result));
        let target = self.target(result, RAX);
        match data.opcode {
            Opcode::Sext if from == TypeKind::I1 => {
                let register = self.rm(operand, RAX);
                self.asm.movzx(Size::Byte, target, register);
                self.asm.unary(Unary::Neg, Size::Quad, target);
            }
            Opcode::Sext => self.extended_into(operand, true, target),
            _ if to == TypeKind::I1 => {
                self.core_into(operand, target);
                self.asm.alu_imm(Alu::And, Size::Long, target, 1);
            }
            _ => self.extended_into(operand, false, target),
        }
        self.finish(result, target);
    }
}
