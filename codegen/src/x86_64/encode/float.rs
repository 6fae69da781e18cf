//! Floats in vector registers. Where memory is an operand of 16 bytes it must be aligned to them, except in
//! [`Assembler::load_vector`] and [`Assembler::store_vector`].

use super::{Address, Assembler, Opcode, Rm, Size, XmmRm};
use crate::x86_64::register::{Gpr, Xmm};

/// A floating-point format that the processor computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Float {
    /// 32 bits.
    Single,
    /// 64 bits.
    Double,
}

/// Arithmetic of two floats, or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Arith {
    /// The square root of the source.
    Sqrt = 0x51,
    Add = 0x58,
    Mul = 0x59,
    Sub = 0x5C,
    /// The source if it is less or anything is not a number.
    Min = 0x5D,
    Div = 0x5E,
    /// The source if it is greater or anything is not a number.
    Max = 0x5F,
}

/// Bitwise operations on 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Logic {
    And = 0x54,
    Or = 0x56,
    Xor = 0x57,
}

impl Assembler {
    /// Copies all 16 bytes.
    #[inline]
    pub(crate) fn move_xmm(&mut self, dst: Xmm, src: Xmm) {
        self.registers(Opcode::two(0x28), dst.0, src.0);
    }

    /// Loads a float; the rest of the register becomes zero.
    #[inline]
    pub(crate) fn load_float(&mut self, float: Float, dst: Xmm, address: Address) {
        self.memory(scalar(float, 0x10), dst.0, &address, 0);
    }

    /// Stores a float.
    #[inline]
    pub(crate) fn store_float(&mut self, float: Float, address: Address, src: Xmm) {
        self.memory(scalar(float, 0x11), src.0, &address, 0);
    }

    /// Loads 16 bytes from any address.
    #[inline]
    pub(crate) fn load_vector(&mut self, dst: Xmm, address: Address) {
        self.memory(Opcode::two(0x10), dst.0, &address, 0);
    }

    /// Stores 16 bytes to any address.
    #[inline]
    pub(crate) fn store_vector(&mut self, address: Address, src: Xmm) {
        self.memory(Opcode::two(0x11), src.0, &address, 0);
    }

    /// `dst op= src`
    #[inline]
    pub(crate) fn arithmetic(&mut self, arith: Arith, float: Float, dst: Xmm, src: impl Into<XmmRm>) {
        self.xmm_rm(scalar(float, arith as u8), dst.0, &src.into(), 0);
    }

    /// Compares into zero, parity (unordered) and carry (less) flags: `comis`, which signals any NaN, or `ucomis`.
    #[inline]
    pub(crate) fn compare_float(&mut self, signalling: bool, float: Float, a: Xmm, b: impl Into<XmmRm>) {
        let op = Opcode::two(if signalling { 0x2F } else { 0x2E });
        self.xmm_rm(packed(float, op), a.0, &b.into(), 0);
    }

    /// Compares into all ones or zeros of the float's size in `dst`, by the predicate of `cmpss`.
    #[inline]
    pub(crate) fn compare_mask(&mut self, float: Float, dst: Xmm, src: impl Into<XmmRm>, predicate: u8) {
        self.xmm_rm(scalar(float, 0xC2), dst.0, &src.into(), 1);
        self.put(predicate.into(), 1);
    }

    /// `dst op= src` on 16 bytes.
    #[inline]
    pub(crate) fn logic(&mut self, logic: Logic, dst: Xmm, src: impl Into<XmmRm>) {
        self.xmm_rm(Opcode::two(logic as u8), dst.0, &src.into(), 0);
    }

    /// A signed integer of 4 or 8 bytes as a float; the rest of `dst` stays.
    #[inline]
    pub(crate) fn convert_from_int(&mut self, float: Float, size: Size, dst: Xmm, src: impl Into<Rm>) {
        debug_assert!(matches!(size, Size::Long | Size::Quad));
        self.rm(scalar(float, 0x2A).size(size), dst.0, &src.into(), 0);
    }

    /// A float as a signed integer of 4 or 8 bytes, towards zero; the least integer where there is none.
    #[inline]
    pub(crate) fn convert_to_int(&mut self, float: Float, size: Size, dst: Gpr, src: impl Into<XmmRm>) {
        debug_assert!(matches!(size, Size::Long | Size::Quad));
        self.xmm_rm(scalar(float, 0x2C).size(size), dst.0, &src.into(), 0);
    }

    /// A float in the other format.
    #[inline]
    pub(crate) fn convert_float(&mut self, from: Float, to: Float, dst: Xmm, src: impl Into<XmmRm>) {
        debug_assert_ne!(from, to);
        self.xmm_rm(scalar(from, 0x5A), dst.0, &src.into(), 0);
    }

    /// Copies 4 or 8 bytes into a vector register; the rest becomes zero.
    #[inline]
    pub(crate) fn move_to_xmm(&mut self, size: Size, dst: Xmm, src: impl Into<Rm>) {
        debug_assert!(matches!(size, Size::Long | Size::Quad));
        self.rm(Opcode::two(0x6E).prefix(0x66).size(size), dst.0, &src.into(), 0);
    }

    /// Copies 4 or 8 bytes out of a vector register.
    #[inline]
    pub(crate) fn move_from_xmm(&mut self, size: Size, dst: Gpr, src: Xmm) {
        debug_assert!(matches!(size, Size::Long | Size::Quad));
        self.registers(Opcode::two(0x7E).prefix(0x66).size(size), src.0, dst.0);
    }

    /// Rounds to an integer: mode 0 to nearest even, 1 down, 2 up, 3 towards zero, 4 as MXCSR says; plus 8 to not
    /// signal inexact results. Needs SSE4.1.
    #[inline]
    pub(crate) fn round(&mut self, float: Float, dst: Xmm, src: impl Into<XmmRm>, mode: u8) {
        let op = Opcode::three(if float == Float::Single { 0x0A } else { 0x0B });
        self.xmm_rm(op.prefix(0x66), dst.0, &src.into(), 1);
        self.put(mode.into(), 1);
    }

    /// `dst = dst * b + c`, rounded once (the 213 form). Needs FMA.
    #[inline]
    pub(crate) fn fma(&mut self, float: Float, dst: Xmm, b: Xmm, c: impl Into<XmmRm>) {
        self.xmm_rm(Opcode::vex(2, float == Float::Double, b.0, 0xA9), dst.0, &c.into(), 0);
    }

    /// Four halves as singles. Needs F16C.
    #[inline]
    pub(crate) fn half_to_single(&mut self, dst: Xmm, src: Xmm) {
        self.registers(Opcode::vex(2, false, 0, 0x13), dst.0, src.0);
    }

    /// Four singles as halves, rounded by a mode of [`Assembler::round`]. Needs F16C.
    #[inline]
    pub(crate) fn single_to_half(&mut self, dst: Xmm, src: Xmm, mode: u8) {
        self.registers(Opcode::vex(3, false, 0, 0x1D), src.0, dst.0);
        self.put(mode.into(), 1);
    }

    /// Loads control and status of floats.
    #[inline]
    pub(crate) fn load_mxcsr(&mut self, address: Address) {
        self.memory(Opcode::two(0xAE), 2, &address, 0);
    }

    /// Stores control and status of floats.
    #[inline]
    pub(crate) fn store_mxcsr(&mut self, address: Address) {
        self.memory(Opcode::two(0xAE), 3, &address, 0);
    }
}

/// The opcode of an operation on the low float of a vector register.
fn scalar(float: Float, opcode: u8) -> Opcode {
    Opcode::two(opcode).prefix(match float {
        Float::Single => 0xF3,
        Float::Double => 0xF2,
    })
}

/// The opcode with the prefix that tells the format where the instruction has no scalar form.
fn packed(float: Float, op: Opcode) -> Opcode {
    match float {
        Float::Single => op,
        Float::Double => op.prefix(0x66),
    }
}
