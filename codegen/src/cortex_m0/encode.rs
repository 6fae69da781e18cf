//! The encoder: one function an instruction of ARMv6-M, which gives its halfword, or two.
//!
//! Functions bear the names of UAL, with what tells forms apart: `_imm` takes a number, `_reg` a register, `_high` any
//! of the sixteen registers, `_sp` counts from the stack pointer. Registers are numbers; the destination comes first.
//! Offsets and amounts are in bytes and bits, as in assembly text. None fails: operands that a form does not have are
//! errors of the caller, found by `debug_assert`. Names that end in `s` change flags, and so do compares; nothing else
//! does. Encodings follow ARM DDI 0419, chapter A5 and section A6.7.

mod control;
mod memory;
#[cfg(test)]
mod tests;

pub(crate) use control::*;
pub(crate) use memory::*;

/// The scratch register that calls and veneers may overwrite.
pub(crate) const IP: u8 = 12;

/// The stack pointer.
pub(crate) const SP: u8 = 13;

/// The link register.
pub(crate) const LR: u8 = 14;

/// The program counter; as an operand, 4 bytes ahead of the instruction.
pub(crate) const PC: u8 = 15;

/// A low register in a field that begins at a bit.
fn low(register: u8, bit: u32) -> u16 {
    debug_assert!(register < 8, "r{register} is no low register");
    u16::from(register & 7) << bit
}

/// A number in a field of so many bits that begins at a bit.
fn field(number: u32, bits: u32, bit: u32) -> u16 {
    debug_assert!(number < 1 << bits, "{number} does not fit {bits} bits");
    ((number & ((1 << bits) - 1)) << bit) as u16
}

/// A number in a field that counts in multiples.
fn scaled(number: u32, unit: u32, bits: u32, bit: u32) -> u16 {
    debug_assert!(number.is_multiple_of(unit), "{number} is no multiple of {unit}");
    field(number / unit, bits, bit)
}

/// A destination that is an operand too and another low register: the sixteen operations of group 010000.
fn data_processing(op: u16, rdn: u8, rm: u8) -> u16 {
    0x4000 | op << 6 | low(rm, 3) | low(rdn, 0)
}

/// Any register and any other: the operations of group 010001.
fn special(op: u16, rdn: u8, rm: u8) -> u16 {
    debug_assert!(rdn < 16 && rm < 16);
    0x4400 | op << 8 | u16::from(rdn & 8) << 4 | u16::from(rm & 15) << 3 | u16::from(rdn & 7)
}

/// `MOVS rd, #imm8`; C and V stay.
pub(crate) fn movs_imm(rd: u8, imm: u32) -> u16 {
    0x2000 | low(rd, 8) | field(imm, 8, 0)
}

/// `MOV rd, rm` between any registers but into pc; no flag changes.
pub(crate) fn mov(rd: u8, rm: u8) -> u16 {
    debug_assert!(rd != PC);
    special(2, rd, rm)
}

/// `ADDS rd, rn, #imm3`.
pub(crate) fn adds_imm3(rd: u8, rn: u8, imm: u32) -> u16 {
    0x1C00 | field(imm, 3, 6) | low(rn, 3) | low(rd, 0)
}

/// `ADDS rdn, #imm8`.
pub(crate) fn adds_imm8(rdn: u8, imm: u32) -> u16 {
    0x3000 | low(rdn, 8) | field(imm, 8, 0)
}

/// `ADDS rd, rn, rm`.
pub(crate) fn adds_reg(rd: u8, rn: u8, rm: u8) -> u16 {
    0x1800 | low(rm, 6) | low(rn, 3) | low(rd, 0)
}

/// `ADD rdn, rm` between any registers, not both pc; into pc it branches. No flag changes.
pub(crate) fn add_high(rdn: u8, rm: u8) -> u16 {
    debug_assert!(!(rdn == PC && rm == PC));
    special(0, rdn, rm)
}

/// `SUBS rd, rn, #imm3`.
pub(crate) fn subs_imm3(rd: u8, rn: u8, imm: u32) -> u16 {
    0x1E00 | field(imm, 3, 6) | low(rn, 3) | low(rd, 0)
}

/// `SUBS rdn, #imm8`.
pub(crate) fn subs_imm8(rdn: u8, imm: u32) -> u16 {
    0x3800 | low(rdn, 8) | field(imm, 8, 0)
}

/// `SUBS rd, rn, rm`.
pub(crate) fn subs_reg(rd: u8, rn: u8, rm: u8) -> u16 {
    0x1A00 | low(rm, 6) | low(rn, 3) | low(rd, 0)
}

/// `ADD rd, sp, #imm`: a multiple of 4 up to 1020. No flag changes.
pub(crate) fn add_rd_sp(rd: u8, imm: u32) -> u16 {
    0xA800 | low(rd, 8) | scaled(imm, 4, 8, 0)
}

/// `ADD sp, #imm`: a multiple of 4 up to 508.
pub(crate) fn add_sp(imm: u32) -> u16 {
    0xB000 | scaled(imm, 4, 7, 0)
}

/// `SUB sp, #imm`: a multiple of 4 up to 508.
pub(crate) fn sub_sp(imm: u32) -> u16 {
    0xB080 | scaled(imm, 4, 7, 0)
}

/// `ADCS rdn, rm`.
pub(crate) fn adcs(rdn: u8, rm: u8) -> u16 {
    data_processing(5, rdn, rm)
}

/// `SBCS rdn, rm`.
pub(crate) fn sbcs(rdn: u8, rm: u8) -> u16 {
    data_processing(6, rdn, rm)
}

/// `RSBS rd, rn, #0`: negates.
pub(crate) fn rsbs(rd: u8, rn: u8) -> u16 {
    data_processing(9, rd, rn)
}

/// `MULS rdm, rn`; C and V stay.
pub(crate) fn muls(rdm: u8, rn: u8) -> u16 {
    data_processing(13, rdm, rn)
}

/// `ANDS rdn, rm`; C and V stay.
pub(crate) fn ands(rdn: u8, rm: u8) -> u16 {
    data_processing(0, rdn, rm)
}

/// `ORRS rdn, rm`; C and V stay.
pub(crate) fn orrs(rdn: u8, rm: u8) -> u16 {
    data_processing(12, rdn, rm)
}

/// `EORS rdn, rm`; C and V stay.
pub(crate) fn eors(rdn: u8, rm: u8) -> u16 {
    data_processing(1, rdn, rm)
}

/// `BICS rdn, rm`: and not; C and V stay.
pub(crate) fn bics(rdn: u8, rm: u8) -> u16 {
    data_processing(14, rdn, rm)
}

/// `MVNS rd, rm`; C and V stay.
pub(crate) fn mvns(rd: u8, rm: u8) -> u16 {
    data_processing(15, rd, rm)
}

/// `TST rn, rm`; C and V stay.
pub(crate) fn tst(rn: u8, rm: u8) -> u16 {
    data_processing(8, rn, rm)
}

/// `CMP rn, #imm8`.
pub(crate) fn cmp_imm(rn: u8, imm: u32) -> u16 {
    0x2800 | low(rn, 8) | field(imm, 8, 0)
}

/// `CMP rn, rm`: low registers, or any but pc of which one is high.
pub(crate) fn cmp_reg(rn: u8, rm: u8) -> u16 {
    if rn < 8 && rm < 8 {
        return data_processing(10, rn, rm);
    }
    debug_assert!(rn != PC && rm != PC);
    special(1, rn, rm)
}

/// `CMN rn, rm`: compares with the negated register.
pub(crate) fn cmn(rn: u8, rm: u8) -> u16 {
    data_processing(11, rn, rm)
}

/// `LSLS rd, rm, #amount`: 1 to 31.
pub(crate) fn lsls_imm(rd: u8, rm: u8, amount: u32) -> u16 {
    debug_assert!(amount >= 1);
    field(amount, 5, 6) | low(rm, 3) | low(rd, 0)
}

/// `LSRS rd, rm, #amount`: 1 to 32.
pub(crate) fn lsrs_imm(rd: u8, rm: u8, amount: u32) -> u16 {
    debug_assert!((1..=32).contains(&amount));
    0x0800 | field(amount & 31, 5, 6) | low(rm, 3) | low(rd, 0)
}

/// `ASRS rd, rm, #amount`: 1 to 32.
pub(crate) fn asrs_imm(rd: u8, rm: u8, amount: u32) -> u16 {
    debug_assert!((1..=32).contains(&amount));
    0x1000 | field(amount & 31, 5, 6) | low(rm, 3) | low(rd, 0)
}

/// `LSLS rdn, rm`: by the low byte of rm.
pub(crate) fn lsls_reg(rdn: u8, rm: u8) -> u16 {
    data_processing(2, rdn, rm)
}

/// `LSRS rdn, rm`: by the low byte of rm.
pub(crate) fn lsrs_reg(rdn: u8, rm: u8) -> u16 {
    data_processing(3, rdn, rm)
}

/// `ASRS rdn, rm`: by the low byte of rm.
pub(crate) fn asrs_reg(rdn: u8, rm: u8) -> u16 {
    data_processing(4, rdn, rm)
}

/// `RORS rdn, rm`: by the low byte of rm.
pub(crate) fn rors(rdn: u8, rm: u8) -> u16 {
    data_processing(7, rdn, rm)
}

/// `SXTH rd, rm`.
pub(crate) fn sxth(rd: u8, rm: u8) -> u16 {
    0xB200 | low(rm, 3) | low(rd, 0)
}

/// `SXTB rd, rm`.
pub(crate) fn sxtb(rd: u8, rm: u8) -> u16 {
    0xB240 | low(rm, 3) | low(rd, 0)
}

/// `UXTH rd, rm`.
pub(crate) fn uxth(rd: u8, rm: u8) -> u16 {
    0xB280 | low(rm, 3) | low(rd, 0)
}

/// `UXTB rd, rm`.
pub(crate) fn uxtb(rd: u8, rm: u8) -> u16 {
    0xB2C0 | low(rm, 3) | low(rd, 0)
}

/// `REV rd, rm`: bytes in reverse order.
pub(crate) fn rev(rd: u8, rm: u8) -> u16 {
    0xBA00 | low(rm, 3) | low(rd, 0)
}

/// `REV16 rd, rm`: the bytes of each half in reverse order.
pub(crate) fn rev16(rd: u8, rm: u8) -> u16 {
    0xBA40 | low(rm, 3) | low(rd, 0)
}
