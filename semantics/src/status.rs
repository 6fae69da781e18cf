//! The floating-point status: which exceptions (IEEE 754-2019, clause 7) operations raised.

use std::ops::{BitOr, BitOrAssign};

/// A set of raised exceptions, with the bits of `fenv_read`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

impl Status {
    /// Nothing raised.
    pub const EMPTY: Status = Status(0);
    /// An invalid operation (7.2).
    pub const INVALID: Status = Status(1);
    /// An infinite result of finite operands, exactly (7.3).
    pub const DIVIDE_BY_ZERO: Status = Status(2);
    /// A result beyond the greatest number (7.4).
    pub const OVERFLOW: Status = Status(4);
    /// A result that is tiny after rounding, and inexact (7.5).
    pub const UNDERFLOW: Status = Status(8);
    /// A rounded result that is not the exact one (7.6).
    pub const INEXACT: Status = Status(16);

    /// What either set has.
    pub const fn union(self, other: Status) -> Status {
        Status(self.0 | other.0)
    }

    /// Whether this set has all that the other has.
    pub const fn contains(self, other: Status) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Status {
    type Output = Status;
    fn bitor(self, other: Status) -> Status {
        self.union(other)
    }
}

impl BitOrAssign for Status {
    fn bitor_assign(&mut self, other: Status) {
        *self = self.union(other);
    }
}
