//! Machine code in `nir run`: when there is some, and what is told of it.

use crate::arguments::{Run, Threshold};
use crate::load;
use crate::outcome::Failure;
use jit::{Error, Jit, Options, Tiers};
use native_ir::{Func, Module};
use std::io::{self, Write};
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Vm};

/// A machine that runs machine code.
///
/// # Errors
/// [`Failure::Usage`] when the arguments do not go together; [`Failure::Rejected`] when the module cannot be run, and
/// why was printed.
pub(super) fn machine(
    module: &Arc<Verified<Module>>,
    entries: &[Func],
    config: &Config,
    host: Host,
    arguments: &Run,
) -> Result<(Vm, Jit), Failure> {
    if arguments.profile.is_some() {
        return Err(Failure::Usage("--profile counts what bytecode does: it needs --engine vm".to_string()));
    }
    let (threshold, except) = match arguments.jit_threshold {
        Threshold::Calls(calls) => (calls, Vec::new()),
        Threshold::Off => (0, module.functions.keys().collect()),
    };
    let options = Options { threshold, except, devices: true, ..Options::default() };
    jit::machine(module, entries, config, host, &options).map_err(failure)
}

/// What the command says of an error.
fn failure(error: Error) -> Failure {
    let text = match error {
        Error::Program(diagnostics) => load::explain(&diagnostics),
        Error::Certificate(findings) => findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        error => return Failure::Usage(error.to_string()),
    };
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
    Failure::Rejected
}

/// Says which functions ran how, the module's order kept.
///
/// # Errors
/// Standard error cannot be written.
pub(super) fn report(module: &Module, tiers: &Tiers) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let name = |func: Func| module.symbol_name(module.functions[func].symbol);
    for &func in &tiers.native {
        writeln!(err, "native    @{}", name(func))?;
    }
    for rejected in &tiers.rejected {
        writeln!(err, "bytecode  @{}: {}", name(rejected.func), rejected.reason)?;
    }
    writeln!(err, "{} native, {} bytecode", tiers.native.len(), tiers.rejected.len())
}

/// Writes the file that `perf` looks for.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_perf_map(jit: &Jit) -> Result<(), Failure> {
    let path = format!("/tmp/perf-{}.map", std::process::id());
    std::fs::write(&path, jit.perf_map()).map_err(|error| Failure::Usage(format!("{path}: {error}")))
}
