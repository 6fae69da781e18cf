//! Operations on f16 by way of f32.
//!
//! The precision of f32 is more than twice that of f16 plus one, so that sums, products, quotients and roots are
//! rounded as if once (Figueroa, *When is double rounding innocuous?*, 1995); the other operations are exact. Without
//! F16C, functions of the runtime library convert: then the instruction has calls in it, and its second operand waits
//! at the stack pointer for the first one's. Nothing on f16 raises status flags.

use super::X86;
use super::emit::Emitter;
use super::encode::Float;
use super::register::{XMM0, XMM13, XMM14, XMM15, Xmm};
use crate::context::Context;
use native_ir::{Body, InstData, Opcode, Operand, TypeKind, Value};

/// The functions that convert without F16C.
const EXTEND: &str = "__extendhfsf2";
const TRUNCATE: &str = "__truncsfhf2";

/// Where converted and unconverted operands wait for calls.
const FIRST: u32 = 0;
const SECOND: u32 = 4;

/// Whether an instruction calls functions that convert.
pub(super) fn calls(context: &Context<'_, X86>, body: &Body, data: &InstData, result: Value) -> bool {
    let converts = match data.opcode {
        Opcode::Fneg | Opcode::Fabs | Opcode::Copysign => false,
        Opcode::SintToFloat | Opcode::UintToFloat => true,
        opcode => (Opcode::Fadd..=Opcode::Canonicalize).contains(&opcode),
    };
    converts && !context.target.features.f16c && context.kind(body.values[result].ty) == TypeKind::F16
}

impl Emitter<'_> {
    /// An operation on f16.
    pub(super) fn half_arithmetic(&mut self, data: &InstData, result: Value) {
        let a = data.operand(0);
        let b = (data.fixed_operands() > 1).then(|| data.operand(1));
        self.keep_status();
        if self.context.target.features.f16c {
            self.single_of(a, XMM13);
            if let Some(b) = b {
                self.single_of(b, XMM14);
            }
        } else {
            self.extend_by_calls(a, b);
        }
        let single = self.float_in_registers(data.opcode, Float::Single, XMM13, XMM14);
        let half = self.half_of(single);
        self.restore_status();
        self.finish_vector(result, half);
    }

    /// Puts an f16 as an f32 into a register. Needs F16C.
    pub(super) fn single_of(&mut self, operand: Operand, to: Xmm) {
        let from = self.vector(operand, to);
        self.asm.half_to_single(to, from);
    }

    /// Puts operands as f32 into xmm13 and xmm14.
    fn extend_by_calls(&mut self, a: Operand, b: Option<Operand>) {
        if let Some(b) = b {
            let b = self.vector(b, XMM14);
            self.asm.store_float(Float::Single, self.cell(SECOND), b);
        }
        self.vector_into(a, XMM0);
        self.call_runtime(EXTEND);
        if b.is_some() {
            self.asm.store_float(Float::Single, self.cell(FIRST), XMM0);
            self.asm.load_float(Float::Single, XMM0, self.cell(SECOND));
            self.call_runtime(EXTEND);
            self.asm.move_xmm(XMM14, XMM0);
            self.asm.load_float(Float::Single, XMM13, self.cell(FIRST));
        } else {
            self.asm.move_xmm(XMM13, XMM0);
        }
    }

    /// An f32 in a register as an f16, and where that is: in xmm15, or xmm0 behind a call.
    pub(super) fn half_of(&mut self, from: Xmm) -> Xmm {
        if self.context.target.features.f16c {
            self.asm.single_to_half(XMM15, from, 0);
            return XMM15;
        }
        self.asm.move_xmm(XMM0, from);
        self.call_runtime(TRUNCATE);
        XMM0
    }
}
