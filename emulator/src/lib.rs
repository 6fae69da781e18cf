//! Programs on emulated processors, so that what they do can be seen from outside.
//!
//! | folder | |
//! |---|---|
//! | `x86_64` | static executables on Unicorn, under as much of Linux as the host runtime uses |
//! | `cortex_m0` | firmware, and single functions, on Unicorn with exceptions and a timer of ours |
//! | `coverage` | which lines of the source ran |
//! | `backtrace` | where firmware stopped, and the calls that led there |
//! | `qemu` | the same in QEMU, as a process: with devices of its own, and a debugger's stub |
//!
//! What runs sees nothing of this machine, and does the same each time. Unicorn is part of the program that holds this
//! crate with the feature `unicorn`.

mod backtrace;
#[cfg(feature = "unicorn")]
pub mod cortex_m0;
pub mod coverage;
mod error;
mod firmware;
pub mod qemu;
mod sections;
#[cfg(feature = "unicorn")]
pub mod x86_64;

pub use backtrace::{Backtrace, Place, Registers, Site};
pub use error::Error;
pub use firmware::{Firmware, Segment, Symbol};
