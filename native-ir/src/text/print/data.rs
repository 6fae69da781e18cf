//! Initial values, walked in preorder with an explicit stack beside the object's type.

use super::Printer;
use crate::{InitNode, Initializer, Module, Type, TypeData};

/// A list that is being written.
struct Open {
    ty: Type,
    index: u32,
    count: u32,
}

impl Printer<'_> {
    pub(super) fn initializer(&mut self, ty: Type, init: &Initializer) {
        let mut open: Vec<Open> = Vec::new();
        let mut ty = ty;
        for &node in &init.nodes {
            match node {
                InitNode::List(count) => {
                    self.put(brackets(self.module, ty).0);
                    open.push(Open { ty, index: 0, count });
                }
                node => self.leaf(ty, node, &init.bytes),
            }
            match self.next_in_list(&mut open, !matches!(node, InitNode::List(_))) {
                Some(next) => ty = next,
                None => return,
            }
        }
        while let Some(list) = open.pop() {
            self.put(brackets(self.module, list.ty).1);
        }
    }

    /// Closes the lists that are complete. Returns the type of the value that follows, `None` when there is none.
    fn next_in_list(&mut self, open: &mut Vec<Open>, mut value_ended: bool) -> Option<Type> {
        while let Some(list) = open.last_mut() {
            list.index += u32::from(value_ended);
            if list.index < list.count {
                let (ty, index) = (list.ty, list.index);
                if value_ended {
                    self.put(", ");
                }
                return Some(element_type(self.module, ty, index));
            }
            self.put(brackets(self.module, list.ty).1);
            open.pop();
            value_ended = true;
        }
        None
    }

    fn leaf(&mut self, ty: Type, node: InitNode, bytes: &[u8]) {
        match node {
            InitNode::Zero => self.put("zero"),
            InitNode::Address { symbol, addend } => {
                self.symbol(symbol);
                if addend != 0 {
                    self.put(if addend < 0 { " - " } else { " + " });
                    self.decimal(addend.unsigned_abs());
                }
            }
            InitNode::Scalars { start, len } => {
                let start = start as usize;
                self.scalars(ty, bytes.get(start..start.saturating_add(len as usize)).unwrap_or(&[]));
            }
            InitNode::List(_) => {}
        }
    }

    fn scalars(&mut self, ty: Type, bytes: &[u8]) {
        match *self.module.types.resolved(ty) {
            TypeData::Array { element: Type::I8, .. } => self.byte_string(bytes),
            TypeData::Array { element, .. } => {
                self.put("[");
                let width = scalar_bytes(self.module, element);
                self.list(bytes.chunks(width), |printer, chunk| printer.scalar(element, little_endian(chunk)));
                self.put("]");
            }
            _ => self.scalar(ty, little_endian(bytes)),
        }
    }
}

/// How many bytes a scalar takes among an initialiser's bytes. Other types have no scalars; 16 bounds the walk.
fn scalar_bytes(module: &Module, ty: Type) -> usize {
    use crate::TypeKind::*;
    match module.types.kind(ty) {
        Some(I1 | I8) => 1,
        Some(I16 | F16) => 2,
        Some(I32 | F32) => 4,
        Some(I64 | F64 | Addr) => 8,
        _ => 16,
    }
}

fn little_endian(bytes: &[u8]) -> u128 {
    let mut all = [0; 16];
    let used = bytes.len().min(16);
    all[..used].copy_from_slice(&bytes[..used]);
    u128::from_le_bytes(all)
}

fn brackets(module: &Module, ty: Type) -> (&'static str, &'static str) {
    match module.types.resolved(ty) {
        TypeData::Struct { .. } => ("{", "}"),
        _ => ("[", "]"),
    }
}

fn element_type(module: &Module, ty: Type, index: u32) -> Type {
    match module.types.resolved(ty) {
        TypeData::Struct { fields, .. } => fields.get(index as usize).copied().unwrap_or(Type::ERROR),
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => *element,
        _ => Type::ERROR,
    }
}
