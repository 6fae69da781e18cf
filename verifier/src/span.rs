//! `NATIVE_IR_SPAN`: every instruction has a source span, and every span lies in a source of the module.

use crate::body::Checker;
use native_ir::{Diagnostic, EntityRef, HeaderPart, Inst, Part, Place, Rule, Span};

impl Checker<'_, '_> {
    /// Spans of the header: the function's own, slots, variables, inlining records. They may be absent.
    pub(crate) fn check_header_spans(&mut self) {
        let function = self.function;
        if self.context.module.sources.get(function.source).is_none() {
            let place = Place::Function(self.func, HeaderPart::Clause("source"));
            let message = format!("the function's source {} is not declared", function.source.index());
            self.push(Diagnostic::new(Rule::SpanUnknownSource, place, message).label("unknown source"));
        }
        self.check_optional_span(function.span, Place::Function(self.func, HeaderPart::Span));
        for (slot, data) in &function.slots {
            self.check_optional_span(data.span, Place::Slot(self.func, slot));
        }
        for (index, variable) in function.variables.iter().enumerate() {
            self.check_optional_span(variable.span, Place::Variable(self.func, index as u32));
        }
        for (site, data) in &function.inlined {
            let place = Place::InlineSite(self.func, site);
            self.check_optional_span(data.span, place.clone());
            if data.parent.is_some_and(|parent| parent >= site) {
                let message = "an inlining record stands in one that does not come before it";
                self.push(Diagnostic::new(Rule::SpanInlined, place, message).label("not an earlier record"));
            }
        }
    }

    fn check_optional_span(&mut self, span: Span, place: Place) {
        if !span.is_missing() && !span.is_compiler() {
            self.check_span_at(span, place);
        }
    }

    /// The lines of the function's own source, for the quick check of an instruction's span.
    pub(crate) fn own_lines(&self) -> u32 {
        self.context.module.sources.get(self.function.source).map_or(0, |source| source.lines)
    }

    /// Speaks of an instruction's span that is not in the lines of the function's own source.
    #[cold]
    pub(crate) fn check_other_span(&mut self, inst: Inst, span: Span) {
        let place = self.place(inst, Part::Span);
        if span.is_compiler() {
            return;
        }
        if span.is_missing() {
            // A line that could not be read may have lost its span with the rest.
            if !self.body.blocks.get(self.block).is_some_and(|block| block.damaged) {
                let message = format!("`{}` has no source span", self.opcode(inst));
                self.push(Diagnostic::new(Rule::SpanMissing, place, message).label("no span"));
            }
            return;
        }
        self.check_span_at(span, place);
    }

    fn check_span_at(&mut self, span: Span, place: Place) {
        let Some(source) = self.context.module.sources.get(span.source()) else {
            let message = format!("span names source {}, which is not declared", span.source().index());
            self.push(Diagnostic::new(Rule::SpanUnknownSource, place, message).label("unknown source"));
            return;
        };
        if span.line == 0 || span.column == 0 || span.line > source.lines {
            let message = format!("span {}:{} is not in `{}`", span.line, span.column, source.path);
            self.push(
                Diagnostic::new(Rule::SpanOutOfRange, place, message)
                    .label(format!("the source has {} lines", source.lines))
                    .also(Place::Source(span.source()), "declared here"),
            );
        }
    }

    pub(crate) fn check_inline_sites(&mut self) {
        if self.body.inline_sites.is_empty() {
            return;
        }
        for (inst, _) in &self.body.insts {
            let Some(site) = self.body.inline_site(inst) else { continue };
            if self.function.inlined.get(site).is_none() {
                let message = format!("inlining record {} is not declared in the function's header", site.index());
                let place = self.place(inst, Part::Span);
                self.push(Diagnostic::new(Rule::SpanInlined, place, message).label("unknown record"));
            }
        }
    }
}
