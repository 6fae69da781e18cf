//! C made into LLVM IR by clang, and into native programs that need nothing but Linux.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crate's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What LLVM IR is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// x86-64 under Linux.
    X86,
    /// A Cortex-M0.
    M0,
}

impl Target {
    fn triple(self) -> &'static str {
        match self {
            Target::X86 => "--target=x86_64-unknown-linux-gnu",
            Target::M0 => "--target=thumbv6m-none-eabi",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::X86 => "x86_64-unknown-linux-elf",
            Target::M0 => "sim-cortex-m0",
        })
    }
}

/// The width of a native program that is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// x86-64.
    Bits64,
    /// i386 with the alignments of Arm.
    Bits32,
}

/// A program in C.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// Its files.
    pub(crate) files: Vec<PathBuf>,
    /// What clang needs to know besides the flags that all programs have.
    pub(crate) flags: Vec<String>,
    /// Whether it is linked with the C library.
    pub(crate) library: bool,
    /// Files of the native program alone.
    pub(crate) native: Vec<PathBuf>,
}

impl Source {
    /// All files, the library's too.
    fn all(&self) -> Vec<PathBuf> {
        let mut files = self.files.clone();
        if self.library {
            files.extend(sources(&root().join("libc/src")));
        }
        files
    }

    /// Makes one file of LLVM IR of each file of the program.
    ///
    /// # Errors
    /// What clang says.
    pub(crate) fn to_ir(&self, target: Target, level: &str, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let place = |(index, file): (usize, PathBuf)| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let output = folder.join(format!("{index}-{stem}-{target}{level}.ll"));
            let mut command = self.command(level);
            command.args([target.triple(), "-S", "-emit-llvm", "-o"]).arg(&output).arg(file);
            run(&mut command).map(|()| output)
        };
        self.all().into_iter().enumerate().map(place).collect()
    }

    /// Makes a native program that calls nothing but the system.
    ///
    /// # Errors
    /// What clang and the linker say.
    pub(crate) fn to_native(&self, width: Width, level: &str, folder: &Path) -> Result<PathBuf, String> {
        let output = folder.join(format!("native-{width:?}{level}"));
        let mut command = self.command(level);
        // Rounding and fused operations are instructions, not calls of the functions that are made of them.
        command.args(["-nostdlib", "-static", "-Wl,-e,host_start", "-msse4.1", "-mfma", "-o"]).arg(&output);
        let host = root().join("libc/host");
        command.args(self.all()).args(&self.native).arg(host.join("host.c"));
        if self.library {
            command.arg(host.join("start.c"));
        }
        if width == Width::Bits32 {
            command.args(["-m32", "-malign-double", "-mfpmath=sse"]).arg(host.join("wide.c"));
        }
        run(&mut command).map(|()| output)
    }

    fn command(&self, level: &str) -> Command {
        let mut command = Command::new("clang-19");
        command.arg(format!("@{}", root().join("clang-flags").display())).arg(level);
        command.arg("-isystem").arg(root().join("libc/include")).args(&self.flags);
        command
    }
}

/// The C files of a folder, in order.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    files
}

/// Runs a tool that has to succeed.
///
/// # Errors
/// What it says, or that it is not there.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let tool = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{tool} cannot be run ({error}): install clang-19 and csmith"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{tool}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
