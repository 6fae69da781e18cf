//! Floating-point arithmetic and compares.

use super::convert::is_float;
use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::Scalar;
use crate::syntax::{BinaryOp, FloatPredicate, Operand};
use native_ir::builder::FunctionBuilder;
use native_ir::{Condition, Type};

/// The native condition of a predicate; a truth value for those that do not look at their operands.
fn condition(predicate: FloatPredicate) -> Result<Condition, bool> {
    Ok(match predicate {
        FloatPredicate::False => return Err(false),
        FloatPredicate::True => return Err(true),
        FloatPredicate::Oeq => Condition::Oeq,
        FloatPredicate::Ogt => Condition::Ogt,
        FloatPredicate::Oge => Condition::Oge,
        FloatPredicate::Olt => Condition::Olt,
        FloatPredicate::Ole => Condition::Ole,
        FloatPredicate::One => Condition::One,
        FloatPredicate::Ord => Condition::Ord,
        FloatPredicate::Ueq => Condition::Ueq,
        FloatPredicate::Ugt => Condition::Nle,
        FloatPredicate::Uge => Condition::Nlt,
        FloatPredicate::Ult => Condition::Nge,
        FloatPredicate::Ule => Condition::Ngt,
        FloatPredicate::Une => Condition::Une,
        FloatPredicate::Uno => Condition::Uno,
    })
}

/// A compare of two scalars.
fn compare(b: &mut FunctionBuilder<'_>, predicate: FloatPredicate, x: Atom, y: Atom) -> Atom {
    match condition(predicate) {
        Ok(cc) => b.fcmp(cc, x, y).into(),
        Err(truth) => Atom::Bits(Type::I1, u128::from(truth)),
    }
}

impl Lowering<'_, '_, '_, '_> {
    /// Arithmetic on two floats.
    pub(super) fn float_binary(
        &mut self,
        op: BinaryOp,
        scalar: Scalar,
        x: Atom,
        y: Atom,
    ) -> Result<Atom, Refusal> {
        Ok(match op {
            BinaryOp::FAdd => self.b.fadd(x, y).into(),
            BinaryOp::FSub => self.b.fsub(x, y).into(),
            BinaryOp::FMul => self.b.fmul(x, y).into(),
            BinaryOp::FDiv => self.b.fdiv(x, y).into(),
            _ => self.remainder(scalar, x, y)?,
        })
    }

    /// `frem`: C's `fmod`. It is exact, so that narrower formats may go through f64.
    fn remainder(&mut self, scalar: Scalar, x: Atom, y: Atom) -> Result<Atom, Refusal> {
        if scalar == Scalar::F128 {
            let help = "link a C library that has `fmodl`, and call that";
            return Err(Refusal::new("LLVM/instruction", "`frem` of `fp128`").help(help));
        }
        let frem = self.shared.helpers.frem(self.b.module());
        if scalar == Scalar::F64 {
            return Ok(self.b.call(frem, (x, y)).one().into());
        }
        let (x, y) = (self.b.fpromote(Type::F64, x), self.b.fpromote(Type::F64, y));
        let remainder = self.b.call(frem, (x, y)).one();
        Ok(self.b.fdemote(self.native(scalar), remainder).into())
    }

    /// `fneg`, lane by lane.
    pub(super) fn fneg(&mut self, x: Operand) -> Result<(), Refusal> {
        self.lanes([x], |lowering, scalar, [x]| {
            if !is_float(scalar) {
                return Err(Refusal::new("LLVM/type", "`fneg` of what is no float"));
            }
            Ok(lowering.b.fneg(x).into())
        })
    }

    /// A compare of floats, lane by lane.
    pub(super) fn fcmp(&mut self, predicate: FloatPredicate, x: Operand, y: Operand) -> Result<(), Refusal> {
        self.lanes([x, y], |lowering, scalar, [x, y]| {
            if !is_float(scalar) {
                return Err(Refusal::new("LLVM/type", "`fcmp` of what is no float"));
            }
            Ok(compare(&mut lowering.b, predicate, x, y))
        })
    }
}
