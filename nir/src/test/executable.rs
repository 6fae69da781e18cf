//! Runs calls as processes: one executable for all calls of a file, which takes the number of a call.

use super::judge::{Ended, Observed};
use super::runner::{MOST_OUTPUT, Machine};
use crate::arguments::Native;
use crate::native::calls::{self, callable};
use crate::native::process::{End, Program};
use crate::native::program::{self, Wanted};
use directive::Call;
use directive::values::CallTypes;
use native_ir::{Contract, Effect, Func, Module, Trap};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::{ExitStatus, Stdio};
use verifier::Verified;

/// Why a call is not for a process, or none.
pub(super) fn unfit(module: &Module, call: &Call) -> Option<String> {
    let function = &module.functions[call.func];
    let effects = module.signature(function).map(|ty| ty.effects).unwrap_or_default();
    let hardware = effects.contains(Effect::Hardware) || !call.world.mmio.is_empty();
    if hardware || !call.world.interrupts.is_empty() {
        return Some("a process has no devices: there is nothing behind hardware registers".to_string());
    }
    None
}

/// The executable of a file's calls.
pub(super) struct Executable {
    program: Program,
    /// By the line of a call's directive: its number in the program.
    numbers: HashMap<usize, usize>,
    /// How many results a function has.
    results: HashMap<Func, usize>,
}

impl Executable {
    /// An executable for calls.
    ///
    /// # Errors
    /// It cannot be made; the text says why.
    pub(super) fn new(module: &Verified<Module>, calls: &[&Call]) -> Result<Executable, String> {
        let bytes = build(module, calls)?;
        let program = Program::new(&bytes).map_err(|error| format!("a temporary folder: {error}"))?;
        let numbers = numbers(calls);
        let results = calls.iter().map(|call| {
            let types = CallTypes::of(module, call.func).unwrap_or_default();
            (call.func, types.results.len())
        });
        Ok(Executable { program, numbers, results: results.collect() })
    }

    fn run(&self, number: usize, call: &Call) -> io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
        let mut command = self.program.command(number);
        command.args(call.world.arguments.iter().map(|bytes| OsString::from_vec(bytes.clone())));
        let mut input = tempfile::tempfile()?;
        input.write_all(&call.world.stdin)?;
        input.seek(SeekFrom::Start(0))?;
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Program::start(&mut command)?;
        let (output, error) = (child.stdout.take(), child.stderr.take());
        let reader = std::thread::spawn(move || read(error));
        let output = read(output);
        let error = reader.join().unwrap_or_default();
        Ok((child.wait()?, output, error))
    }
}

/// By the line of a call's directive: its number in the executable.
pub(super) fn numbers(calls: &[&Call]) -> HashMap<usize, usize> {
    calls.iter().enumerate().map(|(number, call)| (call.line, number)).collect()
}

/// The bytes of an executable for calls.
///
/// # Errors
/// It cannot be made; the text says why.
pub(super) fn build(module: &Verified<Module>, calls: &[&Call]) -> Result<Vec<u8>, String> {
    let all: Vec<calls::Call<'_>> =
        calls.iter().map(|call| calls::Call { func: call.func, arguments: &call.arguments }).collect();
    let callable = callable(module, &all)?;
    program::executable(&callable.module, &Wanted::plain(callable.entry, &Native::default()))
}

/// What a process writes, up to a limit; one that writes more finds nobody who reads.
fn read(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // What was read before an error counts.
        let _ = from.take(MOST_OUTPUT as u64).read_to_end(&mut bytes);
    }
    bytes
}

impl Machine for Executable {
    fn call(&mut self, call: &Call) -> Result<Observed, String> {
        let number = self.numbers.get(&call.line).copied().unwrap_or(usize::MAX);
        let (status, output, error) = self.run(number, call).map_err(|error| error.to_string())?;
        let results = self.results.get(&call.func).copied().unwrap_or(0);
        Ok(observed(self.program.end(number, status), output, error, results))
    }
}

/// What a process did. A trap's report is none of the program's output.
pub(super) fn observed(end: End, output: Vec<u8>, error: Vec<u8>, results: usize) -> Observed {
    let ended = match end {
        End::Returned(bytes) => {
            let values = calls::results(results, &bytes).map(Ended::Returned);
            values.unwrap_or_else(|| Ended::Stopped("results that are not complete".to_string()))
        }
        End::Killed(signal) => Ended::Stopped(format!("an end by signal {signal}")),
        End::Exited(status) => {
            if let Some((trap, at)) = report(status, &error) {
                let place = String::from_utf8_lossy(&error[at..]).trim_end().to_string();
                let error = error[..at].to_vec();
                return Observed {
                    end: Ended::Trapped(trap),
                    output,
                    error,
                    place: Some(place),
                    ..Observed::default()
                };
            }
            Ended::Exited(status)
        }
    };
    Observed { end: ended, output, error, ..Observed::default() }
}

/// The trap of an exit status, if its report stands at the end of the error output; and where that begins.
fn report(status: u8, error: &[u8]) -> Option<(Trap, usize)> {
    let contract = Contract::embedded();
    let mut traps = Trap::ALL.iter().copied();
    let trap = traps.find(|&trap| contract.trap(trap).exit_status == status)?;
    let line = format!("trap: {}\n", contract.trap(trap).message);
    let at = error.windows(line.len()).rposition(|bytes| bytes == line.as_bytes())?;
    Some((trap, at))
}
