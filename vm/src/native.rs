//! Machine code beside bytecode: what an engine of machine code and the VM tell each other.
//!
//! Both work on one region: data, heap and the stack of machine code lie in it, its addresses are the host's, and at
//! the address of each function stands machine code that leads to the function, whichever engine runs it. The engine
//! puts it there.
//!
//! Values cross the border as words, one for each slot: 64 bits, two words for a value of 128, for an aggregate the
//! address of its bytes; the address of where an aggregate result goes comes last.

use crate::fiber::{FiberEntry, FiberId, FiberStatus};
use crate::program::function_index;
use crate::report::{CallSite, TrapReport};
use crate::service::Done;
use crate::translate::{parameter_slots, result_slots};
use crate::vm::{Outcome, Pending, Vm};
use native_ir::{Data, EntityRef, Func, Symbol, Trap};
use std::ops::Range;
use std::rc::Rc;

/// Room for machine code and its stack, and when there is some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeConfig {
    /// Bytes of stack. Rounded up to a multiple of 65,536.
    pub stack_bytes: u64,
    /// Bytes of code, 16 for each function and import of the module among them.
    pub code_bytes: u64,
    /// After how many calls a function of [`Tier::Counted`] becomes machine code.
    pub threshold: u32,
}

impl NativeConfig {
    /// Bytes of the region's beginning that are the stack.
    pub(crate) fn stack(self) -> u64 {
        self.stack_bytes.next_multiple_of(1 << 16)
    }
}

/// How a function runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tier {
    /// As bytecode.
    #[default]
    Bytecode,
    /// As bytecode, until it was called often enough.
    Counted,
    /// As machine code.
    Native,
}

/// An engine that runs machine code.
pub trait Native {
    /// Makes machine code of a function that was called often enough. False when there is none: it stays bytecode.
    fn prepare(&self, vm: &mut Vm, function: Func) -> bool;

    /// Calls a function with words.
    ///
    /// # Errors
    /// How the program ended instead.
    fn call(&self, vm: &mut Vm, function: Func, arguments: &[u64]) -> Result<Called, Stop>;
}

/// What a call of machine code gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// The words of its results.
    Returned(Vec<u64>),
    /// It ends with a call of something else, with these words; that one's results are its own.
    Tail(Symbol, Vec<u64>),
}

/// How a program ended inside a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// It was stopped; the report tells of the calls inside.
    Trapped(Box<TrapReport>),
    /// It ended itself with this status.
    Exited(u8),
}

impl Stop {
    /// A trap of which nothing but the calls is known.
    pub fn trap(trap: Trap, detail: Option<String>, stack: Vec<CallSite>) -> Stop {
        Stop::Trapped(Box::new(TrapReport { detail, stack, ..TrapReport::bare(trap) }))
    }
}

impl Vm {
    /// Says which engine runs the functions that the program has no bytecode for.
    pub fn set_native(&mut self, native: Rc<dyn Native>) {
        self.native = Some(native);
    }

    /// The addresses that machine code may have, those of functions first.
    pub fn code(&self) -> Range<u64> {
        self.region.code()
    }

    /// The address of a function or import.
    pub fn function_address(&self, symbol: Symbol) -> Option<u64> {
        let index = function_index(self.program.module(), symbol)?;
        self.region.code_address(u32::try_from(index).ok()?)
    }

    /// The address of a data object.
    pub fn data_address(&self, data: Data) -> Option<u64> {
        self.image.place(data).map(|place| place.address)
    }

    /// The stack of machine code, empty without. Nothing below it is accessible.
    pub fn native_stack(&self) -> Range<u64> {
        let stack = self.config().native.map_or(0, NativeConfig::stack);
        self.region.base()..self.region.base() + stack
    }

    /// Writes machine code and makes it executable; its pages cannot be written otherwise, and are not executable
    /// meanwhile.
    ///
    /// # Errors
    /// The bytes are not among those that code may have, or the host refuses.
    pub fn write_code(&mut self, address: u64, bytes: &[u8]) -> std::io::Result<()> {
        self.region.write_code(address, bytes)
    }

    /// The floating-point exceptions that were raised, by the bits of [`semantics::Status`].
    pub fn float_status(&self) -> u8 {
        self.status.0
    }

    /// Says which were raised.
    pub fn set_float_status(&mut self, status: u8) {
        self.status = semantics::Status(status);
    }

    /// Bytes of the guest that machine code is to take as an argument, or left as a result.
    pub fn bytes(&self, address: u64, len: u64) -> Option<&[u8]> {
        self.region.read(address, len)
    }

    /// The same, to write.
    pub fn bytes_mut(&mut self, address: u64, len: u64) -> Option<&mut [u8]> {
        self.region.slice_mut(address, len)
    }

    /// `native`: the function whose number stands in the instruction. Its parameters are in the first slots of its
    /// frame, and its results are put there.
    pub(crate) fn call_native(&mut self, index: usize) -> Result<Done, Trap> {
        let program = self.program.clone();
        let func = Func::new(index);
        let ty = program.module().functions.get(func).and_then(|function| program.module().signature(function));
        let (Some(ty), Some(native)) = (ty, self.native.clone()) else { return Err(Trap::Unreachable) };
        let arguments: Vec<u64> = (0..parameter_slots(ty)).map(|slot| self.get(slot as u16)).collect();
        match native.call(self, func, &arguments) {
            Ok(Called::Tail(symbol, arguments)) => self.replace(symbol, &arguments),
            Ok(Called::Returned(results)) => {
                results.iter().zip(0..result_slots(ty)).for_each(|(&word, slot)| self.put(slot as u16, word));
                Ok(Done::Next(1))
            }
            Err(Stop::Exited(status)) => Ok(Done::Over(Outcome::Exited(status))),
            Err(Stop::Trapped(report)) => {
                let trap = report.trap;
                self.pending = Some(Pending { trap, violation: None, detail: None, inside: Some(report) });
                Err(trap)
            }
        }
    }

    /// Goes on in a function with words as its parameters, whose frame takes the place of the one that runs.
    fn replace(&mut self, symbol: Symbol, arguments: &[u64]) -> Result<Done, Trap> {
        let program = self.program.clone();
        let index = function_index(program.module(), symbol);
        let function = index.and_then(|index| program.function(index)).ok_or(Trap::Unreachable)?;
        if self.fp.wrapping_add(function.words) > self.stack_end {
            self.fp = self.grow_stack(self.fp, function.words)?;
        }
        arguments.iter().zip(0..).for_each(|(&word, slot)| self.put(slot, word));
        self.ip = function.entry;
        Ok(Done::Placed)
    }

    /// `heat`, when a function was called often enough: it runs as machine code if there is some, from now on.
    pub(crate) fn heat_up(&mut self, index: usize) -> Result<Done, Trap> {
        let native = self.native.clone();
        if native.is_some_and(|native| native.prepare(self, Func::new(index))) {
            // Behind the instruction and its literal stands a return.
            return self
                .call_native(index)
                .map(|done| if matches!(done, Done::Next(_)) { Done::Next(2) } else { done });
        }
        if let Some(left) = self.heat.get_mut(index) {
            *left = u32::MAX;
        }
        self.ip = self.word(1) as *const u64;
        Ok(Done::Placed)
    }

    /// Calls a function or import from machine code, which [`Vm::native_stack`] says more of: on a fiber of its own,
    /// while the one that called machine code waits.
    ///
    /// # Errors
    /// How the program ended instead.
    pub fn call_back(&mut self, symbol: Symbol, arguments: &[u64]) -> Result<Vec<u64>, Stop> {
        let program = self.program.clone();
        let module = program.module();
        let index = function_index(module, symbol);
        let function = index.and_then(|index| program.function(index));
        let (Some(index), Some(function)) = (index, function) else {
            return Err(Stop::trap(Trap::Unreachable, None, Vec::new()));
        };
        if let Some(import) = index.checked_sub(module.functions.len()) {
            return self.call_import(import, arguments);
        }
        let results = module.signature(&module.functions[Func::new(index)]).map_or(0, result_slots);
        let (waiting, ip) = (self.current, self.ip);
        self.park(ip, None, None);
        let fiber = self.new_fiber(function, arguments.iter().copied());
        let id = FiberId(self.fibers.len() as u32);
        self.fibers.push(FiberEntry { status: FiberStatus::Running, value: 0, fiber: Some(fiber) });
        if let Some(fiber) = self.fiber_mut(id) {
            fiber.innermost = id;
        }
        self.switch_to(id);
        let outcome = self.resume();
        let words = self.first_results(id, results);
        self.leave_nested(id);
        self.switch_to(waiting);
        match outcome {
            Outcome::Returned(_) => Ok(words),
            Outcome::Exited(status) => Err(Stop::Exited(status)),
            Outcome::Trapped(report) => Err(Stop::Trapped(report)),
            // Machine code runs neither with fuel nor on a machine that sleeps.
            Outcome::OutOfFuel | Outcome::Halted(_) => {
                Err(Stop::trap(Trap::SuspendAcrossNative, None, Vec::new()))
            }
        }
    }

    /// The end of a fiber that machine code waited for.
    fn leave_nested(&mut self, id: FiberId) {
        let fiber = self.fibers.get_mut(id.index()).and_then(|entry| {
            entry.status = FiberStatus::Dead;
            entry.fiber.take()
        });
        if let Some(fiber) = fiber {
            self.free_arena(&fiber.arena);
        }
        // Handles of fibers behind it stay what they are.
        if id.index() + 1 == self.fibers.len() {
            self.fibers.pop();
        }
    }
}
