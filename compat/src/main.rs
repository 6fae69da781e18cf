//! The program `native-ir-check`: the release gate, and the generator of the reference's tables.

use compat::{Tree, check, docs};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Checks that the project keeps what its contract says: tables, cases, coverage, enforcers, promises, documentation.

Usage: native-ir-check [--root DIR] [--write-docs]

  --root DIR     the source tree; without it the one around the current folder
  --write-docs   write the generated parts of the documentation instead of checking

Exit status: 0 everything holds, 1 something fell short, 2 wrong usage.
Example: native-ir-check --write-docs";

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            let _ = writeln!(io::stderr(), "native-ir-check: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<u8, String> {
    let mut root = None;
    let mut write = false;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return print(HELP).map(|()| 0),
            Some("--write-docs") => write = true,
            Some("--root") => {
                root = Some(PathBuf::from(arguments.next().ok_or("--root needs a folder")?));
            }
            _ => return Err(format!("unknown argument {}; --help shows all", argument.display())),
        }
    }
    let tree = match root {
        Some(root) => Tree::new(root),
        None => {
            let folder = std::env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
            Tree::around(&folder).ok_or("no source tree around the current folder; name one with --root")?
        }
    };
    if write {
        let written = docs::write(&tree)?;
        let said = match written.is_empty() {
            true => "the documentation is current".to_string(),
            false => format!("wrote {}", written.join(", ")),
        };
        return print(&said).map(|()| 0);
    }
    let outcome = check(&tree);
    print(&outcome.to_string())?;
    Ok(u8::from(!outcome.passed()))
}

fn print(text: &str) -> Result<(), String> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(()),
    }
}
