//! The machine IR: ARMv6-M instructions over registers that are virtual until they are allocated.
//!
//! Each [`Inst`] is one machine instruction or a short sequence that nothing may come between. A function is a
//! [`Code`]: blocks of instructions, of which the last one of each block alone is a terminator: a branch
//! ([`Inst::is_branch`]) or an exit ([`Inst::is_exit`]).
//!
//! **Registers.** [`Reg`] 0 to 15 are the machine's, all others virtual. Selection writes virtual ones; after
//! `allocate` only r0 to r7 are left in the fields of instructions. Every virtual register is 32 bits wide and is
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

use artifact::Reference;
use native_ir::{Slot, SpecialRegister, Trap};

/// A register: r0 to r15 by their number, or a virtual one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reg(pub(crate) u32);

impl Reg {
    const MACHINE: u32 = 16;

    /// A virtual register by its index.
    pub(crate) fn new_virtual(index: usize) -> Reg {
        Reg(index as u32 + Reg::MACHINE)
    }

    /// The index of a virtual register.
    pub(crate) fn virtual_index(self) -> Option<usize> {
        self.0.checked_sub(Reg::MACHINE).map(|index| index as usize)
    }

    /// The number of a machine register.
    pub(crate) fn number(self) -> u8 {
        debug_assert!(self.0 < Reg::MACHINE);
        self.0 as u8
    }
}

impl std::fmt::Debug for Reg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.virtual_index() {
            Some(index) => write!(f, "v{index}"),
            None => write!(f, "r{}", self.0),
        }
    }
}

/// What an instruction does with one of its registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Reads it.
    Use,
    /// Reads it, still after definitions are written.
    Late,
    /// Reads it, in this machine register.
    UseIn(u8),
    /// Writes it.
    Def,
    /// Writes it before the last use is read.
    Early,
    /// Writes it, in this machine register.
    DefIn(u8),
    /// Writes it, in the register of the use that is visited as this one from 0.
    Reuse(u8),
}

/// A condition code (ARM DDI 0419, A6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cond {
    /// Z
    Eq,
    /// not Z
    Ne,
    /// C: unsigned greater or equal
    Cs,
    /// not C: unsigned less
    Cc,
    /// N
    Mi,
    /// not N
    Pl,
    /// V
    Vs,
    /// not V
    Vc,
    /// C and not Z: unsigned greater
    Hi,
    /// not C or Z: unsigned less or equal
    Ls,
    /// N = V: signed greater or equal
    Ge,
    /// N ≠ V: signed less
    Lt,
    /// not Z and N = V: signed greater
    Gt,
    /// Z or N ≠ V: signed less or equal
    Le,
}

impl Cond {
    /// In the order of their codes.
    pub(crate) const ALL: [Cond; 14] = [
        Cond::Eq,
        Cond::Ne,
        Cond::Cs,
        Cond::Cc,
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

    /// Its four bits in a branch.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// The condition that holds exactly when this one does not.
    pub(crate) fn negate(self) -> Cond {
        Cond::ALL[usize::from(self.code() ^ 1)]
    }
}

/// Two-address operations: `op Rdn, Rm`. All set N and Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shift {
    /// `LSLS`, 1 to 31.
    Lsl,
    /// `LSRS`, 1 to 32.
    Lsr,
    /// `ASRS`, 1 to 32.
    Asr,
}

/// One-operand operations: `op Rd, Rm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A word, or the beginning of bytes, of the frame or of what the caller left there. `Frame::offset` says how far from
/// the stack pointer it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cell {
    /// So many bytes into the area for arguments of calls, which begins at the stack pointer.
    Outgoing(u32),
    /// A word of the allocator, by index.
    Spill(u32),
    /// So many bytes into a stack slot.
    Slot(Slot, u32),
    /// So many bytes into the area of copies and other things that selection wants.
    Own(u32),
    /// So many bytes into the arguments that arrived on the stack.
    Incoming(u32),
}

/// What a load or store accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// `[base, #offset]`: a multiple of the width, at most 31 times the width. Not for signed loads.
    Offset(Reg, u8),
    /// `[base, index]`
    Index(Reg, Reg),
    /// `[sp, #…]`: a word of the frame, for words only. The encoder finds the form that reaches it; one that is out of
    /// reach of `[sp, #imm8]` takes more instructions, none of which changes flags.
    Cell(Cell),
}

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// `BL` with a relocation.
    Direct(Reference),
    /// `BLX` of r0 to r7: a use that is none of the arguments' registers.
    Indirect(Reg),
}

/// Operations of the core without registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// `ADDS Rd, Rn, Rm`; sets all flags.
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

    /// Visits each register with what the instruction does with it: uses before definitions.
    pub(crate) fn visit(&mut self, see: &mut impl FnMut(&mut Reg, Role)) {
        match self {
            Inst::Entry { params } => {
                params.iter_mut().for_each(|(reg, number)| see(reg, Role::DefIn(*number)));
            }
            Inst::Const { dst, .. }
            | Inst::Symbol { dst, .. }
            | Inst::FrameAddress { dst, .. }
            | Inst::Borrow { dst }
            | Inst::ReadSpecial { dst, .. }
            | Inst::Reload { dst, .. } => see(dst, Role::Def),
            Inst::Move { dst, src } | Inst::Shift { dst, src, .. } | Inst::Unary { dst, src, .. } => {
                see(src, Role::Use);
                see(dst, Role::Def);
            }
            Inst::Add { dst, a, b } | Inst::Sub { dst, a, b } => {
                see(a, Role::Use);
                see(b, Role::Use);
                see(dst, Role::Def);
            }
            Inst::AddImm { dst, src, imm } => {
                see(src, Role::Use);
                see(dst, if (-7..=7).contains(imm) { Role::Def } else { Role::Reuse(0) });
            }
            Inst::Alu { dst, a, b, .. } => {
                see(a, Role::Use);
                see(b, Role::Use);
                see(dst, Role::Reuse(0));
            }
            Inst::Cmp { a, b } | Inst::Cmn { a, b } | Inst::Tst { a, b } => {
                see(a, Role::Use);
                see(b, Role::Use);
            }
            Inst::CmpImm { a, .. } => see(a, Role::Use),
            Inst::Load { dst, address, .. } => {
                address.visit(see);
                see(dst, Role::Def);
            }
            Inst::Store { src, address, .. } => {
                see(src, Role::Use);
                address.visit(see);
            }
            Inst::Select { words, .. } => visit_select(words, see),
            Inst::Call { callee, args, results, .. } => {
                if let Callee::Indirect(target) = callee {
                    see(target, Role::Use);
                }
                args.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
                results.iter_mut().for_each(|(reg, number)| see(reg, Role::DefIn(*number)));
            }
            Inst::WriteSpecial { src, .. } | Inst::Spill { src, .. } => see(src, Role::Use),
            Inst::Table { index, temp, .. } => {
                see(index, Role::Use);
                see(temp, Role::Early);
            }
            Inst::Return { values } => {
                values.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
            }
            Inst::TailCall { target, args, .. } => {
                see(target, Role::Use);
                args.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
            }
            Inst::TrapIf { .. }
            | Inst::System(_)
            | Inst::Jump { .. }
            | Inst::Branch { .. }
            | Inst::Trap { .. } => {}
        }
    }
}

/// All `then` come first, so that each definition knows the number of its own. Of several words the second is read when
/// the first is written.
fn visit_select(words: &mut [Word], see: &mut impl FnMut(&mut Reg, Role)) {
    words.iter_mut().for_each(|word| see(&mut word.then, Role::Use));
    let role = if words.len() > 1 { Role::Late } else { Role::Use };
    for word in words.iter_mut() {
        if let Other::Reg(other) = &mut word.other {
            see(other, role);
        }
    }
    for (index, word) in words.iter_mut().enumerate() {
        see(&mut word.dst, Role::Reuse(index as u8));
    }
}

impl Address {
    fn visit(&mut self, see: &mut impl FnMut(&mut Reg, Role)) {
        match self {
            Address::Offset(base, _) => see(base, Role::Use),
            Address::Index(base, index) => {
                see(base, Role::Use);
                see(index, Role::Use);
            }
            Address::Cell(_) => {}
        }
    }
}

/// An instruction with the IR instruction that it belongs to; none in what the function does before its first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) inst: Inst,
    pub(crate) source: Option<native_ir::Inst>,
}

/// A block of machine instructions.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeBlock {
    /// The block of the IR that begins here; none for blocks that selection makes for edges and switches.
    pub(crate) block: Option<native_ir::Block>,
    /// How many loops it is in.
    pub(crate) depth: u32,
    /// Instructions, the last one a terminator.
    pub(crate) lines: Vec<Line>,
    /// Registers that edges to this block write; empty after allocation.
    pub(crate) params: Vec<Reg>,
    /// What the terminator, which then is a [`Inst::Jump`], passes to the parameters of its target; empty after
    /// allocation.
    pub(crate) args: Vec<Reg>,
}

/// A function in machine IR. Before allocation blocks stand in the order of selection, the entry first; after it in the
/// order of emission, and a block goes to the next one by a [`Inst::Jump`] or a [`Inst::Branch`] whose code the encoder
/// leaves out, wholly or for one of its targets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    pub(crate) blocks: Vec<CodeBlock>,
    /// How many virtual registers there are.
    pub(crate) registers: usize,
    /// Which values the registers hold, and which word of them, in the order of their definition.
    pub(crate) values: Vec<(Reg, native_ir::Value, u8)>,
}
