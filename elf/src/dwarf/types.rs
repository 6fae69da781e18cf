//! Debug types.

use super::Writer;
use gimli::constants as dw;
use gimli::write::{AttributeValue, UnitEntryId};
use native_ir::debug::{DebugKind, Encoding};
use native_ir::{DebugType, Module, Name};

impl Writer<'_, '_> {
    /// Adds all debug types of the module: first their entries, so that they may name each other.
    pub(super) fn debug_types(&mut self) {
        let (module, root) = (self.module, self.unit.root());
        for ty in module.debug_types.values() {
            let entry = self.unit.add(root, tag(&ty.kind));
            self.types.push(entry);
        }
        for (ty, data) in &module.debug_types {
            let entry = self.types[ty];
            match &data.kind {
                DebugKind::Base { name, encoding, bytes } => self.base(entry, *name, *encoding, *bytes),
                DebugKind::Pointer { to, bytes } => {
                    self.set(entry, dw::DW_AT_byte_size, AttributeValue::Udata(*bytes));
                    self.type_of(entry, *to);
                }
                DebugKind::Typedef { name, of } => {
                    self.name(entry, *name);
                    self.type_of(entry, *of);
                }
                DebugKind::Array { of, count } => {
                    self.type_of(entry, *of);
                    let range = self.unit.add(entry, dw::DW_TAG_subrange_type);
                    self.set(range, dw::DW_AT_count, AttributeValue::Udata(*count));
                }
                DebugKind::Struct { name, bytes, members } => {
                    self.name(entry, *name);
                    self.set(entry, dw::DW_AT_byte_size, AttributeValue::Udata(*bytes));
                    for member in members {
                        let inner = self.unit.add(entry, dw::DW_TAG_member);
                        self.name(inner, member.name);
                        self.type_of(inner, member.ty);
                        let offset = AttributeValue::Udata(member.offset);
                        self.set(inner, dw::DW_AT_data_member_location, offset);
                    }
                }
                DebugKind::Enum { name, of, values } => self.enumeration(entry, *name, *of, values),
            }
        }
    }

    fn base(&mut self, entry: UnitEntryId, name: Name, encoding: Encoding, bytes: u64) {
        let encoding = match (encoding, bytes) {
            (Encoding::Signed, _) => dw::DW_ATE_signed,
            (Encoding::Unsigned, _) => dw::DW_ATE_unsigned,
            (Encoding::Float, _) => dw::DW_ATE_float,
            (Encoding::Boolean, _) => dw::DW_ATE_boolean,
            (Encoding::Char, 1) => dw::DW_ATE_signed_char,
            (Encoding::Char, _) => dw::DW_ATE_UTF,
        };
        self.name(entry, name);
        self.set(entry, dw::DW_AT_encoding, AttributeValue::Encoding(encoding));
        self.set(entry, dw::DW_AT_byte_size, AttributeValue::Udata(bytes));
    }

    fn enumeration(&mut self, entry: UnitEntryId, name: Name, of: DebugType, values: &[(Name, i64)]) {
        self.name(entry, name);
        self.type_of(entry, of);
        if let Some(bytes) = size(self.module, of) {
            self.set(entry, dw::DW_AT_byte_size, AttributeValue::Udata(bytes));
        }
        for &(name, value) in values {
            let inner = self.unit.add(entry, dw::DW_TAG_enumerator);
            self.name(inner, name);
            self.set(inner, dw::DW_AT_const_value, AttributeValue::Sdata(value));
        }
    }

    /// Sets the name of an entry, unless it is empty.
    pub(super) fn name(&mut self, entry: UnitEntryId, name: Name) {
        let text = self.module.names.text(name);
        if !text.is_empty() {
            self.text(entry, dw::DW_AT_name, text);
        }
    }

    /// Sets the type of an entry.
    pub(super) fn type_of(&mut self, entry: UnitEntryId, ty: DebugType) {
        if let Some(&ty) = self.types.get(ty) {
            self.set(entry, dw::DW_AT_type, AttributeValue::UnitRef(ty));
        }
    }
}

fn tag(kind: &DebugKind) -> gimli::DwTag {
    match kind {
        DebugKind::Base { .. } => dw::DW_TAG_base_type,
        DebugKind::Pointer { .. } => dw::DW_TAG_pointer_type,
        DebugKind::Typedef { .. } => dw::DW_TAG_typedef,
        DebugKind::Array { .. } => dw::DW_TAG_array_type,
        DebugKind::Struct { .. } => dw::DW_TAG_structure_type,
        DebugKind::Enum { .. } => dw::DW_TAG_enumeration_type,
    }
}

/// The size of a type that an enumeration may have the values of; none for others, and for typedefs in a circle.
fn size(module: &Module, mut ty: DebugType) -> Option<u64> {
    for _ in 0..=module.debug_types.len() {
        match module.debug_types.get(ty)?.kind {
            DebugKind::Base { bytes, .. } => return Some(bytes),
            DebugKind::Typedef { of, .. } => ty = of,
            _ => return None,
        }
    }
    None
}
