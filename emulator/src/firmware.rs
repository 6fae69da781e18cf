//! ELF files of firmware: what is loaded where, and which names stand for which addresses.

use crate::Error;
use object::elf::{EM_ARM, FileHeader32, PT_LOAD, SHT_SYMTAB, STT_FUNC, STT_OBJECT};
use object::endian::LittleEndian;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};

/// Firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// Where it begins when no vector table says it.
    pub entry: u32,
    /// What is loaded.
    pub segments: Vec<Segment>,
    /// Functions and objects, by address.
    pub symbols: Vec<Symbol>,
    /// Where the section `.stack` begins, which images of ours have: the stack may grow down to there.
    pub stack_limit: Option<u32>,
}

/// Bytes that are in memory before anything runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first byte: the address of loading, which for initial data of RAM is in flash.
    pub address: u32,
    /// Where the program has it, once its start has copied it there.
    pub place: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// Its address; that of a function without bit 0.
    pub address: u32,
    /// Its size in bytes.
    pub bytes: u32,
    /// Whether it is a function.
    pub function: bool,
}

impl Firmware {
    /// Reads an executable.
    ///
    /// # Errors
    /// It is none, or not one for Arm.
    pub fn read(file: &[u8]) -> Result<Firmware, Error> {
        let wrong = |error: object::read::Error| Error::Format(error.to_string());
        let header = FileHeader32::<LittleEndian>::parse(file).map_err(wrong)?;
        let endian = header.endian().map_err(wrong)?;
        if header.e_machine(endian) != EM_ARM {
            return Err(Error::Unsupported("it is for another machine than Arm"));
        }
        let mut segments = Vec::new();
        for row in header.program_headers(endian, file).map_err(wrong)? {
            let bytes =
                row.data(endian, file).map_err(|()| Error::Format("a segment outside of the file".to_string()))?;
            if row.p_type(endian) == PT_LOAD && !bytes.is_empty() {
                segments.push(Segment {
                    address: row.p_paddr(endian),
                    place: row.p_vaddr(endian),
                    bytes: bytes.to_vec(),
                });
            }
        }
        let sections = header.sections(endian, file).map_err(wrong)?;
        let table = sections.symbols(endian, file, SHT_SYMTAB).map_err(wrong)?;
        let mut symbols = Vec::new();
        for symbol in table.iter() {
            let function = symbol.st_type() == STT_FUNC;
            if !function && symbol.st_type() != STT_OBJECT {
                continue;
            }
            let name = table.symbol_name(endian, symbol).map_err(wrong)?;
            symbols.push(Symbol {
                name: String::from_utf8_lossy(name).into_owned(),
                address: symbol.st_value(endian) & if function { !1 } else { !0 },
                bytes: symbol.st_size(endian),
                function,
            });
        }
        symbols.sort_by_key(|symbol| symbol.address);
        let stack = sections.section_by_name(endian, b".stack");
        let stack_limit = stack.map(|(_, section)| section.sh_addr(endian));
        Ok(Firmware { entry: header.e_entry(endian), segments, symbols, stack_limit })
    }

    /// The address of a name.
    pub fn address(&self, name: &str) -> Option<u32> {
        self.symbols.iter().find(|symbol| symbol.name == name).map(|symbol| symbol.address)
    }

    /// The function that an address is in.
    pub fn function(&self, address: u32) -> Option<&Symbol> {
        let inside = |symbol: &&Symbol| {
            symbol.function
                && address.checked_sub(symbol.address).is_some_and(|distance| distance < symbol.bytes.max(1))
        };
        self.symbols.iter().rev().find(inside)
    }
}
