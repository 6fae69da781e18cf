//! LLVM IR made into native IR and run in the VM or as machine code, and native programs run under a limit of time.

use devices::Bus;
use elf::firmware::{Memory, Region};
use emulator::cortex_m0::{Console, Limits};
use native_ir::{Contract, Func, Item, Module};
use oracle::Capture;
use program::{Board, Callable, How, Manner, Process};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use verifier::Verified;
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With this exit status, or, when a function was called, with these bits.
    Status(u128),
    /// Stopped, and why.
    Stopped(String),
    /// Not within its limit.
    Endless,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// What it wrote.
    pub(crate) output: Vec<u8>,
    /// How it ended.
    pub(crate) end: End,
}

/// What a program is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Its input.
    pub(crate) input: Vec<u8>,
    /// Instructions that it may take in the VM.
    pub(crate) fuel: Option<u64>,
    /// Whether the VM checks each access.
    pub(crate) checked: bool,
}

/// Makes one verified module of files of LLVM IR.
///
/// # Errors
/// The diagnostics, one a line, each beginning with its rule.
pub(crate) fn import(files: &[PathBuf]) -> Result<Arc<Verified<Module>>, String> {
    let read = |path: &PathBuf| {
        let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(llvm::Input { path: path.display().to_string(), text })
    };
    let inputs = files.iter().map(read).collect::<Result<Vec<_>, String>>()?;
    let (module, _) = llvm::import(&inputs, &llvm::Options::default()).map_err(|diagnostics| {
        let line = |d: &llvm::Diagnostic| {
            format!("{} at {}:{}:{}: {}\n", d.rule, inputs[d.file].path, d.place.line, d.place.column, d.message)
        };
        diagnostics.iter().map(line).collect::<String>()
    })?;
    let options = verifier::Options { contract: Contract::embedded(), registers: None, threads: 1 };
    verifier::verify(module, &options).map(Arc::new).map_err(|rejected| {
        let lines = rejected.diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}\n"));
        format!("verifier: {}", lines.collect::<String>())
    })
}

/// Runs a function of a module as machine code in this process; what cannot be compiled runs in the VM. The module's
/// target has to be this machine's. Without an end, it does not come back.
pub(crate) fn compiled(module: &Arc<Verified<Module>>, entry: &str, values: &[u128], given: &Given) -> Run {
    let output = Capture::default();
    let machine = || {
        let func = entry_of(module, entry)?;
        let options = jit::Options::default();
        let (vm, _) = jit::machine(module, &[func], &Config::default(), host(given, &output), &options)
            .map_err(|error| error.to_string())?;
        end(module, vm, func, values)
    };
    let end = machine().unwrap_or_else(End::Stopped);
    Run { output: output.take(), end }
}

/// Runs a function of a module as firmware of an emulated Cortex-M0, which has more memory than the chip. It may take as
/// many instructions as it has fuel.
pub(crate) fn emulated(module: &Arc<Verified<Module>>, entry: &str, values: &[u128], given: &Given) -> Run {
    let output = Capture::default();
    let run = || {
        let func = entry_of(module, entry)?;
        let memory = Memory {
            flash: Region { start: 0, bytes: 1 << 20 },
            ram: Region { start: 0x2000_0000, bytes: 1 << 20 },
            stack: 0,
        };
        let text = |error: program::Error| error.to_string();
        let callable = Callable::new(module, &[func], Vec::new(), memory, &How::default()).map_err(text)?;
        let mut board = Board::new(&callable, module, Manner::default()).map_err(text)?;
        let console = Console { output: Box::new(output.clone()), ..Console::default() };
        let limits = Limits { instructions: given.fuel, ..Limits::default() };
        let call = (func, values);
        let (end, _) = board.call(&callable, module, call, (Bus::new(), console), &limits).map_err(text)?;
        Ok(called(end))
    };
    let end = run().unwrap_or_else(End::Stopped);
    Run { output: output.take(), end }
}

/// Runs a function of a module as firmware in QEMU, with the memory of the chip.
pub(crate) fn in_qemu(module: &Arc<Verified<Module>>, entry: &str, values: &[u128], _: &Given) -> Run {
    let run = || {
        let func = entry_of(module, entry)?;
        let memory = Memory::of_target(module).ok_or("no memory is known")?;
        let text = |error: program::Error| error.to_string();
        let callable = Callable::new(module, &[func], Vec::new(), memory, &How::default()).map_err(text)?;
        let mut process = Process::new(&callable, false, false).map_err(text)?;
        let limit = Some(Duration::from_secs(60));
        let (end, _, _) = process.call(&callable, module, (func, values), limit).map_err(text)?;
        Ok(called(end))
    };
    Run { output: Vec::new(), end: run().unwrap_or_else(End::Stopped) }
}

/// How a call of firmware ended.
fn called(end: program::End) -> End {
    match end {
        program::End::Returned(values) => End::Status(values.first().copied().unwrap_or(0)),
        program::End::Exited(status) => End::Status(status.into()),
        program::End::Trapped { trap, place, .. } => End::Stopped(format!("{} {place}", trap.name())),
        program::End::Stopped(how) if how.starts_with("more than") => End::Endless,
        program::End::Stopped(how) => End::Stopped(how),
    }
}

/// Runs a function of a module in the VM.
pub(crate) fn interpret(module: &Arc<Verified<Module>>, entry: &str, values: &[u128], given: &Given) -> Run {
    let output = Capture::default();
    let end = call(module, entry, values, given, output.clone()).unwrap_or_else(End::Stopped);
    Run { output: output.take(), end }
}

fn call(
    module: &Arc<Verified<Module>>,
    entry: &str,
    values: &[u128],
    given: &Given,
    output: Capture,
) -> Result<End, String> {
    let func = entry_of(module, entry)?;
    let memory_mode = if given.checked { MemoryMode::Checked } else { MemoryMode::Fast };
    let config = Config { memory_mode, fuel: given.fuel.is_some(), ..Config::default() };
    let program = Program::new(module.clone(), &[func], &config).map_err(|error| format!("{error:?}"))?;
    let mut vm = Vm::new(program, host(given, &output)).map_err(|error| error.to_string())?;
    if let Some(fuel) = given.fuel {
        vm.set_fuel(fuel);
    }
    end(module, vm, func, values)
}

fn entry_of(module: &Module, entry: &str) -> Result<Func, String> {
    match module.find_symbol(entry).map(|symbol| module.item(symbol)) {
        Some(Item::Function(func)) => Ok(func),
        _ => Err(format!("there is no @{entry}")),
    }
}

fn host(given: &Given, output: &Capture) -> Host {
    Host {
        input: Box::new(io::Cursor::new(given.input.clone())),
        output: Box::new(output.clone()),
        arguments: given.arguments.iter().map(|argument| argument.clone().into_bytes()).collect(),
        ..Host::default()
    }
}

fn end(module: &Module, mut vm: Vm, func: Func, values: &[u128]) -> Result<End, String> {
    Ok(match vm.call(func, values).map_err(|error| error.to_string())? {
        Outcome::Returned(values) => End::Status(values.first().copied().unwrap_or(0)),
        Outcome::Exited(status) => End::Status(status.into()),
        Outcome::Trapped(report) => End::Stopped(report.render(module)),
        Outcome::OutOfFuel => End::Endless,
        Outcome::Halted(halt) => End::Stopped(halt.to_string()),
    })
}

/// Runs a native program; its streams go through files beside it.
///
/// # Errors
/// It cannot be started, or its streams cannot be read.
pub(crate) fn execute(program: &Path, given: &Given, limit: Duration) -> io::Result<Run> {
    let (input, output) = (program.with_extension("in"), program.with_extension("out"));
    fs::write(&input, &given.input)?;
    let mut command = Command::new(program);
    command.args(&given.arguments).stdin(File::open(&input)?).stdout(File::create(&output)?);
    let mut child = command.stderr(Stdio::null()).spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let end = match status.map(|status| (status.code(), status)) {
        None => End::Endless,
        Some((Some(code), _)) => End::Status(code as u128),
        Some((None, status)) => End::Stopped(status.to_string()),
    };
    Ok(Run { output: fs::read(&output)?, end })
}
