//! Order: fewer crossings between links, by sweeps that sort each layer after the means of its neighbours' places.
//!
//! Invariant: each layer keeps its vertices; the number of crossings never grows.

use super::layers::{Layered, Shape};

/// Sweeps down and up, in turn.
const SWEEPS: usize = 16;
/// Loops that may change sides, and vertices that may be walked over for all of them.
const LOOPS: usize = 64;
const WALKED: usize = 4_000_000;

/// Orders the layers of `layered`; the number of crossings that stay.
pub(super) fn reduce_crossings(layered: &mut Layered) -> usize {
    let (above, below) = layered.neighbours();
    choose_sides(layered, &below);
    let mut places = places(&layered.layers, layered.rank.len());
    let mut best = layered.layers.clone();
    let mut fewest = crossings(layered, &below, &places);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let down = sweep % 2 == 0;
        sweep_layers(layered, if down { &above } else { &below }, &mut places, down);
        let count = crossings(layered, &below, &places);
        if count < fewest {
            fewest = count;
            best.clone_from(&layered.layers);
        }
    }
    layered.layers = best;
    fewest
}

/// Orders by a walk, and moves each of the first loops to the right of its body where that takes crossings away.
fn choose_sides(layered: &mut Layered, below: &[Vec<usize>]) {
    let heads = layered.loop_heads();
    let tries = LOOPS.min(WALKED / layered.rank.len().max(1));
    let mut right = vec![false; layered.nodes];
    let mut cost = |right: &[bool]| {
        layered.order_by_walk(below, right);
        crossings(layered, below, &places(&layered.layers, layered.rank.len()))
    };
    let mut fewest = cost(&right);
    for &head in heads.iter().take(tries) {
        if fewest == 0 {
            break;
        }
        right[head] = true;
        let count = cost(&right);
        right[head] = count < fewest;
        fewest = fewest.min(count);
    }
    layered.order_by_walk(below, &right);
}

/// The place of each vertex in its layer.
pub(super) fn places(layers: &[Vec<usize>], vertices: usize) -> Vec<usize> {
    let mut places = vec![0; vertices];
    for layer in layers {
        layer.iter().enumerate().for_each(|(place, &vertex)| places[vertex] = place);
    }
    places
}

fn sweep_layers(layered: &mut Layered, neighbours: &[Vec<usize>], places: &mut [usize], down: bool) {
    let count = layered.layers.len();
    let mut partner = vec![None; layered.rank.len()];
    for &(bend, node) in layered.partners.iter().filter(|(bend, _)| neighbours[*bend].is_empty()) {
        partner[bend] = Some(node);
    }
    let mut key = vec![0.0; layered.rank.len()];
    for step in 1..count {
        let at = if down { step } else { count - 1 - step };
        let layer = &mut layered.layers[at];
        let mut last = 0.0;
        for &vertex in &*layer {
            // A vertex without neighbours there stays beside the one to its left.
            last = mean(&layered.links, &neighbours[vertex], places, down).unwrap_or(last);
            key[vertex] = last;
        }
        for &vertex in &*layer {
            if let Some(node) = partner[vertex] {
                key[vertex] = key[node];
            }
        }
        layer.sort_by(|a, b| key[*a].total_cmp(&key[*b]));
        layer.iter().enumerate().for_each(|(place, &vertex)| places[vertex] = place);
    }
}

fn mean(links: &[super::layers::Link], neighbours: &[usize], places: &[usize], down: bool) -> Option<f64> {
    let sum: usize = neighbours.iter().map(|&link| places[if down { links[link].a } else { links[link].b }]).sum();
    (!neighbours.is_empty()).then(|| sum as f64 / neighbours.len() as f64)
}

/// Crossings of spans with spans, and of cups and caps with what leaves the vertices that they pass.
fn crossings(layered: &Layered, below: &[Vec<usize>], places: &[usize]) -> usize {
    let mut count = 0;
    for pair in layered.layers.windows(2) {
        let mut met = Counter::new(pair[1].len());
        for &vertex in &pair[0] {
            let lower = || below[vertex].iter().map(|&link| places[layered.links[link].b]);
            count += lower().map(|place| met.above(place)).sum::<usize>();
            lower().for_each(|place| met.add(place));
        }
    }
    count + turns(layered, places)
}

fn turns(layered: &Layered, places: &[usize]) -> usize {
    let mut down = vec![0; layered.rank.len()];
    let mut up = vec![0; layered.rank.len()];
    for link in layered.links.iter().filter(|link| link.shape == Shape::Span) {
        down[link.a] += 1;
        up[link.b] += 1;
    }
    for layer in &layered.layers {
        for pair in layer.windows(2) {
            down[pair[1]] += down[pair[0]];
            up[pair[1]] += up[pair[0]];
        }
    }
    let mut count = 0;
    for link in layered.links.iter().filter(|link| link.shape != Shape::Span) {
        let sums = if link.shape == Shape::Cup { &down } else { &up };
        let layer = &layered.layers[layered.rank[link.a]];
        let (left, right) = (places[link.a].min(places[link.b]), places[link.a].max(places[link.b]));
        if left + 1 < right {
            count += sums[layer[right - 1]] - sums[layer[left]];
        }
    }
    count
}

/// Counts places met, and how many of them were above one: a binary indexed tree.
struct Counter {
    sums: Vec<usize>,
    total: usize,
}

impl Counter {
    fn new(places: usize) -> Self {
        Self { sums: vec![0; places + 1], total: 0 }
    }

    fn add(&mut self, place: usize) {
        self.total += 1;
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn above(&self, place: usize) -> usize {
        let mut up_to = 0;
        let mut at = place + 1;
        while at > 0 {
            up_to += self.sums[at];
            at &= at - 1;
        }
        self.total - up_to
    }
}
