//! Decoded instructions, as far as the checks of all machines need to know them.

use crate::finding::{Check, Fault};
use crate::rows::Rows;
use crate::subject::Subject;
use artifact::JumpTable;
use native_ir::{InstData, Trap};

/// No row, no relocation, no instruction.
pub(crate) const NONE: u32 = u32::MAX;

/// How control goes on behind an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Not allowed.
    Refused,
    /// To the next instruction.
    Plain,
    /// To its target.
    Jump,
    /// To its target or to the next instruction.
    Branch,
    /// To a register's or memory's contents.
    JumpIndirect,
    /// Through a callee.
    Call,
    /// Through a register's or memory's contents.
    CallIndirect,
    /// To the caller.
    Return,
    /// Nowhere.
    Trap,
}

/// A decoded instruction of a machine.
pub(crate) trait Piece: Sized {
    /// Its first byte.
    fn offset(&self) -> u32;
    /// The byte behind it.
    fn end(&self) -> u32;
    /// How control goes on behind it.
    fn class(&self) -> Class;
    /// The relocation of one of its fields, by index, or [`NONE`].
    fn relocation(&self) -> u32;
    /// Where a jump or branch leads.
    fn target(&self) -> u64;

    /// The row that it belongs to, by index.
    fn row(&self) -> u32;
    /// Says so.
    fn set_row(&mut self, row: u32);
    /// Whether a block begins here.
    fn enters(&self) -> bool;
    /// Says so.
    fn set_enters(&mut self);
    /// Whether control comes here.
    fn reached(&self) -> bool;
    /// Says so.
    fn set_reached(&mut self);

    /// Whether a jump to a register's contents is the end of the function that its IR instruction wants: a tail call, or
    /// a return.
    fn leaves(subject: Subject<'_>, inst: &Self, data: &InstData) -> bool;
    /// The table of a jump in a `switch`, by the index of the jump.
    fn table<'a>(subject: Subject<'a>, insts: &[Self], jump: usize, rows: &Rows) -> Result<&'a JumpTable, Fault>;
    /// The first byte of a table's entry, its width, and the offset that it leads to.
    fn entry(subject: Subject<'_>, table: &JumpTable, index: u32) -> Entry;
    /// Whether a trapping instruction tells the handler this class.
    fn tells(inst: &Self, trap: Trap) -> bool;
}

/// An entry of a jump table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Its first byte.
    pub(crate) at: u32,
    /// How many bytes it has.
    pub(crate) width: u32,
    /// Where it leads.
    pub(crate) target: i64,
}

/// The instruction that begins at an offset. For each byte `at` has one more than the index of the instruction that
/// begins there, 0 where none does.
pub(crate) fn index_at(at: &[u32], offset: u64) -> Option<usize> {
    let slot = *at.get(usize::try_from(offset).ok()?)?;
    slot.checked_sub(1).map(|index| index as usize)
}

/// The fault of a check at a machine instruction.
pub(crate) fn fault(check: Check, inst: &impl Piece, message: impl Into<String>) -> Fault {
    Fault::at(check, inst.offset(), message).showing((inst.end() - inst.offset()) as usize)
}
