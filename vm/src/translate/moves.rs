//! Parallel moves: many assignments at once, as moves one after the other.
//!
//! **Invariant.** A slot is overwritten only when no later move reads what was in it. Each slot is written once; those
//! that are left when no move can go first form circles, which go through a scratch slot one after the other.
//! Constants read no slot and come last. Linear in the number of moves.

use super::live::words;
use super::slots::{Allocation, OUTGOING};
use native_ir::{Body, Constant, EdgeData, Operand};

const NONE: u32 = u32::MAX;

/// Where a move takes its 64 bits from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A slot.
    Slot(u32),
    /// Bits 0–63 of a constant for half 0, bits 64–127 for half 1.
    Constant {
        /// The constant.
        constant: Constant,
        /// Which half.
        half: u32,
    },
}

/// A move of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// The slot that is written.
    pub(crate) to: u32,
    /// What is written.
    pub(crate) from: Origin,
}

/// What is known of a slot while moves are put in order; none for slots that no move names.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Where its new content comes from; [`NONE`] when it gets none, or has it.
    source: u32,
    /// How many moves that are still to come read it.
    readers: u32,
}

impl Slot {
    const IDLE: Slot = Slot { source: NONE, readers: 0 };
}

/// Puts moves in order. It allocates nothing once its buffers are large enough.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    slots: Vec<Slot>,
    /// The moves between slots that are to be made: to, from.
    pending: Vec<(u32, u32)>,
    constants: Vec<Move>,
    ready: Vec<u32>,
    done: Vec<Move>,
}

impl Moves {
    /// Whether an edge needs no moves.
    pub(crate) fn is_direct(body: &Body, allocation: &Allocation, edge: &EdgeData) -> bool {
        let mut pairs = body.blocks[edge.block].params().zip(body.edge_args(edge));
        pairs.all(|(param, &arg)| {
            let to = allocation.slot(param);
            // What an alias of a constant has for a slot is no parameter's.
            to == Allocation::NONE || arg.value().is_some_and(|value| allocation.slot(value) == to)
        })
    }

    /// The moves of an edge, its arguments to its target's parameters, in a buffer for [`Moves::give_back`].
    pub(crate) fn edge(&mut self, body: &Body, allocation: &Allocation, edge: &EdgeData) -> Vec<Move> {
        for (param, &arg) in body.blocks[edge.block].params().zip(body.edge_args(edge)) {
            let to = allocation.slot(param);
            if to != Allocation::NONE {
                self.push(allocation, to, arg, words(body.value_type(param)));
            }
        }
        self.sequence(allocation.scratch);
        std::mem::take(&mut self.done)
    }

    /// Takes the buffer of moves back, for the next ones.
    pub(crate) fn give_back(&mut self, moves: Vec<Move>) {
        self.done = moves;
    }

    /// Adds an assignment of an operand of one or two words. No slot is assigned twice.
    pub(crate) fn push(&mut self, allocation: &Allocation, to: u32, operand: Operand, words: u32) {
        let root = allocation.root(operand);
        for half in 0..words {
            match (root.value(), root.constant()) {
                (Some(value), _) => self.push_slot(to + half, allocation.slot(value) + half),
                (_, Some(constant)) => {
                    self.constants.push(Move { to: to + half, from: Origin::Constant { constant, half } });
                }
                _ => {}
            }
        }
    }

    /// Adds an assignment of a slot to another.
    fn push_slot(&mut self, to: u32, from: u32) {
        if to != from {
            self.pending.push((to, from));
        }
    }

    /// The moves that make the assignments added since the last call. `scratch` is a slot that none of them names; it
    /// is written when there is a circle.
    pub(crate) fn sequence(&mut self, scratch: u32) -> &[Move] {
        self.done.clear();
        match self.pending[..] {
            [] => {}
            [(to, from)] => self.done.push(Move { to, from: Origin::Slot(from) }),
            _ => self.sort(scratch),
        }
        self.pending.clear();
        self.done.append(&mut self.constants);
        &self.done
    }

    fn sort(&mut self, scratch: u32) {
        self.enter();
        while let Some(to) = self.ready.pop() {
            self.make(to);
        }
        for index in 0..self.pending.len() {
            let (to, _) = self.pending[index];
            if to & OUTGOING == 0 && self.slots[to as usize].source != NONE {
                self.turn(to, scratch);
            }
        }
        for &(to, from) in &self.pending {
            for slot in [to, from].into_iter().filter(|slot| slot & OUTGOING == 0) {
                self.slots[slot as usize] = Slot::IDLE;
            }
        }
    }

    /// Counts who reads and notes who writes. What goes to the callee's frame is read by no move and goes first.
    fn enter(&mut self) {
        let named = self.pending.iter().flat_map(|&(to, from)| [to, from]).filter(|slot| slot & OUTGOING == 0);
        let len = named.max().map_or(0, |slot| slot as usize + 1);
        if self.slots.len() < len {
            self.slots.resize(len, Slot::IDLE);
        }
        for &(to, from) in &self.pending {
            if to & OUTGOING != 0 {
                self.done.push(Move { to, from: Origin::Slot(from) });
            } else {
                self.slots[to as usize].source = from;
                self.slots[from as usize].readers += 1;
            }
        }
        let in_frame = self.pending.iter().filter(|(to, _)| to & OUTGOING == 0);
        self.ready.extend(in_frame.map(|&(to, _)| to).filter(|&to| self.slots[to as usize].readers == 0));
    }

    /// Makes the move to a slot that no move reads any more.
    fn make(&mut self, to: u32) {
        let from = std::mem::replace(&mut self.slots[to as usize].source, NONE);
        self.done.push(Move { to, from: Origin::Slot(from) });
        let source = &mut self.slots[from as usize];
        source.readers -= 1;
        if source.readers == 0 && source.source != NONE {
            self.ready.push(from);
        }
    }

    /// Makes the moves of a circle, beginning with the one to `first`.
    fn turn(&mut self, first: u32, scratch: u32) {
        self.done.push(Move { to: scratch, from: Origin::Slot(first) });
        let mut to = first;
        loop {
            let from = std::mem::replace(&mut self.slots[to as usize].source, NONE);
            let last = from == first;
            self.done.push(Move { to, from: Origin::Slot(if last { scratch } else { from }) });
            if last {
                return;
            }
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::EntityRef;
    use proptest::prelude::*;

    const SCRATCH: u32 = 40;

    fn constant(number: u32) -> Origin {
        Origin::Constant { constant: Constant::new(number as usize), half: 0 }
    }

    /// Pushes moves to slots that each are named once, and puts them in order.
    fn sequence(moves: &mut Moves, list: &[Move]) -> Vec<Move> {
        for &assignment in list {
            match assignment.from {
                Origin::Slot(from) => moves.push_slot(assignment.to, from),
                Origin::Constant { .. } => moves.constants.push(assignment),
            }
        }
        moves.sequence(SCRATCH).to_vec()
    }

    /// What is in each slot after moves, if slot `n` begins with `n`; constants are beyond the slots.
    fn run(moves: &[Move], at_once: bool) -> Vec<u32> {
        let before: Vec<u32> = (0..=SCRATCH).collect();
        let mut after = before.clone();
        for step in moves {
            let content = match step.from {
                Origin::Slot(from) => {
                    if at_once {
                        before[from as usize]
                    } else {
                        after[from as usize]
                    }
                }
                Origin::Constant { constant, .. } => 1000 + constant.as_u32(),
            };
            after[step.to as usize] = content;
        }
        after.truncate(SCRATCH as usize);
        after
    }

    fn assignments() -> impl Strategy<Value = Vec<Move>> {
        let target = proptest::sample::subsequence((0..12u32).collect::<Vec<_>>(), 0..=12).prop_shuffle();
        let origin = prop_oneof![8 => (0..14u32).prop_map(Origin::Slot), 1 => (0..3u32).prop_map(constant)];
        let list = (target, proptest::collection::vec(origin, 12));
        let any =
            list.prop_map(|(to, from)| to.into_iter().zip(from).map(|(to, from)| Move { to, from }).collect());
        // Mostly circles.
        let all: Vec<u32> = (0..8).collect();
        let turned = Just(all).prop_shuffle().prop_map(|from: Vec<u32>| {
            (0..8).zip(from).map(|(to, from)| Move { to, from: Origin::Slot(from) }).collect()
        });
        prop_oneof![any, turned]
    }

    proptest! {
        #[test]
        fn moves_in_order_do_what_they_do_at_once(first in assignments(), second in assignments()) {
            let mut moves = Moves::default();
            for list in [first, second] {
                let done = sequence(&mut moves, &list);
                prop_assert_eq!(run(&done, false), run(&list, true), "{:?}", done);
                let real = list.iter().filter(|step| step.from != Origin::Slot(step.to)).count();
                let circles = done.iter().filter(|step| step.to == SCRATCH).count();
                prop_assert_eq!(done.len(), real + circles);
                let is_constant = |step: &Move| matches!(step.from, Origin::Constant { .. });
                let slots_only = done.iter().take_while(|step| !is_constant(step)).count();
                prop_assert!(done[slots_only..].iter().all(is_constant), "{:?}", done);
            }
        }
    }

    #[test]
    fn only_circles_use_the_scratch_slot() {
        let step = |to, from| Move { to, from: Origin::Slot(from) };
        let mut moves = Moves::default();
        let chain = sequence(&mut moves, &[step(1, 0), step(2, 1), step(3, 1)]);
        assert_eq!(chain.last(), Some(&step(1, 0)));
        assert!(chain.len() == 3 && chain.iter().all(|step| step.to != SCRATCH));
        let swap = sequence(&mut moves, &[step(0, 1), step(1, 0)]);
        assert_eq!(swap, [step(SCRATCH, 0), step(0, 1), step(1, SCRATCH)]);
    }

    #[test]
    fn what_goes_to_the_callee_goes_before_what_it_reads_is_written() {
        let step = |to, from| Move { to, from: Origin::Slot(from) };
        let done = sequence(&mut Moves::default(), &[step(0, 1), step(OUTGOING | 2, 0)]);
        assert_eq!(done, [step(OUTGOING | 2, 0), step(0, 1)]);
    }
}
