//! Object files: what a linker takes.
//!
//! Each function and each data object has a section of its own, so that a linker can leave out what nothing uses, unless
//! the module names one. `pub` items are global, all others local; runtime helpers that are used come along as local
//! functions, so that an object needs no library. What is left undefined is exactly the imports that are used.

mod library;
mod tables;

pub use library::runtime_archive;
pub(crate) use tables::write as write_tables;

use crate::dwarf::{self, Debug};
use crate::machine::{Machine, relocation_type};
use crate::program::{DataPart, FunctionPart, Imports, Program, Roots, Target, Unit};
use crate::{Error, arm, mangle};
use artifact::{FunctionCode, RelocationKind, RelocationModel};
use native_ir::Name;
use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    BinaryFormat, Endianness, FileFlags, RelocationFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf,
};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Writes a module's object file.
///
/// `library` holds the modules whose `pub` functions runtime helpers are taken from. With `debug` the file has debug
/// information of `program`.
///
/// # Errors
/// When something is used that has no code, a name cannot stand in an object file, or code and data are too large.
pub fn object(program: Unit<'_>, library: &[Unit<'_>], debug: Option<&Debug>) -> Result<Vec<u8>, Error> {
    let units = std::iter::once(program).chain(library.iter().copied()).collect();
    let parts = Program::collect(units, Roots::All, Imports::Undefined)?;
    let debug = debug.map(|debug| dwarf::sections(&parts, debug)).transpose()?;
    let mut writer = Writer::new(&parts, SymbolScope::Compilation);
    writer.define()?;
    writer.references()?;
    let Writer { mut object, functions, .. } = writer;
    tables::write(&mut object, &parts, &functions, &[], &debug.unwrap_or_default())?;
    Ok(object.write()?)
}

struct Writer<'p, 'a> {
    program: &'p Program<'a>,
    machine: Machine,
    object: Object<'p>,
    /// Who sees what is not `pub`.
    private: SymbolScope,
    /// Where the parts lie: section and offset.
    functions: Vec<(SectionId, u64)>,
    data: Vec<(SectionId, u64)>,
    function_symbols: Vec<SymbolId>,
    data_symbols: Vec<SymbolId>,
    external_symbols: Vec<SymbolId>,
    /// Sections that the module names, by what they hold.
    named: FxHashMap<(Name, SectionKind), SectionId>,
}

impl<'p, 'a> Writer<'p, 'a> {
    fn new(program: &'p Program<'a>, private: SymbolScope) -> Writer<'p, 'a> {
        Writer {
            program,
            machine: program.machine(),
            object: new_object(program.machine()),
            private,
            functions: Vec::new(),
            data: Vec::new(),
            function_symbols: Vec::new(),
            data_symbols: Vec::new(),
            external_symbols: Vec::new(),
            named: FxHashMap::default(),
        }
    }

    /// Sections and symbols of all parts.
    fn define(&mut self) -> Result<(), Error> {
        let program = self.program;
        for part in &program.functions {
            let section = self.function_section(part)?;
            let align = u64::from(part.code.align.max(part.function.align.unwrap_or(1)));
            let code = match self.machine {
                Machine::X86_64 => Cow::Borrowed(&part.code.code),
                Machine::Thumb => Cow::Owned(with_addends(part.code)),
            };
            let offset = self.append(section, &code, align);
            self.functions.push((section, offset));
            let visible = part.unit == 0 && part.function.public;
            let address = self.machine.function_address(offset);
            let place = (section, address, part.code.code.len() as u64);
            let (scope, weak) = (self.scope(visible), visible && part.function.weak);
            let symbol = self.symbol(&part.name, place, SymbolKind::Text, scope, weak);
            self.function_symbols.push(symbol);
            if self.machine == Machine::Thumb {
                self.mapping(section, offset, part.code);
            }
        }
        for part in &program.data {
            let section = self.data_section(part)?;
            let offset = match &part.image.bytes {
                None if self.object.section(section).is_bss() => {
                    self.object.append_section_bss(section, part.image.size, part.image.align)
                }
                None => self.append(section, &vec![0; part.image.size as usize], part.image.align),
                Some(bytes) => self.append(section, bytes, part.image.align),
            };
            self.data.push((section, offset));
            let object = program.object(part);
            let visible = part.unit == 0 && object.public;
            let place = (section, offset, part.image.size);
            let (scope, weak) = (self.scope(visible), visible && object.weak);
            let symbol = self.symbol(&part.name, place, SymbolKind::Data, scope, weak);
            self.data_symbols.push(symbol);
        }
        for name in &program.externals {
            self.external_symbols.push(self.object.add_symbol(undefined(name)));
        }
        Ok(())
    }

    /// The symbols that tell instructions from constants.
    fn mapping(&mut self, section: SectionId, offset: u64, code: &FunctionCode) {
        for (at, instructions) in arm::mapping(code) {
            self.mark(section, offset + u64::from(at), instructions);
        }
    }

    /// From here on there are instructions, or constants.
    fn mark(&mut self, section: SectionId, at: u64, instructions: bool) {
        self.object.add_symbol(mark(arm::mapping_name(instructions), section, at));
    }

    /// Who sees an item.
    fn scope(&self, visible: bool) -> SymbolScope {
        if visible { SymbolScope::Dynamic } else { self.private }
    }

    /// Appends bytes to a section; code that is skipped is never run, so its filling does not matter.
    fn append(&mut self, section: SectionId, bytes: &[u8], align: u64) -> u64 {
        self.object.append_section_data(section, bytes, align)
    }

    fn symbol(&mut self, name: &str, place: Place, kind: SymbolKind, scope: SymbolScope, weak: bool) -> SymbolId {
        self.object.add_symbol(Symbol { weak, scope, ..defined(name, place, kind, false) })
    }

    fn function_section(&mut self, part: &FunctionPart<'_>) -> Result<SectionId, Error> {
        match part.function.section {
            Some(name) if part.unit == 0 => self.named_section(name, SectionKind::Text),
            _ => Ok(self.object.add_section(
                Vec::new(),
                format!(".text.{}", part.name).into_bytes(),
                SectionKind::Text,
            )),
        }
    }

    fn data_section(&mut self, part: &DataPart) -> Result<SectionId, Error> {
        let object = self.program.object(part);
        let pic = self.program.units[part.unit].artifact.relocation_model == RelocationModel::Pic;
        let (prefix, kind) = match (object.readonly, &part.image.bytes) {
            // Addresses in it are only known when the program is loaded.
            (true, _) if pic && !part.image.pointers.is_empty() => {
                (".data.rel.ro", SectionKind::ReadOnlyDataWithRel)
            }
            (true, _) => (".rodata", SectionKind::ReadOnlyData),
            (false, Some(_)) => (".data", SectionKind::Data),
            (false, None) => (".bss", SectionKind::UninitializedData),
        };
        match object.section {
            Some(name) if part.unit == 0 => {
                let held = if kind == SectionKind::UninitializedData { SectionKind::Data } else { kind };
                self.named_section(name, held)
            }
            _ => Ok(self.object.add_section(Vec::new(), format!("{prefix}.{}", part.name).into_bytes(), kind)),
        }
    }

    fn named_section(&mut self, name: Name, kind: SectionKind) -> Result<SectionId, Error> {
        if let Some(&section) = self.named.get(&(name, kind)) {
            return Ok(section);
        }
        let text = mangle::checked(self.program.module(0).names.text(name).to_string())?;
        let section = self.object.add_section(Vec::new(), text.into_bytes(), kind);
        self.named.insert((name, kind), section);
        Ok(section)
    }

    /// The relocations of code and data.
    fn references(&mut self) -> Result<(), Error> {
        let program = self.program;
        for (index, part) in program.functions.iter().enumerate() {
            let (section, start) = self.functions[index];
            for (row, &target) in part.code.relocations.iter().zip(&part.targets) {
                let field = (section, start + u64::from(row.offset));
                // The addend of a Thumb call stands in its field, which is no plain number.
                let addend = if row.kind == RelocationKind::ThumbCall { 0 } else { row.addend };
                let target = (self.target(target), addend);
                relocate(&mut self.object, field, target, relocation_type(row.kind))?;
            }
        }
        for (index, part) in program.data.iter().enumerate() {
            let (section, start) = self.data[index];
            for (pointer, &target) in part.image.pointers.iter().zip(&part.targets) {
                let field = (section, start + pointer.offset);
                let target = (self.target(target), pointer.addend);
                relocate(&mut self.object, field, target, relocation_type(self.machine.pointer()))?;
            }
        }
        Ok(())
    }

    fn target(&self, target: Target) -> SymbolId {
        match target {
            Target::Function(index) => self.function_symbols[index],
            Target::Data(index) => self.data_symbols[index],
            Target::External(index) => self.external_symbols[index],
        }
    }
}

/// An object without content.
pub(crate) fn new_object<'o>(machine: Machine) -> Object<'o> {
    let mut object = Object::new(BinaryFormat::Elf, machine.architecture(), Endianness::Little);
    if machine == Machine::Thumb {
        let e_flags = elf::FileFlags(arm::OBJECT_FLAGS);
        object.flags = FileFlags::Elf { os_abi: elf::ELFOSABI_NONE, abi_version: 0, e_flags };
    }
    object
}

/// The bytes of a function with the addends of its relocations in their fields, where objects for ARM have them.
fn with_addends(code: &FunctionCode) -> Vec<u8> {
    let mut bytes = code.code.clone();
    for row in &code.relocations {
        let field = match row.kind {
            RelocationKind::ThumbCall => arm::call(row.addend),
            _ => Some((row.addend as i32).to_le_bytes()),
        };
        let at = row.offset as usize;
        if let Some((to, from)) = bytes.get_mut(at..at.saturating_add(4)).zip(field) {
            to.copy_from_slice(&from);
        }
    }
    bytes
}

/// A symbol without type and size that only the object sees.
fn mark(name: &str, section: SectionId, value: u64) -> Symbol {
    let st_info = elf::SymbolInfo::new(elf::STB_LOCAL, elf::STT_NOTYPE);
    let flags = SymbolFlags::Elf { st_info, st_other: elf::SymbolOther::default() };
    Symbol { flags, ..defined(name, (section, value, 0), SymbolKind::Unknown, false) }
}

/// Section, offset and size of a part.
pub(crate) type Place = (SectionId, u64, u64);

/// A symbol of a part.
pub(crate) fn defined(name: &str, (section, value, size): Place, kind: SymbolKind, visible: bool) -> Symbol {
    Symbol {
        name: name.as_bytes().to_vec(),
        value,
        size,
        kind,
        scope: if visible { SymbolScope::Dynamic } else { SymbolScope::Compilation },
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    }
}

/// A symbol that another object defines.
pub(crate) fn undefined(name: &str) -> Symbol {
    Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Unknown,
        scope: SymbolScope::Unknown,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    }
}

/// Adds a relocation.
pub(crate) fn relocate(
    object: &mut Object<'_>,
    (section, offset): (SectionId, u64),
    (symbol, addend): (SymbolId, i64),
    r_type: elf::RelocationType,
) -> Result<(), Error> {
    let flags = RelocationFlags::Elf { r_type };
    Ok(object.add_relocation(section, Relocation { offset, symbol, addend, flags })?)
}
