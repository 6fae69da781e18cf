//! Each register of the map in `fixtures/registers` is at its place in the models, with its access and its reset value; and
//! nothing else is there.

use devices::{BusFault, Fault, Uart, Width, nrf51};
use std::collections::BTreeMap;
use std::path::Path;

struct Row {
    access: String,
    reset: u64,
}

/// The rows of the devices in `wanted`, by address; arrays are one row for each element.
fn rows(wanted: &[&str]) -> BTreeMap<u64, Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/registers/nrf51.tsv");
    let text = std::fs::read_to_string(path).expect("the register map is there");
    let hexadecimal = |text: &str| u64::from_str_radix(text.trim_start_matches("0x"), 16).expect("a number");
    let mut rows = BTreeMap::new();
    // Behind the registers stand the tables of address blocks and of interrupts.
    let registers = text.lines().skip_while(|line| line.starts_with('#')).skip(1);
    for line in registers.take_while(|line| !line.starts_with("peripheral\t")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [peripheral, _, address, width, access, count, stride, _, _, reset, _, _, _] = cells[..] else {
            panic!("another number of columns: {line}");
        };
        if !wanted.contains(&peripheral) {
            continue;
        }
        assert_eq!(width, "32");
        let stride = stride.parse().unwrap_or(0);
        for i in 0..count.parse().expect("a count") {
            let row = Row { access: access.to_string(), reset: hexadecimal(reset) };
            rows.insert(hexadecimal(address) + i * stride, row);
        }
    }
    rows
}

fn fault<T>(result: Result<T, BusFault>) -> Option<Fault> {
    match result {
        Err(BusFault::Device { fault, .. }) => Some(fault),
        _ => None,
    }
}

#[test]
fn registers_are_those_of_the_map() {
    let rows = rows(&["UART0", "TIMER0", "GPIO"]);
    assert_eq!(rows.len(), 25 + 24 + 39);
    let mut bus = nrf51(Uart::new());
    for base in [0x4000_2000, 0x4000_8000, 0x5000_0000] {
        for address in (base..base + 0x1000).step_by(4) {
            bus.reset();
            let read = bus.read(address, Width::Four);
            bus.reset();
            let write = bus.write(address, Width::Four, 0);
            match rows.get(&address).map(|row| (row.access.as_str(), row.reset)) {
                None => assert_eq!(
                    (fault(read), fault(write)),
                    (Some(Fault::NoRegister), Some(Fault::NoRegister)),
                    "{address:#x}"
                ),
                Some(("write-only", _)) => {
                    assert_eq!((fault(read), write), (Some(Fault::WriteOnly), Ok(())), "{address:#x}");
                }
                Some(("read-only", reset)) => {
                    assert_eq!((read, fault(write)), (Ok(reset), Some(Fault::ReadOnly)), "{address:#x}");
                }
                Some((_, reset)) => assert_eq!((read, write), (Ok(reset), Ok(())), "{address:#x}"),
            }
        }
    }
}

#[test]
fn registers_are_words() {
    let mut bus = nrf51(Uart::new());
    for address in [0x4000_2500, 0x4000_8504, 0x5000_0504, 0xe000_e100] {
        for width in [Width::One, Width::Two, Width::Eight] {
            assert_eq!(fault(bus.read(address, width)), Some(Fault::Width));
            assert_eq!(fault(bus.write(address, width, 0)), Some(Fault::Width));
        }
        assert_eq!(fault(bus.read(address + 2, Width::Four)), Some(Fault::NoRegister));
    }
}

#[test]
fn configuration_registers_hold_the_bits_that_exist() {
    let mut bus = nrf51(Uart::new());
    let all = [
        (0x4000_2200, 0x18),
        (0x4000_2304, 0x2_0287),
        (0x4000_2500, 7),
        (0x4000_2508, u64::from(u32::MAX)),
        (0x4000_2514, u64::from(u32::MAX)),
        (0x4000_2524, u64::from(u32::MAX)),
        (0x4000_256c, 0xf),
        (0x4000_2ffc, 1),
        (0x4000_8200, 0xf0f),
        (0x4000_8304, 0xf_0000),
        (0x4000_8504, 1),
        (0x4000_8508, 3),
        (0x4000_8510, 0xf),
        (0x4000_854c, u64::from(u32::MAX)),
        (0x4000_8ffc, 1),
        (0x5000_0504, u64::from(u32::MAX)),
        (0x5000_0514, u64::from(u32::MAX)),
        (0x5000_077c, 0x3_070f),
        (0xe000_e100, u64::from(u32::MAX)),
        (0xe000_e400, 0xc0c0_c0c0),
        (0xe000_e41c, 0xc0c0_c0c0),
    ];
    for (address, bits) in all {
        assert_eq!(bus.write(address, Width::Four, u64::MAX), Ok(()));
        assert_eq!(bus.read(address, Width::Four), Ok(bits), "{address:#x}");
    }
}
