//! Calls of the runtime library, for instructions that the machine has no code for.
//!
//! Arguments and results travel as psABI 3.2.3 says. Everything in a register that calls clobber is gone behind such a
//! call, so an instruction that calls is one to the allocator too; its operands may live there all the same, when they
//! die in it. Values of 128 bits live in the frame and outlast any call.

use super::X86;
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Float, Size};
use super::memory::SMALL;
use super::moves::{Move, Source};
use super::overflow::second;
use super::register::{Gpr, RAX, RCX, RDX, XMM0};
use super::wide::SIGN;
use crate::context::Context;
use artifact::{Place, Reference};
use native_ir::{Body, Condition, EntityRef, InstData, Opcode, Operand, Trap, Type, TypeKind, Value, ValueDef};

/// The target whose helpers are called.
const TRIPLE: &str = "x86_64-unknown-linux-elf";

/// Registers that arguments which are integers travel in, in order: rdi, rsi, rdx, rcx, r8, r9.
const ARGUMENTS: [u8; 6] = [7, 6, 2, 1, 8, 9];

/// The runtime function that an instruction is a call of, when it is one; `result` is its first result, if it has any.
///
/// What reads flags of floats that no instruction compares calls the function that does.
pub(super) fn helper(
    context: &Context<'_, X86>,
    body: &Body,
    data: &InstData,
    result: Value,
) -> Option<&'static str> {
    let kind = |index| context.operand_kind(body, data.operand(index));
    match data.opcode {
        Opcode::Udiv
        | Opcode::Sdiv
        | Opcode::Urem
        | Opcode::Srem
        | Opcode::Umulh
        | Opcode::Smulh
        | Opcode::UmulOverflow
        | Opcode::SmulOverflow => (kind(0) == TypeKind::I128).then(|| symbol(data.opcode, kind(0), kind(0)))?,
        opcode if (Opcode::Fadd..=Opcode::Canonicalize).contains(&opcode) => {
            float_helper(context, opcode, kind(0))
        }
        opcode if (Opcode::Fpromote..=Opcode::FloatToUintSat).contains(&opcode) => {
            conversion_helper(context, opcode, kind(0), context.kind(body.values[result].ty))
        }
        Opcode::Fcmp => compare_helper(kind(0)),
        Opcode::Test | Opcode::BranchCc => {
            let ValueDef::Result(compare) = body.values[data.operand(0).value()?].def() else { return None };
            let compare = &body.insts[compare];
            compare_helper(context.operand_kind(body, compare.operand(0)))
        }
        Opcode::Memcpy | Opcode::Memset if is_small(body, data.operand(2)) => None,
        Opcode::Memcpy | Opcode::Memmove | Opcode::Memset => {
            runtime::helper(TRIPLE, data.opcode, Type::ERROR, Type::ERROR).map(|helper| helper.symbol)
        }
        _ => None,
    }
}

/// Bytes at the stack pointer that an instruction needs: a trapping conversion from a float calls twice with the same
/// operand.
pub(super) fn kept(context: &Context<'_, X86>, body: &Body, data: &InstData, result: Value) -> u32 {
    let trapping = matches!(data.opcode, Opcode::FloatToSint | Opcode::FloatToUint);
    if trapping && helper(context, body, data, result).is_some() { 16 } else { 0 }
}

fn symbol(opcode: Opcode, from: TypeKind, to: TypeKind) -> Option<&'static str> {
    runtime::helper(TRIPLE, opcode, Type::of_kind(from), Type::of_kind(to)).map(|helper| helper.symbol)
}

fn float_helper(context: &Context<'_, X86>, opcode: Opcode, kind: TypeKind) -> Option<&'static str> {
    match (opcode, kind) {
        (Opcode::Fma, TypeKind::F32 | TypeKind::F64) if context.target.features.fma => None,
        (Opcode::Fma, _) | (_, TypeKind::F128) => symbol(opcode, kind, kind),
        _ => None,
    }
}

/// Between f16 and f32 the feature `f16c` converts, and from f16 to f64 by way of f32. From f64 to f16 it can't: that
/// would round twice.
fn conversion_helper(
    context: &Context<'_, X86>,
    opcode: Opcode,
    from: TypeKind,
    to: TypeKind,
) -> Option<&'static str> {
    let needs = |kind| matches!(kind, TypeKind::F16 | TypeKind::F128 | TypeKind::I128);
    match (opcode, from, to) {
        (Opcode::Fpromote, TypeKind::F16, TypeKind::F32 | TypeKind::F64)
        | (Opcode::Fdemote, TypeKind::F32, TypeKind::F16)
            if context.target.features.f16c =>
        {
            None
        }
        _ if needs(from) || needs(to) => symbol(opcode, from, to),
        _ => None,
    }
}

/// The function that compares floats of a kind.
fn compare_helper(kind: TypeKind) -> Option<&'static str> {
    matches!(kind, TypeKind::F16 | TypeKind::F128).then(|| symbol(Opcode::Fcmp, kind, kind))?
}

/// Whether a number of bytes is a small constant.
fn is_small(body: &Body, bytes: Operand) -> bool {
    let bytes = bytes.constant().and_then(|constant| body.constants.get(constant));
    bytes.is_some_and(|bytes| bytes.bits() <= SMALL.into())
}

impl Emitter<'_> {
    /// Emits an instruction that calls a function of the runtime library.
    pub(super) fn help(&mut self, helper: &'static str, data: &InstData, result: Value) {
        match data.opcode {
            Opcode::Fcmp | Opcode::Test => self.compare_to_value(data, result),
            Opcode::BranchCc => self.branch(data),
            Opcode::FloatToSint | Opcode::FloatToUint => self.convert_or_trap(helper, data, result),
            Opcode::UmulOverflow | Opcode::SmulOverflow => {
                self.call_helper(helper, data);
                self.finish(second(result), RAX);
                self.wide_product(data.operand(0), data.operand(1), result);
            }
            Opcode::Memcpy | Opcode::Memmove | Opcode::Memset => self.call_helper(helper, data),
            opcode => {
                if matches!(opcode, Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem) {
                    self.check_division(data);
                }
                self.call_helper(helper, data);
                self.take_result(result);
            }
        }
    }

    /// Calls a function with the operands of an instruction.
    fn call_helper(&mut self, helper: &'static str, data: &InstData) {
        let operands: [Operand; 3] = std::array::from_fn(|index| data.operand(index));
        self.pass_to_helper(&operands[..data.fixed_operands().min(3)]);
        self.call_runtime(helper);
    }

    pub(super) fn call_runtime(&mut self, helper: &'static str) {
        self.asm.call(Reference::Helper(helper));
        self.asm.call_row(self.inst);
    }

    /// Puts operands where a callee finds them. Integers of 32 bits arrive extended with zeros, narrower ones as they
    /// are.
    fn pass_to_helper(&mut self, operands: &[Operand]) {
        let mut vectors = 0..;
        let mut cores = ARGUMENTS.into_iter();
        for &operand in operands {
            let kind = self.kind(operand);
            let to = match kind {
                TypeKind::I128 => {
                    self.push_halves(operand, &mut cores);
                    continue;
                }
                TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128 => {
                    vectors.next().map(Place::Vector)
                }
                _ => cores.next().map(Place::Core),
            };
            let from = self.source(operand);
            self.moves.push(Move { to: to.unwrap_or(Place::Nowhere), from, kind });
        }
        self.move_all();
        self.load_constants(operands);
    }

    /// Adds the moves of 128 bits into two registers; those of constants, halves of which are no operands, are left to
    /// [`Emitter::load_constants`].
    fn push_halves(&mut self, operand: Operand, cores: &mut impl Iterator<Item = u8>) {
        for (half, to) in [0, 1].into_iter().zip(cores) {
            if let (None, Place::Frame(offset)) = (self.constant(operand), self.place(operand)) {
                let from = Source::Place(Place::Frame(offset + 8 * half));
                self.moves.push(Move { to: Place::Core(to), from, kind: TypeKind::I64 });
            }
        }
    }

    /// Loads constants of 128 bits, behind the moves, into the registers that [`Emitter::pass_to_helper`] left to them.
    fn load_constants(&mut self, operands: &[Operand]) {
        let mut cores = ARGUMENTS.into_iter();
        for &operand in operands {
            match self.kind(operand) {
                TypeKind::I128 => {
                    for (half, to) in [0, 1].into_iter().zip(cores.by_ref()) {
                        if self.constant(operand).is_some() {
                            self.half_into(operand, half, Gpr(to));
                        }
                    }
                }
                TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128 => {}
                _ => {
                    cores.next();
                }
            }
        }
    }

    /// Puts what a function gave into the place of a result.
    fn take_result(&mut self, result: Value) {
        match self.value_kind(result) {
            TypeKind::I128 => self.finish_wide(result, RAX, RDX),
            TypeKind::F128 => {
                if let Place::Frame(offset) = self.places[result.index()] {
                    self.asm.store_vector(self.cell(offset), XMM0);
                }
            }
            TypeKind::F16 | TypeKind::F32 | TypeKind::F64 => self.finish_vector(result, XMM0),
            _ => self.finish(result, RAX),
        }
    }

    /// Divisions of 128 bits trap here, not in the functions that do them.
    fn check_division(&mut self, data: &InstData) {
        let (a, b) = (data.operand(0), data.operand(1));
        let (dividend, divisor) = (self.constant(a), self.constant(b));
        if divisor.is_none_or(|bits| bits == 0) {
            let zero = self.trap_label(Trap::IntegerDivideByZero);
            self.half_into(b, 0, RAX);
            self.apply_half(Alu::Or, RAX, b, 1);
            self.asm.jcc(Cc::Equal, zero);
        }
        let least = u128::from(SIGN) << 64;
        let may_overflow =
            divisor.is_none_or(|bits| bits == u128::MAX) && dividend.is_none_or(|bits| bits == least);
        if data.opcode == Opcode::Sdiv && may_overflow {
            let overflow = self.trap_label(Trap::IntegerOverflow);
            let fits = self.asm.new_label();
            self.half_into(b, 0, RAX);
            self.apply_half(Alu::And, RAX, b, 1);
            self.asm.alu_imm(Alu::Cmp, Size::Quad, RAX, -1);
            self.asm.jcc(Cc::NotEqual, fits);
            self.half_into(a, 1, RAX);
            self.asm.mov_ri(Size::Quad, RCX, SIGN);
            self.asm.alu(Alu::Xor, Size::Quad, RAX, RCX);
            self.apply_half(Alu::Or, RAX, a, 0);
            self.asm.jcc(Cc::Equal, overflow);
            self.asm.bind(fits);
        }
    }

    /// Conversions from floats that trap: one function says whether the value fits, another converts it. An operand in a
    /// register waits at the stack pointer for the second.
    fn convert_or_trap(&mut self, fits: &'static str, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let (from, to) = (self.kind(operand), self.value_kind(result));
        let saturating =
            if data.opcode == Opcode::FloatToSint { Opcode::FloatToSintSat } else { Opcode::FloatToUintSat };
        let Some(convert) = symbol(saturating, from, to) else { return };
        let label = self.trap_label(Trap::InvalidConversion);
        self.pass_to_helper(&[operand]);
        if from != TypeKind::F128 {
            self.asm.store_float(Float::Double, self.cell(0), XMM0);
        }
        self.call_runtime(fits);
        self.asm.test(Size::Long, RAX, RAX);
        self.asm.jcc(Cc::Equal, label);
        match from {
            TypeKind::F128 => self.pass_to_helper(&[operand]),
            _ => self.asm.load_float(Float::Double, XMM0, self.cell(0)),
        }
        self.call_runtime(convert);
        self.take_result(result);
    }

    /// Sets the flags for a condition on floats by a function that gives -1 for less, 0 for equal, 1 for greater and 2
    /// for unordered.
    pub(super) fn compare_by_helper(
        &mut self,
        a: Operand,
        b: Operand,
        kind: TypeKind,
        condition: Condition,
    ) -> Cc {
        let Some(helper) = compare_helper(kind) else { return Cc::Equal };
        self.pass_to_helper(&[a, b]);
        self.call_runtime(helper);
        let (against, cc) = match condition {
            Condition::Oeq => (0, Cc::Equal),
            Condition::Une => (0, Cc::NotEqual),
            Condition::Olt => (0, Cc::Less),
            Condition::Nlt => (0, Cc::GreaterEqual),
            Condition::Ole => (0, Cc::LessEqual),
            Condition::Nle => (0, Cc::Greater),
            Condition::Ogt => (1, Cc::Equal),
            Condition::Ngt => (1, Cc::NotEqual),
            // Without sign, -1 is greater than 2.
            Condition::Oge => (1, Cc::BelowEqual),
            Condition::Nge => (1, Cc::Above),
            Condition::Ord => (2, Cc::NotEqual),
            Condition::Uno => (2, Cc::Equal),
            // The odd ones are those of ordered operands that differ.
            condition => {
                self.asm.test_imm(Size::Byte, RAX, 1);
                return if condition == Condition::Ueq { Cc::Equal } else { Cc::NotEqual };
            }
        };
        match against {
            0 => self.asm.test(Size::Long, RAX, RAX),
            against => self.asm.alu_imm(Alu::Cmp, Size::Long, RAX, against),
        }
        cc
    }
}
