//! Loops, as ranges in the order of emission.
//!
//! An edge from a block to one that does not stand behind it goes back; the blocks from its target, the *header*, to
//! its origin are a loop. Loops of one header are one. Where two overlap, the one that begins first is extended over
//! the other, so that the loops form a forest. That may take in blocks that do not lie on any circle, and never
//! leaves one out that does: good enough for liveness, on any graph, in linear time.
//!
//! A loop is named by its header's index in the order. The entry is no target, so 0 stands for no loop.

use crate::translate::order::{Order, edges_of};
use native_ir::Body;

/// A block as a member of loops, and as the header of one.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The innermost loop around the block.
    innermost: u32,
    /// Of the loop that the block heads, the last block; 0 when it heads none.
    end: u32,
    /// Of that loop, the one around it.
    parent: u32,
    /// A loop further out, chosen so that any is reached in logarithmic time (Myers, "An Applicative Random-Access
    /// Stack", 1983).
    jump: u32,
    depth: u32,
    /// See [`Loops::exit`].
    exit: u32,
    /// The last target of the edges of its blocks.
    target: u32,
}

impl Node {
    const NEW: Node = Node { innermost: 0, end: 0, parent: 0, jump: 0, depth: 0, exit: 0, target: 0 };
}

/// The forest of loops. Filled again for each function, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub(crate) struct Loops {
    nodes: Vec<Node>,
    stack: Vec<u32>,
}

impl Loops {
    /// Finds the loops of a verified body.
    pub(crate) fn compute(&mut self, body: &Body, order: &Order) {
        self.nodes.clear();
        self.nodes.resize(order.blocks.len(), Node::NEW);
        let mut any = false;
        for (from, &block) in order.blocks.iter().enumerate() {
            for edge in edges_of(body, block) {
                let header = order.number(edge.block) as usize;
                if header <= from {
                    self.nodes[header].end = from as u32;
                    any = true;
                }
            }
        }
        if any {
            self.nest();
            self.enter();
            self.find_exits(body, order);
        }
    }

    /// From the last header to the first: a loop takes in what it overlaps, and the outermost ones wait on the stack.
    fn nest(&mut self) {
        self.stack.clear();
        for header in (1..self.nodes.len()).rev() {
            if self.nodes[header].end == 0 {
                continue;
            }
            while let Some(inner) = self.stack.pop_if(|&mut next| next <= self.nodes[header].end) {
                self.nodes[inner as usize].parent = header as u32;
                self.nodes[header].end = self.nodes[header].end.max(self.nodes[inner as usize].end);
            }
            self.stack.push(header as u32);
        }
    }

    /// From the first block to the last: which loops it is in, and what the jumps are.
    fn enter(&mut self) {
        let mut inside = 0;
        for block in 1..self.nodes.len() {
            while inside != 0 && self.nodes[inside].end < block as u32 {
                inside = self.nodes[inside].parent as usize;
            }
            if self.nodes[block].end != 0 {
                let parent = self.nodes[inside];
                let beyond = self.nodes[parent.jump as usize];
                let even = parent.depth - beyond.depth == beyond.depth - self.nodes[beyond.jump as usize].depth;
                self.nodes[block].jump = if even { beyond.jump } else { inside as u32 };
                self.nodes[block].depth = parent.depth + 1;
                inside = block;
            }
            self.nodes[block].innermost = inside as u32;
        }
    }

    /// From the innermost loops outwards: what leaves a loop may leave the ones around it.
    fn find_exits(&mut self, body: &Body, order: &Order) {
        for (from, &block) in order.blocks.iter().enumerate() {
            let header = self.nodes[from].innermost;
            for edge in edges_of(body, block).iter().filter(|_| header != 0) {
                self.add_target(header, order.number(edge.block), from as u32);
            }
        }
        for header in (1..self.nodes.len()).rev() {
            let Node { end, parent, target, .. } = self.nodes[header];
            if end != 0 && parent != 0 {
                self.add_target(parent, target, end);
            }
        }
    }

    /// Adds a target that is reached from a part of a loop, the last block of which is `from`.
    fn add_target(&mut self, header: u32, target: u32, from: u32) {
        let node = &mut self.nodes[header as usize];
        node.target = node.target.max(target);
        if target > node.end {
            node.exit = node.exit.max(from);
        }
    }

    /// Whether a block is in a loop.
    pub(crate) fn is_inside(&self, block: u32) -> bool {
        self.nodes[block as usize].innermost != 0
    }

    /// The last block of the loop that a block heads; 0 when it heads none.
    #[inline]
    pub(crate) fn end(&self, header: u32) -> u32 {
        self.nodes[header as usize].end
    }

    /// Of the loop that a block heads, the last block from which control comes to a block behind the loop without
    /// passing the header: one with such an edge, or the last of the inner loop around one. 0 when there is none.
    pub(crate) fn exit(&self, header: u32) -> u32 {
        self.nodes[header as usize].exit
    }

    /// The last block of the outermost loop that is around a block and does not contain the block `outside`, which
    /// stands before it: 0 when there is none.
    #[inline]
    pub(crate) fn end_around(&self, block: u32, outside: u32) -> u32 {
        let mut header = self.nodes[block as usize].innermost;
        if header <= outside {
            return 0;
        }
        loop {
            let node = self.nodes[header as usize];
            let next = if node.jump > outside { node.jump } else { node.parent };
            if next <= outside {
                return node.end;
            }
            header = next;
        }
    }

    /// The headers of the loops that end with a block, innermost first.
    pub(crate) fn ending(&self, block: u32) -> impl Iterator<Item = u32> {
        let first = self.nodes[block as usize].innermost;
        let ends = move |&header: &u32| header != 0 && self.nodes[header as usize].end == block;
        std::iter::successors(Some(first), |&header| Some(self.nodes[header as usize].parent)).take_while(ends)
    }
}
