//! Pointer arithmetic.

use super::Lowering;
use super::constant::signed;
use super::value::{Atom, Leaves};
use crate::lower::context::Refusal;
use crate::lower::layout::{Scalar, native_int};
use crate::syntax::{self, Constant, List, Operand, TypeData};
use native_ir::builder::Arg;
use native_ir::{Type, Value};

/// What one index of `getelementptr` walks into.
#[derive(Clone, Copy)]
enum Step {
    /// Elements of so many bytes.
    Element(u64),
    /// A struct.
    Field,
}

/// The type that the indices of `getelementptr` have walked to.
struct Walk {
    ty: syntax::Type,
    first: bool,
}

impl Lowering<'_, '_, '_, '_> {
    /// The same pointer as one of another type.
    pub(super) fn cast(&mut self, ty: Type, pointer: Value) -> Value {
        if self.b.value_type(pointer) == ty { pointer } else { self.b.cast(ty, pointer) }
    }

    /// A pointer plus a constant number of bytes.
    pub(super) fn offset(&mut self, pointer: Value, bytes: u64) -> Value {
        self.displace(pointer, bytes as i64)
    }

    fn displace(&mut self, pointer: Value, bytes: i64) -> Value {
        let bytes = if self.cx.target.pointer_bytes == 4 { i64::from(bytes as i32) } else { bytes };
        if bytes == 0 { pointer } else { self.b.offset(pointer, bytes) }
    }

    pub(super) fn element_pointer(&mut self, ty: syntax::Type, list: List) -> Result<(), Refusal> {
        let body = self.body;
        let Some((&base, indices)) = body.list(list).split_first() else { return Err(walked_off()) };
        if let TypeData::Vector(lanes, ..) = *self.module.types.get(self.result_type()) {
            return self.element_pointers(lanes as usize, base, ty, indices);
        }
        let base = self.address(base)?;
        let pointer = self.steps(base, ty, indices.iter().copied(), |lowering, index| lowering.index(index))?;
        self.result(pointer);
        Ok(())
    }

    /// The pointer behind some indices: an element for each variable one, whose value `variable` gives sign-extended, then
    /// one offset for all others.
    fn steps(
        &mut self,
        base: Value,
        ty: syntax::Type,
        indices: impl Iterator<Item = Operand>,
        variable: impl Fn(&mut Self, Operand) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let mut pointer = base;
        let mut walk = Walk { ty, first: true };
        let mut constant = 0_i64;
        for index in indices {
            let number = index.as_constant().and_then(|index| self.number(index));
            match (self.step(&walk)?, number) {
                (Step::Field, Some(number)) => constant = constant.wrapping_add(self.field(&mut walk, number)?),
                (Step::Field, None) => return Err(walked_off()),
                (Step::Element(size), number) => {
                    self.enter_element(&mut walk);
                    match number {
                        Some(number) => {
                            constant = constant.wrapping_add((number as i64).wrapping_mul(size as i64))
                        }
                        None => {
                            let index = variable(self, index)?;
                            pointer = self.element(pointer, index, size);
                        }
                    }
                }
            }
        }
        Ok(self.displace(pointer, constant))
    }

    /// `getelementptr` of vectors, lane by lane; what is no vector counts for each lane.
    fn element_pointers(
        &mut self,
        lanes: usize,
        base: Operand,
        ty: syntax::Type,
        indices: &[Operand],
    ) -> Result<(), Refusal> {
        // This bounds the lanes.
        self.scalars(self.result_type())?;
        let mut pointers: Vec<Value> = Vec::with_capacity(lanes);
        for atom in spread(self.leaves(base)?, lanes) {
            pointers.push(self.value(atom));
        }
        let mut walk = Walk { ty, first: true };
        for &index in indices {
            match self.step(&walk)? {
                Step::Field => {
                    let Some(Atom::Bits(_, number)) = self.leaves(index)?.first().copied() else {
                        return Err(walked_off());
                    };
                    let offset = self.field(&mut walk, number as i128)?;
                    pointers = pointers.into_iter().map(|pointer| self.displace(pointer, offset)).collect();
                }
                Step::Element(size) => {
                    self.enter_element(&mut walk);
                    let bits = self.index_bits(index)?;
                    let indices = spread(self.leaves(index)?, lanes);
                    for (pointer, index) in pointers.iter_mut().zip(indices) {
                        *pointer = match index {
                            Atom::Bits(_, number) => {
                                let number = signed(number, bits) as i64;
                                self.displace(*pointer, number.wrapping_mul(size as i64))
                            }
                            Atom::Value(value) => {
                                let index = self.sign_extended(value, bits);
                                self.element(*pointer, index, size)
                            }
                        };
                    }
                }
            }
        }
        self.results(pointers.into_iter().map(Atom::Value));
        Ok(())
    }

    /// The pointer that a constant expression makes.
    pub(super) fn constant_steps(
        &mut self,
        base: Value,
        ty: syntax::Type,
        indices: &[Constant],
        depth: u32,
    ) -> Result<Value, Refusal> {
        let indices = indices.iter().map(|&index| Operand::constant(index));
        self.steps(base, ty, indices, |lowering, index| {
            let bits = lowering.index_bits(index)?;
            let Some(constant) = index.as_constant() else { return Err(walked_off()) };
            let value = lowering.constant(constant, depth)?;
            let value = lowering.value(value);
            Ok(lowering.sign_extended(value, bits))
        })
    }

    fn step(&self, walk: &Walk) -> Result<Step, Refusal> {
        if walk.first {
            return Ok(Step::Element(self.layouts.size(walk.ty)?));
        }
        match *self.module.types.get(walk.ty) {
            TypeData::Struct(..) => Ok(Step::Field),
            TypeData::Array(_, element) | TypeData::Vector(_, element, false) => {
                Ok(Step::Element(self.layouts.size(element)?))
            }
            _ => Err(walked_off()),
        }
    }

    /// Walks into an element; the first index stays at the type itself.
    fn enter_element(&self, walk: &mut Walk) {
        if std::mem::replace(&mut walk.first, false) {
            return;
        }
        if let TypeData::Array(_, element) | TypeData::Vector(_, element, _) = *self.module.types.get(walk.ty) {
            walk.ty = element;
        }
    }

    /// The offset of a field, which the walk goes into.
    fn field(&self, walk: &mut Walk, number: i128) -> Result<i64, Refusal> {
        let TypeData::Struct(fields, _) = self.module.types.get(walk.ty) else { return Err(walked_off()) };
        let index = usize::try_from(number).map_err(|_| walked_off())?;
        let &field = fields.get(index).ok_or_else(walked_off)?;
        let offset = self.layouts.field(walk.ty, index as u32)?;
        walk.ty = field;
        Ok(offset as i64)
    }

    /// Bits of an index, or of the lanes of one.
    fn index_bits(&self, index: Operand) -> Result<u32, Refusal> {
        match self.scalars(self.ty(index))?.first().map(|leaf| leaf.scalar) {
            Some(Scalar::Int(bits)) => Ok(bits),
            _ => Err(Refusal::new("LLVM/type", "an index is an integer")),
        }
    }

    /// An index, with the bits above its width as its sign says.
    pub(super) fn index(&mut self, index: Operand) -> Result<Value, Refusal> {
        let bits = self.index_bits(index)?;
        let atom = self.scalar(index)?;
        let value = self.value(atom);
        Ok(self.sign_extended(value, bits))
    }

    fn sign_extended(&mut self, value: Value, bits: u32) -> Value {
        let ty = native_int(bits);
        if bits == 1 {
            return self.b.sext(ty, value);
        }
        let unused = self.width(ty) - bits;
        if unused == 0 {
            return value;
        }
        let amount = Arg::int(ty, unused);
        let value = self.b.shl(value, amount);
        self.b.sshr(value, amount)
    }

    fn width(&self, ty: Type) -> u32 {
        match ty {
            Type::I8 => 8,
            Type::I16 => 16,
            Type::I32 => 32,
            Type::I64 => 64,
            _ => 128,
        }
    }

    /// The address of an element of so many bytes, as a pointer to `i8`.
    fn element(&mut self, pointer: Value, index: Value, size: u64) -> Value {
        let element = match size {
            0 => return pointer,
            1 => Type::I8,
            2 => Type::I16,
            4 => Type::I32,
            8 => Type::I64,
            16 => Type::I128,
            _ => self.b.types().array(Type::I8, size),
        };
        let ty = self.b.value_type(pointer);
        let space = self.space(pointer);
        let types = self.b.types();
        let array = types.array(element, 1);
        let array = types.pointer(space, array);
        let pointer = self.b.cast(array, pointer);
        let pointer = self.b.element(pointer, index);
        self.cast(ty, pointer)
    }
}

/// A scalar for each lane, or the lanes.
fn spread(atoms: Leaves, lanes: usize) -> Leaves {
    match atoms[..] {
        [only] if lanes != 1 => vec![only; lanes],
        _ => atoms,
    }
}

fn walked_off() -> Refusal {
    Refusal::new("LLVM/type", "an index of `getelementptr` walks into no struct, array or vector")
}
