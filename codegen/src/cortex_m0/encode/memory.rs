//! Loads and stores: each but those of several registers is one access.

use super::{low, scaled};

/// A register, a base register and an offset that counts in units of the access.
fn with_offset(op: u16, rt: u8, rn: u8, offset: u32, unit: u32) -> u16 {
    op | scaled(offset, unit, 5, 6) | low(rn, 3) | low(rt, 0)
}

/// A register and the two whose sum is the address.
fn with_index(op: u16, rt: u8, rn: u8, rm: u8) -> u16 {
    0x5000 | op << 9 | low(rm, 6) | low(rn, 3) | low(rt, 0)
}

/// `LDR rt, [rn, #offset]`: up to 124.
pub(crate) fn ldr(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x6800, rt, rn, offset, 4)
}

/// `LDRH rt, [rn, #offset]`: up to 62.
pub(crate) fn ldrh(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x8800, rt, rn, offset, 2)
}

/// `LDRB rt, [rn, #offset]`: up to 31.
pub(crate) fn ldrb(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x7800, rt, rn, offset, 1)
}

/// `STR rt, [rn, #offset]`: up to 124.
pub(crate) fn str(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x6000, rt, rn, offset, 4)
}

/// `STRH rt, [rn, #offset]`: up to 62.
pub(crate) fn strh(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x8000, rt, rn, offset, 2)
}

/// `STRB rt, [rn, #offset]`: up to 31.
pub(crate) fn strb(rt: u8, rn: u8, offset: u32) -> u16 {
    with_offset(0x7000, rt, rn, offset, 1)
}

/// `STR rt, [rn, rm]`.
pub(crate) fn str_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(0, rt, rn, rm)
}

/// `STRH rt, [rn, rm]`.
pub(crate) fn strh_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(1, rt, rn, rm)
}

/// `STRB rt, [rn, rm]`.
pub(crate) fn strb_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(2, rt, rn, rm)
}

/// `LDRSB rt, [rn, rm]`.
pub(crate) fn ldrsb_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(3, rt, rn, rm)
}

/// `LDR rt, [rn, rm]`.
pub(crate) fn ldr_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(4, rt, rn, rm)
}

/// `LDRH rt, [rn, rm]`.
pub(crate) fn ldrh_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(5, rt, rn, rm)
}

/// `LDRB rt, [rn, rm]`.
pub(crate) fn ldrb_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(6, rt, rn, rm)
}

/// `LDRSH rt, [rn, rm]`.
pub(crate) fn ldrsh_reg(rt: u8, rn: u8, rm: u8) -> u16 {
    with_index(7, rt, rn, rm)
}

/// `LDR rt, [sp, #offset]`: up to 1020.
pub(crate) fn ldr_sp(rt: u8, offset: u32) -> u16 {
    0x9800 | low(rt, 8) | scaled(offset, 4, 8, 0)
}

/// `STR rt, [sp, #offset]`: up to 1020.
pub(crate) fn str_sp(rt: u8, offset: u32) -> u16 {
    0x9000 | low(rt, 8) | scaled(offset, 4, 8, 0)
}

/// `LDR rt, [pc, #offset]`: up to 1020 from the word of pc.
pub(crate) fn ldr_literal(rt: u8, offset: u32) -> u16 {
    0x4800 | low(rt, 8) | scaled(offset, 4, 8, 0)
}

/// `PUSH {list}`: low registers and lr as bits, at least one.
pub(crate) fn push(list: u16) -> u16 {
    debug_assert!(list != 0 && list & !0x40FF == 0);
    0xB400 | list & 0xFF | list >> 14 << 8
}

/// `POP {list}`: low registers and pc as bits, at least one. With pc it returns: bit 0 of the address must be set.
pub(crate) fn pop(list: u16) -> u16 {
    debug_assert!(list != 0 && list & !0x80FF == 0);
    0xBC00 | list & 0xFF | list >> 15 << 8
}
