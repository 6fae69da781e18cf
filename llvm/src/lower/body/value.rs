//! Operands and results as lists of scalars.
//!
//! A local value is defined once, as its leaves. A pointer among them may be known to be in stack or static memory; it
//! becomes generic where it is taken as a leaf, and stays what it is where it is taken as an address.

use super::Lowering;
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar};
use crate::syntax::{self, Local, Operand};
use native_ir::builder::Arg;
use native_ir::{Type, Value};

/// A scalar of an operand or result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lower) enum Atom {
    /// A value of the function. Pointers always are.
    Value(Value),
    /// An integer or float constant: its native type and its bits.
    Bits(Type, u128),
}

impl From<Value> for Atom {
    fn from(value: Value) -> Atom {
        Atom::Value(value)
    }
}

impl From<Atom> for Arg {
    fn from(atom: Atom) -> Arg {
        match atom {
            Atom::Value(value) => value.into(),
            Atom::Bits(ty, bits) => Arg::bits(ty, bits),
        }
    }
}

/// The leaves of an operand.
pub(in crate::lower) type Leaves = Vec<Atom>;

/// The leaves of the local values, as far as they are defined.
pub(super) struct Values {
    /// Where each local value's leaves are.
    ranges: Vec<Range>,
    /// Values, and with the top bit set indices of `bits`.
    atoms: Vec<u32>,
    bits: Vec<(Type, u128)>,
}

#[derive(Clone, Copy)]
struct Range {
    start: u32,
    len: u32,
}

impl Range {
    const UNDEFINED: Range = Range { start: u32::MAX, len: 0 };
    const REFUSED: Range = Range { start: u32::MAX - 1, len: 0 };
}

impl Values {
    const BITS: u32 = 1 << 31;

    pub(super) fn new(locals: usize) -> Values {
        Values { ranges: vec![Range::UNDEFINED; locals], atoms: Vec::with_capacity(locals), bits: Vec::new() }
    }

    /// Remembers that the instruction which would define a value was refused.
    pub(super) fn refuse(&mut self, local: Local) {
        self.ranges[local.as_u32() as usize] = Range::REFUSED;
    }

    fn define(&mut self, local: Local, atoms: impl IntoIterator<Item = Atom>) {
        let start = self.atoms.len() as u32;
        for atom in atoms {
            let word = match atom {
                Atom::Value(value) => value.as_u32(),
                Atom::Bits(ty, bits) => {
                    self.bits.push((ty, bits));
                    (self.bits.len() - 1) as u32 | Values::BITS
                }
            };
            self.atoms.push(word);
        }
        let len = self.atoms.len() as u32 - start;
        self.ranges[local.as_u32() as usize] = Range { start, len };
    }

    fn get(&self, index: u32) -> Atom {
        let word = self.atoms[index as usize];
        if word & Values::BITS == 0 {
            return Atom::Value(Value::from_u32(word));
        }
        let (ty, bits) = self.bits[(word & !Values::BITS) as usize];
        Atom::Bits(ty, bits)
    }

    fn range(&self, local: Local) -> Result<Range, Refusal> {
        let range = self.ranges[local.as_u32() as usize];
        if range.start == Range::REFUSED.start {
            return Err(Refusal::consequence());
        }
        if range.start == Range::UNDEFINED.start {
            let help = "every use of a value is dominated by its definition";
            return Err(Refusal::new("LLVM/syntax", "a value is used where it is not defined").help(help));
        }
        Ok(range)
    }
}

impl<'c> Lowering<'c, '_, '_, '_> {
    /// The type of an operand.
    pub(in crate::lower) fn ty(&self, operand: Operand) -> syntax::Type {
        match (operand.as_local(), operand.as_constant()) {
            (Some(local), _) => self.body.locals[local],
            (None, Some(constant)) => self.module.constants.ty(constant),
            (None, None) => syntax::Type::from_u32(0),
        }
    }

    /// The type of the result of the instruction that is being lowered.
    pub(in crate::lower) fn result_type(&self) -> syntax::Type {
        self.body.insts[self.inst].ty
    }

    /// The scalars of a type.
    pub(in crate::lower) fn scalars(&self, ty: syntax::Type) -> Result<&'c [Leaf], Refusal> {
        self.layouts.leaves(ty)
    }

    /// The only scalar of a type.
    pub(in crate::lower) fn kind(&self, ty: syntax::Type) -> Result<Scalar, Refusal> {
        match self.scalars(ty)? {
            [leaf] => Ok(leaf.scalar),
            _ => Err(Refusal::new("LLVM/type", "one scalar stands here")),
        }
    }

    /// The native type of a scalar.
    pub(in crate::lower) fn native(&self, scalar: Scalar) -> Type {
        scalar.native(self.cx.generic)
    }

    /// The leaves of an operand, pointers as generic ones.
    pub(in crate::lower) fn leaves(&mut self, operand: Operand) -> Result<Leaves, Refusal> {
        let mut leaves = Leaves::new();
        self.append_leaves(operand, &mut leaves)?;
        Ok(leaves)
    }

    /// Appends the leaves of an operand to a list, pointers as generic ones.
    pub(in crate::lower) fn append_leaves(
        &mut self,
        operand: Operand,
        list: &mut Vec<impl From<Atom>>,
    ) -> Result<(), Refusal> {
        let Some(local) = operand.as_local() else {
            return self.constant_leaves(operand, list);
        };
        let Range { start, len } = self.values.range(local)?;
        for index in start..start + len {
            let atom = self.values.get(index);
            list.push(self.generic_atom(atom).into());
        }
        Ok(())
    }

    /// The only leaf of an operand; a pointer as a generic one.
    pub(in crate::lower) fn scalar(&mut self, operand: Operand) -> Result<Atom, Refusal> {
        let atom = match (operand.as_local(), operand.as_constant()) {
            (Some(local), _) => {
                let Range { start, len } = self.values.range(local)?;
                if len != 1 {
                    return Err(Refusal::new("LLVM/type", "one scalar stands here"));
                }
                self.values.get(start)
            }
            (None, Some(constant)) => self.constant(constant, 0)?,
            (None, None) => return Err(Refusal::consequence()),
        };
        Ok(self.generic_atom(atom))
    }

    /// A pointer, in whatever address space it is known to be; a pointer to `i8`.
    pub(in crate::lower) fn address(&mut self, operand: Operand) -> Result<Value, Refusal> {
        let atom = match (operand.as_local(), operand.as_constant()) {
            (Some(local), _) => {
                let Range { start, .. } = self.values.range(local)?;
                self.values.get(start)
            }
            (None, Some(constant)) => self.constant(constant, 0)?,
            (None, None) => return Err(Refusal::consequence()),
        };
        match atom {
            Atom::Value(value) => Ok(value),
            Atom::Bits(..) => Err(Refusal::new("LLVM/type", "a pointer stands here")),
        }
    }

    /// The same pointer as a generic one; what is no pointer stays as it is.
    pub(super) fn generic_atom(&mut self, atom: Atom) -> Atom {
        match atom {
            Atom::Value(value) => {
                let ty = self.b.value_type(value);
                if ty == self.cx.stack || ty == self.cx.fixed {
                    self.b.cast(self.cx.generic, value).into()
                } else {
                    atom
                }
            }
            Atom::Bits(..) => atom,
        }
    }

    /// A value: a literal gets a name.
    pub(in crate::lower) fn value(&mut self, atom: Atom) -> Value {
        match atom {
            Atom::Value(value) => value,
            Atom::Bits(ty @ (Type::F16 | Type::F32 | Type::F64 | Type::F128), bits) => {
                self.b.fconst(ty, Arg::bits(ty, bits))
            }
            Atom::Bits(ty, bits) => self.b.iconst(ty, Arg::bits(ty, bits)),
        }
    }

    /// Zero of a scalar: of integers and floats a literal, of pointers `null`. It is what undefined values become.
    pub(in crate::lower) fn zero(&mut self, scalar: Scalar) -> Atom {
        match scalar {
            Scalar::Pointer => self.b.null(self.cx.generic).into(),
            _ => Atom::Bits(self.native(scalar), 0),
        }
    }

    /// Defines the result of the instruction that is being lowered, as one scalar.
    pub(in crate::lower) fn result(&mut self, atom: impl Into<Atom>) {
        self.results([atom.into()]);
    }

    /// Defines the result of the instruction that is being lowered, leaf by leaf.
    pub(in crate::lower) fn results(&mut self, atoms: impl IntoIterator<Item = Atom>) {
        if let Some(local) = self.body.insts[self.inst].result {
            self.define(local, atoms);
        }
    }

    /// Defines a local value, leaf by leaf.
    pub(in crate::lower) fn define(&mut self, local: Local, atoms: impl IntoIterator<Item = Atom>) {
        self.values.define(local, atoms);
        self.name(local);
    }

    /// Gives the value of a local with a name and one leaf that name.
    fn name(&mut self, local: Local) {
        let name = self.body.names.get(local.as_u32() as usize).filter(|name| !name.is_empty());
        let (Some(name), Ok(Range { start, len: 1 })) = (name, self.values.range(local)) else { return };
        if let Atom::Value(value) = self.values.get(start) {
            self.b.set_name(value, name);
        }
    }
}
