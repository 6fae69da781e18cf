//! SVG 1.1 in one file: no scripts, no fonts from elsewhere, light and dark.
//!
//! Invariant: text is escaped and free of characters that XML forbids, so any graph gives a well-formed file. The styles
//! apply below the class `cfg` alone, so that the picture can stand inside a page.

use std::fmt::Write;

use super::arcs::Arc;
use super::drawing::{BAND, Drawing, LINE, PAD, Rect, Route, draw, text_width};
use super::text::{cut, printable};
use super::{EdgeKind, Graph, NodeKind};

/// Around the picture; its title above, its legend below.
const MARGIN: i64 = 24;
const TITLE: i64 = 34;
const LEGEND: i64 = 36;
/// Of the bends.
const RADIUS: i64 = 6;
/// Columns of the title.
const TITLE_COLUMNS: usize = 100;

const STYLE: &str = include_str!("style.css");

/// Draws `graph` as one self-contained SVG.
pub fn svg(graph: &Graph) -> String {
    let drawing = draw(graph);
    let keys = keys(graph, &drawing);
    let title = cut(&graph.title, TITLE_COLUMNS);
    let keys_width: i64 = keys.iter().map(|key| key_width(key.1)).sum();
    // The title is set larger than the text.
    let width = drawing.width.max(keys_width).max(text_width(&title) * 5 / 4) + 2 * MARGIN;
    let height = drawing.height + 2 * MARGIN + TITLE + LEGEND;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" class=\"cfg\" role=\"img\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n<desc>{}</desc>\n<style type=\"text/css\">\n{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n<text class=\"caption\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n",
        escape(&format!("Control-flow graph of {title}")),
        escape(&describe(graph, &drawing)),
        MARGIN + 12,
        escape(&title),
    );
    let left = (width - drawing.width) / 2;
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<g transform=\"translate({left} {})\">", MARGIN + TITLE);
    let mut order: Vec<usize> = (0..drawing.arcs.len()).collect();
    // Where arcs share a line, the cases of a switch lie above its default.
    order.sort_by_key(|&at| std::cmp::Reverse(drawing.arcs[at].kind == EdgeKind::Default));
    for at in order {
        write_arc(&mut out, graph, &drawing.arcs[at], &drawing.routes[at]);
    }
    for node in 0..graph.nodes.len() {
        write_node(&mut out, graph, &drawing, node);
    }
    out.push_str("</g>\n");
    write_legend(&mut out, &keys, (width - keys_width) / 2, height - MARGIN);
    out.push_str("</svg>\n");
    out
}

/// What the picture holds, in words.
fn describe(graph: &Graph, drawing: &Drawing) -> String {
    let blocks = graph.nodes.len();
    let edges = drawing.arcs.len();
    let loops = drawing.routes.iter().filter(|route| route.back).count();
    let unreachable = graph.nodes.iter().filter(|node| node.kind == NodeKind::Unreachable).count();
    let shortened = drawing.shown.iter().filter(|shown| shown.shortened).count();
    format!(
        "Blocks: {blocks}; edges: {edges}; of these, closing loops: {loops}; unreachable blocks: {unreachable}; blocks with text left out: {shortened}."
    )
}

fn class(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Jump => "jump",
        EdgeKind::True => "true",
        EdgeKind::False => "false",
        EdgeKind::Case => "case",
        EdgeKind::Default => "default",
    }
}

fn write_arc(out: &mut String, graph: &Graph, arc: &Arc, route: &Route) {
    let back = if route.back { " back" } else { "" };
    let to = |node: usize| cut(&graph.nodes[node].title, TITLE_COLUMNS);
    let mut tooltip = format!("{} → {}", to(arc.from), to(arc.to));
    if !arc.tooltip.is_empty() {
        tooltip = format!("{tooltip}: {}", arc.tooltip);
    }
    let tooltip = escape(&tooltip);
    let _ = write!(
        out,
        "<g class=\"edge {}{back}\"><title>{tooltip}</title><path class=\"line\" d=\"",
        class(arc.kind)
    );
    write_path(out, &route.points);
    if let Some((x, y)) = route.points.last() {
        let _ = write!(out, "\"/><path class=\"head\" d=\"M{x} {y}l-4 -9h8z");
    }
    out.push_str("\"/>");
    if !arc.label.is_empty() {
        let _ = write!(out, "<text x=\"{}\" y=\"{}\">{}</text>", route.label.0, route.label.1, escape(&arc.label));
    }
    out.push_str("</g>\n");
}

/// A line with rounded bends, ending under the arrow head. It is written from its end, so that the dashes of lines that
/// run into one meet.
fn write_path(out: &mut String, points: &[(i64, i64)]) {
    let mut points = corners(points);
    points.reverse();
    if let Some(end) = points.first_mut() {
        end.1 -= 4;
        let _ = write!(out, "M{} {}", end.0, end.1);
    }
    for three in points.windows(3) {
        let [before, at, after] = [three[0], three[1], three[2]];
        let radius = RADIUS.min(reach(at, before) / 2).min(reach(at, after) / 2);
        let (from, to) = (towards(at, before, radius), towards(at, after, radius));
        let _ = write!(out, "L{} {}Q{} {} {} {}", from.0, from.1, at.0, at.1, to.0, to.1);
    }
    if let Some(start) = points.last() {
        let _ = write!(out, "L{} {}", start.0, start.1);
    }
}

/// The points at which a line turns.
fn corners(points: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut kept: Vec<(i64, i64)> = Vec::new();
    for &point in points {
        if let [.., a, b] = kept[..]
            && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
        {
            kept.pop();
        }
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    kept
}

/// The distance of two points on a horizontal or vertical line.
fn reach(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.0 - b.0).abs() + (a.1 - b.1).abs()
}

fn towards(from: (i64, i64), to: (i64, i64), distance: i64) -> (i64, i64) {
    (from.0 + (to.0 - from.0).signum() * distance, from.1 + (to.1 - from.1).signum() * distance)
}

fn write_node(out: &mut String, graph: &Graph, drawing: &Drawing, at: usize) {
    let Rect { x, y, w, h } = drawing.boxes[at];
    let (node, shown) = (&graph.nodes[at], &drawing.shown[at]);
    let (kind, what) = match node.kind {
        NodeKind::Entry => ("entry", ", entry"),
        NodeKind::Plain => ("plain", ""),
        NodeKind::Exit => ("exit", ", exit"),
        NodeKind::Unreachable => ("unreachable", ", unreachable"),
    };
    let note = if shown.shortened { ", some of it not shown" } else { "" };
    let tooltip = escape(&format!("{}{what}: {} lines{note}", shown.title, node.lines.len()));
    let _ = write!(
        out,
        "<g class=\"node {kind}\"><title>{tooltip}</title><rect class=\"body\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\"/>"
    );
    let _ = write!(out, "<path class=\"band\" d=\"{}\"/>", band(x, y, w, h));
    let _ = write!(out, "<text class=\"name\" x=\"{}\" y=\"{}\">{}</text>", x + PAD, y + 15, escape(&shown.title));
    let mut baseline = y + BAND + LINE;
    for line in &shown.lines {
        let _ =
            write!(out, "<text xml:space=\"preserve\" x=\"{}\" y=\"{baseline}\">{}</text>", x + PAD, escape(line));
        baseline += LINE;
    }
    let _ = writeln!(out, "<rect class=\"frame\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\"/></g>");
}

/// The outline of the band that a node's title stands in: round where the box is.
fn band(x: i64, y: i64, w: i64, h: i64) -> String {
    let foot = if h == BAND { 4 } else { 0 };
    format!(
        "M{} {y}h{}q4 0 4 4v{}q0 {foot} -{foot} {foot}h-{}q-{foot} 0 -{foot} -{foot}v-{}q0 -4 4 -4z",
        x + 4,
        w - 8,
        BAND - 4 - foot,
        w - 2 * foot,
        BAND - 4 - foot,
    )
}

/// What the picture's legend explains: class and words of each kind that occurs.
fn keys(graph: &Graph, drawing: &Drawing) -> Vec<(&'static str, &'static str)> {
    let edge = |kind: EdgeKind| drawing.arcs.iter().any(|arc| arc.kind == kind);
    let node = |kind: NodeKind| graph.nodes.iter().any(|node| node.kind == kind);
    let all = [
        (node(NodeKind::Entry), "node entry", "entry"),
        (node(NodeKind::Exit), "node exit", "exit"),
        (node(NodeKind::Unreachable), "node unreachable", "unreachable"),
        (edge(EdgeKind::Jump), "edge jump", "jump"),
        (edge(EdgeKind::True), "edge true", "if true"),
        (edge(EdgeKind::False), "edge false", "if false"),
        (edge(EdgeKind::Case), "edge case", "case"),
        (edge(EdgeKind::Default), "edge default", "default"),
        (drawing.routes.iter().any(|route| route.back), "edge jump back", "loop"),
    ];
    all.into_iter().filter(|key| key.0).map(|(_, class, words)| (class, words)).collect()
}

fn key_width(words: &str) -> i64 {
    text_width(words) + 50
}

fn write_legend(out: &mut String, keys: &[(&str, &str)], mut x: i64, y: i64) {
    for (class, words) in keys {
        let _ = write!(out, "<g class=\"{class}\">");
        if class.starts_with("node") {
            let _ = write!(
                out,
                "<rect class=\"body\" x=\"{x}\" y=\"{}\" width=\"24\" height=\"12\" rx=\"3\"/>",
                y - 10
            );
            let _ = write!(
                out,
                "<rect class=\"band frame\" x=\"{x}\" y=\"{}\" width=\"24\" height=\"12\" rx=\"3\"/>",
                y - 10
            );
        } else {
            let _ = write!(
                out,
                "<path class=\"line\" d=\"M{x} {0}h18\"/><path class=\"head\" d=\"M{1} {0}l-8 -4v8z\"/>",
                y - 4,
                x + 25
            );
        }
        let _ = writeln!(out, "<text class=\"key\" x=\"{}\" y=\"{y}\">{words}</text></g>", x + 31);
        x += key_width(words);
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(printable) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
