//! Stack slots, loads and stores, leaf by leaf; volatile ones as accesses to registers, or split into ordered ones.

use super::Lowering;
use super::constant::low;
use super::value::{Atom, Leaves};
use crate::lower::address::Known;
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar, native_int};
use crate::syntax::{self, Access, Operand};
use native_ir::builder::{Arg, MemoryAccess};
use native_ir::{Space, Type, TypeData, Value};

/// The parts that an access of so many bytes is split into, ascending: each the widest power of two, up to `widest`,
/// that its alignment and the bytes that remain allow. An offset and a number of bytes each.
pub(in crate::lower) fn parts(bytes: u64, align: u64, widest: u64) -> impl Iterator<Item = (u64, u64)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = bytes.checked_sub(offset).filter(|&rest| rest > 0)?;
        let part = widest.min(aligned_at(align, offset)).min(1 << rest.ilog2());
        let at = offset;
        offset += part;
        Some((at, part))
    })
}

/// The alignment at an offset from an address with an alignment.
pub(in crate::lower) fn aligned_at(align: u64, offset: u64) -> u64 {
    if offset == 0 { align } else { align.min(1 << offset.trailing_zeros()) }
}

/// The pointer of a volatile access, which may be split.
pub(super) struct Volatile {
    pointer: Operand,
    /// The pointer's value, once a part of the access is to memory.
    base: Option<Value>,
}

impl Volatile {
    pub(super) fn new(pointer: Operand) -> Volatile {
        Volatile { pointer, base: None }
    }
}

impl Lowering<'_, '_, '_, '_> {
    pub(super) fn alloca(
        &mut self,
        ty: syntax::Type,
        count: Option<Operand>,
        align: Option<u32>,
    ) -> Result<(), Refusal> {
        let count = self.constant_count(count)?;
        self.check_runs_once()?;
        let (size, natural) = (self.layouts.size(ty)?, self.layouts.align(ty)?);
        let most = if self.cx.target.pointer_bytes == 8 { 1 << 47 } else { 1 << 31 };
        if size.checked_mul(count).is_none_or(|bytes| bytes > most) {
            return Err(Refusal::new("LLVM/alloca", format!("an object of more than {most} bytes")));
        }
        let mut memory = self.layouts.memory(ty)?;
        if count != 1 {
            memory = self.b.types().array(memory, count);
        }
        if size == 0 || count == 0 {
            // Each object has an address of its own.
            memory = Type::I8;
        }
        let align = self.slot_align(memory, align.unwrap_or(natural).max(natural));
        let local = self.body.insts[self.inst].result;
        let name = local.and_then(|local| self.body.names.get(local.as_u32() as usize));
        let slot = match name.filter(|name| !name.is_empty()) {
            Some(name) => self.b.add_slot(name, memory, align),
            None => self.b.add_slot("local", memory, align),
        };
        let pointer = self.b.slot(slot);
        let pointer = self.cast(self.cx.stack, pointer);
        self.result(pointer);
        Ok(())
    }

    fn constant_count(&self, count: Option<Operand>) -> Result<u64, Refusal> {
        let Some(count) = count else { return Ok(1) };
        let number = count.as_constant().and_then(|constant| self.number(constant));
        number.and_then(|number| u64::try_from(number).ok()).ok_or_else(|| {
            Refusal::new("LLVM/alloca", "the size of an `alloca` is not known before it runs")
                .help("use an array of a constant size, or memory from the runtime")
        })
    }

    /// A slot is one object for each activation, so an `alloca` must not run twice in one.
    fn check_runs_once(&mut self) -> Result<(), Refusal> {
        if self.block.as_u32() == 0 {
            return Ok(());
        }
        let cyclic = self.cyclic.get_or_insert_with(|| self.flow.cyclic(self.body));
        if !cyclic[self.block.as_u32() as usize] {
            return Ok(());
        }
        Err(Refusal::new("LLVM/alloca", "an `alloca` in a loop makes a new object each time")
            .help("clang and rustc place variables in the entry block; `opt -passes=mem2reg,sroa` may remove it"))
    }

    /// The alignment that a slot's declaration says: none where its type has it.
    fn slot_align(&mut self, memory: Type, wanted: u32) -> Option<u32> {
        let mut scalar = memory;
        while let TypeData::Array { element, .. } = *self.b.types().data(scalar) {
            scalar = element;
        }
        let known = matches!(self.b.types().data(scalar), TypeData::Primitive(_) | TypeData::Pointer { .. });
        (!known || self.natural(scalar) < u64::from(wanted)).then_some(wanted)
    }

    /// The address of a new slot of a type, at least so aligned: `ptr[stack,T]`.
    pub(super) fn aligned_slot(&mut self, ty: Type, align: u32) -> Value {
        let align = self.slot_align(ty, align);
        let slot = self.b.add_slot("temporary", ty, align);
        self.b.slot(slot)
    }

    /// The address of a new slot of a type, at least so aligned: `ptr[stack,i8]`.
    pub(in crate::lower) fn temporary(&mut self, ty: Type, align: u32) -> Value {
        let pointer = self.aligned_slot(ty, align);
        self.cast(self.cx.stack, pointer)
    }

    /// A new slot of a type with an operand's value in it, `ptr[stack,T]`.
    pub(super) fn spill(&mut self, operand: Operand, memory: Type) -> Result<Value, Refusal> {
        let ty = self.ty(operand);
        let pointer = self.aligned_slot(memory, self.layouts.align(ty)?);
        let base = self.cast(self.cx.stack, pointer);
        let atoms = self.leaves(operand)?;
        self.store_leaves(base, ty, &atoms, u64::from(self.layouts.align(ty)?))?;
        Ok(pointer)
    }

    pub(super) fn load(&mut self, pointer: Operand, access: Access) -> Result<(), Refusal> {
        let ty = self.result_type();
        if access.ordering.is_some() {
            return self.atomic_load(pointer, access);
        }
        let align = self.alignment(access, ty)?;
        if access.volatile {
            let atoms = self.volatile_load(pointer, ty, align)?;
            self.results(atoms);
            return Ok(());
        }
        let base = self.address(pointer)?;
        if let [leaf] = self.scalars(ty)? {
            let atom = self.load_leaf(base, *leaf, align);
            self.result(atom);
        } else {
            let atoms = self.load_leaves(base, ty, align)?;
            self.results(atoms);
        }
        Ok(())
    }

    pub(super) fn store(&mut self, value: Operand, pointer: Operand, access: Access) -> Result<(), Refusal> {
        if access.ordering.is_some() {
            return self.atomic_store(value, pointer, access);
        }
        let ty = self.ty(value);
        let align = self.alignment(access, ty)?;
        if let ([leaf], false) = (self.scalars(ty)?, access.volatile) {
            let atom = self.scalar(value)?;
            let base = self.address(pointer)?;
            self.store_leaf(base, *leaf, atom, align);
            return Ok(());
        }
        let atoms = self.leaves(value)?;
        if access.volatile {
            return self.volatile_store(pointer, ty, &atoms, align);
        }
        let base = self.address(pointer)?;
        self.store_leaves(base, ty, &atoms, align)
    }

    /// The alignment of an access in bytes.
    pub(super) fn alignment(&self, access: Access, ty: syntax::Type) -> Result<u64, Refusal> {
        match access.align {
            Some(align) => Ok(u64::from(align).max(1)),
            None => Ok(self.layouts.align(ty)?.into()),
        }
    }

    /// The leaves of a value in memory.
    pub(super) fn load_leaves(&mut self, base: Value, ty: syntax::Type, align: u64) -> Result<Leaves, Refusal> {
        self.check_bytes(ty)?;
        Ok(self.scalars(ty)?.iter().map(|&leaf| self.load_leaf(base, leaf, align)).collect())
    }

    pub(super) fn store_leaves(
        &mut self,
        base: Value,
        ty: syntax::Type,
        atoms: &[Atom],
        align: u64,
    ) -> Result<(), Refusal> {
        self.check_bytes(ty)?;
        for (&leaf, &atom) in self.scalars(ty)?.iter().zip(atoms) {
            self.store_leaf(base, leaf, atom, align);
        }
        Ok(())
    }

    /// Vectors of odd integers lie in memory without gaps between their bits.
    fn check_bytes(&self, ty: syntax::Type) -> Result<(), Refusal> {
        let syntax::TypeData::Vector(_, lane, _) = *self.module.types.get(ty) else { return Ok(()) };
        match *self.module.types.get(lane) {
            syntax::TypeData::Int(bits) if !whole(bits) => {
                Err(Refusal::new("LLVM/vector", format!("vectors of `i{bits}` are not kept in memory"))
                    .help("compile with -fno-vectorize -fno-slp-vectorize"))
            }
            _ => Ok(()),
        }
    }

    /// Loads a leaf of a value that lies at an address with an alignment.
    pub(in crate::lower) fn load_leaf(&mut self, base: Value, leaf: Leaf, align: u64) -> Atom {
        let align = aligned_at(align, leaf.offset);
        let pointer = self.offset(base, leaf.offset);
        match leaf.scalar {
            Scalar::Int(bits) if !whole(bits) => {
                let bytes = u64::from(bits.div_ceil(8));
                let mut loaded = Vec::new();
                for (offset, part) in parts(bytes, if bytes.is_power_of_two() { bytes } else { align }, 8) {
                    let at = self.offset(pointer, offset);
                    let ty = native_int(part as u32 * 8);
                    let access = self.unordered(ty, aligned_at(align, offset));
                    loaded.push((offset, self.b.load_with(ty, at, access)));
                }
                self.join(&loaded, leaf.scalar)
            }
            scalar => {
                let ty = self.native(scalar);
                let access = self.unordered(ty, align);
                self.b.load_with(ty, pointer, access).into()
            }
        }
    }

    /// Stores a leaf of a value that lies at an address with an alignment.
    pub(in crate::lower) fn store_leaf(&mut self, base: Value, leaf: Leaf, atom: Atom, align: u64) {
        let align = aligned_at(align, leaf.offset);
        let pointer = self.offset(base, leaf.offset);
        match leaf.scalar {
            Scalar::Int(bits) if !whole(bits) => {
                let bytes = u64::from(bits.div_ceil(8));
                let whole = self.integer(leaf.scalar, atom);
                for (offset, part) in parts(bytes, if bytes.is_power_of_two() { bytes } else { align }, 8) {
                    let at = self.offset(pointer, offset);
                    let ty = native_int(part as u32 * 8);
                    let access = self.unordered(ty, aligned_at(align, offset));
                    let atom = self.part(whole, offset, part);
                    self.b.store_with(ty, atom, at, access);
                }
            }
            scalar => {
                let ty = self.native(scalar);
                let access = self.unordered(ty, align);
                self.b.store_with(ty, atom, pointer, access);
            }
        }
    }

    /// An ordinary access: its alignment is written where it is less than natural.
    fn unordered(&self, ty: Type, align: u64) -> MemoryAccess {
        if align < self.natural(ty) { MemoryAccess::aligned(align) } else { MemoryAccess::default() }
    }

    /// The natural alignment of a scalar's native type.
    fn natural(&self, ty: Type) -> u64 {
        let pointer = u64::from(self.cx.target.pointer_bytes);
        match ty {
            Type::I8 => 1,
            Type::I16 | Type::F16 => 2,
            Type::I32 | Type::F32 => 4,
            Type::I64 | Type::F64 => 8,
            Type::I128 | Type::F128 => 2 * pointer,
            _ => pointer,
        }
    }

    /// A volatile load, leaf by leaf, each in as few parts as the target allows.
    fn volatile_load(&mut self, pointer: Operand, ty: syntax::Type, align: u64) -> Result<Leaves, Refusal> {
        self.check_bytes(ty)?;
        let mut volatile = Volatile::new(pointer);
        let mut atoms = Leaves::new();
        let mut loaded = Vec::new();
        for leaf in self.scalars(ty)? {
            loaded.clear();
            for (offset, bytes) in self.parts_of(leaf, align) {
                loaded.push((offset, self.volatile_read(&mut volatile, leaf.offset + offset, bytes)?));
            }
            atoms.push(self.join(&loaded, leaf.scalar));
        }
        self.note_ordered(&volatile);
        Ok(atoms)
    }

    fn volatile_store(
        &mut self,
        pointer: Operand,
        ty: syntax::Type,
        atoms: &[Atom],
        align: u64,
    ) -> Result<(), Refusal> {
        self.check_bytes(ty)?;
        let mut volatile = Volatile::new(pointer);
        for (leaf, &atom) in self.scalars(ty)?.iter().zip(atoms) {
            let whole = self.integer(leaf.scalar, atom);
            for (offset, bytes) in self.parts_of(leaf, align) {
                let value = self.part(whole, offset, bytes);
                self.volatile_write(&mut volatile, leaf.offset + offset, bytes, value)?;
            }
        }
        self.note_ordered(&volatile);
        Ok(())
    }

    /// The parts of a volatile access to a leaf of a value with an alignment.
    fn parts_of(&self, leaf: &Leaf, align: u64) -> impl Iterator<Item = (u64, u64)> + use<> {
        parts(self.bytes(leaf.scalar), aligned_at(align, leaf.offset), self.cx.target.pointer_bytes.into())
    }

    /// Says that a volatile access stayed an ordered one, where its address might be a register's.
    pub(super) fn note_ordered(&mut self, volatile: &Volatile) {
        if volatile.base.is_some_and(|base| self.b.value_type(base) == self.cx.generic) {
            self.note("a volatile access whose address is not known is an ordered access to memory".to_string());
        }
    }

    /// One volatile read of so many bytes at an offset, as an integer.
    pub(super) fn volatile_read(
        &mut self,
        volatile: &mut Volatile,
        offset: u64,
        bytes: u64,
    ) -> Result<Value, Refusal> {
        let ty = native_int(bytes as u32 * 8);
        if let Some(register) = self.register(volatile.pointer, offset, bytes)? {
            return Ok(self.b.load_with(ty, register, MemoryAccess::MMIO));
        }
        let at = self.volatile_memory(volatile, offset)?;
        Ok(self.b.load_with(ty, at, MemoryAccess::ORDERED))
    }

    /// One volatile write of so many bytes at an offset.
    pub(super) fn volatile_write(
        &mut self,
        volatile: &mut Volatile,
        offset: u64,
        bytes: u64,
        value: Atom,
    ) -> Result<(), Refusal> {
        let ty = native_int(bytes as u32 * 8);
        if let Some(register) = self.register(volatile.pointer, offset, bytes)? {
            self.b.store_with(ty, value, register, MemoryAccess::MMIO);
            return Ok(());
        }
        let at = self.volatile_memory(volatile, offset)?;
        self.b.store_with(ty, value, at, MemoryAccess::ORDERED);
        Ok(())
    }

    fn volatile_memory(&mut self, volatile: &mut Volatile, offset: u64) -> Result<Value, Refusal> {
        let base = match volatile.base {
            Some(base) => base,
            None => *volatile.base.insert(self.address(volatile.pointer)?),
        };
        Ok(self.offset(base, offset))
    }

    /// The register that an access touches, as a pointer, if it is known.
    fn register(&mut self, pointer: Operand, offset: u64, bytes: u64) -> Result<Option<Value>, Refusal> {
        Ok(match self.addresses.register(self.body, pointer, offset, bytes as u32) {
            None => None,
            Some(Known::Register(register)) => Some(self.b.register(register)),
            Some(Known::Element(register, index)) => {
                let index = self.index(index)?;
                let array = self.b.register(register);
                Some(self.b.element(array, index))
            }
        })
    }

    /// Whether an access through a pointer is known to touch a register.
    pub(super) fn is_register(&self, pointer: Operand, bytes: u64) -> bool {
        self.addresses.register(self.body, pointer, 0, bytes as u32).is_some()
    }

    /// Bytes of a scalar in memory.
    pub(super) fn bytes(&self, scalar: Scalar) -> u64 {
        scalar.bytes(self.cx.target.pointer_bytes)
    }

    /// A scalar made of the integers that its bytes were read in.
    fn join(&mut self, parts: &[(u64, Value)], scalar: Scalar) -> Atom {
        let whole = native_int(self.bytes(scalar) as u32 * 8);
        let mut joined: Option<Value> = None;
        for &(offset, part) in parts {
            let mut part = if self.b.value_type(part) == whole { part } else { self.b.zext(whole, part) };
            if offset > 0 {
                part = self.b.shl(part, Arg::int(whole, offset * 8));
            }
            joined = Some(match joined {
                Some(joined) => self.b.or(joined, part),
                None => part,
            });
        }
        match joined {
            Some(integer) => self.integer_to_scalar(scalar, integer),
            None => self.zero(scalar),
        }
    }

    /// A scalar by its bits, an integer as wide as its bytes.
    pub(super) fn integer_to_scalar(&mut self, scalar: Scalar, integer: Value) -> Atom {
        match scalar {
            Scalar::Int(1) => self.b.trunc(Type::I1, integer).into(),
            Scalar::Int(bits) => self.clip(integer, bits),
            Scalar::Pointer => {
                let address = self.b.int_to_addr(integer);
                self.b.addr_to_ptr(self.cx.generic, address).into()
            }
            float => self.b.bitcast(self.native(float), integer).into(),
        }
    }

    /// The bits of a scalar, as an integer as wide as its bytes.
    pub(super) fn integer(&mut self, scalar: Scalar, atom: Atom) -> Atom {
        let ty = native_int(self.bytes(scalar) as u32 * 8);
        match (scalar, atom) {
            (_, Atom::Bits(_, bits)) => Atom::Bits(ty, bits),
            (Scalar::Int(1), _) => self.b.zext(ty, atom).into(),
            (Scalar::Int(_), _) => atom,
            (Scalar::Pointer, _) => {
                let address = self.b.ptr_to_addr(atom);
                self.b.addr_to_int(ty, address).into()
            }
            _ => self.b.bitcast(ty, atom).into(),
        }
    }

    /// So many bytes at an offset in an integer.
    pub(super) fn part(&mut self, whole: Atom, offset: u64, bytes: u64) -> Atom {
        let ty = native_int(bytes as u32 * 8);
        let value = match whole {
            Atom::Bits(_, bits) => return Atom::Bits(ty, low(bits >> (offset * 8), bytes as u32 * 8)),
            Atom::Value(value) => value,
        };
        let from = self.b.value_type(value);
        let shifted = if offset > 0 { self.b.ushr(value, Arg::int(from, offset * 8)) } else { value };
        if from == ty { shifted.into() } else { self.b.trunc(ty, shifted).into() }
    }

    /// Whether a pointer is known to be in stack or static memory.
    pub(super) fn space(&mut self, pointer: Value) -> Space {
        let ty = self.b.value_type(pointer);
        self.b.types().as_pointer(ty).map_or(Space::Generic, |(space, _)| space)
    }
}

/// Whether an integer of so many bits fills its bytes in memory.
fn whole(bits: u32) -> bool {
    matches!(bits, 8 | 16 | 32 | 64 | 128)
}
