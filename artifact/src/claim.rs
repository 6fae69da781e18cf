//! What an emitter says that its bytes mean.

use native_ir::{Block, Inst, Slot, Value};

/// From this byte to the next row's, the code belongs to an instruction.
///
/// An instruction may have several rows (a trap's code stands apart), and none (what computes nothing, or is computed
/// where its result is used). An access that is volatile, ordered or atomic always has a row of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstRow {
    /// The first byte.
    pub offset: u32,
    /// The instruction; none in what the function does before its first.
    pub inst: Option<Inst>,
}

/// Where a block begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// The first byte; two blocks share it when the first is empty.
    pub offset: u32,
    /// The block.
    pub block: Block,
}

/// A table of distances to code.
///
/// Entries are little-endian. Those of 4 bytes are signed distances in bytes; those of 1 and 2 bytes are unsigned
/// distances in halfwords, as ARMv6-M adds them to the program counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JumpTable {
    /// The first byte of the table.
    pub offset: u32,
    /// How many bytes an entry has: 1, 2 or 4.
    pub width: u8,
    /// From where the distances count.
    pub base: u32,
    /// How many entries it has.
    pub entries: u32,
    /// The `switch` that jumps through it.
    pub inst: Inst,
}

/// Where a value lives, from its definition to its last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is not used, or its users compute it.
    Nowhere,
    /// In a general-purpose register, by its number in machine code.
    Core(u8),
    /// In a vector register.
    Vector(u8),
    /// In the frame: its first byte, counted from the frame's lowest.
    Frame(u32),
}

/// Where a word of a value is, along some of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The value.
    pub value: Value,
    /// Which word of it, from the lowest; 0 for all that fit into one.
    pub word: u8,
    /// The first byte of the code.
    pub start: u32,
    /// The first byte behind it.
    pub end: u32,
    /// Where it is while the program is there.
    pub place: Place,
}

/// A register that the function gives back as it found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The register, by its number in machine code.
    pub register: u8,
    /// Where it is kept: its first byte, counted from the frame's lowest.
    pub offset: u32,
}

/// The frame of a function, as it stands in the body. What lies in it is counted in bytes from its lowest byte, which is
/// at the stack pointer or, in a function that uses the red zone, below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// How far the stack pointer lies below where it was when the function was entered. On x86-64 the return address
    /// stands at this distance.
    pub bytes: u32,
    /// How far below the stack pointer the frame begins (the red zone, psABI 3.2.2): 0 unless the function calls nothing.
    pub below: u32,
    /// The area for arguments of calls and for what single instructions need, which begins at the lowest byte.
    pub outgoing: u32,
    /// Saved registers.
    pub saved: Vec<Saved>,
    /// The first byte of each stack slot.
    pub slots: Vec<(Slot, u32)>,
}

/// What the bytes of a function are said to mean. Rows stand in ascending order of offsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Which bytes belong to which instruction.
    pub insts: Vec<InstRow>,
    /// Where blocks begin; blocks without code that is reached have no row.
    pub blocks: Vec<BlockRow>,
    /// Jump tables.
    pub tables: Vec<JumpTable>,
    /// The frame.
    pub frame: Frame,
    /// Where each value lives, by its index; empty from emitters whose values move.
    pub places: Vec<Place>,
    /// Where values that move are, by value, word and first byte.
    pub locations: Vec<Location>,
}

impl Frame {
    /// How far from the stack pointer something in the frame lies that is counted from the lowest byte.
    pub fn distance(&self, offset: u32) -> i64 {
        i64::from(offset) - i64::from(self.below)
    }
}

impl Claim {
    /// Where a value lives.
    pub fn place(&self, value: Value) -> Place {
        self.places.get(value.as_u32() as usize).copied().unwrap_or(Place::Nowhere)
    }
}
