//! The devices of a call: one that follows the script of its directives, the processor's own if they are wanted, and interrupts.

use devices::{Bus, FIRST_LINE, NRF51_LINES, Scripted};
use directive::{Call, End};
use elf::firmware::vector;
use native_ir::{Func, Module, Trap};

/// The name of the scripted device on the bus.
const SCRIPT: &str = "script";

/// How many interrupt lines there are.
const LINES: u16 = 32;

/// The handlers of the calls of a file, by exception: those with the name of one, if a call wants the processor's own devices;
/// those of directives, each with a line of its own if its name gives it none.
///
/// # Errors
/// There are more than lines.
pub(super) fn handlers(module: &Module, calls: &[&Call]) -> Result<Vec<(u16, Func)>, String> {
    let mut handlers: Vec<(u16, Func)> = Vec::new();
    let has = |handlers: &[(u16, Func)], number: u16| handlers.iter().any(|(other, _)| *other == number);
    if calls.iter().any(|call| call.world.core) {
        for (func, function) in module.functions.iter().filter(|(_, function)| function.interrupt) {
            let number = vector(module.symbol_name(function.symbol), &NRF51_LINES);
            handlers.extend(number.filter(|number| !has(&handlers, *number)).map(|number| (number, func)));
        }
    }
    for &(_, handler) in calls.iter().flat_map(|call| &call.world.interrupts) {
        if line(&handlers, handler).is_none() {
            let free = (FIRST_LINE..FIRST_LINE + LINES).find(|number| !has(&handlers, *number));
            let number = free.ok_or_else(|| format!("there are more handlers than the {LINES} lines"))?;
            handlers.push((number, handler));
        }
    }
    Ok(handlers)
}

/// The interrupt line of a handler.
fn line(handlers: &[(u16, Func)], handler: Func) -> Option<u16> {
    handlers.iter().filter(|(_, func)| *func == handler).find_map(|(number, _)| number.checked_sub(FIRST_LINE))
}

/// The bus of a call, whose file has these handlers.
///
/// # Errors
/// An interrupt does not fit; why.
pub(super) fn bus(call: &Call, handlers: &[(u16, Func)]) -> Result<Bus, String> {
    let mut bus = if call.world.core { devices::armv6m() } else { Bus::new() };
    let script = Scripted::new(call.world.mmio.clone());
    bus.map_rest(SCRIPT, Box::new(script)).map_err(|error| error.to_string())?;
    for &(before, handler) in &call.world.interrupts {
        if let Some(line) = line(handlers, handler) {
            bus.inject(before, line).map_err(|error| error.to_string())?;
        }
    }
    Ok(bus)
}

/// Where the accesses that were made on a bus are not those of the script.
pub(super) fn mismatch(call: &Call, bus: &Bus) -> Option<String> {
    let script = bus.device::<Scripted>(SCRIPT).map_or(Ok(()), Scripted::finish);
    // The access that found no device is the one that the directive expects.
    let expected = |none: bool| none && call.end == End::Traps(Trap::UnmappedMmio);
    script.err().filter(|mismatch| !expected(mismatch.expected.is_none())).map(|mismatch| mismatch.to_string())
}
