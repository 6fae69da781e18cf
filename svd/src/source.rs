//! The text of a file, places in it, and what was found wrong there.

use native_ir::contract::TableError;
use roxmltree::Node;
use std::collections::HashSet;

/// What UTF-8 files may begin with.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes of a line an error shows.
const SHOWN: usize = 240;

/// After how many errors and notes of a file the reader says no more.
const MOST: usize = 200;

/// The text of a file, with the findings about it.
pub(crate) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    /// The offsets at which lines begin.
    lines: Vec<usize>,
    /// What was said at which offset: elements that are copied or expanded are looked at again.
    said: HashSet<(usize, String)>,
    /// What is wrong.
    pub(crate) errors: Vec<TableError>,
    /// What is odd.
    pub(crate) notes: Vec<TableError>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Source<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Source { file, text, lines, said: HashSet::new(), errors: Vec::new(), notes: Vec::new() }
    }

    /// A finding at an offset.
    pub(crate) fn at(&self, offset: usize, message: impl Into<String>, help: impl Into<String>) -> TableError {
        let index = self.lines.partition_point(|&begin| begin <= offset).saturating_sub(1);
        let begin = self.lines.get(index).copied().unwrap_or(0);
        let line = self.text.get(begin..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        TableError {
            file: self.file.to_string(),
            line: index + 1,
            column: offset.saturating_sub(begin) + 1,
            row: line.get(..line.floor_char_boundary(SHOWN)).unwrap_or(line).to_string(),
            message: message.into(),
            help: help.into(),
        }
    }

    /// Says that something is wrong at an offset.
    pub(crate) fn error(&mut self, offset: usize, message: impl Into<String>, help: impl Into<String>) {
        let error = self.at(offset, message, help);
        if self.errors.len() < MOST && self.said.insert((offset, error.message.clone())) {
            self.errors.push(error);
        }
    }

    /// Says that something is odd at an offset.
    pub(crate) fn note(&mut self, offset: usize, message: impl Into<String>, help: impl Into<String>) {
        let note = self.at(offset, message, help);
        if self.notes.len() < MOST && self.said.insert((offset, note.message.clone())) {
            self.notes.push(note);
        }
    }
}

/// Where an element begins.
pub(crate) fn place(node: Node<'_, '_>) -> usize {
    node.range().start
}

/// The first child with a tag.
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, tag: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(tag))
}

/// The text of an element, in one line and without blanks around it and controls in it.
pub(crate) fn text(node: Node<'_, '_>) -> String {
    let texts = node.children().filter(Node::is_text).filter_map(|child| child.text());
    let all: String = texts.collect();
    let words: Vec<&str> = all.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).collect()
}
