//! The host runtime: what programs that are linked without a linker find in the place of an operating system's library.
//!
//! It is native IR, compiled like any module, over one function that no IR can say: the system call, or on firmware the
//! request to the debugger or emulator that the machine runs under.

use native_ir::link::{LinkOptions, link};
use native_ir::{Module, text};
use std::sync::LazyLock;
use verifier::{Options, Verified, verify};

const X86_64: [&str; 5] = [
    include_str!("../../runtime/host/io.nir"),
    include_str!("../../runtime/host/arguments.nir"),
    include_str!("../../runtime/host/call.nir"),
    include_str!("../../runtime/host/memory.nir"),
    include_str!("../../runtime/host/report.nir"),
];

const CORTEX_M0: [&str; 3] = [
    include_str!("../../runtime/cortex_m0_host/startup.nir"),
    include_str!("../../runtime/cortex_m0_host/io.nir"),
    include_str!("../../runtime/cortex_m0_host/report.nir"),
];

static X86_64_MODULE: LazyLock<Option<Verified<Module>>> = LazyLock::new(|| assemble(&X86_64));
static CORTEX_M0_MODULE: LazyLock<Option<Verified<Module>>> = LazyLock::new(|| assemble(&CORTEX_M0));

/// One module of several files; none when one is damaged, which a test excludes for those that are built in.
fn assemble(files: &[&str]) -> Option<Verified<Module>> {
    let modules = files.iter().map(|file| text::parse(file).module).collect();
    verify(link(modules, &LinkOptions::default()).ok()?, &Options::default()).ok()
}

/// The host runtime for a target's triple: the functions of the runtime ABI, and the reporter of traps. None for targets that
/// have none.
pub fn host(triple: &str) -> Option<&'static Verified<Module>> {
    match triple {
        "x86_64-unknown-linux-elf" => X86_64_MODULE.as_ref(),
        "sim-cortex-m0" => CORTEX_M0_MODULE.as_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use verifier::verify_text;

    #[test]
    fn every_file_verifies_alone_and_linked() {
        for file in X86_64.iter().chain(&CORTEX_M0) {
            let report = verify_text(file.as_bytes(), &Options::default());
            assert!(report.module.is_some(), "{:#?}", report.diagnostics);
        }
        assert!(host("x86_64-unknown-linux-elf").is_some() && host("sim-cortex-m0").is_some());
    }
}
