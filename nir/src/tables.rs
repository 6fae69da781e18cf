//! Loading the contract and register maps that arguments name.

use crate::arguments::ContractSource;
use crate::files;
use crate::outcome::Failure;
use devices::NRF51_LINES;
use native_ir::Contract;
use native_ir::contract::TableError;
use native_ir::registers::RegisterMap;
use std::io::{self, Write};
use std::path::Path;

/// A contract: the built-in one, or one that was loaded.
pub(crate) enum Loaded {
    /// Built in.
    Embedded(&'static Contract),
    /// From a folder.
    Other(Box<Contract>),
}

impl std::ops::Deref for Loaded {
    type Target = Contract;

    fn deref(&self) -> &Contract {
        match self {
            Loaded::Embedded(contract) => contract,
            Loaded::Other(contract) => contract,
        }
    }
}

/// The contract that the arguments ask for.
///
/// # Errors
/// [`Failure::Rejected`] when its tables are wrong, and all that is wrong was printed; [`Failure::Usage`] when there is
/// no such folder.
pub(crate) fn contract(source: &ContractSource) -> Result<Loaded, Failure> {
    let Some(directory) = &source.directory else {
        return Ok(Loaded::Embedded(Contract::embedded()));
    };
    if !directory.is_dir() {
        return Err(Failure::Usage(format!("{}: no such folder of tables", directory.display())));
    }
    match Contract::load(directory) {
        Ok(contract) => Ok(Loaded::Other(Box::new(contract))),
        Err(errors) => {
            let placed = |error: TableError| TableError {
                file: directory.join(&error.file).display().to_string(),
                ..error
            };
            Err(reject(&errors.into_iter().map(placed).collect::<Vec<_>>(), "tables"))
        }
    }
}

/// The register map in a file, which is a table or a vendor's CMSIS-SVD file.
///
/// # Errors
/// As [`contract`].
pub(crate) fn registers(path: &Path) -> Result<RegisterMap, Failure> {
    let bytes = files::read(path)?;
    match svd::is_svd(&bytes) {
        true => vendor(path, &bytes).map(|reading| reading.map),
        false => RegisterMap::read(&files::display(path), &bytes).map_err(|errors| reject(&errors, "tables")),
    }
}

/// What a vendor's file of CMSIS-SVD says; what is odd in it goes to standard error.
///
/// # Errors
/// [`Failure::Rejected`] when it is wrong, and why was printed.
pub(crate) fn vendor(path: &Path, bytes: &[u8]) -> Result<svd::Reading, Failure> {
    let reading = svd::read(&files::display(path), bytes).map_err(|errors| reject(&errors, "file"))?;
    let mut err = io::stderr().lock();
    for TableError { file, line, column, message, .. } in &reading.notes {
        let _ = writeln!(err, "{file}:{line}:{column}: note: {message}");
    }
    Ok(reading)
}

/// The interrupt lines by number and name: those of a register map that has some, else of the nRF51.
pub(crate) fn lines(map: Option<&RegisterMap>) -> Vec<(u16, &str)> {
    let interrupts = map.map(RegisterMap::interrupts).unwrap_or_default();
    let lines: Vec<(u16, &str)> = interrupts.iter().map(|line| (line.number, line.name.as_str())).collect();
    if lines.is_empty() { NRF51_LINES.to_vec() } else { lines }
}

/// Prints what is wrong with what was read.
fn reject(errors: &[TableError], what: &str) -> Failure {
    let mut err = io::stderr().lock();
    for error in errors {
        // Standard error that cannot be written leaves nobody to tell.
        let _ = writeln!(err, "{error}\n");
    }
    let _ = writeln!(err, "{} in the {what}", count(errors.len(), "error"));
    Failure::Rejected
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
