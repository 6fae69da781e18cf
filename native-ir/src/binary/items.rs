//! The envelope, sources, symbols, registers, data and imports.

use super::code::{choice, entities, record};
use crate::{
    Access, Data, DataObject, Envelope, Func, Import, ImportData, ImportKind, InitNode, Initializer, Item,
    Register, RegisterData, Source, SourceData, Symbol, SymbolData,
};

record! { Envelope { name, target, abi, layout, features, profile } }
record! { SourceData { path, sha256, lines } }
record! { SymbolData { name, item } }
record! { RegisterData { symbol, ty, address, access } }
record! { DataObject { symbol, ty, public, weak, readonly, align, section, init } }
record! { Initializer { nodes, bytes } }
record! { ImportData { symbol, kind, ty } }

choice! { Item, "the tag of an item" {
    0 Register(register);
    1 Data(data);
    2 Import(import);
    3 Function(function);
    4 Undefined;
} }

choice! { Access, "an access" { 0 ReadWrite; 1 ReadOnly; 2 WriteOnly; } }

choice! { InitNode, "the tag of an initial value" {
    0 Zero;
    1 Scalars { start, len };
    2 List(count);
    3 Address { symbol, addend };
} }

choice! { ImportKind, "the kind of an import" { 0 Runtime; 1 Ffi; 2 Module; } }

entities! {
    Symbol "the number of a symbol";
    Func "the number of a function";
    Data "the number of a data object";
    Import "the number of an import";
    Register "the number of a register";
    Source "the number of a source";
}
