//! Files of LLVM IR, and the whole way from them to a module of native IR.

use crate::lower::{Options, Report, lower};
use crate::read::read;
use crate::{Diagnostic, syntax};

/// A file of LLVM IR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// Its path, as spans and messages shall show it.
    pub path: String,
    /// What is in it.
    pub text: Vec<u8>,
}

/// Reads files of LLVM IR and makes one module of native IR of them.
///
/// # Errors
/// What in the files is no LLVM IR, or has no place in native IR; at most 100 diagnostics of each step.
pub fn import(inputs: &[Input], options: &Options<'_>) -> Result<(native_ir::Module, Report), Vec<Diagnostic>> {
    let mut files: Vec<syntax::Module<'_>> = Vec::with_capacity(inputs.len());
    let mut errors = Vec::new();
    for (file, input) in inputs.iter().enumerate() {
        match read(file, &input.text) {
            Ok(module) => files.push(module),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { lower(&files, inputs, options) } else { Err(errors) }
}
