//! The instructions of ARMv6-M as values.
//!
//! One value stands for one encoding, so that [`Inst::encode`] gives the decoded bits back. Immediates are what the
//! instruction computes with: bytes where the encoding counts words, distances from the program counter as it reads,
//! which is 4 bytes behind the first byte of the instruction.

use crate::operand::{Alu, Barrier, Cond, Extend, Hint, LoadKind, Offset, Reverse, Shift, Special, Width};
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

impl Inst {
    /// How many bytes it has: 2 or 4.
    pub const fn size(&self) -> u32 {
        match self {
            Inst::Call { .. } | Inst::Barrier(_) | Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => 4,
            _ => 2,
        }
    }
}
