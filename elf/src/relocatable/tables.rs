//! What every object file has beside code and data: unwinding tables, debug information, notes.

use super::relocate;
use crate::dwarf::DebugSection;
use crate::machine::Machine;
use crate::program::Program;
use crate::section::Section;
use crate::unwind::Added;
use crate::{Error, arm, note, unwind};
use gimli::SectionId as DebugId;
use gimli::write::RelocationTarget;
use object::write::{Object, SectionId, StandardSection};
use object::{SectionFlags, SectionKind, elf};
use rustc_hash::FxHashMap;

/// Writes the tables of a program whose functions, and behind them what a writer adds, lie at sections and offsets.
pub(crate) fn write(
    object: &mut Object<'_>,
    program: &Program<'_>,
    functions: &[(SectionId, u64)],
    added: &[Added<'_>],
    debug: &[DebugSection],
) -> Result<(), Error> {
    let machine = program.machine();
    let mut writer = Writer { machine, object, functions, sections: FxHashMap::default() };
    writer.unwinding(program, added)?;
    writer.debug(debug)?;
    // Firmware has no room for what no program reads.
    let loaded = if machine == Machine::Thumb { elf::SectionFlags::default() } else { elf::SHF_ALLOC };
    let section = writer.section(note::SECTION, elf::SHT_NOTE, loaded);
    writer.object.append_section_data(section, &note::abi(&program.units[0]), 4);
    match machine {
        // Says that the program needs no executable stack.
        Machine::X86_64 => {
            writer.section(".note.GNU-stack", elf::SHT_PROGBITS, elf::SectionFlags::default());
        }
        Machine::Thumb => {
            let section = writer.section(arm::ATTRIBUTES, elf::SHT_ARM_ATTRIBUTES, elf::SectionFlags::default());
            writer.object.append_section_data(section, &arm::attributes(), 1);
        }
    }
    Ok(())
}

struct Writer<'w, 'o> {
    machine: Machine,
    object: &'w mut Object<'o>,
    functions: &'w [(SectionId, u64)],
    sections: FxHashMap<DebugId, SectionId>,
}

impl Writer<'_, '_> {
    /// The tables for unwinders: on x86-64 programs read them too.
    fn unwinding(&mut self, program: &Program<'_>, added: &[Added<'_>]) -> Result<(), Error> {
        let frames = match self.machine {
            Machine::X86_64 => unwind::eh_frame(program)?,
            Machine::Thumb => unwind::debug_frame(program, added)?,
        };
        if frames.bytes().is_empty() {
            return Ok(());
        }
        let section = match self.machine {
            Machine::X86_64 => self.object.section_id(StandardSection::EhFrame),
            Machine::Thumb => {
                let name = DebugId::DebugFrame.name().as_bytes().to_vec();
                let section = self.object.add_section(Vec::new(), name, SectionKind::Debug);
                self.sections.insert(DebugId::DebugFrame, section);
                section
            }
        };
        self.object.append_section_data(section, frames.bytes(), u64::from(self.machine.address_bytes()));
        self.relocate_all(section, &frames)
    }

    fn debug(&mut self, debug: &[DebugSection]) -> Result<(), Error> {
        for part in debug {
            let kind = match part.id {
                DebugId::DebugStr | DebugId::DebugLineStr => SectionKind::DebugString,
                _ => SectionKind::Debug,
            };
            let section = self.object.add_section(Vec::new(), part.id.name().as_bytes().to_vec(), kind);
            self.object.append_section_data(section, part.section.bytes(), 1);
            self.sections.insert(part.id, section);
        }
        for part in debug {
            if let Some(&section) = self.sections.get(&part.id) {
                self.relocate_all(section, &part.section)?;
            }
        }
        Ok(())
    }

    fn section(&mut self, name: &str, sh_type: elf::SectionType, sh_flags: elf::SectionFlags) -> SectionId {
        let section = self.object.add_section(Vec::new(), name.as_bytes().to_vec(), SectionKind::Other);
        *self.object.section_flags_mut(section) = SectionFlags::Elf { sh_type, sh_flags };
        section
    }

    /// The relocations of a table.
    fn relocate_all(&mut self, section: SectionId, table: &Section) -> Result<(), Error> {
        for row in &table.relocations {
            let (target, addend) = match row.target {
                // By section, so that the tables stay right when a function is replaced by another object's.
                RelocationTarget::Symbol(index) => {
                    let (section, offset) = self.functions[index];
                    (section, row.addend + offset as i64)
                }
                RelocationTarget::Section(id) => {
                    let unknown = || Error::Format(format!("no section {}", id.name()));
                    (*self.sections.get(&id).ok_or_else(unknown)?, row.addend)
                }
            };
            let symbol = self.object.section_symbol(target);
            let r_type = match row.eh_pe {
                Some(_) => elf::R_X86_64_PC32,
                None => self.machine.table_relocation(row.size),
            };
            relocate(self.object, (section, row.offset as u64), (symbol, addend), r_type)?;
        }
        Ok(())
    }
}
