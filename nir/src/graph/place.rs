//! Places: the horizontal centre of each vertex, after Brandes and Köpf, "Fast and Simple Horizontal Coordinate
//! Assignment" (Graph Drawing 2001).
//!
//! Vertices are aligned with a median neighbour into vertical blocks, the blocks are pushed together, and this from each
//! of the four corners; the middle of the four places is taken. Blocks are pushed together along their order of
//! neighbourhood, first to the left and then back to the right, which needs no classes and no recursion.
//!
//! Invariant: neighbours in a layer keep their order and their gap.

use super::layers::{Layered, Shape};
use super::order::places;

/// Between two boxes, and beside a bend.
const GAP: i64 = 36;
const BEND_GAP: i64 = 18;

/// The centres of all vertices, given half the width of each.
pub(super) fn centres(layered: &Layered, half: &[i64]) -> Vec<i64> {
    let bent = bent(layered);
    let mut four: Vec<Vec<i64>> = Vec::new();
    for (upwards, mirrored) in [(false, false), (false, true), (true, false), (true, true)] {
        let corner = Corner::new(layered, half, &bent, upwards, mirrored);
        let sign = if mirrored { -1 } else { 1 };
        four.push(corner.compact(&corner.align()).into_iter().map(|x| x * sign).collect());
    }
    line_up(&mut four, half);
    (0..layered.rank.len())
        .map(|vertex| {
            let mut x = [four[0][vertex], four[1][vertex], four[2][vertex], four[3][vertex]];
            x.sort_unstable();
            (x[1] + x[2]).div_euclid(2)
        })
        .collect()
}

/// Moves the four so that they share the borders of the narrowest.
fn line_up(four: &mut [Vec<i64>], half: &[i64]) {
    let left = |x: &[i64]| x.iter().zip(half).map(|(x, half)| x - half).min().unwrap_or(0);
    let right = |x: &[i64]| x.iter().zip(half).map(|(x, half)| x + half).max().unwrap_or(0);
    let Some((low, high)) = four.iter().map(|x| (left(x), right(x))).min_by_key(|(low, high)| high - low) else {
        return;
    };
    for (at, x) in four.iter_mut().enumerate() {
        let shift = if at % 2 == 0 { low - left(x) } else { high - right(x) };
        x.iter_mut().for_each(|x| *x += shift);
    }
}

/// Links that cannot be straight, because they cross or join a link between two bends: those come first.
fn bent(layered: &Layered) -> Vec<bool> {
    let places = places(&layered.layers, layered.rank.len());
    let (above, _) = layered.neighbours();
    let mut bent = vec![false; layered.links.len()];
    for pair in layered.layers.windows(2) {
        let mut scanned = 0;
        let mut low = 0;
        for (at, &vertex) in pair[1].iter().enumerate() {
            let inner = upper_bend(layered, &above, vertex).map(|link| places[layered.links[link].a]);
            if inner.is_none() && at + 1 < pair[1].len() {
                continue;
            }
            let high = inner.unwrap_or(pair[0].len());
            for &other in &pair[1][scanned..=at] {
                for &link in &above[other] {
                    let place = places[layered.links[link].a];
                    let inner = upper_bend(layered, &above, other);
                    bent[link] = inner != Some(link) && (inner.is_some() || place < low || place > high);
                }
            }
            (scanned, low) = (at + 1, high);
        }
    }
    bent
}

/// The link from the bend above a bend.
fn upper_bend(layered: &Layered, above: &[Vec<usize>], vertex: usize) -> Option<usize> {
    let bend = |link: &&usize| layered.is_bend(layered.links[**link].a);
    above[vertex].iter().find(bend).copied().filter(|_| layered.is_bend(vertex))
}

/// The graph seen from one corner: layers in the order of work, neighbours in the layer before.
struct Corner<'a> {
    layered: &'a Layered,
    half: &'a [i64],
    layers: Vec<Vec<usize>>,
    /// For each vertex, the neighbours to align with, from left to right.
    before: Vec<Vec<usize>>,
    places: Vec<usize>,
}

impl<'a> Corner<'a> {
    fn new(layered: &'a Layered, half: &'a [i64], bent: &[bool], upwards: bool, mirrored: bool) -> Self {
        let mut layers = layered.layers.clone();
        if upwards {
            layers.reverse();
        }
        if mirrored {
            layers.iter_mut().for_each(|layer| layer.reverse());
        }
        let places = places(&layers, layered.rank.len());
        let mut before = vec![Vec::new(); layered.rank.len()];
        let spans = layered.links.iter().zip(bent).filter(|(link, bent)| link.shape == Shape::Span && !**bent);
        for (link, _) in spans {
            let (vertex, other) = if upwards { (link.a, link.b) } else { (link.b, link.a) };
            before[vertex].push(other);
        }
        before.iter_mut().for_each(|list| list.sort_unstable_by_key(|&other| places[other]));
        Self { layered, half, layers, before, places }
    }

    /// The first vertex of the block of each vertex.
    fn align(&self) -> Vec<usize> {
        let mut root: Vec<usize> = (0..self.places.len()).collect();
        let mut taken = vec![false; self.places.len()];
        for layer in &self.layers {
            let mut free = 0;
            for &vertex in layer {
                let list = &self.before[vertex];
                let middle = list.len().saturating_sub(1) / 2..(list.len() / 2 + 1).min(list.len());
                let fits = |other: &&usize| !taken[**other] && self.places[**other] >= free;
                if let Some(&other) = list[middle].iter().find(fits) {
                    taken[other] = true;
                    root[vertex] = root[other];
                    free = self.places[other] + 1;
                }
            }
        }
        root
    }

    /// Pushes the blocks to the left as far as they go, then back to the right as far as that takes no width.
    fn compact(&self, root: &[usize]) -> Vec<i64> {
        let mut right: Vec<Vec<(usize, i64)>> = vec![Vec::new(); root.len()];
        let mut waiting = vec![0_usize; root.len()];
        for pair in self.layers.iter().flat_map(|layer| layer.windows(2)) {
            right[root[pair[0]]].push((root[pair[1]], self.apart(pair[0], pair[1])));
            waiting[root[pair[1]]] += 1;
        }
        let mut ready: Vec<usize> = (0..root.len()).filter(|&v| root[v] == v && waiting[v] == 0).collect();
        let mut order = Vec::with_capacity(ready.len());
        let mut x = vec![0_i64; root.len()];
        while let Some(block) = ready.pop() {
            order.push(block);
            for &(next, apart) in &right[block] {
                x[next] = x[next].max(x[block] + apart);
                waiting[next] -= 1;
                if waiting[next] == 0 {
                    ready.push(next);
                }
            }
        }
        for &block in order.iter().rev() {
            let limit = right[block].iter().map(|&(next, apart)| x[next] - apart).min();
            x[block] = limit.map_or(x[block], |limit| x[block].max(limit));
        }
        root.iter().map(|&block| x[block]).collect()
    }

    fn apart(&self, left: usize, right: usize) -> i64 {
        let bend = self.layered.is_bend(left) || self.layered.is_bend(right);
        self.half[left] + self.half[right] + if bend { BEND_GAP } else { GAP }
    }
}
