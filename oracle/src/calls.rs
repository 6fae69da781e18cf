//! Calls of one function with random arguments.

use crate::arguments;
use generate::Source;
use native_ir::{Func, Module};

/// Calls without a clear one after which a function is given up.
const HOPE: usize = 4;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All engines did what the model said.
    Same,
    /// One did not.
    Different,
    /// The model does not say.
    Unclear,
}

/// Calls a function so often, with random arguments; less often one that does nothing clear, once one that takes none, and
/// no more one that was different.
pub fn call_often(
    module: &Module,
    func: Func,
    calls: usize,
    random: &mut Source<'_>,
    mut call: impl FnMut(&[u128]) -> Verdict,
) {
    let takes = module.signature(&module.functions[func]).is_some_and(|ty| !ty.params.is_empty());
    let mut compared = 0;
    for count in 0..if takes { calls } else { 1 } {
        match call(&arguments(module, func, random)) {
            Verdict::Same => compared += 1,
            Verdict::Unclear if compared == 0 && count >= HOPE => break,
            Verdict::Unclear => {}
            Verdict::Different => break,
        }
    }
}
