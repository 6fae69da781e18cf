//! Constants and jump tables behind a function's code.
//!
//! Constants of the strictest alignment come first, tables last: padding stands only before the first.

use super::Label;
use native_ir::Inst;
use rustc_hash::FxHashMap;

/// A constant or a jump table behind the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Literal(u32);

/// Marks the literals that are tables.
const TABLE: u32 = 1 << 31;

/// Up to so many constants are compared one by one.
const FEW: usize = 8;

/// What is dropped rather than cleared: clearing takes time for all that the map has room for.
const LARGE: usize = 1024;

/// A constant.
#[derive(Clone, Copy, Debug)]
struct Constant {
    bits: u128,
    bytes: u8,
    align: u8,
    offset: u32,
}

/// A jump table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// The index of its first label.
    first: u32,
    /// How many entries it has.
    pub(super) entries: u32,
    /// The instruction that jumps through it.
    pub(super) inst: Inst,
    /// Its first byte; known once placed.
    pub(super) offset: u32,
}

/// The constants and jump tables of one function.
#[derive(Debug, Default)]
pub(super) struct Literals {
    constants: Vec<Constant>,
    /// The constants by contents and size, once there are more than [`FEW`].
    known: FxHashMap<(u128, u8), u32>,
    tables: Vec<Table>,
    labels: Vec<Label>,
}

impl Literals {
    pub(super) fn clear(&mut self) {
        self.constants.clear();
        self.tables.clear();
        self.labels.clear();
        if self.known.capacity() > LARGE {
            self.known = FxHashMap::default();
        }
        self.known.clear();
    }

    /// See `Buffer::literal`.
    pub(super) fn constant(&mut self, bytes: &[u8], align: u32) -> Literal {
        debug_assert!(matches!(bytes.len(), 4 | 8 | 16) && align.is_power_of_two() && align <= 16);
        let mut whole = [0; 16];
        whole[..bytes.len()].copy_from_slice(bytes);
        let wanted = Constant {
            bits: u128::from_le_bytes(whole),
            bytes: bytes.len() as u8,
            align: (align as u8).max(4),
            offset: 0,
        };
        let index = self.find(wanted).unwrap_or_else(|| self.add(wanted));
        let found = &mut self.constants[index as usize];
        found.align = found.align.max(wanted.align);
        Literal(index)
    }

    fn find(&self, wanted: Constant) -> Option<u32> {
        if self.constants.len() > FEW {
            return self.known.get(&(wanted.bits, wanted.bytes)).copied();
        }
        let same = |it: &Constant| it.bits == wanted.bits && it.bytes == wanted.bytes;
        self.constants.iter().position(same).map(|index| index as u32)
    }

    fn add(&mut self, wanted: Constant) -> u32 {
        let index = self.constants.len() as u32;
        self.constants.push(wanted);
        if self.constants.len() > FEW {
            let from = self.known.len();
            let new = self.constants.iter().enumerate().skip(from);
            self.known.extend(new.map(|(index, it)| ((it.bits, it.bytes), index as u32)));
        }
        index
    }

    /// See `Buffer::jump_table`.
    pub(super) fn table(&mut self, labels: &[Label], inst: Inst) -> Literal {
        let index = self.tables.len() as u32;
        let first = self.labels.len() as u32;
        self.tables.push(Table { first, entries: labels.len() as u32, inst, offset: 0 });
        self.labels.extend_from_slice(labels);
        Literal(TABLE | index)
    }

    /// Gives everything its place behind code that ends at an offset; returns where the last ends.
    pub(super) fn place(&mut self, code: u32) -> u32 {
        let mut end = code;
        for align in [16, 8, 4] {
            for it in self.constants.iter_mut().filter(|it| it.align == align) {
                it.offset = end.next_multiple_of(u32::from(align));
                end = it.offset + u32::from(it.bytes);
            }
        }
        for table in &mut self.tables {
            table.offset = end.next_multiple_of(4);
            end = table.offset + 4 * table.entries;
        }
        end
    }

    /// Where a literal was placed.
    pub(super) fn offset(&self, literal: Literal) -> u32 {
        match literal.0 & TABLE {
            0 => self.constants[literal.0 as usize].offset,
            _ => self.tables[(literal.0 & !TABLE) as usize].offset,
        }
    }

    /// The tables, in the order of their places.
    pub(super) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Writes everything that was placed; `at` tells where a label is.
    pub(super) fn write(&self, code: &mut [u8], at: impl Fn(Label) -> u32) {
        for it in &self.constants {
            let (from, bytes) = (it.offset as usize, it.bytes as usize);
            code[from..from + bytes].copy_from_slice(&it.bits.to_le_bytes()[..bytes]);
        }
        for table in &self.tables {
            let labels = &self.labels[table.first as usize..][..table.entries as usize];
            let entries = code[table.offset as usize..].chunks_exact_mut(4);
            for (entry, &label) in entries.zip(labels) {
                entry.copy_from_slice(&at(label).wrapping_sub(table.offset).to_le_bytes());
            }
        }
    }
}
