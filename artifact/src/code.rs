//! A function's machine code, and the rows that belong to its bytes.

use crate::{Claim, UnwindRow};
use native_ir::{Func, Inst, Symbol, Trap};

/// What a relocation points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A function, import or data object of the module.
    Symbol(Symbol),
    /// A function of the runtime library, by its linker name: `__udivti3`.
    Helper(&'static str),
}

/// How a relocation is computed: S is the symbol's address, A the addend, P the address of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelocationKind {
    /// `S + A` in 8 bytes (`R_X86_64_64`).
    Absolute64,
    /// `S + A` in 4 bytes that are sign-extended (`R_X86_64_32S`).
    Absolute32Signed,
    /// `S + A - P` in 4 bytes (`R_X86_64_PC32`).
    Relative32,
    /// `S + A - P` in 4 bytes of a call or jump, by way of a stub when S is another object's (`R_X86_64_PLT32`).
    Branch32,
    /// Distance to the entry of S in the global offset table, in 4 bytes of a load with REX prefix
    /// (`R_X86_64_REX_GOTPCRELX`).
    GlobalOffset32,
    /// `S + A`, bit 0 set when S is a Thumb function, in 4 bytes of data (`R_ARM_ABS32`).
    Absolute32,
    /// `S + A - P` in the two halfwords of a `BL`, a multiple of 2 (`R_ARM_THM_CALL`). P is the first halfword; A is -4,
    /// because the processor counts from 4 bytes behind it.
    ThumbCall,
}

/// A field of the code that is known only when addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// The first byte of the field.
    pub offset: u32,
    /// How it is computed.
    pub kind: RelocationKind,
    /// What it points to.
    pub target: Reference,
    /// The addend.
    pub addend: i64,
}

/// An instruction that stops the program: executing it is the trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrapRow {
    /// Its first byte.
    pub offset: u32,
    /// The class.
    pub trap: Trap,
    /// The IR instruction that traps.
    pub inst: Inst,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// Where it returns to: the byte behind the call instruction.
    pub offset: u32,
    /// The IR instruction that calls, itself or through a helper.
    pub inst: Inst,
}

/// Bytes among the instructions that are none: constants, jump tables and their padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The first byte.
    pub offset: u32,
    /// How many bytes it has.
    pub bytes: u32,
}

/// A function's machine code.
#[derive(Clone, Debug)]
pub struct FunctionCode {
    /// The function.
    pub func: Func,
    /// Instructions, then, from [`FunctionCode::literals`] on, constants and jump tables.
    pub code: Vec<u8>,
    /// Where the instructions end.
    pub literals: u32,
    /// What lies among the instructions before that, in ascending order, where loads do not reach so far as the end.
    pub pools: Vec<Pool>,
    /// The alignment of the first byte, a power of two; literals are aligned under it.
    pub align: u32,
    /// Relocations in ascending order.
    pub relocations: Vec<Relocation>,
    /// Trapping instructions in ascending order.
    pub traps: Vec<TrapRow>,
    /// Calls in ascending order.
    pub calls: Vec<CallRow>,
    /// How to unwind, in ascending order.
    pub unwind: Vec<UnwindRow>,
    /// What the bytes are said to mean.
    pub claim: Claim,
}
