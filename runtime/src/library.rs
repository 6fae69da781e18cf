//! The library itself: the files of a target, parsed, linked and verified once.

use native_ir::link::{LinkOptions, link};
use native_ir::{Module, text};
use std::sync::LazyLock;
use verifier::{Options, Verified, verify};

macro_rules! files {
    ($folder:literal: $($name:literal)*) => { &[$(include_str!(concat!("../", $folder, "/", $name, ".nir"))),*] };
}

/// The files of the x86-64 target.
const X86_64: &[&str] = files! {
    "x86_64": "convert" "divide" "fma" "half" "half_convert" "memory" "multiply" "quad_add" "quad_compare" "quad_convert" "quad_divide" "quad_fma" "quad_integer" "quad_multiply" "quad_pack" "quad_root" "quad_round" "round"
};

/// The files of the Cortex-M0 target.
const CORTEX_M0: &[&str] = files! {
    "cortex_m0": "bits" "compare" "convert" "divide" "divide_wide" "double_add" "double_divide" "double_multiply" "double_round" "double_to_integer" "fma" "from_integer" "half_to_integer" "memory" "minimum" "multiply" "round" "shift" "single_add" "single_divide" "single_multiply" "single_round" "single_to_integer"
};

/// The triples of the targets that have a library.
pub const TARGETS: [&str; 2] = ["x86_64-unknown-linux-elf", "sim-cortex-m0"];

static X86_64_MODULE: LazyLock<Option<Verified<Module>>> = LazyLock::new(|| assemble(X86_64));
static CORTEX_M0_MODULE: LazyLock<Option<Verified<Module>>> = LazyLock::new(|| assemble(CORTEX_M0));

/// One module of all files; none when one of them is wrong, which the tests rule out for those that are built in.
fn assemble(files: &[&str]) -> Option<Verified<Module>> {
    let parsed = files.iter().map(|source| {
        let parsed = text::parse(source);
        parsed.diagnostics.is_empty().then_some(parsed.module)
    });
    let modules = parsed.collect::<Option<Vec<_>>>()?;
    let linked = link(modules, &LinkOptions { require_all: true }).ok()?;
    verify(linked, &Options::default()).ok()
}

/// The library for a target's triple: each helper is a `pub` function with its symbol as name. None for targets that
/// have no library.
pub fn module(triple: &str) -> Option<&'static Verified<Module>> {
    match triple {
        "x86_64-unknown-linux-elf" => X86_64_MODULE.as_ref(),
        "sim-cortex-m0" => CORTEX_M0_MODULE.as_ref(),
        _ => None,
    }
}
