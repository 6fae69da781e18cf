//! The lines of instructions, from the line tables (DWARF 5, section 6.2) of an ELF file.

use crate::Error;
use crate::sections::{self, Slice};
use gimli::{ColumnType, Dwarf, Unit};

/// From this address on, instructions belong to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The address.
    pub address: u32,
    /// The file, by its place in [`Lines::files`].
    pub file: usize,
    /// The line, from 1; 0 for what belongs to none.
    pub line: u32,
    /// The column, from 1; 0 for the whole line.
    pub column: u32,
}

/// The lines of a program's instructions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Paths of source files.
    pub files: Vec<String>,
    /// Rows in the order of their addresses.
    pub rows: Vec<Row>,
}

impl Lines {
    /// Reads an ELF file for Arm. One without debug information has no lines.
    ///
    /// # Errors
    /// It is no such file, or its line tables are damaged.
    pub fn read(file: &[u8]) -> Result<Lines, Error> {
        let dwarf = sections::dwarf(file)?;
        let mut lines = Lines::default();
        lines.add_units(&dwarf).map_err(sections::damaged)?;
        lines.rows.sort_by_key(|row| row.address);
        Ok(lines)
    }

    fn add_units(&mut self, dwarf: &Dwarf<Slice<'_>>) -> gimli::Result<()> {
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            self.add_unit(dwarf, &dwarf.unit(header)?)?;
        }
        Ok(())
    }

    fn add_unit(&mut self, dwarf: &Dwarf<Slice<'_>>, unit: &Unit<Slice<'_>>) -> gimli::Result<()> {
        let Some(program) = unit.line_program.clone() else { return Ok(()) };
        let mut rows = program.rows();
        while let Some((header, row)) = rows.next_row()? {
            let address = u32::try_from(row.address()).unwrap_or(u32::MAX);
            let (mut file, mut line, mut column) = (0, 0, 0);
            if let Some(entry) = row.file(header).filter(|_| !row.end_sequence()) {
                file = self.file(sections::path(dwarf, unit, header, entry)?);
                line = row.line().map_or(0, |line| u32::try_from(line.get()).unwrap_or(0));
                if let ColumnType::Column(number) = row.column() {
                    column = u32::try_from(number.get()).unwrap_or(0);
                }
            }
            self.rows.push(Row { address, file, line, column });
        }
        Ok(())
    }

    /// The place of a path among the files.
    fn file(&mut self, path: String) -> usize {
        self.files.iter().rposition(|other| *other == path).unwrap_or_else(|| {
            self.files.push(path);
            self.files.len() - 1
        })
    }

    /// The row that an address belongs to.
    pub fn at(&self, address: u32) -> Option<&Row> {
        let behind = self.rows.partition_point(|row| row.address <= address);
        self.rows.get(behind.checked_sub(1)?).filter(|row| row.line != 0)
    }
}
