//! The envelope and the items, in canonical order.

use super::Printer;
use crate::debug::{DebugKind, DebugTypeData, Member};
use crate::{DataObject, DebugType, ImportData, RegisterData, SourceData};

impl Printer<'_> {
    pub(super) fn module(&mut self) {
        let module = self.module;
        self.envelope();
        let items = [
            module.types.named.len(),
            module.registers.len(),
            module.data.len(),
            module.imports.len(),
            module.debug_types.len(),
        ];
        if items.iter().any(|&count| count > 0) {
            self.put("\n");
        }
        for named in module.types.named.values() {
            self.put("type ");
            self.type_name(named.name);
            self.put(" = ");
            self.ty(named.body);
            self.put("\n");
        }
        for register in module.registers.values() {
            self.register(register);
        }
        for data in module.data.values() {
            self.data_object(data);
        }
        for import in module.imports.values() {
            self.import(import);
        }
        for (ty, data) in &module.debug_types {
            self.debug_type_item(ty, data);
        }
        for function in module.functions.values() {
            self.put("\n");
            self.function(function);
        }
    }

    fn envelope(&mut self) {
        let envelope = &self.module.envelope;
        self.put("native-ir 1\nmodule   ");
        self.word(&envelope.name);
        self.put("\ntarget   ");
        self.word(&envelope.target);
        self.put("\nabi      ");
        self.word(&envelope.abi);
        self.put("\nlayout   ");
        self.quoted(&envelope.layout);
        if !envelope.features.is_empty() {
            self.put("\nfeatures");
            for feature in &envelope.features {
                self.put(" ");
                self.word(feature);
            }
        }
        self.put("\nprofile  ");
        self.word(&envelope.profile);
        self.put("\n");
        for (source, data) in &self.module.sources {
            self.source(source.as_u32(), data);
        }
    }

    fn source(&mut self, number: u32, source: &SourceData) {
        self.put("source   ");
        self.decimal(u64::from(number));
        self.put(" ");
        self.quoted(&source.path);
        if let Some(digest) = &source.sha256 {
            self.put(" sha256:");
            for &byte in digest {
                self.hex_digits(u128::from(byte), 2);
            }
        }
        self.put(" lines=");
        self.decimal(u64::from(source.lines));
        self.put("\n");
    }

    fn register(&mut self, register: &RegisterData) {
        self.put("register ");
        self.symbol(register.symbol);
        self.put(" : ");
        self.ty(register.ty);
        self.put(" = ");
        self.hex(u128::from(register.address));
        self.put(" access=");
        self.put(register.access.name());
        self.put("\n");
    }

    fn data_object(&mut self, data: &DataObject) {
        self.put("data ");
        self.put(if data.public { "pub " } else { "" });
        self.put(if data.weak { "weak " } else { "" });
        self.symbol(data.symbol);
        self.put(" : ");
        self.ty(data.ty);
        self.put(if data.readonly { " readonly" } else { "" });
        self.align(data.align.map(u64::from));
        self.section(data.section);
        self.put(" = ");
        self.initializer(data.ty, &data.init);
        self.put("\n");
    }

    fn import(&mut self, import: &ImportData) {
        self.put("import ");
        self.put(import.kind.name());
        self.put(" ");
        self.symbol(import.symbol);
        self.put(" : ");
        self.ty(import.ty);
        self.put("\n");
    }

    fn debug_type_item(&mut self, ty: DebugType, data: &DebugTypeData) {
        self.put("debugtype ");
        self.debug_type(ty);
        self.put(" = ");
        match &data.kind {
            DebugKind::Base { name, encoding, bytes } => {
                self.put("base ");
                self.quoted_name(*name);
                self.put(" ");
                self.put(encoding.name());
                self.count(" bytes=", *bytes);
            }
            DebugKind::Pointer { to, bytes } => {
                self.put("pointer ");
                self.debug_type(*to);
                self.count(" bytes=", *bytes);
            }
            DebugKind::Typedef { name, of } => {
                self.put("typedef ");
                self.quoted_name(*name);
                self.put(" ");
                self.debug_type(*of);
            }
            DebugKind::Array { of, count } => {
                self.put("array ");
                self.debug_type(*of);
                self.count(" count=", *count);
            }
            DebugKind::Struct { name, bytes, members } => {
                self.put("struct ");
                self.quoted_name(*name);
                self.count(" bytes=", *bytes);
                self.put(" {");
                self.list(members, Self::member);
                self.put("}");
            }
            DebugKind::Enum { name, of, values } => {
                self.put("enum ");
                self.quoted_name(*name);
                self.put(" ");
                self.debug_type(*of);
                self.put(" {");
                self.list(values, |printer, &(name, value)| {
                    printer.quoted_name(name);
                    printer.put(" = ");
                    printer.signed(i128::from(value));
                });
                self.put("}");
            }
        }
        self.put("\n");
    }

    fn member(&mut self, member: &Member) {
        self.quoted_name(member.name);
        self.put(": ");
        self.debug_type(member.ty);
        self.count(" at ", member.offset);
    }

    pub(super) fn count(&mut self, label: &str, number: u64) {
        self.put(label);
        self.decimal(number);
    }
}
