//! Firmware, with what `--certify` says of its stack.

use super::how;
use super::program::say_stack;
use crate::arguments::Native;
use elf::firmware::{Firmware, FirmwareOptions};
use native_ir::Module;
use verifier::Verified;

/// Links a module with what it needs of the libraries.
///
/// # Errors
/// There is no image, or, with `--certify`, no bound of the stack, or not enough memory for it.
pub(crate) fn firmware(
    module: &Verified<Module>,
    options: &FirmwareOptions,
    native: &Native,
) -> Result<Firmware, String> {
    let linked = program::firmware(module, options, &how(native)).map_err(|error| error.to_string())?;
    if let Some(entry) = options.entry.filter(|_| native.certify) {
        let left = linked.left();
        match say_stack(module, linked.stack(entry, options), native)? {
            Some(bytes) if bytes > left => {
                return Err(format!(
                    "the stack takes up to {bytes} bytes, and {left} bytes of RAM are left for it"
                ));
            }
            _ => {}
        }
    }
    Ok(linked.image)
}
