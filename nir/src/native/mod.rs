//! Machine code: a module and what it needs of the libraries, compiled and certified; programs of it, and their runs.
//!
//! `program` links executables and `image` firmware, `calls` gives a program an entry through which its functions are called
//! from outside, `process` runs it, and `emulated` does so on another processor; `firmware` calls functions of firmware.
//! Errors here are texts that say why there is no machine code or no file of it; [`refused`] prints one.

pub(crate) mod calls;
#[cfg(feature = "unicorn")]
pub(crate) mod emulated;
pub(crate) mod firmware;
pub(crate) mod image;
pub(crate) mod process;
pub(crate) mod program;

use crate::arguments::{Native, Relocation};
use crate::load;
use crate::outcome::Failure;
use artifact::{Artifact, Reference, RelocationModel};
use certify::{Certified, Checks};
use elf::Unit;
#[cfg(feature = "unicorn")]
use native_ir::Contract;
#[cfg(feature = "unicorn")]
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Func, Item, Module};
use std::io::{self, Write};
#[cfg(feature = "unicorn")]
use std::ops::Range;
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
/// A function in reach cannot run natively, the emitter cannot do it, or a check of the certificate fails.
pub(crate) fn compile<'m>(
    module: &'m Verified<Module>,
    entries: &[Func],
    arguments: &Native,
) -> Result<Compiled<'m>, String> {
    let runnable = module.for_engine(Engine::Native, entries).map_err(|errors| load::explain(&errors))?;
    let mut functions = runnable.functions().to_vec();
    functions.sort_unstable();
    let artifact = codegen::compile(module, &functions, &options(arguments)).map_err(|error| error.to_string())?;
    let certify = arguments.certify;
    let checks = Checks { canonical: certify, abi: certify, stack: certify && !arguments.allow_recursion };
    let artifact = certify::certify(module, artifact, &checks)
        .map_err(|findings| findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
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
) -> Result<Option<Compiled<'static>>, String> {
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

/// The host runtime, which programs without an operating system's library get; none where there is none for the module's
/// target.
///
/// # Errors
/// As for [`compile`].
pub(crate) fn host(module: &Module, arguments: &Native) -> Result<Option<Compiled<'static>>, String> {
    elf::host(&module.envelope.target)
        .map(|host| compile(host, &codegen::all_functions(host), arguments))
        .transpose()
}

/// Why there can be no machine code for a module's target; none when there can.
pub(crate) fn no_emitter(module: &Verified<Module>) -> Option<String> {
    codegen::compile(module, &[], &codegen::Options::default()).err().map(|error| error.to_string())
}

/// Why machine code of a module does not run on this machine, or none.
pub(crate) fn foreign(module: &Verified<Module>) -> Option<String> {
    let firmware = firmware::is_target(module).then(|| {
        let target = &module.envelope.target;
        format!(
            "the target {target} is not this machine: its programs are firmware, for the engines emulator and qemu"
        )
    });
    firmware.or_else(|| no_emitter(module))
}

/// Where the hardware registers of a module are.
#[cfg(feature = "unicorn")]
pub(crate) fn registers(module: &Module) -> Vec<Range<u64>> {
    let target = Contract::embedded().target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
    let layouts = Layouts::new(&module.types, &MachineLayout::of(Contract::embedded(), target));
    let range = |register: &native_ir::RegisterData| {
        let pointee = module.types.as_pointer(register.ty).map(|(_, pointee)| pointee);
        let size = pointee.and_then(|ty| layouts.size(ty)).unwrap_or(1);
        register.address..register.address.saturating_add(size)
    };
    module.registers.values().map(range).collect()
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
