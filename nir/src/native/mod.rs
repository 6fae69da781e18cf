//! Machine code as the command line asks for it: programs, and their runs.
//!
//! `program` links executables and `image` firmware, `calls` gives a program an entry through which its functions are called
//! from outside, `process` runs it, and `emulated` does so on another processor.
//! Errors here are texts that say why there is no machine code or no file of it; [`refused`] prints one.

pub(crate) mod calls;
#[cfg(feature = "unicorn")]
pub(crate) mod emulated;
pub(crate) mod image;
pub(crate) mod process;
pub(crate) mod program;

use crate::arguments::{Native, Relocation};
use crate::outcome::Failure;
use ::program::{Compiled, Error, How, is_firmware};
use artifact::RelocationModel;
use certify::Checks;
use native_ir::{Func, Module};
use std::io::{self, Write};
use verifier::Verified;

/// Compiles functions of a module, with everything that they reach, and certifies the result.
///
/// # Errors
/// As for [`::program::compile`].
pub(crate) fn compile<'m>(
    module: &'m Verified<Module>,
    entries: &[Func],
    arguments: &Native,
) -> Result<Compiled<'m>, Error> {
    ::program::compile(module, entries, &how(arguments))
}

/// Why there can be no machine code for a module's target; none when there can.
pub(crate) fn no_emitter(module: &Verified<Module>) -> Option<String> {
    codegen::compile(module, &[], &codegen::Options::default()).err().map(|error| error.to_string())
}

/// Why machine code of a module does not run on this machine, or none.
pub(crate) fn foreign(module: &Verified<Module>) -> Option<String> {
    let firmware = is_firmware(module).then(|| {
        let target = &module.envelope.target;
        format!(
            "the target {target} is not this machine: its programs are firmware, for the engines emulator and qemu"
        )
    });
    firmware.or_else(|| no_emitter(module))
}

/// How programs are made.
pub(crate) fn how(arguments: &Native) -> How {
    let certify = arguments.certify;
    How {
        codegen: options(arguments),
        checks: Checks { canonical: certify, abi: certify, stack: certify && !arguments.allow_recursion },
    }
}

fn options(arguments: &Native) -> codegen::Options {
    codegen::Options {
        features: arguments.features.clone(),
        relocation_model: match arguments.relocation_model {
            Relocation::Static => RelocationModel::Static,
            Relocation::Pic => RelocationModel::Pic,
        },
        kernel_mode: arguments.kernel_mode,
        threads: 0,
    }
}

/// Says why there is no machine code, or no file of it.
pub(crate) fn refused(error: impl std::fmt::Display) -> Failure {
    let _ = writeln!(io::stderr(), "nir: {error}");
    Failure::Rejected
}
