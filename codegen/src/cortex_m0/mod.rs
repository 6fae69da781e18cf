//! The emitter for Cortex-M0: ARMv6-M (ARM DDI 0419), arguments as AAPCS32 has them.
//!
//! A function goes through selection ([`lower`]), allocation of registers ([`allocate`]) and encoding ([`emit`]).
//!
//! | file | what it does |
//! |---|---|
//! | [`inst`] | the machine IR |
//! | [`lower`], [`select`] | selection: blocks, registers, constants; which opcode is selected how |
//! | [`integer`], [`bits`], [`compare`], [`wide`], [`float`] | operations |
//! | [`memory`], [`atomic`] | accesses, addresses; atomic ones, operations of the core |
//! | [`control`], [`call`], [`help`] | terminators; calls and what arrives; the runtime library |
//! | [`frame`] | what is where on the stack |
//! | [`emit`] | allocated machine IR to code with its rows |
//! | [`encode`] | instructions as halfwords |
//! | [`buffer`] | labels, branches, constants and rows of one function |

mod atomic;
mod bits;
pub(crate) mod buffer;
mod call;
mod compare;
mod control;
pub(crate) mod emit;
pub(crate) mod encode;
mod float;
pub(crate) mod frame;
mod help;
pub(crate) mod inst;
mod integer;
mod lower;
mod memory;
mod select;
mod wide;

use crate::context::{Class, Context};
use crate::target::{Bank, Target};
use native_ir::{Body, InstData, TypeKind, Value};

/// The target has nothing to choose.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct M0;

impl Target for M0 {
    // Registers are not given by value here.
    const CORE: Bank = Bank { clobbered: &[], preserved: &[] };
    const VECTOR: Bank = Bank { clobbered: &[], preserved: &[] };

    const STACK_ALIGN: u32 = 8;

    fn class(_: TypeKind) -> Class {
        Class::Core
    }

    fn sets_flags(_: TypeKind) -> bool {
        true
    }

    fn clobbers(_: &Context<'_, Self>, _: &Body, _: &InstData, _: Value) -> bool {
        false
    }
}
