//! Casts behind `address` where a linked function has fewer effects than the module that takes its address expects.
//!
//! `%p: ptr[code,fn() -> () effects(read)] = address @f` no longer has `@f`'s type once a definition without effects
//! resolves the import. It becomes two instructions: `address` with the definition's type, and a `cast` to the expected
//! one, which takes the place of the first in all uses. The body is numbered anew, so that the layout invariant holds.

use super::maps::Maps;
use super::symbols::Plan;
use crate::{
    Block, BlockData, Body, Function, Inst, InstData, Location, Name, Opcode, Operand, Space, Type, TypeTable,
    Value, ValueData, ValueDef,
};
use cranelift_entity::{EntityRef, PrimaryMap};

/// A cast to insert behind an instruction.
pub(super) struct Cast {
    /// The `address`, by its old number.
    address: Inst,
    /// Its result, by its old number.
    pointer: Value,
    /// The result's type in the linked module.
    ty: Type,
}

/// Where a body that is still its module's needs casts. `expected` has the types of the module's functions and imported
/// functions, in the linked module's table, by symbol.
pub(super) fn casts(
    body: &Body,
    maps: &Maps,
    expected: &[Option<Type>],
    plan: &Plan,
    types: &mut TypeTable,
) -> Vec<Cast> {
    let mut casts = Vec::new();
    for (address, inst) in body.insts.iter().filter(|(_, inst)| inst.opcode == Opcode::Address) {
        let Some(Some(expected)) = expected.get(inst.symbol().index()).copied() else { continue };
        let found = plan.ty(maps.symbol(inst.symbol())).unwrap_or(expected);
        if let Some(pointer) = body.results(address).next().filter(|_| found != expected && inst.results == 1) {
            casts.push(Cast { address, pointer, ty: types.pointer(Space::Code, found) });
        }
    }
    casts
}

/// Inserts casts into a body that is already the linked module's.
pub(super) fn insert(function: &mut Function, casts: &[Cast]) {
    if casts.is_empty() {
        return;
    }
    let renumber = Renumber { casts };
    for variable in &mut function.variables {
        if let Location::Value(value) = &mut variable.location {
            *value = renumber.used(*value);
        }
    }
    let old = std::mem::take(&mut function.body);
    function.body = renumber.body(old);
}

/// The new numbers: an instruction moves down by the casts above it, a value by the cast results above it.
struct Renumber<'a> {
    casts: &'a [Cast],
}

impl Renumber<'_> {
    fn inst(&self, inst: Inst) -> Inst {
        let above = self.casts.partition_point(|cast| cast.address < inst);
        Inst::new(inst.index() + above)
    }

    /// A value where it is defined.
    fn defined(&self, value: Value) -> Value {
        let above = self.casts.partition_point(|cast| cast.pointer < value);
        Value::new(value.index() + above)
    }

    /// A value where it is used: the cast's result for the address that it casts.
    fn used(&self, value: Value) -> Value {
        let above = self.casts.partition_point(|cast| cast.pointer <= value);
        Value::new(value.index() + above)
    }

    fn operand(&self, operand: Operand) -> Operand {
        operand.value().map_or(operand, |value| self.used(value).into())
    }

    fn body(&self, old: Body) -> Body {
        let mut new = Body {
            blocks: self.blocks(&old.blocks),
            edges: old.edges.clone(),
            pool: old.pool.iter().map(|&operand| self.operand(operand)).collect(),
            constants: old.constants.clone(),
            damaged: old.damaged,
            ..Body::default()
        };
        self.values(&old, &mut new);
        for (inst, &data) in &old.insts {
            let cast = self.casts.binary_search_by_key(&inst, |cast| cast.address).is_ok();
            self.push(&old, &mut new, inst, self.instruction(data));
            if cast {
                let address = old.results(inst).next().map_or(Value::new(0), |value| self.defined(value));
                let mut data = InstData::new(Opcode::Cast);
                data.results = 1;
                data.words[0] = Operand::from(address).bits();
                self.push(&old, &mut new, inst, data);
                if let Some(first) = new.first_results.last_mut() {
                    *first = Value::new(address.index() + 1);
                }
            }
        }
        new
    }

    /// Adds an instruction with span, inlining record and first result of an old one.
    fn push(&self, old: &Body, new: &mut Body, inst: Inst, data: InstData) {
        new.insts.push(data);
        new.spans.extend(old.spans.get(inst.index()));
        new.inline_sites.extend(old.inline_sites.get(inst.index()));
        let first = old.first_results.get(inst.index()).map_or(Value::new(0), |&value| self.defined(value));
        new.first_results.push(first);
    }

    fn instruction(&self, mut data: InstData) -> InstData {
        for index in 0..data.fixed_operands() {
            data.words[index] = self.operand(data.operand(index)).bits();
        }
        data
    }

    fn blocks(&self, old: &PrimaryMap<Block, BlockData>) -> PrimaryMap<Block, BlockData> {
        let moved = old.values().map(|&block| BlockData {
            first_param: self.defined(block.first_param),
            first_inst: self.inst(block.first_inst),
            end_inst: self.inst(block.end_inst),
            ..block
        });
        moved.collect()
    }

    fn values(&self, old: &Body, new: &mut Body) {
        let mut casts = self.casts.iter().peekable();
        for (value, data) in &old.values {
            let def = match data.def() {
                ValueDef::Result(inst) => ValueDef::Result(self.inst(inst)),
                def => def,
            };
            let name = old.value_names.get(value.index()).copied().unwrap_or(Name::NONE);
            let Some(cast) = casts.next_if(|cast| cast.pointer == value) else {
                new.values.push(ValueData::new(data.ty, def));
                new.value_names.push(name);
                continue;
            };
            let behind = Inst::new(self.inst(cast.address).index() + 1);
            new.values.push(ValueData::new(cast.ty, def));
            new.value_names.push(Name::NONE);
            new.values.push(ValueData::new(data.ty, ValueDef::Result(behind)));
            new.value_names.push(name);
        }
    }
}
