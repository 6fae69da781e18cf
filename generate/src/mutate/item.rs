//! The envelope, signatures, types, data, registers and debug types.

use super::Mutation;
use super::edit::{add_function, add_function_import, add_import, add_register, add_symbol};
use crate::draft::DraftInst;
use native_ir::debug::{DebugKind, DebugTypeData};
use native_ir::{
    Abi, Access, Contract, DebugType, Effect, EffectSet, EntityRef, Execution, FunctionType, ImportKind, InitNode,
    Item, Module, Name, Opcode, Param, Passing, Rule, Space, Type, TypeData, TypeKind,
};

pub(super) const LIST: &[Mutation] = &[
    Mutation::module("unknown-target", Rule::TargetUnknownTarget, |module, _| {
        module.envelope.target.push('x');
        Some(())
    }),
    Mutation::module("profile", Rule::TargetProfile, |module, _| {
        module.envelope.profile.push('x');
        Some(())
    }),
    Mutation::module("abi", Rule::AbiMismatch, |module, _| {
        module.envelope.abi.push('x');
        Some(())
    }),
    Mutation::module("layout", Rule::LayoutMismatch, |module, _| {
        module.envelope.layout.push('x');
        Some(())
    }),
    Mutation::module("unknown-feature", Rule::TargetFeatureUnknownFeature, |module, _| {
        module.envelope.features.push("mmx".to_string());
        Some(())
    }),
    Mutation::module("function-abi", Rule::AbiFunctionAbi, |module, _| {
        let name = module.names.intern("pascal");
        import(module, FunctionType { abi: Abi::Named(name), ..FunctionType::new(&[], &[]) })
    }),
    Mutation::module("abi-results", Rule::AbiResults, |module, _| {
        import(module, FunctionType::new(&[], &[Type::I64; 5]))
    }),
    Mutation::module("abi-interrupt", Rule::AbiInterrupt, |module, _| {
        let func = add_returning(module, &FunctionType::new(&[Type::I32], &[]));
        module.functions[func].interrupt = true;
        Some(())
    }),
    Mutation::module("abi-interrupt-runtime", Rule::AbiInterrupt, |module, _| {
        let func = add_returning(module, &FunctionType::new(&[], &[]));
        module.functions[func].interrupt = true;
        module.functions[func].execution = Execution::Runtime;
        Some(())
    }),
    Mutation::module("runtime-import-unknown", Rule::AbiRuntimeImport, |module, _| {
        let ty = module.types.function(FunctionType::new(&[], &[]));
        add_import(module, ImportKind::Runtime, ty);
        Some(())
    }),
    Mutation::module("signature-extension", Rule::AbiSignature, |module, _| {
        let mut ty = FunctionType::new(&[], &[]);
        ty.params.push(Param { ty: Type::I32, passing: Passing::Zext });
        import(module, ty)
    }),
    Mutation::module("signature-sret", Rule::AbiSignature, |module, _| {
        let array = module.types.array(Type::I8, 3);
        let mut ty = FunctionType::new(&[Type::I32], &[]);
        ty.params.push(Param { ty: array, passing: Passing::SRet });
        import(module, ty)
    }),
    Mutation::module("signature-varargs", Rule::AbiSignature, |module, _| {
        add_returning(module, &FunctionType { varargs: true, ..FunctionType::new(&[Type::I32], &[]) });
        Some(())
    }),
    Mutation::module("type-rejected", Rule::TargetFeatureTypeRejected, |module, _| {
        let (target, _) = Contract::embedded().target(&module.envelope.target)?;
        let mut kinds = [TypeKind::F128, TypeKind::F16, TypeKind::I128].into_iter();
        let rejected = |kind: &TypeKind| Contract::embedded().type_row(*kind).aligns.get(target) == Some(&None);
        let kind = kinds.find(rejected)?;
        import(module, FunctionType::new(&[Type::of_kind(kind)], &[]))
    }),
    Mutation::module("deferred-type", Rule::TypeDeferredType, |module, _| {
        let ty = module.types.intern(TypeData::Vector { element: Type::I32, lanes: 4 });
        add_import(module, ImportKind::Module, ty);
        Some(())
    }),
    Mutation::module("invalid-type-parameter", Rule::TypeInvalidType, |module, _| {
        let array = module.types.array(Type::I32, 3);
        import(module, FunctionType::new(&[array], &[]))
    }),
    Mutation::module("invalid-type-slot", Rule::TypeInvalidType, |module, source| {
        let index = source.below(module.functions.len());
        let slot = module.functions.values_mut().nth(index)?.slots.values().next().copied()?;
        module.functions.values_mut().nth(index)?.slots.push(native_ir::SlotData { ty: Type::I1, ..slot });
        Some(())
    }),
    Mutation::module("invalid-type-pointee", Rule::TypeInvalidType, |module, _| {
        let ty = module.types.pointer(Space::Code, Type::I32);
        import(module, FunctionType::new(&[ty], &[]))
    }),
    Mutation::module("recursive-type", Rule::TypeRecursiveType, |module, _| {
        let name = free_name(module);
        let (named, ty) = module.types.declare(name);
        let body = module.types.structure(&[Type::I32, ty]);
        module.types.define(named, body);
        Some(())
    }),
    Mutation::module("alignment-data", Rule::TypeAlignment, |module, _| {
        module.data.values_mut().next()?.align = Some(3);
        Some(())
    }),
    Mutation::module("alignment-function", Rule::TypeAlignment, |module, _| {
        module.functions.values_mut().next()?.align = Some(12);
        Some(())
    }),
    Mutation::module("initializer-more", Rule::TypeInitializer, |module, source| {
        let index = source.below(module.data.len());
        module.data.values_mut().nth(index)?.init.nodes.push(InitNode::Zero);
        Some(())
    }),
    Mutation::module("initializer-fewer", Rule::TypeInitializer, |module, source| {
        let index = source.below(module.data.len());
        module.data.values_mut().nth(index)?.init.nodes.pop().map(drop)
    }),
    Mutation::module("initializer-count", Rule::TypeInitializer, |module, source| {
        let index = source.below(module.data.len());
        module.data.values_mut().nth(index)?.init.nodes = vec![InitNode::List(1000)];
        Some(())
    }),
    Mutation::module("register-misaligned", Rule::TypeRegister, |module, _| {
        let register = add_register(module, Type::I32, Access::ReadWrite);
        module.registers[register].address += 2;
        Some(())
    }),
    Mutation::module("register-type", Rule::TypeRegister, |module, _| {
        let structure = module.types.structure(&[Type::I32]);
        add_register(module, structure, Access::ReadWrite);
        Some(())
    }),
    Mutation::module("debug-type-size", Rule::TypeDebugType, |module, _| {
        let encoding = native_ir::debug::Encoding::Signed;
        debug_type(module, DebugKind::Base { name: Name::NONE, encoding, bytes: 0 })
    }),
    Mutation::module("debug-type-circle", Rule::TypeDebugType, |module, _| {
        let of = module.debug_types.next_key();
        debug_type(module, DebugKind::Array { of, count: 2 })
    }),
    Mutation::module("debug-type-undeclared", Rule::TypeDebugType, |module, _| {
        debug_type(module, DebugKind::Pointer { to: DebugType::new(10_000), bytes: 4 })
    }),
    Mutation::module("effect-profile", Rule::EffectProfile, |module, source| {
        let allowed = Contract::embedded().allowed_effects(&module.envelope.profile);
        let forbidden: Vec<Effect> = EffectSet::all().minus(allowed).iter().collect();
        let effect = source.pick(&forbidden)?;
        import(module, FunctionType::new(&[], &[]).with_effects(EffectSet::of(effect)))
    }),
    Mutation::module("effect-interrupt", Rule::EffectInterrupt, |module, _| {
        let ty = FunctionType::new(&[], &[]).with_effects(EffectSet::of(Effect::Suspend));
        let func = add_returning(module, &ty);
        module.functions[func].interrupt = true;
        Some(())
    }),
    Mutation::module("execution-contradiction", Rule::ExecutionContradiction, |module, _| {
        let ty = FunctionType::new(&[], &[]).with_effects(EffectSet::of(Effect::Suspend));
        let func = add_returning(module, &ty);
        module.functions[func].execution = Execution::Native;
        Some(())
    }),
    Mutation::module("structure-symbol", Rule::SchemaStructure, |module, _| {
        let symbol = add_symbol(module, Item::Undefined);
        let func = add_returning(module, &FunctionType::new(&[], &[]));
        module.functions[func].symbol = symbol;
        Some(())
    }),
];

fn import(module: &mut Module, ty: FunctionType) -> Option<()> {
    add_function_import(module, ty);
    Some(())
}

/// A new function that does nothing.
fn add_returning(module: &mut Module, ty: &FunctionType) -> native_ir::Func {
    add_function(module, ty, |edit| {
        edit.put(DraftInst::new(Opcode::Return), &[]);
    })
}

fn debug_type(module: &mut Module, kind: DebugKind) -> Option<()> {
    module.debug_types.push(DebugTypeData { name: Name::NONE, kind });
    Some(())
}

/// A name that nothing has.
fn free_name(module: &mut Module) -> Name {
    let mut name = "Mutated".to_string();
    while module.names.find(&name).is_some() {
        name.push('_');
    }
    module.names.intern(&name)
}
