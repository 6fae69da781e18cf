//! What lies where: sections in the regions of a machine's memory, and the fields that depend on it.
//!
//! Flash holds the vector table, the code, the constants, and the values that data begins with; RAM holds the data, what
//! begins as zero behind it, and the stack in all that is left, from the region's end downwards.

use super::budget::Budget;
use super::memory::Memory;
use super::vectors::{RESET, VECTORS};
use crate::handwritten::{self, Field, Mark, Piece, Value};
use crate::program::{Program, Target};
use crate::{Error, arm};
use artifact::RelocationKind;

/// Sections by what they hold, in the order of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Area {
    Vectors,
    Text,
    Constants,
    Data,
    Zero,
    Stack,
}

impl Area {
    /// The section's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Area::Vectors => ".vectors",
            Area::Text => ".text",
            Area::Constants => ".rodata",
            Area::Data => ".data",
            Area::Zero => ".bss",
            Area::Stack => ".stack",
        }
    }
}

/// What fills the code between functions: an instruction that traps.
const FILLING: [u8; 2] = [0x00, 0xde]; // udf #0

/// A section in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes {
    pub(super) address: u32,
    pub(super) size: u64,
    /// None of what begins as zero.
    pub(super) bytes: Vec<u8>,
    pub(super) align: u64,
}

impl Bytes {
    fn append(&mut self, bytes: &[u8], align: u64, filling: [u8; 2]) -> u64 {
        let (from, at) = (self.bytes.len(), (self.bytes.len() as u64).next_multiple_of(align.max(1)));
        self.bytes.extend((from as u64..at).map(|place| filling[(place & 1) as usize]));
        self.bytes.extend_from_slice(bytes);
        self.align = self.align.max(align);
        self.size = self.bytes.len() as u64;
        at
    }

    fn append_zero(&mut self, size: u64, align: u64) -> Option<u64> {
        let at = self.size.checked_next_multiple_of(align.max(1))?;
        self.align = self.align.max(align);
        self.size = at.checked_add(size)?;
        Some(at)
    }

    /// Makes the size a multiple of a word.
    fn fill(&mut self, with_bytes: bool) {
        self.size = self.size.next_multiple_of(4);
        if with_bytes {
            self.bytes.resize(self.size as usize, 0);
        }
    }

    fn end(&self) -> u64 {
        u64::from(self.address) + self.size
    }
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Object,
    /// Where instructions or constants begin.
    Mapping,
}

/// A name in a section.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) area: Area,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) kind: Kind,
    pub(super) global: bool,
}

/// An image in the making.
pub(super) struct Layout<'p, 'a> {
    program: &'p Program<'a>,
    memory: Memory,
    pub(super) pieces: &'p [Piece],
    pub(super) vectors: Bytes,
    pub(super) text: Bytes,
    pub(super) constants: Bytes,
    pub(super) data: Bytes,
    /// Where the values of the data are in flash.
    pub(super) data_load: u32,
    pub(super) zero: Bytes,
    pub(super) functions: Vec<Named>,
    pub(super) objects: Vec<Named>,
    /// What was made here.
    pub(super) made: Vec<Named>,
    pub(super) mapping: Vec<Named>,
    fields: Vec<(u64, Field, &'static str)>,
}

impl<'p, 'a> Layout<'p, 'a> {
    /// All functions and data of a program, each in its section, behind code that was made here.
    pub(super) fn new(
        program: &'p Program<'a>,
        memory: Memory,
        pieces: &'p [Piece],
    ) -> Result<Layout<'p, 'a>, Error> {
        let mut layout = Layout {
            program,
            memory,
            pieces,
            vectors: Bytes::default(),
            text: Bytes::default(),
            constants: Bytes::default(),
            data: Bytes::default(),
            data_load: 0,
            zero: Bytes::default(),
            functions: Vec::new(),
            objects: Vec::new(),
            made: Vec::new(),
            mapping: Vec::new(),
            fields: Vec::new(),
        };
        let size = layout.vectors.append(&[0; VECTORS * 4], 4, [0; 2]) + VECTORS as u64 * 4;
        layout.made(super::vectors::TABLE, Area::Vectors, 0, size, Kind::Object);
        pieces.iter().for_each(|piece| layout.add_piece(piece));
        layout.add_functions();
        layout.add_objects()?;
        Ok(layout)
    }

    fn add_piece(&mut self, piece: &Piece) {
        let at = self.text.append(&piece.bytes, 4, FILLING);
        let size = piece.bytes.len() as u64;
        self.made(piece.name, Area::Text, at, size, Kind::Function);
        for &(name, offset) in &piece.inner {
            self.made(name, Area::Text, at + u64::from(offset), 0, Kind::Function);
        }
        self.map(at, true);
        if u64::from(piece.literals) < size {
            self.map(at + u64::from(piece.literals), false);
        }
        self.fields.extend(piece.fields.iter().map(|field| (at + u64::from(field.offset), *field, piece.name)));
    }

    fn add_functions(&mut self) {
        let program = self.program;
        for part in &program.functions {
            let align = u64::from(part.code.align.max(part.function.align.unwrap_or(1)));
            let offset = self.text.append(&part.code.code, align.max(2), FILLING);
            let (size, global) = (part.code.code.len() as u64, part.unit == 0 && part.function.public);
            let (name, area, kind) = (part.name.clone(), Area::Text, Kind::Function);
            self.functions.push(Named { name, area, offset, size, kind, global });
            for (at, instructions) in arm::mapping(part.code) {
                self.map(offset + u64::from(at), instructions);
            }
        }
    }

    fn add_objects(&mut self) -> Result<(), Error> {
        let program = self.program;
        for part in &program.data {
            let object = program.object(part);
            let (size, align) = (part.image.size, part.image.align);
            let (area, offset) = match (&part.image.bytes, object.readonly) {
                (None, false) => (Area::Zero, self.zero.append_zero(size, align).ok_or(Error::TooLarge)?),
                (Some(bytes), false) => (Area::Data, self.data.append(bytes, align, [0; 2])),
                (Some(bytes), true) => (Area::Constants, self.constants.append(bytes, align, [0; 2])),
                (None, true) => (Area::Constants, self.constants.append(&vec![0; size as usize], align, [0; 2])),
            };
            let global = part.unit == 0 && object.public;
            self.objects.push(Named { name: part.name.clone(), area, offset, size, kind: Kind::Object, global });
        }
        Ok(())
    }

    /// Adds constants under a name.
    pub(super) fn add_constants(&mut self, name: &str, bytes: &[u8]) {
        let offset = self.constants.append(bytes, 1, [0; 2]);
        self.made(name, Area::Constants, offset, bytes.len() as u64, Kind::Object);
    }

    fn made(&mut self, name: &str, area: Area, offset: u64, size: u64, kind: Kind) {
        self.made.push(Named { name: name.to_string(), area, offset, size, kind, global: false });
    }

    fn map(&mut self, offset: u64, instructions: bool) {
        let (name, area, kind) = (arm::mapping_name(instructions).to_string(), Area::Text, Kind::Mapping);
        self.mapping.push(Named { name, area, offset, size: 0, kind, global: false });
    }

    /// Gives everything its address.
    ///
    /// # Errors
    /// When a region has not enough room.
    pub(super) fn place(&mut self) -> Result<(), Error> {
        // The loops that copy and clear go by words.
        self.data.align = self.data.align.max(self.zero.align).max(4);
        self.data.fill(true);
        self.zero.align = self.zero.align.max(4);
        self.zero.fill(false);
        let budget = Budget::new(self, self.memory);
        if !budget.fits() {
            return Err(Error::Memory(Box::new(budget)));
        }
        let (flash, ram) = (self.memory.flash, self.memory.ram);
        self.vectors.address = flash.start;
        self.text.address = behind(&self.vectors, self.text.align);
        self.constants.address = behind(&self.text, self.constants.align);
        self.data_load = behind(&self.constants, 4);
        self.data.address = u64::from(ram.start).next_multiple_of(self.data.align) as u32;
        self.zero.address = behind(&self.data, self.zero.align);
        Ok(())
    }

    /// Where the stack begins: behind the last byte of RAM, a multiple of 8.
    pub(super) fn stack_top(&self) -> u32 {
        // The end of the address space is no address.
        self.memory.ram.end().min(u64::from(u32::MAX)) as u32 & !7
    }

    pub(super) fn area(&self, area: Area) -> &Bytes {
        match area {
            Area::Vectors => &self.vectors,
            Area::Text => &self.text,
            Area::Constants => &self.constants,
            Area::Data => &self.data,
            Area::Zero | Area::Stack => &self.zero,
        }
    }

    fn area_mut(&mut self, area: Area) -> &mut Bytes {
        match area {
            Area::Vectors => &mut self.vectors,
            Area::Text => &mut self.text,
            Area::Constants => &mut self.constants,
            Area::Data => &mut self.data,
            Area::Zero | Area::Stack => &mut self.zero,
        }
    }

    pub(super) fn address(&self, named: &Named) -> u32 {
        self.area(named.area).address.wrapping_add(named.offset as u32)
    }

    /// The address of what was made here under a name.
    pub(super) fn made_address(&self, name: &str) -> Option<u32> {
        self.made.iter().find(|made| made.name == name).map(|made| self.address(made))
    }

    /// The first byte of a function, or, behind all functions, of code that was made here.
    pub(super) fn code_address(&self, index: usize) -> u32 {
        let piece = || self.made_address(self.pieces.get(index.checked_sub(self.functions.len())?)?.name);
        let function = self.functions.get(index).map(|named| self.address(named));
        function.or_else(piece).unwrap_or(0)
    }

    /// The value of a symbol: of a function its address with bit 0 set.
    fn symbol(&self, target: Target) -> Option<u32> {
        let (named, code) = match target {
            Target::Function(index) => (self.functions.get(index)?, true),
            Target::Data(index) => (self.objects.get(index)?, false),
            Target::External(index) => {
                let name = self.program.externals.get(index)?;
                let made = self.made.iter().find(|made| made.name == *name)?;
                (made, made.kind == Kind::Function)
            }
        };
        Some(self.address(named) | u32::from(code))
    }

    fn mark(&self, mark: Mark) -> u32 {
        match mark {
            Mark::Text => self.text.address,
            Mark::TextBytes => self.text.size as u32,
            Mark::Data => self.data.address,
            Mark::DataEnd => self.data.end() as u32,
            Mark::DataLoad => self.data_load,
            Mark::ZeroEnd => self.zero.end() as u32,
            Mark::StackTop => self.stack_top(),
        }
    }

    /// Computes all fields. `handlers` are the functions of vectors. In a program all others have one that stops it; in an
    /// image that waits for calls they have none, and whoever calls sees to it that they do not happen.
    ///
    /// # Errors
    /// When something is used that nothing defines, or a call does not reach.
    pub(super) fn relocate(&mut self, handlers: &[(u16, Target)], is_program: bool) -> Result<(), Error> {
        let program = self.program;
        for (index, part) in program.functions.iter().enumerate() {
            let start = self.functions.get(index).map_or(0, |named| named.offset);
            for (row, &target) in part.code.relocations.iter().zip(&part.targets) {
                let field = (Area::Text, start + u64::from(row.offset));
                self.refer(field, row.kind, (target, row.addend), &part.name)?;
            }
        }
        for (index, part) in program.data.iter().enumerate() {
            let Some(named) = self.objects.get(index) else { continue };
            let (area, start) = (named.area, named.offset);
            for (pointer, &target) in part.image.pointers.iter().zip(&part.targets) {
                let field = (area, start + pointer.offset);
                self.refer(field, RelocationKind::Absolute32, (target, pointer.addend), &part.name)?;
            }
        }
        for (offset, field, user) in std::mem::take(&mut self.fields) {
            let place = (Area::Text, offset);
            match field.value {
                Value::Function(target) if field.kind == RelocationKind::ThumbCall => {
                    self.refer(place, field.kind, (target, -4), user)?;
                }
                Value::Function(target) => self.refer(place, field.kind, (target, 0), user)?,
                Value::Place(target) => {
                    let address = self.symbol(target).map_or(0, |value| value & !1);
                    self.put(place, &address.to_le_bytes());
                }
                Value::Mark(mark, addend) => {
                    let value = self.mark(mark).wrapping_add_signed(addend);
                    self.put(place, &value.to_le_bytes());
                }
                Value::Number(number) => self.put(place, &number.to_le_bytes()),
            }
        }
        self.vectors(handlers, is_program);
        Ok(())
    }

    fn vectors(&mut self, handlers: &[(u16, Target)], is_program: bool) {
        let made = |layout: &Self, name| layout.made_address(name).map_or(0, |address| address | 1);
        let (reset, unexpected) = (made(self, handwritten::RESET), made(self, handwritten::UNEXPECTED));
        let fault = made(self, handwritten::FAULT);
        let table: Vec<u32> = (0..VECTORS)
            .map(|vector| {
                let handler = handlers.iter().find(|(known, _)| usize::from(*known) == vector);
                match (vector, handler.and_then(|(_, target)| self.symbol(*target))) {
                    (0, _) => self.stack_top(),
                    (RESET, _) => reset,
                    (_, Some(handler)) => handler,
                    (vector, None) if vector == usize::from(super::vectors::HARD_FAULT) => fault,
                    (vector, None) if is_program && super::vectors::exists(vector as u16) => unexpected,
                    (_, None) => 0,
                }
            })
            .collect();
        let bytes: Vec<u8> = table.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.put((Area::Vectors, 0), &bytes);
    }

    /// Writes the field of a reference.
    fn refer(
        &mut self,
        (area, offset): (Area, u64),
        kind: RelocationKind,
        (target, addend): (Target, i64),
        user: &str,
    ) -> Result<(), Error> {
        let name = || self.program.name_of(target).to_string();
        let undefined = || Error::Undefined { symbol: name(), user: user.to_string() };
        let symbol = self.symbol(target).ok_or_else(undefined)?;
        let place = u64::from(self.area(area).address) + offset;
        let bytes = match kind {
            RelocationKind::ThumbCall => arm::call(i64::from(symbol & !1) + addend - place as i64),
            RelocationKind::Absolute32 => Some(symbol.wrapping_add(addend as u32).to_le_bytes()),
            _ => None,
        };
        let reach = || Error::Reach { symbol: name(), user: user.to_string() };
        let bytes = bytes.ok_or_else(reach)?;
        self.put((area, offset), &bytes);
        Ok(())
    }

    /// Writes a field; all lie in their sections, as the parts of programs and pieces were checked.
    fn put(&mut self, (area, offset): (Area, u64), value: &[u8]) {
        let at = offset as usize;
        if let Some(field) = self.area_mut(area).bytes.get_mut(at..at.saturating_add(value.len())) {
            field.copy_from_slice(value);
        }
    }
}

/// The first address behind a section that has an alignment. The budget has shown that it is one.
fn behind(bytes: &Bytes, align: u64) -> u32 {
    bytes.end().next_multiple_of(align.max(1)) as u32
}
