//! Programs outside this one: compilers, and engines in a process of their own.

use super::Run;
use std::io::ErrorKind;
use std::process::Command;

/// What a program prints, when it ends well. The error says what to install when it is missing.
pub(super) fn output(command: &mut Command, package: &str) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            format!("{program} is missing; Debian and Ubuntu have it as `apt-get install {package}`")
        }
        _ => format!("{program}: {error}"),
    })?;
    if !output.status.success() {
        return Err(format!("{program}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first line of what a program prints.
pub(super) fn first_line(command: &mut Command, package: &str) -> Result<String, String> {
    Ok(output(command, package)?.lines().next().unwrap_or_default().to_string())
}

/// Reads the last line that a host prints: the checksum and the nanoseconds of CPU time it measured itself.
pub(super) fn last_run(printed: &str) -> Result<Run, String> {
    let parse = || {
        let (checksum, nanos) = printed.lines().next_back()?.split_once(' ')?;
        let seconds = nanos.parse::<f64>().ok()? * 1e-9;
        Some(Run { checksum: checksum.parse().ok()?, seconds })
    };
    parse().ok_or_else(|| format!("the host printed no checksum and time: {printed:?}"))
}
