//! Tables in Markdown, so that a run can be pasted into the documentation.

use comfy_table::{CellAlignment, Table, presets};

/// Prints a heading and a table whose first column holds names and whose others hold figures.
pub(crate) fn print(heading: &str, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("\n{heading}\n\n{table}");
}
