//! Debug types: how the source sees its data. They say nothing about the machine's types; emitters turn them into
//! DWARF type entries.

use crate::{DebugType, Name};

/// How a base type's bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Two's complement.
    Signed,
    /// Unsigned binary.
    Unsigned,
    /// IEEE 754 binary.
    Float,
    /// Zero or not.
    Boolean,
    /// A character.
    Char,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Encoding; 5] =
        [Encoding::Signed, Encoding::Unsigned, Encoding::Float, Encoding::Boolean, Encoding::Char];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Signed => "signed",
            Encoding::Unsigned => "unsigned",
            Encoding::Float => "float",
            Encoding::Boolean => "boolean",
            Encoding::Char => "char",
        }
    }

    /// The encoding of a spelling.
    pub fn from_name(name: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|encoding| encoding.name() == name)
    }
}

/// A member of a debug structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: DebugType,
    /// Its offset in bytes.
    pub offset: u64,
}

/// The structure of a debug type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebugKind {
    /// A number, truth value or character.
    Base {
        /// Its name in the source.
        name: Name,
        /// How its bytes are read.
        encoding: Encoding,
        /// Its size.
        bytes: u64,
    },
    /// A pointer.
    Pointer {
        /// To what.
        to: DebugType,
        /// Its size.
        bytes: u64,
    },
    /// Another name for a type.
    Typedef {
        /// The name.
        name: Name,
        /// The type.
        of: DebugType,
    },
    /// An array.
    Array {
        /// Of what.
        of: DebugType,
        /// How many.
        count: u64,
    },
    /// A structure.
    Struct {
        /// Its name in the source.
        name: Name,
        /// Its size.
        bytes: u64,
        /// Its members.
        members: Vec<Member>,
    },
    /// An enumeration.
    Enum {
        /// Its name in the source.
        name: Name,
        /// The type of its values.
        of: DebugType,
        /// Names and values.
        values: Vec<(Name, i64)>,
    },
}

/// A debug type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugTypeData {
    /// Its name in the text form, without the `#`; [`Name::NONE`] when it goes by its number.
    pub name: Name,
    /// Its structure.
    pub kind: DebugKind,
}
