//! Loading a contract: all tables in an order in which each knows what it needs, then what no table shows alone.
//!
//! Other tables have a column for each built-in target, so `targets.tsv` comes first; opcodes need the classes of types.

use super::cells::{Cells, read_rows};
use super::{
    Contract, Keyed, TABLES, Table, TableError, cases, crosscheck, diagnostics, effects, invariants, memory,
    opcodes, overrides, runtime_abi, schema, targets, traps, tsv, types,
};
use crate::{Effect, Opcode, Rule, Trap, TypeKind};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Checks what no table shows alone.
pub(super) fn finish(contract: Contract, embedded: Option<&Contract>) -> Result<Contract, Vec<TableError>> {
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
    fn table(&mut self, name: &str, header: &[impl AsRef<str>], key: usize) -> Option<Table> {
        let index = TABLES.iter().position(|table| *table == name)?;
        let bytes = self.sources[index].as_deref()?;
        match tsv::read(name, bytes, header, key) {
            Ok(table) => {
                self.tables[index] = Some(table.clone());
                Some(table)
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }

    fn rows<R>(
        &mut self,
        name: &str,
        header: &[impl AsRef<str>],
        key: usize,
        read: impl FnMut(&mut Cells<'_>) -> Option<R>,
    ) -> Vec<R> {
        match self.table(name, header, key) {
            Some(table) => read_rows(&table, &mut self.errors, read),
            None => Vec::new(),
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

/// Reads the bytes of all tables, and their digest.
fn read_sources<'s>(source: &dyn Fn(&str) -> std::io::Result<Cow<'s, [u8]>>) -> (Loader<'s>, [u8; 32]) {
    let mut hash = Sha256::new();
    let (mut sources, mut errors) = (Vec::new(), Vec::new());
    for name in TABLES {
        match source(name) {
            Ok(bytes) => {
                hash.update(name.as_bytes());
                hash.update([0]);
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(&bytes);
                sources.push(Some(bytes));
            }
            Err(error) => {
                errors.push(unreadable(name, &error));
                sources.push(None);
            }
        }
    }
    (Loader { sources, errors, tables: vec![None; TABLES.len()] }, hash.finalize().into())
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
pub(super) fn read_all<'s>(
    source: &dyn Fn(&str) -> std::io::Result<Cow<'s, [u8]>>,
    embedded: Option<&Contract>,
) -> Result<Contract, Vec<TableError>> {
    let (mut loader, digest) = read_sources(source);
    let targets = loader.rows("targets.tsv", targets::HEADER, 1, targets::row);
    let columns = match &loader.tables[0] {
        Some(table) => Columns::new(table),
        None => return Err(read_without_targets(loader)),
    };
    let (count, map) = (columns.triples.len(), &columns.of_target);
    let header = types::header(&columns.triples);
    let mut types = loader.rows("machine-types.tsv", &header, 1, |cells| types::row(cells, count, map));
    let header = opcodes::header(&columns.triples);
    let mut opcodes = loader.rows("opcodes.tsv", &header, 1, |cells| opcodes::row(cells, &types, count, map));
    let header = runtime_abi::header(&columns.triples);
    let runtime = loader.rows("runtime-abi.tsv", &header, 1, |cells| runtime_abi::row(cells, count, map));
    let other = OtherTables::read(&mut loader);
    if let Some(embedded) = embedded {
        overrides::fill(&mut opcodes, &mut types, targets.len(), embedded);
    }
    let names = names_of(TypeKind::ALL, TypeKind::name);
    let types = loader.keyed("machine-types.tsv", types, &names, |row| row.ty.index());
    let names = names_of(Opcode::ALL, Opcode::name);
    let opcodes = loader.keyed("opcodes.tsv", opcodes, &names, |row| row.opcode.index());
    if !loader.errors.is_empty() {
        return Err(loader.errors);
    }
    Ok(Contract {
        targets,
        memory: other.memory,
        runtime,
        schema: other.schema,
        invariants: other.invariants,
        cases: other.cases,
        opcodes,
        types,
        effects: other.effects,
        traps: other.traps,
        diagnostics: other.diagnostics,
        tables: loader.tables.into_iter().flatten().collect(),
        digest,
    })
}

/// The errors of the tables that can be read without knowing the targets.
fn read_without_targets(mut loader: Loader<'_>) -> Vec<TableError> {
    OtherTables::read(&mut loader);
    loader.errors
}

/// The tables without columns by target.
struct OtherTables {
    memory: memory::MemoryModel,
    schema: Vec<schema::FieldRow>,
    invariants: Vec<invariants::InvariantRow>,
    cases: Vec<cases::CaseRow>,
    effects: Keyed<effects::EffectRow>,
    traps: Keyed<traps::TrapRow>,
    diagnostics: Keyed<diagnostics::DiagnosticRow>,
}

impl OtherTables {
    fn read(loader: &mut Loader<'_>) -> OtherTables {
        let effects = loader.rows("effects.tsv", effects::HEADER, 1, effects::row);
        let traps = loader.rows("traps.tsv", traps::HEADER, 1, traps::row);
        let memory = loader.rows("memory-model.tsv", memory::HEADER, 1, memory::row);
        let diagnostics = loader.rows("diagnostics.tsv", diagnostics::HEADER, 2, diagnostics::row);
        let (effect_names, trap_names) = (names_of(Effect::ALL, Effect::name), names_of(Trap::ALL, Trap::name));
        let rule_names = names_of(Rule::ALL, Rule::name);
        OtherTables {
            memory: memory::MemoryModel::new(memory),
            schema: loader.rows("schema.tsv", schema::HEADER, 2, schema::row),
            invariants: loader.rows("lowering-invariants.tsv", invariants::HEADER, 1, invariants::row),
            cases: loader.rows("verification-cases.tsv", cases::HEADER, 1, cases::row),
            effects: loader.keyed("effects.tsv", effects, &effect_names, |row| row.effect.index()),
            traps: loader.keyed("traps.tsv", traps, &trap_names, |row| row.trap.index()),
            diagnostics: loader.keyed("diagnostics.tsv", diagnostics, &rule_names, |row| row.rule.index()),
        }
    }
}
