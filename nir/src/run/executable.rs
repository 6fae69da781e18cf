//! `nir run --engine native` and `--engine emulator`: the program as an executable, with the streams of this process.

use super::entry::Entry;
use crate::arguments::{Devices, MemoryMode, Native, Run, Threshold};
use crate::engine::Engine;
use crate::native::calls::{self, Call, callable};
use crate::native::process::{End, Program};
use crate::native::program::{self, Wanted};
use crate::native::{self, refused};
use crate::outcome::{Failure, Status};
use directive::values;
use native_ir::{Effect, Module};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt;
use verifier::Verified;

/// Runs a program.
///
/// # Errors
/// [`Failure::Usage`] for arguments that mean nothing to a process; [`Failure::Rejected`] when there is no machine code of
/// the program, and why was printed.
pub(super) fn run(module: &Verified<Module>, entry: &Entry, arguments: &Run) -> Result<Status, Failure> {
    if arguments.engine == Engine::Qemu && !::program::is_firmware(module) {
        let target = &module.envelope.target;
        return Err(Failure::Usage(format!("--engine qemu is for firmware, and not for {target}")));
    }
    if let Some(reason) = ::program::is_firmware(module).then(|| native::foreign(module)).flatten() {
        return Err(Failure::Usage(reason));
    }
    check(module, entry, arguments)?;
    let bytes = build(module, entry)?;
    #[cfg(feature = "unicorn")]
    if arguments.engine == Engine::Emulator {
        return super::emulated::run(&bytes, module, entry, arguments);
    }
    let unable = |error: io::Error| Failure::Usage(format!("a temporary folder for the program: {error}"));
    let program = Program::new(&bytes).map_err(unable)?;
    let mut command = program.command(0);
    command.args(entry.arguments.iter().map(|bytes| OsString::from_vec(bytes.clone())));
    let status = Program::start(&mut command).and_then(|mut process| process.wait()).map_err(unable)?;
    end(module, entry, program.end(0, status))
}

/// The bytes of the executable.
fn build(module: &Verified<Module>, entry: &Entry) -> Result<Vec<u8>, Failure> {
    let call = Call { func: entry.func, arguments: &entry.values };
    let callable = callable(module, &[call]).map_err(refused)?;
    program::executable(&callable.module, &Wanted::plain(callable.entry, &Native::default())).map_err(refused)
}

/// Refuses what a process cannot do; devices are the emulator's.
fn check(module: &Module, entry: &Entry, arguments: &Run) -> Result<(), Failure> {
    let has_devices = arguments.engine != Engine::Native;
    let options = [
        (arguments.fuel.is_some(), "--fuel"),
        (arguments.profile.is_some(), "--profile"),
        (arguments.memory_mode == MemoryMode::Checked, "--memory-mode checked"),
        (arguments.jit_threshold != Threshold::Calls(0), "--jit-threshold"),
        (arguments.report_tiers, "--report-tiers"),
        (arguments.perf_map, "--perf-map"),
        (!arguments.interrupt.is_empty(), "--interrupt"),
        (arguments.trace_mmio && !has_devices, "--trace-mmio"),
        (arguments.devices != Devices::None && !has_devices, "--devices"),
    ];
    let name = arguments.engine.name();
    if let Some((_, option)) = options.into_iter().find(|(given, _)| *given) {
        return Err(Failure::Usage(format!("{option} is not for --engine {name}")));
    }
    let effects = module.signature(&module.functions[entry.func]).map(|ty| ty.effects).unwrap_or_default();
    if effects.contains(Effect::Hardware) && !has_devices {
        let message =
            "a process has no devices behind hardware registers; --engine vm and --engine jit have".to_string();
        return Err(Failure::Usage(message));
    }
    Ok(())
}

/// Says how the program ended.
pub(super) fn end(module: &Module, entry: &Entry, end: End) -> Result<Status, Failure> {
    match end {
        End::Returned(bytes) => {
            let Some(results) = calls::results(entry.results.len(), &bytes) else {
                return Err(Failure::Usage("the results of the program could not be written".to_string()));
            };
            let mut out = io::stdout().lock();
            for literal in values::literals(module, &entry.results, &results) {
                writeln!(out, "{literal}")?;
            }
            out.flush()?;
            Ok(Status::Fine)
        }
        End::Exited(status) => Ok(Status::Program(status)),
        End::Killed(signal) => {
            let _ = writeln!(io::stderr(), "nir: signal {signal} ended the program");
            Ok(Status::Program(128u8.saturating_add(signal as u8)))
        }
    }
}
