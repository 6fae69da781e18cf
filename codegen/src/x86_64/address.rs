//! Operands: addresses in memory, and registers or memory.

use super::register::{Gpr, RSP, Xmm};
use crate::buffer::Literal;
use artifact::{Reference, RelocationKind};

/// What an address counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Zero.
    None,
    /// A register.
    Gpr(Gpr),
    /// A constant or table behind the code, relative to the instruction pointer; takes no index.
    Literal(Literal),
    /// A symbol. Only one of kind [`RelocationKind::Absolute32Signed`] takes an index.
    Symbol(Reference, RelocationKind),
}

/// An address: base plus index times scale plus displacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// What it counts from.
    pub(crate) base: Base,
    /// A register, not the stack pointer, and the binary logarithm of its scale, 0 to 3.
    pub(crate) index: Option<(Gpr, u8)>,
    /// Displacement in bytes.
    pub(crate) disp: i32,
}

impl Address {
    /// `[base + disp]`
    #[inline]
    pub(crate) fn base(base: Gpr, disp: i32) -> Address {
        Address { base: Base::Gpr(base), index: None, disp }
    }

    /// `[base + index << scale + disp]`
    #[inline]
    pub(crate) fn indexed(base: Gpr, index: Gpr, scale: u8, disp: i32) -> Address {
        debug_assert!(index != RSP && scale < 4);
        Address { base: Base::Gpr(base), index: Some((index, scale)), disp }
    }

    /// `[index << scale + disp]`
    #[cfg(test)]
    pub(crate) fn scaled(index: Gpr, scale: u8, disp: i32) -> Address {
        debug_assert!(index != RSP && scale < 4);
        Address { base: Base::None, index: Some((index, scale)), disp }
    }

    /// `[disp]`: the lowest or highest 2 GiB.
    #[inline]
    pub(crate) fn fixed(disp: i32) -> Address {
        Address { base: Base::None, index: None, disp }
    }

    /// A constant or table behind the code.
    #[inline]
    pub(crate) fn literal(literal: Literal) -> Address {
        Address { base: Base::Literal(literal), index: None, disp: 0 }
    }

    /// `[rip + symbol + addend]`
    #[inline]
    pub(crate) fn relative(symbol: Reference, addend: i32) -> Address {
        Address { base: Base::Symbol(symbol, RelocationKind::Relative32), index: None, disp: addend }
    }

    /// `[symbol + addend + index << scale]`, the symbol below 2 GiB. A register alone is an index of scale 0, the stack
    /// pointer too.
    #[inline]
    pub(crate) fn absolute(symbol: Reference, addend: i32, index: Option<(Gpr, u8)>) -> Address {
        debug_assert!(index.is_none_or(|(index, scale)| (index != RSP || scale == 0) && scale < 4));
        Address { base: Base::Symbol(symbol, RelocationKind::Absolute32Signed), index, disp: addend }
    }

    /// The entry of the global offset table that holds a symbol's address; for 64-bit loads only.
    #[inline]
    pub(crate) fn got(symbol: Reference) -> Address {
        Address { base: Base::Symbol(symbol, RelocationKind::GlobalOffset32), index: None, disp: 0 }
    }

    /// The address so many bytes further; none when the distance does not fit.
    pub(crate) fn offset(self, bytes: i32) -> Option<Address> {
        Some(Address { disp: self.disp.checked_add(bytes)?, ..self })
    }
}

/// A general-purpose register, or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rm {
    /// A register.
    Reg(Gpr),
    /// Memory.
    Mem(Address),
}

/// A vector register, or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XmmRm {
    /// A register.
    Reg(Xmm),
    /// Memory.
    Mem(Address),
}

impl From<Gpr> for Rm {
    #[inline]
    fn from(register: Gpr) -> Rm {
        Rm::Reg(register)
    }
}

impl From<Address> for Rm {
    #[inline]
    fn from(address: Address) -> Rm {
        Rm::Mem(address)
    }
}

impl From<Xmm> for XmmRm {
    #[inline]
    fn from(register: Xmm) -> XmmRm {
        XmmRm::Reg(register)
    }
}

impl From<Address> for XmmRm {
    #[inline]
    fn from(address: Address) -> XmmRm {
        XmmRm::Mem(address)
    }
}
