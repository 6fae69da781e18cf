//! Operands, results, calls, effects and what target and marks allow.

use super::Mutation;
use super::control::literal;
use super::edit::{Edit, add_function, add_function_import, add_import, change};
use crate::Source;
use crate::draft::{DraftInst, Use};
use native_ir::contract::opcodes::Support;
use native_ir::{
    Abi, Attributes, Condition, Contract, Edges, Effect, EffectSet, EntityRef, Execution, FloatMode, FunctionType,
    ImportKind, Module, Opcode, Param, Passing, Rule, Space, Trap, Type, TypePattern,
};

pub(super) const LIST: &[Mutation] = &[
    Mutation::module("operand-mismatch", Rule::TypeOperandMismatch, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.integer(Type::I32), edit.integer(Type::I64)];
        edit.put(DraftInst::new(Opcode::Iadd).with(&operands), &[Type::I32]);
        edit.done()
    }),
    Mutation::module("operand-class", Rule::TypeOperandMismatch, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operand = edit.integer(Type::I1);
        edit.put(DraftInst::new(Opcode::Clz).with(&[operand]), &[Type::I1]);
        edit.done()
    }),
    Mutation::module("operand-fixed", Rule::TypeOperandMismatch, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.integer(Type::I8), edit.integer(Type::I64), edit.integer(Type::I64)];
        edit.put(DraftInst::new(Opcode::Select).with(&operands), &[Type::I64]);
        edit.done()
    }),
    Mutation::module("result-mismatch", Rule::TypeResultMismatch, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.integer(Type::I32), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::Iadd).with(&operands), &[Type::I64]);
        edit.done()
    }),
    Mutation::module("result-fixed", Rule::TypeResultMismatch, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.integer(Type::I32), edit.integer(Type::I32)];
        edit.put(DraftInst::new(Opcode::UaddOverflow).with(&operands), &[Type::I32, Type::I8]);
        edit.done()
    }),
    Mutation::module("operand-count", Rule::TypeOperandCount, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operand = edit.integer(Type::I32);
        edit.put(DraftInst::new(Opcode::Ineg).with(&[operand]), &[]);
        edit.done()
    }),
    Mutation::module("conversion-not-wider", Rule::TypeConversionSize, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operand = edit.integer(Type::I32);
        edit.put(DraftInst::new(Opcode::Zext).with(&[operand]), &[Type::I16]);
        edit.done()
    }),
    Mutation::module("conversion-not-same", Rule::TypeConversionSize, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operand = edit.integer(Type::I32);
        edit.put(DraftInst::new(Opcode::Bitcast).with(&[operand]), &[Type::F64]);
        edit.done()
    }),
    Mutation::module("flags-condition", Rule::TypeFlagsCondition, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let operands = [edit.integer(Type::I32), edit.integer(Type::I32)];
        let flags = edit.put(DraftInst::new(Opcode::Compare).with(&operands), &[Type::FLAGS]);
        let attributes = Attributes::of_condition(Condition::Oeq);
        let test = DraftInst { attributes, ..DraftInst::new(Opcode::Test) };
        edit.put(test.with(&[Use::Value(flags)]), &[Type::I1]);
        edit.done()
    }),
    Mutation::module("trap-class", Rule::TypeTrapClass, |module, source| {
        let mut edit = Edit::with(module, source, EffectSet::of(Effect::Trap))?;
        let operand = edit.integer(Type::I1);
        let attributes = Attributes::of_trap(Trap::Lockup);
        edit.put(DraftInst { attributes, ..DraftInst::new(Opcode::TrapIf).with(&[operand]) }, &[]);
        edit.done()
    }),
    Mutation::module("fiber-entry", Rule::TypeFiberEntry, |module, source| {
        let mut edit = Edit::with(module, source, EffectSet::of(Effect::Suspend))?;
        let function = edit.module.types.function(FunctionType::new(&[], &[]));
        let operands = [edit.null(Space::Code, function), edit.integer(Type::I64)];
        edit.put(DraftInst::new(Opcode::FiberSpawn).with(&operands), &[Type::FIBER]);
        edit.done()
    }),
    Mutation::module("argument-extra", Rule::TypeArgumentMismatch, |module, source| {
        change(module, source, is_fixed_call, |draft, block, at, _| {
            let inst = &mut draft.blocks[block].insts[at];
            let end = inst.list.len() - usize::from(inst.attributes.has_into());
            inst.list.insert(end, literal(Type::I64));
            Some(())
        })
    }),
    Mutation::module("argument-missing", Rule::TypeArgumentMismatch, |module, source| {
        change(module, source, is_fixed_call, |draft, block, at, _| {
            let inst = &mut draft.blocks[block].insts[at];
            let last = (inst.list.len() - usize::from(inst.attributes.has_into())).checked_sub(1)?;
            inst.list.remove(last);
            Some(())
        })
    }),
    Mutation::module("argument-result", Rule::TypeArgumentMismatch, |module, source| {
        call_import(module, source, FunctionType::new(&[], &[Type::I32]), &[], &[Type::I64])
    }),
    Mutation::module("argument-into", Rule::TypeArgumentMismatch, |module, source| {
        let array = module.types.array(Type::I64, 4);
        let mut ty = FunctionType::new(&[], &[]);
        ty.results.push(Param { ty: array, passing: Passing::Agg });
        call_import(module, source, ty, &[], &[])
    }),
    Mutation::module("argument-vararg", Rule::TypeArgumentMismatch, |module, source| {
        let ty = FunctionType { varargs: true, ..FunctionType::new(&[Type::I32], &[]) };
        call_import(module, source, ty, &[Type::I32, Type::I8], &[])
    }),
    Mutation::module("callee", Rule::TypeCallee, |module, source| {
        let symbol = module.data.values().next()?.symbol;
        let mut edit = Edit::anywhere(module, source)?;
        edit.put(DraftInst::new(Opcode::Call).immediate(symbol.index()), &[]);
        edit.done()
    }),
    Mutation::module("callee-indirect", Rule::TypeCallee, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let pointer = edit.null(Space::Heap, Type::I8);
        edit.put(DraftInst::new(Opcode::CallIndirect).with(&[pointer]), &[]);
        edit.done()
    }),
    Mutation::module("effect-operation", Rule::EffectOperation, |module, source| {
        let mut edit = Edit::where_function(module, source, |_, ty| !ty.effects.contains(Effect::Trap))?;
        let operand = edit.integer(Type::I1);
        let attributes = Attributes::of_trap(Trap::Assertion);
        edit.put(DraftInst { attributes, ..DraftInst::new(Opcode::TrapIf).with(&[operand]) }, &[]);
        edit.done()
    }),
    Mutation::module("effect-load", Rule::EffectOperation, |module, source| {
        let mut edit = Edit::where_function(module, source, |_, ty| !ty.effects.contains(Effect::Read))?;
        let pointer = edit.null(Space::Heap, Type::I32);
        edit.put(DraftInst::new(Opcode::Load).with(&[pointer]).immediate(Type::I32.index()), &[Type::I32]);
        edit.done()
    }),
    Mutation::module("effect-callee", Rule::EffectCallee, |module, source| {
        let allowed = Contract::embedded().allowed_effects(&module.envelope.profile);
        let declared = |ty: &FunctionType| allowed.minus(ty.effects);
        let mut edit = Edit::where_function(module, source, |_, ty| !declared(ty).is_empty())?;
        let signature = edit.module.signature(&edit.module.functions[edit.func])?.clone();
        let effects = declared(&signature);
        let symbol = add_function_import(edit.module, FunctionType::new(&[], &[]).with_effects(effects));
        edit.put(DraftInst::new(Opcode::Call).immediate(symbol.index()), &[]);
        edit.done()
    }),
    Mutation::module("effect-strict-float", Rule::EffectStrictFloat, |module, source| {
        let (target, _) = Contract::embedded().target(&module.envelope.target)?;
        if Contract::embedded().opcode(Opcode::FenvRead).support(target, None) == Support::Rejected {
            return None;
        }
        let fits = |function: &native_ir::Function, ty: &FunctionType| {
            function.float != FloatMode::Strict && ty.effects.contains(Effect::Fenv)
        };
        let mut edit = Edit::where_function(module, source, fits)?;
        edit.put(DraftInst::new(Opcode::FenvRead), &[Type::I32]);
        edit.done()
    }),
    Mutation::module("execution-ffi-call", Rule::ExecutionFfi, |module, source| {
        ffi_use(module, source, |edit, symbol, _| {
            edit.put(DraftInst::new(Opcode::Call).immediate(symbol), &[]);
        })
    }),
    Mutation::module("execution-ffi-address", Rule::ExecutionFfi, |module, source| {
        ffi_use(module, source, |edit, symbol, ty| {
            edit.put(DraftInst::new(Opcode::Address).immediate(symbol), &[ty]);
        })
    }),
    Mutation::module("opcode-rejected", Rule::TargetFeatureOpcodeRejected, opcode_rejected),
    Mutation::module("opcode-rejected-type", Rule::TargetFeatureOpcodeRejected, |module, source| {
        let (target, _) = Contract::embedded().target(&module.envelope.target)?;
        let row = Contract::embedded().opcode(Opcode::AtomicRmw);
        if row.support(target, Some(native_ir::TypeKind::I64)) != Support::Rejected {
            return None;
        }
        let mut edit = Edit::with(module, source, row.effects)?;
        let operands = [edit.null(Space::Heap, Type::I64), edit.integer(Type::I64)];
        let mut inst = DraftInst::new(Opcode::AtomicRmw).with(&operands);
        inst.attributes.set_ordering(native_ir::Ordering::Seqcst);
        edit.put(inst, &[Type::I64]);
        edit.done()
    }),
    Mutation::module("tail-abi", Rule::TailAbi, |module, _| {
        let callee = FunctionType { abi: Abi::Tail, ..FunctionType::new(&[], &[]) };
        tail_call(module, FunctionType::new(&[], &[]), callee, |_| Vec::new())
    }),
    Mutation::module("tail-results", Rule::TailResults, |module, _| {
        let callee = FunctionType::new(&[], &[Type::I32]);
        tail_call(module, FunctionType::new(&[], &[]), callee, |_| Vec::new())
    }),
    Mutation::module("tail-sret", Rule::TailResults, |module, _| {
        let array = module.types.array(Type::I64, 4);
        let mut ty = FunctionType::new(&[], &[]);
        ty.params.push(Param { ty: array, passing: Passing::SRet });
        tail_call(module, ty.clone(), ty, |edit| vec![edit.null(Space::Generic, array)])
    }),
    Mutation::module("tail-stack-arguments", Rule::TailStackArguments, |module, _| {
        let callee = FunctionType::new(&[Type::I64; 12], &[]);
        tail_call(module, FunctionType::new(&[], &[]), callee, |_| vec![literal(Type::I64); 12])
    }),
    Mutation::module("tail-byval", Rule::TailByval, |module, _| {
        let array = module.types.array(Type::I64, 4);
        let mut ty = FunctionType::new(&[], &[]);
        ty.params.push(Param { ty: array, passing: Passing::ByVal });
        tail_call(module, ty.clone(), ty, |edit| vec![Use::Value(edit.draft.blocks[0].params[0])])
    }),
    Mutation::module("tail-stack-pointer", Rule::TailStackPointer, |module, _| {
        let pointer = module.types.pointer(Space::Stack, Type::I8);
        let callee = FunctionType::new(&[pointer], &[]);
        tail_call(module, callee.clone(), callee, |edit| vec![edit.null(Space::Stack, Type::I8)])
    }),
    Mutation::module("lifetime-returned", Rule::LifetimeReturned, |module, _| {
        let pointer = module.types.pointer(Space::Stack, Type::I8);
        add_function(module, &FunctionType::new(&[], &[pointer]), |edit| {
            let list = vec![edit.null(Space::Stack, Type::I8)];
            edit.put(DraftInst { list, ..DraftInst::new(Opcode::Return) }, &[]);
        });
        Some(())
    }),
    Mutation::module("lifetime-stored", Rule::LifetimeStored, |module, source| {
        let pointer = module.types.pointer(Space::Stack, Type::I8);
        let mut edit = Edit::with(module, source, EffectSet::of(Effect::Write))?;
        let operands = [edit.null(Space::Stack, Type::I8), edit.null(Space::Heap, pointer)];
        edit.put(DraftInst::new(Opcode::Store).with(&operands).immediate(pointer.index()), &[]);
        edit.done()
    }),
];

/// A call of something that takes a fixed number of arguments, none of them an aggregate.
fn is_fixed_call(module: &Module, inst: &DraftInst) -> bool {
    let direct = matches!(inst.opcode, Opcode::Call | Opcode::TailCall);
    direct && module.callee_type(native_ir::Symbol::from_u32(inst.immediate)).is_some_and(|(_, ty)| !ty.varargs)
}

/// A call of a new import with arguments and results of these types.
fn call_import(
    module: &mut Module,
    source: &mut Source<'_>,
    ty: FunctionType,
    arguments: &[Type],
    results: &[Type],
) -> Option<()> {
    let symbol = add_function_import(module, ty);
    let mut edit = Edit::anywhere(module, source)?;
    let list = arguments.iter().map(|&ty| edit.integer(ty)).collect();
    edit.put(DraftInst { list, ..DraftInst::new(Opcode::Call).immediate(symbol.index()) }, results);
    edit.done()
}

/// A use of a new ffi import in a function that is not marked native.
fn ffi_use(
    module: &mut Module,
    source: &mut Source<'_>,
    write: impl FnOnce(&mut Edit<'_>, usize, Type),
) -> Option<()> {
    let ty = module.types.function(FunctionType::new(&[], &[]));
    let pointer = module.types.pointer(Space::Code, ty);
    let import = add_import(module, ImportKind::Ffi, ty);
    let symbol = module.imports[import].symbol;
    let mut edit = Edit::where_function(module, source, |function, _| function.execution != Execution::Native)?;
    write(&mut edit, symbol.index(), pointer);
    edit.done()
}

/// A new function that leaves through a new import.
fn tail_call(
    module: &mut Module,
    caller: FunctionType,
    callee: FunctionType,
    arguments: impl FnOnce(&mut Edit<'_>) -> Vec<Use>,
) -> Option<()> {
    let symbol = add_function_import(module, callee);
    add_function(module, &caller, |edit| {
        let list = arguments(edit);
        edit.put(DraftInst { list, ..DraftInst::new(Opcode::TailCall).immediate(symbol.index()) }, &[]);
    });
    Some(())
}

/// An opcode that the target does not have, in a function that could have it otherwise.
fn opcode_rejected(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    let contract = Contract::embedded();
    let (target, _) = contract.target(&module.envelope.target)?;
    let rejected = |opcode: &Opcode| {
        let shape = opcode.shape();
        let simple = shape.operands.is_empty() && shape.edges == Edges::None && !shape.terminator;
        simple && contract.opcode(*opcode).support(target, None) == Support::Rejected
    };
    let opcodes: Vec<Opcode> = Opcode::ALL.iter().copied().filter(rejected).collect();
    let opcode = source.pick(&opcodes)?;
    let effects = contract.opcode(opcode).effects;
    let fits = |function: &native_ir::Function, ty: &FunctionType| {
        function.float == FloatMode::Strict && effects.minus(ty.effects).is_empty()
    };
    let mut edit = Edit::where_function(module, source, fits)?;
    let results: Vec<Type> = opcode
        .shape()
        .results
        .iter()
        .map(|&pattern| match pattern {
            TypePattern::Fixed(kind) => Type::of_kind(kind),
            TypePattern::Var(_) => Type::I32,
        })
        .collect();
    edit.put(DraftInst::new(opcode), &results);
    edit.done()
}
