//! What the IR says of operands: constants behind conversions, distances between pointers, which memory is accessed.

use crate::subject::Subject;
use native_ir::{Inst, InstData, Opcode, Operand, Passing, Slot, Space, TypeData, Value, ValueDef};

/// Whether an instruction's result is the low bits of its first operand.
pub(crate) fn keeps_bits(subject: Subject<'_>, result: Value, data: &InstData) -> bool {
    use Opcode as O;
    match data.opcode {
        O::Cast | O::PtrToAddr | O::AddrToPtr => true,
        O::Trunc | O::Bitcast | O::IntToAddr | O::AddrToInt => {
            let body = &subject.function.body;
            let (from, to) = (body.operand_type(data.operand(0)), body.value_type(result));
            let bits = |ty| subject.bits(ty).unwrap_or(0);
            // A place of an `i1` holds a byte, 0 or 1.
            bits(to) > 1 && bits(to) <= bits(from)
        }
        _ => false,
    }
}

/// What a value has its bits from, when it is a conversion that changes none. A value is defined before it is used, so
/// that going on from there ends.
pub(crate) fn bits_from(subject: Subject<'_>, value: Value) -> Option<Operand> {
    let (_, data) = definition(subject, value)?;
    keeps_bits(subject, value, data).then(|| data.operand(0))
}

/// The bits of an operand that is a constant, directly, by name or through conversions that change none.
pub(crate) fn constant_bits(subject: Subject<'_>, operand: Operand) -> Option<u128> {
    let constants = &subject.function.body.constants;
    let mut operand = operand;
    while let Some(value) = operand.value() {
        operand = match definition(subject, value)? {
            (_, data) if data.opcode == Opcode::Iconst => return Some(constants.get(data.literal())?.bits()),
            _ => bits_from(subject, value)?,
        };
    }
    Some(constants.get(operand.constant()?)?.bits())
}

/// A constant as a signed number of so many bits.
pub(crate) fn signed(bits: u128, width: u32) -> i128 {
    let above = 128 - width.clamp(1, 128);
    (bits as i128) << above >> above
}

/// The instruction that defines a value.
pub(crate) fn definition<'a>(subject: Subject<'a>, value: Value) -> Option<(Inst, &'a InstData)> {
    let body = &subject.function.body;
    match body.values.get(value)?.def() {
        ValueDef::Result(inst) => Some((inst, body.insts.get(inst)?)),
        _ => None,
    }
}

/// The alignment of a slot.
pub(crate) fn alignment(subject: Subject<'_>, slot: Slot) -> Option<u32> {
    let slot = subject.function.slots.get(slot)?;
    let natural = subject.context.layouts.align(slot.ty)?;
    Some(slot.align.unwrap_or(natural).max(natural))
}

pub(crate) fn field_offset(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    let types = &subject.context.module.types;
    let (_, pointee) = types.as_pointer(subject.function.body.operand_type(data.operand(0)))?;
    let offset = subject.context.layouts.field_offset(types, pointee, data.field_index() as usize)?;
    i64::try_from(offset).ok()
}

/// The bytes that a constant index adds.
pub(crate) fn index_offset(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    let index = data.operand(1);
    let width = subject.bits(subject.function.body.operand_type(index))?;
    let value = signed(constant_bits(subject, index)?, width) as i64;
    Some(value.wrapping_mul(scale(subject, data)?))
}

/// The bytes that a constant adds which is a part of an index as wide as an address of the Cortex-M0: the sum whose low bits
/// the index is wraps around where the address does.
pub(crate) fn index_sum(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    let index = data.operand(1);
    if width(subject, index) != 32 {
        return None;
    }
    let mut value = index.value()?;
    while let Some(from) = bits_from(subject, value) {
        value = from.value()?;
    }
    let (_, sum) = definition(subject, value).filter(|(_, sum)| sum.opcode == Opcode::Iadd)?;
    let constant = [0, 1].into_iter().find_map(|operand| constant_bits(subject, sum.operand(operand)))?;
    Some((signed(constant, 32) as i64).wrapping_mul(scale(subject, data)?))
}

/// How many bytes further the next index leads.
pub(crate) fn scale(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    if data.opcode == Opcode::Offset {
        return Some(1);
    }
    let types = &subject.context.module.types;
    let (_, pointee) = types.as_pointer(subject.function.body.operand_type(data.operand(0)))?;
    let element = match types.resolved(pointee) {
        TypeData::Array { element, .. } => *element,
        _ => pointee,
    };
    i64::try_from(subject.context.layouts.stride(element)?).ok()
}

/// The pointers that an instruction goes through, and how many bytes it accesses there.
pub(crate) fn accessed(subject: Subject<'_>, data: &InstData) -> [Option<(Operand, u64)>; 2] {
    use Opcode as O;
    let body = &subject.function.body;
    let scalar = |ty| subject.bits(ty).map_or(0, |bits| u64::from(bits.div_ceil(8)));
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

/// The aggregates that an instruction takes by their addresses, and how many bytes they have: arguments, and what is returned.
pub(crate) fn aggregates(subject: Subject<'_>, data: &InstData) -> Vec<(Operand, u64)> {
    use Opcode as O;
    let (module, body) = (subject.context.module, &subject.function.body);
    let (params, operands) = match data.opcode {
        O::Call | O::CallIndirect | O::TailCall | O::TailCallIndirect => {
            let ty = match data.opcode {
                O::Call | O::TailCall => module.callee_type(data.symbol()).map(|(_, ty)| ty),
                _ => module.types.as_code_pointer(body.operand_type(data.operand(0))),
            };
            (ty.map(|ty| &ty.params), body.call_operands(data).0.to_vec())
        }
        O::Return => (module.signature(subject.function).map(|ty| &ty.results), body.operands(data).collect()),
        _ => return Vec::new(),
    };
    let by_address = |passing| matches!(passing, Passing::Agg | Passing::ByVal);
    let taken =
        operands.into_iter().zip(params.into_iter().flatten()).filter(|(_, param)| by_address(param.passing));
    taken.filter_map(|(operand, param)| Some((operand, subject.context.layouts.size(param.ty)?))).collect()
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
/// The length of the array that an index has to be compared with; none when it needs not.
pub(crate) fn length(subject: Subject<'_>, data: &InstData) -> Option<u64> {
    if data.opcode != Opcode::Element {
        return None;
    }
    let types = &subject.context.module.types;
    let (space, pointee) = types.as_pointer(subject.function.body.operand_type(data.operand(0)))?;
    let TypeData::Array { length, .. } = *types.resolved(pointee) else { return None };
    let index = data.operand(1);
    let known = constant_bits(subject, index).is_some_and(|constant| {
        u64::try_from(signed(constant, width(subject, index))).is_ok_and(|index| index < length)
    });
    (space == Space::Mmio && !known).then_some(length)
}

pub(crate) fn width(subject: Subject<'_>, index: Operand) -> u32 {
    subject.bits(subject.function.body.operand_type(index)).unwrap_or(64)
}
