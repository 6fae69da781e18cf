//! The device models. Those of the nRF51 follow its reference manual; their registers are words.

mod events;
mod gpio;
mod plain;
mod scripted;
mod timer;
mod uart;

pub use gpio::Gpio;
pub use plain::Plain;
pub use scripted::{Mismatch, Scripted};
pub use timer::Timer;
pub use uart::Uart;

use crate::access::Width;
use crate::fault::Fault;

/// Refuses what is no access to a whole word.
fn check_word(offset: u64, width: Width) -> Result<(), Fault> {
    match width {
        Width::Four if offset.is_multiple_of(4) => Ok(()),
        Width::Four => Err(Fault::NoRegister),
        _ => Err(Fault::Width),
    }
}

/// The place in an array of words that begins at `first`.
fn index(offset: u64, first: u64) -> usize {
    ((offset - first) / 4) as usize
}
