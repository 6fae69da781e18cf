//! `nir contract`: checks and shows the tables.

use crate::arguments::{Contract as Command, List};
use crate::outcome::{Failure, Status};
use crate::tables::{self, count};
use comfy_table::{ContentArrangement, Table as Grid, presets};
use native_ir::Contract;
use native_ir::contract::{TABLES, Table};
use std::io::{self, IsTerminal, Write};

/// Runs one of the commands.
pub(crate) fn run(command: &Command) -> Result<Status, Failure> {
    match command {
        Command::Check { contract } => check(&*tables::contract(contract)?),
        Command::List { table, contract } => {
            let contract = tables::contract(contract)?;
            match table {
                Some(list) => list_rows(&contract, *list),
                None => list_tables(&contract),
            }
        }
        Command::Show { item, contract } => show(&*tables::contract(contract)?, item),
    }
}

/// Loading has checked everything; what is left is to say what was found.
fn check(contract: &Contract) -> Result<Status, Failure> {
    let mut grid = grid(&["table", "rows"]);
    let tables = || TABLES.iter().filter_map(|name| contract.table(name));
    for table in tables() {
        grid.add_row([table.file.clone(), table.rows.len().to_string()]);
    }
    let rows = tables().map(|table| table.rows.len()).sum();
    let mut out = io::stdout().lock();
    writeln!(out, "{}", grid.trim_fmt())?;
    writeln!(out, "\n{} hold, {}", count(TABLES.len(), "table"), count(rows, "row"))?;
    let origin = if contract.is_embedded() { "the built-in ones" } else { "other than the built-in ones" };
    writeln!(out, "contract {} ({origin})", contract.digest_hex())?;
    Ok(Status::Fine)
}

/// What a list takes from its table: the columns by name, `*` for those of the targets.
struct Listing {
    word: &'static str,
    list: List,
    file: &'static str,
    columns: &'static [&'static str],
    about: &'static str,
}

const fn listing(
    word: &'static str,
    list: List,
    file: &'static str,
    columns: &'static [&'static str],
    about: &'static str,
) -> Listing {
    Listing { word, list, file, columns, about }
}

#[rustfmt::skip]
static LISTINGS: [Listing; 11] = [
    listing("opcodes", List::Opcodes, "opcodes.tsv", &["opcode", "operands", "results", "effects", "*", "vm", "description"], "what instructions do, and which target has them"),
    listing("types", List::Types, "machine-types.tsv", &["type", "kind", "bits", "*", "status", "description"], "types, their sizes and alignments"),
    listing("targets", List::Targets, "targets.tsv", &["triple", "like", "abi", "features", "profiles", "description"], "the machines that modules are for"),
    listing("effects", List::Effects, "effects.tsv", &["effect", "profiles", "description"], "what functions may do beside computing values"),
    listing("traps", List::Traps, "traps.tsv", &["trap", "scope", "exit status", "message"], "the classes of traps and their exit statuses"),
    listing("rules", List::Rules, "diagnostics.tsv", &["code", "rule", "summary"], "the rules of diagnostics"),
    listing("spaces", List::Spaces, "memory-model.tsv", &["from", "description"], "address spaces"),
    listing("memory", List::Memory, "memory-model.tsv", &["rule", "topic", "allowed", "description"], "casts, accesses, lifetimes, aliases"),
    listing("runtime", List::Runtime, "runtime-abi.tsv", &["symbol", "signature", "*", "vm", "description"], "the functions that the runtime gives to programs"),
    listing("invariants", List::Invariants, "lowering-invariants.tsv", &["invariant", "stage", "status", "statement"], "what holds after each stage"),
    listing("schema", List::Schema, "schema.tsv", &["scope", "field", "kind", "required", "description"], "the fields of the text form"),
];

impl Listing {
    /// The rows of the table that belong to the list.
    fn rows<'a>(&self, table: &'a Table) -> impl Iterator<Item = usize> + use<'a> {
        let spaces = self.list == List::Spaces;
        (0..table.rows.len()).filter(move |&row| !spaces || table.cell(row, "topic") == "address-space")
    }

    /// The indices of the columns that are shown.
    fn shown(&self, contract: &Contract, table: &Table) -> Vec<usize> {
        let mut shown = Vec::new();
        for name in self.columns {
            match *name {
                "*" => shown
                    .extend((0..table.header.len()).filter(|&column| is_target(contract, &table.header[column]))),
                name => shown.extend(table.column(name)),
            }
        }
        shown
    }
}

/// Whether a column is one target's.
fn is_target(contract: &Contract, column: &str) -> bool {
    contract.target(column.strip_prefix("align:").unwrap_or(column)).is_some()
}

fn list_tables(contract: &Contract) -> Result<Status, Failure> {
    let mut grid = grid(&["list", "rows", "table", "what"]);
    for listing in &LISTINGS {
        let rows = contract.table(listing.file).map_or(0, |table| listing.rows(table).count());
        grid.add_row([
            listing.word.to_string(),
            rows.to_string(),
            listing.file.to_string(),
            listing.about.to_string(),
        ]);
    }
    writeln!(io::stdout(), "{}", grid.trim_fmt())?;
    Ok(Status::Fine)
}

fn list_rows(contract: &Contract, list: List) -> Result<Status, Failure> {
    let found = LISTINGS.iter().find(|listing| listing.list == list);
    let Some((listing, table)) = found.and_then(|listing| Some((listing, contract.table(listing.file)?))) else {
        return Ok(Status::Fine);
    };
    let columns = listing.shown(contract, table);
    let header: Vec<&str> = columns.iter().map(|&column| table.header[column].as_str()).collect();
    let mut grid = grid(&header);
    for row in listing.rows(table) {
        grid.add_row(columns.iter().map(|&column| table.rows[row].cell(column)));
    }
    writeln!(io::stdout(), "{}", grid.trim_fmt())?;
    Ok(Status::Fine)
}

/// A table without lines. On a terminal its cells are wrapped to the terminal's width; elsewhere a row is a line, for
/// `grep`.
fn grid(header: &[&str]) -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::NOTHING).set_header(header);
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| columns);
    if let Some(columns) = columns.filter(|_| io::stdout().is_terminal()) {
        grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns.max(40));
    }
    let last = header.len().saturating_sub(1);
    for (index, column) in grid.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    grid
}

/// The names by which a row can be shown: its key, and where the key has two cells both together and the second.
fn names(table: &Table, row: usize) -> Vec<String> {
    let cell = |column: usize| table.rows[row].cell(column).to_string();
    match table.file.as_str() {
        "diagnostics.tsv" => vec![format!("{}/{}", cell(0), cell(1)), cell(1), cell(0)],
        "schema.tsv" => vec![cell(0), format!("{}/{}", cell(1), cell(0))],
        "memory-model.tsv" if table.cell(row, "topic") == "address-space" => vec![cell(0), cell(2)],
        "opcodes.tsv" => {
            // `load.i32` and `icmp.eq` are what stands in a module; the row is `load.T`, `icmp.cc`.
            let name = cell(0);
            name.split_once('.')
                .map(|(base, _)| vec![name.clone(), base.to_string()])
                .unwrap_or(vec![name.clone()])
        }
        _ => vec![cell(0)],
    }
}

fn show(contract: &Contract, item: &str) -> Result<Status, Failure> {
    let tables = || TABLES.iter().filter_map(|name| contract.table(name));
    let named = |wanted: &str| -> Vec<(&Table, usize)> {
        let rows = tables().flat_map(|table| (0..table.rows.len()).map(move |row| (table, row)));
        rows.filter(|(table, row)| names(table, *row).iter().any(|name| name == wanted)).collect()
    };
    let wanted = item.trim().trim_start_matches('@');
    let mut found = named(wanted);
    if found.is_empty() {
        found = wanted.split_once('.').map_or(Vec::new(), |(base, _)| named(base));
    }
    if found.is_empty() {
        let all: Vec<String> =
            tables().flat_map(|table| (0..table.rows.len()).flat_map(move |row| names(table, row))).collect();
        let near = directive::near(wanted, all.iter().map(String::as_str));
        return Err(Failure::Usage(match near.is_empty() {
            true => format!("no row is named `{wanted}`; `nir contract list` shows where to look"),
            false => format!("no row is named `{wanted}`; did you mean {}?", near.join(", ")),
        }));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (index, (table, row)) in found.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        show_row(&mut out, table, *row)?;
    }
    out.flush()?;
    Ok(Status::Fine)
}

fn show_row(out: &mut impl Write, table: &Table, row: usize) -> io::Result<()> {
    writeln!(out, "{}:{}", table.file, table.rows[row].line)?;
    let width = table.header.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (name, cell) in table.header.iter().zip(table.rows[row].cells()) {
        writeln!(out, "  {name:width$}  {cell}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_names_columns_that_its_table_has() {
        let contract = Contract::embedded();
        for listing in &LISTINGS {
            let table = contract.table(listing.file).unwrap();
            for name in listing.columns.iter().filter(|name| **name != "*") {
                assert!(table.column(name).is_some(), "{}: {name}", listing.file);
            }
            assert!(listing.rows(table).next().is_some(), "{}", listing.word);
        }
    }
}
