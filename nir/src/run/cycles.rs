//! `--profile` of firmware: on which functions and lines an emulated Cortex-M0 spends its cycles.

use super::profile::{Row, folded, sorted, table};
use crate::files;
use crate::native::refused;
use crate::outcome::Failure;
use emulator::Firmware;
use emulator::cortex_m0::Profile;
use emulator::coverage::Lines;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

/// What no instruction takes, but its cycles are counted.
const BESIDE: &str = "(sleep; entry and exit of handlers)";

/// Writes the tables to standard error and the folded stacks to a file. `image` is the ELF file that ran, `cycles` how many
/// passed in all.
///
/// # Errors
/// [`Failure::Usage`] when the file cannot be written; [`Failure::Rejected`] when the image cannot be read.
pub(super) fn write(image: &[u8], profile: &Profile, cycles: u64, file: Option<&Path>) -> Result<(), Failure> {
    let firmware = Firmware::read(image).map_err(refused)?;
    let lines = Lines::read(image).map_err(refused)?;
    let (functions, lines) =
        (by_function(&firmware, profile, cycles), by_line(&firmware, &lines, profile, cycles));
    let mut err = io::stderr().lock();
    writeln!(err, "{}", table("cycles", "function", &functions))?;
    writeln!(err, "{}", table("cycles", "line", &lines))?;
    if let Some(file) = file {
        files::replace(file, folded(&lines).as_bytes())?;
    }
    Ok(())
}

fn by_function(firmware: &Firmware, profile: &Profile, cycles: u64) -> Vec<Row> {
    rows(profile, cycles, |address| function(firmware, address))
}

/// Rows named `function;file:line`.
fn by_line(firmware: &Firmware, lines: &Lines, profile: &Profile, cycles: u64) -> Vec<Row> {
    rows(profile, cycles, |address| {
        let function = function(firmware, address);
        let line = lines.at(address).and_then(|row| Some(format!("{}:{}", lines.files.get(row.file)?, row.line)));
        line.map_or(function.clone(), |line| format!("{function};{line}"))
    })
}

fn function(firmware: &Firmware, address: u32) -> String {
    let mut functions = firmware.symbols.iter().filter(|symbol| symbol.function);
    let found = functions.find(|symbol| address.checked_sub(symbol.address).is_some_and(|at| at < symbol.bytes));
    found.map_or_else(|| format!("{address:#010x}"), |symbol| format!("@{}", symbol.name))
}

/// The cycles of instructions by name, and what is left of all cycles.
fn rows(profile: &Profile, cycles: u64, name: impl Fn(u32) -> String) -> Vec<Row> {
    let mut sums: HashMap<String, u64> = HashMap::new();
    for (address, count) in profile.ran() {
        *sums.entry(name(address)).or_default() += count.cycles;
    }
    let counted: u64 = sums.values().sum();
    sums.insert(BESIDE.to_string(), cycles.saturating_sub(counted));
    sorted(sums.into_iter().collect())
}
