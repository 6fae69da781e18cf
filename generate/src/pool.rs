//! The types that a module uses: scalars of its target, aggregates with a size, functions that its ABI can pass.

use crate::names::NameSpace;
use crate::{Config, Source};
use native_ir::abi::{self, Convention};
use native_ir::contract::types::{Class, TypeStatus};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{
    Abi, Effect, EffectSet, FunctionType, Module, Param, Passing, Space, Type, TypeData, TypeKind, TypeTable,
};

/// How deep aggregates and pointers are nested.
const DEPTH: usize = 3;

/// The types to choose from.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Kinds that values may have on the target, but for pointers and fibers.
    pub(crate) scalars: Vec<Type>,
    /// Those of them that memory may hold.
    pub(crate) stored: Vec<Type>,
    /// Structs, arrays and named types, all with a size.
    pub(crate) aggregates: Vec<Type>,
    /// Function types that can be called.
    pub(crate) functions: Vec<Type>,
    /// The type of what a fiber runs.
    pub(crate) fiber_function: Type,
    /// The effects that the module's profile allows.
    pub(crate) effects: EffectSet,
    layouts: Layouts,
    convention: Option<Convention>,
}

/// Whether a kind of type exists on the target.
pub(crate) fn is_on_target(config: &Config<'_>, kind: TypeKind) -> bool {
    let row = config.contract.type_row(kind);
    row.status == TypeStatus::Active && row.aligns.get(config.target).copied().flatten().is_some()
}

fn of_class(config: &Config<'_>, class: Class) -> Vec<Type> {
    let kinds = TypeKind::ALL.iter().copied().filter(|&kind| {
        let simple = !matches!(kind, TypeKind::Ptr | TypeKind::Fiber);
        simple && is_on_target(config, kind) && config.contract.type_row(kind).classes.contains(&class)
    });
    kinds.map(Type::of_kind).collect()
}

impl Pool {
    /// Adds types to a module whose envelope is there.
    pub(crate) fn new(
        module: &mut Module,
        names: &mut NameSpace,
        source: &mut Source<'_>,
        config: &Config<'_>,
    ) -> Pool {
        let machine = MachineLayout::of(config.contract, config.target);
        let forbidden = if config.native { EffectSet::of(Effect::Suspend) } else { EffectSet::EMPTY };
        let effects = config.contract.allowed_effects(&module.envelope.profile).minus(forbidden);
        let word = FunctionType::new(&[Type::I64], &[Type::I64]);
        let mut pool = Pool {
            scalars: of_class(config, Class::Value),
            stored: of_class(config, Class::Storable),
            aggregates: Vec::new(),
            functions: Vec::new(),
            fiber_function: module.types.function(word.with_effects(some_effects(source, effects))),
            effects,
            layouts: Layouts::new(&module.types, &machine),
            convention: Convention::of(config.contract, config.target),
        };
        pool.add_aggregates(module, names, source, config);
        pool.layouts = Layouts::new(&module.types, &machine);
        pool.functions.push(pool.fiber_function);
        for _ in 0..source.between(1, 3) {
            let ty = pool.function_type(&mut module.types, source, config);
            let ty = module.types.function(ty);
            pool.functions.push(ty);
        }
        pool
    }

    fn add_aggregates(
        &mut self,
        module: &mut Module,
        names: &mut NameSpace,
        source: &mut Source<'_>,
        config: &Config<'_>,
    ) {
        for _ in 0..source.between(1, 5) {
            let named = source.chance(40).then(|| {
                let name = names.fresh(source, "T");
                let name = module.names.intern(&name);
                module.types.declare(name)
            });
            // A named type may hold pointers to itself.
            let to_self = named.map(|(_, ty)| module.types.pointer(Space::Heap, ty));
            let body = self.aggregate(&mut module.types, source, config, to_self);
            let ty = named.map_or(body, |(_, ty)| ty);
            if let Some((named, _)) = named {
                module.types.define(named, body);
            }
            self.aggregates.push(ty);
        }
    }

    fn aggregate(
        &self,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
        to_self: Option<Type>,
    ) -> Type {
        if source.chance(45) {
            let element = self.object(types, source, config, DEPTH);
            let length = if source.chance(10) { 0 } else { source.between(1, 5) };
            return types.array(element, length as u64);
        }
        let fields = (0..source.below(5)).map(|_| self.object(types, source, config, DEPTH));
        let fields = fields.collect::<Vec<_>>().into_iter().chain(to_self).collect();
        types.intern(TypeData::Struct { packed: source.chance(20), fields })
    }

    /// A type that memory may hold.
    pub(crate) fn object(
        &self,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
        depth: usize,
    ) -> Type {
        match source.below(10) {
            0..=5 => source.pick(&self.stored),
            6 | 7 => source.pick(&self.aggregates),
            _ => Some(self.pointer(types, source, config, depth)),
        }
        .unwrap_or(Type::I8)
    }

    /// A pointer type into any space but mmio, whose pointers come from registers alone.
    pub(crate) fn pointer(
        &self,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
        depth: usize,
    ) -> Type {
        const SPACES: [Space; 5] = [Space::Stack, Space::Heap, Space::Static, Space::Code, Space::Generic];
        let space = source.pick(&SPACES).unwrap_or(Space::Stack);
        let pointee = match space {
            Space::Code => source.pick(&self.functions).unwrap_or(self.fiber_function),
            _ if depth == 0 || source.chance(15) => Type::I8,
            _ => self.object(types, source, config, depth - 1),
        };
        types.pointer(space, pointee)
    }

    /// A type for a parameter, result or block parameter; no fiber, which not every function can make.
    pub(crate) fn value(&self, types: &mut TypeTable, source: &mut Source<'_>, config: &Config<'_>) -> Type {
        match source.below(10) {
            0..=5 => source.pick(&self.scalars).unwrap_or(Type::I32),
            _ => self.pointer(types, source, config, DEPTH),
        }
    }

    /// A function type that the ABI can pass.
    pub(crate) fn function_type(
        &self,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
    ) -> FunctionType {
        let mut ty = FunctionType::new(&[], &[]).with_effects(some_effects(source, self.effects));
        ty.abi = if source.chance(25) { Abi::Tail } else { Abi::Module };
        for position in 0..source.between(0, config.params) {
            let param = self.param(types, source, config, position);
            ty.params.push(param);
        }
        if ty.params.first().is_none_or(|param| param.passing != Passing::SRet) {
            self.add_results(&mut ty, types, source, config);
        }
        // The results that were added last are what does not fit.
        while self.stack_bytes(types, &ty).is_none() && ty.results.pop().is_some() {}
        if self.stack_bytes(types, &ty).is_none() {
            ty.params.clear();
        }
        ty
    }

    fn param(
        &self,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
        position: usize,
    ) -> Param {
        let aggregate = source.pick(&self.aggregates).filter(|_| source.chance(25));
        match aggregate {
            Some(ty) => {
                let forms = [Passing::Agg, Passing::ByVal, Passing::SRet];
                let passing = source.pick(&forms[..if position == 0 { 3 } else { 2 }]).unwrap_or(Passing::Agg);
                Param { ty, passing }
            }
            None => {
                let ty = self.value(types, source, config);
                extended(source, ty)
            }
        }
    }

    fn add_results(
        &self,
        ty: &mut FunctionType,
        types: &mut TypeTable,
        source: &mut Source<'_>,
        config: &Config<'_>,
    ) {
        if let Some(aggregate) = source.pick(&self.aggregates).filter(|_| source.chance(20)) {
            ty.results.push(Param { ty: aggregate, passing: Passing::Agg });
            return;
        }
        for _ in 0..source.below(5) {
            let result = self.value(types, source, config);
            // Pointers to the stack are not returned.
            if !matches!(types.as_pointer(result), Some((Space::Stack, _))) {
                ty.results.push(extended(source, result));
            }
        }
    }

    /// The size in bytes of the stack arguments; nothing when the ABI cannot pass the signature.
    pub(crate) fn stack_bytes(&self, types: &TypeTable, ty: &FunctionType) -> Option<u64> {
        let layout = abi::classify(types, &self.layouts, self.convention?, ty);
        layout.ok().map(|layout| layout.stack_bytes)
    }
}

/// A parameter that whoever passes it may have to extend.
fn extended(source: &mut Source<'_>, ty: Type) -> Param {
    let narrow = matches!(ty, Type::I1 | Type::I8 | Type::I16);
    let passing = match source.below(4) {
        2 if narrow => Passing::Zext,
        3 if narrow => Passing::Sext,
        _ => Passing::Value,
    };
    Param { ty, passing }
}

/// Often all effects of a set, so that anything may be done, else some of them.
pub(crate) fn some_effects(source: &mut Source<'_>, allowed: EffectSet) -> EffectSet {
    if source.chance(50) {
        return allowed;
    }
    allowed.iter().filter(|_| source.chance(50)).collect::<Vec<Effect>>().into_iter().collect()
}
