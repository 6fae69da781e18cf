//! Tables in Markdown.

/// A table; what would break a cell is escaped.
pub(super) fn table<S: AsRef<str>>(header: &[&str], rows: impl IntoIterator<Item = Vec<S>>) -> String {
    let mut out = line(header.iter().map(|name| name.to_string()));
    out += &line(header.iter().map(|_| "---".to_string()));
    for row in rows {
        out += &line(row.iter().map(|cell| escape(cell.as_ref())));
    }
    out
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

fn escape(cell: &str) -> String {
    cell.replace('|', "\\|").replace('\n', " ")
}

/// Text as code; an empty cell of a table stays empty.
pub(super) fn code(text: &str) -> String {
    if text == "-" || text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// The words of a list as code.
pub(super) fn codes(list: &str) -> String {
    list.split(' ').map(code).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A cell without its sign for nothing.
pub(super) fn plain(cell: &str) -> String {
    if cell == "-" { String::new() } else { cell.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_bars_to_themselves() {
        let table = table(&["a", "b"], [vec![code("x|y"), codes("p q")], vec![code("-"), plain("-")]]);
        assert_eq!(table, "| a | b |\n| --- | --- |\n| `x\\|y` | `p` `q` |\n|  |  |\n");
    }
}
