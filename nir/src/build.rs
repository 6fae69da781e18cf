//! `nir build`: files into one artefact.

use crate::arguments::{Build, Emit};
use crate::files;
use crate::import;
use crate::load;
use crate::outcome::{Failure, Status};
use crate::tables::{self, count};
use native_ir::link::{LinkOptions, link};
use native_ir::{Contract, Module, binary};
use std::io::{self, Write};
use std::path::PathBuf;
use verifier::{Options, Verified};

/// Runs the command.
pub(crate) fn run(arguments: &Build) -> Result<Status, Failure> {
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 0 };
    let module = join(modules(&arguments.files, &options)?, &options)?;
    let bytes = match arguments.emit {
        Emit::Bytecode => binary::encode(&module),
    };
    files::replace(&arguments.output, &bytes)?;
    Ok(Status::Fine)
}

/// The files' modules. Those of LLVM IR are one program, and one module.
fn modules(files: &[PathBuf], options: &Options<'_>) -> Result<Vec<Verified<Module>>, Failure> {
    let (foreign, own): (Vec<_>, Vec<_>) = files.iter().partition(|file| import::is_llvm(file));
    let mut modules = own.iter().map(|file| load::module(file, options)).collect::<Result<Vec<_>, _>>()?;
    if let Some(first) = foreign.first() {
        let examination = load::examine_module(import::module(&foreign, options)?, options);
        modules.push(load::accept(files::display(first), examination, options.contract)?);
    }
    Ok(modules)
}

/// One module of several. It is verified again: linked, modules say things of each other.
fn join(modules: Vec<Verified<Module>>, options: &Options<'_>) -> Result<Verified<Module>, Failure> {
    let mut modules = modules;
    if modules.len() == 1
        && let Some(only) = modules.pop()
    {
        return Ok(only);
    }
    let modules = modules.into_iter().map(Verified::into_inner).collect();
    match link(modules, &LinkOptions::default()) {
        Ok(module) => {
            let examination = load::examine_module(module, options);
            load::accept("<linked>".to_string(), examination, options.contract)
        }
        Err(errors) => {
            let mut err = io::stderr().lock();
            for error in &errors {
                writeln!(err, "nir: {error}")?;
            }
            writeln!(err, "{} in linking", count(errors.len(), "error"))?;
            Err(Failure::Rejected)
        }
    }
}
