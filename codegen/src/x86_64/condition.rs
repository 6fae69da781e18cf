//! Conditions on the flags, by their numbers in machine code.

/// A condition. Above and below compare without sign, greater and less with sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Cc {
    Overflow = 0,
    NotOverflow = 1,
    /// The carry flag is set.
    Below = 2,
    /// The carry flag is clear.
    AboveEqual = 3,
    Equal = 4,
    NotEqual = 5,
    BelowEqual = 6,
    Above = 7,
    Sign = 8,
    NotSign = 9,
    /// Even parity; of a comparison of floats: unordered.
    Parity = 10,
    /// Odd parity; of a comparison of floats: ordered.
    NotParity = 11,
    Less = 12,
    GreaterEqual = 13,
    LessEqual = 14,
    Greater = 15,
}

impl Cc {
    /// All conditions, by number.
    pub(crate) const ALL: [Cc; 16] = [
        Cc::Overflow,
        Cc::NotOverflow,
        Cc::Below,
        Cc::AboveEqual,
        Cc::Equal,
        Cc::NotEqual,
        Cc::BelowEqual,
        Cc::Above,
        Cc::Sign,
        Cc::NotSign,
        Cc::Parity,
        Cc::NotParity,
        Cc::Less,
        Cc::GreaterEqual,
        Cc::LessEqual,
        Cc::Greater,
    ];

    /// The condition that holds when this one does not.
    #[inline]
    pub(crate) fn negate(self) -> Cc {
        Cc::ALL[usize::from(self as u8 ^ 1)]
    }

    /// The condition that holds of `b, a` when this one holds of `a, b`. Those that no comparison asks for stay.
    pub(crate) fn swap_operands(self) -> Cc {
        match self {
            Cc::Below => Cc::Above,
            Cc::Above => Cc::Below,
            Cc::BelowEqual => Cc::AboveEqual,
            Cc::AboveEqual => Cc::BelowEqual,
            Cc::Less => Cc::Greater,
            Cc::Greater => Cc::Less,
            Cc::LessEqual => Cc::GreaterEqual,
            Cc::GreaterEqual => Cc::LessEqual,
            other => other,
        }
    }
}
