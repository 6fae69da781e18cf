//! Firmware: the module, what it needs of the libraries, and an image of a machine's memory.

use crate::{Compiled, Error, How, compile, helpers, host};
use certify::stack::{self, Part, StackBound};
use elf::Unit;
use elf::firmware::{self, EXCEPTION_STACK, Firmware, FirmwareOptions};
use native_ir::{Func, Module};
use verifier::Verified;

/// An image, and the parts that it was linked of.
pub struct Linked<'m> {
    /// The image.
    pub image: Firmware,
    /// The module's part.
    pub program: Compiled<'m>,
    /// Parts of the libraries, in the order in which one calls the other, callees first.
    pub library: Vec<Compiled<'static>>,
}

/// Links a module with what it needs of the libraries.
///
/// # Errors
/// There is no machine code for something that is reached, something is used that nothing defines, or memory has not enough
/// room.
pub fn firmware<'m>(
    module: &'m Verified<Module>,
    options: &FirmwareOptions,
    how: &How,
) -> Result<Linked<'m>, Error> {
    let handlers = options.handlers.iter().map(|handler| handler.func);
    let mut roots: Vec<Func> =
        options.entry.into_iter().chain(options.calls.iter().copied()).chain(handlers).collect();
    roots.sort_unstable();
    roots.dedup();
    let program = compile(module, &roots, how)?;
    let host = host(module, how)?;
    let users: Vec<&Compiled<'_>> = [&program].into_iter().chain(&host).collect();
    let helpers = helpers(&module.envelope.target, &users, how)?;
    let library: Vec<Compiled<'static>> = helpers.into_iter().chain(host).collect();
    let units: Vec<Unit<'_>> = library.iter().map(Compiled::unit).collect();
    let image = firmware::firmware(program.unit(), &units, options)?;
    Ok(Linked { image, program, library })
}

impl Linked<'_> {
    /// How much stack a function of the module takes with all that it calls; of a handler without its exception.
    pub fn bound(&self, func: Func) -> StackBound {
        let parts = self.library.iter().chain([&self.program]);
        let parts: Vec<Part<'_>> =
            parts.map(|part| Part { module: part.module, artifact: &part.artifact }).collect();
        stack::program_bound(&parts, func, &firmware::stack_of)
    }

    /// How much stack a program takes from its entry on, with all of its handlers running one inside the other.
    pub fn stack(&self, entry: Func, options: &FirmwareOptions) -> StackBound {
        let handlers = options.handlers.iter().map(|handler| self.bound(handler.func));
        stack::with_handlers(self.bound(entry), handlers, EXCEPTION_STACK)
    }

    /// How many bytes of RAM are left for the stack.
    pub fn left(&self) -> u64 {
        let stack = self.image.sections.iter().find(|section| section.name == ".stack");
        stack.map_or(0, |stack| stack.size.into())
    }
}
