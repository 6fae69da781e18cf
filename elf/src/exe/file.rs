//! The file of a program: headers, segments, and, when they are wanted, sections for debuggers.

use super::image::{Area, BASE, Bytes, Image, Symbol};
use super::start::ENTRY;
use crate::dwarf::DebugSection;
use crate::section::Section;
use crate::{Error, note, unwind};
use gimli::write::RelocationTarget;
use object::Endianness;
use object::elf;
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, Sym, Writer};

const FILE_HEADER: u64 = 64;
const PROGRAM_HEADER: u64 = 56;
const PAGE: u64 = 4096;

/// Bytes of the headers before the text of a program with so many areas that have bytes.
pub(super) fn header_bytes(areas: u64) -> u64 {
    // The note and the stack have one each.
    FILE_HEADER + PROGRAM_HEADER * (areas + 2)
}

/// Writes a program that has been placed and relocated.
pub(super) fn write(
    image: &Image<'_, '_>,
    debug: Option<&[DebugSection]>,
    symbols: bool,
) -> Result<Vec<u8>, Error> {
    let segments = segments(image);
    let mut extra = Vec::new();
    if let Some(debug) = debug {
        for part in debug {
            extra.push((part.id.name(), applied(image, &part.section)?));
        }
        let frames = unwind::debug_frame(image.program, &[])?;
        extra.push((gimli::SectionId::DebugFrame.name(), applied(image, &frames)?));
    }
    let mut buffer = Vec::new();
    let mut writer = Writer::new(Endianness::Little, true, &mut buffer);
    writer.reserve_file_header();
    writer.reserve_program_headers(segments.len() as u32);
    let areas: Vec<&Bytes> =
        [&image.text, &image.constants, &image.data].into_iter().filter(|a| a.align > 0).collect();
    for area in &areas {
        writer.reserve_until(area.offset);
        writer.reserve(area.bytes.len() as u64, 1);
    }
    let with_sections = symbols || debug.is_some();
    let sections =
        if with_sections { Sections::reserve(image, &mut writer, &extra)? } else { Sections::default() };
    writer.write_file_header(&FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_EXEC,
        e_machine: elf::EM_X86_64,
        e_entry: image.made_address(ENTRY).unwrap_or(0),
        e_flags: elf::FileFlags::default(),
    })?;
    writer.write_align_program_headers();
    segments.iter().for_each(|segment| writer.write_program_header(segment));
    for area in areas {
        writer.pad_until(area.offset);
        writer.write(&area.bytes);
    }
    if with_sections {
        sections.write(image, &mut writer, &extra);
    }
    Ok(buffer)
}

fn segments(image: &Image<'_, '_>) -> Vec<ProgramHeader> {
    let load = |area: &Bytes, flags, offset: u64, memory: u64| ProgramHeader {
        p_type: elf::PT_LOAD,
        p_flags: flags,
        p_offset: offset,
        p_vaddr: area.address - (area.offset - offset),
        p_paddr: area.address - (area.offset - offset),
        p_filesz: area.offset - offset + area.bytes.len() as u64,
        p_memsz: memory,
        p_align: PAGE,
    };
    // The first segment begins with the headers, so that it begins on a page.
    let mut all = vec![load(&image.text, elf::PF_R | elf::PF_X, 0, image.text.offset + image.text.size)];
    if image.constants.align > 0 {
        all.push(load(&image.constants, elf::PF_R, image.constants.offset, image.constants.size));
    }
    if image.data.align > 0 {
        let end = image.zero.address + image.zero.size;
        let memory = end.max(image.data.address + image.data.size) - image.data.address;
        all.push(load(&image.data, elf::PF_R | elf::PF_W, image.data.offset, memory));
    }
    all.push(ProgramHeader {
        p_type: elf::PT_NOTE,
        p_flags: elf::PF_R,
        p_offset: image.text.offset,
        p_vaddr: BASE + image.text.offset,
        p_paddr: BASE + image.text.offset,
        p_filesz: image.note,
        p_memsz: image.note,
        p_align: 4,
    });
    // The stack is not executable.
    all.push(ProgramHeader {
        p_type: elf::PT_GNU_STACK,
        p_flags: elf::PF_R | elf::PF_W,
        p_offset: 0,
        p_vaddr: 0,
        p_paddr: 0,
        p_filesz: 0,
        p_memsz: 0,
        p_align: 16,
    });
    all
}

/// The bytes of a table with its fields computed. Each debug section stands alone, so that an offset into it is what
/// the table says.
fn applied(image: &Image<'_, '_>, section: &Section) -> Result<Vec<u8>, Error> {
    let mut bytes = section.bytes().to_vec();
    for row in &section.relocations {
        let value = match row.target {
            RelocationTarget::Symbol(index) => image.function_address(index).wrapping_add_signed(row.addend),
            RelocationTarget::Section(_) => row.addend as u64,
        };
        let width = usize::from(row.size);
        let field = bytes.get_mut(row.offset..row.offset + width);
        let source = value.to_le_bytes();
        let (field, source) = field.zip(source.get(..width)).ok_or(Error::TooLarge)?;
        field.copy_from_slice(source);
    }
    Ok(bytes)
}

/// A section of the file.
struct Header {
    name: StringId,
    kind: elf::SectionType,
    flags: elf::SectionFlags,
    address: u64,
    offset: u64,
    size: u64,
    align: u64,
}

/// The sections, symbols and strings of a file, once their places are reserved.
#[derive(Default)]
struct Sections {
    headers: Vec<Header>,
    names: Vec<StringId>,
    /// The number of each area's section.
    areas: Vec<(Area, u32)>,
}

impl Sections {
    fn reserve<'n>(
        image: &'n Image<'_, '_>,
        writer: &mut Writer<'n>,
        extra: &'n [(&'static str, Vec<u8>)],
    ) -> Result<Sections, Error> {
        let mut sections = Sections::default();
        sections.loaded(image, writer);
        for (name, bytes) in extra {
            let offset = writer.reserve(bytes.len() as u64, 1);
            let strings = name.ends_with("str");
            let flags = if strings { elf::SHF_MERGE | elf::SHF_STRINGS } else { elf::SectionFlags::default() };
            let header = Header {
                name: writer.add_section_name(name.as_bytes()),
                kind: elf::SHT_PROGBITS,
                flags,
                address: 0,
                offset,
                size: bytes.len() as u64,
                align: 1,
            };
            writer.reserve_section_index();
            sections.headers.push(header);
        }
        writer.reserve_null_symbol_index();
        for symbol in symbols(image) {
            sections.names.push(writer.add_string(symbol.name.as_bytes()));
            writer.reserve_symbol_index(None);
        }
        writer.reserve_symtab_section_index();
        writer.reserve_symtab();
        writer.reserve_strtab_section_index();
        writer.reserve_strtab()?;
        writer.reserve_shstrtab_section_index();
        writer.reserve_shstrtab()?;
        writer.reserve_section_headers();
        Ok(sections)
    }

    /// The sections that are loaded: the note is the beginning of the text.
    fn loaded<'n>(&mut self, image: &Image<'_, '_>, writer: &mut Writer<'n>) {
        const READ: elf::SectionFlags = elf::SHF_ALLOC;
        let mut add = |name: &'static str, kind, flags, area, address, offset, size, align| {
            let name = writer.add_section_name(name.as_bytes());
            let index = writer.reserve_section_index().0;
            self.headers.push(Header { name, kind, flags, address, offset, size, align });
            self.areas.push((area, index));
        };
        let (text, note) = (&image.text, image.note);
        add(note::SECTION, elf::SHT_NOTE, READ, Area::Constants, text.address, text.offset, note, 4);
        let (address, offset, size) = (text.address + note, text.offset + note, text.size - note);
        add(".text", elf::SHT_PROGBITS, READ | elf::SHF_EXECINSTR, Area::Text, address, offset, size, 1);
        let constants = &image.constants;
        if constants.align > 0 {
            let (address, offset, size, align) =
                (constants.address, constants.offset, constants.size, constants.align);
            add(".rodata", elf::SHT_PROGBITS, READ, Area::Constants, address, offset, size, align);
        }
        let data = &image.data;
        if !data.bytes.is_empty() {
            let (address, offset, size, align) = (data.address, data.offset, data.size, data.align);
            add(".data", elf::SHT_PROGBITS, READ | elf::SHF_WRITE, Area::Data, address, offset, size, align);
        }
        let zero = &image.zero;
        if zero.size > 0 {
            let (address, offset, size, align) = (zero.address, zero.offset, zero.size, zero.align);
            add(".bss", elf::SHT_NOBITS, READ | elf::SHF_WRITE, Area::Zero, address, offset, size, align);
        }
    }

    fn write(&self, image: &Image<'_, '_>, writer: &mut Writer<'_>, extra: &[(&'static str, Vec<u8>)]) {
        extra.iter().for_each(|(_, bytes)| writer.write(bytes));
        writer.write_null_symbol();
        for (symbol, &name) in symbols(image).zip(&self.names) {
            self.symbol(image, writer, symbol, name);
        }
        writer.write_strtab();
        writer.write_shstrtab();
        writer.write_null_section_header();
        for header in &self.headers {
            writer.write_section_header(&SectionHeader {
                sh_name: writer.section_name_offset(Some(header.name)),
                sh_type: header.kind,
                sh_flags: header.flags,
                sh_addr: header.address,
                sh_offset: header.offset,
                sh_size: header.size,
                sh_link: 0,
                sh_info: 0,
                sh_addralign: header.align,
                sh_entsize: u64::from(header.flags.0 & elf::SHF_STRINGS.0 != 0),
            });
        }
        let local = symbols(image).filter(|symbol| !symbol.global).count() as u32 + 1;
        writer.write_symtab_section_header(local);
        writer.write_strtab_section_header();
        writer.write_shstrtab_section_header();
    }

    fn symbol(&self, image: &Image<'_, '_>, writer: &mut Writer<'_>, symbol: &Symbol, name: StringId) {
        let section = self.areas.iter().rev().find(|(area, _)| *area == symbol.area).map(|&(_, index)| index);
        let binding = if symbol.global { elf::STB_GLOBAL } else { elf::STB_LOCAL };
        let kind = if symbol.area == Area::Text { elf::STT_FUNC } else { elf::STT_OBJECT };
        writer.write_symbol(&Sym {
            section,
            st_name: writer.string_offset(Some(name)),
            st_info: elf::SymbolInfo::new(binding, kind),
            st_other: elf::SymbolOther::default(),
            st_shndx: elf::SymbolSection::default(),
            st_value: image.address(symbol),
            st_size: symbol.size,
        });
    }
}

/// All symbols, the local ones first, as ELF wants them.
fn symbols<'n>(image: &'n Image<'_, '_>) -> impl Iterator<Item = &'n Symbol> {
    let all = || image.functions.iter().chain(&image.objects).chain(&image.made);
    all().filter(|symbol| !symbol.global).chain(all().filter(|symbol| symbol.global))
}
