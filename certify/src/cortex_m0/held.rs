//! All that is known of the contents of a register or of a word of the frame: terms that are all true of it.
//!
//! Several values of the IR are in one register when they are equal: conversions that change no bits, parameters of blocks,
//! what a sum with 0 makes. Each of them may be the one that a later instruction names, so none takes the place of another.

use super::term::{Base, Term};

/// Terms that one place is followed in, at most. What is left out is not known.
const MOST: usize = 32;

/// What a place holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    /// One of the terms; one that is not known when there are no others.
    first: Term,
    others: Vec<Term>,
}

impl From<Term> for Held {
    fn from(first: Term) -> Held {
        Held { first, others: Vec::new() }
    }
}

impl Held {
    /// Anything.
    pub(crate) const UNKNOWN: Held = Held { first: Term::UNKNOWN, others: Vec::new() };

    /// Anything, somewhere else.
    pub(crate) fn unknown() -> &'static Held {
        static UNKNOWN: Held = Held::UNKNOWN;
        &UNKNOWN
    }

    /// What this base holds, whole.
    pub(crate) fn base(base: Base) -> Held {
        Term::new(base, 0).into()
    }

    /// The terms, one at least.
    pub(crate) fn terms(&self) -> impl Iterator<Item = Term> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Whether nothing but distances are known.
    pub(crate) fn is_unknown(&self) -> bool {
        self.terms().all(Term::is_unknown)
    }

    /// Whether it is known to be exactly a term.
    pub(crate) fn is(&self, term: Term) -> bool {
        self.terms().any(|held| held == term)
    }

    /// Whether its low bits are known to be those of a term.
    pub(crate) fn agrees(&self, term: Term, bits: u32) -> bool {
        self.terms().any(|held| held.agrees(term, bits))
    }

    /// Whether it is known to be what another place holds.
    pub(crate) fn equals(&self, other: &Held) -> bool {
        self.terms().any(|held| held.is_exact() && other.is(held))
    }

    /// The constant that it is.
    pub(crate) fn as_constant(&self) -> Option<u32> {
        self.terms().find_map(Term::as_constant)
    }

    /// How far from the entry's stack pointer it points.
    pub(crate) fn as_stack(&self) -> Option<i32> {
        self.terms().find_map(Term::as_stack)
    }

    /// Whether something is known of it that is counted from a base.
    pub(crate) fn counts_from(&self, base: Base) -> bool {
        self.terms().any(|held| held.base == base)
    }

    /// Another term is true, too.
    pub(crate) fn add(&mut self, term: Term) {
        if self.others.len() + 1 < MOST && !self.is(term) {
            self.others.push(term);
        }
    }

    /// What is held has a name now, in whatever way it was computed.
    pub(crate) fn name(&mut self, term: Term) {
        match self.is_unknown() {
            true => *self = term.into(),
            false => self.add(term),
        }
    }

    /// What is counted from a base is no longer true.
    pub(crate) fn forget(&mut self, base: Base) {
        if self.counts_from(base) {
            *self = self.terms().filter(|held| held.base != base).collect();
        }
    }

    /// Keeps what is true of another place as well; says whether that changed anything.
    pub(crate) fn meet(&mut self, other: &Held) -> bool {
        if self == other {
            return false;
        }
        let common = self.terms().filter_map(|held| other.terms().find_map(|other| held.common(other)));
        let common = common.collect();
        let changed = *self != common;
        *self = common;
        changed
    }

    /// What something makes of it.
    pub(crate) fn map(&self, make: impl FnMut(Term) -> Term) -> Held {
        self.terms().map(make).collect()
    }

    /// So much more.
    pub(crate) fn plus(&self, bytes: u32) -> Held {
        self.map(|held| held.plus(bytes))
    }

    /// The sum of what two places hold. Each of them may be an index, of which nothing need be known.
    pub(crate) fn sum(&self, other: &Held, is_pointer: impl Fn(Base) -> bool) -> Held {
        let pairs = self.terms().flat_map(|first| other.terms().map(move |second| (first, second)));
        let mut sum: Held = pairs.map(|(first, second)| first.sum(second, &is_pointer)).collect();
        let bases = self.terms().chain(other.terms()).filter(|term| term.is_exact());
        bases.for_each(|base| sum.add(Term { indexed: true, ..base }));
        sum
    }
}

impl FromIterator<Term> for Held {
    fn from_iter<I: IntoIterator<Item = Term>>(terms: I) -> Held {
        let mut terms = terms.into_iter();
        let mut held = Held::from(terms.next().unwrap_or(Term::UNKNOWN));
        terms.for_each(|term| held.add(term));
        held
    }
}
