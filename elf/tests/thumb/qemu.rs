//! Runs of images under QEMU.

use super::common::run;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a run may take.
const LIMIT: Duration = Duration::from_secs(20);

/// How a run ended: exit status, standard output, standard error.
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The command that runs an image on the board with a Cortex-M0 that QEMU has.
pub(crate) fn command(image: &Path) -> Command {
    let mut command = Command::new("qemu-system-arm");
    command.args(["-M", "microbit", "-display", "none", "-monitor", "none", "-serial", "none", "-icount", "0"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(image);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs an image to its end.
pub(crate) fn execute(image: &Path) -> Ended {
    let child = command(image).spawn();
    let mut child =
        child.unwrap_or_else(|error| panic!("qemu-system-arm cannot be run, see `make tools`: {error}"));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill().expect("it is ours");
            child.wait().expect("it ends");
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("UTF-8");
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("UTF-8");
    Ended { status, out, err }
}

/// What a tool says of a file.
pub(crate) fn tool(folder: &Path, name: &str, arguments: &[&str]) -> String {
    let output = run(folder, name, arguments);
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
