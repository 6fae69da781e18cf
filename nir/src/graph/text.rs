//! How much text a picture shows, and how wide it is.
//!
//! Invariant: shortened text always ends with, or contains, an ellipsis that says so.

use super::Node;

/// Lines of text that a node shows.
pub(super) const MAX_LINES: usize = 40;
/// Columns of text that a line shows.
const MAX_COLUMNS: usize = 80;

/// The text of a node as the picture shows it.
pub(super) struct Shown {
    pub title: String,
    pub lines: Vec<String>,
    /// Whether anything was left out.
    pub shortened: bool,
}

/// Shortens a node to `max_lines` lines of [`MAX_COLUMNS`]. The last line stays: it says where the block goes.
pub(super) fn show(node: &Node, max_lines: usize) -> Shown {
    let mut lines = Vec::new();
    let count = node.lines.len();
    if count <= max_lines {
        lines.extend(node.lines.iter().map(|line| cut(line, MAX_COLUMNS)));
    } else {
        let head = max_lines.saturating_sub(2);
        lines.extend(node.lines[..head].iter().map(|line| cut(line, MAX_COLUMNS)));
        lines.push(format!("… {} lines not shown …", count - head - 1));
        lines.extend(node.lines.last().map(|line| cut(line, MAX_COLUMNS)));
    }
    let title = cut(&node.title, MAX_COLUMNS);
    let shortened = count > max_lines || title != node.title || lines != node.lines;
    Shown { title, lines, shortened }
}

/// `text` when it fits `columns`, else as much as does with an ellipsis behind.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let mut used = 0;
    let mut fits = 0;
    for (at, c) in text.char_indices() {
        used += width_of(c);
        if used > columns {
            return format!("{}…", &text[..fits]);
        }
        if used < columns {
            fits = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// The labels of merged edges as one, in at most about `columns`; says how many it leaves out.
pub(super) fn join(labels: &[&str], columns: usize) -> String {
    let mut text = String::new();
    for (at, label) in labels.iter().enumerate() {
        let label = cut(label, columns);
        if at > 0 && width(&text) + 2 + width(&label) > columns {
            return format!("{text}, … +{}", labels.len() - at);
        }
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&label);
    }
    text
}

/// Width in columns of a monospaced font.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// Generous: all that may be wide in some font (from Hangul on, but for general punctuation and symbols) counts two.
fn width_of(c: char) -> usize {
    let c = u32::from(c);
    if c < 0x1100 || (0x2000..0x2600).contains(&c) { 1 } else { 2 }
}

/// `c` when XML 1.0 and terminals can hold it, else the replacement character; tabs and line ends become blanks.
pub(super) fn printable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}
