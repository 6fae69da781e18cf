//! Accesses to memory. What is aligned is read and written word by word, each word, half or byte by one access of its
//! width; what is not, in the largest pieces that its alignment allows.

use super::inst::{Address, Alu, Cell, Inst, Reg, Shift, Width};
use super::lower::{Known, Lower, words_of};
use crate::context::Distance;
use crate::live::{self, Base, Fold};
use artifact::Reference;
use native_ir::{EntityRef, InstData, Opcode, Operand, Trap, Type, TypeKind, Value};

/// Where an object in memory begins: the pieces that make up the address of each of its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A register and a distance.
    Base(Reg, i64),
    /// The sum of two registers.
    Sum(Reg, Reg),
    /// A distance from the beginning of a slot or of other parts of the frame.
    Cell(Cell),
    /// A distance from a symbol.
    Symbol(Reference, i64),
    /// An address.
    Absolute(u32),
}

/// What is done at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose {
    /// Whether several accesses follow: a sum of registers is added up at once.
    many: bool,
    /// Whether accesses are counted by the certificate, which knows that a sum may be added in parts, and not which bits are 0.
    counted: bool,
}

impl Purpose {
    /// Several accesses, which nobody counts.
    pub(super) const BLOCK: Purpose = Purpose { many: true, counted: false };
    /// A pointer is computed.
    const VALUE: Purpose = Purpose { many: false, counted: true };
}

/// A cell so many bytes further.
fn beyond(cell: Cell, bytes: u32) -> Cell {
    match cell {
        Cell::Outgoing(at) => Cell::Outgoing(at + bytes),
        Cell::Slot(slot, at) => Cell::Slot(slot, at + bytes),
        Cell::Own(at) => Cell::Own(at + bytes),
        Cell::Incoming(at) => Cell::Incoming(at + bytes),
        Cell::Spill(index) => Cell::Spill(index + bytes / 4),
    }
}

impl Place {
    /// The place so many bytes further.
    pub(super) fn offset(self, bytes: u32) -> Place {
        match self {
            Place::Base(reg, at) => Place::Base(reg, at + i64::from(bytes)),
            Place::Cell(cell) => Place::Cell(beyond(cell, bytes)),
            Place::Symbol(symbol, at) => Place::Symbol(symbol, at + i64::from(bytes)),
            Place::Absolute(at) => Place::Absolute(at.wrapping_add(bytes)),
            Place::Sum(..) => self,
        }
    }
}

/// The width of an access to values of a kind of up to 32 bits, or to a word of wider ones.
pub(super) fn width_of(kind: TypeKind) -> Width {
    match kind {
        TypeKind::I1 | TypeKind::I8 => Width::Byte,
        TypeKind::I16 | TypeKind::F16 => Width::Half,
        _ => Width::Word,
    }
}

/// The purpose of the place of a load or a store.
fn purpose(data: &InstData, many: bool) -> Purpose {
    let atomic = matches!(data.opcode, Opcode::AtomicLoad | Opcode::AtomicStore);
    Purpose { many, counted: atomic || !data.attributes.is_plain_access() }
}

impl Lower<'_> {
    /// Where a pointer points to.
    pub(super) fn place(&mut self, pointer: Operand, purpose: Purpose) -> Place {
        let root = self.live.root(pointer);
        if let Some(value) = root.value()
            && let Fold::Address(address) = self.live.folds[value.index()]
        {
            let address = self.live.addresses[address as usize];
            return self.place_of(address, purpose);
        }
        match self.constant(pointer) {
            Some(bits) => Place::Absolute(bits as u32),
            None => Place::Base(self.reg(pointer), 0),
        }
    }

    fn place_of(&mut self, address: live::Address, purpose: Purpose) -> Place {
        let Purpose { many, counted } = purpose;
        let live::Address { base, index, displacement } = address;
        let start = match base {
            Base::Value(value) => Place::Base(self.reg(value.into()), displacement),
            Base::Slot(slot) => match u32::try_from(displacement) {
                Ok(displacement) => Place::Cell(Cell::Slot(slot, displacement)),
                Err(_) => Place::Base(self.cell_address(Cell::Slot(slot, 0)), displacement),
            },
            Base::Symbol(symbol) => Place::Symbol(Reference::Symbol(symbol), displacement),
            Base::Zero => Place::Absolute(displacement as u32),
        };
        let Some((index, ty, scale)) = index else { return start };
        let once = self.live.is_used_once(index);
        let (plain, extra) = self.split_index(index.into(), ty, counted);
        let apart = self.definition(index.into()).is_some_and(|data| data.opcode == Opcode::Or);
        let (base, distance) = match start {
            Place::Base(reg, distance) => (reg, distance),
            start => (self.place_value(start), 0),
        };
        let reach = 31 << u32::from(scale).min(2);
        let total = distance + (extra << scale);
        if (0..=reach).contains(&total) && (total > 0 || many) {
            let index = if extra == 0 { self.index(plain, ty) } else { self.reg(plain) };
            if extra == 0 || once || apart || self.has_sum(base, index, scale) {
                return Place::Base(self.sum(base, index, scale), total);
            }
        }
        let index = self.index(index.into(), ty);
        if distance == 0 && !many && !self.has_sum(base, index, scale) {
            return Place::Sum(base, self.shift(Shift::Lsl, index, scale.into()));
        }
        Place::Base(self.sum(base, index, scale), distance)
    }

    /// An index of 32 bits that is the sum of another value and a constant, as these; else itself and 0.
    fn split_index(&self, index: Operand, ty: Type, counted: bool) -> (Operand, i64) {
        let whole = (index, 0);
        if self.context.kind(ty) != TypeKind::I32 {
            return whole;
        }
        let Some(data) = self.definition(index).filter(|data| matches!(data.opcode, Opcode::Iadd | Opcode::Or))
        else {
            return whole;
        };
        let (a, b) = (data.operand(0), data.operand(1));
        let number = |operand| self.constant(operand).map(|bits| crate::context::sign_extended(bits, 32));
        let (plain, extra) = match (number(a), number(b)) {
            (None, Some(extra)) => (a, extra),
            (Some(extra), None) => (b, extra),
            _ => return whole,
        };
        // What sets bits that are 0 adds them.
        let adds = data.opcode == Opcode::Iadd || !counted && (0..1 << self.zeros(plain)).contains(&extra);
        if adds { (plain, extra) } else { whole }
    }

    /// An index as 32 bits, read with its sign.
    fn index(&mut self, index: Operand, ty: Type) -> Reg {
        let reg = self.reg(index);
        let width = self.context.kind(ty).bits(32).unwrap_or(32).min(32);
        self.sign_extended(reg, width)
    }

    /// A place as the value of a pointer.
    pub(super) fn place_value(&mut self, place: Place) -> Reg {
        match place {
            Place::Base(reg, distance) => self.add_imm(reg, distance as i32),
            Place::Sum(a, b) => self.add(a, b),
            Place::Cell(cell) => self.cell_address(cell),
            Place::Symbol(reference, distance) => self.symbol(reference, distance as i32),
            Place::Absolute(address) => match self.fresh_base(address, 4) {
                Some(base) if address.wrapping_sub(base) <= 255 => {
                    let reg = self.konst(base);
                    self.add_imm(reg, address.wrapping_sub(base) as i32)
                }
                _ => self.konst(address),
            },
        }
    }

    /// The value of a folded address.
    pub(super) fn address_value(&mut self, address: u32) -> Reg {
        let address = self.live.addresses[address as usize];
        let place = self.place_of(address, Purpose::VALUE);
        self.place_value(place)
    }

    /// The address of an access of a width.
    pub(super) fn address(&mut self, place: Place, width: Width) -> Address {
        let step = width.bytes();
        let reach = 31 * step;
        match place {
            Place::Base(reg, distance) => match u32::try_from(distance) {
                Ok(distance) if distance <= reach && distance.is_multiple_of(step) => {
                    Address::Offset(reg, distance as u8)
                }
                _ => {
                    let index = self.konst(distance as u32);
                    Address::Index(reg, index)
                }
            },
            Place::Sum(base, index) => Address::Index(base, index),
            Place::Cell(cell) => self.cell_operand(cell, width),
            Place::Symbol(reference, distance) => {
                // Neighbours share a register.
                let low = if distance < 0 { 0 } else { distance % i64::from(32 * step) };
                let low = if low % i64::from(step) == 0 { low } else { 0 };
                let base = self.symbol(reference, (distance - low) as i32);
                Address::Offset(base, low as u8)
            }
            Place::Absolute(address) => {
                let base = match self.fresh_base(address, step) {
                    Some(base) => base,
                    None if address.is_multiple_of(step) => address & !(32 * step - 1),
                    None => address,
                };
                let reg = self.konst(base);
                Address::Offset(reg, address.wrapping_sub(base) as u8)
            }
        }
    }

    /// Words of the frame are reached from the stack pointer, all else through a register.
    fn cell_operand(&mut self, cell: Cell, width: Width) -> Address {
        let (at, aligned) = match cell {
            Cell::Slot(slot, at) => (at, self.context.is_plain_slot(self.function, slot)),
            Cell::Outgoing(at) | Cell::Own(at) | Cell::Incoming(at) => (at, true),
            Cell::Spill(_) => (0, true),
        };
        if width == Width::Word && at.is_multiple_of(4) && aligned {
            return Address::Cell(cell);
        }
        let step = width.bytes();
        let low = if at.is_multiple_of(step) { at % (32 * step) } else { 0 };
        let start = match cell {
            Cell::Slot(slot, at) => Cell::Slot(slot, at - low),
            Cell::Outgoing(at) => Cell::Outgoing(at - low),
            Cell::Own(at) => Cell::Own(at - low),
            Cell::Incoming(at) => Cell::Incoming(at - low),
            cell => cell,
        };
        let base = self.cell_address(start);
        Address::Offset(base, low as u8)
    }

    /// Loads from a place, narrow accesses extended with zeros.
    pub(super) fn load_from(&mut self, place: Place, width: Width) -> Reg {
        let address = self.address(place, width);
        let dst = self.temp();
        self.emit(Inst::Load { dst, width, signed: false, address });
        self.know(dst, Known::unsigned(8 * width.bytes()))
    }

    /// Stores the low bits of a register.
    pub(super) fn store_to(&mut self, src: Reg, place: Place, width: Width) {
        let address = self.address(place, width);
        self.emit(Inst::Store { src, width, address });
    }

    /// Loads up to four bytes with an alignment, in pieces when it is too small.
    pub(super) fn load_bytes(&mut self, place: Place, bytes: u32, align: u32) -> Reg {
        let mut value = None;
        let mut at = 0;
        while at < bytes {
            let step = piece(bytes - at, align, at);
            let part = self.load_from(place.offset(at), step);
            value = Some(match value {
                None => part,
                Some(low) => {
                    let high = self.shift(Shift::Lsl, part, 8 * at);
                    self.alu(Alu::Orr, high, low)
                }
            });
            at += step.bytes();
        }
        value.unwrap_or_else(|| self.konst(0))
    }

    /// Stores the low bytes of a register, up to four, with an alignment.
    pub(super) fn store_bytes(&mut self, src: Reg, place: Place, bytes: u32, align: u32) {
        let mut at = 0;
        while at < bytes {
            let step = piece(bytes - at, align, at);
            let part = self.shift(Shift::Lsr, src, 8 * at);
            self.store_to(part, place.offset(at), step);
            at += step.bytes();
        }
    }

    /// The alignment that an access promises, in bytes.
    fn align(&self, data: &InstData) -> u32 {
        let natural = self.context.layouts.align(data.access_type()).unwrap_or(1);
        data.attributes.align().map_or(natural, |align| align.min(8) as u32)
    }

    /// `load`
    pub(super) fn load(&mut self, data: &InstData, result: Value) {
        let kind = self.context.kind(data.access_type());
        let (width, count) = (width_of(kind), words_of(kind));
        let align = self.align(data);
        let place = self.place(data.operand(0), purpose(data, count > 1 || align < width.bytes()));
        for word in 0..count {
            let at = place.offset(4 * word as u32);
            let reg = self.load_bytes(at, width.bytes(), align);
            self.define(result, word, reg);
        }
    }

    /// `store`
    pub(super) fn store(&mut self, data: &InstData) {
        let kind = self.context.kind(data.access_type());
        let (width, count) = (width_of(kind), words_of(kind));
        let align = self.align(data);
        let place = self.place(data.operand(1), purpose(data, count > 1 || align < width.bytes()));
        for word in 0..count {
            let src = self.word(data.operand(0), word);
            self.store_bytes(src, place.offset(4 * word as u32), width.bytes(), align);
        }
    }

    /// `element`, `field` and `offset` that no access does, and `slot` of a slot that needs more alignment than the
    /// stack has.
    pub(super) fn pointer(&mut self, data: &InstData, result: Value) {
        self.check_bounds(data);
        let base = data.operand(0);
        let distance = self.context.distance(self.body, data, |operand| self.live.root(operand));
        let value = match distance {
            Some(Distance::Constant(bytes)) => {
                let base = self.reg(base);
                self.add_imm(base, bytes as i32)
            }
            _ => {
                let stride = match data.opcode {
                    Opcode::Element => self.context.stride(self.body, data).unwrap_or(1),
                    _ => 1,
                };
                let ty = self.body.operand_type(data.operand(1));
                let index = self.index(data.operand(1), ty);
                let scaled = self.times(index, stride as u32);
                let base = self.reg(base);
                self.add(base, scaled)
            }
        };
        self.define(result, 0, value);
    }

    /// The address of a slot with an alignment above the stack's: the next multiple from where its bytes begin.
    pub(super) fn aligned_slot(&mut self, data: &InstData, result: Value) {
        let value = self.cell_address(Cell::Slot(data.slot(), 0));
        self.define(result, 0, value);
    }

    /// An index into an array of registers is compared with the length, sign and all, so that no negative one passes.
    fn check_bounds(&mut self, data: &InstData) {
        use super::inst::Cond;
        let Some(length) = self.context.registers(self.body, data) else { return };
        if !self.context.is_checked(self.body, data, self.live.root(data.operand(1))) {
            return;
        }
        let operand = data.operand(1);
        for word in 1..words_of(self.kind(operand)) {
            let high = self.word(operand, word);
            self.emit(Inst::CmpImm { a: high, imm: 0 });
            self.emit(Inst::TrapIf { cond: Cond::Ne, trap: Trap::Bounds });
        }
        let index = if words_of(self.kind(operand)) == 1 { self.signed(operand) } else { self.reg(operand) };
        self.compare_with(index, u32::try_from(length).unwrap_or(u32::MAX));
        self.emit(Inst::TrapIf { cond: Cond::Cs, trap: Trap::Bounds });
    }
}

/// The widest access to some of so many bytes, at a distance from what has an alignment.
fn piece(bytes: u32, align: u32, at: u32) -> Width {
    let aligned = |to: u32| align >= to && at.is_multiple_of(to);
    match bytes {
        4.. if aligned(4) => Width::Word,
        2.. if aligned(2) => Width::Half,
        _ => Width::Byte,
    }
}
