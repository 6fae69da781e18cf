//! Operations on integers of 64 and 128 bits.

use super::inst::Cond;
use super::lower::Lower;
use native_ir::{Condition, InstData, Operand, Value};

impl Lower<'_> {
    /// A pure operation with an integer operand or result of more than 32 bits.
    pub(super) fn wide(&mut self, _data: &InstData, _result: Value) {}

    /// Makes flags for a condition on integers of more than 32 bits.
    pub(super) fn compare_wide(&mut self, _a: Operand, _b: Operand, _condition: Condition) -> Cond {
        Cond::Eq
    }
}
