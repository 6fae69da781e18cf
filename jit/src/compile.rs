//! From functions to certified machine code, and why some stay bytecode.

use crate::link::{Code, Unit};
use crate::{Error, Options, Reason};
use artifact::{Artifact, Reference};
use certify::{Certified, Checks};
use native_ir::abi::Convention;
use native_ir::{Contract, Effect, Execution, Func, Item, Module, Opcode, Ordering};
use std::sync::Arc;
use verifier::{Engine, Verified};

/// Compiles functions of a program, and what they need of the runtime library that has no place yet.
///
/// # Errors
/// The emitter cannot do it, or the certificate refuses it.
pub(crate) fn compile(
    module: &Arc<Verified<Module>>,
    functions: &[Func],
    options: &Options,
    placed: Option<&Code>,
) -> Result<Vec<Unit>, Error> {
    let program = certified(module, functions, options)?;
    let helpers = helpers(module, &program)?;
    let mut units = vec![Unit::program(module.clone(), program)];
    if let Some((library, functions)) = helpers {
        let is_new = |func: &Func| placed.is_none_or(|code| !code.has_helper(*func));
        let functions: Vec<Func> = functions.into_iter().filter(is_new).collect();
        units.push(Unit::library(library, certified(library, &functions, options)?));
    }
    Ok(units)
}

fn certified(
    module: &Verified<Module>,
    functions: &[Func],
    options: &Options,
) -> Result<Certified<Artifact>, Error> {
    if !is_of_this_machine(module) {
        return Err(Error::Foreign(module.envelope.target.clone()));
    }
    let options =
        codegen::Options { features: options.features.clone(), threads: options.threads, ..Default::default() };
    let artifact = codegen::compile(module, functions, &options)?;
    certify::certify(module, artifact, &Checks::default()).map_err(Error::Certificate)
}

/// Whether machine code of a module is for x86-64 under System V's conventions.
fn is_of_this_machine(module: &Module) -> bool {
    let contract = Contract::embedded();
    let target = contract.target(&module.envelope.target).and_then(|(row, _)| Convention::of(contract, row));
    target == Some(Convention::SysV)
}

/// A module of the runtime library, and the functions of it that a program needs.
type Wanted = (&'static Verified<Module>, Vec<Func>);

/// The functions of the runtime library that an artifact reaches, in the library's order.
fn helpers(module: &Module, artifact: &Artifact) -> Result<Option<Wanted>, Error> {
    let relocations = artifact.functions.iter().flat_map(|function| &function.relocations);
    let mut names: Vec<&str> = relocations
        .filter_map(|relocation| match relocation.target {
            Reference::Helper(name) => Some(name),
            Reference::Symbol(_) => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Ok(None);
    }
    let Some(library) = runtime::module(&module.envelope.target) else { return Ok(None) };
    let entries = names.into_iter().filter_map(|name| match library.item(library.find_symbol(name)?) {
        Item::Function(func) => Some(func),
        _ => None,
    });
    let entries: Vec<Func> = entries.collect();
    let reached = library.for_engine(Engine::Native, &entries).map_err(Error::Program)?;
    let mut functions = reached.functions().to_vec();
    functions.sort_unstable();
    Ok(Some((library, functions)))
}

/// Why a function is to stay bytecode.
pub(crate) fn reason(module: &Module, func: Func, options: &Options) -> Option<Reason> {
    let function = &module.functions[func];
    let signature = module.signature(function)?;
    let volatile = || {
        let mut insts = function.body.insts.values();
        insts.any(|data| data.attributes.ordering() == Ordering::Volatile)
    };
    match () {
        () if function.execution == Execution::Runtime => Some(Reason::Runtime),
        () if signature.effects.contains(Effect::Suspend) => Some(Reason::Suspends),
        () if options.except.contains(&func) => Some(Reason::Excepted),
        () if options.devices && function.execution != Execution::Native && volatile() => Some(Reason::Devices),
        () => None,
    }
}

/// Whether fuel decides what a program does.
pub(crate) fn counts_fuel(module: &Module) -> bool {
    let mut bodies = module.functions.values().map(|function| &function.body);
    bodies.any(|body| body.insts.values().any(|data| data.opcode == Opcode::FiberRefuel))
}
