//! `nir build`: files into one artefact.

use crate::arguments::{Build, Emit};
use crate::files;
use crate::import;
use crate::load;
use crate::native::program::{self, Wanted};
use crate::native::{self, Compiled};
use crate::outcome::{Failure, Status};
use crate::run::entry;
use crate::tables::{self, count};
use elf::{Debug, DwarfVersion, PathMap, Unit};
use native_ir::link::{LinkOptions, link};
use native_ir::{Contract, Module, binary};
use std::io::{self, Write};
use std::path::PathBuf;
use verifier::{Options, Verified};

/// Runs the command.
pub(crate) fn run(arguments: &Build) -> Result<Status, Failure> {
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 0 };
    let modules = modules(&arguments.files, &options)?;
    let bytes = match arguments.emit {
        Emit::Bytecode => {
            let module = join(modules, &options)?;
            binary::encode(&module)
        }
        Emit::Obj => object(&join(modules, &options)?, arguments)?,
        Emit::Archive => archive(&modules, arguments)?,
        Emit::Asm => assembly(&join(modules, &options)?, arguments)?,
        Emit::Exe => executable(&join(modules, &options)?, arguments)?,
    };
    match arguments.emit {
        Emit::Exe => files::replace_executable(&arguments.output, &bytes)?,
        _ => files::replace(&arguments.output, &bytes)?,
    }
    Ok(Status::Fine)
}

fn object(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let functions = codegen::all_functions(module);
    let program = native::compile(module, &functions, &arguments.native).map_err(native::refused)?;
    let helpers = native::helpers(&module.envelope.target, &[&program], &arguments.native);
    let helpers = helpers.map_err(native::refused)?;
    let library: Vec<Unit<'_>> = helpers.iter().map(Compiled::unit).collect();
    elf::object(program.unit(), &library, debug(arguments).as_ref()).map_err(native::refused)
}

/// An object for each module, named as it.
fn archive(modules: &[Verified<Module>], arguments: &Build) -> Result<Vec<u8>, Failure> {
    let objects =
        modules.iter().map(|module| Ok((format!("{}.o", module.envelope.name), object(module, arguments)?)));
    let objects = objects.collect::<Result<Vec<_>, Failure>>()?;
    let members: Vec<(&str, &[u8])> =
        objects.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    elf::archive(&members).map_err(native::refused)
}

fn executable(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let wanted = Wanted {
        entry: entry::start(module, arguments.entry.as_deref())?,
        debug: debug(arguments).map(|debug| debug.version),
        paths: paths(arguments),
        link: &arguments.link,
        native: &arguments.native,
    };
    program::executable(module, &wanted).map_err(native::refused)
}

fn assembly(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let functions = codegen::all_functions(module);
    let program = native::compile(module, &functions, &arguments.native).map_err(native::refused)?;
    let listings = program.artifact.functions.iter();
    let listings = listings.filter_map(|function| certify::listing(module, &program.artifact, function.func));
    Ok(listings.collect::<Vec<_>>().join("\n").into_bytes())
}

fn debug(arguments: &Build) -> Option<Debug> {
    let version = if arguments.dwarf_version == 4 { DwarfVersion::V4 } else { DwarfVersion::V5 };
    arguments.debug.then(|| Debug { version, paths: paths(arguments) })
}

fn paths(arguments: &Build) -> PathMap {
    PathMap(arguments.path_prefix_map.iter().map(|map| (map.old.clone(), map.new.clone())).collect())
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
