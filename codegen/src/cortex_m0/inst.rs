//! The machine IR: ARMv6-M instructions over registers that are virtual until they are allocated.
//!
//! Each [`Inst`] is one machine instruction or a short sequence that nothing may come between. A function is a
//! [`Code`]: blocks of instructions, of which the last one of each block alone is a terminator: a branch
//! ([`Inst::is_branch`]) or an exit ([`Inst::is_exit`]).
//!
//! **Registers.** [`Reg`] 0 to 15 are the machine's, all others virtual. Selection writes virtual ones; after
//! `allocate` only r0 to r7 are left in the fields of instructions, but for moves to and from high ones, `ADD` and `CMP`. Every virtual register is 32 bits wide and is
//! written once.
//!
//! **Flags.** An instruction that reads flags ([`Flags::reads`]) stands directly behind the one that makes them or behind
//! another reader that does not change them. What the allocator puts between instructions ([`Inst::Move`],
//! [`Inst::Spill`], [`Inst::Reload`]) changes no flags, in whatever form it is encoded. So does [`Inst::Symbol`]. An
//! instruction whose flags are [`Flags::Changes`] may or may not change them, as the encoder likes.
//!
//! **Order of reads and writes.** An instruction reads all its uses before it writes a definition, but for what
//! [`Role::Late`] and [`Role::Early`] mark: such a use shares no register with a definition, such a definition none with a
//! use.

mod address;
mod code;
mod cond;
mod operation;
mod reg;
mod visit;

pub(crate) use address::{Address, Cell};
use artifact::Reference;
pub(crate) use code::{Code, CodeBlock, Line};
pub(crate) use cond::Cond;
use native_ir::{SpecialRegister, Trap};
pub(crate) use operation::{Alu, Shift, System, Unary, Width};
pub(crate) use reg::{Reg, Role};

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// `BL` with a relocation.
    Direct(Reference),
    /// `BLX` of r0 to r7: a use that is none of the arguments' registers.
    Indirect(Reg),
}

/// An operand of [`Inst::Select`] that stands in for the first when the condition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// A register: `MOV` without flags.
    Reg(Reg),
    /// `MOVS Rd, #imm8`
    Byte(u8),
}

/// A block, by index in [`Code::blocks`].
pub(crate) type BlockIndex = u32;

/// A machine instruction, or a sequence that nothing comes between.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inst {
    /// What arrives in registers: the first instruction of the entry block, without code.
    Entry {
        /// Virtual registers and where they arrive.
        params: Vec<(Reg, u8)>,
    },
    /// A constant in the shortest form: `MOVS`; two of `MOVS`, `LSLS`, `MVNS`, `ADDS`; else `LDR` from the pool, where
    /// equal constants share a word.
    Const { dst: Reg, value: u32 },
    /// The address of a symbol plus an addend: `LDR` from the pool, relocated with `Absolute32`. No flags.
    Symbol { dst: Reg, reference: Reference, addend: i32 },
    /// The address of something in the frame: `ADD Rd, SP, #imm`, and more where that is not enough.
    FrameAddress { dst: Reg, cell: Cell },
    /// `MOV Rd, Rm` (T1, any registers). No flags. The encoder leaves it out where both are the same.
    Move { dst: Reg, src: Reg },
    /// `ADDS Rd, Rn, Rm`; sets all flags. Where `dst` or `b` is a high register `ADD Rdn, Rm`: `dst` is `a`, no flags.
    Add { dst: Reg, a: Reg, b: Reg },
    /// `SUBS Rd, Rn, Rm`; sets all flags.
    Sub { dst: Reg, a: Reg, b: Reg },
    /// `ADDS` or `SUBS` with -255 to 255, not 0, as it is negative; sets all flags, as the instruction does that it is.
    /// From -7 to 7 `dst` is any register, beyond that `src` itself.
    AddImm { dst: Reg, src: Reg, imm: i16 },
    /// `op Rdn, Rm`; `dst` is `a`'s register.
    Alu { op: Alu, dst: Reg, a: Reg, b: Reg },
    /// `op Rd, Rm, #amount`
    Shift { op: Shift, dst: Reg, src: Reg, amount: u8 },
    /// `op Rd, Rm`
    Unary { op: Unary, dst: Reg, src: Reg },
    /// `SBCS Rd, Rd`: 0 when the carry flag is set, else -1, whatever the register held. Reads C, sets all flags.
    Borrow { dst: Reg },
    /// `CMP Rn, Rm`
    Cmp { a: Reg, b: Reg },
    /// `CMP Rn, #imm8`
    CmpImm { a: Reg, imm: u8 },
    /// `CMN Rn, Rm`: flags of the sum.
    Cmn { a: Reg, b: Reg },
    /// `TST Rn, Rm`
    Tst { a: Reg, b: Reg },
    /// A load; narrow ones are extended with zeros, or with `signed` with copies of the sign bit (by
    /// [`Address::Index`] only, and not for words). No flags.
    Load { dst: Reg, width: Width, signed: bool, address: Address },
    /// A store of the low bits. No flags.
    Store { src: Reg, width: Width, address: Address },
    /// Each word keeps what `dst` shares a register with (`then`) when the condition holds, and gets `other` when it does
    /// not: a branch over moves. Reads flags; they are changed when an `other` is a byte.
    Select { cond: Cond, words: Vec<Word> },
    /// Traps when the condition holds: a branch to `UDF #code` behind the code, or one around it. Reads flags and keeps
    /// them.
    TrapIf { cond: Cond, trap: Trap },
    /// `BL` or `BLX`, with a relocation and a row. `pops` bytes of arguments are gone when it returns: `SUB SP` behind
    /// it gets them back. Clobbers r0 to r3, r12, lr and flags.
    Call { callee: Callee, args: Vec<(Reg, u8)>, results: Vec<(Reg, u8)>, pops: u32 },
    /// A barrier, a hint or the like. No flags.
    System(System),
    /// `MRS Rd, special`
    ReadSpecial { dst: Reg, register: SpecialRegister },
    /// `MSR special, Rn`. May change flags.
    WriteSpecial { src: Reg, register: SpecialRegister },

    /// Goes to a block.
    Jump { to: BlockIndex },
    /// Goes to the first block when the condition holds, else to the second. Reads flags.
    Branch { cond: Cond, yes: BlockIndex, no: BlockIndex },
    /// Goes to the block that the index names, which is below their number: a table of bytes or halfwords behind
    /// `ADD PC`. `temp` is scratch. The IR instruction of the row is the table's `switch`.
    Table { index: Reg, temp: Reg, targets: Vec<BlockIndex> },
    /// `UDF #code`
    Trap { trap: Trap },
    /// The epilogue and the return, with results in registers.
    Return { values: Vec<(Reg, u8)> },
    /// The epilogue and a jump by `BX` to `target`, a use in r0 to r7 that is none of the arguments' registers. Goes
    /// through r12 when the epilogue restores the register that it is in. With `stack` other than none the callee takes
    /// so many bytes of arguments, which wait at the stack pointer, and finds them at the upper end of the caller's
    /// own; else those on the stack stand where they arrived.
    TailCall { target: Reg, args: Vec<(Reg, u8)>, stack: Option<u32> },

    /// A store of a register, by the allocator. No flags.
    Spill { src: Reg, cell: Cell },
    /// A load of a register, by the allocator. No flags.
    Reload { dst: Reg, cell: Cell },
}

/// A word of [`Inst::Select`]: `dst` has `then`'s register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) dst: Reg,
    pub(crate) then: Reg,
    pub(crate) other: Other,
}

/// What an instruction does with flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flags {
    /// Leaves them alone.
    Keeps,
    /// Makes them what its kind says.
    Makes,
    /// May leave anything in them.
    Changes,
    /// Reads them and leaves them alone.
    Reads,
    /// Reads them and makes new ones, or leaves anything in them.
    ReadsAndChanges,
}

impl Flags {
    /// Whether the instruction depends on flags.
    pub(crate) fn reads(self) -> bool {
        matches!(self, Flags::Reads | Flags::ReadsAndChanges)
    }
}

impl Inst {
    /// What it does with flags.
    pub(crate) fn flags(&self) -> Flags {
        match self {
            Inst::Const { .. } | Inst::FrameAddress { .. } | Inst::Call { .. } | Inst::WriteSpecial { .. } => {
                Flags::Changes
            }
            Inst::Add { dst, b, .. } if dst.is_high() || b.is_high() => Flags::Keeps,
            Inst::Add { .. }
            | Inst::Sub { .. }
            | Inst::AddImm { .. }
            | Inst::Shift { .. }
            | Inst::Cmp { .. }
            | Inst::CmpImm { .. }
            | Inst::Cmn { .. }
            | Inst::Tst { .. } => Flags::Makes,
            Inst::Alu { op: Alu::Adc | Alu::Sbc, .. } | Inst::Borrow { .. } => Flags::ReadsAndChanges,
            Inst::Alu { .. } => Flags::Makes,
            Inst::Unary { op: Unary::Not | Unary::Neg, .. } => Flags::Makes,
            Inst::Select { words, .. } => {
                let bytes = words.iter().any(|word| matches!(word.other, Other::Byte(_)));
                if bytes { Flags::ReadsAndChanges } else { Flags::Reads }
            }
            Inst::TrapIf { .. } | Inst::Branch { .. } => Flags::Reads,
            Inst::Table { .. } => Flags::Changes,
            _ => Flags::Keeps,
        }
    }

    /// Whether it goes to other blocks.
    pub(crate) fn is_branch(&self) -> bool {
        matches!(self, Inst::Jump { .. } | Inst::Branch { .. } | Inst::Table { .. })
    }

    /// Whether it leaves the function.
    pub(crate) fn is_exit(&self) -> bool {
        matches!(self, Inst::Trap { .. } | Inst::Return { .. } | Inst::TailCall { .. })
    }

    /// The blocks that it goes to, in order, some perhaps more than once.
    pub(crate) fn targets(&self) -> Vec<BlockIndex> {
        match self {
            Inst::Jump { to } => vec![*to],
            Inst::Branch { yes, no, .. } => vec![*yes, *no],
            Inst::Table { targets, .. } => targets.clone(),
            _ => Vec::new(),
        }
    }

    /// Changes the blocks that it goes to.
    pub(crate) fn redirect(&mut self, to: impl Fn(BlockIndex) -> BlockIndex) {
        match self {
            Inst::Jump { to: block } => *block = to(*block),
            Inst::Branch { yes, no, .. } => {
                *yes = to(*yes);
                *no = to(*no);
            }
            Inst::Table { targets, .. } => targets.iter_mut().for_each(|block| *block = to(*block)),
            _ => {}
        }
    }
}
