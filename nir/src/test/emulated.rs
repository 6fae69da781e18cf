//! Runs calls on an emulated processor: the executable that processes run, with devices.

use super::capture::Capture;
use super::executable::{self, build, observed};
use super::judge::{Ended, Observed};
use super::runner::Machine;
use super::script;
use crate::native::emulated::{self, World};
use directive::Call;
use directive::values::CallTypes;
use native_ir::{Module, Trap};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;
use verifier::Verified;

/// How long a call may run.
const LIMIT: Duration = Duration::from_secs(120);

/// Why a call is not for the emulator, or none.
pub(super) fn unfit(module: &Module, call: &Call) -> Option<String> {
    if !call.world.interrupts.is_empty() {
        return Some("the emulator raises no interrupts".to_string());
    }
    emulated::unfit(module, call.func)
}

/// The executable of a file's calls.
pub(super) struct Emulated {
    module: Arc<Verified<Module>>,
    executable: Vec<u8>,
    /// By the line of a call's directive: its number in the program.
    numbers: HashMap<usize, usize>,
}

impl Emulated {
    /// An executable for calls.
    ///
    /// # Errors
    /// It cannot be made; the text says why.
    pub(super) fn new(module: &Arc<Verified<Module>>, calls: &[&Call]) -> Result<Emulated, String> {
        let numbers = executable::numbers(calls);
        Ok(Emulated { module: module.clone(), executable: build(module, calls)?, numbers })
    }
}

impl Machine for Emulated {
    fn call(&mut self, call: &Call) -> Result<Observed, String> {
        let (output, error) = (Capture::default(), Capture::default());
        let world = World {
            arguments: call.world.arguments.clone(),
            input: Box::new(Cursor::new(call.world.stdin.clone())),
            output: Box::new(output.clone()),
            error: Box::new(error.clone()),
            bus: script::bus(call, &[])?,
            limit: Some(LIMIT),
        };
        let number = self.numbers.get(&call.line).copied().unwrap_or(usize::MAX);
        let (ended, bus) = emulated::run(&self.executable, &self.module, number, world)?;
        let (output, error) = (output.take(), error.take());
        let mut seen = match ended {
            emulated::Ended::Like(end) => {
                let types = CallTypes::of(&self.module, call.func).unwrap_or_default();
                observed(end, output, error, types.results.len())
            }
            emulated::Ended::Unmapped(fault) => {
                let (end, place) = (Ended::Trapped(Trap::UnmappedMmio), Some(fault));
                Observed { end, output, error, place, ..Observed::default() }
            }
            emulated::Ended::TimedOut => {
                let end = Ended::Stopped(format!("more than {} seconds", LIMIT.as_secs()));
                Observed { end, output, error, ..Observed::default() }
            }
        };
        seen.mismatch = script::mismatch(call, &bus);
        Ok(seen)
    }
}
