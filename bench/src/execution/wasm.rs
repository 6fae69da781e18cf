//! The kernels as WebAssembly by Clang, interpreted by `wasmi` in this process with its defaults (no fuel, translated
//! ahead of the first call).

use super::gcc::FREESTANDING;
use super::kernel::{self, Kernel};
use super::process::{first_line, output};
use super::{Call, Run};
use crate::measure::cpu_seconds;
use std::path::Path;
use std::process::Command;
use wasmi::{Engine, Linker, Module, Store};

/// The compiler of what is interpreted.
pub(super) const CLANG: &str = "clang-19";
/// Where it and its linker are from.
pub(super) const PACKAGES: &str = "clang-19 lld-19";

/// WebAssembly 1.0 with sign extension: scalar code without bulk memory, as what the VM gets is.
const WASM: [&str; 6] =
    ["--target=wasm32", "-O2", "-fno-vectorize", "-fno-slp-vectorize", "-mno-bulk-memory", "-nostdlib"];

/// Which interpreter and which compiler.
pub(super) fn version() -> Result<String, String> {
    let lock = include_str!("../../../Cargo.lock");
    let row = lock.lines().skip_while(|row| *row != "name = \"wasmi\"").nth(1).unwrap_or_default();
    let clang = first_line(Command::new(CLANG).arg("--version"), PACKAGES)?;
    Ok(format!("wasmi {} on code of {clang}", row.trim_start_matches("version = ").trim_matches('"')))
}

/// Compiles the kernel and instantiates it; a call measures the call of the export alone.
pub(super) fn prepare(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    let bytes = compile(&kernel.name, scratch)?;
    let engine = Engine::default();
    let said = |error: wasmi::Error| error.to_string();
    let module = Module::new(&engine, &bytes).map_err(said)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).map_err(said)?;
    let export = format!("k_{}", kernel.name);
    let function = instance.get_typed_func::<u32, u32>(&store, &export).map_err(said)?;
    Ok(Some(Box::new(move |n| {
        let start = cpu_seconds();
        let checksum = function.call(&mut store, n).map_err(said)?;
        Ok(Run { checksum, seconds: cpu_seconds() - start })
    })))
}

fn compile(name: &str, scratch: &Path) -> Result<Vec<u8>, String> {
    let module = scratch.join(format!("{name}.wasm"));
    let mut clang = Command::new(CLANG);
    clang.args(WASM).args(FREESTANDING).arg("-Wl,--no-entry").arg(format!("-Wl,--export=k_{name}"));
    output(clang.arg("-o").arg(&module).arg(kernel::folder().join(format!("{name}.c"))), PACKAGES)?;
    std::fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))
}
