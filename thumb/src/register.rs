//! Core registers, and sets of them.

use std::fmt;

/// A core register, by its number in machine code: 0–15.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(u8);

impl Reg {
    /// The stack pointer, r13.
    pub const SP: Reg = Reg(13);
    /// The link register, r14.
    pub const LR: Reg = Reg(14);
    /// The program counter, r15.
    pub const PC: Reg = Reg(15);

    /// The register with a number; none from 16 on.
    pub const fn new(number: u8) -> Option<Reg> {
        if number < 16 { Some(Reg(number)) } else { None }
    }

    /// The register that the low four bits of a number name.
    pub(crate) const fn of(bits: u16) -> Reg {
        Reg((bits & 15) as u8)
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether it is one of r0–r7, which most instructions are confined to.
    pub const fn is_low(self) -> bool {
        self.0 < 8
    }
}

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            13 => f.write_str("sp"),
            14 => f.write_str("lr"),
            15 => f.write_str("pc"),
            number => write!(f, "r{number}"),
        }
    }
}

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of core registers: bit n for rn.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RegSet(pub u16);

impl RegSet {
    /// No register.
    pub const EMPTY: RegSet = RegSet(0);

    /// The set of one register.
    pub const fn one(register: Reg) -> RegSet {
        RegSet(1 << register.0)
    }

    /// The set of some registers.
    pub fn of(registers: &[Reg]) -> RegSet {
        registers.iter().fold(RegSet::EMPTY, |set, &register| set.with(register))
    }

    /// The set with one register more.
    #[must_use]
    pub const fn with(self, register: Reg) -> RegSet {
        RegSet(self.0 | 1 << register.0)
    }

    /// The registers of either set.
    #[must_use]
    pub const fn union(self, other: RegSet) -> RegSet {
        RegSet(self.0 | other.0)
    }

    /// Whether it has a register.
    pub const fn contains(self, register: Reg) -> bool {
        self.0 & 1 << register.0 != 0
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it has.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Its registers in ascending order, in which multiple transfers put them at ascending addresses.
    pub fn iter(self) -> impl Iterator<Item = Reg> {
        (0..16).map(Reg).filter(move |&register| self.contains(register))
    }
}

impl fmt::Display for RegSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, register) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{register}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for RegSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
