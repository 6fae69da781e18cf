//! `NATIVE_IR_SCHEMA/structure`: the layout invariant of function bodies (see `native_ir::Body`), and references
//! between tables of a module.
//!
//! Text and builder cannot break these; a module that was put together by hand can, and then nothing else could be
//! checked. A body that fails here is not looked at further.

use crate::body::Checker;
use crate::context::Context;
use native_ir::{
    Block, BlockData, ConstantData, Diagnostic, EntityRef, Func, HeaderPart, Item, Module, Place, Rule, Symbol,
    Type, TypeKind,
};

/// Every symbol is what it says, every item has its symbol, and every type is one.
pub(crate) fn check_module(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let module = context.module;
    if !module.damaged && !types_are_real(module) {
        let message = "a type of the module is none, or has a part that is none";
        diagnostics.push(Diagnostic::new(Rule::SchemaStructure, Place::Envelope("module"), message));
    }
    let mut wrong = |what: &str, place: Place| {
        let message = format!("{what} and its symbol do not refer to each other");
        diagnostics.push(Diagnostic::new(Rule::SchemaStructure, place, message));
    };
    for (id, register) in &module.registers {
        if !is(module, register.symbol, Item::Register(id)) {
            wrong("a register", Place::Register(id));
        }
    }
    for (id, data) in &module.data {
        if !is(module, data.symbol, Item::Data(id)) {
            wrong("a data object", Place::Data(id));
        }
    }
    for (id, import) in &module.imports {
        if !is(module, import.symbol, Item::Import(id)) {
            wrong("an import", Place::Import(id));
        }
    }
    for (id, function) in &module.functions {
        if !is(module, function.symbol, Item::Function(id)) {
            wrong("a function", Place::Function(id, HeaderPart::Name));
        }
    }
}

/// What could not be read is no type, and checks are silent about it: without a reader that has spoken of it before,
/// it is refused here.
fn types_are_real(module: &Module) -> bool {
    let types = &module.types;
    let real = |ty| types.is_real(ty);
    types.iter().all(|(_, data)| data.parts().into_iter().all(real))
        && types.named.values().all(|named| real(named.body))
        && module.registers.values().all(|register| real(register.ty))
        && module.data.values().all(|data| real(data.ty))
        && module.imports.values().all(|import| real(import.ty))
        && module.functions.values().all(|function| function.slots.values().all(|slot| real(slot.ty)))
}

/// A name that is defined twice keeps its first definition, which the reader of the text has said.
fn is(module: &Module, symbol: Symbol, item: Item) -> bool {
    module.item(symbol) == item || module.damaged
}

impl Checker<'_, '_> {
    /// Whether blocks and instructions follow each other without gaps and side tables have their lengths.
    pub(crate) fn structure_holds(&mut self) -> bool {
        let body = self.body;
        let insts = body.insts.len();
        let tables = body.first_results.len() == insts
            && body.spans.len() == insts
            && (body.inline_sites.is_empty() || body.inline_sites.len() == insts)
            && body.value_names.len() == body.values.len();
        let mut next = 0;
        let mut defined = true;
        let mut blocks = true;
        for (_, block) in &body.blocks {
            blocks &= defined || !block.defined;
            defined = block.defined;
            if defined {
                blocks &= block.first_inst.index() == next && block.end_inst.index() >= next;
                next = block.end_inst.index();
            }
        }
        let constants = body.constants.as_slice().iter().all(|constant| self.is_constant(constant));
        let holds =
            tables && blocks && constants && self.is_undamaged() && next == insts && insts < u32::MAX as usize / 2;
        if !holds {
            self.push_structure(self.func, "blocks, instructions, constants or their side tables");
        }
        holds
    }

    /// Whether nothing in the body is marked as unread, unless the module is, and every value has a type.
    fn is_undamaged(&self) -> bool {
        let real = |value: &native_ir::ValueData| match value.def() {
            native_ir::ValueDef::Undefined => true,
            native_ir::ValueDef::Damaged => false,
            native_ir::ValueDef::Parameter(_) | native_ir::ValueDef::Result(_) => {
                self.context.module.types.is_real(value.ty)
            }
        };
        self.context.module.damaged
            || !self.body.damaged
                && self.body.blocks.values().all(|block| !block.damaged)
                && self.values.iter().all(real)
    }

    /// Whether a constant has a type of numbers and no bits beyond its width.
    fn is_constant(&self, constant: &ConstantData) -> bool {
        let kind = self.context.module.types.kind(constant.ty);
        let number = !matches!(kind, Some(TypeKind::Ptr | TypeKind::Fiber));
        match self.context.bits(constant.ty) {
            Some(128) => true,
            Some(bits) => number && constant.bits() >> bits == 0,
            None => constant.ty == Type::ERROR && self.body.damaged,
        }
    }

    pub(crate) fn push_structure(&mut self, func: Func, what: &str) {
        let message = format!("{what} of the function break the layout invariant");
        self.push(Diagnostic::new(Rule::SchemaStructure, Place::Function(func, HeaderPart::Name), message));
    }

    /// Whether a block's parameters are the next values.
    pub(crate) fn parameters_hold(&mut self, block: Block, data: &BlockData) -> bool {
        if data.params == 0 {
            return true;
        }
        let first = data.first_param.as_u32();
        let end = first.checked_add(data.params).filter(|&end| end as usize <= self.values.len());
        let own = |value: &native_ir::ValueData| value.is_parameter_of(block);
        let holds = first == self.next_value
            && end.is_some_and(|end| self.values[first as usize..end as usize].iter().all(own));
        if !holds {
            self.push_structure(self.func, "block parameters");
        }
        holds
    }
}
