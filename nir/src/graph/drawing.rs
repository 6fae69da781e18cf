//! A drawing: where boxes stand and lines run, in pixels, before it is written in any format.
//!
//! Invariants: no two boxes overlap; every route starts on the lower border of its arc's first box and ends on the upper
//! border of its last; all of its segments are horizontal or vertical.

use super::arcs::{Arc, merge};
use super::text::{MAX_LINES, Shown, show, width};
use super::{Graph, arcs, column, layers, order, place, ports, route};

/// Above this many nodes a graph is drawn as one column.
pub(super) const MAX_NODES: usize = 20_000;
/// Lines that a node shows in a graph of more than [`MAX_NODES`].
const FEW_LINES: usize = 4;
/// Width of a column of text: generous for any monospaced font of 12 pixels.
const COLUMN: i64 = 8;
/// Height of a line of text, and of the band that the title stands in.
pub(super) const LINE: i64 = 16;
pub(super) const BAND: i64 = 22;
/// Between text and border.
pub(super) const PAD: i64 = 10;

/// Where everything is.
pub(super) struct Drawing {
    pub arcs: Vec<Arc>,
    pub shown: Vec<Shown>,
    pub boxes: Vec<Rect>,
    /// One for each arc.
    pub routes: Vec<Route>,
    pub width: i64,
    pub height: i64,
}

/// A node's box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub x: i64,
    pub y: i64,
    pub w: i64,
    pub h: i64,
}

/// The line of an arc.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Route {
    pub points: Vec<(i64, i64)>,
    /// Where the label starts: on its baseline.
    pub label: (i64, i64),
    /// Whether the arc closes a loop.
    pub back: bool,
}

/// Lays `graph` out.
pub(super) fn draw(graph: &Graph) -> Drawing {
    let arcs = merge(graph);
    let entry = arcs::entry(graph);
    let lines = if graph.nodes.len() > MAX_NODES { FEW_LINES } else { MAX_LINES };
    let shown: Vec<Shown> = graph.nodes.iter().map(|node| show(node, lines)).collect();
    let mut boxes: Vec<Rect> = shown.iter().map(measure).collect();
    let layered = if boxes.len() > MAX_NODES { None } else { layers::build(boxes.len(), entry, &arcs) };
    let routes = match layered {
        Some(mut layered) => {
            order::reduce_crossings(&mut layered);
            let half = ports::widen(&layered, &arcs, &mut boxes);
            let centres = place::centres(&layered, &half);
            route::route(&layered, &arcs, centres, &mut boxes)
        }
        None => column::route(boxes.len(), entry, &arcs, &mut boxes),
    };
    let mut drawing = Drawing { arcs, shown, boxes, routes, width: 0, height: 0 };
    drawing.shift_to_origin();
    drawing
}

/// Width in pixels that a text takes.
pub(super) fn text_width(text: &str) -> i64 {
    i64::try_from(width(text)).unwrap_or(i64::MAX / 1024).saturating_mul(COLUMN)
}

/// `width` or one more, so that the centre is a whole pixel.
pub(super) fn even(width: i64) -> i64 {
    width + width % 2
}

fn measure(shown: &Shown) -> Rect {
    let text = shown.lines.iter().map(|line| text_width(line)).max().unwrap_or(0);
    let lines = i64::try_from(shown.lines.len()).unwrap_or(0);
    let body = if lines == 0 { 0 } else { lines * LINE + PAD };
    let w = even((text.max(text_width(&shown.title)) + 2 * PAD).max(64));
    Rect { x: 0, y: 0, w, h: BAND + body }
}

impl Drawing {
    /// Moves everything so that the leftmost and uppermost things touch zero, and notes the size.
    fn shift_to_origin(&mut self) {
        let mut low = (i64::MAX, i64::MAX);
        let mut high = (0, 0);
        let corners = self.boxes.iter().flat_map(|b| [(b.x, b.y), (b.x + b.w, b.y + b.h)]);
        let labels =
            self.routes.iter().zip(&self.arcs).map(|(r, a)| (r.label.0 + text_width(&a.label), r.label.1));
        let bends = self.routes.iter().flat_map(|r| r.points.iter().copied());
        for (x, y) in corners.chain(labels).chain(bends) {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if self.boxes.is_empty() {
            return;
        }
        for b in &mut self.boxes {
            (b.x, b.y) = (b.x - low.0, b.y - low.1);
        }
        for r in &mut self.routes {
            r.label = (r.label.0 - low.0, r.label.1 - low.1);
            r.points.iter_mut().for_each(|p| *p = (p.0 - low.0, p.1 - low.1));
        }
        (self.width, self.height) = (high.0 - low.0, high.1 - low.1);
    }
}
