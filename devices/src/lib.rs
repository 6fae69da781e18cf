//! Device models, the bus that they are on, and interrupts.
//!
//! A [`Bus`] leads a volatile access to the [`Device`] at its address. Given the same calls it does the same, always: there
//! is no clock but [`Bus::advance`], and no thread.
//!
//! ```
//! use devices::{Bus, Uart, Width, nrf51};
//!
//! let mut bus = nrf51(Uart::new());
//! bus.record(100);
//! bus.write(0x40002500, Width::Four, 4)?; // ENABLE
//! bus.write(0x40002008, Width::Four, 1)?; // STARTTX
//! bus.write(0x4000251c, Width::Four, 0x41)?; // TXD
//! assert_eq!(bus.device::<Uart>("UART0").map(Uart::sent), Some(&b"A"[..]));
//! assert_eq!(bus.trace()[2].to_string(), "write 0x4000251c 4 0x41");
//! # Ok::<(), devices::BusFault>(())
//! ```

mod access;
mod bus;
mod device;
mod fault;
mod models;
mod nrf51;

pub use access::{Access, AccessError, Attempt, Width};
pub use bus::{Bus, FIRST_LINE, HARD_FAULT, LineError, MapError, SUPERVISOR_CALL};
pub use device::Device;
pub use fault::{BusFault, Fault};
pub use models::{Gpio, Mismatch, Plain, Scripted, Timer, Uart};
pub use nrf51::{NRF51_LINES, armv6m, nrf51};
