//! What instructions compute, and how wide they access memory.

/// Two-address operations: `op Rdn, Rm`. All set N and Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Alu {
    /// `ANDS`
    And,
    /// `ORRS`
    Orr,
    /// `EORS`
    Eor,
    /// `BICS`: first and not second.
    Bic,
    /// `MULS`
    Mul,
    /// `ADCS`: sum and carry. Reads C, sets all flags.
    Adc,
    /// `SBCS`: first minus second minus not carry. Reads C, sets all flags.
    Sbc,
    /// `LSLS` by the lowest byte of the second.
    Lsl,
    /// `LSRS` by the lowest byte of the second.
    Lsr,
    /// `ASRS` by the lowest byte of the second.
    Asr,
    /// `RORS` by the lowest byte of the second.
    Ror,
}

impl Alu {
    /// Whether the operands may change places.
    pub(crate) fn commutes(self) -> bool {
        matches!(self, Alu::And | Alu::Orr | Alu::Eor | Alu::Mul | Alu::Adc)
    }
}

/// Shifts by a constant: `op Rd, Rm, #n`. All set N and Z, and C to the last bit shifted out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shift {
    /// `LSLS`, 1 to 31.
    Lsl,
    /// `LSRS`, 1 to 32.
    Lsr,
    /// `ASRS`, 1 to 32.
    Asr,
}

/// One-operand operations: `op Rd, Rm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    /// `MVNS`: complement. Sets N and Z.
    Not,
    /// `RSBS Rd, Rm, #0`: negation. Sets all flags; C is set exactly for 0.
    Neg,
    /// `SXTB`; no flags.
    Sxtb,
    /// `SXTH`; no flags.
    Sxth,
    /// `UXTB`; no flags.
    Uxtb,
    /// `UXTH`; no flags.
    Uxth,
    /// `REV`: bytes in reverse order; no flags.
    Rev,
    /// `REV16`: bytes of each half in reverse order; no flags.
    Rev16,
}

/// The width of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// `LDRB`, `STRB`, `LDRSB`
    Byte,
    /// `LDRH`, `STRH`, `LDRSH`
    Half,
    /// `LDR`, `STR`
    Word,
}

impl Width {
    /// In bytes.
    pub(crate) fn bytes(self) -> u32 {
        match self {
            Width::Byte => 1,
            Width::Half => 2,
            Width::Word => 4,
        }
    }
}

/// Operations of the core without registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum System {
    /// `DMB SY`
    Dmb,
    /// `DSB SY`
    Dsb,
    /// `ISB SY`
    Isb,
    /// `WFI`
    Wfi,
    /// `WFE`
    Wfe,
    /// `SEV`
    Sev,
    /// `CPSID i`
    DisableInterrupts,
    /// `CPSIE i`
    EnableInterrupts,
    /// `SVC #n`
    Svc(u8),
}
