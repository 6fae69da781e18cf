//! Functions of machine instructions.

use super::{Inst, Reg};

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
