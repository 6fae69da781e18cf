//! A column: all boxes below each other, arcs in lanes beside them; for graphs too large for layers.
//!
//! Forward arcs run to the right of the column, others to its left. Invariant: work grows with nodes and arcs alone.

use super::arcs::Arc;
use super::drawing::{Rect, Route, text_width};

/// Lanes at each side; what finds none free shares the outermost.
const MAX_LANES: usize = 48;
const LANE: i64 = 10;
/// Between two boxes, and how far below and above a box arcs turn.
const GAP: i64 = 60;
const LEAVE: i64 = 18;
const ENTER: i64 = 18;
/// From the column's centre to the ports of arcs that go to a lane.
const PORT: i64 = 14;
/// Where a label stands: beside its line, and below a turn.
const BESIDE: i64 = 4;
const LABEL: i64 = 13;

/// Places the boxes, the entry first, and routes the arcs.
pub(super) fn route(nodes: usize, entry: usize, arcs: &[Arc], boxes: &mut [Rect]) -> Vec<Route> {
    let mut row = vec![0; nodes];
    let mut y = 0;
    let order = (entry..nodes).take(1).chain((0..nodes).filter(|&node| node != entry));
    for (at, node) in order.enumerate() {
        row[node] = at;
        boxes[node].x = -boxes[node].w / 2;
        boxes[node].y = y;
        y += boxes[node].h + GAP;
    }
    let edge = boxes.iter().map(|b| b.w / 2).max().unwrap_or(0);
    let lanes = lanes(arcs, &row);
    arcs.iter()
        .zip(lanes)
        .map(|(arc, lane)| trace(arc, &row, boxes, lane.map(|lane| edge + LANE * (lane + 2))))
        .collect()
}

/// A lane for each arc that needs one: the innermost that is free between its rows.
fn lanes(arcs: &[Arc], row: &[usize]) -> Vec<Option<i64>> {
    let mut order: Vec<usize> = (0..arcs.len()).filter(|&at| row[arcs[at].to] != row[arcs[at].from] + 1).collect();
    order.sort_by_key(|&at| row[arcs[at].from].min(row[arcs[at].to]));
    let mut free_from = [[0; MAX_LANES]; 2];
    let mut lanes = vec![None; arcs.len()];
    for at in order {
        let (from, to) = (row[arcs[at].from], row[arcs[at].to]);
        let side = &mut free_from[usize::from(to <= from)];
        let lane = side.iter().position(|&row| row <= from.min(to)).unwrap_or(MAX_LANES - 1);
        side[lane] = side[lane].max(from.max(to) + 1);
        lanes[at] = i64::try_from(lane).ok();
    }
    lanes
}

fn trace(arc: &Arc, row: &[usize], boxes: &[Rect], lane: Option<i64>) -> Route {
    let bottom = boxes[arc.from].y + boxes[arc.from].h;
    let top = boxes[arc.to].y;
    let back = row[arc.to] <= row[arc.from];
    let side = if back { -1 } else { 1 };
    let x = if lane.is_some() { PORT * side } else { 0 };
    let mut points = vec![(x, bottom)];
    // A straight arc's label is at its end, out of the way of those that turn.
    let mut label = (x + BESIDE, top - BESIDE);
    if let Some(lane) = lane.map(|lane| lane * side) {
        // Below the turn, to the outer side.
        label.1 = bottom + LEAVE + LABEL;
        label.0 -= if back { text_width(&arc.label) + 2 * BESIDE } else { 0 };
        points.extend([(x, bottom + LEAVE), (lane, bottom + LEAVE), (lane, top - ENTER), (x, top - ENTER)]);
    }
    points.push((x, top));
    Route { points, label, back }
}
