//! Machine code: a module and what it needs of the libraries, compiled and certified.

use crate::arguments::{Native, Relocation};
use crate::load;
use crate::outcome::Failure;
use artifact::{Artifact, Reference, RelocationModel};
use certify::stack::{self, Part, StackBound};
use certify::{Certified, Checks};
use elf::Unit;
use native_ir::{Func, Item, Module};
use std::io::{self, Write};
use verifier::{Engine, Verified};

/// A module with its machine code.
pub(crate) struct Compiled<'m> {
    pub(crate) module: &'m Verified<Module>,
    pub(crate) artifact: Certified<Artifact>,
}

impl Compiled<'_> {
    /// What writers of files take.
    pub(crate) fn unit(&self) -> Unit<'_> {
        Unit { module: self.module, artifact: &self.artifact }
    }
}

/// Compiles functions of a module, with everything that they reach, and certifies the result.
///
/// # Errors
/// [`Failure::Rejected`] when a function in reach cannot run natively or the emitter cannot do it, and when a check of
/// the certificate fails; why was printed.
pub(crate) fn compile<'m>(
    module: &'m Verified<Module>,
    entries: &[Func],
    arguments: &Native,
) -> Result<Compiled<'m>, Failure> {
    let runnable = module.for_engine(Engine::Native, entries).map_err(|diagnostics| {
        let _ = writeln!(io::stderr(), "{}", load::explain(&diagnostics));
        Failure::Rejected
    })?;
    let mut functions = runnable.functions().to_vec();
    functions.sort_unstable();
    let artifact = codegen::compile(module, &functions, &options(arguments)).map_err(refused)?;
    let certify = arguments.certify;
    let checks = Checks { canonical: certify, abi: certify, stack: certify && !arguments.allow_recursion };
    let artifact = certify::certify(module, artifact, &checks).map_err(|findings| {
        let mut err = io::stderr().lock();
        for finding in &findings {
            let _ = writeln!(err, "{finding}");
        }
        Failure::Rejected
    })?;
    Ok(Compiled { module, artifact })
}

/// The runtime library's part of a program: the helpers that machine code calls, and what these call.
///
/// # Errors
/// As for [`compile`].
pub(crate) fn helpers(
    triple: &str,
    users: &[&Compiled<'_>],
    arguments: &Native,
) -> Result<Option<Compiled<'static>>, Failure> {
    let mut wanted: Vec<&str> = Vec::new();
    for user in users {
        let relocations = user.artifact.functions.iter().flat_map(|function| &function.relocations);
        wanted.extend(relocations.filter_map(|relocation| match relocation.target {
            Reference::Helper(name) => Some(name),
            Reference::Symbol(_) => None,
        }));
    }
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(None);
    }
    let Some(module) = runtime::module(triple) else { return Ok(None) };
    let entries: Vec<Func> = wanted.iter().filter_map(|name| function(module, name)).collect();
    compile(module, &entries, arguments).map(Some)
}

/// Tells how much stack a program takes from its entry on. `library` stands in the order in which one part calls the
/// other, callees first.
///
/// # Errors
/// [`Failure::Rejected`] when there is no bound.
pub(crate) fn report_stack(
    program: &Compiled<'_>,
    library: &[&Compiled<'_>],
    entry: Func,
    arguments: &Native,
) -> Result<(), Failure> {
    let parts = library.iter().copied().chain([program]);
    let parts: Vec<Part<'_>> = parts.map(|part| Part { module: part.module, artifact: &part.artifact }).collect();
    let bound = stack::program_bound(&parts, entry, &elf::stack_of);
    match (bound.message(program.module), bound) {
        (_, StackBound::Bytes(bytes)) => writeln!(io::stderr(), "stack: at most {bytes} bytes")?,
        (Some(message), StackBound::Recursive(_)) if arguments.allow_recursion => {
            writeln!(io::stderr(), "{message}")?;
        }
        (message, _) => return Err(refused(message.unwrap_or_default())),
    }
    Ok(())
}

/// The function of a name.
pub(crate) fn function(module: &Module, name: &str) -> Option<Func> {
    match module.item(module.find_symbol(name)?) {
        Item::Function(func) => Some(func),
        _ => None,
    }
}

fn options(arguments: &Native) -> codegen::Options {
    codegen::Options {
        features: arguments.features.clone(),
        relocation_model: match arguments.relocation_model {
            Relocation::Static => RelocationModel::Static,
            Relocation::Pic => RelocationModel::Pic,
        },
        kernel_mode: arguments.kernel_mode,
        threads: 0,
    }
}

/// Says why there is no machine code, or no file of it.
pub(crate) fn refused(error: impl std::fmt::Display) -> Failure {
    let _ = writeln!(io::stderr(), "nir: {error}");
    Failure::Rejected
}
