//! What the lowering of every body shares: the files, and what was decided about their types and symbols.

use super::effect::Effects;
use super::layout::Layouts;
use super::link::Symbols;
use super::signature::Passes;
use super::target::Target;
use crate::Diagnostic;
use crate::syntax::{self, Place};
use native_ir::Type;

/// What is settled before the first body is lowered. It does not change after.
pub(super) struct Context<'p, 't> {
    /// The files.
    pub(super) files: &'p [syntax::Module<'t>],
    /// The target.
    pub(super) target: Target,
    /// `ptr[generic,i8]`, what an LLVM pointer is.
    pub(super) generic: Type,
    /// `ptr[stack,i8]`, what a pointer to a slot is.
    pub(super) stack: Type,
    /// `ptr[static,i8]`, what a pointer to data is.
    pub(super) fixed: Type,
    /// How values are passed.
    pub(super) passes: Passes,
    /// The layouts of each file's types.
    pub(super) layouts: Vec<Layouts>,
    /// What the symbols of each file are.
    pub(super) symbols: Symbols,
    /// The effects of functions and of indirect calls.
    pub(super) effects: Effects,
}

/// A construct that is refused: the rule (`LLVM/…`), what is wrong, how to mend it. The place is that of the
/// instruction or item that is being lowered.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Refusal {
    pub(super) fn new(rule: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { rule, message: message.into(), help: None }
    }

    /// What follows from a refusal that is reported already.
    pub(super) fn consequence() -> Refusal {
        Refusal { rule: "", message: String::new(), help: None }
    }

    pub(super) fn is_consequence(&self) -> bool {
        self.rule.is_empty()
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.help = Some(help.into());
        self
    }

    /// The diagnostic of a place.
    pub(super) fn at(self, file: usize, place: Place) -> Diagnostic {
        Diagnostic { file, place, len: 0, rule: self.rule, message: self.message, help: self.help }
    }
}
