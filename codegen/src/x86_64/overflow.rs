//! Sums, differences and products that tell whether they fit, up to 64 bits.

use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Shift, Size, Unary};
use super::register::{Gpr, RAX, RCX, RDX};
use artifact::Place;
use native_ir::{EntityRef, InstData, Opcode, Operand, Value};

impl Emitter<'_> {
    /// The register to compute a result in: its own, or rax when another operand that is read later lives there.
    pub(super) fn accumulator(&self, result: Value, later: Operand) -> Gpr {
        let target = self.target(result, RAX);
        if self.is_in(later, target) { RAX } else { target }
    }

    /// `to op= operand`. Changes no flags before; a constant or address that is no operand of the machine's goes to
    /// `scratch`.
    pub(super) fn apply(&mut self, alu: Alu, size: Size, to: Gpr, operand: Operand, scratch: Gpr) {
        match self.immediate(operand) {
            Some(value) => self.asm.alu_imm(alu, size, to, value),
            None => {
                let from = self.rm(operand, scratch);
                self.asm.alu(alu, size, to, from);
            }
        }
    }

    /// Puts what a condition says into the place of an `i1`. Changes no flags.
    pub(super) fn set_bit(&mut self, cc: Cc, result: Value) {
        match self.places[result.index()] {
            Place::Core(register) => self.asm.setcc(cc, Gpr(register)),
            Place::Frame(offset) => self.asm.setcc(cc, self.cell(offset)),
            Place::Vector(_) | Place::Nowhere => {}
        }
    }

    /// Sums and differences that stop at the ends of the range.
    pub(super) fn saturating(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let size = Size::of(self.value_kind(result));
        let target = self.accumulator(result, b);
        match data.opcode {
            Opcode::UaddSat => {
                self.core_into(a, target);
                self.apply(Alu::Add, size, target, b, RDX);
                self.asm.alu(Alu::Sbb, size.or_long(), RCX, RCX);
                self.asm.alu(Alu::Or, size.or_long(), target, RCX);
            }
            Opcode::UsubSat => {
                self.asm.zero(RCX);
                self.core_into(a, target);
                self.apply(Alu::Sub, size, target, b, RDX);
                self.asm.cmov(Cc::Below, size.or_long(), target, RCX);
            }
            opcode => {
                let alu = if opcode == Opcode::SaddSat { Alu::Add } else { Alu::Sub };
                self.limit_into_rcx(a, size);
                self.core_into(a, target);
                self.apply(alu, size, target, b, RDX);
                self.asm.cmov(Cc::Overflow, size.or_long(), target, RCX);
            }
        }
        self.finish(result, target);
    }

    /// Puts the end of the signed range on the side of an operand into rcx: there a sum or difference stops that does
    /// not fit.
    fn limit_into_rcx(&mut self, operand: Operand, size: Size) {
        let greatest = u64::MAX >> (65 - 8 * size.bytes());
        self.core_into(operand, RCX);
        self.asm.shift_imm(Shift::Sar, size, RCX, (8 * size.bytes() - 1) as u8);
        match size {
            Size::Quad => {
                self.asm.mov_ri(Size::Quad, RDX, greatest);
                self.asm.alu(Alu::Xor, size, RCX, RDX);
            }
            _ => self.asm.alu_imm(Alu::Xor, size, RCX, greatest as i32),
        }
    }

    /// Wrapping results, and whether they are wrong.
    pub(super) fn overflowing(&mut self, data: &InstData, result: Value) {
        let (alu, cc) = match data.opcode {
            Opcode::UaddOverflow => (Alu::Add, Cc::Below),
            Opcode::SaddOverflow => (Alu::Add, Cc::Overflow),
            Opcode::UsubOverflow => (Alu::Sub, Cc::Below),
            Opcode::SsubOverflow => (Alu::Sub, Cc::Overflow),
            opcode => return self.overflowing_product(data, result, opcode == Opcode::SmulOverflow),
        };
        let size = Size::of(self.value_kind(result));
        let target = self.accumulator(result, data.operand(1));
        self.core_into(data.operand(0), target);
        self.apply(alu, size, target, data.operand(1), RDX);
        self.set_bit(cc, second(result));
        self.finish(result, target);
    }

    /// Bytes and unsigned numbers are multiplied in rax, which takes rdx too.
    fn overflowing_product(&mut self, data: &InstData, result: Value, signed: bool) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        if self.constant(a).is_some() {
            (a, b) = (b, a);
        }
        let size = Size::of(self.value_kind(result));
        let mut target = RAX;
        match self.immediate(b) {
            _ if !signed || size == Size::Byte => {
                self.core_into(a, RAX);
                let b = self.rm(b, RCX);
                self.asm.unary(if signed { Unary::Imul } else { Unary::Mul }, size, b);
            }
            Some(value) => {
                target = self.target(result, RAX);
                let a = self.rm(a, RDX);
                self.asm.imul_imm(size, target, a, value);
            }
            None => {
                target = self.accumulator(result, b);
                self.core_into(a, target);
                let b = self.rm(b, RDX);
                self.asm.imul(size, target, b);
            }
        }
        self.set_bit(Cc::Overflow, second(result));
        self.finish(result, target);
    }

    /// Sums with a carry in and a carry out, differences with borrows.
    pub(super) fn carrying(&mut self, data: &InstData, result: Value) {
        let (a, b, carry) = (data.operand(0), data.operand(1), data.operand(2));
        let size = Size::of(self.value_kind(result));
        let target = self.accumulator(result, b);
        let alu = self.carry_in(data.opcode == Opcode::IaddCarry, carry);
        self.core_into(a, target);
        self.apply(alu, size, target, b, RDX);
        self.set_bit(Cc::Below, second(result));
        self.finish(result, target);
    }

    /// Puts an `i1` into the carry flag, unless it is known to be 0; gives the operation that is due then.
    pub(super) fn carry_in(&mut self, sum: bool, carry: Operand) -> Alu {
        match self.constant(carry) {
            Some(0) => return if sum { Alu::Add } else { Alu::Sub },
            Some(_) => self.asm.stc(),
            None => {
                let carry = self.rm(carry, RCX);
                self.asm.bit_test_imm(Size::Long, carry, 0);
            }
        }
        if sum { Alu::Adc } else { Alu::Sbb }
    }
}

/// The second result of the instruction whose first this is.
pub(super) fn second(result: Value) -> Value {
    Value::new(result.index() + 1)
}
