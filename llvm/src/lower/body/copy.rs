//! Block operations: the intrinsics `llvm.memcpy` and its kin, and the functions of C of those names.

use super::Lowering;
use super::memory::{Volatile, parts};
use super::value::Atom;
use crate::lower::context::Refusal;
use crate::lower::layout::{Scalar, native_int};
use crate::lower::link::BlockFunction;
use crate::syntax::{CallData, ConstantData, Operand};
use native_ir::builder::{Arg, MemoryAccess};
use native_ir::{Type, Value};

/// A volatile block operation is split into so many accesses of each kind at most.
const PARTS: usize = 256;

/// The operands of a block operation.
#[derive(Clone, Copy)]
struct Block {
    function: BlockFunction,
    destination: Operand,
    /// The source's address, or the byte to fill with.
    second: Operand,
    length: Operand,
    /// The alignment of all addresses in bytes.
    align: u64,
}

impl<'p> Lowering<'_, 'p, '_, '_> {
    /// Lowers an intrinsic that is a block operation or a lifetime marker; `false` for any other.
    ///
    /// Lifetime markers are dropped: a slot lives as long as its activation, which is longer. Optimisers load from
    /// slots before their lifetime begins where that does no harm, so that a marker would make traps of sound code.
    pub(super) fn memory_intrinsic(&mut self, name: &str, call: &'p CallData<'_>) -> Result<bool, Refusal> {
        let function = match name.split('.').next() {
            Some("memcpy") => BlockFunction::Copy,
            Some("memmove") => BlockFunction::Move,
            Some("memset") => BlockFunction::Set,
            Some("lifetime") => return Ok(true),
            _ => return Ok(false),
        };
        if name.contains("element.unordered.atomic") || name.contains("pattern") {
            return Err(Refusal::new("LLVM/intrinsic", format!("`llvm.{name}` has no place in native IR")));
        }
        let &[destination, second, length, volatile] = self.body.list(call.args) else {
            return Err(Refusal::new("LLVM/syntax", format!("`llvm.{name}` has four operands")));
        };
        let attributes = &self.body.attributes[call.attributes.range()];
        let align = |index: usize| attributes.get(index).and_then(|attributes| attributes.align).unwrap_or(1);
        let align = match function {
            BlockFunction::Set => align(0),
            BlockFunction::Copy | BlockFunction::Move => align(0).min(align(1)),
        };
        let block = Block { function, destination, second, length, align: u64::from(align).max(1) };
        if self.is_true(volatile) { self.volatile_block(block) } else { self.block(block) }?;
        Ok(true)
    }

    /// A call of C's `memcpy`, `memmove` or `memset`; its result is the destination.
    pub(super) fn block_function(
        &mut self,
        function: BlockFunction,
        call: &'p CallData<'_>,
    ) -> Result<(), Refusal> {
        let &[destination, second, length] = self.body.list(call.args) else {
            return Err(Refusal::new("LLVM/signature", "a block function of C has three parameters"));
        };
        self.block(Block { function, destination, second, length, align: 1 })?;
        let destination = self.address(destination)?;
        self.result(destination);
        Ok(())
    }

    fn is_true(&self, operand: Operand) -> bool {
        let constant = operand.as_constant().map(|constant| self.module.constants.get(constant));
        matches!(constant, Some(ConstantData::Int(1)))
    }

    fn block(&mut self, block: Block) -> Result<(), Refusal> {
        let length = match self.length(block.length) {
            Some(0) => return Ok(()),
            _ => self.byte_count(block.length)?,
        };
        let destination = self.address(block.destination)?;
        let access = if block.align > 1 { MemoryAccess::aligned(block.align) } else { MemoryAccess::default() };
        match block.function {
            BlockFunction::Set => {
                let byte = self.fill(block.second)?;
                self.b.memset_with(destination, byte, length, access);
            }
            BlockFunction::Copy => {
                let source = self.address(block.second)?;
                self.b.memcpy_with(destination, source, length, access);
            }
            BlockFunction::Move => {
                let source = self.address(block.second)?;
                self.b.memmove_with(destination, source, length, access);
            }
        }
        Ok(())
    }

    /// The byte of `memset`: C's function takes it as an `int`.
    fn fill(&mut self, operand: Operand) -> Result<Atom, Refusal> {
        let atom = self.scalar(operand)?;
        Ok(self.part(atom, 0, 1))
    }

    /// A number of bytes that is a constant.
    fn length(&self, operand: Operand) -> Option<u64> {
        let constant = operand.as_constant()?;
        match self.module.constants.get(constant) {
            ConstantData::Int(number) => u64::try_from(number).ok(),
            ConstantData::Zero => Some(0),
            _ => None,
        }
    }

    /// A number of bytes, in a type that block operations take.
    fn byte_count(&mut self, operand: Operand) -> Result<Atom, Refusal> {
        let Scalar::Int(bits) = self.kind(self.ty(operand))? else {
            return Err(Refusal::new("LLVM/type", "a number of bytes is an integer"));
        };
        let atom = self.scalar(operand)?;
        Ok(match (atom, native_int(bits)) {
            (_, Type::I32 | Type::I64) => atom,
            (Atom::Bits(_, number), _) => Atom::Bits(Type::I64, number & u128::from(u64::MAX)),
            (Atom::Value(value), Type::I128) => self.b.trunc(Type::I64, value).into(),
            (Atom::Value(value), _) => self.b.zext(Type::I32, value).into(),
        })
    }

    /// A volatile block operation: a volatile access for each part.
    fn volatile_block(&mut self, block: Block) -> Result<(), Refusal> {
        let too_long = || {
            let message = format!("a volatile block operation has a constant length of at most {PARTS} accesses");
            Refusal::new("LLVM/intrinsic", message).help("write a loop of volatile accesses")
        };
        let length = self.length(block.length).ok_or_else(too_long)?;
        let widest = u64::from(self.cx.target.pointer_bytes);
        let list: Vec<(u64, u64)> = parts(length, block.align, widest).take(PARTS + 1).collect();
        if list.len() > PARTS {
            return Err(too_long());
        }
        let mut to = Volatile::new(block.destination);
        if block.function == BlockFunction::Set {
            let byte = self.fill(block.second)?;
            for (offset, bytes) in list {
                let value = self.repeated(byte, bytes);
                self.volatile_write(&mut to, offset, bytes, value)?;
            }
            self.note_ordered(&to);
            return Ok(());
        }
        let mut from = Volatile::new(block.second);
        let mut values: Vec<Value> = Vec::new();
        for &(offset, bytes) in &list {
            let value = self.volatile_read(&mut from, offset, bytes)?;
            if block.function == BlockFunction::Move {
                values.push(value);
            } else {
                self.volatile_write(&mut to, offset, bytes, value.into())?;
            }
        }
        // The ranges of a move may overlap, so that all is read before any is written.
        for (&(offset, bytes), value) in list.iter().zip(values) {
            self.volatile_write(&mut to, offset, bytes, value.into())?;
        }
        self.note_ordered(&from);
        self.note_ordered(&to);
        Ok(())
    }

    /// A byte in each byte of an integer.
    fn repeated(&mut self, byte: Atom, bytes: u64) -> Atom {
        let ty = native_int(bytes as u32 * 8);
        let ones = u128::from(0x0101_0101_0101_0101_u64 >> (64 - 8 * bytes));
        match byte {
            Atom::Bits(_, byte) => Atom::Bits(ty, byte * ones),
            Atom::Value(_) if bytes == 1 => byte,
            Atom::Value(value) => {
                let wide = self.b.zext(ty, value);
                self.b.imul(wide, Arg::bits(ty, ones)).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lower::body::memory::{aligned_at, parts};

    #[test]
    fn parts_are_aligned_and_cover_the_block() {
        let list: Vec<_> = parts(11, 4, 8).collect();
        assert_eq!(list, [(0, 4), (4, 4), (8, 2), (10, 1)]);
        assert!(list.iter().all(|&(offset, bytes)| aligned_at(4, offset) >= bytes));
        assert_eq!(parts(0, 4, 4).count(), 0);
        assert_eq!(parts(16, 16, 8).collect::<Vec<_>>(), [(0, 8), (8, 8)]);
        assert_eq!(parts(3, 1, 4).collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 1)]);
    }
}
