//! The survey as text: a table of functions, then volatile accesses, helpers and totals.

use super::{Code, Row, Stack, Survey};
use crate::tables::count;
use std::fmt::Write;

/// Writes the survey.
pub(super) fn write(survey: &Survey) -> String {
    let mut out = format!("{} for {}\n", survey.module, survey.target);
    if let Some(reason) = &survey.without_code {
        let _ = writeln!(out, "no machine code: {reason}");
    }
    let mut rows = vec![["bytes", "frame", "stack", "effects", "function"].map(str::to_string)];
    rows.extend(survey.functions.iter().map(row));
    out.push('\n');
    table(&mut out, &rows);
    remarks(&mut out, survey);
    accesses(&mut out, survey);
    if !survey.helpers.is_empty() {
        let mut rows = vec![["bytes", "", "stack", "", "helper"].map(str::to_string)];
        rows.extend(survey.helpers.iter().map(|helper| {
            let name = format!("@{}", helper.name);
            [helper.bytes.to_string(), String::new(), stack(&helper.stack), String::new(), name]
        }));
        out.push('\n');
        table(&mut out, &rows);
    }
    let (reads, writes) = survey.accesses();
    let functions = count(survey.functions.len(), "function");
    let _ = writeln!(
        out,
        "\n{functions}: {} bytes of code, {} of helpers, {} of constants, {} of data; {}, {}",
        survey.code_bytes(),
        survey.helper_bytes(),
        survey.constants,
        survey.data,
        count(reads as usize, "volatile read"),
        count(writes as usize, "volatile write"),
    );
    out
}

fn row(row: &Row) -> [String; 5] {
    let cell = |cell: fn(&Code) -> String| row.code.as_ref().map_or("-".to_string(), cell);
    [
        cell(|code| code.bytes().to_string()),
        cell(|code| code.frame.to_string()),
        cell(|code| stack(&code.stack)),
        if row.effects.is_empty() { "-".to_string() } else { row.effects.join(" ") },
        format!("{}@{}", if row.public { "pub " } else { "" }, row.name),
    ]
}

fn stack(stack: &Stack) -> String {
    match stack {
        Stack::Bytes(bytes) => bytes.to_string(),
        Stack::Open(_) => "?".to_string(),
    }
}

/// Columns side by side: the first three are numbers and stand at the right of theirs. A column that is empty is left out.
fn table(out: &mut String, rows: &[[String; 5]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().filter(|(_, (_, width))| **width > 0);
        let cells = cells.map(|(column, (cell, &width))| match column {
            0..3 => format!("{cell:>width$}"),
            _ => format!("{cell:<width$}"),
        });
        let _ = writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// What a number or its absence needs to be understood.
fn remarks(out: &mut String, survey: &Survey) {
    for row in &survey.functions {
        if let Some(reason) = &row.without_code {
            let _ = writeln!(out, "@{} has no machine code: {reason}", row.name);
        }
        if let Some(Code { stack: Stack::Open(reason), .. }) = &row.code {
            let _ = writeln!(out, "@{} has no known bound of the stack: {reason}", row.name);
        }
    }
}

fn accesses(out: &mut String, survey: &Survey) {
    for row in survey.functions.iter().filter(|row| !row.accesses.is_empty()) {
        let _ = writeln!(out, "\n@{} accesses hardware", row.name);
        for place in &row.accesses {
            let address = place.address.map_or(String::new(), |address| format!(" at {address:#010x}"));
            let reads = count(place.reads as usize, "read");
            let writes = count(place.writes as usize, "write");
            let _ = writeln!(out, "  {}{address}: {reads}, {writes}", place.place);
        }
    }
}
