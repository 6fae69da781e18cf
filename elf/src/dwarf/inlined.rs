//! What was inlined into a function, as the module's records tell.

use super::{Writer, join, rows};
use crate::program::FunctionPart;
use gimli::constants as dw;
use gimli::write::{AttributeValue, UnitEntryId};
use native_ir::{EntityRef, InlineSite, Symbol};

impl<'a> Writer<'_, 'a> {
    /// Adds an entry for each record of a function that has code.
    pub(super) fn inlined(&mut self, entry: UnitEntryId, index: usize, part: &FunctionPart<'a>) {
        let mut entries: Vec<Option<UnitEntryId>> = Vec::new();
        for (ranges, record) in ranges(part).iter().zip(part.function.inlined.values()) {
            if ranges.is_empty() {
                entries.push(None);
                continue;
            }
            let outer = record.parent.and_then(|parent| entries.get(parent.index()).copied().flatten());
            let origin = self.origin(record.callee);
            let inner = self.unit.add(outer.unwrap_or(entry), dw::DW_TAG_inlined_subroutine);
            self.set(inner, dw::DW_AT_abstract_origin, AttributeValue::UnitRef(origin));
            self.ranges(inner, index, ranges);
            self.place(inner, record.span, [dw::DW_AT_call_file, dw::DW_AT_call_line, dw::DW_AT_call_column]);
            entries.push(Some(inner));
        }
    }

    /// Makes the entries of what was inlined into any function, which come before those of functions with code.
    pub(super) fn origins(&mut self) {
        for part in self.program.functions.iter().filter(|part| part.unit == 0) {
            for record in part.function.inlined.values() {
                self.origin(record.callee);
            }
        }
    }

    /// The entry that stands for a function wherever it was inlined.
    fn origin(&mut self, callee: Symbol) -> UnitEntryId {
        if let Some(&entry) = self.abstracts.get(&callee) {
            return entry;
        }
        let root = self.unit.root();
        let entry = self.unit.add(root, dw::DW_TAG_subprogram);
        self.declaration(entry, callee);
        self.set(entry, dw::DW_AT_inline, AttributeValue::Inline(dw::DW_INL_inlined));
        self.abstracts.insert(callee, entry);
        entry
    }
}

/// The code of each record, that of records inside it included.
fn ranges(part: &FunctionPart<'_>) -> Vec<Vec<(u32, u32)>> {
    let function = part.function;
    let mut ranges = vec![Vec::new(); function.inlined.len()];
    if ranges.is_empty() {
        return ranges;
    }
    for (inst, begin, end) in rows(part.code) {
        let mut site = function.body.inline_site(inst);
        while let Some(at) = site {
            let Some(ranges) = ranges.get_mut(at.index()) else { break };
            join(ranges, (begin, end));
            // A record stands in an earlier one; anything else would not verify.
            let parent = function.inlined.get(at).and_then(|record| record.parent);
            site = parent.filter(|parent: &InlineSite| parent.index() < at.index());
        }
    }
    ranges
}
