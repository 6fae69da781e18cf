//! Functions of the runtime, and other names of functions: small functions that the importer makes.
//!
//! C has integers where the runtime's functions have an `addr`. So a runtime function whose type has one is imported,
//! and called by a function of the program's own that converts, and is inlined always. Calls, and pointers to it,
//! need nothing special then.

use super::context::Refusal;
use super::declare::Forwarder;
use super::signature::{ResultPlan, Signature};
use native_ir::builder::{Arg, FunctionBuilder, ModuleBuilder, SymbolRef};
use native_ir::contract::runtime_abi::RuntimeRow;
use native_ir::contract::targets::TargetRow;
use native_ir::{FunctionType, Inline, Param, Source, Space, Span, Type, TypeData, Value, text};

/// The type of a runtime function, in a module's own types.
pub(super) fn runtime_type(
    row: &RuntimeRow,
    target: &TargetRow,
    builder: &mut ModuleBuilder,
) -> Option<FunctionType> {
    let TargetRow { triple, abi, data_layout, profiles, .. } = target;
    let profile = profiles.first()?;
    let source = format!(
        "native-ir 1\nmodule m\ntarget {triple}\nabi {abi}\nlayout \"{data_layout}\"\nprofile {profile}\n\
         import runtime @f : {}\n",
        row.signature
    );
    let parsed = text::parse(&source).module;
    let import = parsed.imports.values().next()?;
    let mut ty = parsed.types.as_function(import.ty)?.clone();
    for param in ty.params.iter_mut().chain(&mut ty.results) {
        param.ty = match parsed.types.data(param.ty) {
            TypeData::Primitive(kind) => Type::of_kind(*kind),
            TypeData::Pointer { space: Space::Generic, pointee: Type::I8 } => {
                builder.types().pointer(Space::Generic, Type::I8)
            }
            _ => return None,
        };
    }
    Some(ty)
}

/// The type of the runtime function of a row, when a declaration in C agrees with it: an integer as wide as a pointer
/// stands for an `addr`.
pub(super) fn agreeing_type(
    row: &RuntimeRow,
    target: &TargetRow,
    declared: &Signature,
    builder: &mut ModuleBuilder,
) -> Result<FunctionType, Refusal> {
    let refusal = |what: &str| {
        Refusal::new("LLVM/signature", format!("`@{}` is a function of the runtime, {what}", row.symbol))
    };
    let Some(ty) = runtime_type(row, target, builder) else {
        return Err(refusal("and its type cannot be had"));
    };
    let word = if target.pointer_width == 64 { Type::I64 } else { Type::I32 };
    let as_c = |param: &Param| if param.ty == Type::ADDR { word } else { param.ty };
    let same = |runtime: &[Param], declared: &[Param]| {
        runtime.len() == declared.len() && runtime.iter().zip(declared).all(|(r, d)| as_c(r) == d.ty)
    };
    let agrees = same(&ty.params, &declared.ty.params) && same(&ty.results, &declared.ty.results);
    if agrees && !declared.ty.varargs {
        return Ok(ty);
    }
    let help = format!("its type is {}, with an integer as wide as a pointer for each `addr`", row.signature);
    Err(refusal("and is declared with another type").help(help))
}

/// Writes a function that calls another with its own parameters, converted where the types differ.
pub(super) fn define_forwarder(builder: &mut ModuleBuilder, forwarder: &Forwarder) {
    let Forwarder { func, signature: own, callee, ty, public, weak } = forwarder;
    let mut b = builder.define(*func);
    b.set_public(*public);
    b.set_weak(*weak);
    b.set_inline(if *public { Inline::Auto } else { Inline::Always });
    b.set_source(Source::from_u32(0));
    b.set_span(Span::COMPILER);
    let params: Vec<Value> = b.block_params(b.entry()).to_vec();
    let mut args: Vec<Arg> = Vec::with_capacity(params.len());
    for (&value, param) in params.iter().zip(&ty.params) {
        let own = b.value_type(value);
        let convert = param.ty == Type::ADDR && own != Type::ADDR;
        args.push(if convert { b.int_to_addr(value).into() } else { value.into() });
    }
    match own.result {
        ResultPlan::Aggregate(aggregate) => into(&mut b, *callee, args, aggregate),
        ResultPlan::Scalars(_) => {
            let results: Vec<Value> = b.call(*callee, args).into_iter().collect();
            let mut list: Vec<Arg> = Vec::with_capacity(results.len());
            for (value, wanted) in results.into_iter().zip(&own.ty.results) {
                let convert = b.value_type(value) == Type::ADDR && wanted.ty != Type::ADDR;
                list.push(if convert { b.addr_to_int(wanted.ty, value).into() } else { value.into() });
            }
            b.ret(list);
        }
    }
    b.finish();
}

fn into(b: &mut FunctionBuilder<'_>, callee: SymbolRef, args: Vec<Arg>, aggregate: Type) {
    let slot = b.add_slot("result", aggregate, None);
    let place = b.slot(slot);
    let generic = b.types().pointer(Space::Generic, aggregate);
    let place = b.cast(generic, place);
    b.call_into(callee, args, place);
    b.ret(place);
}
