//! The line table: one sequence a function, a row wherever the span changes.

use super::Writer;
use crate::program::FunctionPart;
use gimli::write::LineProgram;
use native_ir::{EntityRef, Span};

impl<'a> Writer<'_, 'a> {
    /// Writes the rows of a function. What precedes its first instruction belongs to its declaration; the first row of
    /// an instruction ends the prologue.
    pub(super) fn lines(&mut self, index: usize, part: &FunctionPart<'a>) {
        let (code, function) = (part.code, part.function);
        let start = if function.span.is_missing() { Span::COMPILER } else { function.span };
        self.unit.line_program.begin_sequence(Some(super::address(index, 0)));
        let mut last = None;
        let mut prologue = true;
        if code.claim.insts.first().is_none_or(|row| row.offset > 0) && code.literals > 0 {
            self.row(0, start, false);
            last = Some(start);
        }
        for row in code.claim.insts.iter().filter(|row| row.offset < code.literals) {
            let inst = row.inst.and_then(|inst| function.body.spans.get(inst.index()));
            let ends_prologue = prologue && row.inst.is_some();
            let span = inst.copied().unwrap_or(start);
            if last != Some(span) || ends_prologue {
                self.row(row.offset, span, ends_prologue);
                last = Some(span);
            }
            prologue &= row.inst.is_none();
        }
        self.unit.line_program.end_sequence(u64::from(code.literals));
    }

    fn row(&mut self, offset: u32, span: Span, prologue_end: bool) {
        let file = if span.is_compiler() { self.main_file } else { self.file(span.source()) };
        let lines: &mut LineProgram = &mut self.unit.line_program;
        let row = lines.row();
        row.address_offset = u64::from(offset);
        row.file = file;
        row.line = u64::from(span.line);
        row.column = u64::from(span.column);
        // Nobody stops at code that no source line asked for.
        row.is_statement = !span.is_compiler();
        row.prologue_end = prologue_end;
        lines.generate_row();
    }
}
