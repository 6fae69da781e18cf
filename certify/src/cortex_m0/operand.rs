//! What the IR says that an operand is: every form in which code may name it.

use super::arrival::Arrivals;
use super::held::Held;
use super::term::{Base, Term};
use crate::operand::{
    alignment, bits_from, definition, field_offset, index_offset, index_sum, keeps_bits, scale, width,
};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::{InstData, Opcode, Operand};

/// What the stack pointer of a body is a multiple of, from where addresses are rounded up.
const STACK_UNIT: u32 = 4;

/// How many sums of indices' constants are considered.
const MOST_SUMS: usize = 8;

/// The forms of an operand's word.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(crate) list: Vec<Term>,
    /// What constants in indices may add to an address, 0 first.
    sums: Vec<u32>,
    /// Whether the operand is computed in a way that the forms do not cover.
    pub(crate) open: bool,
}

impl Forms {
    /// Takes the forms of an operand's word, looking through what its users may compute: addresses and constants.
    pub(crate) fn trace(&mut self, subject: Subject<'_>, operand: Operand, word: u8, arrivals: &Arrivals) {
        self.list.clear();
        self.sums.clear();
        self.sums.push(0);
        self.open = false;
        let body = &subject.function.body;
        let (mut operand, mut form, mut bytewise) = (operand, Term::constant(0), None);
        // Definitions come from earlier instructions, so this ends; the bound is for what does not.
        for _ in 0..=body.insts.len() {
            if let Some(constant) = operand.constant() {
                let bits = body.constants.get(constant).map_or(0, |data| data.bits());
                let term = Term::constant((bits >> (32 * u32::from(word))) as u32);
                return self.push_constant(subject, term, form, bytewise);
            }
            let Some(value) = operand.value() else { return };
            self.push(Term { base: Base::Value(value, word), ..form });
            if let Some(at) = arrivals.area(value) {
                let offset = form.offset.wrapping_add(at as u32);
                self.push(Term { base: Base::Stack, offset, ..form });
            }
            let known = arrivals.known(value);
            let Some((_, data)) = definition(subject, value) else {
                self.open |= !known;
                return;
            };
            if let Some(term) = constant(subject, data, word) {
                return self.push_constant(subject, term, form, bytewise);
            }
            let step = match data.opcode {
                _ if keeps_bits(subject, value, data) => Some(0),
                Opcode::Field => field_offset(subject, data),
                Opcode::Element | Opcode::Offset => {
                    let bytes = index_offset(subject, data);
                    if bytes.is_none() {
                        bytewise =
                            Some(data.operand(1)).filter(|_| !form.indexed && scale(subject, data) == Some(1));
                        form.indexed = true;
                        self.take_sum(subject, data);
                    }
                    Some(bytes.unwrap_or(0))
                }
                _ => None,
            };
            let Some(step) = step else {
                self.open |= !known;
                return;
            };
            form.offset = form.offset.wrapping_add(step as u32);
            operand = data.operand(0);
        }
    }

    fn push(&mut self, form: Term) {
        let forms = self.sums.iter().map(|sum| Term { offset: form.offset.wrapping_add(*sum), ..form });
        self.list.extend(forms);
    }

    /// An index that is the sum of a value and a constant may be added in parts.
    fn take_sum(&mut self, subject: Subject<'_>, data: &InstData) {
        let Some(bytes) = index_sum(subject, data).filter(|_| self.sums.len() < MOST_SUMS) else { return };
        let with: Vec<u32> = self.sums.iter().map(|sum| sum.wrapping_add(bytes as u32)).collect();
        self.sums.extend(with);
    }

    /// Adds the form of a constant with what is added to it. An index of bytes stands where a base does.
    fn push_constant(&mut self, subject: Subject<'_>, term: Term, form: Term, bytewise: Option<Operand>) {
        let offset = term.offset.wrapping_add(form.offset);
        self.push(Term { offset, indexed: form.indexed, ..term });
        let mut index = bytewise.filter(|index| term.base == Base::Zero && width(subject, *index) == 32);
        while let Some(value) = index.and_then(Operand::value) {
            self.list.push(Term::new(Base::Value(value, 0), offset));
            index = bits_from(subject, value);
        }
    }

    /// Whether an address is one of the forms.
    pub(crate) fn accept_address(&self, held: &Held) -> bool {
        self.open || held.terms().any(|term| self.list.iter().any(|form| is_form(*form, term)))
    }

    /// Whether an address is known to be one of the forms, or so many bytes behind it, in a way that is the program's: counted
    /// from a value, or with an index.
    pub(crate) fn lists(&self, held: &Held, bytes: u32) -> bool {
        let own = |term: &Term| term.bits == 32 && (term.indexed || matches!(term.base, Base::Value(..)));
        let within = |term: Term, form: &Term| {
            let same = (form.base, form.indexed) == (term.base, term.indexed);
            same && term.offset.wrapping_sub(form.offset) < bytes.max(1)
        };
        held.terms().filter(own).any(|term| self.list.iter().any(|form| within(term, form)))
    }

    /// Whether a value is one of the forms in its low bits.
    pub(crate) fn accept_value(&self, held: &Held, bits: u32) -> bool {
        self.open || self.list.iter().any(|form| form.indexed || held.agrees(*form, bits))
    }

    /// Whether an address may be one of the forms, or so many bytes behind it. Where both are counted exactly from one base,
    /// that decides.
    pub(crate) fn may_reach(&self, held: &Held, bytes: u32) -> bool {
        let exact = held.terms().filter(|term| term.is_exact());
        let pairs = exact.flat_map(|term| self.list.iter().map(move |form| (term, form)));
        let mut known = pairs.filter(|(term, form)| !form.indexed && form.base == term.base).peekable();
        if known.peek().is_some() {
            return known.any(|(term, form)| term.offset.wrapping_sub(form.offset) < bytes.max(1));
        }
        let loose = |term: Term| term.indexed || term.bits < 32;
        self.open || held.terms().any(loose) || self.list.iter().any(|form| form.indexed)
    }
}

/// Whether an address has a form. Where something is added that is not known, the base may be it.
fn is_form(form: Term, term: Term) -> bool {
    let same = (form.base, form.offset, form.indexed) == (term.base, term.offset, term.indexed);
    same && term.bits == 32
        || form.indexed && term.is_unknown() && form.base != Base::Zero
        || form.indexed && term == Term::UNKNOWN
}

/// A word of the value of an instruction of the family `constant`.
pub(crate) fn constant(subject: Subject<'_>, data: &InstData, word: u8) -> Option<Term> {
    let (function, module) = (subject.function, subject.context.module);
    Some(match data.opcode {
        Opcode::Null => Term::constant(0),
        Opcode::Iconst | Opcode::Fconst => {
            let bits = function.body.constants.get(data.literal())?.bits();
            Term::constant((bits >> (32 * u32::from(word))) as u32)
        }
        Opcode::Register => Term::constant(module.registers.get(data.register())?.address as u32),
        Opcode::Address => Term::new(Base::Symbol(Reference::Symbol(data.symbol())), 0),
        Opcode::Slot => {
            let frame = &subject.code.claim.frame;
            let (_, offset) = frame.slots.iter().find(|(slot, _)| *slot == data.slot())?;
            let first = offset.wrapping_sub(frame.bytes);
            match alignment(subject, data.slot())? {
                // The first multiple at the offset or behind it.
                align if align > 8 => {
                    Term::new(Base::Aligned(align), first.wrapping_add(align - STACK_UNIT)).unit()
                }
                _ => Term::new(Base::Stack, first),
            }
        }
        _ => return None,
    })
}
