//! Ports: where arcs leave and enter boxes.
//!
//! Invariants: a port is never outside its box; ports at one side keep the order of their other ends; a label has room
//! to the right of its line.

use std::collections::{BTreeMap, BTreeSet};

use super::arcs::Arc;
use super::drawing::{PAD, Rect, even, text_width};
use super::layers::{Layered, Link, Shape};

/// Between ports without labels.
pub(super) const SLOT: i64 = 16;
/// Between a line and its label.
pub(super) const BESIDE: i64 = 5;
/// A box with more links in than this takes them all at one port.
const MAX_ENTRIES: usize = 8;

/// The ends of each link, and the track that it runs along.
pub(super) struct Ends {
    pub a: Vec<i64>,
    pub b: Vec<i64>,
    pub track: Vec<i64>,
    /// The track on which a link steps aside to its lower end: it comes down beside it, because another line goes down
    /// from that place.
    pub jog: Vec<Option<i64>>,
}
/// The links at one side of each node, each with the room to the right of its line.
pub(super) struct Ports {
    /// Spans and cups out of each node; all spans of a bus stand for one.
    out: Vec<Vec<(usize, i64)>>,
    /// Spans and caps into each node.
    into: Vec<Vec<(usize, i64)>>,
    /// Whether all spans into a node share a port.
    pub joined: Vec<bool>,
    /// The arc whose label stands at a link.
    pub label_of: Vec<Option<usize>>,
}

impl Ports {
    pub(super) fn new(layered: &Layered, arcs: &[Arc]) -> Self {
        let mut label_of = vec![None; layered.links.len()];
        for (at, path) in layered.paths.iter().enumerate().filter(|(at, _)| !arcs[*at].label.is_empty()) {
            label_of[path.first] = Some(at);
        }
        let mut out = vec![Vec::new(); layered.nodes];
        let mut into = vec![Vec::new(); layered.nodes];
        for (at, link) in layered.links.iter().enumerate() {
            let room = label_of[at].map_or(SLOT, |arc| SLOT.max(label_room(&arcs[arc])));
            let low = labelled_low(layered, link);
            if link.a < layered.nodes && link.shape != Shape::Cap {
                out[link.a].push((at, if low { SLOT } else { room }));
            }
            if link.b < layered.nodes && link.shape != Shape::Cup {
                into[link.b].push((at, if low { room } else { SLOT }));
            }
        }
        let joined = into.iter().map(|links| links.len() > MAX_ENTRIES).collect();
        Self { out, into, joined, label_of }
    }

    /// Room that the ports at one side need: a shared one counts once.
    fn room(&self, layered: &Layered, node: usize, below: bool) -> i64 {
        let (list, shared) =
            if below { (&self.out[node], layered.bus[node]) } else { (&self.into[node], self.joined[node]) };
        let spans =
            list.iter().filter(|(link, _)| layered.links[*link].shape == Shape::Span).map(|(_, room)| *room);
        let turns =
            list.iter().filter(|(link, _)| layered.links[*link].shape != Shape::Span).map(|(_, room)| room);
        turns.sum::<i64>() + if shared { spans.max().unwrap_or(0) } else { spans.sum() }
    }
}

/// Whether a link's label stands at its lower end: that of a bus, whose upper ends are all one.
pub(super) fn labelled_low(layered: &Layered, link: &Link) -> bool {
    link.shape == Shape::Span && link.a < layered.nodes && layered.bus[link.a]
}

fn label_room(arc: &Arc) -> i64 {
    text_width(&arc.label) + 2 * BESIDE
}

/// Widens boxes so that their ports fit; half the width of each vertex.
pub(super) fn widen(layered: &Layered, arcs: &[Arc], boxes: &mut [Rect]) -> Vec<i64> {
    let ports = Ports::new(layered, arcs);
    for (node, b) in boxes.iter_mut().enumerate() {
        let room = ports.room(layered, node, true).max(ports.room(layered, node, false));
        b.w = even(b.w.max(room + 2 * PAD));
    }
    let mut half: Vec<i64> = boxes.iter().map(|b| b.w / 2).collect();
    half.resize(layered.rank.len(), 0);
    for (at, link) in layered.links.iter().enumerate() {
        if let Some(arc) = ports.label_of[at].filter(|_| layered.is_bend(link.b) && labelled_low(layered, link)) {
            half[link.b] = half[link.b].max(label_room(&arcs[arc]));
        }
    }
    half
}
/// Ports at one side of all boxes: straight above or below the other end where that is possible, else near the centre.
pub(super) fn place_ports(layered: &Layered, ports: &Ports, boxes: &[Rect], ends: &mut Ends, below: bool) {
    let taken = taken_places(layered, ends, below);
    for (node, b) in boxes.iter().enumerate() {
        let groups = port_groups(layered, ports, ends, node, below);
        let slots = slots(&groups, b, below);
        let places = spread(&slots, b.x + PAD, b.x + b.w - PAD);
        for (group, mut x) in groups.iter().zip(places) {
            let gap = layered.links[group.links[0]].gap;
            let crowded = taken.range((gap, x - 3)..=(gap, x + 3)).next().is_some();
            if let Some(wish) = group.wish.filter(|wish| (wish - x).abs() <= 3) {
                x = wish;
            } else if crowded {
                x = if x + 7 < b.x + b.w - PAD / 2 { x + 7 } else { x - 7 };
            }
            let side = if below { &mut ends.a } else { &mut ends.b };
            group.links.iter().for_each(|&link| side[link] = x);
        }
    }
}

/// Links that share a port.
struct PortGroup {
    links: Vec<usize>,
    room: i64,
    /// Where the other end is, when there is one that the line could come straight from.
    wish: Option<i64>,
}

/// The ports at one side of a node from left to right: turns at the outer sides, so that they enclose nothing, and the
/// rest in the order of their other ends.
fn port_groups(layered: &Layered, ports: &Ports, ends: &Ends, node: usize, below: bool) -> Vec<PortGroup> {
    let (list, shared) =
        if below { (&ports.out[node], layered.bus[node]) } else { (&ports.into[node], ports.joined[node]) };
    let mut groups: BTreeMap<(i8, i64, usize), PortGroup> = BTreeMap::new();
    for &(link, room) in list {
        let other = if below { ends.b[link] } else { ends.a[link] };
        let here = if below { ends.a[link] } else { ends.b[link] };
        let is_span = layered.links[link].shape == Shape::Span;
        let (key, wish) = match (is_span, shared) {
            (false, _) => ((if other < here { -1 } else { 1 }, 0, link), None),
            (true, true) => ((0, 0, 0), None),
            (true, false) => ((0, other, link), Some(other)),
        };
        let group = groups.entry(key).or_insert(PortGroup { links: Vec::new(), room: 0, wish });
        group.links.push(link);
        group.room = group.room.max(room);
    }
    groups.into_values().collect()
}

/// What the ports at one side wish for. Of several that leave, one may be straight far from the centre only when all
/// are: so a branch looks the same on both sides.
fn slots(groups: &[PortGroup], b: &Rect, below: bool) -> Vec<Slot> {
    let centre = b.x + b.w / 2;
    let within =
        |group: &PortGroup| group.wish.filter(|x| *x >= b.x + PAD && x + group.room <= b.x + b.w - PAD + SLOT);
    let reach = if !below || groups.iter().all(|group| within(group).is_some()) { b.w } else { b.w / 4 };
    let slot = |group: &PortGroup| match within(group).filter(|x| (x - centre).abs() <= reach) {
        Some(wish) => Slot { wish, weight: 1000, room: group.room },
        None => Slot { wish: centre, weight: 1, room: group.room },
    };
    groups.iter().map(slot).collect()
}

/// Places in each gap at which lines come from its other side.
fn taken_places(layered: &Layered, ends: &Ends, below: bool) -> BTreeSet<(usize, i64)> {
    let spans = layered.links.iter().enumerate().filter(|(_, link)| link.shape == Shape::Span);
    spans.map(|(at, link)| (link.gap, if below { ends.b[at] } else { ends.a[at] })).collect()
}

/// A port to place.
struct Slot {
    wish: i64,
    weight: i64,
    room: i64,
}

/// Places in order, each with its room, as near to the wishes as the weighted squares of the distances say: the pools of
/// violators of isotonic regression.
fn spread(slots: &[Slot], low: i64, high: i64) -> Vec<i64> {
    let mut offset = 0;
    let mut pools: Vec<(i64, i64, usize)> = Vec::new();
    let mut offsets = Vec::new();
    for (at, slot) in slots.iter().enumerate() {
        offsets.push(offset);
        let mut pool = ((slot.wish - offset) * slot.weight, slot.weight, 1);
        while let Some(&(sum, weight, count)) = pools.last().filter(|last| last.0 * pool.1 > pool.0 * last.1) {
            pools.pop();
            pool = (pool.0 + sum, pool.1 + weight, pool.2 + count);
        }
        pools.push(pool);
        // A line between two rooms stands half a slot from each side; labels are to its right.
        offset += if at + 1 < slots.len() { slot.room } else { 0 };
    }
    let last = slots.last().map_or(0, |slot| slot.room - SLOT);
    let high = (high - offset - last).max(low);
    let places = pools.iter().flat_map(|&(sum, weight, count)| std::iter::repeat_n(sum.div_euclid(weight), count));
    places.zip(offsets).map(|(x, offset)| x.clamp(low, high) + offset).collect()
}
