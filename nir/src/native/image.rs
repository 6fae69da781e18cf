//! Firmware: the module, what it needs of the libraries, and an image of a machine's memory.

use super::program::{parts, say_stack};
use super::{Compiled, compile, helpers, host};
use crate::arguments::Native;
use certify::stack::{self, StackBound};
use elf::Unit;
use elf::firmware::{self, EXCEPTION_STACK, Firmware, FirmwareOptions};
use native_ir::{Func, Module};
use verifier::Verified;

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
    if native.certify {
        check_stack(&program, &library, options, native, &image)?;
    }
    Ok(image)
}

/// Tells how much stack a program takes from its entry on, with all of its handlers running one inside the other, and
/// compares it with what is left of RAM.
///
/// # Errors
/// There is no bound, or not enough room.
fn check_stack(
    program: &Compiled<'_>,
    library: &[&Compiled<'_>],
    options: &FirmwareOptions,
    native: &Native,
    image: &Firmware,
) -> Result<(), String> {
    let Some(entry) = options.entry else { return Ok(()) };
    let parts = parts(program, library);
    let bound = |func| stack::program_bound(&parts, func, &firmware::stack_of);
    let mut total = bound(entry);
    for handler in &options.handlers {
        total = match (total, bound(handler.func)) {
            (StackBound::Bytes(sum), StackBound::Bytes(own)) => {
                StackBound::Bytes(sum.saturating_add(own).saturating_add(EXCEPTION_STACK))
            }
            (StackBound::Bytes(_), without) => without,
            (without, _) => without,
        };
    }
    let left = image.sections.iter().find(|section| section.name == ".stack").map_or(0, |stack| stack.size);
    match say_stack(program.module, total, native)? {
        Some(bytes) if bytes > u64::from(left) => {
            Err(format!("the stack takes up to {bytes} bytes, and {left} bytes of RAM are left for it"))
        }
        _ => Ok(()),
    }
}
