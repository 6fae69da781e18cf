//! From LLVM IR to native IR: one module of one or several files.
//!
//! The order of the work: the target is chosen ([`target`]), symbols of all files find their definitions ([`link`]),
//! types get their layout and their scalar leaves ([`layout`]), functions that are called with constant addresses of
//! hardware are specialised ([`address`], [`specialise`]), signatures and effects are settled ([`signature`],
//! [`effect`]), everything is declared ([`declare`]), data is laid down ([`data`]) and bodies are lowered one after
//! the other ([`body`]).
//! Nothing is optimised on the way: an instruction becomes what means the same, or is refused by its name.

mod address;
mod body;
mod context;
mod data;
mod debug;
mod declare;
mod effect;
mod fold;
mod helper;
mod layout;
mod link;
mod program;
mod register;
mod report;
mod runtime;
mod scan;
mod signature;
mod specialise;
mod start;
mod target;

pub use report::{Note, Report};
pub use target::Options;

use crate::Diagnostic;
use crate::import::Input;
use crate::syntax::Module;

/// The most diagnostics that are told.
const MAX_ERRORS: usize = 100;

/// Makes one module of files that have been read, given what they were read from.
///
/// # Errors
/// What has no place in native IR, in the order of the files, at most 100.
pub fn lower(
    files: &[Module<'_>],
    inputs: &[Input],
    options: &Options<'_>,
) -> Result<(native_ir::Module, Report), Vec<Diagnostic>> {
    let target = target::choose(files, options)?;
    let mut errors = Vec::new();
    for (file, module) in files.iter().enumerate() {
        errors.extend(module.assembly.iter().map(|(text, place)| Diagnostic {
            file,
            place: *place,
            len: 0,
            rule: "LLVM/assembly",
            message: format!("`module asm \"{text}\"`"),
            help: Some("write it as a function, or link it as an object".to_string()),
        }));
    }
    match program::Program::new(files, inputs, options, target, errors).build() {
        Ok(done) => Ok(done),
        Err(mut errors) => {
            errors.sort_by_key(|error| (error.file, error.place.line, error.place.column));
            errors.dedup();
            errors.truncate(MAX_ERRORS);
            Err(errors)
        }
    }
}
