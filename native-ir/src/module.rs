//! Modules: what a file of native IR holds.
//!
//! A `Module` is anything that can be written down; only the verifier makes a `Verified<Module>` of it.

use crate::debug::DebugTypeData;
use crate::function::Function;
use crate::names::{Name, Names};
use crate::types::{FunctionType, Type, TypeTable};
use crate::{Data, DebugType, Func, Import, Register, Source, Symbol};
use cranelift_entity::PrimaryMap;

/// The envelope: for what the module is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The module's name.
    pub name: String,
    /// The target's triple, a row of `targets.tsv`.
    pub target: String,
    /// The ABI.
    pub abi: String,
    /// The data layout.
    pub layout: String,
    /// The target features that the module may use.
    pub features: Vec<String>,
    /// The profile.
    pub profile: String,
}

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceData {
    /// Its path, as debuggers shall show it.
    pub path: String,
    /// The SHA-256 of its bytes, when it is known.
    pub sha256: Option<[u8; 32]>,
    /// How many lines it has.
    pub lines: u32,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A hardware register.
    Register(Register),
    /// A data object.
    Data(Data),
    /// An import.
    Import(Import),
    /// A function.
    Function(Func),
    /// Not declared. Only an inlining record may name such a symbol: a function that was inlined everywhere.
    Undefined,
}

/// A symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymbolData {
    /// Its name, without the `@`.
    pub name: Name,
    /// What it is.
    pub item: Item,
}

/// How a register may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Reads and writes.
    ReadWrite,
    /// Reads only.
    ReadOnly,
    /// Writes only.
    WriteOnly,
}

impl Access {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Access::ReadWrite => "read-write",
            Access::ReadOnly => "read-only",
            Access::WriteOnly => "write-only",
        }
    }

    /// The access of a spelling.
    pub fn from_name(name: &str) -> Option<Access> {
        [Access::ReadWrite, Access::ReadOnly, Access::WriteOnly].into_iter().find(|access| access.name() == name)
    }

    /// Whether reads are allowed.
    pub fn readable(self) -> bool {
        self != Access::WriteOnly
    }

    /// Whether writes are allowed.
    pub fn writable(self) -> bool {
        self != Access::ReadOnly
    }
}

/// A hardware register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterData {
    /// Its symbol.
    pub symbol: Symbol,
    /// `ptr[mmio,T]`
    pub ty: Type,
    /// Its address.
    pub address: u64,
    /// How it may be used.
    pub access: Access,
}

/// A node of an initial value; the nodes of an object stand in preorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitNode {
    /// All bytes zero.
    Zero,
    /// Scalars of one type, little-endian in the object's bytes, each in its type's width (`addr` in 8 bytes): one for
    /// a scalar, as many as it has elements for an array.
    Scalars {
        /// The first byte.
        start: u32,
        /// How many bytes.
        len: u32,
    },
    /// As many nodes follow, one for each element or field.
    List(u32),
    /// The address of a symbol plus an addend in bytes.
    Address {
        /// The symbol.
        symbol: Symbol,
        /// The addend.
        addend: i64,
    },
}

/// The initial value of a data object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initializer {
    /// The nodes in preorder.
    pub nodes: Vec<InitNode>,
    /// The bytes of the scalars.
    pub bytes: Vec<u8>,
}

impl Initializer {
    /// Whether it says nothing but zero. Scalars that happen to be zero are not that.
    pub fn is_zero(&self) -> bool {
        self.nodes.iter().all(|node| matches!(node, InitNode::Zero | InitNode::List(_)))
    }

    /// The symbols whose addresses stand in it, in order; one may stand there more than once.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.nodes.iter().filter_map(|node| match node {
            InitNode::Address { symbol, .. } => Some(*symbol),
            InitNode::Zero | InitNode::Scalars { .. } | InitNode::List(_) => None,
        })
    }
}

/// A data object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataObject {
    /// Its symbol.
    pub symbol: Symbol,
    /// The type of the object.
    pub ty: Type,
    /// Whether it is visible outside the module.
    pub public: bool,
    /// Whether another definition may replace it at link time.
    pub weak: bool,
    /// Whether the program must not write it.
    pub readonly: bool,
    /// Its alignment in bytes, if one is written.
    pub align: Option<u32>,
    /// The section it goes to, if one is named.
    pub section: Option<Name>,
    /// Its initial value.
    pub init: Initializer,
}

/// Where an import comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportKind {
    /// A row of `runtime-abi.tsv`.
    Runtime,
    /// A symbol of the platform's linker; only native functions may use it.
    Ffi,
    /// A `pub` item of another module, joined by name.
    Module,
}

impl ImportKind {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            ImportKind::Runtime => "runtime",
            ImportKind::Ffi => "ffi",
            ImportKind::Module => "module",
        }
    }

    /// The kind of a spelling.
    pub fn from_name(name: &str) -> Option<ImportKind> {
        [ImportKind::Runtime, ImportKind::Ffi, ImportKind::Module].into_iter().find(|kind| kind.name() == name)
    }
}

/// An import: a function when its type is `fn(…)`, else a data object of that type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportData {
    /// Its symbol.
    pub symbol: Symbol,
    /// Where it comes from.
    pub kind: ImportKind,
    /// Its type.
    pub ty: Type,
}

/// A module.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// For what the module is made.
    pub envelope: Envelope,
    /// Every name.
    pub names: Names,
    /// Every type.
    pub types: TypeTable,
    /// Source files.
    pub sources: PrimaryMap<Source, SourceData>,
    /// The name space of registers, data, imports and functions.
    pub symbols: PrimaryMap<Symbol, SymbolData>,
    /// Hardware registers.
    pub registers: PrimaryMap<Register, RegisterData>,
    /// Data objects.
    pub data: PrimaryMap<Data, DataObject>,
    /// Imports.
    pub imports: PrimaryMap<Import, ImportData>,
    /// Debug types.
    pub debug_types: PrimaryMap<DebugType, DebugTypeData>,
    /// Functions.
    pub functions: PrimaryMap<Func, Function>,
    /// Whether the text it was read from had errors. A damaged module never verifies.
    pub damaged: bool,
}

impl Module {
    /// The name of a symbol, without the `@`; empty for a symbol of another module.
    pub fn symbol_name(&self, symbol: Symbol) -> &str {
        self.symbols.get(symbol).map_or("", |data| self.names.text(data.name))
    }

    /// The symbol of a name. Linear in the number of symbols; for command lines, not for loops.
    pub fn find_symbol(&self, name: &str) -> Option<Symbol> {
        let name = self.names.find(name)?;
        self.symbols.iter().find(|(_, data)| data.name == name).map(|(symbol, _)| symbol)
    }

    /// What a symbol is; [`Item::Undefined`] for a symbol of another module.
    pub fn item(&self, symbol: Symbol) -> Item {
        self.symbols.get(symbol).map_or(Item::Undefined, |data| data.item)
    }

    /// The type of a function or import, when the symbol is one with a function type.
    pub fn callee_type(&self, symbol: Symbol) -> Option<(Type, &FunctionType)> {
        let ty = match self.item(symbol) {
            Item::Function(func) => self.functions.get(func)?.ty,
            Item::Import(import) => self.imports.get(import)?.ty,
            _ => return None,
        };
        Some((ty, self.types.as_function(ty)?))
    }

    /// The function type of a function.
    pub fn signature(&self, function: &Function) -> Option<&FunctionType> {
        self.types.as_function(function.ty)
    }

    /// How many instructions the module has.
    pub fn instruction_count(&self) -> usize {
        self.functions.values().map(|function| function.body.insts.len()).sum()
    }

    /// Bytes of heap memory in the functions' bodies and the names: what grows with the number of instructions.
    pub fn heap_bytes(&self) -> usize {
        self.names.heap_bytes() + self.functions.values().map(|function| function.body.heap_bytes()).sum::<usize>()
    }
}
