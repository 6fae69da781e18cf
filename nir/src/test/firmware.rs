//! Runs calls of firmware: on an emulated processor with devices, and in QEMU.

#[cfg(feature = "unicorn")]
use super::capture::Capture;
#[cfg(feature = "unicorn")]
use super::coverage::Collector;
use super::judge::{Ended, Observed};
use super::runner::Machine;
use super::script;
use devices::HARD_FAULT;
use directive::Call;
use elf::DwarfVersion;
use elf::firmware::{Handler, Memory};
use native_ir::{Effect, Func, Module};
#[cfg(feature = "unicorn")]
use program::{Board, Manner};
use program::{Callable, End, How, Process};
use std::sync::Arc;
use std::time::Duration;
use verifier::Verified;

/// How long a call may run.
const LIMIT: Duration = Duration::from_secs(120);

/// An image with all functions that some calls need, and its handlers.
fn callable(
    module: &Verified<Module>,
    calls: &[&Call],
    memory: Memory,
    debug: Option<DwarfVersion>,
) -> Result<(Callable, Vec<(u16, Func)>), String> {
    let handlers = script::handlers(module, calls)?;
    let vectors = handlers.iter().map(|&(vector, func)| Handler { vector, func });
    let functions: Vec<Func> = calls.iter().map(|call| call.func).collect();
    let callable = Callable::with_debug(module, &functions, vectors.collect(), memory, &How::default(), debug);
    Ok((callable.map_err(|error| error.to_string())?, handlers))
}

/// Whether a program takes its faults itself.
fn handles_faults(handlers: &[(u16, Func)]) -> bool {
    handlers.iter().any(|(vector, _)| *vector == HARD_FAULT)
}

/// The memory of a module's target.
fn memory(module: &Module) -> Result<Memory, String> {
    Memory::of_target(module).ok_or_else(|| "the target's programs are no firmware".to_string())
}

fn observed(end: End, output: Vec<u8>, error: Vec<u8>) -> Observed {
    let (end, place) = match end {
        End::Returned(values) => (Ended::Returned(values), None),
        End::Exited(status) => (Ended::Exited(status), None),
        End::Trapped { trap, detail, place, .. } => {
            let place = detail.map_or(place.clone(), |detail| format!("{detail}, {place}"));
            (Ended::Trapped(trap), Some(place))
        }
        End::Stopped(how) => (Ended::Stopped(how), None),
    };
    Observed { end, output, error, place, ..Observed::default() }
}

/// A processor for the calls of a file.
#[cfg(feature = "unicorn")]
pub(super) struct OnBoard {
    module: Arc<Verified<Module>>,
    callable: Callable,
    handlers: Vec<(u16, Func)>,
    board: Board,
}

#[cfg(feature = "unicorn")]
impl OnBoard {
    /// A processor for calls; it has more memory than the chip, since a file's calls share an image.
    ///
    /// # Errors
    /// It cannot be made; the text says why.
    pub(super) fn new(module: &Arc<Verified<Module>>, calls: &[&Call], counts: bool) -> Result<OnBoard, String> {
        const FLASH: u32 = 1 << 20;
        const RAM: u32 = 256 << 10;
        let mut memory = memory(module)?;
        (memory.flash.bytes, memory.ram.bytes) = (memory.flash.bytes.max(FLASH), memory.ram.bytes.max(RAM));
        let (callable, handlers) = callable(module, calls, memory, counts.then_some(DwarfVersion::V5))?;
        let manner = Manner {
            clock: emulator::cortex_m0::Clock::Accesses,
            handles_faults: handles_faults(&handlers),
            sleeps_lightly: true,
            ..Manner::default()
        };
        let mut board = Board::new(&callable, module, manner).map_err(|error| error.to_string())?;
        if counts {
            board.machine().start_profile();
        }
        Ok(OnBoard { module: module.clone(), callable, handlers, board })
    }
}

#[cfg(feature = "unicorn")]
impl Machine for OnBoard {
    fn call(&mut self, call: &Call) -> Result<Observed, String> {
        let (output, error) = (Capture::default(), Capture::default());
        let console = emulator::cortex_m0::Console {
            input: Box::new(std::io::Cursor::new(call.world.stdin.clone())),
            output: Box::new(output.clone()),
            error: Box::new(error.clone()),
            arguments: call.world.arguments.clone(),
        };
        let bus = script::bus(call, &self.handlers)?;
        let func = (call.func, call.arguments.as_slice());
        let limits = emulator::cortex_m0::Limits { time: Some(LIMIT), ..Default::default() };
        let made = self.board.call(&self.callable, &self.module, func, (bus, console), &limits);
        let (end, bus) = made.map_err(|error| error.to_string())?;
        let mut seen = observed(end, output.take(), error.take());
        seen.mismatch = script::mismatch(call, &bus);
        Ok(seen)
    }

    fn count(&mut self, collector: &Collector) -> Result<(), String> {
        let profile = self.board.machine().take_profile();
        collector.add(&self.callable.image, |address| profile.count(address).executions)
    }
}

/// Why a call is not for QEMU, or none.
pub(super) fn unfit_for_qemu(module: &Module, call: &Call) -> Option<String> {
    let effects = module.signature(&module.functions[call.func]).map(|ty| ty.effects).unwrap_or_default();
    let why = if !call.world.interrupts.is_empty() {
        "QEMU raises no interrupts at given accesses"
    } else if effects.contains(Effect::Hardware) && !call.world.core || !call.world.mmio.is_empty() {
        "QEMU has devices of its own, which do not follow directives"
    } else if !call.world.stdin.is_empty() || !call.world.arguments.is_empty() {
        "calls in QEMU have neither input nor arguments of the program"
    } else {
        return None;
    };
    Some(why.to_string())
}

/// A process of QEMU for the calls of a file.
pub(super) struct InQemu {
    module: Arc<Verified<Module>>,
    callable: Callable,
    process: Process,
}

impl InQemu {
    /// A process for calls, with the chip's memory.
    ///
    /// # Errors
    /// It cannot be made; the text says why.
    pub(super) fn new(module: &Arc<Verified<Module>>, calls: &[&Call]) -> Result<InQemu, String> {
        let (callable, handlers) = callable(module, calls, memory(module)?, None)?;
        let process =
            Process::new(&callable, handles_faults(&handlers), false).map_err(|error| error.to_string())?;
        Ok(InQemu { module: module.clone(), callable, process })
    }
}

impl Machine for InQemu {
    fn call(&mut self, call: &Call) -> Result<Observed, String> {
        let func = (call.func, call.arguments.as_slice());
        let (end, output, error) = self
            .process
            .call(&self.callable, &self.module, func, Some(LIMIT))
            .map_err(|error| error.to_string())?;
        Ok(observed(end, output, error))
    }
}
