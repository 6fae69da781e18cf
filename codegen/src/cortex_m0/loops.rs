//! Natural loops of the machine IR: a block that dominates one with an edge to it is the *header* of a loop, of which all
//! blocks are that lead there without passing the header (Aho, Lam, Sethi, Ullman, "Compilers", section 9.6.6). Circles
//! that are entered in several places are none.

use super::inst::{BlockIndex, CodeBlock, Inst};

/// No block, no loop.
const NONE: u32 = u32::MAX;

/// A loop.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) header: BlockIndex,
    /// Its blocks, the header and those of inner loops among them.
    pub(super) blocks: Vec<BlockIndex>,
    /// The only block outside that leads to the header, where it leads nowhere else.
    pub(super) preheader: Option<BlockIndex>,
    parent: u32,
}

/// The loops of a function, inner ones before those around them.
#[derive(Debug, Default)]
pub(super) struct Loops {
    pub(super) list: Vec<Loop>,
    innermost: Vec<u32>,
}

impl Loops {
    /// Finds the loops among blocks that are all reached from the first.
    pub(super) fn find(blocks: &[CodeBlock]) -> Loops {
        let graph = Graph::new(blocks);
        let mut loops = Loops { list: Vec::new(), innermost: vec![NONE; blocks.len()] };
        for &header in &graph.postorder {
            let before = &graph.before[header as usize];
            let back: Vec<u32> = before.iter().copied().filter(|&from| graph.dominates(header, from)).collect();
            if !back.is_empty() {
                loops.take_in(&graph, header, back);
            }
        }
        loops.fill(&graph, blocks);
        loops
    }

    /// How many loops a block is in.
    pub(super) fn depth(&self, block: BlockIndex) -> u32 {
        self.around(block).count() as u32
    }

    /// The loops that a block is in, the innermost first.
    fn around(&self, block: BlockIndex) -> impl Iterator<Item = u32> {
        let known = |number: u32| Some(number).filter(|&number| number != NONE);
        let first = self.innermost.get(block as usize).and_then(|&number| known(number));
        std::iter::successors(first, move |&number| known(self.list.get(number as usize)?.parent))
    }

    /// Goes against the edges from what leads back to a header; loops that are there already are passed as a whole.
    fn take_in(&mut self, graph: &Graph, header: BlockIndex, mut open: Vec<BlockIndex>) {
        let own = self.list.len() as u32;
        self.list.push(Loop { header, blocks: Vec::new(), preheader: None, parent: NONE });
        while let Some(block) = open.pop() {
            let next = match self.around(block).last() {
                None => {
                    self.innermost[block as usize] = own;
                    block
                }
                Some(outermost) if outermost != own => {
                    self.list[outermost as usize].parent = own;
                    self.list[outermost as usize].header
                }
                Some(_) => continue,
            };
            if next != header {
                open.extend(&graph.before[next as usize]);
            }
        }
    }

    fn fill(&mut self, graph: &Graph, blocks: &[CodeBlock]) {
        for block in 0..blocks.len() as u32 {
            for number in self.around(block).collect::<Vec<_>>() {
                self.list[number as usize].blocks.push(block);
            }
        }
        for number in 0..self.list.len() {
            let header = self.list[number].header;
            let outside = |&block: &u32| !self.around(block).any(|around| around == number as u32);
            let mut entries = graph.before[header as usize].iter().copied().filter(outside);
            let only = entries.next().filter(|_| entries.next().is_none());
            let jumps = |block: &u32| {
                let last = blocks.get(*block as usize).and_then(|block| block.lines.last());
                last.is_some_and(|line| matches!(line.inst, Inst::Jump { .. }))
            };
            self.list[number].preheader = only.filter(jumps);
        }
    }
}

/// Edges and dominators.
struct Graph {
    before: Vec<Vec<BlockIndex>>,
    postorder: Vec<BlockIndex>,
    /// For each block its place in the postorder.
    place: Vec<u32>,
    /// For each block the next one that dominates it; the first block's is itself.
    dominator: Vec<BlockIndex>,
}

impl Graph {
    fn new(blocks: &[CodeBlock]) -> Graph {
        let behind: Vec<Vec<BlockIndex>> =
            blocks.iter().map(|block| block.lines.last().map_or(Vec::new(), |line| line.inst.targets())).collect();
        let mut before = vec![Vec::new(); blocks.len()];
        for (from, behind) in behind.iter().enumerate() {
            behind.iter().for_each(|&to| before[to as usize].push(from as BlockIndex));
        }
        let postorder = postorder(&behind);
        let mut place = vec![NONE; blocks.len()];
        postorder.iter().zip(0..).for_each(|(&block, at)| place[block as usize] = at);
        let mut graph = Graph { before, postorder, place, dominator: vec![NONE; blocks.len()] };
        graph.find_dominators();
        graph
    }

    /// Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
    fn find_dominators(&mut self) {
        let Some(&first) = self.postorder.last() else { return };
        self.dominator[first as usize] = first;
        let mut changed = true;
        while changed {
            changed = false;
            for &block in self.postorder.iter().rev().skip(1) {
                let known = self.before[block as usize].iter().copied();
                let known = known.filter(|&from| self.dominator[from as usize] != NONE);
                let common = known.reduce(|one, other| self.meet(one, other));
                if let Some(common) = common
                    && self.dominator[block as usize] != common
                {
                    self.dominator[block as usize] = common;
                    changed = true;
                }
            }
        }
    }

    /// The last block that dominates both.
    fn meet(&self, mut one: BlockIndex, mut other: BlockIndex) -> BlockIndex {
        let place = |block: BlockIndex| self.place[block as usize];
        while one != other {
            while place(one) < place(other) {
                one = self.dominator[one as usize];
            }
            while place(other) < place(one) {
                other = self.dominator[other as usize];
            }
        }
        one
    }

    fn dominates(&self, block: BlockIndex, mut other: BlockIndex) -> bool {
        let place = |block: BlockIndex| self.place[block as usize];
        while place(other) < place(block) {
            other = self.dominator[other as usize];
        }
        block == other
    }
}

/// Blocks, each behind those that it leads to but for edges that go back.
pub(super) fn postorder(behind: &[Vec<BlockIndex>]) -> Vec<BlockIndex> {
    let mut order = Vec::with_capacity(behind.len());
    let mut seen = vec![false; behind.len()];
    let mut path: Vec<(BlockIndex, usize)> = Vec::new();
    if let Some(first) = seen.first_mut() {
        *first = true;
        path.push((0, 0));
    }
    while let Some((block, next)) = path.last_mut() {
        match behind[*block as usize].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to as usize], true) {
                    path.push((to, 0));
                }
            }
            None => {
                order.push(*block);
                path.pop();
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cortex_m0::inst::{Cond, Line};

    fn blocks(edges: &[&[BlockIndex]]) -> Vec<CodeBlock> {
        let inst = |edges: &[BlockIndex]| match *edges {
            [to] => Inst::Jump { to },
            [yes, no] => Inst::Branch { cond: Cond::Eq, yes, no },
            _ => Inst::Return { values: Vec::new() },
        };
        let block = |edges: &&[BlockIndex]| CodeBlock {
            lines: vec![Line { inst: inst(edges), source: None }],
            ..CodeBlock::default()
        };
        edges.iter().map(block).collect()
    }

    #[test]
    fn loops_within_loops_are_found_with_what_leads_to_them() {
        // 1 is the header of a loop of 1 to 6, 3 of one of 3 and 4; 7 and 8 are a circle with two entries.
        let edges: [&[BlockIndex]; 10] = [&[1], &[2, 9], &[3], &[4, 5], &[3], &[6, 7], &[1], &[8], &[7, 9], &[]];
        let loops = Loops::find(&blocks(&edges));
        let found: Vec<_> = loops.list.iter().map(|one| (one.header, one.blocks.clone(), one.preheader)).collect();
        let inner = (3, vec![3, 4], Some(2));
        let circle = (7, vec![7, 8], None);
        let outer = (1, vec![1, 2, 3, 4, 5, 6], Some(0));
        assert!(found.contains(&inner) && found.contains(&outer) && found.contains(&circle), "{found:?}");
        let place = |header| found.iter().position(|one| one.0 == header);
        assert!(place(3) < place(1), "inner loops come first");
        let depths: Vec<u32> = (0..10).map(|block| loops.depth(block)).collect();
        assert_eq!(depths, [0, 1, 1, 2, 2, 1, 1, 1, 1, 0]);
    }
}
