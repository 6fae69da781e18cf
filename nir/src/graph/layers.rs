//! Layers: which arcs close loops, how far down each node stands, and long arcs cut into links between neighbours.
//!
//! An arc that skips layers runs through *bends*, points of no height, one a layer. Arcs to the same node share their
//! bends, so that a block that many others jump to gets one trunk line and the work stays small. A loop arc runs down
//! into a cup below its source, up through bends beside the loop, over a cap, and down into its target.
//!
//! Invariants: vertices below `nodes` are the nodes themselves; a span's upper end is in the layer just above its lower
//! end's; every arc that is not a loop arc goes downwards.

use std::collections::BTreeMap;
use std::ops::Range;

use super::arcs::Arc;

/// Bends in one drawing, and links that all arcs together may pass: more are drawn as one column.
const MAX_BENDS: usize = 400_000;
const MAX_STEPS: usize = 100_000_000;
/// A node with more arcs out than this sends them through one port.
const MAX_PORTS: usize = 6;

/// A graph cut into layers.
pub(super) struct Layered {
    pub nodes: usize,
    pub entry: usize,
    /// Layer of each vertex.
    pub rank: Vec<usize>,
    /// The vertices of each layer, from left to right.
    pub layers: Vec<Vec<usize>>,
    pub links: Vec<Link>,
    /// One for each arc.
    pub paths: Vec<Path>,
    /// Whether all arcs out of a node leave through one port.
    pub bus: Vec<bool>,
    /// Lowest and highest bends of loops, each with the node that it should stand beside.
    pub partners: Vec<(usize, usize)>,
}

/// A piece of an arc between two neighbouring layers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub a: usize,
    pub b: usize,
    /// The gap that it runs in: `n` is above layer `n`.
    pub gap: usize,
    pub shape: Shape,
}

/// How a link runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// From the bottom of `a` to the bottom of `b`, both above the gap.
    Cup,
    /// From the bottom of `a` above the gap to the top of `b` below it.
    Span,
    /// From the top of `a` to the top of `b`, both below the gap.
    Cap,
}

/// The links of an arc: one of its own, then shared ones, from last to first when it is a loop arc.
pub(super) struct Path {
    pub first: usize,
    pub rest: Range<usize>,
    pub back: bool,
}

/// Cuts a graph of `nodes` nodes into layers; `None` when that would take too many bends.
pub(super) fn build(nodes: usize, entry: usize, arcs: &[Arc]) -> Option<Layered> {
    let walk = Walk::new(nodes, entry, arcs);
    let rank = ranks(&walk, arcs);
    let mut bus = vec![false; nodes];
    for (node, out) in walk.out.iter().enumerate() {
        bus[node] = out.len() > MAX_PORTS;
    }
    let chains = chains(arcs, &walk.back, &rank, &bus)?;
    let mut layered = Layered {
        nodes,
        entry,
        rank,
        layers: Vec::new(),
        links: Vec::new(),
        paths: Vec::new(),
        bus,
        partners: Vec::new(),
    };
    layered.thread(arcs, &walk.back, chains);
    Some(layered)
}

/// A depth-first walk over all nodes.
struct Walk {
    /// Arcs out of each node.
    out: Vec<Vec<usize>>,
    /// Whether an arc goes to a node that the walk was still inside of: it closes a loop.
    back: Vec<bool>,
    /// The nodes, each after all that its other arcs lead to.
    postorder: Vec<usize>,
    /// How many of these the walk reached from the entry.
    reached: usize,
}

impl Walk {
    fn new(nodes: usize, entry: usize, arcs: &[Arc]) -> Self {
        let mut out = vec![Vec::new(); nodes];
        let mut has_in = vec![false; nodes];
        for (at, arc) in arcs.iter().enumerate() {
            out[arc.from].push(at);
            has_in[arc.to] = true;
        }
        let mut walk =
            Self { out, back: vec![false; arcs.len()], postorder: Vec::with_capacity(nodes), reached: 0 };
        let mut state = vec![State::New; nodes];
        let roots = (0..nodes).filter(|&node| !has_in[node]);
        for root in (entry..nodes).take(1) {
            walk.visit(root, arcs, &mut state);
            walk.reached = walk.postorder.len();
        }
        for root in roots.chain(0..nodes) {
            walk.visit(root, arcs, &mut state);
        }
        walk
    }

    fn visit(&mut self, root: usize, arcs: &[Arc], state: &mut [State]) {
        if state[root] != State::New {
            return;
        }
        state[root] = State::Inside;
        let mut stack = vec![(root, 0)];
        while let Some((node, next)) = stack.last_mut() {
            let Some(&arc) = self.out[*node].get(*next) else {
                state[*node] = State::Done;
                self.postorder.push(*node);
                stack.pop();
                continue;
            };
            *next += 1;
            let to = arcs[arc].to;
            match state[to] {
                State::New => {
                    state[to] = State::Inside;
                    stack.push((to, 0));
                }
                State::Inside => self.back[arc] = true,
                State::Done => {}
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Inside,
    Done,
}

/// Each node one below the lowest that leads to it; what the entry does not reach, just above what it leads to.
fn ranks(walk: &Walk, arcs: &[Arc]) -> Vec<usize> {
    let mut rank = vec![0_usize; walk.out.len()];
    let forward = |node: usize| walk.out[node].iter().filter(|&&arc| !walk.back[arc]).map(|&arc| arcs[arc].to);
    for &node in walk.postorder.iter().rev() {
        for to in forward(node) {
            rank[to] = rank[to].max(rank[node] + 1);
        }
    }
    for &node in &walk.postorder[walk.reached..] {
        if let Some(lowest) = forward(node).map(|to| rank[to]).min() {
            rank[node] = rank[node].max(lowest.saturating_sub(1));
        }
    }
    rank
}

/// Arcs share a bend when these are equal: the node that they go to, the node that they leave when that is a bus (its
/// labels stand at the bends), and whether they close loops.
type ChainKey = (usize, Option<usize>, bool);

/// The first and the last layer in which arcs share bends.
type Chains = BTreeMap<ChainKey, (usize, usize)>;

/// The bends that one arc needs, if any.
fn chain_of(arc: &Arc, back: bool, rank: &[usize], bus: &[bool]) -> Option<(ChainKey, (usize, usize))> {
    let source = (bus[arc.from] && !back).then_some(arc.from);
    let (from, to) = (rank[arc.from], rank[arc.to]);
    let range = if back { (to, from) } else { (from + 1, to.saturating_sub(1)) };
    (range.0 <= range.1).then_some(((arc.to, source, back), range))
}

fn chains(arcs: &[Arc], back: &[bool], rank: &[usize], bus: &[bool]) -> Option<Chains> {
    let mut chains = Chains::new();
    let mut steps = 0_usize;
    for (arc, &back) in arcs.iter().zip(back) {
        if let Some((key, (first, last))) = chain_of(arc, back, rank, bus) {
            let range = chains.entry(key).or_insert((first, last));
            *range = (range.0.min(first), range.1.max(last));
            steps = steps.saturating_add(last - first + 1);
        }
    }
    let bends = chains.values().fold(0_usize, |sum, (first, last)| sum.saturating_add(last - first + 1));
    (bends <= MAX_BENDS && steps <= MAX_STEPS).then_some(chains)
}

impl Layered {
    /// Makes the bends, links and paths.
    fn thread(&mut self, arcs: &[Arc], back: &[bool], chains: Chains) {
        let mut laid = BTreeMap::new();
        for (key, (first, last)) in chains {
            laid.insert(key, (first, self.rank.len(), self.links.len()));
            self.lay_chain(key.0, key.2, first..last + 1);
        }
        for (arc, &back) in arcs.iter().zip(back) {
            let chain = chain_of(arc, back, &self.rank, &self.bus).and_then(|(key, _)| laid.get(&key));
            self.lay_arc(arc, back, chain.copied());
        }
        let mut ranks = vec![Vec::new(); self.rank.iter().max().map_or(0, |last| last + 1)];
        for (vertex, &rank) in self.rank.iter().enumerate() {
            ranks[rank].push(vertex);
        }
        self.layers = ranks;
    }

    fn lay_chain(&mut self, target: usize, back: bool, ranks: Range<usize>) {
        let bend = self.rank.len();
        if back {
            self.links.push(Link { a: bend, b: target, gap: ranks.start, shape: Shape::Cap });
            self.partners.push((bend, target));
        }
        for (at, rank) in ranks.clone().enumerate() {
            self.rank.push(rank);
            let next = if rank + 1 < ranks.end { bend + at + 1 } else { target };
            if next != target || !back {
                self.links.push(Link { a: bend + at, b: next, gap: rank + 1, shape: Shape::Span });
            }
        }
    }

    fn lay_arc(&mut self, arc: &Arc, back: bool, chain: Option<(usize, usize, usize)>) {
        let first = self.links.len();
        let gap = self.rank[arc.from] + 1;
        let Some((top, bend, link)) = chain else {
            self.links.push(Link { a: arc.from, b: arc.to, gap, shape: Shape::Span });
            self.paths.push(Path { first, rest: 0..0, back });
            return;
        };
        if back {
            let down = self.rank[arc.from] - top;
            self.links.push(Link { a: arc.from, b: bend + down, gap, shape: Shape::Cup });
            self.paths.push(Path { first, rest: link..link + down + 1, back });
            self.partners.push((bend + down, arc.from));
        } else {
            let down = gap - top;
            let length = self.rank[arc.to] - top;
            self.links.push(Link { a: arc.from, b: bend + down, gap, shape: Shape::Span });
            self.paths.push(Path { first, rest: link + down..link + length, back });
        }
    }

    /// Whether a vertex is a bend.
    pub(super) fn is_bend(&self, vertex: usize) -> bool {
        vertex >= self.nodes
    }

    /// The spans that end at each vertex, and those that start there.
    pub(super) fn neighbours(&self) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let mut above = vec![Vec::new(); self.rank.len()];
        let mut below = vec![Vec::new(); self.rank.len()];
        for (at, link) in self.links.iter().enumerate().filter(|(_, link)| link.shape == Shape::Span) {
            above[link.b].push(at);
            below[link.a].push(at);
        }
        (above, below)
    }

    /// The heads of loops that have bends.
    pub(super) fn loop_heads(&self) -> Vec<usize> {
        self.links.iter().filter(|link| link.shape == Shape::Cap).map(|link| link.b).collect()
    }

    /// Puts the vertices into layers in the order in which a walk meets them; the bends of a loop to the left of its
    /// body, or to the right where `right` says so of its head.
    pub(super) fn order_by_walk(&mut self, below: &[Vec<usize>], right: &[bool]) {
        let mut top: Vec<Option<usize>> = vec![None; self.rank.len()];
        for link in self.links.iter().filter(|link| link.shape == Shape::Cap) {
            top[link.b] = Some(link.a);
        }
        let mut seen = vec![false; self.rank.len()];
        self.layers.iter_mut().for_each(Vec::clear);
        let mut stack: Vec<usize> = (0..self.nodes).rev().chain((self.entry..self.nodes).take(1)).collect();
        while let Some(vertex) = stack.pop() {
            if seen[vertex] {
                continue;
            }
            if let Some(bend) = top[vertex].filter(|&bend| !seen[bend]) {
                if right[vertex] {
                    stack.push(bend);
                } else {
                    // First the bends, then this vertex once more.
                    stack.extend([vertex, bend]);
                    top[vertex] = None;
                    continue;
                }
            }
            seen[vertex] = true;
            self.layers[self.rank[vertex]].push(vertex);
            stack.extend(below[vertex].iter().rev().map(|&link| self.links[link].b));
        }
    }
}
