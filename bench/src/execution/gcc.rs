//! Native code by GCC: one executable with all kernels, a process for each run, which times itself.

use super::kernel::{self, Kernel};
use super::process::{first_line, last_run, output};
use super::{Call, Run};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "gcc";

/// The flags of the kernels; `kernels/README.md` states them.
pub(super) const FREESTANDING: [&str; 3] = ["-ffreestanding", "-fno-builtin", "-ffp-contract=off"];
pub(super) const NATIVE: [&str; 3] = ["-fno-stack-protector", "-fno-pic", "-fno-asynchronous-unwind-tables"];

/// What the compiler calls itself.
pub(super) fn version() -> Result<String, String> {
    first_line(Command::new("gcc").arg("--version"), PACKAGE)
}

/// Compiles the kernels, unless that is done, and gives calls of one of them.
pub(super) fn prepare(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    let host = scratch.join("host");
    if !host.exists() {
        build(scratch, &host)?;
    }
    let (name, warm) = (kernel.name.clone(), kernel.small.0);
    Ok(Some(Box::new(move |n| call(&host, &name, [warm, n]))))
}

pub(super) fn call(host: &Path, name: &str, sizes: [u32; 2]) -> Result<Run, String> {
    let mut command = Command::new(host);
    last_run(&output(command.arg(name).args(sizes.map(|n| n.to_string())), PACKAGE)?)
}

/// Each kernel alone, so that none is inlined into the host, which knows the sizes no better.
fn build(scratch: &Path, host: &Path) -> Result<(), String> {
    let mut link = Command::new("gcc");
    link.args(["-O2", "-no-pie", "-o"]).arg(host).arg(kernel::folder().join("host.c"));
    for kernel in kernel::table()? {
        link.arg(object(&kernel.name, scratch)?);
    }
    output(&mut link, PACKAGE)?;
    Ok(())
}

fn object(name: &str, scratch: &Path) -> Result<PathBuf, String> {
    let object = scratch.join(format!("{name}.o"));
    let mut compile = Command::new("gcc");
    compile.arg("-O2").args(FREESTANDING).args(NATIVE).arg("-c").arg("-o").arg(&object);
    output(compile.arg(kernel::folder().join(format!("{name}.c"))), PACKAGE)?;
    Ok(object)
}
