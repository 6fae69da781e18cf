//! The devices of a call: one that follows the script of its directives, and interrupts.

use devices::{Bus, Scripted};
use directive::{Call, End};
use native_ir::{Func, Trap};

/// The name of the scripted device on the bus.
const SCRIPT: &str = "script";

/// The handlers of a call, each with an interrupt line of its own.
pub(super) fn handlers(call: &Call) -> Vec<(u16, Func)> {
    let mut handlers: Vec<(u16, Func)> = Vec::new();
    for &(_, handler) in &call.world.interrupts {
        if !handlers.iter().any(|(_, other)| *other == handler) {
            handlers.push((handlers.len() as u16, handler));
        }
    }
    handlers
}

/// The bus of a call.
///
/// # Errors
/// An interrupt does not fit; why.
pub(super) fn bus(call: &Call, handlers: &[(u16, Func)]) -> Result<Bus, String> {
    let mut bus = Bus::new();
    let script = Scripted::new(call.world.mmio.clone());
    bus.map_rest(SCRIPT, Box::new(script)).map_err(|error| error.to_string())?;
    for &(before, handler) in &call.world.interrupts {
        for &(line, _) in handlers.iter().filter(|(_, other)| *other == handler) {
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
