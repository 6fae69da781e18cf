//! Addresses, and the accesses that they go into.

use super::function::Emit;
use super::live::words;
use crate::handlers::memory::POINTER;
use crate::memory::Access;
use crate::operation::{Form, Index, Key, Op, Transfer};
use crate::program::function_address;
use native_ir::{
    Condition, EntityRef, Inst, InstData, Item, Opcode, Operand, Ordering, Space, Symbol, Type, TypeData, TypeKind,
};
use std::ops::Range;

/// An address as the sum of its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    base: Base,
    /// An index with its stride in bytes.
    index: Option<(Operand, i32)>,
    displacement: i64,
    /// What of it is looked at.
    part: Part,
}

/// A part of an address that may be an instruction that goes into the access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Base,
    Index,
    /// All parts have been looked at.
    None,
}

impl Place {
    fn of(pointer: Operand) -> Place {
        Place { base: Base::Operand(pointer), index: None, displacement: 0, part: Part::Base }
    }

    /// The operand that is looked at; none when all have been.
    fn next(&mut self) -> Option<Operand> {
        if let (Part::Base, Base::Operand(base)) = (self.part, self.base) {
            return Some(base);
        }
        if self.part != Part::None {
            self.part = Part::Index;
        }
        self.index.map(|(index, _)| index).filter(|_| self.part == Part::Index)
    }

    /// The same place, the part that is looked at left as it is.
    fn skip(self) -> Place {
        Place { part: if self.part == Part::Base { Part::Index } else { Part::None }, ..self }
    }
}

/// Where the first part of an address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Operand(Operand),
    /// The frame's slot of this number.
    Slot(u32),
}

impl<'t> Emit<'t, '_> {
    /// The instruction behind an operand, if it is left out.
    pub(super) fn absorbed(&self, operand: Operand) -> Option<&'t InstData> {
        let value = self.root(operand).value()?;
        let native_ir::ValueDef::Result(inst) = self.body.values[value].def() else { return None };
        (!self.steps() && self.plan.is_absorbed(inst)).then(|| &self.body.insts[inst])
    }
}

impl Emit<'_, '_> {
    /// Decides what is fused in a block.
    pub(super) fn fuse(&mut self, insts: Range<usize>) {
        let fusing = &self.allocation.fusing[self.fused..];
        let fusing = &fusing[..fusing.iter().take_while(|inst| insts.contains(&inst.index())).count()];
        self.fused += fusing.len();
        for &inst in fusing {
            let data = &self.body.insts[inst];
            if matches!(data.opcode, Opcode::Load | Opcode::Store) && !is_volatile(data) {
                self.plan.note_access(self.body, self.allocation, pointer_of(data), inst);
            }
        }
        for &inst in fusing.iter().rev() {
            let data = &self.body.insts[inst];
            match data.opcode {
                Opcode::Load | Opcode::Store if !is_volatile(data) => {
                    self.fuse_address(inst, data);
                }
                Opcode::Branch | Opcode::Select => self.fuse_condition(inst, data),
                // One that an address has taken in needs the number as it was loaded.
                Opcode::Sext if !self.plan.is_absorbed(inst) => self.fuse_sign(inst, data),
                _ => {}
            }
        }
    }

    fn fuse_condition(&mut self, inst: Inst, data: &InstData) {
        let candidate = self.plan.candidate(self.body, self.allocation, data.operand(0), inst);
        let Some((compare, compare_data)) = candidate else { return };
        let fused = self.fuse_bit(inst, compare_data)
            || match data.opcode {
                Opcode::Branch => self.can_branch(compare_data),
                _ => self.select_of(data, compare_data).is_some(),
            };
        if fused {
            self.plan.absorb(compare);
        }
    }

    /// Takes in the mask of a condition that is the lowest bit of a value: `x & 1` compared with 0. False when it is another
    /// condition.
    fn fuse_bit(&mut self, inst: Inst, compare: &InstData) -> bool {
        if !self.compares_with_zero(compare) {
            return false;
        }
        let mask = self.plan.candidate(self.body, self.allocation, compare.operand(0), inst);
        let Some((mask, mask_data)) = mask else { return false };
        if mask_data.opcode != Opcode::And || self.constant(mask_data.operand(1)) != Some(1) {
            return false;
        }
        self.plan.absorb(mask);
        true
    }

    fn can_branch(&self, compare: &InstData) -> bool {
        matches!(compare.opcode, Opcode::Icmp | Opcode::Fcmp | Opcode::Test)
            && self.branch_key(compare).is_some_and(|(key, _)| Op::find(key).is_some())
    }

    fn compares_with_zero(&self, data: &InstData) -> bool {
        data.opcode == Opcode::Icmp
            && matches!(data.attributes.condition(), Condition::Eq | Condition::Ne)
            && self.constant(data.operand(1)) == Some(0)
    }

    /// The value whose lowest bit an absorbed condition is, and whether the condition holds when the bit is set.
    pub(super) fn bit(&self, condition: Operand) -> Option<(Operand, bool)> {
        let compare = self.absorbed(condition)?;
        let mask = self.absorbed(compare.operand(0)).filter(|mask| mask.opcode == Opcode::And)?;
        Some((mask.operand(0), compare.attributes.condition() == Condition::Ne))
    }

    /// The operation that compares and selects, with the operands of the compare, if there is one.
    pub(super) fn select_of(&self, select: &InstData, compare: &InstData) -> Option<(Op, [Operand; 2])> {
        let one_word = words(self.body.operand_type(select.operand(1))) == 1;
        if compare.opcode != Opcode::Icmp || !one_word || self.checked() {
            return None;
        }
        let key = self.compare_key(compare, compare.attributes.condition(), Form::Select);
        let (key, operands) = self.literal_last(key, [compare.operand(0), compare.operand(1)]);
        let small = |number: i64| i32::try_from(number).is_ok();
        let form = match self.signed_constant(operands[1]) {
            Some(number) if small(number) && self.small_numbers(select).is_some() => Form::SelectNumber,
            Some(number) if small(number) => Form::SelectLiteral,
            _ => Form::Select,
        };
        Op::find(Key { form, ..key }).map(|op| (op, operands))
    }

    /// The two constants that a select chooses from, when they are small enough to stand in it.
    pub(super) fn small_numbers(&self, select: &InstData) -> Option<(u16, u32)> {
        let [yes, no] = [1, 2].map(|index| self.constant(select.operand(index)));
        Some((u16::try_from(yes?).ok()?, u32::try_from(no?).ok()?))
    }

    /// A load whose value is widened with its sign at once, and used nowhere else.
    fn fuse_sign(&mut self, inst: Inst, data: &InstData) {
        if let Some((load, load_data)) = self.sign_of(inst, data) {
            self.plan.absorb(load);
            self.fuse_address(load, &load_data);
        }
    }

    /// The load before a sign extension that does both.
    fn sign_of(&self, inst: Inst, data: &InstData) -> Option<(Inst, InstData)> {
        let value = data.operand(0).value().filter(|&value| self.allocation.is_used_once(value))?;
        let native_ir::ValueDef::Result(load) = self.body.values[value].def() else { return None };
        let load_data = self.body.insts[load];
        let next_to_it = load.index() + 1 == inst.index();
        let loads = load_data.opcode == Opcode::Load && !is_volatile(&load_data);
        (next_to_it && loads).then_some(())?;
        self.signed_op(None, inst, &load_data).map(|_| (load, load_data))
    }

    fn signed_op(&self, index: Option<Index>, inst: Inst, load: &InstData) -> Option<Op> {
        let result = self.body.results(inst).next()?;
        let wide = self.context.width(self.body.value_type(result)).checked_ilog2()?.checked_sub(3)?;
        Op::signed(index, self.context.settings.narrow, self.width(load.access_type()), wide)
    }

    /// A sign extension that a load is absorbed in. False when it is an ordinary one.
    pub(super) fn load_signed(&mut self, inst: Inst, data: &InstData) -> bool {
        if self.steps() {
            return false;
        }
        let Some((load, load_data)) = self.sign_of(inst, data) else { return false };
        if !self.plan.is_absorbed(load) {
            return false;
        }
        // A trap is the load's.
        self.asm.mark(load);
        let place = self.address(pointer_of(&load_data));
        let to = self.first_result(inst);
        let (base, index) = self.parts(&place, self.width(load_data.access_type()));
        if let Some(op) = self.signed_op(index.map(|(_, index)| index), inst, &load_data) {
            self.access_parts(op, to, base, index, &place);
            self.access_literal(&load_data);
        }
        true
    }

    /// Absorbs what an access can say of its address.
    fn fuse_address(&mut self, inst: Inst, data: &InstData) {
        let mut place = Place::of(pointer_of(data));
        while let Some(operand) = place.next() {
            let candidate = self.plan.candidate(self.body, self.allocation, operand, inst);
            let longer = candidate.and_then(|(part, data)| Some((part, self.extend(place, data)?)));
            match longer {
                Some((part, longer)) => {
                    self.plan.absorb(part);
                    place = longer;
                }
                None => {
                    self.plan.need(self.body, self.allocation, operand);
                    place = place.skip();
                }
            }
        }
    }

    /// The address that an access's pointer operand stands for, absorbed instructions followed.
    fn address(&self, pointer: Operand) -> Place {
        let mut place = Place::of(pointer);
        while let Some(operand) = place.next() {
            let longer = self.absorbed(operand).and_then(|data| self.extend(place, data));
            place = longer.unwrap_or_else(|| place.skip());
        }
        place
    }

    /// The address of which a part is an absorbed instruction, in terms of that instruction's operands, if an access can
    /// say it.
    fn extend(&self, place: Place, part: &InstData) -> Option<Place> {
        let longer = match (place.part, place.index) {
            (Part::Index, Some((_, stride))) => self.extend_index(place, stride, part),
            _ => self.extend_base(place, part),
        }?;
        let fits = match longer.index {
            Some(_) => i32::try_from(longer.displacement).is_ok(),
            None => i16::try_from(longer.displacement).is_ok(),
        };
        fits.then_some(longer)
    }

    fn extend_base(&self, place: Place, part: &InstData) -> Option<Place> {
        let base = part.operand(0);
        let (index, displacement) = match part.opcode {
            Opcode::Slot => {
                let (base, displacement) = self.slot_place(part);
                let displacement = place.displacement.checked_add(displacement)?;
                return Some(Place { base: Base::Slot(base), displacement, ..place });
            }
            Opcode::Field => (None, self.field_offset(part)? as i64),
            Opcode::Element | Opcode::Offset => {
                let (index, stride) = (part.operand(1), self.stride(part)?);
                match self.signed_constant(index) {
                    Some(index) => (None, index.checked_mul(stride)?),
                    None if is_index(self.context.kind(self.body.operand_type(index))) => {
                        (Some((index, i32::try_from(stride).ok()?)), 0)
                    }
                    None => return None,
                }
            }
            _ => return None,
        };
        if index.is_some() && place.index.is_some() {
            return None;
        }
        let displacement = place.displacement.checked_add(displacement)?;
        Some(Place { base: Base::Operand(base), index: index.or(place.index), displacement, ..place })
    }

    /// What widens an index with its sign, which accesses do, or adds a constant to it, which is part of the displacement
    /// where the index is as wide as addresses, so that both wrap alike.
    fn extend_index(&self, place: Place, stride: i32, part: &InstData) -> Option<Place> {
        let operand = part.operand(0);
        let (kind, narrow) = (self.context.kind(self.body.operand_type(operand)), self.context.settings.narrow);
        let displacement = match part.opcode {
            Opcode::Sext if kind == TypeKind::I32 => 0,
            Opcode::Iadd if kind == TypeKind::I64 || narrow && kind == TypeKind::I32 => {
                self.signed_constant(part.operand(1))?.checked_mul(stride.into())?
            }
            _ => return None,
        };
        let displacement = place.displacement.checked_add(displacement)?;
        Some(Place { index: Some((operand, stride)), displacement, ..place })
    }

    /// Frame slot and distance that give the address of a stack slot.
    fn slot_place(&self, data: &InstData) -> (u32, i64) {
        let slot = data.slot().index();
        match self.checked() {
            true => (self.object_pointer(slot), 0),
            false => (self.frame.objects, self.object_offsets[slot] as i64),
        }
    }

    fn field_offset(&self, data: &InstData) -> Option<u64> {
        let (_, pointee) = self.pointer_type(data.operand(0))?;
        let types = &self.context.module.types;
        self.context.layouts.field_offset(types, pointee, data.field_index() as usize)
    }

    fn stride(&self, data: &InstData) -> Option<i64> {
        if data.opcode == Opcode::Offset {
            return Some(1);
        }
        let (_, pointee) = self.pointer_type(data.operand(0))?;
        let element = match self.context.module.types.resolved(pointee) {
            TypeData::Array { element, .. } => *element,
            _ => pointee,
        };
        i64::try_from(self.context.layouts.stride(element)?).ok()
    }

    pub(super) fn pointer_type(&self, pointer: Operand) -> Option<(Space, Type)> {
        self.context.module.types.as_pointer(self.body.operand_type(pointer))
    }

    /// A constant, read with the sign of its type.
    pub(super) fn signed_constant(&self, operand: Operand) -> Option<i64> {
        let bits = self.constant(operand)?;
        let width = self.context.width(self.body.operand_type(operand)).min(64);
        Some((bits as i64) << (64 - width) >> (64 - width))
    }

    /// `slot`
    pub(super) fn slot_address(&mut self, inst: Inst, data: &InstData) {
        let (base, displacement) = self.slot_place(data);
        self.displaced(inst, base, displacement);
    }

    /// `field`
    pub(super) fn field(&mut self, inst: Inst, data: &InstData) {
        let offset = self.field_offset(data).unwrap_or(0);
        let base = u32::from(self.operand(data.operand(0)));
        self.displaced(inst, base, offset as i64);
    }

    fn displaced(&mut self, inst: Inst, base: u32, displacement: i64) {
        let near = self.near(base);
        let to = self.first_result(inst);
        if displacement == 0 {
            return self.asm.op(Op::COPY, to, near, 0);
        }
        let op = if self.context.settings.narrow { Op::DISPLACE_NARROW } else { Op::DISPLACE_WIDE };
        self.asm.op(op, to, near, 0);
        self.asm.literal(displacement as u64);
    }

    /// A slot of the frame where an instruction can name it.
    fn near(&mut self, slot: u32) -> u16 {
        if slot < u32::from(u16::MAX) {
            return slot as u16;
        }
        let to = self.temporary(1);
        self.copy_slot(u32::from(to), slot);
        to
    }

    /// `element` and `offset`
    pub(super) fn element(&mut self, inst: Inst, data: &InstData) {
        let stride = self.stride(data).unwrap_or(0);
        let (space, pointee) = self.pointer_type(data.operand(0)).unwrap_or((Space::Generic, Type::I8));
        let base = self.operand(data.operand(0));
        // The verifier has compared a literal with the length of an array of registers, but no constant with a name.
        let in_range = space != Space::Mmio || data.operand(1).constant().is_some();
        if let Some(index) = self.signed_constant(data.operand(1)).filter(|_| in_range) {
            return self.displaced(inst, u32::from(base), index.wrapping_mul(stride));
        }
        if space == Space::Mmio {
            return self.register_element(inst, data.operand(1), base, stride, pointee);
        }
        let (index, long) = self.index(data.operand(1));
        let to = self.first_result(inst);
        let op = match (self.context.settings.narrow, long) {
            (false, false) => Op::ELEMENT_WIDE_32,
            (false, true) => Op::ELEMENT_WIDE_64,
            (true, false) => Op::ELEMENT_NARROW_32,
            (true, true) => Op::ELEMENT_NARROW_64,
        };
        self.asm.op(op, to, base, index);
        self.asm.literal(stride as u64);
    }

    /// The address of an element of an array of registers.
    fn register_element(&mut self, inst: Inst, index: Operand, base: u16, stride: i64, array: Type) {
        let length = match self.context.module.types.resolved(array) {
            TypeData::Array { length, .. } => *length,
            _ => 0,
        };
        let (mut slot, long) = self.index(index);
        if self.context.kind(self.body.operand_type(index)) == TypeKind::I128 {
            slot = self.low_half_below(slot, length);
        }
        let to = self.first_result(inst);
        self.asm.op(if long { Op::REGISTER_64 } else { Op::REGISTER_32 }, to, base, slot);
        self.asm.literal(stride as u64);
        self.asm.literal(length);
    }

    /// A slot with the low half of a 128-bit index, or of a length that it is not below.
    fn low_half_below(&mut self, index: u16, length: u64) -> u16 {
        let (bound, to) = (self.temporary(2), self.temporary(2));
        self.put_constant(u32::from(bound), length);
        self.put_constant(u32::from(bound) + 1, 0);
        self.smaller_wide(to, [index, bound]);
        to
    }

    /// The slot of an index, and whether it has 64 bits rather than 32.
    fn index(&mut self, operand: Operand) -> (u16, bool) {
        let kind = self.context.kind(self.body.operand_type(operand));
        let from = self.operand(operand);
        match kind {
            TypeKind::I32 => (from, false),
            TypeKind::I64 => (from, true),
            // Addresses wrap: the low half decides.
            TypeKind::I128 => (from, true),
            _ => {
                let key = Key {
                    opcode: Opcode::Sext,
                    condition: None,
                    from: kind,
                    to: TypeKind::I64,
                    form: Form::Slots,
                };
                let to = self.temporary(1);
                if let Some(op) = Op::find(key) {
                    self.asm.op(op, to, from, 0);
                }
                (to, true)
            }
        }
    }

    /// The address of a data object, function or import.
    pub(super) fn address_of(&mut self, inst: Inst, data: &InstData) {
        let result = self.body.first_results[inst.index()];
        if !self.allocation.is_permanent(result) {
            self.put_address(self.slot(result), data.symbol());
        }
    }

    /// Puts the address of a symbol into a slot of the frame as it is laid out.
    pub(super) fn put_address(&mut self, slot: u32, symbol: Symbol) {
        let (distance, object) = match self.context.module.item(symbol) {
            Item::Data(data) => (self.context.data[data.index()], data.index() as u64 + 1),
            _ => {
                let index = self.context.function_index(symbol).unwrap_or(0);
                (self.context.code.wrapping_add(function_address(index)), 0)
            }
        };
        let far = slot >= u32::from(u16::MAX);
        let to = if far { self.frame.temporaries as u16 } else { slot as u16 };
        self.asm.op(Op::ADDRESS, to, 0, 0);
        self.asm.literal(distance);
        if self.checked() {
            self.asm.literal(object);
        }
        if far {
            self.copy_slot(slot, u32::from(to));
        }
    }

    /// `register`
    pub(super) fn register(&mut self, inst: Inst, data: &InstData) {
        let address = self.context.module.registers.get(data.register()).map_or(0, |register| register.address);
        self.constant_result(inst, u128::from(address));
    }

    /// `load` and `atomic_load`
    pub(super) fn load(&mut self, inst: Inst, data: &InstData) {
        let log = self.width(data.access_type());
        if is_volatile(data) {
            let pointer = self.operand(data.operand(0));
            let to = self.first_result(inst);
            return self.asm.op(Op::DEVICE_LOAD, to, pointer, log as u16);
        }
        let place = self.address(pointer_of(data));
        let to = self.first_result(inst);
        self.access(Transfer::Load, place, log, to);
        self.access_literal(data);
    }

    /// `store` and `atomic_store`
    pub(super) fn store(&mut self, _: Inst, data: &InstData) {
        let log = self.width(data.access_type());
        if is_volatile(data) {
            let (value, pointer) = (self.operand(data.operand(0)), self.operand(data.operand(1)));
            return self.asm.op(Op::DEVICE_STORE, value, pointer, log as u16);
        }
        let place = self.address(pointer_of(data));
        let small = self.constant(data.operand(0)).filter(|_| log <= 3).and_then(|bits| {
            let width = 8_u32 << log;
            let signed = (bits as i64) << (64 - width) >> (64 - width);
            i16::try_from(signed).ok()
        });
        match small {
            Some(number) => self.access(Transfer::StoreSmall, place, log, number as u16),
            None => {
                let value = self.before_truncation(data.operand(0));
                let value = self.operand(value);
                self.access(Transfer::Store, place, log, value);
            }
        }
        self.access_literal(data);
    }

    fn access(&mut self, transfer: Transfer, place: Place, log: u32, a: u16) {
        let narrow = self.context.settings.narrow;
        let (base, index) = self.parts(&place, log);
        let op = match index {
            None => Op::access(transfer, narrow, log),
            Some((_, index)) => Op::indexed(transfer, narrow, index, log),
        };
        self.access_parts(op, a, base, index, &place);
    }

    /// The slots of an address's base and of its index, for an access of `1 << log` bytes.
    fn parts(&mut self, place: &Place, log: u32) -> (u16, Option<(u16, Index)>) {
        let base = match place.base {
            Base::Operand(operand) => self.operand(operand),
            Base::Slot(slot) => self.near(slot),
        };
        let index = place.index.map(|(operand, stride)| {
            let (slot, long) = self.index(operand);
            (slot, Index { long, by_width: stride == 1 << log && place.displacement == 0 })
        });
        (base, index)
    }

    fn access_parts(&mut self, op: Op, a: u16, base: u16, index: Option<(u16, Index)>, place: &Place) {
        match (index, place.index) {
            (Some((slot, index)), Some((_, stride))) => {
                self.asm.op(op, a, base, slot);
                if !index.by_width {
                    self.asm.literal(crate::word::pair(stride as u32, place.displacement as i32 as u32));
                }
            }
            _ => self.asm.op(op, a, base, place.displacement as i16 as u16),
        }
    }

    /// What checked mode wants to know of an access.
    fn access_literal(&mut self, data: &InstData) {
        if self.checked() {
            let write = matches!(data.opcode, Opcode::Store | Opcode::AtomicStore);
            let literal = self.access_of(pointer_of(data), data.access_type(), data.attributes.align(), write);
            self.asm.literal(literal);
        }
    }

    /// The literal of a checked access.
    pub(super) fn access_of(&self, pointer: Operand, ty: Type, align: Option<u64>, write: bool) -> u64 {
        let natural = self.context.layouts.align(ty).unwrap_or(1);
        let space = self.pointer_type(pointer).map_or(Space::Generic, |(space, _)| space);
        let access = Access::new(space, write, align.map_or(natural, |align| align as u32));
        let is_pointer = self.context.module.types.kind(ty) == Some(TypeKind::Ptr);
        u64::from(access.bits()) | if is_pointer { POINTER } else { 0 }
    }

    /// The logarithm of a stored type's width in bytes.
    pub(super) fn width(&self, ty: Type) -> u32 {
        self.context.layouts.size(ty).unwrap_or(1).trailing_zeros().min(4)
    }

    /// `memcpy`, `memmove` and `memset`
    pub(super) fn block_operation(&mut self, data: &InstData) {
        let op = match data.opcode {
            Opcode::Memcpy => Op::BLOCK_COPY,
            Opcode::Memmove => Op::BLOCK_MOVE,
            _ => Op::BLOCK_FILL,
        };
        let [a, b, c] = [0, 1, 2].map(|index| self.operand(data.operand(index)));
        self.asm.op(op, a, b, c);
        if self.checked() {
            let align = Some(data.attributes.align().unwrap_or(1));
            let target = self.access_of(data.operand(0), Type::I8, align, true);
            let source = match data.opcode {
                Opcode::Memset => 0,
                _ => self.access_of(data.operand(1), Type::I8, align, false),
            };
            self.asm.literal(target | source << 32);
        }
    }

    /// `lifetime_start` and `lifetime_end`: nothing, but in checked mode.
    pub(super) fn lifetime(&mut self, data: &InstData) {
        if self.checked() {
            let pointer = self.near(self.object_pointer(data.slot().index()));
            self.asm.op(Op::MARK_LIFETIME, pointer, u16::from(data.opcode == Opcode::LifetimeStart), 0);
        }
    }

    /// Copies an aggregate to where the caller wants it.
    pub(super) fn copy_result(&mut self, from: Operand, ty: Type) {
        let from = self.operand(from);
        let to = self.near(self.frame.result);
        self.asm.op(Op::COPY_OUT, to, from, 0);
        self.asm.literal(self.context.layouts.size(ty).unwrap_or(0));
    }

    /// How many slots an operand takes.
    pub(super) fn operand_slots(&self, operand: Operand) -> u32 {
        words(self.body.operand_type(operand))
    }
}

/// The pointer operand of a load or store.
fn pointer_of(data: &InstData) -> Operand {
    match data.opcode {
        Opcode::Store | Opcode::AtomicStore => data.operand(1),
        _ => data.operand(0),
    }
}

/// Whether an access can take an index of a type as it is.
fn is_index(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::I32 | TypeKind::I64)
}

fn is_volatile(data: &InstData) -> bool {
    data.attributes.ordering() == Ordering::Volatile
}
