//! What must hold before anything is joined: whole modules, made for the same machine.

use super::LinkError;
use crate::equal::symbol_of;
use crate::{Attribute, Body, Envelope, Item, Module, Symbol, SymbolData, TypeKind};
use rustc_hash::FxHashSet;

/// The envelope of the linked module.
pub(super) fn envelope(modules: &[Module]) -> Result<Envelope, Vec<LinkError>> {
    let Some(first) = modules.first() else { return Err(vec![LinkError::Empty]) };
    let mut linked = first.envelope.clone();
    let mut errors = Vec::new();
    for module in modules.iter().skip(1) {
        let other = &module.envelope;
        for (field, a, b) in [
            ("target", &linked.target, &other.target),
            ("abi", &linked.abi, &other.abi),
            ("layout", &linked.layout, &other.layout),
            ("profile", &linked.profile, &other.profile),
        ] {
            if a != b {
                errors.push(LinkError::Envelope {
                    field,
                    first: linked.name.clone(),
                    first_value: a.clone(),
                    second: other.name.clone(),
                    second_value: b.clone(),
                });
            }
        }
        for feature in &other.features {
            if !linked.features.contains(feature) {
                linked.features.push(feature.clone());
            }
        }
    }
    if errors.is_empty() { Ok(linked) } else { Err(errors) }
}

/// Whether each module is whole: what the joining relies on. It relies on no more, so that everything else that is
/// wrong with a module is still wrong with the linked one.
pub(super) fn modules(modules: &[Module]) -> Result<(), Vec<LinkError>> {
    let mut errors = Vec::new();
    for module in modules {
        if let Some(what) = broken(module) {
            errors.push(LinkError::Broken { module: module.envelope.name.clone(), what });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn broken(module: &Module) -> Option<String> {
    if module.damaged || module.functions.values().any(|function| function.body.damaged) {
        return Some("its text had errors".to_string());
    }
    let mut seen = FxHashSet::default();
    let types = module.types.named.values().map(|named| named.name);
    for name in types.chain(module.symbols.values().map(|symbol| symbol.name)) {
        if !seen.insert(name) {
            return Some(format!("`@{}` is declared twice", module.names.text(name)));
        }
    }
    let gone = gone(module);
    let declared = |(symbol, data): &(Symbol, &SymbolData)| match data.item {
        Item::Undefined => gone.contains(symbol),
        item => symbol_of(module, item) == Some(*symbol),
    };
    if let Some((symbol, _)) = module.symbols.iter().find(|entry| !declared(entry)) {
        return Some(format!("`@{}` is not declared", module.symbol_name(symbol)));
    }
    let items = module.registers.len() + module.data.len() + module.imports.len() + module.functions.len();
    if items + gone.len() != module.symbols.len() {
        return Some("an item has no symbol of its own".to_string());
    }
    let odd = module.functions.values().find(|function| has_odd_constant(&function.body));
    odd.map(|function| format!("`@{}` has a constant of no scalar type", module.symbol_name(function.symbol)))
}

/// The symbols without an item that inlining records name, and nothing else does.
fn gone(module: &Module) -> FxHashSet<Symbol> {
    let functions = module.functions.values();
    let callees = functions.flat_map(|function| function.inlined.values().map(|record| record.callee));
    let mut gone: FxHashSet<Symbol> = callees
        .filter(|&callee| module.symbols.is_valid(callee) && module.item(callee) == Item::Undefined)
        .collect();
    if gone.is_empty() {
        return gone;
    }
    for inst in module.functions.values().flat_map(|function| function.body.insts.values()) {
        if inst.opcode.shape().has(Attribute::Symbol) {
            gone.remove(&inst.symbol());
        }
    }
    for symbol in module.data.values().flat_map(|data| data.init.symbols()) {
        gone.remove(&symbol);
    }
    gone
}

/// Types of constants have the same index in every module, so that pools of constants need no change.
fn has_odd_constant(body: &Body) -> bool {
    body.constants.as_slice().iter().any(|constant| constant.ty.index() > TypeKind::ALL.len())
}
