//! Graphviz DOT. Invariant: labels are escaped, so any text gives a valid file.

use std::fmt::Write;

use super::arcs::{Arc, merge};
use super::text::{MAX_LINES, printable, show};
use super::{EdgeKind, Graph, Node, NodeKind};

/// Writes `graph` in the DOT language; several edges between two nodes become one with their labels joined.
pub fn dot(graph: &Graph) -> String {
    let title = escape(&graph.title);
    let mut out = format!(
        "digraph \"{title}\" {{\n  graph [label=\"{title}\", labelloc=t, fontname=\"monospace\"];\n  \
         node [shape=box, fontname=\"monospace\", fontsize=11, style=filled, fillcolor=\"#ffffff\", color=\"#57606a\"];\n  \
         edge [fontname=\"monospace\", fontsize=10, color=\"#57606a\"];\n"
    );
    for (at, node) in graph.nodes.iter().enumerate() {
        write_node(&mut out, at, node);
    }
    for arc in merge(graph) {
        write_arc(&mut out, &arc);
    }
    out.push_str("}\n");
    out
}

fn write_node(out: &mut String, at: usize, node: &Node) {
    let shown = show(node, MAX_LINES);
    let colours = match node.kind {
        NodeKind::Entry => ", fillcolor=\"#ddf4ff\", color=\"#0969da\"",
        NodeKind::Plain => "",
        NodeKind::Exit => ", fillcolor=\"#fbefff\", color=\"#8250df\"",
        NodeKind::Unreachable => ", style=\"filled,dashed\", fillcolor=\"#f6f8fa\", color=\"#8c959f\"",
    };
    let mut label = escape(&shown.title) + "\\l";
    for line in &shown.lines {
        label += &escape(line);
        label += "\\l";
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "  n{at} [label=\"{label}\"{colours}];");
}

fn write_arc(out: &mut String, arc: &Arc) {
    let colour = match arc.kind {
        EdgeKind::Jump => "#57606a",
        EdgeKind::True => "#1a7f37",
        EdgeKind::False => "#cf222e",
        EdgeKind::Case => "#0969da",
        EdgeKind::Default => "#9a6700",
    };
    let label = escape(&arc.label);
    let _ = writeln!(
        out,
        "  n{} -> n{} [label=\"{label}\", color=\"{colour}\", fontcolor=\"{colour}\"];",
        arc.from, arc.to
    );
}

/// Graphviz reads backslashes and XML entities in labels.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(printable) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
