//! Typed reading of a row's cells from left to right: words of closed vocabularies, numbers, lists.
//!
//! Each method takes the next cell and gives `None` after it has recorded an error, so that a row's other cells are
//! read too and all errors of a table appear at once.

use super::tsv::{Table, TableError};
use crate::{Effect, EffectSet, Opcode, Rule, Space, Trap, TypeKind};
use std::fmt;
use std::str::FromStr;

/// A closed vocabulary of words that may stand in a cell.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// What the words are, for messages.
    const WHAT: &'static str;
    /// The word's value.
    fn read(text: &str) -> Option<Self>;
    /// All words.
    fn all() -> Vec<&'static str>;
}

/// Makes an enum from the words that may stand in a column.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident $text:literal,)* }) => {
        $crate::attribute::vocabulary! { $(#[$doc])* $name { $($(#[$vdoc])* $variant $text,)* } }

        impl $crate::contract::cells::Word for $name {
            const WHAT: &'static str = $what;
            fn read(text: &str) -> Option<Self> {
                Self::from_name(text)
            }
            fn all() -> Vec<&'static str> {
                Self::ALL.iter().map(|word| word.name()).collect()
            }
        }
    };
}
pub(crate) use words;

macro_rules! generated {
    ($($name:ident $what:literal,)*) => {
        $(impl Word for $name {
            const WHAT: &'static str = $what;
            fn read(text: &str) -> Option<Self> {
                Self::from_name(text)
            }
            fn all() -> Vec<&'static str> {
                Self::ALL.iter().map(|word| word.name()).collect()
            }
        })*
    };
}

generated! {
    Effect "effect",
    Opcode "opcode",
    Rule "diagnostic rule",
    Space "address space",
    Trap "trap class",
    TypeKind "type",
}

words! {
    /// Whether a row is in force.
    Status, "status" {
        /// In force: enforcer and evidence exist.
        Active "active",
        /// Named for a later capability.
        Planned "planned",
    }
}

/// The cells of one row, read from left to right.
pub(crate) struct Cells<'a> {
    table: &'a Table,
    row: usize,
    next: usize,
    errors: &'a mut Vec<TableError>,
}

/// Reads each row of a table; rows with errors are left out.
pub(crate) fn read_rows<R>(
    table: &Table,
    errors: &mut Vec<TableError>,
    mut read: impl FnMut(&mut Cells<'_>) -> Option<R>,
) -> Vec<R> {
    (0..table.rows.len()).filter_map(|row| read(&mut Cells { table, row, next: 0, errors })).collect()
}

impl<'a> Cells<'a> {
    fn take(&mut self) -> &'a str {
        let table = self.table;
        self.next += 1;
        table.rows[self.row].cell(self.next - 1)
    }

    /// Records an error at a byte of the cell that was taken last.
    pub(crate) fn error(&mut self, offset: usize, message: impl Into<String>, help: impl Into<String>) {
        let error = self.table.error_at(self.row, self.next - 1, offset, message, help);
        self.errors.push(error);
    }

    /// The name of the column that was taken last.
    fn column(&self) -> &'a str {
        &self.table.header[self.next - 1]
    }

    /// A cell that must say something.
    pub(crate) fn text(&mut self) -> Option<String> {
        let cell = self.take();
        if cell == "-" {
            let message = format!("the cell under `{}` says nothing", self.column());
            self.error(0, message, "write what the column is for");
            return None;
        }
        Some(cell.to_string())
    }

    /// A cell that may say nothing.
    pub(crate) fn optional(&mut self) -> Option<String> {
        let cell = self.take();
        (cell != "-").then(|| cell.to_string())
    }

    /// The words of a list, with their offsets.
    pub(crate) fn list(&mut self) -> Option<Vec<(usize, &'a str)>> {
        let cell = self.take();
        if cell == "-" {
            return Some(Vec::new());
        }
        let mut at = 0;
        let mut found: Vec<(usize, &str)> = Vec::new();
        let before = self.errors.len();
        for word in cell.split(' ') {
            if word.is_empty() {
                self.error(at, "two blanks in a list", "words are apart by one blank");
            } else if found.iter().any(|(_, other)| *other == word) {
                self.error(at, format!("`{word}` stands twice in the list"), "delete one of the two");
            }
            found.push((at, word));
            at += word.len() + 1;
        }
        (self.errors.len() == before).then_some(found)
    }

    /// The words of a list of free words.
    pub(crate) fn names(&mut self) -> Option<Vec<String>> {
        Some(self.list()?.into_iter().map(|(_, word)| word.to_string()).collect())
    }

    /// A word of a vocabulary, as it stands at an offset of the last cell.
    pub(crate) fn known<W: Word>(&mut self, offset: usize, text: &str) -> Option<W> {
        let found = W::read(text);
        if found.is_none() {
            let help = match W::all() {
                all if all.len() <= 24 => format!("one of: {}", all.join(", ")),
                _ => format!("use a {} that is built in", W::WHAT),
            };
            self.error(offset, format!("unknown {} `{text}`", W::WHAT), help);
        }
        found
    }

    /// A word of a vocabulary.
    pub(crate) fn word<W: Word>(&mut self) -> Option<W> {
        let cell = self.take();
        self.known(0, cell)
    }

    /// A word of a vocabulary, or nothing; the outer `None` is an error.
    pub(crate) fn word_or_none<W: Word>(&mut self) -> Option<Option<W>> {
        match self.take() {
            "-" => Some(None),
            cell => self.known(0, cell).map(Some),
        }
    }

    /// A list of words of a vocabulary.
    pub(crate) fn words<W: Word>(&mut self) -> Option<Vec<W>> {
        let list = self.list()?;
        let found: Vec<W> = list.iter().filter_map(|(at, word)| self.known(*at, word)).collect();
        (found.len() == list.len()).then_some(found)
    }

    /// A set of effects.
    pub(crate) fn effects(&mut self) -> Option<EffectSet> {
        Some(self.words::<Effect>()?.into_iter().collect())
    }

    /// `yes` or `no`.
    pub(crate) fn yes(&mut self) -> Option<bool> {
        match self.take() {
            "yes" => Some(true),
            "no" => Some(false),
            cell => {
                self.error(0, format!("`{cell}` is neither yes nor no"), "write yes or no");
                None
            }
        }
    }

    /// A number in decimal.
    pub(crate) fn number<N: FromStr>(&mut self) -> Option<N> {
        let cell = self.take();
        self.number_of(0, cell)
    }

    /// A number in decimal, as it stands at an offset of the last cell.
    pub(crate) fn number_of<N: FromStr>(&mut self, offset: usize, text: &str) -> Option<N> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let found = if plain { text.parse().ok() } else { None };
        if found.is_none() {
            self.error(offset, format!("`{text}` is no number that fits here"), "write digits alone");
        }
        found
    }

    /// A number, or nothing; the outer `None` is an error.
    pub(crate) fn number_or_none<N: FromStr>(&mut self) -> Option<Option<N>> {
        match self.take() {
            "-" => Some(None),
            cell => self.number_of(0, cell).map(Some),
        }
    }

    /// The files that enforce a row, or the stage that will.
    pub(crate) fn enforcer(&mut self) -> Option<Enforcer> {
        let cell = self.take();
        if let Some(stage) = cell.strip_prefix("planned: ") {
            return Some(Enforcer::Planned(stage.to_string()));
        }
        let is_file = |word: &str| word.contains('/') && word.ends_with(".rs");
        if cell.split(' ').all(is_file) {
            return Some(Enforcer::Files(cell.split(' ').map(str::to_string).collect()));
        }
        let help = "name the file, as in verifier/src/types.rs, or one for each target, with a blank between, or the \
                    stage, as in `planned: certify`";
        self.error(0, format!("`{cell}` names nothing that enforces the row"), help);
        None
    }
}

/// What enforces a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enforcer {
    /// Files of the repository: one, but where each target has its own.
    Files(Vec<String>),
    /// A stage that does not exist yet.
    Planned(String),
}

impl fmt::Display for Enforcer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Enforcer::Files(files) => out.write_str(&files.join(", ")),
            Enforcer::Planned(stage) => write!(out, "{stage} (planned)"),
        }
    }
}
