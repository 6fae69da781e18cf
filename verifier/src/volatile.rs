//! `NATIVE_IR_VOLATILE`: volatile accesses to hardware registers, and ordered accesses to ordinary memory.
//!
//! A volatile access needs a `ptr[mmio,T]`, `address_space=mmio`, `ordering=volatile`, the effect `hardware`, a width
//! that the target does in one access, natural alignment, and the right to do it; each missing alone is reported alone.

use crate::body::Checker;
use crate::context::Context;
use crate::memory::Access;
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::registers::RegisterMap;
use native_ir::{
    Attribute, Diagnostic, Effect, Inst, InstData, Opcode, Operand, Ordering, Part, Place, Register, RegisterData,
    Rule, Space, Type, ValueDef,
};

impl Checker<'_, '_> {
    /// An access that is ordered, volatile, goes to mmio or names an address space.
    #[cold]
    pub(crate) fn check_ordered_access(&mut self, instruction: &InstData, access: &Access) {
        if !self.check_spaces_agree(access) {
            return;
        }
        let order = AccessOrder::from(access.ordering);
        let row = self.context.contract.memory.row(access.operation, access.space, order);
        if let Some(row) = row.filter(|row| row.allowed == Some(true)) {
            let effects = self.access_effects(instruction.opcode, row.required_effect);
            self.check_access_effects(instruction, access, effects);
        }
        if access.ordering != Ordering::None {
            self.check_single_access(access);
        }
        if access.space == Space::Mmio {
            self.check_rights(access);
        }
    }

    /// Pointer, `address_space` and `ordering` say the same; the first that does not is reported.
    fn check_spaces_agree(&mut self, access: &Access) -> bool {
        let written = access.address_space;
        let volatile = access.ordering == Ordering::Volatile;
        if access.space != Space::Mmio {
            if volatile {
                let ty = self.type_text(self.type_of(access.pointer));
                let message = format!("a volatile access goes through `{ty}`, which is no mmio pointer");
                self.push(
                    Diagnostic::new(Rule::VolatileNotMmio, self.place(access.inst, access.pointer_part), message)
                        .label("not a ptr[mmio,T]")
                        .row("memory-model.tsv", format!("{}-{}-volatile", access.operation.name(), access.space)),
                );
                return false;
            }
            if written.is_some_and(|space| space != access.space) {
                self.report_address_space(access);
                return false;
            }
            return true;
        }
        if written != Some(Space::Mmio) {
            self.report_address_space(access);
            return false;
        }
        if !volatile {
            self.report_mmio_ordering(access.inst, access.ordering);
            return false;
        }
        true
    }

    fn report_address_space(&mut self, access: &Access) {
        let message = match access.address_space {
            None => "an access to mmio does not say address_space=mmio".to_string(),
            Some(space) => format!("the access says address_space={space}, its pointer is in {}", access.space),
        };
        let place = self.place(access.inst, Part::Attribute(Attribute::AddressSpace));
        self.push(
            Diagnostic::new(Rule::VolatileAddressSpace, place, message)
                .label("here")
                .also(self.place(access.inst, access.pointer_part), format!("a pointer into {}", access.space))
                .help(format!("write address_space={}", access.space))
                .row("memory-model.tsv", "volatile-address-space"),
        );
    }

    pub(crate) fn report_mmio_ordering(&mut self, inst: Inst, ordering: Ordering) {
        let message = match ordering {
            Ordering::None => "an access to mmio does not say ordering=volatile".to_string(),
            other => format!("an access to mmio is ordering=volatile, not {}", other.name()),
        };
        let place = self.place(inst, Part::Attribute(Attribute::Ordering));
        self.push(Diagnostic::new(Rule::VolatileOrdering, place, message).label("here"));
    }

    /// A block operation on hardware registers.
    pub(crate) fn report_block_on_mmio(&mut self, inst: Inst, part: Part) {
        let message = format!("`{}` on hardware registers", self.opcode(inst));
        let diagnostic = Diagnostic::new(Rule::VolatileBlockOperation, self.place(inst, part), message)
            .label("points into mmio")
            .row("memory-model.tsv", "block-mmio");
        self.push(diagnostic);
    }

    fn check_access_effects(&mut self, instruction: &InstData, access: &Access, effects: native_ir::EffectSet) {
        let missing = effects.minus(self.effects);
        if missing.contains(Effect::Hardware) {
            let name = self.context.symbol_text(self.function.symbol);
            let message = format!("a volatile access in `{name}`, which does not declare the effect hardware");
            self.push(
                Diagnostic::new(Rule::VolatileNoHardware, self.place(access.inst, Part::Opcode), message)
                    .label("needs the effect hardware")
                    .also(Place::Function(self.func, native_ir::HeaderPart::Clause("effects")), "declared here"),
            );
        } else if !missing.is_empty() {
            self.report_effect(access.inst, instruction, effects);
        }
    }

    /// Width and alignment that the target does in one access.
    fn check_single_access(&mut self, access: &Access) {
        let Some(bits) = self.context.bits(access.ty) else { return };
        let kind = access.ordering.name();
        if !self.context.row.accesses(bits) {
            let widths: Vec<_> = self.context.row.access_widths.iter().map(u32::to_string).collect();
            let message = format!("target {} has no single access of {bits} bits", self.context.row.triple);
            self.push(
                Diagnostic::new(Rule::VolatileWidth, self.place(access.inst, Part::Opcode), message)
                    .label(format!("a {kind} access is one access"))
                    .help(format!("the target does accesses of {} bits", widths.join(", ")))
                    .row("targets.tsv", self.context.row.triple.clone()),
            );
            return;
        }
        let natural = u64::from(bits / 8);
        if access.align.is_some_and(|align| align < natural) {
            let message = format!("a {kind} access of {bits} bits is aligned to {natural} bytes");
            let place = self.place(access.inst, Part::Attribute(Attribute::Align));
            self.push(
                Diagnostic::new(Rule::VolatileAlignment, place, message).label("less than natural alignment"),
            );
        }
    }

    /// Read and write rights, where the pointer's register is in sight.
    fn check_rights(&mut self, access: &Access) {
        let Some((register, index)) = self.register_of(access.pointer) else { return };
        let Some(data) = self.context.module.registers.get(register) else { return };
        let reads = access.operation == Operation::Load;
        let may = |access: native_ir::Access| if reads { access.readable() } else { access.writable() };
        let mapped = self.context.bits(access.ty).and_then(|bits| self.refusal(data, index, bits, may));
        if may(data.access) && mapped.is_none() {
            return;
        }
        let name = self.context.symbol_text(data.symbol);
        let (verb, rights) = if reads { ("read", "write-only") } else { ("written", "read-only") };
        let message = format!("register `{name}` is {rights} and is {verb} here");
        let mut diagnostic =
            Diagnostic::new(Rule::VolatileRegisterRights, self.place(access.inst, access.pointer_part), message)
                .label(rights)
                .also(Place::Register(register), "declared here");
        if let Some(refused) = mapped {
            diagnostic = diagnostic.help(format!("the register map has {refused} as {rights}"));
        }
        self.push(diagnostic);
    }

    /// The name in the register map of the register that an access would reach and may not: the one with the index, or
    /// where that is not known, any of the array.
    fn refusal(
        &self,
        data: &RegisterData,
        index: Option<u64>,
        bits: u32,
        may: impl Fn(native_ir::Access) -> bool,
    ) -> Option<String> {
        let map = self.context.registers?;
        let count = register_shape(&self.context.module.types, data.ty).map_or(1, |(_, count)| count);
        let reached = index.map_or(0..count, |index| index..index.saturating_add(1));
        for index in reached {
            let address = data.address.saturating_add(index.saturating_mul(u64::from(bits / 8)));
            // What the map does not have is reported at the declaration.
            let rights = map.rights(address, bits)?;
            if !may(rights) {
                return map.find(address).map(|info| info.name_at(address));
            }
        }
        None
    }

    /// The register that a pointer comes from, through elements and pointer casts, and which of an array it is, where
    /// that is a constant.
    pub(crate) fn register_of(&self, pointer: Operand) -> Option<(Register, Option<u64>)> {
        let mut operand = pointer;
        let mut index = Some(0_u64);
        // Definitions come from earlier instructions only, so this ends.
        let mut before = u32::MAX;
        loop {
            let value = operand.value()?;
            let ValueDef::Result(inst) = self.values.get(value.as_u32() as usize)?.def() else { return None };
            if inst.as_u32() >= before {
                return None;
            }
            before = inst.as_u32();
            let data = self.body.insts.get(inst)?;
            match data.opcode {
                Opcode::Register => return Some((data.register(), index)),
                Opcode::Element => {
                    let constant =
                        data.operand(1).constant().and_then(|constant| self.body.constants.get(constant));
                    let further = constant.and_then(|constant| u64::try_from(constant.bits()).ok());
                    index = index.zip(further).and_then(|(index, further)| index.checked_add(further));
                    operand = data.operand(0);
                }
                Opcode::Cast => operand = data.operand(0),
                _ => return None,
            }
        }
    }
}

/// What a register gives access to: the storable type behind its `ptr[mmio,T]` or `ptr[mmio,array[T,N]]`, and how many.
pub(crate) fn register_shape(types: &native_ir::TypeTable, ty: Type) -> Option<(Type, u64)> {
    let (Space::Mmio, pointee) = types.as_pointer(ty)? else { return None };
    match types.data(pointee) {
        native_ir::TypeData::Array { element, length } => Some((*element, *length)),
        _ => Some((pointee, 1)),
    }
}

/// A register's declaration against the register map: its address, its width, its rights.
pub(crate) fn register_map_fault(
    context: &Context<'_>,
    register: &RegisterData,
    name: &str,
    bits: u32,
    count: u64,
    place: Place,
) -> Option<Diagnostic> {
    let map = context.registers?;
    let step = u64::from(bits / 8);
    // An array of registers is looked up element by element, as far as the map can have any.
    let count = count.min(map.registers().len() as u64 * 65536 + 1);
    let mut addresses = (0..count).map(|index| register.address.saturating_add(index.saturating_mul(step)));
    addresses.find_map(|address| address_fault(map, register, name, bits, address, &place))
}

/// What is wrong with a register, or element of an array, at an address.
fn address_fault(
    map: &RegisterMap,
    register: &RegisterData,
    name: &str,
    bits: u32,
    address: u64,
    place: &Place,
) -> Option<Diagnostic> {
    let Some(info) = map.find(address) else {
        let message = format!("the register map has no register at 0x{address:x}, which `{name}` names");
        let diagnostic = Diagnostic::new(Rule::VolatileRegisterUnknown, place.clone(), message);
        let diagnostic = diagnostic.label("unknown address");
        return Some(match neighbours(map, address) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    };
    let Some(rights) = map.rights(address, bits) else {
        let message = format!("`{name}` is {bits} bits wide, register {} has {}", info.full_name(), info.width);
        let diagnostic = Diagnostic::new(Rule::VolatileRegisterWidth, place.clone(), message);
        return Some(diagnostic.label("another width"));
    };
    let wider =
        (register.access.readable() && !rights.readable()) || (register.access.writable() && !rights.writable());
    if !wider || register.access == native_ir::Access::ReadWrite {
        return None;
    }
    let (own, full) = (register.access.name(), info.full_name());
    let message = format!("`{name}` is {own}, register {full} is {}", rights.name());
    Some(Diagnostic::new(Rule::VolatileRegisterRights, place.clone(), message).label("other rights"))
}

/// The registers on both sides of an address.
fn neighbours(map: &RegisterMap, address: u64) -> Option<String> {
    let near = map.neighbours(address).into_iter().flatten();
    let near: Vec<String> = near.map(|(at, info)| format!("{} at 0x{at:x}", info.name_at(at))).collect();
    (!near.is_empty()).then(|| format!("the nearest that it has: {}", near.join(", ")))
}
