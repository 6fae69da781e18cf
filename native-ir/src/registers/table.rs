//! Reads the tables of a map.

use super::{
    BLOCK_HEADER, Block, HEADER, INTERRUPT_HEADER, Interrupt, Item, MapFault, ReadAction, RegisterInfo,
    RegisterMap, Usage, WriteAction,
};
use crate::Access;
use crate::contract::tsv::{self, Table, TableError};

impl RegisterMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line and column.
    pub fn read(file: &str, bytes: &[u8]) -> Result<RegisterMap, Vec<TableError>> {
        let Tables { registers, blocks, interrupts } = tables(file, bytes)?;
        let mut errors = Vec::new();
        let infos: Vec<RegisterInfo> = rows(&registers, &mut errors, |reader| reader.register());
        let rooms =
            blocks.as_ref().map(|table| rows(table, &mut errors, |reader| reader.block())).unwrap_or_default();
        let lines = interrupts.as_ref().map(|table| rows(table, &mut errors, |reader| reader.interrupt()));
        let place = |fault: MapFault| {
            let (table, row) = match fault.item {
                Item::Register(row) => (&registers, row),
                Item::Block(row) => (blocks.as_ref().unwrap_or(&registers), row),
                Item::Interrupt(row) => (interrupts.as_ref().unwrap_or(&registers), row),
            };
            table.error(row, fault.column, fault.message, fault.help)
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let map = RegisterMap::new(infos, rooms, lines.unwrap_or_default());
        map.map_err(|faults| faults.into_iter().map(place).collect())
    }
}

struct Tables {
    registers: Table,
    blocks: Option<Table>,
    interrupts: Option<Table>,
}

/// Takes a file apart: a table begins at a line with the first columns of its header.
fn tables(file: &str, bytes: &[u8]) -> Result<Tables, Vec<TableError>> {
    let [blocks, interrupts] = [&BLOCK_HEADER, &INTERRUPT_HEADER].map(|header| header_line(bytes, header));
    let end = bytes.len();
    let first = blocks.unwrap_or(end).min(interrupts.unwrap_or(end));
    let tables = Tables {
        registers: tsv::read(file, bytes.get(..first).unwrap_or(bytes), &HEADER, 2)?,
        blocks: blocks.map(|at| part(file, bytes, at..interrupts.unwrap_or(end), &BLOCK_HEADER, 2)).transpose()?,
        interrupts: interrupts.map(|at| part(file, bytes, at..end, &INTERRUPT_HEADER, 1)).transpose()?,
    };
    Ok(tables)
}

/// The offset of the first line that begins like a header.
fn header_line(bytes: &[u8], header: &[&str; 4]) -> Option<usize> {
    // No row begins like this: a register has its address in the third column, an interrupt its number in the second.
    let [first, second, third, _] = header;
    let beginning = format!("{first}\t{second}\t{third}\t");
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(beginning.as_bytes()) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A table that does not begin at the first line of its file.
fn part(
    file: &str,
    bytes: &[u8],
    range: std::ops::Range<usize>,
    header: &[&str],
    key: usize,
) -> Result<Table, Vec<TableError>> {
    let before = bytes.get(..range.start).unwrap_or_default().iter().filter(|&&byte| byte == b'\n').count();
    // Blocks behind interrupts: the range is empty then, and the header is found to be misplaced.
    let Some(own) = bytes.get(range) else {
        let message = "the table of address blocks stands behind that of interrupts".to_string();
        let (row, help) = (header.join("\t"), "move it before them".to_string());
        return Err(vec![TableError { file: file.to_string(), line: before + 1, column: 1, row, message, help }]);
    };
    // Comments in place of what stands before keep the numbers of lines.
    let text: Vec<u8> = b"#\n".iter().copied().cycle().take(2 * before).chain(own.iter().copied()).collect();
    tsv::read(file, &text, header, key)
}

fn rows<T>(table: &Table, errors: &mut Vec<TableError>, read: fn(&mut Reader<'_>) -> Option<T>) -> Vec<T> {
    let rows = 0..table.rows.len();
    rows.filter_map(|row| read(&mut Reader { table, row, errors })).collect()
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
        let read_action =
            self.action("read action", ReadAction::from_name, &ReadAction::ALL.map(ReadAction::name));
        let write_action =
            self.action("write action", WriteAction::from_name, &WriteAction::ALL.map(WriteAction::name));
        let (reset, reset_mask) = (self.optional_hex("reset"), self.optional_hex("reset mask"));
        let width = width?;
        Some(RegisterInfo {
            peripheral: peripheral?,
            name: name?,
            address: address?,
            width,
            access: access?,
            count: count?,
            stride: stride?.unwrap_or(u64::from(width / 8)),
            read_action: read_action?,
            write_action: write_action?,
            reset: reset?,
            reset_mask: reset_mask?,
            alternate: Some(self.remark("alternate")).filter(|text| !text.is_empty()),
            description: self.remark("description"),
        })
    }

    fn block(&mut self) -> Option<Block> {
        let (peripheral, address, size) = (self.text("peripheral"), self.hex("block"), self.hex("size"));
        let text = self.cell("usage").to_string();
        let usage = Usage::from_name(&text);
        if usage.is_none() {
            let help = "write registers, buffer or reserved";
            self.error("usage", format!("unknown usage `{text}`"), help);
        }
        Some(Block { peripheral: peripheral?, address: address?, size: size?, usage: usage? })
    }

    fn interrupt(&mut self) -> Option<Interrupt> {
        let name = self.text("interrupt");
        let text = self.cell("number").to_string();
        let plain = text == "0" || digits(&text);
        let number = if plain { text.parse().ok() } else { None };
        if number.is_none() {
            self.error("number", format!("`{text}` is no number of an interrupt"), "write a number from 0 to 495");
        }
        let peripherals = self.remark("peripherals").split_whitespace().map(str::to_string).collect();
        Some(Interrupt { name: name?, number: number?, peripherals, description: self.remark("description") })
    }

    /// The text of a cell that may be `-` for nothing.
    fn remark(&self, column: &str) -> String {
        Some(self.cell(column)).filter(|text| *text != "-").unwrap_or_default().to_string()
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

    fn optional_hex(&mut self, column: &'static str) -> Option<Option<u64>> {
        if self.cell(column) == "-" { Some(None) } else { self.hex(column).map(Some) }
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
        let number = if digits(&text) { text.parse().ok() } else { None };
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

    fn action<T>(
        &mut self,
        column: &'static str,
        from_name: fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Option<Option<T>> {
        let text = self.cell(column).to_string();
        if text == "-" {
            return Some(None);
        }
        let action = from_name(&text);
        if action.is_none() {
            let help = format!("write {} or `-`", names.join(", "));
            self.error(column, format!("unknown {column} `{text}`"), &help);
        }
        action.map(Some)
    }
}

/// A number from 1 without leading zeros.
fn digits(text: &str) -> bool {
    !text.starts_with('0') && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
