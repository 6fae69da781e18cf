//! The note that says for which ABI and by which contract a file was made: `.note.nir.abi`.
//!
//! It is an ELF note of the owner `NIR` and type 1. Its content is the 32 bytes of the contract's SHA-256 and the name
//! of the ABI.

use crate::program::Unit;

/// The section that holds the note.
pub(crate) const SECTION: &str = ".note.nir.abi";

const OWNER: &[u8] = b"NIR\0";
const TYPE: u32 = 1;

/// The note of a unit, a multiple of 4 bytes.
pub(crate) fn abi(unit: &Unit<'_>) -> Vec<u8> {
    let abi = unit.module.envelope.abi.as_bytes();
    let digest = unit.module.digest();
    let mut note = Vec::with_capacity(12 + OWNER.len() + digest.len() + abi.len() + 3);
    for word in [OWNER.len() as u32, (digest.len() + abi.len()) as u32, TYPE] {
        note.extend(word.to_le_bytes());
    }
    note.extend(OWNER);
    note.extend(digest);
    note.extend(abi);
    note.resize(note.len().next_multiple_of(4), 0);
    note
}
