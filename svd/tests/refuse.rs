//! What is wrong is refused with its line and a remedy, and nothing makes the reader panic or run away.

use native_ir::contract::TableError;
use native_ir::registers::RegisterMap;
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("example.svd");

/// The errors of the example with something in another's place, as `line: message`.
fn damaged(old: &str, new: &str) -> Vec<String> {
    assert!(EXAMPLE.contains(old), "{old}");
    let errors = svd::read("example.svd", EXAMPLE.replacen(old, new, 1).as_bytes()).err().unwrap_or_default();
    assert!(errors.iter().all(|error| !error.help.is_empty() && error.file == "example.svd"));
    errors.iter().map(|error| format!("{}: {}", error.line, error.message)).collect()
}

#[test]
fn each_slip_is_told_at_its_line() {
    let mut wrong = Vec::new();
    for (old, new, expected) in [
        (
            "<device schemaVersion=\"1.3\">",
            "<machine>",
            "192: this is no XML: expected 'machine' tag, not 'device'",
        ),
        ("<addressUnitBits>8", "<addressUnitBits>16", "12: addresses do not count bytes"),
        ("0x40000000", "0x4000z000", "22: `0x4000z000` is no number of at most 64 bits"),
        ("<baseAddress>0x40002000</baseAddress>", "", "115: the peripheral has no baseAddress"),
        ("<name>DATA</name>", "", "39: the register has no name"),
        ("<name>DATA</name>", "<name> </name>", "40: `` is no name of a register"),
        ("<name>DATA</name>", "<name>a b</name>", "40: `a b` is no name of a register"),
        ("<name>DATA</name>", "<name>OVER</name>", "70: `UART0.OVER` stands twice"),
        ("<addressOffset>0x4</addressOffset>", "", "52: the register has no addressOffset"),
        ("writeOnce", "seldom", "74: `seldom` is no access"),
        ("modifyExternal", "explode", "44: `explode` is no readAction"),
        ("oneToClear", "explode", "61: `explode` is no modifiedWriteValues"),
        ("derivedFrom=\"READY\"", "derivedFrom=\"GONE\"", "64: `GONE` names no field"),
        ("derivedFrom=\"UART0\"", "derivedFrom=\"UART1\"", "115: `UART1` names no peripheral"),
        ("derivedFrom=\"UART0.DATA\"", "derivedFrom=\"UART0.CH\"", "`UART0.CH` names no register"),
        ("<dim>3</dim>", "<dim>0</dim>", "78: an array of 0 elements"),
        ("<dim>3</dim>", "<dim>65537</dim>", "78: an array of 65537 elements"),
        (
            "<dim>3</dim>",
            "",
            "77: the name of the register `PIN[%s]` has a place for an index, but it is no array",
        ),
        (
            "PIN[%s]</name>",
            "PIN</name>",
            "77: the register `PIN` is an array, but its name has no place for the index",
        ),
        ("<dimIncrement>4</dimIncrement>", "", "77: the register has no dimIncrement"),
        ("A-C", "A-D", "87: `A-D` gives no indices of 3 elements"),
        ("A-C", "A,,B", "87: `A,,B` gives no indices of 3 elements"),
        (
            "<addressOffset>0x10<",
            "<addressOffset>0xffffffffffffffff<",
            "77: the register `PIN` goes beyond the end of the address space",
        ),
        ("<value>3</value>", "<value>4</value>", "118: interrupt `SERIAL` has the number 4 already"),
        ("<value>3</value>", "<value>-1</value>", "33: `-1` is no number of an interrupt"),
        ("<value>3</value>", "<value>496</value>", "33: `496` is no number of an interrupt"),
        ("utf-8\"?>", "utf-8\"?><!DOCTYPE x [<!ENTITY a \"b\">]>", "1: this is no XML: XML with DTD detected"),
    ] {
        let errors = damaged(old, new);
        if !errors.iter().any(|error| error.contains(expected)) {
            wrong.push(format!("{old} → {new} gives {errors:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn first(bytes: &[u8]) -> Option<TableError> {
    svd::read("x.svd", bytes).err()?.into_iter().next()
}

#[test]
fn what_is_no_file_of_the_kind_is_refused() {
    for (text, message) in [
        ("", "this is no XML: the document does not have a root node"),
        ("<html/>", "<html> is no device"),
        ("<device", "this is no XML: the document does not have a root node"),
    ] {
        assert_eq!(first(text.as_bytes()).map(|error| error.message).as_deref(), Some(message));
    }
    let error = first(b"<device>\n<name>\xff</name></device>");
    assert_eq!(
        error.map(|error| (error.line, error.column, error.message)),
        Some((2, 7, "invalid UTF-8".to_string()))
    );
}

fn device(peripherals: &str) -> String {
    format!("<device><name>d</name><peripherals>{peripherals}</peripherals></device>")
}

#[test]
fn what_derives_from_itself_is_refused() {
    let ring = "<peripheral derivedFrom=\"B\"><name>A</name><baseAddress>0</baseAddress></peripheral>\
        <peripheral derivedFrom=\"A\"><name>B</name><baseAddress>0</baseAddress></peripheral>";
    let error = first(device(ring).as_bytes()).map(|error| error.message).unwrap_or_default();
    assert!(error.contains("derives from itself"), "{error}");
}

#[test]
fn deep_and_large_files_end() {
    let deep = 100_000;
    let name = "<name>c</name><addressOffset>0</addressOffset>";
    let nest = format!("<cluster>{name}").repeat(deep) + &"</cluster>".repeat(deep);
    let peripheral = |registers: &str| {
        let inner = format!("<name>P</name><baseAddress>0</baseAddress><registers>{registers}</registers>");
        device(&format!("<peripheral>{inner}</peripheral>"))
    };
    let error = first(peripheral(&nest).as_bytes()).map(|error| error.message);
    assert_eq!(error.as_deref(), Some("clusters are too deep within each other"));
    let array =
        "<cluster><dim>60000</dim><dimIncrement>4</dimIncrement><name>c%s</name><addressOffset>0</addressOffset>";
    let error =
        first(peripheral(&(array.repeat(9) + &"</cluster>".repeat(9))).as_bytes()).map(|error| error.message);
    assert_eq!(error, Some(format!("the file expands to more than {} elements", svd::LIMIT)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The example with elements and words cut out, doubled and exchanged: read or refused, and what is read is the same
    /// from its own tables.
    #[test]
    fn any_file_is_read_or_refused(damage in prop::collection::vec((0..EXAMPLE.len(), 0..60usize, 0..EXAMPLE.len()), 1..8)) {
        let mut text = EXAMPLE.to_string();
        for (at, length, from) in damage {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(start + length);
            let from = text.floor_char_boundary(from);
            let piece = text[from..text.floor_char_boundary(from + length / 2)].to_string();
            text.replace_range(start..end, &piece);
        }
        whole(text.as_bytes())?;
    }

    /// Lines of the example in any order and number between its head and its end.
    #[test]
    fn any_lines_are_read_or_refused(lines in prop::collection::vec(0..EXAMPLE.lines().count(), 0..60)) {
        let all: Vec<&str> = EXAMPLE.lines().collect();
        let chosen: Vec<&str> = lines.iter().map(|&line| all[line]).collect();
        whole(device(&chosen.join("\n")).as_bytes())?;
    }
}

fn whole(bytes: &[u8]) -> Result<(), TestCaseError> {
    match svd::read("x.svd", bytes) {
        Ok(reading) => prop_assert_eq!(RegisterMap::read("x.tsv", reading.table().as_bytes()), Ok(reading.map)),
        Err(errors) => prop_assert!(!errors.is_empty()),
    }
    Ok(())
}
