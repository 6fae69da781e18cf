//! Functions: the header, the declarations before the first block, the blocks.

use super::Printer;
use crate::{
    Block, BlockData, Execution, FloatMode, Function, Inline, InlineData, Location, Name, Param, Slot, SlotData,
    Span, Value, Variable,
};

impl Printer<'_> {
    pub(super) fn function(&mut self, function: &Function) {
        self.marks(function);
        self.signature(function);
        self.clauses(function);
        self.span(function, function.span);
        self.put(" {\n");
        for (slot, data) in &function.slots {
            self.slot_line(function, slot, data);
        }
        for variable in &function.variables {
            self.variable(function, variable);
        }
        for (site, data) in &function.inlined {
            self.inline_record(function, site.as_u32(), data);
        }
        for (block, data) in function.body.layout() {
            self.block_lines(function, block, data);
        }
        self.put("}\n");
    }

    fn marks(&mut self, function: &Function) {
        self.put("fn ");
        self.put(if function.public { "pub " } else { "" });
        self.put(if function.weak { "weak " } else { "" });
        self.put(if function.interrupt { "interrupt " } else { "" });
        self.put(match function.execution {
            Execution::Any => "",
            Execution::Runtime => "runtime ",
            Execution::Native => "native ",
        });
        self.symbol(function.symbol);
    }

    /// Parameters, by the signature's types and the entry block's names, and results.
    fn signature(&mut self, function: &Function) {
        let body = &function.body;
        let signature = self.module.signature(function);
        let params: &[Param] = signature.map_or(&[], |signature| &signature.params);
        let entry = body.blocks.values().next().filter(|block| block.defined && block.params > 0);
        let (first, extra) = entry.map_or((0, 0), |entry| (entry.first_param.as_u32(), entry.params as usize));
        let count = params.len().max(extra.min(body.values.len()));
        self.put("(");
        self.list(0..count, |printer, index| {
            let value = Value::from_u32(first.saturating_add(index as u32).min(u32::MAX - 1));
            printer.value(function, value);
            printer.put(": ");
            match params.get(index) {
                Some(&param) => printer.param_type(param),
                None => printer.ty(body.value_type(value)),
            }
        });
        if signature.is_some_and(|signature| signature.varargs) {
            self.put(if count > 0 { ", ..." } else { "..." });
        }
        self.put(") -> (");
        let results: &[Param] = signature.map_or(&[], |signature| &signature.results);
        self.list(results, |printer, &result| printer.param_type(result));
        self.put(")");
    }

    fn clauses(&mut self, function: &Function) {
        if let Some(signature) = self.module.signature(function) {
            self.function_type_clauses(signature);
        }
        self.count(" source=", u64::from(function.source.as_u32()));
        self.put(match function.inline {
            Inline::Auto => "",
            Inline::Always => " inline=always",
            Inline::Never => " inline=never",
        });
        self.put(match function.float {
            FloatMode::Precise => "",
            FloatMode::Strict => " float=strict",
            FloatMode::Fast => " float=fast",
        });
        self.put(if function.contract { " contract=on" } else { "" });
        self.section(function.section);
        self.align(function.align.map(u64::from));
    }

    pub(super) fn align(&mut self, align: Option<u64>) {
        if let Some(align) = align {
            self.count(" align=", align);
        }
    }

    pub(super) fn section(&mut self, section: Option<Name>) {
        if let Some(section) = section {
            self.put(" section=");
            self.quoted_name(section);
        }
    }

    /// A span with a blank before it; nothing when there is none.
    pub(super) fn span(&mut self, function: &Function, span: Span) {
        if span.is_missing() {
            return;
        }
        self.put(" !");
        if !span.is_compiler() && span.source() != function.source {
            self.decimal(u64::from(span.source().as_u32()));
            self.put(":");
        }
        self.decimal(u64::from(span.line));
        self.put(":");
        self.decimal(u64::from(span.column));
    }

    fn slot_line(&mut self, function: &Function, slot: Slot, data: &SlotData) {
        self.put("    slot ");
        self.slot(function, slot);
        self.put(": ");
        self.ty(data.ty);
        self.align(data.align.map(u64::from));
        self.span(function, data.span);
        self.put("\n");
    }

    fn variable(&mut self, function: &Function, variable: &Variable) {
        self.put("    variable ");
        self.quoted_name(variable.name);
        self.put(": ");
        self.debug_type(variable.ty);
        self.put(" = ");
        match variable.location {
            Location::Slot(slot) => self.slot(function, slot),
            Location::Value(value) => self.value(function, value),
        }
        self.span(function, variable.span);
        self.put("\n");
    }

    fn inline_record(&mut self, function: &Function, number: u32, data: &InlineData) {
        self.count("    inlined ", u64::from(number));
        self.put(" ");
        self.symbol(data.callee);
        self.span(function, data.span);
        if let Some(parent) = data.parent {
            self.count(" in=", u64::from(parent.as_u32()));
        }
        self.put("\n");
    }

    fn block_lines(&mut self, function: &Function, block: Block, data: &BlockData) {
        self.label(function, block, data);
        let range = data.inst_range();
        let end = range.end.min(function.body.insts.len());
        for inst in data.insts().take(end.saturating_sub(range.start)) {
            self.put("    ");
            self.instruction(function, inst);
            self.put("\n");
        }
    }

    /// The entry block's parameters are the function's, and stand in its header.
    fn label(&mut self, function: &Function, block: Block, data: &BlockData) {
        self.block(function, block);
        if block.as_u32() > 0 && data.params > 0 {
            let body = &function.body;
            self.put("(");
            self.list(data.params().take(body.values.len()), |printer, param| {
                printer.value(function, param);
                printer.put(": ");
                printer.ty(body.value_type(param));
            });
            self.put(")");
        }
        self.put(":\n");
    }
}
