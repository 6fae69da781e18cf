//! Modules from files: as text, in binary form, or of LLVM IR; verified each way.

use crate::files;
use crate::import;
use crate::outcome::Failure;
use crate::report::{Examined, Human, Look, Reporter};
use native_ir::{Contract, Diagnostic, Func, Module, Place, Rule, binary, text};
use std::path::Path;
use verifier::{Engine, Located, Options, Verified};

/// A file's module, or what is wrong with it.
pub(crate) struct Examination {
    /// The module, if it verified.
    pub(crate) module: Option<Verified<Module>>,
    /// The file as text: of a binary one the canonical text of its module.
    pub(crate) text: Vec<u8>,
    /// What is wrong, with its places in the text.
    pub(crate) diagnostics: Vec<Located>,
}

/// Reads and verifies the bytes of a file.
pub(crate) fn examine(bytes: Vec<u8>, options: &Options<'_>) -> Examination {
    if !binary::is_binary(&bytes) {
        let report = verifier::verify_text(&bytes, options);
        return Examination { module: report.module, text: bytes, diagnostics: report.diagnostics };
    }
    match binary::decode(&bytes) {
        Ok(module) => examine_module(module, options),
        Err(error) => Examination { module: None, text: Vec::new(), diagnostics: vec![undecodable(&error)] },
    }
}

/// Verifies a module without a text; what is wrong with it is shown in the text that it prints as.
pub(crate) fn examine_module(module: Module, options: &Options<'_>) -> Examination {
    match verifier::verify(module, options) {
        Ok(module) => Examination { module: Some(module), text: Vec::new(), diagnostics: Vec::new() },
        Err(rejected) => {
            let text = text::print(&rejected.module).into_bytes();
            let mut diagnostics = verifier::verify_text(&text, options).diagnostics;
            if diagnostics.is_empty() {
                // Wrong in a way that its text is not.
                diagnostics = rejected.diagnostics.into_iter().map(unplaced).collect();
            }
            Examination { module: None, text, diagnostics }
        }
    }
}

fn undecodable(error: &binary::BinaryError) -> Located {
    let diagnostic = Diagnostic::new(Rule::SchemaEncoding, Place::Text(0..0), error.to_string());
    unplaced(diagnostic.help("make the file again with `nir build --emit bytecode`"))
}

fn unplaced(diagnostic: Diagnostic) -> Located {
    Located { diagnostic, range: 0..0, start: (1, 1), end: (1, 1), labels: Vec::new() }
}

/// The verified module of a file.
///
/// # Errors
/// [`Failure::Rejected`] when it does not verify, and why was printed; [`Failure::Usage`] when it cannot be read.
pub(crate) fn module(path: &Path, options: &Options<'_>) -> Result<Verified<Module>, Failure> {
    module_of(path, files::read(path)?, options)
}

/// The verified module of a file that was read.
///
/// # Errors
/// As for [`module`].
pub(crate) fn module_of(path: &Path, bytes: Vec<u8>, options: &Options<'_>) -> Result<Verified<Module>, Failure> {
    let examination = match import::is_llvm(path) {
        true => examine_module(import::module(&[path], options)?, options),
        false => examine(bytes, options),
    };
    accept(files::display(path), examination, options.contract)
}

/// The module of an examination.
///
/// # Errors
/// [`Failure::Rejected`] when there is none, and why was printed.
pub(crate) fn accept(
    path: String,
    examination: Examination,
    contract: &Contract,
) -> Result<Verified<Module>, Failure> {
    let Examination { module, text, diagnostics } = examination;
    match module {
        Some(module) => Ok(module),
        None => {
            print_diagnostics(contract, &Examined { path, text, diagnostics })?;
            Err(Failure::Rejected)
        }
    }
}

/// Prints what is wrong with a file, for people.
pub(crate) fn print_diagnostics(contract: &Contract, file: &Examined) -> Result<(), Failure> {
    Human::new(contract, Look::of_stderr()).file(file)
}

/// What is wrong with a module beside its text: an engine that cannot run it, for instance.
pub(crate) fn explain(diagnostics: &[Diagnostic]) -> String {
    let each = diagnostics.iter().map(|diagnostic| {
        let help = diagnostic.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("{}: {}{help}", diagnostic.rule.name(), diagnostic.message)
    });
    each.collect::<Vec<_>>().join("\n")
}

/// The functions that an engine can run, and why it cannot run the others.
pub(crate) fn split(
    module: &Verified<Module>,
    engine: Engine,
    wanted: &[Func],
) -> (Vec<Func>, Vec<(Func, String)>) {
    if module.for_engine(engine, wanted).is_ok() {
        return (wanted.to_vec(), Vec::new());
    }
    let (mut runnable, mut refused) = (Vec::new(), Vec::new());
    for &func in wanted {
        match module.for_engine(engine, &[func]) {
            Ok(_) => runnable.push(func),
            Err(diagnostics) => refused.push((func, explain(&diagnostics))),
        }
    }
    (runnable, refused)
}
