//! Why a program cannot be run.

/// Why a program cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no ELF file, or a damaged one.
    #[error("the program is no ELF executable: {0}")]
    Format(String),
    /// It is for another machine, or needs a loader.
    #[error("the program is not a static executable for x86-64: {0}")]
    Unsupported(&'static str),
    /// Segments, stack or registers lie where something else does.
    #[error("{0} cannot be mapped at {1:#x}")]
    Map(&'static str, u64),
    /// The arguments do not fit on the stack, or hold a zero byte.
    #[error("the program's arguments are too long, or hold a zero byte")]
    Arguments,
    /// The emulator itself failed.
    #[error("the emulator failed: {0}")]
    Emulator(String),
    /// QEMU cannot be started, or does not do what it should.
    #[error("QEMU: {0}")]
    Qemu(String),
}
