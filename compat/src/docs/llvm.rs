//! The generated sections of the page on LLVM IR: what each construct becomes, and what is refused.

use super::markdown::{code, plain, table};
use native_ir::contract::Table;
use native_ir::contract::tsv;

/// Where the table of constructs is.
pub(crate) const CONSTRUCTS: &str = "llvm/constructs.tsv";

const HEADER: [&str; 7] = ["construct", "kind", "fate", "becomes", "rule", "evidence", "note"];

/// The table of constructs.
///
/// # Errors
/// What is wrong with it, as text.
pub(crate) fn constructs(text: &str) -> Result<Table, String> {
    tsv::read(CONSTRUCTS, text.as_bytes(), &HEADER, 1)
        .map_err(|errors| errors.iter().map(|error| format!("\n{error}")).collect())
}

/// Every section: its name and its text.
pub(super) fn sections(table: &Table) -> Vec<(&'static str, String)> {
    vec![("constructs", taken(table)), ("refusals", refused(table))]
}

/// The kinds in the order of their first rows.
fn kinds(constructs: &Table) -> Vec<&str> {
    let mut kinds: Vec<&str> = Vec::new();
    for row in 0..constructs.rows.len() {
        let kind = constructs.cell(row, "kind");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// What is taken, a table for each kind.
fn taken(constructs: &Table) -> String {
    let mut out = String::new();
    for kind in kinds(constructs) {
        let of_kind =
            |row: &usize| constructs.cell(*row, "kind") == kind && constructs.cell(*row, "fate") != "refused";
        let rows: Vec<Vec<String>> = (0..constructs.rows.len())
            .filter(of_kind)
            .map(|row| {
                let cell = |name: &str| constructs.cell(row, name);
                vec![
                    code(cell("construct")),
                    plain(cell("fate")),
                    plain(cell("becomes")),
                    plain(cell("note")),
                    code(cell("evidence")),
                ]
            })
            .collect();
        if !rows.is_empty() {
            out += &format!("\n### Kind: {kind}\n\n");
            out += &table(&["construct", "fate", "becomes", "note", "evidence"], rows);
        }
    }
    out + "\n"
}

/// What is refused, with the rule of its diagnostic.
fn refused(constructs: &Table) -> String {
    let rows = (0..constructs.rows.len()).filter(|&row| constructs.cell(row, "fate") == "refused").map(|row| {
        let cell = |name: &str| constructs.cell(row, name);
        vec![
            code(cell("rule")),
            code(cell("construct")),
            plain(cell("kind")),
            plain(cell("note")),
            code(cell("evidence")),
        ]
    });
    table(&["diagnostic", "construct", "kind", "note", "evidence"], rows)
}
