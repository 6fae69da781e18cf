//! Files of bitcode: an installed `llvm-dis` makes text of them.

use crate::Diagnostic;
use crate::syntax::Place;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The disassemblers that are tried, newest first; the one without a version may be older than all others.
const TOOLS: [&str; 5] = ["llvm-dis-22", "llvm-dis-21", "llvm-dis-20", "llvm-dis-19", "llvm-dis"];

/// Why there is no text of a file of bitcode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No disassembler is installed.
    #[error("this is bitcode, and no `llvm-dis` is installed that makes text of it")]
    Missing,
    /// None of those that are installed takes the file.
    #[error("this is bitcode that `{tool}` does not take: {message}")]
    Failed {
        /// The newest one that is installed.
        tool: &'static str,
        /// What it said.
        message: String,
    },
}

impl Error {
    /// The diagnostic for a file, by its index.
    pub fn diagnostic(&self, file: usize) -> Diagnostic {
        diagnostic(file, self.to_string())
    }
}

/// The diagnostic for a file of bitcode of which there is no text.
pub(crate) fn diagnostic(file: usize, message: String) -> Diagnostic {
    let help = "write text instead: `clang -S -emit-llvm`, `rustc --emit=llvm-ir`; or install the `llvm-dis` of the \
                version that made the file (Debian: package llvm-19)";
    let place = Place { line: 1, column: 1 };
    Diagnostic { file, place, len: 0, rule: "LLVM/bitcode", message, help: Some(help.to_owned()) }
}

/// Whether a file is bitcode: by its first bytes, with or without a wrapper.
pub fn is_bitcode(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BC\xc0\xde") || bytes.starts_with(&0x0b17_c0de_u32.to_le_bytes())
}

/// The text of a file of bitcode, by an installed `llvm-dis`.
///
/// # Errors
/// None is installed, or none takes the file.
pub fn disassemble(path: &Path) -> Result<Vec<u8>, Error> {
    disassemble_with(&TOOLS, path)
}

fn disassemble_with(tools: &[&'static str], path: &Path) -> Result<Vec<u8>, Error> {
    let mut first = None;
    for &tool in tools {
        match Command::new(tool).arg("-o").arg("-").arg(argument(path)).output() {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let message = said.lines().next().unwrap_or("nothing is said").to_owned();
                first.get_or_insert(Error::Failed { tool, message });
            }
            Err(_) => {}
        }
    }
    Err(first.unwrap_or(Error::Missing))
}

/// A path that is not taken for an option.
fn argument(path: &Path) -> OsString {
    let path = path.as_os_str();
    if path.as_encoded_bytes().first() != Some(&b'-') {
        return path.to_owned();
    }
    let mut argument = OsString::from("./");
    argument.push(path);
    argument
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_that_are_missing_or_fail_are_told_apart() {
        let missing = disassemble_with(&["no-such-disassembler"], Path::new("x.bc"));
        assert_eq!(missing, Err(Error::Missing));
        let failed = disassemble_with(&["no-such-disassembler", "false"], Path::new("x.bc"));
        assert_eq!(failed, Err(Error::Failed { tool: "false", message: "nothing is said".to_owned() }));
        assert_eq!(disassemble_with(&["echo"], Path::new("-x")), Ok(b"-o - ./-x\n".to_vec()));
        assert_eq!(Error::Missing.diagnostic(2).rule, "LLVM/bitcode");
    }

    #[test]
    fn bitcode_is_known_by_its_first_bytes() {
        assert!(is_bitcode(b"BC\xc0\xde5\x14"));
        assert!(is_bitcode(b"\xde\xc0\x17\x0b\0\0\0\0"));
        assert!(!is_bitcode(b"BC") && !is_bitcode(b"; ModuleID") && !is_bitcode(b""));
        let errors = crate::read(0, b"BC\xc0\xde5\x14").expect_err("bitcode is no text");
        assert_eq!(errors[0].rule, "LLVM/bitcode");
    }
}
