//! `NATIVE_IR_LIFETIME`: pointers to the stack do not outlive it. The check is by type: a cast to `generic` ends it.

use crate::body::Checker;
use native_ir::{Diagnostic, Inst, Part, Rule, Space, Type};

impl Checker<'_, '_> {
    fn is_stack_pointer(&self, ty: Type) -> bool {
        matches!(self.context.pointer(ty), Some((Space::Stack, _)))
    }

    pub(crate) fn check_returned_pointer(&mut self, inst: Inst, index: u32, ty: Type) {
        if self.is_stack_pointer(ty) {
            let message = "a pointer to this function's stack is returned";
            self.push(
                Diagnostic::new(Rule::LifetimeReturned, self.place(inst, Part::Operand(index)), message)
                    .label("dangles once the function has returned")
                    .row("memory-model.tsv", "lifetime-returned"),
            );
        }
    }

    pub(crate) fn check_stored_pointer(&mut self, inst: Inst, value: Type, pointer: Type) {
        if self.is_stack_pointer(value) && !self.is_stack_pointer(pointer) {
            let message = "a stack pointer is stored outside the stack";
            self.push(
                Diagnostic::new(Rule::LifetimeStored, self.place(inst, Part::Operand(0)), message)
                    .label("may outlive its object")
                    .row("memory-model.tsv", "lifetime-stored"),
            );
        }
    }
}
