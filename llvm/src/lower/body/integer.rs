//! Integer operations of any width from 1 to 128 bits, in native types.
//!
//! A value of N bits is held in the narrowest native type with zeros above N, its *word*; `i1` has a native type of
//! its own, and where that has no operation its word is an `i8`. Additions, products and left shifts let bits run into
//! the spare ones above N, so those are masked off behind them. Operations that read a sign work *high*: the operands
//! are shifted to the top of the word, where overflow, saturation and sign are the word's own, and the result is
//! shifted back, which also clears the spare bits.

use super::convert::is_float;
use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar, native_int};
use crate::syntax::{BinaryOp, IntPredicate, Operand};
use native_ir::builder::FunctionBuilder;
use native_ir::{Condition, Type, Value};

/// The bits of the word that holds an integer of a width.
fn word_bits(bits: u32) -> u32 {
    bits.next_power_of_two().max(8)
}

/// Writes operations on integers of one width into a function. Operands and results are words, but for the methods
/// that say otherwise.
pub(super) struct Ints<'b, 'm> {
    pub(super) b: &'b mut FunctionBuilder<'m>,
    pub(super) bits: u32,
}

impl Ints<'_, '_> {
    /// The type of a word.
    pub(super) fn ty(&self) -> Type {
        native_int(self.bits)
    }

    /// How many bits of the word lie above the width.
    pub(super) fn spare(&self) -> u32 {
        word_bits(self.bits) - self.bits
    }

    /// The word whose bits are all ones.
    pub(super) fn ones(&self) -> u128 {
        u128::MAX >> (128 - self.bits)
    }

    /// The literal with these bits.
    pub(super) fn literal(&self, bits: u128) -> Atom {
        Atom::Bits(self.ty(), bits)
    }

    /// The word of a value as leaves hold it: an `i1` is widened.
    pub(super) fn word(&mut self, leaf: Atom) -> Atom {
        if self.bits == 1 { self.b.zext(Type::I8, leaf).into() } else { leaf }
    }

    /// The value as leaves hold it: the word of an `i1` is narrowed.
    pub(super) fn leaf(&mut self, word: Atom) -> Atom {
        if self.bits == 1 { self.b.trunc(Type::I1, word).into() } else { word }
    }

    /// Clears the spare bits.
    pub(super) fn mask(&mut self, word: impl Into<Atom>) -> Atom {
        let word: Atom = word.into();
        if self.spare() == 0 { word } else { self.b.and(word, self.literal(self.ones())).into() }
    }

    /// The value at the top of its word.
    pub(super) fn high(&mut self, word: Atom) -> Atom {
        match (self.spare(), word) {
            (0, _) => word,
            (spare, Atom::Bits(ty, bits)) => Atom::Bits(ty, bits << spare),
            (spare, _) => self.b.shl(word, spare).into(),
        }
    }

    /// Back from the top of the word.
    pub(super) fn low(&mut self, high: impl Into<Atom>) -> Atom {
        let high: Atom = high.into();
        match self.spare() {
            0 => high,
            spare => self.b.ushr(high, spare).into(),
        }
    }

    /// The value with its sign in the spare bits.
    pub(super) fn signed(&mut self, word: Atom) -> Atom {
        match self.spare() {
            0 => word,
            spare => {
                let high = self.high(word);
                self.b.sshr(high, spare).into()
            }
        }
    }

    /// An operation on both values at the top of their words.
    fn at_top(&mut self, op: fn(&mut FunctionBuilder<'_>, Atom, Atom) -> Value, x: Atom, y: Atom) -> Atom {
        let (x, y) = (self.high(x), self.high(y));
        let high = op(self.b, x, y);
        self.low(high)
    }

    /// Arithmetic on leaves.
    fn binary(&mut self, op: BinaryOp, x: Atom, y: Atom) -> Atom {
        if self.bits == 1 {
            return self.binary_truth(op, x, y);
        }
        self.binary_words(op, x, y)
    }

    /// Arithmetic on truth values. A shift by anything but 0 may give anything.
    fn binary_truth(&mut self, op: BinaryOp, x: Atom, y: Atom) -> Atom {
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Xor => self.b.xor(x, y).into(),
            BinaryOp::Mul | BinaryOp::And => self.b.and(x, y).into(),
            BinaryOp::Or => self.b.or(x, y).into(),
            BinaryOp::Shl | BinaryOp::LShr | BinaryOp::AShr => x,
            _ => {
                let (x, y) = (self.word(x), self.word(y));
                let word = self.binary_words(op, x, y);
                self.leaf(word)
            }
        }
    }

    fn binary_words(&mut self, op: BinaryOp, x: Atom, y: Atom) -> Atom {
        match op {
            BinaryOp::Add => self.add(x, y),
            BinaryOp::Sub => self.sub(x, y),
            BinaryOp::Mul => self.mul(x, y),
            BinaryOp::UDiv => self.b.udiv(x, y).into(),
            BinaryOp::URem => self.b.urem(x, y).into(),
            BinaryOp::SDiv => self.sdiv(x, y),
            BinaryOp::SRem => self.at_top(|b, x, y| b.srem(x, y), x, y),
            BinaryOp::Shl => self.shl(x, y),
            BinaryOp::LShr => self.b.ushr(x, y).into(),
            BinaryOp::AShr => self.ashr(x, y),
            BinaryOp::And => self.b.and(x, y).into(),
            BinaryOp::Or => self.b.or(x, y).into(),
            BinaryOp::Xor => self.b.xor(x, y).into(),
            // Those on floats do not come here.
            BinaryOp::FAdd | BinaryOp::FSub | BinaryOp::FMul | BinaryOp::FDiv | BinaryOp::FRem => x,
        }
    }

    pub(super) fn add(&mut self, x: Atom, y: Atom) -> Atom {
        let sum = self.b.iadd(x, y);
        self.mask(sum)
    }

    pub(super) fn sub(&mut self, x: Atom, y: Atom) -> Atom {
        let difference = self.b.isub(x, y);
        self.mask(difference)
    }

    pub(super) fn mul(&mut self, x: Atom, y: Atom) -> Atom {
        let product = self.b.imul(x, y);
        self.mask(product)
    }

    /// The quotient of two multiples of a power of two is that of the values.
    fn sdiv(&mut self, x: Atom, y: Atom) -> Atom {
        let (x, y) = (self.high(x), self.high(y));
        let quotient = self.b.sdiv(x, y);
        self.mask(quotient)
    }

    pub(super) fn shl(&mut self, x: Atom, y: Atom) -> Atom {
        let shifted = self.b.shl(x, y);
        self.mask(shifted)
    }

    fn ashr(&mut self, x: Atom, y: Atom) -> Atom {
        let x = self.high(x);
        let shifted = self.b.sshr(x, y);
        self.low(shifted)
    }

    /// A compare of leaves.
    pub(super) fn icmp(&mut self, cc: Condition, x: Atom, y: Atom) -> Value {
        let signed = matches!(cc, Condition::Slt | Condition::Sle | Condition::Sgt | Condition::Sge);
        if self.bits == 1 || !signed {
            return self.b.icmp(cc, x, y);
        }
        let (x, y) = (self.high(x), self.high(y));
        self.b.icmp(cc, x, y)
    }

    pub(super) fn umin(&mut self, x: Atom, y: Atom) -> Atom {
        self.b.umin(x, y).into()
    }

    pub(super) fn umax(&mut self, x: Atom, y: Atom) -> Atom {
        self.b.umax(x, y).into()
    }

    pub(super) fn smin(&mut self, x: Atom, y: Atom) -> Atom {
        self.at_top(|b, x, y| b.smin(x, y), x, y)
    }

    pub(super) fn smax(&mut self, x: Atom, y: Atom) -> Atom {
        self.at_top(|b, x, y| b.smax(x, y), x, y)
    }

    pub(super) fn abs(&mut self, x: Atom) -> Atom {
        let x = self.high(x);
        let absolute = self.b.iabs(x);
        self.low(absolute)
    }

    pub(super) fn uadd_sat(&mut self, x: Atom, y: Atom) -> Atom {
        self.at_top(|b, x, y| b.uadd_sat(x, y), x, y)
    }

    pub(super) fn sadd_sat(&mut self, x: Atom, y: Atom) -> Atom {
        self.at_top(|b, x, y| b.sadd_sat(x, y), x, y)
    }

    pub(super) fn usub_sat(&mut self, x: Atom, y: Atom) -> Atom {
        self.b.usub_sat(x, y).into()
    }

    pub(super) fn ssub_sat(&mut self, x: Atom, y: Atom) -> Atom {
        self.at_top(|b, x, y| b.ssub_sat(x, y), x, y)
    }

    /// What is lost on the way up does not come back on the way down.
    pub(super) fn ushl_sat(&mut self, x: Atom, y: Atom) -> Atom {
        let x = self.high(x);
        let shifted = self.b.shl(x, y);
        let back = self.b.ushr(shifted, y);
        let lost = self.b.icmp(Condition::Ne, back, x);
        let clamped = self.b.select(lost, -1, shifted);
        self.low(clamped)
    }

    pub(super) fn sshl_sat(&mut self, x: Atom, y: Atom) -> Atom {
        let word = word_bits(self.bits);
        let x = self.high(x);
        let shifted = self.b.shl(x, y);
        let back = self.b.sshr(shifted, y);
        let lost = self.b.icmp(Condition::Ne, back, x);
        let sign = self.b.sshr(x, word - 1);
        let limit = self.b.xor(sign, Atom::Bits(self.ty(), u128::MAX >> (129 - word)));
        let clamped = self.b.select(lost, limit, shifted);
        self.low(clamped)
    }

    /// An operation that reports overflow, on two values at the top of their words; both results.
    fn overflow_at_top(
        &mut self,
        op: fn(&mut FunctionBuilder<'_>, Atom, Atom) -> (Value, Value),
        x: Atom,
        y: Atom,
    ) -> (Atom, Atom) {
        let (high, overflow) = op(self.b, x, y);
        (self.low(high), overflow.into())
    }

    pub(super) fn uadd_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let (x, y) = (self.high(x), self.high(y));
        self.overflow_at_top(|b, x, y| b.uadd_overflow(x, y), x, y)
    }

    pub(super) fn sadd_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let (x, y) = (self.high(x), self.high(y));
        self.overflow_at_top(|b, x, y| b.sadd_overflow(x, y), x, y)
    }

    pub(super) fn usub_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let (x, y) = (self.high(x), self.high(y));
        self.overflow_at_top(|b, x, y| b.usub_overflow(x, y), x, y)
    }

    pub(super) fn ssub_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let (x, y) = (self.high(x), self.high(y));
        self.overflow_at_top(|b, x, y| b.ssub_overflow(x, y), x, y)
    }

    /// One factor at the top is enough: the product is there then.
    pub(super) fn umul_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let x = self.high(x);
        self.overflow_at_top(|b, x, y| b.umul_overflow(x, y), x, y)
    }

    pub(super) fn smul_overflow(&mut self, x: Atom, y: Atom) -> (Atom, Atom) {
        let (x, y) = (self.high(x), self.signed(y));
        self.overflow_at_top(|b, x, y| b.smul_overflow(x, y), x, y)
    }

    pub(super) fn bswap(&mut self, x: Atom) -> Atom {
        let swapped = self.b.bswap(x);
        self.low(swapped)
    }

    pub(super) fn bitreverse(&mut self, x: Atom) -> Atom {
        let reversed = self.b.bitrev(x);
        self.low(reversed)
    }

    pub(super) fn ctpop(&mut self, x: Atom) -> Atom {
        self.b.popcount(x).into()
    }

    pub(super) fn ctlz(&mut self, x: Atom) -> Atom {
        let zeros = self.b.clz(x);
        match self.spare() {
            0 => zeros.into(),
            spare => self.b.isub(zeros, spare).into(),
        }
    }

    /// A one behind the value ends the count.
    pub(super) fn cttz(&mut self, x: Atom) -> Atom {
        if self.spare() == 0 {
            return self.b.ctz(x).into();
        }
        let ended = self.b.or(x, self.literal(1 << self.bits));
        self.b.ctz(ended).into()
    }

    /// The amount of a funnel shift, modulo the width. The divisor is not 0, so this never traps.
    fn funnel_amount(&mut self, amount: Atom) -> Atom {
        let width = u128::from(self.bits);
        match amount {
            Atom::Bits(ty, bits) => Atom::Bits(ty, bits % width),
            Atom::Value(_) => self.b.urem(amount, self.literal(width)).into(),
        }
    }

    /// The first word shifted left, filled from the top of the second.
    pub(super) fn fshl(&mut self, x: Atom, y: Atom, amount: Atom) -> Atom {
        if self.spare() == 0 {
            return self.b.funnel_left(x, y, amount).into();
        }
        let amount = self.funnel_amount(amount);
        let y = self.high(y);
        let shifted = self.b.funnel_left(x, y, amount);
        self.mask(shifted)
    }

    /// The second word shifted right, filled from the bottom of the first: as far to the left as the width lacks.
    pub(super) fn fshr(&mut self, x: Atom, y: Atom, amount: Atom) -> Atom {
        if self.spare() == 0 {
            return self.b.funnel_right(x, y, amount).into();
        }
        let amount = self.funnel_amount(amount);
        let left = self.b.isub(self.literal(u128::from(self.bits)), amount);
        let y = self.high(y);
        let shifted = self.b.funnel_left(x, y, left);
        self.mask(shifted)
    }

    /// -1, 0 or 1 as an integer of another width, of two leaves.
    pub(super) fn three_way(&mut self, less: Condition, more: Condition, x: Atom, y: Atom, result: u32) -> Atom {
        let more = self.icmp(more, x, y);
        let less = self.icmp(less, x, y);
        let ty = native_int(result);
        let (more, less) = (self.b.zext(ty, more), self.b.zext(ty, less));
        Ints { b: self.b, bits: result }.sub(more.into(), less.into())
    }
}

/// The native condition of a predicate.
fn condition(predicate: IntPredicate) -> Condition {
    match predicate {
        IntPredicate::Eq => Condition::Eq,
        IntPredicate::Ne => Condition::Ne,
        IntPredicate::Ugt => Condition::Ugt,
        IntPredicate::Uge => Condition::Uge,
        IntPredicate::Ult => Condition::Ult,
        IntPredicate::Ule => Condition::Ule,
        IntPredicate::Sgt => Condition::Sgt,
        IntPredicate::Sge => Condition::Sge,
        IntPredicate::Slt => Condition::Slt,
        IntPredicate::Sle => Condition::Sle,
    }
}

impl Lowering<'_, '_, '_, '_> {
    /// Arithmetic on two operands, lane by lane.
    pub(super) fn binary(&mut self, op: BinaryOp, x: Operand, y: Operand) -> Result<(), Refusal> {
        let float =
            matches!(op, BinaryOp::FAdd | BinaryOp::FSub | BinaryOp::FMul | BinaryOp::FDiv | BinaryOp::FRem);
        self.lanes([x, y], |lowering, scalar, [x, y]| match scalar {
            Scalar::Int(bits) if !float => Ok(Ints { b: &mut lowering.b, bits }.binary(op, x, y)),
            _ if float && is_float(scalar) => lowering.float_binary(op, scalar, x, y),
            _ => Err(Refusal::new("LLVM/type", "arithmetic on operands of another kind")),
        })
    }

    /// A compare of integers or pointers, lane by lane.
    pub(super) fn icmp(&mut self, predicate: IntPredicate, x: Operand, y: Operand) -> Result<(), Refusal> {
        let cc = condition(predicate);
        self.lanes([x, y], |lowering, scalar, [x, y]| match scalar {
            Scalar::Int(bits) => Ok(Ints { b: &mut lowering.b, bits }.icmp(cc, x, y).into()),
            Scalar::Pointer => Ok(lowering.b.icmp(cc, x, y).into()),
            _ => Err(Refusal::new("LLVM/type", "`icmp` of floats")),
        })
    }

    /// A choice: of all leaves by one condition, or lane by lane by as many.
    pub(super) fn select(&mut self, condition: Operand, x: Operand, y: Operand) -> Result<(), Refusal> {
        let conditions = self.leaves(condition)?;
        let (x, y) = (self.leaves(x)?, self.leaves(y)?);
        let lanes = x.len();
        if conditions.len() != 1 && conditions.len() != lanes || y.len() != lanes {
            return Err(Refusal::new("LLVM/type", "`select` of values with other numbers of lanes"));
        }
        let results: Vec<Atom> = (0..lanes)
            .map(|lane| {
                let condition = conditions[if conditions.len() == 1 { 0 } else { lane }];
                self.b.select(condition, x[lane], y[lane]).into()
            })
            .collect();
        self.results(results);
        Ok(())
    }

    /// Values that are not defined are zero from the beginning, so there is nothing to do.
    pub(super) fn freeze(&mut self, x: Operand) -> Result<(), Refusal> {
        if let [Leaf { scalar: Scalar::Pointer, .. }] = self.scalars(self.ty(x))? {
            let pointer = self.address(x)?;
            self.result(pointer);
            return Ok(());
        }
        let leaves = self.leaves(x)?;
        self.results(leaves);
        Ok(())
    }
}
