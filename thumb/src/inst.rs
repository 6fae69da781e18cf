//! The instructions of ARMv6-M as values.
//!
//! One value stands for one encoding, so that [`Inst::encode`] gives the decoded bits back. Immediates are what the
//! instruction computes with: bytes where the encoding counts words, distances from the program counter as it reads,
//! which is 4 bytes behind the first byte of the instruction.

use crate::{Reg, RegSet};

/// An instruction (ARM DDI 0419, A6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Inst {
    /// `LSLS LSRS ASRS rd, rm, #amount`: 1–31 to the left, 1–32 to the right.
    Shift {
        /// The direction; never [`Shift::Ror`].
        op: Shift,
        /// The result.
        rd: Reg,
        /// The operand.
        rm: Reg,
        /// By how many bits.
        amount: u8,
    },
    /// `MOVS rd, rm` with flags, of low registers.
    MoveFlags {
        /// The result.
        rd: Reg,
        /// The operand.
        rm: Reg,
    },
    /// `ADDS SUBS rd, rn, rm`.
    AddReg {
        /// Whether it subtracts.
        sub: bool,
        /// The result.
        rd: Reg,
        /// The first operand.
        rn: Reg,
        /// The second operand.
        rm: Reg,
    },
    /// `ADDS SUBS rd, rn, #imm`: 0–7.
    AddImm3 {
        /// Whether it subtracts.
        sub: bool,
        /// The result.
        rd: Reg,
        /// The first operand.
        rn: Reg,
        /// The second operand.
        imm: u8,
    },
    /// `MOVS rd, #imm`.
    MoveImm {
        /// The result.
        rd: Reg,
        /// The constant.
        imm: u8,
    },
    /// `CMP rn, #imm`.
    CompareImm {
        /// The first operand.
        rn: Reg,
        /// The second operand.
        imm: u8,
    },
    /// `ADDS SUBS rdn, #imm`: 0–255.
    AddImm8 {
        /// Whether it subtracts.
        sub: bool,
        /// The first operand and result.
        rdn: Reg,
        /// The second operand.
        imm: u8,
    },
    /// Two low registers, of which the first is the result, if there is one.
    Alu {
        /// What is computed.
        op: Alu,
        /// The first operand and result.
        rdn: Reg,
        /// The second operand.
        rm: Reg,
    },
    /// `ADD rdn, rm` without flags, of any registers; with pc as rdn a branch.
    AddHigh {
        /// The first operand and result.
        rdn: Reg,
        /// The second operand.
        rm: Reg,
    },
    /// `CMP rn, rm` of which at least one is a high register.
    CompareHigh {
        /// The first operand.
        rn: Reg,
        /// The second operand.
        rm: Reg,
    },
    /// `MOV rd, rm` without flags, of any registers; with pc as rd a branch.
    Move {
        /// The result.
        rd: Reg,
        /// The operand.
        rm: Reg,
    },
    /// `BX rm`.
    BranchReg {
        /// The address, with bit 0 set.
        rm: Reg,
    },
    /// `BLX rm`.
    CallReg {
        /// The address, with bit 0 set.
        rm: Reg,
    },
    /// `LDR rt, [pc, #offset]`: a multiple of 4 up to 1020, from the program counter rounded down to one.
    LoadLiteral {
        /// The result.
        rt: Reg,
        /// The distance in bytes.
        offset: u16,
    },
    /// `LDR LDRH LDRB LDRSH LDRSB rt, [rn, offset]`.
    Load {
        /// How wide, and how extended.
        kind: LoadKind,
        /// The result.
        rt: Reg,
        /// The base: a low register, or sp for words at a constant distance.
        rn: Reg,
        /// The distance from the base.
        offset: Offset,
    },
    /// `STR STRH STRB rt, [rn, offset]`.
    Store {
        /// How wide.
        width: Width,
        /// What is stored.
        rt: Reg,
        /// The base: a low register, or sp for words at a constant distance.
        rn: Reg,
        /// The distance from the base.
        offset: Offset,
    },
    /// `ADR rd, #offset`: a multiple of 4 up to 1020, from the program counter rounded down to one.
    AddressPc {
        /// The result.
        rd: Reg,
        /// The distance in bytes.
        offset: u16,
    },
    /// `ADD rd, sp, #offset`: a multiple of 4 up to 1020.
    AddressSp {
        /// The result.
        rd: Reg,
        /// The distance in bytes.
        offset: u16,
    },
    /// `ADD SUB sp, #bytes`: a multiple of 4 up to 508.
    AdjustSp {
        /// Whether it subtracts.
        sub: bool,
        /// By how many bytes.
        bytes: u16,
    },
    /// `SXTH SXTB UXTH UXTB rd, rm`.
    Extend {
        /// From how many bits, and how.
        op: Extend,
        /// The result.
        rd: Reg,
        /// The operand.
        rm: Reg,
    },
    /// `REV REV16 REVSH rd, rm`.
    Reverse {
        /// Which bytes change places.
        op: Reverse,
        /// The result.
        rd: Reg,
        /// The operand.
        rm: Reg,
    },
    /// `PUSH {list}`: of r0–r7 and lr, at least one.
    Push {
        /// What is pushed, the lowest register at the lowest address.
        list: RegSet,
    },
    /// `POP {list}`: of r0–r7 and pc, at least one.
    Pop {
        /// What is popped.
        list: RegSet,
    },
    /// `LDM rn, {list}`: of r0–r7, at least one; rn goes behind the last, unless it is loaded itself.
    LoadMultiple {
        /// The address.
        rn: Reg,
        /// What is loaded.
        list: RegSet,
    },
    /// `STM rn!, {list}`: of r0–r7, at least one; rn goes behind the last. What rn stores of itself is unknown unless it
    /// is the first.
    StoreMultiple {
        /// The address.
        rn: Reg,
        /// What is stored.
        list: RegSet,
    },
    /// `CPSID i` and `CPSIE i`.
    ChangeState {
        /// Whether interrupts are held off.
        disable: bool,
    },
    /// Hints.
    Hint(Hint),
    /// `BKPT #imm`.
    Breakpoint(u8),
    /// `UDF #imm`: permanently undefined.
    Undefined(u8),
    /// `SVC #imm`.
    Supervisor(u8),
    /// `B<c> label`: an even distance from -256 to 254.
    BranchIf {
        /// When it is taken.
        cond: Cond,
        /// The distance in bytes.
        offset: i16,
    },
    /// `B label`: an even distance from -2048 to 2046.
    Branch {
        /// The distance in bytes.
        offset: i16,
    },
    /// `BL label`: an even distance from -16777216 to 16777214.
    Call {
        /// The distance in bytes.
        offset: i32,
    },
    /// `DMB SY`, `DSB SY`, `ISB SY`.
    Barrier(Barrier),
    /// `MRS rd, spec`.
    ReadSpecial {
        /// The result; neither sp nor pc.
        rd: Reg,
        /// What is read.
        special: Special,
    },
    /// `MSR spec, rn`.
    WriteSpecial {
        /// What is written.
        special: Special,
        /// The operand; neither sp nor pc.
        rn: Reg,
    },
}

/// A direction of shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// To the left.
    Lsl,
    /// To the right, with zeros.
    Lsr,
    /// To the right, with the sign.
    Asr,
    /// Around; by a register alone.
    Ror,
}

/// What is computed of two low registers, in the order of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alu {
    /// `ANDS`.
    And,
    /// `EORS`.
    Eor,
    /// `LSLS` by a register.
    Lsl,
    /// `LSRS` by a register.
    Lsr,
    /// `ASRS` by a register.
    Asr,
    /// `ADCS`.
    Adc,
    /// `SBCS`.
    Sbc,
    /// `RORS`.
    Ror,
    /// `TST`: flags alone.
    Tst,
    /// `RSBS rdn, rm, #0`.
    Rsb,
    /// `CMP`: flags alone.
    Cmp,
    /// `CMN`: flags alone.
    Cmn,
    /// `ORRS`.
    Orr,
    /// `MULS`.
    Mul,
    /// `BICS`.
    Bic,
    /// `MVNS`.
    Mvn,
}

/// How wide an access is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Width {
    /// 1 byte.
    Byte,
    /// 2 bytes.
    Half,
    /// 4 bytes.
    Word,
}

impl Width {
    /// How many bytes.
    pub const fn bytes(self) -> u8 {
        match self {
            Width::Byte => 1,
            Width::Half => 2,
            Width::Word => 4,
        }
    }
}

/// How a load fills its register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoadKind {
    /// `LDR`.
    Word,
    /// `LDRH`: zeros above.
    Half,
    /// `LDRB`: zeros above.
    Byte,
    /// `LDRSH`: the sign above; with a register as offset alone.
    SignedHalf,
    /// `LDRSB`: the sign above; with a register as offset alone.
    SignedByte,
}

impl LoadKind {
    /// How wide the access is.
    pub const fn width(self) -> Width {
        match self {
            LoadKind::Word => Width::Word,
            LoadKind::Half | LoadKind::SignedHalf => Width::Half,
            LoadKind::Byte | LoadKind::SignedByte => Width::Byte,
        }
    }
}

/// What is added to the base of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// Bytes: a multiple of the width, up to 31 times it, or to 1020 from sp.
    Imm(u16),
    /// A low register.
    Reg(Reg),
}

/// From how many bits a register is filled, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extend {
    /// `SXTH`: from 16 with the sign.
    SignedHalf,
    /// `SXTB`: from 8 with the sign.
    SignedByte,
    /// `UXTH`: from 16 with zeros.
    Half,
    /// `UXTB`: from 8 with zeros.
    Byte,
}

/// Which bytes change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reverse {
    /// `REV`: all four.
    Word,
    /// `REV16`: those of each half.
    Halves,
    /// `REVSH`: those of the low half, whose sign fills the upper.
    SignedHalf,
}

/// Instructions that tell the system what the program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// `NOP`.
    Nop,
    /// `YIELD`.
    Yield,
    /// `WFE`.
    Wfe,
    /// `WFI`.
    Wfi,
    /// `SEV`.
    Sev,
}

/// When a branch is taken, in the order of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cond {
    /// Z.
    Eq,
    /// Not Z.
    Ne,
    /// C: unsigned at least.
    Hs,
    /// Not C: unsigned below.
    Lo,
    /// N.
    Mi,
    /// Not N.
    Pl,
    /// V.
    Vs,
    /// Not V.
    Vc,
    /// C and not Z: unsigned above.
    Hi,
    /// Not C, or Z: unsigned at most.
    Ls,
    /// N is V: signed at least.
    Ge,
    /// N is not V: signed below.
    Lt,
    /// Not Z, and N is V: signed above.
    Gt,
    /// Z, or N is not V: signed at most.
    Le,
}

impl Cond {
    pub(crate) const ALL: [Cond; 14] = [
        Cond::Eq,
        Cond::Ne,
        Cond::Hs,
        Cond::Lo,
        Cond::Mi,
        Cond::Pl,
        Cond::Vs,
        Cond::Vc,
        Cond::Hi,
        Cond::Ls,
        Cond::Ge,
        Cond::Lt,
        Cond::Gt,
        Cond::Le,
    ];

    /// The condition that holds when this one does not.
    #[must_use]
    pub fn inverted(self) -> Cond {
        Cond::ALL[(self as usize) ^ 1]
    }
}

/// A barrier of the whole system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Barrier {
    /// `DSB`: completion.
    Dsb,
    /// `DMB`: order of accesses.
    Dmb,
    /// `ISB`: instructions behind it are fetched again.
    Isb,
}

/// A special register, by its number in `MRS` and `MSR` (B5.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Special {
    /// Flags.
    Apsr = 0,
    /// Flags and the number of the exception.
    Iapsr = 1,
    /// Flags; the execution state reads as zero.
    Eapsr = 2,
    /// All three.
    Xpsr = 3,
    /// The number of the exception.
    Ipsr = 5,
    /// The execution state, which reads as zero.
    Epsr = 6,
    /// Both.
    Iepsr = 7,
    /// The main stack pointer.
    Msp = 8,
    /// The process stack pointer.
    Psp = 9,
    /// Whether interrupts are held off: bit 0.
    Primask = 16,
    /// Which stack pointer is used, and whether threads are privileged.
    Control = 20,
}

impl Special {
    pub(crate) const ALL: [Special; 11] = [
        Special::Apsr,
        Special::Iapsr,
        Special::Eapsr,
        Special::Xpsr,
        Special::Ipsr,
        Special::Epsr,
        Special::Iepsr,
        Special::Msp,
        Special::Psp,
        Special::Primask,
        Special::Control,
    ];

    /// Whether flags are among what it reads or writes.
    pub(crate) const fn has_flags(self) -> bool {
        (self as u8) < 4
    }
}

impl Inst {
    /// How many bytes it has: 2 or 4.
    pub const fn size(&self) -> u32 {
        match self {
            Inst::Call { .. } | Inst::Barrier(_) | Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => 4,
            _ => 2,
        }
    }
}
