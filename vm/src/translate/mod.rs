//! From verified functions to bytecode.
//!
//! A function is translated in one walk over its blocks, after [`slots`] has given its values their slots and [`plan`]
//! has said what is fused:
//!
//! | file | what it emits |
//! |---|---|
//! | [`function`] | the frame, prologue, blocks, segments |
//! | [`compute`] | operations on values, moves, constants |
//! | [`join`] | operations joined with the one before |
//! | [`address`] | addresses and accesses |
//! | [`control`] | branches, switches, edges, returns, traps |
//! | [`call`] | calls and what leaves the function otherwise |
//! | [`system`] | fibers, devices, atomics, hardware |
//!
//! **Two forms of code.** Fast code fuses. Step code fuses nothing and begins each instruction of the IR with `step`,
//! so that it can stop, for want of fuel, before any of them. Both have the same frames, and each block of step code
//! ends by going to fast code. A frame may therefore change from one to the other where a segment begins: at a block's
//! beginning or behind a call.

mod address;
mod assembler;
mod call;
mod compute;
mod control;
mod function;
mod inline;
mod join;
mod live;
mod moves;
mod plan;
mod slots;
mod system;

pub(crate) use assembler::{first_inst_at, inst_at};
pub(crate) use function::{Code, Translator};
pub(crate) use inline::{Inlined, is_small};

use crate::program::CompiledFunction;
use native_ir::layout::Layouts;
use native_ir::{EffectSet, FunctionType, Module, Passing, Symbol, Type, TypeData, TypeKind};
use rustc_hash::FxHashMap;

/// What is to be translated how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// For checked memory.
    pub(crate) checked: bool,
    /// With accounting for fuel.
    pub(crate) fuel: bool,
    /// With counters.
    pub(crate) profile: bool,
    /// Whether floats that turn into NaNs or infinities trap.
    pub(crate) float_traps: bool,
    /// For addresses of 32 bits.
    pub(crate) narrow: bool,
}

/// What the translation of every function needs to know of the module.
pub(crate) struct Context<'m> {
    pub(crate) module: &'m Module,
    pub(crate) layouts: &'m Layouts,
    pub(crate) settings: Settings,
    /// Where the functions are or will be; imports stand behind the module's functions.
    pub(crate) functions: *const CompiledFunction,
    /// The distance of each data object from the region's base.
    pub(crate) data: Vec<u64>,
    /// The distance of the first function's address from the region's base.
    pub(crate) code: u64,
    /// The signature of each type, by [`Type::index`].
    pub(crate) signatures: Vec<u32>,
    /// What [`Context::kind`] says of each type, by [`Type::index`].
    pub(crate) kinds: Vec<TypeKind>,
    /// What is done where it is called, by function.
    pub(crate) inlined: Vec<Option<Inlined>>,
}

impl Context<'_> {
    /// The kind of integer that a type's values are, for operations: addresses and pointers are integers of their width.
    #[inline]
    pub(crate) fn kind(&self, ty: Type) -> TypeKind {
        self.kinds.get(ty.index()).copied().unwrap_or(TypeKind::I64)
    }

    /// The width of a type's values in bits; 64 for what is no number.
    pub(crate) fn width(&self, ty: Type) -> u32 {
        self.kind(ty).bits(64).unwrap_or(64)
    }

    /// The number of the function or import that a symbol is.
    pub(crate) fn function_index(&self, symbol: Symbol) -> Option<usize> {
        crate::program::function_index(self.module, symbol)
    }

    /// What a call through a pointer to a function type expects: signature and effects.
    pub(crate) fn expectation(&self, function: Type) -> u32 {
        let effects = self.module.types.as_function(function).map_or(EffectSet::EMPTY, |ty| ty.effects);
        self.signatures.get(function.index()).copied().unwrap_or(0) << EFFECT_BITS | effect_bits(effects)
    }
}

/// Bits of effects in an expectation.
pub(crate) const EFFECT_BITS: u32 = 8;

/// Effects as bits.
pub(crate) fn effect_bits(effects: EffectSet) -> u32 {
    effects.iter().map(|effect| 1 << effect as u32).sum()
}

/// For each type of a module the kind of integer, or what else, that its values are, with addresses of 32 bits or 64.
pub(crate) fn kinds(module: &Module, narrow: bool) -> Vec<TypeKind> {
    let kind = |ty: Type| match module.types.kind(ty) {
        Some(TypeKind::Addr | TypeKind::Ptr) if narrow => TypeKind::I32,
        Some(TypeKind::Addr | TypeKind::Ptr | TypeKind::Fiber) | None => TypeKind::I64,
        Some(kind) => kind,
    };
    module.types.iter().map(|(ty, _)| kind(ty)).collect()
}

/// A number for each function type of a module, equal for types that differ in effects alone; 0 for other types.
pub(crate) fn signatures(module: &Module) -> Vec<u32> {
    let mut known: FxHashMap<FunctionType, u32> = FxHashMap::default();
    let numbers = module.types.iter().map(|(_, data)| match data {
        TypeData::Function(function) => {
            let next = known.len() as u32 + 1;
            *known.entry((**function).clone().with_effects(EffectSet::EMPTY)).or_insert(next)
        }
        _ => 0,
    });
    numbers.collect()
}

/// Slots that a function's parameters take, with the pointer to where an aggregate result goes, which comes last.
pub(crate) fn parameter_slots(function: &FunctionType) -> u32 {
    let params: u32 = function.params.iter().map(|param| parameter_slot(param.ty, param.passing)).sum();
    params + u32::from(function.aggregate_result().is_some())
}

/// Slots that a parameter takes.
pub(crate) fn parameter_slot(ty: Type, passing: Passing) -> u32 {
    match passing {
        Passing::Value | Passing::Zext | Passing::Sext => live::words(ty),
        Passing::Agg | Passing::ByVal | Passing::SRet => 1,
    }
}

/// Slots that a function's results take.
pub(crate) fn result_slots(function: &FunctionType) -> u32 {
    match function.aggregate_result() {
        Some(_) => 0,
        None => function.results.iter().map(|result| live::words(result.ty)).sum(),
    }
}
