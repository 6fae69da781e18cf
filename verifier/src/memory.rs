//! Accesses to memory: `NATIVE_IR_TYPE/memory-access`, `alignment`, `ordering`, `read-only`. What is special about
//! ordered and volatile accesses stands in `volatile.rs`.

use crate::body::Checker;
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::contract::opcodes::Memory;
use native_ir::{
    Attribute, Diagnostic, Effect, EffectSet, Inst, InstData, Item, Opcode, Operand, Ordering, Part, Rule, Space,
    Type, ValueDef,
};

/// A load or store, as far as the rules about memory care.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    pub(crate) inst: Inst,
    pub(crate) operation: Operation,
    /// The pointer operand, and which it is.
    pub(crate) pointer: Operand,
    pub(crate) pointer_part: Part,
    pub(crate) space: Space,
    /// The type read or written.
    pub(crate) ty: Type,
    pub(crate) ordering: Ordering,
    /// The alignment that is written.
    pub(crate) align: Option<u64>,
    pub(crate) address_space: Option<Space>,
}

impl Checker<'_, '_> {
    pub(crate) fn check_load(&mut self, inst: Inst, instruction: &InstData) {
        let ty = self.result_type(0);
        self.check_access(inst, instruction, Operation::Load, 0, ty);
    }

    pub(crate) fn check_store(&mut self, inst: Inst, instruction: &InstData) {
        let ty = self.type_of(instruction.operand(0));
        self.check_access(inst, instruction, Operation::Store, 1, ty);
        self.check_stored_pointer(inst, ty, self.type_of(instruction.operand(1)));
    }

    #[inline]
    fn check_access(&mut self, inst: Inst, instruction: &InstData, operation: Operation, index: usize, ty: Type) {
        let pointer = instruction.operand(index);
        let attributes = instruction.attributes;
        let Some((space, pointee)) = self.context.pointer(self.type_of(pointer)) else { return };
        if instruction.access_type() != ty {
            self.report_suffix(inst, operation, instruction.access_type(), ty);
        } else if pointee != ty && (pointee != Type::I8 || space == Space::Mmio) {
            self.report_access_type(inst, Part::Operand(index as u32), pointee, ty);
        }
        let plain = instruction.attributes.is_plain_access();
        if plain && let Some(effects) = self.plain_effects(operation, space) {
            if !effects.minus(self.effects).is_empty() {
                self.report_effect(inst, instruction, effects);
            }
            return;
        }
        let access = Access {
            inst,
            operation,
            pointer,
            pointer_part: Part::Operand(index as u32),
            space,
            ty,
            ordering: attributes.ordering(),
            align: attributes.align(),
            address_space: attributes.address_space(),
        };
        if access.ordering.is_atomic() {
            self.report_ordering(inst, access.ordering, "none, ordered or volatile");
        } else if plain && space != Space::Mmio {
            self.report_plain_access(&access);
        } else {
            self.check_ordered_access(instruction, &access);
        }
    }

    #[inline]
    pub(crate) fn plain_effects(&self, operation: Operation, space: Space) -> Option<EffectSet> {
        match operation {
            Operation::Load => self.context.plain_loads[space.index()],
            _ => self.context.plain_stores[space.index()],
        }
    }

    /// An ordinary access where no row allows one.
    #[cold]
    fn report_plain_access(&mut self, access: &Access) {
        let row = self.context.contract.memory.row(access.operation, access.space, AccessOrder::None);
        let rule = row.map_or(String::new(), |row| row.rule.clone());
        let verb = if access.operation == Operation::Load { "read" } else { "written" };
        let message = format!("memory in address space {} is not {verb} so", access.space);
        self.push(
            Diagnostic::new(Rule::TypeMemoryAccess, self.place(access.inst, access.pointer_part), message)
                .label(format!("points into {}", access.space))
                .row("memory-model.tsv", rule),
        );
    }

    #[cold]
    fn report_suffix(&mut self, inst: Inst, operation: Operation, suffix: Type, actual: Type) {
        if self.context.fault(suffix).is_some() || self.context.fault(actual).is_some() {
            return;
        }
        let (suffix, actual) = (self.type_text(suffix), self.type_text(actual));
        let (verb, part, rule) = match operation {
            Operation::Load => ("gives", Part::Result(0), Rule::TypeResultMismatch),
            _ => ("takes", Part::Operand(0), Rule::TypeOperandMismatch),
        };
        let message = format!("the access {verb} `{suffix}`, not `{actual}`");
        let diagnostic =
            Diagnostic::new(rule, self.place(inst, part), message).label(format!("this is `{actual}`"));
        self.push(diagnostic);
    }

    #[cold]
    fn report_access_type(&mut self, inst: Inst, part: Part, pointee: Type, ty: Type) {
        if self.context.fault(pointee).is_some() || self.context.fault(ty).is_some() {
            return;
        }
        let (pointee, accessed) = (self.type_text(pointee), self.type_text(ty));
        let message = format!("the pointer is to `{pointee}`, the access is of `{accessed}`");
        self.push(
            Diagnostic::new(Rule::TypeMemoryAccess, self.place(inst, part), message)
                .label(format!("points to `{pointee}`")),
        );
    }

    #[cold]
    fn report_ordering(&mut self, inst: Inst, ordering: Ordering, allowed: &str) {
        let opcode = self.opcode(inst);
        let message = format!("`{opcode}` has no ordering `{}`", ordering.name());
        self.push(
            Diagnostic::new(Rule::TypeOrdering, self.place(inst, Part::Attribute(Attribute::Ordering)), message)
                .label("not an ordering of this operation")
                .help(format!("orderings of this operation: {allowed}"))
                .row("opcodes.tsv", opcode.name()),
        );
    }

    pub(crate) fn check_atomic(&mut self, inst: Inst, instruction: &InstData) {
        use Ordering::{Acqrel, Acquire, Relaxed, Release, Seqcst};
        let (index, ty, allowed): (usize, Type, &[Ordering]) = match instruction.opcode {
            Opcode::AtomicLoad => (0, self.result_type(0), &[Relaxed, Acquire, Seqcst]),
            Opcode::AtomicStore => (1, self.type_of(instruction.operand(0)), &[Relaxed, Release, Seqcst]),
            _ => (0, self.result_type(0), &[Relaxed, Acquire, Release, Acqrel, Seqcst]),
        };
        let ordering = instruction.attributes.ordering();
        if !allowed.contains(&ordering) {
            let names: Vec<_> = allowed.iter().map(|ordering| ordering.name()).collect();
            self.report_ordering(inst, ordering, &names.join(", "));
        }
        let pointer = self.type_of(instruction.operand(index));
        let Some((space, pointee)) = self.context.pointer(pointer) else { return };
        let has_suffix = matches!(instruction.opcode, Opcode::AtomicLoad | Opcode::AtomicStore);
        if has_suffix && instruction.access_type() != ty {
            let operation = if index == 0 { Operation::Load } else { Operation::Store };
            self.report_suffix(inst, operation, instruction.access_type(), ty);
        } else if pointee != ty && pointee != Type::I8 {
            self.report_access_type(inst, Part::Operand(index as u32), pointee, ty);
        }
        if self.context.bits(ty).is_some_and(|bits| bits > self.context.row.atomic_width) {
            let kind = self.context.module.types.kind(ty);
            let place = self.place(inst, Part::Opcode);
            let message = format!(
                "target {} has no atomic access of {} bits",
                self.context.row.triple,
                self.context.bits(ty).unwrap_or(0)
            );
            let said = crate::feature::opcode_diagnostic(self.context, instruction.opcode, kind, place.clone());
            self.push(said.unwrap_or_else(|| {
                Diagnostic::new(Rule::TargetFeatureOpcodeRejected, place, message).label("too wide")
            }));
        }
        self.check_atomic_space(inst, instruction, index, space);
        if index == 1 {
            self.check_stored_pointer(inst, ty, pointer);
        }
    }

    fn check_atomic_space(&mut self, inst: Inst, instruction: &InstData, index: usize, space: Space) {
        let memory = self.context.contract.opcode(instruction.opcode).effects;
        let reads = memory.contains(Effect::Read);
        let operation = if reads { Operation::Load } else { Operation::Store };
        if space == Space::Mmio {
            return self.report_mmio_ordering(inst, instruction.attributes.ordering());
        }
        if !self.context.contract.memory.allows(operation, space, AccessOrder::Atomic) {
            let message = format!("memory in address space {space} has no atomic access");
            let place = self.place(inst, Part::Operand(index as u32));
            self.push(
                Diagnostic::new(Rule::TypeMemoryAccess, place, message).label(format!("points into {space}")),
            );
        }
    }

    pub(crate) fn check_fence(&mut self, inst: Inst, instruction: &InstData) {
        let ordering = instruction.attributes.ordering();
        if !ordering.is_atomic() || ordering == Ordering::Relaxed {
            self.report_ordering(inst, ordering, "acquire, release, acqrel, seqcst");
        }
    }

    pub(crate) fn check_block_copy(&mut self, inst: Inst, instruction: &InstData) {
        self.check_block_operand(inst, instruction, 0, true);
        self.check_block_operand(inst, instruction, 1, false);
    }

    pub(crate) fn check_block_fill(&mut self, inst: Inst, instruction: &InstData) {
        self.check_block_operand(inst, instruction, 0, true);
    }

    fn check_block_operand(&mut self, inst: Inst, instruction: &InstData, index: usize, written: bool) {
        let pointer = instruction.operand(index);
        let Some((space, _)) = self.context.pointer(self.type_of(pointer)) else { return };
        let part = Part::Operand(index as u32);
        if !self.context.contract.memory.allows(Operation::Block, space, AccessOrder::None) {
            return self.report_block_space(inst, part, space, written);
        }
        if written && self.points_to_readonly(pointer) {
            let message = format!("`{}` writes to a data object declared readonly", instruction.opcode);
            self.push(Diagnostic::new(Rule::TypeReadOnly, self.place(inst, part), message).label("is readonly"));
        }
    }

    fn report_block_space(&mut self, inst: Inst, part: Part, space: Space, written: bool) {
        if space == Space::Mmio {
            return self.report_block_on_mmio(inst, part);
        }
        let opcode = self.opcode(inst);
        let (rule, message) = if written {
            (Rule::TypeReadOnly, format!("`{opcode}` writes to address space {space}"))
        } else {
            (Rule::TypeMemoryAccess, format!("`{opcode}` reads address space {space}"))
        };
        let diagnostic =
            Diagnostic::new(rule, self.place(inst, part), message).label(format!("points into {space}"));
        self.push(diagnostic);
    }

    /// Whether an operand is the very address of a data object declared readonly.
    fn points_to_readonly(&self, pointer: Operand) -> bool {
        let Some(value) = pointer.value() else { return false };
        let Some(ValueDef::Result(source)) = self.values.get(value.as_u32() as usize).map(|value| value.def())
        else {
            return false;
        };
        match self.body.insts.get(source) {
            Some(data) if data.opcode == Opcode::Address => match self.context.module.item(data.symbol()) {
                Item::Data(data) => self.context.module.data.get(data).is_some_and(|data| data.readonly),
                _ => false,
            },
            _ => false,
        }
    }

    /// The effects of an access by its row and its ordering.
    pub(crate) fn access_effects(&self, opcode: Opcode, required: EffectSet) -> EffectSet {
        let memory = [Effect::Read, Effect::Write].into_iter().collect();
        let row = self.context.contract.opcode(opcode);
        debug_assert!(matches!(row.memory, Memory::Read | Memory::Write));
        row.effects.minus(memory).union(required)
    }
}
