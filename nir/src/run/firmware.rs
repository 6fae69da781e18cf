//! `nir run --engine emulator` and `--engine qemu` for firmware's modules, whose entry is called when data has its values.

use super::entry::Entry;
use super::machine::Handlers;
#[cfg(feature = "unicorn")]
use super::streams::{ErrorOutput, Input, Output};
#[cfg(feature = "unicorn")]
use super::{cycles, fault, machine};
use crate::arguments::{Devices, MemoryMode, Native, Run, Threshold};
use crate::engine::Engine;
use crate::native::{image, refused};
use crate::outcome::{Failure, Status};
use devices::{HARD_FAULT, NRF51_LINES};
use directive::values;
use elf::DwarfVersion;
use elf::firmware::{FirmwareOptions, Handler, Memory};
use emulator::Backtrace;
#[cfg(feature = "unicorn")]
use emulator::cortex_m0::{Console, Machine};
use native_ir::{Contract, Module};
#[cfg(feature = "unicorn")]
use program::{Board, Manner};
use program::{Callable, End, How, Process};
use std::io::{self, Write};
use verifier::Verified;

/// Runs a module's entry.
///
/// # Errors
/// [`Failure::Usage`] for arguments that mean nothing to the engine; [`Failure::Rejected`] when there is no image of the
/// program, and why was printed.
pub(super) fn run(module: &Verified<Module>, entry: &Entry, arguments: &Run) -> Result<Status, Failure> {
    check(arguments)?;
    let memory = Memory::of_target(module).ok_or_else(|| Failure::Usage("no memory is known".to_string()))?;
    let handlers = handlers(module, arguments)?;
    if let Some(port) = arguments.gdb {
        return debug(module, entry, port, memory, handlers);
    }
    let handles_faults = handlers.iter().any(|handler| handler.vector == HARD_FAULT);
    let (how, lines) = (How::default(), Some(DwarfVersion::V5));
    let callable = Callable::with_debug(module, &[entry.func], handlers, memory, &how, lines).map_err(refused)?;
    let call = (entry.func, entry.values.as_slice());
    #[cfg(feature = "unicorn")]
    if arguments.engine == Engine::Emulator {
        let output = Output::new();
        let lines = Handlers::new(module, arguments)?;
        let world = world(module, arguments, &lines, &output)?;
        let mut wake = machine::input(arguments, &output);
        let manner = Manner { handles_faults, ..Manner::default() };
        let mut board = Board::new(&callable, module, manner).map_err(refused)?;
        if arguments.profile.is_some() {
            board.machine().start_profile();
        }
        fault::plan(&arguments.fault, board.machine())?;
        let limits = emulator::cortex_m0::Limits::default();
        let ended = board.call_and_wake(&callable, module, call, world, &limits, &mut wake);
        let (end, _) = ended.map_err(refused)?;
        let status = say(module, entry, end, &board.backtrace(&callable).map_err(refused)?)?;
        write_profile(&callable.image.elf().map_err(refused)?, board.machine(), arguments)?;
        return Ok(status);
    }
    let mut process = Process::new(&callable, handles_faults, true).map_err(refused)?;
    let (end, _, _) = process.call(&callable, module, call, None).map_err(refused)?;
    say(module, entry, end, &process.backtrace(&callable).map_err(refused)?)
}

/// Refuses what the engine cannot do.
pub(super) fn check(arguments: &Run) -> Result<(), Failure> {
    let in_qemu = arguments.engine == Engine::Qemu;
    let options = [
        (arguments.fuel.is_some(), "--fuel"),
        (in_qemu && arguments.profile.is_some(), "--profile"),
        (arguments.memory_mode == MemoryMode::Checked, "--memory-mode checked"),
        (arguments.jit_threshold != Threshold::Calls(0), "--jit-threshold"),
        (arguments.report_tiers, "--report-tiers"),
        (arguments.perf_map, "--perf-map"),
        (in_qemu && !arguments.interrupt.is_empty(), "--interrupt"),
        (in_qemu && arguments.trace_mmio, "--trace-mmio"),
        (in_qemu && arguments.devices == Devices::Plain, "--devices plain"),
    ];
    match options.into_iter().find(|(given, _)| *given) {
        Some((_, option)) => {
            Err(Failure::Usage(format!("{option} is not for --engine {}", arguments.engine.name())))
        }
        None => Ok(()),
    }
}

/// The vectors of the handlers that the devices need.
fn handlers(module: &Module, arguments: &Run) -> Result<Vec<Handler>, Failure> {
    if arguments.engine == Engine::Qemu || arguments.devices == Devices::Nrf51 {
        return elf::firmware::handlers(module, &NRF51_LINES).map_err(refused);
    }
    let lines = Handlers::new(module, arguments)?;
    Ok(lines.0.into_iter().map(|(vector, func)| Handler { vector, func }).collect())
}

/// The streams of this process, and the devices that the arguments ask for.
#[cfg(feature = "unicorn")]
pub(super) fn world(
    module: &Module,
    arguments: &Run,
    lines: &Handlers,
    output: &Output,
) -> Result<(devices::Bus, Console), Failure> {
    let console = Console {
        input: Box::new(Input(output.clone())),
        output: Box::new(output.clone()),
        error: Box::new(ErrorOutput(output.clone())),
        arguments: Vec::new(),
    };
    let mut bus = machine::bus(module, arguments, lines, output)?;
    fault::damage(&arguments.fault, &mut bus);
    Ok((bus, console))
}

/// Says where the cycles went, if that is wanted.
#[cfg(feature = "unicorn")]
pub(super) fn write_profile(image: &[u8], chip: &mut Machine, arguments: &Run) -> Result<(), Failure> {
    let Some(file) = &arguments.profile else { return Ok(()) };
    cycles::write(image, &chip.take_profile(), chip.cycles(), file.as_deref())
}

/// Says how the call ended, and which calls led there.
fn say(module: &Module, entry: &Entry, end: End, calls: &Backtrace) -> Result<Status, Failure> {
    match end {
        End::Returned(results) => {
            let mut out = io::stdout().lock();
            for literal in values::literals(module, &entry.results, &results) {
                writeln!(out, "{literal}")?;
            }
            out.flush()?;
            Ok(Status::Fine)
        }
        End::Exited(status) => Ok(Status::Program(status)),
        End::Trapped { trap, detail, place, .. } => {
            let row = Contract::embedded().trap(trap);
            let mut text = detail.map(|detail| format!("  {detail}\n")).unwrap_or_default();
            text += &if calls.first.is_empty() { format!("  {place}\n") } else { calls.to_string() };
            // Standard error that cannot be written leaves nobody to tell.
            let _ = write!(io::stderr(), "trap: {}\n{text}", row.message);
            Ok(Status::Program(row.exit_status))
        }
        End::Stopped(how) => {
            let _ = write!(io::stderr(), "nir: the program was stopped: {how}\n{calls}");
            Ok(Status::NotRun)
        }
    }
}

/// Runs the whole image of a program in QEMU, which waits for a debugger at its first instruction.
fn debug(
    module: &Verified<Module>,
    entry: &Entry,
    port: u16,
    memory: Memory,
    handlers: Vec<Handler>,
) -> Result<Status, Failure> {
    let mut options = FirmwareOptions::new(Some(entry.func), memory);
    options.handlers = handlers;
    options.debug = Some(DwarfVersion::V5);
    let image = image::firmware(module, &options, &Native::default()).map_err(refused)?;
    super::image::in_qemu(&image.elf().map_err(refused)?, Some(port))
}
