//! The order in which blocks are emitted.
//!
//! **Invariant.** Each block but the entry stands behind one of its predecessors, so a path of earlier blocks leads to
//! it, and what dominates a block stands before it. Blocks that no path reaches are left out.
//!
//! The layout is kept where it has that property, as front ends lay code out; else it is a reverse postorder.

use native_ir::{Block, Body, EdgeData, EntityRef, InstData};

const NONE: u32 = u32::MAX;

/// Blocks in the order of emission. Filled again for each function, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub struct Order {
    /// Reachable blocks; the first is the entry.
    pub blocks: Vec<Block>,
    /// For each block its index in `blocks`.
    numbers: Vec<u32>,
    /// A depth-first search: the block, and how many of its edges are left.
    stack: Vec<(Block, usize)>,
}

/// The edges of a block of a verified body.
pub fn edges_of(body: &Body, block: Block) -> &[EdgeData] {
    let last = body.blocks[block].insts().next_back();
    let range = last.and_then(|inst| body.insts.get(inst)).map_or(0..0, InstData::edge_range);
    body.edges.values().as_slice().get(range).unwrap_or(&[])
}

impl Order {
    /// Orders the blocks of a verified body.
    pub fn compute(&mut self, body: &Body) {
        self.blocks.clear();
        if !self.keep_layout(body) {
            self.search(body);
        }
        self.numbers.fill(NONE);
        for (number, &block) in self.blocks.iter().enumerate() {
            self.numbers[block.index()] = number as u32;
        }
    }

    /// The index of a block; `u32::MAX` for blocks that are not reachable.
    #[inline]
    pub fn number(&self, block: Block) -> u32 {
        self.numbers[block.index()]
    }

    fn forget(&mut self, body: &Body) {
        self.blocks.clear();
        self.numbers.clear();
        self.numbers.resize(body.blocks.len(), NONE);
        if let Some(entry) = self.numbers.first_mut() {
            *entry = 0;
        }
    }

    /// Takes the layout. False where a block is reached from later ones only.
    fn keep_layout(&mut self, body: &Body) -> bool {
        self.forget(body);
        for block in body.blocks.keys() {
            if self.numbers[block.index()] == NONE {
                continue;
            }
            self.blocks.push(block);
            for edge in edges_of(body, block) {
                let target = &mut self.numbers[edge.block.index()];
                if *target == NONE && edge.block < block {
                    return false;
                }
                *target = 0;
            }
        }
        true
    }

    fn search(&mut self, body: &Body) {
        self.forget(body);
        let Some(entry) = body.blocks.keys().next() else { return };
        self.stack.push((entry, edges_of(body, entry).len()));
        while let Some((block, left)) = self.stack.pop() {
            // Last edge first, so that the first target comes right behind its block.
            let Some(edge) = left.checked_sub(1) else {
                self.blocks.push(block);
                continue;
            };
            self.stack.push((block, edge));
            let target = edges_of(body, block)[edge].block;
            if std::mem::replace(&mut self.numbers[target.index()], 0) == NONE {
                self.stack.push((target, edges_of(body, target).len()));
            }
        }
        self.blocks.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::Opcode;
    use native_ir::{BlockData, Inst, Name};
    use proptest::prelude::*;

    /// A body that has these edges and nothing else.
    fn graph(successors: &[Vec<usize>]) -> Body {
        let mut body = Body::default();
        for targets in successors {
            let mut last = InstData::new(Opcode::Switch);
            last.words = [0, body.edges.len() as u32, targets.len() as u32];
            let first = body.insts.push(last);
            let end_inst = Inst::new(first.index() + 1);
            body.blocks.push(BlockData {
                first_inst: first,
                end_inst,
                defined: true,
                ..BlockData::undefined(Name::NONE)
            });
            for &target in targets {
                body.edges.push(EdgeData::new(Block::new(target), 0..0, None));
            }
        }
        body
    }

    fn order(successors: &[Vec<usize>]) -> Vec<usize> {
        let mut order = Order::default();
        order.compute(&graph(successors));
        order.blocks.iter().map(|block| block.index()).collect()
    }

    #[test]
    fn a_layout_with_earlier_predecessors_is_kept_without_what_is_not_reached() {
        assert_eq!(order(&[vec![1, 3], vec![4], vec![4], vec![1, 3], vec![]]), [0, 1, 3, 4]);
    }

    #[test]
    fn another_layout_becomes_a_reverse_postorder() {
        assert_eq!(order(&[vec![3], vec![2], vec![], vec![1]]), [0, 3, 1, 2]);
    }

    #[test]
    fn the_first_target_comes_first() {
        assert_eq!(order(&[vec![3], vec![], vec![], vec![2, 1]]), [0, 3, 2, 1]);
    }

    proptest! {
        #[test]
        fn each_block_stands_behind_a_predecessor(
            successors in (1usize..14)
                .prop_flat_map(|n| proptest::collection::vec(proptest::collection::vec(0..n, 0..4), n))
        ) {
            let mut reached = vec![false; successors.len()];
            let mut work = vec![0];
            while let Some(block) = work.pop() {
                if !std::mem::replace(&mut reached[block], true) {
                    work.extend(&successors[block]);
                }
            }
            let order = order(&successors);
            prop_assert_eq!(order.len(), reached.iter().filter(|&&reached| reached).count());
            for (number, &block) in order.iter().enumerate() {
                prop_assert!(reached[block]);
                prop_assert!(!order[..number].contains(&block));
                prop_assert!(number == 0 || order[..number].iter().any(|&from| successors[from].contains(&block)));
            }
        }
    }
}
