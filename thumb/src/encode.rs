//! From instructions to halfwords: the inverse of [`crate::decode`].
//!
//! The certificate asks it whether decoded bytes are the one form of their instruction. Emitters have an encoder of their
//! own, so that a mistake here does not hide one there.

use crate::inst::Inst;
use crate::operand::{Barrier, Extend, Hint, LoadKind, Offset, Reverse, Shift, Width};
use crate::{Reg, RegSet};

/// An instruction's halfwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halfwords {
    /// 16 bits.
    One(u16),
    /// 32 bits, in the order of addresses.
    Two(u16, u16),
}

impl Inst {
    /// Its bits; none when a field does not fit the encoding.
    pub fn encode(&self) -> Option<Halfwords> {
        match *self {
            Inst::Call { offset } => call(offset),
            Inst::Barrier(barrier) => {
                let option = match barrier {
                    Barrier::Dsb => 4,
                    Barrier::Dmb => 5,
                    Barrier::Isb => 6,
                };
                Some(Halfwords::Two(0xf3bf, 0x8f0f | option << 4))
            }
            Inst::ReadSpecial { rd, special } => {
                Some(Halfwords::Two(0xf3ef, 0x8000 | ordinary(rd)? << 8 | special as u16))
            }
            Inst::WriteSpecial { special, rn } => {
                Some(Halfwords::Two(0xf380 | ordinary(rn)?, 0x8800 | special as u16))
            }
            _ => narrow(self).map(Halfwords::One),
        }
    }
}

fn call(offset: i32) -> Option<Halfwords> {
    let halfwords = field(offset, 1, -(1 << 23)..1 << 23)? as u32;
    let sign = halfwords >> 23 & 1;
    let third = !(halfwords >> 22 ^ sign) & 1;
    let fourth = !(halfwords >> 21 ^ sign) & 1;
    let first = 0xf000 | sign << 10 | halfwords >> 11 & 0x3ff;
    let second = 0xd000 | third << 13 | fourth << 11 | halfwords & 0x7ff;
    Some(Halfwords::Two(first as u16, second as u16))
}

fn narrow(inst: &Inst) -> Option<u16> {
    Some(match *inst {
        Inst::Shift { op, rd, rm, amount } => shift(op, amount)? << 6 | pair(rd, rm)?,
        Inst::MoveFlags { rd, rm } => pair(rd, rm)?,
        Inst::AddReg { sub, rd, rn, rm } => 0x1800 | u16::from(sub) << 9 | low(rm)? << 6 | pair(rd, rn)?,
        Inst::AddImm3 { sub, rd, rn, imm } => {
            0x1c00 | u16::from(sub) << 9 | scaled(u16::from(imm), 0, 7)? << 6 | pair(rd, rn)?
        }
        Inst::MoveImm { rd, imm } => 0x2000 | low(rd)? << 8 | u16::from(imm),
        Inst::CompareImm { rn, imm } => 0x2800 | low(rn)? << 8 | u16::from(imm),
        Inst::AddImm8 { sub, rdn, imm } => 0x3000 | u16::from(sub) << 11 | low(rdn)? << 8 | u16::from(imm),
        Inst::Alu { op, rdn, rm } => 0x4000 | (op as u16) << 6 | pair(rdn, rm)?,
        Inst::AddHigh { rdn, rm } if rdn != Reg::PC || rm != Reg::PC => 0x4400 | any(rdn, rm),
        Inst::CompareHigh { rn, rm } => {
            let defined = (!rn.is_low() || !rm.is_low()) && rn != Reg::PC && rm != Reg::PC;
            defined.then_some(0x4500 | any(rn, rm))?
        }
        Inst::Move { rd, rm } => 0x4600 | any(rd, rm),
        Inst::BranchReg { rm } if rm != Reg::PC => 0x4700 | number(rm) << 3,
        Inst::CallReg { rm } if rm != Reg::PC => 0x4780 | number(rm) << 3,
        Inst::AddHigh { .. } | Inst::BranchReg { .. } | Inst::CallReg { .. } => return None,
        Inst::LoadLiteral { rt, offset } => 0x4800 | low(rt)? << 8 | scaled(offset, 2, 255)?,
        Inst::Load { kind, rt, rn, offset } => load(kind, rt, rn, offset)?,
        Inst::Store { width, rt, rn, offset } => store(width, rt, rn, offset)?,
        Inst::AddressPc { rd, offset } => 0xa000 | low(rd)? << 8 | scaled(offset, 2, 255)?,
        Inst::AddressSp { rd, offset } => 0xa800 | low(rd)? << 8 | scaled(offset, 2, 255)?,
        Inst::AdjustSp { sub, bytes } => 0xb000 | u16::from(sub) << 7 | scaled(bytes, 2, 127)?,
        Inst::Extend { op, rd, rm } => extend(op) << 6 | pair(rd, rm)?,
        Inst::Reverse { op, rd, rm } => reverse(op) << 6 | pair(rd, rm)?,
        Inst::Push { list } => 0xb400 | listed(list, Reg::LR)?,
        Inst::Pop { list } => 0xbc00 | listed(list, Reg::PC)?,
        Inst::StoreMultiple { rn, list } => 0xc000 | low(rn)? << 8 | lows(list)?,
        Inst::LoadMultiple { rn, list } => 0xc800 | low(rn)? << 8 | lows(list)?,
        Inst::ChangeState { disable } => 0xb662 | u16::from(disable) << 4,
        Inst::Hint(hint) => 0xbf00 | hint_number(hint) << 4,
        Inst::Breakpoint(imm) => 0xbe00 | u16::from(imm),
        Inst::Undefined(imm) => 0xde00 | u16::from(imm),
        Inst::Supervisor(imm) => 0xdf00 | u16::from(imm),
        Inst::BranchIf { cond, offset } => {
            0xd000 | (cond as u16) << 8 | field(i32::from(offset), 1, -128..128)? as u16 & 0xff
        }
        Inst::Branch { offset } => 0xe000 | field(i32::from(offset), 1, -1024..1024)? as u16 & 0x7ff,
        Inst::Call { .. } | Inst::Barrier(_) | Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => {
            return None;
        }
    })
}

/// A distance in units of 2 to a power, when it is a multiple of them and in range.
fn field(offset: i32, shift: u32, range: std::ops::Range<i32>) -> Option<i32> {
    let units = offset >> shift;
    (units << shift == offset && range.contains(&units)).then_some(units)
}

/// The same of an unsigned distance.
fn scaled(offset: u16, shift: u32, most: u16) -> Option<u16> {
    let units = offset >> shift;
    (units << shift == offset && units <= most).then_some(units)
}

fn number(register: Reg) -> u16 {
    u16::from(register.number())
}

fn low(register: Reg) -> Option<u16> {
    register.is_low().then_some(number(register))
}

fn ordinary(register: Reg) -> Option<u16> {
    (register != Reg::SP && register != Reg::PC).then_some(number(register))
}

/// Two low registers, in bits 0 and 3.
fn pair(first: Reg, second: Reg) -> Option<u16> {
    Some(low(first)? | low(second)? << 3)
}

/// Two registers, the first in bits 0–2 and 7, the second from bit 3 on.
fn any(first: Reg, second: Reg) -> u16 {
    number(first) & 7 | (number(first) & 8) << 4 | number(second) << 3
}

fn lows(list: RegSet) -> Option<u16> {
    (!list.is_empty() && list.0 < 0x100).then_some(list.0)
}

/// A list of low registers, and bit 8 for one more.
fn listed(list: RegSet, eighth: Reg) -> Option<u16> {
    let rest = list.0 & !RegSet::one(eighth).0;
    let has = u16::from(list.contains(eighth)) << 8;
    (!list.is_empty() && rest < 0x100).then_some(rest | has)
}

/// The opcode and amount of a shift.
fn shift(op: Shift, amount: u8) -> Option<u16> {
    let amount = u16::from(amount);
    let right = (1..=32).contains(&amount).then_some(amount & 31);
    match op {
        Shift::Lsl => (1..=31).contains(&amount).then_some(amount),
        Shift::Lsr => Some(0x20 | right?),
        Shift::Asr => Some(0x40 | right?),
        Shift::Ror => None,
    }
}

fn load(kind: LoadKind, rt: Reg, rn: Reg, offset: Offset) -> Option<u16> {
    let imm = match offset {
        Offset::Reg(rm) => {
            let op = match kind {
                LoadKind::SignedByte => 3,
                LoadKind::Word => 4,
                LoadKind::Half => 5,
                LoadKind::Byte => 6,
                LoadKind::SignedHalf => 7,
            };
            return Some(0x5000 | op << 9 | low(rm)? << 6 | pair(rt, rn)?);
        }
        Offset::Imm(imm) => imm,
    };
    match kind {
        LoadKind::SignedByte | LoadKind::SignedHalf => None,
        _ => Some(0x800 | at_distance(kind.width(), rt, rn, imm)?),
    }
}

fn store(width: Width, rt: Reg, rn: Reg, offset: Offset) -> Option<u16> {
    match offset {
        Offset::Imm(imm) => at_distance(width, rt, rn, imm),
        Offset::Reg(rm) => {
            let op = match width {
                Width::Word => 0,
                Width::Half => 1,
                Width::Byte => 2,
            };
            Some(0x5000 | op << 9 | low(rm)? << 6 | pair(rt, rn)?)
        }
    }
}

/// A store at a constant distance; a load has bit 11 set.
fn at_distance(width: Width, rt: Reg, rn: Reg, imm: u16) -> Option<u16> {
    match (width, rn) {
        (Width::Word, Reg::SP) => Some(0x9000 | low(rt)? << 8 | scaled(imm, 2, 255)?),
        (Width::Word, _) => Some(0x6000 | scaled(imm, 2, 31)? << 6 | pair(rt, rn)?),
        (Width::Byte, _) => Some(0x7000 | scaled(imm, 0, 31)? << 6 | pair(rt, rn)?),
        (Width::Half, _) => Some(0x8000 | scaled(imm, 1, 31)? << 6 | pair(rt, rn)?),
    }
}

fn extend(op: Extend) -> u16 {
    match op {
        Extend::SignedHalf => 0xb200 >> 6,
        Extend::SignedByte => 0xb240 >> 6,
        Extend::Half => 0xb280 >> 6,
        Extend::Byte => 0xb2c0 >> 6,
    }
}

fn reverse(op: Reverse) -> u16 {
    match op {
        Reverse::Word => 0xba00 >> 6,
        Reverse::Halves => 0xba40 >> 6,
        Reverse::SignedHalf => 0xbac0 >> 6,
    }
}

fn hint_number(hint: Hint) -> u16 {
    match hint {
        Hint::Nop => 0,
        Hint::Yield => 1,
        Hint::Wfe => 2,
        Hint::Wfi => 3,
        Hint::Sev => 4,
    }
}
