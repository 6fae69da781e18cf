//! Operands into registers, results into their places.

use super::address::{Address, Rm, XmmRm};
use super::emit::Emitter;
use super::encode::{Float, Size};
use super::register::{Gpr, RAX, RDX, Xmm};
use crate::live::{self, Base, Fold};
use artifact::{Place, Reference};
use native_ir::{EntityRef, Item, Operand, TypeKind, Value};

impl Emitter<'_> {
    /// The kind of an operand.
    pub(super) fn kind(&self, operand: Operand) -> TypeKind {
        self.context.operand_kind(self.body, operand)
    }

    /// The kind of a value.
    pub(super) fn value_kind(&self, value: Value) -> TypeKind {
        self.context.kind(self.body.values[value].ty)
    }

    /// The bits of an operand that is a constant.
    pub(super) fn constant(&self, operand: Operand) -> Option<u128> {
        let root = self.live.root(operand);
        let bits = self.body.constants.get(root.constant()?)?.bits();
        match self.kind(operand).bits(64) {
            Some(width @ 0..128) => Some(bits & ((1 << width) - 1)),
            _ => Some(bits),
        }
    }

    /// A constant operand, sign-extended, when it is an immediate of the machine's; of an `i1` 0 or 1.
    pub(super) fn immediate(&self, operand: Operand) -> Option<i32> {
        let bits = self.constant(operand)?;
        if self.kind(operand) == TypeKind::I1 {
            return Some(bits as i32);
        }
        let width = self.kind(operand).bits(64).filter(|&width| width <= 64)?;
        i32::try_from(crate::context::sign_extended(bits, width)).ok()
    }

    /// Where an operand that is no constant lives.
    pub(super) fn place(&self, operand: Operand) -> Place {
        let root = self.live.root(operand).value();
        root.map_or(Place::Nowhere, |value| self.places[value.index()])
    }

    /// The address that an operand was folded to.
    pub(super) fn folded(&self, operand: Operand) -> Option<live::Address> {
        match self.live.folds[operand.value()?.index()] {
            Fold::Address(index) => Some(self.live.addresses[index as usize]),
            _ => None,
        }
    }

    /// A core register that holds an operand: its own, or `scratch`, which then is loaded.
    pub(super) fn core(&mut self, operand: Operand, scratch: Gpr) -> Gpr {
        match self.place(operand) {
            Place::Core(register) => Gpr(register),
            _ => {
                self.core_into(operand, scratch);
                scratch
            }
        }
    }

    /// Puts an operand into a register. Changes no flags.
    pub(super) fn core_into(&mut self, operand: Operand, to: Gpr) {
        if let Some(bits) = self.constant(operand) {
            return self.asm.mov_ri(Size::Quad, to, bits as u64);
        }
        if let Some(address) = self.folded(operand) {
            return self.address_into(address, to);
        }
        match self.place(operand) {
            Place::Core(from) if from == to.0 => {}
            Place::Core(from) => self.asm.mov_rr(move_size(self.kind(operand)), to, Gpr(from)),
            Place::Frame(offset) => {
                self.asm.load(move_size(self.kind(operand)), to, self.cell(offset));
            }
            // A fold without a place of its own is no operand of this kind in verified bodies.
            Place::Vector(_) | Place::Nowhere => self.asm.mov_ri(Size::Long, to, 0),
        }
    }

    /// An operand as register or memory; what is neither goes to `scratch`.
    pub(super) fn rm(&mut self, operand: Operand, scratch: Gpr) -> Rm {
        match self.place(operand) {
            Place::Core(register) => Rm::Reg(Gpr(register)),
            Place::Frame(offset) if self.folded(operand).is_none() => Rm::Mem(self.cell(offset)),
            _ => {
                self.core_into(operand, scratch);
                Rm::Reg(scratch)
            }
        }
    }

    /// The register to compute a result in: its own, or `scratch`.
    pub(super) fn target(&self, result: Value, scratch: Gpr) -> Gpr {
        match self.places[result.index()] {
            Place::Core(register) => Gpr(register),
            _ => scratch,
        }
    }

    /// Puts a result from the register it was computed in to its place. Changes no flags.
    pub(super) fn finish(&mut self, result: Value, from: Gpr) {
        match self.places[result.index()] {
            Place::Core(to) if to == from.0 => {}
            Place::Core(to) => self.asm.mov_rr(move_size(self.value_kind(result)), Gpr(to), from),
            Place::Frame(offset) => {
                self.asm.store(Size::Quad, self.cell(offset), from);
            }
            Place::Vector(_) | Place::Nowhere => {}
        }
    }

    /// A vector register that holds an operand: its own, or `scratch`, which then is loaded.
    pub(super) fn vector(&mut self, operand: Operand, scratch: Xmm) -> Xmm {
        match self.place(operand) {
            Place::Vector(register) => Xmm(register),
            _ => {
                self.vector_into(operand, scratch);
                scratch
            }
        }
    }

    /// Puts a float of up to 64 bits into a vector register. Zero is made without memory; a constant comes from the
    /// literals. Changes no flags.
    pub(super) fn vector_into(&mut self, operand: Operand, to: Xmm) {
        if self.constant(operand) == Some(0) {
            return self.asm.logic(super::encode::Logic::Xor, to, XmmRm::Reg(to));
        }
        match self.xmm_rm(operand) {
            XmmRm::Reg(from) if from == to => {}
            XmmRm::Reg(from) => self.asm.move_xmm(to, from),
            XmmRm::Mem(from) => self.asm.load_float(float_of(self.kind(operand)), to, from),
        }
    }

    /// A float of up to 64 bits as register or memory.
    pub(super) fn xmm_rm(&mut self, operand: Operand) -> XmmRm {
        if let Some(bits) = self.constant(operand) {
            let bytes = (bits as u64).to_le_bytes();
            let len = if self.kind(operand) == TypeKind::F64 { 8 } else { 4 };
            return XmmRm::Mem(Address::literal(self.asm.literal(&bytes[..len], len as u32)));
        }
        match self.place(operand) {
            Place::Vector(register) => XmmRm::Reg(Xmm(register)),
            Place::Frame(offset) => XmmRm::Mem(self.cell(offset)),
            Place::Core(_) | Place::Nowhere => XmmRm::Reg(super::register::XMM15),
        }
    }

    /// The vector register to compute a result in: its own, or `scratch`.
    pub(super) fn vector_target(&self, result: Value, scratch: Xmm) -> Xmm {
        match self.places[result.index()] {
            Place::Vector(register) => Xmm(register),
            _ => scratch,
        }
    }

    /// Puts a result from the vector register it was computed in to its place. Changes no flags.
    pub(super) fn finish_vector(&mut self, result: Value, from: Xmm) {
        match self.places[result.index()] {
            Place::Vector(to) if to == from.0 => {}
            Place::Vector(to) => self.asm.move_xmm(Xmm(to), from),
            Place::Frame(offset) => {
                self.asm.store_float(Float::Double, self.cell(offset), from);
            }
            Place::Core(_) | Place::Nowhere => {}
        }
    }

    /// One half of an operand of 128 bits, 0 the low one, in a register.
    pub(super) fn half_into(&mut self, operand: Operand, half: u32, to: Gpr) {
        if let Some(bits) = self.constant(operand) {
            return self.asm.mov_ri(Size::Quad, to, (bits >> (64 * half)) as u64);
        }
        let from = self.half(operand, half);
        self.asm.load(Size::Quad, to, from);
    }

    /// Where one half of an operand of 128 bits lies that is no constant.
    pub(super) fn half(&self, operand: Operand, half: u32) -> Address {
        match self.place(operand) {
            Place::Frame(offset) => self.cell(offset + 8 * half),
            _ => self.cell(0),
        }
    }

    /// Puts a result of 128 bits, low half first, into its place. Changes no flags.
    pub(super) fn finish_wide(&mut self, result: Value, low: Gpr, high: Gpr) {
        if let Place::Frame(offset) = self.places[result.index()] {
            self.asm.store(Size::Quad, self.cell(offset), low);
            self.asm.store(Size::Quad, self.cell(offset + 8), high);
        }
    }

    /// The address that a pointer operand holds, for one access. Uses `scratch` and `index` if it must, and no flags.
    pub(super) fn address(&mut self, pointer: Operand, scratch: Gpr, index: Gpr) -> Address {
        match self.folded(pointer) {
            Some(address) => self.machine_address(address, scratch, index),
            None => match self.constant(pointer) {
                Some(bits) if i32::try_from(bits as i64).is_ok() => Address::fixed(bits as i32),
                _ => Address::base(self.core(pointer, scratch), 0),
            },
        }
    }

    /// A folded address as an addressing mode. Uses `scratch` for a base and `index` for an index that is in no
    /// register.
    pub(super) fn machine_address(&mut self, address: live::Address, scratch: Gpr, index: Gpr) -> Address {
        let mut machine = match address.base {
            Base::Value(value) => {
                let base = self.core(value.into(), scratch);
                Address::base(base, address.displacement as i32)
            }
            Base::Slot(slot) => {
                let first = self.cell(self.frame.slot(slot).0);
                Address { disp: first.disp.wrapping_add(address.displacement as i32), ..first }
            }
            Base::Symbol(symbol) => {
                let reach = Reference::Symbol(symbol);
                if !self.context.target.pic {
                    Address::absolute(reach, address.displacement as i32, None)
                } else if self.is_own(symbol) && address.index.is_none() {
                    Address::relative(reach, address.displacement as i32)
                } else {
                    self.symbol_into(symbol, scratch);
                    Address::base(scratch, address.displacement as i32)
                }
            }
            Base::Zero => match i32::try_from(address.displacement) {
                Ok(displacement) => Address::fixed(displacement),
                Err(_) => {
                    self.asm.mov_ri(Size::Quad, scratch, address.displacement as u64);
                    Address::base(scratch, 0)
                }
            },
        };
        if let Some((value, ty, scale)) = address.index {
            machine.index = Some((self.index(value, self.context.kind(ty), index), scale));
        }
        machine
    }

    /// An index, sign-extended to 64 bits, in a register.
    fn index(&mut self, value: Value, kind: TypeKind, scratch: Gpr) -> Gpr {
        match Size::of(kind) {
            Size::Quad => self.core(value.into(), scratch),
            size => {
                let from = match self.places[value.index()] {
                    Place::Core(register) => Rm::Reg(Gpr(register)),
                    Place::Frame(offset) => Rm::Mem(self.cell(offset)),
                    _ => Rm::Reg(scratch),
                };
                self.asm.load_signed(size, Size::Quad, scratch, from);
                scratch
            }
        }
    }

    /// Puts a folded address into a register. Changes no flags, and no register but `to`, unless it has an index.
    pub(super) fn address_into(&mut self, address: live::Address, to: Gpr) {
        match address.base {
            Base::Zero if address.index.is_none() => {
                return self.asm.mov_ri(Size::Quad, to, address.displacement as u64);
            }
            Base::Symbol(symbol) if address.index.is_none() => {
                self.symbol_into(symbol, to);
                if address.displacement != 0 {
                    self.asm.lea(to, Address::base(to, address.displacement as i32));
                }
                return;
            }
            _ => {}
        }
        let index = if to == RDX { RAX } else { RDX };
        let machine = self.machine_address(address, to, index);
        if machine != Address::base(to, 0) {
            self.asm.lea(to, machine);
        }
    }

    /// Puts the address of a symbol into a register.
    pub(super) fn symbol_into(&mut self, symbol: native_ir::Symbol, to: Gpr) {
        let reach = Reference::Symbol(symbol);
        match (self.is_own(symbol), self.context.target.pic) {
            (true, _) | (_, false) => self.asm.lea(to, Address::relative(reach, 0)),
            (false, true) => self.asm.load(Size::Quad, to, Address::got(reach)),
        }
    }

    /// Whether a symbol is defined in this module for good, so that its distance is known to the linker. In a shared
    /// library a `pub` one is not: the program may have a copy of its own.
    pub(super) fn is_own(&self, symbol: native_ir::Symbol) -> bool {
        let module = self.context.module;
        let fixed = |weak: bool, public: bool| !(weak || public && self.context.target.pic);
        match module.item(symbol) {
            Item::Function(func) => module.functions.get(func).is_some_and(|item| fixed(item.weak, item.public)),
            Item::Data(data) => module.data.get(data).is_some_and(|item| fixed(item.weak, item.public)),
            _ => false,
        }
    }
}

/// The size of a register move of values of a kind: bits above the width are nobody's.
pub(super) fn move_size(kind: TypeKind) -> Size {
    match kind {
        TypeKind::I1 | TypeKind::I8 | TypeKind::I16 | TypeKind::I32 => Size::Long,
        _ => Size::Quad,
    }
}

/// The size that loads and stores of floats of a kind have in registers.
pub(super) fn float_of(kind: TypeKind) -> Float {
    if kind == TypeKind::F64 { Float::Double } else { Float::Single }
}
