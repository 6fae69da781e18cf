//! Why a file cannot be written.

use crate::firmware::Budget;

/// Why a file cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing defines a symbol that is used.
    #[error("`{user}` uses `{symbol}`, which nothing defines")]
    Undefined {
        /// The symbol.
        symbol: String,
        /// The function or data object that uses it.
        user: String,
    },
    /// A function is used that the artifact has no code of: one that runs in the VM only.
    #[error("`{user}` uses the function `{symbol}`, which has no machine code")]
    NoCode {
        /// The function.
        symbol: String,
        /// What uses it.
        user: String,
    },
    /// A name holds a zero byte, which ends names in ELF.
    #[error("the name {name:?} holds a zero byte, and so cannot be a symbol or section of an object file")]
    ZeroByte {
        /// The name.
        name: String,
    },
    /// A data object that has no layout, or an initial value of another shape; none such verifies.
    #[error("the data object `{0}` has no layout, or an initial value of another shape")]
    Malformed(String),
    /// An artifact that does not fit its module: an emitter's mistake.
    #[error("the machine code of `{0}` does not fit its module")]
    Artifact(String),
    /// Code and data do not fit in 2 GiB, which is all that the small code model reaches.
    #[error("code and data do not fit in 2 GiB")]
    TooLarge,
    /// Two modules do not belong together.
    #[error("the modules `{0}` and `{1}` were made for different {2}")]
    Mixed(String, String, &'static str),
    /// A program cannot begin with a function.
    #[error("a program cannot begin with `{0}`: it needs no parameters, and no result or an i32")]
    Entry(String),
    /// A relocation whose result does not fit its field, or whose instruction cannot be rewritten.
    #[error("a relocation in `{user}` to `{symbol}` is out of reach")]
    Reach {
        /// What is used.
        symbol: String,
        /// What uses it.
        user: String,
    },
    /// A region of memory has not enough room.
    #[error("{0}")]
    Memory(Box<Budget>),
    /// A target for which there are no images of memory.
    #[error("`{0}` is no target for firmware: programs for it are executables")]
    NoFirmware(String),
    /// A function with the mark `interrupt` whose name is no handler's; the names that are.
    #[error("`{0}` is marked `interrupt`, but handles no exception of the machine: name it as one of {1}")]
    NoHandler(String, String),
    /// Two functions for one exception.
    #[error("`{0}` and `{1}` handle the same exception")]
    TwoHandlers(String, String),
    /// A limit of the file format.
    #[error("the file cannot be written: {0}")]
    Format(String),
}

impl From<::object::write::Error> for Error {
    fn from(error: ::object::write::Error) -> Error {
        Error::Format(error.to_string())
    }
}

impl From<gimli::write::Error> for Error {
    fn from(error: gimli::write::Error) -> Error {
        Error::Format(error.to_string())
    }
}
