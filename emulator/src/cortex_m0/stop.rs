//! Why a run ended.

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The address that was waited for is next.
    Reached,
    /// A trap: the instruction `udf #code` at this address.
    Trap {
        /// Its number, the column `code` of the table of traps.
        code: u8,
        /// Its address.
        address: u32,
    },
    /// Something else that the processor cannot do.
    Fault {
        /// What, in words.
        what: String,
        /// The address of the instruction.
        address: u32,
    },
    /// A volatile access that the bus refused, in words.
    Hardware(String),
    /// As many instructions as were allowed.
    Limit,
}
