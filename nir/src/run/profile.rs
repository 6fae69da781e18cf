//! `--profile`: where a program spends its instructions.

use crate::files;
use crate::outcome::Failure;
use crate::tables;
use native_ir::Module;
use native_ir::text::{BlockText, SymbolText};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use vm::Profile;

/// The most rows of a table.
const MOST_ROWS: usize = 30;

/// Writes the tables to standard error and the folded stacks to a file.
///
/// # Errors
/// [`Failure::Usage`] when the file cannot be written.
pub(super) fn write(module: &Module, profile: &Profile, file: Option<&Path>) -> Result<(), Failure> {
    let (opcodes, blocks) = (opcodes(profile), blocks(module, profile));
    let mut err = io::stderr().lock();
    writeln!(err, "{}", table("instructions", "opcode", &opcodes))?;
    writeln!(err, "{}", table("instructions", "block", &blocks))?;
    if let Some(file) = file {
        files::replace(file, folded(&blocks).as_bytes())?;
    }
    Ok(())
}

/// A name and how much was spent there.
pub(super) type Row = (String, u64);

fn opcodes(profile: &Profile) -> Vec<Row> {
    let each = profile.opcodes.iter().map(|(opcode, count)| (opcode.name().to_string(), *count));
    sorted(each.collect())
}

fn blocks(module: &Module, profile: &Profile) -> Vec<Row> {
    let each = profile.blocks.iter().filter_map(|(&(func, block), count)| {
        let function = module.functions.get(func)?;
        let name = format!("{};{}", SymbolText(module, function.symbol), BlockText(module, function, block));
        Some((name, count.instructions))
    });
    sorted(each.collect())
}

/// What was spent, the most first.
pub(super) fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|(_, count)| *count > 0);
    rows.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    rows
}

/// A table of what was spent, in these units, by this.
pub(super) fn table(unit: &str, what: &str, rows: &[Row]) -> String {
    let total: u64 = rows.iter().map(|(_, count)| count).sum();
    let mut text = format!("{unit:>16}  {:>6}  {what}\n", "share");
    for (name, count) in rows.iter().take(MOST_ROWS) {
        let share = *count as f64 * 100.0 / total as f64;
        // Writing to a string does not fail.
        let _ = writeln!(text, "{count:>16}  {share:>5.1}%  {}", name.replacen(';', " ", 1));
    }
    if rows.len() > MOST_ROWS {
        let _ = writeln!(text, "{:>16}  {:>6}  and {}", "", "", tables::count(rows.len() - MOST_ROWS, "more row"));
    }
    let _ = writeln!(text, "{total:>16}  {:>6}  all", "");
    text
}

/// Lines of `function;block count`, which flame-graph tools read.
pub(super) fn folded(rows: &[Row]) -> String {
    rows.iter().map(|(name, count)| format!("{} {count}\n", name.replace([' ', '\n'], "_"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_comes_first_and_shares_are_of_the_whole() {
        let rows =
            sorted(vec![("@f;^a b".into(), 1), ("@f;^b".into(), 3), ("@g;^a".into(), 0), ("@e;^a".into(), 3)]);
        let text = table("instructions", "block", &rows);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "instructions   share  block",
                "3   42.9%  @e ^a",
                "3   42.9%  @f ^b",
                "1   14.3%  @f ^a b",
                "7          all"
            ]
        );
        assert_eq!(folded(&rows), "@e;^a 3\n@f;^b 3\n@f;^a_b 1\n");
        assert!(table("instructions", "opcode", &vec![("x".to_string(), 1); 40]).contains("and 10 more rows"));
    }
}
