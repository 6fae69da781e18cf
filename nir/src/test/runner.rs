//! Runs the calls of a file, each in a fresh state, on each engine, and has them judged.

use super::bytecode::{Bytecode, Settings};
use super::coverage::Collector;
use super::executable::{self, Executable};
use super::firmware;
use super::judge::{Observed, judge};
use super::report::{CallReport, FileOutcome, Verdict};
use crate::arguments::MemoryMode;
use crate::engine::Engine;
use crate::load::{self, Examination};
use crate::native;
use crate::report::Examined;
use directive::{Call, End};
use native_ir::contract::traps::TrapScope;
use native_ir::{Func, Module};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use verifier::{Options, Verified};

/// The most bytes of output that a call may write; a program that loops and writes fills no memory.
pub(super) const MOST_OUTPUT: usize = 16 << 20;

/// Runs files.
pub(super) struct Runner<'a> {
    /// What files are verified against.
    pub(super) options: Options<'a>,
    /// What runs them, and how memory is checked there.
    pub(super) engines: Vec<(Engine, MemoryMode)>,
    /// The fuel of each call.
    pub(super) fuel: Option<u64>,
    /// What gathers which lines ran, if that is wanted.
    pub(super) coverage: Option<Collector>,
}

/// Something that can make the calls of a file.
pub(super) trait Machine {
    /// Makes a call in a fresh state.
    ///
    /// # Errors
    /// It cannot begin.
    fn call(&mut self, call: &Call) -> Result<Observed, String>;

    /// Says which lines ran, if the machine counts.
    ///
    /// # Errors
    /// It counted, and cannot say.
    fn count(&mut self, _: &Collector) -> Result<(), String> {
        Ok(())
    }
}

/// What came of a call on an engine, and how long it took.
enum Tried {
    Ran(Observed, Duration),
    Broke(String),
    Skipped(String),
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
            Ok(calls) => self.calls(&Arc::new(module), &calls),
            Err(errors) => FileOutcome::Unreadable(errors),
        }
    }

    fn calls(&self, module: &Arc<Verified<Module>>, calls: &[Call]) -> FileOutcome {
        let mut tried = Vec::new();
        for &(engine, memory_mode) in &self.engines {
            let settings = Settings { engine, memory_mode, fuel: self.fuel };
            match self.on_engine(module, calls, settings) {
                Ok(all) => tried.push(all),
                Err(reason) => return FileOutcome::NoMachine(reason),
            }
        }
        let mut reports = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            let all: Vec<&Tried> = tried.iter().map(|all| &all[index]).collect();
            reports.extend((0..all.len()).map(|engine| self.report(module, call, &all, engine)));
        }
        FileOutcome::Ran(reports)
    }

    /// What came of a call on one of the engines, compared with what came of it on the first that ran it.
    fn report(&self, module: &Module, call: &Call, all: &[&Tried], engine: usize) -> CallReport {
        let first = all[..engine].iter().zip(&self.engines).find_map(|(tried, (other, _))| match tried {
            Tried::Ran(observed, _) => Some((other.name(), observed)),
            _ => None,
        });
        let (verdict, elapsed) = match all[engine] {
            Tried::Ran(observed, elapsed) => (judge(module, call, observed, first), *elapsed),
            Tried::Broke(reason) => (Verdict::Failed(reason.clone()), Duration::ZERO),
            Tried::Skipped(reason) => (Verdict::Skipped(reason.clone()), Duration::ZERO),
        };
        let text = match all.len() {
            1 => call.text.clone(),
            _ => format!("{} ({})", call.text, self.engines[engine].0.name()),
        };
        CallReport { line: call.line, text, verdict, elapsed }
    }

    /// Runs all calls on an engine.
    ///
    /// # Errors
    /// There is no machine for them.
    fn on_engine(
        &self,
        module: &Arc<Verified<Module>>,
        calls: &[Call],
        settings: Settings,
    ) -> Result<Vec<Tried>, String> {
        if settings.engine.is_executable() && settings.memory_mode == MemoryMode::Checked {
            return Err(format!("the engine {} does not check memory", settings.engine.name()));
        }
        let mut skips: Vec<Option<String>> = calls.iter().map(|call| self.unfit(module, call, settings)).collect();
        let counts = self.coverage.is_some();
        let mut machine = machine(module, calls, &skips, settings, counts);
        if machine.is_err() {
            skip_refused(module, calls, &mut skips, settings);
            // What still stands in the way is no refusal but a failure, of each call that is left.
            machine = self::machine(module, calls, &skips, settings, counts);
        }
        let each = calls.iter().zip(skips).map(|(call, skip)| match (skip, &mut machine) {
            (Some(reason), _) => Tried::Skipped(reason),
            (None, Err(reason)) => Tried::Broke(reason.clone()),
            (None, Ok(machine)) => {
                let start = Instant::now();
                match machine.call(call) {
                    Ok(observed) => Tried::Ran(observed, start.elapsed()),
                    Err(reason) => Tried::Broke(reason),
                }
            }
        });
        let all = each.collect();
        if let (Some(collector), Ok(machine)) = (&self.coverage, &mut machine) {
            machine.count(collector)?;
        }
        Ok(all)
    }

    /// Why an engine need not make a call.
    fn unfit(&self, module: &Verified<Module>, call: &Call, settings: Settings) -> Option<String> {
        // Without checks, what a checked trap stands for is undefined.
        if let End::Traps(trap) = call.end
            && self.options.contract.trap(trap).scope == TrapScope::Checked
            && settings.memory_mode == MemoryMode::Fast
        {
            return Some(format!("only --memory-mode checked promises the trap {}", trap.name()));
        }
        match settings.engine {
            Engine::Vm => None,
            Engine::Jit => native::foreign(module),
            Engine::Native => native::foreign(module).or_else(|| executable::unfit(module, call)),
            #[cfg(feature = "unicorn")]
            Engine::Emulator if program::is_firmware(module) => native::no_emitter(module),
            #[cfg(feature = "unicorn")]
            Engine::Emulator => native::no_emitter(module).or_else(|| super::emulated::unfit(module, call)),
            Engine::Qemu if program::is_firmware(module) => {
                native::no_emitter(module).or_else(|| firmware::unfit_for_qemu(module, call))
            }
            Engine::Qemu => Some(format!("QEMU is for firmware, and not for {}", module.envelope.target)),
        }
    }
}

/// A machine for all calls that are not skipped, which counts lines if that is wanted and it can.
///
/// # Errors
/// It cannot run them, or there are none.
#[cfg_attr(not(feature = "unicorn"), allow(unused_variables, reason = "only the emulated processor counts"))]
fn machine(
    module: &Arc<Verified<Module>>,
    calls: &[Call],
    skips: &[Option<String>],
    settings: Settings,
    counts: bool,
) -> Result<Box<dyn Machine>, String> {
    let wanted: Vec<&Call> =
        calls.iter().zip(skips).filter(|(_, skip)| skip.is_none()).map(|(call, _)| call).collect();
    if wanted.is_empty() {
        return Err("no call is left to make".to_string());
    }
    Ok(match settings.engine {
        Engine::Vm | Engine::Jit => Box::new(Bytecode::new(module, &wanted, settings)?),
        Engine::Native => Box::new(Executable::new(module, &wanted)?),
        #[cfg(feature = "unicorn")]
        Engine::Emulator if program::is_firmware(module) => {
            Box::new(firmware::OnBoard::new(module, &wanted, counts)?)
        }
        #[cfg(feature = "unicorn")]
        Engine::Emulator => Box::new(super::emulated::Emulated::new(module, &wanted)?),
        Engine::Qemu => Box::new(firmware::InQemu::new(module, &wanted)?),
    })
}

/// Skips each call that the engine is not for. Calls of the same functions need the same machine.
fn skip_refused(module: &Arc<Verified<Module>>, calls: &[Call], skips: &mut [Option<String>], settings: Settings) {
    let mut known: HashMap<Vec<Func>, Option<String>> = HashMap::new();
    for (call, skip) in calls.iter().zip(skips) {
        if skip.is_none() {
            let handlers = call.world.interrupts.iter().map(|(_, handler)| *handler);
            let functions = std::iter::once(call.func).chain(handlers).collect();
            *skip = known.entry(functions).or_insert_with(|| refusal(module, call, settings)).clone();
        }
    }
}

/// Why the engine is not for a call: by the rules of engines alone. Anything else that stands in the way is a failure.
fn refusal(module: &Arc<Verified<Module>>, call: &Call, settings: Settings) -> Option<String> {
    match settings.engine {
        Engine::Vm | Engine::Jit => Bytecode::refusal(module, call, settings),
        _ => {
            let runnable = module.for_engine(verifier::Engine::Native, &[call.func]);
            let errors = runnable.and_then(|runnable| module.linked(runnable.functions())).err()?;
            Some(load::explain(&errors))
        }
    }
}
