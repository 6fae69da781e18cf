//! Tests of the reader, the writer and the checks of register maps.

use super::*;
use crate::contract::TableError;
use proptest::prelude::*;

/// Reads a table of rows whose cells are apart by blanks; a row of ten has no write action, mask and alternate.
fn map(rows: &[&str]) -> Result<RegisterMap, Vec<TableError>> {
    let mut text = HEADER.join("\t") + "\n";
    for row in rows {
        let mut cells: Vec<&str> = row.split(' ').collect();
        if cells.len() == 10 {
            cells.splice(9..9, ["-", "-"]);
            cells.insert(8, "-");
        }
        text += &(cells.join("\t") + "\n");
    }
    RegisterMap::read("map.tsv", text.as_bytes())
}

/// The errors as `line:column message`.
fn errors(rows: &[&str]) -> Vec<String> {
    let errors = map(rows).err().unwrap_or_default();
    errors.iter().map(|error| format!("{}:{} {}", error.line, error.column, error.message)).collect()
}

const RXD: &str = "UART0 RXD 0x40002518 32 read-only 1 - modify 0x0 Received";
const TXD: &str = "UART0 TXD 0x4000251c 32 write-only 1 - - 0x0 -";
const PINS: &str = "GPIO PIN_CNF 0x50000700 32 read-write 32 4 - 0x2 Pins";

fn name(map: &RegisterMap, address: u64) -> Option<&str> {
    map.find(address).map(|register| register.name.as_str())
}

#[test]
fn registers_and_elements_are_found_by_address() {
    let map = map(&[TXD, PINS, RXD]).unwrap_or_default();
    assert_eq!(map.registers().len(), 3);
    assert_eq!(name(&map, 0x4000_251c), Some("TXD"));
    assert_eq!(name(&map, 0x5000_0700), Some("PIN_CNF"));
    assert_eq!(name(&map, 0x5000_077c), Some("PIN_CNF"));
    for outside in [0, 0x4000_2514, 0x4000_251d, 0x5000_0702, 0x5000_0780, u64::MAX] {
        assert_eq!(name(&map, outside), None, "{outside:#x}");
    }
    let rxd = map.find(0x4000_2518);
    assert_eq!(rxd.map(|r| r.access), Some(Access::ReadOnly));
    assert_eq!(rxd.and_then(|r| r.read_action), Some(ReadAction::Modify));
    assert_eq!(rxd.and_then(|r| r.reset), Some(0));
    assert_eq!(rxd.map(RegisterInfo::full_name).as_deref(), Some("UART0.RXD"));
    assert_eq!(map.find(0x4000_251c).map(|r| r.description.as_str()), Some(""));
    assert_eq!(map.rights(0x5000_0704, 32), Some(Access::ReadWrite));
    assert_eq!(map.rights(0x5000_0704, 16), None);
}

#[test]
fn interleaved_arrays_are_told_apart() {
    let map = map(&["P A 0x100 32 read-only 3 16 - - -", "P B 0x104 16 read-write 3 16 - - -"]);
    let map = map.unwrap_or_default();
    assert_eq!(name(&map, 0x110), Some("A"));
    assert_eq!(name(&map, 0x124), Some("B"));
    assert_eq!(name(&map, 0x130), None);
}

#[test]
fn alternates_share_an_address_and_their_rights_add_up() {
    let rows = [
        "U DLL 0x0 32 read-only 1 - - - -",
        "U THR 0x0 32 write-only 1 - - - -",
        "U BYTE 0x0 8 read-only 1 - - - -",
    ];
    let map = map(&rows).unwrap_or_default();
    assert_eq!(name(&map, 0), Some("DLL"));
    assert_eq!(map.alternates(0).count(), 3);
    assert_eq!(map.rights(0, 32), Some(Access::ReadWrite));
    assert_eq!(map.rights(0, 8), Some(Access::ReadOnly));
    assert_eq!(map.rights(0, 16), None);
}

#[test]
fn overlaps_are_refused_once_a_pair() {
    assert_eq!(
        errors(&["P A 0x0 32 read-write 1 - - - -", "P B 0x2 16 read-write 1 - - - -"]),
        ["3:5 `P.B` overlaps `P.A` at 0x2"]
    );
    let rows =
        ["P B 0x2 16 read-write 8 4 - - -", "P X 0x0 8 read-only 1 - - - -", "P A 0x0 32 read-write 8 4 - - -"];
    assert_eq!(errors(&rows), ["4:5 `P.A` overlaps `P.B` at 0x2"]);
}

#[test]
fn every_cell_is_checked() {
    for (row, expected) in [
        ("- A 0x0 32 read-only 1 - - - -", "2:1 the cell under `peripheral` says nothing"),
        ("P - 0x0 32 read-only 1 - - - -", "2:3 the cell under `register` says nothing"),
        ("P A 16 32 read-only 1 - - - -", "2:5 `16` is no hexadecimal number of at most 64 bits"),
        ("P A 0x 32 read-only 1 - - - -", "2:5 `0x` is no hexadecimal number of at most 64 bits"),
        ("P A 0x+1 32 read-only 1 - - - -", "2:5 `0x+1` is no hexadecimal number of at most 64 bits"),
        ("P A 0x0 24 read-only 1 - - - -", "2:9 `24` is no width of a register"),
        ("P A 0x0 32 readonly 1 - - - -", "2:12 unknown access `readonly`"),
        ("P A 0x0 32 read-only 0 4 - - -", "2:22 `0` is no number from 1 that fits here"),
        ("P A 0x0 32 read-only 1 4 - - -", "2:24 a single register has no stride"),
        ("P A 0x0 32 read-only 2 - - - -", "2:24 `-` is no number from 1 that fits here"),
        ("P A 0x0 32 read-only 2 2 - - -", "2:24 a stride of 2 does not suit 4 bytes"),
        ("P A 0x0 32 read-only 2 6 - - -", "2:24 a stride of 6 does not suit 4 bytes"),
        ("P A 0x0 32 read-only 1 - wipe - -", "2:26 unknown read action `wipe`"),
        ("P A 0x2 32 read-only 1 - - - -", "2:5 0x2 is no multiple of 4 bytes"),
        ("P A 0x0 8 read-only 1 - - 0x100 -", "2:29 the reset value has more than 8 bits"),
        (
            "P A 0xfffffffffffffffc 32 read-only 2 4 - - -",
            "2:37 the registers go beyond the end of the address space",
        ),
    ] {
        assert_eq!(errors(&[row]), [expected]);
    }
    assert!(map(&["P A 0xfffffffffffffffc 32 read-only 1 - - - -"]).is_ok());
    assert!(map(&["P A 0x0 64 read-only 1 - - 0xffffffffffffffff -"]).is_ok());
}

#[test]
fn names_are_keys_and_size_is_bounded() {
    assert_eq!(errors(&[RXD, RXD]), ["3:1 `UART0 RXD` stands twice"]);
    let huge = "P A 0x0 8 read-only 1048577 1 - - -";
    assert_eq!(errors(&[huge]), ["2:21 the map has more than 1048576 registers"]);
}

/// Three tables, with a comment before each.
const WHOLE: &str = "\
# All columns.
peripheral\tregister\taddress\twidth\taccess\tcount\tstride\tread action\twrite action\treset\treset mask\talternate\tdescription
U\tDR\t0x40000000\t32\tread-write\t1\t-\tmodify\t-\t0x00000000\t0x000000ff\t-\tData
U\tDR8\t0x40000001\t8\tread-write\t1\t-\t-\tone-to-clear\t-\t-\tU.DR\t-
U\tCC\t0x40000010\t32\tread-only\t4\t8\t-\t-\t-\t-\t-\t-
# Rooms.
peripheral\tblock\tsize\tusage
U\t0x40000000\t0x1000\tregisters
# Lines.
interrupt\tnumber\tperipherals\tdescription
U0\t0\tU V\tReceived
U1\t31\t-\t-
";

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_whole_map_is_read_and_written_as_it_was() {
    let map = RegisterMap::read("map.tsv", WHOLE.as_bytes()).unwrap_or_default();
    assert_eq!(map.to_string(), without_comments(WHOLE));
    assert_eq!((map.registers().len(), map.addresses()), (3, 6));
    let data = map.find(0x4000_0000);
    assert_eq!(data.and_then(|register| register.reset_mask), Some(0xff));
    let byte = map.find(0x4000_0001);
    assert_eq!(byte.and_then(|register| register.write_action), Some(WriteAction::OneToClear));
    assert_eq!(byte.and_then(|register| register.alternate.as_deref()), Some("U.DR"));
    assert_eq!((map.interrupt("U1"), map.interrupt("U2")), (Some(31), None));
    assert_eq!(map.interrupts().first().map(|interrupt| interrupt.peripherals.join("+")).as_deref(), Some("U+V"));
    assert!(map.blocks().iter().any(|block| block.contains(0x4000_0fff) && !block.contains(0x4000_1000)));
}

#[test]
fn elements_have_names_and_neighbours() {
    let map = RegisterMap::read("map.tsv", WHOLE.as_bytes()).unwrap_or_default();
    assert_eq!(map.find(0x4000_0020).map(|cc| cc.name_at(0x4000_0020)).as_deref(), Some("U.CC[2]"));
    assert_eq!(map.find(0x4000_0000).map(|data| data.name_at(0x4000_0000)).as_deref(), Some("U.DR"));
    let names = |address| map.neighbours(address).map(|near| near.map(|(at, info)| info.name_at(at)));
    assert_eq!(names(0x4000_0014).map(Option::unwrap_or_default), ["U.CC[0]", "U.CC[1]"]);
    assert_eq!(names(0).map(|name| name.is_some()), [false, true]);
    assert_eq!(names(u64::MAX).map(|name| name.is_some()), [true, false]);
}

/// The errors of [`WHOLE`] with something in another's place, as `line:column message`.
fn damaged(old: &str, new: &str) -> Vec<String> {
    assert!(WHOLE.contains(old), "{old}");
    let errors = RegisterMap::read("map.tsv", WHOLE.replacen(old, new, 1).as_bytes()).err().unwrap_or_default();
    errors.iter().map(|error| format!("{}:{} {}", error.line, error.column, error.message)).collect()
}

#[test]
fn cells_of_each_table_are_checked_at_their_line() {
    for (old, new, expected) in [
        ("one-to-clear", "wipe", "4:37 unknown write action `wipe`"),
        ("\tU.DR\t-", "\t-\t-", "4:7 `U.DR8` overlaps `U.DR` at 0x40000001"),
        ("\t0x000000ff\t", "\t0x1000000ff\t", "3:55 the reset mask has more than 32 bits"),
        ("0x00000000\t0x000000ff", "-\t0x000000ff", "3:46 there is a mask, but no value after reset"),
        ("0x1000\tregisters", "0x0\tregisters", "8:14 a block of 0x0 bytes does not fit at 0x40000000"),
        ("0x1000\tregisters", "0x1000\trooms", "8:21 unknown usage `rooms`"),
        ("U1\t31", "U1\t496", "12:4 there is no interrupt 496"),
        ("U1\t31", "U1\t01", "12:4 `01` is no number of an interrupt"),
        ("U1\t31", "U0\t31", "12:1 `U0` stands twice"),
        ("usage\nU", "use\nU", "7:23 unknown column `use`"),
    ] {
        let errors = damaged(old, new);
        assert_eq!(errors.first().map(String::as_str), Some(expected), "{errors:?}");
    }
}

#[test]
fn tables_stand_in_their_order() {
    let (registers, rest) = WHOLE.split_once("# Rooms.\n").unwrap_or_default();
    let (blocks, interrupts) = rest.split_once("# Lines.\n").unwrap_or_default();
    let text = [registers, interrupts, blocks].concat();
    let errors = RegisterMap::read("map.tsv", text.as_bytes()).err().unwrap_or_default();
    let message = "the table of address blocks stands behind that of interrupts";
    assert_eq!(errors.first().map(|error| (error.line, error.message.as_str())), Some((9, message)));
}

proptest! {
    #[test]
    fn any_table_is_read_or_refused(cells in prop::collection::vec("[-0-9a-fx ]{0,6}|read-only|32|0x0", 13..52)) {
        let rows: Vec<String> = cells.chunks(13).map(|row| row.join("\t")).collect();
        let text = format!("{}\n{}\n", HEADER.join("\t"), rows.join("\n"));
        if let Ok(map) = RegisterMap::read("map.tsv", text.as_bytes()) {
            for register in map.registers() {
                prop_assert!(map.rights(register.address, register.width).is_some());
            }
        }
    }
}
