//! The machine's registers and how an instruction hands them to the next.
//!
//! A handler is a function that does one instruction and then *calls the handler of the next one* with the same five
//! arguments. The call is the last thing it does, so the compiler makes a jump of it: the chain of handlers runs in
//! one host stack frame, and the machine's registers stay in the processor's argument registers from instruction to
//! instruction. Compilers do this from optimisation level 2 on; below that (`build.rs` decides) a handler stores the
//! registers in the [`Vm`] and returns to the loop in [`run`], which is slower and means the same. [`run`] asserts in
//! debug builds that the host stack did not grow.
//!
//! # Safety of everything that is `unsafe` here
//!
//! The invariants that the translator and [`crate::vm`] keep, and every handler relies on:
//!
//! 1. `ip` points to the first word of an instruction of a [`crate::program::Program`] that the `Vm` keeps alive; its
//!    literals stand behind it, and control never runs off the end (the last instruction of a block goes somewhere).
//! 2. `fp` points to slot 0 of a frame in the current fiber's operand stack. The stack has room behind `fp` for all
//!    slots that the function's instructions name, its outgoing arguments included: calls check it.
//! 3. `vm` is the machine that runs, borrowed by nobody else while a handler runs.
//! 4. `memory` is the first byte of the guest's region and `Vm::limit` the number of bytes that addresses may begin at;
//!    [`crate::memory::Region::SLACK`] bytes more are mapped behind them.

#![allow(unsafe_code, reason = "handlers reach code, frames and memory through raw pointers; see above")]

#[cfg(chained)]
use crate::operation::{CHECKED_HANDLERS, FAST_HANDLERS};
use crate::vm::Vm;
use native_ir::Trap;
use std::hint::black_box;

/// Why the chain of handlers came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The instruction at `ip` is to be done: the stack has moved, or handlers are not chained.
    Next,
    /// The fiber's first function returned.
    Returned,
    /// The instruction at `ip` trapped; `Vm::pending` says how.
    Trapped,
    /// The fuel does not cover the segment that begins at `ip`.
    Short,
    /// The fuel is used up before the instruction at `ip`.
    Empty,
    /// The instruction before `ip` asks for something that [`crate::vm`] does with the whole machine: `Vm::request`.
    Request,
}

/// A handler: does the instruction at the first argument, and all that follow.
pub(crate) type Handler = unsafe fn(*const u64, *mut u64, *mut Vm, *mut u8, i64) -> Exit;

/// The machine's registers. `CHECKED` is the memory mode; it decides how wide a slot is.
#[derive(Clone, Copy)]
pub(crate) struct Machine<const CHECKED: bool> {
    /// The instruction.
    pub(crate) ip: *const u64,
    /// The frame.
    pub(crate) fp: *mut u64,
    /// Everything else.
    pub(crate) vm: *mut Vm,
    /// The guest's memory.
    pub(crate) memory: *mut u8,
    /// The fuel that is left.
    pub(crate) fuel: i64,
}

/// A word of the instruction at an address.
pub(crate) fn word_at(ip: *const u64, index: usize) -> u64 {
    // SAFETY: invariant 1: only instructions of the program that runs are asked for, and only for words that they have
    // or that other instructions have behind them.
    unsafe { *ip.add(index) }
}

/// Words of a slot: its value; in checked mode also which of its bits are undefined and its provenance.
pub(crate) const fn slot_words(checked: bool) -> usize {
    if checked { 3 } else { 1 }
}

/// A value that slots hold: its bits from the lowest on, in one slot or two, the others zero.
pub(crate) trait Value: Copy {
    /// How many slots it takes.
    const SLOTS: usize;
    /// The value of its slots; the second is 0 when there is one.
    fn from_slots(low: u64, high: u64) -> Self;
    /// Its slots.
    fn slots(self) -> (u64, u64);
}

macro_rules! value {
    ($($ty:ty: $from:expr, $into:expr;)*) => {$(
        impl Value for $ty {
            const SLOTS: usize = 1;
            #[inline(always)]
            fn from_slots(low: u64, _: u64) -> $ty { ($from)(low) }
            #[inline(always)]
            fn slots(self) -> (u64, u64) { (($into)(self), 0) }
        }
    )*};
}

value! {
    u8: |w| w as u8, u64::from;
    u16: |w| w as u16, u64::from;
    u32: |w| w as u32, u64::from;
    u64: |w| w, |v| v;
    bool: |w| w & 1 != 0, u64::from;
    f32: |w| f32::from_bits(w as u32), |v: f32| u64::from(v.to_bits());
    f64: f64::from_bits, f64::to_bits;
}

impl Value for u128 {
    const SLOTS: usize = 2;
    #[inline(always)]
    fn from_slots(low: u64, high: u64) -> u128 {
        u128::from(high) << 64 | u128::from(low)
    }
    #[inline(always)]
    fn slots(self) -> (u64, u64) {
        (self as u64, (self >> 64) as u64)
    }
}

impl<const CHECKED: bool> Machine<CHECKED> {
    /// Words of a slot.
    pub(crate) const SLOT: usize = slot_words(CHECKED);

    #[inline(always)]
    pub(crate) unsafe fn word(&self, index: usize) -> u64 {
        // SAFETY: invariant 1: the instruction's literals stand behind it.
        unsafe { *self.ip.add(index) }
    }

    #[inline(always)]
    unsafe fn quarter(&self, index: usize) -> u16 {
        // SAFETY: invariant 1; a word has four quarters.
        unsafe { *self.ip.cast::<u16>().add(index) }
    }

    #[inline(always)]
    pub(crate) unsafe fn a(&self) -> usize {
        // SAFETY: as `quarter`.
        usize::from(unsafe { self.quarter(1) })
    }

    #[inline(always)]
    pub(crate) unsafe fn b(&self) -> usize {
        // SAFETY: as `quarter`.
        usize::from(unsafe { self.quarter(2) })
    }

    #[inline(always)]
    pub(crate) unsafe fn c(&self) -> usize {
        // SAFETY: as `quarter`.
        usize::from(unsafe { self.quarter(3) })
    }

    /// `b` and `c` as one number.
    #[inline(always)]
    pub(crate) unsafe fn bc(&self) -> i32 {
        // SAFETY: invariant 1; the upper half of a word.
        unsafe { *self.ip.cast::<i32>().add(1) }
    }

    /// The address of a slot.
    #[inline(always)]
    pub(crate) unsafe fn slot(&self, slot: usize) -> *mut u64 {
        // SAFETY: invariant 2.
        unsafe { self.fp.add(slot * Self::SLOT) }
    }

    /// The bits of a slot.
    #[inline(always)]
    pub(crate) unsafe fn get(&self, slot: usize) -> u64 {
        // SAFETY: invariant 2.
        unsafe { *self.slot(slot) }
    }

    /// The value that begins at a slot.
    #[inline(always)]
    pub(crate) unsafe fn read<T: Value>(&self, slot: usize) -> T {
        // SAFETY: invariant 2; a value of two slots has both.
        unsafe { T::from_slots(self.get(slot), if T::SLOTS == 2 { self.get(slot + 1) } else { 0 }) }
    }

    /// Writes a value to a slot, defined and without provenance.
    #[inline(always)]
    pub(crate) unsafe fn write<T: Value>(&self, slot: usize, value: T) {
        let (low, high) = value.slots();
        // SAFETY: invariant 2; a value of two slots has both.
        unsafe {
            self.put(slot, low);
            if T::SLOTS == 2 {
                self.put(slot + 1, high);
            }
        }
    }

    /// Writes bits to a slot, defined and without provenance.
    #[inline(always)]
    pub(crate) unsafe fn put(&self, slot: usize, bits: u64) {
        // SAFETY: invariant 2.
        unsafe {
            let at = self.slot(slot);
            *at = bits;
            if CHECKED {
                *at.add(1) = 0;
                *at.add(2) = 0;
            }
        }
    }

    /// Which bits of a slot are undefined; none in fast mode.
    #[inline(always)]
    pub(crate) unsafe fn undefined(&self, slot: usize) -> u64 {
        // SAFETY: invariant 2; slots of checked mode have three words.
        if CHECKED { unsafe { *self.slot(slot).add(1) } } else { 0 }
    }

    /// Which bits of a value of so many slots are undefined, joined.
    #[inline(always)]
    pub(crate) unsafe fn undefined_in(&self, slot: usize, slots: usize) -> u64 {
        // SAFETY: invariant 2.
        unsafe { self.undefined(slot) | if slots == 2 { self.undefined(slot + 1) } else { 0 } }
    }

    /// Marks bits of a slot as undefined.
    #[inline(always)]
    pub(crate) unsafe fn set_undefined(&self, slot: usize, bits: u64) {
        if CHECKED {
            // SAFETY: invariant 2; slots of checked mode have three words.
            unsafe { *self.slot(slot).add(1) = bits };
        }
    }

    /// The provenance of a slot; 0 in fast mode.
    #[inline(always)]
    pub(crate) unsafe fn tag(&self, slot: usize) -> u64 {
        // SAFETY: invariant 2; slots of checked mode have three words.
        if CHECKED { unsafe { *self.slot(slot).add(2) } } else { 0 }
    }

    /// Gives a slot a provenance.
    #[inline(always)]
    pub(crate) unsafe fn set_tag(&self, slot: usize, tag: u64) {
        if CHECKED {
            // SAFETY: invariant 2; slots of checked mode have three words.
            unsafe { *self.slot(slot).add(2) = tag };
        }
    }

    /// Copies a slot with all that is known of it.
    #[inline(always)]
    pub(crate) unsafe fn copy(&self, to: usize, from: usize) {
        // SAFETY: invariant 2.
        unsafe {
            let (to, from) = (self.slot(to), self.slot(from));
            let word = *from;
            if CHECKED {
                let (undefined, tag) = (*from.add(1), *from.add(2));
                *to.add(1) = undefined;
                *to.add(2) = tag;
            }
            *to = word;
        }
    }

    /// Goes on with the instruction so many words further.
    #[inline(always)]
    pub(crate) unsafe fn next(mut self, words: usize) -> Exit {
        // SAFETY: invariant 1.
        unsafe {
            self.ip = self.ip.add(words);
            self.dispatch()
        }
    }

    /// Goes on at `ip`, which begins a segment of instructions whose fuel is in the upper half of the word before it.
    #[inline(always)]
    pub(crate) unsafe fn enter_segment<const FUEL: bool>(mut self) -> Exit {
        // SAFETY: invariant 1: with fuel on, such a place has a word before it.
        unsafe {
            if FUEL {
                self.fuel -= i64::from(*self.ip.cast::<u32>().sub(1));
                if self.fuel < 0 {
                    return short(self.ip, self.fp, self.vm, self.fuel);
                }
            }
            self.dispatch()
        }
    }

    /// Does the instruction at `ip`.
    #[cfg(chained)]
    #[inline(always)]
    pub(crate) unsafe fn dispatch(self) -> Exit {
        // SAFETY: invariant 1: the word's lowest quarter is an operation.
        unsafe {
            let handlers = if CHECKED { &CHECKED_HANDLERS } else { &FAST_HANDLERS };
            let handler = handlers.get_unchecked(usize::from(self.quarter(0)));
            handler(self.ip, self.fp, self.vm, self.memory, self.fuel)
        }
    }

    /// Goes back to the loop, which does the instruction at `ip`.
    #[cfg(not(chained))]
    pub(crate) unsafe fn dispatch(self) -> Exit {
        // SAFETY: `leave` asks for nothing more than the invariants.
        unsafe { self.leave(Exit::Next) }
    }

    /// Stores the registers in the machine and returns to [`run`].
    #[inline(always)]
    pub(crate) unsafe fn leave(self, exit: Exit) -> Exit {
        // SAFETY: invariant 3.
        unsafe { leave(self.ip, self.fp, self.vm, self.fuel, exit) }
    }

    /// Stops with a trap at this instruction.
    #[inline(always)]
    pub(crate) unsafe fn trap(self, class: Trap) -> Exit {
        // SAFETY: invariant 3.
        unsafe { trap(self.ip, self.fp, self.vm, self.fuel, class) }
    }

    /// Stops because an access goes beyond the guest's memory.
    #[inline(always)]
    pub(crate) unsafe fn stray(self, address: u64) -> Exit {
        // SAFETY: invariant 3.
        unsafe { stray(self.ip, self.fp, self.vm, self.fuel, address) }
    }

    /// Makes room for so many words from `fp` on and does the instruction again, or traps.
    #[inline(always)]
    pub(crate) unsafe fn grow(self, words: usize) -> Exit {
        // SAFETY: invariant 3.
        unsafe { grow(self.ip, self.fp, self.vm, self.fuel, words) }
    }
}

// What handlers do in the end takes numbers alone: a machine in host memory would need a frame on the host's stack, and
// handlers have none. And what comes of it is hidden from the compiler: it would call, and return what it knows itself,
// rather than jump, and the call needs a frame, which handlers of branches made on their usual way too.

#[inline(always)]
unsafe fn leave(ip: *const u64, fp: *mut u64, vm: *mut Vm, fuel: i64, exit: Exit) -> Exit {
    // SAFETY: invariant 3.
    unsafe {
        (*vm).ip = ip;
        (*vm).fp = fp;
        (*vm).fuel = fuel;
        #[cfg(debug_assertions)]
        (*vm).check_stack();
    }
    exit
}

#[cold]
#[inline(never)]
unsafe fn short(ip: *const u64, fp: *mut u64, vm: *mut Vm, fuel: i64) -> Exit {
    // SAFETY: as in `enter_segment`.
    unsafe { leave(ip, fp, vm, fuel + i64::from(*ip.cast::<u32>().sub(1)), black_box(Exit::Short)) }
}

#[cold]
#[inline(never)]
unsafe fn trap(ip: *const u64, fp: *mut u64, vm: *mut Vm, fuel: i64, class: Trap) -> Exit {
    // SAFETY: invariant 3.
    unsafe {
        (*vm).raise(class);
        leave(ip, fp, vm, fuel, black_box(Exit::Trapped))
    }
}

#[cold]
#[inline(never)]
unsafe fn stray(ip: *const u64, fp: *mut u64, vm: *mut Vm, fuel: i64, address: u64) -> Exit {
    // SAFETY: invariant 3.
    unsafe {
        let class = (*vm).stray(address);
        trap(ip, fp, vm, fuel, class)
    }
}

#[cold]
#[inline(never)]
unsafe fn grow(ip: *const u64, fp: *mut u64, vm: *mut Vm, fuel: i64, words: usize) -> Exit {
    // SAFETY: invariant 3; the frame is where the grown stack has it.
    unsafe {
        match (*vm).grow_stack(fp, words) {
            Ok(fp) => leave(ip, fp, vm, fuel, Exit::Next),
            Err(class) => trap(ip, fp, vm, fuel, class),
        }
    }
}

/// Runs from where the machine stands until a handler leaves the chain.
pub(crate) fn run(vm: &mut Vm) -> Exit {
    let checked = vm.checked();
    let memory = vm.memory();
    #[cfg(debug_assertions)]
    vm.mark_stack();
    loop {
        let handler = if checked { vm.operation().checked } else { vm.operation().fast };
        // SAFETY: the machine keeps the invariants of the module's documentation between instructions.
        let exit = unsafe { handler(vm.ip, vm.fp, vm, memory, vm.fuel) };
        if exit != Exit::Next {
            return exit;
        }
    }
}
