//! The lines of instructions, from the line tables (DWARF 5, section 6.2) of an ELF file.

use crate::Error;
use gimli::{AttributeValue, Dwarf, EndianSlice, LittleEndian, Unit};
use object::elf::FileHeader32;
use object::read::elf::{FileHeader, SectionHeader};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// From this address on, instructions belong to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The address.
    pub address: u32,
    /// The file, by its place in [`Lines::files`].
    pub file: usize,
    /// The line, from 1; 0 for what belongs to none.
    pub line: u32,
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
        let wrong = |error: object::read::Error| Error::Format(error.to_string());
        let header = FileHeader32::<object::endian::LittleEndian>::parse(file).map_err(wrong)?;
        let endian = header.endian().map_err(wrong)?;
        let sections = header.sections(endian, file).map_err(wrong)?;
        let load = |id: gimli::SectionId| -> Result<Slice<'_>, Error> {
            let section = sections.section_by_name(endian, id.name().as_bytes());
            let bytes = section.map(|(_, section)| section.data(endian, file).map_err(wrong)).transpose()?;
            Ok(EndianSlice::new(bytes.unwrap_or_default(), LittleEndian))
        };
        let dwarf = Dwarf::load(load)?;
        let mut lines = Lines::default();
        lines.add_units(&dwarf).map_err(|error| Error::Format(format!("debug information: {error}")))?;
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
            let (mut file, mut line) = (0, 0);
            if let Some(entry) = row.file(header).filter(|_| !row.end_sequence()) {
                let mut path = String::new();
                if let Some(folder) = entry.directory(header).filter(|_| entry.directory_index() != 0) {
                    path = text(dwarf, unit, folder)? + "/";
                }
                path += &text(dwarf, unit, entry.path_name())?;
                file = self.file(path);
                line = row.line().map_or(0, |line| u32::try_from(line.get()).unwrap_or(0));
            }
            self.rows.push(Row { address, file, line });
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

fn text(
    dwarf: &Dwarf<Slice<'_>>,
    unit: &Unit<Slice<'_>>,
    value: AttributeValue<Slice<'_>>,
) -> gimli::Result<String> {
    Ok(dwarf.attr_string(unit, value)?.to_string_lossy().into_owned())
}
