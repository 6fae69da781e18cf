//! What stands around a program that runs: devices, interrupts, the trace of volatile accesses.

use super::streams::{Input, Output, Serial};
use crate::arguments::{Devices, Run};
use crate::outcome::Failure;
use crate::picture;
use devices::{Bus, FIRST_LINE, NRF51_LINES, Plain, Uart};
use directive::values::CallTypes;
use elf::firmware::vector;
use native_ir::{Func, Module};
use std::io::{Read, Write};

/// The functions that handle exceptions, by the exception's number: interrupt lines begin at 16.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Handlers(pub(super) Vec<(u16, Func)>);

impl Handlers {
    /// The handlers of a module: those of the processor's own exceptions, on an nRF51 those with the vendor's names, and
    /// those that are asked for.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a function that is no handler.
    pub(super) fn new(module: &Module, arguments: &Run) -> Result<Handlers, Failure> {
        let mut handlers = Handlers::default();
        let on_chip = arguments.devices == Devices::Nrf51;
        for (func, function) in module.functions.iter().filter(|(_, function)| function.interrupt) {
            let number = vector(module.symbol_name(function.symbol), &NRF51_LINES);
            let number = number.filter(|number| on_chip || *number < FIRST_LINE);
            handlers.0.extend(number.map(|number| (number, func)));
        }
        for injection in &arguments.interrupt {
            let func = picture::find(module, &injection.handler)?;
            if CallTypes::of(module, func) != Ok(CallTypes::default()) {
                let message = format!("@{} has parameters or results, and so is no handler", injection.handler);
                return Err(Failure::Usage(message));
            }
            handlers.add(func, arguments.devices, &injection.handler)?;
        }
        Ok(handlers)
    }

    /// Gives a handler a line: on an nRF51 its own, else the next that is free.
    fn add(&mut self, func: Func, devices: Devices, name: &str) -> Result<(), Failure> {
        if self.line(func).is_some() {
            return Ok(());
        }
        if devices == Devices::Nrf51 {
            let message = format!(
                "@{name} is no interrupt handler of an nRF51, such as @UART0_IRQHandler; it needs the mark `interrupt` and \
                 such a name, or other --devices"
            );
            return Err(Failure::Usage(message));
        }
        let lines = self.0.iter().filter(|(number, _)| *number >= FIRST_LINE).count();
        self.0.push((FIRST_LINE + lines as u16, func));
        Ok(())
    }

    /// The line of a handler.
    pub(super) fn line(&self, func: Func) -> Option<u16> {
        let mut numbers = self.0.iter().filter(|(_, handler)| *handler == func);
        numbers.find_map(|(number, _)| number.checked_sub(FIRST_LINE))
    }
}

/// What wakes a program that sleeps for ever: standard input comes in at its serial port.
pub(super) fn input(arguments: &Run, output: &Output) -> impl FnMut(&mut Bus) -> bool + use<> {
    let (mut input, has_port) = (Input(output.clone()), arguments.devices == Devices::Nrf51);
    move |bus| {
        let mut bytes = [0; 256];
        let read = if has_port { input.read(&mut bytes).unwrap_or(0) } else { 0 };
        read > 0 && bus.with("UART0", |uart: &mut Uart| uart.feed(&bytes[..read])).is_some()
    }
}

/// The bus that the arguments ask for, with what is planned for it.
///
/// # Errors
/// [`Failure::Usage`] for an interrupt that the devices have not.
pub(super) fn bus(module: &Module, arguments: &Run, handlers: &Handlers, output: &Output) -> Result<Bus, Failure> {
    let unfit = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
    let mut bus = match arguments.devices {
        Devices::None => Bus::new(),
        Devices::Plain => {
            let mut bus = Bus::new();
            bus.map_rest("plain", Box::new(Plain::new())).map_err(|error| unfit(&error))?;
            bus
        }
        Devices::Nrf51 => devices::nrf51(Uart::with_output(Box::new(Serial(output.clone())))),
    };
    for injection in &arguments.interrupt {
        let line = handlers.line(picture::find(module, &injection.handler)?);
        if let Some(line) = line {
            bus.inject(injection.before, line).map_err(|error| unfit(&error))?;
        }
    }
    if arguments.trace_mmio {
        let mut output = output.clone();
        bus.stream(Box::new(move |access| {
            // What the program wrote before stands before; a trace that nobody takes stops no program.
            let _ = output.flush();
            let _ = writeln!(std::io::stderr(), ";! mmio: {access}");
        }));
    }
    Ok(bus)
}
