//! The control-flow graph of a body: which blocks are reached, in which order they are filled, what flows along their
//! edges, and which of them may run more than once.

use crate::syntax::{Block, Body, Op, Operand};

/// An entry of a `phi`, as its predecessor sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The block that the `phi` is in.
    pub(super) target: Block,
    /// Which of that block's `phi`s.
    pub(super) phi: u32,
    pub(super) value: Operand,
}

/// The graph of a body.
pub(super) struct Flow {
    /// The blocks that are reached, in reverse postorder: a block comes behind those that dominate it.
    pub(super) order: Vec<Block>,
    /// Whether each block is reached.
    reached: Vec<bool>,
    /// Where each predecessor's entries begin, and an end.
    starts: Vec<u32>,
    /// Entries of `phi`s by predecessor, then target, then `phi`.
    entries: Vec<Entry>,
}

impl Flow {
    pub(super) fn new(body: &Body<'_>) -> Flow {
        let mut flow = Flow {
            order: Vec::with_capacity(body.blocks.len()),
            reached: vec![false; body.blocks.len()],
            starts: Vec::new(),
            entries: Vec::new(),
        };
        flow.find_order(body);
        flow.collect_entries(body);
        flow
    }

    fn find_order(&mut self, body: &Body<'_>) {
        let Some(entry) = body.blocks.keys().next() else { return };
        self.reached[entry.as_u32() as usize] = true;
        let mut path = vec![(entry, 0)];
        while let Some((block, next)) = path.last_mut() {
            let Some(successor) = successor(body, *block, *next) else {
                self.order.push(*block);
                path.pop();
                continue;
            };
            *next += 1;
            let reached = &mut self.reached[successor.as_u32() as usize];
            if !*reached {
                *reached = true;
                path.push((successor, 0));
            }
        }
        self.order.reverse();
    }

    fn collect_entries(&mut self, body: &Body<'_>) {
        self.starts = vec![0; body.blocks.len() + 1];
        self.for_each_entry(body, |starts, from, _| starts[from.as_u32() as usize + 1] += 1);
        for index in 1..self.starts.len() {
            self.starts[index] += self.starts[index - 1];
        }
        let Some(&count) = self.starts.last().filter(|&&count| count > 0) else { return };
        let nothing =
            Entry { target: Block::from_u32(0), phi: 0, value: Operand::local(crate::syntax::Local::from_u32(0)) };
        let mut entries = vec![nothing; count as usize];
        let mut places = self.starts.clone();
        self.for_each_entry(body, |_, from, entry| {
            let place = &mut places[from.as_u32() as usize];
            entries[*place as usize] = entry;
            *place += 1;
        });
        self.entries = entries;
    }

    fn for_each_entry(&mut self, body: &Body<'_>, mut each: impl FnMut(&mut [u32], Block, Entry)) {
        for (target, data) in &body.blocks {
            if !self.is_reached(target) {
                continue;
            }
            for (phi, inst) in data.insts().enumerate() {
                let Op::Phi(list) = body.insts[inst].inst else { break };
                for &(value, from) in &body.incoming[list.range()] {
                    each(&mut self.starts, from, Entry { target, phi: phi as u32, value });
                }
            }
        }
    }

    /// Whether a path leads to a block.
    pub(super) fn is_reached(&self, block: Block) -> bool {
        self.reached[block.as_u32() as usize]
    }

    /// What the edge between two blocks gives the target's `phi`s: where it stands in the entries. An edge that is
    /// there several times has as many entries of each `phi`, one behind the other.
    pub(super) fn edge(&self, from: Block, to: Block) -> std::ops::Range<usize> {
        let from = from.as_u32() as usize;
        let range = self.starts[from] as usize..self.starts[from + 1] as usize;
        let entries = &self.entries[range.clone()];
        let first = entries.partition_point(|entry| entry.target < to);
        let len = entries[first..].partition_point(|entry| entry.target == to);
        range.start + first..range.start + first + len
    }

    pub(super) fn entry(&self, index: usize) -> Entry {
        self.entries[index]
    }

    /// For each block whether it lies on a cycle, so that it may run more than once.
    pub(super) fn cyclic(&self, body: &Body<'_>) -> Vec<bool> {
        let (starts, predecessors) = self.predecessors(body);
        let mut cyclic = vec![false; body.blocks.len()];
        let mut assigned = vec![false; body.blocks.len()];
        let mut members = Vec::new();
        // Strongly connected components by Kosaraju: backwards from each block in reverse postorder.
        for &root in &self.order {
            if std::mem::replace(&mut assigned[root.as_u32() as usize], true) {
                continue;
            }
            members.clear();
            members.push(root);
            let (mut next, mut loops) = (0, false);
            while let Some(&block) = members.get(next) {
                next += 1;
                let index = block.as_u32() as usize;
                for &from in &predecessors[starts[index] as usize..starts[index + 1] as usize] {
                    loops |= from == block;
                    if !std::mem::replace(&mut assigned[from.as_u32() as usize], true) {
                        members.push(from);
                    }
                }
            }
            if loops || members.len() > 1 {
                members.iter().for_each(|block| cyclic[block.as_u32() as usize] = true);
            }
        }
        cyclic
    }

    /// The predecessors of the blocks, those that are reached, as ranges of a list.
    fn predecessors(&self, body: &Body<'_>) -> (Vec<u32>, Vec<Block>) {
        let edges = || {
            self.order.iter().flat_map(|&from| {
                (0..).map_while(move |index| successor(body, from, index)).map(move |to| (from, to))
            })
        };
        let mut starts = vec![0; body.blocks.len() + 1];
        for (_, to) in edges() {
            starts[to.as_u32() as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut places = starts.clone();
        let mut list = vec![Block::from_u32(0); starts.last().map_or(0, |&count| count as usize)];
        for (from, to) in edges() {
            let place = &mut places[to.as_u32() as usize];
            list[*place as usize] = from;
            *place += 1;
        }
        (starts, list)
    }
}

/// A successor of a block, counted from 0.
fn successor(body: &Body<'_>, block: Block, index: u32) -> Option<Block> {
    let last = body.blocks[block].insts().next_back()?;
    match (body.insts[last].inst, index) {
        (Op::Br(to) | Op::CondBr(_, to, _) | Op::Switch(_, to, _), 0) | (Op::CondBr(_, _, to), 1) => Some(to),
        (Op::Switch(_, _, cases), _) => body.cases[cases.range()].get(index as usize - 1).map(|&(_, to)| to),
        _ => None,
    }
}
