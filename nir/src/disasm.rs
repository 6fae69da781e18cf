//! `nir disasm`: the machine code of functions, or their bytecode, beside the IR.

use crate::arguments::Disasm;
use crate::load;
use crate::native;
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
    if let Some(reason) = native::no_emitter(&module).filter(|_| !arguments.bytecode) {
        writeln!(io::stderr(), "nir: {reason}\nhelp: --bytecode shows what the VM makes of it")?;
        return Ok(Status::Rejected);
    }
    let engine = if arguments.bytecode { Engine::Vm } else { Engine::Native };
    let (runnable, refused) = load::split(&module, engine, &wanted);
    if arguments.function.is_some()
        && let Some((_, reason)) = refused.first()
    {
        writeln!(io::stderr(), "{reason}")?;
        return Ok(Status::Rejected);
    }
    let listings = match arguments.bytecode {
        true => bytecode(&module, &runnable)?,
        false => machine_code(&module, &runnable, arguments)?,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for listing in listings {
        write!(out, "{listing}")?;
    }
    let what = if arguments.bytecode { "is not for the VM" } else { "has no machine code" };
    for (func, reason) in refused {
        let name = module.symbol_name(module.functions[func].symbol);
        writeln!(out, "; @{name} {what}: {}", reason.lines().next().unwrap_or_default())?;
    }
    out.flush()?;
    Ok(Status::Fine)
}

fn bytecode(module: &Arc<Verified<Module>>, functions: &[Func]) -> Result<Vec<String>, Failure> {
    let program = Program::new(module.clone(), functions, &Config::default());
    let program = program.map_err(|diagnostics| {
        let _ = writeln!(io::stderr(), "{}", load::explain(&diagnostics));
        Failure::Rejected
    })?;
    Ok(functions.iter().filter_map(|&func| program.disassemble(func)).collect())
}

/// Of the functions alone, not of those that they reach.
fn machine_code(
    module: &Verified<Module>,
    functions: &[Func],
    arguments: &Disasm,
) -> Result<Vec<String>, Failure> {
    let program = native::compile(module, functions, &arguments.native).map_err(native::refused)?;
    let listing = |&func: &Func| certify::listing(module, &program.artifact, func);
    let listings: Vec<String> = functions.iter().filter_map(listing).collect();
    Ok(vec![listings.join("\n")])
}
