//! The shape of a function: which block goes where, and which blocks dominate which.
//!
//! Dominators are computed by a simple iteration (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001)
//! and not by the verifier's algorithm, which is tested with what comes of it.

use crate::{Config, Source};

/// The blocks of a function by index; block 0 is the entry.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// For each block the targets of its edges.
    pub(crate) successors: Vec<Vec<usize>>,
    /// For each block its immediate dominator; nothing for the entry and for blocks that are not reached.
    pub(crate) idom: Vec<Option<usize>>,
    /// Every block, immediate dominators before what they dominate, those that are not reached last.
    pub(crate) order: Vec<usize>,
}

impl Graph {
    /// A graph of any kind: loops, irreducible ones too, self-loops, switches, parallel edges, unreachable blocks.
    pub(crate) fn random(source: &mut Source<'_>, config: &Config<'_>) -> Graph {
        let blocks = source.between(1, config.blocks.max(1));
        Graph::of((0..blocks).map(|block| targets(source, config, block, blocks)).collect())
    }

    pub(crate) fn of(successors: Vec<Vec<usize>>) -> Graph {
        let mut order = reverse_postorder(&successors);
        let idom = immediate_dominators(&successors, &order);
        let mut reached = vec![false; successors.len()];
        order.iter().for_each(|&block| reached[block] = true);
        order.extend((0..successors.len()).filter(|&block| !reached[block]));
        Graph { successors, idom, order }
    }

    /// Whether a path leads from the entry to the block.
    pub(crate) fn is_reached(&self, block: usize) -> bool {
        block == 0 || self.idom[block].is_some()
    }
}

/// The targets of a block's edges. The entry is no target.
fn targets(source: &mut Source<'_>, config: &Config<'_>, block: usize, blocks: usize) -> Vec<usize> {
    let first = if config.loops { 1 } else { block + 1 };
    if first >= blocks {
        return Vec::new();
    }
    let count = match source.below(12) {
        0 | 1 => 0,
        2..=5 => 1,
        6..=10 => 2,
        _ => source.between(1, 6),
    };
    let mut targets: Vec<usize> = (0..count).map(|_| source.between(first, blocks - 1)).collect();
    // Without a thread through the blocks, most of them would not be reached.
    if let Some(target) = targets.first_mut().filter(|_| block + 1 < blocks && source.chance(70)) {
        *target = block + 1;
    }
    targets
}

fn reverse_postorder(successors: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; successors.len()];
    let mut order = Vec::with_capacity(successors.len());
    let mut stack = vec![(0, 0)];
    seen[0] = true;
    while let Some((block, edge)) = stack.pop() {
        match successors[block].get(edge) {
            Some(&target) => {
                stack.push((block, edge + 1));
                if !std::mem::replace(&mut seen[target], true) {
                    stack.push((target, 0));
                }
            }
            None => order.push(block),
        }
    }
    order.reverse();
    order
}

fn immediate_dominators(successors: &[Vec<usize>], order: &[usize]) -> Vec<Option<usize>> {
    let mut number = vec![usize::MAX; successors.len()];
    order.iter().enumerate().for_each(|(index, &block)| number[block] = index);
    let mut predecessors = vec![Vec::new(); successors.len()];
    for &block in order {
        successors[block].iter().for_each(|&target| predecessors[target].push(block));
    }
    let mut idom: Vec<Option<usize>> = vec![None; successors.len()];
    idom[0] = Some(0);
    let mut changed = true;
    while changed {
        changed = false;
        for &block in &order[1..] {
            let known = predecessors[block].iter().copied().filter(|&from| idom[from].is_some());
            let new = known.reduce(|a, b| intersect(&idom, &number, a, b));
            changed |= idom[block] != new;
            idom[block] = new;
        }
    }
    idom[0] = None;
    idom
}

/// The closest block that dominates both.
fn intersect(idom: &[Option<usize>], number: &[usize], mut a: usize, mut b: usize) -> usize {
    while a != b {
        let higher = if number[a] > number[b] { &mut a } else { &mut b };
        *higher = idom[*higher].unwrap_or(0);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dominators_of_an_irreducible_graph_with_an_unreachable_block() {
        let graph = Graph::of(vec![vec![1, 2], vec![2, 3], vec![1], vec![3], vec![3]]);
        assert_eq!(graph.idom, [None, Some(0), Some(0), Some(1), None]);
        assert_eq!(graph.order.last(), Some(&4));
        assert!(!graph.is_reached(4) && graph.is_reached(3));
        let at = |block| graph.order.iter().position(|&b| b == block);
        assert!(at(0) < at(1) && at(1) < at(3));
    }
}
