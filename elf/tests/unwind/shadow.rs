//! What is true of the calls that are under way: noted when each was made.

use crate::common::trace::{Registers, Traced};
use crate::tables::{State, Tables};

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
    /// returns go to that address; other ways to where a function begins are tail calls.
    pub(crate) fn step(&mut self, before: &Registers, after: &Registers, tables: &Tables, traced: &Traced) {
        let (pc, stack) = (after.pc(), after.stack());
        let at = || State { pc: traced.word(stack), stack: stack + 8, preserved: after.preserved() };
        if let Some(caller) = self.callers.last()
            && pc == caller.pc
            && stack >= caller.stack
        {
            assert_eq!(
                after.preserved(),
                caller.preserved,
                "registers behind a call of {}",
                tables.function_at(before.pc())
            );
            self.callers.pop();
        } else if tables.begins(pc) && stack == before.stack() - 8 {
            assert!((1..16).contains(&traced.word(stack).wrapping_sub(before.pc())));
            self.callers.push(at());
        } else if tables.begins(pc)
            && let Some(caller) = self.callers.last_mut()
        {
            let now = at();
            assert_eq!(
                (now.pc, now.preserved),
                (caller.pc, caller.preserved),
                "tail call of {}",
                tables.function_at(pc)
            );
            caller.stack = now.stack;
        }
    }
}
