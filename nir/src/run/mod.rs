//! `nir run`: runs a program.

#[cfg(feature = "unicorn")]
mod cycles;
#[cfg(feature = "unicorn")]
mod emulated;
pub(crate) mod entry;
mod executable;
pub(crate) mod fault;
mod firmware;
mod image;
mod machine;
mod profile;
mod streams;
mod tiers;

use crate::arguments::{Devices, MemoryMode, Run};
use crate::engine::Engine;
use crate::files;
use crate::load;
use crate::outcome::{Failure, Status};
use crate::tables;
use directive::values;
use entry::Entry;
use jit::Jit;
use machine::Handlers;
use native_ir::{Contract, Module, Trap};
use std::io::{self, Write};
use std::sync::Arc;
use streams::{ErrorOutput, Input, Output};
use verifier::{Options, Verified};
use vm::{Config, Halt, Host, Outcome, Program, TrapReport, Vm};

impl From<MemoryMode> for vm::MemoryMode {
    fn from(mode: MemoryMode) -> vm::MemoryMode {
        match mode {
            MemoryMode::Checked => vm::MemoryMode::Checked,
            MemoryMode::Fast => vm::MemoryMode::Fast,
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Run) -> Result<Status, Failure> {
    if arguments.gdb.is_some() && arguments.engine != Engine::Qemu {
        return Err(Failure::Usage("--gdb is for --engine qemu".to_string()));
    }
    let emulates = arguments.engine.name() == "emulator";
    let no_faults = || Failure::Usage("--fault is for --engine emulator and firmware".to_string());
    if !arguments.fault.is_empty() && !emulates {
        return Err(no_faults());
    }
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 0 };
    let file = files::read(&arguments.file)?;
    if image::is_image(&file) {
        return image::run(&file, arguments);
    }
    let module = Arc::new(load::module_of(&arguments.file, file, &options)?);
    let entry = Entry::new(&module, arguments)?;
    if arguments.engine.is_executable() {
        let for_chip = program::is_firmware(&module) && arguments.engine != Engine::Native;
        if !arguments.fault.is_empty() && !for_chip {
            return Err(no_faults());
        }
        return match for_chip {
            true => firmware::run(&module, &entry, arguments),
            false => executable::run(&module, &entry, arguments),
        };
    }
    let handlers = Handlers::new(&module, arguments)?;
    let mut output = Output::new();
    let host = Host {
        input: Box::new(Input(output.clone())),
        output: Box::new(output.clone()),
        error: Box::new(ErrorOutput(output.clone())),
        arguments: entry.arguments.clone(),
        bus: machine::bus(&module, arguments, &handlers, &output)?,
    };
    let (mut vm, jit) = engine(&module, &entry, &handlers, host, arguments)?;
    for &(number, handler) in &handlers.0 {
        vm.on_exception(number, handler);
    }
    if let Some(fuel) = arguments.fuel {
        vm.set_fuel(fuel);
    }
    if let Some(jit) = jit.as_ref().filter(|_| arguments.perf_map) {
        tiers::write_perf_map(jit)?;
    }
    let mut outcome = vm.call(entry.func, &entry.values).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut wake = machine::input(arguments, &output);
    while outcome == Outcome::Halted(Halt::Asleep) && wake(&mut vm.host().bus) {
        outcome = vm.resume();
    }
    let status = end(&module, &entry, &outcome, arguments, &mut output)?;
    if let Some(jit) = jit.filter(|_| arguments.report_tiers) {
        tiers::report(&module, &jit.tiers())?;
    }
    if let Some(file) = &arguments.profile {
        profile::write(&module, &vm.profile(), file.as_deref())?;
    }
    Ok(status)
}

/// The machine of the engine that was asked for, with its machine code if it has some.
fn engine(
    module: &Arc<Verified<Module>>,
    entry: &Entry,
    handlers: &Handlers,
    host: Host,
    arguments: &Run,
) -> Result<(Vm, Option<Jit>), Failure> {
    let mut entries = vec![entry.func];
    entries.extend(handlers.0.iter().map(|(_, handler)| *handler));
    let config = Config {
        memory_mode: arguments.memory_mode.into(),
        fuel: arguments.fuel.is_some(),
        profile: arguments.profile.is_some(),
        sleeps_lightly: false,
        ..Config::default()
    };
    if arguments.engine == Engine::Jit {
        let (vm, jit) = tiers::machine(module, &entries, &config, host, arguments)?;
        return Ok((vm, Some(jit)));
    }
    let program = Program::new(module.clone(), &entries, &config).map_err(|diagnostics| {
        let _ = writeln!(io::stderr(), "{}", load::explain(&diagnostics));
        Failure::Rejected
    })?;
    Ok((Vm::new(program, host).map_err(|error| Failure::Usage(error.to_string()))?, None))
}

/// Says how the program ended.
fn end(
    module: &Module,
    entry: &Entry,
    outcome: &Outcome,
    arguments: &Run,
    output: &mut Output,
) -> Result<Status, Failure> {
    if let Outcome::Returned(results) = outcome {
        for literal in values::literals(module, &entry.results, results) {
            writeln!(output, "{literal}")?;
        }
    }
    let flushed = output.flush();
    let status = match outcome {
        Outcome::Returned(_) => Status::Fine,
        Outcome::Exited(status) => Status::Program(*status),
        Outcome::Trapped(report) => trapped(module, report, arguments),
        Outcome::OutOfFuel => {
            let fuel = arguments.fuel.unwrap_or_default();
            let _ = writeln!(io::stderr(), "nir: the program used up its fuel of {fuel}");
            Status::NotRun
        }
        Outcome::Halted(halt) => {
            let _ = writeln!(io::stderr(), "nir: the program was stopped: {halt}");
            Status::NotRun
        }
    };
    // How the program ended counts more than a reader of its output that has gone.
    if status == Status::Fine {
        flushed?;
    }
    Ok(status)
}

fn trapped(module: &Module, report: &TrapReport, arguments: &Run) -> Status {
    let mut err = io::stderr().lock();
    // Standard error that cannot be written leaves nobody to tell.
    let _ = writeln!(err, "{}", report.render(module).trim_end());
    if report.trap == Trap::UnmappedMmio && arguments.devices == Devices::None {
        let _ = writeln!(err, "help: --devices plain or --devices nrf51 puts something there");
    }
    Status::Program(Contract::embedded().trap(report.trap).exit_status)
}
