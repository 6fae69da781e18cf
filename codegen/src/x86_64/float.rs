//! Arithmetic on f32 and f64, and what changes signs, of f16 too.
//!
//! The processor's instructions round and raise as IEEE 754-2019 says, so most operations are one instruction. Those
//! on f16 are in `half`, minima and maxima in `minimum`, rounding to integral values in `round`.

use super::address::Address;
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Arith, Float, Logic};
use super::operand::float_of;
use super::register::{XMM13, XMM14, XMM15, Xmm};
use artifact::Place;
use native_ir::{InstData, Opcode, Operand, TypeKind, Value};

impl Emitter<'_> {
    /// An operation that gives a float of up to 64 bits from such floats.
    pub(super) fn float(&mut self, data: &InstData, result: Value) {
        let kind = self.value_kind(result);
        match data.opcode {
            Opcode::Fneg | Opcode::Fabs => self.change_sign(data, kind, result),
            Opcode::Copysign => self.copy_sign(data, kind, result),
            _ if kind == TypeKind::F16 => self.half_arithmetic(data, result),
            Opcode::Fma => self.multiply_add(data, result),
            opcode => match (arith(opcode), self.rounding(opcode)) {
                (Some(Arith::Sqrt), _) => {
                    let target = self.vector_target(result, XMM15);
                    let operand = self.vector(data.operand(0), target);
                    self.asm.arithmetic(Arith::Sqrt, float_of(kind), target, operand);
                    self.finish_vector(result, target);
                }
                (Some(arith), _) => self.float_arithmetic(arith, data, result),
                (None, Some(mode)) => {
                    let target = self.vector_target(result, XMM15);
                    let operand = self.vector(data.operand(0), target);
                    self.asm.round(float_of(kind), target, operand, mode);
                    self.finish_vector(result, target);
                }
                (None, None) => self.expand(data, kind, result),
            },
        }
    }

    /// An operation that takes more than one instruction.
    fn expand(&mut self, data: &InstData, kind: TypeKind, result: Value) {
        let a = self.vector(data.operand(0), XMM13);
        let b = if data.fixed_operands() > 1 { self.vector(data.operand(1), XMM14) } else { a };
        let rounds = (Opcode::RoundEven..=Opcode::RoundUp).contains(&data.opcode);
        if rounds && self.is_strict() {
            // This raises *invalid* for a signalling NaN, and that is all that rounding raises.
            self.asm.compare_float(false, float_of(kind), a, a);
            self.keep_status();
        }
        let from = self.float_in_registers(data.opcode, float_of(kind), a, b);
        if rounds {
            self.restore_status();
        }
        self.finish_vector(result, from);
    }

    /// Any operation of one or two operands, but those on signs. The operands are xmm13 and xmm14 or are kept; uses
    /// these and xmm15, and says which has the result.
    pub(super) fn float_in_registers(&mut self, opcode: Opcode, float: Float, a: Xmm, b: Xmm) -> Xmm {
        match (arith(opcode), self.rounding(opcode)) {
            (Some(Arith::Sqrt), _) => self.asm.arithmetic(Arith::Sqrt, float, XMM15, a),
            (Some(arith), _) => {
                self.asm.move_xmm(XMM15, a);
                self.asm.arithmetic(arith, float, XMM15, b);
            }
            (None, Some(mode)) => self.asm.round(float, XMM15, a, mode),
            (None, None) => match opcode {
                Opcode::Fminimum | Opcode::Fmaximum | Opcode::FminimumNumber | Opcode::FmaximumNumber => {
                    self.float_extreme(opcode, float, a, b);
                }
                Opcode::Canonicalize => self.canonical(float, a),
                _ => self.round_by_parts(opcode, float, a),
            },
        }
        XMM15
    }

    /// Whether an operand lives in a vector register.
    fn is_in_vector(&self, operand: Operand, register: Xmm) -> bool {
        self.constant(operand).is_none() && self.place(operand) == Place::Vector(register.0)
    }

    /// Sum, difference, product and quotient.
    fn float_arithmetic(&mut self, arith: Arith, data: &InstData, result: Value) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        let mut target = self.vector_target(result, XMM15);
        // Exchanged operands give the same, but for which NaN it is.
        let commutes = matches!(arith, Arith::Add | Arith::Mul);
        if commutes && (self.constant(a).is_some() || self.is_in_vector(b, target)) {
            (a, b) = (b, a);
        }
        if self.is_in_vector(b, target) && !self.is_in_vector(a, target) {
            target = XMM15;
        }
        self.vector_into(a, target);
        let b = self.vector_operand(b);
        self.asm.arithmetic(arith, float_of(self.value_kind(result)), target, b);
        self.finish_vector(result, target);
    }

    /// `fma`, where the processor has it.
    fn multiply_add(&mut self, data: &InstData, result: Value) {
        let (mut a, mut b, c) = (data.operand(0), data.operand(1), data.operand(2));
        let mut target = self.vector_target(result, XMM15);
        if self.is_in_vector(b, target) {
            (a, b) = (b, a);
        }
        if !self.is_in_vector(a, target) && (self.is_in_vector(b, target) || self.is_in_vector(c, target)) {
            target = XMM15;
        }
        self.vector_into(a, target);
        let b = self.vector(b, XMM14);
        let c = self.xmm_rm(c);
        self.asm.fma(float_of(self.value_kind(result)), target, b, c);
        self.finish_vector(result, target);
    }

    /// `fneg` and `fabs`: bits move, NaNs too.
    fn change_sign(&mut self, data: &InstData, kind: TypeKind, result: Value) {
        let target = self.vector_target(result, XMM15);
        self.vector_into(data.operand(0), target);
        let (logic, bits) = match data.opcode {
            Opcode::Fneg => (Logic::Xor, sign(kind)),
            _ => (Logic::And, !sign(kind)),
        };
        self.float_mask(logic, target, kind, bits);
        self.finish_vector(result, target);
    }

    fn copy_sign(&mut self, data: &InstData, kind: TypeKind, result: Value) {
        self.vector_into(data.operand(1), XMM15);
        self.float_mask(Logic::And, XMM15, kind, sign(kind));
        // The second operand has been read.
        let target = self.vector_target(result, XMM14);
        self.vector_into(data.operand(0), target);
        self.float_mask(Logic::And, target, kind, !sign(kind));
        self.asm.logic(Logic::Or, target, XMM15);
        self.finish_vector(result, target);
    }

    /// Puts the number, or the positive quiet NaN without payload, into xmm15.
    fn canonical(&mut self, float: Float, from: Xmm) {
        let number = self.asm.new_label();
        self.asm.compare_float(false, float, from, from);
        self.asm.move_xmm(XMM15, from);
        self.asm.jcc(Cc::NotParity, number);
        let nan = match float {
            Float::Single => self.bits(float, 0x7FC0_0000),
            Float::Double => self.bits(float, 0x7FF8 << 48),
        };
        self.asm.load_float(float, XMM15, nan);
        self.asm.bind(number);
    }

    /// `register op= bits` in every place that a float of the kind has in the register.
    pub(super) fn float_mask(&mut self, logic: Logic, register: Xmm, kind: TypeKind, bits: u64) {
        let bits = u128::from(bits);
        let all = match kind {
            TypeKind::F16 => (bits & 0xFFFF) * (u128::MAX / 0xFFFF),
            TypeKind::F32 => (bits & 0xFFFF_FFFF) * (u128::MAX / 0xFFFF_FFFF),
            _ => bits << 64 | bits,
        };
        let literal = self.asm.literal(&all.to_le_bytes(), 16);
        self.asm.logic(logic, register, Address::literal(literal));
    }

    /// A number among the literals; it must be one of the format.
    pub(super) fn number(&mut self, float: Float, number: f64) -> Address {
        match float {
            Float::Single => self.bits(float, (number as f32).to_bits().into()),
            Float::Double => self.bits(float, number.to_bits()),
        }
    }

    /// The bits of a float among the literals.
    pub(super) fn bits(&mut self, float: Float, bits: u64) -> Address {
        let size = match float {
            Float::Single => 4,
            Float::Double => 8,
        };
        Address::literal(self.asm.literal(&bits.to_le_bytes()[..size], size as u32))
    }
}

/// The instruction for an operation that is one.
fn arith(opcode: Opcode) -> Option<Arith> {
    match opcode {
        Opcode::Fadd => Some(Arith::Add),
        Opcode::Fsub => Some(Arith::Sub),
        Opcode::Fmul => Some(Arith::Mul),
        Opcode::Fdiv => Some(Arith::Div),
        Opcode::Sqrt => Some(Arith::Sqrt),
        _ => None,
    }
}

/// The sign bit of a kind.
pub(super) fn sign(kind: TypeKind) -> u64 {
    match kind {
        TypeKind::F16 => 1 << 15,
        TypeKind::F32 => 1 << 31,
        _ => 1 << 63,
    }
}

/// The kind of a format.
pub(super) fn kind_of(float: Float) -> TypeKind {
    match float {
        Float::Single => TypeKind::F32,
        Float::Double => TypeKind::F64,
    }
}
