//! Branches, calls, traps, and what is said to the machine.

use super::{PC, SP, field};
use crate::cortex_m0::inst::Cond;

/// The option of a barrier that waits for everything.
const SY: u16 = 15;

/// A distance in halfwords in a field of so many bits.
fn halfwords(distance: i32, bits: u32) -> u32 {
    debug_assert!(distance % 2 == 0);
    debug_assert!((-(1 << bits)..1 << bits).contains(&distance), "{distance} is out of reach");
    (distance >> 1) as u32 & ((1 << bits) - 1)
}

/// `B` over a distance from pc: -2048 to 2046 bytes.
pub(crate) fn b(distance: i32) -> u16 {
    0xE000 | field(halfwords(distance, 11), 11, 0)
}

/// `B<cond>` over a distance from pc: -256 to 254 bytes.
pub(crate) fn b_if(cond: Cond, distance: i32) -> u16 {
    0xD000 | u16::from(cond.code()) << 8 | field(halfwords(distance, 8), 8, 0)
}

/// `BL` over a distance from pc: 16 MiB back, as much less 2 bytes ahead.
pub(crate) fn bl(distance: i32) -> (u16, u16) {
    let distance = halfwords(distance, 24);
    let sign = distance >> 23;
    // I1 and I2, the bits below the sign, are stored as their equality with it.
    let same = |bit: u32| 1 ^ sign ^ (distance >> bit & 1);
    let first = 0xF000 | field(sign, 1, 10) | field(distance >> 11 & 0x3FF, 10, 0);
    let second = 0xD000 | field(same(22), 1, 13) | field(same(21), 1, 11) | field(distance & 0x7FF, 11, 0);
    (first, second)
}

/// `BX rm`.
pub(crate) fn bx(rm: u8) -> u16 {
    debug_assert!(rm < PC);
    0x4700 | u16::from(rm & 15) << 3
}

/// `BLX rm`.
pub(crate) fn blx(rm: u8) -> u16 {
    debug_assert!(rm < PC);
    0x4780 | u16::from(rm & 15) << 3
}

/// `UDF #imm8`: the processor takes a fault.
pub(crate) fn udf(imm: u32) -> u16 {
    0xDE00 | field(imm, 8, 0)
}

/// `SVC #imm8`.
pub(crate) fn svc(imm: u32) -> u16 {
    0xDF00 | field(imm, 8, 0)
}

/// `WFE`.
pub(crate) const WFE: u16 = 0xBF20;

/// `WFI`.
pub(crate) const WFI: u16 = 0xBF30;

/// `SEV`.
pub(crate) const SEV: u16 = 0xBF40;

/// `CPSIE i`: interrupts are let through.
pub(crate) const CPSIE: u16 = 0xB662;

/// `CPSID i`: interrupts are held back.
pub(crate) const CPSID: u16 = 0xB672;

/// `DSB SY`.
pub(crate) const DSB: (u16, u16) = (0xF3BF, 0x8F40 | SY);

/// `DMB SY`.
pub(crate) const DMB: (u16, u16) = (0xF3BF, 0x8F50 | SY);

/// `ISB SY`.
pub(crate) const ISB: (u16, u16) = (0xF3BF, 0x8F60 | SY);

/// `MRS rd, register`: a special register by its number (ARM DDI 0419, section B5.2.2).
pub(crate) fn mrs(rd: u8, special: u8) -> (u16, u16) {
    debug_assert!(rd < SP);
    (0xF3EF, 0x8000 | u16::from(rd & 15) << 8 | u16::from(special))
}

/// `MSR register, rn`.
pub(crate) fn msr(special: u8, rn: u8) -> (u16, u16) {
    debug_assert!(rn < SP);
    (0xF380 | u16::from(rn & 15), 0x8800 | u16::from(special))
}
