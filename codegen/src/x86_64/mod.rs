//! The emitter for x86-64: System V psABI 1.0, section numbers of which stand where they matter.
//!
//! A function is emitted in one walk over its blocks: each instruction is selected and encoded at once.
//!
//! **Registers.** rax, rcx, rdx and xmm13 to xmm15 belong to the selector: no value has them, so expansions, divisions,
//! shifts and moves on edges always have somewhere to work. The others are the allocator's, but for rsp, which stays
//! where the prologue puts it; pieces of the frame are reached from it, also those in the red zone below.
//!
//! **What registers hold.** A value of an integer type occupies the low bits of a register; the bits above its width
//! are unspecified. An `i1` is a byte, 0 or 1. Floats occupy the low bits of a vector register. A word of the frame
//! holds what a register would. Values of 128 bits have 16 bytes of the frame.
//!
//! | file | what it emits |
//! |---|---|
//! | [`emit`] | a function: blocks, rows, what stands behind them |
//! | [`frame`] | prologue and epilogue |
//! | [`operand`] | values into registers, registers into values |
//! | [`moves`] | many moves at once |
//! | [`address`](operand) | addressing modes |
//! | [`control`], [`call`] | terminators, edges, traps; calls and what arrives |
//! | [`memory`], [`pointer`] | accesses; addresses as values |
//! | [`integer`], [`overflow`], [`compare`], [`bitwise`] | operations on integers up to 64 bits |
//! | [`wide`] | operations on 128 bits |
//! | [`help`] | calls of the runtime library |
//! | [`float`], [`minimum`], [`round`], [`half`] | operations on floats up to 64 bits |
//! | [`convert`], [`truncate`] | conversions from and to floats |
//! | [`status`] | status flags of floats |
//! | [`atomic`] | atomic accesses and fences |

pub(crate) mod address;
mod atomic;
mod bitwise;
mod call;
mod compare;
pub(crate) mod condition;
mod control;
mod convert;
mod emit;
pub(crate) mod encode;
mod float;
mod frame;
mod half;
mod help;
mod integer;
mod memory;
mod minimum;
mod moves;
mod operand;
mod overflow;
mod pointer;
pub(crate) mod register;
mod round;
mod status;
mod truncate;
mod wide;

pub(crate) use emit::function;

use crate::context::{Class, Context};
use crate::target::{Bank, Target};
use native_ir::{Body, InstData, Opcode, TypeKind, Value};

/// What the code may use, and how it reaches symbols.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct X86 {
    pub(crate) features: Features,
    pub(crate) pic: bool,
    /// Whether functions may use bytes below the stack pointer.
    pub(crate) red_zone: bool,
}

/// CPU features that change what is emitted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Features {
    pub(crate) sse41: bool,
    pub(crate) popcnt: bool,
    pub(crate) lzcnt: bool,
    pub(crate) bmi1: bool,
    pub(crate) fma: bool,
    pub(crate) f16c: bool,
}

impl Features {
    /// The features of a list of names; those that change nothing are left out.
    pub(crate) fn new(names: &[String]) -> Features {
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        Features {
            sse41: has("sse4.1"),
            popcnt: has("popcnt"),
            lzcnt: has("lzcnt"),
            bmi1: has("bmi1"),
            fma: has("fma"),
            f16c: has("f16c"),
        }
    }
}

impl Target for X86 {
    const CORE: Bank = Bank { clobbered: &[6, 7, 8, 9, 10, 11], preserved: &[3, 5, 12, 13, 14, 15] };
    const VECTOR: Bank = Bank { clobbered: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], preserved: &[] };

    const STACK_ALIGN: u32 = 16;

    fn class(kind: TypeKind) -> Class {
        match kind {
            TypeKind::F16 | TypeKind::F32 | TypeKind::F64 => Class::Vector,
            TypeKind::I128 | TypeKind::F128 => Class::Wide,
            TypeKind::Flags => Class::None,
            _ => Class::Core,
        }
    }

    fn sets_flags(kind: TypeKind) -> bool {
        !matches!(kind, TypeKind::F16 | TypeKind::F128)
    }

    fn clobbers(context: &Context<'_, Self>, body: &Body, data: &InstData, result: Value) -> bool {
        match data.opcode {
            Opcode::Call | Opcode::CallIndirect => true,
            _ => help::helper(context, body, data, result).is_some() || half::calls(context, body, data, result),
        }
    }
}
