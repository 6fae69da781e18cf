//! `nir disasm`: the bytecode of functions.

use crate::arguments::Disasm;
use crate::load;
use crate::outcome::{Failure, Status};
use crate::picture;
use native_ir::{Contract, Func, Module};
use std::io::{self, Write};
use std::sync::Arc;
use verifier::{Engine, Options, Verified};
use vm::{Config, Program};

/// Runs the command.
pub(crate) fn run(arguments: &Disasm) -> Result<Status, Failure> {
    let options = Options { contract: Contract::embedded(), ..Options::default() };
    let module = Arc::new(load::module(&arguments.file, &options)?);
    let wanted: Vec<Func> = match &arguments.function {
        Some(name) => vec![picture::find(&module, name)?],
        None => module.functions.keys().collect(),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (runnable, refused) = split(&module, &wanted);
    if arguments.function.is_some()
        && let Some((_, reason)) = refused.first()
    {
        writeln!(io::stderr(), "{reason}")?;
        return Ok(Status::Rejected);
    }
    let program = Program::new(module.clone(), &runnable, &Config::default());
    let program = program.map_err(|diagnostics| {
        let _ = writeln!(io::stderr(), "{}", load::explain(&diagnostics));
        Failure::Rejected
    })?;
    for func in runnable {
        write!(out, "{}", program.disassemble(func).unwrap_or_default())?;
    }
    for (func, reason) in refused {
        let name = module.symbol_name(module.functions[func].symbol);
        writeln!(out, "; @{name} is not for the VM: {}", reason.lines().next().unwrap_or_default())?;
    }
    out.flush()?;
    Ok(Status::Fine)
}

/// The functions that the VM can run, and why it cannot run the others.
fn split(module: &Verified<Module>, wanted: &[Func]) -> (Vec<Func>, Vec<(Func, String)>) {
    if module.for_engine(Engine::Vm, wanted).is_ok() {
        return (wanted.to_vec(), Vec::new());
    }
    let (mut runnable, mut refused) = (Vec::new(), Vec::new());
    for &func in wanted {
        match module.for_engine(Engine::Vm, &[func]) {
            Ok(_) => runnable.push(func),
            Err(diagnostics) => refused.push((func, load::explain(&diagnostics))),
        }
    }
    (runnable, refused)
}
