//! `NATIVE_IR_POINTER_CAST`: which pointer may become which, by the rows of `memory-model.tsv`.

use crate::body::Checker;
use native_ir::contract::memory::{AccessOrder, MemoryRow, Operation};
use native_ir::{Diagnostic, FunctionType, Inst, InstData, Part, Rule, Space};

impl Checker<'_, '_> {
    pub(crate) fn check_cast(&mut self, inst: Inst, instruction: &InstData) {
        let types = &self.context.module.types;
        let (from, to) = (self.type_of(instruction.operand(0)), self.result_type(0));
        let (Some((from_space, _)), Some((to_space, _))) = (types.as_pointer(from), types.as_pointer(to)) else {
            return;
        };
        let row = self.context.contract.memory.cast(from_space, to_space);
        if !allows(row) {
            let message =
                format!("no row allows a cast from `{}` to `{}`", self.type_text(from), self.type_text(to));
            return self.report_cast(inst, Rule::PointerCastAddressSpace, message, row);
        }
        if from_space == Space::Code
            && to_space == Space::Code
            && let (Some(from), Some(to)) = (types.as_code_pointer(from), types.as_code_pointer(to))
            && !only_adds_effects(from, to)
        {
            let message = "a cast between code pointers changes more than adding effects".to_string();
            self.report_cast(inst, Rule::PointerCastCodePointer, message, row);
        }
    }

    fn report_cast(&mut self, inst: Inst, rule: Rule, message: String, row: Option<&MemoryRow>) {
        let mut diagnostic =
            Diagnostic::new(rule, self.place(inst, Part::Result(0)), message).label("not allowed");
        if let Some(row) = row {
            diagnostic = diagnostic.row("memory-model.tsv", row.rule.clone());
        }
        self.push(diagnostic);
    }

    /// The row of an operation that is not allowed on a space.
    fn forbidding(&self, operation: Operation, space: Space) -> Option<Option<&MemoryRow>> {
        let row = self.context.contract.memory.row(operation, space, AccessOrder::None);
        (!allows(row)).then_some(row)
    }

    pub(crate) fn check_pointer_to_address(&mut self, inst: Inst, instruction: &InstData) {
        let from = self.type_of(instruction.operand(0));
        let Some((space, _)) = self.context.pointer(from) else { return };
        if let Some(row) = self.forbidding(Operation::PtrToAddr, space).map(|row| row.cloned()) {
            let message = format!("no row allows taking the address of a pointer into {space}");
            self.report_cast(inst, Rule::PointerCastAddressSpace, message, row.as_ref());
        }
    }

    pub(crate) fn check_address_to_pointer(&mut self, inst: Inst) {
        let Some((space, _)) = self.context.pointer(self.result_type(0)) else { return };
        if let Some(row) = self.forbidding(Operation::AddrToPtr, space).map(|row| row.cloned()) {
            let message = format!("no row allows making a pointer into {space} from an address value");
            self.report_cast(inst, Rule::PointerCastIntegerToPointer, message, row.as_ref());
        }
    }

    pub(crate) fn check_null(&mut self, inst: Inst) {
        let Some((space, _)) = self.context.pointer(self.result_type(0)) else { return };
        if let Some(row) = self.forbidding(Operation::Null, space).map(|row| row.cloned()) {
            let message = format!("address space {space} has no null pointer");
            self.report_cast(inst, Rule::PointerCastNull, message, row.as_ref());
        }
    }

    pub(crate) fn check_offset(&mut self, inst: Inst, instruction: &InstData) {
        let from = self.type_of(instruction.operand(0));
        let Some((space, _)) = self.context.pointer(from) else { return };
        if let Some(row) = self.forbidding(Operation::Offset, space).map(|row| row.cloned()) {
            let message = format!("pointers into {space} have no byte arithmetic");
            let mut diagnostic =
                Diagnostic::new(Rule::PointerCastArithmetic, self.place(inst, Part::Operand(0)), message)
                    .label(format!("points into {space}"));
            if let Some(row) = row {
                diagnostic = diagnostic.row("memory-model.tsv", row.rule);
            }
            self.push(diagnostic);
        }
    }
}

fn allows(row: Option<&MemoryRow>) -> bool {
    row.is_some_and(|row| row.allowed == Some(true))
}

/// Whether a function type is another with more effects.
pub(crate) fn only_adds_effects(from: &FunctionType, to: &FunctionType) -> bool {
    from.effects.minus(to.effects).is_empty() && from.clone().with_effects(to.effects) == *to
}
