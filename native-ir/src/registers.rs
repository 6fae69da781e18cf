//! Register maps: which hardware registers a machine has, how wide they are, and how they may be used.
//!
//! A map is a table in the manner of the contract's tables ([`crate::contract::tsv`]), a register or an array of
//! registers a row. Registers do not overlap, but for alternates: several registers with different names may begin at
//! the same address, as vendors' CMSIS-SVD files have them where a peripheral has modes. What may be done at such an
//! address in a width is the union of what its registers of that width allow.
//!
//! | column | meaning |
//! |---|---|
//! | `peripheral`, `register` | the name, in two parts; the key |
//! | `address` | of the first register, in hexadecimal (`0x4000251c`), a multiple of the width |
//! | `width` | 8, 16, 32 or 64 bits |
//! | `access` | `read-write`, `read-only` or `write-only` |
//! | `count`, `stride` | of an array the number of registers and the bytes from one to the next; `1` and `-` for one |
//! | `read action` | what a read does beside reading: `clear`, `set`, `modify`, `modify-external`; `-` for nothing |
//! | `reset` | the value after reset in hexadecimal; `-` where it is not known |
//! | `description` | what it is for; `-` for nothing |

use crate::Access;
use crate::contract::tsv::{self, Table, TableError};

/// The columns of a register map.
pub const HEADER: [&str; 10] = [
    "peripheral",
    "register",
    "address",
    "width",
    "access",
    "count",
    "stride",
    "read action",
    "reset",
    "description",
];

/// The most registers of a map, each element of an array counted.
pub const MAX_REGISTERS: usize = 1 << 20;

/// What a read does beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadAction {
    /// It clears the register.
    Clear,
    /// It sets the register's bits.
    Set,
    /// It changes the register.
    Modify,
    /// It changes something else.
    ModifyExternal,
}

impl ReadAction {
    /// Every action.
    pub const ALL: [ReadAction; 4] =
        [ReadAction::Clear, ReadAction::Set, ReadAction::Modify, ReadAction::ModifyExternal];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            ReadAction::Clear => "clear",
            ReadAction::Set => "set",
            ReadAction::Modify => "modify",
            ReadAction::ModifyExternal => "modify-external",
        }
    }

    /// The action of a spelling.
    pub fn from_name(name: &str) -> Option<ReadAction> {
        ReadAction::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// A register, or an array of registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterInfo {
    /// The peripheral it belongs to.
    pub peripheral: String,
    /// Its name within the peripheral.
    pub name: String,
    /// The address of the first.
    pub address: u64,
    /// The width of each in bits.
    pub width: u32,
    /// How it may be used.
    pub access: Access,
    /// How many there are.
    pub count: u64,
    /// How many bytes lie between the beginnings of two; of a single register its width in bytes.
    pub stride: u64,
    /// What a read does beside reading.
    pub read_action: Option<ReadAction>,
    /// The value after reset.
    pub reset: Option<u64>,
    /// What it is for; may be empty.
    pub description: String,
}

impl RegisterInfo {
    /// `peripheral.register`
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.peripheral, self.name)
    }
}

/// The registers of a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterMap {
    registers: Vec<RegisterInfo>,
    /// Address and index in `registers` of each register and element, sorted.
    elements: Vec<(u64, u32)>,
}

impl RegisterMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line and column.
    pub fn read(file: &str, bytes: &[u8]) -> Result<RegisterMap, Vec<TableError>> {
        let table = tsv::read(file, bytes, &HEADER, 2)?;
        let mut errors = Vec::new();
        let rows = (0..table.rows.len()).map(|row| Reader { table: &table, row, errors: &mut errors }.register());
        let registers: Vec<Option<RegisterInfo>> = rows.collect();
        let registers: Vec<RegisterInfo> = registers.into_iter().flatten().collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let elements = elements(&table, &registers)?;
        check_overlaps(&table, &registers, &elements)?;
        Ok(RegisterMap { registers, elements })
    }

    /// All registers, in the order of the table.
    pub fn registers(&self) -> &[RegisterInfo] {
        &self.registers
    }

    /// The register, or the array with an element, that begins at an address; of alternates the first of the table.
    pub fn find(&self, address: u64) -> Option<&RegisterInfo> {
        self.alternates(address).next()
    }

    /// All registers and arrays with an element that begin at an address, in the order of the table.
    pub fn alternates(&self, address: u64) -> impl Iterator<Item = &RegisterInfo> {
        let first = self.elements.partition_point(|element| element.0 < address);
        let here = self.elements.iter().skip(first).take_while(move |element| element.0 == address);
        here.filter_map(|&(_, index)| self.registers.get(index as usize))
    }

    /// What the registers of a width that begin at an address allow together; `None` when there is none.
    pub fn rights(&self, address: u64, width: u32) -> Option<Access> {
        let fitting = self.alternates(address).filter(|register| register.width == width);
        fitting.map(|register| register.access).reduce(|a, b| if a == b { a } else { Access::ReadWrite })
    }
}

/// Every register and element by address. A row's index is its register's.
fn elements(table: &Table, registers: &[RegisterInfo]) -> Result<Vec<(u64, u32)>, Vec<TableError>> {
    let mut elements = Vec::new();
    for (row, register) in registers.iter().enumerate() {
        if register.count > (MAX_REGISTERS - elements.len()) as u64 {
            let message = format!("the map has more than {MAX_REGISTERS} registers");
            return Err(vec![table.error(row, "count", message, "split the map, or correct the count")]);
        }
        let addresses = (0..register.count).map(|index| register.address + index * register.stride);
        elements.extend(addresses.map(|address| (address, row as u32)));
    }
    elements.sort_unstable();
    Ok(elements)
}

/// Registers that begin at different addresses do not overlap.
fn check_overlaps(
    table: &Table,
    registers: &[RegisterInfo],
    elements: &[(u64, u32)],
) -> Result<(), Vec<TableError>> {
    let mut errors = Vec::new();
    let mut reported = std::collections::HashSet::new();
    let mut widest: Option<(u64, u32)> = None;
    let end = |(address, index): (u64, u32)| {
        address.saturating_add(registers.get(index as usize).map_or(0, |register| u64::from(register.width / 8)))
    };
    for &element in elements {
        if let Some(before) = widest.filter(|&before| before.0 < element.0 && element.0 < end(before)) {
            let pair = (before.1.min(element.1), before.1.max(element.1));
            if reported.insert(pair) {
                errors.push(overlap(table, registers, pair, element.0));
            }
        }
        if widest.is_none_or(|before| end(before) < end(element)) {
            widest = Some(element);
        }
    }
    errors.sort_by_key(|error| error.line);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn overlap(table: &Table, registers: &[RegisterInfo], pair: (u32, u32), address: u64) -> TableError {
    let name = |index: u32| registers.get(index as usize).map_or(String::new(), RegisterInfo::full_name);
    let message = format!("`{}` overlaps `{}` at {address:#x}", name(pair.1), name(pair.0));
    let help = "correct an address, width or stride; only registers with the same address may share bytes";
    table.error(pair.1 as usize, "address", message, help)
}

struct Reader<'a> {
    table: &'a Table,
    row: usize,
    errors: &'a mut Vec<TableError>,
}

impl Reader<'_> {
    fn cell(&self, column: &str) -> &str {
        self.table.cell(self.row, column)
    }

    fn error(&mut self, column: &str, message: String, help: &str) {
        self.errors.push(self.table.error(self.row, column, message, help));
    }

    fn register(&mut self) -> Option<RegisterInfo> {
        let (peripheral, name) = (self.text("peripheral"), self.text("register"));
        let (address, width, access) = (self.hex("address"), self.width(), self.access());
        let (count, stride) = (self.count(), self.stride());
        let read_action = self.read_action();
        let reset = if self.cell("reset") == "-" { Some(None) } else { self.hex("reset").map(Some) };
        let (address, width) = (address?, width?);
        let register = RegisterInfo {
            peripheral: peripheral?,
            name: name?,
            address,
            width,
            access: access?,
            count: count?,
            stride: stride?.unwrap_or(u64::from(width / 8)),
            read_action: read_action?,
            reset: reset?,
            description: Some(self.cell("description"))
                .filter(|text| *text != "-")
                .unwrap_or_default()
                .to_string(),
        };
        self.consistent(&register).then_some(register)
    }

    fn text(&mut self, column: &'static str) -> Option<String> {
        let text = self.cell(column).to_string();
        if text == "-" {
            self.error(column, format!("the cell under `{column}` says nothing"), "write the name");
            return None;
        }
        Some(text)
    }

    fn hex(&mut self, column: &'static str) -> Option<u64> {
        let text = self.cell(column).to_string();
        let digits = text.strip_prefix("0x").filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        if number.is_none() {
            let message = format!("`{text}` is no hexadecimal number of at most 64 bits");
            self.error(column, message, "write it as 0x4000251c");
        }
        number
    }

    fn width(&mut self) -> Option<u32> {
        let text = self.cell("width").to_string();
        let width = [8, 16, 32, 64].into_iter().find(|width: &u32| width.to_string() == text);
        if width.is_none() {
            self.error("width", format!("`{text}` is no width of a register"), "write 8, 16, 32 or 64");
        }
        width
    }

    fn access(&mut self) -> Option<Access> {
        let text = self.cell("access").to_string();
        let access = Access::from_name(&text);
        if access.is_none() {
            let help = "write read-write, read-only or write-only";
            self.error("access", format!("unknown access `{text}`"), help);
        }
        access
    }

    fn decimal(&mut self, column: &'static str) -> Option<u64> {
        let text = self.cell(column).to_string();
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let number = if plain { text.parse().ok() } else { None };
        if number.is_none() {
            let message = format!("`{text}` is no number from 1 that fits here");
            self.error(column, message, "write it in decimal digits");
        }
        number
    }

    fn count(&mut self) -> Option<u64> {
        self.decimal("count")
    }

    fn stride(&mut self) -> Option<Option<u64>> {
        match (self.cell("count"), self.cell("stride")) {
            ("1", "-") => Some(None),
            ("1", _) => {
                let help = "write `-`";
                self.error("stride", "a single register has no stride".to_string(), help);
                None
            }
            _ => self.decimal("stride").map(Some),
        }
    }

    fn read_action(&mut self) -> Option<Option<ReadAction>> {
        let text = self.cell("read action").to_string();
        if text == "-" {
            return Some(None);
        }
        let action = ReadAction::from_name(&text);
        if action.is_none() {
            let help = "write clear, set, modify, modify-external or `-`";
            self.error("read action", format!("unknown read action `{text}`"), help);
        }
        action.map(Some)
    }

    /// What the cells must say together.
    fn consistent(&mut self, register: &RegisterInfo) -> bool {
        let before = self.errors.len();
        let bytes = u64::from(register.width / 8);
        if !register.address.is_multiple_of(bytes) {
            let message = format!("{:#x} is no multiple of {bytes} bytes", register.address);
            self.error("address", message, "a register is aligned to its width");
        }
        if register.stride < bytes || !register.stride.is_multiple_of(bytes) {
            let message = format!("a stride of {} does not suit {bytes} bytes", register.stride);
            self.error("stride", message, "write a multiple of the width in bytes");
        }
        let last = register.stride.checked_mul(register.count - 1).and_then(|at| at.checked_add(bytes - 1));
        if last.and_then(|last| register.address.checked_add(last)).is_none() {
            let message = "the registers go beyond the end of the address space".to_string();
            self.error("count", message, "correct address, count or stride");
        }
        if register.width < 64 && register.reset.is_some_and(|reset| reset >> register.width != 0) {
            let message = format!("the reset value has more than {} bits", register.width);
            self.error("reset", message, "correct the value or the width");
        }
        self.errors.len() == before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(rows: &[&str]) -> Result<RegisterMap, Vec<TableError>> {
        let mut text = HEADER.join("\t") + "\n";
        for row in rows {
            text += &row.split(' ').collect::<Vec<_>>().join("\t");
            text += "\n";
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
        let rows = [
            "P B 0x2 16 read-write 8 4 - - -",
            "P X 0x0 8 read-only 1 - - - -",
            "P A 0x0 32 read-write 8 4 - - -",
        ];
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
            ("P A 0x0 8 read-only 1 - - 0x100 -", "2:27 the reset value has more than 8 bits"),
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

    proptest! {
        #[test]
        fn any_table_is_read_or_refused(cells in prop::collection::vec("[-0-9a-fx ]{0,6}|read-only|32|0x0", 10..40)) {
            let rows: Vec<String> = cells.chunks(10).map(|row| row.join("\t")).collect();
            let text = format!("{}\n{}\n", HEADER.join("\t"), rows.join("\n"));
            if let Ok(map) = RegisterMap::read("map.tsv", text.as_bytes()) {
                for register in map.registers() {
                    prop_assert!(map.rights(register.address, register.width).is_some());
                }
            }
        }
    }
}
