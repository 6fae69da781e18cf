//! Functions of the linked module: headers and bodies with every index of the module replaced.

use super::maps::Maps;
use super::symbols::Plan;
use super::widen;
use crate::{Attribute, Body, Function, InstData, Item, Module, Names, Suffix, Type, ValueData};

pub(super) fn functions(module: Module, index: usize, maps: &mut Maps, plan: &Plan, linked: &mut Module) {
    let expected: Vec<Option<Type>> =
        module.symbols.keys().map(|symbol| module.callee_type(symbol).map(|(ty, _)| maps.ty(ty))).collect();
    for mut function in module.functions.into_iter().map(|(_, function)| function) {
        let symbol = maps.symbol(function.symbol);
        if !plan.keeps(index, function.symbol, symbol) {
            continue;
        }
        let casts = widen::casts(&function.body, maps, &expected, plan, &mut linked.types);
        header(&mut function, maps, &module.names, &mut linked.names);
        body(&mut function.body, maps, &module.names, &mut linked.names);
        widen::insert(&mut function, &casts);
        linked.symbols[symbol].item = Item::Function(linked.functions.push(function));
    }
}

fn header(function: &mut Function, maps: &mut Maps, from: &Names, into: &mut Names) {
    function.symbol = maps.symbol(function.symbol);
    function.ty = maps.ty(function.ty);
    function.section = function.section.map(|name| maps.name(from, into, name));
    function.source = maps.source(function.source);
    function.span = maps.span(function.span);
    for slot in function.slots.values_mut() {
        slot.name = maps.name(from, into, slot.name);
        slot.ty = maps.ty(slot.ty);
        slot.span = maps.span(slot.span);
    }
    for variable in &mut function.variables {
        variable.name = maps.name(from, into, variable.name);
        variable.ty = maps.debug_type(variable.ty);
        variable.span = maps.span(variable.span);
    }
    for site in function.inlined.values_mut() {
        site.callee = maps.symbol(site.callee);
        site.span = maps.span(site.span);
    }
}

/// Edges, pool and constants hold nothing of the module: constants have scalar types, which are the same everywhere.
fn body(body: &mut Body, maps: &mut Maps, from: &Names, into: &mut Names) {
    for block in body.blocks.values_mut() {
        block.name = maps.name(from, into, block.name);
    }
    for inst in body.insts.values_mut() {
        instruction(inst, maps);
    }
    for span in &mut body.spans {
        *span = maps.span(*span);
    }
    for value in body.values.values_mut() {
        *value = ValueData::new(maps.ty(value.ty), value.def());
    }
    for name in &mut body.value_names {
        *name = maps.name(from, into, *name);
    }
}

fn instruction(inst: &mut InstData, maps: &Maps) {
    let shape = inst.opcode.shape();
    if shape.has(Attribute::Symbol) {
        let word = if shape.has_list() { 0 } else { 2 };
        inst.words[word] = maps.symbol(inst.symbol()).as_u32();
    } else if shape.has(Attribute::Register) {
        inst.words[2] = maps.register(inst.register()).as_u32();
    } else if shape.suffix == Suffix::Type {
        inst.words[2] = maps.ty(inst.access_type()).index() as u32;
    }
}
