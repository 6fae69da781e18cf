//! The system timer, the system control block, and defects.

use devices::{Bus, HARD_FAULT, Plain, SUPERVISOR_CALL, Timer, Uart, Width, armv6m, nrf51};

const CSR: u64 = 0xe000_e010;
const RVR: u64 = 0xe000_e014;
const CVR: u64 = 0xe000_e018;
const CALIB: u64 = 0xe000_e01c;
const ISER: u64 = 0xe000_e100;
const ISPR: u64 = 0xe000_e200;
const IPR2: u64 = 0xe000_e408;
const CPUID: u64 = 0xe000_ed00;
const ICSR: u64 = 0xe000_ed04;
const AIRCR: u64 = 0xe000_ed0c;
const SCR: u64 = 0xe000_ed10;
const CCR: u64 = 0xe000_ed14;
const SHPR2: u64 = 0xe000_ed1c;
const SHPR3: u64 = 0xe000_ed20;

fn bus() -> Bus {
    nrf51(Uart::new())
}

fn write(bus: &mut Bus, address: u64, value: u64) {
    bus.write(address, Width::Four, value).expect("the register can be written");
}

fn read(bus: &mut Bus, address: u64) -> u64 {
    bus.read(address, Width::Four).expect("the register can be read")
}

#[test]
fn the_timer_counts_down_and_around() {
    let mut bus = bus();
    write(&mut bus, RVR, 9);
    write(&mut bus, CSR, 3);
    assert_eq!(bus.next_interrupt(), Some(10));
    // A value written is never there: the counter is cleared.
    write(&mut bus, CVR, 5);
    for (cycles, count, raised) in
        [(0, 0, false), (1, 9, false), (4, 5, false), (4, 1, false), (1, 0, true), (1, 9, false), (29, 0, true)]
    {
        bus.advance(cycles);
        assert_eq!((read(&mut bus, CVR), bus.take_exception() == Some(15)), (count, raised), "{cycles}");
        bus.end_exception();
    }
    assert_eq!(read(&mut bus, CSR), 0x1_0007);
    assert_eq!(read(&mut bus, CSR), 7, "reading clears it");
    write(&mut bus, CSR, 0);
    bus.advance(100);
    assert_eq!((read(&mut bus, CVR), bus.next_interrupt()), (0, None));
    assert_eq!(read(&mut bus, CALIB), 0xc000_0000);
}

#[test]
fn in_small_steps_and_in_one_the_timer_does_the_same() {
    for (reload, cycles) in [(0, 5), (1, 7), (3, 4), (3, 5), (6, 100), (0xff_ffff, 1000)] {
        let started = || {
            let mut bus = bus();
            write(&mut bus, RVR, reload);
            write(&mut bus, CSR, 3);
            bus
        };
        let (mut one, mut many) = (started(), started());
        one.advance(cycles);
        (0..cycles).for_each(|_| many.advance(1));
        let state = |bus: &mut Bus| (read(bus, CVR), read(bus, CSR), bus.pending(), bus.next_interrupt());
        assert_eq!(state(&mut one), state(&mut many), "{reload} {cycles}");
    }
}

#[test]
fn exceptions_have_priorities_among_lines() {
    let mut bus = bus();
    write(&mut bus, SHPR3, 0xffff_ffff);
    assert_eq!(read(&mut bus, SHPR3), 0xc0c0_0000);
    write(&mut bus, SHPR2, 0xffff_ffff);
    assert_eq!(read(&mut bus, SHPR2), 0xc000_0000);
    write(&mut bus, ISER, 1 << 8);
    write(&mut bus, IPR2, 0x80);
    write(&mut bus, ISPR, 1 << 8);
    write(&mut bus, ICSR, 1 << 28 | 1 << 26);
    assert_eq!(read(&mut bus, ICSR), 1 << 28 | 1 << 26 | 1 << 22 | 24 << 12);
    assert_eq!((bus.take_exception(), bus.take_exception()), (Some(24), None));
    assert_eq!((bus.running(), bus.interrupts(true)), (Some(0x80), false));
    write(&mut bus, ICSR, 1 << 31);
    assert!(bus.interrupts(true));
    assert_eq!((bus.take_exception(), bus.running()), (Some(2), Some(-2)));
    assert_eq!((bus.end_exception(), bus.end_exception()), (Some(2), Some(24)));
    // Of the same priority the lower number is first; one that was cleared never comes.
    write(&mut bus, ICSR, 1 << 25);
    assert_eq!((bus.take_exception(), bus.end_exception()), (Some(14), Some(14)));
    assert_eq!(bus.take_exception(), None);
    bus.enter_exception(11);
    assert_eq!((bus.running(), bus.priority(3), bus.priority(24)), (Some(0xc0), -1, 0x80));
}

#[test]
fn the_control_block_says_what_it_is_and_takes_no_other_width() {
    let mut bus = bus();
    assert_eq!((read(&mut bus, CPUID), read(&mut bus, CCR)), (0x410c_c200, 0x208));
    write(&mut bus, SCR, 0xff);
    assert_eq!((read(&mut bus, SCR), bus.sleeps_on_exit()), (0x16, true));
    write(&mut bus, AIRCR, 0x1234_0004);
    assert!(!bus.take_reset(), "the key is wrong");
    write(&mut bus, AIRCR, 0x05fa_0004);
    assert_eq!((bus.take_reset(), bus.take_reset()), (true, false));
    for address in [CSR, ICSR, SHPR3] {
        assert!(bus.read(address, Width::One).is_err() && bus.write(address, Width::Two, 0).is_err());
    }
    assert!(bus.write(CPUID, Width::Four, 0).is_err() && bus.read(CPUID + 8, Width::Four).is_err());
    assert!(bus.map_system().is_err(), "it is there already");
    bus.reset();
    assert_eq!((read(&mut bus, SCR), read(&mut bus, RVR)), (0, 0));
}

#[test]
fn bits_that_are_stuck_read_so_and_say_so_in_the_trace() {
    let mut bus = Bus::new();
    bus.map("plain", 0, 16, Box::new(Plain::new()), None).expect("the first on the bus");
    bus.stick(4, 0xf0, 0x50);
    bus.record(10);
    write(&mut bus, 4, 0x1234);
    write(&mut bus, 8, 0x1234);
    assert_eq!((read(&mut bus, 4), read(&mut bus, 8)), (0x1254, 0x1234));
    assert_eq!(bus.trace()[2].to_string(), "read 0x00000004 4 0x1254");
}

#[test]
fn an_interrupt_that_gets_lost_comes_when_the_device_asks_anew() {
    let mut bus = Bus::new();
    bus.map("timer", 0, 0x1000, Box::new(Timer::new()), Some(3)).expect("the first on the bus");
    bus.lose(3, 2);
    // Every 4 steps, and on its own.
    for (address, value) in [(0x510, 0), (0x540, 4), (0x200, 1), (0x304, 1 << 16), (0, 1)] {
        write(&mut bus, address, value);
    }
    let mut taken = Vec::new();
    for step in 1..=16 {
        bus.advance(1);
        if bus.take_interrupt().is_some() {
            taken.push(step);
            write(&mut bus, 0x140, 0);
            bus.end_interrupt();
        } else if step % 4 == 1 {
            write(&mut bus, 0x140, 0);
        }
    }
    assert_eq!(taken, [4, 12, 16]);
}

#[test]
fn an_event_stays_until_it_is_taken() {
    let mut bus = armv6m();
    assert!(!bus.take_event());
    bus.send_event();
    assert!(bus.take_event() && !bus.take_event());
    bus.enter_exception(SUPERVISOR_CALL);
    assert!(bus.take_event() && !bus.take_event(), "entry to a handler is one");
    assert_eq!(bus.end_exception(), Some(SUPERVISOR_CALL));
    assert!(bus.take_event(), "and so is the return");
    bus.send_event();
    bus.reset();
    assert!(!bus.take_event());
}

#[test]
fn what_an_instruction_causes_comes_only_over_lower_priorities() {
    let mut bus = armv6m();
    assert!(bus.takes_supervisor_call(false) && !bus.takes_supervisor_call(true) && bus.takes_fault());
    write(&mut bus, SHPR2, 0xc000_0000);
    bus.raise(3).expect("a line");
    write(&mut bus, ISER, 8);
    assert_eq!((bus.take_exception(), bus.exception()), (Some(19), 19));
    assert!(!bus.takes_supervisor_call(false) && bus.takes_fault());
    bus.enter_exception(HARD_FAULT);
    assert!(!bus.takes_fault());
    bus.dismiss_exception();
    assert_eq!((bus.exception(), bus.end_exception(), bus.exception()), (19, Some(19), 0));
}
