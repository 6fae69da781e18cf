//! What can be wrong with a container.

use super::container::{HEADER, MAX_BYTES, VERSION};
use thiserror::Error;

/// Why bytes are no module in binary form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BinaryError {
    /// Something else.
    #[error("byte 0: expected the mark \\x89NIR of a module in binary form")]
    Magic,
    /// The name is right and the line ends behind it are not.
    #[error("byte 4: the file was changed as if it were text; transfer it as binary")]
    TransferredAsText,
    /// It ends within the header.
    #[error("byte {actual}: expected a header of {HEADER} bytes, found the end of the file")]
    Cut {
        /// How many bytes there are.
        actual: usize,
    },
    /// Another version of the format.
    #[error("byte 8: expected version {VERSION} of the format, found version {found}; build the module again")]
    Version {
        /// Its version.
        found: u16,
    },
    /// Its numbers are those of other tables.
    #[error(
        "byte 10: the module was written under another contract, with the digest {}; build it again",
        hex(.found)
    )]
    Contract {
        /// The digest of the contract it was written under.
        found: [u8; 32],
    },
    /// It says that it is longer than any container may be.
    #[error("byte 42: the file should have {declared} bytes, more than the {MAX_BYTES} that it may have")]
    TooLarge {
        /// The length that the header gives, header and checksum counted.
        declared: u64,
    },
    /// It is shorter or longer than it says.
    #[error("byte 42: the file should have {declared} bytes, found {actual}: it was cut off or added to")]
    Length {
        /// The length that the header gives, header and checksum counted.
        declared: u64,
        /// The length it has.
        actual: usize,
    },
    /// Some byte is not what was written.
    #[error("byte {offset}: the checksum does not fit the bytes before it: the file was damaged")]
    Checksum {
        /// Where the checksum stands.
        offset: usize,
    },
    /// It holds a module that was read from text with errors.
    #[error("byte {HEADER}: the module was read from a text with errors; build it again without them")]
    Damaged,
    /// The checksum fits, and yet the bytes are no module: whatever wrote them does not know the format.
    #[error("byte {offset}, {section}: expected {expected}, found {found}")]
    Content {
        /// Where.
        offset: usize,
        /// In which section.
        section: &'static str,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: Found,
    },
}

/// What stands where something else was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Found {
    /// A number.
    #[error("{0}")]
    Number(u64),
    /// No more bytes in the section.
    #[error("the end of the section")]
    End,
    /// More bytes.
    #[error("more bytes")]
    More,
    /// Something that stands earlier already.
    #[error("one that stands there already")]
    Repeated,
    /// Bytes of no meaning.
    #[error("other bytes")]
    Other,
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
