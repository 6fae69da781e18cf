//! Conversions to floats, and of bits. Those from floats to integers are in `truncate`, those that the runtime library
//! does in `help`.

use super::address::{Rm, XmmRm};
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Arith, Float, Logic, Shift, Size};
use super::operand::float_of;
use super::register::{Gpr, RAX, RCX, XMM15, Xmm};
use crate::context::Class;
use crate::target::Target;
use native_ir::{InstData, Opcode, Operand, TypeKind, Value};

impl Emitter<'_> {
    /// A conversion between floats, or between integers and floats, of up to 64 bits each.
    pub(super) fn convert(&mut self, data: &InstData, result: Value) {
        match data.opcode {
            Opcode::Fpromote | Opcode::Fdemote => self.resize_float(data.operand(0), result),
            Opcode::SintToFloat | Opcode::UintToFloat => self.float_of_integer(data, result),
            Opcode::FloatToSint | Opcode::FloatToUint => self.truncate(data, result),
            _ => self.truncate_saturating(data, result),
        }
    }

    /// `fpromote` and `fdemote`; with f16 on a side by F16C, which does not raise what they must not.
    fn resize_float(&mut self, operand: Operand, result: Value) {
        let (from, to) = (self.kind(operand), self.value_kind(result));
        let target = self.vector_target(result, XMM15);
        if from == TypeKind::F16 {
            self.keep_status();
            self.single_of(operand, target);
            if to == TypeKind::F64 {
                self.asm.convert_float(Float::Single, Float::Double, target, target);
            }
            self.restore_status();
        } else if to == TypeKind::F16 {
            self.keep_status();
            let from = self.vector(operand, target);
            self.asm.single_to_half(target, from, 0);
            self.restore_status();
        } else {
            let register = self.vector(operand, target);
            self.asm.convert_float(float_of(from), float_of(to), target, register);
        }
        self.finish_vector(result, target);
    }

    /// `sint_to_float` and `uint_to_float`. By way of f32 to f16: integers that f32 rounds are infinite in f16.
    fn float_of_integer(&mut self, data: &InstData, result: Value) {
        let signed = data.opcode == Opcode::SintToFloat;
        let kind = self.value_kind(result);
        if kind == TypeKind::F16 {
            self.keep_status();
            self.integer_to_float(data.operand(0), signed, Float::Single, XMM15);
            let half = self.half_of(XMM15);
            self.restore_status();
            return self.finish_vector(result, half);
        }
        let target = self.vector_target(result, XMM15);
        self.integer_to_float(data.operand(0), signed, float_of(kind), target);
        self.finish_vector(result, target);
    }

    /// Puts an integer as a float into a register. What fits a signed integer of the processor is converted as that.
    fn integer_to_float(&mut self, operand: Operand, signed: bool, float: Float, to: Xmm) {
        let size = Size::of(self.kind(operand));
        if size == Size::Quad && !signed {
            return self.unsigned_to_float(operand, float, to);
        }
        let (size, from) = match (size, signed) {
            (Size::Quad, _) | (Size::Long, true) => (size, self.rm(operand, RAX)),
            _ => {
                self.extended_into(operand, signed, RAX);
                (if size == Size::Long { Size::Quad } else { Size::Long }, Rm::Reg(RAX))
            }
        };
        self.convert_signed(float, size, to, from);
    }

    /// The instruction keeps the rest of its register: without a zero there it would wait for who wrote that last.
    fn convert_signed(&mut self, float: Float, size: Size, to: Xmm, from: Rm) {
        self.asm.logic(Logic::Xor, to, to);
        self.asm.convert_from_int(float, size, to, from);
    }

    /// An integer of 64 bits without sign. One with the highest bit set is halved before and doubled behind, where the
    /// bit that falls out is kept, so that it is rounded as the whole would be.
    fn unsigned_to_float(&mut self, operand: Operand, float: Float, to: Xmm) {
        let (large, done) = (self.asm.new_label(), self.asm.new_label());
        self.core_into(operand, RAX);
        self.asm.test(Size::Quad, RAX, RAX);
        self.asm.jcc(Cc::Sign, large);
        self.convert_signed(float, Size::Quad, to, Rm::Reg(RAX));
        self.asm.jmp(done);
        self.asm.bind(large);
        self.asm.mov_rr(Size::Long, RCX, RAX);
        self.asm.alu_imm(Alu::And, Size::Long, RCX, 1);
        self.asm.shift_imm(Shift::Shr, Size::Quad, RAX, 1);
        self.asm.alu(Alu::Or, Size::Quad, RAX, RCX);
        self.convert_signed(float, Size::Quad, to, Rm::Reg(RAX));
        self.asm.arithmetic(Arith::Add, float, to, to);
        self.asm.bind(done);
    }

    /// `bitcast` between types of up to 64 bits, at least one of which is a float.
    pub(super) fn bitcast(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let class = super::X86::class;
        match (class(self.kind(operand)), class(self.value_kind(result))) {
            (Class::Core, Class::Vector) => self.bits_to_float(operand, result),
            (Class::Vector, Class::Core) => self.bits_of_float(operand, result),
            (_, Class::Vector) => {
                let target = self.vector_target(result, XMM15);
                self.vector_into(operand, target);
                self.finish_vector(result, target);
            }
            _ => self.copy(operand, result),
        }
    }

    fn bits_to_float(&mut self, operand: Operand, result: Value) {
        let target = self.vector_target(result, XMM15);
        let kind = self.value_kind(result);
        if self.constant(operand) == Some(0) {
            self.asm.logic(Logic::Xor, target, target);
        } else {
            match self.rm(operand, RAX) {
                Rm::Mem(from) => self.asm.load_float(float_of(kind), target, from),
                from => self.asm.move_to_xmm(Size::of(kind).or_long(), target, from),
            }
        }
        self.finish_vector(result, target);
    }

    fn bits_of_float(&mut self, operand: Operand, result: Value) {
        let target = self.target(result, RAX);
        self.float_bits_into(operand, target);
        self.finish(result, target);
    }

    /// Puts the bits of a float into a core register.
    pub(super) fn float_bits_into(&mut self, operand: Operand, to: Gpr) {
        let size = Size::of(self.kind(operand)).or_long();
        if let Some(bits) = self.constant(operand) {
            return self.asm.mov_ri(Size::Quad, to, bits as u64);
        }
        match self.xmm_rm(operand) {
            XmmRm::Reg(from) => self.asm.move_from_xmm(size, to, from),
            XmmRm::Mem(from) => self.asm.load(size, to, from),
        }
    }
}
