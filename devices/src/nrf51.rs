//! The modelled part of an nRF51: what stands where, and the interrupt lines, as in its reference manual.

use crate::bus::Bus;
use crate::models::{Gpio, Timer, Uart};

/// Where the controller's first register (ISER) is on each Cortex-M.
const CONTROLLER: u64 = 0xe000_e100;

/// The interrupt lines of an nRF51 with the names that its vendor gives them: the handler of `UART0` is
/// `UART0_IRQHandler`.
pub const NRF51_LINES: [(u16, &str); 23] = [
    (0, "POWER_CLOCK"),
    (1, "RADIO"),
    (2, "UART0"),
    (3, "SPI0_TWI0"),
    (4, "SPI1_TWI1"),
    (6, "GPIOTE"),
    (7, "ADC"),
    (8, "TIMER0"),
    (9, "TIMER1"),
    (10, "TIMER2"),
    (11, "RTC0"),
    (12, "TEMP"),
    (13, "RNG"),
    (14, "ECB"),
    (15, "CCM_AAR"),
    (16, "WDT"),
    (17, "RTC1"),
    (18, "QDEC"),
    (19, "LPCOMP"),
    (20, "SWI0"),
    (21, "SWI1"),
    (22, "SWI2"),
    (23, "SWI3"),
];

/// A bus with `UART0`, `TIMER0`, `TIMER1`, `TIMER2`, `GPIO` of an nRF51, and what each ARMv6-M has: [`armv6m`].
pub fn nrf51(uart: Uart) -> Bus {
    let mut bus = Bus::new();
    bus.place("UART0", 0x4000_2000, 0x4000_2fff, Box::new(uart), Some(2));
    bus.place("TIMER0", 0x4000_8000, 0x4000_8fff, Box::new(Timer::new()), Some(8));
    bus.place("TIMER1", 0x4000_9000, 0x4000_9fff, Box::new(Timer::new()), Some(9));
    bus.place("TIMER2", 0x4000_a000, 0x4000_afff, Box::new(Timer::new()), Some(10));
    bus.place("GPIO", 0x5000_0000, 0x5000_0fff, Box::new(Gpio::new()), None);
    place_core(&mut bus);
    bus
}

/// A bus with the controller of lines `NVIC`, the timer `SysTick` and the system control block `SCB` of ARMv6-M, and nothing
/// else.
pub fn armv6m() -> Bus {
    let mut bus = Bus::new();
    place_core(&mut bus);
    bus
}

fn place_core(bus: &mut Bus) {
    bus.place_controller(CONTROLLER);
    bus.place_system();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps() {
        assert!(nrf51(Uart::new()).is_sound());
        assert!(armv6m().is_sound());
    }
}
