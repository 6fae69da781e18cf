//! Which frame slot each value is in: a linear scan over the intervals of [`super::live`].
//!
//! **Invariants.** Values that live at the same time share no slot. A value keeps its slot for life. The function's
//! parameters come first, in order. All results of an instruction are written after all its operands are read, so a
//! result may lie, in part or whole, where an operand was.
//!
//! **Wishes.** An edge whose argument is already in its parameter's slot needs no move. So a value that is passed back
//! to a loop's parameter takes that parameter's slot when the old value is dead by then; for that the slot, once empty,
//! is kept up to the end of the loop, and a parameter that is needed behind the loop lends it. Values that are passed
//! ahead to one parameter try to share a slot, and the parameter takes it. All others take the lowest free slot.
//!
//! **Ahead of calls.** A value whose one use is an argument of a call in its own block, with nothing between that
//! writes there, is computed into the callee's frame: its slot is [`OUTGOING`] plus a place in that frame.

mod pool;

use super::live::{Interval, Live, NONE, words};
use super::order::Order;
use native_ir::{Block, Body, EntityRef, Function, Inst, InstData, Operand, Value};
use pool::Pool;

pub(crate) use super::live::OUTGOING;

/// A value in an [`Allocation`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assigned {
    /// What the value is an alias of; else itself. Never again an alias.
    pub(crate) root: Operand,
    /// The value's first slot: below [`Allocation::frame`], or [`OUTGOING`] plus a place in the callee's frame.
    /// [`Allocation::NONE`] for flags, aliases of constants, block parameters that nothing reads (an edge need not
    /// write them), and what is not reachable.
    pub(crate) slot: u32,
    /// How often reachable instructions name the value; 255 stands for more, and for a value that is used by another
    /// name too: through an alias, or by a test of the flags that it was compared for.
    pub(crate) uses: u8,
}

impl Assigned {
    /// A value without slot and uses.
    pub(crate) fn new(value: Value) -> Assigned {
        Assigned { root: Operand::from(value), slot: NONE, uses: 0 }
    }
}

/// Where the values of a function are.
#[derive(Debug, Default)]
pub(crate) struct Allocation {
    /// By value.
    pub(crate) values: Vec<Assigned>,
    /// The reachable calls and tail calls.
    pub(crate) calls: Vec<Inst>,
    /// Reachable blocks in the order of emission; dominators come first.
    pub(crate) order: Vec<Block>,
    /// How many slots the frame has, without outgoing arguments.
    pub(crate) frame: u32,
    /// The slot, one of the frame's, that moves in a circle go through; [`Allocation::NONE`] when no edge needs one.
    pub(crate) scratch: u32,
}

impl Allocation {
    /// No slot.
    pub(crate) const NONE: u32 = NONE;

    /// What an operand is, aliases resolved: a value that has a slot, or a constant.
    #[inline]
    pub(crate) fn root(&self, operand: Operand) -> Operand {
        operand.value().map_or(operand, |value| self.values[value.index()].root)
    }

    /// The first slot of a value.
    #[inline]
    pub(crate) fn slot(&self, value: Value) -> u32 {
        self.values[value.index()].slot
    }

    /// How often a value is used; see [`Assigned::uses`].
    #[inline]
    pub(crate) fn uses(&self, value: Value) -> u8 {
        self.values[value.index()].uses
    }
}

/// Where a value is until it leaves.
#[derive(Clone, Copy, Debug)]
struct Home {
    slot: u32,
    words: u8,
    /// Whether it comes back behind its loop.
    returns: bool,
    /// The next one of the values that leave at the same instruction.
    next: u32,
}

impl Home {
    const NONE: Home = Home { slot: NONE, words: 0, returns: false, next: NONE };
}

/// Gives slots to values, function after function. It allocates nothing once its buffers are large enough.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    order: Order,
    live: Live,
    pool: Pool,
    /// By instruction, by number: the first of the values that leave their slots there.
    leaving: Vec<u32>,
    /// By value that has a slot of the frame.
    homes: Vec<Home>,
    allocation: Allocation,
}

impl Allocator {
    /// Gives slots to the values of a function of a verified module.
    ///
    /// `alias` says of an instruction with one result whether that is just another operand: the same bits in as many
    /// slots. No code is made for it. `clobbers` says whether an instruction writes to what may be the frame of the
    /// next callee, or lets others do so; calls always do.
    pub(crate) fn allocate(
        &mut self,
        function: &Function,
        alias: impl Fn(Inst, &InstData) -> Option<Operand>,
        clobbers: impl Fn(Inst, &InstData) -> bool,
    ) -> &Allocation {
        let body = &function.body;
        self.order.compute(body);
        self.live.compute(body, &self.order, &mut self.allocation, alias, clobbers);
        self.clear(body);
        self.place_signature(body);
        for index in 0..self.order.blocks.len() {
            self.place_block(body, index);
        }
        self.allocation.order.clone_from(&self.order.blocks);
        self.allocation.scratch = if self.live.circles { self.pool.grow(1) } else { NONE };
        self.allocation.frame = self.pool.len();
        &self.allocation
    }

    fn clear(&mut self, body: &Body) {
        self.pool.clear();
        self.leaving.clear();
        self.leaving.resize(body.insts.len() + 2, NONE);
        if self.homes.len() < body.values.len() {
            self.homes.resize(body.values.len(), Home::NONE);
        }
    }

    fn place_signature(&mut self, body: &Body) {
        let entry = body.blocks.values().next();
        for param in entry.into_iter().flat_map(|entry| entry.params()) {
            let words = words(body.value_type(param));
            let slot = self.pool.grow(words);
            self.settle(param, slot, words);
            self.leave_at(param, self.live.intervals[param.index()].end.max(1));
        }
    }

    fn place_block(&mut self, body: &Body, index: usize) {
        let block = &body.blocks[self.order.blocks[index]];
        let range = self.live.ranges[index];
        if index > 0 && block.params > 0 {
            self.place_params(body, index);
        }
        let insts = &body.insts.values().as_slice()[block.inst_range()];
        let first_results = &body.first_results[block.inst_range()];
        let mut at = range.first;
        for (data, first) in insts.iter().zip(first_results) {
            self.leave(at);
            for index in 0..u32::from(data.results) {
                self.place_result(body, Value::from_u32(first.as_u32() + index), at);
            }
            at += 1;
        }
        for header in self.live.loops.ending(index as u32) {
            for param in body.blocks[self.order.blocks[header as usize]].params() {
                let slot = self.allocation.slot(param);
                if slot != NONE {
                    let words = words(body.value_type(param));
                    self.pool.end_lend(slot, words, range.last);
                    self.pool.end_keep(slot, words, range.last);
                }
            }
        }
    }

    fn place_params(&mut self, body: &Body, index: usize) {
        let until = self.live.loop_end(index as u32);
        for param in body.blocks[self.order.blocks[index]].params() {
            let interval = self.live.intervals[param.index()];
            if interval.end == 0 {
                continue;
            }
            let words = words(body.value_type(param));
            let slot = self.choose(param, &interval, words, interval.end);
            let hole = self.live.hole(index as u32, param);
            self.settle(param, slot, words);
            self.homes[param.index()].returns = hole.is_some();
            self.leave_at(param, hole.unwrap_or(interval.end));
            if let Some(until) = until {
                self.pool.keep(slot, words, until);
            }
        }
    }

    #[inline]
    fn place_result(&mut self, body: &Body, result: Value, at: u32) {
        let root = self.allocation.values[result.index()].root;
        if root != Operand::from(result) {
            let slot = root.value().map_or(NONE, |root| self.allocation.slot(root));
            self.allocation.values[result.index()].slot = slot;
            return;
        }
        let interval = self.live.intervals[result.index()];
        let words = words(body.values[result].ty);
        if interval.outgoing != NONE {
            self.allocation.values[result.index()].slot = interval.outgoing;
        } else if words != 0 {
            // Nothing is written between an instruction and the operands of the next one, so a result that nothing
            // reads ends there.
            let end = interval.end.max(at + 1);
            let slot = self.choose(result, &interval, words, end);
            self.settle(result, slot, words);
            self.leave_at(result, end);
        }
    }

    /// Takes slots for a value, up to an instruction.
    #[inline]
    fn choose(&mut self, value: Value, interval: &Interval, words: u32, end: u32) -> u32 {
        if interval.back & interval.ahead & interval.from == NONE {
            return self.pool.take_any(words);
        }
        let slot = self.wish(interval, words, end).unwrap_or_else(|| self.pool.take_any(words));
        if let Some(param) = self.live.intervals.get_mut(interval.ahead as usize) {
            param.from = value.as_u32();
        }
        slot
    }

    fn wish(&mut self, interval: &Interval, words: u32, end: u32) -> Option<u32> {
        let beside = self.live.intervals.get(interval.ahead as usize).map_or(NONE, |param| param.from);
        for other in [interval.back, beside, interval.from] {
            let slot = self.allocation.values.get(other as usize).map_or(NONE, |other| other.slot);
            if slot < OUTGOING && self.pool.take(slot, words, end) {
                return Some(slot);
            }
        }
        None
    }

    #[inline]
    fn settle(&mut self, value: Value, slot: u32, words: u32) {
        self.allocation.values[value.index()].slot = slot;
        self.homes[value.index()] = Home { slot, words: words as u8, ..Home::NONE };
    }

    #[inline]
    fn leave_at(&mut self, value: Value, at: u32) {
        self.homes[value.index()].next = std::mem::replace(&mut self.leaving[at as usize], value.as_u32());
    }

    /// Empties the slots of values that an instruction is the last to need.
    #[inline]
    fn leave(&mut self, at: u32) {
        let mut value = self.leaving[at as usize];
        while value != NONE {
            let home = self.homes[value as usize];
            if home.returns {
                self.lend(Value::from_u32(value), home);
            } else {
                self.pool.release(home.slot, u32::from(home.words), at);
            }
            value = home.next;
        }
    }

    /// Lends the slots of a loop's parameter up to the loop's end.
    fn lend(&mut self, param: Value, home: Home) {
        let interval = self.live.intervals[param.index()];
        if let Some(limit) = self.live.loop_end(interval.block) {
            self.pool.lend(home.slot, u32::from(home.words), limit);
        }
        self.homes[param.index()].returns = false;
        self.leave_at(param, interval.end);
    }
}

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
