//! A program as one object for the system's linker. Code, constants and data have a section each, so that functions keep
//! the order in which the tables of the reporter have them.

use super::image::{Area, Bytes, Image, Symbol};
use super::start::{MAIN, Start};
use crate::Error;
use crate::dwarf::DebugSection;
use crate::machine::{Machine, relocation_type};
use crate::program::Target;
use crate::relocatable::{defined, new_object, relocate, undefined, write_tables};
use object::write::{Object, SectionId, StandardSection, SymbolId};
use object::{SymbolKind, elf};

/// Writes a program; `addresses` are the offsets among the constants where addresses of code stand in 4 bytes.
pub(super) fn write(image: &Image<'_, '_>, addresses: &[u64], debug: &[DebugSection]) -> Result<Vec<u8>, Error> {
    let object = new_object(Machine::X86_64);
    let mut writer = Writer { image, object, functions: Vec::new(), objects: Vec::new(), externals: Vec::new() };
    writer.areas();
    writer.symbols();
    writer.references(addresses)?;
    let text = writer.section(Area::Text);
    let functions: Vec<(SectionId, u64)> = image.functions.iter().map(|symbol| (text, symbol.offset)).collect();
    write_tables(&mut writer.object, image.program, &functions, &[], debug)?;
    Ok(writer.object.write()?)
}

struct Writer<'w, 'p, 'a> {
    image: &'w Image<'p, 'a>,
    object: Object<'w>,
    functions: Vec<SymbolId>,
    objects: Vec<SymbolId>,
    externals: Vec<SymbolId>,
}

impl Writer<'_, '_, '_> {
    fn section(&mut self, area: Area) -> SectionId {
        self.object.section_id(match area {
            Area::Text => StandardSection::Text,
            Area::Constants => StandardSection::ReadOnlyData,
            Area::Data => StandardSection::Data,
            Area::Zero => StandardSection::UninitializedData,
        })
    }

    fn areas(&mut self) {
        let image = self.image;
        let with_bytes =
            [(Area::Text, &image.text), (Area::Constants, &image.constants), (Area::Data, &image.data)];
        let filled = |(_, area): &(Area, &Bytes)| !area.bytes.is_empty();
        for (area, bytes) in with_bytes.into_iter().filter(filled) {
            let section = self.section(area);
            self.object.append_section_data(section, &bytes.bytes, bytes.align);
        }
        if image.zero.size > 0 {
            let section = self.section(Area::Zero);
            self.object.append_section_bss(section, image.zero.size, image.zero.align);
        }
    }

    fn symbols(&mut self) {
        let image = self.image;
        self.functions = image.functions.iter().map(|symbol| self.symbol(symbol)).collect();
        self.objects = image.objects.iter().map(|symbol| self.symbol(symbol)).collect();
        let made: Vec<SymbolId> = image.made.iter().map(|symbol| self.symbol(symbol)).collect();
        for name in &image.program.externals {
            let known = image.made.iter().position(|symbol| symbol.name == *name).and_then(|at| made.get(at));
            let symbol = known.copied().unwrap_or_else(|| self.object.add_symbol(undefined(name)));
            self.externals.push(symbol);
        }
    }

    /// A symbol that only the linker sees, but for the start of the program.
    fn symbol(&mut self, symbol: &Symbol) -> SymbolId {
        let kind = if symbol.area == Area::Text { SymbolKind::Text } else { SymbolKind::Data };
        let place = (self.section(symbol.area), symbol.offset, symbol.size);
        let is_start = symbol.name == MAIN && self.image.is_made(symbol);
        self.object.add_symbol(defined(&symbol.name, place, kind, is_start))
    }

    fn references(&mut self, addresses: &[u64]) -> Result<(), Error> {
        let (image, program) = (self.image, self.image.program);
        let (text, constants) = (self.section(Area::Text), Area::Constants);
        for (part, symbol) in program.functions.iter().zip(&image.functions) {
            for (row, &target) in part.code.relocations.iter().zip(&part.targets) {
                let target = (self.target(target), row.addend);
                let field = (text, symbol.offset + u64::from(row.offset));
                relocate(&mut self.object, field, target, relocation_type(row.kind))?;
            }
        }
        for (part, symbol) in program.data.iter().zip(&image.objects) {
            let section = self.section(symbol.area);
            for (pointer, &target) in part.image.pointers.iter().zip(&part.targets) {
                let target = (self.target(target), pointer.addend);
                relocate(&mut self.object, (section, symbol.offset + pointer.offset), target, elf::R_X86_64_64)?;
            }
        }
        for &(offset, target) in &image.start_fields {
            let target = (self.target(target), Start::ADDEND);
            relocate(&mut self.object, (text, offset), target, relocation_type(Start::KIND))?;
        }
        let code = self.object.section_symbol(text);
        for &offset in addresses {
            let at = offset as usize;
            let number = image.constants.bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            let address = number.map_or(0, u32::from_le_bytes);
            let field = (self.section(constants), offset);
            relocate(&mut self.object, field, (code, i64::from(address)), elf::R_X86_64_32)?;
        }
        Ok(())
    }

    fn target(&self, target: Target) -> SymbolId {
        match target {
            Target::Function(index) => self.functions[index],
            Target::Data(index) => self.objects[index],
            Target::External(index) => self.externals[index],
        }
    }
}
