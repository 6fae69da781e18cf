//! Which memory an access goes to, as its operand tells.

use super::Subject;
use super::decode::Decoded;
use crate::piece::NONE;
use artifact::RelocationKind;

/// Which memory an access goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// The frame, at a distance from the stack pointer.
    Frame(i64),
    /// A literal, or an entry of the global offset table.
    Constant,
    /// Anything.
    Visible,
}

/// The memory of an instruction's explicit operand.
pub(crate) fn memory(subject: Subject<'_>, inst: &Decoded) -> Memory {
    if let Some(distance) = inst.frame() {
        return Memory::Frame(distance);
    }
    if !inst.is_relative() {
        return Memory::Visible;
    }
    match subject.code.relocations.get(inst.relocation as usize) {
        None if inst.relocation == NONE => Memory::Constant,
        Some(relocation) if relocation.kind == RelocationKind::GlobalOffset32 => Memory::Constant,
        _ => Memory::Visible,
    }
}
