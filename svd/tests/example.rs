//! The example file, which has each thing that the reader follows, against the tables that it must become.

use native_ir::registers::RegisterMap;

const EXAMPLE: &[u8] = include_bytes!("example.svd");
const TABLES: &str = include_str!("example.tsv");

#[test]
fn the_example_becomes_its_tables() {
    let reading = svd::read("example.svd", EXAMPLE).expect("the example is right");
    let table = reading.table();
    if std::env::var_os("WRITE_TABLES").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/example.tsv"), &table).expect("a table");
    }
    for (line, (made, expected)) in table.lines().zip(TABLES.lines()).enumerate() {
        assert_eq!(made, expected, "line {}", line + 1);
    }
    assert_eq!(table, TABLES);
    assert_eq!(reading.registers, 16);
    assert_eq!(RegisterMap::read("example.tsv", table.as_bytes()), Ok(reading.map));
}

#[test]
fn what_is_odd_is_noted() {
    let reading = svd::read("example.svd", EXAMPLE).expect("the example is right");
    let notes: Vec<String> = reading.notes.iter().map(|note| format!("{}: {}", note.line, note.message)).collect();
    let expected = [
        "95: `ODD` is left out: no single access has 24 bits",
        "100: `CROOKED` at 0x4000003a is left out: its 4 bytes are not aligned",
        "100: `CROOKED` at 0x4000203a is left out: its 4 bytes are not aligned",
        "108: `UART0.HALF` shares bytes with `UART0.WORD`: taken as another view of it",
        "108: `UART1.HALF` shares bytes with `UART1.WORD`: taken as another view of it",
    ];
    assert_eq!(notes, expected);
}

#[test]
fn either_kind_of_file_is_a_map() {
    let of = |name: &str, bytes: &[u8]| svd::registers(name, bytes).expect("a map");
    assert_eq!(of("a", EXAMPLE), of("b", TABLES.as_bytes()));
    let marked = [b"\xef\xbb\xbf", EXAMPLE].concat();
    assert_eq!(of("c", &marked), of("b", TABLES.as_bytes()));
}
