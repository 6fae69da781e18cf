//! What is true of the calls that are under way: noted when each was made.

use crate::common::trace::{Registers, Traced};
use crate::tables::{State, Tables};

/// The functions that take arguments off the stack, and how many bytes of them.
const TAKEN: [(&str, u64); 6] =
    [("pops", 32), ("again", 32), ("swing_nine", 32), ("swing_wide", 64), ("narrow", 64), ("takes_huge", 70_016)];

/// The calls that are under way: none where a process begins.
#[derive(Default)]
pub(crate) struct Shadow {
    /// For each what its caller goes on with; the innermost is the last.
    callers: Vec<State>,
}

impl Shadow {
    /// From the outermost call to the innermost: the registers with which each caller goes on.
    pub(crate) fn callers(&self) -> &[State] {
        &self.callers
    }

    /// Notes what an instruction did. Calls put a return address below the stack pointer and go where a function begins;
    /// returns go to that address; other ways to where a function begins are tail calls. A callee that takes arguments off
    /// the stack does so though it leaves by a tail call of a function that takes more or fewer.
    pub(crate) fn step(&mut self, before: &Registers, after: &Registers, tables: &Tables, traced: &Traced) {
        let (pc, stack) = (after.pc(), after.stack());
        if let Some(caller) = self.callers.last()
            && pc == caller.pc
            && stack >= caller.stack
        {
            assert_eq!(
                (stack, after.preserved()),
                (caller.stack, caller.preserved),
                "registers behind a call of {}",
                tables.function_at(before.pc())
            );
            self.callers.pop();
        } else if tables.begins(pc) && stack == before.stack() - 8 {
            assert!((1..16).contains(&traced.word(stack).wrapping_sub(before.pc())));
            let name = tables.function_at(pc);
            let taken = TAKEN
                .iter()
                .find(|(taker, _)| name.contains(&format!("::{taker}$")))
                .map_or(0, |&(_, bytes)| bytes);
            let state = State { pc: traced.word(stack), stack: stack + 8 + taken, preserved: after.preserved() };
            self.callers.push(state);
        } else if tables.begins(pc)
            && let Some(caller) = self.callers.last()
        {
            assert_eq!(
                (traced.word(stack), after.preserved()),
                (caller.pc, caller.preserved),
                "tail call of {}",
                tables.function_at(pc)
            );
        }
    }
}
