//! `nir test`: runs the directives in files.

mod bytecode;
mod capture;
mod coverage;
#[cfg(feature = "unicorn")]
mod emulated;
mod executable;
mod firmware;
mod human;
mod judge;
mod junit;
mod report;
mod runner;
mod script;
mod tap;

use crate::arguments::{Test, TestFormat};
use crate::check::{BATCH, progress};
use crate::files;
use crate::outcome::{Failure, Status};
use crate::tables;
use coverage::Collector;
use native_ir::Contract;
use rayon::prelude::*;
use report::{FileReport, Reporter, Totals};
use runner::Runner;
use std::path::{Path, PathBuf};
use std::time::Instant;
use verifier::Options;

/// Runs the command.
pub(crate) fn run(arguments: &Test) -> Result<Status, Failure> {
    let start = Instant::now();
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 1 };
    let engines = arguments.engine.iter().map(|&engine| (engine, arguments.memory_mode(engine))).collect();
    let coverage = arguments.coverage.as_ref().map(|_| Collector::default());
    if coverage.is_some() && !arguments.engine.iter().any(|engine| engine.name() == "emulator") {
        return Err(Failure::Usage("--coverage counts what --engine emulator runs".to_string()));
    }
    let runner = Runner { options, engines, fuel: arguments.fuel, coverage };
    let paths = files::collect(&arguments.paths)?;
    let mut reporter: Box<dyn Reporter> = match arguments.format {
        TestFormat::Human => Box::new(human::Human::new(arguments)),
        TestFormat::Junit => Box::new(junit::Junit::new(arguments)),
        TestFormat::Tap => Box::new(tap::Tap::new()),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build();
    let pool = pool.map_err(|error| Failure::Usage(format!("{} threads: {error}", arguments.threads)))?;
    let mut totals = run_all(&runner, &paths, &pool, reporter.as_mut())?;
    totals.elapsed = start.elapsed();
    reporter.finish(&totals)?;
    if let Some((path, collector)) = arguments.coverage.as_ref().zip(runner.coverage.as_ref()) {
        collector.write(path)?;
    }
    Ok(if totals.good() { Status::Fine } else { Status::Rejected })
}

fn run_all(
    runner: &Runner<'_>,
    paths: &[PathBuf],
    pool: &rayon::ThreadPool,
    reporter: &mut dyn Reporter,
) -> Result<Totals, Failure> {
    let bar = progress("testing", paths.len());
    let mut totals = Totals::default();
    for batch in paths.chunks(BATCH) {
        let run = |path: &PathBuf| {
            let report = run_file(runner, path);
            bar.inc(1);
            report
        };
        let reports: Vec<_> = pool.install(|| batch.par_iter().map(run).collect());
        for report in reports {
            let report = report?;
            totals.add(&report);
            bar.suspend(|| reporter.file(&report))?;
        }
    }
    bar.finish_and_clear();
    Ok(totals)
}

fn run_file(runner: &Runner<'_>, path: &Path) -> Result<FileReport, Failure> {
    let start = Instant::now();
    let outcome = runner.file(files::display(path), files::read(path)?);
    Ok(FileReport { path: files::display(path), outcome, elapsed: start.elapsed() })
}
