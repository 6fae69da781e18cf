//! The frame comes and goes: prologue, epilogue, and what a function leaves behind for another that it ends in.
//!
//! Rows of unwinding are exact at every instruction: a register counts as restored from where it has its value on, and
//! nothing is looked for below the stack pointer, where interrupts write.

use super::{Emitter, encode};
use crate::cortex_m0::frame::Frame;
use artifact::{Saved, UnwindOp};
use native_ir::{EntityRef, Slot};

/// The low registers that calls preserve, as bits.
const PRESERVED: u16 = 0xF0;

/// The low registers that calls do not preserve, as bits.
const CLOBBERED: u16 = 0x0F;

/// lr, as a bit.
const LINK: u16 = 1 << encode::LR;

/// pc, as a bit.
const PROGRAM: u16 = 1 << encode::PC;

/// What one `ADD SP` or `SUB SP` moves at most.
const STEP: u32 = 508;

/// So many of them are no longer than a constant in a register.
const STEPS: u32 = 3;

impl Frame {
    /// What is claimed of it.
    pub(super) fn claim(&self) -> artifact::Frame {
        let saved = (0..16).filter(|register| self.saved >> register & 1 == 1);
        let slots = self.slots.iter().enumerate().map(|(slot, &(offset, _))| (Slot::new(slot), offset));
        artifact::Frame {
            bytes: self.bytes(),
            below: 0,
            outgoing: self.outgoing,
            saved: saved.map(|register| Saved { register, offset: self.kept(register) }).collect(),
            slots: slots.collect(),
        }
    }

    /// The alignment of a stack slot.
    pub(super) fn slot_align(&self, slot: Slot) -> u32 {
        self.slots.get(slot.index()).map_or(1, |&(_, align)| align)
    }

    /// Words below what the first `PUSH` saves.
    fn body_words(&self) -> u32 {
        self.lowered / 4 + self.padding.count_ones() + self.carriers().count() as u32
    }
}

/// The lowest register of some.
fn lowest(registers: u16) -> Option<u8> {
    (registers != 0).then(|| registers.trailing_zeros() as u8)
}

/// The lowest so many registers of some; none when there are not so many.
fn lowest_of(registers: u16, count: u32) -> Option<u16> {
    let mut left = registers;
    for _ in 0..count {
        if left == 0 {
            return None;
        }
        left &= left - 1;
    }
    Some(registers & !left)
}

impl Emitter<'_> {
    /// The prologue.
    pub(super) fn enter(&mut self) {
        self.asm.inst_row(None);
        if self.frame.pops > 0 {
            self.say_cfa();
        }
        let frame = self.frame;
        let first = frame.first();
        let saved = (0..16).filter(|register| (frame.saved & first) >> register & 1 == 1);
        self.push(first, saved.map(|register| (register, register)));
        if frame.carriers().next().is_some() {
            let mut list = frame.padding;
            for (high, low) in frame.carriers() {
                self.asm.put(encode::mov(low, high));
                list |= 1 << low;
            }
            self.push(list, frame.carriers());
        }
        self.lower(self.frame.lowered);
    }

    /// Pushes low registers and lr, some of which hold what registers are to have again: each of these with the one pushed.
    fn push(&mut self, list: u16, saved: impl Iterator<Item = (u8, u8)>) {
        if list == 0 {
            return;
        }
        self.asm.put(encode::push(list));
        self.cfa += 4 * list.count_ones();
        self.say_cfa();
        for (register, pushed) in saved {
            let below = list & ((1u16 << pushed) - 1);
            self.asm.unwind_row(UnwindOp::Saved(register, self.cfa - 4 * below.count_ones()));
        }
    }

    /// Gives r8 to r11 back, by way of the lowest of the registers that are popped later.
    fn restore_high(&mut self) {
        let frame = self.frame;
        let Some((_, low)) = frame.carriers().next() else { return };
        for (high, _) in frame.carriers() {
            self.load_at(low, frame.kept(high));
            self.asm.put(encode::mov(high, low));
            self.asm.unwind_row(UnwindOp::Restored(high));
        }
    }

    /// Says how far the CFA is.
    pub(super) fn say_cfa(&mut self) {
        self.asm.unwind_row(UnwindOp::Cfa(self.cfa));
    }

    /// Moves the stack pointer down. No register but r12 changes.
    pub(super) fn lower(&mut self, bytes: u32) {
        self.move_stack(bytes, false, self.frame.saved & PRESERVED & self.unused_in_prologue());
    }

    /// Registers that hold nothing yet when the frame is made; none afterwards.
    fn unused_in_prologue(&self) -> u16 {
        if self.next == 0 { u16::MAX } else { 0 }
    }

    /// Moves the stack pointer, with a register that holds nothing where there is one.
    fn move_stack(&mut self, bytes: u32, up: bool, free: u16) {
        if bytes <= STEPS * STEP {
            let mut left = bytes;
            while left > 0 {
                let step = left.min(STEP);
                self.asm.put(if up { encode::add_sp(step) } else { encode::sub_sp(step) });
                left -= step;
                self.moved(step, up);
            }
            return;
        }
        let distance = if up { bytes } else { bytes.wrapping_neg() };
        let (register, lent) = match lowest(free) {
            Some(register) => (register, false),
            None => (3, true),
        };
        if lent {
            self.asm.put(encode::mov(encode::IP, register));
        }
        self.asm.load_word(register, super::Word::Number(distance));
        self.asm.put(encode::add_high(encode::SP, register));
        self.moved(bytes, up);
        if lent {
            self.asm.put(encode::mov(register, encode::IP));
        }
    }

    /// The stack pointer has moved.
    fn moved(&mut self, bytes: u32, up: bool) {
        self.cfa = if up { self.cfa.wrapping_sub(bytes) } else { self.cfa + bytes };
        self.say_cfa();
    }

    /// Where the frame begins to go: for the code behind the function's end here it is there again.
    fn remember(&mut self) {
        self.asm.unwind_row(UnwindOp::Remember);
        self.recall = true;
    }

    /// Where code begins that stands behind other code.
    pub(super) fn resume(&mut self) {
        if std::mem::take(&mut self.recall) {
            self.asm.unwind_row(UnwindOp::Recall);
        }
    }

    /// The epilogue and the return, with results in some of r0 to r3.
    pub(super) fn leave(&mut self, results: u16) {
        let here = self.cfa;
        let frame = self.frame;
        let free = CLOBBERED & !results;
        if frame.bytes() == 0 && frame.pops == 0 {
            self.asm.put(encode::bx(encode::LR));
        } else if frame.pops > 0 {
            self.remember();
            self.restore_link(free);
            self.take_down(free);
            self.move_stack(frame.pops + self.link_bytes(), true, free);
            self.asm.put(encode::bx(encode::LR));
        } else {
            self.leave_by_pop(free);
        }
        self.asm.edge();
        self.cfa = here;
    }

    /// Pops what was pushed, and the return address into pc where it is among it. Small frames are popped too, into
    /// registers that hold nothing.
    fn leave_by_pop(&mut self, free: u16) {
        let frame = self.frame;
        let low = frame.saved & PRESERVED;
        let linked = frame.saved & LINK != 0;
        let into = lowest_of(free, frame.body_words());
        if into.is_none() || !linked || frame.carriers().next().is_some() {
            self.remember();
        }
        self.restore_high();
        if into.is_none() {
            self.move_stack(4 * frame.body_words(), true, low | free);
        }
        let list = into.unwrap_or(0) | low | if linked { PROGRAM } else { 0 };
        if list != 0 {
            self.asm.put(encode::pop(list));
        }
        if linked {
            return;
        }
        self.popped(list);
        self.asm.put(encode::bx(encode::LR));
    }

    /// Says what a `POP` has brought back.
    fn popped(&mut self, list: u16) {
        for register in (4..8).filter(|register| list >> register & 1 == 1) {
            self.asm.unwind_row(UnwindOp::Restored(register));
        }
        if list != 0 {
            self.moved(4 * list.count_ones(), true);
        }
    }

    fn link_bytes(&self) -> u32 {
        if self.frame.saved & LINK != 0 { 4 } else { 0 }
    }

    /// Brings lr back from the frame, where it stays: by way of a register that holds nothing or is about to be restored,
    /// else of one whose value waits in r12.
    fn restore_link(&mut self, free: u16) {
        if self.frame.saved & LINK == 0 {
            return;
        }
        let register = lowest(self.frame.saved & PRESERVED).or(lowest(free));
        let offset = self.frame.kept(encode::LR);
        match register {
            Some(register) => {
                self.load_at(register, offset);
                self.asm.put(encode::mov(encode::LR, register));
                self.asm.unwind_row(UnwindOp::Restored(encode::LR));
            }
            None => {
                self.asm.put(encode::mov(encode::IP, 3));
                self.load_at(3, offset);
                self.asm.put(encode::mov(encode::LR, 3));
                self.asm.unwind_row(UnwindOp::Restored(encode::LR));
                self.asm.put(encode::mov(3, encode::IP));
            }
        }
    }

    /// Raises the stack pointer over the body and pops the low registers; lr's word stays behind.
    fn take_down(&mut self, free: u16) {
        self.restore_high();
        let low = self.frame.saved & PRESERVED;
        self.move_stack(4 * self.frame.body_words(), true, low | free);
        if low != 0 {
            self.asm.put(encode::pop(low));
            self.popped(low);
        }
    }

    /// The epilogue and a jump to another function, with arguments in some of r0 to r3.
    ///
    /// `stack` bytes of arguments wait at the stack pointer, if it is given; the function then saves r4 and r5.
    pub(super) fn tail_call(&mut self, target: u8, args: u16, stack: Option<u32>) {
        let here = self.cfa;
        let frame = self.frame;
        let mut target = target;
        if frame.bytes() > 0 {
            self.remember();
        }
        if frame.saved >> target & 1 == 1 {
            self.asm.put(encode::mov(encode::IP, target));
            target = encode::IP;
        }
        let free = CLOBBERED & !args & !(1u16 << target);
        self.restore_link(free);
        match stack {
            Some(bytes) => self.hand_over(bytes),
            None => {
                self.take_down(free);
                self.move_stack(self.link_bytes(), true, free);
            }
        }
        self.asm.put(encode::bx(target));
        self.asm.edge();
        self.cfa = here;
    }

    /// Restores low registers and moves arguments from the stack pointer to the upper end of those that arrived, the
    /// last first, as they may overlap; then raises the stack pointer to the first.
    fn hand_over(&mut self, bytes: u32) {
        let frame = self.frame;
        let (word, address) = (4, 5);
        debug_assert!(frame.saved >> word & 3 == 3, "no registers to move arguments with");
        for register in (6..8).filter(|register| frame.saved >> register & 1 == 1) {
            self.load_at(register, frame.kept(register));
            self.asm.unwind_row(UnwindOp::Restored(register));
        }
        // What these two are restored to waits below the arguments: where it was kept may be overwritten.
        for (register, pushed) in [(address, 0), (word, 4)] {
            self.load_at(word, frame.kept(register) + pushed);
            self.asm.put(encode::push(1 << word));
            self.moved(4, false);
            self.asm.unwind_row(UnwindOp::Saved(register, self.cfa));
        }
        let waiting = 8;
        let distance = frame.bytes() + frame.pops - bytes;
        for offset in (0..bytes / 4).rev().map(|index| waiting + 4 * index) {
            if distance == 0 {
                break;
            }
            self.load_at(word, offset);
            self.store_over(word, address, offset + distance);
        }
        self.asm.put(encode::pop(1 << word | 1 << address));
        self.popped(1 << word | 1 << address);
        self.raise_to_callee(distance);
    }

    /// Stores a word above the stack pointer, with another register for the address where it is far.
    fn store_over(&mut self, word: u8, address: u8, offset: u32) {
        if offset <= 1020 {
            return self.asm.put(encode::str_sp(word, offset));
        }
        self.asm.load_word(address, super::Word::Number(offset));
        self.asm.put(encode::add_high(address, encode::SP));
        self.asm.put(encode::str(word, address, 0));
    }

    /// Raises the stack pointer when no register is free any more, lr excepted: steps, however many.
    fn raise_to_callee(&mut self, bytes: u32) {
        let mut left = bytes;
        while left > 0 {
            let step = left.min(STEP);
            self.asm.put(encode::add_sp(step));
            left -= step;
            self.moved(step, true);
        }
    }
}
