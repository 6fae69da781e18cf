//! Atomic accesses, fences and operations of the core.
//!
//! There is one core, and an access of up to 32 bits is done or not done when an interrupt comes: loads and stores are
//! ordinary ones. What reads and writes does so with interrupts masked, as they were before when it is done. `DMB` stands
//! for what orders accesses as seen from outside the core: sequentially consistent accesses and fences.

use super::inst::{Alu, Cond, Inst, Other, Reg, System, Unary};
use super::lower::Lower;
use super::memory::width_of;
use native_ir::{InstData, Opcode, Operand, Ordering, RmwOp, SpecialRegister, Value};

impl Lower<'_> {
    fn barrier(&mut self, data: &InstData) {
        if data.attributes.ordering() == Ordering::Seqcst {
            self.emit(Inst::System(System::Dmb));
        }
    }

    /// `atomic_load`
    pub(super) fn atomic_load(&mut self, data: &InstData, result: Value) {
        self.load(data, result);
        self.barrier(data);
    }

    /// `atomic_store`
    pub(super) fn atomic_store(&mut self, data: &InstData) {
        self.barrier(data);
        self.store(data);
        self.barrier(data);
    }

    /// Masks interrupts; gives what the mask was.
    fn mask_interrupts(&mut self) -> Reg {
        let dst = self.temp();
        self.emit(Inst::ReadSpecial { dst, register: SpecialRegister::Primask });
        self.emit(Inst::System(System::DisableInterrupts));
        dst
    }

    fn unmask_interrupts(&mut self, mask: Reg) {
        self.emit(Inst::WriteSpecial { src: mask, register: SpecialRegister::Primask });
    }

    /// `atomic_rmw`: gives what was there.
    pub(super) fn atomic_update(&mut self, data: &InstData, result: Value) {
        let (pointer, operand) = (data.operand(0), data.operand(1));
        let width = width_of(self.kind(operand));
        let op = data.attributes.rmw_op();
        let address = self.reg(pointer);
        let operand = self.update_operand(op, operand);
        self.barrier(data);
        let mask = self.mask_interrupts();
        let place = super::memory::Place::Base(address, 0);
        let old = self.load_from(place, width);
        let new = self.updated(op, old, operand, 8 * width.bytes());
        self.store_to(new, place, width);
        self.unmask_interrupts(mask);
        self.barrier(data);
        self.define(result, 0, old);
    }

    /// The operand as the operation wants it: orders read it with its sign, or without.
    fn update_operand(&mut self, op: RmwOp, operand: Operand) -> Reg {
        match op {
            RmwOp::Smin | RmwOp::Smax => self.signed(operand),
            RmwOp::Umin | RmwOp::Umax => self.unsigned(operand),
            _ => self.reg(operand),
        }
    }

    fn updated(&mut self, op: RmwOp, old: Reg, operand: Reg, width: u32) -> Reg {
        let cond = match op {
            RmwOp::Xchg => return operand,
            RmwOp::Add => return self.add(old, operand),
            RmwOp::Sub => return self.sub(old, operand),
            RmwOp::And => return self.alu(Alu::And, old, operand),
            RmwOp::Or => return self.alu(Alu::Orr, old, operand),
            RmwOp::Xor => return self.alu(Alu::Eor, old, operand),
            RmwOp::Nand => {
                let both = self.alu(Alu::And, old, operand);
                return self.unary(Unary::Not, both);
            }
            RmwOp::Smin => Cond::Le,
            RmwOp::Smax => Cond::Ge,
            RmwOp::Umin => Cond::Ls,
            RmwOp::Umax => Cond::Cs,
        };
        let signed = matches!(op, RmwOp::Smin | RmwOp::Smax);
        let compared = if signed { self.sign_extended(old, width) } else { old };
        self.emit(Inst::Cmp { a: compared, b: operand });
        self.choose(cond, &[compared], &[Other::Reg(operand)])[0]
    }

    /// `atomic_cas`: gives what was there. What is written is what was there when that is not what was expected: with
    /// interrupts masked nobody tells the difference.
    pub(super) fn compare_exchange(&mut self, data: &InstData, result: Value) {
        let (pointer, expected, replacement) = (data.operand(0), data.operand(1), data.operand(2));
        let width = width_of(self.kind(expected));
        let address = self.reg(pointer);
        let (expected, replacement) = (self.unsigned(expected), self.reg(replacement));
        self.barrier(data);
        let mask = self.mask_interrupts();
        let place = super::memory::Place::Base(address, 0);
        let old = self.load_from(place, width);
        self.emit(Inst::Cmp { a: old, b: expected });
        let new = self.choose(Cond::Eq, &[replacement], &[Other::Reg(old)])[0];
        self.store_to(new, place, width);
        self.unmask_interrupts(mask);
        self.barrier(data);
        self.define(result, 0, old);
    }

    /// `fence`, and operations of the core.
    pub(super) fn system(&mut self, data: &InstData, result: Value) {
        let system = match data.opcode {
            Opcode::Fence if data.attributes.ordering() != Ordering::Seqcst => return,
            Opcode::Fence | Opcode::BarrierMemory => System::Dmb,
            Opcode::BarrierSync => System::Dsb,
            Opcode::BarrierInstruction => System::Isb,
            Opcode::WaitInterrupt => System::Wfi,
            Opcode::WaitEvent => System::Wfe,
            Opcode::SendEvent => System::Sev,
            Opcode::InterruptDisable => System::DisableInterrupts,
            Opcode::InterruptEnable => System::EnableInterrupts,
            Opcode::SupervisorCall => System::Svc(data.attributes.0 as u8),
            Opcode::SpecialRead => {
                let dst = self.temp();
                self.emit(Inst::ReadSpecial { dst, register: data.attributes.special_register() });
                return self.define(result, 0, dst);
            }
            _ => {
                let src = self.reg(data.operand(0));
                return self.emit(Inst::WriteSpecial { src, register: data.attributes.special_register() });
            }
        };
        self.emit(Inst::System(system));
    }
}
