//! The vector table: which function the processor runs for which exception (ARM DDI 0419, B1.5.2 and B1.5.3).

use crate::Error;
use native_ir::{Func, Module};

/// The table.
pub(super) const TABLE: &str = "__nir_vectors";
/// How many vectors the table has: 16 of the core, and one for each interrupt line that ARMv6-M knows.
pub(super) const VECTORS: usize = 16 + LINES as usize;
/// The first vector of an interrupt line.
const FIRST_LINE: u16 = 16;
const LINES: u16 = 32;
/// The vector of the first instruction.
pub(super) const RESET: usize = 1;
/// The vector of faults.
pub(super) const HARD_FAULT: u16 = 3;

/// The exceptions of the core that programs may handle, as CMSIS names their handlers.
const CORE: [(&str, u16); 5] = [
    ("NMI_Handler", 2),
    ("HardFault_Handler", HARD_FAULT),
    ("SVC_Handler", 11),
    ("PendSV_Handler", 14),
    ("SysTick_Handler", 15),
];

/// A function that handles an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The exception's number, which is its place in the vector table; interrupt lines begin at 16.
    pub vector: u16,
    /// The function, which has the mark `interrupt`.
    pub func: Func,
}

/// Whether the processor has an exception of this number that programs may handle.
pub(super) fn exists(vector: u16) -> bool {
    (FIRST_LINE..FIRST_LINE + LINES).contains(&vector) || CORE.iter().any(|(_, known)| *known == vector)
}

/// The number of the exception that a function of this name handles. `lines` are a device's interrupt lines, by number
/// and CMSIS name: `(2, "UART0")` makes `UART0_IRQHandler` a handler. `IRQ2_Handler` is one on any device.
pub fn vector(name: &str, lines: &[(u16, &str)]) -> Option<u16> {
    if let Some((_, vector)) = CORE.iter().find(|(known, _)| *known == name) {
        return Some(*vector);
    }
    let of_device = name.strip_suffix("_IRQHandler");
    let of_device = of_device.and_then(|name| lines.iter().find(|(_, line)| *line == name));
    let number =
        || name.strip_prefix("IRQ")?.strip_suffix("_Handler").filter(|digits| is_canonical(digits))?.parse().ok();
    let line = of_device.map(|(line, _)| *line).or_else(number)?;
    (line < LINES).then_some(FIRST_LINE + line)
}

/// Whether digits are a number without sign and needless zeros.
fn is_canonical(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
}

/// The handlers of a module: its functions with the mark `interrupt`, by their names.
///
/// # Errors
/// When such a function has no handler's name, or two handle the same exception.
pub fn handlers(module: &Module, lines: &[(u16, &str)]) -> Result<Vec<Handler>, Error> {
    let mut all: Vec<Handler> = Vec::new();
    for (func, function) in module.functions.iter().filter(|(_, function)| function.interrupt) {
        let name = module.symbol_name(function.symbol);
        let vector = vector(name, lines).ok_or_else(|| Error::NoHandler(name.to_string(), known(lines)))?;
        if let Some(other) = all.iter().find(|other| other.vector == vector) {
            let other = module.functions.get(other.func).map_or("", |other| module.symbol_name(other.symbol));
            return Err(Error::TwoHandlers(other.to_string(), name.to_string()));
        }
        all.push(Handler { vector, func });
    }
    Ok(all)
}

/// The names that handlers may have.
fn known(lines: &[(u16, &str)]) -> String {
    let core = CORE.iter().map(|(name, _)| name.to_string());
    let device = lines.iter().map(|(_, name)| format!("{name}_IRQHandler"));
    let all: Vec<String> = core.chain(["IRQ0_Handler to IRQ31_Handler".to_string()]).chain(device).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_cmsis_or_numbers_of_lines() {
        let lines = [(2, "UART0"), (8, "TIMER0"), (40, "BEYOND")];
        let of = |name| vector(name, &lines);
        assert_eq!(of("NMI_Handler"), Some(2));
        assert_eq!(of("HardFault_Handler"), Some(3));
        assert_eq!(of("SVC_Handler"), Some(11));
        assert_eq!(of("PendSV_Handler"), Some(14));
        assert_eq!(of("SysTick_Handler"), Some(15));
        assert_eq!(of("UART0_IRQHandler"), Some(18));
        assert_eq!(of("TIMER0_IRQHandler"), Some(24));
        assert_eq!((of("IRQ0_Handler"), of("IRQ31_Handler")), (Some(16), Some(47)));
        for name in
            ["IRQ32_Handler", "IRQ_Handler", "IRQ01_Handler", "IRQ+1_Handler", "BEYOND_IRQHandler", "X_IRQHandler"]
        {
            assert_eq!(of(name), None, "{name}");
        }
        assert!(exists(2) && exists(16) && exists(47));
        assert!(!exists(0) && !exists(1) && !exists(4) && !exists(12) && !exists(48));
    }
}
