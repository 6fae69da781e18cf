//! Where devices are, counting and tracing.

use devices::{Attempt, Bus, BusFault, Device, Fault, Gpio, LineError, MapError, Plain, Uart, Width, nrf51};
use std::sync::mpsc;

fn plain() -> Box<dyn Device> {
    Box::new(Plain::new())
}

fn bus(regions: &[(&str, u64, u64)]) -> Bus {
    let mut bus = Bus::new();
    for (name, base, size) in regions {
        bus.map(name, *base, *size, plain(), None).expect("a free place");
    }
    bus
}

fn unmapped<T>(result: &Result<T, BusFault>) -> bool {
    matches!(result, Err(BusFault::Unmapped { .. }))
}

#[test]
fn devices_do_not_overlap() {
    let mut bus = bus(&[("low", 0x100, 0x100), ("high", 0x300, 0x100)]);
    let overlaps = [
        (0x100, 0x100, "low"),
        (0x1ff, 1, "low"),
        (0x0, 0x101, "low"),
        (0x200, 0x101, "high"),
        (0x0, 0x1000, "low"),
    ];
    for (base, size, other) in overlaps {
        let error = MapError::Overlap { name: "new".into(), other: other.into() };
        assert_eq!(bus.map("new", base, size, plain(), None), Err(error), "{base:#x}");
    }
    for (name, base, size) in [("before", 0, 0x100), ("between", 0x200, 0x100), ("after", 0x400, u64::MAX - 0x3ff)]
    {
        assert_eq!(bus.map(name, base, size, plain(), None), Ok(()), "{name}");
    }
    assert_eq!(bus.write(u64::MAX, Width::One, 1), Ok(()));
}

#[test]
fn devices_that_cannot_be() {
    let mut bus = bus(&[("a", 0x100, 0x100)]);
    assert_eq!(bus.map("b", 0, 0, plain(), None), Err(MapError::Empty("b".into())));
    assert_eq!(bus.map("b", u64::MAX, 2, plain(), None), Err(MapError::PastEnd("b".into())));
    assert_eq!(bus.map("a", 0, 1, plain(), None), Err(MapError::Name("a".into())));
    assert_eq!(bus.map_rest("a", plain()), Err(MapError::Name("a".into())));
    assert_eq!(bus.map_rest("b", plain()), Ok(()));
    assert_eq!(bus.map_rest("c", plain()), Err(MapError::Overlap { name: "c".into(), other: "b".into() }));
    assert_eq!(bus.map("b", 0, 1, plain(), None), Err(MapError::Name("b".into())));
    assert_eq!(bus.map("d", 0, 1, plain(), Some(32)), Ok(()));
    assert_eq!(bus.map_controller(0xe000_e100), Err(MapError::Line(LineError(32))));
}

#[test]
fn a_controller_is_one_and_has_32_lines() {
    let mut bus = Bus::new();
    assert_eq!(bus.map_controller(0xe000_e100), Ok(()));
    assert_eq!(bus.map_controller(0), Err(MapError::Name("NVIC".into())));
    assert_eq!(bus.map("a", 0, 1, plain(), Some(32)), Err(MapError::Line(LineError(32))));
    assert_eq!(bus.map("a", 0, 1, plain(), Some(31)), Ok(()));
    assert_eq!(bus.inject(1, 32), Err(LineError(32)));
    assert_eq!(bus.inject(1, 31), Ok(()));
}

#[test]
fn an_access_stays_inside_one_device() {
    let mut bus = bus(&[("a", 0x100, 0x10), ("b", 0x110, 0x10)]);
    assert_eq!(bus.write(0x10c, Width::Four, 1), Ok(()));
    for address in [0xff, 0x10e, 0x11e, 0x120, 0xfc, u64::MAX] {
        assert!(unmapped(&bus.read(address, Width::Four)), "{address:#x}");
    }
    bus.map_rest("rest", plain()).expect("the only one");
    for address in [0xff, 0x10e, 0x11e, u64::MAX] {
        assert!(unmapped(&bus.write(address, Width::Four, 0)), "{address:#x}");
    }
    assert_eq!(bus.write(0xfc, Width::Four, 1), Ok(()));
    assert_eq!(bus.write(0x120, Width::Four, 1), Ok(()));
    assert_eq!(bus.accesses(), 3);
}

#[test]
fn offsets_begin_at_the_base_and_addresses_of_the_rest_at_zero() {
    let mut bus = bus(&[("a", 0x100, 0x10)]);
    bus.map_rest("rest", plain()).expect("the only one");
    bus.write(0x104, Width::Four, 7).expect("a plain register");
    bus.write(0x200, Width::Four, 8).expect("a plain register");
    assert_eq!(bus.with("a", |a: &mut Plain| a.read(4, Width::One)), Some(Ok(7)));
    assert_eq!(bus.with("rest", |rest: &mut Plain| rest.read(0x200, Width::One)), Some(Ok(8)));
}

#[test]
fn values_are_as_wide_as_the_access() {
    let mut bus = bus(&[("a", 0, 0x10)]);
    bus.record(2);
    bus.write(0, Width::One, 0x1234).expect("a plain register");
    assert_eq!(bus.read(0, Width::Two), Ok(0x34));
    assert_eq!(bus.trace()[0].value, 0x34);
}

/// A device that answers with more bits than it is asked for, and always asks for its interrupt.
struct Loud;

impl Device for Loud {
    fn read(&mut self, _: u64, _: Width) -> Result<u64, Fault> {
        Ok(u64::MAX)
    }

    fn write(&mut self, _: u64, _: Width, _: u64) -> Result<(), Fault> {
        Ok(())
    }

    fn interrupt(&self) -> bool {
        true
    }

    fn reset(&mut self) {}
}

#[test]
fn answers_are_as_wide_as_the_access() {
    let mut bus = Bus::new();
    bus.map("loud", 0, 0x10, Box::new(Loud), None).expect("the first on the bus");
    assert_eq!(bus.read(0, Width::Two), Ok(0xffff));
    assert!(!bus.pending(), "it has no line");
}

#[test]
fn a_device_may_interrupt_from_the_start() {
    let mut bus = Bus::new();
    bus.map("loud", 0, 0x10, Box::new(Loud), Some(1)).expect("the first on the bus");
    assert_eq!(bus.take_interrupt(), Some(1));
    bus.reset();
    assert_eq!(bus.take_interrupt(), Some(1));
}

#[test]
fn devices_are_found_by_name_and_type() {
    let mut bus = nrf51(Uart::new());
    assert!(bus.device::<Uart>("UART0").is_some());
    assert!(bus.device::<Gpio>("UART0").is_none());
    assert!(bus.device::<Uart>("UART1").is_none());
    assert_eq!(bus.with("GPIO", |gpio: &mut Gpio| gpio.drive(1, 1)), Some(()));
    assert_eq!(bus.device::<Gpio>("GPIO").map(Gpio::levels), Some(1));
}

#[test]
fn faults_say_where_and_why() {
    let mut bus = nrf51(Uart::new());
    let text = |result: Result<u64, BusFault>| result.map_err(|fault| fault.to_string());
    assert_eq!(text(bus.read(0x4001_0000, Width::Four)), Err("`read 0x40010000 4`: no device is there".into()));
    assert_eq!(
        text(bus.read(0x4000_2000, Width::Four)),
        Err("`read 0x40002000 4`: UART0: the register is write-only".into())
    );
    let attempt = Attempt { address: 0x5000_0510, width: Width::Four, written: Some(1) };
    let fault = BusFault::Device { attempt, device: "GPIO".into(), fault: Fault::ReadOnly };
    assert_eq!(bus.write(0x5000_0510, Width::Four, 1), Err(fault));
}

#[test]
fn traces_are_kept_up_to_a_limit() {
    let mut bus = bus(&[("a", 0, 0x10)]);
    bus.write(0, Width::Four, 1).expect("a plain register");
    bus.record(2);
    assert!(bus.trace().is_empty(), "off until it is asked for");
    bus.write(4, Width::Four, 2).expect("a plain register");
    bus.read(0x20, Width::Four).expect_err("nothing is there");
    for _ in 0..3 {
        bus.read(4, Width::One).expect("a plain register");
    }
    let text: Vec<String> = bus.trace().iter().map(ToString::to_string).collect();
    assert_eq!(text, ["write 0x00000004 4 0x2", "read 0x00000004 1 0x2"]);
    assert_eq!((bus.untraced(), bus.accesses()), (2, 5));
    bus.reset();
    assert_eq!((bus.trace().len(), bus.untraced(), bus.accesses()), (0, 0, 0));
    bus.read(4, Width::One).expect("a plain register");
    assert_eq!(bus.trace().len(), 1);
    bus.trace_off();
    bus.read(4, Width::One).expect("a plain register");
    assert_eq!((bus.trace().len(), bus.untraced()), (0, 0));
}

#[test]
fn traces_are_handed_on_at_once() {
    let mut bus = bus(&[("a", 0, 0x10)]);
    let (sender, receiver) = mpsc::channel();
    bus.stream(Box::new(move |access| sender.send(access.to_string()).expect("somebody listens")));
    bus.write(0, Width::Four, 0x41).expect("a plain register");
    assert_eq!(receiver.try_recv(), Ok("write 0x00000000 4 0x41".to_string()));
    bus.read(0, Width::Two).expect("a plain register");
    assert_eq!(receiver.try_recv(), Ok("read 0x00000000 2 0x41".to_string()));
}

#[test]
fn a_bus_can_go_to_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    sendable(&Bus::new());
}
