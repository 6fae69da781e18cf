//! A Cortex-M0 (ARMv6-M) with memory of its own and a bus of devices.
//!
//! Unicorn executes instructions; what stands around them is ours. Its M-class mode stays a Cortex-M33 whatever model is
//! set, so the machine runs in plain Thumb mode with the model Cortex-M0, which is asserted.
//!
//! | file | |
//! |---|---|
//! | `machine` | the processor, memory, registers, running |
//! | `stop` | why a run ended |

mod machine;
mod stop;

pub use machine::{LR, Machine, Memory, PC, SP};
pub use stop::Stop;
