//! Where the IR and the claim say that an operand is: every form in which code may name it.

use super::Subject;
use super::term::{Base, Term};
use artifact::{Place, Reference};
use native_ir::{Inst, InstData, Opcode, Operand, Slot, Type, TypeData, Value, ValueDef};

/// Bytes that the stack pointer of a body is a multiple of.
const STACK_ALIGN: u32 = 16;

/// A form in which an operand may be named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) term: Term,
    /// Whether something that is no constant is added.
    pub(crate) indexed: bool,
}

/// The forms of an operand, and the cells of the frame that may be read to get at it.
#[derive(Default)]
pub(crate) struct Forms {
    pub(crate) list: Vec<Form>,
    pub(crate) cells: Vec<i64>,
    /// Whether the operand is computed in a way that the forms do not cover.
    pub(crate) open: bool,
}

impl Forms {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.cells.clear();
        self.open = false;
    }

    /// Adds the forms of a value where it lives.
    fn push_place(&mut self, subject: Subject<'_>, place: Place, offset: i64, indexed: bool) -> bool {
        let base = match place {
            Place::Nowhere => return false,
            Place::Core(register) => Base::Held(register),
            Place::Vector(register) => Base::Held(register.wrapping_add(16)),
            Place::Frame(offset) => {
                let cell = subject.code.claim.frame.distance(offset);
                self.cells.push(cell);
                Base::Cell(cell)
            }
        };
        self.list.push(Form { term: Term::new(base, offset), indexed });
        true
    }

    /// Adds the form of a constant, and of an index of bytes from a constant address, which stands where a base does.
    fn push_constant(&mut self, subject: Subject<'_>, term: Term, indexed: bool, bytewise: Option<Operand>) {
        self.list.push(Form { term, indexed });
        let mut index = bytewise.filter(|_| term.base == Base::Zero);
        let ty = index.map(|index| subject.function.body.operand_type(index));
        let width = ty.and_then(|ty| bits(subject, ty)).unwrap_or(64).min(64);
        while let Some(value) = index.and_then(Operand::value) {
            if self.push_place(subject, subject.code.claim.place(value), term.offset, false)
                && let Some(form) = self.list.last_mut()
            {
                form.term.bits = width;
            }
            index = bits_from(subject, value);
        }
    }

    /// Adds the forms of an operand, looking through what its users may compute: addresses and constants.
    pub(crate) fn trace(&mut self, subject: Subject<'_>, operand: Operand) {
        let body = &subject.function.body;
        let (mut operand, mut offset, mut indexed) = (operand, 0_i64, false);
        let mut bytewise = None;
        // Definitions come from earlier instructions, so this ends; the bound is for what does not.
        let mut left = body.insts.len() + 1;
        loop {
            if let Some(constant) = operand.constant() {
                let bits = body.constants.get(constant).map_or(0, |data| data.bits() as i64);
                let term = Term::new(Base::Zero, bits.wrapping_add(offset));
                return self.push_constant(subject, term, indexed, bytewise);
            }
            let Some(value) = operand.value() else { return };
            let placed = self.push_place(subject, subject.code.claim.place(value), offset, indexed);
            left = left.saturating_sub(1);
            let defined = definition(subject, value).filter(|_| left > 0);
            let Some((_, data)) = defined else {
                self.open |= !placed;
                return;
            };
            let step = match data.opcode {
                Opcode::Register
                | Opcode::Slot
                | Opcode::Address
                | Opcode::Null
                | Opcode::Iconst
                | Opcode::Fconst => {
                    match constant(subject, data) {
                        Some(term) => self.push_constant(subject, term.plus(offset), indexed, bytewise),
                        None => self.open = true,
                    }
                    return;
                }
                _ if keeps_bits(subject, value, data) => Some(0),
                Opcode::Field => field_offset(subject, data),
                Opcode::Element | Opcode::Offset => {
                    let bytes = index_offset(subject, data);
                    if bytes.is_none() {
                        bytewise = Some(data.operand(1)).filter(|_| !indexed && scale(subject, data) == Some(1));
                        indexed = true;
                    }
                    self.push_index(subject, data.operand(1));
                    Some(bytes.unwrap_or(0))
                }
                _ => None,
            };
            let Some(step) = step else {
                self.open |= !placed;
                return;
            };
            offset = offset.wrapping_add(step);
            operand = data.operand(0);
        }
    }

    /// An index that is not where it is used may be read from its cell, or from that of what it has its bits from.
    fn push_index(&mut self, subject: Subject<'_>, index: Operand) {
        let mut index = Some(index);
        while let Some(value) = index.and_then(Operand::value) {
            if let Place::Frame(offset) = subject.code.claim.place(value) {
                self.cells.push(subject.code.claim.frame.distance(offset));
            }
            index = bits_from(subject, value);
        }
    }

    /// Whether an address is one of the forms.
    pub(crate) fn accept_address(&self, term: Term, indexed: bool) -> bool {
        let matches = |form: &Form| {
            let same = (form.term.base, form.term.offset) == (term.base, term.offset);
            same && term.bits >= form.term.bits && form.indexed == indexed
                || form.indexed && term.base == Base::Unknown
        };
        self.open || self.list.iter().any(matches)
    }

    /// Whether a value is one of the forms in its low bits.
    pub(crate) fn accept_value(&self, term: Term, bits: u32) -> bool {
        self.open || self.list.iter().any(|form| form.indexed || term.agrees(form.term, bits))
    }
}

/// Whether an instruction's result is the low bits of its first operand.
fn keeps_bits(subject: Subject<'_>, result: Value, data: &InstData) -> bool {
    use Opcode as O;
    match data.opcode {
        O::Cast | O::PtrToAddr | O::AddrToPtr => true,
        O::Trunc | O::Bitcast | O::IntToAddr | O::AddrToInt => {
            let body = &subject.function.body;
            let (from, to) = (body.operand_type(data.operand(0)), body.value_type(result));
            let bits = |ty| bits(subject, ty).unwrap_or(0);
            // A place of an `i1` holds a byte, 0 or 1.
            bits(to) > 1 && bits(to) <= bits(from)
        }
        _ => false,
    }
}

/// What a value has its bits from, when it is a conversion that changes none. A value is defined before it is used, so
/// that going on from there ends.
fn bits_from(subject: Subject<'_>, value: Value) -> Option<Operand> {
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
fn definition<'a>(subject: Subject<'a>, value: Value) -> Option<(Inst, &'a InstData)> {
    let body = &subject.function.body;
    match body.values.get(value)?.def() {
        ValueDef::Result(inst) => Some((inst, body.insts.get(inst)?)),
        _ => None,
    }
}

/// The value of an instruction of the family `constant`, when it has at most 64 bits.
pub(crate) fn constant(subject: Subject<'_>, data: &InstData) -> Option<Term> {
    let (function, module) = (subject.function, subject.context.module);
    Some(match data.opcode {
        Opcode::Null => Term::new(Base::Zero, 0),
        Opcode::Iconst | Opcode::Fconst => {
            let bits = function.body.constants.get(data.literal())?.bits();
            Term::new(Base::Zero, u64::try_from(bits).ok()? as i64)
        }
        Opcode::Register => Term::new(Base::Zero, module.registers.get(data.register())?.address as i64),
        Opcode::Address => Term::new(Base::Symbol(Reference::Symbol(data.symbol())), 0),
        Opcode::Slot => {
            let frame = &subject.code.claim.frame;
            let (_, offset) = frame.slots.iter().find(|(slot, _)| *slot == data.slot())?;
            let first = frame.distance(*offset);
            match alignment(subject, data.slot())? {
                // The first multiple at the offset or behind it.
                align if align > STACK_ALIGN => {
                    Term::new(Base::Aligned(align), first + i64::from(align - STACK_ALIGN))
                }
                _ => Term::new(Base::Stack, first),
            }
        }
        _ => return None,
    })
}

/// The alignment of a slot.
fn alignment(subject: Subject<'_>, slot: Slot) -> Option<u32> {
    let slot = subject.function.slots.get(slot)?;
    let natural = subject.context.layouts.align(slot.ty)?;
    Some(slot.align.unwrap_or(natural).max(natural))
}

fn field_offset(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    let types = &subject.context.module.types;
    let (_, pointee) = types.as_pointer(subject.function.body.operand_type(data.operand(0)))?;
    let offset = subject.context.layouts.field_offset(types, pointee, data.field_index() as usize)?;
    i64::try_from(offset).ok()
}

/// The bytes that a constant index adds.
fn index_offset(subject: Subject<'_>, data: &InstData) -> Option<i64> {
    let index = data.operand(1);
    let width = bits(subject, subject.function.body.operand_type(index))?;
    let value = signed(constant_bits(subject, index)?, width) as i64;
    Some(value.wrapping_mul(scale(subject, data)?))
}

/// How many bytes further the next index leads.
fn scale(subject: Subject<'_>, data: &InstData) -> Option<i64> {
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

/// The width of a scalar type in bits.
pub(crate) fn bits(subject: Subject<'_>, ty: Type) -> Option<u32> {
    subject.context.module.types.kind(ty)?.bits(64)
}
