//! Arcs: the edges of a graph, those between the same two nodes merged into one.
//!
//! Invariants: both ends of an arc exist; no two arcs have the same ends; arcs keep the order of their first edges.

use std::collections::HashMap;

use super::text::join;
use super::{EdgeKind, Graph, NodeKind};

/// Columns that a label takes in the picture, and in a tooltip.
const LABEL_COLUMNS: usize = 24;
const TOOLTIP_COLUMNS: usize = 400;

/// One line of the picture.
#[derive(Clone, Debug)]
pub(super) struct Arc {
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
    /// The labels of its edges, shortened.
    pub label: String,
    /// The same, for a tooltip.
    pub tooltip: String,
}

/// The node where control enters; none in an empty graph is zero.
pub(super) fn entry(graph: &Graph) -> usize {
    graph.nodes.iter().position(|node| node.kind == NodeKind::Entry).unwrap_or(0)
}

/// Merges the edges of `graph`.
pub(super) fn merge(graph: &Graph) -> Vec<Arc> {
    let mut index = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, edge) in graph.edges.iter().enumerate() {
        if edge.from.max(edge.to) >= graph.nodes.len() {
            continue;
        }
        let group = *index.entry((edge.from, edge.to)).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(at);
    }
    groups.iter().filter_map(|group| arc(graph, group)).collect()
}

fn arc(graph: &Graph, group: &[usize]) -> Option<Arc> {
    let edges = || group.iter().map(|&at| &graph.edges[at]);
    let first = edges().next()?;
    let labels: Vec<&str> = edges().map(|edge| edge.label.as_str()).filter(|label| !label.is_empty()).collect();
    let kind = edges().map(|edge| edge.kind).reduce(common_kind)?;
    Some(Arc {
        from: first.from,
        to: first.to,
        kind,
        label: join(&labels, LABEL_COLUMNS),
        tooltip: join(&labels, TOOLTIP_COLUMNS),
    })
}

/// Both arms of a branch to one block are a jump; mixed arms of a switch are a case.
fn common_kind(a: EdgeKind, b: EdgeKind) -> EdgeKind {
    match (a, b) {
        (a, b) if a == b => a,
        (EdgeKind::Case | EdgeKind::Default, _) | (_, EdgeKind::Case | EdgeKind::Default) => EdgeKind::Case,
        _ => EdgeKind::Jump,
    }
}
