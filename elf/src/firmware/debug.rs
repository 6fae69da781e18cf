//! The tables for debuggers, with their fields computed.

use super::FirmwareOptions;
use super::layout::Layout;
use crate::Error;
use crate::dwarf::{self, Debug};
use crate::handwritten::RESET;
use crate::program::Program;
use crate::section::Section;
use crate::unwind::{self, Added};
use gimli::write::RelocationTarget;

/// Unwinding tables, and debug information if it was asked for. Each stands alone, so that an offset into it is what the
/// table says.
pub(super) fn sections(
    layout: &Layout<'_, '_>,
    program: &Program<'_>,
    options: &FirmwareOptions,
) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
    let mut all = Vec::new();
    if let Some(version) = options.debug {
        let debug = Debug { version, paths: options.paths.clone() };
        for part in dwarf::sections(program, &debug)? {
            all.push((part.id.name(), applied(layout, &part.section)?));
        }
    }
    let added: Vec<Added> = layout
        .pieces
        .iter()
        .map(|piece| Added { bytes: piece.literals, is_outermost: piece.name == RESET, rows: &piece.unwind })
        .collect();
    let frames = unwind::debug_frame(program, &added)?;
    all.push((gimli::SectionId::DebugFrame.name(), applied(layout, &frames)?));
    Ok(all)
}

fn applied(layout: &Layout<'_, '_>, section: &Section) -> Result<Vec<u8>, Error> {
    let mut bytes = section.bytes().to_vec();
    for row in &section.relocations {
        let value = match row.target {
            RelocationTarget::Symbol(index) => layout.code_address(index).wrapping_add(row.addend as u32),
            RelocationTarget::Section(_) => row.addend as u32,
        };
        let field = bytes.get_mut(row.offset..).and_then(|rest| rest.get_mut(..4));
        field.ok_or(Error::TooLarge)?.copy_from_slice(&value.to_le_bytes());
    }
    Ok(bytes)
}
