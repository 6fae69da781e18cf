//! Where the things of a module stand in its text, in 4 bytes each.

use crate::{Block, Data, DebugType, Func, Import, InlineSite, Inst, NamedType, Register, Slot, Source};
use cranelift_entity::EntityRef;

/// Byte offsets of a module's declarations. Texts are shorter than 4 GiB, so an offset takes 32 bits.
#[derive(Clone, Debug, Default)]
pub struct TextMap {
    pub(super) envelope: Vec<(&'static str, u32)>,
    pub(super) features: Vec<u32>,
    pub(super) sources: Vec<u32>,
    pub(super) types: Vec<u32>,
    pub(super) registers: Vec<u32>,
    pub(super) data: Vec<u32>,
    pub(super) imports: Vec<u32>,
    pub(super) debug_types: Vec<u32>,
    pub(super) functions: Vec<FunctionMap>,
}

/// Byte offsets of the lines of a function.
#[derive(Clone, Debug, Default)]
pub struct FunctionMap {
    pub(super) header: u32,
    pub(super) slots: Vec<u32>,
    pub(super) variables: Vec<u32>,
    pub(super) inlined: Vec<u32>,
    pub(super) blocks: Vec<u32>,
    pub(super) insts: Vec<u32>,
}

fn at(offsets: &[u32], index: usize) -> Option<usize> {
    offsets.get(index).map(|&offset| offset as usize)
}

impl TextMap {
    /// The value of an envelope field.
    pub(super) fn field(&self, name: &str) -> Option<usize> {
        self.envelope.iter().find(|(field, _)| *field == name).map(|&(_, offset)| offset as usize)
    }

    pub(super) fn feature(&self, index: u32) -> Option<usize> {
        at(&self.features, index as usize)
    }

    pub(super) fn source(&self, source: Source) -> Option<usize> {
        at(&self.sources, source.index())
    }

    pub(super) fn named_type(&self, ty: NamedType) -> Option<usize> {
        at(&self.types, ty.index())
    }

    pub(super) fn register(&self, register: Register) -> Option<usize> {
        at(&self.registers, register.index())
    }

    pub(super) fn data(&self, data: Data) -> Option<usize> {
        at(&self.data, data.index())
    }

    pub(super) fn import(&self, import: Import) -> Option<usize> {
        at(&self.imports, import.index())
    }

    pub(super) fn debug_type(&self, ty: DebugType) -> Option<usize> {
        at(&self.debug_types, ty.index())
    }

    pub(super) fn function(&self, func: Func) -> Option<&FunctionMap> {
        self.functions.get(func.index())
    }

    /// The line of an instruction, as the offset of its first byte that is no blank.
    pub fn inst(&self, func: Func, inst: Inst) -> Option<usize> {
        at(&self.function(func)?.insts, inst.index())
    }

    /// The line of a block's label.
    pub fn block(&self, func: Func, block: Block) -> Option<usize> {
        at(&self.function(func)?.blocks, block.index())
    }

    /// Bytes of heap memory in use.
    pub fn heap_bytes(&self) -> usize {
        self.functions.iter().map(FunctionMap::heap_bytes).sum()
    }
}

impl FunctionMap {
    pub(super) fn slot(&self, slot: Slot) -> Option<usize> {
        at(&self.slots, slot.index())
    }

    pub(super) fn variable(&self, index: u32) -> Option<usize> {
        at(&self.variables, index as usize)
    }

    pub(super) fn inline_site(&self, site: InlineSite) -> Option<usize> {
        at(&self.inlined, site.index())
    }

    fn heap_bytes(&self) -> usize {
        let lists = [&self.slots, &self.variables, &self.inlined, &self.blocks, &self.insts];
        size_of::<FunctionMap>() + lists.iter().map(|list| list.capacity() * 4).sum::<usize>()
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.slots.shrink_to_fit();
        self.variables.shrink_to_fit();
        self.inlined.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.insts.shrink_to_fit();
    }
}
