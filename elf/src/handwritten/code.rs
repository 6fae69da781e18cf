//! Instructions one behind the other: constants are loaded from words behind the code, branches land where it is said.

use super::{Field, Piece, Value};
use crate::program::Target;
use artifact::RelocationKind;

/// Code in the making.
#[derive(Default)]
pub(super) struct Code {
    halfwords: Vec<u16>,
    fields: Vec<Field>,
    /// Loads of constants: the index of the instruction, and the constant.
    loads: Vec<(usize, Value)>,
}

impl Code {
    pub(super) fn here(&self) -> u32 {
        self.halfwords.len() as u32 * 2
    }

    pub(super) fn push(&mut self, halfwords: &[u16]) {
        self.halfwords.extend(halfwords);
    }

    pub(super) fn call(&mut self, function: Target) {
        let (offset, kind) = (self.here(), RelocationKind::ThumbCall);
        self.fields.push(Field { offset, kind, value: Value::Function(function) });
        self.push(&[0xf000, 0xd000]); // bl
    }

    /// Loads a constant into a low register.
    pub(super) fn load(&mut self, register: u16, value: Value) {
        self.loads.push((self.halfwords.len(), value));
        self.push(&[0x4800 | register << 8]); // ldr register, [pc, #…]
    }

    /// A conditional branch to where [`Code::land`] says.
    pub(super) fn branch(&mut self, opcode: u16) -> usize {
        self.push(&[opcode]);
        self.halfwords.len() - 1
    }

    /// A branch goes to here. All code of this file is shorter than its reach.
    pub(super) fn land(&mut self, branch: usize) {
        let distance = self.halfwords.len() as i64 - branch as i64 - 2;
        if let Some(opcode) = self.halfwords.get_mut(branch) {
            *opcode = *opcode & 0xff00 | (distance as u16) & 0xff;
        }
    }

    pub(super) fn finish(mut self, name: &'static str) -> Piece {
        let literals = self.here();
        if !self.loads.is_empty() && !self.halfwords.len().is_multiple_of(2) {
            self.push(&[0]);
        }
        let mut constants: Vec<Value> = Vec::new();
        let base = self.here() / 4;
        for &(at, value) in &self.loads {
            let known = constants.iter().position(|other| *other == value);
            let index = known.unwrap_or_else(|| {
                constants.push(value);
                constants.len() - 1
            });
            // Words from the instruction's own place plus 4, rounded down to a word.
            let distance = base + index as u32 - (at as u32 + 2) / 2;
            if let Some(load) = self.halfwords.get_mut(at) {
                *load |= distance as u16 & 0xff;
            }
        }
        for value in constants {
            self.fields.push(Field { offset: self.here(), kind: RelocationKind::Absolute32, value });
            self.push(&[0, 0]);
        }
        let bytes = self.halfwords.iter().flat_map(|halfword| halfword.to_le_bytes()).collect();
        Piece { name, bytes, literals, fields: self.fields, inner: Vec::new(), unwind: Vec::new() }
    }
}
