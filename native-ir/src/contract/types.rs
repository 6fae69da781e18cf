//! `machine-types.tsv`: the kinds of types, their sizes and alignments, and the classes that opcodes ask for.
//!
//! A row that a loaded table leaves out is in no class and is rejected on every target.

use super::cells::{Cells, Word, words};
use crate::TypeKind;

words! {
    /// What a type is made of.
    Kind, "kind of type" {
        /// An integer or a float.
        Primitive "primitive",
        /// A pointer with provenance.
        Pointer "pointer",
        /// A pointer-wide integer.
        Address "address",
        /// A type that stands in memory only.
        Aggregate "aggregate",
        /// The outcome of a compare.
        Flags "flags",
        /// A handle to a fiber.
        Fiber "fiber",
        /// A function type.
        Function "function",
        /// A vector.
        Vector "vector",
    }
}

words! {
    /// Whether a type has a meaning yet.
    TypeStatus, "status" {
        /// It has.
        Active "active",
        /// The name is kept for later; using it is refused.
        Deferred "deferred",
    }
}

words! {
    /// A class of types that a type variable of an opcode may be bound to.
    Class, "class" {
        /// Integers, `i1` among them.
        Bits "bits",
        /// Integers from `i8` on.
        Int "int",
        /// Floats.
        Float "float",
        /// Pointers.
        Ptr "ptr",
        /// What a block parameter, an argument or a select may be.
        Value "value",
        /// What a load or store may access.
        Storable "storable",
        /// What a compare may compare.
        Comparable "comparable",
        /// What a bit cast may change into another.
        Castable "castable",
        /// Byte counts.
        Size "size",
        /// Byte offsets.
        Offset "offset",
        /// What an atomic load or store may access.
        Atomic "atomic",
        /// What an atomic read-modify-write may change.
        AtomicInt "atomic_int",
    }
}

const _: () = assert!(TypeKind::ALL.len() <= 32);

/// A set of kinds of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClassMask(pub u32);

impl ClassMask {
    /// No kind.
    pub const EMPTY: ClassMask = ClassMask(0);

    /// A set of one kind.
    pub const fn of(kind: TypeKind) -> ClassMask {
        ClassMask(1 << kind as u32)
    }

    /// Whether a kind is in the set.
    pub const fn contains(self, kind: TypeKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// The kinds of both sets.
    #[must_use]
    pub const fn union(self, other: ClassMask) -> ClassMask {
        ClassMask(self.0 | other.0)
    }

    /// The kinds, in table order.
    pub fn iter(self) -> impl Iterator<Item = TypeKind> {
        TypeKind::ALL.iter().copied().filter(move |&kind| self.contains(kind))
    }
}

impl FromIterator<TypeKind> for ClassMask {
    fn from_iter<I: IntoIterator<Item = TypeKind>>(kinds: I) -> ClassMask {
        kinds.into_iter().fold(ClassMask::EMPTY, |mask, kind| mask.union(ClassMask::of(kind)))
    }
}

/// How wide a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// It has no width of its own.
    None,
    /// So many bits.
    Fixed(u32),
    /// As wide as the target's pointers.
    Pointer,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRow {
    /// The type.
    pub ty: TypeKind,
    /// What it is made of.
    pub kind: Kind,
    /// Its width.
    pub bits: Bits,
    /// Its alignment in bytes by target row, `None` where the target rejects it.
    pub aligns: Vec<Option<u32>>,
    /// The classes it belongs to.
    pub classes: Vec<Class>,
    /// Whether it has a meaning yet.
    pub status: TypeStatus,
    /// What it is.
    pub description: String,
}

pub(super) fn header(triples: &[String]) -> Vec<String> {
    let aligns = triples.iter().map(|triple| format!("align:{triple}"));
    let before = ["type", "kind", "bits"].map(str::to_string).into_iter();
    before.chain(aligns).chain(["classes", "status", "description"].map(str::to_string)).collect()
}

/// Reads a row; `columns` maps each target row to the alignment column it takes.
pub(super) fn row(cells: &mut Cells<'_>, triples: usize, columns: &[usize]) -> Option<TypeRow> {
    let (ty, kind) = (cells.word(), cells.word());
    let bits = bits(cells);
    let aligns: Vec<Option<Option<u32>>> = (0..triples).map(|_| align(cells)).collect();
    let (classes, status, description) = (cells.words(), cells.word(), cells.text());
    let aligns: Vec<Option<u32>> = aligns.into_iter().collect::<Option<_>>()?;
    Some(TypeRow {
        ty: ty?,
        kind: kind?,
        bits: bits?,
        aligns: columns.iter().map(|&column| aligns.get(column).copied().flatten()).collect(),
        classes: classes?,
        status: status?,
        description: description?,
    })
}

fn bits(cells: &mut Cells<'_>) -> Option<Bits> {
    match cells.optional().as_deref() {
        None => Some(Bits::None),
        Some("pointer") => Some(Bits::Pointer),
        Some(text) => cells.number_of(0, text).map(Bits::Fixed),
    }
}

fn align(cells: &mut Cells<'_>) -> Option<Option<u32>> {
    let align: Option<u32> = cells.number_or_none()?;
    if align.is_some_and(|align| !align.is_power_of_two()) {
        cells.error(0, "an alignment is a power of two", "write 1, 2, 4, 8 or 16, or `-` to reject the type");
        return None;
    }
    Some(align)
}

/// The kinds that a class or a type's name stands for, by the rows of the loaded table.
pub(super) fn mask_of(rows: &[TypeRow], name: &str) -> Option<ClassMask> {
    if let Some(class) = Class::read(name) {
        return Some(rows.iter().filter(|row| row.classes.contains(&class)).map(|row| row.ty).collect());
    }
    TypeKind::from_name(name).map(ClassMask::of)
}
