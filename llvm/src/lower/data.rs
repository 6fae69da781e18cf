//! Data: initial values of every form, and the addresses in them.
//!
//! An initial value is first flattened into pieces by offset: bytes, and addresses of symbols plus numbers. Then the
//! object's native type is walked, and each scalar of it takes the pieces that lie there. A pointer whose value is a
//! number, and an integer whose value is an address, become an `addr`, which can hold either: then all pointers, or all
//! integers of a pointer's width, of that object do.

use super::context::Refusal;
use super::fold::{Folded, fold, low};
use super::layout::{Layouts, Scalar};
use super::link::{Found, Linked};
use crate::syntax::{Constant, ConstantData, Global, Module, Type as SyntaxType, TypeData};
use native_ir::layout::Layouts as NativeLayouts;
use native_ir::{InitNode, Initializer, Symbol, Type, TypeKind, TypeTable};
use rustc_hash::FxHashMap;

/// The most bytes of an initial value that are written out.
const MAX_BYTES: u64 = 1 << 30;

/// An initial value by offset.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// By offset, ascending.
    list: Vec<Piece>,
    bytes: Vec<u8>,
    /// Whether a pointer is a number.
    number_in_pointer: bool,
    /// Whether an integer is an address.
    address_in_number: bool,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    offset: u64,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// So many bytes of [`Pieces::bytes`] from here.
    Bytes(usize, usize),
    /// The address of a global value plus a number.
    Address(Global, i64),
}

/// Flattens a constant.
pub(super) fn flatten(
    file: usize,
    module: &Module<'_>,
    layouts: &Layouts,
    linked: &Linked,
    constant: Constant,
) -> Result<Pieces, Refusal> {
    let mut pieces = Pieces::default();
    let mut stack = vec![(constant, 0_u64)];
    while let Some((constant, offset)) = stack.pop() {
        let ty = module.constants.ty(constant);
        match module.constants.get(constant) {
            ConstantData::Zero | ConstantData::Null | ConstantData::Undef | ConstantData::Poison => {}
            ConstantData::List(list) => {
                let elements = module.constants.elements(list);
                let at = |index: usize| part_offset(module, layouts, ty, index as u64);
                for (index, &element) in elements.iter().enumerate().rev() {
                    stack.push((element, offset.wrapping_add(at(index)?)));
                }
            }
            ConstantData::Splat(of) => {
                let TypeData::Vector(lanes, ..) = module.types.get(ty) else {
                    return Err(Refusal::new("LLVM/constant", "`splat` of what is no vector"));
                };
                layouts.leaves(ty)?;
                for lane in (0..*lanes).rev() {
                    stack.push((of, offset.wrapping_add(part_offset(module, layouts, ty, lane)?)));
                }
            }
            ConstantData::Bytes(list) => {
                let bytes = module.constants.bytes.get(list.range()).unwrap_or(&[]);
                if bytes.iter().any(|&byte| byte != 0) {
                    pieces.push(offset, bytes)?;
                }
            }
            _ => {
                let folded = fold(module, layouts, constant)?;
                pieces.scalar(file, layouts, linked, (ty, offset), folded)?;
            }
        }
    }
    Ok(pieces)
}

/// Where a part of an aggregate or vector lies.
fn part_offset(module: &Module<'_>, layouts: &Layouts, ty: SyntaxType, index: u64) -> Result<u64, Refusal> {
    match module.types.get(ty) {
        TypeData::Struct(..) => layouts.field(ty, index as u32),
        TypeData::Vector(_, element, _) => Ok(index.wrapping_mul(layouts.store_size(*element)?)),
        TypeData::Array(_, element) => Ok(index.wrapping_mul(layouts.size(*element)?)),
        _ => Err(Refusal::new("LLVM/constant", "a list of parts of what has none")),
    }
}

impl Pieces {
    fn push(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let start = self.bytes.len();
        if (start + bytes.len()) as u64 > MAX_BYTES {
            return Err(Refusal::new("LLVM/limit", "an initial value of too many bytes"));
        }
        self.bytes.extend_from_slice(bytes);
        self.list.push(Piece { offset, what: What::Bytes(start, bytes.len()) });
        Ok(())
    }

    fn scalar(
        &mut self,
        file: usize,
        layouts: &Layouts,
        linked: &Linked,
        (ty, offset): (SyntaxType, u64),
        folded: Folded,
    ) -> Result<(), Refusal> {
        let [leaf] = layouts.leaves(ty)? else {
            return Err(Refusal::new("LLVM/constant", "a scalar where a list of parts stands"));
        };
        let bytes = layouts.store_size(ty)? as usize;
        let folded = match folded {
            Folded::Address(global, addend) if matches!(linked.get(file, global), Found::Null) => {
                Folded::Number(low(addend as i128 as u128, bytes as u32 * 8))
            }
            folded => folded,
        };
        match folded {
            Folded::Number(0) => Ok(()),
            Folded::Number(number) => {
                self.number_in_pointer |= leaf.scalar == Scalar::Pointer;
                self.push(offset, number.to_le_bytes().get(..bytes).unwrap_or(&[]))
            }
            Folded::Address(global, addend) => {
                self.address_in_number |= leaf.scalar != Scalar::Pointer;
                self.list.push(Piece { offset, what: What::Address(global, addend) });
                Ok(())
            }
        }
    }

    /// The global values whose addresses are in the value.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Global> {
        self.list.iter().filter_map(|piece| match piece.what {
            What::Address(global, _) => Some(global),
            What::Bytes(..) => None,
        })
    }

    /// The native type of an object with this value, given that of its LLVM type.
    pub(super) fn retype(&self, types: &mut TypeTable, ty: Type, pointer_bytes: u32) -> Type {
        if !self.number_in_pointer && !self.address_in_number {
            return ty;
        }
        let word = if pointer_bytes == 8 { Type::I64 } else { Type::I32 };
        let mut made: FxHashMap<Type, Type> = FxHashMap::default();
        for part in parts(types, ty) {
            let new = |part: &Type| made.get(part).copied().unwrap_or(*part);
            let data = match types.data(part) {
                native_ir::TypeData::Pointer { .. } if self.number_in_pointer => {
                    made.insert(part, Type::ADDR);
                    continue;
                }
                native_ir::TypeData::Array { element, length } => {
                    native_ir::TypeData::Array { element: new(element), length: *length }
                }
                native_ir::TypeData::Struct { packed, fields } => {
                    native_ir::TypeData::Struct { packed: *packed, fields: fields.iter().map(new).collect() }
                }
                native_ir::TypeData::Named(named) => {
                    let body = types.named[*named].body;
                    let other = new(&body);
                    if other != body {
                        made.insert(part, other);
                    }
                    continue;
                }
                _ if part == word && self.address_in_number => {
                    made.insert(part, Type::ADDR);
                    continue;
                }
                _ => continue,
            };
            let other = types.intern(data);
            if other != part {
                made.insert(part, other);
            }
        }
        made.get(&ty).copied().unwrap_or(ty)
    }
}

/// The types that a type holds by value and itself, parts before wholes: a part has a lower number.
fn parts(types: &TypeTable, ty: Type) -> Vec<Type> {
    let (mut found, mut stack) = (rustc_hash::FxHashSet::default(), vec![ty]);
    while let Some(ty) = stack.pop() {
        if found.insert(ty) {
            match types.data(ty) {
                native_ir::TypeData::Array { element, .. } => stack.push(*element),
                native_ir::TypeData::Struct { fields, .. } => stack.extend_from_slice(fields),
                native_ir::TypeData::Named(named) => stack.push(types.named[*named].body),
                _ => {}
            }
        }
    }
    let mut list: Vec<Type> = found.into_iter().collect();
    list.sort_unstable();
    list
}

/// Writes an initial value for an object of a native type, the symbols of addresses being found by `symbol`.
pub(super) fn initializer(
    types: &TypeTable,
    layouts: &NativeLayouts,
    pieces: &Pieces,
    ty: Type,
    symbol: &dyn Fn(Global) -> Option<Symbol>,
) -> Result<Initializer, Refusal> {
    let mut writer = Writer { types, layouts, pieces, at: 0, init: Initializer::default() };
    let mut stack = vec![(ty, 0)];
    while let Some((ty, offset)) = stack.pop() {
        writer.part(ty, offset, symbol, &mut stack)?;
    }
    Ok(writer.init)
}

struct Writer<'a> {
    types: &'a TypeTable,
    layouts: &'a NativeLayouts,
    pieces: &'a Pieces,
    /// The first piece that was not written yet.
    at: usize,
    init: Initializer,
}

impl Writer<'_> {
    fn next(&self) -> Option<Piece> {
        self.pieces.list.get(self.at).copied()
    }

    fn part(
        &mut self,
        ty: Type,
        offset: u64,
        symbol: &dyn Fn(Global) -> Option<Symbol>,
        stack: &mut Vec<(Type, u64)>,
    ) -> Result<(), Refusal> {
        let odd = || Refusal::new("LLVM/constant", "an initial value that does not fit its type");
        let size = self.layouts.size(ty).ok_or_else(odd)?;
        let end = offset.saturating_add(size);
        let Some(piece) = self.next().filter(|piece| piece.offset < end) else {
            self.init.nodes.push(InitNode::Zero);
            return Ok(());
        };
        let types = self.types;
        match types.resolved(ty) {
            native_ir::TypeData::Struct { fields, .. } => {
                self.init.nodes.push(InitNode::List(fields.len() as u32));
                for (index, &field) in fields.iter().enumerate().rev() {
                    let at = self.layouts.field_offset(types, ty, index).ok_or_else(odd)?;
                    stack.push((field, offset + at));
                }
            }
            native_ir::TypeData::Array { element, length } if self.is_list(*element) => {
                let count = u32::try_from(*length)
                    .map_err(|_| Refusal::new("LLVM/limit", "an initial value of too many parts"))?;
                self.init.nodes.push(InitNode::List(count));
                let stride = self.layouts.stride(*element).ok_or_else(odd)?;
                for index in (0..*length).rev() {
                    stack.push((*element, offset + index * stride));
                }
            }
            native_ir::TypeData::Array { .. } => self.scalars(offset, size)?,
            _ => match piece.what {
                What::Address(global, addend) => {
                    self.at += 1;
                    let symbol = symbol(global).ok_or_else(Refusal::consequence)?;
                    self.init.nodes.push(InitNode::Address { symbol, addend });
                }
                What::Bytes(..) => {
                    self.scalars(offset, size)?;
                    // An `addr` takes eight bytes here on every target.
                    if ty == Type::ADDR
                        && let Some(InitNode::Scalars { start, len }) = self.init.nodes.last_mut()
                    {
                        self.init.bytes.resize(*start as usize + 8, 0);
                        *len = 8;
                    }
                }
            },
        }
        Ok(())
    }

    /// Whether the elements of an array are written one by one: aggregates, and what may be an address.
    fn is_list(&self, element: Type) -> bool {
        matches!(
            self.types.kind(element),
            Some(TypeKind::Struct | TypeKind::Array | TypeKind::Ptr | TypeKind::Addr)
        )
    }

    /// Scalars of so many bytes in all: the pieces that lie there, zero between them.
    fn scalars(&mut self, offset: u64, size: u64) -> Result<(), Refusal> {
        let start = self.init.bytes.len();
        if start as u64 + size > MAX_BYTES {
            return Err(Refusal::new("LLVM/limit", "an initial value of too many bytes"));
        }
        self.init.bytes.resize(start + size as usize, 0);
        while let Some(Piece { offset: at, what: What::Bytes(from, len) }) = self.next()
            && at < offset + size
        {
            let to = start + (at - offset) as usize;
            let bytes = self.pieces.bytes.get(from..from + len).unwrap_or(&[]);
            match self.init.bytes.get_mut(to..to + len) {
                Some(place) => place.copy_from_slice(bytes),
                None => return Err(Refusal::new("LLVM/constant", "an initial value that does not fit its type")),
            }
            self.at += 1;
        }
        self.init.nodes.push(InitNode::Scalars { start: start as u32, len: size as u32 });
        Ok(())
    }
}
