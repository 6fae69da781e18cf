//! Tracks: the horizontal lines between two layers that links run along.
//!
//! Invariants: links whose horizontal parts meet run on different tracks (up to [`MAX_TRACKS`]), unless they leave or
//! enter together; links without a common end never lie on each other.

use std::collections::{BTreeMap, BTreeSet};

use super::layers::{Layered, Shape};
use super::ports::{Ends, Ports, SLOT, labelled_low};

/// Tracks in one gap; more links share the last one.
const MAX_TRACKS: usize = 200;

/// What one gap holds.
#[derive(Clone, Default)]
pub(super) struct Gap {
    pub tracks: i64,
    pub high_labels: bool,
    pub low_labels: bool,
}

/// Links that run along one track: those of a bus, those that join, or one alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Out(usize),
    Into(usize, Shape),
    One(usize),
}

/// Finds a track for every link that is not straight.
pub(super) fn tracks(layered: &Layered, ports: &Ports, ends: &mut Ends) -> Vec<Gap> {
    let mut gaps = vec![Gap::default(); layered.layers.len() + 1];
    let mut groups: Vec<BTreeMap<Group, Vec<usize>>> = vec![BTreeMap::new(); gaps.len()];
    for (at, link) in layered.links.iter().enumerate() {
        let low = labelled_low(layered, link);
        gaps[link.gap].high_labels |= ports.label_of[at].is_some() && !low;
        gaps[link.gap].low_labels |= ports.label_of[at].is_some() && low;
        let joins = layered.is_bend(link.b) || link.shape == Shape::Span && ports.joined[link.b];
        let group = match joins {
            _ if low => Group::Out(link.a),
            true => Group::Into(link.b, link.shape),
            false => Group::One(at),
        };
        if ends.a[at] != ends.b[at] {
            groups[link.gap].entry(group).or_default().push(at);
        }
    }
    for (gap, groups) in gaps.iter_mut().zip(groups) {
        let mut runs: Vec<Run> = groups.into_values().map(|links| Run::new(layered, ends, links)).collect();
        runs.sort_by_key(|run| run.key);
        let jogs = keep_apart(layered, ends, &mut runs);
        gap.tracks = assign(&runs, &mut ends.track);
        jogs.iter().for_each(|&link| ends.jog[link] = Some(gap.tracks));
        gap.tracks += i64::from(!jogs.is_empty());
    }
    gaps
}

/// The horizontal extent of a group.
struct Run {
    left: i64,
    right: i64,
    key: (Shape, bool, i64),
    links: Vec<usize>,
}

impl Run {
    /// The key sorts from the uppermost track down, so that lines that run side by side do not cross: cups, short ones
    /// first; lines to the right, from the right; lines to the left, from the left; caps, short ones last.
    fn new(layered: &Layered, ends: &Ends, links: Vec<usize>) -> Self {
        let x = || links.iter().flat_map(|&link| [ends.a[link], ends.b[link]]);
        let (left, right) = (x().min().unwrap_or(0), x().max().unwrap_or(0));
        let first = links.first().copied().unwrap_or(0);
        let shape = layered.links[first].shape;
        let leftwards = ends.a[first] - left > right - ends.a[first];
        let key = match shape {
            Shape::Cup => (shape, false, right - left),
            Shape::Span if leftwards => (shape, true, ends.a[first]),
            Shape::Span => (shape, false, -ends.a[first]),
            Shape::Cap => (shape, false, left - right),
        };
        Self { left, right, key, links }
    }
}

/// Puts `runs` into an order in which a line that goes down where another one comes down turns off above it. Where that
/// goes round in a circle, the first of the circle goes first; gives back the links that must then step aside.
fn keep_apart(layered: &Layered, ends: &Ends, runs: &mut Vec<Run>) -> Vec<usize> {
    let spans =
        |run: usize| runs[run].links.iter().copied().filter(|&link| layered.links[link].shape == Shape::Span);
    let upper: BTreeSet<(i64, usize)> =
        (0..runs.len()).flat_map(|run| spans(run).map(move |link| (ends.a[link], run))).collect();
    let at = |x: i64| upper.range((x - 3, 0)..(x + 4, 0)).map(|&(_, run)| run);
    let mut later: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); runs.len()];
    let mut waiting = vec![0_usize; runs.len()];
    for (run, waiting) in waiting.iter_mut().enumerate() {
        for other in spans(run).flat_map(|link| at(ends.b[link])).filter(|&other| other != run) {
            *waiting += usize::from(later[other].insert(run));
        }
    }
    let mut left: BTreeSet<usize> = (0..runs.len()).collect();
    let mut ready: BTreeSet<usize> = left.iter().copied().filter(|&run| waiting[run] == 0).collect();
    let mut order = Vec::with_capacity(runs.len());
    let mut jogs = Vec::new();
    while let Some(run) = ready.pop_first().or_else(|| left.first().copied()) {
        left.remove(&run);
        if waiting[run] > 0 {
            jogs.extend(spans(run).filter(|&link| at(ends.b[link]).any(|other| left.contains(&other))));
        }
        order.push(run);
        for other in later[run].iter().filter(|other| left.contains(other)) {
            waiting[*other] -= 1;
            if waiting[*other] == 0 {
                ready.insert(*other);
            }
        }
    }
    let mut sorted: Vec<Option<Run>> = std::mem::take(runs).into_iter().map(Some).collect();
    runs.extend(order.into_iter().filter_map(|run| sorted[run].take()));
    jogs
}

/// Gives each run the track below the lowest earlier one that it meets; the number of tracks.
fn assign(runs: &[Run], track: &mut [i64]) -> i64 {
    let mut used: Vec<BTreeMap<i64, i64>> = Vec::new();
    for run in runs {
        let meets = |line: &BTreeMap<i64, i64>| {
            line.range(..=run.right + SLOT / 2).next_back().is_some_and(|(_, right)| right + SLOT / 2 >= run.left)
        };
        let at = used.iter().rposition(meets).map_or(0, |lowest| lowest + 1).min(MAX_TRACKS - 1);
        if at == used.len() {
            used.push(BTreeMap::new());
        }
        let right = used[at].entry(run.left).or_insert(run.right);
        *right = run.right.max(*right);
        run.links.iter().for_each(|&link| track[link] = i64::try_from(at).unwrap_or(0));
    }
    i64::try_from(used.len()).unwrap_or(0)
}
