//! Atomic accesses and fences.
//!
//! The processor keeps the order of all accesses but one: a load may come before an earlier store to another place. So
//! loads are ordinary ones, stores are too unless they are sequentially consistent, and all that reads and writes is
//! locked, which orders everything.

use super::address::Address;
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Size, Unary};
use super::register::{Gpr, RAX, RCX, RDX};
use artifact::Place;
use native_ir::{EntityRef, InstData, Operand, Ordering, RmwOp, TypeKind, Value};

impl Emitter<'_> {
    pub(super) fn atomic_store(&mut self, data: &InstData) {
        if data.attributes.ordering() != Ordering::Seqcst {
            return self.store(data);
        }
        let kind = self.context.kind(data.access_type());
        let address = self.address(data.operand(1), RCX, RDX);
        self.bits_into(data.operand(0), RAX);
        self.asm.exchange(Size::of(kind), address, RAX);
    }

    /// Puts the bits of an integer or float into a core register.
    fn bits_into(&mut self, operand: Operand, to: Gpr) {
        match self.kind(operand) {
            TypeKind::F32 | TypeKind::F64 => self.float_bits_into(operand, to),
            _ => self.core_into(operand, to),
        }
    }

    /// Reads, computes and writes as one access; gives what was there.
    pub(super) fn atomic_update(&mut self, data: &InstData, result: Value) {
        let (pointer, operand) = (data.operand(0), data.operand(1));
        let size = Size::of(self.kind(operand));
        let address = self.address(pointer, RCX, RDX);
        let unused = self.places[result.index()] == Place::Nowhere;
        match (data.attributes.rmw_op(), alu(data.attributes.rmw_op())) {
            (RmwOp::Xchg, _) => {
                self.core_into(operand, RAX);
                self.asm.exchange(size, address, RAX);
            }
            (_, Some(alu)) if unused => {
                let operand = self.core(operand, RAX);
                self.asm.locked_alu(alu, size, address, operand);
            }
            (op @ (RmwOp::Add | RmwOp::Sub), _) => {
                self.core_into(operand, RAX);
                if op == RmwOp::Sub {
                    self.asm.unary(Unary::Neg, size.or_long(), RAX);
                }
                self.asm.exchange_add(size, address, RAX);
            }
            (op, _) => self.update_in_loop(op, size, address, operand),
        }
        self.finish(result, RAX);
    }

    /// For operations without an instruction: computes from what is there, in rax, until nobody else has written in the
    /// meantime.
    fn update_in_loop(&mut self, op: RmwOp, size: Size, address: Address, operand: Operand) {
        let again = self.asm.new_label();
        self.asm.load(size, RAX, address);
        self.asm.bind(again);
        self.core_into(operand, RDX);
        let keep_if = match op {
            RmwOp::Smin => Some(Cc::Less),
            RmwOp::Smax => Some(Cc::Greater),
            RmwOp::Umin => Some(Cc::Below),
            RmwOp::Umax => Some(Cc::Above),
            _ => None,
        };
        match keep_if {
            Some(cc) => {
                self.asm.alu(Alu::Cmp, size, RAX, RDX);
                self.asm.cmov(cc, size.or_long(), RDX, RAX);
            }
            None => {
                self.asm.alu(alu(op).unwrap_or(Alu::And), size.or_long(), RDX, RAX);
                if op == RmwOp::Nand {
                    self.asm.unary(Unary::Not, size.or_long(), RDX);
                }
            }
        }
        self.asm.compare_exchange(size, address, RDX);
        self.asm.jcc(Cc::NotEqual, again);
    }

    /// `atomic_cas`: gives what was there.
    pub(super) fn compare_exchange(&mut self, data: &InstData, result: Value) {
        let (pointer, expected, replacement) = (data.operand(0), data.operand(1), data.operand(2));
        let size = Size::of(self.kind(expected));
        let address = self.address(pointer, RCX, RDX);
        let replacement = self.core(replacement, RDX);
        self.core_into(expected, RAX);
        self.asm.compare_exchange(size, address, replacement);
        self.finish(result, RAX);
    }

    pub(super) fn fence(&mut self, data: &InstData) {
        if data.attributes.ordering() == Ordering::Seqcst {
            self.asm.mfence();
        }
    }
}

/// The instruction for an operation that has one, when nobody asks what was there.
fn alu(op: RmwOp) -> Option<Alu> {
    match op {
        RmwOp::Add => Some(Alu::Add),
        RmwOp::Sub => Some(Alu::Sub),
        RmwOp::And => Some(Alu::And),
        RmwOp::Or => Some(Alu::Or),
        RmwOp::Xor => Some(Alu::Xor),
        _ => None,
    }
}
