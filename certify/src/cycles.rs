//! C8: how many cycles Cortex-M0 code takes, with memory that never waits and without interrupts.
//!
//! The figures are exact for each straight piece of code ([`Piece`]), because a Cortex-M0 has neither caches nor
//! prediction. Of functions there are bounds: the least over all paths that return, and the most where the code has no
//! loops and calls nothing of which nothing is known. Paths that end in a trap are left out.

use crate::Checks;
use crate::cortex_m0::{Costs, Exit, costs};
use crate::subject::{Context, Machine, Subject};
use artifact::{Artifact, Reference};
use native_ir::{Func, Item, Module};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A piece of code without branches: control enters it at its first instruction alone and leaves it behind the last. A
/// call ends it; what is called is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first byte, counted from the function's.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
    /// Cycles when control goes on to what stands behind it, or leaves it in the one way that there is.
    pub cycles: u32,
    /// Cycles when its last instruction is a conditional branch that is taken; otherwise the same.
    pub taken: u32,
}

/// Bounds of cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least. What is called and not known counts nothing.
    pub least: u64,
    /// The most; none where a loop, a recursion, a call through a pointer or an unknown callee leaves it open.
    pub most: Option<u64>,
}

/// What is known of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The function.
    pub func: Func,
    /// Its pieces, ascending.
    pub pieces: Vec<Piece>,
    /// From its first instruction to its return, which is counted, with all that it calls; none when it never returns.
    pub bounds: Option<Bounds>,
}

/// The cycles of all functions of certified Cortex-M0 code, in the artifact's order; nothing for other targets.
///
/// `multiply` is what `MULS` takes ([`thumb::FAST_MULTIPLY`] or [`thumb::SMALL_MULTIPLY`]); `known` has the bounds of
/// functions outside of the artifact, by the names that linkers use.
pub fn cycles(
    module: &Module,
    artifact: &Artifact,
    multiply: u32,
    known: &dyn Fn(&str) -> Option<Bounds>,
) -> Vec<Timing> {
    let checks = Checks::default();
    let context = Context::new(module, artifact, &checks).filter(|context| context.machine == Machine::CortexM0);
    let Some(context) = context else { return Vec::new() };
    let functions = artifact.functions.iter().map(|code| {
        let function = module.functions.get(code.func);
        let costs = function.and_then(|function| costs(Subject { context: &context, function, code }, multiply));
        costs.unwrap_or_default()
    });
    let functions: Vec<Costs> = functions.collect();
    let index = artifact.functions.iter().enumerate().map(|(index, code)| (code.func, index)).collect();
    let mut solver =
        Solver { module, index, known, functions: &functions, bounds: vec![Progress::New; functions.len()] };
    (0..functions.len()).for_each(|function| solver.solve(function));
    let bounds = solver.bounds;
    let funcs = artifact.functions.iter().map(|code| code.func);
    let timing = |((func, costs), bounds): ((Func, Costs), Progress)| {
        let bounds = if let Progress::Done(bounds) = bounds { bounds } else { None };
        Timing { func, pieces: costs.pieces.iter().map(|piece| piece.span).collect(), bounds }
    };
    funcs.zip(functions.clone()).zip(bounds).map(timing).collect()
}

#[derive(Clone, Copy, Debug)]
enum Progress {
    New,
    /// It waits for what it calls; who calls it meanwhile is part of a circle.
    Open,
    Done(Option<Bounds>),
}

struct Solver<'a> {
    module: &'a Module,
    index: HashMap<Func, usize>,
    known: &'a dyn Fn(&str) -> Option<Bounds>,
    functions: &'a [Costs],
    bounds: Vec<Progress>,
}

/// What is not known of a callee.
const OPEN: Bounds = Bounds { least: 0, most: None };

impl Solver<'_> {
    /// Solves a function, those that it calls before.
    fn solve(&mut self, function: usize) {
        let mut path = vec![function];
        while let Some(&function) = path.last() {
            if let Progress::Done(_) = self.bounds[function] {
                path.pop();
                continue;
            }
            let opened = matches!(self.bounds[function], Progress::Open);
            self.bounds[function] = Progress::Open;
            let before = path.len();
            if !opened {
                let callees = self.functions[function].callees().filter_map(|callee| self.local(callee));
                path.extend(callees.filter(|&callee| matches!(self.bounds[callee], Progress::New)));
            }
            if path.len() == before {
                let bounds = self.bounds_of(&self.functions[function]);
                self.bounds[function] = Progress::Done(bounds);
                path.pop();
            }
        }
    }

    /// A callee of the artifact.
    fn local(&self, callee: Reference) -> Option<usize> {
        let Reference::Symbol(symbol) = callee else { return None };
        let Item::Function(func) = self.module.item(symbol) else { return None };
        self.index.get(&func).copied()
    }

    fn callee(&self, callee: Option<Reference>) -> Bounds {
        let Some(callee) = callee else { return OPEN };
        if let Some(local) = self.local(callee) {
            return match self.bounds[local] {
                Progress::Done(bounds) => bounds.unwrap_or(OPEN),
                _ => OPEN,
            };
        }
        let name = match callee {
            Reference::Symbol(symbol) => self.module.symbol_name(symbol),
            Reference::Helper(name) => name,
        };
        (self.known)(name).unwrap_or(OPEN)
    }

    fn bounds_of(&self, costs: &Costs) -> Option<Bounds> {
        let calls: Vec<Bounds> = costs.pieces.iter().map(|piece| self.called(piece)).collect();
        let least = least(costs, &calls)?;
        Some(Bounds { least, most: most(costs, &calls) })
    }

    /// What is called at the end of a piece.
    fn called(&self, piece: &crate::cortex_m0::Cost) -> Bounds {
        match piece.call {
            Some(callee) => self.callee(callee),
            None => Bounds { least: 0, most: Some(0) },
        }
    }
}

/// The shortest way from the first piece to the end of the function (Dijkstra 1959).
fn least(costs: &Costs, calls: &[Bounds]) -> Option<u64> {
    let mut best: Vec<u64> = vec![u64::MAX; costs.pieces.len()];
    let mut open = BinaryHeap::from([Reverse((0, 0))]);
    *best.first_mut()? = 0;
    let mut end = None;
    while let Some(Reverse((far, at))) = open.pop() {
        let (Some(piece), Some(call)) = (costs.pieces.get(at), calls.get(at)) else { continue };
        for &(exit, cycles) in &piece.exits {
            let there = far + call.least + u64::from(cycles);
            match exit {
                Exit::Ends => end = Some(end.map_or(there, |end: u64| end.min(there))),
                Exit::To(next) if best.get(next).is_some_and(|best| there < *best) => {
                    best[next] = there;
                    open.push(Reverse((there, next)));
                }
                Exit::To(_) => {}
            }
        }
    }
    end
}

/// The longest way, when there is no circle.
fn most(costs: &Costs, calls: &[Bounds]) -> Option<u64> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        /// The longest way from here to the end, when there is one.
        Done(Option<u64>),
    }
    let mut states = vec![State::New; costs.pieces.len()];
    let mut path = vec![0];
    while let Some(&at) = path.last() {
        let piece = costs.pieces.get(at)?;
        if states[at] == State::New {
            states[at] = State::Open;
            for &(exit, _) in &piece.exits {
                match exit {
                    Exit::To(next) if states.get(next) == Some(&State::Open) => return None,
                    Exit::To(next) if states.get(next) == Some(&State::New) => path.push(next),
                    _ => {}
                }
            }
            continue;
        }
        path.pop();
        if let State::Done(_) = states[at] {
            continue;
        }
        let mut longest = None;
        for &(exit, cycles) in &piece.exits {
            let behind = match exit {
                Exit::Ends => Some(0),
                Exit::To(next) => match states.get(next) {
                    Some(State::Done(behind)) => *behind,
                    _ => return None,
                },
            };
            if let Some(behind) = behind {
                longest = longest.max(Some(calls.get(at)?.most? + u64::from(cycles) + behind));
            }
        }
        states[at] = State::Done(longest);
    }
    match states.first() {
        Some(State::Done(longest)) => *longest,
        _ => None,
    }
}
