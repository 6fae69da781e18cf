//! Sections of ELF files for Arm, and what debug information says of files.

use crate::Error;
use gimli::{AttributeValue, Dwarf, EndianSlice, FileEntry, LineProgramHeader, LittleEndian, SectionId, Unit};
use object::elf::FileHeader32;
use object::read::elf::{FileHeader, SectionHeader};

pub(crate) type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The content of a section; nothing where it is not there.
///
/// # Errors
/// The file is no ELF file for Arm.
pub(crate) fn section(file: &[u8], id: SectionId) -> Result<Slice<'_>, Error> {
    let wrong = |error: object::read::Error| Error::Format(error.to_string());
    let header = FileHeader32::<object::endian::LittleEndian>::parse(file).map_err(wrong)?;
    let endian = header.endian().map_err(wrong)?;
    let sections = header.sections(endian, file).map_err(wrong)?;
    let section = sections.section_by_name(endian, id.name().as_bytes());
    let bytes = section.map(|(_, section)| section.data(endian, file).map_err(wrong)).transpose()?;
    Ok(EndianSlice::new(bytes.unwrap_or_default(), LittleEndian))
}

/// The debug information of a file.
///
/// # Errors
/// As for [`section`].
pub(crate) fn dwarf(file: &[u8]) -> Result<Dwarf<Slice<'_>>, Error> {
    Dwarf::load(|id| section(file, id))
}

/// What is wrong with debug information.
pub(crate) fn damaged(error: gimli::Error) -> Error {
    Error::Format(format!("debug information: {error}"))
}

/// The path of a source file.
pub(crate) fn path<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    header: &LineProgramHeader<Slice<'a>>,
    entry: &FileEntry<Slice<'a>>,
) -> gimli::Result<String> {
    let mut path = String::new();
    if let Some(folder) = entry.directory(header).filter(|_| entry.directory_index() != 0) {
        path = text(dwarf, unit, folder)? + "/";
    }
    Ok(path + &text(dwarf, unit, entry.path_name())?)
}

/// A text.
pub(crate) fn text<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    value: AttributeValue<Slice<'a>>,
) -> gimli::Result<String> {
    Ok(dwarf.attr_string(unit, value)?.to_string_lossy().into_owned())
}
