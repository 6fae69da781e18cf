//! The bytes of the frame that the program names: a stack slot's, at a constant distance from its beginning.
//!
//! What an instruction accesses there is the program's, not the emitter's, also where the bytes lie beyond the slot: what
//! such a program does is not defined, and the emitter does as it says.

use super::Subject;
use super::place::{Forms, bits, constant_bits};
use super::term::Base;
use native_ir::{InstData, Opcode, Operand};

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

/// The pointers that an instruction goes through, and how many bytes it accesses there.
fn accessed(subject: Subject<'_>, data: &InstData) -> [Option<(Operand, u64)>; 2] {
    use Opcode as O;
    let body = &subject.function.body;
    let scalar = |ty| bits(subject, ty).map_or(0, |bits| u64::from(bits.div_ceil(8)));
    let whole = |index| Some((data.operand(index), size(subject, data)?));
    match data.opcode {
        O::Load | O::AtomicLoad => [Some((data.operand(0), scalar(data.access_type()))), None],
        O::Store | O::AtomicStore => [Some((data.operand(1), scalar(data.access_type()))), None],
        O::AtomicRmw | O::AtomicCas => [Some((data.operand(0), scalar(body.operand_type(data.operand(1))))), None],
        O::Memset => [whole(0), None],
        O::Memcpy | O::Memmove => [whole(0), whole(1)],
        O::Call | O::CallIndirect => [result(subject, data), None],
        _ => [None, None],
    }
}

/// The constant size of an operation on blocks.
fn size(subject: Subject<'_>, data: &InstData) -> Option<u64> {
    u64::try_from(constant_bits(subject, data.operand(2))?).ok()
}

/// Where a call puts its aggregate result.
fn result(subject: Subject<'_>, data: &InstData) -> Option<(Operand, u64)> {
    let module = subject.context.module;
    let body = &subject.function.body;
    let ty = match data.opcode {
        Opcode::Call => module.callee_type(data.symbol())?.1,
        _ => module.types.as_code_pointer(body.operand_type(data.operand(0)))?,
    };
    let (_, into) = body.call_operands(data);
    Some((into?, subject.context.layouts.size(ty.results.first()?.ty)?))
}
