//! Address blocks: the room that a peripheral takes.

use crate::derive::View;
use crate::number::number;
use crate::source::{Source, child, place, text};
use native_ir::registers::{Block, Usage};
use roxmltree::Node;

/// The blocks of a peripheral at an address: its own, or those of the first that it derives from and that has some.
pub(crate) fn blocks(view: &View<'_, '_>, name: &str, base: u64, source: &mut Source<'_>) -> Vec<Block> {
    let of = |node: Node<'_, '_>| node.children().filter(|child| child.has_tag_name("addressBlock")).count();
    let Some(node) = view.nodes().find(|&node| of(node) > 0) else { return Vec::new() };
    let own = node.children().filter(|child| child.has_tag_name("addressBlock"));
    own.filter_map(|element| {
        let block = block(element, name, base);
        if block.is_none() {
            let help =
                "give it an offset, a size of at least one byte, and a usage: registers, buffer or reserved";
            source.note(place(element), format!("an address block of `{name}` is left out: it is none"), help);
        }
        block
    })
    .collect()
}

fn block(element: Node<'_, '_>, name: &str, base: u64) -> Option<Block> {
    let read = |tag: &str| child(element, tag).map(text);
    let (offset, size) = (number(&read("offset")?)?, number(&read("size")?)?);
    let address = base.checked_add(offset)?;
    address.checked_add(size.checked_sub(1)?)?;
    let usage = read("usage").map_or(Some(Usage::Registers), |usage| Usage::from_name(&usage))?;
    Some(Block { peripheral: name.to_string(), address, size, usage })
}
