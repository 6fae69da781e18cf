//! What stands where in the memory of a data object at its begin: the pieces of its initial value with their offsets.
//!
//! A walk in preorder, with the parts that are still to come on a stack: linear in the value, however deep it is.
//! What no piece covers is zero.

use crate::layout::Layouts;
use crate::{DataObject, InitNode, Initializer, Symbol, Type, TypeData, TypeKind, TypeTable};

/// A part of an object's memory that may begin as something else than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// An address, as wide as a pointer.
    Address {
        /// Whose.
        symbol: Symbol,
        /// What is added to it, in bytes.
        addend: i64,
    },
}

/// An initial value that has another shape than its type, or a type without a layout; none such verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the initial value has another shape than its type")]
pub struct Misshapen;

/// The pieces of an object's initial value, each with its first byte's offset in the object.
///
/// Not all that is wrong with a value is an error here: whether the pieces end within the object, and whether the value
/// has as many parts as the type, the verifier says. What follows an error means nothing.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    types: &'a TypeTable,
    layouts: &'a Layouts,
    init: &'a Initializer,
    /// How many nodes were read.
    read: usize,
    runs: Vec<Run>,
    /// Scalars of the type `addr`, in 8 bytes each, that are still to come, and where the first one goes.
    addresses: (u64, &'a [u8]),
}

/// Parts of a value that are still to come.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// So many of one type, from an offset on.
    Same { ty: Type, left: u64, offset: u64, stride: u64 },
    /// The fields of a struct that begins at an offset, from an index on.
    Fields { ty: Type, index: usize, offset: u64 },
}

impl<'a> Pieces<'a> {
    /// The pieces of an object whose types are laid out so.
    pub fn new(types: &'a TypeTable, layouts: &'a Layouts, object: &'a DataObject) -> Pieces<'a> {
        let runs = vec![Run::Same { ty: object.ty, left: 1, offset: 0, stride: 0 }];
        Pieces { types, layouts, init: &object.init, read: 0, runs, addresses: (0, &[]) }
    }

    /// The piece that a node stands for by itself, if there is one; none for a node that does not fit.
    fn node(&mut self, node: InitNode) -> Option<Option<(u64, Piece<'a>)>> {
        let (ty, offset) = self.part()?;
        match node {
            InitNode::Zero => Some(None),
            InitNode::List(_) => {
                let run = self.parts(ty, offset)?;
                self.runs.push(run);
                Some(None)
            }
            InitNode::Address { symbol, addend } => Some(Some((offset, Piece::Address { symbol, addend }))),
            InitNode::Scalars { start, len } => {
                let end = (start as usize).checked_add(len as usize)?;
                let bytes = self.init.bytes.get(start as usize..end)?;
                if self.are_addresses(ty) {
                    self.addresses = (offset, bytes);
                    return Some(None);
                }
                Some(Some((offset, Piece::Bytes(bytes))))
            }
        }
    }

    /// The type and the offset of the next part.
    fn part(&mut self) -> Option<(Type, u64)> {
        loop {
            match self.runs.last_mut()? {
                Run::Same { left: 0, .. } => {}
                Run::Same { ty, left, offset, stride } => {
                    let part = (*ty, *offset);
                    *left -= 1;
                    // Behind the last one nothing is read.
                    *offset = offset.wrapping_add(*stride);
                    return Some(part);
                }
                Run::Fields { ty, index, offset } => {
                    if let TypeData::Struct { fields, .. } = self.types.resolved(*ty)
                        && let Some(&field) = fields.get(*index)
                    {
                        let at = self.layouts.field_offset(self.types, *ty, *index)?;
                        *index += 1;
                        return Some((field, offset.checked_add(at)?));
                    }
                }
            }
            self.runs.pop();
        }
    }

    fn parts(&self, ty: Type, offset: u64) -> Option<Run> {
        match self.types.resolved(ty) {
            TypeData::Array { element, length } => {
                let stride = self.layouts.stride(*element)?;
                Some(Run::Same { ty: *element, left: *length, offset, stride })
            }
            TypeData::Struct { .. } => Some(Run::Fields { ty, index: 0, offset }),
            _ => None,
        }
    }

    /// Whether scalars of a type, or of its elements, are kept in 8 bytes each, however wide a pointer is.
    fn are_addresses(&self, ty: Type) -> bool {
        let element = match self.types.resolved(ty) {
            TypeData::Array { element, .. } => *element,
            _ => ty,
        };
        self.types.kind(element) == Some(TypeKind::Addr)
    }

    /// The next of the scalars of the type `addr`; none when its bytes are too few.
    fn address(&mut self) -> Option<(u64, Piece<'a>)> {
        let width = self.layouts.machine().pointer_bytes();
        let (offset, bytes) = self.addresses;
        let (first, rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
        self.addresses = (offset.wrapping_add(u64::from(width)), rest);
        Some((offset, Piece::Bytes(first.get(..width as usize)?)))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<(u64, Piece<'a>), Misshapen>;

    fn next(&mut self) -> Option<Result<(u64, Piece<'a>), Misshapen>> {
        loop {
            if !self.addresses.1.is_empty() {
                return Some(self.address().ok_or(Misshapen));
            }
            let node = *self.init.nodes.get(self.read)?;
            self.read += 1;
            match self.node(node) {
                Some(None) => {}
                Some(Some(piece)) => return Some(Ok(piece)),
                None => return Some(Err(Misshapen)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::MachineLayout;
    use crate::{Module, text};

    fn module(body: &str) -> Module {
        let parsed = text::parse(format!("native-ir 1\nmodule m\nsource 0 \"m\" lines=9\n{body}"));
        parsed.module
    }

    /// The pieces of the last object as text, `offset: bytes` or `offset: address`.
    fn pieces(module: &Module, machine: &MachineLayout) -> Vec<String> {
        let layouts = Layouts::new(&module.types, machine);
        let object = module.data.values().last().unwrap();
        let shown = Pieces::new(&module.types, &layouts, object).map(|piece| match piece {
            Ok((offset, Piece::Bytes(bytes))) => format!("{offset}: {bytes:?}"),
            Ok((offset, Piece::Address { symbol, addend })) => {
                format!("{offset}: {}{addend:+}", module.symbol_name(symbol))
            }
            Err(Misshapen) => "misshapen".to_string(),
        });
        shown.collect()
    }

    #[test]
    fn pieces_lie_where_the_layout_has_their_parts() {
        let body = "data @a : i32 = 1\n\
                    data @b : struct{i8, array[struct{i16, ptr[static,i32]},2], array[i8,3], i8} = \
                    {7, [{8, @a}, {zero, @a-4}], \"abc\", 9}\n";
        let wide = ["0: [7]", "8: [8, 0]", "16: a+0", "32: a-4", "40: [97, 98, 99]", "43: [9]"];
        assert_eq!(pieces(&module(body), &MachineLayout::x86_64()), wide);
        let narrow = ["0: [7]", "4: [8, 0]", "8: a+0", "16: a-4", "20: [97, 98, 99]", "23: [9]"];
        assert_eq!(pieces(&module(body), &MachineLayout::cortex_m0()), narrow);
    }

    #[test]
    fn integers_as_addresses_are_as_wide_as_a_pointer() {
        let module = module("data @a : struct{i8, array[addr,2], addr} = {1, [2, 3], 4}\n");
        let narrow = ["0: [1]", "4: [2, 0, 0, 0]", "8: [3, 0, 0, 0]", "12: [4, 0, 0, 0]"];
        assert_eq!(pieces(&module, &MachineLayout::cortex_m0()), narrow);
        let offsets = pieces(&module, &MachineLayout::x86_64());
        assert!(offsets[1].starts_with("8: [2, 0, 0, 0, 0, 0, 0, 0]") && offsets[3].starts_with("24: [4"));
    }

    #[test]
    fn a_value_of_another_shape_is_an_error() {
        let mut module = module("data @a : array[addr,2] = [1, 2]\n");
        let data = module.data.keys().next().unwrap();
        let machine = MachineLayout::cortex_m0();
        for nodes in [
            vec![InitNode::Zero, InitNode::Zero],
            vec![InitNode::List(1), InitNode::List(1)],
            vec![InitNode::Scalars { start: 0, len: 2 }],
            vec![InitNode::Scalars { start: 9, len: 8 }],
            vec![InitNode::Scalars { start: u32::MAX, len: u32::MAX }],
        ] {
            module.data[data].init.nodes = nodes;
            assert_eq!(pieces(&module, &machine), ["misshapen"], "{:?}", module.data[data].init.nodes);
        }
        module.data[data].ty = Type::ERROR;
        module.data[data].init.nodes = vec![InitNode::List(1)];
        assert_eq!(pieces(&module, &machine), ["misshapen"]);
    }
}
