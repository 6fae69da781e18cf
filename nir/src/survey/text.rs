//! The survey as text: a table of functions, then volatile accesses, helpers and totals.

use super::firmware::{FRAME, Image};
use super::{Code, Row, Stack, Survey, cycles_text};
use crate::tables::count;
use std::fmt::Write;

/// Writes the survey.
pub(super) fn write(survey: &Survey) -> String {
    let mut out = format!("{} for {}\n", survey.module, survey.target);
    if let Some(reason) = &survey.without_code {
        let _ = writeln!(out, "no machine code: {reason}");
    }
    let cycles = survey.functions.iter().any(|row| row.code.as_ref().is_some_and(|code| code.cycles.is_some()));
    let heading = if cycles { "cycles" } else { "" };
    let mut rows = vec![["bytes", "frame", "stack", heading, "effects", "function"].map(str::to_string)];
    rows.extend(survey.functions.iter().map(row));
    out.push('\n');
    table(&mut out, &rows);
    remarks(&mut out, survey);
    image(&mut out, survey);
    accesses(&mut out, survey);
    if !survey.helpers.is_empty() {
        let mut rows = vec![["bytes", "", "stack", "", "", "helper"].map(str::to_string)];
        rows.extend(survey.helpers.iter().map(|helper| {
            let name = format!("@{}", helper.name);
            let stack = stack(&helper.stack);
            [helper.bytes.to_string(), String::new(), stack, String::new(), String::new(), name]
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

fn row(row: &Row) -> [String; 6] {
    let cell = |cell: fn(&Code) -> String| row.code.as_ref().map_or("-".to_string(), cell);
    [
        cell(|code| code.bytes().to_string()),
        cell(|code| code.frame.to_string()),
        cell(|code| stack(&code.stack)),
        row.code.as_ref().and_then(|code| code.cycles).map_or(String::new(), cycles_text),
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

/// Columns side by side: the first four are numbers and stand at the right of theirs. A column that is empty is left out.
fn table(out: &mut String, rows: &[[String; 6]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().filter(|(_, (_, width))| **width > 0);
        let cells = cells.map(|(column, (cell, &width))| match column {
            0..4 => format!("{cell:>width$}"),
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
            let known = place.known.as_ref().map_or(String::new(), |known| format!(" ({known})"));
            let reads = count(place.reads as usize, "read");
            let writes = count(place.writes as usize, "write");
            let action = match place.read_action {
                Some(action) if place.reads > 0 => format!("; a read does more: {action}"),
                _ => String::new(),
            };
            let width = place.width;
            let _ = writeln!(out, "  {}{address}{known}: {reads}, {writes} of {width} bits{action}", place.place);
        }
    }
}

/// The memory of an image, section by section, and its stack.
fn image(out: &mut String, survey: &Survey) {
    if let Some(reason) = &survey.without_image {
        let _ = writeln!(out, "\nno image: {}", reason.trim_end());
    }
    let Some(image) = &survey.image else { return };
    let _ = writeln!(out, "\nimage that begins with @{}", image.entry);
    for region in &image.regions {
        let _ = writeln!(
            out,
            "  {} at {:#010x}: {} of {} bytes",
            region.name,
            region.start,
            region.used(),
            region.bytes
        );
        for (name, bytes) in &region.sections {
            let _ = writeln!(out, "  {bytes:>8}  {name}");
        }
    }
    stacks(out, image);
}

fn stacks(out: &mut String, image: &Image) {
    let line = |out: &mut String, stack: &Stack, what: &str| {
        let _ = match stack {
            Stack::Bytes(bytes) => writeln!(out, "  {bytes:>8}  {what}"),
            Stack::Open(reason) => writeln!(out, "  {:>8}  {what}: {reason}", "?"),
        };
    };
    let _ = writeln!(out, "  stack: {} bytes of RAM are left for it", image.room);
    line(out, &image.main, &format!("@{}", image.entry));
    for handler in &image.handlers {
        let what = format!("@{}, exception {}, and {FRAME} of its frame", handler.name, handler.vector);
        line(out, &handler.stack, &what);
    }
    line(out, &image.total, "at most, with all handlers one inside the other");
}
