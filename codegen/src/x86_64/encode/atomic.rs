//! Accesses to memory that other processors see as one, and the fence.

use super::integer::{Alu, byte_operand};
use super::{Address, Assembler, Opcode, Size};
use crate::x86_64::register::Gpr;

/// The prefix that makes a read and a write one access.
const LOCK: u8 = 0xF0;

impl Assembler {
    /// Swaps a register and memory; always one access.
    #[inline]
    pub(crate) fn exchange(&mut self, size: Size, address: Address, register: Gpr) {
        let op = Opcode::one(0x86).sized(size);
        self.memory(byte_operand(op, size, register), register.0, &address, 0);
    }

    /// `lock cmpxchg`: if memory is `rax`, it becomes the register and the zero flag is set; else `rax` becomes memory.
    #[inline]
    pub(crate) fn compare_exchange(&mut self, size: Size, address: Address, register: Gpr) {
        let op = Opcode::two(0xB0).sized(size).prefix(LOCK);
        self.memory(byte_operand(op, size, register), register.0, &address, 0);
    }

    /// `lock xadd`: memory becomes the sum, the register what memory was.
    #[inline]
    pub(crate) fn exchange_add(&mut self, size: Size, address: Address, register: Gpr) {
        let op = Opcode::two(0xC0).sized(size).prefix(LOCK);
        self.memory(byte_operand(op, size, register), register.0, &address, 0);
    }

    /// `[address] op= src` as one access; not for [`Alu::Cmp`].
    #[inline]
    pub(crate) fn locked_alu(&mut self, alu: Alu, size: Size, address: Address, src: Gpr) {
        debug_assert_ne!(alu, Alu::Cmp);
        let op = Opcode::one((alu as u8) << 3).sized(size).prefix(LOCK);
        self.memory(byte_operand(op, size, src), src.0, &address, 0);
    }

    /// Orders all accesses before it before all behind it.
    #[inline]
    pub(crate) fn mfence(&mut self) {
        self.put(0xF0AE0F, 3);
    }
}
