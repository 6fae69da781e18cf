//! Where the IR and the claim say that an operand is: every form in which code may name it.

use super::Subject;
use super::term::{Base, Term};
use crate::operand::{alignment, bits_from, definition, field_offset, index_offset, keeps_bits, scale};
use artifact::{Place, Reference};
use native_ir::{InstData, Opcode, Operand};

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
        let width = ty.and_then(|ty| subject.bits(ty)).unwrap_or(64).min(64);
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
