//! The order of blocks, when registers are allocated.
//!
//! Blocks that only go on to others are skipped. Then blocks are chained, so that as many as possible walk on into the
//! next one, those in inner loops first; a chain follows another in the order of their first blocks.

use super::allocate::{Allocated, reorder};
use super::inst::{BlockIndex, CodeBlock, Inst};

/// Orders the blocks of a function.
pub(super) fn place(allocated: &mut Allocated) {
    skip(&mut allocated.code.blocks);
    let order = order(&allocated.code.blocks);
    reorder(allocated, &order);
}

/// Where a block leads to when it does nothing but go on.
fn onward(block: &CodeBlock) -> Option<BlockIndex> {
    let (last, before) = block.lines.split_last()?;
    let nothing = before.iter().all(|line| matches!(line.inst, Inst::Move { dst, src } if dst == src));
    match last.inst {
        Inst::Jump { to } if nothing => Some(to),
        _ => None,
    }
}

/// For each block where the way from it leads that does nothing. A circle of blocks that do nothing ends anywhere in it.
fn ends(onward: &[Option<BlockIndex>]) -> Vec<BlockIndex> {
    let mut ends: Vec<Option<BlockIndex>> = vec![None; onward.len()];
    let mut path = Vec::new();
    for start in 0..onward.len() as BlockIndex {
        let mut at = start;
        let end = loop {
            if let Some(&Some(end)) = ends.get(at as usize) {
                break end;
            }
            // Where the way comes back to itself it ends here.
            ends[at as usize] = Some(at);
            path.push(at);
            match onward.get(at as usize) {
                Some(&Some(next)) => at = next,
                _ => break at,
            }
        };
        path.drain(..).for_each(|block| ends[block as usize] = Some(end));
    }
    ends.into_iter().zip(0..).map(|(end, block)| end.unwrap_or(block)).collect()
}

/// Whether the way from a block that does nothing comes to its end through no other block of the IR, which would be the one
/// that the end belongs to.
fn leads_alone(blocks: &[CodeBlock], onward: &[Option<BlockIndex>], start: usize, end: BlockIndex) -> bool {
    let mut at = start;
    // A way is no longer than there are blocks.
    for _ in 0..blocks.len() {
        let Some(next) = onward.get(at).copied().flatten() else { return false };
        if blocks.get(next as usize).is_none_or(|next| next.block.is_some()) {
            return false;
        }
        if next == end {
            return true;
        }
        at = next as usize;
    }
    false
}

/// Redirects all terminators to where something happens.
fn skip(blocks: &mut [CodeBlock]) {
    let onward: Vec<Option<BlockIndex>> = blocks.iter().map(onward).collect();
    let ends = ends(&onward);
    // Where all that is done for a block of the IR stands in one that selection made for it, the block begins there.
    for (index, &end) in ends.iter().enumerate() {
        let name = blocks[index].block;
        if name.is_some() && leads_alone(blocks, &onward, index, end) {
            blocks[end as usize].block = name;
        }
    }
    for block in blocks {
        let Some(line) = block.lines.last_mut() else { continue };
        line.inst.redirect(|to| ends.get(to as usize).copied().unwrap_or(to));
        if let Inst::Branch { yes, no, .. } = line.inst
            && yes == no
        {
            line.inst = Inst::Jump { to: yes };
        }
    }
}

/// Which blocks follow which.
struct Chains {
    next: Vec<Option<BlockIndex>>,
    previous: Vec<Option<BlockIndex>>,
    /// For each block another one of its chain; its own index at the representative.
    same: Vec<BlockIndex>,
}

impl Chains {
    fn representative(&mut self, block: BlockIndex) -> BlockIndex {
        let mut at = block;
        while self.same[at as usize] != at {
            let up = self.same[at as usize];
            self.same[at as usize] = self.same[up as usize];
            at = up;
        }
        at
    }

    /// Has a block follow another, when both are free to and the chain does not close.
    fn join(&mut self, from: BlockIndex, to: BlockIndex) {
        let free = self.next[from as usize].is_none() && self.previous[to as usize].is_none();
        let (one, other) = (self.representative(from), self.representative(to));
        // The entry comes first of all.
        if free && one != other && to != 0 {
            self.next[from as usize] = Some(to);
            self.previous[to as usize] = Some(from);
            self.same[other as usize] = one;
        }
    }
}

/// Blocks that are reached, in the order of emission.
fn order(blocks: &[CodeBlock]) -> Vec<BlockIndex> {
    let count = blocks.len();
    let reached = reached(blocks);
    let mut edges = Vec::new();
    for (from, block) in blocks.iter().enumerate().filter(|&(from, _)| reached[from]) {
        let depth = |to: BlockIndex| blocks.get(to as usize).map_or(0, |to| to.depth.min(block.depth));
        match block.lines.last().map(|line| &line.inst) {
            Some(&Inst::Jump { to }) => edges.push((depth(to), 1, from as BlockIndex, to)),
            Some(&Inst::Branch { yes, no, .. }) => {
                edges.push((depth(no), 0, from as BlockIndex, no));
                edges.push((depth(yes), 0, from as BlockIndex, yes));
            }
            _ => {}
        }
    }
    edges.sort_by_key(|&(depth, jump, ..)| std::cmp::Reverse((depth, jump)));
    let mut chains =
        Chains { next: vec![None; count], previous: vec![None; count], same: (0..count as BlockIndex).collect() };
    for (_, _, from, to) in edges {
        chains.join(from, to);
    }
    let mut order = Vec::with_capacity(count);
    let mut placed = vec![false; count];
    for block in (0..count).filter(|&block| reached[block]) {
        if placed[block] {
            continue;
        }
        let mut at = block as BlockIndex;
        while let Some(previous) = chains.previous[at as usize] {
            at = previous;
        }
        let mut at = Some(at);
        while let Some(block) = at {
            placed[block as usize] = true;
            order.push(block);
            at = chains.next[block as usize];
        }
    }
    order
}

/// Which blocks are reached from the first.
pub(super) fn reached(blocks: &[CodeBlock]) -> Vec<bool> {
    let mut reached = vec![false; blocks.len()];
    let mut waiting = vec![0];
    while let Some(block) = waiting.pop() {
        let Some(seen) = reached.get_mut(block as usize) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Some(line) = blocks.get(block as usize).and_then(|block| block.lines.last()) {
            waiting.extend(line.inst.targets());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_that_do_nothing_end_even_in_circles() {
        assert_eq!(ends(&[Some(1), Some(2), None, Some(4), Some(3), Some(3)]), [2, 2, 2, 3, 3, 3]);
    }
}
