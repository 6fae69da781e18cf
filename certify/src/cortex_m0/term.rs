//! What a register or a word of the frame holds, as far as moves, sums and constants tell.

use artifact::Reference;
use native_ir::Value;

/// What a term is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing: the offset is a constant.
    Zero,
    /// The stack pointer as it was at the function's first byte.
    Stack,
    /// The same and the offset, rounded down to this alignment.
    Aligned(u32),
    /// The same and the offset, shifted to the right by so many bits.
    Shifted(u8),
    /// The address of a symbol.
    Symbol(Reference),
    /// A word of a value of the IR.
    Value(Value, u8),
    /// What a register held at the function's first byte.
    Entry(u8),
    /// What an instruction of the IR read, by an access that counts.
    Loaded(u32),
    /// What PRIMASK was before it was set.
    Primask,
}

/// A base and a constant, and how much of it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) base: Base,
    pub(crate) offset: u32,
    /// How many low bits hold it; the others may be anything.
    pub(crate) bits: u8,
    /// Whether something that is not known is added.
    pub(crate) indexed: bool,
}

impl Term {
    /// Anything.
    pub(crate) const UNKNOWN: Term = Term { base: Base::Zero, offset: 0, bits: 32, indexed: true };

    pub(crate) const fn new(base: Base, offset: u32) -> Term {
        Term { base, offset, bits: 32, indexed: false }
    }

    pub(crate) const fn constant(bits: u32) -> Term {
        Term::new(Base::Zero, bits)
    }

    /// Whether nothing but a distance is known.
    pub(crate) fn is_unknown(self) -> bool {
        self.base == Base::Zero && self.indexed
    }

    /// Whether it is known whole, so that two places that hold it are equal.
    pub(crate) fn is_exact(self) -> bool {
        self.bits == 32 && !self.indexed
    }

    /// The constant that it is.
    pub(crate) fn as_constant(self) -> Option<u32> {
        (self.base == Base::Zero && !self.indexed && self.bits == 32).then_some(self.offset)
    }

    /// How far from the entry's stack pointer it points.
    pub(crate) fn as_stack(self) -> Option<i32> {
        (self.base == Base::Stack && !self.indexed && self.bits == 32).then_some(self.offset as i32)
    }

    /// So much more.
    pub(crate) fn plus(self, bytes: u32) -> Term {
        match self.bits {
            32 => Term { offset: self.offset.wrapping_add(bytes), ..self },
            _ if bytes == 0 => self,
            _ => Term { offset: bytes, ..Term::UNKNOWN },
        }
    }

    /// The sum of two terms. When both count from something, one of them is an index: the second, unless the first is
    /// no pointer.
    pub(crate) fn sum(self, other: Term, is_pointer: impl Fn(Base) -> bool) -> Term {
        let whole = |term: Term| if term.bits == 32 { term } else { Term::UNKNOWN };
        let (first, second) = (whole(self), whole(other));
        let offset = first.offset.wrapping_add(second.offset);
        let indexed = first.indexed || second.indexed;
        match (first.base, second.base) {
            (Base::Zero, base) | (base, Base::Zero) => Term { base, offset, bits: 32, indexed },
            (base, other) if !is_pointer(base) && is_pointer(other) => {
                Term { base: other, offset: second.offset, bits: 32, indexed: true }
            }
            (base, _) => Term { base, offset: first.offset, bits: 32, indexed: true },
        }
    }

    /// The same with the offset rounded down to what the entry's stack pointer is a multiple of, which changes nothing of
    /// what is rounded down further.
    pub(crate) fn unit(self) -> Term {
        Term { offset: self.offset & !7, ..self }
    }

    /// The low bits of it.
    pub(crate) fn cut(self, bits: u8) -> Term {
        Term { bits: self.bits.min(bits), ..self }
    }

    /// What is true where either of two terms is.
    pub(crate) fn common(self, other: Term) -> Option<Term> {
        let same = (self.base, self.offset, self.indexed) == (other.base, other.offset, other.indexed);
        same.then(|| self.cut(other.bits))
    }

    /// Whether the low bits of this are those of another term.
    pub(crate) fn agrees(self, other: Term, bits: u32) -> bool {
        let mask = if bits >= 32 { u32::MAX } else { (1 << bits) - 1 };
        self.base == other.base
            && (self.offset ^ other.offset) & mask == 0
            && u32::from(self.bits) >= bits.min(32)
            && !self.indexed
            && !other.indexed
    }
}
