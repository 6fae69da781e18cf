//! `nir build`: files into one artefact.

use crate::arguments::{Build, Emit};
use crate::files;
use crate::import;
use crate::load;
use crate::native::program::{self, Wanted};
use crate::native::{self, image};
use crate::outcome::{Failure, Status};
use crate::run::entry;
use crate::tables::{self, count};
use ::program::Compiled;
use elf::firmware::{FirmwareOptions, Memory};
use elf::{Debug, DwarfVersion, PathMap, Unit};
use native_ir::link::{LinkOptions, link};
use native_ir::registers::RegisterMap;
use native_ir::{Contract, Module, binary};
use std::io::{self, Write};
use std::path::PathBuf;
use verifier::{Options, Verified};

/// Runs the command.
pub(crate) fn run(arguments: &Build) -> Result<Status, Failure> {
    if (arguments.emit == Emit::Runtime) != arguments.target.is_some() {
        return Err(Failure::Usage(
            "--emit runtime takes --target in the place of files, and nothing else does".into(),
        ));
    }
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
        Emit::Runtime => runtime_library(arguments)?,
        Emit::Exe | Emit::Elf | Emit::Bin | Emit::Hex | Emit::Map => {
            let module = join(modules, &options)?;
            match memory(&module, arguments)? {
                Some(memory) => firmware(&module, memory, arguments, registers.as_ref())?,
                None => executable(&module, arguments)?,
            }
        }
    };
    match arguments.emit {
        Emit::Exe | Emit::Elf => files::replace_executable(&arguments.output, &bytes)?,
        _ => files::replace(&arguments.output, &bytes)?,
    }
    Ok(Status::Fine)
}

fn object(module: &Verified<Module>, arguments: &Build) -> Result<Vec<u8>, Failure> {
    let functions = codegen::all_functions(module);
    let program = native::compile(module, &functions, &arguments.native).map_err(native::refused)?;
    let helpers = ::program::helpers(&module.envelope.target, &[&program], &native::how(&arguments.native));
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

/// The runtime library of the target that was asked for.
fn runtime_library(arguments: &Build) -> Result<Vec<u8>, Failure> {
    let target = arguments.target.as_deref().unwrap_or_default();
    let Some(library) = runtime::module(target) else {
        let known = runtime::TARGETS.join(" and ");
        let message = format!("the target `{target}` has no runtime library; {known} have");
        return Err(Failure::Usage(message));
    };
    let functions = codegen::all_functions(library);
    let code = native::compile(library, &functions, &arguments.native).map_err(native::refused)?;
    elf::runtime_archive(code.unit()).map_err(native::refused)
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

/// The memory that the module's program may use; none when an operating system gives it.
///
/// # Errors
/// [`Failure::Usage`] when the arguments ask for what is not made for the target, or the file is no description of memory.
fn memory(module: &Module, arguments: &Build) -> Result<Option<Memory>, Failure> {
    let (target, of_target) = (&module.envelope.target, Memory::of_target(module));
    let not_for = |what: &str| Failure::Usage(format!("{what} is not for the target {target}"));
    match (of_target, &arguments.memory, arguments.emit) {
        (None, Some(_), _) => Err(not_for("--memory")),
        (None, None, Emit::Elf | Emit::Bin | Emit::Hex | Emit::Map) => {
            Err(not_for("firmware, which --emit elf, bin, hex and map make,"))
        }
        (None, None, _) => Ok(None),
        (Some(_), _, _) if !arguments.link.is_empty() => Err(not_for("--link")),
        (Some(memory), None, _) => Ok(Some(memory)),
        (Some(_), Some(path), _) => {
            let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
            let wrong = |error| Failure::Usage(format!("{}: {error}", files::display(path)));
            Memory::parse(&text).map(Some).map_err(wrong)
        }
    }
}

fn firmware(
    module: &Verified<Module>,
    memory: Memory,
    arguments: &Build,
    registers: Option<&RegisterMap>,
) -> Result<Vec<u8>, Failure> {
    let mut options = FirmwareOptions::new(Some(entry::start(module, arguments.entry.as_deref())?), memory);
    options.handlers = elf::firmware::handlers(module, &tables::lines(registers)).map_err(native::refused)?;
    options.debug = debug(arguments).map(|debug| debug.version);
    options.paths = paths(arguments);
    let image = image::firmware(module, &options, &arguments.native).map_err(native::refused)?;
    Ok(match arguments.emit {
        Emit::Bin => image.binary(),
        Emit::Hex => image.hex().into_bytes(),
        Emit::Map => image.map().into_bytes(),
        _ => image.elf().map_err(native::refused)?,
    })
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
