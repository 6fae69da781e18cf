//! Interning the types of one table into another, and joining those of modules.

use super::LinkError;
use super::maps::Maps;
use crate::{Abi, FunctionType, Module, Name, NamedType, Names, Param, Type, TypeData, TypeTable};
use cranelift_entity::{EntityRef, PrimaryMap};
use rustc_hash::FxHashMap;

/// Joins the types of all modules. Named types of equal names are taken for one; whether they are is then a question of
/// one step, whether their bodies are the same type, even when they are recursive.
pub(super) fn join(modules: &[Module], maps: &mut [Maps], linked: &mut Module) -> Result<(), Vec<LinkError>> {
    let mut errors = Vec::new();
    let mut by_name: FxHashMap<Name, NamedType> = FxHashMap::default();
    let mut first_modules: PrimaryMap<NamedType, usize> = PrimaryMap::new();
    for (index, (module, maps)) in modules.iter().zip(maps).enumerate() {
        let (names, types) = (&mut linked.names, &mut linked.types);
        let mut named = Vec::with_capacity(module.types.named.len());
        for data in module.types.named.values() {
            let name = maps.name(&module.names, names, data.name);
            named.push(*by_name.entry(name).or_insert_with(|| {
                first_modules.push(index);
                types.declare(name).0
            }));
        }
        maps.types = translate(&module.types, types, |name| maps.name(&module.names, names, name), &named);
        for (data, &named) in module.types.named.values().zip(&named) {
            let body = maps.ty(data.body);
            let first = first_modules.get(named).copied().unwrap_or(index);
            if first == index {
                types.define(named, body);
            } else if types.named[named].body != body {
                errors.push(different(modules, names, types.named[named].name, [first, index]));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn different(modules: &[Module], names: &Names, name: Name, of: [usize; 2]) -> LinkError {
    let [first, second] = of.map(|index| modules.get(index).map_or(String::new(), |m| m.envelope.name.clone()));
    LinkError::Type { name: names.text(name).to_string(), first, second }
}

/// The types of a table in another: by type of the first.
///
/// `name` gives a name of the first its equal in the second; `named` gives each named type its equal. Linear in the
/// table, for children stand before their parents. What only a broken table holds becomes [`Type::ERROR`].
pub(crate) fn translate(
    from: &TypeTable,
    into: &mut TypeTable,
    mut name: impl FnMut(Name) -> Name,
    named: &[NamedType],
) -> Vec<Type> {
    let mut map: Vec<Type> = Vec::with_capacity(from.len());
    for (_, data) in from.iter() {
        let data = translate_one(data, &map, &mut name, named);
        map.push(data.map_or(Type::ERROR, |data| into.intern(data)));
    }
    map
}

/// The type that a map of types gives, [`Type::ERROR`] for a type of another module.
pub(crate) fn mapped(map: &[Type], ty: Type) -> Type {
    map.get(ty.index()).copied().unwrap_or(Type::ERROR)
}

fn translate_one(
    data: &TypeData,
    map: &[Type],
    name: &mut impl FnMut(Name) -> Name,
    named: &[NamedType],
) -> Option<TypeData> {
    Some(match data {
        TypeData::Error => return None,
        TypeData::Primitive(kind) => TypeData::Primitive(*kind),
        TypeData::Pointer { space, pointee } => {
            TypeData::Pointer { space: *space, pointee: mapped(map, *pointee) }
        }
        TypeData::Function(function) => TypeData::Function(Box::new(signature(function, map, name))),
        TypeData::Struct { packed, fields } => {
            let fields = fields.iter().map(|&field| mapped(map, field)).collect();
            TypeData::Struct { packed: *packed, fields }
        }
        TypeData::Array { element, length } => TypeData::Array { element: mapped(map, *element), length: *length },
        TypeData::Vector { element, lanes } => TypeData::Vector { element: mapped(map, *element), lanes: *lanes },
        TypeData::Named(of) => TypeData::Named(*named.get(of.index())?),
    })
}

fn signature(function: &FunctionType, map: &[Type], name: &mut impl FnMut(Name) -> Name) -> FunctionType {
    let params = |list: &[Param]| {
        list.iter().map(|param| Param { ty: mapped(map, param.ty), passing: param.passing }).collect()
    };
    let abi = match function.abi {
        Abi::Named(of) => Abi::Named(name(of)),
        abi => abi,
    };
    FunctionType {
        params: params(&function.params),
        results: params(&function.results),
        varargs: function.varargs,
        abi,
        effects: function.effects,
    }
}
