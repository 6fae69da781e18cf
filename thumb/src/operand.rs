//! What instructions are told beside registers: operations, directions, widths, offsets, conditions, special registers.
//!
//! Operations of two registers and conditions stand in the order of their numbers in the encoding; special registers have
//! theirs.

use crate::Reg;

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
