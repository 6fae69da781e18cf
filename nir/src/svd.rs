//! `nir svd`: the register map of a vendor's CMSIS-SVD file.

use crate::arguments::Svd;
use crate::files;
use crate::outcome::{Failure, Status};
use crate::tables::{self, count};
use std::io::{self, Write};

/// Runs the command.
pub(crate) fn run(arguments: &Svd) -> Result<Status, Failure> {
    let reading = tables::vendor(&arguments.file, &files::read(&arguments.file)?)?;
    let table = reading.table();
    match &arguments.output {
        Some(output) => files::replace(output, table.as_bytes())?,
        None => io::stdout().lock().write_all(table.as_bytes())?,
    }
    let map = &reading.map;
    let _ = writeln!(
        io::stderr().lock(),
        "{}: {} of the file at {}, {}",
        reading.device,
        count(reading.registers, "register"),
        addresses(reading.own_addresses),
        count(map.interrupts().len(), "interrupt"),
    );
    Ok(Status::Fine)
}

fn addresses(number: usize) -> String {
    format!("{number} address{}", if number == 1 { "" } else { "es" })
}
