//! Status flags of floats, which the processor keeps in MXCSR, and how to leave them as they are.
//!
//! Flags count in strict functions, and only what these do raises any. Where a module has one, other functions that do
//! what raises flags keep those they find, and put them back before anyone can look: before calls and returns.
//!
//! MXCSR is only reached by way of memory: instructions that need it have 16 bytes at the stack pointer, where
//! arguments of calls go else.

use super::X86;
use super::address::Address;
use super::emit::Emitter;
use super::encode::{Alu, Shift, Size, Unary};
use super::half;
use super::register::{RAX, RCX};
use crate::context::Context;
use native_ir::{FloatMode, Function, InstData, Opcode, Value};

/// Where MXCSR is stored while it is changed.
const CURRENT: u32 = 8;
/// Where it is kept for as long as flags don't count.
const KEPT: u32 = 12;

/// Flags from divide by zero to inexact: theirs are one bit higher in MXCSR, behind the one for subnormal operands.
const HIGH: i32 = 0x1E;

/// Bytes at the stack pointer that an instruction needs, for flags and for what waits for a call inside it.
pub(super) fn bytes(context: &Context<'_, X86>, function: &Function, data: &InstData, result: Value) -> u32 {
    let needs = match data.opcode {
        Opcode::FenvRead | Opcode::FenvClear => true,
        opcode if (Opcode::Fadd..=Opcode::FloatToUintSat).contains(&opcode) => {
            function.float == FloatMode::Strict || half::calls(context, &function.body, data, result)
        }
        _ => false,
    };
    if needs { 16 } else { 0 }
}

/// Whether a function must put back the flags that it finds.
pub(super) fn covers(context: &Context<'_, X86>, function: &Function) -> bool {
    let raises = |data: &InstData| {
        (Opcode::Fadd..=Opcode::FloatToUintSat).contains(&data.opcode)
            || matches!(data.opcode, Opcode::Fcmp | Opcode::Fcompare)
    };
    context.strict && function.float != FloatMode::Strict && function.body.insts.values().any(raises)
}

impl Emitter<'_> {
    /// Keeps the flags that were raised before the function, or in a call of it, if it must put them back.
    pub(super) fn cover_status(&mut self) {
        if self.frame.covers_status {
            self.asm.store_mxcsr(self.cell(KEPT));
        }
    }

    /// Puts back the flags of [`Emitter::cover_status`].
    pub(super) fn uncover_status(&mut self) {
        if self.frame.covers_status {
            self.asm.load_mxcsr(self.cell(KEPT));
        }
    }

    /// Whether flags that operations raise count.
    pub(super) fn is_strict(&self) -> bool {
        self.function.float == FloatMode::Strict
    }

    /// From here to [`Emitter::restore_status`] flags don't count. No registers are used.
    pub(super) fn keep_status(&mut self) {
        if self.is_strict() {
            self.asm.store_mxcsr(self.cell(KEPT));
        }
    }

    /// The flags are those of [`Emitter::keep_status`] again.
    pub(super) fn restore_status(&mut self) {
        if self.is_strict() {
            self.asm.load_mxcsr(self.cell(KEPT));
        }
    }

    /// `fenv_read`
    pub(super) fn read_status(&mut self, result: Value) {
        self.asm.store_mxcsr(self.cell(CURRENT));
        self.asm.load(Size::Long, RAX, self.cell(CURRENT));
        self.asm.mov_rr(Size::Long, RCX, RAX);
        self.asm.shift_imm(Shift::Shr, Size::Long, RCX, 1);
        self.asm.alu_imm(Alu::And, Size::Long, RCX, HIGH);
        self.asm.alu_imm(Alu::And, Size::Long, RAX, 1);
        self.asm.alu(Alu::Or, Size::Long, RAX, RCX);
        self.finish(result, RAX);
    }

    /// `fenv_clear`
    pub(super) fn clear_status(&mut self, data: &InstData) {
        let operand = data.operand(0);
        let current: Address = self.cell(CURRENT);
        self.asm.store_mxcsr(current);
        match self.immediate(operand) {
            Some(flags) => {
                let flags = flags & 1 | (flags & HIGH) << 1;
                self.asm.alu_imm(Alu::And, Size::Long, current, !flags);
            }
            None => {
                self.core_into(operand, RAX);
                self.asm.mov_rr(Size::Long, RCX, RAX);
                self.asm.alu_imm(Alu::And, Size::Long, RCX, HIGH);
                self.asm.alu_imm(Alu::And, Size::Long, RAX, 1);
                self.asm.shift_imm(Shift::Shl, Size::Long, RCX, 1);
                self.asm.alu(Alu::Or, Size::Long, RAX, RCX);
                self.asm.unary(Unary::Not, Size::Long, RAX);
                self.asm.alu_to_memory(Alu::And, Size::Long, current, RAX);
            }
        }
        self.asm.load_mxcsr(current);
    }
}
