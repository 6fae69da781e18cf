//! The kernels as native IR: brought in from what Clang makes of them, or written by hand.

use super::kernel;
use super::process::output;
use super::wasm::{CLANG, PACKAGES};
use native_ir::{Module, text};
use std::path::Path;
use std::process::Command;
use verifier::{Options, Verified};

/// For the host, as `gcc` compiles.
const TARGET: &str = "--target=x86_64-unknown-linux-gnu";

/// What the front door makes of a kernel. The error says what refused it.
pub(super) fn imported(name: &str, scratch: &Path) -> Result<Verified<Module>, String> {
    let path = scratch.join(format!("{name}.ll"));
    if !path.exists() {
        let flags = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llvm/clang-flags");
        let mut clang = Command::new(CLANG);
        // A level that stands behind them takes back the flags that say no vectors.
        clang.arg("-O2").arg(format!("@{}", flags.display())).args([TARGET, "-S", "-emit-llvm", "-o"]).arg(&path);
        output(clang.arg(kernel::folder().join(format!("{name}.c"))), PACKAGES)?;
    }
    let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let input = [llvm::Input { path: path.display().to_string(), text }];
    let (module, _) = llvm::import(&input, &llvm::Options::default())
        .map_err(|diagnostics| format!("not imported: {:?}", diagnostics.first()))?;
    verify(module, &path)
}

/// The program of `fixtures/programs/` of this name, if there is one.
pub(super) fn written(name: &str) -> Result<Option<Verified<Module>>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/programs/{name}.nir"));
    if !path.exists() {
        return Ok(None);
    }
    let source = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    verify(text::parse(&source).module, &path).map(Some)
}

fn verify(module: Module, path: &Path) -> Result<Verified<Module>, String> {
    verifier::verify(module, &Options::default())
        .map_err(|rejected| format!("{}: {:?}", path.display(), rejected.diagnostics.first()))
}
