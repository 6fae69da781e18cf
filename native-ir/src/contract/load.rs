//! Loading a contract: all tables in an order in which each knows what it needs, then what no table shows alone.
//!
//! Other tables have a column for each built-in target, so `targets.tsv` comes first; opcodes need the classes of types.
//! The embedded tables' [`Rest`] is left out when a program starts; whatever else is loaded is read to the end.

use super::cells::{Cells, read_rows};
use super::{
    Contract, EMBEDDED_DIGEST, Keyed, Rest, TABLES, Table, TableError, cases, crosscheck, diagnostics, effects,
    embedded_bytes, invariants, memory, opcodes, overrides, runtime_abi, schema, targets, traps, tsv, types,
};
use crate::{Effect, Opcode, Rule, Trap, TypeKind};
use std::borrow::Cow;
use std::sync::OnceLock;

/// Where the bytes of a table are from, by its name.
type Source<'a, 's> = &'a dyn Fn(&str) -> std::io::Result<Cow<'s, [u8]>>;

/// Puts a contract together and checks what no table shows alone.
pub(super) fn finish(
    (contract, rest): (Contract, Rest),
    embedded: Option<&Contract>,
) -> Result<Contract, Vec<TableError>> {
    let contract = Contract { rest: OnceLock::from(rest), ..contract };
    let mut errors = crosscheck::check(&contract, embedded.unwrap_or(&contract));
    if let Some(embedded) = embedded {
        errors.extend(overrides::check(&contract, embedded));
    }
    if errors.is_empty() { Ok(contract) } else { Err(errors) }
}

/// The target rows as far as other tables' columns depend on them.
struct Columns {
    /// The built-in triples, which other tables have a column for.
    triples: Vec<String>,
    /// For each target row the column it takes.
    of_target: Vec<usize>,
}

impl Columns {
    fn new(table: &Table) -> Columns {
        let triples: Vec<String> = (0..table.rows.len())
            .filter(|&row| table.cell(row, "like") == "-")
            .map(|row| table.cell(row, "triple").to_string())
            .collect();
        let column = |row: usize| {
            let like = table.cell(row, "like");
            let base = if like == "-" { table.cell(row, "triple") } else { like };
            triples.iter().position(|triple| triple == base).unwrap_or(usize::MAX)
        };
        let of_target = (0..table.rows.len()).map(column).collect();
        Columns { triples, of_target }
    }
}

/// Reads tables one after the other and gathers their errors.
struct Loader<'s> {
    sources: Vec<Option<Cow<'s, [u8]>>>,
    errors: Vec<TableError>,
    tables: Vec<Option<Table>>,
}

impl Loader<'_> {
    /// Reads a table, and its rows where its form is right.
    fn rows<R>(
        &mut self,
        name: &str,
        header: &[impl AsRef<str>],
        key: usize,
        read: impl FnMut(&mut Cells<'_>) -> Option<R>,
    ) -> Vec<R> {
        let index = TABLES.iter().position(|table| *table == name);
        let Some((index, bytes)) = index.and_then(|index| Some((index, self.sources[index].as_deref()?))) else {
            return Vec::new();
        };
        match tsv::read(name, bytes, header, key) {
            Ok(table) => {
                let rows = read_rows(&table, &mut self.errors, read);
                self.tables[index] = Some(table);
                rows
            }
            Err(errors) => {
                self.errors.extend(errors);
                Vec::new()
            }
        }
    }

    /// The rows of an enum's table, whose variants must all be there.
    fn keyed<R>(&mut self, name: &str, rows: Vec<R>, names: &[&str], index: impl Fn(&R) -> usize) -> Keyed<R> {
        let mut missing = Vec::new();
        let keyed = Keyed::new(rows, names, index, &mut missing);
        let table = TABLES.iter().position(|table| *table == name).and_then(|i| self.tables[i].as_ref());
        let whole = self.errors.iter().all(|error| error.file != name);
        if let (Some(table), true) = (table, whole) {
            let help = "a table keeps each row of what is built in";
            let error =
                |name: &String| table.error(usize::MAX, "", format!("the row of `{name}` is missing"), help);
            self.errors.extend(missing.iter().map(error));
        }
        keyed
    }
}

/// Reads the bytes of all tables.
fn read_sources<'s>(source: Source<'_, 's>) -> Loader<'s> {
    let (mut sources, mut errors) = (Vec::new(), Vec::new());
    for name in TABLES {
        match source(name) {
            Ok(bytes) => sources.push(Some(bytes)),
            Err(error) => {
                errors.push(unreadable(name, &error));
                sources.push(None);
            }
        }
    }
    Loader { sources, errors, tables: vec![None; TABLES.len()] }
}

/// The digest of the tables that could be read.
fn digest(loader: &Loader<'_>) -> [u8; 32] {
    let tables = TABLES.into_iter().zip(&loader.sources);
    super::digest::digest(tables.filter_map(|(name, bytes)| Some((name, bytes.as_deref()?))))
}

fn unreadable(name: &str, error: &std::io::Error) -> TableError {
    TableError {
        file: name.to_string(),
        line: 1,
        column: 1,
        row: String::new(),
        message: format!("the table cannot be read: {error}"),
        help: "a contract is all of its tables; copy those that stay as they are".to_string(),
    }
}

fn names_of<E: Copy>(all: &[E], name: impl Fn(E) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|&variant| name(variant)).collect()
}

/// Reads all tables, filling opcodes and types that are left out from the embedded ones where there are any.
pub(super) fn read_all(
    source: Source<'_, '_>,
    embedded: Option<&Contract>,
) -> Result<(Contract, Rest), Vec<TableError>> {
    let mut loader = read_sources(source);
    let digest = digest(&loader);
    let contract = read_needed(&mut loader, embedded, digest);
    let rest = read_rest(&mut loader);
    match contract {
        Some(contract) if loader.errors.is_empty() => {
            let tables = loader.tables.into_iter().flatten().collect();
            Ok((contract, Rest { tables, ..rest }))
        }
        _ => Err(loader.errors),
    }
}

/// Reads of the embedded tables those that what runs needs.
pub(super) fn read_embedded() -> Result<Contract, Vec<TableError>> {
    let mut loader = read_sources(&embedded_bytes);
    let contract = read_needed(&mut loader, None, EMBEDDED_DIGEST);
    contract.filter(|_| loader.errors.is_empty()).ok_or(loader.errors)
}

/// Reads everything but the [`Rest`]; nothing without targets, when all the others that can be are still read.
fn read_needed(loader: &mut Loader<'_>, embedded: Option<&Contract>, digest: [u8; 32]) -> Option<Contract> {
    let targets = loader.rows("targets.tsv", targets::HEADER, 1, targets::row);
    let columns = loader.tables[0].as_ref().map(Columns::new);
    let effects = loader.rows("effects.tsv", effects::HEADER, 1, effects::row);
    let traps = loader.rows("traps.tsv", traps::HEADER, 1, traps::row);
    let memory = loader.rows("memory-model.tsv", memory::HEADER, 1, memory::row);
    let effects =
        loader.keyed("effects.tsv", effects, &names_of(Effect::ALL, Effect::name), |row| row.effect.index());
    let traps = loader.keyed("traps.tsv", traps, &names_of(Trap::ALL, Trap::name), |row| row.trap.index());
    let Columns { triples, of_target } = columns?;
    let count = triples.len();
    let header = types::header(&triples);
    let mut types = loader.rows("machine-types.tsv", &header, 1, |cells| types::row(cells, count, &of_target));
    let header = opcodes::header(&triples);
    let mut opcodes =
        loader.rows("opcodes.tsv", &header, 1, |cells| opcodes::row(cells, &types, count, &of_target));
    let header = runtime_abi::header(&triples);
    let runtime = loader.rows("runtime-abi.tsv", &header, 1, |cells| runtime_abi::row(cells, count, &of_target));
    if let Some(embedded) = embedded {
        overrides::fill(&mut opcodes, &mut types, targets.len(), embedded);
    }
    let names = names_of(TypeKind::ALL, TypeKind::name);
    let types = loader.keyed("machine-types.tsv", types, &names, |row| row.ty.index());
    let names = names_of(Opcode::ALL, Opcode::name);
    let opcodes = loader.keyed("opcodes.tsv", opcodes, &names, |row| row.opcode.index());
    let memory = memory::MemoryModel::new(memory);
    Some(Contract { targets, memory, runtime, opcodes, types, effects, traps, rest: OnceLock::new(), digest })
}

/// Reads the tables of the [`Rest`], whose copies of tables are left empty.
fn read_rest(loader: &mut Loader<'_>) -> Rest {
    let diagnostics = loader.rows("diagnostics.tsv", diagnostics::HEADER, 2, diagnostics::row);
    let names = names_of(Rule::ALL, Rule::name);
    Rest {
        diagnostics: loader.keyed("diagnostics.tsv", diagnostics, &names, |row| row.rule.index()),
        schema: loader.rows("schema.tsv", schema::HEADER, 2, schema::row),
        invariants: loader.rows("lowering-invariants.tsv", invariants::HEADER, 1, invariants::row),
        cases: loader.rows("verification-cases.tsv", cases::HEADER, 1, cases::row),
        tables: Vec::new(),
    }
}
