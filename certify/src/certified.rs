//! What the checks accepted.

/// Something that the certificate's checks accepted. Only [`crate::certify`] makes one, and it cannot be changed
/// afterwards.
///
/// ```compile_fail,E0451
/// // There is no way around the checks.
/// fn skip(artifact: artifact::Artifact) -> certify::Certified<artifact::Artifact> {
///     certify::Certified { inner: artifact, digest: [0; 32] }
/// }
/// ```
///
/// ```compile_fail,E0596
/// // What is certified stays as it was certified.
/// fn change(certified: &mut certify::Certified<artifact::Artifact>) {
///     certified.functions.clear();
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Certified<T> {
    inner: T,
    digest: [u8; 32],
}

impl<T> Certified<T> {
    pub(crate) fn new(inner: T, digest: [u8; 32]) -> Certified<T> {
        Certified { inner, digest }
    }

    /// The digest of the contract that accepted the module.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// What was certified, free to be changed and no longer certified.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T> std::ops::Deref for Certified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}
