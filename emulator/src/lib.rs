//! Programs on emulated processors (Unicorn), so that what they do can be seen from outside.
//!
//! | folder | |
//! |---|---|
//! | `x86_64` | static executables, under as much of Linux as the host runtime uses |
//! | `cortex_m0` | firmware, and single functions, on a Cortex-M0 whose exceptions and timer are ours |
//!
//! Whatever runs sees nothing of this machine, and does the same each time.

pub mod cortex_m0;
mod error;
pub mod x86_64;

pub use error::Error;
