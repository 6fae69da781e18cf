//! Lua's interpreter: a process for each run, which times itself.

use super::Call;
use super::kernel::Kernel;
use super::process::{first_line, last_run, output};
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = "lua5.4";

/// What the interpreter calls itself.
pub(super) fn version() -> Result<String, String> {
    first_line(Command::new(PROGRAM).arg("-v"), PROGRAM)
}

/// Calls of the program of this name in `bench/lua/`, if there is one, each in a fresh interpreter after a small call to
/// warm up.
pub(super) fn prepare(kernel: &Kernel, _scratch: &Path) -> Result<Option<Call>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lua");
    let host = folder.join("host.lua");
    if !folder.join(format!("{}.lua", kernel.name)).exists() {
        return Ok(None);
    }
    let (name, warm) = (kernel.name.clone(), kernel.small.0);
    Ok(Some(Box::new(move |n| {
        let mut command = Command::new(PROGRAM);
        command.arg(&host).arg(&name).args([warm, n].map(|n| n.to_string()));
        last_run(&output(&mut command, PROGRAM)?)
    })))
}
