//! What each symbol of each file stands for, across the files: they are one program.
//!
//! Of the definitions of an external name the strongest counts, and two strong ones are an error: `external` before
//! `common`, that before `weak` and `linkonce`, that before `available_externally`, which counts only when there is no
//! other. Internal symbols of different files are kept apart by their names. An alias of a function or object stands
//! for that itself. Visibility does not narrow linkage: a `hidden` symbol joins the files of one program, which is all
//! that `pub` does. Comdats say nothing that linkage does not.

use super::context::Refusal;
use super::fold::{Folded, fold};
use super::layout::{Layouts, free_name};
use super::signature::Signature;
use crate::Diagnostic;
use crate::syntax::{ConstantData, Expr, Global, GlobalData, GlobalKind, Linkage, Module, Prototype, TypeData};
use native_ir::{Contract, Data, Func, Import};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a symbol stands for.
#[derive(Clone, Debug)]
pub(super) enum Symbol {
    /// A function that is defined in one of the files (its instance without specialised arguments).
    Function(Func, Signature),
    /// A function that is defined elsewhere.
    Import(Import, Signature),
    /// Data.
    Data(Data),
    /// Data that is defined elsewhere.
    ImportedData(Import),
    /// `memcpy`, `memmove` or `memset` of C, which is only declared: a block operation.
    Block(BlockFunction),
    /// An intrinsic, see [`intrinsic`]; only called.
    Intrinsic,
    /// A weak symbol that nothing defines: its address is null.
    Null,
    /// What is refused, with why; reported where it is used.
    Refused(&'static str, String),
}

/// The functions of C that are block operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockFunction {
    /// `memcpy`
    Copy,
    /// `memmove`
    Move,
    /// `memset`
    Set,
}

impl BlockFunction {
    fn of(name: &str) -> Option<BlockFunction> {
        Some(match name {
            "memcpy" => BlockFunction::Copy,
            "memmove" => BlockFunction::Move,
            "memset" => BlockFunction::Set,
            _ => return None,
        })
    }
}

/// What the symbols of all files are.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    pub(super) files: Vec<Vec<Symbol>>,
}

impl Symbols {
    /// What a global value of a file stands for.
    pub(super) fn get(&self, file: usize, global: Global) -> &Symbol {
        &self.files[file][global.as_u32() as usize]
    }
}

/// A global value of a file.
pub(super) type GlobalOf = (usize, Global);

/// A function or data object of the program.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) file: usize,
    pub(super) global: Global,
    /// Its name in the module.
    pub(super) name: String,
    pub(super) public: bool,
    pub(super) weak: bool,
}

/// A further name of a function.
#[derive(Clone, Debug)]
pub(super) struct OtherName {
    pub(super) name: String,
    /// An index of [`Linked::functions`].
    pub(super) function: u32,
    pub(super) weak: bool,
}

/// What a symbol is found to be, before anything is declared.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// An index of [`Linked::functions`].
    Function(u32),
    /// An index of [`Linked::data`].
    Data(u32),
    /// An index of [`Linked::imports`]: a function or object that no file defines.
    Import(u32),
    /// See [`Symbol::Block`].
    Block(BlockFunction),
    /// See [`Symbol::Intrinsic`].
    Intrinsic,
    /// See [`Symbol::Null`].
    Null,
    /// See [`Symbol::Refused`].
    Refused(&'static str, String),
}

/// The files as one program.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// By file and global.
    pub(super) found: Vec<Vec<Found>>,
    pub(super) functions: Vec<Definition>,
    pub(super) data: Vec<Definition>,
    /// The first declaration of each name that no file defines.
    pub(super) imports: Vec<GlobalOf>,
    /// Further names of functions.
    pub(super) aliases: Vec<OtherName>,
    /// Further external names of data, which are lost.
    pub(super) lost: Vec<GlobalOf>,
    /// The names of the module's items.
    pub(super) taken: FxHashSet<String>,
}

impl Linked {
    /// What a global value of a file is.
    pub(super) fn get(&self, file: usize, global: Global) -> &Found {
        &self.found[file][global.as_u32() as usize]
    }
}

/// How strong a definition is; of equal ones the first counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    AvailableExternally,
    Weak,
    Common,
    Strong,
}

fn strength(global: &GlobalData<'_>) -> Option<Strength> {
    let defined = match &global.kind {
        GlobalKind::Variable(variable) => variable.init.is_some(),
        GlobalKind::Function(function) => function.body.is_some(),
        GlobalKind::Alias(_) | GlobalKind::IFunc => true,
        GlobalKind::Unknown => false,
    };
    let strength = match global.linkage {
        Linkage::External => Strength::Strong,
        Linkage::Common => Strength::Common,
        Linkage::Weak | Linkage::WeakOdr | Linkage::LinkOnce | Linkage::LinkOnceOdr => Strength::Weak,
        Linkage::AvailableExternally => Strength::AvailableExternally,
        Linkage::Private | Linkage::Internal | Linkage::Appending | Linkage::ExternWeak => return None,
    };
    defined.then_some(strength)
}

fn is_local(global: &GlobalData<'_>) -> bool {
    matches!(global.linkage, Linkage::Private | Linkage::Internal)
}

/// Whether a symbol speaks to LLVM alone, and has no place in a program.
fn is_note(global: &GlobalData<'_>) -> bool {
    global.linkage == Linkage::Appending
        || global.section.as_deref() == Some("llvm.metadata")
        || (global.name.starts_with("llvm.") && matches!(global.kind, GlobalKind::Variable(_)))
}

/// Whether a function that no file defines is one for the panics of Rust's core library. They do not return: programs
/// that unwind are refused for other reasons, and a panic that aborts is a trap.
fn is_panic(name: &str, function: &Prototype<'_>) -> bool {
    // Names as they were before version 0 of the mangling, and since.
    let core = name.starts_with("_ZN4core") || (name.starts_with("_RN") && name.contains("_4core"));
    core && function.attributes.no_return
}

/// The intrinsic that a symbol stands for, by its name behind `llvm.`.
pub(super) fn intrinsic(name: &str) -> &str {
    name.strip_prefix("llvm.").unwrap_or("trap")
}

/// Finds what every symbol stands for.
pub(super) fn link(
    files: &[Module<'_>],
    layouts: &[Layouts],
    names: FxHashSet<String>,
    errors: &mut Vec<Diagnostic>,
) -> Linked {
    let mut linker = Linker {
        files,
        layouts,
        chosen: FxHashMap::default(),
        weight: FxHashMap::default(),
        linked: Linked { taken: names, ..Linked::default() },
        errors,
    };
    linker.choose();
    linker.define();
    linker.find();
    linker.linked
}

/// The names of the external symbols of all files.
pub(super) fn external_names(files: &[Module<'_>]) -> FxHashSet<String> {
    let globals = files.iter().flat_map(|file| file.globals.values());
    globals.filter(|global| !is_local(global) && !is_note(global)).map(|global| global.name.to_string()).collect()
}

struct Linker<'a, 't> {
    files: &'a [Module<'t>],
    layouts: &'a [Layouts],
    /// The definition of each external name.
    chosen: FxHashMap<&'a str, GlobalOf>,
    /// The strength of the chosen ones; of common ones also the size.
    weight: FxHashMap<&'a str, (Strength, u64)>,
    linked: Linked,
    errors: &'a mut Vec<Diagnostic>,
}

impl<'a, 't> Linker<'a, 't> {
    fn global(&self, (file, global): GlobalOf) -> &'a GlobalData<'t> {
        &self.files[file].globals[global]
    }

    fn error(&mut self, at: GlobalOf, refusal: Refusal) {
        let place = self.global(at).place;
        self.errors.push(refusal.at(at.0, place));
    }

    /// Chooses the definition of each external name.
    fn choose(&mut self) {
        for (file, module) in self.files.iter().enumerate() {
            for (id, global) in &module.globals {
                let Some(strength) = strength(global).filter(|_| !is_note(global)) else { continue };
                let size = match (&global.kind, strength) {
                    (GlobalKind::Variable(variable), Strength::Common) => {
                        self.layouts[file].size(variable.ty).unwrap_or(0)
                    }
                    _ => 0,
                };
                let weight = (strength, size);
                match self.weight.get(&*global.name) {
                    Some(&before) if before.0 == Strength::Strong && strength == Strength::Strong => {
                        self.duplicate((file, id));
                    }
                    Some(&before) if before >= weight => {}
                    _ => {
                        self.weight.insert(&global.name, weight);
                        self.chosen.insert(&global.name, (file, id));
                    }
                }
            }
        }
    }

    fn duplicate(&mut self, at: GlobalOf) {
        let global = self.global(at);
        let first = self.chosen.get(&*global.name).copied().unwrap_or(at);
        let place = self.global(first).place;
        let message = format!("`@{}` is defined twice", global.name);
        let help = format!("the first definition is in file {} at line {}", first.0 + 1, place.line);
        self.error(at, Refusal::new("LLVM/duplicate-symbol", message).help(help));
    }

    /// Whether a global value is the definition of its name.
    fn is_definition(&self, at: GlobalOf) -> bool {
        let global = self.global(at);
        if is_note(global) {
            return false;
        }
        if is_local(global) {
            return match &global.kind {
                GlobalKind::Variable(variable) => variable.init.is_some(),
                GlobalKind::Function(function) => function.body.is_some(),
                _ => false,
            };
        }
        self.chosen.get(&*global.name) == Some(&at)
    }

    /// Lists the program's functions and objects.
    fn define(&mut self) {
        for (file, module) in self.files.iter().enumerate() {
            let mut found = Vec::with_capacity(module.globals.len());
            for (id, global) in &module.globals {
                let at = (file, id);
                if is_note(global) {
                    self.check_note(at);
                }
                let nothing = Found::Null;
                found.push(if self.is_definition(at) { self.definition(at).unwrap_or(nothing) } else { nothing });
            }
            self.linked.found.push(found);
        }
    }

    /// What LLVM collects under names of its own: lists of constructors have to be empty, the others mean nothing.
    fn check_note(&mut self, at: GlobalOf) {
        let global = self.global(at);
        if !matches!(&*global.name, "llvm.global_ctors" | "llvm.global_dtors") {
            return;
        }
        let types = &self.files[at.0].types;
        let empty = match &global.kind {
            GlobalKind::Variable(variable) => matches!(types.get(variable.ty), TypeData::Array(0, _)),
            _ => true,
        };
        if !empty {
            let message = format!("`@{}`: functions that run before or behind `main`", global.name);
            let help = "call them from the program's entry";
            self.error(at, Refusal::new("LLVM/linkage", message).help(help));
        }
    }

    fn definition(&mut self, at: GlobalOf) -> Option<Found> {
        let global = self.global(at);
        let refused = match &global.kind {
            GlobalKind::IFunc => Some("an `ifunc`"),
            _ if global.thread_local => Some("a thread-local variable"),
            _ => None,
        };
        if let Some(what) = refused {
            let message = format!("`@{}` is {what}, which has no place in native IR", global.name);
            self.error(at, Refusal::new("LLVM/linkage", message.clone()));
            return Some(Found::Refused("", message));
        }
        let is_function = match &global.kind {
            GlobalKind::Function(_) => true,
            GlobalKind::Variable(_) => false,
            _ => return None,
        };
        let public = !is_local(global) && global.linkage != Linkage::AvailableExternally;
        let name = match is_local(global) {
            true => free_name(&mut self.linked.taken, &global.name),
            false => global.name.to_string(),
        };
        let weak = strength(global) == Some(Strength::Weak);
        let definition = Definition { file: at.0, global: at.1, name, public, weak };
        let list = if is_function { &mut self.linked.functions } else { &mut self.linked.data };
        list.push(definition);
        let index = (list.len() - 1) as u32;
        Some(if is_function { Found::Function(index) } else { Found::Data(index) })
    }

    /// Finds what everything else is.
    fn find(&mut self) {
        let mut imports: FxHashMap<&'a str, u32> = FxHashMap::default();
        for (file, module) in self.files.iter().enumerate() {
            for (id, global) in &module.globals {
                let at = (file, id);
                if matches!(global.kind, GlobalKind::Function(_) | GlobalKind::Variable(_))
                    && self.is_definition(at)
                {
                    continue;
                }
                let found = self.target(at, &mut imports);
                self.linked.found[file][id.as_u32() as usize] = found;
            }
        }
        for (file, module) in self.files.iter().enumerate() {
            for (id, global) in &module.globals {
                if matches!(global.kind, GlobalKind::Alias(_)) && self.is_definition((file, id)) {
                    self.name_alias((file, id));
                }
            }
        }
    }

    /// An external alias of a function is a name of its own in the module; data has one name.
    fn name_alias(&mut self, at: GlobalOf) {
        let global = self.global(at);
        match *self.linked.get(at.0, at.1) {
            Found::Function(function) if self.linked.functions[function as usize].name != *global.name => {
                let (name, weak) = (global.name.to_string(), strength(global) == Some(Strength::Weak));
                self.linked.aliases.push(OtherName { name, function, weak });
            }
            Found::Data(_) => self.linked.lost.push(at),
            _ => {}
        }
    }

    /// Follows names and aliases to a definition.
    fn target(&mut self, at: GlobalOf, imports: &mut FxHashMap<&'a str, u32>) -> Found {
        let mut here = at;
        let mut steps = 0;
        loop {
            let global = self.global(here);
            if is_note(global) {
                return Found::Refused("LLVM/linkage", format!("`@{}` speaks to LLVM alone", global.name));
            }
            if !is_local(global)
                && let Some(&chosen) = self.chosen.get(&*global.name)
            {
                here = chosen;
            }
            let definition = self.global(here);
            let GlobalKind::Alias(alias) = &definition.kind else {
                break;
            };
            steps += 1;
            let module = &self.files[here.0];
            match fold(module, &self.layouts[here.0], alias.aliasee) {
                Ok(Folded::Address(of, 0)) if steps < 1000 => here = (here.0, of),
                Ok(Folded::Address(..)) if steps < 1000 => {
                    let message = format!("`@{}` is an alias of a part of an object", definition.name);
                    return Found::Refused("LLVM/linkage", message);
                }
                Err(refusal) => return Found::Refused(refusal.rule, refusal.message),
                Ok(_) => {
                    let message = format!("`@{}` is an alias of nothing", definition.name);
                    return Found::Refused("LLVM/linkage", message);
                }
            }
        }
        if self.is_definition(here) {
            return self.linked.get(here.0, here.1).clone();
        }
        self.undefined(here, imports)
    }

    /// What a symbol is that no file defines.
    fn undefined(&mut self, at: GlobalOf, imports: &mut FxHashMap<&'a str, u32>) -> Found {
        let global = self.global(at);
        let name = &*global.name;
        match &global.kind {
            GlobalKind::Unknown => {
                return Found::Refused("LLVM/undefined-symbol", format!("`@{name}` is not declared"));
            }
            GlobalKind::Function(function) if name.starts_with("llvm.") || is_panic(name, function) => {
                return Found::Intrinsic;
            }
            GlobalKind::Function(_) => {
                if let Some(block) = BlockFunction::of(name).filter(|_| self.is_block(at)) {
                    return Found::Block(block);
                }
            }
            _ if global.thread_local => {
                return Found::Refused("LLVM/linkage", format!("`@{name}` is a thread-local variable"));
            }
            _ => {}
        }
        let weak = global.linkage == Linkage::ExternWeak;
        let runtime = Contract::embedded().runtime_function(name).is_some();
        if weak && !runtime {
            return Found::Null;
        }
        if is_local(global) {
            return Found::Refused(
                "LLVM/undefined-symbol",
                format!("`@{name}` is internal and has no definition"),
            );
        }
        let list = &mut self.linked.imports;
        Found::Import(*imports.entry(name).or_insert_with(|| {
            list.push(at);
            (list.len() - 1) as u32
        }))
    }

    /// Whether a declared function has the type of C's `memcpy`, `memmove` and `memset`.
    fn is_block(&self, at: GlobalOf) -> bool {
        let types = &self.files[at.0].types;
        let GlobalKind::Function(prototype) = &self.global(at).kind else { return false };
        let TypeData::Function(result, params, false) = types.get(prototype.ty) else { return false };
        let [to, from, bytes] = params[..] else { return false };
        let pointer = |ty| *types.get(ty) == TypeData::Ptr(0);
        let int = |ty| matches!(types.get(ty), TypeData::Int(_));
        let set = &*self.global(at).name == "memset";
        let result = pointer(*result) || *types.get(*result) == TypeData::Void;
        result && pointer(to) && (if set { int(from) } else { pointer(from) }) && int(bytes)
    }
}

/// The global values that a constant mentions.
pub(super) fn mentions(module: &Module<'_>, constant: crate::syntax::Constant, each: &mut impl FnMut(Global)) {
    let constants = &module.constants;
    let mut first = Some(constant);
    let mut rest = Vec::new();
    while let Some(constant) = first.take().or_else(|| rest.pop()) {
        match constants.get(constant) {
            ConstantData::Global(global) => each(global),
            ConstantData::List(list) | ConstantData::Expr(Expr::ElementPointer(_, list)) => {
                rest.extend_from_slice(constants.elements(list));
            }
            ConstantData::Splat(of) | ConstantData::Expr(Expr::Cast(_, of)) => rest.push(of),
            ConstantData::Expr(Expr::Binary(_, a, b)) => rest.extend([a, b]),
            _ => {}
        }
    }
}
