//! Using operands: the type of one, and whether its definition dominates the use (`NATIVE_IR_TYPE/dominance`,
//! `NATIVE_IR_TYPE/undefined-value`).

use crate::body::Checker;
use native_ir::{Block, Diagnostic, EntityRef, Inst, Operand, Part, Rule, Type, Value, ValueDef};

impl Checker<'_, '_> {
    /// The type of an operand; [`Type::ERROR`], which no check speaks of again, when it has none.
    #[inline(always)]
    pub(crate) fn use_operand(&mut self, operand: Operand, inst: Inst, index: u32) -> Type {
        self.use_at(operand, inst, self.next_value, || Part::Operand(index))
    }

    /// The same for any part of the instruction; `next` is `next_value`, which the loop has at hand.
    #[inline(always)]
    pub(crate) fn use_at(&mut self, operand: Operand, inst: Inst, next: u32, part: impl FnOnce() -> Part) -> Type {
        let bits = operand.bits();
        let known = bits.wrapping_sub(self.block_first_value) < next - self.block_first_value;
        // Values above in this block, and those of the entry block, dominate without a look at the tree.
        if known || bits < self.entry_end {
            self.values[bits as usize].ty
        } else {
            self.use_part(operand, inst, part())
        }
    }

    /// The same, out of line, for any operand.
    #[inline(never)]
    pub(crate) fn use_part(&mut self, operand: Operand, inst: Inst, part: Part) -> Type {
        let bits = operand.bits();
        if bits < self.next_value {
            let data = self.values[bits as usize];
            if bits < self.block_first_value && bits >= self.entry_end && !self.dominates_here(data.def()) {
                self.report_dominance(Value::from_u32(bits), inst, part);
            }
            data.ty
        } else {
            self.use_other(operand, inst, part)
        }
    }

    /// Constants, and values that stand further down in the text.
    fn use_other(&mut self, operand: Operand, inst: Inst, part: Part) -> Type {
        if let Some(constant) = operand.constant() {
            return match self.body.constants.get(constant) {
                Some(data) => data.ty,
                None => self.report_structure(inst, part, "a constant of another function"),
            };
        }
        let Some(value) = operand.value().filter(|value| value.index() < self.values.len()) else {
            return self.report_structure(inst, part, "a value of another function");
        };
        let data = self.values[value.index()];
        match data.def() {
            ValueDef::Undefined => self.report_undefined(value, inst, part),
            ValueDef::Damaged => {}
            def if self.block_of(def) == Some(self.block) => self.report_dominance(value, inst, part),
            def => {
                if !self.dominates_here(def) {
                    self.report_dominance(value, inst, part);
                }
            }
        }
        data.ty
    }

    /// The block in which a value is defined.
    pub(crate) fn block_of(&self, def: ValueDef) -> Option<Block> {
        match def {
            ValueDef::Parameter(block) => Some(block),
            ValueDef::Result(inst) => {
                self.scratch.inst_block.get(inst.index()).map(|&block| Block::from_u32(block))
            }
            ValueDef::Undefined | ValueDef::Damaged => None,
        }
    }

    #[inline]
    fn dominates_here(&self, def: ValueDef) -> bool {
        self.block_of(def).is_none_or(|block| self.scratch.dominators.dominates(block, self.block))
    }

    #[cold]
    fn report_dominance(&mut self, value: Value, inst: Inst, part: Part) {
        let name = self.value_text(value);
        let definition = self.definition_place(value);
        let same_block = self.block_of(self.values[value.index()].def()) == Some(self.block);
        let message = if same_block {
            format!("`{name}` is used before its definition")
        } else {
            format!("`{name}` is used where its definition has not been executed on every path")
        };
        let diagnostic = Diagnostic::new(Rule::TypeDominance, self.place(inst, part), message)
            .label("not defined on every path to here")
            .also(definition, "defined here");
        self.dominance.push(diagnostic);
    }

    #[cold]
    fn report_undefined(&mut self, value: Value, inst: Inst, part: Part) {
        if self.undefined.insert(value) {
            let message = format!("`{}` is not defined in this function", self.value_text(value));
            self.push(
                Diagnostic::new(Rule::TypeUndefinedValue, self.place(inst, part), message)
                    .label("undefined value"),
            );
        }
    }

    #[cold]
    pub(crate) fn report_structure(&mut self, inst: Inst, part: Part, what: &str) -> Type {
        let message = format!("the instruction refers to {what}");
        self.push(Diagnostic::new(Rule::SchemaStructure, self.place(inst, part), message));
        Type::ERROR
    }
}
