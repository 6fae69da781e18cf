//! `nir build`: files into one artefact.

use crate::arguments::{Build, Emit};
use crate::files;
use crate::import;
use crate::load;
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
    let module = join(modules(&arguments.files, &options)?, &options)?;
    let bytes = match arguments.emit {
        Emit::Bytecode => binary::encode(&module),
        Emit::Obj => object(&module, arguments)?,
        Emit::Asm => assembly(&module, arguments)?,
        Emit::Exe => executable(&module, arguments)?,
    };
    match arguments.emit {
        Emit::Exe => files::replace_executable(&arguments.output, &bytes)?,
        _ => files::replace(&arguments.output, &bytes)?,
    }
    Ok(Status::Fine)
}

fn object(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let program = native::compile(module, &codegen::all_functions(module), &arguments.native)?;
    let helpers = native::helpers(&module.envelope.target, &[&program], &arguments.native)?;
    let library: Vec<Unit<'_>> = helpers.iter().map(Compiled::unit).collect();
    elf::object(program.unit(), &library, debug(arguments).as_ref()).map_err(native::refused)
}

fn executable(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let entry = entry::start(module, arguments.entry.as_deref())?;
    let program = native::compile(module, &[entry], &arguments.native)?;
    let host = elf::host().filter(|host| host.envelope.target == module.envelope.target);
    let host =
        host.map(|host| native::compile(host, &codegen::all_functions(host), &arguments.native)).transpose()?;
    let users: Vec<&Compiled<'_>> = [&program].into_iter().chain(&host).collect();
    let helpers = native::helpers(&module.envelope.target, &users, &arguments.native)?;
    let library: Vec<&Compiled<'_>> = helpers.iter().chain(&host).collect();
    if arguments.native.certify {
        native::report_stack(&program, &library, entry, &arguments.native)?;
    }
    let library: Vec<Unit<'_>> = library.into_iter().map(Compiled::unit).collect();
    let mut wanted = elf::Executable::new(entry);
    wanted.debug = debug(arguments).map(|debug| debug.version);
    wanted.paths = paths(arguments);
    elf::executable(program.unit(), &library, &wanted).map_err(native::refused)
}

fn assembly(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let program = native::compile(module, &codegen::all_functions(module), &arguments.native)?;
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
