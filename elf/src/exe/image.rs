//! A program in memory: what lies where.

use super::file;
use super::start::{ENTRY, Start};
use crate::Error;
use crate::program::{Program, Target, width};
use artifact::RelocationKind;

/// Where the file's first byte lies in memory.
pub(super) const BASE: u64 = 0x40_0000;
/// Segments with different rights share no page.
const PAGE: u64 = 4096;
/// Everything lies below this address: what the small code model reaches.
const END: u64 = 1 << 31;

/// The parts of a program by their rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// Read and executed.
    Text,
    /// Read.
    Constants,
    /// Read and written, with bytes in the file.
    Data,
    /// Read and written, zero at the start.
    Zero,
}

/// Bytes of an area.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes {
    /// The address of the first.
    pub(super) address: u64,
    /// Where in the file they stand.
    pub(super) offset: u64,
    /// How many.
    pub(super) size: u64,
    /// The bytes; of [`Area::Zero`] none.
    pub(super) bytes: Vec<u8>,
    /// The largest alignment in it.
    pub(super) align: u64,
}

impl Bytes {
    fn append(&mut self, bytes: &[u8], align: u64, filling: u8) -> u64 {
        let at = self.bytes.len().next_multiple_of(align as usize);
        self.bytes.resize(at, filling);
        self.bytes.extend_from_slice(bytes);
        self.align = self.align.max(align);
        self.size = self.bytes.len() as u64;
        at as u64
    }

    fn append_zero(&mut self, size: u64, align: u64) -> Option<u64> {
        let at = self.size.checked_next_multiple_of(align)?;
        self.align = self.align.max(align);
        self.size = at.checked_add(size)?;
        Some(at)
    }
}

/// Where a symbol lies in its area.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) area: Area,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) global: bool,
}

/// A program in memory.
pub(super) struct Image<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) text: Bytes,
    pub(super) constants: Bytes,
    pub(super) data: Bytes,
    pub(super) zero: Bytes,
    /// The symbols of functions, of data, and of what was made here, in this order.
    pub(super) functions: Vec<Symbol>,
    pub(super) objects: Vec<Symbol>,
    pub(super) made: Vec<Symbol>,
    /// The note about the ABI, which begins the text.
    pub(super) note: u64,
    /// Where in the text the fields of the start are.
    pub(super) start_fields: Vec<(u64, Target)>,
}

impl<'p, 'a> Image<'p, 'a> {
    /// The note, then all functions and data of a program, each in its area.
    pub(super) fn new(program: &'p Program<'a>, note: &[u8]) -> Result<Image<'p, 'a>, Error> {
        let mut image = Image {
            program,
            text: Bytes::default(),
            constants: Bytes::default(),
            data: Bytes::default(),
            zero: Bytes::default(),
            functions: Vec::new(),
            objects: Vec::new(),
            made: Vec::new(),
            note: note.len() as u64,
            start_fields: Vec::new(),
        };
        if !note.is_empty() {
            image.text.append(note, 4, 0);
        }
        for part in &program.functions {
            let align = u64::from(part.code.align.max(part.function.align.unwrap_or(1)));
            let offset = image.text.append(&part.code.code, align, 0xcc);
            let size = part.code.code.len() as u64;
            let global = part.unit == 0 && part.function.public;
            image.functions.push(Symbol { name: part.name.clone(), area: Area::Text, offset, size, global });
        }
        for part in &program.data {
            let object = program.object(part);
            let area = match (&part.image.bytes, object.readonly) {
                (_, true) => Area::Constants,
                (Some(_), false) => Area::Data,
                (None, false) => Area::Zero,
            };
            let (size, align) = (part.image.size, part.image.align);
            let offset = match (&part.image.bytes, area) {
                (_, Area::Zero) => image.zero.append_zero(size, align).ok_or(Error::TooLarge)?,
                (Some(bytes), _) => image.area_mut(area).append(bytes, align, 0),
                (None, _) => image.area_mut(area).append(&vec![0; size as usize], align, 0),
            };
            let global = part.unit == 0 && object.public;
            image.objects.push(Symbol { name: part.name.clone(), area, offset, size, global });
        }
        Ok(image)
    }

    /// Adds the code that the kernel or the C library enters.
    pub(super) fn add_start(&mut self, name: &str, start: &Start) {
        let (code, fields) = start.code();
        let at = self.add_code(name, &code);
        self.start_fields = fields.iter().map(|field| (at + u64::from(field.offset), field.target)).collect();
    }

    /// Adds code without relocations under a name.
    pub(super) fn add_code(&mut self, name: &str, code: &[u8]) -> u64 {
        let offset = self.text.append(code, 1, 0xcc);
        self.made(name, Area::Text, offset, code.len());
        offset
    }

    /// Adds constants under a name.
    pub(super) fn add_constants(&mut self, name: &str, bytes: &[u8]) -> u64 {
        let offset = self.constants.append(bytes, 4, 0);
        self.made(name, Area::Constants, offset, bytes.len());
        offset
    }

    fn made(&mut self, name: &str, area: Area, offset: u64, size: usize) {
        self.made.push(Symbol { name: name.to_string(), area, offset, size: size as u64, global: false });
    }

    /// Gives the text its place behind the headers, which nothing that is added later changes: no text, and constants
    /// only where `more_constants` said so.
    pub(super) fn place_text(&mut self, more_constants: bool) -> Result<(), Error> {
        let constants = more_constants || self.constants.align > 0;
        let data = self.data.align > 0 || self.zero.align > 0;
        let headers = file::header_bytes(1 + u64::from(constants) + u64::from(data));
        // The base is a multiple of every alignment.
        self.text.offset = headers.next_multiple_of(self.text.align.max(1));
        self.text.address = BASE + self.text.offset;
        if self.text.address.saturating_add(self.text.size) > END { Err(Error::TooLarge) } else { Ok(()) }
    }

    /// Gives the other areas their places: behind each other in the file, on pages of their own in memory.
    pub(super) fn place(&mut self) -> Result<(), Error> {
        let mut offset = self.text.offset + self.text.size;
        let mut address = self.text.address + self.text.size;
        self.constants.place(&mut offset, &mut address)?;
        // Zeros follow the data in one segment, which so needs the alignment of both.
        self.data.align = self.data.align.max(self.zero.align);
        if self.data.align > 0 {
            self.data.place(&mut offset, &mut address)?;
            self.zero.offset = offset;
            self.zero.address = address.next_multiple_of(self.zero.align.max(1));
            address = self.zero.address.saturating_add(self.zero.size);
        }
        if address > END { Err(Error::TooLarge) } else { Ok(()) }
    }

    fn area(&self, area: Area) -> &Bytes {
        match area {
            Area::Text => &self.text,
            Area::Constants => &self.constants,
            Area::Data => &self.data,
            Area::Zero => &self.zero,
        }
    }

    fn area_mut(&mut self, area: Area) -> &mut Bytes {
        match area {
            Area::Text => &mut self.text,
            Area::Constants => &mut self.constants,
            Area::Data => &mut self.data,
            Area::Zero => &mut self.zero,
        }
    }

    /// The address of a symbol.
    pub(super) fn address(&self, symbol: &Symbol) -> u64 {
        self.area(symbol.area).address + symbol.offset
    }

    /// The address of a function.
    pub(super) fn function_address(&self, index: usize) -> u64 {
        self.functions.get(index).map_or(0, |symbol| self.address(symbol))
    }

    /// Whether a symbol was made here, rather than being one of the program's.
    pub(super) fn is_made(&self, symbol: &Symbol) -> bool {
        self.made.iter().any(|made| std::ptr::eq(made, symbol))
    }

    /// The address behind all functions.
    pub(super) fn functions_end(&self) -> u64 {
        self.functions.last().map_or(0, |symbol| self.address(symbol) + symbol.size)
    }

    /// The address of what was made here under a name.
    pub(super) fn made_address(&self, name: &str) -> Option<u64> {
        self.made.iter().find(|symbol| symbol.name == name).map(|symbol| self.address(symbol))
    }

    fn target_address(&self, target: Target) -> Option<u64> {
        match target {
            Target::Function(index) => self.functions.get(index).map(|symbol| self.address(symbol)),
            Target::Data(index) => self.objects.get(index).map(|symbol| self.address(symbol)),
            Target::External(index) => self.made_address(self.program.externals.get(index)?),
        }
    }

    /// Computes all relocations.
    pub(super) fn relocate(&mut self) -> Result<(), Error> {
        let program = self.program;
        for (index, part) in program.functions.iter().enumerate() {
            let start = self.functions[index].offset;
            for (row, &target) in part.code.relocations.iter().zip(&part.targets) {
                let field = (Area::Text, start + u64::from(row.offset));
                self.apply(field, row.kind, target, row.addend, &part.name)?;
            }
        }
        for (index, part) in program.data.iter().enumerate() {
            let (area, start) = (self.objects[index].area, self.objects[index].offset);
            for (pointer, &target) in part.image.pointers.iter().zip(&part.targets) {
                let field = (area, start + pointer.offset);
                self.apply(field, RelocationKind::Absolute64, target, pointer.addend, &part.name)?;
            }
        }
        for (offset, target) in std::mem::take(&mut self.start_fields) {
            self.apply((Area::Text, offset), Start::KIND, target, Start::ADDEND, ENTRY)?;
        }
        Ok(())
    }

    fn apply(
        &mut self,
        (area, offset): (Area, u64),
        kind: RelocationKind,
        target: Target,
        addend: i64,
        user: &str,
    ) -> Result<(), Error> {
        let name = || self.program.name_of(target).to_string();
        let reach = || Error::Reach { symbol: name(), user: user.to_string() };
        let undefined = || Error::Undefined { symbol: name(), user: user.to_string() };
        let symbol = self.target_address(target).ok_or_else(undefined)?;
        let place = self.area(area).address + offset;
        let absolute = symbol.wrapping_add_signed(addend);
        let value = match kind {
            RelocationKind::Absolute64 => absolute,
            RelocationKind::Absolute32Signed => fits(absolute).ok_or_else(reach)?,
            _ => fits(absolute.wrapping_sub(place)).ok_or_else(reach)?,
        };
        let at = offset as usize;
        if kind == RelocationKind::GlobalOffset32 && !self.loads_address(at) {
            return Err(reach());
        }
        let error = reach();
        let bytes = &mut self.area_mut(area).bytes;
        let width = width(kind);
        bytes.get_mut(at..at + width).ok_or(error)?.copy_from_slice(&value.to_le_bytes()[..width]);
        Ok(())
    }

    /// A load from the global offset table becomes the computation of the address, as in the psABI's section B.2:
    /// `mov register, [rip + …]` becomes `lea`. Whether the field is one of such a load.
    fn loads_address(&mut self, field: usize) -> bool {
        const MOV: u8 = 0x8b;
        const LEA: u8 = 0x8d;
        let opcode = field.checked_sub(2).and_then(|at| self.text.bytes.get_mut(at));
        opcode.filter(|opcode| **opcode == MOV).map(|opcode| *opcode = LEA).is_some()
    }
}

impl Bytes {
    /// Places an area behind what comes before it; its first page is not the last page of that.
    fn place(&mut self, offset: &mut u64, address: &mut u64) -> Result<(), Error> {
        if self.align == 0 {
            return Ok(());
        }
        self.offset = offset.next_multiple_of(self.align.min(PAGE));
        let page = address.checked_next_multiple_of(self.align.max(PAGE)).ok_or(Error::TooLarge)?;
        self.address = page + self.offset % PAGE;
        *offset = self.offset + self.bytes.len() as u64;
        *address = self.address.checked_add(self.size).ok_or(Error::TooLarge)?;
        Ok(())
    }
}

/// A number that a field of 4 bytes, sign-extended, can hold.
fn fits(value: u64) -> Option<u64> {
    i32::try_from(value as i64).ok().map(|_| value)
}
