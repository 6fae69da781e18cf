//! The declarations of a function before its first label: slots, debug variables, inlining records.

use super::cursor::{Read, shorten, syntax};
use super::field::{self, Seen};
use super::operand::{Patch, Site};
use super::resolve::Key;
use super::{Reader, source, text_place};
use crate::{
    Diagnostic, InlineData, InlineSite, Location, Name, Place, Rule, Slot, SlotData, Span, Type, Value, Variable,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

impl<'t> Reader<'t> {
    /// Reads a declaration, if one stands here. Returns whether it did; then errors are reported.
    pub(super) fn header_line(&mut self) -> bool {
        let before = self.cursor;
        let outcome = match self.cursor.word() {
            "slot" if self.follows(b'$', b':') => self.slot_line(before.at),
            "variable" => self.variable_line(before.at),
            "inlined" => self.inlined_line(before.at),
            _ => {
                self.cursor = before;
                return false;
            }
        };
        let misplaced = !self.current.labels.is_empty() && self.after_label(before.at);
        let outcome = match outcome {
            Ok(()) if misplaced => Err(syntax(
                before.at..self.cursor.at,
                "slots, variables and inlining records stand before the first label",
            )),
            outcome => outcome,
        };
        self.give_up(outcome);
        true
    }

    fn after_label(&self, at: usize) -> bool {
        self.current.map.blocks.first().is_some_and(|&label| (label as usize) < at)
    }

    /// Whether a name with a sigil follows, and a byte behind it: a declaration rather than an operand.
    fn follows(&self, sigil: u8, behind: u8) -> bool {
        let mut cursor = self.cursor;
        if !cursor.eat(sigil) {
            return self.current.labels.is_empty() || !self.after_label(self.cursor.at);
        }
        cursor.at -= 1;
        cursor.at = cursor.token().end;
        cursor.eat(behind) || !self.after_label(self.cursor.at)
    }

    /// `slot $name: T align=N !3:5`
    fn slot_line(&mut self, start: usize) -> Read<()> {
        self.cursor.skip_blanks();
        let at = self.cursor.at;
        let name = self.cursor.name(b'$', "the slot's name")?;
        let name = self.module.names.intern(&name);
        let slot = self.push_slot(name, at..self.cursor.at, start);
        self.cursor.expect(b':')?;
        let ty = self.read_type()?;
        let func = self.current.func;
        self.module.functions[func].slots[slot].ty = ty;
        let mut seen = Seen::default();
        while let Some((name, range)) = self.field_name() {
            if name != "align" {
                return Err(field::unknown(&shorten(name), "a slot", range));
            }
            self.once(&mut seen, name, range);
            self.module.functions[func].slots[slot].align = Some(self.align()?);
        }
        self.module.functions[func].slots[slot].span = self.optional_span()?;
        self.cursor.expect_line_end()
    }

    /// A new slot. A name that is taken is reported.
    fn push_slot(&mut self, name: Name, range: Range<usize>, start: usize) -> Slot {
        let func = self.current.func;
        let data = SlotData { name, ty: Type::ERROR, align: None, span: Span::MISSING };
        let slot = self.module.functions[func].slots.push(data);
        self.current.map.slots.push(start as u32);
        if let Some(first) = self.current.slots.set(Key::Named(name), slot.as_u32()) {
            self.conflict(range, Place::Slot(func, Slot::from_u32(first)));
        }
        slot
    }

    /// `$name` as an operand. A slot that is not declared is reported, and then declared: so it is reported once.
    pub(super) fn slot_operand(&mut self) -> Read<u32> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        let name = self.cursor.name(b'$', "a slot")?;
        let name = self.module.names.intern(&name);
        if let Some(slot) = self.current.slots.get(Key::Named(name)) {
            return Ok(slot);
        }
        let range = start..self.cursor.at;
        self.unknown(range.clone(), "is not declared in this function");
        Ok(self.push_slot(name, range, start).as_u32())
    }

    fn optional_span(&mut self) -> Read<Span> {
        self.cursor.skip_blanks();
        if self.cursor.peek() == b'!' { self.span(self.current.source) } else { Ok(Span::MISSING) }
    }

    /// `variable "name": #type = $slot !3:5`
    fn variable_line(&mut self, start: usize) -> Read<()> {
        let name = self.cursor.string()?;
        let name = self.module.names.intern(&name);
        self.cursor.expect(b':')?;
        let ty = self.debug_type()?;
        self.cursor.expect(b'=')?;
        self.cursor.skip_blanks();
        let location = match self.cursor.peek() {
            b'$' => Location::Slot(Slot::from_u32(self.slot_operand()?)),
            b'%' => {
                let (key, _) = self.value_name()?;
                Location::Value(match self.current.values.get(key) {
                    Some(value) => Value::from_u32(value),
                    None => self.later_location(key),
                })
            }
            _ => return Err(self.cursor.unexpected("a slot or a value")),
        };
        let span = self.optional_span()?;
        self.cursor.expect_line_end()?;
        self.module.functions[self.current.func].variables.push(Variable { name, ty, location, span });
        self.current.map.variables.push(start as u32);
        Ok(())
    }

    /// Notes that the next variable lives in a value that is not defined yet.
    fn later_location(&mut self, key: Key<'t>) -> Value {
        let index = self.module.functions[self.current.func].variables.len() as u32;
        self.current.patches.push(Patch { site: Site::Variable(index), key });
        Value::new(0)
    }

    /// `inlined 0 @callee !3:5 in=0`
    fn inlined_line(&mut self, start: usize) -> Read<()> {
        self.cursor.skip_blanks();
        let at = self.cursor.at;
        let number = self.cursor.unsigned("the record's number")?;
        let range = at..self.cursor.at;
        let func = self.current.func;
        let next = self.module.functions[func].inlined.len();
        if number != next as u64 {
            let message = format!("this is record {next}: inlining records count from 0 without gaps");
            self.report(Diagnostic::new(Rule::SpanInlined, text_place(range), message));
        }
        self.cursor.skip_blanks();
        let at = self.cursor.at;
        let name = self.cursor.name(b'@', "the callee")?;
        let callee = self.inlined_symbol(&name, at..self.cursor.at);
        let site =
            self.module.functions[func].inlined.push(InlineData { callee, span: Span::MISSING, parent: None });
        self.current.map.inlined.push(start as u32);
        self.module.functions[func].inlined[site].span = self.optional_span()?;
        if self.cursor.eat_text("in=") {
            let at = self.cursor.at;
            let parent = self.field_number("in")?;
            let parent = u32::try_from(parent).ok().filter(|&parent| parent != u32::MAX);
            let over = || source::over_limit(at..self.cursor.at, "a function has fewer than 2^32 - 1 records");
            self.module.functions[func].inlined[site].parent =
                Some(InlineSite::from_u32(parent.ok_or_else(over)?));
        }
        self.cursor.expect_line_end()
    }
}
