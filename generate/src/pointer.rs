//! Pointers: where new ones come from, and the operations on them.

use crate::draft::{DraftInst, Use};
use crate::function::Writer;
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::{
    Attributes, Effect, EffectSet, EntityRef, Execution, FunctionType, ImportKind, Item, Opcode, Register, Slot,
    Space, Symbol, Type, TypeData, TypeKind, Value,
};

impl Writer<'_, '_, '_, '_> {
    pub(crate) fn some_register(&mut self) -> Option<Register> {
        let count = self.module.registers.len();
        (count > 0).then(|| Register::new(self.source.below(count)))
    }

    /// A symbol that has an address here, with that address's type.
    fn addressable(&mut self, fits: impl Fn(Type) -> bool) -> Option<(Symbol, Type)> {
        let native = self.function().execution == Execution::Native;
        let mut found = Vec::new();
        for symbol in self.module.symbols.keys().collect::<Vec<_>>() {
            let (target, usable) = match self.module.item(symbol) {
                Item::Data(data) => (self.module.data[data].ty, true),
                Item::Function(func) => (self.module.functions[func].ty, true),
                Item::Import(import) => {
                    let import = self.module.imports[import];
                    (import.ty, native || import.kind != ImportKind::Ffi)
                }
                Item::Register(_) | Item::Undefined => continue,
            };
            let function = self.module.types.as_function(target).is_some();
            let ty = self.module.types.pointer(if function { Space::Code } else { Space::Static }, target);
            if usable && fits(ty) {
                found.push((symbol, ty));
            }
        }
        self.source.pick(&found)
    }

    /// A new pointer of a type; a register's address for mmio, else null where nothing else is at hand.
    pub(crate) fn make_pointer(&mut self, ty: Type) -> Option<Value> {
        let (space, pointee) = self.module.types.as_pointer(ty)?;
        if self.config.runnable
            && let Some(pointer) = self.live_pointer(space, ty)
        {
            return Some(pointer);
        }
        match space {
            Space::Mmio => {
                let registers = self.module.registers.iter().filter(|(_, data)| data.ty == ty);
                let registers: Vec<Register> = registers.map(|(register, _)| register).collect();
                let register = self.source.pick(&registers)?;
                return self.push(DraftInst::new(Opcode::Register).immediate(register.index()), &[ty]);
            }
            Space::Stack if self.is_object(pointee) && (self.config.runnable || self.source.chance(70)) => {
                let slots = self.function().slots.iter().filter(|(_, data)| data.ty == pointee);
                let slots: Vec<Slot> = slots.map(|(slot, _)| slot).collect();
                let slot = self.source.pick(&slots).unwrap_or_else(|| self.add_slot(pointee));
                return self.push(DraftInst::new(Opcode::Slot).immediate(slot.index()), &[ty]);
            }
            Space::Static | Space::Code if self.config.runnable || self.source.chance(80) => {
                if let Some((symbol, _)) = self.addressable(|own| own == ty) {
                    return self.push(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[ty]);
                }
            }
            _ => {}
        }
        self.null(ty)
    }

    /// A pointer to static memory that is there, as a pointer of a type into generic or static memory.
    fn live_pointer(&mut self, space: Space, ty: Type) -> Option<Value> {
        let memory = &self.config.contract.memory;
        if !matches!(space, Space::Generic | Space::Static) || !memory.allows_cast(Space::Static, space) {
            return None;
        }
        let objects = self.module.data.values().filter(|object| !object.readonly);
        let objects: Vec<(Symbol, Type)> = objects.map(|object| (object.symbol, object.ty)).collect();
        let (symbol, target) = self.source.pick(&objects)?;
        let own = self.module.types.pointer(Space::Static, target);
        let pointer = self.push(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[own])?;
        if own == ty {
            return Some(pointer);
        }
        self.push(DraftInst::new(Opcode::Cast).with(&[Use::Value(pointer)]), &[ty])
    }

    fn null(&mut self, ty: Type) -> Option<Value> {
        let (space, _) = self.module.types.as_pointer(ty)?;
        let allowed = self.config.contract.memory.allows(Operation::Null, space, AccessOrder::None);
        allowed.then(|| self.push(DraftInst::new(Opcode::Null), &[ty])).flatten()
    }

    fn is_object(&self, ty: Type) -> bool {
        let kind = self.module.types.kind(ty);
        !matches!(kind, None | Some(TypeKind::I1 | TypeKind::Flags | TypeKind::Fiber | TypeKind::Fn))
    }

    /// A pointer that satisfies a condition on space and pointee: one in scope, or a new one.
    pub(crate) fn pointer_where(&mut self, fits: impl Fn(&Self, Space, Type) -> bool) -> Option<Value> {
        let this = &*self;
        let suitable = |&value: &Value| {
            let pointer = this.module.types.as_pointer(this.draft.values[value].ty);
            pointer.is_some_and(|(space, pointee)| fits(this, space, pointee))
        };
        let known: Vec<Value> = self.scope.iter().copied().filter(suitable).collect();
        if let Some(value) = self.source.pick(&known).filter(|_| self.source.chance(70)) {
            return Some(value);
        }
        for attempt in 0..4 {
            let ty = self.new_pointer_type()?;
            let (space, pointee) = self.module.types.as_pointer(ty)?;
            if self.config.runnable && attempt < 3 && !self.leads_somewhere(space, ty) {
                continue;
            }
            if fits(self, space, pointee) {
                return self.make_pointer(ty);
            }
        }
        self.source.pick(&known)
    }

    /// Whether a new pointer of a type would lead to something.
    fn leads_somewhere(&self, space: Space, ty: Type) -> bool {
        match space {
            Space::Heap => false,
            Space::Code => {
                let pointee = self.module.types.as_pointer(ty).map(|(_, pointee)| pointee);
                self.module.functions.values().any(|function| Some(function.ty) == pointee)
            }
            _ => true,
        }
    }

    /// The type of something that pointers come from.
    fn new_pointer_type(&mut self) -> Option<Type> {
        match self.source.below(6) {
            0 => {
                let slot = Slot::new(self.source.below(self.function().slots.len()));
                let ty = self.function().slots[slot].ty;
                Some(self.module.types.pointer(Space::Stack, ty))
            }
            1 => self.addressable(|_| true).map(|(_, ty)| ty),
            2 => self.some_register().map(|register| self.module.registers[register].ty),
            3 => {
                let aggregate = self.source.pick(&self.pool.aggregates)?;
                let space = self.source.pick(&[Space::Heap, Space::Stack, Space::Generic])?;
                Some(self.module.types.pointer(space, aggregate))
            }
            _ => Some(self.pool.pointer(&mut self.module.types, self.source, self.config, 2)),
        }
    }

    /// The register whose address a value is, through elements and casts.
    pub(crate) fn register_of(&self, pointer: Value) -> Option<Register> {
        let mut at = Some(pointer);
        while let Some(origin) = at.and_then(|value| self.origins.get(&value)) {
            match origin.opcode {
                Opcode::Register => return Some(Register::new(origin.immediate as usize)),
                Opcode::Element | Opcode::Cast => at = origin.operand,
                _ => return None,
            }
        }
        None
    }

    pub(crate) fn null_pointer(&mut self) -> Option<()> {
        let ty = self.pool.pointer(&mut self.module.types, self.source, self.config, 2);
        self.null(ty).map(drop)
    }

    pub(crate) fn symbol_address(&mut self) -> Option<()> {
        let (symbol, ty) = self.addressable(|_| true)?;
        self.push(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[ty]).map(drop)
    }

    pub(crate) fn register_address(&mut self) -> Option<()> {
        let register = self.some_register()?;
        let ty = self.module.registers[register].ty;
        self.push(DraftInst::new(Opcode::Register).immediate(register.index()), &[ty]).map(drop)
    }

    pub(crate) fn slot_address(&mut self) -> Option<()> {
        let slot = Slot::new(self.source.below(self.function().slots.len()));
        let ty = self.function().slots[slot].ty;
        let ty = self.module.types.pointer(Space::Stack, ty);
        self.push(DraftInst::new(Opcode::Slot).immediate(slot.index()), &[ty]).map(drop)
    }

    pub(crate) fn slot_lifetime(&mut self, opcode: Opcode) -> Option<()> {
        let slot = self.source.below(self.function().slots.len());
        self.push(DraftInst::new(opcode).immediate(slot), &[]);
        Some(())
    }

    pub(crate) fn pointer_cast(&mut self) -> Option<()> {
        let memory = &self.config.contract.memory;
        let castable = |space| Space::ALL.iter().any(|&to| memory.allows_cast(space, to));
        let pointer = self.pointer_where(|_, space, _| castable(space))?;
        let from = self.draft.values[pointer].ty;
        let (space, pointee) = self.module.types.as_pointer(from)?;
        let spaces: Vec<Space> = Space::ALL.iter().copied().filter(|&to| memory.allows_cast(space, to)).collect();
        let to = self.source.pick(&spaces)?;
        let ty = match (space, to) {
            (Space::Code, Space::Code) => self.more_effects(pointee)?,
            (_, Space::Code) => self.source.pick(&self.pool.functions)?,
            _ => self.pool.object(&mut self.module.types, self.source, self.config, 2),
        };
        let ty = self.module.types.pointer(to, ty);
        self.push(DraftInst::new(Opcode::Cast).with(&[Use::Value(pointer)]), &[ty]).map(drop)
    }

    /// The same function type with more effects.
    fn more_effects(&mut self, ty: Type) -> Option<Type> {
        let function: FunctionType = self.module.types.as_function(ty)?.clone();
        let effects = function.effects.union(self.pool.effects);
        Some(self.module.types.function(function.with_effects(effects)))
    }

    pub(crate) fn pointer_to_address(&mut self) -> Option<()> {
        let memory = &self.config.contract.memory;
        let pointer =
            self.pointer_where(|_, space, _| memory.allows(Operation::PtrToAddr, space, AccessOrder::None))?;
        self.push(DraftInst::new(Opcode::PtrToAddr).with(&[Use::Value(pointer)]), &[Type::ADDR]).map(drop)
    }

    pub(crate) fn address_to_pointer(&mut self) -> Option<()> {
        let memory = &self.config.contract.memory;
        let allowed = |space: &Space| memory.allows(Operation::AddrToPtr, *space, AccessOrder::None);
        let spaces: Vec<Space> =
            Space::ALL.iter().copied().filter(allowed).filter(|&s| s != Space::Code).collect();
        let space = self.source.pick(&spaces)?;
        let pointee = self.pool.object(&mut self.module.types, self.source, self.config, 2);
        let ty = self.module.types.pointer(space, pointee);
        let operand = self.operand(Type::ADDR, true)?;
        self.push(DraftInst::new(Opcode::AddrToPtr).with(&[operand]), &[ty]).map(drop)
    }

    pub(crate) fn pointer_offset(&mut self) -> Option<()> {
        let memory = &self.config.contract.memory;
        let pointer =
            self.pointer_where(|_, space, _| memory.allows(Operation::Offset, space, AccessOrder::None))?;
        let count = self.count(Opcode::Offset, 1)?;
        let ty = self.draft.values[pointer].ty;
        self.push(DraftInst::new(Opcode::Offset).with(&[Use::Value(pointer), count]), &[ty]).map(drop)
    }

    /// An index or a number of bytes. Where the text has a literal, it is an `i32`.
    pub(crate) fn count(&mut self, opcode: Opcode, variable: usize) -> Option<Use> {
        let ty = self.bind(opcode, variable)?;
        self.operand(ty, ty == Type::I32)
    }

    pub(crate) fn element_address(&mut self) -> Option<()> {
        let pointer = self.pointer_where(|writer, space, pointee| match space {
            Space::Code => false,
            // An array of no registers has no element.
            Space::Mmio => matches!(writer.module.types.resolved(pointee), TypeData::Array { length: 1.., .. }),
            _ => true,
        })?;
        let (space, pointee) = self.module.types.as_pointer(self.draft.values[pointer].ty)?;
        let (element, length) = match *self.module.types.resolved(pointee) {
            TypeData::Array { element, length } => (element, Some(length)),
            _ => (pointee, None),
        };
        let index = match length.filter(|_| space == Space::Mmio) {
            Some(length) if !self.effects.contains(Effect::Trap) || self.source.chance(50) => {
                let index = self.source.below(length as usize) as u128;
                Use::Literal(native_ir::ConstantData::new(Type::I32, index))
            }
            Some(_) => Use::Value(self.value(Type::I32)?),
            None => self.count(Opcode::Element, 1)?,
        };
        let ty = self.module.types.pointer(space, element);
        self.push(DraftInst::new(Opcode::Element).with(&[Use::Value(pointer), index]), &[ty]).map(drop)
    }

    pub(crate) fn field_address(&mut self) -> Option<()> {
        let pointer = self.pointer_where(|writer, _, pointee| match writer.module.types.resolved(pointee) {
            TypeData::Struct { fields, .. } => !fields.is_empty(),
            _ => false,
        })?;
        let (space, pointee) = self.module.types.as_pointer(self.draft.values[pointer].ty)?;
        let TypeData::Struct { fields, .. } = self.module.types.resolved(pointee) else { return None };
        let index = self.source.below(fields.len());
        let field = *fields.get(index)?;
        let ty = self.module.types.pointer(space, field);
        let inst = DraftInst::new(Opcode::Field).with(&[Use::Value(pointer)]).immediate(index);
        self.push(inst, &[ty]).map(drop)
    }

    /// Whether the function declares these effects.
    pub(crate) fn declares(&self, effects: EffectSet) -> bool {
        effects.minus(self.effects).is_empty()
    }

    /// An instruction with attributes and no results.
    pub(crate) fn push_with(&mut self, inst: DraftInst, attributes: Attributes, results: &[Type]) -> Option<()> {
        self.push(DraftInst { attributes, ..inst }, results);
        Some(())
    }
}
