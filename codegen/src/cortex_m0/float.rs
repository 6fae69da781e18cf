//! Operations on floats.

use super::inst::Cond;
use super::lower::Lower;
use native_ir::{Condition, InstData, Operand, Value};

impl Lower<'_> {
    /// An operation on floats that is no conversion and no compare.
    pub(super) fn float(&mut self, _data: &InstData, _result: Value) {}

    /// A conversion from or to a float.
    pub(super) fn convert(&mut self, _data: &InstData, _result: Value) {}

    /// Makes flags for a condition on floats.
    pub(super) fn compare_floats(&mut self, _a: Operand, _b: Operand, _condition: Condition) -> Cond {
        Cond::Eq
    }
}
