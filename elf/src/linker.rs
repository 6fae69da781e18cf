//! The system's linker, by way of its C compiler, which knows the C library.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The command that makes an executable of objects and the C library: `$CC`, or `cc` without it. `arguments` go to it
/// behind the objects: libraries, for instance.
pub fn link_command(objects: &[&Path], output: &Path, arguments: &[OsString]) -> Command {
    let compiler = std::env::var_os("CC").filter(|name| !name.is_empty()).unwrap_or_else(|| OsString::from("cc"));
    let mut command = Command::new(compiler);
    // Objects are made for fixed addresses, and the linker's own numbers would differ between runs of the same inputs.
    command.args(["-no-pie", "-Wl,--build-id=none"]).args(objects).args(arguments).arg("-o").arg(output);
    command
}
