//! The program `nir`. Everything is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    nir::run(std::env::args_os())
}
