//! `nir run` of images of firmware, of whatever maker: they begin as in a chip, and end as they say themselves.
//!
//! An image of ours that traps tells class and address by its reporter. What that cannot know, its place in the source and
//! the calls that led there, is told here, from the tables of the image's ELF file.

use super::firmware;
use crate::arguments::Run;
use crate::engine::Engine;
use crate::native::refused;
use crate::outcome::{Failure, Status};
use emulator::qemu::{self, Debugger, Host};
use emulator::{Backtrace, Firmware};
use native_ir::{Contract, Trap};
use std::io::{self, Write};

/// The first instruction of images of ours, the handler of faults that they have, and the reporter by which it ends the
/// program.
#[cfg(feature = "unicorn")]
const RESET: &str = "__nir_reset";
const HANDLER: &str = "__nir_fault";
const REPORTER: &str = "__nir_trapped";

/// Runs an image as a chip does. Its exit status is the program's.
///
/// # Errors
/// As for [`firmware::run`].
pub(super) fn run(file: &[u8], arguments: &Run) -> Result<Status, Failure> {
    firmware::check(arguments)?;
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

/// The handler of an image whose faults end the program with a report.
fn reporting_handler(firmware: &Firmware) -> Option<u32> {
    firmware.address(HANDLER).filter(|_| firmware.address(REPORTER).is_some())
}

/// Runs an image in QEMU; with a port that waits for a debugger there.
pub(super) fn in_qemu(file: &[u8], gdb: Option<u16>) -> Result<Status, Failure> {
    let handler = match gdb {
        Some(_) => None,
        None => reporting_handler(&Firmware::read(file).map_err(refused)?),
    };
    let host = Host { debugger: gdb.map(Debugger::Port), handler, ..Host::default() };
    if let Some(port) = gdb {
        writeln!(io::stderr(), "nir: waiting for a debugger: target remote 127.0.0.1:{port}")?;
    }
    let run = qemu::run(file, &host).map_err(refused)?;
    match run.end {
        qemu::End::Exited(status) => Ok(exited(status, &run.calls)),
        qemu::End::Lockup => Ok(trapped(Trap::Lockup, "", &Backtrace::default())),
        qemu::End::Killed(signal) => stopped(&format!("QEMU was ended by signal {signal}"), &Backtrace::default()),
        qemu::End::TimedOut => stopped("it ran too long", &Backtrace::default()),
    }
}

/// The end of a program that ended by itself, behind its own report if a fault was why.
fn exited(status: u8, calls: &Backtrace) -> Status {
    // Standard error that cannot be written leaves nobody to tell.
    let _ = write!(io::stderr(), "{calls}");
    Status::Program(status)
}

/// The end of a program by what it cannot tell itself.
fn trapped(trap: Trap, detail: &str, calls: &Backtrace) -> Status {
    let row = Contract::embedded().trap(trap);
    let _ = write!(io::stderr(), "trap: {}\n{detail}{calls}", row.message);
    Status::Program(row.exit_status)
}

fn stopped(how: &str, calls: &Backtrace) -> Result<Status, Failure> {
    let _ = write!(io::stderr(), "nir: the program was stopped: {how}\n{calls}");
    Ok(Status::NotRun)
}

#[cfg(feature = "unicorn")]
fn on_chip(file: &[u8], arguments: &Run) -> Result<Status, Failure> {
    use super::machine::Handlers;
    use super::streams::Output;
    use emulator::cortex_m0::{Limits, Machine, Settings, Stop};
    use native_ir::Module;
    let output = Output::new();
    let (bus, console) = firmware::world(&Module::default(), arguments, &Handlers::default(), &output)?;
    let mut wake = super::machine::input(arguments, &output);
    let image = Firmware::read(file).map_err(refused)?;
    let stops_at_faults = reporting_handler(&image).is_some();
    // What a section of that name means to other makers is not known.
    let stack_limit = image.stack_limit.filter(|_| image.address(RESET).is_some());
    let profile = arguments.profile.is_some();
    let settings =
        Settings { bus, console: Some(console), stops_at_faults, stack_limit, profile, ..Settings::default() };
    let mut chip = Machine::with(settings).map_err(refused)?;
    chip.load_firmware(&image).map_err(refused)?;
    chip.boot().map_err(refused)?;
    super::fault::plan(&arguments.fault, &mut chip)?;
    let mut calls = Backtrace::default();
    let stop = loop {
        match chip.resume(&Limits::default()).map_err(refused)? {
            Stop::Raised(_) => calls = backtrace(file, &chip),
            Stop::Asleep if wake(chip.bus()) => {}
            stop => break stop,
        }
    };
    // What is buffered goes out; a reader that has gone changes nothing.
    let _ = output.clone().flush();
    firmware::write_profile(file, &mut chip, arguments)?;
    match stop {
        Stop::Exited(status) => Ok(exited(status as u8, &calls)),
        Stop::Hardware(text) => Ok(trapped(Trap::UnmappedMmio, &format!("  {text}\n"), &backtrace(file, &chip))),
        Stop::StackOverflow(_) => Ok(trapped(Trap::StackExhausted, "", &backtrace(file, &chip))),
        Stop::Lockup(fault) => Ok(trapped(Trap::Lockup, &format!("  {fault}\n"), &backtrace(file, &chip))),
        Stop::Asleep => stopped("it sleeps, and nothing will wake it", &Backtrace::default()),
        Stop::Reset => stopped("it asked for a reset", &Backtrace::default()),
        stop => stopped(&format!("{stop:?}"), &Backtrace::default()),
    }
}

/// The calls that led to where a machine is; none where the file has no tables that can be read.
#[cfg(feature = "unicorn")]
fn backtrace(file: &[u8], chip: &emulator::cortex_m0::Machine) -> Backtrace {
    let mut word = |address| {
        let mut bytes = [0; 4];
        chip.read(address, &mut bytes).ok().map(|()| u32::from_le_bytes(bytes))
    };
    Backtrace::new(file, chip.registers(), &mut word).unwrap_or_default()
}
