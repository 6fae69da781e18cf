//! Which lines of the source ran: counts of instructions, which need no instrumentation, seen through debug information.

mod lcov;
mod lines;

pub use lcov::{Coverage, LineCounts};
pub use lines::{Lines, Row};
