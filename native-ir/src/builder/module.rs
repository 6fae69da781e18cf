//! The builder of modules: the envelope, sources, types, registers, data, imports and declarations of functions.

use super::argument::SymbolRef;
use super::error::{BuildError, BuildErrors, Misuse};
use super::function::FunctionBuilder;
use crate::contract::targets::TargetRow;
use crate::debug::{DebugKind, DebugTypeData};
use crate::{
    Access, Contract, Data, DataObject, DebugType, Func, Function, FunctionType, Import, ImportData, ImportKind,
    Initializer, Item, Module, Name, NamedType, Register, RegisterData, Source, SourceData, Space, Span, Symbol,
    SymbolData, Type, TypeTable,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// How a data object is declared, beside its name and type.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataOptions<'a> {
    /// Visible outside the module.
    pub public: bool,
    /// Another definition may replace it at link time.
    pub weak: bool,
    /// The program must not write it.
    pub readonly: bool,
    /// The alignment in bytes; the type's when it is `None`.
    pub align: Option<u32>,
    /// The section it goes to.
    pub section: Option<&'a str>,
}

impl DataOptions<'_> {
    /// A constant of the program.
    pub const READONLY: DataOptions<'static> =
        DataOptions { public: false, weak: false, readonly: true, align: None, section: None };
}

/// The builder of a module; see the [module's documentation](crate::builder).
#[derive(Debug)]
pub struct ModuleBuilder {
    pub(super) module: Module,
    pub(super) errors: Vec<BuildError>,
    pub(super) pointer_width: u32,
    taken: FxHashSet<Name>,
    undeclared: FxHashMap<Name, Symbol>,
}

impl ModuleBuilder {
    /// A module for a target: with its ABI and data layout, its first profile, and no features.
    pub fn new(name: &str, target: &TargetRow) -> ModuleBuilder {
        let mut module = Module::default();
        let envelope = &mut module.envelope;
        envelope.name = name.to_string();
        envelope.target.clone_from(&target.triple);
        envelope.abi.clone_from(&target.abi);
        envelope.layout.clone_from(&target.data_layout);
        envelope.profile = target.profiles.first().cloned().unwrap_or_default();
        ModuleBuilder {
            module,
            errors: Vec::new(),
            pointer_width: target.pointer_width,
            taken: FxHashSet::default(),
            undeclared: FxHashMap::default(),
        }
    }

    /// A module for a target of the built-in contract. With a triple that the contract does not have, the envelope
    /// stays empty but for the triple, and the verifier says so.
    pub fn for_target(name: &str, triple: &str) -> ModuleBuilder {
        match Contract::embedded().target(triple) {
            Some((_, row)) => ModuleBuilder::new(name, row),
            None => {
                let mut module = Module::default();
                module.envelope.name = name.to_string();
                module.envelope.target = triple.to_string();
                ModuleBuilder {
                    module,
                    errors: Vec::new(),
                    pointer_width: 64,
                    taken: FxHashSet::default(),
                    undeclared: FxHashMap::default(),
                }
            }
        }
    }

    /// Sets the profile.
    pub fn set_profile(&mut self, profile: &str) {
        self.module.envelope.profile = profile.to_string();
    }

    /// Adds a feature of the target that the module may use.
    pub fn add_feature(&mut self, feature: &str) {
        self.module.envelope.features.push(feature.to_string());
    }

    /// Adds a source file of so many lines. The first one is what functions' spans are in unless they say otherwise.
    pub fn source(&mut self, path: &str, lines: u32) -> Source {
        self.module.sources.push(SourceData { path: path.to_string(), sha256: None, lines })
    }

    /// Adds a source file with the SHA-256 of its bytes.
    pub fn hashed_source(&mut self, path: &str, lines: u32, sha256: [u8; 32]) -> Source {
        self.module.sources.push(SourceData { path: path.to_string(), sha256: Some(sha256), lines })
    }

    /// The module's types, to make pointers, arrays, structures and function types with.
    pub fn types(&mut self) -> &mut TypeTable {
        &mut self.module.types
    }

    /// The module as far as it is built.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// Interns a name, for [`DebugKind`] and [`crate::Abi::Named`].
    pub fn name(&mut self, text: &str) -> Name {
        self.module.names.intern(text)
    }

    /// Declares a named type, which may stand behind pointers before [`ModuleBuilder::define_type`] gives it its body.
    pub fn declare_type(&mut self, name: &str) -> (NamedType, Type) {
        let name = self.unique_name(name);
        self.module.types.declare(name)
    }

    /// Gives a named type its body.
    pub fn define_type(&mut self, named: NamedType, body: Type) {
        if self.module.types.named.is_valid(named) {
            self.module.types.define(named, body);
        } else {
            self.misuse(Misuse::ForeignItem("named type"));
        }
    }

    /// Declares a hardware register of a type at an address.
    pub fn register(&mut self, name: &str, ty: Type, address: u64, access: Access) -> Register {
        let ty = self.module.types.pointer(Space::Mmio, ty);
        let register = self.module.registers.next_key();
        let symbol = self.declare_symbol(name, Item::Register(register));
        self.module.registers.push(RegisterData { symbol, ty, address, access })
    }

    /// Declares a data object with its initial value.
    pub fn data(&mut self, name: &str, ty: Type, options: DataOptions<'_>, init: Initializer) -> Data {
        let data = self.module.data.next_key();
        let symbol = self.declare_symbol(name, Item::Data(data));
        let section = options.section.map(|section| self.name(section));
        let DataOptions { public, weak, readonly, align, .. } = options;
        self.module.data.push(DataObject { symbol, ty, public, weak, readonly, align, section, init })
    }

    /// Replaces a data object's initial value, so that objects may hold each other's addresses.
    pub fn set_data(&mut self, data: Data, init: Initializer) {
        match self.module.data.get_mut(data) {
            Some(object) => object.init = init,
            None => self.misuse(Misuse::ForeignItem("data object")),
        }
    }

    /// Declares an imported function.
    pub fn import(&mut self, kind: ImportKind, name: &str, ty: FunctionType) -> Import {
        let ty = self.module.types.function(ty);
        self.import_of_type(kind, name, ty)
    }

    /// Declares an imported data object.
    pub fn import_data(&mut self, kind: ImportKind, name: &str, ty: Type) -> Import {
        self.import_of_type(kind, name, ty)
    }

    fn import_of_type(&mut self, kind: ImportKind, name: &str, ty: Type) -> Import {
        let import = self.module.imports.next_key();
        let symbol = self.declare_symbol(name, Item::Import(import));
        self.module.imports.push(ImportData { symbol, kind, ty })
    }

    /// Adds a debug type; with an empty name it goes by its number.
    pub fn debug_type(&mut self, name: &str, kind: DebugKind) -> DebugType {
        let name = if name.is_empty() { Name::NONE } else { self.name(name) };
        self.module.debug_types.push(DebugTypeData { name, kind })
    }

    /// Declares a function, to be called at once and defined later.
    pub fn declare(&mut self, name: &str, ty: FunctionType) -> Func {
        let ty = self.module.types.function(ty);
        let func = self.module.functions.next_key();
        let symbol = self.declare_symbol(name, Item::Function(func));
        self.module.functions.push(Function::new(symbol, ty))
    }

    /// Begins a function's body, at its entry block.
    pub fn define(&mut self, func: Func) -> FunctionBuilder<'_> {
        FunctionBuilder::new(self, func)
    }

    /// The symbol of a function that the module has not any more, for [`FunctionBuilder::inlined`]: the same for the same
    /// name. No item may have that name, before or after.
    pub fn undeclared(&mut self, name: &str) -> Symbol {
        let interned = self.module.names.intern(name);
        match self.undeclared.get(&interned) {
            Some(&symbol) => symbol,
            None => {
                let symbol = self.declare_symbol(name, Item::Undefined);
                self.undeclared.insert(interned, symbol);
                symbol
            }
        }
    }

    /// The symbol of an item. One that is not this module's is reported, and is then no symbol at all.
    pub fn symbol(&mut self, item: impl Into<SymbolRef>) -> Symbol {
        let found = self.find(item.into());
        found.unwrap_or_else(|misuse| {
            self.misuse(misuse);
            self.module.symbols.next_key()
        })
    }

    pub(super) fn find(&self, item: SymbolRef) -> Result<Symbol, Misuse> {
        let module = &self.module;
        let (symbol, kind) = match item {
            SymbolRef::Symbol(symbol) => (module.symbols.is_valid(symbol).then_some(symbol), "symbol"),
            SymbolRef::Func(func) => (module.functions.get(func).map(|f| f.symbol), "function"),
            SymbolRef::Import(import) => (module.imports.get(import).map(|i| i.symbol), "import"),
            SymbolRef::Data(data) => (module.data.get(data).map(|d| d.symbol), "data object"),
            SymbolRef::Register(register) => (module.registers.get(register).map(|r| r.symbol), "register"),
        };
        symbol.ok_or(Misuse::ForeignItem(kind))
    }

    /// The module.
    ///
    /// # Errors
    /// Everything that could not be written down, in the order in which it happened.
    pub fn finish(mut self) -> Result<Module, BuildErrors> {
        if self.errors.is_empty() {
            self.module.names.shrink_to_fit();
            Ok(self.module)
        } else {
            Err(BuildErrors(self.errors))
        }
    }

    fn misuse(&mut self, misuse: Misuse) {
        self.errors.push(BuildError { function: None, opcode: None, span: Span::MISSING, misuse });
    }

    fn declare_symbol(&mut self, name: &str, item: Item) -> Symbol {
        let name = self.unique_name(name);
        self.module.symbols.push(SymbolData { name, item })
    }

    /// A name of the `@` name space, reported when it is taken.
    fn unique_name(&mut self, text: &str) -> Name {
        let name = self.module.names.intern(text);
        if !self.taken.insert(name) {
            self.misuse(Misuse::NameConflict(text.to_string()));
        }
        name
    }
}
