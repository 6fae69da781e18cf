//! Where a program of C begins: `@_start` calls `main` with its arguments and ends the program with its result.
//!
//! It is made for programs that define `main` with C's type and no `_start` of their own. What `main` gives goes to the
//! program's own `exit`, when it has one, so that what a C library holds back is written; else to `zero_exit`.

use super::runtime::runtime_type;
use native_ir::builder::{Arg, FunctionBuilder, ModuleBuilder, SymbolRef};
use native_ir::contract::targets::TargetRow;
use native_ir::{
    Condition, Contract, EffectSet, FunctionType, ImportKind, Item, Passing, Source, Space, Span, Type, Value,
};

/// What `main` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arguments {
    /// Nothing.
    None,
    /// The number of arguments and their array; with `true` an array of environment variables behind.
    Array(bool),
}

/// Adds `@_start`, where the program wants one.
pub(super) fn add(builder: &mut ModuleBuilder, target: &TargetRow) {
    const NAME: &str = "_start";
    let hosted = target.profiles.iter().any(|profile| profile == "hosted");
    let module = builder.module();
    let with_runtime = module.imports.values().any(|import| import.kind == ImportKind::Runtime);
    if module.find_symbol(NAME).is_some() || !(hosted || with_runtime) {
        return;
    }
    let Some((main, ty)) = function(builder, "main") else { return };
    let pointer = builder.types().pointer(Space::Generic, Type::I8);
    let Some(arguments) = arguments_of(&ty, pointer) else { return };
    let mut effects = ty.effects;
    let Some(exit) = exit(builder, target, &mut effects) else { return };
    let mut read = None;
    if arguments != Arguments::None && hosted {
        let names = ["zero_argument_count", "zero_argument_pointer", "zero_alloc"];
        let imported = names.map(|name| runtime(builder, name, target, &mut effects));
        let [Some(count), Some(argument), Some(alloc)] = imported else { return };
        read = Some(Runtime { count, argument, alloc });
        effects = effects.union(EffectSet::of(native_ir::Effect::Write));
    }
    let func = builder.declare(NAME, FunctionType::new(&[], &[]).with_effects(effects));
    let mut b = builder.define(func);
    b.set_public(true);
    b.set_source(Source::from_u32(0));
    b.set_declaration(Span::COMPILER);
    b.set_span(Span::COMPILER);
    let args = main_arguments(&mut b, arguments, read, pointer);
    let result: Option<Value> = b.call(main, args).into_iter().next();
    let status = result.map_or(Arg::int(Type::I32, 0), Arg::from);
    b.call(exit, [status]);
    b.ret(());
    b.finish();
}

/// A function of the program by its name.
fn function(builder: &ModuleBuilder, name: &str) -> Option<(SymbolRef, FunctionType)> {
    let module = builder.module();
    match module.item(module.find_symbol(name)?) {
        Item::Function(func) => {
            let ty = module.signature(module.functions.get(func)?)?;
            Some((SymbolRef::Func(func), ty.clone()))
        }
        _ => None,
    }
}

fn arguments_of(ty: &FunctionType, pointer: Type) -> Option<Arguments> {
    let plain = ty.params.iter().chain(&ty.results).all(|param| param.passing == Passing::Value);
    let results: Vec<Type> = ty.results.iter().map(|result| result.ty).collect();
    let params: Vec<Type> = ty.params.iter().map(|param| param.ty).collect();
    let fits = plain && !ty.varargs && (results.is_empty() || results == [Type::I32]);
    match params.as_slice() {
        [] if fits => Some(Arguments::None),
        [Type::I32, array] if fits && *array == pointer => Some(Arguments::Array(false)),
        [Type::I32, array, more] if fits && *array == pointer && *more == pointer => Some(Arguments::Array(true)),
        _ => None,
    }
}

/// What ends the program.
fn exit(builder: &mut ModuleBuilder, target: &TargetRow, effects: &mut EffectSet) -> Option<SymbolRef> {
    if let Some((exit, ty)) = function(builder, "exit") {
        let takes_status = ty.params.len() == 1 && ty.params.iter().all(|param| param.ty == Type::I32);
        if takes_status && ty.results.is_empty() {
            *effects = effects.union(ty.effects);
            return Some(exit);
        }
    }
    runtime(builder, "zero_exit", target, effects)
}

/// A runtime function, imported if it is not yet.
fn runtime(
    builder: &mut ModuleBuilder,
    name: &str,
    target: &TargetRow,
    effects: &mut EffectSet,
) -> Option<SymbolRef> {
    let row = Contract::embedded().runtime_function(name)?;
    let ty = runtime_type(row, target, builder)?;
    *effects = effects.union(ty.effects);
    let module = builder.module();
    match module.find_symbol(name).map(|symbol| module.item(symbol)) {
        Some(Item::Import(import)) => Some(SymbolRef::Import(import)),
        Some(_) => None,
        None => Some(SymbolRef::Import(builder.import(ImportKind::Runtime, name, ty))),
    }
}

/// The runtime functions that give the arguments.
#[derive(Clone, Copy)]
struct Runtime {
    count: SymbolRef,
    argument: SymbolRef,
    alloc: SymbolRef,
}

/// What `main` is called with. A target without arguments gives none: the number 0 and null.
fn main_arguments(
    b: &mut FunctionBuilder<'_>,
    arguments: Arguments,
    runtime: Option<Runtime>,
    pointer: Type,
) -> Vec<Arg> {
    let Arguments::Array(environment) = arguments else { return Vec::new() };
    let mut args: Vec<Arg> = match runtime {
        Some(runtime) => argument_array(b, runtime, pointer),
        None => vec![Arg::int(Type::I32, 0), b.null(pointer).into()],
    };
    if environment {
        args.push(b.null(pointer).into());
    }
    args
}

/// The array of C: the program's name, its arguments, null. Behind it are zeros, which are the name: there is none.
/// The program keeps it to its end.
fn argument_array(b: &mut FunctionBuilder<'_>, runtime: Runtime, pointer: Type) -> Vec<Arg> {
    let count = b.call(runtime.count, ()).one();
    let count = b.addr_to_int(Type::I64, count);
    let size = b.iadd(count, 3);
    let size = b.shl(size, 3);
    let size = b.int_to_addr(size);
    let eight = b.int_to_addr(Arg::int(Type::I64, 8));
    let array = b.call(runtime.alloc, [size, eight]).one();
    let cells = b.types().array(pointer, 1);
    let cells = b.types().pointer(Space::Generic, cells);
    let cells = b.cast(cells, array);
    let (next, fill, done) = (b.create_block(), b.create_block(), b.create_block());
    let index = b.append_param(next, Type::I64);
    b.jump(next, [Arg::int(Type::I64, 0)]);
    b.switch_to(next);
    let more = b.icmp(Condition::Ult, index, count);
    b.branch(more, fill, done);
    b.switch_to(fill);
    let number = b.int_to_addr(index);
    let argument = b.call(runtime.argument, [number]).one();
    let following = b.iadd(index, 1);
    let cell = b.element(cells, following);
    b.store(pointer, argument, cell);
    b.jump(next, [following]);
    b.switch_to(done);
    let entries = b.iadd(count, 1);
    let last = b.element(cells, entries);
    let null = b.null(pointer);
    b.store(pointer, null, last);
    let zeros = b.iadd(count, 2);
    let zeros = b.element(cells, zeros);
    b.store(pointer, null, zeros);
    let name = b.cast(pointer, zeros);
    let first = b.element(cells, Arg::int(Type::I64, 0));
    b.store(pointer, name, first);
    let entries = b.trunc(Type::I32, entries);
    vec![entries.into(), array.into()]
}
