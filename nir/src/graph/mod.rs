//! Pictures of control-flow graphs: one self-contained SVG, or Graphviz DOT.
//!
//! The input is a plain [`Graph`], so nothing here knows the IR. The layout is the layered one of Sugiyama, in the
//! steps that the files are named after: `layers` (loop edges, ranks, long edges cut into links), `order` (fewer
//! crossings), `place` (horizontal places after Brandes and Köpf), `ports` and `tracks` (where arcs leave, enter and run),
//! `route` (bends). What is too large for that is drawn as one column (`column`).
//!
//! Invariants: the same graph always gives the same bytes; no input panics; no function recurses over its input; the
//! work is bounded by the constants of `layers` and `order`. Edges that name a node that is not there are left out.

mod arcs;
mod column;
mod dot;
mod drawing;
mod layers;
mod order;
mod place;
mod ports;
mod route;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod tracks;

pub use dot::dot;
pub use svg::svg;

/// A control-flow graph to draw. The first node of kind [`NodeKind::Entry`], or else the first node, is where it starts.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// What the picture shows, such as `@main`.
    pub title: String,
    /// The blocks.
    pub nodes: Vec<Node>,
    /// The jumps between them; several from one block to another are drawn as one.
    pub edges: Vec<Edge>,
}

/// One block.
#[derive(Clone, Debug)]
pub struct Node {
    /// The label of the block.
    pub title: String,
    /// Its text, a line an instruction; long text is shortened in the picture, and the picture says so.
    pub lines: Vec<String>,
    /// Decides the colours.
    pub kind: NodeKind,
}

/// What a block is in its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Where the function starts.
    Entry,
    /// Any other block.
    Plain,
    /// A block that leaves the function.
    Exit,
    /// A block that no path from the entry reaches.
    Unreachable,
}

/// A jump from the end of one block to the start of another.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Index of the node that jumps.
    pub from: usize,
    /// Index of the node that is jumped to.
    pub to: usize,
    /// Text beside the edge, such as `true` or a case value; may be empty.
    pub label: String,
    /// Decides the colour.
    pub kind: EdgeKind,
}

/// When a jump is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Always.
    Jump,
    /// When the condition holds.
    True,
    /// When the condition does not hold.
    False,
    /// On one value of a switch.
    Case,
    /// On every other value of a switch.
    Default,
}
