//! Conversions from f32 and f64 to integers of up to 64 bits, toward zero.
//!
//! The processor converts to signed integers of 32 and 64 bits and gives the least one where there is no result, with
//! *invalid* instead of *inexact*. Narrower integers, and unsigned ones of 32 bits, are converted as one of these; an
//! unsigned one of 64 bits is converted less 2^63 when that is not negative, which is exact.

use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Arith, Float, Logic, Size};
use super::operand::float_of;
use super::register::{RAX, RCX, XMM14, XMM15, Xmm};
use crate::buffer::Label;
use native_ir::{InstData, Opcode, Trap, Value};

/// 2^63
const LIMIT: f64 = (1u64 << 63) as f64;

impl Emitter<'_> {
    /// `float_to_sint` and `float_to_uint`.
    pub(super) fn truncate(&mut self, data: &InstData, result: Value) {
        let signed = data.opcode == Opcode::FloatToSint;
        let float = float_of(self.kind(data.operand(0)));
        let size = Size::of(self.value_kind(result));
        let trap = self.trap_label(Trap::InvalidConversion);
        match (size, signed) {
            (Size::Quad, false) => {
                let from = self.vector(data.operand(0), XMM15);
                self.truncate_unsigned(float, from, Some(trap));
            }
            (Size::Quad, true) => {
                let from = self.vector(data.operand(0), XMM15);
                self.truncate_signed(float, from, trap);
            }
            _ => {
                let from = self.vector_operand(data.operand(0));
                let wide = wider(size);
                self.asm.convert_to_int(float, wide, RAX, from);
                match (size, signed) {
                    (_, true) => self.asm.load_signed(size, wide, RCX, RAX),
                    (Size::Long, false) => self.asm.mov_rr(Size::Long, RCX, RAX),
                    (_, false) => self.asm.movzx(size, RCX, RAX),
                }
                self.asm.alu(Alu::Cmp, wide, RAX, RCX);
                self.asm.jcc(Cc::NotEqual, trap);
            }
        }
        self.finish(result, RAX);
    }

    /// To a signed integer of 64 bits in rax. The least one may be right.
    fn truncate_signed(&mut self, float: Float, from: Xmm, trap: Label) {
        let done = self.asm.new_label();
        self.asm.convert_to_int(float, Size::Quad, RAX, from);
        self.asm.alu_imm(Alu::Cmp, Size::Quad, RAX, 1);
        self.asm.jcc(Cc::NotOverflow, done);
        let least = self.number(float, -LIMIT);
        self.asm.compare_float(false, float, from, least);
        self.asm.jcc(Cc::NotEqual, trap);
        self.asm.jcc(Cc::Parity, trap);
        self.asm.bind(done);
    }

    /// To an unsigned integer of 64 bits in rax, or to the trap where there is one; without a trap there must be a
    /// result. Uses rcx and xmm14.
    fn truncate_unsigned(&mut self, float: Float, from: Xmm, trap: Option<Label>) {
        let (large, done) = (self.asm.new_label(), self.asm.new_label());
        let limit = self.number(float, LIMIT);
        self.asm.compare_float(false, float, from, limit);
        self.asm.jcc(Cc::AboveEqual, large);
        self.asm.convert_to_int(float, Size::Quad, RAX, from);
        self.refuse_negative(trap);
        self.asm.jmp(done);
        self.asm.bind(large);
        self.asm.move_xmm(XMM14, from);
        self.asm.arithmetic(Arith::Sub, float, XMM14, limit);
        self.asm.convert_to_int(float, Size::Quad, RAX, XMM14);
        self.refuse_negative(trap);
        self.asm.mov_ri(Size::Quad, RCX, 1 << 63);
        self.asm.alu(Alu::Xor, Size::Quad, RAX, RCX);
        self.asm.bind(done);
    }

    fn refuse_negative(&mut self, trap: Option<Label>) {
        if let Some(trap) = trap {
            self.asm.test(Size::Quad, RAX, RAX);
            self.asm.jcc(Cc::Sign, trap);
        }
    }

    /// `float_to_sint_sat` and `float_to_uint_sat`.
    pub(super) fn truncate_saturating(&mut self, data: &InstData, result: Value) {
        let signed = data.opcode == Opcode::FloatToSintSat;
        let float = float_of(self.kind(data.operand(0)));
        let size = Size::of(self.value_kind(result));
        let from = self.vector(data.operand(0), XMM15);
        let done = self.asm.new_label();
        if signed && matches!(size, Size::Long | Size::Quad) {
            self.asm.convert_to_int(float, size, RAX, from);
            self.asm.alu_imm(Alu::Cmp, size, RAX, 1);
            self.asm.jcc(Cc::NotOverflow, done);
        } else {
            self.truncate_in_range(float, size, signed, from, done);
        }
        self.clamp(float, size, signed, from);
        self.asm.bind(done);
        self.finish(result, RAX);
    }

    /// Converts what has a result, and goes to `done` with it in rax. Falls through, with *invalid* raised, where there
    /// is none.
    fn truncate_in_range(&mut self, float: Float, size: Size, signed: bool, from: Xmm, done: Label) {
        let outside = self.asm.new_label();
        let bits = 8 * size.bytes() - u32::from(signed);
        let above = (1u128 << bits) as f64;
        let below = self.number(float, if signed { -above - 1.0 } else { -1.0 });
        self.asm.compare_float(false, float, from, below);
        // Of unordered operands this holds too.
        self.asm.jcc(Cc::BelowEqual, outside);
        let above = self.number(float, above);
        self.asm.compare_float(false, float, from, above);
        self.asm.jcc(Cc::AboveEqual, outside);
        match size {
            Size::Quad => self.truncate_unsigned(float, from, None),
            _ => self.asm.convert_to_int(float, wider(size), RAX, from),
        }
        self.asm.jmp(done);
        self.asm.bind(outside);
        if self.is_strict() {
            let infinity = self.number(float, f64::INFINITY);
            self.asm.convert_to_int(float, Size::Long, RAX, infinity);
        }
    }

    /// Puts into rax what a number without a result becomes: the least or greatest integer, 0 for a NaN. Uses rcx and
    /// xmm14.
    fn clamp(&mut self, float: Float, size: Size, signed: bool, from: Xmm) {
        let bits = 8 * size.bytes();
        let (least, greatest) = match signed {
            true => (u64::MAX << (bits - 1), (1 << (bits - 1)) - 1),
            false => (0, u64::MAX >> (64 - bits)),
        };
        self.asm.logic(Logic::Xor, XMM14, XMM14);
        self.asm.compare_float(false, float, from, XMM14);
        self.asm.mov_ri(size.or_long(), RAX, least);
        self.asm.mov_ri(size.or_long(), RCX, greatest);
        self.asm.cmov(Cc::Above, size.or_long(), RAX, RCX);
        if signed {
            self.asm.mov_ri(Size::Long, RCX, 0);
            self.asm.cmov(Cc::Parity, size.or_long(), RAX, RCX);
        }
    }
}

/// The size that the processor converts to, for integers of less than 64 bits.
fn wider(size: Size) -> Size {
    if size == Size::Long { Size::Quad } else { Size::Long }
}
