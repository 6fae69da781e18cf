//! What each device model does.

use crate::access::Width;
use crate::fault::Fault;
use std::any::Any;

/// A device on the bus. It must not panic, whatever the access.
pub trait Device: Any + Send {
    /// Reads a register; `offset` is in bytes from the device's base. Bits of the answer above the width are dropped.
    ///
    /// # Errors
    /// No register is there, or it cannot be read like this.
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault>;

    /// Writes a register; `value` is zero above the width.
    ///
    /// # Errors
    /// No register is there, or it cannot be written like this.
    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault>;

    /// Lets time pass, in steps of a 16 MHz clock.
    fn advance(&mut self, _steps: u64) {}

    /// Whether the device asks for its interrupt now: a level, not an edge.
    fn interrupt(&self) -> bool {
        false
    }

    /// After how many steps, from 1, the device will ask for its interrupt when nothing but time touches it. `None` when
    /// it never will, or asks already.
    fn next_interrupt(&self) -> Option<u64> {
        None
    }

    /// Back to the state after power-on. The world outside stays: levels at pins, bytes on a line.
    fn reset(&mut self);
}
