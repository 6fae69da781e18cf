//! Variables of the source: in a stack slot for the whole function, or in a value where that is live.
//!
//! A value that the machine code keeps nowhere, because its users compute it, gives a variable without location. Values
//! that move have the places that the claim lists for each of their words.

use super::live::{Ranges, ranges};
use super::moves::{self, Stretch};
use super::{Writer, address};
use crate::machine::Machine;
use crate::program::FunctionPart;
use artifact::{Claim, Place};
use gimli::constants as dw;
use gimli::write::{AttributeValue, Expression, Location as Listed, LocationList, UnitEntryId};
use native_ir::{Block, EntityRef, Function, Location, Slot, Type, Value, ValueDef, Variable};
use rustc_hash::FxHashSet;

impl<'a> Writer<'_, 'a> {
    /// Adds the variables of a function, its parameters first, as debuggers show them.
    pub(super) fn variables(&mut self, entry: UnitEntryId, index: usize, part: &FunctionPart<'a>) {
        let function = part.function;
        if function.variables.is_empty() {
            return;
        }
        let ranges = ranges(function, part.code, &values(function));
        for wanted in [true, false] {
            for variable in function.variables.iter().filter(|variable| is_parameter(function, variable) == wanted)
            {
                self.variable(entry, wanted, index, part, variable, &ranges);
            }
        }
    }

    fn variable(
        &mut self,
        function: UnitEntryId,
        parameter: bool,
        index: usize,
        part: &FunctionPart<'a>,
        variable: &Variable,
        ranges: &Ranges,
    ) {
        let tag = if parameter { dw::DW_TAG_formal_parameter } else { dw::DW_TAG_variable };
        let entry = self.unit.add(function, tag);
        self.name(entry, variable.name);
        self.type_of(entry, variable.ty);
        self.place(entry, variable.span, [dw::DW_AT_decl_file, dw::DW_AT_decl_line, dw::DW_AT_decl_column]);
        let (claim, machine) = (&part.code.claim, self.program.machine());
        match variable.location {
            Location::Slot(slot) => {
                if let Some(place) = slot_place(machine, claim, slot) {
                    self.set(entry, dw::DW_AT_location, AttributeValue::Exprloc(place));
                }
            }
            Location::Value(value) if !claim.locations.is_empty() => {
                let stretches = moves::stretches(&claim.locations, value, words(part.function, value));
                let each = stretches.iter();
                let each = each.map(|stretch| (stretch.start, stretch.end, whole(machine, claim, stretch)));
                self.listed(entry, index, each);
            }
            Location::Value(value) => {
                let ranges = ranges.get(&value).map_or(&[][..], Vec::as_slice);
                if let Some(place) = value_place(machine, claim, value) {
                    self.listed(entry, index, ranges.iter().map(|&(begin, end)| (begin, end, place.clone())));
                }
            }
        }
    }

    /// Sets a location for each of some ranges of a function's code, if there are any.
    fn listed(
        &mut self,
        entry: UnitEntryId,
        function: usize,
        ranges: impl Iterator<Item = (u32, u32, Expression)>,
    ) {
        let each = ranges.map(|(begin, end, data)| Listed::StartLength {
            begin: address(function, begin),
            length: u64::from(end - begin),
            data,
        });
        let list: Vec<Listed> = each.collect();
        if !list.is_empty() {
            let list = self.unit.locations.add(LocationList(list));
            self.set(entry, dw::DW_AT_location, AttributeValue::LocationListRef(list));
        }
    }
}

/// How many machine words of 4 bytes a value has.
fn words(function: &Function, value: Value) -> u8 {
    match function.body.values.get(value).map(|data| data.ty) {
        Some(Type::I64 | Type::F64) => 2,
        Some(Type::I128) => 4,
        _ => 1,
    }
}

fn values(function: &Function) -> FxHashSet<Value> {
    let each = function.variables.iter().filter_map(|variable| match variable.location {
        Location::Value(value) => Some(value),
        Location::Slot(_) => None,
    });
    each.collect()
}

fn is_parameter(function: &Function, variable: &Variable) -> bool {
    let Location::Value(value) = variable.location else { return false };
    let def = function.body.values.get(value).map(|data| data.def());
    def == Some(ValueDef::Parameter(Block::new(0)))
}

fn slot_place(machine: Machine, claim: &Claim, slot: Slot) -> Option<Expression> {
    let (_, offset) = *claim.frame.slots.iter().find(|(other, _)| *other == slot)?;
    Some(in_frame(machine, claim, offset))
}

/// A place in the frame, from the canonical frame address, which is the function's frame base.
fn in_frame(machine: Machine, claim: &Claim, offset: u32) -> Expression {
    let mut place = Expression::new();
    let frame = i64::from(claim.frame.bytes) + i64::from(machine.frame_at_entry());
    place.op_fbreg(claim.frame.distance(offset) - frame);
    place
}

fn value_place(machine: Machine, claim: &Claim, value: Value) -> Option<Expression> {
    expression(machine, claim, claim.place(value))
}

fn expression(machine: Machine, claim: &Claim, place: Place) -> Option<Expression> {
    let mut expression = Expression::new();
    match place {
        Place::Nowhere => return None,
        Place::Core(number) => expression.op_reg(machine.core_register(number)),
        Place::Vector(number) => expression.op_reg(machine.vector_register(number)),
        Place::Frame(offset) => return Some(in_frame(machine, claim, offset)),
    }
    Some(expression)
}

/// Where a value is along a stretch of the code: in one place, or a place for each word, some of them nowhere.
fn whole(machine: Machine, claim: &Claim, stretch: &Stretch) -> Expression {
    if let [Some(place)] = stretch.places[..] {
        return expression(machine, claim, place).unwrap_or_default();
    }
    let mut all = Expression::new();
    for place in &stretch.places {
        match *place {
            Some(Place::Core(number)) => all.op_reg(machine.core_register(number)),
            Some(Place::Frame(offset)) => {
                let frame = i64::from(claim.frame.bytes) + i64::from(machine.frame_at_entry());
                all.op_fbreg(claim.frame.distance(offset) - frame);
            }
            Some(Place::Nowhere | Place::Vector(_)) | None => {}
        }
        all.op_piece(u64::from(machine.address_bytes()));
    }
    all
}
