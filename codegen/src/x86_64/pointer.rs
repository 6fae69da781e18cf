//! Addresses as values.

use super::address::Address;
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Size};
use super::register::{RAX, RCX};
use crate::context::Distance;
use native_ir::{InstData, Opcode, Trap, TypeKind, Value};

impl Emitter<'_> {
    /// `element`, `field` and `offset` that no access does.
    pub(super) fn pointer(&mut self, data: &InstData, result: Value) {
        self.check_bounds(data);
        let base = data.operand(0);
        let target = self.target(result, RAX);
        let distance = self.context.distance(self.body, data, |operand| self.live.root(operand));
        match distance {
            Some(Distance::Constant(bytes)) => match i32::try_from(bytes) {
                Ok(bytes) => {
                    let base = self.core(base, RAX);
                    match bytes {
                        0 => self.asm.mov_rr(Size::Quad, target, base),
                        _ => self.asm.lea(target, Address::base(base, bytes)),
                    }
                }
                Err(_) => {
                    self.asm.mov_ri(Size::Quad, RCX, bytes as u64);
                    let base = self.core(base, RAX);
                    self.asm.lea(target, Address::indexed(base, RCX, 0, 0));
                }
            },
            Some(Distance::Scaled(_, _, scale)) => {
                let base = self.core(base, RAX);
                let index = match Size::of(self.kind(data.operand(1))) {
                    Size::Quad => self.core(data.operand(1), RCX),
                    _ => {
                        self.extended_into(data.operand(1), true, RCX);
                        RCX
                    }
                };
                self.asm.lea(target, Address::indexed(base, index, scale, 0));
            }
            None => {
                self.scaled_index(data);
                let base = self.core(base, RAX);
                self.asm.lea(target, Address::indexed(base, RCX, 0, 0));
            }
        }
        self.finish(result, target);
    }

    /// Puts index times stride into rcx.
    fn scaled_index(&mut self, data: &InstData) {
        let index = data.operand(1);
        match self.kind(index) {
            TypeKind::I128 => self.half_into(index, 0, RCX),
            _ => self.extended_into(index, true, RCX),
        }
        let stride = match data.opcode {
            Opcode::Element => self.context.stride(self.body, data).unwrap_or(1),
            _ => 1,
        };
        match i32::try_from(stride) {
            Ok(1) => {}
            Ok(stride) => self.asm.imul_imm(Size::Quad, RCX, RCX, stride),
            Err(_) => {
                self.asm.mov_ri(Size::Quad, super::register::RDX, stride);
                self.asm.imul(Size::Quad, RCX, super::register::RDX);
            }
        }
    }

    /// An index into an array of registers is compared with the length; sign and all, so that no negative one passes.
    fn check_bounds(&mut self, data: &InstData) {
        let Some(length) = self.context.registers(self.body, data) else { return };
        if !self.context.is_checked(self.body, data, self.live.root(data.operand(1))) {
            return;
        }
        let label = self.trap_label(Trap::Bounds);
        match self.kind(data.operand(1)) {
            TypeKind::I128 => {
                self.half_into(data.operand(1), 1, RCX);
                self.asm.test(Size::Quad, RCX, RCX);
                self.asm.jcc(Cc::NotEqual, label);
                self.half_into(data.operand(1), 0, RCX);
            }
            _ => self.extended_into(data.operand(1), true, RCX),
        }
        self.asm.mov_ri(Size::Quad, RAX, length);
        self.asm.alu(Alu::Cmp, Size::Quad, RCX, RAX);
        self.asm.jcc(Cc::AboveEqual, label);
    }
}
