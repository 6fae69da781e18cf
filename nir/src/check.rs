//! `nir check`: verifies files and reports what is wrong with them.

use crate::arguments::{Check, CheckFormat};
use crate::files;
use crate::load::{self, Examination};
use crate::outcome::{Failure, Status};
use crate::report::{Examined, Human, Json, Look, Reporter, Sarif, Totals};
use crate::tables;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use native_ir::Contract;
use native_ir::registers::RegisterMap;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::time::Instant;
use verifier::Options;

/// Files that are in work at once; their reports wait for each other, so that the output keeps the order of the input.
pub(crate) const BATCH: usize = 64;
/// From how many files on a progress bar is worth its line.
const MANY: usize = 16;

/// Runs the command.
pub(crate) fn run(arguments: &Check) -> Result<Status, Failure> {
    let start = Instant::now();
    let contract = tables::contract(&arguments.contract)?;
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let paths = files::collect(&arguments.paths)?;
    let checker = Checker {
        contract: &contract,
        registers: registers.as_ref(),
        // Files side by side first; a single file has the threads for its functions.
        threads: if paths.len() == 1 { arguments.threads } else { 1 },
    };
    let mut reporter: Box<dyn Reporter> = match arguments.format {
        CheckFormat::Human => Box::new(Human::new(&contract, Look::of_stderr())),
        CheckFormat::Json => Box::new(Json::new(&contract)),
        CheckFormat::Sarif => Box::new(Sarif::new(&contract)),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build();
    let pool = pool.map_err(|error| Failure::Usage(format!("{} threads: {error}", arguments.threads)))?;
    let mut totals = checker.check_all(&paths, &pool, reporter.as_mut())?;
    totals.elapsed = start.elapsed();
    reporter.finish(&totals)?;
    Ok(if totals.errors == 0 { Status::Fine } else { Status::Rejected })
}

struct Checker<'a> {
    contract: &'a Contract,
    registers: Option<&'a RegisterMap>,
    threads: usize,
}

/// What is left of a file once it was checked.
struct Checked {
    file: Examined,
    functions: usize,
    instructions: usize,
}

impl Checker<'_> {
    fn check_all(
        &self,
        paths: &[PathBuf],
        pool: &rayon::ThreadPool,
        reporter: &mut dyn Reporter,
    ) -> Result<Totals, Failure> {
        let bar = progress("checking", paths.len());
        let mut totals = Totals::default();
        for batch in paths.chunks(BATCH) {
            let check = |path: &PathBuf| {
                let checked = self.check(path);
                bar.inc(1);
                checked
            };
            let checked: Vec<_> = pool.install(|| batch.par_iter().map(check).collect());
            for checked in checked {
                let checked = checked?;
                totals.files += 1;
                totals.errors += checked.file.diagnostics.len();
                totals.rejected += usize::from(!checked.file.diagnostics.is_empty());
                totals.functions += checked.functions;
                totals.instructions += checked.instructions;
                bar.suspend(|| reporter.file(&checked.file))?;
            }
        }
        bar.finish_and_clear();
        Ok(totals)
    }

    fn check(&self, path: &Path) -> Result<Checked, Failure> {
        let options = Options { contract: self.contract, registers: self.registers, threads: self.threads };
        let Examination { module, mut text, diagnostics } = load::examine(files::read(path)?, &options);
        if diagnostics.is_empty() {
            text = Vec::new();
        }
        let module = module.as_ref();
        Ok(Checked {
            functions: module.map_or(0, |module| module.functions.len()),
            instructions: module.map_or(0, |module| module.instruction_count()),
            file: Examined { path: files::display(path), text, diagnostics },
        })
    }
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) fn progress(doing: &str, files: usize) -> ProgressBar {
    if files < MANY {
        return ProgressBar::hidden();
    }
    // indicatif draws nothing when standard error is no terminal.
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(&format!("{doing} {{bar:30}} {{pos}}/{{len}} files, {{eta}} left")) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
