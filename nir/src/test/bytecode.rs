//! Runs calls in the VM, with machine code beside it or without.

use super::capture::Capture;
use super::judge::{Ended, Observed};
use super::runner::Machine;
use super::script;
use crate::arguments::MemoryMode;
use crate::engine::Engine;
use crate::load;
use directive::Call;
use native_ir::{Func, Module};
use std::io::Cursor;
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Outcome, Program, Vm};

/// Bytes of memory of a machine with machine code: several share the addresses below 2 GiB.
const JIT_MEMORY: u64 = 64 << 20;
/// The fuel of a call that is to be counted and not to be stopped.
const ENOUGH: u64 = 1 << 40;

/// How a machine is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) engine: Engine,
    pub(super) memory_mode: MemoryMode,
    /// The fuel of each call.
    pub(super) fuel: Option<u64>,
}

/// A machine for the calls of a module.
pub(super) struct Bytecode {
    module: Arc<Verified<Module>>,
    vm: Vm,
    handlers: Vec<(u16, Func)>,
    settings: Settings,
}

impl Bytecode {
    /// A machine for calls; it has accounting for fuel if one of them needs it.
    ///
    /// # Errors
    /// It cannot run them; the text's first line says why.
    pub(super) fn new(
        module: &Arc<Verified<Module>>,
        calls: &[&Call],
        settings: Settings,
    ) -> Result<Bytecode, String> {
        let handlers = script::handlers(module, calls)?;
        let mut entries: Vec<Func> = calls.iter().flat_map(|call| functions(call)).collect();
        entries.extend(handlers.iter().map(|(_, func)| *func));
        entries.sort_unstable();
        entries.dedup();
        let counts = settings.engine == Engine::Vm && calls.iter().any(|call| call.world.fuel.is_some());
        let vm = build(module, &entries, counts, settings)?;
        Ok(Bytecode { module: module.clone(), vm, handlers, settings })
    }

    /// Why the engine is not for a call.
    pub(super) fn refusal(module: &Arc<Verified<Module>>, call: &Call, settings: Settings) -> Option<String> {
        let entries: Vec<Func> = functions(call).collect();
        if settings.engine == Engine::Jit {
            return match beside_machine_code(module, &entries, Config::default()) {
                Err(jit::Error::Program(errors)) => Some(load::explain(&errors)),
                _ => None,
            };
        }
        let errors = Program::new(module.clone(), &entries, &Config::default()).err()?;
        Some(errors.first()?.message.clone())
    }
}

fn build(
    module: &Arc<Verified<Module>>,
    entries: &[Func],
    counts: bool,
    settings: Settings,
) -> Result<Vm, String> {
    let fuel = settings.fuel.is_some() || counts;
    let config = Config { memory_mode: settings.memory_mode.into(), fuel, ..Config::default() };
    if settings.engine == Engine::Jit {
        return beside_machine_code(module, entries, config).map_err(|error| match error {
            jit::Error::Program(errors) => load::explain(&errors),
            error => error.to_string(),
        });
    }
    let program = Program::new(module.clone(), entries, &config).map_err(|errors| load::explain(&errors))?;
    Vm::new(program, Host::default()).map_err(|error| error.to_string())
}

/// A VM with machine code beside its bytecode.
fn beside_machine_code(
    module: &Arc<Verified<Module>>,
    entries: &[Func],
    config: Config,
) -> Result<Vm, jit::Error> {
    let config = Config { memory_bytes: Some(JIT_MEMORY), ..config };
    let options = jit::Options { threads: 1, devices: true, ..jit::Options::default() };
    jit::machine(module, entries, &config, Host::default(), &options).map(|(vm, _)| vm)
}

impl Machine for Bytecode {
    fn call(&mut self, call: &Call) -> Result<Observed, String> {
        let (output, error) = (Capture::default(), Capture::default());
        let vm = &mut self.vm;
        *vm.host() = Host {
            input: Box::new(Cursor::new(call.world.stdin.clone())),
            output: Box::new(output.clone()),
            error: Box::new(error.clone()),
            arguments: call.world.arguments.clone(),
            bus: script::bus(call, &self.handlers)?,
        };
        vm.reset();
        for &(number, handler) in &self.handlers {
            vm.on_exception(number, handler);
        }
        let fuel = self.settings.fuel.unwrap_or(ENOUGH);
        vm.set_fuel(fuel);
        let outcome = vm.call(call.func, &call.arguments).map_err(|error| error.to_string())?;
        let used = fuel.saturating_sub(vm.fuel());
        let mismatch = script::mismatch(call, &vm.host().bus);
        let place = match &outcome {
            Outcome::Trapped(report) => Some(report.render(&self.module).trim_end().to_string()),
            _ => None,
        };
        Ok(Observed {
            end: match outcome {
                Outcome::Returned(values) => Ended::Returned(values),
                Outcome::Exited(status) => Ended::Exited(status),
                Outcome::Trapped(report) => Ended::Trapped(report.trap),
                Outcome::OutOfFuel => Ended::Stopped(format!("more than {fuel} instructions")),
                Outcome::Halted(halt) => Ended::Stopped(halt.to_string()),
            },
            output: output.take(),
            error: error.take(),
            // Machine code does not count.
            fuel: (self.settings.engine == Engine::Vm).then_some(used),
            mismatch,
            place,
        })
    }
}

/// The functions that a call begins: its own, and its handlers.
fn functions(call: &Call) -> impl Iterator<Item = Func> + '_ {
    std::iter::once(call.func).chain(call.world.interrupts.iter().map(|(_, handler)| *handler))
}
