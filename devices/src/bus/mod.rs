//! The bus: leads each access to its device, counts and traces it, keeps the time, and says which interrupt is next.

mod defects;
mod exceptions;
mod injections;
mod map;
mod processor;
mod tick;
mod trace;

pub use exceptions::{FIRST_LINE, HARD_FAULT, SUPERVISOR_CALL};
pub use map::{LineError, MapError};

use crate::access::{Access, Attempt, Width};
use crate::device::Device;
use crate::fault::{BusFault, Fault};
use defects::Defects;
use exceptions::Exceptions;
use injections::Injections;
use map::{Map, Model, Port, Region};
use std::any::Any;
use tick::Tick;
use trace::Trace;

/// Devices at their addresses, and interrupts.
///
/// A device's interrupt becomes pending when the device begins to ask for it, stays so until it is taken, and becomes
/// pending again at the end of its handler if the device still asks.
#[derive(Default)]
pub struct Bus {
    map: Map,
    exceptions: Exceptions,
    tick: Option<Tick>,
    injections: Injections,
    defects: Defects,
    trace: Trace,
    accesses: u64,
    now: u64,
}

/// Putting devices on the bus and reaching them.
impl Bus {
    /// A bus without devices: each access is a fault.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a device on the bus, from the address `base` on, `size` bytes long, with the interrupt line that it raises.
    ///
    /// # Errors
    /// The device is empty, goes past the last address, overlaps another or has its name; the line does not exist.
    pub fn map(
        &mut self,
        name: &str,
        base: u64,
        size: u64,
        device: Box<dyn Device>,
        line: Option<u16>,
    ) -> Result<(), MapError> {
        if let Some(line) = line {
            self.check_line(line)?;
        }
        self.map.insert(Region::new(name, base, size, port(device, line))?)?;
        self.sample_all();
        Ok(())
    }

    /// Puts a device on the bus that answers wherever no other is; its offsets are addresses.
    ///
    /// # Errors
    /// There is such a device already, or one with its name.
    pub fn map_rest(&mut self, name: &str, device: Box<dyn Device>) -> Result<(), MapError> {
        let region = Region { name: name.to_string(), base: 0, last: u64::MAX, model: port(device, None) };
        self.map.set_rest(region)
    }

    /// Puts the registers of an interrupt controller on the bus, named `NVIC`: that of ARMv6-M, whose first register,
    /// ISER, is at `base` (0xe000e100 on a Cortex-M). From then on a line is off until the program turns it on.
    ///
    /// # Errors
    /// It overlaps a device; there is one already; a device has a line that the controller has not.
    pub fn map_controller(&mut self, base: u64) -> Result<(), MapError> {
        let missing =
            self.map.ports().filter_map(|(_, port)| port.line).find(|line| *line >= exceptions::CONTROLLED);
        if let Some(line) = missing {
            return Err(LineError(line).into());
        }
        self.map.insert(Region::new("NVIC", base, exceptions::CONTROLLER_SIZE, Model::Controller)?)?;
        self.exceptions.add_controller();
        Ok(())
    }

    /// Puts a device of a fixed machine on the bus, unchecked: the machine's tests call `is_sound`.
    pub(crate) fn place(&mut self, name: &str, base: u64, last: u64, device: Box<dyn Device>, line: Option<u16>) {
        self.map.place(Region { name: name.to_string(), base, last, model: port(device, line) });
    }

    /// Puts the controller of a fixed machine on the bus, unchecked like the devices.
    pub(crate) fn place_controller(&mut self, base: u64) {
        let last = base + (exceptions::CONTROLLER_SIZE - 1);
        self.map.place(Region { name: "NVIC".to_string(), base, last, model: Model::Controller });
        self.exceptions.add_controller();
    }

    /// Puts the system timer and the system control block of a fixed machine on the bus, unchecked like the devices.
    pub(crate) fn place_system(&mut self) {
        for (name, base, size, model) in processor::SYSTEM {
            self.map.place(Region { name: name.to_string(), base, last: base + (size - 1), model: model() });
        }
        self.begin_system();
    }

    /// Whether a fixed machine could have been put together with checks.
    #[cfg(test)]
    pub(crate) fn is_sound(&self) -> bool {
        self.map.is_sound()
            && self.map.ports().filter_map(|(_, port)| port.line).all(|line| self.exceptions.line_exists(line))
    }

    /// The device of this name, if it has this type.
    pub fn device<D: Device>(&self, name: &str) -> Option<&D> {
        let (_, port) = self.map.ports().find(|(other, _)| *other == name)?;
        let device: &dyn Any = port.device.as_ref();
        device.downcast_ref()
    }

    /// Does something to the device of this name from outside, if it has this type, and looks then whether it asks for its
    /// interrupt.
    pub fn with<D: Device, R>(&mut self, name: &str, change: impl FnOnce(&mut D) -> R) -> Option<R> {
        let (_, port) = self.map.ports_mut().find(|(other, _)| *other == name)?;
        let device: &mut dyn Any = port.device.as_mut();
        let result = change(device.downcast_mut()?);
        sample(port, &mut self.exceptions, &mut self.defects);
        Some(result)
    }

    /// Everything back to the state after power-on, the count of accesses and the time too. Planned interrupts come again,
    /// and the trace begins again.
    pub fn reset(&mut self) {
        self.accesses = 0;
        self.now = 0;
        self.exceptions.reset();
        self.tick = self.tick.take().map(|_| Tick::default());
        self.injections.restart();
        self.defects.restart();
        self.trace.restart();
        for (_, port) in self.map.ports_mut() {
            port.device.reset();
        }
        self.sample_all();
    }
}

/// Accesses.
impl Bus {
    /// To be called before each access: makes the interrupts pending that are planned for it, and says whether one is to be
    /// taken first. Calling it twice does no harm.
    #[inline]
    pub fn prepare(&mut self) -> bool {
        if self.injections.is_due(self.accesses) {
            self.raise_injected();
        }
        self.pending()
    }

    /// Reads a register.
    ///
    /// # Errors
    /// No device is there, or it refuses the access, which then was not made.
    pub fn read(&mut self, address: u64, width: Width) -> Result<u64, BusFault> {
        self.access(Attempt { address, width, written: None })
    }

    /// Writes a register; bits of the value above the width are dropped.
    ///
    /// # Errors
    /// No device is there, or it refuses the access, which then was not made.
    pub fn write(&mut self, address: u64, width: Width, value: u64) -> Result<(), BusFault> {
        self.access(Attempt { address, width, written: Some(value & width.mask()) }).map(|_| ())
    }

    fn access(&mut self, attempt: Attempt) -> Result<u64, BusFault> {
        self.prepare();
        let region = self.map.find(attempt).ok_or(BusFault::Unmapped { attempt })?;
        let offset = attempt.address - region.base;
        let result = match &mut region.model {
            Model::Port(port) => port.access(offset, attempt),
            Model::Controller => self.exceptions.access(offset, attempt),
            Model::Control => self.exceptions.access_control(offset, attempt),
            Model::Tick => self.tick.as_mut().map_or(Err(Fault::NoRegister), |tick| tick.access(offset, attempt)),
        };
        let refused = |fault| BusFault::Device { attempt, device: region.name.clone(), fault };
        let value = self.defects.reads(attempt.address, result.map_err(refused)?) & attempt.width.mask();
        match &mut region.model {
            Model::Port(port) => sample(port, &mut self.exceptions, &mut self.defects),
            Model::Controller => self.sample_all(),
            Model::Control | Model::Tick => {}
        }
        self.accesses += 1;
        self.trace.note(attempt.made(value));
        Ok(value)
    }

    /// How many accesses were made.
    pub fn accesses(&self) -> u64 {
        self.accesses
    }
}

/// Tracing.
impl Bus {
    /// Keeps the accesses from here on, up to a limit.
    pub fn record(&mut self, limit: usize) {
        self.trace = Trace::Kept { accesses: Vec::new(), limit, dropped: 0 };
    }

    /// Calls a function for each access from here on, as it is made.
    pub fn stream(&mut self, function: Box<dyn FnMut(Access) + Send>) {
        self.trace = Trace::Handed(function);
    }

    /// Ends tracing; what was kept is gone.
    pub fn trace_off(&mut self) {
        self.trace = Trace::Off;
    }

    /// The accesses that were kept.
    pub fn trace(&self) -> &[Access] {
        if let Trace::Kept { accesses, .. } = &self.trace { accesses } else { &[] }
    }

    /// How many accesses were not kept because of the limit.
    pub fn untraced(&self) -> u64 {
        if let Trace::Kept { dropped, .. } = &self.trace { *dropped } else { 0 }
    }
}

/// Interrupts and time.
impl Bus {
    /// Plans an interrupt: before the `before`-th access, counted from 1, the line becomes pending. When that access was
    /// made already (or for 0) it is the next one. What `sleep` does about it stands there.
    ///
    /// # Errors
    /// The line does not exist.
    pub fn inject(&mut self, before: u64, line: u16) -> Result<(), LineError> {
        self.check_line(line)?;
        self.injections.plan(before.saturating_sub(1), line);
        Ok(())
    }

    /// Whether an interrupt is planned for the next access and not pending yet.
    #[inline]
    pub fn is_due(&self) -> bool {
        self.injections.is_due(self.accesses)
    }

    /// Whether an interrupt is to be taken: a flag, cheap enough to be polled.
    #[inline]
    pub fn pending(&self) -> bool {
        self.exceptions.ready()
    }

    /// The line whose handler is to run now: of those that are pending and on, that of the highest priority, then of the
    /// lowest number. While a handler runs, only one of a higher priority interrupts it.
    pub fn take_interrupt(&mut self) -> Option<u16> {
        self.take_exception()?.checked_sub(FIRST_LINE)
    }

    /// To be called when a handler returns: ends the last interrupt that was taken, and says which it was.
    pub fn end_interrupt(&mut self) -> Option<u16> {
        self.end_exception()?.checked_sub(FIRST_LINE)
    }

    /// Makes a line pending, as a device does.
    ///
    /// # Errors
    /// The line does not exist.
    pub fn raise(&mut self, line: u16) -> Result<(), LineError> {
        self.check_line(line)?;
        self.exceptions.raise(FIRST_LINE + line);
        Ok(())
    }

    /// Lets time pass, in steps of a 16 MHz clock.
    pub fn advance(&mut self, steps: u64) {
        self.now = self.now.saturating_add(steps);
        for (_, port) in self.map.ports_mut() {
            port.device.advance(steps);
            sample(port, &mut self.exceptions, &mut self.defects);
        }
        if self.tick.as_mut().is_some_and(|tick| tick.advance(steps)) {
            self.exceptions.raise(exceptions::TICK);
        }
    }

    /// The time since the start or reset, in steps.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// After how many steps a device will raise a line that is on, when nothing but time passes.
    pub fn next_interrupt(&self) -> Option<u64> {
        let on = |port: &&Port| port.line.is_some_and(|line| self.exceptions.is_line_enabled(line));
        let ports = self.map.ports().map(|(_, port)| port).filter(on);
        let tick = self.tick.as_ref().and_then(Tick::next_exception);
        ports.filter_map(|port| port.device.next_interrupt()).chain(tick).min()
    }

    /// Sleeps until an interrupt is to be taken. Time passes until a device raises one. When none ever will, an interrupt
    /// that is planned before the next access comes now, as a program that sleeps makes no access. `false` means that
    /// nothing will ever wake the program.
    pub fn sleep(&mut self) -> bool {
        // A device that asks says no more when it will, and the timer's exception stays pending: each can fail to wake the
        // program only once.
        for _ in 0..self.map.ports().count() + 1 {
            match self.next_interrupt() {
                Some(steps) if !self.pending() => self.advance(steps),
                _ => break,
            }
        }
        self.pending() || self.prepare()
    }

    fn check_line(&self, line: u16) -> Result<(), LineError> {
        if self.exceptions.line_exists(line) { Ok(()) } else { Err(LineError(line)) }
    }

    #[cold]
    fn raise_injected(&mut self) {
        while let Some(line) = self.injections.take(self.accesses) {
            self.exceptions.raise(FIRST_LINE + line);
        }
    }

    fn sample_all(&mut self) {
        for (_, port) in self.map.ports_mut() {
            sample(port, &mut self.exceptions, &mut self.defects);
        }
    }
}

fn port(device: Box<dyn Device>, line: Option<u16>) -> Model {
    Model::Port(Port { device, line, level: false, lost: false })
}

/// Makes a device's line pending if it asks for its interrupt. While its handler runs, only a fresh request counts.
fn sample(port: &mut Port, exceptions: &mut Exceptions, defects: &mut Defects) {
    let Some(line) = port.line else { return };
    let before = std::mem::replace(&mut port.level, port.device.interrupt());
    port.lost &= port.level;
    if port.level && !before {
        port.lost = defects.loses(line);
    }
    if port.level && !port.lost && (!before || !exceptions.is_active(FIRST_LINE + line)) {
        exceptions.raise(FIRST_LINE + line);
    }
}
