//! Runs a function of files of LLVM IR in the virtual machine:
//! `run [--checked] [--print] [--import] FILE… @function [ARGUMENT…]`.
//!
//! Prints the results, or why there are none; `--print` prints the module of native IR instead, `--import` stops when
//! it is verified and says how long each step took.

use llvm::{Input, Options};
use native_ir::{Module, text};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(answer) => {
            print!("{answer}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<String, String> {
    let (mut checked, mut print, mut time, mut inputs, mut entry) = (false, false, false, Vec::new(), None);
    for argument in arguments.by_ref() {
        match argument.as_str() {
            "--checked" => checked = true,
            "--print" => print = true,
            "--import" => time = true,
            _ if argument.starts_with('@') => {
                entry = Some(argument[1..].to_string());
                break;
            }
            _ => {
                let text = std::fs::read(&argument).map_err(|error| format!("{argument}: {error}"))?;
                inputs.push(Input { path: argument, text });
            }
        }
    }
    if time {
        return measure(&inputs);
    }
    let module = import(&inputs)?;
    if print {
        return Ok(text::print(&module));
    }
    let entry = entry.ok_or("no function is named")?;
    let arguments: Result<Vec<u128>, String> =
        arguments.map(|number| number.parse::<i128>().map(|n| n as u128).map_err(|e| e.to_string())).collect();
    call(module, &entry, &arguments?, checked)
}

fn import(inputs: &[Input]) -> Result<Module, String> {
    match llvm::import(inputs, &Options::default()) {
        Ok((module, report)) => {
            for note in report.notes {
                eprintln!("{}:{}: note: {}", inputs[note.file].path, note.place.line, note.message);
            }
            Ok(module)
        }
        Err(errors) => Err(errors.iter().map(|error| format!("{}:{error}\n", inputs[error.file].path)).collect()),
    }
}

/// The processor time of this thread where the system tells it, else the time that passed.
struct Clock(Duration, Instant);

impl Clock {
    fn now() -> Clock {
        Clock(Clock::processor().unwrap_or_default(), Instant::now())
    }

    fn elapsed(&self) -> Duration {
        Clock::processor().map_or_else(|| self.1.elapsed(), |now| now - self.0)
    }

    fn processor() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// How long reading, lowering and verifying take, the best of five.
fn measure(inputs: &[Input]) -> Result<String, String> {
    let mut best = [f64::MAX; 3];
    let mut instructions = 0;
    for _ in 0..5 {
        let start = Clock::now();
        let files: Result<Vec<_>, _> =
            inputs.iter().enumerate().map(|(file, input)| llvm::read(file, &input.text)).collect();
        let files = files.map_err(|errors| format!("{errors:?}"))?;
        let read = start.elapsed().as_secs_f64();
        let (module, report) =
            llvm::lower(&files, inputs, &Options::default()).map_err(|errors| format!("{errors:?}"))?;
        let lowered = start.elapsed().as_secs_f64();
        let options = verifier::Options { threads: 1, ..verifier::Options::default() };
        verifier::verify(module, &options).map_err(|rejected| format!("{:?}", rejected.diagnostics))?;
        let verified = start.elapsed().as_secs_f64();
        for (best, time) in best.iter_mut().zip([read, lowered - read, verified - lowered]) {
            *best = best.min(time);
        }
        instructions = report.instructions;
    }
    let total: f64 = best.iter().sum();
    let [read, lower, verify] = best.map(|time| time * 1e3);
    let rate = instructions as f64 / total / 1e6;
    Ok(format!(
        "{instructions} instructions: read {read:.1} ms, lower {lower:.1} ms, verify {verify:.1} ms; {rate:.2} M/s\n"
    ))
}

fn call(module: Module, entry: &str, arguments: &[u128], checked: bool) -> Result<String, String> {
    let found = module.functions.iter().find(|(_, function)| module.symbol_name(function.symbol) == entry);
    let Some((func, _)) = found else { return Err(format!("there is no function `{entry}`")) };
    let options = verifier::Options::default();
    let verified = verifier::verify(module, &options).map_err(|rejected| {
        let text = text::print(&rejected.module);
        let located = verifier::verify_text(text.as_bytes(), &options).diagnostics;
        let show = |line: u32| text.lines().nth(line as usize - 1).unwrap_or("").to_string();
        let lines = located.iter().take(5).map(|found| {
            format!("{:?}: {}\n    {}\n", found.diagnostic.rule, found.diagnostic.message, show(found.start.0))
        });
        lines.collect::<String>()
    })?;
    let memory_mode = if checked { MemoryMode::Checked } else { MemoryMode::Fast };
    let config = Config { memory_mode, ..Config::default() };
    let program = Program::new(Arc::new(verified), &[func], &config).map_err(|errors| format!("{errors:?}"))?;
    let mut vm = Vm::new(program, Host::default()).map_err(|error| error.to_string())?;
    match vm.call(func, arguments).map_err(|error| error.to_string())? {
        Outcome::Returned(results) => Ok(results.iter().map(|bits| format!("{bits}\n")).collect()),
        Outcome::Exited(status) => Err(format!("exited with status {status}")),
        Outcome::Trapped(report) => Err(format!("trapped: {report:?}")),
        Outcome::OutOfFuel => Err("out of fuel".to_string()),
        Outcome::Halted(halt) => Err(halt.to_string()),
    }
}
