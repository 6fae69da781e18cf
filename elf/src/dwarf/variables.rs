//! Variables of the source: in a stack slot for the whole function, or in a value where that is live.
//!
//! A value that the machine code keeps nowhere, because its users compute it, gives a variable without location.

use super::live::{Ranges, ranges};
use super::{Writer, address};
use crate::program::FunctionPart;
use crate::unwind::{core_register, vector_register};
use artifact::{Claim, Place};
use gimli::constants as dw;
use gimli::write::{AttributeValue, Expression, Location as Listed, LocationList, UnitEntryId};
use native_ir::{Block, EntityRef, Function, Location, Slot, Value, ValueDef, Variable};
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
        let claim = &part.code.claim;
        match variable.location {
            Location::Slot(slot) => {
                if let Some(place) = slot_place(claim, slot) {
                    self.set(entry, dw::DW_AT_location, AttributeValue::Exprloc(place));
                }
            }
            Location::Value(value) => {
                let ranges = ranges.get(&value).map_or(&[][..], Vec::as_slice);
                if let Some(place) = value_place(claim, value).filter(|_| !ranges.is_empty()) {
                    let each = ranges.iter().map(|&(begin, end)| Listed::StartLength {
                        begin: address(index, begin),
                        length: u64::from(end - begin),
                        data: place.clone(),
                    });
                    let list = self.unit.locations.add(LocationList(each.collect()));
                    self.set(entry, dw::DW_AT_location, AttributeValue::LocationListRef(list));
                }
            }
        }
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

fn slot_place(claim: &Claim, slot: Slot) -> Option<Expression> {
    let (_, offset) = *claim.frame.slots.iter().find(|(other, _)| *other == slot)?;
    Some(in_frame(claim, offset))
}

/// A place in the frame, from the canonical frame address, which is the function's frame base.
fn in_frame(claim: &Claim, offset: u32) -> Expression {
    let mut place = Expression::new();
    place.op_fbreg(claim.frame.distance(offset) - i64::from(claim.frame.bytes) - 8);
    place
}

fn value_place(claim: &Claim, value: Value) -> Option<Expression> {
    let mut place = Expression::new();
    match claim.place(value) {
        Place::Nowhere => return None,
        Place::Core(number) => place.op_reg(core_register(number)),
        Place::Vector(number) => place.op_reg(vector_register(number)),
        Place::Frame(offset) => return Some(in_frame(claim, offset)),
    }
    Some(place)
}
