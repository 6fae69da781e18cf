//! Compares and what decides by them: as flags for the instruction behind them, or as values.

use super::address::{Rm, XmmRm};
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Size};
use super::operand::{float_of, move_size};
use super::register::{Gpr, RAX, RCX, RDX, XMM14, XMM15};
use crate::buffer::Label;
use crate::live::Fold;
use artifact::Place;
use native_ir::{Condition, EntityRef, Inst, InstData, Opcode, Operand, TypeKind, Value};

/// What of the machine's flags a condition asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// This holds.
    One(Cc),
    /// Both hold.
    Both(Cc, Cc),
    /// One of them holds.
    Either(Cc, Cc),
}

impl Test {
    /// The test that succeeds exactly when this one fails.
    pub(super) fn negate(self) -> Test {
        match self {
            Test::One(cc) => Test::One(cc.negate()),
            Test::Both(a, b) => Test::Either(a.negate(), b.negate()),
            Test::Either(a, b) => Test::Both(a.negate(), b.negate()),
        }
    }
}

/// What `cmp a, b` tells of a condition on integers.
fn integer_condition(condition: Condition) -> Cc {
    match condition {
        Condition::Eq => Cc::Equal,
        Condition::Slt => Cc::Less,
        Condition::Sle => Cc::LessEqual,
        Condition::Sgt => Cc::Greater,
        Condition::Sge => Cc::GreaterEqual,
        Condition::Ult => Cc::Below,
        Condition::Ule => Cc::BelowEqual,
        Condition::Ugt => Cc::Above,
        Condition::Uge => Cc::AboveEqual,
        _ => Cc::NotEqual,
    }
}

/// What `cmp a, b` tells of a condition on bits: read with a sign, 1 is less than 0.
fn bit_condition(condition: Condition) -> Cc {
    match condition {
        Condition::Slt => Cc::Above,
        Condition::Sle => Cc::AboveEqual,
        Condition::Sgt => Cc::Below,
        Condition::Sge => Cc::BelowEqual,
        condition => integer_condition(condition),
    }
}

/// For a condition on floats: whether to compare with the operands exchanged, and what `ucomis` tells of it. Unordered
/// operands set the zero, parity and carry flags.
fn float_condition(condition: Condition) -> (bool, Test) {
    use Cc::{Above, AboveEqual, Below, BelowEqual, Equal, NotEqual, NotParity, Parity};
    match condition {
        Condition::Oeq => (false, Test::Both(Equal, NotParity)),
        Condition::Une => (false, Test::Either(NotEqual, Parity)),
        Condition::One => (false, Test::One(NotEqual)),
        Condition::Ueq => (false, Test::One(Equal)),
        Condition::Ogt => (false, Test::One(Above)),
        Condition::Oge => (false, Test::One(AboveEqual)),
        Condition::Olt => (true, Test::One(Above)),
        Condition::Ole => (true, Test::One(AboveEqual)),
        Condition::Ngt => (false, Test::One(BelowEqual)),
        Condition::Nge => (false, Test::One(Below)),
        Condition::Nlt => (true, Test::One(BelowEqual)),
        Condition::Nle => (true, Test::One(Below)),
        Condition::Ord => (false, Test::One(NotParity)),
        _ => (false, Test::One(Parity)),
    }
}

impl Emitter<'_> {
    /// Sets the flags for a condition, an `i1` or a folded compare, and tells what to ask of them.
    pub(super) fn condition(&mut self, operand: Operand) -> Test {
        if let Some(value) = operand.value()
            && let Fold::Compare(inst) = self.live.folds[value.index()]
        {
            let condition = self.body.insts[inst].attributes.condition();
            return self.compare(inst, condition);
        }
        match self.constant(operand) {
            Some(bits) => {
                self.asm.mov_ri(Size::Long, RAX, bits as u64);
                self.asm.test_imm(Size::Byte, RAX, 1);
            }
            None => match self.rm(operand, RAX) {
                Rm::Reg(register) => self.asm.test(Size::Byte, register, register),
                memory => self.asm.alu_imm(Alu::Cmp, Size::Byte, memory, 0),
            },
        }
        Test::One(Cc::NotEqual)
    }

    /// Sets the flags for the condition of a `branch.cc`.
    pub(super) fn flags_condition(&mut self, data: &InstData) -> Test {
        let condition = data.attributes.condition();
        match data.operand(0).value().map(|value| self.live.folds[value.index()]) {
            Some(Fold::Compare(inst)) => self.compare(inst, condition),
            _ => Test::One(Cc::Equal),
        }
    }

    /// Sets the flags for a condition on the operands of a compare, or of the compare behind a `test`.
    fn compare(&mut self, inst: Inst, condition: Condition) -> Test {
        let data = self.body.insts[self.live.compare(self.body, inst)];
        let (a, b) = (data.operand(0), data.operand(1));
        match self.kind(a) {
            kind @ (TypeKind::F32 | TypeKind::F64) => {
                let (exchanged, test) = float_condition(condition);
                let (a, b) = if exchanged { (b, a) } else { (a, b) };
                let a = self.vector(a, XMM15);
                let b = self.vector_operand(b);
                self.asm.compare_float(false, float_of(kind), a, b);
                test
            }
            TypeKind::I128 | TypeKind::F16 | TypeKind::F128 => self.compare_by_parts(a, b, condition),
            TypeKind::I1 => Test::One(self.compare_integers(a, b, bit_condition(condition), Size::Byte)),
            kind => Test::One(self.compare_integers(a, b, integer_condition(condition), Size::of(kind))),
        }
    }

    /// A float as a register or, unless it is an f16, memory.
    pub(super) fn vector_operand(&mut self, operand: Operand) -> XmmRm {
        match self.constant(operand) {
            Some(0) => XmmRm::Reg(self.vector(operand, XMM14)),
            _ => self.xmm_rm(operand),
        }
    }

    fn compare_integers(&mut self, a: Operand, b: Operand, cc: Cc, size: Size) -> Cc {
        if self.constant(a).is_some() && self.constant(b).is_none() {
            return self.compare_integers(b, a, cc.swap_operands(), size);
        }
        match (self.immediate(b), self.place(a)) {
            (Some(0), Place::Core(register)) if self.folded(a).is_none() => {
                self.asm.test(size, Gpr(register), Gpr(register));
            }
            (Some(value), _) => {
                let a = self.rm(a, RAX);
                self.asm.alu_imm(Alu::Cmp, size, a, value);
            }
            (None, _) => {
                let a = self.core(a, RAX);
                let b = self.rm(b, RDX);
                self.asm.alu(Alu::Cmp, size, a, b);
            }
        }
        cc
    }

    /// Jumps when a test succeeds.
    pub(super) fn jump_if(&mut self, test: Test, to: Label) {
        match test {
            Test::One(cc) => self.asm.jcc(cc, to),
            Test::Either(a, b) => {
                self.asm.jcc(a, to);
                self.asm.jcc(b, to);
            }
            Test::Both(a, b) => {
                let fails = self.asm.new_label();
                self.asm.jcc(a.negate(), fails);
                self.asm.jcc(b, to);
                self.asm.bind(fails);
            }
        }
    }

    /// A compare as a value, 0 or 1.
    pub(super) fn compare_to_value(&mut self, data: &InstData, result: Value) {
        let condition = data.attributes.condition();
        let test = match data.opcode {
            Opcode::Test => self.flags_condition(data),
            _ => self.compare(self.inst, condition),
        };
        self.test_to_value(test, result);
    }

    /// What a test says, as a value.
    pub(super) fn test_to_value(&mut self, test: Test, result: Value) {
        match test {
            Test::One(cc) => {
                let target = self.target(result, RAX);
                self.asm.setcc(cc, target);
                self.finish(result, target);
            }
            Test::Both(a, b) | Test::Either(a, b) => {
                self.asm.setcc(a, RAX);
                self.asm.setcc(b, RCX);
                let alu = if matches!(test, Test::Both(..)) { Alu::And } else { Alu::Or };
                self.asm.alu(alu, Size::Long, RAX, RCX);
                self.finish(result, RAX);
            }
        }
    }

    /// `select`: both values are read, so that one conditional move decides; floats are chosen by a jump.
    pub(super) fn select(&mut self, data: &InstData, result: Value) {
        let (condition, yes, no) = (data.operand(0), data.operand(1), data.operand(2));
        match self.value_kind(result) {
            TypeKind::F16 | TypeKind::F32 | TypeKind::F64 => {
                // The condition's operands are read before the target is written.
                let test = self.condition(condition);
                let done = self.asm.new_label();
                self.vector_into(yes, XMM15);
                self.jump_if(test, done);
                self.vector_into(no, XMM15);
                self.asm.bind(done);
                self.finish_vector(result, XMM15);
            }
            kind => {
                let size = move_size(kind);
                let test = self.condition(condition);
                // Constants and addresses go through registers; none of the moves changes the flags.
                self.core_into(no, RCX);
                let yes = self.core(yes, RDX);
                match test {
                    Test::One(cc) => self.asm.cmov(cc, size, RCX, yes),
                    Test::Either(a, b) => {
                        self.asm.cmov(a, size, RCX, yes);
                        self.asm.cmov(b, size, RCX, yes);
                    }
                    Test::Both(a, b) => {
                        // Chooses when the opposite fails: of the other value, under either opposite.
                        self.asm.mov_rr(size, RAX, RCX);
                        self.asm.mov_rr(size, RCX, yes);
                        self.asm.cmov(a.negate(), size, RCX, RAX);
                        self.asm.cmov(b.negate(), size, RCX, RAX);
                    }
                }
                self.finish(result, RCX);
            }
        }
    }
}
