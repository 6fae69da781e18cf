//! `nir run --engine emulator` and `--engine qemu` for firmware: modules, whose entry is called when data has its values, and
//! images, which begin as in a chip.

use super::entry::Entry;
use super::machine::Handlers;
#[cfg(feature = "unicorn")]
use super::streams::{ErrorOutput, Input, Output};
#[cfg(feature = "unicorn")]
use super::{fault, machine};
use crate::arguments::{Devices, MemoryMode, Native, Run, Threshold};
use crate::engine::Engine;
use crate::native::{image, refused};
use crate::outcome::{Failure, Status};
use devices::{HARD_FAULT, NRF51_LINES};
use directive::values;
use elf::DwarfVersion;
use elf::firmware::{FirmwareOptions, Handler, Memory};
#[cfg(feature = "unicorn")]
use emulator::cortex_m0::Console;
use emulator::qemu::{self, Debugger, Host};
use native_ir::{Contract, Module, Trap};
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
    let callable = Callable::new(module, &[entry.func], handlers, memory, &How::default()).map_err(refused)?;
    let call = (entry.func, entry.values.as_slice());
    #[cfg(feature = "unicorn")]
    if arguments.engine == Engine::Emulator {
        let output = Output::new();
        let lines = Handlers::new(module, arguments)?;
        let world = world(module, arguments, &lines, &output)?;
        let mut wake = machine::input(arguments, &output);
        let manner = Manner { handles_faults, ..Manner::default() };
        let mut board = Board::new(&callable, module, manner).map_err(refused)?;
        fault::plan(&arguments.fault, board.machine())?;
        let limits = emulator::cortex_m0::Limits::default();
        let ended = board.call_and_wake(&callable, module, call, world, &limits, &mut wake);
        let (end, _) = ended.map_err(refused)?;
        return say(module, entry, end);
    }
    let mut process = Process::new(&callable, handles_faults, true).map_err(refused)?;
    let (end, _, _) = process.call(&callable, module, call, None).map_err(refused)?;
    say(module, entry, end)
}

/// Refuses what the engine cannot do.
fn check(arguments: &Run) -> Result<(), Failure> {
    let in_qemu = arguments.engine == Engine::Qemu;
    let options = [
        (arguments.fuel.is_some(), "--fuel"),
        (arguments.profile.is_some(), "--profile"),
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
fn world(
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

/// Says how the call ended.
fn say(module: &Module, entry: &Entry, end: End) -> Result<Status, Failure> {
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
        End::Trapped { trap, place, .. } => {
            let row = Contract::embedded().trap(trap);
            let _ = writeln!(io::stderr(), "trap: {}\n  {place}", row.message);
            Ok(Status::Program(row.exit_status))
        }
        End::Stopped(how) => {
            let _ = writeln!(io::stderr(), "nir: the program was stopped: {how}");
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
    in_qemu(&image.elf().map_err(refused)?, Some(port))
}

/// Runs an image as a chip does. Its exit status is the program's.
///
/// # Errors
/// As for [`run`].
pub(super) fn run_image(file: &[u8], arguments: &Run) -> Result<Status, Failure> {
    check(arguments)?;
    if !arguments.engine.is_executable() || arguments.engine == Engine::Native {
        let name = arguments.engine.name();
        let message = format!(
            "the file is an image of machine code, which --engine {name} does not run; emulator and qemu do"
        );
        return Err(Failure::Usage(message));
    }
    if arguments.entry.is_some() || !arguments.arguments.is_empty() {
        return Err(Failure::Usage("an image begins where its vector table says, without arguments".to_string()));
    }
    #[cfg(feature = "unicorn")]
    if arguments.engine == Engine::Emulator {
        return on_chip(file, arguments);
    }
    in_qemu(file, arguments.gdb)
}

/// Whether a file is an image of firmware: an ELF file for Arm (EM_ARM is 40).
pub(super) fn is_image(file: &[u8]) -> bool {
    file.starts_with(b"\x7fELF") && file.get(18..20) == Some([40, 0].as_slice())
}

fn in_qemu(file: &[u8], gdb: Option<u16>) -> Result<Status, Failure> {
    let host = Host { debugger: gdb.map(Debugger::Port), ..Host::default() };
    if let Some(port) = gdb {
        writeln!(io::stderr(), "nir: waiting for a debugger: target remote 127.0.0.1:{port}")?;
    }
    match qemu::run(file, &host).map_err(refused)?.end {
        qemu::End::Exited(status) => Ok(Status::Program(status)),
        qemu::End::Lockup => locked("in QEMU"),
        qemu::End::Killed(signal) => stopped(&format!("QEMU was ended by signal {signal}")),
        qemu::End::TimedOut => stopped("it ran too long"),
    }
}

/// Tells of a fault in the handler of a fault.
fn locked(place: &str) -> Result<Status, Failure> {
    let row = Contract::embedded().trap(Trap::Lockup);
    let _ = writeln!(io::stderr(), "trap: {}\n  {place}", row.message);
    Ok(Status::Program(row.exit_status))
}

fn stopped(how: &str) -> Result<Status, Failure> {
    let _ = writeln!(io::stderr(), "nir: the program was stopped: {how}");
    Ok(Status::NotRun)
}

#[cfg(feature = "unicorn")]
fn on_chip(file: &[u8], arguments: &Run) -> Result<Status, Failure> {
    use emulator::Firmware;
    use emulator::cortex_m0::{Limits, Machine, Settings, Stop};
    let output = Output::new();
    let module = Module::default();
    let (bus, console) = world(&module, arguments, &Handlers::default(), &output)?;
    let mut wake = machine::input(arguments, &output);
    let firmware = Firmware::read(file).map_err(refused)?;
    let mut chip =
        Machine::with(Settings { bus, console: Some(console), ..Settings::default() }).map_err(refused)?;
    chip.load_firmware(&firmware).map_err(refused)?;
    chip.boot().map_err(refused)?;
    fault::plan(&arguments.fault, &mut chip)?;
    let stop = loop {
        let stop = chip.resume(&Limits::default()).map_err(refused)?;
        if stop != Stop::Asleep || !wake(chip.bus()) {
            break stop;
        }
    };
    // What is buffered goes out; a reader that has gone changes nothing.
    let _ = output.clone().flush();
    match stop {
        Stop::Exited(status) => Ok(Status::Program(status as u8)),
        Stop::Hardware(text) => {
            let row = Contract::embedded().trap(Trap::UnmappedMmio);
            let _ = writeln!(io::stderr(), "trap: {}\n  {text}", row.message);
            Ok(Status::Program(row.exit_status))
        }
        Stop::Lockup(fault) => locked(&fault.to_string()),
        Stop::Asleep => stopped("it sleeps, and nothing will wake it"),
        Stop::Reset => stopped("it asked for a reset"),
        stop => stopped(&format!("{stop:?}")),
    }
}
