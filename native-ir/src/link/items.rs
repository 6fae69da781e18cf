//! Sources, registers, data, imports and debug types of the linked module.

use super::LinkError;
use super::maps::Maps;
use super::symbols::{Namer, Plan};
use crate::debug::{DebugKind, DebugTypeData};
use crate::{DataObject, DebugType, ImportData, InitNode, Item, Module, Name, Names, RegisterData, Source, Span};
use cranelift_entity::EntityRef;
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// Joins the sources. Spans have room for [`Span::MAX_SOURCES`].
pub(super) fn sources(modules: &[Module], maps: &mut [Maps], linked: &mut Module) -> Result<(), Vec<LinkError>> {
    let mut known = IndexSet::with_hasher(FxBuildHasher);
    for (module, maps) in modules.iter().zip(maps) {
        for source in module.sources.values() {
            let (index, new) = known.insert_full((source.path.as_str(), source.sha256, source.lines));
            if new {
                linked.sources.push(source.clone());
            }
            maps.sources.push(Source::new(index));
        }
    }
    if linked.sources.len() > Span::MAX_SOURCES {
        return Err(vec![LinkError::Sources { limit: Span::MAX_SOURCES }]);
    }
    Ok(())
}

pub(super) fn registers(modules: &[Module], maps: &mut [Maps], plan: &Plan, linked: &mut Module) {
    for (index, (module, maps)) in modules.iter().zip(maps).enumerate() {
        for data in module.registers.values() {
            let symbol = maps.symbol(data.symbol);
            if plan.keeps(index, data.symbol, symbol) {
                let register = linked.registers.push(RegisterData { symbol, ty: maps.ty(data.ty), ..*data });
                linked.symbols[symbol].item = Item::Register(register);
            }
            if let Item::Register(register) = linked.item(symbol) {
                maps.registers.push(register);
            }
        }
    }
}

pub(super) fn data(module: &Module, index: usize, maps: &mut Maps, plan: &Plan, linked: &mut Module) {
    for data in module.data.values() {
        let symbol = maps.symbol(data.symbol);
        if !plan.keeps(index, data.symbol, symbol) {
            continue;
        }
        let section = data.section.map(|name| maps.name(&module.names, &mut linked.names, name));
        let mut object = DataObject { symbol, ty: maps.ty(data.ty), section, ..data.clone() };
        for node in &mut object.init.nodes {
            if let InitNode::Address { symbol, .. } = node {
                *symbol = maps.symbol(*symbol);
            }
        }
        linked.symbols[symbol].item = Item::Data(linked.data.push(object));
    }
}

pub(super) fn imports(module: &Module, index: usize, maps: &Maps, plan: &Plan, linked: &mut Module) {
    for data in module.imports.values() {
        let symbol = maps.symbol(data.symbol);
        if plan.keeps(index, data.symbol, symbol) {
            let ty = plan.ty(symbol).unwrap_or(maps.ty(data.ty));
            let import = linked.imports.push(ImportData { symbol, kind: data.kind, ty });
            linked.symbols[symbol].item = Item::Import(import);
        }
    }
}

/// Debug types stay apart; one whose name another module has too becomes `module::name`.
pub(super) fn debug_types(modules: &[Module], maps: &mut [Maps], linked: &mut Module) {
    let mut uses: FxHashMap<Name, usize> = FxHashMap::default();
    for (module, maps) in modules.iter().zip(maps.iter_mut()) {
        for data in module.debug_types.values() {
            *uses.entry(maps.name(&module.names, &mut linked.names, data.name)).or_default() += 1;
        }
    }
    let mut namer = Namer::new(uses.keys().copied());
    for (module, maps) in modules.iter().zip(maps) {
        let first = linked.debug_types.len();
        maps.debug_types = (0..module.debug_types.len()).map(|index| DebugType::new(first + index)).collect();
        for data in module.debug_types.values() {
            let mut name = maps.name(&module.names, &mut linked.names, data.name);
            if name.is_some() && uses.get(&name).is_some_and(|&uses| uses > 1) {
                name = namer.apart(linked, &module.envelope.name, name);
            }
            let kind = debug_kind(&data.kind, maps, &module.names, &mut linked.names);
            linked.debug_types.push(DebugTypeData { name, kind });
        }
    }
}

fn debug_kind(kind: &DebugKind, maps: &mut Maps, from: &Names, into: &mut Names) -> DebugKind {
    let mut kind = kind.clone();
    match &mut kind {
        DebugKind::Base { name, .. } => *name = maps.name(from, into, *name),
        DebugKind::Pointer { to, .. } => *to = maps.debug_type(*to),
        DebugKind::Typedef { name, of } => {
            *name = maps.name(from, into, *name);
            *of = maps.debug_type(*of);
        }
        DebugKind::Array { of, .. } => *of = maps.debug_type(*of),
        DebugKind::Struct { name, members, .. } => {
            *name = maps.name(from, into, *name);
            for member in members {
                member.name = maps.name(from, into, member.name);
                member.ty = maps.debug_type(member.ty);
            }
        }
        DebugKind::Enum { name, of, values } => {
            *name = maps.name(from, into, *name);
            *of = maps.debug_type(*of);
            for (name, _) in values {
                *name = maps.name(from, into, *name);
            }
        }
    }
    kind
}
