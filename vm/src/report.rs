//! What a trap says: its class, where it happened, how the program came there, and what it did to which object.

use crate::fiber::FiberId;
use crate::memory::{Described, Kind, Site, Violation};
use crate::program::{CompiledFunction, Program};
use crate::vm::{Vm, halt, interrupt_return};
use native_ir::{Contract, EntityRef, Func, Inst, Module, Span, Symbol, Trap};
use std::fmt::Write;

/// A trap that stopped a program.
#[derive(Clone, Debug, PartialEq)]
pub struct TrapReport {
    /// The class.
    pub trap: Trap,
    /// What happened, where the class does not say it all.
    pub detail: Option<String>,
    /// The calls that led there, the innermost first; those of a fiber's resumer behind the fiber's own.
    pub stack: Vec<CallSite>,
    /// The object that a pointer belongs or belonged to.
    pub object: Option<ObjectNote>,
    /// The address of the access.
    pub address: Option<u64>,
}

/// A place that a program had come to.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSite {
    /// The function.
    pub function: Func,
    /// The instruction.
    pub inst: Option<Inst>,
    /// Its span.
    pub span: Span,
    /// The functions that it was inlined from, the innermost first, with the places of their calls.
    pub inlined: Vec<(Symbol, Span)>,
}

/// An object that an access missed.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectNote {
    /// What it is: `slot $buffer of @main`, `data @table` …
    pub name: String,
    /// Its address.
    pub base: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Where it came from: the function whose source the span is in, and the span.
    pub defined: Option<(Func, Span)>,
    /// Where it ended, if it did.
    pub ended: Option<(Func, Span)>,
}

/// Calls that are shown of a deep stack, from either end.
const SHOWN: usize = 16;

impl TrapReport {
    /// A report of nothing but a class.
    pub(crate) fn bare(trap: Trap) -> TrapReport {
        TrapReport { trap, detail: None, stack: Vec::new(), object: None, address: None }
    }

    /// The report as text, lines without colour.
    pub fn render(&self, module: &Module) -> String {
        let mut text = format!("trap: {}\n", Contract::embedded().trap(self.trap).message);
        if let Some(detail) = &self.detail {
            let _ = writeln!(text, "  {detail}");
        }
        if let (Some(object), Some(address)) = (&self.object, self.address) {
            object.render(&mut text, module, address);
        }
        for (index, site) in self.stack.iter().enumerate() {
            let hidden = self.stack.len().saturating_sub(2 * SHOWN);
            match index {
                SHOWN if hidden > 0 => {
                    let _ = writeln!(text, "  … {hidden} calls");
                }
                index if (SHOWN..SHOWN + hidden).contains(&index) => {}
                _ => site.render(&mut text, module),
            }
        }
        text
    }
}

impl CallSite {
    /// A place in a function of a module.
    pub fn of(module: &Module, function: Func, inst: Option<Inst>) -> CallSite {
        let data = &module.functions[function];
        let span = match inst {
            Some(inst) => data.body.spans.get(inst.index()).copied().unwrap_or(data.span),
            None => data.span,
        };
        let mut inlined = Vec::new();
        let mut site = inst.and_then(|inst| data.body.inline_site(inst));
        while let Some(record) = site.and_then(|site| data.inlined.get(site)) {
            inlined.push((record.callee, record.span));
            site = record.parent;
        }
        CallSite { function, inst, span, inlined }
    }

    fn render(&self, text: &mut String, module: &Module) {
        let function = &module.functions[self.function];
        let mut span = self.span;
        for &(callee, call) in &self.inlined {
            let _ = writeln!(text, "  at @{} ({}), inlined", module.symbol_name(callee), place(module, span));
            span = call;
        }
        let _ = writeln!(text, "  at @{} ({})", module.symbol_name(function.symbol), place(module, span));
    }
}

impl ObjectNote {
    fn render(&self, text: &mut String, module: &Module, address: u64) {
        let distance = address.wrapping_sub(self.base) as i64;
        let _ = writeln!(text, "  at byte {distance} of {}, which has {} bytes", self.name, self.size);
        for (word, site) in [("defined", self.defined), ("ended", self.ended)] {
            if let Some((_, span)) = site {
                let _ = writeln!(text, "  {word} at {}", place(module, span));
            }
        }
    }
}

/// A span as text.
fn place(module: &Module, span: Span) -> String {
    if span.is_compiler() {
        return "compiler-made".to_string();
    }
    let path = module.sources.get(span.source()).map_or("?", |source| &source.path);
    format!("{path}:{}:{}", span.line, span.column)
}

impl Vm {
    /// The report of a trap at `ip`; what was noted of it is used up.
    pub(crate) fn report(&mut self, trap: Trap) -> TrapReport {
        let pending = self.pending.take();
        let Some(pending) = pending else {
            return TrapReport { stack: self.call_stack(), ..TrapReport::bare(trap) };
        };
        if let Some(mut inside) = pending.inside {
            // The first place is the border's.
            inside.stack.extend(self.call_stack().into_iter().skip(1));
            return *inside;
        }
        let (violation, detail) = (pending.violation, pending.detail);
        let object = violation.as_ref().and_then(|violation| self.note(violation));
        let address = violation.map(|violation| violation.address);
        TrapReport { trap, detail, stack: self.call_stack(), object, address }
    }

    fn call_stack(&self) -> Vec<CallSite> {
        let mut stack = Vec::new();
        let (mut id, mut ip, mut fp) = (self.current, self.ip, None);
        let mut interrupted = self.interrupted.iter().rev();
        while let Some(fiber) = self.fiber(id) {
            let mut at = fp.unwrap_or_else(|| fiber.stack.index(self.fp));
            loop {
                stack.extend(self.site_of(ip));
                let header = self.header(fiber, at);
                if header.return_ip == halt() || header.return_ip.is_null() {
                    break;
                }
                // The word before is still of the instruction that called.
                ip = header.return_ip.wrapping_sub(1);
                if header.return_ip == interrupt_return() {
                    match interrupted.next() {
                        Some(&interrupted) => ip = interrupted,
                        None => break,
                    }
                }
                let Some(below) = at.checked_sub(header.distance() * self.slot()) else { break };
                at = below;
            }
            let Some(parent) = fiber.parent else { break };
            let Some(resumer) = self.fiber(parent) else { break };
            (id, ip, fp) = (FiberId(parent.0), resumer.frame.ip.wrapping_sub(1), Some(resumer.frame.fp));
        }
        stack
    }

    fn site_of(&self, ip: *const u64) -> Option<CallSite> {
        let (function, inst) = self.program.inst(ip)?;
        Some(CallSite::of(self.program.module(), function, inst))
    }

    fn note(&self, violation: &Violation) -> Option<ObjectNote> {
        let Described { kind, base, size, site, ended } = violation.object?;
        let module = self.program.module();
        let function = |func: Func| format!("@{}", module.symbol_name(module.functions[func].symbol));
        let name = match (kind, site) {
            (_, Site::Slot(func, slot)) => {
                let name = module.functions[func].slots.get(slot).map_or("", |slot| module.names.text(slot.name));
                format!("slot ${name} of {}", function(func))
            }
            (Kind::Copy, Site::Function(func)) => format!("an argument of {}", function(func)),
            (_, Site::Data(data)) => {
                format!("data @{}", module.data.get(data).map_or("", |data| module.symbol_name(data.symbol)))
            }
            (Kind::Heap, _) => "an allocated object".to_string(),
            _ => "an object".to_string(),
        };
        let span = |site: Site| match site {
            Site::Slot(func, slot) => Some((func, module.functions[func].slots.get(slot)?.span)),
            Site::Inst(func, inst) => Some((func, *module.functions[func].body.spans.get(inst.index())?)),
            Site::Function(func) => Some((func, module.functions[func].span)),
            Site::Data(_) | Site::Engine => None,
        };
        Some(ObjectNote { name, base, size, defined: span(site), ended: ended.and_then(span) })
    }
}

impl Program {
    /// The name of a function or import, with its `@`.
    pub(crate) fn name_of(&self, function: &CompiledFunction) -> String {
        let module = self.module();
        let symbol = match function.index.checked_sub(module.functions.len()) {
            None => module.functions.get(Func::new(function.index)).map(|function| function.symbol),
            Some(import) => module.imports.get(native_ir::Import::new(import)).map(|import| import.symbol),
        };
        symbol.map_or_else(String::new, |symbol| format!("@{}", module.symbol_name(symbol)))
    }
}
