//! `NATIVE_IR_TYPE/dominance`, and the dominator tree behind it, which later passes use too.
//!
//! Two ways, both `m log n` at worst for `n` blocks and `m` edges, both over arrays and without recursion:
//!
//! - Where each block stands behind one of its predecessors and every edge back goes to a dominator, as front ends lay
//!   loops out, the edges forward alone decide: no simple path takes one back. One pass in layout order finds the
//!   nearest common dominator of the predecessors of each block, with Myers' jump pointers ("An Applicative
//!   Random-Access Stack", 1983).
//! - Else, on any graph, by the simple algorithm of Lengauer and Tarjan ("A Fast Algorithm for Finding Dominators in a
//!   Flowgraph", 1979).

use native_ir::{Block, Body, EdgeData, EntityRef};

const NONE: u32 = u32::MAX;

/// The dominator tree of a function. Kept and filled again, it allocates nothing once it is large enough.
#[derive(Clone, Debug, Default)]
pub struct Dominators {
    /// For each block its interval in a preorder of the tree: it dominates the blocks whose start lies inside.
    intervals: Vec<(u32, u32)>,
    /// For each block its depth-first number.
    number: Vec<u32>,
    /// The block of each depth-first number.
    block: Vec<u32>,
    /// By depth-first number: parent in the depth-first tree.
    parent: Vec<u32>,
    semi: Vec<u32>,
    idom: Vec<u32>,
    label: Vec<u32>,
    ancestor: Vec<u32>,
    /// By depth-first number: the first vertex whose semidominator it is, and the next one of the same.
    bucket: Vec<u32>,
    next: Vec<u32>,
    /// By block: the first edge to it; by edge: the next one to the same block, and the depth-first number it is from.
    first_edge: Vec<u32>,
    next_edge: Vec<u32>,
    edge_from: Vec<u32>,
    stack: Vec<(u32, u32, u32)>,
    path: Vec<u32>,
    /// By block, in layout order: what finds common dominators.
    nodes: Vec<Node>,
}

/// A block in the tree that grows in layout order.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The immediate dominator, as far as it is known.
    idom: u32,
    depth: u32,
    /// A dominator further up, chosen so that any is reached in logarithmic time.
    jump: u32,
}

/// The edges of a block: the first, and the one after the last.
pub(crate) type EdgeRange = (u32, u32);

impl Dominators {
    /// The dominator tree of a verified function's body.
    pub fn new(body: &Body) -> Dominators {
        let edges = |(_, block): (Block, &native_ir::BlockData)| {
            let last = block.insts().next_back().and_then(|inst| body.insts.get(inst));
            let range = last.map_or(0..0, native_ir::InstData::edge_range);
            (range.start as u32, range.end as u32)
        };
        let ranges: Vec<EdgeRange> = body.layout().map(edges).collect();
        let mut dominators = Dominators::default();
        dominators.compute(body, &ranges);
        dominators
    }

    /// Whether every path from the entry to `b` goes through `a`. Holds for each `a` when `b` is not reachable.
    #[inline]
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        let (start, _) = self.interval(b);
        let (first, end) = self.interval(a);
        start == NONE || (first <= start && start < end)
    }

    #[inline]
    fn interval(&self, block: Block) -> (u32, u32) {
        self.intervals.get(block.index()).copied().unwrap_or((NONE, 0))
    }

    /// Whether a path leads from the entry to the block.
    pub fn is_reachable(&self, block: Block) -> bool {
        self.interval(block).0 != NONE
    }

    /// The immediate dominator; none for the entry and for blocks that are not reachable.
    pub fn immediate_dominator(&self, block: Block) -> Option<Block> {
        match self.number.get(block.index()) {
            None | Some(&NONE) | Some(&0) => None,
            Some(&number) => Some(Block::from_u32(self.block[self.idom[number as usize] as usize])),
        }
    }

    /// Fills the tree for a body whose blocks have these edges. Targets that do not exist are left out.
    pub(crate) fn compute(&mut self, body: &Body, edges: &[EdgeRange]) {
        let blocks = edges.len();
        self.intervals.clear();
        self.intervals.resize(blocks, (NONE, 0));
        self.number.clear();
        self.number.resize(blocks, NONE);
        if blocks == 0 {
            return;
        }
        let targets = body.edges.values().as_slice();
        if !self.in_layout_order(targets, edges) {
            self.depth_first(targets, edges);
            self.find_immediate_dominators();
        }
        self.number_tree();
    }

    /// The tree by the edges forward alone. False, with nothing found, where they do not decide.
    fn in_layout_order(&mut self, targets: &[EdgeData], edges: &[EdgeRange]) -> bool {
        self.nodes.clear();
        self.nodes.resize(edges.len(), Node { idom: NONE, depth: 0, jump: 0 });
        self.nodes[0].idom = 0;
        for (block, &(start, end)) in edges.iter().enumerate() {
            if self.nodes[block].idom == NONE {
                return false;
            }
            self.place(block);
            for edge in &targets[start as usize..end as usize] {
                let target = edge.block.index();
                let Some(&Node { idom, .. }) = self.nodes.get(target) else { continue };
                if target > block {
                    let common = if idom == NONE { block as u32 } else { self.common(idom, block as u32) };
                    self.nodes[target].idom = common;
                } else if self.common(target as u32, block as u32) != target as u32 {
                    return false;
                }
            }
        }
        self.block.clear();
        self.block.extend(0..edges.len() as u32);
        self.number.copy_from_slice(&self.block);
        self.idom.clear();
        self.idom.extend(self.nodes.iter().map(|node| node.idom));
        for list in [&mut self.semi, &mut self.label] {
            list.clear();
            list.resize(edges.len(), 0);
        }
        true
    }

    /// Gives a block whose immediate dominator is known its place in the tree.
    fn place(&mut self, block: usize) {
        let above = self.nodes[block].idom;
        if block == 0 {
            return;
        }
        let parent = self.nodes[above as usize];
        let jump = self.nodes[parent.jump as usize];
        let even = parent.depth - jump.depth == jump.depth - self.nodes[jump.jump as usize].depth;
        let node = &mut self.nodes[block];
        node.depth = parent.depth + 1;
        node.jump = if even { jump.jump } else { above };
    }

    /// The nearest common dominator of two blocks that have their places.
    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        let node = |block: u32| self.nodes[block as usize];
        if node(a).depth < node(b).depth {
            (a, b) = (b, a);
        }
        while node(a).depth > node(b).depth {
            let jump = node(a).jump;
            a = if node(jump).depth >= node(b).depth { jump } else { node(a).idom };
        }
        while a != b {
            let jumps = (node(a).jump, node(b).jump);
            (a, b) = if jumps.0 == jumps.1 { (node(a).idom, node(b).idom) } else { jumps };
        }
        a
    }

    /// Numbers the reachable blocks in depth-first order, and notes each edge between them at its target.
    fn depth_first(&mut self, targets: &[EdgeData], edges: &[EdgeRange]) {
        self.block.clear();
        self.parent.clear();
        self.stack.clear();
        self.first_edge.clear();
        self.first_edge.resize(edges.len(), NONE);
        for list in [&mut self.next_edge, &mut self.edge_from] {
            list.clear();
            list.resize(targets.len(), NONE);
        }
        self.visit(0, 0, edges);
        while let Some((number, edge, end)) = self.stack.pop() {
            if edge == end {
                continue;
            }
            self.stack.push((number, edge + 1, end));
            let target = targets[edge as usize].block.index();
            let Some(first) = self.first_edge.get_mut(target) else { continue };
            self.next_edge[edge as usize] = std::mem::replace(first, edge);
            self.edge_from[edge as usize] = number;
            if self.number[target] == NONE {
                self.visit(target, number, edges);
            }
        }
    }

    fn visit(&mut self, block: usize, parent: u32, edges: &[EdgeRange]) {
        let number = self.block.len() as u32;
        self.number[block] = number;
        self.block.push(block as u32);
        self.parent.push(parent);
        let (start, end) = edges[block];
        self.stack.push((number, start, end));
    }

    fn find_immediate_dominators(&mut self) {
        let reachable = self.block.len();
        for list in [&mut self.semi, &mut self.label] {
            list.clear();
            list.extend(0..reachable as u32);
        }
        for list in [&mut self.ancestor, &mut self.bucket, &mut self.next] {
            list.clear();
            list.resize(reachable, NONE);
        }
        self.idom.clear();
        self.idom.resize(reachable, 0);
        for vertex in (1..reachable).rev() {
            self.find_semidominator(vertex);
            let parent = self.parent[vertex] as usize;
            self.ancestor[vertex] = parent as u32;
            // All vertices whose semidominator is the parent are below it now.
            let mut below = std::mem::replace(&mut self.bucket[parent], NONE);
            while below != NONE {
                let least = self.evaluate(below);
                let semi = self.semi[below as usize];
                self.idom[below as usize] = if self.semi[least as usize] < semi { least } else { parent as u32 };
                below = self.next[below as usize];
            }
        }
        for vertex in 1..reachable {
            if self.idom[vertex] != self.semi[vertex] {
                self.idom[vertex] = self.idom[self.idom[vertex] as usize];
            }
        }
    }

    fn find_semidominator(&mut self, vertex: usize) {
        let mut semi = self.semi[vertex];
        let mut edge = self.first_edge[self.block[vertex] as usize];
        while edge != NONE {
            let least = self.evaluate(self.edge_from[edge as usize]);
            semi = semi.min(self.semi[least as usize]);
            edge = self.next_edge[edge as usize];
        }
        self.semi[vertex] = semi;
        if semi == self.parent[vertex] {
            // No path goes around the parent.
            self.idom[vertex] = semi;
        } else {
            self.next[vertex] = std::mem::replace(&mut self.bucket[semi as usize], vertex as u32);
        }
    }

    /// The vertex with the least semidominator on the path to the root of `vertex`'s tree, which is compressed.
    #[inline]
    fn evaluate(&mut self, vertex: u32) -> u32 {
        let parent = self.ancestor[vertex as usize];
        if parent == NONE || self.ancestor[parent as usize] == NONE {
            return self.label[vertex as usize];
        }
        self.compress(vertex)
    }

    fn compress(&mut self, vertex: u32) -> u32 {
        self.path.clear();
        let mut at = vertex;
        let mut above = self.ancestor[at as usize];
        while above != NONE {
            self.path.push(at);
            at = above;
            above = self.ancestor[at as usize];
        }
        let root = at;
        // The vertex below the root keeps its label; each one further down takes the better of its own and the above.
        let mut best = self.label[self.path.pop().unwrap_or(vertex) as usize];
        let mut best_semi = self.semi[best as usize];
        while let Some(at) = self.path.pop() {
            let label = self.label[at as usize];
            let semi = self.semi[label as usize];
            if best_semi < semi {
                self.label[at as usize] = best;
            } else {
                (best, best_semi) = (label, semi);
            }
            self.ancestor[at as usize] = root;
        }
        best
    }

    /// Numbers the tree in preorder. A dominator's depth-first number is smaller than those of what it dominates, so
    /// that two sweeps do: subtree sizes upwards, intervals downwards.
    fn number_tree(&mut self) {
        let reachable = self.block.len();
        let (sizes, free) = (&mut self.semi, &mut self.label);
        sizes.fill(1);
        for vertex in (1..reachable).rev() {
            let size = sizes[vertex];
            sizes[self.idom[vertex] as usize] += size;
        }
        for vertex in 0..reachable {
            let start = if vertex == 0 { 0 } else { free[self.idom[vertex] as usize] };
            if vertex != 0 {
                free[self.idom[vertex] as usize] += sizes[vertex];
            }
            free[vertex] = start + 1;
            self.intervals[self.block[vertex] as usize] = (start, start + sizes[vertex]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::{BlockData, Name};
    use proptest::prelude::*;

    /// A body that has these edges and nothing else.
    fn graph(blocks: usize, successors: &[Vec<usize>]) -> (Body, Vec<EdgeRange>) {
        let mut body = Body::default();
        for _ in 0..blocks {
            body.blocks.push(BlockData::undefined(Name::NONE));
        }
        let mut ranges = Vec::new();
        for targets in successors {
            let start = body.edges.len() as u32;
            for &target in targets {
                body.edges.push(EdgeData::new(Block::new(target), 0..0, None));
            }
            ranges.push((start, body.edges.len() as u32));
        }
        (body, ranges)
    }

    fn reachable_without(successors: &[Vec<usize>], removed: Option<usize>) -> Vec<bool> {
        let mut seen = vec![false; successors.len()];
        let mut work = vec![0];
        while let Some(block) = work.pop() {
            if Some(block) != removed && !std::mem::replace(&mut seen[block], true) {
                work.extend(&successors[block]);
            }
        }
        seen
    }

    fn graphs() -> impl Strategy<Value = Vec<Vec<usize>>> {
        (1usize..14).prop_flat_map(|n| proptest::collection::vec(proptest::collection::vec(0..n, 0..4), n))
    }

    /// Graphs where each block stands behind a predecessor, so that most often the edges forward decide.
    fn graphs_in_layout_order() -> impl Strategy<Value = Vec<Vec<usize>>> {
        let blocks =
            proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>()), 1..14);
        blocks.prop_map(|blocks| {
            let n = blocks.len();
            let mut successors = vec![Vec::new(); n];
            for (block, (from, to)) in blocks.iter().enumerate() {
                if block > 0 {
                    successors[from.index(block)].push(block);
                }
                successors[block].push(to.index(n));
            }
            successors
        })
    }

    proptest! {
        /// The definition itself, by removing each block in turn.
        #[test]
        fn dominance_is_what_the_definition_says(successors in prop_oneof![graphs(), graphs_in_layout_order()]) {
            let (body, ranges) = graph(successors.len(), &successors);
            let mut dominators = Dominators::default();
            dominators.compute(&body, &ranges);
            let all = reachable_without(&successors, None);
            for a in 0..successors.len() {
                let without = reachable_without(&successors, Some(a));
                for b in 0..successors.len() {
                    let expected = !all[b] || (all[a] && !without[b]);
                    prop_assert_eq!(dominators.dominates(Block::new(a), Block::new(b)), expected, "{} over {}", a, b);
                }
            }
            for (b, reachable) in all.iter().enumerate() {
                let idom = dominators.immediate_dominator(Block::new(b));
                prop_assert_eq!(idom.is_some(), *reachable && b != 0);
                if let Some(idom) = idom {
                    let strict = (0..successors.len()).filter(|&a| a != b && all[a]);
                    for a in strict.filter(|&a| dominators.dominates(Block::new(a), Block::new(b))) {
                        prop_assert!(dominators.dominates(Block::new(a), idom));
                    }
                }
            }
        }
    }

    #[test]
    fn a_tree_is_filled_again_for_another_function() {
        let (large, large_ranges) = graph(3, &[vec![1, 2], vec![2], vec![]]);
        let (small, small_ranges) = graph(1, &[vec![]]);
        let mut dominators = Dominators::default();
        dominators.compute(&large, &large_ranges);
        assert_eq!(dominators.immediate_dominator(Block::new(2)), Some(Block::new(0)));
        dominators.compute(&small, &small_ranges);
        assert!(!dominators.is_reachable(Block::new(2)));
    }
}
