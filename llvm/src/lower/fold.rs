//! The value of a constant: a number, or the address of a global value plus a number.
//!
//! Undefined values are zero. Arithmetic that only a linker could do — the difference of two addresses, the half of
//! one — is refused.

use super::context::Refusal;
use super::layout::{Layouts, Scalar};
use crate::syntax::{BinaryOp, CastOp, Constant, ConstantData, Expr, Global, Module, Type, TypeData};

/// The value of a scalar constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folded {
    /// An integer, the bits of a float, or the address that a pointer is.
    Number(u128),
    /// The address of a global value plus a number of bytes, wrapping.
    Address(Global, i64),
}

/// The most steps that the value of one constant takes.
const MAX_STEPS: usize = 100_000;

/// A step of the work: a constant whose value is wanted, or the operation on the values that are there.
enum Step {
    Value(Constant),
    Cast(CastOp, u32, u32),
    Binary(BinaryOp, u32),
    /// The sum of the last value and a number of bytes.
    Offset(i64),
    /// The sum of the last but one value and an index times a size, the index being of so many bits.
    Index {
        size: u64,
        bits: u32,
    },
}

/// The value of a scalar constant.
pub(super) fn fold(module: &Module<'_>, layouts: &Layouts, constant: Constant) -> Result<Folded, Refusal> {
    match module.constants.get(constant) {
        ConstantData::Int(bits) | ConstantData::Float(bits) => Ok(Folded::Number(bits)),
        ConstantData::Null | ConstantData::Undef | ConstantData::Poison | ConstantData::Zero => {
            Ok(Folded::Number(0))
        }
        ConstantData::Global(global) => Ok(Folded::Address(global, 0)),
        _ => Fold { module, layouts, steps: vec![Step::Value(constant)], values: Vec::new() }.run(),
    }
}

struct Fold<'a, 't> {
    module: &'a Module<'t>,
    layouts: &'a Layouts,
    steps: Vec<Step>,
    values: Vec<Folded>,
}

impl Fold<'_, '_> {
    fn run(mut self) -> Result<Folded, Refusal> {
        let mut taken = 0;
        while let Some(step) = self.steps.pop() {
            taken += 1;
            if taken > MAX_STEPS {
                return Err(Refusal::new("LLVM/limit", "a constant expression of too many parts"));
            }
            match step {
                Step::Value(constant) => self.value(constant)?,
                Step::Cast(op, from, to) => {
                    let value = self.pop();
                    self.values.push(cast(op, value, from, to)?);
                }
                Step::Binary(op, bits) => {
                    let (right, left) = (self.pop(), self.pop());
                    self.values.push(binary(op, left, right, bits)?);
                }
                Step::Offset(bytes) => {
                    let value = self.pop();
                    self.values.push(plus(value, bytes));
                }
                Step::Index { size, bits } => {
                    let (index, base) = (self.pop(), self.pop());
                    let Folded::Number(index) = index else { return Err(linker()) };
                    self.values.push(plus(base, scaled(index, bits, size)));
                }
            }
        }
        Ok(self.pop())
    }

    fn pop(&mut self) -> Folded {
        self.values.pop().unwrap_or(Folded::Number(0))
    }

    fn value(&mut self, constant: Constant) -> Result<(), Refusal> {
        let value = match self.module.constants.get(constant) {
            ConstantData::Int(bits) | ConstantData::Float(bits) => Folded::Number(bits),
            ConstantData::Null | ConstantData::Undef | ConstantData::Poison | ConstantData::Zero => {
                Folded::Number(0)
            }
            ConstantData::Global(global) => Folded::Address(global, 0),
            ConstantData::Expr(expr) => return self.expression(expr, self.module.constants.ty(constant)),
            ConstantData::Refused(what) => {
                return Err(Refusal::new("LLVM/constant", format!("`{what}` has no place in native IR")));
            }
            ConstantData::NoToken
            | ConstantData::Metadata(_)
            | ConstantData::MetadataText(_)
            | ConstantData::List(_)
            | ConstantData::Splat(_)
            | ConstantData::Bytes(_) => {
                return Err(Refusal::new("LLVM/constant", "an operation on a constant that is no scalar"));
            }
        };
        self.values.push(value);
        Ok(())
    }

    fn expression(&mut self, expr: Expr, ty: Type) -> Result<(), Refusal> {
        match expr {
            Expr::Cast(op, of) => {
                let (from, to) = (self.bits(self.module.constants.ty(of))?, self.bits(ty)?);
                self.steps.extend([Step::Cast(op, from, to), Step::Value(of)]);
            }
            Expr::Binary(op, left, right) => {
                self.steps.extend([Step::Binary(op, self.bits(ty)?), Step::Value(right), Step::Value(left)]);
            }
            Expr::ElementPointer(of, list) => {
                let module = self.module;
                let Some((&base, indices)) = module.constants.elements(list).split_first() else {
                    return Err(Refusal::new("LLVM/constant", "a `getelementptr` without a base"));
                };
                self.walk(of, indices)?;
                self.steps.push(Step::Value(base));
            }
            Expr::Refused(name) => {
                let message = format!("`{name}` on constants has no place in native IR");
                return Err(Refusal::new("LLVM/constant", message));
            }
        }
        Ok(())
    }

    /// The steps of a `getelementptr`, the last to be done first.
    fn walk(&mut self, of: Type, indices: &[Constant]) -> Result<(), Refusal> {
        let begin = self.steps.len();
        let mut ty = of;
        for (number, &index) in indices.iter().enumerate() {
            let data = self.module.types.get(ty);
            let element = match data {
                _ if number == 0 => ty,
                TypeData::Struct(fields, _) => {
                    let ConstantData::Int(field) = self.module.constants.get(index) else {
                        return Err(Refusal::new("LLVM/constant", "a struct is indexed by no number"));
                    };
                    let field = u32::try_from(field).unwrap_or(u32::MAX);
                    self.steps.push(Step::Offset(self.layouts.field(ty, field)? as i64));
                    ty = fields[field as usize];
                    continue;
                }
                TypeData::Array(_, element) | TypeData::Vector(_, element, _) => *element,
                _ => return Err(Refusal::new("LLVM/constant", "an index into a scalar")),
            };
            let (size, bits) = (self.layouts.size(element)?, self.bits(self.module.constants.ty(index))?);
            match self.module.constants.get(index) {
                ConstantData::Int(number) => self.steps.push(Step::Offset(scaled(number, bits, size))),
                _ => self.steps.extend([Step::Index { size, bits }, Step::Value(index)]),
            }
            ty = element;
        }
        // Each index is worked out after what stands before it; an index and its own value keep their order.
        let steps = self.steps.split_off(begin);
        let mut groups: Vec<Vec<Step>> = Vec::new();
        for step in steps {
            match (step, groups.last_mut()) {
                (step @ Step::Value(_), Some(group)) => group.push(step),
                (step, _) => groups.push(vec![step]),
            }
        }
        self.steps.extend(groups.into_iter().rev().flatten());
        Ok(())
    }

    fn bits(&self, ty: Type) -> Result<u32, Refusal> {
        match self.layouts.leaves(ty)? {
            [leaf] => Ok(match leaf.scalar {
                Scalar::Int(bits) => bits,
                _ => self.layouts.store_size(ty)? as u32 * 8,
            }),
            _ => Err(Refusal::new("LLVM/constant", "an operation on a constant that is no scalar")),
        }
    }
}

/// The low bits of a number.
pub(super) fn low(number: u128, bits: u32) -> u128 {
    if bits >= 128 { number } else { number & ((1 << bits) - 1) }
}

/// A number of so many bits, read with its sign.
pub(super) fn signed(number: u128, bits: u32) -> i128 {
    let unused = 128 - bits.clamp(1, 128);
    (number << unused) as i128 >> unused
}

/// An index of so many bits, read with its sign, times a size in bytes.
pub(super) fn scaled(index: u128, bits: u32, size: u64) -> i64 {
    (signed(index, bits) as i64).wrapping_mul(size as i64)
}

fn linker() -> Refusal {
    let help = "only the address of a symbol plus a number of bytes is a constant of native IR";
    Refusal::new("LLVM/constant", "arithmetic on addresses that only a linker could do").help(help)
}

fn plus(value: Folded, bytes: i64) -> Folded {
    match value {
        Folded::Number(number) => {
            Folded::Number(number.wrapping_add(bytes as i128 as u128) & u128::from(u64::MAX))
        }
        Folded::Address(global, offset) => Folded::Address(global, offset.wrapping_add(bytes)),
    }
}

fn cast(op: CastOp, value: Folded, from: u32, to: u32) -> Result<Folded, Refusal> {
    match (op, value) {
        (CastOp::SExt, Folded::Number(number)) => Ok(Folded::Number(low(signed(number, from) as u128, to))),
        (CastOp::BitCast | CastOp::Trunc | CastOp::ZExt, Folded::Number(number)) => {
            Ok(Folded::Number(low(number, to)))
        }
        (
            CastOp::PtrToInt | CastOp::PtrToAddr | CastOp::IntToPtr | CastOp::AddrSpaceCast,
            Folded::Number(number),
        ) => Ok(Folded::Number(low(number, to))),
        // An address keeps its place when no bits of it are lost, and none are added.
        (
            CastOp::PtrToInt | CastOp::PtrToAddr | CastOp::IntToPtr | CastOp::AddrSpaceCast | CastOp::BitCast,
            Folded::Address(..),
        ) if from == to => Ok(value),
        (_, Folded::Address(..)) => Err(linker()),
        _ => Err(Refusal::new("LLVM/constant", "a conversion of a constant float")),
    }
}

fn binary(op: BinaryOp, left: Folded, right: Folded, bits: u32) -> Result<Folded, Refusal> {
    let number = match (op, left, right) {
        (BinaryOp::Add, Folded::Address(..), Folded::Number(number)) => {
            return Ok(plus(left, signed(number, bits) as i64));
        }
        (BinaryOp::Add, Folded::Number(number), Folded::Address(..)) => {
            return Ok(plus(right, signed(number, bits) as i64));
        }
        (BinaryOp::Sub, Folded::Address(..), Folded::Number(number)) => {
            return Ok(plus(left, (signed(number, bits) as i64).wrapping_neg()));
        }
        (BinaryOp::Sub, Folded::Address(a, x), Folded::Address(b, y)) if a == b => {
            x.wrapping_sub(y) as i128 as u128
        }
        (_, Folded::Number(a), Folded::Number(b)) => match op {
            BinaryOp::Add => a.wrapping_add(b),
            BinaryOp::Sub => a.wrapping_sub(b),
            BinaryOp::Mul => a.wrapping_mul(b),
            BinaryOp::And => a & b,
            BinaryOp::Or => a | b,
            BinaryOp::Xor => a ^ b,
            BinaryOp::Shl if b < u128::from(bits) => a << b,
            BinaryOp::LShr if b < u128::from(bits) => a >> b,
            BinaryOp::AShr if b < u128::from(bits) => (signed(a, bits) >> b) as u128,
            // The result of such a shift is undefined.
            BinaryOp::Shl | BinaryOp::LShr | BinaryOp::AShr => 0,
            _ => return Err(Refusal::new("LLVM/constant", "a division or float operation on constants")),
        },
        _ => return Err(linker()),
    };
    Ok(Folded::Number(low(number, bits)))
}
