//! From halfwords to instructions (ARM DDI 0419, A5.2 and A5.3).
//!
//! What is UNDEFINED or UNPREDICTABLE, and what future architectures may give another meaning (unallocated hints, other
//! options of barriers, should-be bits that are not as they should be), is no instruction. So each bit of an accepted
//! encoding is fixed or part of a field of [`Inst`], and no two encodings give the same value.

use crate::inst::Inst;
use crate::operand::{Alu, Barrier, Cond, Extend, Hint, LoadKind, Offset, Reverse, Shift, Special, Width};
use crate::{Reg, RegSet};

/// The instruction that begins with a halfword. `next` is the halfword behind it, which those of 32 bits go on with.
///
/// None for what is no instruction of ARMv6-M with a defined effect, or is cut off.
pub fn decode(halfword: u16, next: Option<u16>) -> Option<Inst> {
    let bits = halfword;
    match bits >> 12 {
        0 | 1 => shift_add(bits),
        2 | 3 => immediate(bits),
        4 => register_or_literal(bits),
        5 => Some(register_offset(bits)),
        6..=8 => Some(immediate_offset(bits)),
        9 => Some(stack_offset(bits)),
        10 => Some(address(bits)),
        11 => miscellaneous(bits),
        12 => multiple(bits),
        13 => Some(conditional(bits)),
        14 if bits & 0x800 == 0 => Some(Inst::Branch { offset: (bits << 5) as i16 >> 4 }),
        15 if bits & 0x800 == 0 => wide(bits, next?),
        _ => None,
    }
}

/// The low register of a field that begins at a bit.
fn low(bits: u16, at: u32) -> Reg {
    Reg::of(bits >> at & 7)
}

fn shift_add(bits: u16) -> Option<Inst> {
    let (rd, rm, amount) = (low(bits, 0), low(bits, 3), (bits >> 6 & 31) as u8);
    let right = if amount == 0 { 32 } else { amount };
    Some(match bits >> 11 {
        0 if amount == 0 => Inst::MoveFlags { rd, rm },
        0 => Inst::Shift { op: Shift::Lsl, rd, rm, amount },
        1 => Inst::Shift { op: Shift::Lsr, rd, rm, amount: right },
        2 => Inst::Shift { op: Shift::Asr, rd, rm, amount: right },
        _ => {
            let sub = bits & 0x200 != 0;
            match bits & 0x400 != 0 {
                false => Inst::AddReg { sub, rd, rn: low(bits, 3), rm: low(bits, 6) },
                true => Inst::AddImm3 { sub, rd, rn: low(bits, 3), imm: (bits >> 6 & 7) as u8 },
            }
        }
    })
}

fn immediate(bits: u16) -> Option<Inst> {
    let (register, imm) = (low(bits, 8), bits as u8);
    Some(match bits >> 11 & 3 {
        0 => Inst::MoveImm { rd: register, imm },
        1 => Inst::CompareImm { rn: register, imm },
        which => Inst::AddImm8 { sub: which == 3, rdn: register, imm },
    })
}

fn register_or_literal(bits: u16) -> Option<Inst> {
    if bits & 0x800 != 0 {
        return Some(Inst::LoadLiteral { rt: low(bits, 8), offset: (bits & 0xff) << 2 });
    }
    if bits & 0x400 != 0 {
        return high(bits);
    }
    Some(Inst::Alu { op: ALU[usize::from(bits >> 6 & 15)], rdn: low(bits, 0), rm: low(bits, 3) })
}

const ALU: [Alu; 16] = [
    Alu::And,
    Alu::Eor,
    Alu::Lsl,
    Alu::Lsr,
    Alu::Asr,
    Alu::Adc,
    Alu::Sbc,
    Alu::Ror,
    Alu::Tst,
    Alu::Rsb,
    Alu::Cmp,
    Alu::Cmn,
    Alu::Orr,
    Alu::Mul,
    Alu::Bic,
    Alu::Mvn,
];

/// Instructions of any registers, and branches to one.
fn high(bits: u16) -> Option<Inst> {
    let rm = Reg::of(bits >> 3);
    let rd = Reg::of(bits >> 4 & 8 | bits & 7);
    match bits >> 8 & 3 {
        0 => (rd != Reg::PC || rm != Reg::PC).then_some(Inst::AddHigh { rdn: rd, rm }),
        1 => {
            let defined = (!rd.is_low() || !rm.is_low()) && rd != Reg::PC && rm != Reg::PC;
            defined.then_some(Inst::CompareHigh { rn: rd, rm })
        }
        2 => Some(Inst::Move { rd, rm }),
        _ if bits & 7 != 0 || rm == Reg::PC => None,
        _ if bits & 0x80 == 0 => Some(Inst::BranchReg { rm }),
        _ => Some(Inst::CallReg { rm }),
    }
}

fn register_offset(bits: u16) -> Inst {
    let (rt, rn, offset) = (low(bits, 0), low(bits, 3), Offset::Reg(low(bits, 6)));
    let store = |width| Inst::Store { width, rt, rn, offset };
    let load = |kind| Inst::Load { kind, rt, rn, offset };
    match bits >> 9 & 7 {
        0 => store(Width::Word),
        1 => store(Width::Half),
        2 => store(Width::Byte),
        3 => load(LoadKind::SignedByte),
        4 => load(LoadKind::Word),
        5 => load(LoadKind::Half),
        6 => load(LoadKind::Byte),
        _ => load(LoadKind::SignedHalf),
    }
}

fn immediate_offset(bits: u16) -> Inst {
    let (rt, rn, scaled) = (low(bits, 0), low(bits, 3), bits >> 6 & 31);
    let (width, kind) = match bits >> 12 {
        6 => (Width::Word, LoadKind::Word),
        7 => (Width::Byte, LoadKind::Byte),
        _ => (Width::Half, LoadKind::Half),
    };
    let offset = Offset::Imm(scaled * u16::from(width.bytes()));
    match bits & 0x800 != 0 {
        false => Inst::Store { width, rt, rn, offset },
        true => Inst::Load { kind, rt, rn, offset },
    }
}

fn stack_offset(bits: u16) -> Inst {
    let (rt, rn, offset) = (low(bits, 8), Reg::SP, Offset::Imm((bits & 0xff) << 2));
    match bits & 0x800 != 0 {
        false => Inst::Store { width: Width::Word, rt, rn, offset },
        true => Inst::Load { kind: LoadKind::Word, rt, rn, offset },
    }
}

fn address(bits: u16) -> Inst {
    let (rd, offset) = (low(bits, 8), (bits & 0xff) << 2);
    match bits & 0x800 != 0 {
        false => Inst::AddressPc { rd, offset },
        true => Inst::AddressSp { rd, offset },
    }
}

/// Those that begin with 1011 (A5.2.5).
fn miscellaneous(bits: u16) -> Option<Inst> {
    let (rd, rm) = (low(bits, 0), low(bits, 3));
    Some(match bits >> 8 & 15 {
        0 => Inst::AdjustSp { sub: bits & 0x80 != 0, bytes: (bits & 0x7f) << 2 },
        2 => {
            let op = match bits >> 6 & 3 {
                0 => Extend::SignedHalf,
                1 => Extend::SignedByte,
                2 => Extend::Half,
                _ => Extend::Byte,
            };
            Inst::Extend { op, rd, rm }
        }
        4 | 5 => Inst::Push { list: listed(bits, Reg::LR)? },
        6 => match bits {
            0xb662 => Inst::ChangeState { disable: false },
            0xb672 => Inst::ChangeState { disable: true },
            _ => return None,
        },
        10 => {
            let op = match bits >> 6 & 3 {
                0 => Reverse::Word,
                1 => Reverse::Halves,
                3 => Reverse::SignedHalf,
                _ => return None,
            };
            Inst::Reverse { op, rd, rm }
        }
        12 | 13 => Inst::Pop { list: listed(bits, Reg::PC)? },
        14 => Inst::Breakpoint(bits as u8),
        15 => Inst::Hint(match bits & 0xff {
            0x00 => Hint::Nop,
            0x10 => Hint::Yield,
            0x20 => Hint::Wfe,
            0x30 => Hint::Wfi,
            0x40 => Hint::Sev,
            _ => return None,
        }),
        _ => return None,
    })
}

/// The list of a push or pop, with what bit 8 stands for; none when it is empty.
fn listed(bits: u16, eighth: Reg) -> Option<RegSet> {
    let low = RegSet(bits & 0xff);
    let list = if bits & 0x100 != 0 { low.with(eighth) } else { low };
    (!list.is_empty()).then_some(list)
}

fn multiple(bits: u16) -> Option<Inst> {
    let (rn, list) = (low(bits, 8), RegSet(bits & 0xff));
    if list.is_empty() {
        return None;
    }
    Some(match bits & 0x800 != 0 {
        false => Inst::StoreMultiple { rn, list },
        true => Inst::LoadMultiple { rn, list },
    })
}

fn conditional(bits: u16) -> Inst {
    match Cond::ALL.get(usize::from(bits >> 8 & 15)) {
        Some(&cond) => Inst::BranchIf { cond, offset: i16::from(bits as i8) << 1 },
        None if bits & 0x100 == 0 => Inst::Undefined(bits as u8),
        None => Inst::Supervisor(bits as u8),
    }
}

/// The instructions of 32 bits (A5.3.1): the first halfword begins with 11110.
fn wide(first: u16, second: u16) -> Option<Inst> {
    if second & 0xd000 == 0xd000 {
        return Some(call(first, second));
    }
    match (first, second) {
        (0xf3bf, 0x8f4f) => Some(Inst::Barrier(Barrier::Dsb)),
        (0xf3bf, 0x8f5f) => Some(Inst::Barrier(Barrier::Dmb)),
        (0xf3bf, 0x8f6f) => Some(Inst::Barrier(Barrier::Isb)),
        (0xf3ef, _) if second & 0xf000 == 0x8000 => {
            Some(Inst::ReadSpecial { rd: ordinary(second >> 8)?, special: special(second)? })
        }
        (0xf380..=0xf38f, _) if second & 0xff00 == 0x8800 => {
            Some(Inst::WriteSpecial { rn: ordinary(first)?, special: special(second)? })
        }
        _ => None,
    }
}

fn call(first: u16, second: u16) -> Inst {
    let (first, second) = (u32::from(first), u32::from(second));
    let sign = first >> 10 & 1;
    let third = !(second >> 13 ^ sign) & 1;
    let fourth = !(second >> 11 ^ sign) & 1;
    let halfwords = sign << 23 | third << 22 | fourth << 21 | (first & 0x3ff) << 11 | second & 0x7ff;
    Inst::Call { offset: (halfwords << 8) as i32 >> 7 }
}

/// The register of a field; none for sp and pc.
fn ordinary(bits: u16) -> Option<Reg> {
    Some(Reg::of(bits)).filter(|&register| register != Reg::SP && register != Reg::PC)
}

fn special(second: u16) -> Option<Special> {
    Special::ALL.into_iter().find(|&special| special as u16 == second & 0xff)
}
