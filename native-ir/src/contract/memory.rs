//! `memory-model.tsv`: address spaces, which pointer may become which, and what may be done with memory where.
//!
//! What no row allows is not allowed. Lookups are by index, because the verifier does one for each access.

use super::cells::{Cells, Enforcer, Word, words};
use crate::{EffectSet, Rule, Space};
use std::collections::BTreeMap;

words! {
    /// What a row is about.
    Topic, "topic" {
        /// Which object a pointer belongs to, and what may be done with it.
        Provenance "provenance",
        /// An address space.
        AddressSpace "address-space",
        /// Changing a pointer's type.
        Cast "cast",
        /// Accesses that happen exactly as written.
        Volatile "volatile",
        /// What two accesses may have in common.
        Alias "alias",
        /// When an object exists.
        Lifetime "lifetime",
    }
}

words! {
    /// What is done with a pointer or with memory.
    Operation, "operation" {
        /// Make it a pointer of another type.
        Cast "cast",
        /// Make a pointer from an address value.
        AddrToPtr "addr_to_ptr",
        /// Take a pointer's address value.
        PtrToAddr "ptr_to_addr",
        /// Make a null pointer.
        Null "null",
        /// Add bytes to a pointer.
        Offset "offset",
        /// Read memory.
        Load "load",
        /// Write memory.
        Store "store",
        /// Copy, move or fill a block of memory.
        Block "block",
        /// Start or end a slot's lifetime.
        Lifetime "lifetime",
        /// Return from the function.
        Return "return",
        /// Leave the function through another.
        TailCall "tail_call",
    }
}

words! {
    /// How an access is ordered, as far as address spaces care.
    AccessOrder, "ordering" {
        /// An ordinary access.
        None "none",
        /// One access, in order, on ordinary memory.
        Ordered "ordered",
        /// One access, in order, of a register.
        Volatile "volatile",
        /// An atomic access of any ordering.
        Atomic "atomic",
    }
}

impl From<crate::Ordering> for AccessOrder {
    fn from(ordering: crate::Ordering) -> AccessOrder {
        match ordering {
            crate::Ordering::None => AccessOrder::None,
            crate::Ordering::Ordered => AccessOrder::Ordered,
            crate::Ordering::Volatile => AccessOrder::Volatile,
            _ => AccessOrder::Atomic,
        }
    }
}

/// Where a pointer is from, or what it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A pointer into an address space.
    Space(Space),
    /// An address value, without provenance.
    Addr,
}

impl Word for Side {
    const WHAT: &'static str = "address space";
    fn read(text: &str) -> Option<Side> {
        if text == "addr" { Some(Side::Addr) } else { Space::from_name(text).map(Side::Space) }
    }
    fn all() -> Vec<&'static str> {
        Space::ALL.iter().map(|space| space.name()).chain(["addr"]).collect()
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryRow {
    /// The rule's name.
    pub rule: String,
    /// What it is about.
    pub topic: Topic,
    /// Where the pointer is from.
    pub from: Option<Side>,
    /// What it becomes.
    pub to: Option<Side>,
    /// What is done.
    pub operation: Option<Operation>,
    /// In which order.
    pub ordering: Option<AccessOrder>,
    /// Whether it may be done; `None` for rows that state what always holds.
    pub allowed: Option<bool>,
    /// The effects that it needs of the function.
    pub required_effect: EffectSet,
    /// What says that the rule is broken.
    pub diagnostic: Option<Rule>,
    /// What enforces it.
    pub enforced_by: Enforcer,
    /// The rule in words.
    pub description: String,
}

pub(super) const HEADER: &[&str] = &[
    "rule",
    "topic",
    "from",
    "to",
    "operation",
    "ordering",
    "allowed",
    "required effect",
    "diagnostic",
    "enforced by",
    "description",
];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<MemoryRow> {
    let (rule, topic, from, to) = (cells.text(), cells.word(), cells.word_or_none(), cells.word_or_none());
    let (operation, ordering) = (cells.word_or_none(), cells.word_or_none());
    let allowed = match cells.optional().as_deref() {
        None => Some(None),
        Some("yes") => Some(Some(true)),
        Some("no") => Some(Some(false)),
        Some(other) => {
            cells.error(0, format!("`{other}` is neither yes nor no"), "write yes, no, or `-`");
            None
        }
    };
    let (required_effect, diagnostic) = (cells.effects(), cells.word_or_none());
    let (enforced_by, description) = (cells.enforcer(), cells.text());
    Some(MemoryRow {
        rule: rule?,
        topic: topic?,
        from: from?,
        to: to?,
        operation: operation?,
        ordering: ordering?,
        allowed: allowed?,
        required_effect: required_effect?,
        diagnostic: diagnostic?,
        enforced_by: enforced_by?,
        description: description?,
    })
}

const SPACES: usize = Space::ALL.len();
const ORDERS: usize = AccessOrder::ALL.len();
const OPERATIONS: usize = Operation::ALL.len();

/// The rows, with an index to those that allow or forbid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryModel {
    /// The rows, in the order of the table.
    pub rows: Vec<MemoryRow>,
    casts: [[Option<usize>; SPACES]; SPACES],
    single: [[[Option<usize>; ORDERS]; SPACES]; OPERATIONS],
    /// Rows that decide what an earlier one decides, with that one.
    pub(super) conflicts: BTreeMap<usize, usize>,
}

impl MemoryModel {
    pub(super) fn new(rows: Vec<MemoryRow>) -> MemoryModel {
        let mut model = MemoryModel {
            rows: Vec::new(),
            casts: Default::default(),
            single: [[[None; ORDERS]; SPACES]; OPERATIONS],
            conflicts: BTreeMap::new(),
        };
        for (index, row) in rows.iter().enumerate() {
            let Some(place) = model.place(row) else {
                continue;
            };
            match *place {
                Some(first) => drop(model.conflicts.insert(index, first)),
                None => *place = Some(index),
            }
        }
        model.rows = rows;
        model
    }

    /// Where the index keeps a row, if the row decides something.
    fn place(&mut self, row: &MemoryRow) -> Option<&mut Option<usize>> {
        row.allowed?;
        let operation = row.operation?;
        let space = match (row.from, row.to) {
            (Some(Side::Space(from)), Some(Side::Space(to))) if operation == Operation::Cast => {
                return Some(&mut self.casts[from.index()][to.index()]);
            }
            (Some(Side::Addr), Some(Side::Space(space))) if operation == Operation::AddrToPtr => space,
            (Some(Side::Space(space)), Some(Side::Addr)) if operation == Operation::PtrToAddr => space,
            (Some(Side::Space(space)), None) => space,
            _ => return None,
        };
        let order = row.ordering.unwrap_or(AccessOrder::None);
        Some(&mut self.single[operation as usize][space.index()][order as usize])
    }

    /// Whether the index knows a row: one that decides must be found.
    pub(super) fn is_indexed(&self, row: usize) -> bool {
        let cast = self.casts.iter().flatten().any(|found| *found == Some(row));
        cast || self.single.iter().flatten().flatten().any(|found| *found == Some(row))
    }

    /// The row that decides about a cast.
    pub fn cast(&self, from: Space, to: Space) -> Option<&MemoryRow> {
        self.rows.get(self.casts[from.index()][to.index()]?)
    }

    /// The row that decides about an operation on a space; [`AccessOrder::None`] for those without an order.
    pub fn row(&self, operation: Operation, space: Space, ordering: AccessOrder) -> Option<&MemoryRow> {
        self.rows.get(self.single[operation as usize][space.index()][ordering as usize]?)
    }

    /// Whether a cast is allowed.
    pub fn allows_cast(&self, from: Space, to: Space) -> bool {
        self.cast(from, to).is_some_and(|row| row.allowed == Some(true))
    }

    /// Whether an operation on a space is allowed.
    pub fn allows(&self, operation: Operation, space: Space, ordering: AccessOrder) -> bool {
        self.row(operation, space, ordering).is_some_and(|row| row.allowed == Some(true))
    }
}
