//! Executables: of the module alone, or with the C library where it imports foreign functions.

use super::how;
use crate::arguments::Native;
use ::program::{Compiled, compile, helpers, host};
use artifact::Reference;
use certify::stack::{self, Part, StackBound};
use elf::{DwarfVersion, PathMap, Unit};
use native_ir::{Func, ImportKind, Item, Module, Symbol};
use std::ffi::OsString;
use std::io::{self, Write};
use verifier::Verified;

/// How an executable is made.
pub(crate) struct Wanted<'a> {
    /// Where it begins.
    pub(crate) entry: Func,
    /// Which debug information it has.
    pub(crate) debug: Option<DwarfVersion>,
    /// How source paths are shown.
    pub(crate) paths: PathMap,
    /// Arguments for the C compiler that links.
    pub(crate) link: &'a [OsString],
    /// How machine code is made.
    pub(crate) native: &'a Native,
}

impl<'a> Wanted<'a> {
    /// A program for a run of its own: without debug information.
    pub(crate) fn plain(entry: Func, native: &'a Native) -> Wanted<'a> {
        Wanted { entry, debug: None, paths: PathMap::default(), link: &[], native }
    }
}

/// The bytes of an executable: a static one without libraries, or one that the system's C compiler links with the C library
/// when the program uses foreign functions or `wanted` has arguments for it.
///
/// # Errors
/// There is no machine code for something that is reached, something is used that nothing defines, or linking fails.
pub(crate) fn executable(module: &Verified<Module>, wanted: &Wanted<'_>) -> Result<Vec<u8>, String> {
    let how = how(wanted.native);
    let text = |error: ::program::Error| error.to_string();
    let program = compile(module, &[wanted.entry], &how).map_err(text)?;
    let host = host(module, &how).map_err(text)?;
    let users: Vec<&Compiled<'_>> = [&program].into_iter().chain(&host).collect();
    let helpers = helpers(&module.envelope.target, &users, &how).map_err(text)?;
    let library: Vec<&Compiled<'_>> = helpers.iter().chain(&host).collect();
    if wanted.native.certify {
        report_stack(&program, &library, wanted)?;
    }
    let library: Vec<Unit<'_>> = library.into_iter().map(Compiled::unit).collect();
    let mut options = elf::Executable::new(wanted.entry);
    options.debug = wanted.debug;
    options.paths = wanted.paths.clone();
    if !is_foreign(&program) && wanted.link.is_empty() {
        return elf::executable(program.unit(), &library, &options).map_err(|error| error.to_string());
    }
    let object = elf::hosted_object(program.unit(), &library, &options).map_err(|error| error.to_string())?;
    link(&object, wanted.link)
}

/// Tells how much stack a program takes from its entry on. `library` stands in the order in which one part calls the
/// other, callees first.
///
/// # Errors
/// There is no bound.
fn report_stack(program: &Compiled<'_>, library: &[&Compiled<'_>], wanted: &Wanted<'_>) -> Result<(), String> {
    let bound = stack::program_bound(&parts(program, library), wanted.entry, &elf::stack_of);
    say_stack(program.module, bound, wanted.native).map(|_| ())
}

/// The parts of a program, as the bound of the stack wants them: callees first.
fn parts<'p>(program: &'p Compiled<'_>, library: &'p [&'p Compiled<'_>]) -> Vec<Part<'p>> {
    let parts = library.iter().copied().chain([program]);
    parts.map(|part| Part { module: part.module, artifact: &part.artifact }).collect()
}

/// Tells a bound of the stack, and gives it in bytes; none when recursion is allowed and there is none.
///
/// # Errors
/// There is no bound.
pub(super) fn say_stack(module: &Module, bound: StackBound, native: &Native) -> Result<Option<u64>, String> {
    let bytes = if let StackBound::Bytes(bytes) = bound { Some(bytes) } else { None };
    let said = match (bound.message(module), bound) {
        (_, StackBound::Bytes(bytes)) => format!("stack: at most {bytes} bytes"),
        (Some(message), StackBound::Recursive(_)) if native.allow_recursion => message,
        (message, _) => return Err(message.unwrap_or_default()),
    };
    writeln!(io::stderr(), "{said}").map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Whether code or data of a program use an import of the platform's linker.
fn is_foreign(program: &Compiled<'_>) -> bool {
    let module = program.module;
    let is_ffi = |symbol: Symbol| match module.item(symbol) {
        Item::Import(import) => module.imports.get(import).is_some_and(|import| import.kind == ImportKind::Ffi),
        _ => false,
    };
    let relocations = program.artifact.functions.iter().flat_map(|code| &code.relocations);
    let mut in_code = relocations.filter_map(|relocation| match relocation.target {
        Reference::Symbol(symbol) => Some(symbol),
        Reference::Helper(_) => None,
    });
    let mut in_data = module.data.values().flat_map(|object| object.init.symbols());
    in_code.any(is_ffi) || in_data.any(is_ffi)
}

/// Links an object with the C library, in a temporary folder whose name does not enter the program.
fn link(object: &[u8], arguments: &[OsString]) -> Result<Vec<u8>, String> {
    let unable = |error: std::io::Error| format!("a temporary folder for linking: {error}");
    let folder = tempfile::tempdir().map_err(unable)?;
    let (from, to) = (folder.path().join("program.o"), folder.path().join("program"));
    std::fs::write(&from, object).map_err(unable)?;
    let mut command = elf::link_command(&[&from], &to, arguments);
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!(
            "{name} cannot be run to link with the C library: {error}; install a C compiler, or name one in CC"
        )
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} could not link the program:\n{}", said.trim_end()));
    }
    std::fs::read(&to).map_err(unable)
}
