//! Firmware in QEMU: the board `microbit`, whose nRF51 has a Cortex-M0 with exceptions, SysTick, serial port, timers and pins.
//!
//! QEMU is a process of this machine. It counts instructions and not cycles, models some devices of the chip and is
//! silent about accesses to others, and executes instructions that the processor does not have: it is a second opinion on
//! results and output, and no judge of what is legal.
//!
//! | file | |
//! |---|---|
//! | `command` | how QEMU is started |
//! | `run` | runs firmware to its end |
//! | `gdb` | a client of the debugger's protocol |
//! | `session` | single functions of firmware, called one after the other |

mod command;
mod gdb;
mod run;
mod session;

pub use command::{Debugger, PROGRAM, command};
pub use run::{End, Host, Run, run};
pub use session::{Options, Session, Stop};
