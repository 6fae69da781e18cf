//! The bytes of the frame that the program names: a stack slot's, at a constant distance from its beginning.
//!
//! What an instruction accesses there is the program's, not the emitter's, also where the bytes lie beyond the slot: what
//! such a program does is not defined, and the emitter does as it says.

use super::Subject;
use super::place::Forms;
use super::term::Base;
use crate::operand::accessed;
use native_ir::InstData;

/// Whether all bytes of the frame from one to before another are some that an instruction names. `forms` is used for
/// that.
pub(crate) fn names(subject: Subject<'_>, data: &InstData, (start, end): (i64, i64), forms: &mut Forms) -> bool {
    accessed(subject, data).into_iter().flatten().any(|(pointer, bytes)| {
        forms.clear();
        forms.trace(subject, pointer);
        forms.list.iter().any(|form| {
            let first = form.term.offset;
            form.term.base == Base::Stack
                && !form.indexed
                && first <= start
                && i128::from(end) <= i128::from(first) + i128::from(bytes)
        })
    })
}
