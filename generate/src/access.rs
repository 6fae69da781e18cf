//! Accesses to memory: loads, stores, atomics, copies, by the rows of the memory model.

use crate::draft::{DraftInst, Use};
use crate::function::Writer;
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::contract::opcodes::Support;
use native_ir::contract::types::Class;
use native_ir::{
    Attributes, Effect, EffectSet, EntityRef, Item, Opcode, Ordering, RmwOp, Space, Symbol, Type, TypeKind, Value,
};

impl Writer<'_, '_, '_, '_> {
    fn has_class(&self, ty: Type, class: Class) -> bool {
        let kind = self.module.types.kind(ty);
        kind.is_some_and(|kind| {
            crate::pool::is_on_target(self.config, kind)
                && self.config.contract.type_row(kind).classes.contains(&class)
        })
    }

    fn access_bits(&self, ty: Type) -> Option<u32> {
        match self.module.types.kind(ty)? {
            TypeKind::Ptr => Some(self.config.row().pointer_width),
            _ => crate::literal::literal_bits(&self.module.types, self.config, ty),
        }
    }

    pub(crate) fn load(&mut self) -> Option<()> {
        let (pointer, ty, attributes) = self.access(Opcode::Load, Operation::Load)?;
        let inst = DraftInst::new(Opcode::Load).with(&[Use::Value(pointer)]).immediate(ty.index());
        self.push_with(inst, attributes, &[ty])
    }

    pub(crate) fn store(&mut self) -> Option<()> {
        let (pointer, ty, attributes) = self.access(Opcode::Store, Operation::Store)?;
        self.may_store(ty, pointer)?;
        let value = self.operand(ty, true)?;
        let inst = DraftInst::new(Opcode::Store).with(&[value, Use::Value(pointer)]).immediate(ty.index());
        self.push_with(inst, attributes, &[])
    }

    /// Pointers to the stack are stored on the stack alone.
    fn may_store(&self, value: Type, pointer: Value) -> Option<()> {
        let on_stack = |ty: Type| matches!(self.module.types.as_pointer(ty), Some((Space::Stack, _)));
        (!on_stack(value) || on_stack(self.draft.values[pointer].ty)).then_some(())
    }

    /// A pointer, the type to access, and how.
    fn access(&mut self, opcode: Opcode, operation: Operation) -> Option<(Value, Type, Attributes)> {
        let volatile = self.source.chance(30);
        let order = match (volatile, self.source.chance(30)) {
            (true, _) => Ordering::Volatile,
            (_, true) => Ordering::Ordered,
            _ => Ordering::None,
        };
        let pointer = self.pointer_where(|writer, space, pointee| {
            let target = writer.has_class(pointee, Class::Storable);
            (space == Space::Mmio) == volatile && target && writer.may_access(opcode, operation, space, order)
        })?;
        let (space, pointee) = self.module.types.as_pointer(self.draft.values[pointer].ty)?;
        let ty = if volatile { pointee } else { self.accessed(pointee) };
        let bits = self.access_bits(ty)?;
        if order != Ordering::None && !self.config.row().accesses(bits) {
            return None;
        }
        if volatile && !self.has_right(pointer, operation) {
            return None;
        }
        let mut attributes = Attributes::default();
        attributes.set_ordering(order);
        if volatile || self.source.chance(15) {
            attributes.set_address_space(space);
        }
        if self.source.chance(25) {
            let least = if order == Ordering::None { 0 } else { (bits / 8).trailing_zeros() as usize };
            attributes.set_align(1 << self.source.between(least, 16));
        }
        Some((pointer, ty, attributes))
    }

    fn may_access(&self, opcode: Opcode, operation: Operation, space: Space, order: Ordering) -> bool {
        let row = self.config.contract.memory.row(operation, space, AccessOrder::from(order));
        let memory: EffectSet = [Effect::Read, Effect::Write].into_iter().collect();
        row.filter(|row| row.allowed == Some(true)).is_some_and(|row| {
            let own = self.config.contract.opcode(opcode).effects.minus(memory);
            self.declares(own.union(row.required_effect))
        })
    }

    /// The type to access behind a pointer: the pointee, or any through a pointer to `i8`.
    fn accessed(&mut self, pointee: Type) -> Type {
        if pointee != Type::I8 || self.source.chance(40) {
            return pointee;
        }
        match self.source.chance(70) {
            true => self.source.pick(&self.pool.stored).unwrap_or(pointee),
            false => self.pool.pointer(&mut self.module.types, self.source, self.config, 2),
        }
    }

    fn has_right(&self, pointer: Value, operation: Operation) -> bool {
        let access = self.register_of(pointer).map(|register| self.module.registers[register].access);
        access.is_none_or(|access| match operation {
            Operation::Load => access.readable(),
            _ => access.writable(),
        })
    }

    pub(crate) fn block_copy(&mut self, opcode: Opcode) -> Option<()> {
        let destination = self.block_pointer(true)?;
        let source = self.block_pointer(false)?;
        let count = self.count(opcode, 2)?;
        self.push_block(opcode, &[Use::Value(destination), Use::Value(source), count])
    }

    pub(crate) fn block_fill(&mut self, opcode: Opcode) -> Option<()> {
        let destination = self.block_pointer(true)?;
        let byte = self.operand(Type::I8, true)?;
        let count = self.count(opcode, 1)?;
        self.push_block(opcode, &[Use::Value(destination), byte, count])
    }

    fn push_block(&mut self, opcode: Opcode, operands: &[Use]) -> Option<()> {
        let mut attributes = Attributes::default();
        if opcode.shape().has(native_ir::Attribute::Align) && self.source.chance(30) {
            attributes.set_align(1 << self.source.below(17));
        }
        self.push_with(DraftInst::new(opcode).with(operands), attributes, &[])
    }

    fn block_pointer(&mut self, written: bool) -> Option<Value> {
        let memory = &self.config.contract.memory;
        let pointer =
            self.pointer_where(|_, space, _| memory.allows(Operation::Block, space, AccessOrder::None))?;
        (!written || !self.is_readonly(pointer)).then_some(pointer)
    }

    fn is_readonly(&self, pointer: Value) -> bool {
        let Some(origin) = self.origins.get(&pointer).filter(|origin| origin.opcode == Opcode::Address) else {
            return false;
        };
        match self.module.item(Symbol::new(origin.immediate as usize)) {
            Item::Data(data) => self.module.data[data].readonly,
            _ => false,
        }
    }

    pub(crate) fn atomic(&mut self, opcode: Opcode) -> Option<()> {
        use Ordering::{Acqrel, Acquire, Relaxed, Release, Seqcst};
        let row = self.config.contract.opcode(opcode);
        let reads = row.effects.contains(Effect::Read);
        let operation = if reads { Operation::Load } else { Operation::Store };
        let pointer = self.pointer_where(|writer, space, pointee| {
            let allowed = writer.config.contract.memory.allows(operation, space, AccessOrder::Atomic);
            allowed && writer.is_atomic(opcode, pointee)
        })?;
        let (_, pointee) = self.module.types.as_pointer(self.draft.values[pointer].ty)?;
        let ty = if pointee == Type::I8 { self.accessed(pointee) } else { pointee };
        if !self.is_atomic(opcode, ty) {
            return None;
        }
        let orderings: &[Ordering] = match opcode {
            Opcode::AtomicLoad => &[Relaxed, Acquire, Seqcst],
            Opcode::AtomicStore => &[Relaxed, Release, Seqcst],
            _ => &[Relaxed, Acquire, Release, Acqrel, Seqcst],
        };
        let mut attributes = Attributes::default();
        attributes.set_ordering(self.source.pick(orderings)?);
        let shape = opcode.shape();
        if shape.has(native_ir::Attribute::Operation) {
            attributes.set_rmw_op(self.source.pick(RmwOp::ALL)?);
        }
        if !reads {
            self.may_store(ty, pointer)?;
        }
        // The pointer is the one operand of a type variable that no suffix and no result binds.
        let suffix = shape.suffix == native_ir::Suffix::Type;
        let value = |writer: &mut Self| writer.operand(ty, true);
        let operands: Vec<Use> = match shape.operands.len() {
            1 => vec![Use::Value(pointer)],
            2 if suffix => vec![value(self)?, Use::Value(pointer)],
            2 => vec![Use::Value(pointer), value(self)?],
            _ => vec![Use::Value(pointer), value(self)?, value(self)?],
        };
        let results: &[Type] = if shape.results.is_empty() { &[] } else { &[ty] };
        let immediate = if suffix { ty.index() } else { 0 };
        self.push_with(DraftInst::new(opcode).with(&operands).immediate(immediate), attributes, results)
    }

    /// Whether the target does the opcode on a type.
    fn is_atomic(&self, opcode: Opcode, ty: Type) -> bool {
        let row = self.config.contract.opcode(opcode);
        let Some(kind) = self.module.types.kind(ty) else { return false };
        // The type that is accessed is the last of the row's type variables, or the second behind a pointer.
        let class = row.typevars.iter().find(|mask| mask.contains(TypeKind::I32));
        let wide = self.access_bits(ty).is_some_and(|bits| bits <= self.config.row().atomic_width);
        wide && class.is_some_and(|mask| mask.contains(kind))
            && row.support(self.config.target, Some(kind)) != Support::Rejected
    }

    pub(crate) fn fence(&mut self) -> Option<()> {
        use Ordering::{Acqrel, Acquire, Release, Seqcst};
        let mut attributes = Attributes::default();
        attributes.set_ordering(self.source.pick(&[Acquire, Release, Acqrel, Seqcst])?);
        self.push_with(DraftInst::new(Opcode::Fence), attributes, &[])
    }
}
