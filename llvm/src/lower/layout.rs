//! How the types of a file lie in memory, and which scalars a value of a type is.
//!
//! A first-class value of LLVM, whatever its type, is the list of its scalar *leaves*: one for a scalar, one for each
//! lane of a vector, those of its fields in order for a struct or array.
//!
//! In memory a type becomes a native type of the same size whose scalars lie where LLVM's lie: structs as they are
//! where native fields fall on the same offsets, else packed with explicit padding; vectors as arrays; integers of odd
//! widths as the next wider native one. An array of length 0 before the fields gives a struct an alignment that its
//! fields have not. Types are laid out once, parts before wholes, without recursion.

use super::context::Refusal;
use super::target::Target;
use crate::syntax::{self, TypeData, Types};
use native_ir::builder::ModuleBuilder;
use native_ir::layout::MachineLayout;
use native_ir::{Contract, Type, TypeTable};
use rustc_hash::{FxHashMap, FxHashSet};

/// The kind of a scalar leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// An integer of 1 to 128 bits. Its value is held in the narrowest native type that it fits, **with all bits above
    /// its width zero**.
    Int(u32),
    /// `half`
    F16,
    /// `float`
    F32,
    /// `double`
    F64,
    /// `fp128`
    F128,
    /// A pointer.
    Pointer,
}

/// A scalar of a value and where it lies, in bytes from the value's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) scalar: Scalar,
    pub(super) offset: u64,
}

impl Scalar {
    /// The native type that holds it, given `ptr[generic,i8]`.
    pub(super) fn native(self, generic: Type) -> Type {
        match self {
            Scalar::Int(1) => Type::I1,
            Scalar::Int(bits) => native_int(bits),
            Scalar::F16 => Type::F16,
            Scalar::F32 => Type::F32,
            Scalar::F64 => Type::F64,
            Scalar::F128 => Type::F128,
            Scalar::Pointer => generic,
        }
    }
}

impl Scalar {
    /// Bytes that it takes in memory.
    pub(super) fn bytes(self, pointer_bytes: u32) -> u64 {
        u64::from(match self {
            Scalar::Int(bits) => bits.div_ceil(8),
            Scalar::F16 => 2,
            Scalar::F32 => 4,
            Scalar::F64 => 8,
            Scalar::F128 => 16,
            Scalar::Pointer => pointer_bytes,
        })
    }
}

/// The narrowest of `i8` to `i128` that has so many bits.
pub(super) fn native_int(bits: u32) -> Type {
    match bits {
        0..=8 => Type::I8,
        9..=16 => Type::I16,
        17..=32 => Type::I32,
        33..=64 => Type::I64,
        _ => Type::I128,
    }
}

/// The most scalars of a first-class value.
const MAX_LEAVES: u64 = 1024;
/// The most leaves of all types of a file together.
const MAX_LEAVES_OF_FILE: usize = 1 << 24;

/// The vectors in a type, as far as signatures care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Vectors {
    /// There is none.
    None,
    /// All are of floats and have at most 8 bytes.
    SmallFloats,
    /// There are others.
    Others,
}

/// The layouts of a file's types.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    entries: Vec<Result<Entry, Fault>>,
    leaves: Vec<Leaf>,
    /// The offsets of structs' fields.
    offsets: Vec<u64>,
    /// The types of `byval` and `sret` parameters by alignment.
    passed: FxHashMap<(syntax::Type, u32), Type>,
}

/// Why a type has no layout: a rule and a message.
type Fault = (&'static str, String);

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Bytes from one element of an array to the next (LLVM's allocation size).
    size: u64,
    /// Bytes that a store writes.
    store_size: u64,
    align: u32,
    /// The native type in memory, unless lanes are bits.
    memory: Option<Memory>,
    vectors: Vectors,
    first_leaf: u32,
    /// [`Entry::TOO_MANY`] when there are more than [`MAX_LEAVES`].
    leaves: u32,
    first_offset: u32,
    fields: u32,
}

impl Entry {
    const TOO_MANY: u32 = u32::MAX;
}

/// A native type with its size and alignment in bytes. The size is a multiple of the alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Memory {
    ty: Type,
    size: u64,
    align: u32,
}

impl Layouts {
    /// Bytes from one element of an array to the next.
    pub(super) fn size(&self, ty: syntax::Type) -> Result<u64, Refusal> {
        Ok(self.entry(ty)?.size)
    }

    /// Bytes that a store writes.
    pub(super) fn store_size(&self, ty: syntax::Type) -> Result<u64, Refusal> {
        Ok(self.entry(ty)?.store_size)
    }

    /// LLVM's ABI alignment in bytes.
    pub(super) fn align(&self, ty: syntax::Type) -> Result<u32, Refusal> {
        Ok(self.entry(ty)?.align)
    }

    /// The native type that data, slots and aggregates in signatures have. It has the size of the type, and at most its
    /// alignment. Refuses vectors whose lanes are no whole bytes.
    pub(super) fn memory(&self, ty: syntax::Type) -> Result<Type, Refusal> {
        Ok(self.in_memory(ty)?.ty)
    }

    /// The alignment to write at a slot or data object of a type, so that it is aligned to so many bytes; `None` where
    /// the native type has that by itself.
    pub(super) fn written_align(&self, ty: syntax::Type, wanted: u32) -> Result<Option<u32>, Refusal> {
        let own = self.in_memory(ty)?.align;
        Ok((wanted != own).then_some(wanted))
    }

    fn in_memory(&self, ty: syntax::Type) -> Result<Memory, Refusal> {
        let help = "only vectors of whole bytes have a place in memory; store the lanes one by one";
        let refusal = || Refusal::new("LLVM/vector", "a vector of integers that are no whole bytes, in memory");
        self.entry(ty)?.memory.ok_or_else(|| refusal().help(help))
    }

    /// The scalars of a value; none for `void`. Refuses types that have no place in native IR, and values of more
    /// than 1,024 scalars. The offsets of a vector's lanes mean nothing where [`Layouts::memory`] refuses the type.
    pub(super) fn leaves(&self, ty: syntax::Type) -> Result<&[Leaf], Refusal> {
        let entry = self.entry(ty)?;
        if entry.leaves == Entry::TOO_MANY {
            let message = format!("a value of more than {MAX_LEAVES} scalars");
            return Err(Refusal::new("LLVM/limit", message).help("copy it with llvm.memcpy instead"));
        }
        Ok(&self.leaves[entry.first_leaf as usize..][..entry.leaves as usize])
    }

    /// Where a field of a struct lies, in bytes from the struct's address.
    pub(super) fn field(&self, ty: syntax::Type, index: u32) -> Result<u64, Refusal> {
        let entry = self.entry(ty)?;
        if index >= entry.fields {
            return Err(Refusal::new("LLVM/type", format!("the type has no field {index}")));
        }
        Ok(self.offsets[(entry.first_offset + index) as usize])
    }

    /// The vectors in a type.
    pub(super) fn vectors(&self, ty: syntax::Type) -> Result<Vectors, Refusal> {
        Ok(self.entry(ty)?.vectors)
    }

    /// The aggregate that `byval`, `sret` or `agg` names for a type: aligned as the attribute says.
    pub(super) fn passed(&self, ty: syntax::Type, align: Option<u32>) -> Result<Type, Refusal> {
        let memory = self.in_memory(ty)?;
        match self.passed.get(&(ty, align.unwrap_or(memory.align))) {
            Some(&passed) => Ok(passed),
            None => Ok(memory.ty),
        }
    }

    fn entry(&self, ty: syntax::Type) -> Result<&Entry, Refusal> {
        match self.entries.get(ty.as_u32() as usize) {
            Some(Ok(entry)) => Ok(entry),
            Some(Err((rule, message))) => Err(Refusal::new(rule, message.clone())),
            None => Err(Refusal::new("LLVM/type", "a type that the file does not have")),
        }
    }
}

/// Makes native types, and remembers which named ones there are.
pub(super) struct NativeTypes<'m> {
    pub(super) builder: &'m mut ModuleBuilder,
    /// The names of the module's items and types.
    pub(super) taken: &'m mut FxHashSet<String>,
    named: FxHashMap<(String, Type), Type>,
    machine: MachineLayout,
    generic: Type,
}

impl<'m> NativeTypes<'m> {
    pub(super) fn new(
        builder: &'m mut ModuleBuilder,
        taken: &'m mut FxHashSet<String>,
        target: &Target,
        generic: Type,
    ) -> NativeTypes<'m> {
        let machine = MachineLayout::of(Contract::embedded(), target.row);
        NativeTypes { builder, taken, named: FxHashMap::default(), machine, generic }
    }

    fn types(&mut self) -> &mut TypeTable {
        self.builder.types()
    }

    fn scalar(&mut self, scalar: Scalar) -> Result<Memory, Fault> {
        let ty = match scalar {
            Scalar::Int(bits) => native_int(bits),
            other => other.native(self.generic),
        };
        let kind = self.types().kind(ty);
        let (size, align) = kind
            .and_then(|kind| self.machine.scalar(kind))
            .ok_or_else(|| ("LLVM/type", "a type that the target does not have".to_string()))?;
        Ok(Memory { ty, size: u64::from(size), align })
    }

    fn limit(&self, size: Option<u64>) -> Result<u64, Fault> {
        let most = self.machine.max_bytes();
        size.filter(|&size| size <= most)
            .ok_or_else(|| ("LLVM/limit", format!("a type of more than {most} bytes")))
    }

    fn sized(&mut self, memory: Memory) -> Result<Memory, Fault> {
        if self.types().is_oversized(memory.ty) {
            let most = TypeTable::MAX_DEPTH;
            return Err(("LLVM/limit", format!("a type nested more than {most} deep, or of too many parts")));
        }
        Ok(memory)
    }

    fn array(&mut self, element: Memory, length: u64) -> Result<Memory, Fault> {
        let size = self.limit(element.size.checked_mul(length))?;
        let ty = self.types().array(element.ty, length);
        self.sized(Memory { ty, size, align: element.align })
    }

    /// An array without elements that is aligned to so many bytes, or as nearly as the target's types are.
    fn aligner(&mut self, align: u32) -> Option<Memory> {
        let ints = [Type::I128, Type::I64, Type::I32, Type::I16];
        let widest = ints.into_iter().find_map(|ty| {
            let (_, own) = self.machine.scalar(self.builder.types().kind(ty)?)?;
            (own <= align && own > 1).then_some((ty, own))
        });
        widest.map(|(ty, align)| Memory { ty: self.types().array(ty, 0), size: 0, align })
    }

    fn structure(&mut self, packed: bool, fields: &[Memory], size: u64, align: u32) -> Result<Memory, Fault> {
        let fields: Box<[Type]> = fields.iter().map(|field| field.ty).collect();
        let ty = self.types().intern(native_ir::TypeData::Struct { packed, fields });
        self.sized(Memory { ty, size, align })
    }

    /// A struct whose fields lie at these offsets, of a size and an alignment in bytes.
    fn place(&mut self, fields: &[(Memory, u64)], size: u64, align: u32) -> Result<Memory, Fault> {
        let mut list: Vec<Memory> = fields.iter().map(|field| field.0).collect();
        let own = list.iter().map(|field| field.align).max().unwrap_or(1);
        if falls_into_place(fields, size, own) && own == align {
            return self.structure(false, &list, size, own);
        }
        let aligner = self.aligner(align);
        let with = aligner.map_or(1, |aligner| aligner.align);
        if own <= with && falls_into_place(fields, size, with) {
            list.splice(0..0, aligner);
            return self.structure(false, &list, size, with);
        }
        let packed = self.padded(fields, size)?;
        match aligner {
            Some(aligner) => self.structure(false, &[aligner, packed], size, with),
            None => Ok(packed),
        }
    }

    /// A packed struct with explicit padding.
    fn padded(&mut self, fields: &[(Memory, u64)], size: u64) -> Result<Memory, Fault> {
        let (mut list, mut at) = (Vec::new(), 0);
        let end = Memory { ty: Type::I8, size: 0, align: 1 };
        for &(field, offset) in fields.iter().chain(&[(end, size)]) {
            let gap = offset.checked_sub(at);
            let Some(gap) = gap else { return Err(("LLVM/type", "fields that overlap".to_string())) };
            if gap > 0 {
                list.push(self.array(Memory { ty: Type::I8, size: 1, align: 1 }, gap)?);
            }
            if field.size > 0 {
                list.push(field);
            }
            at = offset + field.size;
        }
        self.structure(true, &list, size, 1)
    }

    /// The named type of a struct, one for each name and body.
    fn name(&mut self, name: &str, memory: Memory) -> Memory {
        if !matches!(self.types().data(memory.ty), native_ir::TypeData::Struct { .. }) {
            return memory;
        }
        let key = (name.to_string(), memory.ty);
        if let Some(&ty) = self.named.get(&key) {
            return Memory { ty, ..memory };
        }
        let free = free_name(self.taken, name);
        let (named, ty) = self.builder.declare_type(&free);
        self.builder.define_type(named, memory.ty);
        self.named.insert(key, ty);
        Memory { ty, ..memory }
    }
}

/// A name that is not taken: the one that is wanted, or that with a number behind it. It is taken from now on.
pub(super) fn free_name(taken: &mut FxHashSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_string();
    let mut number = 0_u32;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{wanted}.{number}");
    }
    name
}

/// Whether fields at their natural alignment come to lie at their offsets, in a struct of a size and an alignment.
fn falls_into_place(fields: &[(Memory, u64)], size: u64, align: u32) -> bool {
    let mut at = 0_u64;
    for &(field, offset) in fields {
        if at.checked_next_multiple_of(u64::from(field.align)) != Some(offset) {
            return false;
        }
        at = offset + field.size;
    }
    at.checked_next_multiple_of(u64::from(align)) == Some(size)
}

/// What has been seen of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Lays out the types of a file.
pub(super) fn lay_out(types: &Types<'_>, target: &Target, native: &mut NativeTypes<'_>) -> Layouts {
    let count = types.len();
    let none = || Err(("LLVM/type", "a type that contains itself".to_string()));
    let layouts = Layouts { entries: (0..count).map(|_| none()).collect(), ..Layouts::default() };
    let mut work = Work { types, target, native, layouts, states: vec![State::New; count] };
    for index in 0..count as u32 {
        work.visit(syntax::Type::from_u32(index));
    }
    work.layouts
}

struct Work<'a, 'm, 't> {
    types: &'a Types<'t>,
    target: &'a Target,
    native: &'a mut NativeTypes<'m>,
    layouts: Layouts,
    states: Vec<State>,
}

impl Work<'_, '_, '_> {
    /// A walk over what a type contains, parts first.
    fn visit(&mut self, root: syntax::Type) {
        let mut stack = vec![(root, 0)];
        while let Some((ty, child)) = stack.last_mut() {
            let (ty, index) = (*ty, *child);
            let state = &mut self.states[ty.as_u32() as usize];
            if index == 0 {
                if *state != State::New {
                    stack.pop();
                    continue;
                }
                *state = State::Open;
            }
            *child += 1;
            match self.part(ty, index) {
                Some(part) => stack.push((part, 0)),
                None => {
                    self.states[ty.as_u32() as usize] = State::Done;
                    self.layouts.entries[ty.as_u32() as usize] = self.lay_out(ty);
                    stack.pop();
                }
            }
        }
    }

    /// The types that a type holds by value, by number.
    fn part(&self, ty: syntax::Type, index: usize) -> Option<syntax::Type> {
        match self.types.written(ty) {
            TypeData::Array(_, element) | TypeData::Vector(_, element, _) if index == 0 => Some(*element),
            TypeData::Struct(fields, _) => fields.get(index).copied(),
            TypeData::Named(number) if index == 0 => self.types.named.get(*number as usize)?.body,
            _ => None,
        }
    }

    fn lay_out(&mut self, ty: syntax::Type) -> Result<Entry, Fault> {
        match self.types.written(ty) {
            TypeData::Void => Ok(self.entry(0, 0, 1, None)),
            TypeData::Int(bits) if *bits <= 128 => {
                let (bytes, align) = (u64::from(bits.div_ceil(8)), self.target.layout.integer(*bits));
                self.scalar(Scalar::Int(*bits), bytes, align)
            }
            TypeData::Int(bits) => Err(("LLVM/type", format!("`i{bits}`: integers have at most 128 bits"))),
            TypeData::Half => self.float(Scalar::F16, 16),
            TypeData::Float => self.float(Scalar::F32, 32),
            TypeData::Double => self.float(Scalar::F64, 64),
            TypeData::Fp128 => self.float(Scalar::F128, 128),
            TypeData::Ptr(0) => {
                let (bytes, align) = self.target.layout.pointer;
                self.scalar(Scalar::Pointer, u64::from(bytes), align)
            }
            TypeData::Ptr(space) => {
                Err(("LLVM/address-space", format!("pointers into address space {space} have no place here")))
            }
            TypeData::Array(length, element) => self.array(*element, *length),
            TypeData::Vector(_, _, true) => Err(("LLVM/vector", "a vector of scalable length".to_string())),
            TypeData::Vector(lanes, element, false) => self.vector(*element, *lanes),
            TypeData::Struct(fields, packed) => self.structure(fields, *packed),
            TypeData::Named(number) => self.named(*number),
            TypeData::Target(parameters) => {
                Err(("LLVM/type", format!("`target{parameters}` has no place in native IR")))
            }
            other => Err(("LLVM/type", format!("`{}` has no place in native IR", spelling(other)))),
        }
    }

    fn entry(&self, size: u64, store_size: u64, align: u32, memory: Option<Memory>) -> Entry {
        let (first_leaf, first_offset) = (self.layouts.leaves.len() as u32, self.layouts.offsets.len() as u32);
        let vectors = Vectors::None;
        Entry { size, store_size, align, memory, vectors, first_leaf, leaves: 0, first_offset, fields: 0 }
    }

    fn float(&mut self, scalar: Scalar, bits: u32) -> Result<Entry, Fault> {
        self.scalar(scalar, u64::from(bits / 8), self.target.layout.float(bits))
    }

    fn scalar(&mut self, scalar: Scalar, bytes: u64, align: u32) -> Result<Entry, Fault> {
        let size = bytes.next_multiple_of(u64::from(align));
        let native = self.native.scalar(scalar)?;
        let memory = if (native.size, native.align) == (size, align) {
            native
        } else {
            self.native.place(&[(native, 0)], size, align)?
        };
        let mut entry = self.entry(size, bytes, align, Some(memory));
        self.layouts.leaves.push(Leaf { scalar, offset: 0 });
        entry.leaves = 1;
        Ok(entry)
    }

    fn of(&self, ty: syntax::Type) -> Result<Entry, Fault> {
        let entry = self.layouts.entries.get(ty.as_u32() as usize).cloned();
        entry.unwrap_or_else(|| Err(("LLVM/type", "a type that the file does not have".to_string())))
    }

    fn array(&mut self, element: syntax::Type, length: u64) -> Result<Entry, Fault> {
        let element = self.of(element)?;
        let memory = match element.memory {
            Some(memory) => Some(self.native.array(memory, length)?),
            None => None,
        };
        let size = self.native.limit(element.size.checked_mul(length))?;
        let mut entry = self.entry(size, size, element.align, memory);
        entry.vectors = element.vectors;
        self.repeat(&mut entry, &element, length, element.size)?;
        Ok(entry)
    }

    fn vector(&mut self, element: syntax::Type, lanes: u64) -> Result<Entry, Fault> {
        let inner = self.of(element)?;
        let data = self.types.get(element);
        let (bits, float) = match data {
            TypeData::Int(bits) => (*bits, false),
            TypeData::Ptr(_) => (self.target.layout.pointer.0 * 8, false),
            _ => (inner.store_size as u32 * 8, true),
        };
        let all = u64::from(bits).checked_mul(lanes);
        let bytes = self.native.limit(all.map(|all| all.div_ceil(8)))?;
        let align = all.and_then(|all| self.target.layout.vector(all));
        let align = align.ok_or_else(|| ("LLVM/limit", "a vector without end".to_string()))?;
        let size = self.native.limit(bytes.checked_next_multiple_of(u64::from(align)))?;
        let lane = u64::from(bits / 8);
        let memory = match inner.memory {
            // Lanes of an odd number of bytes lie closer than their native type is wide.
            Some(memory) if bits.is_multiple_of(8) && memory.size == lane => {
                let array = self.native.array(memory, lanes)?;
                Some(if array.size == size {
                    array
                } else {
                    self.native.place(&[(array, 0)], size, array.align)?
                })
            }
            _ => None,
        };
        let mut entry = self.entry(size, bytes, align, memory);
        entry.vectors = if float && bytes <= 8 { Vectors::SmallFloats } else { Vectors::Others };
        self.repeat(&mut entry, &inner, lanes, lane)?;
        Ok(entry)
    }

    /// The leaves of so many equal parts.
    fn repeat(&mut self, entry: &mut Entry, part: &Entry, count: u64, stride: u64) -> Result<(), Fault> {
        entry.first_leaf = self.layouts.leaves.len() as u32;
        if part.leaves == 0 {
            return Ok(());
        }
        let total = u64::from(part.leaves).checked_mul(count).filter(|&total| total <= MAX_LEAVES);
        let Some(total) = total.filter(|_| part.leaves != Entry::TOO_MANY || count == 0) else {
            entry.leaves = Entry::TOO_MANY;
            return Ok(());
        };
        entry.leaves = if count == 0 { 0 } else { total as u32 };
        for index in 0..count {
            self.append(part, index * stride)?;
        }
        Ok(())
    }

    fn append(&mut self, part: &Entry, at: u64) -> Result<(), Fault> {
        if self.layouts.leaves.len() > MAX_LEAVES_OF_FILE {
            return Err(("LLVM/limit", "the file's types have too many scalars".to_string()));
        }
        for index in part.first_leaf..part.first_leaf + part.leaves {
            let leaf = self.layouts.leaves[index as usize];
            self.layouts.leaves.push(Leaf { offset: at + leaf.offset, ..leaf });
        }
        Ok(())
    }

    fn structure(&mut self, fields: &[syntax::Type], packed: bool) -> Result<Entry, Fault> {
        let mut entry = self.entry(0, 0, 1, None);
        let (mut at, mut total) = (0_u64, 0_u64);
        let mut align = if packed { 1 } else { self.target.layout.aggregate() };
        let mut places = Some(Vec::with_capacity(fields.len()));
        let mut parts = Vec::with_capacity(fields.len());
        for &field in fields {
            let part = self.of(field)?;
            let step = if packed { 1 } else { part.align };
            align = align.max(step);
            at = self.native.limit(at.checked_next_multiple_of(u64::from(step)))?;
            parts.push((part, at));
            match (part.memory, &mut places) {
                (Some(memory), Some(places)) => places.push((memory, at)),
                _ => places = None,
            }
            entry.vectors = entry.vectors.max(part.vectors);
            total = total.saturating_add(u64::from(part.leaves));
            at = self.native.limit(at.checked_add(part.size))?;
        }
        let size = self.native.limit(at.checked_next_multiple_of(u64::from(align)))?;
        (entry.size, entry.store_size, entry.align, entry.fields) = (size, size, align, fields.len() as u32);
        entry.memory = match places {
            Some(places) => Some(self.native.place(&places, size, align)?),
            None => None,
        };
        self.layouts.offsets.extend(parts.iter().map(|part| part.1));
        if total > MAX_LEAVES {
            entry.leaves = Entry::TOO_MANY;
            return Ok(entry);
        }
        entry.leaves = total as u32;
        for (part, at) in &parts {
            self.append(part, *at)?;
        }
        Ok(entry)
    }

    fn named(&mut self, number: u32) -> Result<Entry, Fault> {
        let opaque = || ("LLVM/type", "a type that is opaque".to_string());
        let named = self.types.named.get(number as usize).ok_or_else(opaque)?;
        let mut entry = self.of(named.body.ok_or_else(opaque)?)?;
        entry.memory = entry.memory.map(|memory| self.native.name(&named.name, memory));
        Ok(entry)
    }
}

impl Layouts {
    /// Makes the aggregate that `byval`, `sret` or `agg` names for a type, with an alignment of its own when the attribute
    /// gives one that matters: less than a pointer's is that of the stack. Types that have no layout are refused where
    /// they are used.
    pub(super) fn pass(&mut self, ty: syntax::Type, align: Option<u32>, native: &mut NativeTypes<'_>) {
        let Ok(memory) = self.in_memory(ty) else { return };
        let align = align.filter(|align| align.is_power_of_two());
        let key = (ty, align.unwrap_or(memory.align));
        if self.passed.contains_key(&key) {
            return;
        }
        let least = native.machine.pointer_bytes();
        let own = memory.align.max(least);
        let wanted = align.map_or(own, |align| align.max(least));
        let fits = wanted == own || !memory.size.is_multiple_of(u64::from(wanted));
        let aggregate = matches!(
            native.types().resolved(memory.ty),
            native_ir::TypeData::Struct { .. } | native_ir::TypeData::Array { .. }
        );
        let made = match (fits, aggregate) {
            (true, true) => Ok(memory),
            (true, false) => native.place(&[(memory, 0)], memory.size, memory.align),
            (false, _) if wanted > own => native.place(&[(memory, 0)], memory.size, wanted),
            (false, _) => {
                let packed = native.padded(&[(memory, 0)], memory.size);
                packed.and_then(|packed| native.place(&[(packed, 0)], memory.size, wanted))
            }
        };
        if let Ok(made) = made {
            self.passed.insert(key, made.ty);
        }
    }
}

/// A type that has no place in native IR, as LLVM spells it.
fn spelling(data: &TypeData) -> &'static str {
    match data {
        TypeData::Label => "label",
        TypeData::Metadata => "metadata",
        TypeData::Token => "token",
        TypeData::BFloat => "bfloat",
        TypeData::X86Fp80 => "x86_fp80",
        TypeData::PpcFp128 => "ppc_fp128",
        TypeData::X86Amx => "x86_amx",
        TypeData::Function(..) => "a function type",
        _ => "this type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::target::{Options, choose};
    use native_ir::TypeData as Native;
    use native_ir::layout::Layouts as NativeLayouts;

    /// A file's types, laid out.
    struct Sample {
        text: &'static str,
        builder: ModuleBuilder,
        layouts: Layouts,
        target: Target,
    }

    impl Sample {
        fn new(text: &'static str) -> Sample {
            let file = crate::read(0, text.as_bytes()).unwrap();
            let target = choose(std::slice::from_ref(&file), &Options::default()).unwrap();
            let mut builder = ModuleBuilder::new("m", target.contract_row().unwrap());
            let generic = builder.types().pointer(native_ir::Space::Generic, Type::I8);
            let mut taken = FxHashSet::default();
            let mut native = NativeTypes::new(&mut builder, &mut taken, &target, generic);
            let layouts = lay_out(&file.types, &target, &mut native);
            Sample { text, builder, layouts, target }
        }

        fn check(mut self) -> usize {
            let file = crate::read(0, self.text.as_bytes()).unwrap();
            let machine = MachineLayout::of(Contract::embedded(), self.target.row);
            let types = self.builder.types();
            let native = NativeLayouts::new(types, &machine);
            let mut expected =
                self.text.lines().zip(self.text.lines().skip(1)).filter(|(_, ty)| ty.starts_with("%T"));
            let mut in_memory = 0;
            for global in file.globals.values() {
                let crate::syntax::GlobalKind::Variable(variable) = &global.kind else { panic!() };
                let (numbers, spelled) = expected.next().unwrap();
                let mut numbers = numbers.split(' ').skip(1).map(|number| number.parse::<u64>().unwrap());
                let (size, align) = (numbers.next().unwrap(), numbers.next().unwrap());
                let ty = variable.ty;
                assert_eq!(self.layouts.size(ty).unwrap(), size, "{spelled}");
                assert_eq!(u64::from(self.layouts.align(ty).unwrap()), align, "{spelled}");
                let fields: Vec<u64> = numbers.collect();
                let own: Vec<u64> = (0..).map_while(|index| self.layouts.field(ty, index).ok()).collect();
                assert_eq!(own, fields, "{spelled}");
                let Ok(memory) = self.layouts.memory(ty) else { continue };
                assert_eq!(native.size(memory), Some(size), "{spelled}");
                let native_align = native.align(memory).unwrap();
                assert!(u64::from(native_align) <= align, "{spelled}");
                let written = self.layouts.written_align(ty, align as u32).unwrap();
                assert_eq!(written.unwrap_or(native_align), align as u32, "{spelled}");
                let leaves: Vec<u64> = self.layouts.leaves(ty).unwrap().iter().map(|leaf| leaf.offset).collect();
                let scalars = scalars(types, &native, memory);
                assert!(leaves.iter().all(|leaf| scalars.contains(leaf)), "{spelled}: {leaves:?} {scalars:?}");
                in_memory += 1;
            }
            in_memory
        }
    }

    /// The offsets of the scalars of a native type.
    fn scalars(types: &TypeTable, layouts: &NativeLayouts, ty: Type) -> Vec<u64> {
        let (mut found, mut rest) = (Vec::new(), vec![(ty, 0)]);
        while let Some((ty, at)) = rest.pop() {
            match types.resolved(ty) {
                Native::Array { element, length } => {
                    let stride = layouts.stride(*element).unwrap();
                    rest.extend((0..*length).map(|index| (*element, at + index * stride)));
                }
                Native::Struct { fields, .. } => {
                    let place = |index| layouts.field_offset(types, ty, index).unwrap();
                    rest.extend(fields.iter().enumerate().map(|(index, &field)| (field, at + place(index))));
                }
                _ => found.push(at),
            }
        }
        found
    }

    #[test]
    fn types_lie_where_llvm_lays_them_on_x86_64() {
        let all = Sample::new(include_str!("../../tests/layout/x86_64.ll")).check();
        assert!(all > 40, "{all}");
    }

    #[test]
    fn types_lie_where_llvm_lays_them_on_a_cortex_m0() {
        let all = Sample::new(include_str!("../../tests/layout/cortex-m0.ll")).check();
        assert!(all > 40, "{all}");
    }
}
