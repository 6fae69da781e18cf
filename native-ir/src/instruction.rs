//! Instructions: 16 bytes each, in one uniform form for every opcode.
//!
//! | bytes | meaning |
//! |---|---|
//! | 0 | opcode |
//! | 1 | number of results |
//! | 2–3 | attribute bits: condition, alignment, ordering, trap class … ([`InstData::attributes`]) |
//! | 4–15 | three words |
//!
//! The words of an opcode without a list are its operands, then, in word 2, its immediate (symbol, slot, literal,
//! field index, accessed type). The words of an opcode with a list are a head (its one operand, or the symbol that is
//! called) and a range: of operands in [`crate::Body::pool`], or of edges in [`crate::Body::edges`].

use crate::attribute::{Condition, Ordering, RmwOp, SpecialRegister};
use crate::opcode::{Opcode, Space, Trap};
use crate::{Constant, Edge, Register, Slot, Symbol, Type, Value};
use cranelift_entity::EntityRef;
use std::ops::Range;

/// An operand: an SSA value, or a constant of the function's pool.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operand(u32);

impl Operand {
    const CONSTANT: u32 = 1 << 31;

    /// The constant, if it is one.
    pub fn constant(self) -> Option<Constant> {
        (self.0 & Self::CONSTANT != 0).then(|| Constant::new((self.0 & !Self::CONSTANT) as usize))
    }

    /// The value, if it is one.
    pub fn value(self) -> Option<Value> {
        (self.0 & Self::CONSTANT == 0).then(|| Value::new(self.0 as usize))
    }

    /// The bits: a constant's index with the top bit set, or a value's index.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The inverse of [`Operand::bits`].
    pub fn from_bits(bits: u32) -> Operand {
        Operand(bits)
    }
}

impl From<Value> for Operand {
    fn from(value: Value) -> Operand {
        Operand(value.as_u32())
    }
}

impl From<Constant> for Operand {
    fn from(constant: Constant) -> Operand {
        Operand(constant.as_u32() | Self::CONSTANT)
    }
}

impl std::fmt::Debug for Operand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.value(), self.constant()) {
            (Some(value), _) => write!(f, "{value}"),
            (_, Some(constant)) => write!(f, "{constant}"),
            _ => Ok(()),
        }
    }
}

/// The attribute bits of an instruction; which of them mean something, the opcode's row says.
///
/// Accesses: bits 0–4 alignment, 5–8 ordering, 9–12 address space. Atomic read-modify-writes: 0–4 operation.
/// Conditions, traps, special registers and 8-bit numbers: 0–7. Signals and masks: all 16. Calls: bit 0, `into`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attributes(pub u16);

impl Attributes {
    /// The largest alignment that can be written, in bytes.
    pub const MAX_ALIGN: u64 = 1 << 16;

    fn field(self, shift: u32, bits: u32) -> u16 {
        (self.0 >> shift) & ((1 << bits) - 1)
    }

    fn set(&mut self, shift: u32, bits: u32, value: u16) {
        let mask = ((1 << bits) - 1) << shift;
        self.0 = (self.0 & !mask) | (value << shift);
    }

    /// The alignment in bytes, when one is written.
    pub fn align(self) -> Option<u64> {
        match self.field(0, 5) {
            0 => None,
            log => Some(1 << (log - 1)),
        }
    }

    /// Sets the alignment. Returns false, changing nothing, unless it is a power of two up to
    /// [`Attributes::MAX_ALIGN`].
    pub fn set_align(&mut self, align: u64) -> bool {
        let fits = align.is_power_of_two() && align <= Self::MAX_ALIGN;
        if fits {
            self.set(0, 5, align.trailing_zeros() as u16 + 1);
        }
        fits
    }

    /// The ordering; [`Ordering::None`] when none is written.
    pub fn ordering(self) -> Ordering {
        Ordering::ALL.get(usize::from(self.field(5, 4))).copied().unwrap_or(Ordering::None)
    }

    /// Sets the ordering.
    pub fn set_ordering(&mut self, ordering: Ordering) {
        self.set(5, 4, ordering as u16);
    }

    /// The address space, when one is written.
    pub fn address_space(self) -> Option<Space> {
        match self.field(9, 4) {
            0 => None,
            space => Space::ALL.get(usize::from(space) - 1).copied(),
        }
    }

    /// Sets the address space.
    pub fn set_address_space(&mut self, space: Space) {
        self.set(9, 4, space as u16 + 1);
    }

    /// Whether an access has neither ordering nor address space.
    #[inline]
    pub fn is_plain_access(self) -> bool {
        self.0 >> 5 == 0
    }

    /// The operation of an atomic read-modify-write.
    pub fn rmw_op(self) -> RmwOp {
        RmwOp::ALL.get(usize::from(self.field(0, 5))).copied().unwrap_or(RmwOp::Xchg)
    }

    /// Sets the operation of an atomic read-modify-write.
    pub fn set_rmw_op(&mut self, op: RmwOp) {
        self.set(0, 5, op as u16);
    }

    /// The condition of a `.cc` opcode.
    pub fn condition(self) -> Condition {
        Condition::ALL.get(usize::from(self.field(0, 8))).copied().unwrap_or(Condition::Eq)
    }

    /// Attributes of a condition.
    pub fn of_condition(condition: Condition) -> Attributes {
        Attributes(condition as u16)
    }

    /// The trap class of `trap` and `trap_if`.
    pub fn trap(self) -> Trap {
        Trap::ALL.get(usize::from(self.field(0, 8))).copied().unwrap_or(Trap::Unreachable)
    }

    /// Attributes of a trap class.
    pub fn of_trap(trap: Trap) -> Attributes {
        Attributes(trap as u16)
    }

    /// The special register of `special_read` and `special_write`.
    pub fn special_register(self) -> SpecialRegister {
        SpecialRegister::ALL.get(usize::from(self.field(0, 8))).copied().unwrap_or(SpecialRegister::Apsr)
    }

    /// Whether a call's last pool operand is its `into` destination.
    pub fn has_into(self) -> bool {
        self.0 & 1 != 0
    }
}

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct InstData {
    /// What it does.
    pub opcode: Opcode,
    /// How many results it has; they are consecutive values.
    pub results: u8,
    /// Its attributes.
    pub attributes: Attributes,
    /// Operands, immediate, list: see the module's documentation.
    pub words: [u32; 3],
}

const _: () = assert!(size_of::<InstData>() == 16);

impl InstData {
    /// An instruction without operands, attributes and results.
    pub fn new(opcode: Opcode) -> InstData {
        InstData { opcode, results: 0, attributes: Attributes::default(), words: [0; 3] }
    }

    /// How many operands stand in the words.
    pub fn fixed_operands(&self) -> usize {
        self.opcode.shape().operands.len()
    }

    /// An operand that stands in the words.
    pub fn operand(&self, index: usize) -> Operand {
        Operand(self.words[index])
    }

    /// The pool range of an opcode with a list of operands.
    pub fn list(&self) -> Range<usize> {
        let start = self.words[1];
        start as usize..start.saturating_add(self.words[2]) as usize
    }

    /// The edges of a terminator, as indices.
    pub fn edge_range(&self) -> Range<usize> {
        match self.opcode.shape().edges {
            crate::opcode::Edges::None => 0..0,
            _ => self.list(),
        }
    }

    /// The edges of a terminator.
    pub fn edges(&self) -> impl DoubleEndedIterator<Item = Edge> + ExactSizeIterator + use<> {
        self.edge_range().map(Edge::new)
    }

    /// The symbol of `address`, `call` and `tail_call`.
    pub fn symbol(&self) -> Symbol {
        Symbol::from_u32(index(if self.opcode.shape().has_list() { self.words[0] } else { self.words[2] }))
    }

    /// The register of `register`.
    pub fn register(&self) -> Register {
        Register::from_u32(index(self.words[2]))
    }

    /// The slot of `slot` and the lifetime markers.
    pub fn slot(&self) -> Slot {
        Slot::from_u32(index(self.words[2]))
    }

    /// The field index of `field`.
    pub fn field_index(&self) -> u32 {
        self.words[2]
    }

    /// The literal of `iconst` and `fconst`.
    pub fn literal(&self) -> Constant {
        Constant::from_u32(index(self.words[2]))
    }

    /// The accessed type of an opcode with a `.T` suffix.
    pub fn access_type(&self) -> Type {
        Type::from_index(self.words[2])
    }
}

/// A word as an index: entities have every number but the last.
fn index(word: u32) -> u32 {
    word.min(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_fields_do_not_touch_each_other() {
        for &ordering in Ordering::ALL {
            for &space in Space::ALL {
                for log in 0..=16 {
                    let mut attributes = Attributes::default();
                    attributes.set_address_space(space);
                    attributes.set_ordering(ordering);
                    assert!(attributes.set_align(1 << log));
                    assert_eq!(attributes.align(), Some(1 << log));
                    assert_eq!(attributes.ordering(), ordering);
                    assert_eq!(attributes.address_space(), Some(space));
                }
            }
        }
        let mut attributes = Attributes::default();
        assert!(!attributes.set_align(3) && !attributes.set_align(0) && !attributes.set_align(1 << 17));
        assert_eq!(attributes, Attributes::default());
    }

    #[test]
    fn operands_keep_values_and_constants_apart() {
        let value = Operand::from(Value::from_u32(7));
        let constant = Operand::from(Constant::from_u32(7));
        assert_eq!((value.value(), value.constant()), (Some(Value::from_u32(7)), None));
        assert_eq!((constant.value(), constant.constant()), (None, Some(Constant::from_u32(7))));
    }
}
