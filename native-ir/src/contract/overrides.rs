//! What loaded tables may change against the embedded ones.
//!
//! They may narrow: drop features, classes and rows of opcodes, types and runtime functions, reject an opcode or a type,
//! ask for more effects, forbid. They may widen only what no engine's code depends on: casts between address spaces,
//! profiles, and targets that are `like` a built-in one. What would need code that is not there is refused here.

use super::memory::Topic;
use super::opcodes::{OpcodeRow, Support, SupportCell, Traps};
use super::targets::TargetRow;
use super::types::{TypeRow, TypeStatus};
use super::{Contract, Table, TableError};
use crate::{EffectSet, Opcode, TypeKind};

/// Adds the rows of opcodes and types that a loaded table leaves out, rejected everywhere.
pub(super) fn fill(opcodes: &mut Vec<OpcodeRow>, types: &mut Vec<TypeRow>, targets: usize, embedded: &Contract) {
    for &opcode in Opcode::ALL {
        if !opcodes.iter().any(|row| row.opcode == opcode) {
            opcodes.push(OpcodeRow {
                targets: vec![SupportCell::all(Support::Rejected); targets],
                vm: SupportCell::all(Support::Rejected),
                listed: false,
                ..embedded.opcode(opcode).clone()
            });
        }
    }
    for &kind in TypeKind::ALL {
        if !types.iter().any(|row| row.ty == kind) {
            types.push(TypeRow {
                aligns: vec![None; targets],
                classes: Vec::new(),
                ..embedded.type_row(kind).clone()
            });
        }
    }
}

/// Every change that is not allowed, in the order of [`super::TABLES`].
pub(super) fn check(contract: &Contract, embedded: &Contract) -> Vec<TableError> {
    let mut check = Check { contract, embedded, errors: Vec::new() };
    check.targets();
    check.types();
    check.effects();
    check.traps();
    check.opcodes();
    check.memory();
    check.runtime();
    check.schema();
    check.errors
}

struct Check<'a> {
    contract: &'a Contract,
    embedded: &'a Contract,
    errors: Vec<TableError>,
}

const BUILT_IN: &str = "write what the built-in table has";

impl<'a> Check<'a> {
    fn table(&self, name: &str) -> Option<&'a Table> {
        self.contract.table(name)
    }

    fn error(&mut self, table: &str, row: usize, column: &str, message: String, help: &str) {
        let error = self.table(table).map(|table| table.error(row, column, message, help));
        self.errors.extend(error);
    }

    fn error_in(&mut self, table: &str, row: usize, column: &str, word: &str, message: String) {
        let help = "a loaded table may take away here, not add";
        let error = self.table(table).map(|table| table.error_in(row, column, word, message, help));
        self.errors.extend(error);
    }

    /// Cells that must be those of the built-in row with the same key.
    fn same(&mut self, table: &str, row: usize, built_in: usize, columns: &[&str]) {
        let (Some(ours), Some(theirs)) = (self.table(table), self.embedded.table(table)) else {
            return;
        };
        for column in columns {
            let (found, expected) = (ours.cell(row, column), theirs.cell(built_in, column));
            if found != expected {
                let message = format!("a loaded table may not change `{column}`: it is `{expected}`");
                self.error(table, row, column, message, BUILT_IN);
            }
        }
    }

    /// Words that must all be among those of the built-in row.
    fn subset(&mut self, table: &str, row: usize, column: &str, found: &[String], allowed: &[String]) {
        for word in found.iter().filter(|word| !allowed.contains(word)) {
            let message = format!("a loaded table may not add `{word}` to `{column}`");
            self.error_in(table, row, column, word, message);
        }
    }

    fn no_less(&mut self, table: &str, row: usize, column: &str, found: EffectSet, needed: EffectSet) {
        let gone = needed.minus(found);
        if !gone.is_empty() {
            let message = format!("a loaded table may not remove effects: `{gone}` is missing");
            self.error(table, row, column, message, "a loaded table may add effects, not remove them");
        }
    }

    fn targets(&mut self) {
        let table = "targets.tsv";
        for (row, target) in self.contract.targets.iter().enumerate() {
            let built_in = self.embedded.target(&target.triple);
            match (&target.like, built_in) {
                (Some(_), Some(_)) => {
                    let message = format!("the built-in target `{}` is like no other", target.triple);
                    self.error(table, row, "like", message, "write `-`, or give the row another triple");
                }
                (None, None) => {
                    let message = format!("`{}` is no built-in target", target.triple);
                    let help = "name the built-in target that it is like: there is no code for other ones";
                    self.error(table, row, "like", message, help);
                }
                (None, Some((at, base))) => {
                    self.same(table, row, at, &["memory regions"]);
                    self.like(row, target, at, base);
                }
                (Some(like), None) => {
                    if let Some((at, base)) = self.embedded.target(like) {
                        self.like(row, target, at, base);
                    }
                }
            }
        }
    }

    /// A target has the semantics of a built-in one, or less.
    fn like(&mut self, row: usize, target: &TargetRow, at: usize, base: &TargetRow) {
        let table = "targets.tsv";
        let fixed = [
            "cpu family",
            "abi",
            "endianness",
            "pointer width",
            "data layout",
            "llvm layout",
            "stack align",
            "object format",
        ];
        self.same(table, row, at, &fixed);
        self.subset(table, row, "relocation models", &target.relocation_models, &base.relocation_models);
        self.subset(table, row, "code models", &target.code_models, &base.code_models);
        self.subset(table, row, "features", &target.features, &base.features);
        let words = |widths: &[u32]| widths.iter().map(u32::to_string).collect::<Vec<_>>();
        self.subset(table, row, "access widths", &words(&target.access_widths), &words(&base.access_widths));
        if target.atomic_width > base.atomic_width {
            let message = format!("atomic accesses of `{}` have at most {} bits", base.triple, base.atomic_width);
            self.error(table, row, "atomic width", message, BUILT_IN);
        }
    }

    fn types(&mut self) {
        let table = "machine-types.tsv";
        let Some(rows) = self.table(table).map(|table| table.rows.len()) else {
            return;
        };
        for (row, ty) in self.contract.types().iter().enumerate().take(rows) {
            let built_in = self.embedded.type_row(ty.ty);
            self.same(table, row, self.embedded.types.places[ty.ty.index()], &["kind", "bits"]);
            let words = |row: &TypeRow| row.classes.iter().map(|c| c.name().to_string()).collect::<Vec<_>>();
            self.subset(table, row, "classes", &words(ty), &words(built_in));
            if ty.status == TypeStatus::Active && built_in.status == TypeStatus::Deferred {
                let message = format!("the type `{}` has no meaning yet", ty.ty);
                self.error(table, row, "status", message, "write deferred");
            }
            for (index, triple) in self.shared_targets() {
                let (found, expected) = (ty.aligns[index.0], built_in.aligns[index.1]);
                if found.is_some() && found != expected {
                    let column = format!("align:{triple}");
                    let message = "a loaded table may reject a type, not change its alignment".to_string();
                    self.error(table, row, &column, message, BUILT_IN);
                }
            }
        }
    }

    /// The built-in targets that the loaded table has too: both indexes and the triple.
    fn shared_targets(&self) -> Vec<((usize, usize), &'a str)> {
        let rows = self.contract.targets.iter().enumerate().filter(|(_, row)| row.like.is_none());
        rows.filter_map(|(index, row)| {
            let (built_in, _) = self.embedded.target(&row.triple)?;
            Some(((index, built_in), row.triple.as_str()))
        })
        .collect()
    }

    fn effects(&mut self) {
        for (row, effect) in self.contract.effects().iter().enumerate() {
            let needed = self.embedded.effect(effect.effect).implies;
            self.no_less("effects.tsv", row, "implies", effect.implies, needed);
        }
    }

    fn traps(&mut self) {
        for (row, trap) in self.contract.traps().iter().enumerate() {
            let built_in = self.embedded.traps.places[trap.trap.index()];
            self.same("traps.tsv", row, built_in, &["scope", "code", "exit status"]);
            if trap.raised_by_program && !self.embedded.trap(trap.trap).raised_by_program {
                let message = format!("a loaded table may not let programs raise `{}`", trap.trap);
                self.error("traps.tsv", row, "raised by program", message, "write no");
            }
        }
    }

    fn opcodes(&mut self) {
        let table = "opcodes.tsv";
        let rows = self.contract.opcodes().iter().enumerate();
        for (row, opcode) in rows.filter(|(_, row)| row.listed) {
            let built_in = self.embedded.opcode(opcode.opcode);
            let fixed = [
                "typevars",
                "operands",
                "results",
                "attributes",
                "terminator",
                "memory",
                "native when",
                "extra rule",
                "diagnostic",
            ];
            self.same(table, row, self.embedded.opcodes.places[opcode.opcode.index()], &fixed);
            self.no_less(table, row, "effects", opcode.effects, built_in.effects);
            self.opcode_traps(row, &opcode.traps, &built_in.traps);
            if built_in.refused_without.is_some() && opcode.refused_without != built_in.refused_without {
                let message = "a loaded table may not lift the need of a feature".to_string();
                self.error(table, row, "refused without", message, BUILT_IN);
            }
            for (index, triple) in self.shared_targets() {
                self.support(row, triple, &opcode.targets[index.0], &built_in.targets[index.1]);
            }
            self.support(row, "vm", &opcode.vm, &built_in.vm);
        }
    }

    fn opcode_traps(&mut self, row: usize, found: &Traps, needed: &Traps) {
        let kept = match (found, needed) {
            (Traps::Of(found), Traps::Of(needed)) => needed.iter().all(|trap| found.contains(trap)),
            _ => found == needed,
        };
        if !kept {
            let message = "a loaded table may not remove traps".to_string();
            self.error("opcodes.tsv", row, "traps", message, BUILT_IN);
        }
    }

    fn support(&mut self, row: usize, column: &str, found: &SupportCell, built_in: &SupportCell) {
        let kinds = TypeKind::ALL.iter().map(|kind| Some(*kind)).chain([None]);
        for kind in kinds {
            let (ours, theirs) = (found.of(kind), built_in.of(kind));
            if ours != theirs && ours != Support::Rejected {
                let what = kind.map_or(String::new(), |kind| format!(" for {kind}"));
                let message = format!("a loaded table may not make {} of {}{what}", ours.name(), theirs.name());
                let help = "a loaded table may reject an opcode, not promise code for it";
                self.error("opcodes.tsv", row, column, message, help);
                return;
            }
        }
    }

    fn memory(&mut self) {
        let table = "memory-model.tsv";
        let built_in = &self.embedded.memory.rows;
        for (row, rule) in self.contract.memory.rows.iter().enumerate() {
            let Some(at) = built_in.iter().position(|other| other.rule == rule.rule) else {
                let message = format!("`{}` is no rule that anything here enforces", rule.rule);
                self.error(table, row, "rule", message, "change the rows that are there");
                continue;
            };
            self.same(table, row, at, &["topic", "from", "to", "operation", "ordering", "diagnostic"]);
            self.no_less(table, row, "required effect", rule.required_effect, built_in[at].required_effect);
            let decides = rule.allowed.is_some() == built_in[at].allowed.is_some();
            let widens = rule.allowed == Some(true) && built_in[at].allowed == Some(false);
            if !decides || (widens && rule.topic != Topic::Cast) {
                let message = "a loaded table may allow casts alone".to_string();
                self.error(table, row, "allowed", message, BUILT_IN);
            }
        }
        for rule in built_in.iter().filter(|rule| rule.allowed.is_none()) {
            if !self.contract.memory.rows.iter().any(|other| other.rule == rule.rule) {
                let message = format!("the row of `{}` is missing", rule.rule);
                let help = "rows that state what always holds stay";
                self.error(table, usize::MAX, "rule", message, help);
            }
        }
    }

    fn runtime(&mut self) {
        let table = "runtime-abi.tsv";
        for (row, function) in self.contract.runtime.iter().enumerate() {
            let built_in = self.embedded.runtime.iter().position(|other| other.symbol == function.symbol);
            let Some(at) = built_in else {
                let message = format!("nothing here provides `{}`", function.symbol);
                self.error(table, row, "symbol", message, "import it as `ffi` or `module` instead");
                continue;
            };
            self.same(table, row, at, &["version", "signature", "provided by"]);
            let theirs = &self.embedded.runtime[at];
            let shared = self.shared_targets();
            let targets =
                shared.iter().map(|((i, j), triple)| (*triple, function.available[*i], theirs.available[*j]));
            for (column, ours, theirs) in targets.chain([("vm", function.vm, theirs.vm)]) {
                if ours && !theirs {
                    let message = format!("nothing here provides `{}` there", function.symbol);
                    self.error(table, row, column, message, "write no");
                }
            }
        }
    }

    fn schema(&mut self) {
        let table = "schema.tsv";
        let built_in = self.embedded.schema();
        for (row, field) in self.contract.schema().iter().enumerate() {
            let at = built_in.iter().position(|other| other.field == field.field && other.scope == field.scope);
            match at {
                Some(at) => self.same(table, row, at, &["kind", "required", "repeated", "diagnostic"]),
                None => {
                    let message = format!("the text form has no `{}` there", field.field);
                    self.error(table, row, "field", message, "the text form is built in: delete the row");
                }
            }
        }
        for field in built_in {
            let found = |other: &super::schema::FieldRow| other.field == field.field && other.scope == field.scope;
            if !self.contract.schema().iter().any(found) {
                let message = format!("the row of `{}` ({}) is missing", field.field, field.scope.name());
                self.error(table, usize::MAX, "field", message, "the text form is built in: keep its rows");
            }
        }
    }
}
