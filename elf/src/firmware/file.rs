//! The ELF file of an image: what is loaded, then what debuggers read.

use super::{Firmware, ImageSymbol, Section, Segment, SymbolKind};
use crate::{Error, arm, note};
use object::Endianness;
use object::elf;
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, SectionIndex, Sym, Writer};

/// Writes an image.
pub(super) fn write(firmware: &Firmware) -> Result<Vec<u8>, Error> {
    let mut buffer = Vec::new();
    let mut writer = Writer::new(Endianness::Little, false, &mut buffer);
    let blobs = firmware.segments();
    let zero: Vec<&Section> = firmware.sections.iter().filter(|section| section.name == ".bss").collect();
    writer.reserve_file_header();
    writer.reserve_program_headers((blobs.len() + zero.len()) as u32);
    let blobs: Vec<(Segment, u64)> = blobs
        .into_iter()
        .map(|blob| {
            let offset = writer.reserve(blob.bytes.len() as u64, 4);
            (blob, offset)
        })
        .collect();
    let sections = Sections::reserve(firmware, &mut writer, &blobs)?;
    writer.write_file_header(&FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_EXEC,
        e_machine: elf::EM_ARM,
        e_entry: u64::from(firmware.reset | 1),
        e_flags: elf::FileFlags(arm::EXECUTABLE_FLAGS),
    })?;
    writer.write_align_program_headers();
    for (blob, offset) in &blobs {
        writer.write_program_header(&loaded(firmware, blob, *offset));
    }
    for section in zero {
        let (address, size) = (section.address, section.size);
        writer.write_program_header(&segment(elf::PF_R | elf::PF_W, (address, address), 0, (0, size)));
    }
    for (blob, offset) in &blobs {
        writer.pad_until(*offset);
        writer.write(&blob.bytes);
    }
    sections.write(firmware, &mut writer);
    Ok(buffer)
}

/// The header of bytes: they are where they are loaded, but for the values of data, which lie elsewhere then.
fn loaded(firmware: &Firmware, blob: &Segment, offset: u64) -> ProgramHeader {
    let copied = |section: &&Section| section.load == blob.address && section.load != section.address;
    let size = blob.bytes.len() as u32;
    match firmware.sections.iter().filter(|section| !section.bytes.is_empty()).find(copied) {
        Some(data) => segment(elf::PF_R | elf::PF_W, (data.address, data.load), offset, (size, size)),
        None => segment(elf::PF_R | elf::PF_X, (blob.address, blob.address), offset, (size, size)),
    }
}

fn segment(
    p_flags: elf::ProgramFlags,
    (address, load): (u32, u32),
    p_offset: u64,
    (bytes, size): (u32, u32),
) -> ProgramHeader {
    ProgramHeader {
        p_type: elf::PT_LOAD,
        p_flags,
        p_offset,
        p_vaddr: u64::from(address),
        p_paddr: u64::from(load),
        p_filesz: u64::from(bytes),
        p_memsz: u64::from(size),
        p_align: 4,
    }
}

/// A section of the file.
struct Header {
    name: StringId,
    kind: elf::SectionType,
    flags: elf::SectionFlags,
    address: u32,
    offset: u64,
    size: u64,
    align: u64,
}

/// The sections, symbols and strings of a file, once their places are reserved.
#[derive(Default)]
struct Sections {
    headers: Vec<Header>,
    /// The numbers of the sections of the image.
    indices: Vec<SectionIndex>,
    names: Vec<StringId>,
}

impl Sections {
    fn reserve<'n>(
        firmware: &'n Firmware,
        writer: &mut Writer<'n>,
        blobs: &[(Segment, u64)],
    ) -> Result<Sections, Error> {
        let mut sections = Sections::default();
        for section in &firmware.sections {
            sections.headers.push(header(section, writer, blobs));
            sections.indices.push(writer.reserve_section_index());
        }
        for (name, bytes) in &firmware.tables {
            let offset = writer.reserve(bytes.len() as u64, 4);
            let (kind, flags) = match *name {
                note::SECTION => (elf::SHT_NOTE, elf::SectionFlags::default()),
                arm::ATTRIBUTES => (elf::SHT_ARM_ATTRIBUTES, elf::SectionFlags::default()),
                name if name.ends_with("str") => (elf::SHT_PROGBITS, elf::SHF_MERGE | elf::SHF_STRINGS),
                _ => (elf::SHT_PROGBITS, elf::SectionFlags::default()),
            };
            let name = writer.add_section_name(name.as_bytes());
            sections.headers.push(Header {
                name,
                kind,
                flags,
                address: 0,
                offset,
                size: bytes.len() as u64,
                align: 1,
            });
            writer.reserve_section_index();
        }
        writer.reserve_null_symbol_index();
        for symbol in symbols(firmware) {
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

    fn write(&self, firmware: &Firmware, writer: &mut Writer<'_>) {
        for (_, bytes) in &firmware.tables {
            writer.write_align(4);
            writer.write(bytes);
        }
        writer.write_null_symbol();
        for (symbol, &name) in symbols(firmware).zip(&self.names) {
            self.symbol(writer, symbol, name);
        }
        writer.write_strtab();
        writer.write_shstrtab();
        writer.write_null_section_header();
        for header in &self.headers {
            writer.write_section_header(&SectionHeader {
                sh_name: writer.section_name_offset(Some(header.name)),
                sh_type: header.kind,
                sh_flags: header.flags,
                sh_addr: u64::from(header.address),
                sh_offset: header.offset,
                sh_size: header.size,
                sh_link: 0,
                sh_info: 0,
                sh_addralign: header.align,
                sh_entsize: u64::from(header.flags.0 & elf::SHF_STRINGS.0 != 0),
            });
        }
        let local = symbols(firmware).filter(|symbol| !symbol.global).count() as u32 + 1;
        writer.write_symtab_section_header(local);
        writer.write_strtab_section_header();
        writer.write_shstrtab_section_header();
    }

    fn symbol(&self, writer: &mut Writer<'_>, symbol: &ImageSymbol, name: StringId) {
        let binding = if symbol.global { elf::STB_GLOBAL } else { elf::STB_LOCAL };
        let (kind, thumb) = match symbol.kind {
            SymbolKind::Function => (elf::STT_FUNC, 1),
            SymbolKind::Object => (elf::STT_OBJECT, 0),
            SymbolKind::Mapping => (elf::STT_NOTYPE, 0),
        };
        writer.write_symbol(&Sym {
            section: self.indices.get(symbol.section).map(|index| index.0),
            st_name: writer.string_offset(Some(name)),
            st_info: elf::SymbolInfo::new(binding, kind),
            st_other: elf::SymbolOther::default(),
            st_shndx: elf::SymbolSection::default(),
            st_value: u64::from(symbol.address | thumb),
            st_size: u64::from(symbol.size),
        });
    }
}

/// The header of a section of the image.
fn header<'n>(section: &'n Section, writer: &mut Writer<'n>, blobs: &[(Segment, u64)]) -> Header {
    let within = |(blob, _): &&(Segment, u64)| {
        let behind = section.load.wrapping_sub(blob.address) as usize;
        section.load >= blob.address && behind < blob.bytes.len()
    };
    let place = blobs.iter().find(within).map(|(blob, offset)| offset + u64::from(section.load - blob.address));
    let kind = if section.bytes.is_empty() { elf::SHT_NOBITS } else { elf::SHT_PROGBITS };
    let rights = match section.name {
        ".text" => elf::SHF_EXECINSTR,
        ".vectors" | ".rodata" => elf::SectionFlags::default(),
        _ => elf::SHF_WRITE,
    };
    Header {
        name: writer.add_section_name(section.name.as_bytes()),
        kind,
        flags: elf::SHF_ALLOC | rights,
        address: section.address,
        offset: place.unwrap_or(0),
        size: u64::from(section.size),
        align: u64::from(section.align),
    }
}

/// All symbols, the local ones first, as ELF wants them.
fn symbols(firmware: &Firmware) -> impl Iterator<Item = &ImageSymbol> {
    let all = || firmware.symbols.iter();
    all().filter(|symbol| !symbol.global).chain(all().filter(|symbol| symbol.global))
}
