//! Sections in the making: bytes, and the fields among them that are known only when addresses are.

use gimli::LittleEndian;
use gimli::write::{EndianVec, RelocateWriter, Relocation};

/// A section that records relocations. Symbols in them are indices of functions of the program.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    bytes: EndianVec<LittleEndian>,
    /// The fields, in the order in which they were written.
    pub(crate) relocations: Vec<Relocation>,
}

impl Section {
    /// A section without bytes.
    pub(crate) fn new() -> Section {
        Section { bytes: EndianVec::new(LittleEndian), relocations: Vec::new() }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.slice()
    }
}

impl RelocateWriter for Section {
    type Writer = EndianVec<LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.bytes
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.bytes
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}
