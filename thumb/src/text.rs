//! Instructions as text: unified assembly language (UAL), in the form that LLVM's disassembler prints.
//!
//! Distances of branches and literals count from the program counter as it reads, 4 bytes behind the first byte.
//! [`Inst::at`] prints the address instead.

use crate::Reg;
use crate::inst::Inst;
use crate::operand::{Alu, Barrier, Cond, Extend, Hint, LoadKind, Offset, Reverse, Shift, Special, Width};
use std::fmt;

impl fmt::Display for Inst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Inst::Shift { op, rd, rm, amount } => write!(f, "{} {rd}, {rm}, #{amount}", shift(op)),
            Inst::MoveFlags { rd, rm } => write!(f, "movs {rd}, {rm}"),
            Inst::AddReg { sub, rd, rn, rm } => write!(f, "{}s {rd}, {rn}, {rm}", add(sub)),
            Inst::AddImm3 { sub, rd, rn, imm } => write!(f, "{}s {rd}, {rn}, #{imm}", add(sub)),
            Inst::MoveImm { rd, imm } => write!(f, "movs {rd}, #{imm}"),
            Inst::CompareImm { rn, imm } => write!(f, "cmp {rn}, #{imm}"),
            Inst::AddImm8 { sub, rdn, imm } => write!(f, "{}s {rdn}, #{imm}", add(sub)),
            Inst::Alu { op, rdn, rm } => alu(f, op, rdn, rm),
            Inst::AddHigh { rdn, rm } if rm == Reg::SP => write!(f, "add {rdn}, sp, {rdn}"),
            Inst::AddHigh { rdn, rm } => write!(f, "add {rdn}, {rm}"),
            Inst::CompareHigh { rn, rm } => write!(f, "cmp {rn}, {rm}"),
            Inst::Move { rd, rm } => write!(f, "mov {rd}, {rm}"),
            Inst::BranchReg { rm } => write!(f, "bx {rm}"),
            Inst::CallReg { rm } => write!(f, "blx {rm}"),
            Inst::LoadLiteral { rt, offset } => write!(f, "ldr {rt}, [pc, #{offset}]"),
            Inst::Load { kind, rt, rn, offset } => {
                write!(f, "{} {rt}, ", load(kind))?;
                place(f, rn, offset)
            }
            Inst::Store { width, rt, rn, offset } => {
                write!(f, "{} {rt}, ", store(width))?;
                place(f, rn, offset)
            }
            Inst::AddressPc { rd, offset } => write!(f, "adr {rd}, #{offset}"),
            Inst::AddressSp { rd, offset } => write!(f, "add {rd}, sp, #{offset}"),
            Inst::AdjustSp { sub, bytes } => write!(f, "{} sp, #{bytes}", add(sub)),
            Inst::Extend { op, rd, rm } => write!(f, "{} {rd}, {rm}", extend(op)),
            Inst::Reverse { op, rd, rm } => write!(f, "{} {rd}, {rm}", reverse(op)),
            Inst::Push { list } => write!(f, "push {list}"),
            Inst::Pop { list } => write!(f, "pop {list}"),
            Inst::LoadMultiple { rn, list } => {
                let back = if list.contains(rn) { "" } else { "!" };
                write!(f, "ldm {rn}{back}, {list}")
            }
            Inst::StoreMultiple { rn, list } => write!(f, "stm {rn}!, {list}"),
            Inst::ChangeState { disable } => f.write_str(if disable { "cpsid i" } else { "cpsie i" }),
            Inst::Hint(hint) => f.write_str(self::hint(hint)),
            Inst::Breakpoint(imm) => write!(f, "bkpt #{imm}"),
            Inst::Undefined(imm) => write!(f, "udf #{imm}"),
            Inst::Supervisor(imm) => write!(f, "svc #{imm}"),
            Inst::BranchIf { cond, offset } => write!(f, "b{cond} #{offset}"),
            Inst::Branch { offset } => write!(f, "b #{offset}"),
            Inst::Call { offset } => write!(f, "bl #{offset}"),
            Inst::Barrier(barrier) => write!(f, "{} sy", self::barrier(barrier)),
            Inst::ReadSpecial { rd, special } => write!(f, "mrs {rd}, {special}"),
            Inst::WriteSpecial { special, rn } => write!(f, "msr {special}, {rn}"),
        }
    }
}

/// An instruction at an address: branches and literals with the address that they lead to.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    inst: Inst,
    address: u32,
}

impl Inst {
    /// How it reads at an address.
    pub fn at(self, address: u32) -> Placed {
        Placed { inst: self, address }
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(target) = self.inst.target(self.address) else { return self.inst.fmt(f) };
        match self.inst {
            Inst::BranchIf { cond, .. } => write!(f, "b{cond} {target:#x}"),
            Inst::Branch { .. } => write!(f, "b {target:#x}"),
            Inst::Call { .. } => write!(f, "bl {target:#x}"),
            Inst::LoadLiteral { rt, .. } => write!(f, "ldr {rt}, {target:#x}"),
            Inst::AddressPc { rd, .. } => write!(f, "adr {rd}, {target:#x}"),
            inst => inst.fmt(f),
        }
    }
}

impl fmt::Display for Cond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cond::Eq => "eq",
            Cond::Ne => "ne",
            Cond::Hs => "hs",
            Cond::Lo => "lo",
            Cond::Mi => "mi",
            Cond::Pl => "pl",
            Cond::Vs => "vs",
            Cond::Vc => "vc",
            Cond::Hi => "hi",
            Cond::Ls => "ls",
            Cond::Ge => "ge",
            Cond::Lt => "lt",
            Cond::Gt => "gt",
            Cond::Le => "le",
        })
    }
}

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Special::Apsr => "apsr",
            Special::Iapsr => "iapsr",
            Special::Eapsr => "eapsr",
            Special::Xpsr => "xpsr",
            Special::Ipsr => "ipsr",
            Special::Epsr => "epsr",
            Special::Iepsr => "iepsr",
            Special::Msp => "msp",
            Special::Psp => "psp",
            Special::Primask => "primask",
            Special::Control => "control",
        })
    }
}

fn place(f: &mut fmt::Formatter<'_>, rn: Reg, offset: Offset) -> fmt::Result {
    match offset {
        Offset::Imm(0) => write!(f, "[{rn}]"),
        Offset::Imm(imm) => write!(f, "[{rn}, #{imm}]"),
        Offset::Reg(rm) => write!(f, "[{rn}, {rm}]"),
    }
}

fn add(sub: bool) -> &'static str {
    if sub { "sub" } else { "add" }
}

fn shift(op: Shift) -> &'static str {
    match op {
        Shift::Lsl => "lsls",
        Shift::Lsr => "lsrs",
        Shift::Asr => "asrs",
        Shift::Ror => "rors",
    }
}

fn alu(f: &mut fmt::Formatter<'_>, op: Alu, rdn: Reg, rm: Reg) -> fmt::Result {
    let name = match op {
        Alu::And => "ands",
        Alu::Eor => "eors",
        Alu::Lsl => "lsls",
        Alu::Lsr => "lsrs",
        Alu::Asr => "asrs",
        Alu::Adc => "adcs",
        Alu::Sbc => "sbcs",
        Alu::Ror => "rors",
        Alu::Tst => "tst",
        Alu::Rsb => return write!(f, "rsbs {rdn}, {rm}, #0"),
        Alu::Cmp => "cmp",
        Alu::Cmn => "cmn",
        Alu::Orr => "orrs",
        Alu::Mul => return write!(f, "muls {rdn}, {rm}, {rdn}"),
        Alu::Bic => "bics",
        Alu::Mvn => "mvns",
    };
    write!(f, "{name} {rdn}, {rm}")
}

fn load(kind: LoadKind) -> &'static str {
    match kind {
        LoadKind::Word => "ldr",
        LoadKind::Half => "ldrh",
        LoadKind::Byte => "ldrb",
        LoadKind::SignedHalf => "ldrsh",
        LoadKind::SignedByte => "ldrsb",
    }
}

fn store(width: Width) -> &'static str {
    match width {
        Width::Word => "str",
        Width::Half => "strh",
        Width::Byte => "strb",
    }
}

fn extend(op: Extend) -> &'static str {
    match op {
        Extend::SignedHalf => "sxth",
        Extend::SignedByte => "sxtb",
        Extend::Half => "uxth",
        Extend::Byte => "uxtb",
    }
}

fn reverse(op: Reverse) -> &'static str {
    match op {
        Reverse::Word => "rev",
        Reverse::Halves => "rev16",
        Reverse::SignedHalf => "revsh",
    }
}

fn hint(hint: Hint) -> &'static str {
    match hint {
        Hint::Nop => "nop",
        Hint::Yield => "yield",
        Hint::Wfe => "wfe",
        Hint::Wfi => "wfi",
        Hint::Sev => "sev",
    }
}

fn barrier(barrier: Barrier) -> &'static str {
    match barrier {
        Barrier::Dsb => "dsb",
        Barrier::Dmb => "dmb",
        Barrier::Isb => "isb",
    }
}
