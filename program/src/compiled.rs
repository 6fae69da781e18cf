//! A module with its machine code, and the parts of the libraries that a program needs.

use artifact::{Artifact, Reference};
use certify::{Certified, Checks, Finding};
use elf::Unit;
use native_ir::{Diagnostic, Func, Item, Module};
use verifier::{Engine, Verified};

/// A module with its machine code.
pub struct Compiled<'m> {
    /// The module.
    pub module: &'m Verified<Module>,
    /// The code of some of its functions.
    pub artifact: Certified<Artifact>,
}

impl Compiled<'_> {
    /// What writers of files take.
    pub fn unit(&self) -> Unit<'_> {
        Unit { module: self.module, artifact: &self.artifact }
    }
}

/// How programs are made.
#[derive(Clone, Debug, Default)]
pub struct How {
    /// What the emitter is told.
    pub codegen: codegen::Options,
    /// What the certificate checks beside what it always does.
    pub checks: Checks,
}

/// Why there is no program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A function in reach cannot run as machine code.
    #[error("{}", explained(.0))]
    Engine(Vec<Diagnostic>),
    /// There is no machine code.
    #[error(transparent)]
    Codegen(#[from] codegen::Error),
    /// Checks of the certificate fail.
    #[error("{}", lines(.0))]
    Certificate(Vec<Finding>),
    /// The parts do not become one program.
    #[error(transparent)]
    Link(#[from] elf::Error),
    /// A function cannot be called from outside.
    #[error("`@{0}` cannot be called: {1}")]
    Call(String, String),
    /// The processor, or what emulates it, does not do what it should.
    #[error("{0}")]
    Machine(String),
}

#[cfg(feature = "unicorn")]
impl From<emulator::Error> for Error {
    fn from(error: emulator::Error) -> Error {
        Error::Machine(error.to_string())
    }
}

fn explained(diagnostics: &[Diagnostic]) -> String {
    let each = diagnostics.iter().map(|diagnostic| {
        let help = diagnostic.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("{}: {}{help}", diagnostic.rule.name(), diagnostic.message)
    });
    each.collect::<Vec<_>>().join("\n")
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Compiles functions of a module, with everything that they reach, and certifies the result.
///
/// # Errors
/// A function in reach cannot run natively, the emitter cannot do it, or a check of the certificate fails.
pub fn compile<'m>(module: &'m Verified<Module>, entries: &[Func], how: &How) -> Result<Compiled<'m>, Error> {
    let runnable = module.for_engine(Engine::Native, entries).map_err(Error::Engine)?;
    let mut functions = runnable.functions().to_vec();
    functions.sort_unstable();
    let artifact = codegen::compile(module, &functions, &how.codegen)?;
    let artifact = certify::certify(module, artifact, &how.checks).map_err(Error::Certificate)?;
    Ok(Compiled { module, artifact })
}

/// The runtime library's part of a program: the helpers that machine code calls, and what these call.
///
/// # Errors
/// As for [`compile`].
pub fn helpers(triple: &str, users: &[&Compiled<'_>], how: &How) -> Result<Option<Compiled<'static>>, Error> {
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
    let Some(module) = runtime::module(triple).filter(|_| !wanted.is_empty()) else { return Ok(None) };
    let entries: Vec<Func> = wanted.iter().filter_map(|name| function(module, name)).collect();
    compile(module, &entries, how).map(Some)
}

/// The host runtime, which programs without an operating system's library get; none where there is none for the module's
/// target.
///
/// # Errors
/// As for [`compile`].
pub fn host(module: &Module, how: &How) -> Result<Option<Compiled<'static>>, Error> {
    let host = elf::host(&module.envelope.target);
    host.map(|host| compile(host, &codegen::all_functions(host), how)).transpose()
}

/// The function of a name.
pub fn function(module: &Module, name: &str) -> Option<Func> {
    match module.item(module.find_symbol(name)?) {
        Item::Function(func) => Some(func),
        _ => None,
    }
}
