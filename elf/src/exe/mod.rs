//! Static programs without a linker: ELF executables for Linux, as small as what they use.
//!
//! The file has the headers, then code, then constants, then data; each of the three is a segment of its own, and they
//! lie behind each other in the file without gaps. Named sections have no meaning here: a linker's script would give
//! them one. Nothing is loaded that the entry does not reach.
//!
//! A program that can trap, or whose calls may go deeper than the stack, brings a reporter: tables made here
//! ([`report`]) and functions of the host runtime that read them.

mod file;
mod hosted;
mod image;
mod report;
mod start;

use crate::dwarf::{self, Debug, DebugSection};
use crate::program::{Imports, Program, Roots, Target, Unit};
use crate::{DwarfVersion, Error, PathMap, note};
use image::Image;
use native_ir::{Func, Module, Param, Type, TypeKind};
use start::Start;

pub(crate) use start::By;
pub use start::stack_of;

/// How an executable is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// The function of the program that it begins with: without parameters, and without result or with an `i32`, which
    /// is the exit status then. With a C library it may have C's parameters of `main`.
    pub entry: Func,
    /// Which debug information it has.
    pub debug: Option<DwarfVersion>,
    /// How source paths are shown, in debug information and by reports.
    pub paths: PathMap,
    /// Whether it has a symbol table; one with debug information always has.
    pub symbols: bool,
    /// Whether it may bring a reporter of traps. Without one a trap ends it by the signal `SIGILL`.
    pub reports: bool,
}

impl Executable {
    /// A program that begins with a function: without symbols and debug information, with reports.
    pub fn new(entry: Func) -> Executable {
        Executable { entry, debug: None, paths: PathMap::default(), symbols: false, reports: true }
    }
}

/// Links units into a static executable for Linux.
///
/// `library` holds the modules that helpers and imports are taken from: runtime helpers, and the host runtime
/// ([`crate::host`]) or another one in its place.
///
/// # Errors
/// When the entry does not fit, something is used that nothing defines or that has no code, or code and data do not fit
/// in 2 GiB.
pub fn executable(program: Unit<'_>, library: &[Unit<'_>], options: &Executable) -> Result<Vec<u8>, Error> {
    let gives_status = entry_gives_status(program.module, options.entry, By::Kernel)?;
    let (parts, reports) = collect(program, library, options, Imports::Joined)?;
    let mut image = Image::new(&parts, &note::abi(&program))?;
    image.add_start(start::ENTRY, &start(&parts, options, By::Kernel, gives_status, reports)?);
    add_system_calls(&mut image);
    image.place_text(reports)?;
    if reports {
        report::tables(&mut image, &options.paths);
    }
    image.place()?;
    image.relocate()?;
    let debug = debug_sections(&parts, options)?;
    file::write(&image, debug.as_deref(), options.symbols)
}

/// Links units into one object, of which the system's C compiler makes an executable together with the C library:
/// imports of the runtime and of modules are joined with the library's, `import ffi` stays for the linker. The object is for programs
/// at fixed addresses (`cc -no-pie`). It defines `main` and nothing else that is visible; the entry may be the program's
/// own `main` with C's arguments.
///
/// # Errors
/// As [`executable`], but that imports may be left.
pub fn hosted_object(program: Unit<'_>, library: &[Unit<'_>], options: &Executable) -> Result<Vec<u8>, Error> {
    let gives_status = entry_gives_status(program.module, options.entry, By::Library)?;
    let (parts, reports) = collect(program, library, options, Imports::Hosted)?;
    let mut image = Image::new(&parts, &[])?;
    image.add_start(start::MAIN, &start(&parts, options, By::Library, gives_status, reports)?);
    add_system_calls(&mut image);
    let addresses = if reports { report::tables(&mut image, &options.paths) } else { Vec::new() };
    let debug = debug_sections(&parts, options)?;
    hosted::write(&image, &addresses, &debug.unwrap_or_default())
}

/// The parts of a program, and whether it brings a reporter.
fn collect<'a>(
    program: Unit<'a>,
    library: &[Unit<'a>],
    options: &Executable,
    imports: Imports,
) -> Result<(Program<'a>, bool), Error> {
    let units: Vec<Unit<'a>> = std::iter::once(program).chain(library.iter().copied()).collect();
    let parts = Program::collect(units.clone(), Roots::Of(&[options.entry], &[]), imports)?;
    if !(options.reports && report::wanted(&parts)) {
        return Ok((parts, false));
    }
    Ok((Program::collect(units, Roots::Of(&[options.entry], &[start::WATCH]), imports)?, true))
}

fn start(
    parts: &Program<'_>,
    options: &Executable,
    by: By,
    gives_status: bool,
    reports: bool,
) -> Result<Start, Error> {
    let entry = parts.function(0, options.entry).ok_or_else(|| Error::Artifact(start::ENTRY.to_string()))?;
    let watch = if reports { parts.library_function(start::WATCH) } else { None };
    Ok(Start { by, entry, gives_status, watch, stack: parts.library_data(start::STACK) })
}

fn add_system_calls(image: &mut Image<'_, '_>) {
    if image.program.externals.iter().any(|name| name == start::SYSCALL) {
        image.add_code(start::SYSCALL, start::SYSCALL_CODE);
    }
}

fn debug_sections(parts: &Program<'_>, options: &Executable) -> Result<Option<Vec<DebugSection>>, Error> {
    let debug = options.debug.map(|version| Debug { version, paths: options.paths.clone() });
    debug.map(|debug| dwarf::sections(parts, &debug)).transpose()
}

/// Whether an entry's result is the exit status.
pub(crate) fn entry_gives_status(module: &Module, entry: Func, by: By) -> Result<bool, Error> {
    let function = module.functions.get(entry);
    let ty = function.and_then(|function| module.signature(function));
    let name = function.map_or("", |function| module.symbol_name(function.symbol));
    let unfit = || Error::Entry(name.to_string());
    let ty = ty.ok_or_else(unfit)?;
    let plain = ty.params.iter().chain(&ty.results).all(|param| param.passing.wrapper().is_none());
    let is_pointer = |param: &Param| module.types.kind(param.ty) == Some(TypeKind::Ptr);
    let arguments = match ty.params.as_slice() {
        [] => true,
        [count, pointers @ ..] => {
            by == By::Library && count.ty == Type::I32 && pointers.len() <= 2 && pointers.iter().all(is_pointer)
        }
    };
    match ty.results.as_slice() {
        _ if !(plain && arguments) => Err(unfit()),
        [] => Ok(false),
        [result] if result.ty == Type::I32 => Ok(true),
        _ => Err(unfit()),
    }
}

/// Whether a target can be reached by a call that goes to it.
fn called(target: Target) -> Option<usize> {
    match target {
        Target::Function(index) => Some(index),
        Target::Data(_) | Target::External(_) => None,
    }
}
