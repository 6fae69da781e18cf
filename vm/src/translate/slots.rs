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
//! **Addresses of symbols** that are named in loops, or often, are the same each time: they have slots that are theirs for
//! the whole function, which its prologue fills.
//!
//! **Ahead of calls.** A value whose one use is an argument of a call in its own block, with nothing between that
//! writes there, is computed into the callee's frame: its slot is [`OUTGOING`] plus a place in that frame.

mod pool;

use super::live::{Interval, Live, NONE, words};
use analysis::Order;
use native_ir::{Block, Body, EntityRef, Function, Inst, InstData, Opcode, Operand, Symbol, Type, Value};
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
    /// A bit for each time that reachable instructions use the value, under whatever name, lowest first: 1 is a single use.
    /// All bits are set where a test of flags uses it that it was compared for. None is set of an alias.
    uses: u8,
    /// How many slots it takes.
    words: u8,
    /// Whether it comes back behind its loop, once it has left.
    returns: bool,
    /// The next one of the values that leave their slots at the same instruction.
    next: u32,
}

impl Assigned {
    /// A value without slot and uses.
    pub(crate) fn new(value: Value, ty: Type) -> Assigned {
        let root = Operand::from(value);
        Assigned { root, slot: NONE, uses: 0, words: words(ty) as u8, returns: false, next: NONE }
    }

    /// Notes a use.
    #[inline]
    pub(crate) fn add_use(&mut self) {
        self.uses = self.uses << 1 | 1;
    }

    /// Notes uses that are not counted.
    #[inline]
    pub(crate) fn add_uses(&mut self) {
        self.uses = u8::MAX;
    }

    #[inline]
    fn words(&self) -> u32 {
        u32::from(self.words)
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
    /// The symbols whose addresses stand in slots for the whole function, with the slots.
    pub(crate) addresses: Vec<(Symbol, u32)>,
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

    /// How often a value that is no alias is used; 8 stands for more, and for uses that are not counted.
    #[inline]
    pub(crate) fn uses(&self, value: Value) -> u32 {
        self.values[value.index()].uses.trailing_ones()
    }

    /// Whether a value is the address of a symbol that stands in its slot for the whole function.
    pub(crate) fn is_permanent(&self, value: Value) -> bool {
        self.addresses.iter().any(|address| address.1 == self.slot(value))
    }

    /// Whether a value is no alias and used once, under whatever name.
    #[inline]
    pub(crate) fn is_used_once(&self, value: Value) -> bool {
        self.values[value.index()].uses == 1
    }
}

/// How many symbols may have their addresses in slots for a whole function; each costs an instruction whenever the
/// function is called.
const MOST_ADDRESSES: usize = 8;

/// How often a symbol is named where its address has a slot for the whole function, though no loop names it.
const OFTEN: usize = 4;

/// Gives slots to values, function after function. It allocates nothing once its buffers are large enough.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    order: Order,
    live: Live,
    pool: Pool,
    /// By instruction, by number: the first of the values that leave their slots there.
    leaving: Vec<u32>,
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
        self.live.addresses.sort_unstable();
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
        self.allocation.addresses.clear();
        self.leaving.clear();
        self.leaving.resize(body.insts.len() + 2, NONE);
    }

    fn place_signature(&mut self, body: &Body) {
        let entry = body.blocks.values().next();
        for param in entry.into_iter().flat_map(|entry| entry.params()) {
            let slot = self.pool.grow(self.allocation.values[param.index()].words());
            self.settle(param, slot, self.live.intervals[param.index()].end.max(1));
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
        let in_loop = self.live.loops.depth(index as u32) != 0;
        for (at, (data, first)) in (range.first..).zip(insts.iter().zip(first_results)) {
            self.leave(at);
            if data.opcode == Opcode::Address
                && (in_loop || self.is_often_named(data.symbol()))
                && self.place_address(*first, data)
            {
                continue;
            }
            for index in 0..u32::from(data.results) {
                self.place_result(Value::from_u32(first.as_u32() + index), at);
            }
        }
        for header in self.live.loops.ending(index as u32) {
            for param in body.blocks[self.order.blocks[header as usize]].params() {
                let assigned = &self.allocation.values[param.index()];
                let (slot, words) = (assigned.slot, assigned.words());
                if slot != NONE {
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
            let words = self.allocation.values[param.index()].words();
            let slot = self.choose(param, &interval, words, interval.end);
            let hole = self.live.hole(index as u32, param);
            self.settle(param, slot, hole.unwrap_or(interval.end));
            self.allocation.values[param.index()].returns = hole.is_some();
            if let Some(until) = until {
                self.pool.keep(slot, words, until);
            }
        }
    }

    fn is_often_named(&self, symbol: Symbol) -> bool {
        let named = self.live.addresses.as_slice();
        let before = named.partition_point(|&other| other < symbol);
        named.get(before + OFTEN - 1) == Some(&symbol)
    }

    /// Gives the address of a symbol the symbol's own slot. False where there is none left, or it is for a callee.
    fn place_address(&mut self, result: Value, data: &InstData) -> bool {
        if self.live.intervals[result.index()].outgoing != NONE {
            return false;
        }
        let symbol = data.symbol();
        let addresses = &mut self.allocation.addresses;
        let known = addresses.iter().find(|known| known.0 == symbol).map(|known| known.1);
        let slot = match known {
            Some(slot) => slot,
            None if addresses.len() == MOST_ADDRESSES => return false,
            None => {
                // It is new, so nothing was in it before.
                let slot = self.pool.grow(1);
                addresses.push((symbol, slot));
                slot
            }
        };
        self.allocation.values[result.index()].slot = slot;
        true
    }

    #[inline]
    fn place_result(&mut self, result: Value, at: u32) {
        let assigned = self.allocation.values[result.index()];
        let interval = &self.live.intervals[result.index()];
        let words = assigned.words();
        if assigned.root != Operand::from(result) {
            let slot = assigned.root.value().map_or(NONE, |root| self.allocation.slot(root));
            self.allocation.values[result.index()].slot = slot;
        } else if interval.outgoing != NONE {
            self.allocation.values[result.index()].slot = interval.outgoing;
        } else if words != 0 {
            // Nothing is written between an instruction and the operands of the next one, so a result that nothing
            // reads ends there.
            let end = interval.end.max(at + 1);
            let slot = match interval.wishes() {
                false => self.pool.take_any(words),
                true => self.choose(result, &interval.clone(), words, end),
            };
            self.settle(result, slot, end);
        }
    }

    /// Takes slots for a value, up to an instruction.
    fn choose(&mut self, value: Value, interval: &Interval, words: u32, end: u32) -> u32 {
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

    /// Lets a value live in a slot, up to an instruction.
    #[inline]
    fn settle(&mut self, value: Value, slot: u32, end: u32) {
        let next = std::mem::replace(&mut self.leaving[end as usize], value.as_u32());
        let assigned = &mut self.allocation.values[value.index()];
        (assigned.slot, assigned.next) = (slot, next);
    }

    /// Empties the slots of values that an instruction is the last to need.
    #[inline]
    fn leave(&mut self, at: u32) {
        let mut value = self.leaving[at as usize];
        while value != NONE {
            let assigned = self.allocation.values[value as usize];
            if assigned.returns {
                self.lend(Value::from_u32(value), &assigned);
            } else {
                self.pool.release(assigned.slot, assigned.words(), at);
            }
            value = assigned.next;
        }
    }

    /// Lends the slots of a loop's parameter up to the loop's end.
    #[cold]
    fn lend(&mut self, param: Value, assigned: &Assigned) {
        let interval = self.live.intervals[param.index()];
        if let Some(limit) = self.live.loop_end(interval.block) {
            self.pool.lend(assigned.slot, assigned.words(), limit);
        }
        self.allocation.values[param.index()].returns = false;
        self.settle(param, assigned.slot, interval.end);
    }
}

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
