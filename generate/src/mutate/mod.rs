//! Mutations: each breaks exactly one rule of a valid module, at a random place where it applies.
//!
//! Most put in something that is wrong by itself and that nothing else uses, so that no other rule is touched; the
//! others change what is there. Rules of the reader are broken in the printed text.

mod control;
mod edit;
mod instruction;
mod item;
mod memory;
mod text;

use crate::Source;
use native_ir::{Module, Rule};

/// A way to break a rule.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// Its name: the rule's, and what is done where a rule has several.
    pub name: &'static str,
    /// The rule that every diagnostic is of, of which there is at least one.
    pub rule: Rule,
    make: Make,
}

/// Changes a module; nothing when it has no place for the mistake.
type Change = fn(&mut Module, &mut Source<'_>) -> Option<()>;
/// Changes a text; nothing when it has no place for the mistake.
type Rewrite = fn(&str, &mut Source<'_>) -> Option<Vec<u8>>;

#[derive(Clone, Copy, Debug)]
enum Make {
    Module(Change),
    Text(Rewrite),
}

/// What a mutation gives.
#[derive(Clone, Debug)]
pub enum Mutated {
    /// A module with a mistake.
    Module(Box<Module>),
    /// A text with a mistake.
    Text(Vec<u8>),
}

impl Mutation {
    const fn module(name: &'static str, rule: Rule, change: Change) -> Mutation {
        Mutation { name, rule, make: Make::Module(change) }
    }

    const fn text(name: &'static str, rule: Rule, rewrite: Rewrite) -> Mutation {
        Mutation { name, rule, make: Make::Text(rewrite) }
    }

    /// A valid module with the mistake; nothing when the module has no place for it.
    pub fn apply(&self, module: &Module, source: &mut Source<'_>) -> Option<Mutated> {
        match self.make {
            Make::Module(change) => {
                let mut module = module.clone();
                change(&mut module, source)?;
                Some(Mutated::Module(Box::new(module)))
            }
            Make::Text(rewrite) => rewrite(&native_ir::text::print(module), source).map(Mutated::Text),
        }
    }
}

/// Every mutation.
pub fn mutations() -> impl Iterator<Item = &'static Mutation> {
    [control::LIST, instruction::LIST, item::LIST, memory::LIST, text::LIST].into_iter().flatten()
}
