//! What instructions read and write: registers, flags, memory.

use crate::inst::Inst;
use crate::operand::{Alu, LoadKind, Offset, Special, Width};
use crate::{Reg, RegSet};

/// A set of the condition flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// None.
    pub const NONE: Flags = Flags(0);
    /// Overflow.
    pub const V: Flags = Flags(1);
    /// Carry.
    pub const C: Flags = Flags(2);
    /// Zero.
    pub const Z: Flags = Flags(4);
    /// Negative.
    pub const N: Flags = Flags(8);
    /// Negative and zero: what moves and logic set.
    pub const NZ: Flags = Flags(12);
    /// Negative, zero, carry: what shifts set.
    pub const NZC: Flags = Flags(14);
    /// All.
    pub const ALL: Flags = Flags(15);

    /// Whether it has some of others.
    pub const fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

/// What an instruction reads and writes. The program counter is not among what is read, and among what is written only
/// when the instruction names it as a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Registers whose values it depends on.
    pub reads: RegSet,
    /// Registers that it changes.
    pub writes: RegSet,
    /// Flags that it depends on.
    pub flags_read: Flags,
    /// Flags that it may change.
    pub flags_written: Flags,
}

/// An access to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether it writes.
    pub write: bool,
    /// How wide each transfer is.
    pub width: Width,
    /// How many transfers, at ascending addresses: more than one only of `LDM STM PUSH POP`, which an interrupt may
    /// abandon and do again from the first.
    pub count: u32,
    /// The base; the program counter, rounded down to a multiple of 4, for literals.
    pub base: Reg,
    /// The distance from it; negative for `PUSH`.
    pub offset: AccessOffset,
}

/// How far the first byte of an access is from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessOffset {
    /// Bytes.
    Imm(i32),
    /// A register.
    Reg(Reg),
}

impl Inst {
    /// What it reads and writes. Of calls and exceptions: what the instruction itself does, not what is called.
    pub fn effects(&self) -> Effects {
        let mut effects = Effects::default();
        let (reads, writes) = self.registers();
        (effects.reads, effects.writes) = (RegSet(reads.0 & !RegSet::one(Reg::PC).0), writes);
        (effects.flags_read, effects.flags_written) = self.flags();
        effects
    }

    fn registers(&self) -> (RegSet, RegSet) {
        let set = RegSet::of;
        match *self {
            Inst::Shift { rd, rm, .. }
            | Inst::MoveFlags { rd, rm }
            | Inst::Extend { rd, rm, .. }
            | Inst::Reverse { rd, rm, .. }
            | Inst::Move { rd, rm } => (set(&[rm]), set(&[rd])),
            Inst::AddReg { rd, rn, rm, .. } => (set(&[rn, rm]), set(&[rd])),
            Inst::AddImm3 { rd, rn, .. } => (set(&[rn]), set(&[rd])),
            Inst::MoveImm { rd, .. } | Inst::AddressPc { rd, .. } => (RegSet::EMPTY, set(&[rd])),
            Inst::CompareImm { rn, .. } => (set(&[rn]), RegSet::EMPTY),
            Inst::AddImm8 { rdn, .. } => (set(&[rdn]), set(&[rdn])),
            Inst::Alu { op: Alu::Tst | Alu::Cmp | Alu::Cmn, rdn, rm } => (set(&[rdn, rm]), RegSet::EMPTY),
            Inst::Alu { op: Alu::Rsb | Alu::Mvn, rdn, rm } => (set(&[rm]), set(&[rdn])),
            Inst::Alu { rdn, rm, .. } | Inst::AddHigh { rdn, rm } => (set(&[rdn, rm]), set(&[rdn])),
            Inst::CompareHigh { rn, rm } => (set(&[rn, rm]), RegSet::EMPTY),
            Inst::BranchReg { rm } => (set(&[rm]), RegSet::EMPTY),
            Inst::CallReg { rm } => (set(&[rm]), set(&[Reg::LR])),
            Inst::Call { .. } => (RegSet::EMPTY, set(&[Reg::LR])),
            Inst::LoadLiteral { rt, .. } => (RegSet::EMPTY, set(&[rt])),
            Inst::Load { rt, rn, offset, .. } => (with_offset(set(&[rn]), offset), set(&[rt])),
            Inst::Store { rt, rn, offset, .. } => (with_offset(set(&[rn, rt]), offset), RegSet::EMPTY),
            Inst::AddressSp { rd, .. } => (set(&[Reg::SP]), set(&[rd])),
            Inst::AdjustSp { .. } => (set(&[Reg::SP]), set(&[Reg::SP])),
            Inst::Push { list } => (list.with(Reg::SP), set(&[Reg::SP])),
            Inst::Pop { list } => (set(&[Reg::SP]), list.with(Reg::SP)),
            Inst::LoadMultiple { rn, list } => (set(&[rn]), list.with(rn)),
            Inst::StoreMultiple { rn, list } => (list.with(rn), set(&[rn])),
            Inst::ReadSpecial { rd, special } => (stack_pointer(special), set(&[rd])),
            Inst::WriteSpecial { special, rn } => (set(&[rn]), stack_pointer(special)),
            Inst::ChangeState { .. }
            | Inst::Hint(_)
            | Inst::Breakpoint(_)
            | Inst::Undefined(_)
            | Inst::Supervisor(_)
            | Inst::BranchIf { .. }
            | Inst::Branch { .. }
            | Inst::Barrier(_) => (RegSet::EMPTY, RegSet::EMPTY),
        }
    }

    /// The flags that it reads and writes.
    fn flags(&self) -> (Flags, Flags) {
        match *self {
            Inst::Shift { .. } => (Flags::NONE, Flags::NZC),
            Inst::MoveFlags { .. } | Inst::MoveImm { .. } => (Flags::NONE, Flags::NZ),
            Inst::AddReg { .. }
            | Inst::AddImm3 { .. }
            | Inst::AddImm8 { .. }
            | Inst::CompareImm { .. }
            | Inst::CompareHigh { .. } => (Flags::NONE, Flags::ALL),
            Inst::Alu { op, .. } => alu_flags(op),
            Inst::BranchIf { cond, .. } => (condition_flags(cond), Flags::NONE),
            Inst::ReadSpecial { special, .. } if special.has_flags() => (Flags::ALL, Flags::NONE),
            Inst::WriteSpecial { special, .. } if special.has_flags() => (Flags::NONE, Flags::ALL),
            _ => (Flags::NONE, Flags::NONE),
        }
    }

    /// Its access to memory.
    pub fn access(&self) -> Option<Access> {
        let one = |write, width, base, offset| Access { write, width, count: 1, base, offset };
        let words = |write, list: RegSet, base, offset| {
            let offset = AccessOffset::Imm(offset);
            Access { write, width: Width::Word, count: list.len(), base, offset }
        };
        Some(match *self {
            Inst::LoadLiteral { offset, .. } => one(false, Width::Word, Reg::PC, AccessOffset::Imm(offset.into())),
            Inst::Load { kind, rn, offset, .. } => one(false, kind.width(), rn, offset.into()),
            Inst::Store { width, rn, offset, .. } => one(true, width, rn, offset.into()),
            Inst::Push { list } => words(true, list, Reg::SP, -4 * list.len() as i32),
            Inst::Pop { list } => words(false, list, Reg::SP, 0),
            Inst::LoadMultiple { rn, list } => words(false, list, rn, 0),
            Inst::StoreMultiple { rn, list } => words(true, list, rn, 0),
            _ => return None,
        })
    }

    /// Whether a load fills the upper bits with the sign.
    pub fn is_signed_load(&self) -> bool {
        matches!(self, Inst::Load { kind: LoadKind::SignedHalf | LoadKind::SignedByte, .. })
    }
}

impl From<Offset> for AccessOffset {
    fn from(offset: Offset) -> AccessOffset {
        match offset {
            Offset::Imm(imm) => AccessOffset::Imm(imm.into()),
            Offset::Reg(register) => AccessOffset::Reg(register),
        }
    }
}

fn with_offset(reads: RegSet, offset: Offset) -> RegSet {
    match offset {
        Offset::Imm(_) => reads,
        Offset::Reg(register) => reads.with(register),
    }
}

/// The stack pointers may be the one in use.
fn stack_pointer(special: Special) -> RegSet {
    match special {
        Special::Msp | Special::Psp | Special::Control => RegSet::one(Reg::SP),
        _ => RegSet::EMPTY,
    }
}

fn alu_flags(op: Alu) -> (Flags, Flags) {
    match op {
        Alu::And | Alu::Eor | Alu::Tst | Alu::Orr | Alu::Mul | Alu::Bic | Alu::Mvn => (Flags::NONE, Flags::NZ),
        // By 0 bits the carry stays as it is.
        Alu::Lsl | Alu::Lsr | Alu::Asr | Alu::Ror => (Flags::C, Flags::NZC),
        Alu::Adc | Alu::Sbc => (Flags::C, Flags::ALL),
        Alu::Rsb | Alu::Cmp | Alu::Cmn => (Flags::NONE, Flags::ALL),
    }
}

fn condition_flags(cond: crate::Cond) -> Flags {
    use crate::Cond;
    match cond {
        Cond::Eq | Cond::Ne => Flags::Z,
        Cond::Hs | Cond::Lo => Flags::C,
        Cond::Mi | Cond::Pl => Flags::N,
        Cond::Vs | Cond::Vc => Flags::V,
        Cond::Hi | Cond::Ls => Flags(Flags::C.0 | Flags::Z.0),
        Cond::Ge | Cond::Lt => Flags(Flags::N.0 | Flags::V.0),
        Cond::Gt | Cond::Le => Flags(Flags::N.0 | Flags::V.0 | Flags::Z.0),
    }
}
