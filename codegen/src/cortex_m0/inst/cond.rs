//! Condition codes.

/// A condition code (ARM DDI 0419, A6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cond {
    /// Z
    Eq,
    /// not Z
    Ne,
    /// C: unsigned greater or equal
    Cs,
    /// not C: unsigned less
    Cc,
    /// N
    Mi,
    /// not N
    Pl,
    /// V
    Vs,
    /// not V
    Vc,
    /// C and not Z: unsigned greater
    Hi,
    /// not C or Z: unsigned less or equal
    Ls,
    /// N = V: signed greater or equal
    Ge,
    /// N ≠ V: signed less
    Lt,
    /// not Z and N = V: signed greater
    Gt,
    /// Z or N ≠ V: signed less or equal
    Le,
}

impl Cond {
    /// In the order of their codes.
    pub(crate) const ALL: [Cond; 14] = [
        Cond::Eq,
        Cond::Ne,
        Cond::Cs,
        Cond::Cc,
        Cond::Mi,
        Cond::Pl,
        Cond::Vs,
        Cond::Vc,
        Cond::Hi,
        Cond::Ls,
        Cond::Ge,
        Cond::Lt,
        Cond::Gt,
        Cond::Le,
    ];

    /// Its four bits in a branch.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// The condition that holds exactly when this one does not.
    pub(crate) fn negate(self) -> Cond {
        Cond::ALL[usize::from(self.code() ^ 1)]
    }
}
