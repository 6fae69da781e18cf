//! Minima and maxima of floats as IEEE 754-2019, 9.6, has them: -0 is less than +0, and a NaN either wins or loses.
//!
//! `min` and `max` of the processor give their second operand when both are zeros or one is no number, and raise
//! *invalid* for quiet NaNs. So NaNs are kept away from them, and they are done both ways round: the results differ at
//! most for two zeros, and then in the sign.

use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Arith, Float, Logic};
use super::register::{XMM14, XMM15, Xmm};
use native_ir::Opcode;

impl Emitter<'_> {
    /// Puts the minimum or maximum into xmm15. Uses xmm14, which `b` may be.
    pub(super) fn float_extreme(&mut self, opcode: Opcode, float: Float, a: Xmm, b: Xmm) {
        let (arith, signs) = match opcode {
            Opcode::Fminimum | Opcode::FminimumNumber => (Arith::Min, Logic::Or),
            _ => (Arith::Max, Logic::And),
        };
        let (ordered, done) = (self.asm.new_label(), self.asm.new_label());
        self.asm.compare_float(false, float, a, b);
        self.asm.move_xmm(XMM15, a);
        self.asm.jcc(Cc::NotParity, ordered);
        if matches!(opcode, Opcode::FminimumNumber | Opcode::FmaximumNumber) {
            self.take_number(float, a, b, done);
        }
        // A sum with a NaN is a quiet NaN.
        self.asm.arithmetic(Arith::Add, float, XMM15, b);
        self.asm.jmp(done);
        self.asm.bind(ordered);
        self.asm.arithmetic(arith, float, XMM15, b);
        if b != XMM14 {
            self.asm.move_xmm(XMM14, b);
        }
        self.asm.arithmetic(arith, float, XMM14, a);
        self.asm.logic(signs, XMM15, XMM14);
        self.asm.bind(done);
    }

    /// With the first operand in xmm15: goes to `done` with the operand that is a number there, if one is.
    fn take_number(&mut self, float: Float, a: Xmm, b: Xmm, done: crate::buffer::Label) {
        self.asm.compare_float(false, float, a, a);
        self.asm.jcc(Cc::NotParity, done);
        self.asm.move_xmm(XMM15, b);
        self.asm.compare_float(false, float, b, b);
        self.asm.jcc(Cc::NotParity, done);
    }
}
