//! Linking modules by name into one.
//!
//! - Target, ABI, layout and profile are the same in all modules; the linked module may use the features of any. It has
//!   the first module's name.
//! - `import module @f` is resolved by the `pub` item `@f` of another module, of the same type; a function may have
//!   fewer effects than the import says. Where its address is taken, a `cast` then gives the pointer the type that the
//!   importing module knows. What no module defines stays an import, unless [`LinkOptions::require_all`].
//! - `pub` items that are not weak have their name alone. A weak one gives way to one that is not weak, of the same
//!   type, or else to the weak one of the first module that has it; all users of the name then mean that one.
//! - Equal imports become one, and equal registers. Other internal symbols stay apart: one whose name another module
//!   has too becomes `module::name`, whatever the order of the modules. Debug types likewise.
//! - Named types of equal names must be equal, and become one. Sources become one when path, hash and lines agree.
//!
//! Items follow each other in the order of the modules. What verifies alone and links, verifies linked, but for what
//! the linked items say of each other: a caller's execution mark, for instance.

mod body;
mod check;
mod error;
mod items;
mod maps;
#[cfg(test)]
pub(crate) mod sketch;
mod symbols;
#[cfg(test)]
mod tests;
pub(crate) mod types;
mod widen;

pub use error::{Difference, LinkError};

use crate::Module;
use maps::Maps;

/// What linking shall insist on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkOptions {
    /// Whether an `import module` that no module defines is an error.
    pub require_all: bool,
}

/// Links modules into one; see the module's documentation for the rules.
///
/// # Errors
/// Everything that keeps the modules apart, in the order of modules and symbols. Broken modules and different envelopes
/// are reported before types, and types before symbols.
pub fn link(modules: Vec<Module>, options: &LinkOptions) -> Result<Module, Vec<LinkError>> {
    let mut linked = Module { envelope: check::envelope(&modules)?, ..Module::default() };
    check::modules(&modules)?;
    let mut maps: Vec<Maps> = modules.iter().map(Maps::new).collect();
    items::sources(&modules, &mut maps, &mut linked)?;
    types::join(&modules, &mut maps, &mut linked)?;
    let plan = symbols::resolve(&modules, &mut maps, &mut linked, options)?;
    items::registers(&modules, &mut maps, &plan, &mut linked);
    items::debug_types(&modules, &mut maps, &mut linked);
    for (index, (module, mut maps)) in modules.into_iter().zip(maps).enumerate() {
        items::data(&module, index, &mut maps, &plan, &mut linked);
        items::imports(&module, index, &maps, &plan, &mut linked);
        body::functions(module, index, &mut maps, &plan, &mut linked);
    }
    Ok(linked)
}
