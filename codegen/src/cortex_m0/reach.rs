//! Blocks that no path leads to go: those behind branches on constants. The allocator wants each block to be reached.

use super::inst::{BlockIndex, Code};

/// Drops the blocks that are not reached from the first.
pub(super) fn drop_unreached(code: &mut Code) {
    let reached = reached(code);
    if reached.iter().all(|reached| *reached) {
        return;
    }
    let mut next = 0;
    let numbers: Vec<BlockIndex> = reached
        .iter()
        .map(|reached| {
            let number = next;
            next += BlockIndex::from(*reached);
            number
        })
        .collect();
    let mut index = 0..;
    code.blocks.retain(|_| index.next().is_some_and(|index: usize| reached.get(index) == Some(&true)));
    for line in code.blocks.iter_mut().filter_map(|block| block.lines.last_mut()) {
        line.inst.redirect(|to| numbers.get(to as usize).copied().unwrap_or(to));
    }
}

/// Which blocks are reached.
fn reached(code: &Code) -> Vec<bool> {
    let mut reached = vec![false; code.blocks.len()];
    let mut open = vec![0];
    while let Some(block) = open.pop() {
        let Some(seen) = reached.get_mut(block as usize) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Some(line) = code.blocks.get(block as usize).and_then(|block| block.lines.last()) {
            open.extend(line.inst.targets());
        }
    }
    reached
}
