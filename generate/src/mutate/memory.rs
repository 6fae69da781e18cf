//! Pointers and accesses to memory.

use super::Mutation;
use super::edit::{Edit, add_symbol};
use crate::Source;
use crate::draft::{DraftInst, Use};
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::{
    Access, Attributes, Contract, DataObject, Effect, EffectSet, EntityRef, FunctionType, InitNode, Initializer,
    Item, Module, Opcode, Ordering, Rule, Space, Type, TypeData,
};

pub(super) const LIST: &[Mutation] = &[
    Mutation::module("cast-address-space", Rule::PointerCastAddressSpace, cast),
    Mutation::module("cast-integer-to-pointer", Rule::PointerCastIntegerToPointer, integer_to_pointer),
    Mutation::module("cast-code-pointer", Rule::PointerCastCodePointer, |module, source| {
        let from = module.types.function(FunctionType::new(&[], &[]));
        let to = module.types.function(FunctionType::new(&[Type::I32], &[]));
        let to = module.types.pointer(Space::Code, to);
        let mut edit = Edit::anywhere(module, source)?;
        let pointer = edit.null(Space::Code, from);
        edit.put(DraftInst::new(Opcode::Cast).with(&[pointer]), &[to]);
        edit.done()
    }),
    Mutation::module("cast-fewer-effects", Rule::PointerCastCodePointer, |module, source| {
        let ty = FunctionType::new(&[], &[]);
        let from = module.types.function(ty.clone().with_effects(EffectSet::of(Effect::Trap)));
        let to = module.types.function(ty);
        let to = module.types.pointer(Space::Code, to);
        let mut edit = Edit::anywhere(module, source)?;
        let pointer = edit.null(Space::Code, from);
        edit.put(DraftInst::new(Opcode::Cast).with(&[pointer]), &[to]);
        edit.done()
    }),
    Mutation::module("null", Rule::PointerCastNull, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        edit.null(Space::Mmio, Type::I32);
        edit.done()
    }),
    Mutation::module("arithmetic", Rule::PointerCastArithmetic, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.register(Type::I32, Access::ReadWrite), edit.integer(Type::I32)];
        let ty = edit.module.types.pointer(Space::Mmio, Type::I32);
        edit.put(DraftInst::new(Opcode::Offset).with(&operands), &[ty]);
        edit.done()
    }),
    Mutation::module("address-type-slot", Rule::TypeAddressType, |module, source| {
        let wrong = module.types.pointer(Space::Heap, Type::I8);
        let mut edit = Edit::where_function(module, source, |function, _| !function.slots.is_empty())?;
        edit.put(DraftInst::new(Opcode::Slot), &[wrong]);
        edit.done()
    }),
    Mutation::module("address-type-symbol", Rule::TypeAddressType, |module, source| {
        let symbol = module.data.values().next()?.symbol;
        let wrong = module.types.pointer(Space::Stack, Type::I8);
        let mut edit = Edit::anywhere(module, source)?;
        edit.put(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[wrong]);
        edit.done()
    }),
    Mutation::module("address-type-register", Rule::TypeAddressType, |module, source| {
        let symbol = module.registers.values().next()?.symbol;
        let pointer = module.types.pointer(Space::Static, Type::I8);
        let mut edit = Edit::anywhere(module, source)?;
        edit.put(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[pointer]);
        edit.done()
    }),
    Mutation::module("address-type-element", Rule::TypeAddressType, |module, source| {
        let array = module.types.array(Type::I32, 4);
        let wrong = module.types.pointer(Space::Heap, Type::I64);
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.null(Space::Heap, array), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Element).with(&operands), &[wrong]);
        edit.done()
    }),
    Mutation::module("field-index", Rule::TypeFieldIndex, |module, source| {
        let structure = module.types.structure(&[Type::I32, Type::I8]);
        let ty = module.types.pointer(Space::Heap, Type::I8);
        let mut edit = Edit::anywhere(module, source)?;
        let pointer = edit.null(Space::Heap, structure);
        edit.put(DraftInst::new(Opcode::Field).with(&[pointer]).immediate(2), &[ty]);
        edit.done()
    }),
    Mutation::module("memory-access-type", Rule::TypeMemoryAccess, |module, source| {
        load(module, source, Space::Heap, Type::I32, Type::I64, |_| ())
    }),
    Mutation::module("memory-access-code", Rule::TypeMemoryAccess, |module, source| {
        let function = module.types.function(FunctionType::new(&[], &[]));
        let mut edit = Edit::with(module, source, both())?;
        let operands =
            [edit.null(Space::Heap, Type::I8), edit.null(Space::Code, function), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Memcpy).with(&operands), &[]);
        edit.done()
    }),
    Mutation::module("access-suffix", Rule::TypeResultMismatch, |module, source| {
        let mut edit = Edit::with(module, source, both())?;
        let pointer = edit.null(Space::Heap, Type::I64);
        edit.put(DraftInst::new(Opcode::Load).with(&[pointer]).immediate(Type::I32.index()), &[Type::I64]);
        edit.done()
    }),
    Mutation::module("ordering-fence", Rule::TypeOrdering, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let mut inst = DraftInst::new(Opcode::Fence);
        inst.attributes.set_ordering(source.pick(&[Ordering::Relaxed, Ordering::None, Ordering::Volatile])?);
        edit.put(inst, &[]);
        edit.done()
    }),
    Mutation::module("ordering-atomic", Rule::TypeOrdering, |module, source| {
        let mut edit = Edit::with(module, source, both())?;
        let pointer = edit.null(Space::Heap, Type::I32);
        let mut inst = DraftInst::new(Opcode::AtomicLoad).with(&[pointer]).immediate(Type::I32.index());
        inst.attributes.set_ordering(Ordering::Release);
        edit.put(inst, &[Type::I32]);
        edit.done()
    }),
    Mutation::module("ordering-load", Rule::TypeOrdering, |module, source| {
        load(module, source, Space::Heap, Type::I32, Type::I32, |attributes| {
            attributes.set_ordering(Ordering::Seqcst)
        })
    }),
    Mutation::module("read-only-data", Rule::TypeReadOnly, |module, source| {
        let symbol = add_symbol(module, Item::Data(module.data.next_key()));
        let init = Initializer { nodes: vec![InitNode::Zero], bytes: Vec::new() };
        let object = DataObject {
            symbol,
            ty: Type::I8,
            public: false,
            weak: false,
            readonly: true,
            align: None,
            section: None,
            init,
        };
        module.data.push(object);
        let ty = module.types.pointer(Space::Static, Type::I8);
        let mut edit = Edit::with(module, source, both())?;
        let pointer = edit.put(DraftInst::new(Opcode::Address).immediate(symbol.index()), &[ty]);
        let operands = [Use::Value(pointer), edit.integer(Type::I8), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Memset).with(&operands), &[]);
        edit.done()
    }),
    Mutation::module("read-only-code", Rule::TypeReadOnly, |module, source| {
        let function = module.types.function(FunctionType::new(&[], &[]));
        let mut edit = Edit::with(module, source, both())?;
        let operands = [edit.null(Space::Code, function), edit.integer(Type::I8), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Memset).with(&operands), &[]);
        edit.done()
    }),
    Mutation::module("volatile-not-mmio", Rule::VolatileNotMmio, |module, source| {
        load(module, source, Space::Heap, Type::I32, Type::I32, mmio)
    }),
    Mutation::module("volatile-address-space", Rule::VolatileAddressSpace, |module, source| {
        volatile(module, source, Access::ReadWrite, |attributes| attributes.set_ordering(Ordering::Volatile))
    }),
    Mutation::module("volatile-other-space", Rule::VolatileAddressSpace, |module, source| {
        load(module, source, Space::Heap, Type::I32, Type::I32, |attributes| {
            attributes.set_address_space(Space::Static)
        })
    }),
    Mutation::module("volatile-ordering", Rule::VolatileOrdering, |module, source| {
        volatile(module, source, Access::ReadWrite, |attributes| attributes.set_address_space(Space::Mmio))
    }),
    Mutation::module("volatile-no-hardware", Rule::VolatileNoHardware, |module, source| {
        let mut edit = Edit::where_function(module, source, |_, ty| !ty.effects.contains(Effect::Hardware))?;
        register_load(&mut edit, Access::ReadWrite, mmio);
        edit.done()
    }),
    Mutation::module("volatile-width", Rule::VolatileWidth, |module, source| {
        load(module, source, Space::Heap, Type::I128, Type::I128, |attributes| {
            attributes.set_ordering(Ordering::Ordered)
        })
    }),
    Mutation::module("volatile-alignment", Rule::VolatileAlignment, |module, source| {
        volatile(module, source, Access::ReadWrite, |attributes| {
            mmio(attributes);
            attributes.set_align(2);
        })
    }),
    Mutation::module("volatile-register-rights", Rule::VolatileRegisterRights, |module, source| {
        volatile(module, source, Access::WriteOnly, mmio)
    }),
    Mutation::module("volatile-block-operation", Rule::VolatileBlockOperation, |module, source| {
        let mut edit = Edit::with(module, source, both())?;
        let operands =
            [edit.register(Type::I8, Access::ReadWrite), edit.integer(Type::I8), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Memset).with(&operands), &[]);
        edit.done()
    }),
];

fn both() -> EffectSet {
    [Effect::Read, Effect::Write].into_iter().collect()
}

fn mmio(attributes: &mut Attributes) {
    attributes.set_address_space(Space::Mmio);
    attributes.set_ordering(Ordering::Volatile);
}

/// A load of a type through a null pointer, in a function that reads and writes.
fn load(
    module: &mut Module,
    source: &mut Source<'_>,
    space: Space,
    pointee: Type,
    ty: Type,
    set: impl FnOnce(&mut Attributes),
) -> Option<()> {
    let mut edit = Edit::with(module, source, both())?;
    let pointer = edit.null(space, pointee);
    let mut inst = DraftInst::new(Opcode::Load).with(&[pointer]).immediate(ty.index());
    set(&mut inst.attributes);
    edit.put(inst, &[ty]);
    edit.done()
}

fn register_load(edit: &mut Edit<'_>, access: Access, set: impl FnOnce(&mut Attributes)) {
    let pointer = edit.register(Type::I32, access);
    let mut inst = DraftInst::new(Opcode::Load).with(&[pointer]).immediate(Type::I32.index());
    set(&mut inst.attributes);
    edit.put(inst, &[Type::I32]);
}

/// A load of a new register, in a function that may touch hardware.
fn volatile(
    module: &mut Module,
    source: &mut Source<'_>,
    access: Access,
    set: impl FnOnce(&mut Attributes),
) -> Option<()> {
    let mut edit = Edit::with(module, source, EffectSet::of(Effect::Hardware))?;
    register_load(&mut edit, access, set);
    edit.done()
}

/// A cast between spaces of which no row allows it.
fn cast(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    let memory = &Contract::embedded().memory;
    let pairs = Space::ALL.iter().flat_map(|&from| Space::ALL.iter().map(move |&to| (from, to)));
    let forbidden: Vec<_> = pairs.filter(|&(from, to)| !memory.allows_cast(from, to)).collect();
    let (from, to) = source.pick(&forbidden)?;
    let function = module.types.intern(TypeData::Function(Box::new(FunctionType::new(&[], &[]))));
    let pointee = |space| if space == Space::Code { function } else { Type::I32 };
    let ty = module.types.pointer(to, pointee(to));
    let mut edit = Edit::anywhere(module, source)?;
    let pointer = match from {
        Space::Mmio => edit.register(Type::I32, Access::ReadWrite),
        _ => edit.null(from, pointee(from)),
    };
    edit.put(DraftInst::new(Opcode::Cast).with(&[pointer]), &[ty]);
    edit.done()
}

fn integer_to_pointer(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    let memory = &Contract::embedded().memory;
    let forbidden =
        |space: &Space| *space != Space::Code && !memory.allows(Operation::AddrToPtr, *space, AccessOrder::None);
    let spaces: Vec<Space> = Space::ALL.iter().copied().filter(forbidden).collect();
    let space = source.pick(&spaces)?;
    let ty = module.types.pointer(space, Type::I8);
    let mut edit = Edit::anywhere(module, source)?;
    let number = edit.integer(Type::I32);
    let address = edit.put(DraftInst::new(Opcode::IntToAddr).with(&[number]), &[Type::ADDR]);
    edit.put(DraftInst::new(Opcode::AddrToPtr).with(&[Use::Value(address)]), &[ty]);
    edit.done()
}
