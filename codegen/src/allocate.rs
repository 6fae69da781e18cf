//! Places for values: one linear scan over live intervals.
//!
//! A value has one place for its whole life, a register or a piece of the frame. So blocks agree on where values are
//! without any state at their borders, edges move nothing but arguments, and what the certificate is told of a value
//! holds everywhere. Values that live across a call get registers that calls preserve. When registers run out, the
//! value that is used least for its length goes to the frame, be it the new one or one that has a register.
//!
//! **Wishes.** A value takes, if it is free, the register of the parameter it is passed to, that in which it arrives or
//! is passed to a call, or that of the first operand of its instruction, so that no move is needed.
//!
//! Linear time, but for the frame's pieces, which take `n log n`.

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;

use crate::context::{Class, Context};
use crate::live::{Fold, Interval, Live, NONE};
use crate::target::{Bank, Target};
use analysis::Order;
use artifact::Place;
use native_ir::abi::{Location, Register};
use native_ir::{Block, Body, EntityRef, Function, InstData, Opcode, Value};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No register.
const FREE: u8 = u8::MAX;

/// The registers of a class, as far as the scan has come.
#[derive(Clone, Debug, Default)]
struct Scan {
    /// For each register the value that has or had it last.
    holder: [u32; 16],
    /// For each register the instruction to which it is taken.
    until: [u32; 16],
    /// Registers that some value has had.
    used: u32,
}

impl Scan {
    fn reset(&mut self) {
        *self = Scan { holder: [NONE; 16], until: [0; 16], used: 0 };
    }

    fn is_free(&self, register: u8, start: u32) -> bool {
        self.until[usize::from(register & 15)] <= start
    }

    fn take(&mut self, register: u8, value: u32, until: u32) {
        let register = usize::from(register & 15);
        (self.holder[register], self.until[register]) = (value, until);
        self.used |= 1 << register;
    }
}

/// Places of all values of a function. Filled again for each function, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub(crate) struct Allocation {
    /// By value.
    pub(crate) places: Vec<Place>,
    /// Core registers that values have, as bits.
    pub(crate) used: u32,
    /// Bytes of the frame that values take.
    pub(crate) bytes: u32,
    /// By value: a register that it would like.
    wishes: Vec<u8>,
    core: Scan,
    vector: Scan,
    /// The next call, as an index into [`Live::calls`].
    call: usize,
    /// Pieces of the frame by when they are free again: words, and pairs of words.
    words: BinaryHeap<Reverse<(u32, u32)>>,
    pairs: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Allocation {
    /// Gives each value its place. Places in the frame count from `base`, a multiple of 16.
    pub(crate) fn compute<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        function: &Function,
        order: &Order,
        live: &Live,
        base: u32,
    ) {
        let body = &function.body;
        self.places.clear();
        self.places.resize(body.values.len(), Place::Nowhere);
        self.wishes.clear();
        self.wishes.resize(body.values.len(), FREE);
        self.core.reset();
        self.vector.reset();
        self.call = 0;
        self.wish_arguments(context, function, order, live);
        for (number, &block) in order.blocks.iter().enumerate() {
            self.scan_block(context, body, live, block, live.firsts[number]);
        }
        self.used = self.core.used;
        self.place_in_frame(context, body, order, live, base);
    }

    fn scan_block<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        body: &Body,
        live: &Live,
        block: Block,
        first: u32,
    ) {
        for param in body.blocks[block].params() {
            self.place(context, body, live, param, None);
        }
        for (at, inst) in (first..).zip(body.blocks[block].insts()) {
            while live.calls.get(self.call).is_some_and(|&call| call <= at) {
                self.call += 1;
            }
            let data = &body.insts[inst];
            let first = body.first_results[inst.index()];
            for result in first.index()..first.index() + usize::from(data.results) {
                self.place(context, body, live, Value::new(result), Some(data));
            }
        }
    }

    /// Arriving parameters wish for the registers they arrive in, arguments for those they leave in.
    fn wish_arguments<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        function: &Function,
        order: &Order,
        live: &Live,
    ) {
        let body = &function.body;
        if let (Some(layout), Some(&entry)) = (context.call_layout(function.ty), order.blocks.first()) {
            for (param, passed) in body.blocks[entry].params().zip(&layout.params) {
                if let [piece] = layout.pieces(passed)
                    && let Location::Register(register) = piece.location
                {
                    self.wishes[param.index()] = number(register);
                }
            }
        }
        for &block in &order.blocks {
            let range = body.blocks[block].inst_range();
            for data in &body.insts.values().as_slice()[range] {
                if matches!(data.opcode, Opcode::Call | Opcode::TailCall) {
                    self.wish_call(context, body, live, data);
                }
            }
        }
    }

    fn wish_call<T: Target>(&mut self, context: &Context<'_, T>, body: &Body, live: &Live, data: &InstData) {
        let Some((ty, _)) = context.module.callee_type(data.symbol()) else { return };
        let Some(layout) = context.call_layout(ty) else { return };
        let (arguments, _) = body.call_operands(data);
        for (&argument, passed) in arguments.iter().zip(&layout.params) {
            if let Some(value) = live.root(argument).value()
                && let [piece] = layout.pieces(passed)
                && let Location::Register(register) = piece.location
                && self.wishes[value.index()] == FREE
            {
                self.wishes[value.index()] = number(register);
            }
        }
    }

    /// Gives a value a register, if it shall have one.
    fn place<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        body: &Body,
        live: &Live,
        value: Value,
        data: Option<&InstData>,
    ) {
        let interval = &live.intervals[value.index()];
        if live.folds[value.index()] != Fold::Own || interval.end == 0 {
            return;
        }
        let class = T::class(context.kind(body.values[value].ty));
        let bank = match class {
            Class::Core => T::CORE,
            Class::Vector => T::VECTOR,
            Class::Wide | Class::None => return,
        };
        let wish = self.wish(live, value, interval, data, class);
        let crosses = live.calls.get(self.call).is_some_and(|&call| call < interval.end);
        let scan = if class == Class::Core { &mut self.core } else { &mut self.vector };
        let register = choose(scan, bank, interval.start, crosses, wish)
            .or_else(|| evict(scan, bank, interval, crosses, live, &mut self.places));
        let Some(register) = register else { return };
        scan.take(register, value.as_u32(), interval.end);
        self.places[value.index()] = place_of(class, register);
        if let Some(wish) = self.wishes.get_mut(interval.share as usize) {
            *wish = register;
        }
    }

    /// The register that a value would like most.
    fn wish(&self, live: &Live, value: Value, interval: &Interval, data: Option<&InstData>, class: Class) -> u8 {
        let register = |place: Place| match (place, class) {
            (Place::Core(register), Class::Core) | (Place::Vector(register), Class::Vector) => register,
            _ => FREE,
        };
        if interval.share != NONE {
            let shared = self.places[interval.share as usize];
            let wish =
                if shared == Place::Nowhere { self.wishes[interval.share as usize] } else { register(shared) };
            if wish != FREE {
                return wish;
            }
        }
        let own = self.wishes[value.index()];
        if own != FREE {
            return own;
        }
        let Some(data) = data.filter(|data| data.fixed_operands() > 0) else { return FREE };
        live.root(data.operand(0)).value().map_or(FREE, |first| register(self.places[first.index()]))
    }

    /// Gives the values without register pieces of the frame.
    fn place_in_frame<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        body: &Body,
        order: &Order,
        live: &Live,
        base: u32,
    ) {
        self.words.clear();
        self.pairs.clear();
        self.bytes = 0;
        for &block in &order.blocks {
            let results = body.blocks[block].inst_range();
            let results =
                &body.insts.values().as_slice()[results.clone()].iter().zip(&body.first_results[results]);
            let results = results.clone().flat_map(|(data, first)| {
                (first.index()..first.index() + usize::from(data.results)).map(Value::new)
            });
            for value in body.blocks[block].params().chain(results) {
                let interval = live.intervals[value.index()];
                let placed = self.places[value.index()] != Place::Nowhere || interval.end == 0;
                if placed || live.folds[value.index()] != Fold::Own {
                    continue;
                }
                let (heap, bytes) = match T::class(context.kind(body.values[value].ty)) {
                    Class::None => continue,
                    Class::Wide => (&mut self.pairs, 16),
                    Class::Core | Class::Vector => (&mut self.words, 8),
                };
                let offset = match heap.peek() {
                    Some(&Reverse((end, offset))) if end <= interval.start => {
                        heap.pop();
                        offset
                    }
                    _ => {
                        let offset = self.bytes.next_multiple_of(bytes);
                        self.bytes = offset + bytes;
                        offset
                    }
                };
                heap.push(Reverse((interval.end, offset)));
                self.places[value.index()] = Place::Frame(base + offset);
            }
        }
    }
}

fn number(register: Register) -> u8 {
    match register {
        Register::Core(number) | Register::Vector(number) => number,
    }
}

fn place_of(class: Class, register: u8) -> Place {
    if class == Class::Core { Place::Core(register) } else { Place::Vector(register) }
}

/// A free register: the one wished for, or the first of the bank.
fn choose(scan: &Scan, bank: Bank, start: u32, crosses: bool, wish: u8) -> Option<u8> {
    let allowed = |register: &u8| scan.is_free(*register, start);
    let clobbered = if crosses { &[][..] } else { bank.clobbered };
    if wish != FREE && (bank.preserved.contains(&wish) || clobbered.contains(&wish)) && allowed(&wish) {
        return Some(wish);
    }
    clobbered.iter().chain(bank.preserved).copied().find(allowed)
}

/// Takes a register from a value that deserves it less, and gives that value to the frame.
fn evict(
    scan: &Scan,
    bank: Bank,
    interval: &Interval,
    crosses: bool,
    live: &Live,
    places: &mut [Place],
) -> Option<u8> {
    let clobbered = if crosses { &[][..] } else { bank.clobbered };
    let candidates = clobbered.iter().chain(bank.preserved).copied();
    let least = candidates.min_by(|&a, &b| {
        let [a, b] = [a, b].map(|register| priority(&live.intervals[scan.holder[usize::from(register)] as usize]));
        a.total_cmp(&b)
    })?;
    let holder = scan.holder[usize::from(least)] as usize;
    if priority(&live.intervals[holder]) >= priority(interval) {
        return None;
    }
    places[holder] = Place::Nowhere;
    Some(least)
}

/// How much a register saves a value, for the time it takes the register.
fn priority(interval: &Interval) -> f32 {
    interval.weight as f32 / (interval.end - interval.start.min(interval.end) + 4) as f32
}
