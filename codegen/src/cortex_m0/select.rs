//! Which instruction of the IR is selected how.

use super::lower::{Lower, words_of};
use native_ir::{InstData, Opcode, Trap, TypeKind, Value};

impl Lower<'_> {
    /// Selects an instruction that is neither folded nor dead; `result` is its first result, when it has any.
    pub(super) fn select(&mut self, data: &InstData, result: Value) {
        match data.opcode {
            Opcode::LifetimeStart | Opcode::LifetimeEnd => {}
            Opcode::Load => self.load(data, result),
            Opcode::Store => self.store(data),
            Opcode::Memcpy | Opcode::Memmove | Opcode::Memset => self.block(data),
            Opcode::AtomicLoad => self.atomic_load(data, result),
            Opcode::AtomicStore => self.atomic_store(data),
            Opcode::AtomicRmw => self.atomic_update(data, result),
            Opcode::AtomicCas => self.compare_exchange(data, result),
            Opcode::Fence
            | Opcode::BarrierMemory
            | Opcode::BarrierSync
            | Opcode::BarrierInstruction
            | Opcode::WaitInterrupt
            | Opcode::WaitEvent
            | Opcode::SendEvent
            | Opcode::InterruptDisable
            | Opcode::InterruptEnable
            | Opcode::SupervisorCall
            | Opcode::SpecialRead
            | Opcode::SpecialWrite => self.system(data, result),
            Opcode::Jump => self.jump(data),
            Opcode::Branch | Opcode::BranchCc => self.branch(data),
            Opcode::Switch => self.switch(data),
            Opcode::Return => self.give_back(data),
            Opcode::Trap => self.stop(data.attributes.trap()),
            Opcode::TrapIf => self.trap_if(data),
            Opcode::Unreachable => self.stop(Trap::Unreachable),
            Opcode::Call | Opcode::CallIndirect => self.call(data, result),
            Opcode::TailCall | Opcode::TailCallIndirect => self.tail_call(data),
            // No function that runs natively on this target has these: the verifier keeps them out.
            Opcode::Emit
            | Opcode::FiberSpawn
            | Opcode::FiberResume
            | Opcode::FiberCancel
            | Opcode::FiberStatus
            | Opcode::FiberRefuel
            | Opcode::FenvRead
            | Opcode::FenvClear => self.trap_here(data, result),
            _ => self.select_value_of(data, result),
        }
    }

    /// Selects what computes values and does nothing else but trap.
    fn select_value_of(&mut self, data: &InstData, result: Value) {
        match data.opcode {
            // Constants are always folded, as are flags.
            Opcode::Iconst
            | Opcode::Fconst
            | Opcode::Null
            | Opcode::Address
            | Opcode::Register
            | Opcode::Compare
            | Opcode::Fcompare => {}
            Opcode::Slot => self.aligned_slot(data, result),
            Opcode::Element | Opcode::Field | Opcode::Offset => self.pointer(data, result),
            Opcode::Bitcast | Opcode::Cast | Opcode::PtrToAddr | Opcode::AddrToPtr => {
                self.copy_value(data, result)
            }
            Opcode::Select => self.select_value(data, result),
            Opcode::Icmp | Opcode::Fcmp | Opcode::Test => self.compare_to_value(data, result),
            opcode if self.is_float(data, result) => match opcode {
                Opcode::Fpromote
                | Opcode::Fdemote
                | Opcode::SintToFloat
                | Opcode::UintToFloat
                | Opcode::FloatToSint
                | Opcode::FloatToUint
                | Opcode::FloatToSintSat
                | Opcode::FloatToUintSat => self.convert(data, result),
                _ => self.float(data, result),
            },
            _ if self.is_wide(data, result) => self.wide(data, result),
            _ => self.select_integer(data, result),
        }
    }

    fn is_float(&self, data: &InstData, result: Value) -> bool {
        let float = |kind| matches!(kind, TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128);
        data.results > 0 && float(self.value_kind(result))
            || data.fixed_operands() > 0 && float(self.kind(data.operand(0)))
    }

    /// Selects operations on integers of up to 32 bits.
    fn select_integer(&mut self, data: &InstData, result: Value) {
        let whole = data.fixed_operands() > 0 && self.width(data.operand(0)) == 32;
        debug_assert!(data.results == 0 || words_of(self.value_kind(result)) == 1);
        match data.opcode {
            Opcode::Iadd | Opcode::Isub => self.add_or_subtract(data, result),
            Opcode::Imul => self.multiply(data, result),
            Opcode::And | Opcode::Or | Opcode::Xor => self.bitwise(data, result),
            Opcode::Ineg | Opcode::Not => self.negate(data, result),
            Opcode::Iabs => self.absolute(data, result),
            Opcode::Umin | Opcode::Umax | Opcode::Smin | Opcode::Smax => self.extreme(data, result),
            Opcode::Umulh | Opcode::Smulh if whole => self.multiply_high_word(data, result),
            Opcode::Umulh | Opcode::Smulh => self.multiply_high(data, result),
            Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem => self.divide(data, result),
            Opcode::UaddSat | Opcode::SaddSat | Opcode::UsubSat | Opcode::SsubSat => self.saturate(data, result),
            Opcode::UaddOverflow | Opcode::SaddOverflow | Opcode::UsubOverflow | Opcode::SsubOverflow => {
                self.overflow(data, result);
            }
            Opcode::UmulOverflow | Opcode::SmulOverflow if whole => self.overflow_product_word(data, result),
            Opcode::UmulOverflow | Opcode::SmulOverflow => self.overflow_product(data, result),
            Opcode::IaddCarry | Opcode::IsubBorrow => self.carry(data, result),
            Opcode::Shl | Opcode::Ushr | Opcode::Sshr => self.shift_value(data, result),
            Opcode::Rotl | Opcode::Rotr => self.rotate(data, result),
            Opcode::FunnelLeft | Opcode::FunnelRight => self.funnel(data, result),
            Opcode::Clz | Opcode::Ctz | Opcode::Popcount | Opcode::Bitrev => self.count_bits(data, result),
            Opcode::Bswap => self.swap_bytes(data, result),
            Opcode::Zext | Opcode::Sext | Opcode::Trunc | Opcode::IntToAddr | Opcode::AddrToInt => {
                self.resize(data, result);
            }
            _ => self.trap_here(data, result),
        }
    }

    /// What has no machine code: the verifier lets no such instruction through.
    fn trap_here(&mut self, data: &InstData, result: Value) {
        for index in 0..usize::from(data.results) {
            let value = Value::from_u32(result.as_u32() + index as u32);
            for word in 0..words_of(self.value_kind(value)) {
                let zero = self.konst(0);
                self.define(value, word, zero);
            }
        }
    }
}
