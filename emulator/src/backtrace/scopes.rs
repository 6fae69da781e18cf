//! The functions that an instruction belongs to: the one whose code it is in, and those that were inlined there.

use super::Place;
use crate::sections::{Slice, path, text};
use gimli::{AttributeValue, DebuggingInformationEntry, Dwarf, Unit, constants as dw};

/// A function around an instruction.
pub(super) struct Scope {
    pub(super) name: String,
    /// Where the call stood that it was inlined for.
    pub(super) call: Option<Place>,
}

/// The functions around an instruction, the outermost first; none where there is no debug information.
pub(super) fn at(dwarf: &Dwarf<Slice<'_>>, address: u32) -> gimli::Result<Vec<Scope>> {
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        let scopes = of_unit(dwarf, &unit, address)?;
        if !scopes.is_empty() {
            return Ok(scopes);
        }
    }
    Ok(Vec::new())
}

fn of_unit<'a>(dwarf: &Dwarf<Slice<'a>>, unit: &Unit<Slice<'a>>, address: u32) -> gimli::Result<Vec<Scope>> {
    let mut scopes = Vec::new();
    let mut entries = unit.entries();
    // Entries come before those inside them, and what is inside of one that has the address not is not asked for.
    while let Some(entry) = entries.next_dfs()? {
        let is_scope = matches!(entry.tag(), dw::DW_TAG_subprogram | dw::DW_TAG_inlined_subroutine);
        if !is_scope || !has(dwarf, unit, entry, address)? {
            continue;
        }
        scopes.push(Scope { name: name(dwarf, unit, entry)?, call: call(dwarf, unit, entry)? });
    }
    Ok(scopes)
}

fn has<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    entry: &DebuggingInformationEntry<Slice<'a>>,
    address: u32,
) -> gimli::Result<bool> {
    let mut ranges = dwarf.die_ranges(unit, entry)?;
    while let Some(range) = ranges.next()? {
        if (range.begin..range.end).contains(&u64::from(address)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name of an entry, or of the one that it is an instance of.
fn name<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    entry: &DebuggingInformationEntry<Slice<'a>>,
) -> gimli::Result<String> {
    if let Some(name) = entry.attr_value(dw::DW_AT_name) {
        return text(dwarf, unit, name);
    }
    let Some(AttributeValue::UnitRef(origin)) = entry.attr_value(dw::DW_AT_abstract_origin) else {
        return Ok(String::new());
    };
    let origin = unit.entry(origin)?;
    origin.attr_value(dw::DW_AT_name).map_or(Ok(String::new()), |name| text(dwarf, unit, name))
}

/// Where the call stood of what was inlined.
fn call<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    entry: &DebuggingInformationEntry<Slice<'a>>,
) -> gimli::Result<Option<Place>> {
    let number = |name| entry.attr_value(name).and_then(|value| value.udata_value());
    let header = unit.line_program.as_ref().map(|program| program.header());
    let file = match entry.attr_value(dw::DW_AT_call_file) {
        Some(AttributeValue::FileIndex(index)) => header.and_then(|header| Some((header, header.file(index)?))),
        _ => None,
    };
    let (Some((header, file)), Some(line)) = (file, number(dw::DW_AT_call_line)) else { return Ok(None) };
    let narrow = |number: u64| u32::try_from(number).unwrap_or(0);
    Ok(Some(Place::Source {
        path: path(dwarf, unit, header, file)?,
        line: narrow(line),
        column: number(dw::DW_AT_call_column).map_or(0, narrow),
    }))
}
