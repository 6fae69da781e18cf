//! Branches, calls, the stack, flags, strings, and what does nothing.

use super::{Assembler, Opcode, Rm, Size};
use crate::buffer::{BranchForm, Label};
use crate::x86_64::condition::Cc;
use crate::x86_64::register::Gpr;
use artifact::Reference;

/// A branch to a label: on a condition, or always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    /// `jmp`
    Always,
    /// `jcc`
    If(Cc),
}

impl BranchForm for Jump {
    const SHORT: (i32, i32) = (-128, 127);

    #[inline]
    fn short_bytes(self) -> u32 {
        2
    }

    #[inline]
    fn long_bytes(self) -> u32 {
        match self {
            Jump::Always => 5,
            Jump::If(_) => 6,
        }
    }

    #[inline]
    fn is_jump(self) -> bool {
        self == Jump::Always
    }

    #[inline]
    fn encode(self, short: bool, distance: i32) -> u64 {
        let distance = u64::from(distance as u32);
        match (self, short) {
            (Jump::Always, true) => 0xEB | distance << 8,
            (Jump::Always, false) => 0xE9 | distance << 8,
            (Jump::If(cc), true) => (0x70 + cc as u64) | distance << 8,
            (Jump::If(cc), false) => 0x0F | (0x80 + cc as u64) << 8 | distance << 16,
        }
    }
}

impl Assembler {
    /// Goes to a label.
    #[inline]
    pub(crate) fn jmp(&mut self, label: Label) {
        self.branch(Jump::Always, label);
    }

    /// Goes to a label if the condition holds.
    #[inline]
    pub(crate) fn jcc(&mut self, cc: Cc, label: Label) {
        self.branch(Jump::If(cc), label);
    }

    /// Goes to an address.
    #[inline]
    pub(crate) fn jmp_rm(&mut self, rm: impl Into<Rm>) {
        self.rm(Opcode::one(0xFF), 4, &rm.into(), 0);
    }

    /// Goes to a function: a tail call.
    #[inline]
    pub(crate) fn jmp_symbol(&mut self, symbol: Reference) {
        self.put(0xE9, 1);
        self.branch_field(symbol);
    }

    /// Calls an address.
    #[inline]
    pub(crate) fn call_rm(&mut self, rm: impl Into<Rm>) {
        self.rm(Opcode::one(0xFF), 2, &rm.into(), 0);
    }

    /// Calls a function.
    #[inline]
    pub(crate) fn call(&mut self, symbol: Reference) {
        self.put(0xE8, 1);
        self.branch_field(symbol);
    }

    /// Returns.
    #[inline]
    pub(crate) fn ret(&mut self) {
        self.put(0xC3, 1);
    }

    /// Returns and takes so many bytes of arguments off the stack.
    #[inline]
    pub(crate) fn ret_pop(&mut self, bytes: u16) {
        self.put(0xC2 | u128::from(bytes) << 8, 3);
    }

    /// Pushes 8 bytes.
    #[inline]
    pub(crate) fn push(&mut self, register: Gpr) {
        self.register_in_opcode(Opcode::one(0x50), register.0);
    }

    /// Pops 8 bytes.
    #[inline]
    pub(crate) fn pop(&mut self, register: Gpr) {
        self.register_in_opcode(Opcode::one(0x58), register.0);
    }

    /// `ud2`, which stops the program.
    #[inline]
    pub(crate) fn trap(&mut self) {
        self.put(0x0B0F, 2);
    }

    /// So many bytes that do nothing, in as few instructions as there are: up to 9 bytes each, in the forms that the
    /// manual recommends.
    #[cfg(test)]
    pub(crate) fn nop(&mut self, bytes: u32) {
        const FORMS: [u128; 9] = [
            0x90,
            0x9066,
            0x001F0F,
            0x00401F0F,
            0x0000441F0F,
            0x0000441F0F66,
            0x00000000801F0F,
            0x0000000000841F0F,
            0x0000000000841F0F66,
        ];
        let mut left = bytes;
        while left > 0 {
            let now = left.min(9);
            self.put(FORMS[now as usize - 1], now);
            left -= now;
        }
    }

    /// Sets the carry flag.
    #[inline]
    pub(crate) fn stc(&mut self) {
        self.put(0xF9, 1);
    }

    /// Copies `rcx` units of a size from `[rsi]` to `[rdi]`.
    #[inline]
    pub(crate) fn rep_movs(&mut self, size: Size) {
        self.plain(Opcode::one(0xA4).sized(size).prefix(0xF3));
    }
}
