//! Constants as operands. They are made where they are used: literals where native IR lets literals stand, addresses
//! by instructions.

use super::Lowering;
use super::value::Atom;
use crate::lower::context::Refusal;
use crate::lower::layout::{Scalar, native_int};
use crate::lower::link::Symbol;
use crate::syntax::{BinaryOp, CastOp, Constant, ConstantData, Expr, Global, Operand, TypeData};
use native_ir::{Type, Value};

/// How deeply constant expressions may be nested.
const DEPTH: u32 = 64;

impl Lowering<'_, '_, '_, '_> {
    /// Appends the leaves of a constant to a list, pointers as generic ones.
    pub(super) fn constant_leaves(
        &mut self,
        operand: Operand,
        list: &mut Vec<impl From<Atom>>,
    ) -> Result<(), Refusal> {
        let Some(constant) = operand.as_constant() else { return Err(Refusal::consequence()) };
        let constants = &self.module.constants;
        // The reader bounds lists by the text, this bounds what zeros and splats stand for.
        self.scalars(constants.ty(constant))?;
        let mut rest = vec![constant];
        while let Some(constant) = rest.pop() {
            let (ty, data) = constants.list[constant];
            match data {
                ConstantData::List(elements) => rest.extend(constants.elements(elements).iter().rev()),
                ConstantData::Bytes(bytes) => {
                    let bytes = &constants.bytes[bytes.range()];
                    list.extend(bytes.iter().map(|&byte| Atom::Bits(Type::I8, byte.into()).into()));
                }
                ConstantData::Splat(lane) => {
                    let lane = self.constant(lane, 0)?;
                    let lane = self.generic_atom(lane);
                    list.extend(self.scalars(ty)?.iter().map(|_| lane.into()));
                }
                ConstantData::Zero | ConstantData::Undef | ConstantData::Poison | ConstantData::Null => {
                    for leaf in self.scalars(ty)? {
                        list.push(self.zero(leaf.scalar).into());
                    }
                }
                _ => {
                    let atom = self.constant(constant, 0)?;
                    list.push(self.generic_atom(atom).into());
                }
            }
        }
        Ok(())
    }

    /// A constant of one scalar; a pointer in whatever space it is known to be.
    pub(super) fn constant(&mut self, constant: Constant, depth: u32) -> Result<Atom, Refusal> {
        let (ty, data) = self.module.constants.list[constant];
        let scalar = self.kind(ty)?;
        if depth > DEPTH {
            return Err(Refusal::new("LLVM/limit", format!("a constant is nested more than {DEPTH} deep")));
        }
        match data {
            ConstantData::Int(bits) | ConstantData::Float(bits) => Ok(Atom::Bits(self.native(scalar), bits)),
            ConstantData::Null | ConstantData::Zero | ConstantData::Undef | ConstantData::Poison => {
                Ok(self.zero(scalar))
            }
            ConstantData::Global(global) => self.symbol(global).map(Atom::Value),
            ConstantData::Expr(expr) => self.expression(expr, scalar, depth + 1),
            ConstantData::Splat(lane) => self.constant(lane, depth + 1),
            ConstantData::List(list) => match *self.module.constants.elements(list) {
                [only] => self.constant(only, depth + 1),
                _ => Err(unexpected()),
            },
            ConstantData::Bytes(bytes) => match self.module.constants.bytes[bytes.range()] {
                [only] => Ok(Atom::Bits(Type::I8, only.into())),
                _ => Err(unexpected()),
            },
            ConstantData::Metadata(_) | ConstantData::MetadataText(_) => Err(unexpected()),
            ConstantData::NoToken => Err(Refusal::new("LLVM/constant", "`none` has no place in native IR")),
            ConstantData::Refused(name) => {
                Err(Refusal::new("LLVM/constant", format!("`{name}` has no place in native IR")))
            }
        }
    }

    /// The address of what a symbol stands for.
    fn symbol(&mut self, global: Global) -> Result<Value, Refusal> {
        let address = match self.cx.symbols.get(self.file, global) {
            Symbol::Function(func, _) => self.b.address(*func),
            Symbol::Import(import, _) => self.b.address(*import),
            Symbol::Data(data) => {
                let address = self.b.address(*data);
                return Ok(self.cast(self.cx.fixed, address));
            }
            Symbol::ImportedData(import) => {
                let address = self.b.address(*import);
                return Ok(self.cast(self.cx.fixed, address));
            }
            Symbol::Null => return Ok(self.b.null(self.cx.generic)),
            Symbol::Intrinsic | Symbol::Block(_) => {
                let name = &self.module.globals[global].name;
                return Err(Refusal::new("LLVM/constant", format!("`{name}` has no address"))
                    .help("link a definition of it, or call it directly"));
            }
            Symbol::Refused(rule, message) => return Err(Refusal::new(rule, message.clone())),
        };
        Ok(self.cast(self.cx.generic, address))
    }

    fn expression(&mut self, expr: Expr, scalar: Scalar, depth: u32) -> Result<Atom, Refusal> {
        match expr {
            Expr::ElementPointer(ty, list) => {
                let elements = self.module.constants.elements(list);
                let Some((&base, indices)) = elements.split_first() else { return Err(unexpected()) };
                let base = self.constant(base, depth)?;
                let Atom::Value(base) = base else { return Err(unexpected()) };
                self.constant_steps(base, ty, indices, depth).map(Atom::Value)
            }
            Expr::Cast(op, operand) => self.constant_cast(op, operand, scalar, depth),
            Expr::Binary(op, a, b) => {
                let Scalar::Int(bits) = scalar else { return Err(unexpected()) };
                let (a, b) = (self.constant(a, depth)?, self.constant(b, depth)?);
                self.constant_arithmetic(op, bits, a, b)
            }
            Expr::Refused(name) => {
                Err(Refusal::new("LLVM/constant", format!("the constant expression `{name}` has no place here")))
            }
        }
    }

    fn constant_cast(&mut self, op: CastOp, operand: Constant, to: Scalar, depth: u32) -> Result<Atom, Refusal> {
        let from = self.kind(self.module.constants.ty(operand))?;
        let atom = self.constant(operand, depth)?;
        match (op, from, to) {
            (CastOp::BitCast | CastOp::AddrSpaceCast, from, to) if from == to => Ok(atom),
            (CastOp::IntToPtr, Scalar::Int(_), Scalar::Pointer) => {
                let address = self.b.int_to_addr(atom);
                Ok(self.b.addr_to_ptr(self.cx.generic, address).into())
            }
            (CastOp::PtrToInt | CastOp::PtrToAddr, Scalar::Pointer, Scalar::Int(bits)) => {
                let address = self.b.ptr_to_addr(atom);
                let value = self.b.addr_to_int(native_int(bits), address);
                if bits == 1 {
                    return Ok(self.b.trunc(Type::I1, value).into());
                }
                Ok(self.clip(value, bits))
            }
            (CastOp::Trunc, Scalar::Int(wide), Scalar::Int(bits)) => match atom {
                Atom::Bits(_, number) => Ok(Atom::Bits(self.native(to), low(number, bits))),
                Atom::Value(value) if self.native(Scalar::Int(wide)) == self.native(to) => {
                    Ok(self.clip(value, bits))
                }
                Atom::Value(value) => {
                    let value = self.b.trunc(self.native(to), value);
                    Ok(self.clip(value, bits))
                }
            },
            (CastOp::BitCast, _, to) => match atom {
                Atom::Bits(_, bits) => Ok(Atom::Bits(self.native(to), bits)),
                Atom::Value(_) => Err(unexpected()),
            },
            _ => Err(Refusal::new("LLVM/constant", format!("the constant expression {op:?} has no place here"))),
        }
    }

    fn constant_arithmetic(&mut self, op: BinaryOp, bits: u32, a: Atom, b: Atom) -> Result<Atom, Refusal> {
        if let (Atom::Bits(ty, a), Atom::Bits(_, b)) = (a, b) {
            let number = match op {
                BinaryOp::Add => a.wrapping_add(b),
                BinaryOp::Sub => a.wrapping_sub(b),
                BinaryOp::Mul => a.wrapping_mul(b),
                BinaryOp::Xor => a ^ b,
                BinaryOp::And => a & b,
                BinaryOp::Or => a | b,
                _ => return Err(unexpected()),
            };
            return Ok(Atom::Bits(ty, low(number, bits)));
        }
        let value = match op {
            BinaryOp::Add if bits > 1 => self.b.iadd(a, b),
            BinaryOp::Sub if bits > 1 => self.b.isub(a, b),
            BinaryOp::Mul if bits > 1 => self.b.imul(a, b),
            BinaryOp::Xor => self.b.xor(a, b),
            BinaryOp::And => self.b.and(a, b),
            BinaryOp::Or => self.b.or(a, b),
            _ => return Err(unexpected()),
        };
        Ok(self.clip(value, bits))
    }

    /// An integer constant as a number of so many bits that has a sign; `None` for what is no literal. What is
    /// undefined is 0.
    pub(super) fn number(&self, constant: Constant) -> Option<i128> {
        let (ty, data) = self.module.constants.list[constant];
        let TypeData::Int(bits) = *self.module.types.get(ty) else { return None };
        match data {
            ConstantData::Int(number) => Some(signed(number, bits)),
            ConstantData::Zero | ConstantData::Undef | ConstantData::Poison => Some(0),
            _ => None,
        }
    }
}

fn unexpected() -> Refusal {
    Refusal::new("LLVM/constant", "this constant has no place here")
}

/// The low bits of a number.
pub(super) fn low(number: u128, bits: u32) -> u128 {
    if bits >= 128 { number } else { number & ((1 << bits) - 1) }
}

/// A number of so many bits, with its sign.
pub(super) fn signed(number: u128, bits: u32) -> i128 {
    let unused = 128 - bits.clamp(1, 128);
    (number << unused) as i128 >> unused
}
