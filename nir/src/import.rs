//! `nir import llvm`, and files of LLVM IR wherever a command takes a module.

use crate::arguments::Import;
use crate::files;
use crate::load;
use crate::outcome::{Failure, Status};
use crate::report::{Finding, Human, Look};
use crate::tables::{self, count};
use llvm::{Diagnostic, Input, Report};
use native_ir::{Contract, Module, text};
use std::io::{self, Write};
use std::path::Path;
use verifier::Options;

/// Runs the command.
pub(crate) fn run(arguments: &Import) -> Result<Status, Failure> {
    let Import::Llvm(arguments) = arguments;
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 0 };
    let wanted = llvm::Options {
        target: arguments.target.clone(),
        name: arguments.name.clone(),
        profile: arguments.profile.clone(),
        registers: registers.as_ref(),
    };
    let (module, report) = import(&arguments.files, &wanted)?;
    print_notes(&arguments.files, &report)?;
    let module = load::accept("<imported>".to_string(), load::examine_module(module, &options), options.contract)?;
    let printed = text::print(&module);
    match &arguments.output {
        Some(output) => files::replace(output, printed.as_bytes())?,
        None => io::stdout().write_all(printed.as_bytes())?,
    }
    Ok(Status::Fine)
}

/// Whether a file holds LLVM IR, by the ending of its name.
pub(crate) fn is_llvm(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "ll" || ending == "bc")
}

/// The module that files of LLVM IR are together, not verified yet.
///
/// # Errors
/// [`Failure::Rejected`] when they are no program that native IR has a form for, and why was printed;
/// [`Failure::Usage`] when they cannot be read.
pub(crate) fn module<P: AsRef<Path>>(paths: &[P], options: &Options<'_>) -> Result<Module, Failure> {
    let wanted = llvm::Options { registers: options.registers, ..llvm::Options::default() };
    import(paths, &wanted).map(|(module, _)| module)
}

fn import<P: AsRef<Path>>(paths: &[P], options: &llvm::Options<'_>) -> Result<(Module, Report), Failure> {
    let mut inputs = Vec::with_capacity(paths.len());
    let mut unreadable = Vec::new();
    for path in paths {
        let (text, refused) = text_of(path.as_ref(), inputs.len())?;
        inputs.push(Input { path: files::display(path.as_ref()), text });
        unreadable.extend(refused);
    }
    let imported = if unreadable.is_empty() { llvm::import(&inputs, options) } else { Err(unreadable) };
    imported.map_err(|diagnostics| match print_diagnostics(&inputs, &diagnostics) {
        Ok(()) => Failure::Rejected,
        Err(failure) => failure,
    })
}

/// The text of a file, and what is wrong when it is bitcode that none can be had of.
fn text_of(path: &Path, number: usize) -> Result<(Vec<u8>, Option<Diagnostic>), Failure> {
    let bytes = files::read(path)?;
    if !llvm::bitcode::is_bitcode(&bytes) {
        return Ok((bytes, None));
    }
    Ok(match llvm::bitcode::disassemble(path) {
        Ok(text) => (text, None),
        Err(error) => (Vec::new(), Some(error.diagnostic(number))),
    })
}

fn print_diagnostics(inputs: &[Input], diagnostics: &[Diagnostic]) -> Result<(), Failure> {
    let human = Human::new(Contract::embedded(), Look::of_stderr());
    let mut err = io::BufWriter::new(io::stderr().lock());
    for (index, input) in inputs.iter().enumerate() {
        let own = diagnostics.iter().filter(|diagnostic| diagnostic.file == index);
        human.findings(
            &mut err,
            &input.path,
            &input.text,
            own.map(|diagnostic| finding(&input.text, diagnostic)),
        )?;
    }
    writeln!(err, "{} in {}", count(diagnostics.len(), "error"), count(inputs.len(), "file"))?;
    Ok(())
}

fn finding(text: &[u8], diagnostic: &Diagnostic) -> Finding {
    let start = offset(text, diagnostic.place.line, diagnostic.place.column);
    Finding {
        code: diagnostic.rule,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone().unwrap_or_else(|| "docs/llvm.md lists what is taken and what is not".into()),
        places: vec![(start..(start + diagnostic.len as usize).min(text.len()), String::new())],
    }
}

/// The offset of a line and column, both from 1.
fn offset(text: &[u8], line: u32, column: u16) -> usize {
    let before = line.saturating_sub(2) as usize;
    let start = match line {
        0 | 1 => 0,
        _ => memchr::memchr_iter(b'\n', text).nth(before).map_or(text.len(), |at| at + 1),
    };
    (start + usize::from(column).saturating_sub(1)).min(text.len())
}

/// Says what its user should know of an import.
fn print_notes<P: AsRef<Path>>(paths: &[P], report: &Report) -> Result<(), Failure> {
    let mut err = io::BufWriter::new(io::stderr().lock());
    for note in &report.notes {
        let path = paths.get(note.file).map(|path| files::display(path.as_ref())).unwrap_or_default();
        writeln!(err, "{path}:{}:{}: note: {}", note.place.line, note.place.column, note.message)?;
    }
    Ok(())
}
