//! The closed vocabularies of attributes: conditions, orderings, atomic operations, special registers.
//!
//! Each is a small enum with the spelling of its text form; they travel in an instruction's 16 attribute bits.

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The spelling.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The variant of a spelling.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// A condition of a compare. The first ten are for integers, the others for floats: a float condition names what
    /// holds (IEEE 754-2019, 5.11); those that begin with `o` are false, those with `u` or `n` true, for NaN operands.
    Condition {
        /// Equal.
        Eq "eq",
        /// Not equal.
        Ne "ne",
        /// Signed less than.
        Slt "slt",
        /// Signed less than or equal.
        Sle "sle",
        /// Signed greater than.
        Sgt "sgt",
        /// Signed greater than or equal.
        Sge "sge",
        /// Unsigned less than.
        Ult "ult",
        /// Unsigned less than or equal.
        Ule "ule",
        /// Unsigned greater than.
        Ugt "ugt",
        /// Unsigned greater than or equal.
        Uge "uge",
        /// Ordered and equal.
        Oeq "oeq",
        /// Ordered and not equal.
        One "one",
        /// Ordered and less.
        Olt "olt",
        /// Ordered and less or equal.
        Ole "ole",
        /// Ordered and greater.
        Ogt "ogt",
        /// Ordered and greater or equal.
        Oge "oge",
        /// Ordered: no operand is a NaN.
        Ord "ord",
        /// Unordered: an operand is a NaN.
        Uno "uno",
        /// Unordered or equal.
        Ueq "ueq",
        /// Unordered or not equal: C's `!=`.
        Une "une",
        /// Not less: unordered, greater or equal.
        Nlt "nlt",
        /// Not less or equal: unordered or greater.
        Nle "nle",
        /// Not greater: unordered, less or equal.
        Ngt "ngt",
        /// Not greater or equal: unordered or less.
        Nge "nge",
    }
}

impl Condition {
    /// Whether this is a condition on integers.
    pub fn is_int(self) -> bool {
        self <= Condition::Uge
    }

    /// The condition that holds exactly when this one does not.
    pub fn negate(self) -> Condition {
        use Condition::*;
        match self {
            Eq => Ne,
            Ne => Eq,
            Slt => Sge,
            Sle => Sgt,
            Sgt => Sle,
            Sge => Slt,
            Ult => Uge,
            Ule => Ugt,
            Ugt => Ule,
            Uge => Ult,
            Oeq => Une,
            One => Ueq,
            Olt => Nlt,
            Ole => Nle,
            Ogt => Ngt,
            Oge => Nge,
            Ord => Uno,
            Uno => Ord,
            Ueq => One,
            Une => Oeq,
            Nlt => Olt,
            Nle => Ole,
            Ngt => Ogt,
            Nge => Oge,
        }
    }
}

vocabulary! {
    /// How a memory access or fence is ordered.
    Ordering {
        /// An ordinary access (the default; not written).
        None "none",
        /// C's `volatile` on ordinary memory: one access, in order.
        Ordered "ordered",
        /// An access to a hardware register: one access, in order.
        Volatile "volatile",
        /// Atomic without order.
        Relaxed "relaxed",
        /// Atomic acquire.
        Acquire "acquire",
        /// Atomic release.
        Release "release",
        /// Atomic acquire and release.
        Acqrel "acqrel",
        /// Sequentially consistent.
        Seqcst "seqcst",
    }
}

impl Ordering {
    /// Whether this is one of the orderings of atomic operations.
    pub fn is_atomic(self) -> bool {
        self >= Ordering::Relaxed
    }
}

vocabulary! {
    /// What an atomic read-modify-write does.
    RmwOp {
        /// Exchange.
        Xchg "xchg",
        /// Add, wrapping.
        Add "add",
        /// Subtract, wrapping.
        Sub "sub",
        /// Bitwise and.
        And "and",
        /// Bitwise or.
        Or "or",
        /// Bitwise exclusive or.
        Xor "xor",
        /// Complement of and.
        Nand "nand",
        /// Signed minimum.
        Smin "smin",
        /// Signed maximum.
        Smax "smax",
        /// Unsigned minimum.
        Umin "umin",
        /// Unsigned maximum.
        Umax "umax",
    }
}

vocabulary! {
    /// A special register of an M-profile core (Armv6-M Architecture Reference Manual, B5.2.2).
    SpecialRegister {
        /// Flags.
        Apsr "apsr",
        /// Exception number.
        Ipsr "ipsr",
        /// Main stack pointer.
        Msp "msp",
        /// Process stack pointer.
        Psp "psp",
        /// Interrupt mask.
        Primask "primask",
        /// Stack and privilege selection.
        Control "control",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negation_is_an_involution_within_its_kind() {
        for &condition in Condition::ALL {
            assert_eq!(condition.negate().negate(), condition);
            assert_ne!(condition.negate(), condition);
            assert_eq!(condition.negate().is_int(), condition.is_int());
        }
    }
}
