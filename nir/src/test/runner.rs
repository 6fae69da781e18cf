//! Runs the calls of a file, each in a fresh state, and judges what came.

use super::report::{CallReport, FileOutcome, Verdict};
use crate::arguments::MemoryMode;
use crate::engine::Engine;
use crate::load::{self, Examination};
use crate::report::Examined;
use devices::{Bus, Scripted};
use directive::values::{self, CallTypes};
use directive::{Call, End};
use native_ir::contract::traps::TrapScope;
use native_ir::{Func, Module, Trap};
use std::collections::HashMap;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use verifier::{Options, Verified};
use vm::{Config, Host, Outcome, Program, TrapReport, Vm};

/// The most bytes of output that a call may write; a program that loops and writes fills no memory.
const MOST_OUTPUT: usize = 16 << 20;
/// Bytes of memory of a machine with machine code: several share the addresses below 2 GiB.
const JIT_MEMORY: u64 = 64 << 20;
/// The name of the scripted device on the bus.
const SCRIPT: &str = "script";
/// The fuel of a call that is to be counted and not to be stopped.
const ENOUGH: u64 = 1 << 40;

/// Runs files.
pub(super) struct Runner<'a> {
    /// What files are verified against.
    pub(super) options: Options<'a>,
    /// What runs them.
    pub(super) engine: Engine,
    /// How memory is checked.
    pub(super) memory_mode: MemoryMode,
    /// The fuel of each call.
    pub(super) fuel: Option<u64>,
}

impl Runner<'_> {
    /// Verifies a file and runs its calls. A file without directives is not even verified.
    pub(super) fn file(&self, path: String, bytes: Vec<u8>) -> FileOutcome {
        if !directive::any_in(&bytes) {
            return FileOutcome::Nothing;
        }
        let Examination { module, text, diagnostics } = load::examine(bytes, &self.options);
        let Some(module) = module else {
            return FileOutcome::Rejected(Examined { path, text, diagnostics });
        };
        // What verified is UTF-8.
        match directive::read(&String::from_utf8_lossy(&text), &module) {
            Ok(calls) => self.calls(Arc::new(module), &calls),
            Err(errors) => FileOutcome::Unreadable(errors),
        }
    }

    fn calls(&self, module: Arc<Verified<Module>>, calls: &[Call]) -> FileOutcome {
        let mut skips: Vec<Option<String>> = calls.iter().map(|call| self.unchecked(call)).collect();
        let mut machine = self.machine(&module, calls, &skips);
        if machine.is_err() {
            self.skip_refused(&module, calls, &mut skips);
            machine = self.machine(&module, calls, &skips);
        }
        let mut machine = match machine {
            Ok(machine) => machine,
            Err(reason) => return FileOutcome::NoMachine(reason),
        };
        let each = calls.iter().zip(skips).map(|(call, skip)| {
            let start = Instant::now();
            let verdict = match (skip, &mut machine) {
                (None, Some(vm)) => self.call(&module, vm, call).unwrap_or_else(Verdict::Failed),
                (skip, _) => Verdict::Skipped(skip.unwrap_or_default()),
            };
            CallReport { line: call.line, text: call.text.clone(), verdict, elapsed: start.elapsed() }
        });
        FileOutcome::Ran(each.collect())
    }

    /// A machine for all calls that are not skipped; none when there are none.
    ///
    /// # Errors
    /// It cannot run them.
    fn machine(
        &self,
        module: &Arc<Verified<Module>>,
        calls: &[Call],
        skips: &[Option<String>],
    ) -> Result<Option<Vm>, String> {
        let wanted = || calls.iter().zip(skips).filter(|(_, skip)| skip.is_none()).map(|(call, _)| call);
        let mut entries: Vec<Func> = wanted().flat_map(functions).collect();
        entries.sort_unstable();
        entries.dedup();
        if entries.is_empty() {
            return Ok(None);
        }
        let counts = self.engine == Engine::Vm && wanted().any(|call| call.world.fuel.is_some());
        self.build(module, &entries, counts).map(Some)
    }

    /// A machine for entries, with accounting for fuel or without.
    ///
    /// # Errors
    /// It cannot run them; the text's first line says why.
    fn build(&self, module: &Arc<Verified<Module>>, entries: &[Func], counts: bool) -> Result<Vm, String> {
        let fuel = self.fuel.is_some() || counts;
        let config = Config { memory_mode: self.memory_mode.into(), fuel, ..Config::default() };
        if self.engine == Engine::Jit {
            let config = Config { memory_bytes: Some(JIT_MEMORY), ..config };
            let options = jit::Options { threads: 1, devices: true, ..jit::Options::default() };
            let machine = jit::machine(module, entries, &config, Host::default(), &options);
            return machine.map(|(vm, _)| vm).map_err(|error| match error {
                jit::Error::Program(errors) => load::explain(&errors),
                error => error.to_string(),
            });
        }
        let program = Program::new(module.clone(), entries, &config).map_err(|errors| load::explain(&errors))?;
        Vm::new(program, Host::default()).map_err(|error| error.to_string())
    }

    /// Skips each call of a function that the machine cannot run.
    fn skip_refused(&self, module: &Arc<Verified<Module>>, calls: &[Call], skips: &mut [Option<String>]) {
        let mut known: HashMap<Func, Option<String>> = HashMap::new();
        let mut refused = |func: Func| {
            let reason = || self.refusal(module, func);
            known.entry(func).or_insert_with(reason).clone()
        };
        for (call, skip) in calls.iter().zip(skips) {
            if skip.is_none() {
                *skip = functions(call).find_map(&mut refused);
            }
        }
    }

    /// Why the machine cannot run a function.
    fn refusal(&self, module: &Arc<Verified<Module>>, func: Func) -> Option<String> {
        if self.engine == Engine::Jit {
            return self.build(module, &[func], false).err();
        }
        let errors = Program::new(module.clone(), &[func], &Config::default()).err()?;
        Some(errors.first()?.message.clone())
    }

    /// Why a trap need not come: without checks what it stands for is undefined.
    fn unchecked(&self, call: &Call) -> Option<String> {
        let End::Traps(trap) = call.end else { return None };
        let checked = self.options.contract.trap(trap).scope == TrapScope::Checked;
        let skip = checked && self.memory_mode == MemoryMode::Fast;
        skip.then(|| format!("only --memory-mode checked promises the trap {}", trap.name()))
    }

    /// Runs a call.
    ///
    /// # Errors
    /// The machine cannot begin it.
    fn call(&self, module: &Module, vm: &mut Vm, call: &Call) -> Result<Verdict, String> {
        let (output, error) = (Capture::default(), Capture::default());
        let handlers = handlers(call);
        *vm.host() = Host {
            input: Box::new(Cursor::new(call.world.stdin.clone())),
            output: Box::new(output.clone()),
            error: Box::new(error.clone()),
            arguments: call.world.arguments.clone(),
            bus: bus(call, &handlers)?,
        };
        vm.reset();
        for (line, handler) in handlers {
            vm.on_interrupt(line, handler);
        }
        let fuel = self.fuel.unwrap_or(ENOUGH);
        vm.set_fuel(fuel);
        let outcome = vm.call(call.func, &call.arguments).map_err(|error| error.to_string())?;
        let used = fuel.saturating_sub(vm.fuel());
        let script = vm.host().bus.device::<Scripted>(SCRIPT).map_or(Ok(()), Scripted::finish);
        let mut complaints = Complaints(Vec::new());
        complaints.end(module, call, &outcome, fuel);
        complaints.bytes("standard output", call.world.stdout.as_deref(), &output.take());
        complaints.bytes("standard error", call.world.stderr.as_deref(), &error.take());
        match script {
            // The access that found no device is the one that the directive expects.
            Err(mismatch) if mismatch.expected.is_none() && call.end == End::Traps(Trap::UnmappedMmio) => {}
            Err(mismatch) => complaints.0.insert(0, mismatch.to_string()),
            Ok(()) => {}
        }
        // Machine code does not count.
        if let Some(wanted) = call.world.fuel.filter(|wanted| *wanted != used && self.engine == Engine::Vm) {
            complaints.0.push(format!("expected {wanted} instructions, got {used}"));
        }
        if complaints.0.is_empty() {
            return Ok(Verdict::Passed);
        }
        if let Outcome::Trapped(report) = &outcome {
            complaints.0.push(stack(module, report));
        }
        Ok(Verdict::Failed(complaints.0.join("\n")))
    }
}

/// The functions that a call begins: its own, and its handlers.
fn functions(call: &Call) -> impl Iterator<Item = Func> + '_ {
    std::iter::once(call.func).chain(call.world.interrupts.iter().map(|(_, handler)| *handler))
}

/// The handlers of a call, each with an interrupt line of its own.
fn handlers(call: &Call) -> Vec<(u16, Func)> {
    let mut handlers: Vec<(u16, Func)> = Vec::new();
    for &(_, handler) in &call.world.interrupts {
        if !handlers.iter().any(|(_, other)| *other == handler) {
            handlers.push((handlers.len() as u16, handler));
        }
    }
    handlers
}

/// The bus of a call: a device that follows its script, and its interrupts.
fn bus(call: &Call, handlers: &[(u16, Func)]) -> Result<Bus, String> {
    let mut bus = Bus::new();
    let script = Scripted::new(call.world.mmio.clone());
    bus.map_rest(SCRIPT, Box::new(script)).map_err(|error| error.to_string())?;
    for &(before, handler) in &call.world.interrupts {
        for &(line, _) in handlers.iter().filter(|(_, other)| *other == handler) {
            bus.inject(before, line).map_err(|error| error.to_string())?;
        }
    }
    Ok(bus)
}

/// What is not as expected, a line each.
struct Complaints(Vec<String>);

impl Complaints {
    /// Compares how a call ended.
    fn end(&mut self, module: &Module, call: &Call, outcome: &Outcome, fuel: u64) {
        let good = match (&call.end, outcome) {
            (End::Well, Outcome::Returned(_) | Outcome::Exited(0)) => true,
            (End::Returns(wanted), Outcome::Returned(found)) => {
                wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| wanted.is(*found))
            }
            (End::Traps(wanted), Outcome::Trapped(report)) => *wanted == report.trap,
            (End::Exits(wanted), Outcome::Exited(found)) => wanted == found,
            _ => false,
        };
        if !good {
            let types = CallTypes::of(module, call.func).unwrap_or_default();
            let expected = expectation(module, &types, &call.end);
            self.0.push(format!("expected {expected}, got {}", ending(module, &types, outcome, fuel)));
        }
    }

    /// Compares what was written.
    fn bytes(&mut self, what: &str, wanted: Option<&[u8]>, found: &[u8]) {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            self.0.push(format!("expected {} on {what}, got {}", quoted(wanted), quoted(found)));
        }
    }
}

fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 200;
    let shown = bytes.get(..MOST).unwrap_or(bytes).escape_ascii();
    if bytes.len() > MOST { format!("\"{shown}\"… ({} bytes)", bytes.len()) } else { format!("\"{shown}\"") }
}

fn expectation(module: &Module, types: &CallTypes, end: &End) -> String {
    match end {
        End::Well => "a return".to_string(),
        End::Returns(wanted) => {
            let bits: Vec<u128> = wanted.iter().map(|wanted| wanted.bits()).collect();
            values::tuple(&values::literals(module, &types.results, &bits))
        }
        End::Traps(trap) => format!("the trap {}", trap.name()),
        End::Exits(status) => format!("exit status {status}"),
    }
}

fn ending(module: &Module, types: &CallTypes, outcome: &Outcome, fuel: u64) -> String {
    match outcome {
        Outcome::Returned(values) => values::tuple(&values::literals(module, &types.results, values)),
        Outcome::Exited(status) => format!("exit status {status}"),
        Outcome::Trapped(report) => format!("the trap {}", report.trap.name()),
        Outcome::OutOfFuel => format!("more than {fuel} instructions"),
    }
}

fn stack(module: &Module, report: &TrapReport) -> String {
    report.render(module).trim_end().to_string()
}

/// Keeps what is written, up to [`MOST_OUTPUT`] bytes.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_OUTPUT.saturating_sub(kept.len()).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        kept.extend_from_slice(&bytes[..room]);
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
