//! Diagnostics: what is wrong, where, and how to mend it.
//!
//! A diagnostic names a [`Rule`] (a row of `diagnostics.tsv`) and a [`Place`]. Places are entities, not positions in a
//! text: a module from the builder has none. [`crate::text::Locator`] finds the text of a place where there is one.

use crate::opcode::{Attribute, Rule};
use crate::{Block, Data, DebugType, Func, Import, InlineSite, Inst, NamedType, Register, Slot, Source};
use std::ops::Range;

/// A part of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The whole instruction, without its span.
    Whole,
    /// A result's definition.
    Result(u32),
    /// The opcode and its suffix.
    Opcode,
    /// An operand: those in words first, then those of the list.
    Operand(u32),
    /// An edge: its block's name.
    Edge(u32),
    /// An argument of an edge.
    EdgeArgument(u32, u32),
    /// An attribute; the opcode when it is not written.
    Attribute(Attribute),
    /// The span; the end of the line when there is none.
    Span,
}

/// A part of a function's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HeaderPart {
    /// The name.
    Name,
    /// A parameter.
    Parameter(u32),
    /// The results.
    Results,
    /// The clause that begins with this text (`effects`, `abi`, `source`); the name when it is not written.
    Clause(&'static str),
    /// A mark before the name (`interrupt`, `native`); the name when it is not written.
    Mark(&'static str),
    /// The span.
    Span,
}

/// Where a diagnostic points.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A range of bytes of the text.
    Text(Range<usize>),
    /// The value of an envelope field (`target`, `abi`, `layout`, `profile`).
    Envelope(&'static str),
    /// A feature of the envelope's `features`.
    Feature(u32),
    /// A source's declaration.
    Source(Source),
    /// A named type's declaration.
    NamedType(NamedType),
    /// A register's declaration.
    Register(Register),
    /// A data object's declaration.
    Data(Data),
    /// An import's declaration.
    Import(Import),
    /// A debug type's declaration.
    DebugType(DebugType),
    /// A function's header.
    Function(Func, HeaderPart),
    /// A stack slot's declaration.
    Slot(Func, Slot),
    /// A debug variable's declaration.
    Variable(Func, u32),
    /// An inlining record.
    InlineSite(Func, InlineSite),
    /// A block's label.
    Block(Func, Block),
    /// A parameter of a block; of a function, for the entry block.
    BlockParameter(Func, Block, u32),
    /// An instruction.
    Inst(Func, Inst, Part),
}

impl Place {
    /// An order of places for modules without text: as the canonical text has them.
    fn order(&self) -> (u8, u32, u32, u32) {
        match self {
            Place::Text(range) => (0, range.start as u32, range.end as u32, 0),
            Place::Envelope(_) => (1, 0, 0, 0),
            Place::Feature(index) => (2, *index, 0, 0),
            Place::Source(source) => (3, source.as_u32(), 0, 0),
            Place::NamedType(ty) => (4, ty.as_u32(), 0, 0),
            Place::Register(register) => (5, register.as_u32(), 0, 0),
            Place::Data(data) => (6, data.as_u32(), 0, 0),
            Place::Import(import) => (7, import.as_u32(), 0, 0),
            Place::DebugType(ty) => (8, ty.as_u32(), 0, 0),
            Place::Function(func, _) => (9, func.as_u32(), 0, 0),
            Place::Slot(func, slot) => (9, func.as_u32(), 1, slot.as_u32()),
            Place::Variable(func, index) => (9, func.as_u32(), 2, *index),
            Place::InlineSite(func, site) => (9, func.as_u32(), 3, site.as_u32()),
            Place::Block(func, block) => (9, func.as_u32(), 4, block.as_u32()),
            Place::BlockParameter(func, block, _) => (9, func.as_u32(), 4, block.as_u32()),
            Place::Inst(func, inst, _) => (9, func.as_u32(), 5, inst.as_u32()),
        }
    }
}

/// A diagnostic. All are errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that was broken.
    pub rule: Rule,
    /// What is wrong, in plain words, with the names involved.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A few words at the place itself.
    pub label: String,
    /// Other places that matter, with a few words each.
    pub labels: Vec<(Place, String)>,
    /// How to mend it, where that is more than the rule's own help says.
    pub help: Option<String>,
    /// The row of the contract behind it, where that is not the rule's own: table and key.
    pub row: Option<(&'static str, String)>,
}

impl Diagnostic {
    /// A diagnostic with a message.
    pub fn new(rule: Rule, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            message: message.into(),
            place,
            label: String::new(),
            labels: Vec::new(),
            help: None,
            row: None,
        }
    }

    /// With a few words at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// With another place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.labels.push((place, label.into()));
        self
    }

    /// With a way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// With the row of the contract behind it.
    #[must_use]
    pub fn row(mut self, table: &'static str, key: impl Into<String>) -> Diagnostic {
        self.row = Some((table, key.into()));
        self
    }

    /// The code, such as `NATIVE_IR_TYPE`.
    pub fn code(&self) -> &'static str {
        self.rule.name().split_once('/').map_or("", |(code, _)| code)
    }

    /// The rule's name under its code, such as `dominance`.
    pub fn rule_name(&self) -> &'static str {
        self.rule.name().split_once('/').map_or("", |(_, rule)| rule)
    }
}

/// Sorts diagnostics of a module without text, and drops those that say the same of the same place.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| (d.place.order(), d.rule));
    diagnostics.dedup_by(|b, a| a.rule == b.rule && a.place == b.place);
}
