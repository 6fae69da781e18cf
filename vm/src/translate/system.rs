//! What the machine does as a whole: fibers, devices, atomics, hardware operations, floating-point status.

use super::function::Emit;
use super::live::words;
use crate::operation::{Key, Op};
use native_ir::{Inst, InstData, Opcode, Operand};

impl Emit<'_, '_> {
    /// The operations of fibers.
    pub(super) fn fiber(&mut self, inst: Inst, data: &InstData) {
        let operands: Vec<u16> =
            (0..data.fixed_operands()).map(|index| self.operand(data.operand(index))).collect();
        let at = |index: usize| operands.get(index).copied().unwrap_or(0);
        let results: Vec<u16> =
            self.body.results(inst).collect::<Vec<_>>().into_iter().map(|r| self.result(r)).collect();
        let to = results.first().copied().unwrap_or(0);
        match data.opcode {
            Opcode::Emit => self.asm.op(Op::EMIT, to, at(0), data.attributes.0),
            Opcode::FiberSpawn => {
                self.asm.op(Op::FIBER_SPAWN, to, at(0), at(1));
                let expected = self.code_pointer(at(0), data.operand(0));
                self.asm.literal(expected);
            }
            Opcode::FiberResume => {
                self.asm.op(Op::FIBER_RESUME, to, at(0), at(1));
                let second = results.get(1).copied().unwrap_or(0);
                self.asm.literal(u64::from(data.attributes.0) | u64::from(second) << 32);
            }
            Opcode::FiberCancel => self.asm.op(Op::FIBER_CANCEL, 0, at(0), 0),
            Opcode::FiberStatus => self.asm.op(Op::FIBER_STATUS, to, at(0), 0),
            _ => self.asm.op(Op::FIBER_REFUEL, 0, at(0), at(1)),
        }
        self.begin_segment(inst);
    }

    /// The operations of the family hardware.
    pub(super) fn hardware(&mut self, inst: Inst, data: &InstData) {
        let slot = match data.opcode {
            Opcode::SpecialRead => self.first_result(inst),
            Opcode::SpecialWrite => self.operand(data.operand(0)),
            _ => 0,
        };
        self.asm.op(Op::HARDWARE, slot, data.opcode as u16, data.attributes.0);
    }

    /// `fenv_read` and `fenv_clear`
    pub(super) fn fenv(&mut self, inst: Inst, data: &InstData) {
        if data.opcode == Opcode::FenvRead {
            let to = self.first_result(inst);
            self.asm.op(Op::FENV_READ, to, 0, 0);
        } else {
            let from = self.operand(data.operand(0));
            self.asm.op(Op::FENV_CLEAR, 0, from, 0);
        }
    }

    /// `atomic_rmw` and `atomic_cas`
    pub(super) fn atomic(&mut self, inst: Inst, data: &InstData) {
        let ty = self.body.operand_type(data.operand(1));
        let pointer = self.operand(data.operand(0));
        let value = self.operand(data.operand(1));
        let swap = data.opcode == Opcode::AtomicCas;
        let replacement = if swap { self.operand(data.operand(2)) } else { 0 };
        let to = self.first_result(inst);
        self.asm.op(Op::ATOMIC, to, pointer, value);
        let operation = if swap { u16::from(u8::MAX) } else { data.attributes.rmw_op() as u16 };
        self.asm.literal(u64::from(operation) | u64::from(self.width(ty)) << 16 | u64::from(replacement) << 32);
        if self.checked() {
            let literal = self.access_of(data.operand(0), ty, None, true);
            self.asm.literal(literal);
        }
    }

    /// A compare of two operands to a truth value in a slot.
    pub(super) fn apply_compare(&mut self, key: Key, operands: [Operand; 2], to: u16) {
        let [left, right] = operands.map(|operand| self.operand(operand));
        if let Some(op) = Op::find(key).filter(|_| !self.needs_status(key.opcode)) {
            return self.asm.op(op, to, left, right);
        }
        let wide = words(self.body.operand_type(operands[0])) == 2;
        self.apply_to(key, to, [left, right], wide);
    }
}
