//! Values of the model: bits, and what is known of them.

use native_ir::Trap;

/// The number of an object; numbers are not used again.
pub(crate) type Id = u32;

/// A value, or what is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value {
    /// The bits, zero above the type's width; counted from the address of `base`, if there is one.
    pub bits: u128,
    /// Which bits nothing wrote.
    pub undefined: u128,
    /// The object whose address the value is counted from: addresses themselves are the engine's business.
    pub(crate) base: Option<Id>,
    /// The object that the pointer belongs to.
    pub(crate) tag: Option<Id>,
    /// The bits are not specified: they come of addresses, or of a NaN that an operation made.
    pub(crate) vague: bool,
    /// It is some NaN; then `bits` are one.
    pub nan: bool,
    /// How far the undefined bits go is the engine's business.
    pub(crate) unsure: bool,
}

impl Value {
    /// A number.
    pub(crate) fn new(bits: u128) -> Value {
        Value { bits, ..Value::default() }
    }

    /// The first byte of an object, through a pointer that belongs to it.
    pub(crate) fn pointer(object: Id) -> Value {
        Value { base: Some(object), tag: Some(object), ..Value::default() }
    }

    /// A value that nothing is specified of but which bits are undefined.
    pub(crate) fn vague(undefined: u128) -> Value {
        Value { undefined, vague: true, ..Value::default() }
    }

    /// Whether the bits are a number that every engine has.
    pub fn is_exact(&self) -> bool {
        !self.vague && self.base.is_none()
    }

    /// The bits, where an engine has to decide something.
    pub(crate) fn exact(&self) -> Result<u128, Stop> {
        if self.is_exact() { Ok(self.bits) } else { Err(Stop::Unclear("a decision on unspecified bits")) }
    }

    /// The value as something that decides: the trap `uninitialized` when these bits are undefined.
    pub(crate) fn defined(&self, bits: u128) -> Result<(), Stop> {
        match (self.undefined & bits != 0, self.unsure) {
            (false, _) => Ok(()),
            (true, false) => Err(Stop::Trap(Trap::Uninitialized)),
            (true, true) => Err(Stop::Unclear("a decision on bits that may be undefined")),
        }
    }
}

/// Why an instruction does not come to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// It traps.
    Trap(Trap),
    /// The program ends itself.
    Exit(u8),
    /// What happens is not specified, or the model does not say it.
    Unclear(&'static str),
}

/// Ones in the lowest bits.
pub fn ones(width: u32) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}
