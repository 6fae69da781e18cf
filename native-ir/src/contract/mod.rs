//! The contract: the tables that say what the IR means, read strictly and checked against each other.
//!
//! [`Contract::embedded`] is what the tool was built with; [`Contract::load`] reads other tables, which may narrow the
//! embedded ones and widen only what `overrides` names. A contract that exists is whole: every reference is to a row.
//!
//! Every program reads the embedded tables when it starts. It therefore takes their digest from the build, trusts what
//! [`Contract::check_embedded`] finds out about them, and reads those that no engine needs when they are asked for.

pub mod cases;
pub(crate) mod cells;
mod crosscheck;
pub mod diagnostics;
mod digest;
pub mod effects;
pub mod evidence;
pub mod invariants;
mod load;
pub mod memory;
pub mod opcodes;
mod overrides;
pub mod promises;
pub mod runtime_abi;
pub mod schema;
pub mod targets;
pub mod traps;
pub mod tsv;
pub mod types;
pub mod typing;

pub use cells::{Enforcer, Status};
pub use digest::TABLES;
pub use tsv::{Table, TableError};

use crate::{Effect, EffectSet, Opcode, Rule, Trap, TypeKind};
use load::{finish, read_all, read_embedded};
use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

/// The digest of the embedded tables.
const EMBEDDED_DIGEST: [u8; 32] = include!(concat!(env!("OUT_DIR"), "/digest.rs"));

/// The embedded bytes of a table.
pub fn embedded_source(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "targets.tsv" => include_bytes!("../../targets.tsv"),
        "machine-types.tsv" => include_bytes!("../../machine-types.tsv"),
        "effects.tsv" => include_bytes!("../../effects.tsv"),
        "traps.tsv" => include_bytes!("../../traps.tsv"),
        "opcodes.tsv" => include_bytes!("../../opcodes.tsv"),
        "memory-model.tsv" => include_bytes!("../../memory-model.tsv"),
        "runtime-abi.tsv" => include_bytes!("../../runtime-abi.tsv"),
        "schema.tsv" => include_bytes!("../../schema.tsv"),
        "diagnostics.tsv" => include_bytes!("../../diagnostics.tsv"),
        "lowering-invariants.tsv" => include_bytes!("../../lowering-invariants.tsv"),
        "verification-cases.tsv" => include_bytes!("../../verification-cases.tsv"),
        _ => return None,
    })
}

/// All tables. Rows stand in the order of their file, so that a row's index is also its index in [`Contract::table`].
#[derive(Clone, Debug)]
pub struct Contract {
    /// `targets.tsv`
    pub targets: Vec<targets::TargetRow>,
    /// `memory-model.tsv`
    pub memory: memory::MemoryModel,
    /// `runtime-abi.tsv`
    pub runtime: Vec<runtime_abi::RuntimeRow>,
    opcodes: Keyed<opcodes::OpcodeRow>,
    types: Keyed<types::TypeRow>,
    effects: Keyed<effects::EffectRow>,
    traps: Keyed<traps::TrapRow>,
    /// Empty until it is asked for, in the embedded contract alone.
    rest: OnceLock<Rest>,
    digest: [u8; 32],
}

/// What nothing that runs needs: what diagnostics, documents and checks are made of.
#[derive(Clone, Debug)]
struct Rest {
    schema: Vec<schema::FieldRow>,
    invariants: Vec<invariants::InvariantRow>,
    cases: Vec<cases::CaseRow>,
    diagnostics: Keyed<diagnostics::DiagnosticRow>,
    tables: Vec<Table>,
}

/// Rows in file order, with the place of each variant of the enum that names them.
#[derive(Clone, Debug)]
struct Keyed<R> {
    rows: Vec<R>,
    places: Vec<usize>,
}

impl<R> Keyed<R> {
    /// The names of variants without a row are pushed to `missing`.
    fn new(rows: Vec<R>, names: &[&str], index: impl Fn(&R) -> usize, missing: &mut Vec<String>) -> Keyed<R> {
        let mut places = vec![usize::MAX; names.len()];
        for (at, row) in rows.iter().enumerate() {
            places[index(row)] = at;
        }
        let absent = names.iter().zip(&places).filter(|(_, place)| **place == usize::MAX);
        missing.extend(absent.map(|(name, _)| name.to_string()));
        Keyed { rows, places }
    }

    fn at(&self, index: usize) -> &R {
        &self.rows[self.places[index]]
    }
}

impl Contract {
    /// The tables that the tool was built with.
    pub fn embedded() -> &'static Contract {
        static EMBEDDED: OnceLock<Contract> = OnceLock::new();
        EMBEDDED.get_or_init(|| tested(read_embedded()))
    }

    /// Reads and cross-checks the embedded tables.
    ///
    /// # Errors
    /// What is wrong with them: for tests, and for the check that newcomers run.
    pub fn check_embedded() -> Result<Contract, Vec<TableError>> {
        finish(read_all(&embedded_bytes, None)?, None)
    }

    /// Reads the tables of a directory, all of [`TABLES`].
    ///
    /// # Errors
    /// Everything that is wrong with them, and every change against the embedded tables that they may not make.
    pub fn load(directory: &Path) -> Result<Contract, Vec<TableError>> {
        Contract::from_sources(|name| std::fs::read(directory.join(name)).map(Cow::Owned))
    }

    /// Reads the tables that a function gives for each name of [`TABLES`].
    ///
    /// # Errors
    /// As [`Contract::load`].
    pub fn from_sources<'a>(
        source: impl Fn(&str) -> std::io::Result<Cow<'a, [u8]>>,
    ) -> Result<Contract, Vec<TableError>> {
        let embedded = Contract::embedded();
        finish(read_all(&source, Some(embedded))?, Some(embedded))
    }

    /// SHA-256 over name and bytes of all tables.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The digest in hexadecimal.
    pub fn digest_hex(&self) -> String {
        self.digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the tables are, byte for byte, those that the tool was built with.
    pub fn is_embedded(&self) -> bool {
        self.digest == EMBEDDED_DIGEST
    }

    fn rest(&self) -> &Rest {
        self.rest.get_or_init(|| tested(read_all(&embedded_bytes, None).map(|(_, rest)| rest)))
    }

    /// A table as it was read, by its file name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        TABLES.iter().position(|table| *table == name).and_then(|index| self.rest().tables.get(index))
    }

    /// The rows of `opcodes.tsv`, those behind the file's own being left out there.
    pub fn opcodes(&self) -> &[opcodes::OpcodeRow] {
        &self.opcodes.rows
    }

    /// An opcode's row.
    pub fn opcode(&self, opcode: Opcode) -> &opcodes::OpcodeRow {
        self.opcodes.at(opcode.index())
    }

    /// The rows of `machine-types.tsv`, those behind the file's own being left out there.
    pub fn types(&self) -> &[types::TypeRow] {
        &self.types.rows
    }

    /// A type's row.
    pub fn type_row(&self, kind: TypeKind) -> &types::TypeRow {
        self.types.at(kind.index())
    }

    /// The rows of `effects.tsv`.
    pub fn effects(&self) -> &[effects::EffectRow] {
        &self.effects.rows
    }

    /// An effect's row.
    pub fn effect(&self, effect: Effect) -> &effects::EffectRow {
        self.effects.at(effect.index())
    }

    /// The rows of `traps.tsv`.
    pub fn traps(&self) -> &[traps::TrapRow] {
        &self.traps.rows
    }

    /// A trap's row.
    pub fn trap(&self, trap: Trap) -> &traps::TrapRow {
        self.traps.at(trap.index())
    }

    /// The rows of `diagnostics.tsv`.
    pub fn diagnostics(&self) -> &[diagnostics::DiagnosticRow] {
        &self.rest().diagnostics.rows
    }

    /// A rule's row.
    pub fn diagnostic(&self, rule: Rule) -> &diagnostics::DiagnosticRow {
        self.rest().diagnostics.at(rule.index())
    }

    /// The rows of `schema.tsv`.
    pub fn schema(&self) -> &[schema::FieldRow] {
        &self.rest().schema
    }

    /// The rows of `lowering-invariants.tsv`.
    pub fn invariants(&self) -> &[invariants::InvariantRow] {
        &self.rest().invariants
    }

    /// The rows of `verification-cases.tsv`.
    pub fn cases(&self) -> &[cases::CaseRow] {
        &self.rest().cases
    }

    /// A target's index and row.
    pub fn target(&self, triple: &str) -> Option<(usize, &targets::TargetRow)> {
        self.targets.iter().enumerate().find(|(_, row)| row.triple == triple)
    }

    /// The built-in row whose semantics a target row has: itself, or the one it is like.
    pub fn base_target<'a>(&'a self, row: &'a targets::TargetRow) -> &'a targets::TargetRow {
        let base = row.like.as_deref().and_then(|like| self.target(like));
        base.map_or(row, |(_, base)| base)
    }

    /// A runtime function's row.
    pub fn runtime_function(&self, symbol: &str) -> Option<&runtime_abi::RuntimeRow> {
        self.runtime.iter().find(|row| row.symbol == symbol)
    }

    /// The effects that a profile allows.
    pub fn allowed_effects(&self, profile: &str) -> EffectSet {
        let rows = self.effects.rows.iter().filter(|row| row.profiles.iter().any(|name| name == profile));
        rows.map(|row| row.effect).collect()
    }
}

/// The embedded bytes of a table, as those of other tables are given.
fn embedded_bytes(name: &str) -> std::io::Result<Cow<'static, [u8]>> {
    embedded_source(name).map(Cow::Borrowed).ok_or_else(|| std::io::ErrorKind::NotFound.into())
}

/// What was read of the embedded tables.
fn tested<T>(read: Result<T, Vec<TableError>>) -> T {
    read.unwrap_or_else(|errors| {
        let report: String = errors.iter().map(|error| format!("\n{error}")).collect();
        unreachable!("the embedded tables were tested: {report}")
    })
}
