//! Which interrupt is taken when.

use devices::{Bus, Plain, Timer, Uart, Width, nrf51};

const ISER: u64 = 0xe000_e100;
const ICER: u64 = 0xe000_e180;
const ISPR: u64 = 0xe000_e200;
const ICPR: u64 = 0xe000_e280;
const IPR2: u64 = 0xe000_e408;

fn plain() -> Bus {
    let mut bus = Bus::new();
    bus.map_rest("rest", Box::new(Plain::new())).expect("the first on the bus");
    bus
}

fn write(bus: &mut Bus, address: u64, value: u64) {
    bus.write(address, Width::Four, value).expect("the register can be written");
}

fn read(bus: &mut Bus, address: u64) -> u64 {
    bus.read(address, Width::Four).expect("the register can be read")
}

/// Makes so many accesses as an engine does; gives before which of them, from 1, which lines were taken.
fn taken(bus: &mut Bus, accesses: u64) -> Vec<(u64, u16)> {
    let mut taken = Vec::new();
    for access in 1..=accesses {
        while bus.prepare() {
            taken.extend(bus.take_interrupt().map(|line| (access, line)));
            bus.end_interrupt();
        }
        bus.write(0, Width::Four, 0).expect("a plain register");
    }
    taken
}

#[test]
fn an_injected_interrupt_comes_before_its_access() {
    let mut bus = plain();
    for (before, line) in [(7, 3), (3, 5), (1, 9), (7, 1), (3, 5), (0, 8), (11, 2)] {
        assert_eq!(bus.inject(before, line), Ok(()));
    }
    let expected = [(1, 8), (1, 9), (3, 5), (7, 1), (7, 3)];
    assert_eq!(taken(&mut bus, 10), expected);
    bus.reset();
    assert_eq!(taken(&mut bus, 10), expected, "the plan comes again");
}

#[test]
fn an_injection_for_the_past_comes_at_once() {
    let mut bus = plain();
    assert_eq!(bus.inject(5, 1), Ok(()));
    assert_eq!(taken(&mut bus, 5), [(5, 1)]);
    assert_eq!(bus.inject(2, 2), Ok(()));
    assert_eq!(bus.inject(8, 3), Ok(()));
    assert_eq!(taken(&mut bus, 4), [(1, 2), (3, 3)]);
    bus.reset();
    assert_eq!(taken(&mut bus, 10), [(2, 2), (5, 1), (8, 3)]);
}

#[test]
fn an_injection_is_not_lost_on_an_engine_that_does_not_prepare() {
    let mut bus = plain();
    assert_eq!(bus.inject(2, 6), Ok(()));
    write(&mut bus, 0, 0);
    assert!(!bus.pending());
    write(&mut bus, 0, 0);
    assert!(bus.pending());
    assert_eq!(bus.take_interrupt(), Some(6));
    assert_eq!((bus.take_interrupt(), bus.pending()), (None, false));
}

#[test]
fn a_fault_is_no_access() {
    let mut bus = Bus::new();
    bus.map("a", 0, 4, Box::new(Plain::new()), None).expect("the first on the bus");
    assert_eq!(bus.inject(2, 6), Ok(()));
    bus.read(8, Width::Four).expect_err("nothing is there");
    assert!(!bus.prepare());
    write(&mut bus, 0, 0);
    assert!(bus.prepare());
}

#[test]
fn one_handler_at_a_time_without_priorities() {
    let mut bus = plain();
    for line in [4, 2, 300] {
        assert_eq!(bus.inject(1, line), Ok(()));
    }
    assert!(bus.prepare());
    assert_eq!(bus.take_interrupt(), Some(2));
    assert_eq!((bus.pending(), bus.take_interrupt()), (false, None));
    assert_eq!(bus.end_interrupt(), Some(2));
    assert!(bus.pending());
    assert_eq!(bus.take_interrupt(), Some(4));
    assert_eq!(bus.end_interrupt(), Some(4));
    assert_eq!(bus.take_interrupt(), Some(300));
    assert_eq!((bus.end_interrupt(), bus.end_interrupt()), (Some(300), None));
}

#[test]
fn the_controller_turns_lines_on_and_off() {
    let mut bus = nrf51(Uart::new());
    write(&mut bus, ISPR, 1 << 8 | 1 << 2);
    assert_eq!((read(&mut bus, ISPR), read(&mut bus, ICPR), bus.pending()), (0x104, 0x104, false));
    write(&mut bus, ISER, 1 << 8);
    assert_eq!((read(&mut bus, ISER), read(&mut bus, ICER), bus.pending()), (0x100, 0x100, true));
    write(&mut bus, ICER, 1 << 8);
    assert!(!bus.pending());
    write(&mut bus, ISER, 1 << 8 | 1 << 2);
    write(&mut bus, ICPR, 1 << 2);
    assert_eq!(bus.take_interrupt(), Some(8));
    assert_eq!(read(&mut bus, ISPR), 0);
    bus.reset();
    assert_eq!((read(&mut bus, ISER), bus.end_interrupt()), (0, None));
}

#[test]
fn a_higher_priority_comes_first_and_interrupts() {
    let mut bus = nrf51(Uart::new());
    write(&mut bus, ISER, u64::from(u32::MAX));
    write(&mut bus, IPR2, 0x0040_c080);
    assert_eq!(read(&mut bus, IPR2), 0x0040_c080);
    write(&mut bus, ISPR, 1 << 8 | 1 << 9);
    assert_eq!(bus.take_interrupt(), Some(8), "priority 2 before 3");
    assert!(!bus.pending());
    write(&mut bus, ISPR, 1 << 10);
    assert_eq!(bus.take_interrupt(), Some(10), "priority 1 over 2");
    write(&mut bus, ISPR, 1 << 8);
    assert!(!bus.pending());
    assert_eq!(bus.end_interrupt(), Some(10));
    assert!(!bus.pending(), "no handler over itself");
    assert_eq!(bus.end_interrupt(), Some(8));
    assert_eq!(bus.take_interrupt(), Some(8));
    assert_eq!(bus.end_interrupt(), Some(8));
    assert_eq!(bus.take_interrupt(), Some(9));
}

#[test]
fn a_device_that_still_asks_interrupts_again() {
    let mut bus = nrf51(Uart::new());
    write(&mut bus, ISER, 1 << 2);
    write(&mut bus, 0x4000_2500, 4);
    write(&mut bus, 0x4000_2304, 1 << 2);
    write(&mut bus, 0x4000_2000, 1);
    assert!(!bus.pending());
    bus.with("UART0", |uart: &mut Uart| uart.feed(b"ab"));
    assert_eq!(bus.take_interrupt(), Some(2));
    bus.end_interrupt();
    assert!(bus.pending(), "the handler did not clear the event");
    assert_eq!(bus.take_interrupt(), Some(2));
    write(&mut bus, 0x4000_2108, 0);
    bus.end_interrupt();
    assert!(!bus.pending(), "it did now");
    assert_eq!(read(&mut bus, 0x4000_2518), u64::from(b'a'));
    assert_eq!(bus.take_interrupt(), Some(2), "the next byte came");
    write(&mut bus, 0x4000_2108, 0);
    assert_eq!(read(&mut bus, 0x4000_2518), u64::from(b'b'));
    assert!(!bus.pending());
    bus.end_interrupt();
    assert!(!bus.pending());
}

#[test]
fn a_request_stays_pending_and_cannot_be_cleared_while_it_lasts() {
    let mut bus = nrf51(Uart::new());
    bus.with("UART0", |uart: &mut Uart| uart.fail(1));
    write(&mut bus, 0x4000_2304, 1 << 9);
    assert_eq!(read(&mut bus, ISPR), 1 << 2);
    write(&mut bus, ICPR, 1 << 2);
    assert_eq!(read(&mut bus, ISPR), 1 << 2);
    write(&mut bus, 0x4000_2124, 0);
    assert_eq!(read(&mut bus, ISPR), 1 << 2, "it was asked for");
    write(&mut bus, ICPR, 1 << 2);
    assert_eq!(read(&mut bus, ISPR), 0);
}

#[test]
fn a_request_within_the_handler_is_a_new_one() {
    let mut bus = nrf51(Uart::new());
    for (address, value) in [(ISER, 1 << 2), (0x4000_2304, 1 << 9), (0x4000_2124, 1)] {
        write(&mut bus, address, value);
    }
    assert_eq!(bus.take_interrupt(), Some(2));
    for level in [0, 1, 0] {
        write(&mut bus, 0x4000_2124, level);
    }
    assert_eq!(bus.end_interrupt(), Some(2));
    assert_eq!(bus.take_interrupt(), Some(2));
    bus.end_interrupt();
    assert!(!bus.pending());
}

#[test]
fn lines_beyond_the_controller_are_never_on() {
    let mut bus = plain();
    assert_eq!(bus.inject(1, 34), Ok(()));
    assert!(bus.prepare());
    bus.map_controller(0xe000_e100).expect("a free place");
    write(&mut bus, ISER, u64::from(u32::MAX));
    assert_eq!((read(&mut bus, ISPR), bus.pending()), (0, false));
}

/// What the firmware `blinky` writes at its start: half a second is eight million steps.
fn blinking() -> Bus {
    let mut bus = nrf51(Uart::new());
    let registers = [
        (0x4000_8504, 0),
        (0x4000_8508, 3),
        (0x4000_8510, 4),
        (0x4000_8540, 500_000),
        (0x4000_8200, 1),
        (0x4000_8304, 0x1_0000),
        (ISER, 0x100),
        (0x4000_800c, 1),
        (0x4000_8000, 1),
    ];
    for (address, value) in registers {
        write(&mut bus, address, value);
    }
    bus
}

#[test]
fn sleep_goes_to_the_next_timer_interrupt() {
    let mut bus = blinking();
    assert_eq!(bus.next_interrupt(), Some(8_000_000));
    for second in 1..4 {
        assert!(bus.sleep());
        assert_eq!((bus.now(), bus.take_interrupt()), (second * 8_000_000, Some(8)));
        write(&mut bus, 0x4000_8140, 0);
        bus.end_interrupt();
    }
    bus.advance(7_999_999);
    assert!(!bus.pending());
    bus.advance(1);
    assert!(bus.pending());
    assert!(bus.sleep());
    assert_eq!(bus.now(), 32_000_000);
    write(&mut bus, 0x4000_8140, 0);
    assert!(bus.sleep());
    assert_eq!((bus.next_interrupt(), bus.now()), (Some(8_000_000), 32_000_000), "no time passes while one waits");
}

#[test]
fn sleep_says_when_nothing_will_come() {
    let mut bus = blinking();
    write(&mut bus, ICER, 0x100);
    assert_eq!((bus.next_interrupt(), bus.sleep(), bus.now()), (None, false, 0));
    assert!(!Bus::new().sleep());
}

#[test]
fn sleep_passes_by_interrupts_that_do_not_wake() {
    let mut bus = blinking();
    write(&mut bus, 0x4000_9540, 9000);
    write(&mut bus, 0x4000_9510, 0);
    write(&mut bus, 0x4000_9304, 1 << 16);
    write(&mut bus, ISER, 1 << 9 | 1 << 11);
    write(&mut bus, IPR2, 0xc000_c000);
    write(&mut bus, 0x4000_9000, 1);
    write(&mut bus, ISPR, 1 << 11);
    assert_eq!(bus.take_interrupt(), Some(11));
    assert_eq!(bus.next_interrupt(), Some(9000));
    assert!(bus.sleep());
    assert_eq!((bus.now(), bus.take_interrupt()), (8_000_000, Some(8)));
}

#[test]
fn sleep_brings_the_injection_before_the_next_access() {
    let mut bus = plain();
    assert_eq!(bus.inject(2, 1), Ok(()));
    assert!(!bus.sleep(), "not before the next access");
    write(&mut bus, 0, 0);
    assert!(bus.sleep());
    assert_eq!(bus.take_interrupt(), Some(1));
}

#[test]
fn sleep_lets_devices_come_before_injections() {
    let mut bus = blinking();
    let next = bus.accesses() + 1;
    assert_eq!(bus.inject(next, 2), Ok(()));
    write(&mut bus, ISER, 4);
    assert_eq!(bus.take_interrupt(), Some(2), "that access was the one");
    bus.end_interrupt();
    assert_eq!(bus.inject(0, 2), Ok(()));
    assert!(bus.sleep());
    assert_eq!(bus.take_interrupt(), Some(8));
}

#[test]
fn a_timer_without_a_controller_interrupts_too() {
    let mut bus = Bus::new();
    bus.map("timer", 0, 0x1000, Box::new(Timer::new()), Some(40)).expect("the first on the bus");
    for (address, value) in [(0x540, 3), (0x304, 1 << 16), (0x000, 1)] {
        write(&mut bus, address, value);
    }
    assert!(bus.sleep());
    assert_eq!((bus.now(), bus.take_interrupt()), (48, Some(40)));
}
