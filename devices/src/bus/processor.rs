//! What an engine uses that enters and leaves handlers of exceptions itself; and defects.

use super::Bus;
use super::exceptions::{HARD_FAULT, SLEEP_ON_EXIT, SUPERVISOR_CALL};
use super::map::{MapError, Model, Region};
use super::tick::Tick;

/// The name of a device, its first byte and its size, and how its model begins.
type Device = (&'static str, u64, u64, fn() -> Model);

/// Where the system timer and the system control block are on each Cortex-M, and their sizes (ARM DDI 0419, B3.2).
pub(super) const SYSTEM: [Device; 2] =
    [("SysTick", 0xe000_e010, 0x10, || Model::Tick), ("SCB", 0xe000_ed00, 0x40, || Model::Control)];

/// The exceptions of a processor, for an engine that enters and leaves handlers itself; numbered as in ARMv6-M.
impl Bus {
    /// Puts the system timer `SysTick` and the system control block `SCB` of ARMv6-M on the bus, at their addresses.
    ///
    /// # Errors
    /// They overlap a device, or are there already.
    pub fn map_system(&mut self) -> Result<(), MapError> {
        for (name, base, size, model) in SYSTEM {
            self.map.insert(Region::new(name, base, size, model())?)?;
        }
        self.begin_system();
        Ok(())
    }

    /// Begins the state of what was put on the bus.
    pub(super) fn begin_system(&mut self) {
        self.exceptions.add_control();
        self.tick = Some(Tick::default());
    }

    /// Whether the system timer and the system control block are on the bus.
    pub fn has_system(&self) -> bool {
        self.tick.is_some()
    }

    /// Whether there is a controller of interrupt lines on the bus.
    pub fn has_controller(&self) -> bool {
        self.exceptions.has_controller()
    }

    /// Whether an exception is to be taken now. PRIMASK holds off all but those whose priority is fixed.
    #[inline]
    pub fn interrupts(&self, primask: bool) -> bool {
        if primask { self.exceptions.urgent() } else { self.exceptions.ready() }
    }

    /// Whether the exception of `SVC` may come now; where it may not, the instruction is a fault (B1.5.4).
    pub fn takes_supervisor_call(&self, primask: bool) -> bool {
        let priority = self.exceptions.priority(SUPERVISOR_CALL);
        !primask && self.exceptions.running().is_none_or(|running| priority < running)
    }

    /// Whether the exception of a fault may come now; where it may not, in the handlers of faults and of the NMI, the
    /// processor locks up (B1.5.15).
    pub fn takes_fault(&self) -> bool {
        let priority = self.exceptions.priority(HARD_FAULT);
        self.exceptions.running().is_none_or(|running| priority < running)
    }

    /// The number of the exception that runs, as in IPSR: 0 outside of handlers.
    pub fn exception(&self) -> u16 {
        self.exceptions.current().unwrap_or(0)
    }

    /// Sets the event register, as `SEV` does.
    pub fn send_event(&mut self) {
        *self.exceptions.event() = true;
    }

    /// Whether the event register is set, which it is no more then: `WFE` goes on if it was.
    pub fn take_event(&mut self) -> bool {
        std::mem::take(self.exceptions.event())
    }

    /// The exception whose handler is to run now. [`Bus::take_interrupt`] is this for lines.
    pub fn take_exception(&mut self) -> Option<u16> {
        self.exceptions.take()
    }

    /// Begins an exception that was never pending: one that an instruction causes.
    pub fn enter_exception(&mut self, number: u16) {
        self.exceptions.enter(number);
    }

    /// Ends the last exception that was taken, and says which it was.
    pub fn end_exception(&mut self) -> Option<u16> {
        let number = self.exceptions.end();
        self.sample_all();
        number
    }

    /// Ends the last exception that was taken as if it had never been: nobody handles it. A device that still asks is
    /// heard when it is looked at next.
    pub fn dismiss_exception(&mut self) {
        self.exceptions.end();
    }

    /// The priority of an exception: the lower the number, the more urgent.
    pub fn priority(&self, exception: u16) -> i32 {
        self.exceptions.priority(exception)
    }

    /// The priority of the most urgent exception that runs; none outside of handlers.
    pub fn running(&self) -> Option<i32> {
        self.exceptions.running()
    }

    /// Whether the program asked for a reset (AIRCR); once.
    pub fn take_reset(&mut self) -> bool {
        self.exceptions.control().is_some_and(|control| std::mem::take(&mut control.reset))
    }

    /// Whether the program wants to sleep when it leaves the last handler (SCR).
    pub fn sleeps_on_exit(&self) -> bool {
        self.exceptions.sleep_control() & SLEEP_ON_EXIT != 0
    }
}

/// Defects, to see what a program makes of them. They stay over a reset.
impl Bus {
    /// From now on the bits of a mask read as in `value`, whatever a device answers at the address.
    pub fn stick(&mut self, address: u64, mask: u64, value: u64) {
        self.defects.stick(address, mask, value);
    }

    /// Loses the n-th interrupt that a device asks for on a line, counted from 1. It comes only when the device asks anew.
    pub fn lose(&mut self, line: u16, number: u64) {
        self.defects.lose(line, number);
    }
}
