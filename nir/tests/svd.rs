//! `nir svd`, and vendors' files wherever a register map is taken.

mod common;

use common::{Folder, Output};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

/// Runs `nir` with the nRF51's file as register map.
fn with_map(folder: &Folder, command: &[&str], file: &str) -> Output {
    let map = fixture("registers/nrf51.svd");
    folder.nir(&[command, &["--registers", &map, &fixture(file)]].concat())
}

#[test]
fn a_vendors_file_becomes_the_tables_of_the_fixtures() {
    let folder = Folder::new();
    let made = folder.nir(&["svd", &fixture("registers/nrf51.svd")]);
    let expected = std::fs::read_to_string(fixture("registers/nrf51.tsv")).expect("the fixture");
    assert_eq!((made.status, made.out == expected), (0, true), "{}", made.err);
    assert_eq!(made.err, "nrf51: 385 registers of the file at 631 addresses, 25 interrupts\n");
    let made = folder.nir(&["svd", &fixture("registers/nrf51.svd"), "-o", "nrf51.tsv"]);
    assert_eq!((made.status, made.out.as_str()), (0, ""));
    assert_eq!(folder.read("nrf51.tsv"), expected);
    let standard = std::fs::read(fixture("registers/nrf51.svd")).expect("the fixture");
    assert_eq!(folder.nir_with(&["svd", "-"], &standard).out, expected);
}

#[test]
fn a_vendors_file_that_is_wrong_is_rejected_with_its_place() {
    let folder = Folder::new();
    folder.write("bad.svd", "<device>\n  <peripherals>\n    <peripheral/>\n  </peripherals>\n</device>\n");
    let output = folder.nir(&["svd", "bad.svd", "-o", "bad.tsv"]);
    assert_eq!(output.status, 1);
    assert!(output.err.starts_with("bad.svd:3:5: the peripheral has no name\n"), "{}", output.err);
    assert!(output.err.contains("help: add <name>") && output.err.ends_with("1 error in the file\n"));
    assert!(!folder.path("bad.tsv").exists());
    assert_eq!(folder.nir(&["check", "--registers", "bad.svd", &fixture("accept/minimal-m0.nir")]).status, 1);
    assert_eq!(folder.nir(&["svd", "gone.svd"]).status, 2);
}

#[test]
fn a_vendors_file_is_taken_where_a_map_is() {
    let folder = Folder::new();
    for name in ["uart", "blinky", "button"] {
        let checked = with_map(&folder, &["check"], &format!("firmware/{name}.nir"));
        assert_eq!(checked.status, 0, "{}", checked.err);
    }
    let refused = with_map(&folder, &["check"], "reject/NATIVE_IR_VOLATILE/register-unknown.nir");
    assert!(refused.err.contains("UART0.TXD at 0x4000251c, UART0.BAUDRATE at 0x40002524"), "{}", refused.err);
    let tested = with_map(&folder, &["test"], "firmware/uart.nir");
    assert_eq!(tested.status, 0, "{}", tested.err);
}

const HEADER: &str = "peripheral\tregister\taddress\twidth\taccess\tcount\tstride\tread action\twrite action\treset\t\
    reset mask\talternate\tdescription\n";

/// A module that reads the register with an index of two at 0x40000000, of which the second may only be written.
fn reader(index: &str, effects: &str) -> String {
    format!(
        "native-ir 1\nmodule   m\ntarget   sim-cortex-m0\nabi      zero-freestanding-v1\n\
         layout   \"e-p:32:32-i64:64-f64:64-n32-S64\"\nprofile  bare-metal\nsource   0 \"m.zero\" lines=9\n\n\
         register @r : ptr[mmio,array[i32,2]] = 0x40000000\n\n\
         fn pub @f(%i: i32) -> (i32) effects({effects}) source=0 {{\n^entry:\n\
         \x20   %all: ptr[mmio,array[i32,2]] = register @r !1:1\n\
         \x20   %p: ptr[mmio,i32] = element %all, {index} !2:1\n\
         \x20   %v: i32 = load.i32 %p address_space=mmio ordering=volatile !3:1\n\
         \x20   return %v !4:1\n}}\n"
    )
}

#[test]
fn each_element_has_its_own_rights() {
    let folder = Folder::new();
    let row = |name: &str, rest: &str| format!("P\t{name}\t{rest}\t-\t-\t-\t-\t-\t-\n");
    let rows = [row("IN", "0x40000000\t32\tread-only\t1\t-"), row("OUT", "0x40000004\t32\twrite-only\t1\t-")];
    folder.write("map.tsv", HEADER.to_string() + &rows.concat());
    for (index, effects, refused) in [
        ("0", "read, hardware", None),
        ("1", "read, hardware", Some("P.OUT")),
        ("%i", "read, hardware, trap", Some("P.OUT")),
    ] {
        folder.write("m.nir", reader(index, effects));
        let output = folder.nir(&["check", "--registers", "map.tsv", "m.nir"]);
        assert_eq!(output.status, i32::from(refused.is_some()), "{index}: {}", output.err);
        let help = refused.map(|name| format!("the register map has {name} as write-only"));
        assert!(help.is_none_or(|help| output.err.contains(&help)), "{index}: {}", output.err);
    }
}
