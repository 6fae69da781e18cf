//! Instructions: one line each, in the form that the opcode's shape gives.

use super::Printer;
use crate::{Attribute, EdgeData, Edges, Function, Inst, InstData, Operand, Ordering, Suffix};

impl Printer<'_> {
    /// A line without indentation and line end; nothing for an instruction of another function.
    pub(super) fn instruction(&mut self, function: &Function, inst: Inst) {
        let body = &function.body;
        let Some(data) = body.insts.get(inst) else { return };
        if data.results > 0 {
            self.list(body.results(inst), |printer, value| {
                printer.value(function, value);
                printer.put(": ");
                printer.ty(body.value_type(value));
            });
            self.put(" = ");
        }
        self.opcode(data);
        if data.opcode.shape().variadic {
            self.list_operands(function, data);
        } else {
            self.plain_operands(function, data);
        }
        self.named_attributes(data);
        self.span(function, body.spans.get(inst.as_u32() as usize).copied().unwrap_or(crate::Span::MISSING));
        if let Some(site) = body.inline_site(inst) {
            self.count(" inlined=", u64::from(site.as_u32()));
        }
    }

    fn opcode(&mut self, data: &InstData) {
        let shape = data.opcode.shape();
        self.put(shape.base);
        match shape.suffix {
            Suffix::None => {}
            Suffix::Condition => {
                self.put(".");
                self.put(data.attributes.condition().name());
            }
            Suffix::Type => {
                self.put(".");
                self.ty(data.access_type());
            }
        }
    }

    /// A blank before the first thing behind the opcode, a comma before the others.
    fn separator(&mut self, first: &mut bool) {
        self.put(if std::mem::take(first) { " " } else { ", " });
    }

    fn plain_operands(&mut self, function: &Function, data: &InstData) {
        let shape = data.opcode.shape();
        let mut first = true;
        for index in 0..shape.operands.len() {
            self.separator(&mut first);
            self.operand(function, data.operand(index));
        }
        if shape.edges != Edges::None {
            let edges = function.body.edges.values().as_slice();
            let range = data.edge_range();
            for edge in edges.get(range.start..range.end.min(edges.len())).unwrap_or(&[]) {
                self.separator(&mut first);
                self.edge(function, edge);
            }
        }
        for &attribute in shape.attributes {
            if attribute.is_positional() {
                self.separator(&mut first);
                self.positional(function, data, attribute);
            }
        }
    }

    /// `call @f(…)`, `call_indirect %f(…)`, `return …`
    fn list_operands(&mut self, function: &Function, data: &InstData) {
        let (arguments, into) = function.body.call_operands(data);
        let shape = data.opcode.shape();
        let symbol = shape.has(Attribute::Symbol);
        let head = symbol || !shape.operands.is_empty();
        if head || !arguments.is_empty() {
            self.put(" ");
        }
        if symbol {
            self.symbol(data.symbol());
        } else if head {
            self.operand(function, data.operand(0));
        }
        self.put(if head { "(" } else { "" });
        self.list(arguments, |printer, &argument| printer.operand(function, argument));
        self.put(if head { ")" } else { "" });
        if let Some(into) = into {
            self.put(" into ");
            self.operand(function, into);
        }
    }

    pub(super) fn operand(&mut self, function: &Function, operand: Operand) {
        match (operand.value(), operand.constant()) {
            (Some(value), _) => self.value(function, value),
            (_, Some(constant)) => match function.body.constants.get(constant) {
                Some(constant) => self.constant(constant),
                None => self.put("?"),
            },
            (None, None) => {}
        }
    }

    fn edge(&mut self, function: &Function, edge: &EdgeData) {
        if let Some(case) = edge.case() {
            self.operand(function, case.into());
            self.put(": ");
        }
        self.block(function, edge.block);
        let arguments = function.body.edge_args(edge);
        if !arguments.is_empty() {
            self.put("(");
            self.list(arguments, |printer, &argument| printer.operand(function, argument));
            self.put(")");
        }
    }

    fn positional(&mut self, function: &Function, data: &InstData, attribute: Attribute) {
        match attribute {
            Attribute::Literal => self.operand(function, data.literal().into()),
            Attribute::Symbol => self.symbol(data.symbol()),
            Attribute::Register => match self.module.registers.get(data.register()) {
                Some(register) => self.symbol(register.symbol),
                None => self.put("?"),
            },
            Attribute::Slot => self.slot(function, data.slot()),
            Attribute::Index => self.decimal(u64::from(data.field_index())),
            Attribute::Trap => self.put(data.attributes.trap().name()),
            Attribute::Imm8 => self.decimal(u64::from(data.attributes.0 & 0xff)),
            Attribute::SpecialRegister => self.put(data.attributes.special_register().name()),
            _ => {}
        }
    }

    fn named_attributes(&mut self, data: &InstData) {
        let attributes = data.attributes;
        for &attribute in data.opcode.shape().attributes {
            match attribute {
                Attribute::Align => self.align(attributes.align()),
                Attribute::AddressSpace => {
                    if let Some(space) = attributes.address_space() {
                        self.put(" address_space=");
                        self.put(space.name());
                    }
                }
                Attribute::Ordering if attributes.ordering() != Ordering::None => {
                    self.put(" ordering=");
                    self.put(attributes.ordering().name());
                }
                Attribute::Operation => {
                    self.put(" op=");
                    self.put(attributes.rmw_op().name());
                }
                Attribute::Signal => self.bits(" signal=", attributes.0),
                Attribute::Mask => self.bits(" mask=", attributes.0),
                _ => {}
            }
        }
    }

    fn bits(&mut self, label: &str, bits: u16) {
        self.put(label);
        self.hex(u128::from(bits));
    }
}
