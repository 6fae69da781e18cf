//! The host runtime: what programs that are linked without a linker find in the place of an operating system's library.
//!
//! It is native IR, compiled like any module, over one function that no IR can say, the system call.

use native_ir::link::{LinkOptions, link};
use native_ir::{Module, text};
use std::sync::LazyLock;
use verifier::{Options, Verified, verify};

const FILES: [&str; 5] = [
    include_str!("../../runtime/host/io.nir"),
    include_str!("../../runtime/host/arguments.nir"),
    include_str!("../../runtime/host/call.nir"),
    include_str!("../../runtime/host/memory.nir"),
    include_str!("../../runtime/host/report.nir"),
];

static MODULE: LazyLock<Option<Verified<Module>>> = LazyLock::new(|| {
    let modules = FILES.iter().map(|file| text::parse(file).module).collect();
    verify(link(modules, &LinkOptions::default()).ok()?, &Options::default()).ok()
});

/// The host runtime for x86-64 under Linux: the functions of the runtime ABI, and the reporter of traps. None only when
/// the embedded text is damaged, which a test excludes.
pub fn host() -> Option<&'static Verified<Module>> {
    MODULE.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use verifier::verify_text;

    #[test]
    fn every_file_verifies_alone_and_linked() {
        for file in FILES {
            let report = verify_text(file.as_bytes(), &Options::default());
            assert!(report.module.is_some(), "{:#?}", report.diagnostics);
        }
        assert!(host().is_some());
    }
}
