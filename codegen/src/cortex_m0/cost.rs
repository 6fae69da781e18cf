//! What allocated code costs, as far as allocations of the same code differ.

use super::inst::{Code, CodeBlock, Inst};

/// So many cycles outside of loops are worth a byte.
pub(super) const BYTE: u64 = 8;

/// How often a block runs that is in so many loops, for each time that the function does.
pub(super) fn weight(depth: u32) -> u64 {
    10u64.pow(depth.min(6))
}

/// Cycles, weighted by how deep in loops they are spent, and bytes, in one figure.
pub(super) fn cost(code: &Code) -> u64 {
    let block = |block: &CodeBlock| -> u64 {
        let of = |inst: &Inst| {
            let (bytes, cycles) = instruction(inst);
            BYTE * bytes + weight(block.depth) * cycles
        };
        block.lines.iter().map(|line| of(&line.inst)).sum()
    };
    code.blocks.iter().map(block).sum()
}

/// Bytes and cycles of what moves, spills, and makes constants; all else is the same in each allocation.
fn instruction(inst: &Inst) -> (u64, u64) {
    match *inst {
        Inst::Move { dst, src } if dst == src => (0, 0),
        Inst::Move { .. } | Inst::Const { value: 0..=255, .. } => (2, 1),
        Inst::Spill { .. } | Inst::Reload { .. } => (2, 2),
        // Most share their word in the pool.
        Inst::Const { .. } | Inst::Symbol { .. } => (3, 2),
        Inst::Jump { .. } | Inst::Branch { .. } | Inst::Entry { .. } => (0, 0),
        _ => (2, 1),
    }
}
