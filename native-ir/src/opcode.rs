//! The enums that `build.rs` makes from the contract's tables, and the shapes of opcodes.

pub use crate::contract::typing::{Attribute, Edges, MAX_FIXED, MAX_RESULTS, Suffix};

/// The type of an operand or result in a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypePattern {
    /// The type variable with this index.
    Var(u8),
    /// Always this type.
    Fixed(TypeKind),
}

/// The form of an opcode: its row of `opcodes.tsv`, without what a contract may change at run time.
#[derive(Debug)]
pub struct Shape {
    /// The name without suffix.
    pub base: &'static str,
    /// What follows the name.
    pub suffix: Suffix,
    /// The type variable that a `.T` suffix binds.
    pub suffix_var: u8,
    /// Operands that every instruction of the opcode has, at most [`MAX_FIXED`].
    pub operands: &'static [TypePattern],
    /// Whether a list of operands follows.
    pub variadic: bool,
    /// Edges.
    pub edges: Edges,
    /// Results when their number is fixed, at most [`MAX_RESULTS`].
    pub results: &'static [TypePattern],
    /// Whether the results are those of the callee.
    pub result_list: bool,
    /// Attributes in textual order.
    pub attributes: &'static [Attribute],
    /// Whether the opcode ends a block.
    pub terminator: bool,
}

impl Shape {
    /// Whether the instruction's words 1 and 2 are a range in a pool: of operands, or of edges.
    pub const fn has_list(&self) -> bool {
        self.variadic || !matches!(self.edges, Edges::None)
    }

    /// Whether the opcode has an attribute.
    pub fn has(&self, attribute: Attribute) -> bool {
        self.attributes.contains(&attribute)
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

impl Opcode {
    /// The opcode's form.
    pub fn shape(self) -> &'static Shape {
        &SHAPES[self as usize]
    }

    /// Whether the opcode ends a block.
    pub fn is_terminator(self) -> bool {
        self.shape().terminator
    }
}

/// A set of effects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EffectSet(u16);

const _: () = assert!(Effect::ALL.len() <= 16);

impl EffectSet {
    /// No effect.
    pub const EMPTY: EffectSet = EffectSet(0);

    /// A set of one effect.
    pub const fn of(effect: Effect) -> EffectSet {
        EffectSet(1 << effect as u16)
    }

    /// All effects of the table.
    pub fn all() -> EffectSet {
        Effect::ALL.iter().copied().collect()
    }

    /// Whether an effect is in the set.
    pub const fn contains(self, effect: Effect) -> bool {
        self.0 & (1 << effect as u16) != 0
    }

    /// The effects of both sets.
    pub const fn union(self, other: EffectSet) -> EffectSet {
        EffectSet(self.0 | other.0)
    }

    /// The effects of this set that the other lacks.
    pub const fn minus(self, other: EffectSet) -> EffectSet {
        EffectSet(self.0 & !other.0)
    }

    /// Whether there is no effect.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The effects, in table order.
    pub fn iter(self) -> impl Iterator<Item = Effect> {
        Effect::ALL.iter().copied().filter(move |&effect| self.contains(effect))
    }
}

impl FromIterator<Effect> for EffectSet {
    fn from_iter<I: IntoIterator<Item = Effect>>(effects: I) -> EffectSet {
        effects.into_iter().fold(EffectSet::EMPTY, |set, effect| set.union(EffectSet::of(effect)))
    }
}

impl std::fmt::Display for EffectSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, effect) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(effect.name())?;
        }
        Ok(())
    }
}
