//! Registers, virtual and the machine's, and what instructions do with them.

/// A register: r0 to r15 by their number, or a virtual one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reg(pub(crate) u32);

impl Reg {
    const MACHINE: u32 = 16;

    /// A virtual register by its index.
    pub(crate) fn new_virtual(index: usize) -> Reg {
        Reg(index as u32 + Reg::MACHINE)
    }

    /// The index of a virtual register.
    pub(crate) fn virtual_index(self) -> Option<usize> {
        self.0.checked_sub(Reg::MACHINE).map(|index| index as usize)
    }

    /// Whether it is a machine register that few instructions reach.
    pub(crate) fn is_high(self) -> bool {
        (8..Reg::MACHINE).contains(&self.0)
    }

    /// The number of a machine register.
    pub(crate) fn number(self) -> u8 {
        debug_assert!(self.0 < Reg::MACHINE);
        self.0 as u8
    }
}

impl std::fmt::Debug for Reg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.virtual_index() {
            Some(index) => write!(f, "v{index}"),
            None => write!(f, "r{}", self.0),
        }
    }
}

/// What an instruction does with one of its registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Reads it.
    Use,
    /// Reads it, still after definitions are written.
    Late,
    /// Reads it, in this machine register.
    UseIn(u8),
    /// Writes it.
    Def,
    /// Writes it before the last use is read.
    Early,
    /// Writes it, in this machine register.
    DefIn(u8),
    /// Writes it, in the register of the use that is visited as this one from 0.
    Reuse(u8),
}
