//! Addresses of symbols, registers, slots, elements and fields: `NATIVE_IR_TYPE/address-type`, `field-index`.

use crate::body::Checker;
use native_ir::{
    Attribute, Diagnostic, Effect, EffectSet, Inst, InstData, Item, Opcode, Part, Rule, Space, Type, TypeData,
};

impl Checker<'_, '_> {
    /// The result is a pointer into a space, to a type.
    fn expect_pointer(&mut self, inst: Inst, space: Space, pointee: Type) {
        let actual = self.result_type(0);
        let types = &self.context.module.types;
        if types.as_pointer(actual) == Some((space, pointee)) {
            return;
        }
        if self.context.fault(actual).is_some() || self.context.fault(pointee).is_some() {
            return;
        }
        let expected = format!("ptr[{space},{}]", self.type_text(pointee));
        let actual = self.type_text(actual);
        let message = format!("`{}` gives `{expected}` here, not `{actual}`", self.opcode(inst));
        self.push(
            Diagnostic::new(Rule::TypeAddressType, self.place(inst, Part::Result(0)), message)
                .label(format!("this is `{actual}`")),
        );
    }

    pub(crate) fn check_symbol_address(&mut self, inst: Inst, instruction: &InstData) {
        let module = self.context.module;
        let symbol = instruction.symbol();
        match module.item(symbol) {
            Item::Data(data) => match module.data.get(data) {
                Some(data) => self.expect_pointer(inst, Space::Static, data.ty),
                None => drop(self.report_structure(inst, Part::Whole, "a data object that does not exist")),
            },
            Item::Function(_) | Item::Import(_) => {
                if let Some((ty, _)) = module.callee_type(symbol) {
                    self.check_ffi_use(inst, symbol);
                    self.expect_pointer(inst, Space::Code, ty);
                } else if let Item::Import(import) = module.item(symbol)
                    && let Some(import) = module.imports.get(import)
                {
                    self.check_ffi_use(inst, symbol);
                    self.expect_pointer(inst, Space::Static, import.ty);
                }
            }
            Item::Register(_) => {
                let name = self.context.symbol_text(symbol);
                let message = format!("`{name}` is a register, whose address `register` gives");
                let place = self.place(inst, Part::Attribute(Attribute::Symbol));
                self.push(Diagnostic::new(Rule::TypeAddressType, place, message).label("a register"));
            }
            Item::Undefined if self.body.damaged || module.damaged => {}
            Item::Undefined => {
                self.report_structure(inst, Part::Whole, "a symbol that does not exist");
            }
        }
    }

    pub(crate) fn check_register_address(&mut self, inst: Inst, instruction: &InstData) {
        let Some(register) = self.context.module.registers.get(instruction.register()) else {
            if !self.body.damaged {
                self.report_structure(inst, Part::Whole, "a register that does not exist");
            }
            return;
        };
        // A declaration that is no pointer has been reported.
        if let Some((space, pointee)) = self.context.pointer(register.ty) {
            self.expect_pointer(inst, space, pointee);
        }
    }

    pub(crate) fn check_slot_address(&mut self, inst: Inst, instruction: &InstData) {
        match self.function.slots.get(instruction.slot()) {
            Some(slot) => self.expect_pointer(inst, Space::Stack, slot.ty),
            None => self.check_slot_lifetime(inst, instruction),
        }
    }

    pub(crate) fn check_slot_lifetime(&mut self, inst: Inst, instruction: &InstData) {
        if self.function.slots.get(instruction.slot()).is_none() && !self.body.damaged {
            self.report_structure(inst, Part::Whole, "a slot that does not exist");
        }
    }

    /// `element`: an array's element, or an object further on in a run of equal ones.
    pub(crate) fn check_element(&mut self, inst: Inst, instruction: &InstData) {
        let base = self.type_of(instruction.operand(0));
        let Some((space, pointee)) = self.context.pointer(base) else { return };
        let element = match self.resolved(pointee) {
            TypeData::Array { element, length } => {
                let (element, length) = (*element, *length);
                if space == Space::Mmio {
                    self.check_register_index(inst, instruction, length);
                }
                element
            }
            _ if space == Space::Mmio || space == Space::Code => {
                let ty = self.type_text(base);
                let message = format!("`{ty}` has no elements");
                let place = self.place(inst, Part::Operand(0));
                self.push(Diagnostic::new(Rule::TypeAddressType, place, message).label("not an array"));
                return;
            }
            _ => pointee,
        };
        self.expect_pointer(inst, space, element);
    }

    /// A register array's index is in range, or has a portable bounds trap.
    fn check_register_index(&mut self, inst: Inst, instruction: &InstData, length: u64) {
        match instruction.operand(1).constant().and_then(|constant| self.body.constants.get(constant)) {
            Some(index) if index.bits() < u128::from(length) => {}
            Some(_) => {
                let message = format!("the index is outside the array of {length} registers");
                let place = self.place(inst, Part::Operand(1));
                self.push(Diagnostic::new(Rule::TypeAddressType, place, message).label("out of range"));
            }
            None => {
                let needed = EffectSet::of(Effect::Trap);
                if !needed.minus(self.effects).is_empty() {
                    self.report_effect(inst, instruction, needed);
                }
            }
        }
    }

    pub(crate) fn check_field(&mut self, inst: Inst, instruction: &InstData) {
        let base = self.type_of(instruction.operand(0));
        let Some((space, pointee)) = self.context.pointer(base) else { return };
        let index = instruction.field_index();
        let message = match self.resolved(pointee) {
            TypeData::Struct { fields, .. } => match fields.get(index as usize) {
                Some(&field) => return self.expect_pointer(inst, space, field),
                None => {
                    format!("`{}` has {} fields, none numbered {index}", self.type_text(pointee), fields.len())
                }
            },
            _ if self.context.fault(pointee).is_some() => return,
            TypeData::Error => return,
            _ => format!("`{}` is no struct", self.type_text(pointee)),
        };
        let place = self.place(inst, Part::Attribute(Attribute::Index));
        self.push(
            Diagnostic::new(Rule::TypeFieldIndex, place, message)
                .label("no such field")
                .row("opcodes.tsv", Opcode::Field.name()),
        );
    }
}
