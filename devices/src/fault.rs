//! What an access can fail with. An access that fails was not made: it is neither counted nor traced.

use crate::access::Attempt;
use std::io;
use thiserror::Error;

/// Why a device refuses an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// No register begins at this offset.
    #[error("no register is there")]
    NoRegister,
    /// The device's registers have another width.
    #[error("its registers have another width")]
    Width,
    /// A write to a register that can only be read.
    #[error("the register is read-only")]
    ReadOnly,
    /// A read of a register that can only be written.
    #[error("the register is write-only")]
    WriteOnly,
    /// Not the access that the script expects next; the script holds the mismatch.
    #[error("the script expects another access")]
    Script,
    /// The host could not take what the program sent.
    #[error("the host's output failed: {0}")]
    Output(io::ErrorKind),
}

/// Why the bus refuses an access.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BusFault {
    /// No device covers all bytes of the access.
    #[error("`{attempt}`: no device is there")]
    Unmapped {
        /// The access.
        attempt: Attempt,
    },
    /// A device refuses it.
    #[error("`{attempt}`: {device}: {fault}")]
    Device {
        /// The access.
        attempt: Attempt,
        /// The device's name on the bus.
        device: String,
        /// What the device says.
        fault: Fault,
    },
}
