//! Numbers and words that elements have, and those that registers inherit from what is around them.

use crate::derive::View;
use crate::number::number;
use crate::source::{Source, child, place, text};
use native_ir::Access;
use roxmltree::Node;

/// What registers inherit from clusters, peripheral and device.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Properties {
    /// In bits.
    pub(crate) size: Option<u64>,
    pub(crate) access: Option<Access>,
    pub(crate) reset: Option<u64>,
    pub(crate) mask: Option<u64>,
}

impl Properties {
    /// The properties within an element: its own before those around it.
    pub(crate) fn within(self, view: &View<'_, '_>, source: &mut Source<'_>) -> Properties {
        Properties {
            size: optional(view, "size", source).or(self.size),
            access: access(view, source).or(self.access),
            reset: optional(view, "resetValue", source).or(self.reset),
            mask: optional(view, "resetMask", source).or(self.mask),
        }
    }
}

/// The number in an element, of which an error is said when it is none.
pub(crate) fn value(element: Node<'_, '_>, source: &mut Source<'_>) -> Option<u64> {
    let text = text(element);
    let value = number(&text);
    if value.is_none() {
        let shown: String = text.chars().take(40).collect();
        let message = format!("`{shown}` is no number of at most 64 bits");
        source.error(place(element), message, "write it as 42, 0x2a or #101010");
    }
    value
}

/// The number under a tag, if there is one.
pub(crate) fn optional(view: &View<'_, '_>, tag: &str, source: &mut Source<'_>) -> Option<u64> {
    value(view.child(tag)?, source)
}

/// The number under a tag; it is an error when there is none.
pub(crate) fn required(view: &View<'_, '_>, tag: &str, source: &mut Source<'_>) -> Option<u64> {
    match view.child(tag) {
        Some(element) => value(element, source),
        None => {
            let message = format!("the {} has no {tag}", view.own.tag_name().name());
            source.error(place(view.own), message, format!("add <{tag}>…</{tag}>"));
            None
        }
    }
}

/// How an element may be used, if it says so.
pub(crate) fn access(view: &View<'_, '_>, source: &mut Source<'_>) -> Option<Access> {
    let spellings = [
        ("read-only", Access::ReadOnly),
        ("write-only", Access::WriteOnly),
        ("read-write", Access::ReadWrite),
        ("writeOnce", Access::WriteOnly),
        ("read-writeOnce", Access::ReadWrite),
    ];
    word(view, "access", &spellings, source)
}

/// What the word under a tag stands for, if there is one.
pub(crate) fn word<T: Copy>(
    view: &View<'_, '_>,
    tag: &str,
    spellings: &[(&str, T)],
    source: &mut Source<'_>,
) -> Option<T> {
    let element = view.child(tag)?;
    let text = text(element);
    let found = spellings.iter().find(|(spelling, _)| *spelling == text).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let all: Vec<&str> = spellings.iter().map(|(spelling, _)| *spelling).collect();
        let shown: String = text.chars().take(40).collect();
        source.error(place(element), format!("`{shown}` is no {tag}"), format!("write {}", all.join(", ")));
    }
    found
}

/// What an element is for, cut off where it gets long.
pub(crate) fn description(view: &View<'_, '_>) -> String {
    let longest = 240;
    let text = view.child("description").map(text).unwrap_or_default();
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        // A dash alone would read as nothing.
        None if text == "-" => String::new(),
        None => text,
    }
}

/// The name that an element says it is another view of.
pub(crate) fn alternate(node: Node<'_, '_>, tag: &str) -> Option<String> {
    let name = text(child(node, tag)?);
    let plain = !name.is_empty() && name != "-" && name.len() <= crate::derive::LONGEST_NAME;
    plain.then_some(name)
}
