//! Declares everything in the native module: imports, functions, data. Then every symbol of every file has its item.

use super::context::Refusal;
use super::data::{self, Pieces};
use super::layout::free_name;
use super::link::{Found, OtherName, Symbol, Symbols};
use super::program::{Imported, Program};
use super::runtime;
use super::signature::{self, Signature};
use crate::syntax::{Global, GlobalKind, TypeData};
use native_ir::builder::{DataOptions, Init, SymbolRef};
use native_ir::layout::{Layouts as NativeLayouts, MachineLayout};
use native_ir::{Attributes, Contract, Data, Func, FunctionType, ImportKind};

/// A function that calls another one: its signature, the callee, the callee's type.
pub(super) struct Forwarder {
    pub(super) func: Func,
    pub(super) signature: Signature,
    pub(super) callee: SymbolRef,
    pub(super) ty: FunctionType,
    /// Whether it is the further name of a function, and not a runtime function's; whether that is weak.
    pub(super) public: bool,
    pub(super) weak: bool,
}

/// What was declared.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) symbols: Symbols,
    pub(super) forwarders: Vec<Forwarder>,
    /// By object of the program.
    pub(super) data: Vec<Option<Data>>,
}

/// Declares the program's imports, functions and data.
pub(super) fn declare(program: &mut Program<'_, '_>, pieces: &[Option<Pieces>]) -> Declared {
    let mut declared = Declared::default();
    let imports: Vec<Symbol> =
        (0..program.imported.len()).map(|import| declare_import(program, import, &mut declared)).collect();
    declare_functions(program);
    declare_aliases(program, &mut declared);
    declare_data(program, pieces, &mut declared);
    for file in 0..program.files.len() {
        let globals = program.files[file].globals.keys();
        let symbols = globals.map(|global| symbol(program, file, global, &imports, &declared.data)).collect();
        declared.symbols.files.push(symbols);
    }
    declared
}

fn declare_import(program: &mut Program<'_, '_>, import: usize, declared: &mut Declared) -> Symbol {
    let used = program.uses.imported[import];
    let (file, global) = program.linked.imports[import];
    let name = program.global(file, global).name.to_string();
    match program.imported[import].clone() {
        _ if !used => Symbol::Null,
        Imported::Refused(refusal) => Symbol::Refused(refusal.rule, refusal.message),
        Imported::Data(ty) => Symbol::ImportedData(program.builder.import_data(ImportKind::Ffi, &name, ty)),
        Imported::Foreign(signature) if signature.ty.varargs && program.uses.addressed_imports[import] => {
            let message =
                format!("the address of `@{name}`, which has any number of arguments and is defined elsewhere");
            Symbol::Refused("LLVM/varargs", message)
        }
        Imported::Foreign(signature) => {
            let import = program.builder.import(ImportKind::Ffi, &name, signature.ty.clone());
            Symbol::Import(import, signature)
        }
        Imported::Runtime(signature) => declare_runtime(program, &name, signature, declared),
    }
}

fn declare_runtime(
    program: &mut Program<'_, '_>,
    name: &str,
    signature: Signature,
    declared: &mut Declared,
) -> Symbol {
    let (Some(row), Some(target)) = (Contract::embedded().runtime_function(name), program.row) else {
        return Symbol::Null;
    };
    let ty = match runtime::agreeing_type(row, target, &signature, &mut program.builder) {
        Ok(ty) => ty,
        Err(Refusal { rule, message, help }) => {
            return Symbol::Refused(
                rule,
                [Some(message), help].into_iter().flatten().collect::<Vec<_>>().join("; "),
            );
        }
    };
    let import = program.builder.import(ImportKind::Runtime, name, ty.clone());
    if ty == signature.ty {
        return Symbol::Import(import, signature);
    }
    let own = free_name(&mut program.linked.taken, name);
    let func = program.builder.declare(&own, signature.ty.clone());
    let callee = SymbolRef::Import(import);
    declared.forwarders.push(Forwarder {
        func,
        signature: signature.clone(),
        callee,
        ty,
        public: false,
        weak: false,
    });
    Symbol::Function(func, signature)
}

fn declare_functions(program: &mut Program<'_, '_>) {
    for number in 0..program.units.len() {
        let unit = &program.units[number];
        let definition = &program.linked.functions[unit.function as usize];
        let signature = program.signatures[unit.function as usize].as_ref().filter(|_| !unit.left_out);
        let Some(signature) = signature else {
            program.instances.functions.push(None);
            continue;
        };
        let ty = signature.ty.clone().with_effects(program.effects[number]);
        let name = match unit.instance.known.as_slice() {
            [] => definition.name.clone(),
            known => {
                let addresses: Vec<String> = known.iter().map(|(_, address)| format!("{address:x}")).collect();
                let wanted = format!("{}.mmio_{}", definition.name, addresses.join("_"));
                free_name(&mut program.linked.taken, &wanted)
            }
        };
        let func = program.builder.declare(&name, ty);
        program.instances.functions.push(Some(func));
    }
}

/// The function of a program's function that calls go to which know nothing more.
fn general(program: &Program<'_, '_>, function: u32) -> Option<Func> {
    let number = program.general.get(function as usize).copied().flatten()?;
    program.instances.functions.get(number as usize).copied().flatten()
}

fn declare_aliases(program: &mut Program<'_, '_>, declared: &mut Declared) {
    for index in 0..program.linked.aliases.len() {
        let OtherName { name, function, weak } = program.linked.aliases[index].clone();
        let signature = program.signatures[function as usize].clone();
        let (Some(mut signature), Some(callee)) = (signature, general(program, function)) else { continue };
        let ty = signature.ty.clone();
        if signature.uses_memory() {
            signature.ty.effects = signature.ty.effects.union(super::scan::MEMORY);
        }
        let func = program.builder.declare(&name, signature.ty.clone());
        declared.forwarders.push(Forwarder { func, signature, callee: callee.into(), ty, public: true, weak });
    }
}

fn declare_data(program: &mut Program<'_, '_>, pieces: &[Option<Pieces>], declared: &mut Declared) {
    for (index, pieces) in pieces.iter().enumerate() {
        let definition = program.linked.data[index].clone();
        let data = program.global(definition.file, definition.global);
        let (GlobalKind::Variable(variable), Some(pieces)) = (&data.kind, pieces) else {
            declared.data.push(None);
            continue;
        };
        let layouts = &program.layouts[definition.file];
        let ty = layouts.memory(variable.ty);
        let natural = layouts.align(variable.ty);
        let (ty, align) = match (ty, natural) {
            (Ok(ty), Ok(natural)) => (ty, layouts.written_align(variable.ty, data.align.unwrap_or(natural))),
            (Err(refusal), _) | (_, Err(refusal)) => {
                program.error(definition.file, data.place, refusal);
                declared.data.push(None);
                continue;
            }
        };
        let align = align.ok().flatten();
        if align.is_some_and(|align| u64::from(align) > Attributes::MAX_ALIGN) {
            let message = format!("an alignment of more than {} bytes", Attributes::MAX_ALIGN);
            program.error(definition.file, data.place, Refusal::new("LLVM/limit", message));
        }
        let ty = pieces.retype(program.builder.types(), ty, program.target.pointer_bytes);
        let options = DataOptions {
            public: definition.public,
            weak: definition.weak,
            readonly: variable.constant,
            align,
            section: data.section.as_deref(),
        };
        declared.data.push(Some(program.builder.data(&definition.name, ty, options, Init::zero())));
    }
}

/// Gives data objects their initial values.
pub(super) fn initialise(program: &mut Program<'_, '_>, declared: &Declared, pieces: &[Option<Pieces>]) {
    let machine = MachineLayout::of(Contract::embedded(), program.target.row);
    let layouts = NativeLayouts::new(program.builder.types(), &machine);
    for (index, pieces) in pieces.iter().enumerate() {
        let (Some(data), Some(pieces)) = (declared.data[index], pieces) else { continue };
        let (file, global) = (program.linked.data[index].file, program.linked.data[index].global);
        let module = program.builder.module();
        let find = |global: Global| {
            let item = match declared.symbols.get(file, global) {
                Symbol::Function(func, _) => module.functions.get(*func)?.symbol,
                Symbol::Import(import, _) | Symbol::ImportedData(import) => module.imports.get(*import)?.symbol,
                Symbol::Data(data) => module.data.get(*data)?.symbol,
                _ => return None,
            };
            Some(item)
        };
        let place = program.global(file, global).place;
        let no_address = pieces.addresses().find(|&global| find(global).is_none());
        if let Some(global) = no_address {
            let refusal = address_refusal(declared.symbols.get(file, global), &program.global(file, global).name);
            program.error(file, place, refusal);
            continue;
        }
        let Some(ty) = module.data.get(data).map(|data| data.ty) else { continue };
        match data::initializer(&module.types, &layouts, pieces, ty, &find) {
            Ok(init) => program.builder.set_data(data, init),
            Err(refusal) => program.error(file, place, refusal),
        }
    }
}

/// Why the address of a symbol cannot be had.
fn address_refusal(symbol: &Symbol, name: &str) -> Refusal {
    match symbol {
        Symbol::Refused("", _) => Refusal::consequence(),
        Symbol::Refused(rule, message) => Refusal::new(rule, message.clone()),
        _ => Refusal::new("LLVM/constant", format!("`@{name}` has no address"))
            .help("link a definition of it, or call it directly"),
    }
}

fn symbol(
    program: &Program<'_, '_>,
    file: usize,
    global: Global,
    imports: &[Symbol],
    data: &[Option<Data>],
) -> Symbol {
    let refused = || Symbol::Refused("", String::new());
    match program.linked.get(file, global) {
        Found::Function(function) => {
            let found = (general(program, *function), program.signatures[*function as usize].as_ref());
            let (Some(func), Some(signature)) = found else { return refused() };
            match disagreement(program, file, global, *function, signature) {
                Some(message) => Symbol::Refused("LLVM/signature", message),
                None => Symbol::Function(func, signature.clone()),
            }
        }
        Found::Data(index) => data[*index as usize].map_or_else(refused, Symbol::Data),
        Found::Import(import) => imports[*import as usize].clone(),
        Found::Block(function) => Symbol::Block(*function),
        Found::Intrinsic => Symbol::Intrinsic,
        Found::Null => Symbol::Null,
        Found::Refused(rule, message) => Symbol::Refused(rule, message.clone()),
    }
}

/// What is wrong with the declaration of a function that is defined elsewhere in the program. One that says nothing of
/// its parameters, as C's `f()` did, is right whatever they are.
fn disagreement(
    program: &Program<'_, '_>,
    file: usize,
    global: Global,
    function: u32,
    signature: &Signature,
) -> Option<String> {
    let definition = &program.linked.functions[function as usize];
    let data = program.global(file, global);
    let GlobalKind::Function(prototype) = &data.kind else { return None };
    let own = (definition.file, definition.global) == (file, global);
    let types = &program.files[file].types;
    let open = matches!(types.get(prototype.ty), TypeData::Function(_, params, true) if params.is_empty());
    if own || open {
        return None;
    }
    let told = signature::of_prototype(&program.passes, types, &program.layouts[file], prototype, true);
    let agrees = told.is_ok_and(|told| signature.passes_as(&told));
    (!agrees).then(|| format!("`@{}` is declared with another type than it is defined with", data.name))
}
