//! Scripts and plain registers.

use devices::{Access, Attempt, Bus, BusFault, Device, Fault, Mismatch, Plain, Scripted, Width};
use std::path::Path;

const NAME: &str = "script";

fn access(text: &str) -> Access {
    text.parse().expect("an access")
}

fn bus(script: &[&str]) -> Bus {
    let mut bus = Bus::new();
    let script = script.iter().map(|text| access(text)).collect();
    bus.map_rest(NAME, Box::new(Scripted::new(script))).expect("the first on the bus");
    bus
}

fn finish(bus: &Bus) -> Result<(), Mismatch> {
    bus.device::<Scripted>(NAME).expect("the script").finish()
}

#[test]
fn a_run_that_follows_its_script() {
    let mut bus = bus(&["write 0x40 4 7", "read 0x44 2 0x1234", "read 0x44 1 5"]);
    assert_eq!(bus.write(0x40, Width::Four, 7), Ok(()));
    assert_eq!(bus.read(0x44, Width::Two), Ok(0x1234));
    assert!(finish(&bus).is_err());
    assert_eq!(bus.read(0x44, Width::One), Ok(5));
    assert_eq!(finish(&bus), Ok(()));
    bus.reset();
    assert_eq!(bus.write(0x40, Width::Four, 7), Ok(()));
}

#[test]
fn each_kind_of_mismatch() {
    let script = "write 0x40 4 7";
    let tries = [
        ("address", 0x44, Width::Four, Some(7)),
        ("width", 0x40, Width::Two, Some(7)),
        ("value", 0x40, Width::Four, Some(8)),
        ("direction", 0x40, Width::Four, None),
    ];
    for (kind, address, width, written) in tries {
        let mut bus = bus(&["read 0x50 4 1", script]);
        bus.read(0x50, Width::Four).expect("the script says so");
        let result = match written {
            Some(value) => bus.write(address, width, value).map(|()| 0),
            None => bus.read(address, width),
        };
        let attempt = Attempt { address, width, written };
        let fault = BusFault::Device { attempt, device: NAME.to_string(), fault: Fault::Script };
        assert_eq!(result, Err(fault), "{kind}");
        let mismatch = Mismatch { index: 1, expected: Some(access(script)), found: Some(attempt) };
        assert_eq!(finish(&bus), Err(mismatch), "{kind}");
    }
}

#[test]
fn more_and_fewer_accesses_than_the_script_has() {
    let mut bus = bus(&["read 0x50 4 1"]);
    let expected = Some(access("read 0x50 4 1"));
    assert_eq!(finish(&bus), Err(Mismatch { index: 0, expected, found: None }));
    bus.read(0x50, Width::Four).expect("the script says so");
    assert_eq!(finish(&bus), Ok(()));
    bus.read(0x50, Width::Four).expect_err("the script is at its end");
    let found = Some(Attempt { address: 0x50, width: Width::Four, written: None });
    assert_eq!(finish(&bus), Err(Mismatch { index: 1, expected: None, found }));
}

#[test]
fn the_first_mismatch_stays() {
    let mut bus = bus(&["read 0x50 4 1", "read 0x60 4 1"]);
    bus.read(0x58, Width::Four).expect_err("another address");
    let first = finish(&bus);
    bus.read(0x50, Width::Four).expect_err("nothing goes on after a mismatch");
    assert_eq!(finish(&bus), first);
    assert_eq!(bus.accesses(), 0);
}

#[test]
fn mismatches_say_what_they_are() {
    let mut over = bus(&[]);
    over.write(0x4000_251c, Width::Four, 0x48).expect_err("an empty script");
    let text = |bus: &Bus| finish(bus).map_err(|mismatch| mismatch.to_string());
    assert_eq!(text(&over), Err("volatile access 1: expected none, found `write 0x4000251c 4 0x48`".into()));
    let mut other = bus(&["read 0x40002518 4 0x41"]);
    assert_eq!(text(&other), Err("volatile access 1: expected `read 0x40002518 4 0x41`, found none".into()));
    other.read(0x4000_2518, Width::One).expect_err("another width");
    let found = "volatile access 1: expected `read 0x40002518 4 0x41`, found `read 0x40002518 1`";
    assert_eq!(text(&other), Err(found.into()));
}

/// Every directive of the firmware fixtures is an access, and a run that does what they say follows its script.
#[test]
fn fixtures_are_scripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/firmware");
    let mut script = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "nir") {
            let text = std::fs::read_to_string(path).expect("text");
            script.extend(text.lines().filter_map(|line| line.strip_prefix(";! mmio:")).map(access));
        }
    }
    assert!(script.len() > 40);
    let mut bus = Bus::new();
    bus.map_rest(NAME, Box::new(Scripted::new(script.clone()))).expect("the first on the bus");
    for access in script {
        let answer = match access.write {
            true => bus.write(access.address, access.width, access.value).map(|()| access.value),
            false => bus.read(access.address, access.width),
        };
        assert_eq!(answer, Ok(access.value));
    }
    assert_eq!(finish(&bus), Ok(()));
}

#[test]
fn plain_registers_remember_bytes() {
    let mut plain = Plain::new();
    assert_eq!(plain.read(0x40, Width::Eight), Ok(0));
    assert_eq!(plain.write(0x40, Width::Four, 0x1234_5678), Ok(()));
    assert_eq!(plain.write(0x42, Width::One, 0xab), Ok(()));
    assert_eq!(plain.read(0x40, Width::Eight), Ok(0x12ab_5678));
    assert_eq!(plain.read(0x3f, Width::Two), Ok(0x7800));
    assert_eq!(plain.write(u64::MAX, Width::Two, 0x0201), Ok(()));
    assert_eq!(plain.read(0, Width::One), Ok(2));
    plain.reset();
    assert_eq!(plain.read(0x40, Width::Eight), Ok(0));
}
