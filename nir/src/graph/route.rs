//! Routes: from ports and tracks to vertical places and the bends of every arc.
//!
//! Invariant: every part of a route is horizontal or vertical, and horizontal parts lie between layers.

use super::arcs::Arc;
use super::drawing::{Rect, Route};
use super::layers::{Layered, Link, Path, Shape};
use super::ports::{BESIDE, Ends, Ports, labelled_low, place_ports};
use super::tracks::{Gap, tracks};

/// Between tracks.
const TRACK: i64 = 10;
/// From a layer to its first track, and from the last to the boxes below: room for an arrow head.
const LEAVE: i64 = 12;
const ENTER: i64 = 20;
/// Height of a row of labels.
const LABEL: i64 = 14;
/// How far a line steps aside.
const JOG: i64 = 8;

/// Gives every box its place and every arc its route.
pub(super) fn route(layered: &Layered, arcs: &[Arc], mut centres: Vec<i64>, boxes: &mut [Rect]) -> Vec<Route> {
    let ports = Ports::new(layered, arcs);
    for (b, x) in boxes.iter_mut().zip(&centres) {
        b.x = x - b.w / 2;
    }
    centres.resize(layered.rank.len(), 0);
    let end = |of: fn(&Link) -> usize| layered.links.iter().map(|link| centres[of(link)]).collect::<Vec<i64>>();
    let mut ends = Ends {
        a: end(|link| link.a),
        b: end(|link| link.b),
        track: vec![0; layered.links.len()],
        jog: vec![None; layered.links.len()],
    };
    // Once more below, now that the upper ports are known: what is nearly straight becomes so.
    for below in [true, false, true] {
        place_ports(layered, &ports, boxes, &mut ends, below);
    }
    let gaps = tracks(layered, &ports, &mut ends);
    let gap_ends = stack(layered, &gaps, boxes, &mut ends);
    (0..arcs.len()).map(|arc| trace(layered, &gap_ends, boxes, &ends, &arcs[arc], &layered.paths[arc])).collect()
}
/// Stacks the layers and turns track numbers into places; where each gap ends.
fn stack(layered: &Layered, gaps: &[Gap], boxes: &mut [Rect], ends: &mut Ends) -> Vec<i64> {
    let mut y = 0;
    let mut first_track = Vec::new();
    let mut gap_ends = Vec::new();
    for (at, gap) in gaps.iter().enumerate() {
        let empty = gap.tracks == 0 && (at == 0 || at == layered.layers.len());
        y += LEAVE + if gap.high_labels { LABEL } else { 0 };
        first_track.push(y);
        y += if empty { 0 } else { gap.tracks * TRACK + ENTER + if gap.low_labels { LABEL } else { 0 } };
        gap_ends.push(y);
        let layer = layered.layers.get(at).map_or(&[][..], Vec::as_slice);
        let height = layer.iter().filter_map(|&node| boxes.get(node)).map(|b| b.h).max().unwrap_or(0);
        for &node in layer.iter().filter(|&&node| node < layered.nodes) {
            boxes[node].y = y;
        }
        y += height;
    }
    for (at, link) in layered.links.iter().enumerate() {
        let first = first_track[link.gap];
        ends.track[at] = first + ends.track[at] * TRACK;
        ends.jog[at] = ends.jog[at].map(|jog| first + jog * TRACK);
    }
    gap_ends
}

/// The route of one arc, link after link.
fn trace(layered: &Layered, gap_ends: &[i64], boxes: &[Rect], ends: &Ends, arc: &Arc, path: &Path) -> Route {
    let bottom = boxes[arc.from].y + boxes[arc.from].h;
    let mut points = vec![(ends.a[path.first], bottom)];
    let mut run = |link: usize, upwards: bool| {
        let (a, b, y) = (ends.a[link], ends.b[link], ends.track[link]);
        let mut bends = match ends.jog[link] {
            Some(jog) => vec![(a, y), (b + JOG, y), (b + JOG, jog), (b, jog)],
            None if a != b => vec![(a, y), (b, y)],
            None => Vec::new(),
        };
        if upwards {
            bends.reverse();
        }
        points.append(&mut bends);
        if upwards { a } else { b }
    };
    let mut x = run(path.first, false);
    if path.back {
        for link in path.rest.clone().rev() {
            x = run(link, layered.links[link].shape == Shape::Span);
        }
    } else {
        for link in path.rest.clone() {
            x = run(link, false);
        }
    }
    points.push((x, boxes[arc.to].y));
    let first = &layered.links[path.first];
    let label = if labelled_low(layered, first) {
        (ends.b[path.first], gap_ends[first.gap] - ENTER / 2 - 2)
    } else {
        (ends.a[path.first], bottom + LEAVE)
    };
    Route { points, label: (label.0 + BESIDE, label.1), back: path.back }
}
