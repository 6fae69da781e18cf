//! Results for people: what failed and what was skipped on standard output, then the totals. What is wrong with a file
//! itself goes to standard error, as `nir check` shows it.

use super::report::{CallReport, FileOutcome, FileReport, Reporter, Totals, Verdict};
use crate::arguments::{MemoryMode, Test};
use crate::load;
use crate::outcome::Failure;
use crate::tables::count;
use native_ir::Contract;
use std::io::{self, Write};

/// Writes results for people.
pub(super) struct Human {
    /// What ran them, in words.
    how: String,
}

impl Human {
    /// For the engines and modes of the arguments.
    pub(super) fn new(arguments: &Test) -> Human {
        let mode = |engine| match arguments.memory_mode(engine) {
            MemoryMode::Checked => "checked",
            MemoryMode::Fast => "fast",
        };
        let each = arguments.engine.iter().map(|&engine| format!("{}, {} memory", engine.name(), mode(engine)));
        Human { how: each.collect::<Vec<_>>().join("; ") }
    }
}

fn write_call(out: &mut impl Write, path: &str, call: &CallReport) -> io::Result<()> {
    let (word, text) = match &call.verdict {
        Verdict::Passed => return Ok(()),
        Verdict::Failed(text) => ("failed", text),
        Verdict::Skipped(text) => ("skipped", text),
    };
    writeln!(out, "{word}: {path}:{}: {}", call.line, call.text)?;
    for line in text.lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

impl Reporter for Human {
    fn file(&mut self, file: &FileReport) -> Result<(), Failure> {
        match &file.outcome {
            FileOutcome::Nothing => {}
            FileOutcome::Rejected(examined) => load::print_diagnostics(Contract::embedded(), examined)?,
            FileOutcome::Unreadable(_) | FileOutcome::NoMachine(_) => {
                let mut err = io::stderr().lock();
                for (line, column, message) in file.outcome.mistakes() {
                    writeln!(err, "{}:{line}:{column}: {message}\n", file.path)?;
                }
            }
            FileOutcome::Ran(calls) => {
                let mut out = io::BufWriter::new(io::stdout().lock());
                for call in calls {
                    write_call(&mut out, &file.path, call)?;
                }
                out.flush()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, totals: &Totals) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let calls = totals.passed + totals.failed + totals.skipped;
        write!(out, "{} in {}: {} passed", count(calls, "call"), count(totals.files, "file"), totals.passed)?;
        for (number, word) in [(totals.failed, "failed"), (totals.skipped, "skipped")] {
            if number > 0 {
                write!(out, ", {number} {word}")?;
            }
        }
        if totals.broken > 0 {
            write!(out, ", {} rejected", count(totals.broken, "file"))?;
        }
        if totals.empty > 0 {
            write!(out, ", {} without directives", count(totals.empty, "file"))?;
        }
        writeln!(out, " ({})", self.how)?;
        Ok(())
    }
}
