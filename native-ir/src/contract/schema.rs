//! `schema.tsv`: every field, clause, mark and attribute of the text form.

use super::cells::{Cells, words};
use crate::Rule;

words! {
    /// Where a field stands.
    Scope, "scope" {
        /// The envelope, and the items of the file.
        Module "module",
        /// A source line.
        Source "source",
        /// A named type.
        Type "type",
        /// A hardware register.
        Register "register",
        /// A data object.
        Data "data",
        /// An import.
        Import "import",
        /// A debug type.
        DebugType "debugtype",
        /// A function's header.
        Function "function",
        /// A parameter of a signature.
        Parameter "parameter",
        /// A result of a signature.
        Result "result",
        /// A stack slot.
        Slot "slot",
        /// A debug variable.
        Variable "variable",
        /// An inlining record.
        Inlined "inlined",
        /// A block.
        Block "block",
        /// An instruction.
        Instruction "instruction",
    }
}

words! {
    /// What a field's value is.
    FieldKind, "kind of field" {
        /// A whole number.
        Integer "integer",
        /// A bare name.
        Name "name",
        /// Bare names, any number.
        Names "names",
        /// Text in quotes.
        String "string",
        /// A digest in hexadecimal.
        Digest "digest",
        /// One of the words in the constraint.
        Choice "choice",
        /// A word that stands or does not.
        Mark "mark",
        /// A type.
        Type "type",
        /// `@name`
        Symbol "symbol",
        /// `$name`
        Slot "slot",
        /// `%name`
        Value "value",
        /// `^name`
        Block "block",
        /// `#name`
        Debug "debug",
        /// `!line:col`
        Span "span",
        /// A number of any type.
        Literal "literal",
        /// A value, literal, slot or edge.
        Operand "operand",
        /// The initial value of data.
        Initializer "initializer",
        /// Something with fields of its own.
        Item "item",
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// The field.
    pub field: String,
    /// Where it stands.
    pub scope: Scope,
    /// What its value is.
    pub kind: FieldKind,
    /// Whether it must stand.
    pub required: bool,
    /// Whether it may stand more than once.
    pub repeated: bool,
    /// What its value must be.
    pub constraint: Option<String>,
    /// What says that it is wrong.
    pub diagnostic: Rule,
    /// What it is for.
    pub description: String,
}

pub(super) const HEADER: &[&str] =
    &["field", "scope", "kind", "required", "repeated", "constraint", "diagnostic", "description"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<FieldRow> {
    let (field, scope, kind) = (cells.text(), cells.word(), cells.word());
    let (required, repeated) = (cells.yes(), cells.yes());
    let (constraint, diagnostic, description) = (cells.optional(), cells.word(), cells.text());
    Some(FieldRow {
        field: field?,
        scope: scope?,
        kind: kind?,
        required: required?,
        repeated: repeated?,
        constraint,
        diagnostic: diagnostic?,
        description: description?,
    })
}
