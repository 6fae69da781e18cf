//! Rounding to integral values: by one instruction with SSE4.1, else by arithmetic.
//!
//! *By arithmetic*: a number of at least 2^p, of precision p + 1, is integral. A smaller one without its sign is
//! rounded to even by the addition of 2^p, which leaves no bit for a fraction, and by taking that away again. What is
//! wrong then for another direction is wrong by 1. The operand's sign is put on at the end.
//!
//! Rounding must not raise *inexact*: the instruction can be told so; who asks for sums puts the flags back.

use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Arith, Float, Logic};
use super::float::{kind_of, sign};
use super::register::{XMM14, XMM15, Xmm};
use native_ir::Opcode;

/// The bit of the instruction's mode that keeps *inexact* from being raised.
const QUIET: u8 = 8;

/// Predicates of compares into masks.
const LESS: u8 = 1;
const NOT_LESS: u8 = 5;
const NOT_LESS_EQUAL: u8 = 6;

impl Emitter<'_> {
    /// The mode of the instruction that rounds, where there is one.
    pub(super) fn rounding(&self, opcode: Opcode) -> Option<u8> {
        let mode = match opcode {
            Opcode::RoundEven => 0,
            Opcode::RoundDown => 1,
            Opcode::RoundUp => 2,
            Opcode::RoundZero => 3,
            _ => return None,
        };
        self.context.target.features.sse41.then_some(mode | QUIET)
    }

    /// Puts the rounded number into xmm15. Uses xmm14, which `from` is not.
    pub(super) fn round_by_parts(&mut self, opcode: Opcode, float: Float, from: Xmm) {
        match self.rounding(Opcode::RoundZero) {
            Some(mode) => self.round_away(float, from, mode),
            None => self.round_by_sums(opcode, float, from),
        }
    }

    /// Adds the greatest number below one half, with the operand's sign, and rounds toward zero. One half itself would
    /// lift the number below it to 1.
    fn round_away(&mut self, float: Float, from: Xmm, mode: u8) {
        let kind = kind_of(float);
        let below_half = match float {
            Float::Single => 0.5f32.next_down().to_bits().into(),
            Float::Double => 0.5f64.next_down().to_bits(),
        };
        self.asm.move_xmm(XMM15, from);
        self.float_mask(Logic::And, XMM15, kind, sign(kind));
        self.float_mask(Logic::Or, XMM15, kind, below_half);
        self.asm.arithmetic(Arith::Add, float, XMM15, from);
        self.asm.round(float, XMM15, XMM15, mode);
    }

    fn round_by_sums(&mut self, opcode: Opcode, float: Float, from: Xmm) {
        let kind = kind_of(float);
        let limit = match float {
            Float::Single => f64::from(1 << 23),
            Float::Double => (1u64 << 52) as f64,
        };
        let (integral, done) = (self.asm.new_label(), self.asm.new_label());
        self.asm.move_xmm(XMM15, from);
        self.float_mask(Logic::And, XMM15, kind, !sign(kind));
        let limit = self.number(float, limit);
        self.asm.load_float(float, XMM14, limit);
        self.asm.compare_float(false, float, XMM14, XMM15);
        self.asm.jcc(Cc::BelowEqual, integral);
        self.asm.arithmetic(Arith::Add, float, XMM15, XMM14);
        self.asm.arithmetic(Arith::Sub, float, XMM15, XMM14);
        self.correct(opcode, float, from);
        self.put_sign(float, from);
        self.asm.jmp(done);
        self.asm.bind(integral);
        // A NaN becomes quiet by the sum.
        self.asm.logic(Logic::Xor, XMM15, XMM15);
        self.asm.arithmetic(Arith::Add, float, XMM15, from);
        self.asm.bind(done);
    }

    /// From the operand without sign rounded to even, in xmm15, to what another direction gives.
    fn correct(&mut self, opcode: Opcode, float: Float, from: Xmm) {
        let kind = kind_of(float);
        match opcode {
            Opcode::RoundDown | Opcode::RoundUp => {
                self.put_sign(float, from);
                self.asm.move_xmm(XMM14, from);
            }
            Opcode::RoundZero | Opcode::RoundAway => {
                self.asm.move_xmm(XMM14, from);
                self.float_mask(Logic::And, XMM14, kind, !sign(kind));
            }
            _ => return,
        }
        let arith = match opcode {
            Opcode::RoundUp => {
                self.asm.compare_mask(float, XMM14, XMM15, NOT_LESS_EQUAL);
                Arith::Add
            }
            Opcode::RoundAway => {
                self.asm.arithmetic(Arith::Sub, float, XMM14, XMM15);
                let half = self.number(float, 0.5);
                self.asm.compare_mask(float, XMM14, half, NOT_LESS);
                Arith::Add
            }
            _ => {
                self.asm.compare_mask(float, XMM14, XMM15, LESS);
                Arith::Sub
            }
        };
        let one = match float {
            Float::Single => 1f32.to_bits().into(),
            Float::Double => 1f64.to_bits(),
        };
        self.float_mask(Logic::And, XMM14, kind, one);
        self.asm.arithmetic(arith, float, XMM15, XMM14);
    }

    /// Puts the operand's sign on xmm15, which is positive or has it. Uses xmm14.
    fn put_sign(&mut self, float: Float, from: Xmm) {
        let kind = kind_of(float);
        self.asm.move_xmm(XMM14, from);
        self.float_mask(Logic::And, XMM14, kind, sign(kind));
        self.asm.logic(Logic::Or, XMM15, XMM14);
    }
}
