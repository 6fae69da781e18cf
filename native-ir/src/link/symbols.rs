//! Which symbol of the linked module each symbol of each module becomes.

use super::maps::Maps;
use super::{Difference, LinkError, LinkOptions};
use crate::{FunctionType, ImportKind, Item, Module, Name, Symbol, SymbolData, Type, TypeTable};
use cranelift_entity::EntityRef;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// What is decided about the symbols of the linked module: for each the entry that gives its item, with the item's
/// type there.
pub(super) struct Plan(Vec<Entry>);

impl Plan {
    /// Whether a module's item goes into the linked module, rather than another one in its place.
    pub(super) fn keeps(&self, module: usize, symbol: Symbol, linked: Symbol) -> bool {
        self.0.get(linked.index()).is_some_and(|entry| (entry.module, entry.symbol) == (module, symbol))
    }

    /// The type of a symbol of the linked module.
    pub(super) fn ty(&self, linked: Symbol) -> Option<Type> {
        self.0.get(linked.index()).map(|entry| entry.ty)
    }
}

/// A symbol of a module.
#[derive(Clone, Copy)]
struct Entry {
    module: usize,
    symbol: Symbol,
    role: Role,
    /// Its type, in the linked module's table.
    ty: Type,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A `pub` item.
    Public {
        weak: bool,
        function: bool,
    },
    Import {
        kind: ImportKind,
        function: bool,
    },
    Internal,
    Register,
    /// A function that only inlining records name.
    Gone,
}

impl Role {
    fn is_external(self) -> bool {
        matches!(self, Role::Public { .. } | Role::Import { .. })
    }

    fn is_function(self) -> bool {
        matches!(self, Role::Public { function: true, .. } | Role::Import { function: true, .. })
    }

    /// What it is, for messages.
    fn text(self) -> &'static str {
        match self {
            Role::Import { kind: ImportKind::Runtime, .. } => "a runtime import",
            Role::Import { kind: ImportKind::Ffi, .. } => "an ffi import",
            Role::Import { kind: ImportKind::Module, .. } => "a module import",
            Role::Public { .. } | Role::Internal | Role::Register | Role::Gone => "defined",
        }
    }
}

/// All symbols of a name, in the order of the modules; a module has at most one.
type Groups = IndexMap<Name, Vec<Entry>, FxBuildHasher>;

/// Resolves all symbols, declares those of the linked module, and fills the modules' maps.
pub(super) fn resolve(
    modules: &[Module],
    maps: &mut [Maps],
    linked: &mut Module,
    options: &LinkOptions,
) -> Result<Plan, Vec<LinkError>> {
    let groups = groups(modules, maps, linked);
    let type_names = type_names(modules, maps, linked);
    let mut resolver = Resolver { modules, linked, options, errors: Vec::new() };
    let mut chosen = Vec::with_capacity(groups.len());
    for (&name, group) in &groups {
        resolver.check_type_name(name, group, &type_names);
        chosen.push(resolver.external(name, group));
    }
    if !resolver.errors.is_empty() {
        return Err(resolver.errors);
    }
    let mut namer = Namer::new(groups.keys().chain(type_names.keys()).copied());
    let mut plan = Plan(Vec::new());
    let mut targets: Vec<Vec<Option<Symbol>>> = modules.iter().map(|m| vec![None; m.symbols.len()]).collect();
    for ((&name, group), chosen) in groups.iter().zip(chosen) {
        let free = !type_names.contains_key(&name);
        let gone = group.iter().all(|entry| entry.role == Role::Gone);
        let joined = free && (group.len() == 1 || gone || is_one_register(modules, group));
        let mut shared = None;
        for entry in group {
            // What one module has lost may be what another one has.
            let found = entry.role == Role::Gone && chosen.is_some();
            let target = if entry.role.is_external() || joined || found {
                let owner = chosen.unwrap_or(*entry);
                *shared.get_or_insert_with(|| declare(linked, &mut plan, name, owner))
            } else {
                let name = namer.apart(linked, &modules[entry.module].envelope.name, name);
                declare(linked, &mut plan, name, *entry)
            };
            targets[entry.module][entry.symbol.index()] = Some(target);
        }
    }
    for (maps, targets) in maps.iter_mut().zip(targets) {
        maps.symbols = targets.into_iter().flatten().collect();
    }
    Ok(plan)
}

fn declare(linked: &mut Module, plan: &mut Plan, name: Name, owner: Entry) -> Symbol {
    plan.0.push(owner);
    linked.symbols.push(SymbolData { name, item: Item::Undefined })
}

fn groups(modules: &[Module], maps: &mut [Maps], linked: &mut Module) -> Groups {
    let mut groups = Groups::default();
    for (index, (module, maps)) in modules.iter().zip(maps).enumerate() {
        for (symbol, data) in &module.symbols {
            let name = maps.name(&module.names, &mut linked.names, data.name);
            let (role, ty) = role(module, data.item);
            let entry = Entry { module: index, symbol, role, ty: maps.ty(ty) };
            groups.entry(name).or_default().push(entry);
        }
    }
    groups
}

fn role(module: &Module, item: Item) -> (Role, Type) {
    let external = |public: bool, role: Role| if public { role } else { Role::Internal };
    match item {
        Item::Register(item) => (Role::Register, module.registers[item].ty),
        Item::Data(item) => {
            let data = &module.data[item];
            (external(data.public, Role::Public { weak: data.weak, function: false }), data.ty)
        }
        Item::Import(item) => {
            let import = module.imports[item];
            let function = module.types.as_function(import.ty).is_some();
            (Role::Import { kind: import.kind, function }, import.ty)
        }
        Item::Function(item) => {
            let function = &module.functions[item];
            (external(function.public, Role::Public { weak: function.weak, function: true }), function.ty)
        }
        Item::Undefined => (Role::Gone, Type::ERROR),
    }
}

/// The names of types, and the module that declares each first.
fn type_names(modules: &[Module], maps: &mut [Maps], linked: &mut Module) -> FxHashMap<Name, usize> {
    let mut names = FxHashMap::default();
    for (index, (module, maps)) in modules.iter().zip(maps).enumerate() {
        for data in module.types.named.values() {
            names.entry(maps.name(&module.names, &mut linked.names, data.name)).or_insert(index);
        }
    }
    names
}

/// Whether a group is one register that several modules declare alike.
fn is_one_register(modules: &[Module], group: &[Entry]) -> bool {
    let mut facts = group.iter().map(|entry| match modules[entry.module].item(entry.symbol) {
        Item::Register(item) => {
            let register = modules[entry.module].registers[item];
            Some((entry.ty, register.address, register.access))
        }
        _ => None,
    });
    let first = facts.next().flatten();
    first.is_some() && facts.all(|other| other == first)
}

struct Resolver<'a> {
    modules: &'a [Module],
    linked: &'a mut Module,
    options: &'a LinkOptions,
    errors: Vec<LinkError>,
}

impl Resolver<'_> {
    fn module(&self, index: usize) -> String {
        self.modules[index].envelope.name.clone()
    }

    fn text(&self, name: Name) -> String {
        self.linked.names.text(name).to_string()
    }

    fn check_type_name(&mut self, name: Name, group: &[Entry], type_names: &FxHashMap<Name, usize>) {
        let Some(&type_module) = type_names.get(&name) else { return };
        for entry in group.iter().filter(|entry| entry.role.is_external()) {
            self.errors.push(LinkError::TypeName {
                symbol: self.text(name),
                module: self.module(entry.module),
                type_module: self.module(type_module),
            });
        }
    }

    /// The item that stands for a name that modules share; none when all are internal.
    fn external(&mut self, name: Name, group: &[Entry]) -> Option<Entry> {
        let external: Vec<Entry> = group.iter().copied().filter(|entry| entry.role.is_external()).collect();
        let strong = |entry: &&Entry| matches!(entry.role, Role::Public { weak: false, .. });
        let public = |entry: &&Entry| matches!(entry.role, Role::Public { .. });
        let definition = external.iter().find(strong).or_else(|| external.iter().find(public)).copied();
        match definition {
            Some(definition) => {
                self.check_users(name, definition, &external);
                Some(definition)
            }
            None => self.unresolved(name, &external),
        }
    }

    fn check_users(&mut self, name: Name, definition: Entry, external: &[Entry]) {
        for user in external.iter().filter(|user| user.module != definition.module) {
            match user.role {
                Role::Public { weak: false, .. } => self.errors.push(LinkError::Duplicate {
                    symbol: self.text(name),
                    first: self.module(definition.module),
                    second: self.module(user.module),
                }),
                Role::Import { kind: ImportKind::Runtime | ImportKind::Ffi, .. } => {
                    self.origin(name, &definition, user);
                }
                _ => {
                    self.check_user(name, &definition, user);
                }
            }
        }
    }

    /// Whether a definition is what a user of its name expects.
    fn check_user(&mut self, name: Name, definition: &Entry, user: &Entry) -> bool {
        let difference = difference(&self.linked.types, definition, user);
        if let Some(difference) = difference {
            self.errors.push(LinkError::Mismatch {
                symbol: self.text(name),
                definer: self.module(definition.module),
                user: self.module(user.module),
                difference,
            });
        }
        difference.is_none()
    }

    fn origin(&mut self, name: Name, first: &Entry, second: &Entry) {
        self.errors.push(LinkError::Origin {
            symbol: self.text(name),
            first: self.module(first.module),
            first_kind: first.role.text(),
            second: self.module(second.module),
            second_kind: second.role.text(),
        });
    }

    /// The import that stands for all imports of a name. One that another module will define has the effects that all
    /// of them expect.
    fn unresolved(&mut self, name: Name, imports: &[Entry]) -> Option<Entry> {
        let mut joined = *imports.first()?;
        let Role::Import { kind, .. } = joined.role else { return None };
        for other in imports.iter().skip(1) {
            if !matches!(other.role, Role::Import { kind: other, .. } if other == kind) {
                self.origin(name, &joined, other);
                continue;
            }
            let common = match kind {
                ImportKind::Module => common(&mut self.linked.types, joined.ty, other.ty),
                _ => (joined.ty == other.ty).then_some(joined.ty),
            };
            match common {
                Some(common) => joined.ty = common,
                None => {
                    let _ = self.check_user(name, &joined, other) && self.check_user(name, other, &joined);
                }
            }
        }
        if kind == ImportKind::Module && self.options.require_all {
            let (symbol, module) = (self.text(name), self.module(joined.module));
            self.errors.push(LinkError::Unresolved { symbol, module });
        }
        Some(joined)
    }
}

/// In what a definition is not what a user of its name expects.
fn difference(types: &TypeTable, definition: &Entry, user: &Entry) -> Option<Difference> {
    if definition.role.is_function() != user.role.is_function() {
        return Some(Difference::Kind);
    }
    if definition.ty == user.ty {
        return None;
    }
    let (Some(defined), Some(expected)) = (types.as_function(definition.ty), types.as_function(user.ty)) else {
        return Some(Difference::Type);
    };
    if !same_but_effects(defined, expected) {
        return Some(Difference::Type);
    }
    let more = defined.effects.minus(expected.effects);
    (!more.is_empty()).then_some(Difference::Effects(more))
}

/// The type of a function that two imports both allow.
fn common(types: &mut TypeTable, a: Type, b: Type) -> Option<Type> {
    if a == b {
        return Some(a);
    }
    let (first, second) = (types.as_function(a)?, types.as_function(b)?);
    if !same_but_effects(first, second) {
        return None;
    }
    let effects = first.effects.minus(first.effects.minus(second.effects));
    let both = first.clone().with_effects(effects);
    Some(types.function(both))
}

fn same_but_effects(a: &FunctionType, b: &FunctionType) -> bool {
    (&a.params, &a.results, a.varargs, a.abi) == (&b.params, &b.results, b.varargs, b.abi)
}

/// Makes names for what must stay apart.
pub(super) struct Namer {
    taken: FxHashSet<Name>,
}

impl Namer {
    pub(super) fn new(taken: impl Iterator<Item = Name>) -> Namer {
        Namer { taken: taken.collect() }
    }

    /// `module::name`; with a number behind it when that is taken too.
    pub(super) fn apart(&mut self, linked: &mut Module, module: &str, name: Name) -> Name {
        let plain = format!("{module}::{}", linked.names.text(name));
        let mut name = linked.names.intern(&plain);
        let mut number = 2;
        while !self.taken.insert(name) {
            name = linked.names.intern(&format!("{plain}.{number}"));
            number += 1;
        }
        name
    }
}
