//! What a builder cannot write down.

use crate::{Opcode, Span};
use std::fmt;

/// Something that has no place in a module, told by [`super::ModuleBuilder::finish`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// The function's name, when it happened in one.
    pub function: Option<String>,
    /// The instruction's opcode, when it happened at one.
    pub opcode: Option<Opcode>,
    /// The span that was set.
    pub span: Span,
    /// What happened.
    pub misuse: Misuse,
}

/// How a builder was misused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// Two items of the module have one name.
    #[error("the module already has an item named `@{0}`")]
    NameConflict(String),
    /// A function's body was finished twice.
    #[error("the function has a body already")]
    DefinedTwice,
    /// An id of a function, data object, import, register or symbol is not this module's.
    #[error("the {0} is not one of this module")]
    ForeignItem(&'static str),
    /// An id of a value, block, slot or inlining record is not this function's.
    #[error("the {0} is not one of this function")]
    ForeignEntity(&'static str),
    /// An instruction was written while no block was open.
    #[error("no block is open: call `switch_to` first")]
    NoBlock,
    /// A parameter was appended to the entry block, whose parameters are the function's.
    #[error("the entry block's parameters are the function's")]
    EntryParameter,
    /// Nothing beside a literal says of which type it is.
    #[error("nothing gives the literal {0} a type: use `Arg::int` or `Arg::float`")]
    UntypedLiteral(String),
    /// A literal stands where its type, or its value in that type, does not fit.
    #[error("the literal {literal} does not fit {ty}")]
    LiteralRange {
        /// The literal.
        literal: String,
        /// The type, as text.
        ty: String,
    },
    /// A value stands where only a literal can.
    #[error("a literal is wanted, not a value")]
    NoLiteral,
    /// An alignment is not a power of two up to [`crate::Attributes::MAX_ALIGN`].
    #[error("an alignment of {0} cannot be written")]
    Alignment(u64),
    /// A call has more results than an instruction can have.
    #[error("a call of {0} results cannot be written; 255 can")]
    TooManyResults(usize),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(function) = &self.function {
            write!(f, "@{function}: ")?;
        }
        if let Some(opcode) = self.opcode {
            write!(f, "{opcode}: ")?;
        }
        self.misuse.fmt(f)
    }
}

impl std::error::Error for BuildError {}

/// Every [`BuildError`] of a module, in the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildErrors(pub Vec<BuildError>);

impl fmt::Display for BuildErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildErrors {}
