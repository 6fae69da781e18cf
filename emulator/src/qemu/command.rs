//! How QEMU is started.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

/// Bytes of flash and of RAM that the board has.
pub(super) const FLASH_BYTES: u32 = 0x4_0000;
pub(super) const RAM_BYTES: u32 = 0x4000;

/// The program.
pub const PROGRAM: &str = "qemu-system-arm";

/// Where a debugger can come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Debugger {
    /// A port of this machine; the program waits for it.
    Port(u16),
    /// A socket in the file system; the program waits for it.
    Socket(OsString),
}

/// The command that runs an image. Its serial port and what it writes by semihosting to its output are standard input and
/// output; what it writes to the debugger's channel or its error output is standard error. Its exit status is the
/// program's.
pub fn command(image: &Path, arguments: &[Vec<u8>], debugger: Option<&Debugger>) -> Command {
    let mut command = without_image(arguments, debugger);
    command.arg("-kernel").arg(image);
    command
}

/// The same for a board whose flash is empty.
pub(super) fn without_image(arguments: &[Vec<u8>], debugger: Option<&Debugger>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["-M", "microbit", "-display", "none", "-monitor", "none"]);
    command.args(["-chardev", "stdio,id=serial,signal=on", "-serial", "chardev:serial"]);
    // Without this the timer follows the clock on the wall.
    command.args(["-icount", "0"]);
    command.arg("-semihosting-config").arg(semihosting(arguments));
    match debugger {
        Some(Debugger::Port(port)) => {
            command.arg("-S").arg("-gdb").arg(format!("tcp:127.0.0.1:{port}"));
        }
        Some(Debugger::Socket(path)) => {
            let mut socket = OsString::from("socket,id=debugger,server=on,wait=off,path=");
            socket.push(escaped(path));
            command.arg("-S").arg("-chardev").arg(socket).args(["-gdb", "chardev:debugger"]);
        }
        None => {}
    }
    command
}

/// Gives the board another size of flash and RAM, in bytes.
pub(super) fn set_memory(command: &mut Command, flash: u32, ram: u32) {
    command.arg("-global").arg(format!("nrf51-soc.flash-size={flash}"));
    command.arg("-global").arg(format!("nrf51-soc.sram-size={ram}"));
}

/// The arguments of the program stand in an option; a comma ends them unless it is doubled.
fn semihosting(arguments: &[Vec<u8>]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    let mut option = OsString::from("enable=on,target=native");
    for argument in arguments {
        option.push(",arg=");
        option.push(escaped(OsStr::from_bytes(argument)));
    }
    option
}

fn escaped(text: &OsStr) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let doubled =
        text.as_bytes().iter().flat_map(|&byte| std::iter::repeat_n(byte, 1 + usize::from(byte == b',')));
    OsString::from_vec(doubled.collect())
}
