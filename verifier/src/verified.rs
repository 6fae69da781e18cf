//! What the contract accepted, and what it refused.

use native_ir::{Diagnostic, Module};

/// Something that the verifier accepted. Only [`crate::verify`] makes one, and it cannot be changed afterwards.
///
/// ```compile_fail,E0451
/// // There is no way around the verifier.
/// let module = native_ir::Module::default();
/// let verified = verifier::Verified { inner: module, digest: [0; 32] };
/// ```
///
/// ```compile_fail,E0596
/// // What is verified stays as it was verified.
/// fn change(verified: &mut verifier::Verified<native_ir::Module>) {
///     verified.functions.clear();
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Verified<T> {
    inner: T,
    digest: [u8; 32],
}

impl<T> Verified<T> {
    pub(crate) fn new(inner: T, digest: [u8; 32]) -> Verified<T> {
        Verified { inner, digest }
    }

    /// The digest of the contract that accepted it.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// What was verified, free to be changed and no longer verified.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T> std::ops::Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

/// A module that the contract refused.
#[derive(Debug)]
pub struct Rejected {
    /// The module, as it was given.
    pub module: Module,
    /// Why: at least one diagnostic, unless the reader of its text had some already.
    pub diagnostics: Vec<Diagnostic>,
}
