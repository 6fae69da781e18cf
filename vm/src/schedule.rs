//! Which fiber runs: resuming, pausing, ending. No host stack grows with the number of fibers or how deep they nest.
//!
//! A signal goes to the nearest fiber on the way to the root whose resume has one of its bits in the mask. The fibers
//! between it and the one that emitted pause together and are resumed together: who resumes the outermost of them
//! goes on in the innermost.

use crate::fiber::{Fiber, FiberEntry, FiberId, FiberStatus, signal};
use crate::frame::Taken;
use crate::program::CompiledFunction;
use crate::report::TrapReport;
use crate::translate::EFFECT_BITS;
use crate::vm::{Outcome, Vm};
use crate::word;
use native_ir::{Contract, EntityRef, Inst, Trap, TypeKind};

impl Vm {
    /// `fiber_spawn`: a new fiber's number, at the address of its function.
    pub(crate) fn spawn(&mut self, address: u64, expected: u32, argument: u64) -> Result<u64, Trap> {
        let function: *const CompiledFunction = self.function_at(address, expected)?;
        let program = self.program.clone();
        let index = program.index_of(function);
        let Some(function) = program.function(index) else { return Err(Trap::BadSignature) };
        debug_assert_eq!(function.expectation >> EFFECT_BITS, expected >> EFFECT_BITS);
        let mut fiber = self.new_fiber(function, [argument]);
        let id = FiberId(u32::try_from(self.fibers.len()).map_err(|_| Trap::OutOfMemory)?);
        fiber.innermost = id;
        self.fibers.push(FiberEntry { status: FiberStatus::New, value: 0, fiber: Some(fiber) });
        Ok(u64::from(id.0))
    }

    /// `fiber_status`
    pub(crate) fn status_of(&self, fiber: u64) -> FiberStatus {
        self.fibers.get(fiber as usize).map_or(FiberStatus::Dead, |entry| entry.status)
    }

    /// `fiber_resume`, with its two result slots, by an instruction that ends before `next`.
    pub(crate) fn resume_fiber(&mut self, fiber: u64, value: u64, mask: u16, next: *const u64, slots: [u16; 2]) {
        let id = FiberId(fiber as u32);
        let (answer, bits) = match self.status_of(fiber) {
            FiberStatus::New | FiberStatus::Paused => {
                self.park(next, Some(slots[0]), Some(slots[1]));
                return self.enter(id, value, mask);
            }
            // What has ended says again how.
            FiberStatus::Dead => (self.fibers.get(id.index()).map_or(0, |entry| entry.value), 0),
            FiberStatus::Error => (self.fibers[id.index()].value, signal::ERROR),
            // It waits for this one: it cannot go on.
            FiberStatus::Running => (0, signal::ERROR),
        };
        self.put(slots[0], answer);
        self.put(slots[1], u64::from(bits));
        self.ip = next;
    }

    /// Makes a fiber, and those that paused with it, run; the innermost gets the value.
    fn enter(&mut self, id: FiberId, value: u64, mask: u16) {
        let resumer = self.current;
        let mut at = self.fiber(id).map_or(id, |fiber| fiber.innermost);
        let innermost = at;
        if let Some(fiber) = self.fiber_mut(id) {
            (fiber.parent, fiber.mask) = (Some(resumer), mask);
        }
        loop {
            self.fibers[at.index()].status = FiberStatus::Running;
            match self.fiber(at).and_then(|fiber| fiber.parent).filter(|_| at != id) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        self.switch_to(innermost);
        if let Some(frame) = self.fiber(innermost).map(|fiber| fiber.frame) {
            frame.result.into_iter().for_each(|slot| self.put(slot, frame.taken.of(value)));
            frame.second.into_iter().for_each(|slot| self.put(slot, 0));
        }
    }

    /// Goes back to the fiber that resumed `child`, with a value and signal bits.
    fn give_back(&mut self, parent: FiberId, value: u64, bits: u16) {
        self.switch_to(parent);
        let frame = self.fiber(parent).map(|fiber| fiber.frame);
        if let Some(frame) = frame {
            frame.result.into_iter().for_each(|slot| self.put(slot, value));
            frame.second.into_iter().for_each(|slot| self.put(slot, u64::from(bits)));
        }
    }

    /// The outermost fiber that pauses for a signal of the fiber that runs, and the fiber that catches it.
    fn catcher(&self, bits: u16) -> Option<(FiberId, FiberId)> {
        let mut at = self.current;
        loop {
            let fiber = self.fiber(at)?;
            let parent = fiber.parent?;
            if fiber.mask & bits != 0 {
                return Some((at, parent));
            }
            at = parent;
        }
    }

    /// Pauses the fiber that runs, which is parked, and those around it up to the one that catches. False when none does.
    fn signal(&mut self, bits: u16, value: u64) -> bool {
        let Some((outermost, catcher)) = self.catcher(bits) else { return false };
        let innermost = self.current;
        let mut at = innermost;
        loop {
            self.fibers[at.index()].status = FiberStatus::Paused;
            match self.fiber(at).and_then(|fiber| fiber.parent).filter(|_| at != outermost) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        if let Some(fiber) = self.fiber_mut(outermost) {
            fiber.innermost = innermost;
        }
        self.give_back(catcher, value, bits);
        true
    }

    /// Whether machine code waits for the outermost fiber of those that wait for the one that runs.
    fn beyond_is_native(&self) -> bool {
        let mut at = self.current;
        while let Some(parent) = self.fiber(at).and_then(|fiber| fiber.parent) {
            at = parent;
        }
        at != FiberId::ROOT
    }

    /// `emit`, by an instruction that ends before `next` and whose result goes to a slot.
    pub(crate) fn emit(&mut self, bits: u16, value: u64, next: *const u64, slot: u16) -> Option<Outcome> {
        if self.catcher(bits).is_none() {
            // It is the last of its segment: nothing is to be given back.
            let trap = if self.beyond_is_native() { Trap::SuspendAcrossNative } else { Trap::UncaughtSignal };
            self.raise(trap);
            return Some(Outcome::Trapped(Box::new(self.report(trap))));
        }
        self.park(next, Some(slot), None);
        self.signal(bits, value);
        None
    }

    /// The fuel of the fiber that runs is used up.
    pub(crate) fn starve(&mut self) -> Option<Outcome> {
        self.park(self.ip, None, None);
        if self.signal(signal::FUEL, 0) { None } else { Some(Outcome::OutOfFuel) }
    }

    /// The first function of the fiber that runs has returned.
    pub(crate) fn finish_fiber(&mut self) -> Option<Outcome> {
        let id = self.current;
        let (parent, value) = self.fiber(id).map(|fiber| (fiber.parent, fiber.stack.get(0)))?;
        let Some(parent) = parent else {
            if id != FiberId::ROOT {
                // Machine code waits for it, and takes the results itself.
                return Some(Outcome::Returned(Vec::new()));
            }
            let results = self.results();
            self.fibers[FiberId::ROOT.index()].status = FiberStatus::Dead;
            return Some(Outcome::Returned(results));
        };
        self.end(id, FiberStatus::Dead, value);
        self.give_back(parent, value, 0);
        None
    }

    /// Ends a fiber and gives back what it has.
    fn end(&mut self, id: FiberId, status: FiberStatus, value: u64) {
        let Some(entry) = self.fibers.get_mut(id.index()) else { return };
        (entry.status, entry.value) = (status, value);
        let fiber = entry.fiber.take();
        if let Some(fiber) = fiber {
            self.free_arena(&fiber.arena);
        }
    }

    /// `fiber_cancel`: ends a fiber that does not run, and those that paused inside it.
    pub(crate) fn cancel(&mut self, fiber: u64) {
        let id = FiberId(fiber as u32);
        if !matches!(self.status_of(fiber), FiberStatus::New | FiberStatus::Paused) {
            return;
        }
        let mut at = self.fiber(id).map_or(id, |fiber| fiber.innermost);
        loop {
            let parent = self.fiber(at).and_then(|fiber: &Fiber| fiber.parent).filter(|_| at != id);
            self.end(at, FiberStatus::Dead, 0);
            match parent {
                Some(parent) => at = parent,
                None => return,
            }
        }
    }

    /// `fiber_refuel`
    pub(crate) fn refuel(&mut self, fiber: u64, fuel: u64) {
        let id = FiberId(fiber as u32);
        let fuel = i64::try_from(fuel).unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
        if id == self.current {
            self.fuel = fuel;
            return;
        }
        // The one that goes on when it is resumed is the one that starves.
        let paused = self.status_of(fiber) == FiberStatus::Paused;
        let innermost = self.fiber(id).filter(|_| paused).map_or(id, |fiber| fiber.innermost);
        for id in [id, innermost] {
            if let Some(fiber) = self.fiber_mut(id) {
                fiber.fuel = fuel;
            }
        }
    }

    /// The instruction at `ip` trapped: its fiber pauses when its resumer catches errors; else the fiber ends in error,
    /// and its resumer's `fiber_resume` traps with the same class.
    pub(crate) fn handle_trap(&mut self) -> Option<Outcome> {
        let trap = self.pending.as_ref().map_or(Trap::Unreachable, |pending| pending.trap);
        let caught = {
            let mut at = Some(self.current);
            std::iter::from_fn(|| {
                let fiber = self.fiber(at?)?;
                at = fiber.parent;
                fiber.parent.map(|_| fiber.mask & signal::ERROR != 0)
            })
            .any(|catches| catches)
        };
        if !caught {
            return self.fault(trap);
        }
        self.pending = None;
        let code = u64::from(Contract::embedded().trap(trap).code);
        loop {
            let id = self.current;
            let Some((parent, mask)) = self.fiber(id).and_then(|fiber| Some((fiber.parent?, fiber.mask))) else {
                return Some(Outcome::Trapped(Box::new(TrapReport::bare(trap))));
            };
            if mask & signal::ERROR != 0 {
                let (next, result, second) = self.behind_trap();
                let taken = self.taken();
                self.park(next, result, second);
                self.fibers[id.index()].status = FiberStatus::Paused;
                if let Some(fiber) = self.fiber_mut(id) {
                    fiber.innermost = id;
                    fiber.frame.taken = taken;
                }
                self.give_back(parent, code, signal::ERROR);
                return None;
            }
            self.end(id, FiberStatus::Error, code);
            self.switch_to(parent);
            // The instruction that resumed has two words, and stands before where its fiber goes on.
            self.ip = self.ip.wrapping_sub(2);
        }
    }

    /// Where a fiber goes on behind an instruction that trapped, and which slots the value that it is resumed with goes to,
    /// in place of the instruction's results. What ends a block traps again.
    fn behind_trap(&self) -> (*const u64, Option<u16>, Option<u16>) {
        let (entry, first) = (self.operation(), self.word(0));
        let length = crate::listing::length(self.ip, self.checked());
        let goes_away = entry.form.contains('^') || length == 0 || word::op(first).ends_block();
        if goes_away {
            return (self.ip, None, None);
        }
        let result = entry.form.starts_with("a = ").then(|| word::a(first));
        let second = word::op(first).second_result(self.word(1), self.word(2));
        let upper = result.filter(|_| self.result_width(0) > 64).map(|slot| slot + 1);
        (self.ip.wrapping_add(length), result, second.or(upper))
    }

    /// How much of a value the instruction at `ip` takes in place of its result.
    fn taken(&self) -> Taken {
        let bits = self.result_width(0).min(64);
        // The extension of the sign is the instruction behind the load.
        let extends = self.operation().name.starts_with("load.signed");
        Taken { bits, width: if extends { self.result_width(1).min(64) } else { bits } }
    }

    /// The width in bits of the first result of the instruction at `ip`, or of one so many further; 64 when it has none.
    fn result_width(&self, further: usize) -> u32 {
        let Some((func, Some(inst))) = self.program.inst(self.ip) else { return 64 };
        let module = self.program.module();
        let body = &module.functions[func].body;
        let result = body.results(Inst::new(inst.index() + further)).next();
        let kind = result.and_then(|value| module.types.kind(body.value_type(value)));
        match kind {
            Some(TypeKind::Ptr | TypeKind::Addr) => 8 * self.pointer_bytes() as u32,
            kind => kind.and_then(|kind| kind.bits(64)).filter(|&bits| bits > 0).unwrap_or(64),
        }
    }
}
