//! Firmware: the module, what it needs of the libraries, and an image of a machine's memory.

use super::program::{parts, say_stack};
use super::{Compiled, compile, helpers, host};
use crate::arguments::Native;
use certify::stack::{self, StackBound};
use elf::Unit;
use elf::firmware::{self, EXCEPTION_STACK, Firmware, FirmwareOptions};
use native_ir::{Func, Module};
use verifier::Verified;

/// An image, and the stack that its program takes.
pub(crate) struct Linked {
    pub(crate) image: Firmware,
    /// From the entry on; none without entry.
    pub(crate) entry: Option<StackBound>,
    /// Of each handler, without the frame of its exception.
    pub(crate) handlers: Vec<(Func, StackBound)>,
}

impl Linked {
    /// The stack of the entry with all handlers running one inside the other; none without entry.
    pub(crate) fn total(&self) -> Option<StackBound> {
        let add = |total: StackBound, (_, own): &(Func, StackBound)| match (total, own) {
            (StackBound::Bytes(sum), StackBound::Bytes(own)) => {
                StackBound::Bytes(sum.saturating_add(*own).saturating_add(EXCEPTION_STACK))
            }
            (StackBound::Bytes(_), without) => without.clone(),
            (without, _) => without,
        };
        self.entry.clone().map(|entry| self.handlers.iter().fold(entry, add))
    }

    /// The bytes of RAM that are left for the stack.
    pub(crate) fn room(&self) -> u64 {
        let stack = self.image.sections.iter().find(|section| section.name == ".stack");
        stack.map_or(0, |stack| u64::from(stack.size))
    }
}

/// Links a module with what it needs of the libraries.
///
/// # Errors
/// There is no machine code for something that is reached, something is used that nothing defines, memory has not enough
/// room, or, with `--certify`, not enough for the stack.
pub(crate) fn firmware(
    module: &Verified<Module>,
    options: &FirmwareOptions,
    native: &Native,
) -> Result<Firmware, String> {
    let linked = link(module, options, native)?;
    if native.certify {
        check_stack(module, &linked, native)?;
    }
    Ok(linked.image)
}

/// Links a module with what it needs of the libraries, and bounds its stack.
///
/// # Errors
/// As for [`firmware`], but for the room of the stack.
pub(crate) fn link(
    module: &Verified<Module>,
    options: &FirmwareOptions,
    native: &Native,
) -> Result<Linked, String> {
    let handlers = options.handlers.iter().map(|handler| handler.func);
    let mut roots: Vec<Func> =
        options.entry.into_iter().chain(options.calls.iter().copied()).chain(handlers).collect();
    roots.sort_unstable();
    roots.dedup();
    let program = compile(module, &roots, native)?;
    let host = host(module, native)?;
    let users: Vec<&Compiled<'_>> = [&program].into_iter().chain(&host).collect();
    let helpers = helpers(&module.envelope.target, &users, native)?;
    let library: Vec<&Compiled<'_>> = helpers.iter().chain(&host).collect();
    let units: Vec<Unit<'_>> = library.iter().map(|part| part.unit()).collect();
    let image = firmware::firmware(program.unit(), &units, options).map_err(|error| error.to_string())?;
    let parts = parts(&program, &library);
    let bound = |func| stack::program_bound(&parts, func, &firmware::stack_of);
    Ok(Linked {
        image,
        entry: options.entry.map(bound),
        handlers: options.handlers.iter().map(|handler| (handler.func, bound(handler.func))).collect(),
    })
}

/// Tells how much stack a program takes from its entry on, with all of its handlers running one inside the other, and
/// compares it with what is left of RAM.
///
/// # Errors
/// There is no bound, or not enough room.
fn check_stack(module: &Module, linked: &Linked, native: &Native) -> Result<(), String> {
    let Some(total) = linked.total() else { return Ok(()) };
    let left = linked.room();
    match say_stack(module, total, native)? {
        Some(bytes) if bytes > left => {
            Err(format!("the stack takes up to {bytes} bytes, and {left} bytes of RAM are left for it"))
        }
        _ => Ok(()),
    }
}
