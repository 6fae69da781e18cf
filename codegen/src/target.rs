//! What the parts that all targets share ask of a target.

use crate::context::{Class, Context};
use native_ir::{Body, InstData, TypeKind, Value};

/// Registers of one kind that values may have, as bits by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bank {
    /// Those that calls clobber, in the order in which they are taken.
    pub(crate) clobbered: &'static [u8],
    /// Those that calls leave alone, in the order in which they are taken.
    pub(crate) preserved: &'static [u8],
}

/// A target.
pub(crate) trait Target: Sized + Sync {
    /// Registers for integers and pointers.
    const CORE: Bank;
    /// Registers for floats.
    const VECTOR: Bank;

    /// The alignment of the stack pointer in the body of a function, in bytes.
    const STACK_ALIGN: u32;

    /// In which kind of place values of a kind live.
    fn class(kind: TypeKind) -> Class;

    /// Whether a compare of operands of a kind sets the machine's flags without a call.
    fn sets_flags(kind: TypeKind) -> bool;

    /// Whether an instruction clobbers the registers that calls clobber; `result` is its first result, if it has any.
    fn clobbers(context: &Context<'_, Self>, body: &Body, data: &InstData, result: Value) -> bool;
}
