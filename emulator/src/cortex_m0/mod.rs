//! A Cortex-M0 (ARMv6-M) with memory of its own and a bus of devices.
//!
//! Unicorn executes instructions that compute, load, store and branch. Everything else is ours, after the architecture's
//! manual (ARM DDI 0419): exceptions, priorities, the system timer, sleep, special registers, semihosting; and so are
//! cycles, by the table of the crate `thumb`. Unicorn has neither of these, and its M-class mode stays a Cortex-M33
//! whatever model is set, so the machine runs in plain Thumb mode with the model Cortex-M0, which is asserted. It executes
//! `CBZ` and `IT` even so: what is an instruction is therefore decided by the crate `thumb`, before each one.
//!
//! A run depends on nothing but what the machine was given: there is no clock but the count of cycles.
//!
//! | file | |
//! |---|---|
//! | `settings` | what a machine is made of |
//! | `machine` | memory, registers, calls; what others see |
//! | `run` | from one instruction boundary to the next |
//! | `step` | what is looked at before each instruction |
//! | `code` | instructions by address |
//! | `access` | volatile accesses |
//! | `exception` | entry to handlers and return from them |
//! | `special` | instructions that are not Unicorn's |
//! | `semihost` | requests of the program to the host |
//! | `plan` | what shall happen at a given instruction |
//! | `profile` | how often each instruction ran, and how long it took |
//! | `stop` | why a run ended |

mod access;
mod code;
mod exception;
mod machine;
mod plan;
mod profile;
mod run;
mod semihost;
mod settings;
mod special;
mod state;
mod step;
mod stop;

pub use machine::{LR, Machine, PC, SP, Snapshot};
pub use plan::Event;
pub use profile::{Count, Profile};
pub use settings::{Clock, Console, Limits, Memory, NRF51, Settings};
pub use stop::{Fault, Stop};
