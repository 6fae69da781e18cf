//! Names: plain ones, and ones that the text form must quote, escape or keep apart.

use crate::Source;
use std::collections::HashSet;

/// Names that have led compilers astray: quotes, escapes, keywords, digits, scripts, emoji, and pairs that only
/// normalisation would make one.
const UNUSUAL: [&str; 22] = [
    "operator new",
    "a\"b\\c",
    "line\nbreak\ttab\rreturn\0nul",
    "\u{1}\u{7f}",
    "12",
    "007",
    "fn",
    "register",
    "; no comment",
    "größe",
    "\u{e9}",
    "e\u{301}",
    "\u{212b}",
    "\u{c5}",
    "変数",
    "שלום",
    "مرحبا",
    "🦀",
    "👩\u{200d}🚀",
    "❤\u{fe0f}",
    "a-b.c",
    "\u{202e}reversed",
];

/// The names of one name space.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameSpace {
    taken: HashSet<String>,
}

impl NameSpace {
    /// A name that the name space does not have yet.
    pub(crate) fn fresh(&mut self, source: &mut Source<'_>, prefix: &str) -> String {
        let base = if source.chance(12) { source.pick(&UNUSUAL).unwrap_or(prefix) } else { prefix };
        self.unique(base)
    }

    /// A name, with a number behind it when the name space has it already.
    pub(crate) fn unique(&mut self, base: &str) -> String {
        let mut name = base.to_string();
        let mut number = self.taken.len();
        while !self.taken.insert(name.clone()) {
            name = format!("{base}{number}");
            number += 1;
        }
        name
    }
}

/// A text for a place that takes any, such as the path of a source.
pub(crate) fn any_text(source: &mut Source<'_>, usual: &str) -> String {
    if source.chance(15) { source.pick(&UNUSUAL).unwrap_or(usual).to_string() } else { usual.to_string() }
}
