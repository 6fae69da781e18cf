//! Programs with calls on an emulated processor, with hardware registers on a bus.

use super::process::End;
use devices::Bus;
use emulator::x86_64::{self, Host};
use native_ir::{Effect, Func, Module};
use program::registers;
use std::io::{Read, Write};
use std::time::Duration;

/// What stands around a call.
pub(crate) struct World {
    /// The program's arguments.
    pub(crate) arguments: Vec<Vec<u8>>,
    pub(crate) input: Box<dyn Read>,
    pub(crate) output: Box<dyn Write>,
    pub(crate) error: Box<dyn Write>,
    pub(crate) bus: Bus,
    /// How long it may run; without an end when none is given.
    pub(crate) limit: Option<Duration>,
}

/// How an emulated program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// As a process does.
    Like(End),
    /// By an access to a hardware register that no device takes: which, in words.
    Unmapped(String),
    /// Not, in the time that it had.
    TimedOut,
}

/// Runs the call of a number in an executable, and gives its bus back.
///
/// # Errors
/// The emulator cannot run it.
pub(crate) fn run(executable: &[u8], module: &Module, call: usize, world: World) -> Result<(Ended, Bus), String> {
    let World { arguments, input, output, error, bus, limit } = world;
    // No other file is written, so that any name will do for that of the results.
    let name = format!("{call}:results").into_bytes();
    let host = Host {
        arguments: std::iter::once(name).chain(arguments).collect(),
        environment: Vec::new(),
        input,
        output,
        error,
        bus,
        registers: registers(module),
        limit,
    };
    let run = x86_64::run(executable, host).map_err(|error| error.to_string())?;
    let results = run.files.into_iter().next().map(|(_, bytes)| bytes);
    let ended = match (run.end, results) {
        (x86_64::End::Exited(0), Some(bytes)) => Ended::Like(End::Returned(bytes)),
        (x86_64::End::Exited(status), _) => Ended::Like(End::Exited(status)),
        (x86_64::End::Killed(signal), _) => Ended::Like(End::Killed(signal.into())),
        (x86_64::End::Hardware(fault), _) => Ended::Unmapped(fault),
        (x86_64::End::TimedOut, _) => Ended::TimedOut,
    };
    Ok((ended, run.bus))
}

/// Why a call of a function is not for the emulated processor, or none.
pub(crate) fn unfit(module: &Module, func: Func) -> Option<String> {
    const UNKNOWN: [&str; 4] = ["avx", "avx2", "fma", "f16c"];
    if let Some(feature) = module.envelope.features.iter().find(|name| UNKNOWN.contains(&name.as_str())) {
        return Some(format!("the emulated processor does not know {feature}"));
    }
    let effects = module.signature(&module.functions[func]).map(|ty| ty.effects).unwrap_or_default();
    let has_status = effects.contains(Effect::Fenv);
    has_status.then(|| "the emulated processor does not keep the floating-point status".to_string())
}
