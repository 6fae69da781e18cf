//! What no table shows alone: references between tables, and numbers that must fit each other.
//!
//! Each error stands at the cell that refers, not at the one that is missing. Features and profiles count as known
//! when the embedded targets have them, so that dropping one from a target is a change of one cell.

use super::cases::Expect;
use super::cells::{Enforcer, Status};
use super::evidence::Evidence;
use super::invariants::Stage;
use super::memory::{Operation, Side, Topic};
use super::opcodes::Traps;
use super::schema::Scope;
use super::targets::TargetRow;
use super::traps::TrapScope;
use super::types::{ClassMask, TypeStatus};
use super::{Contract, Table, TableError};
use crate::{Effect, Space};
use std::collections::HashSet;

/// All dangling references and contradictions, in the order of [`super::TABLES`].
pub(super) fn check(contract: &Contract, embedded: &Contract) -> Vec<TableError> {
    let mut check = Check { contract, embedded, errors: Vec::new() };
    check.targets();
    check.types();
    check.effects();
    check.traps();
    check.opcodes();
    check.memory();
    check.runtime();
    check.invariants();
    check.cases();
    check.errors
}

struct Check<'a> {
    contract: &'a Contract,
    embedded: &'a Contract,
    errors: Vec<TableError>,
}

impl<'a> Check<'a> {
    fn table(&self, name: &str) -> Option<&'a Table> {
        self.contract.table(name)
    }

    fn error(&mut self, table: &str, row: usize, column: &str, message: String, help: &str) {
        let error = self.table(table).map(|table| table.error(row, column, message, help));
        self.errors.extend(error);
    }

    fn error_in(&mut self, table: &str, row: usize, column: &str, word: &str, message: String, help: &str) {
        let error = self.table(table).map(|table| table.error_in(row, column, word, message, help));
        self.errors.extend(error);
    }

    fn any_target(&self, has: impl Fn(&TargetRow) -> bool) -> bool {
        self.contract.targets.iter().chain(&self.embedded.targets).any(has)
    }

    fn targets(&mut self) {
        for (row, target) in self.contract.targets.iter().enumerate() {
            self.target_numbers(row, target);
            if let Some(like) = &target.like {
                let base = self.contract.target(like).is_some_and(|(_, base)| base.like.is_none());
                if !base {
                    let message = format!("`{like}` is no built-in target");
                    self.error("targets.tsv", row, "like", message, "name a row whose own `like` is `-`");
                }
            }
            for profile in &target.profiles {
                if self.contract.allowed_effects(profile).is_empty() {
                    let message = format!("no effect is allowed in the profile `{profile}`");
                    let help = "add the profile to rows of effects.tsv, or correct its name";
                    self.error_in("targets.tsv", row, "profiles", profile, message, help);
                }
            }
        }
    }

    fn target_numbers(&mut self, row: usize, target: &TargetRow) {
        let table = "targets.tsv";
        let width = target.pointer_width;
        if !matches!(width, 32 | 64) {
            let message = format!("no pointer is {width} bits wide here");
            self.error(table, row, "pointer width", message, "write 32 or 64");
        }
        if !target.data_layout.split('-').any(|part| part == format!("p:{width}:{width}")) {
            let message = format!("the data layout has no p:{width}:{width} for the pointer width");
            self.error(table, row, "data layout", message, "make pointer width and data layout agree");
        }
        for bits in &target.access_widths {
            if !matches!(bits, 8 | 16 | 32 | 64) {
                let message = format!("no access is {bits} bits wide");
                let word = bits.to_string();
                self.error_in(table, row, "access widths", &word, message, "write 8, 16, 32 or 64");
            }
        }
        if !target.accesses(target.atomic_width) {
            let message = format!("an access of {} bits is not done at once", target.atomic_width);
            self.error(table, row, "atomic width", message, "write one of the access widths");
        }
        if !target.stack_align.is_power_of_two() {
            let message = format!("an alignment of {} is no power of two", target.stack_align);
            self.error(table, row, "stack align", message, "write 8 or 16");
        }
    }

    fn types(&mut self) {
        for (row, ty) in self.contract.types().iter().enumerate() {
            if ty.status == TypeStatus::Deferred && !ty.classes.is_empty() {
                let message = format!("the deferred type `{}` is in a class", ty.ty);
                self.error("machine-types.tsv", row, "classes", message, "write `-`");
            }
        }
    }

    fn effects(&mut self) {
        for (row, effect) in self.contract.effects().iter().enumerate() {
            if effect.implies.contains(effect.effect) {
                let message = format!("`{}` implies itself", effect.effect);
                let name = effect.effect.name();
                self.error_in("effects.tsv", row, "implies", name, message, "delete the word");
            }
            for profile in &effect.profiles {
                if !self.any_target(|target| target.profiles.contains(profile)) {
                    let message = format!("no target has the profile `{profile}`");
                    let help = "add the profile to a row of targets.tsv, or correct its name";
                    self.error_in("effects.tsv", row, "profiles", profile, message, help);
                }
            }
        }
    }

    fn traps(&mut self) {
        let rows = self.contract.traps();
        for (row, trap) in rows.iter().enumerate() {
            if trap.code == 0 || rows[..row].iter().any(|other| other.code == trap.code) {
                let message = format!("code {} is taken, or 0", trap.code);
                self.error("traps.tsv", row, "code", message, "give each trap a code of its own, from 1");
            }
            if !(64..=95).contains(&trap.exit_status) {
                let message = format!("exit status {} is outside 64 to 95", trap.exit_status);
                self.error("traps.tsv", row, "exit status", message, "write a status from 64 to 95");
            }
            if rows[..row].iter().any(|other| other.exit_status == trap.exit_status) {
                let message = format!("exit status {} is taken", trap.exit_status);
                self.error("traps.tsv", row, "exit status", message, "give each trap a status of its own");
            }
            if trap.scope == TrapScope::Checked && trap.raised_by_program {
                let message = format!("programs would raise the checked trap `{}`", trap.trap);
                self.error("traps.tsv", row, "raised by program", message, "write no");
            }
        }
    }

    fn opcodes(&mut self) {
        let rows = self.contract.opcodes().iter().enumerate();
        for (row, opcode) in rows.filter(|(_, row)| row.listed) {
            self.opcode_traps(row, &opcode.traps, opcode.effects.contains(Effect::Trap));
            if !self.contract.diagnostics().iter().any(|rule| rule.code == opcode.diagnostic) {
                let message = format!("`{}` is no code of diagnostics.tsv", opcode.diagnostic);
                self.error("opcodes.tsv", row, "diagnostic", message, "name a code, without a rule");
            }
            for (column, feature) in
                [("native when", &opcode.native_when), ("refused without", &opcode.refused_without)]
            {
                let Some(feature) = feature else { continue };
                if !self.any_target(|target| target.has_feature(feature)) {
                    let message = format!("no target has the feature `{feature}`");
                    self.error("opcodes.tsv", row, column, message, "name a feature of a row of targets.tsv");
                }
            }
            self.opcode_support(row);
            for attribute in &opcode.signature.attributes {
                self.opcode_attribute(row, attribute.name());
            }
        }
    }

    fn opcode_traps(&mut self, row: usize, traps: &Traps, effect: bool) {
        let raises = !matches!(traps, Traps::Of(list) if list.is_empty());
        if raises != effect {
            let message = "traps and the effect `trap` go together".to_string();
            let help = "write the effect when the row names traps, and only then";
            self.error("opcodes.tsv", row, "traps", message, help);
        }
        let Traps::Of(list) = traps else { return };
        for trap in list.iter().filter(|trap| self.contract.trap(**trap).scope == TrapScope::Checked) {
            let message = format!("`{trap}` is a checked trap, which needs no row");
            self.error_in("opcodes.tsv", row, "traps", trap.name(), message, "name portable traps alone");
        }
    }

    /// Exceptions name types that a type variable of the row may be bound to, or might before classes were dropped.
    fn opcode_support(&mut self, row: usize) {
        let contract = self.contract;
        let opcode = &contract.opcodes()[row];
        let masks = opcode.typevars.iter().chain(&self.embedded.opcode(opcode.opcode).typevars);
        let kinds = masks.fold(ClassMask::EMPTY, |all, mask| all.union(*mask));
        let targets = contract.targets.iter().zip(&opcode.targets);
        let built_in = targets.filter(|(target, _)| target.like.is_none());
        let cells = built_in.map(|(target, cell)| (target.triple.as_str(), cell));
        for (column, cell) in cells.chain([("vm", &opcode.vm)]) {
            for kind in cell.exceptions().filter(|kind| !kinds.contains(*kind)) {
                let message = format!("no type variable of the row is ever `{kind}`");
                let help = "name types that the column typevars allows";
                self.error_in("opcodes.tsv", row, column, kind.name(), message, help);
            }
        }
    }

    fn opcode_attribute(&mut self, row: usize, attribute: &str) {
        let field = attribute.split(':').next().unwrap_or(attribute);
        let known =
            |scope, name| self.contract.schema().iter().any(|field| field.scope == scope && field.field == name);
        if !known(Scope::Instruction, field) {
            let message = format!("`{field}` is no field of instructions in schema.tsv");
            self.error_in("opcodes.tsv", row, "attributes", field, message, "add its row to schema.tsv");
        }
    }

    fn memory(&mut self) {
        let table = "memory-model.tsv";
        let model = &self.contract.memory;
        for (row, first) in &model.conflicts {
            let message = format!("the row decides what `{}` decides already", model.rows[*first].rule);
            self.error(table, *row, "rule", message, "delete one of the two rows");
        }
        for (index, row) in model.rows.iter().enumerate() {
            let conflict = model.conflicts.contains_key(&index);
            if row.allowed.is_some() && !conflict && !model.is_indexed(index) {
                let message = format!("`{}` says whether something is allowed, but not what", row.rule);
                let help = "name the operation, and the address space it is done to in `from`";
                self.error(table, index, "allowed", message, help);
            }
            if row.allowed.is_some() && row.diagnostic.is_none() {
                let message = format!("`{}` has no diagnostic for where it is broken", row.rule);
                self.error(table, index, "diagnostic", message, "name CODE/rule");
            }
            if row.allowed == Some(true) && makes_mmio(row.operation, row.from, row.to) {
                let message = "nothing becomes an mmio pointer: only a declared register gives one".to_string();
                self.error(table, index, "allowed", message, "write no");
            }
            if row.topic == Topic::AddressSpace && !matches!(row.from, Some(Side::Space(_))) {
                let message = format!("`{}` names no address space", row.rule);
                self.error(table, index, "from", message, "write the space's name in `from`");
            }
        }
        for space in Space::ALL {
            let named = |row: &super::memory::MemoryRow| {
                row.topic == Topic::AddressSpace && row.from == Some(Side::Space(*space))
            };
            if !model.rows.iter().any(named) {
                let message = format!("the row of the address space `{space}` is missing");
                let help = "a table keeps each row of what is built in";
                self.error(table, usize::MAX, "rule", message, help);
            }
        }
    }

    fn runtime(&mut self) {
        for (index, row) in self.contract.runtime.iter().enumerate() {
            if !row.vm && row.available.iter().all(|available| !available) {
                let message = format!("`{}` is nowhere to be had", row.symbol);
                let help = "delete the row, or write yes for an engine";
                self.error("runtime-abi.tsv", index, "vm", message, help);
            }
        }
    }

    fn invariants(&mut self) {
        let table = "lowering-invariants.tsv";
        let cases: HashSet<&str> = self.contract.cases().iter().map(|row| row.case.as_str()).collect();
        for (index, row) in self.contract.invariants().iter().enumerate() {
            let planned = matches!(row.enforced_by, Enforcer::Planned(_));
            if planned != (row.status == Status::Planned) {
                let message = "status and enforcer contradict each other".to_string();
                let help = "an active row names a file, a planned one `planned: stage`";
                self.error(table, index, "enforced by", message, help);
            }
            if row.status == Status::Active && row.evidence.is_empty() {
                let message = format!("nothing shows that `{}` holds", row.invariant);
                let help = "write cases, case:ID, test:FILE#FUNCTION or make:TARGET";
                self.error(table, index, "evidence", message, help);
            }
            if row.status == Status::Active && row.stage == Stage::Verify && row.diagnostic.is_none() {
                let message = format!("the verifier has no diagnostic for `{}`", row.invariant);
                self.error(table, index, "diagnostic", message, "name CODE/rule");
            }
            let named = row.evidence.iter().filter_map(|evidence| match evidence {
                Evidence::Case(case) => Some(case.as_str()),
                _ => None,
            });
            for case in named.filter(|case| !cases.contains(case)) {
                let message = format!("`{case}` is no case of verification-cases.tsv");
                self.error_in(table, index, "evidence", case, message, "add the case, or correct its name");
            }
        }
    }

    fn cases(&mut self) {
        let table = "verification-cases.tsv";
        let invariants = self.contract.invariants().iter();
        let invariants: HashSet<&str> = invariants.map(|row| row.invariant.as_str()).collect();
        for (index, row) in self.contract.cases().iter().enumerate() {
            let rejects = row.expect == Expect::Reject;
            if rejects != row.rule.is_some() {
                let message = "a rejected case names its rule, an accepted one none".to_string();
                self.error(table, index, "rule", message, "make `expect` and `rule` agree");
            }
            if rejects != row.at.is_some() {
                let message = "a rejected case names a place, an accepted one none".to_string();
                self.error(table, index, "at", message, "make `expect` and `at` agree");
            }
            if !row.fixture.ends_with(".nir") {
                let message = format!("`{}` is no module", row.fixture);
                self.error(table, index, "fixture", message, "name a file that ends in .nir");
            }
            for name in &row.covers {
                if !invariants.contains(name.as_str()) {
                    let message = format!("`{name}` is no invariant of lowering-invariants.tsv");
                    let help = "name invariants, or write `-`";
                    self.error_in(table, index, "covers", name, message, help);
                }
            }
        }
    }
}

/// Whether an operation gives an mmio pointer to what was none.
fn makes_mmio(operation: Option<Operation>, from: Option<Side>, to: Option<Side>) -> bool {
    let mmio = Some(Side::Space(Space::Mmio));
    match operation {
        Some(Operation::Cast | Operation::AddrToPtr) => to == mmio && from != mmio,
        Some(Operation::Null) => from == mmio,
        _ => false,
    }
}
