//! `derivedFrom`: where an element takes from what it does not say itself.
//!
//! The path names an element of the same kind: a sibling, one of an enclosing element, or one behind the name of a
//! peripheral, with points between the parts. An element of an array may be named by the array's name with `[%s]`,
//! without it, or with an index in its place.

use crate::source::{Source, child, place, text};
use roxmltree::{Document, Node, NodeId};
use std::collections::HashMap;

/// The longest chain of elements that derive from each other.
const LONGEST: usize = 64;

/// The kinds of elements that others derive from.
const KINDS: [&str; 4] = ["peripheral", "cluster", "register", "field"];

/// An element and those that it derives from, itself first; never empty.
#[derive(Clone)]
pub(crate) struct View<'a, 'i> {
    /// The element itself.
    pub(crate) own: Node<'a, 'i>,
    bases: Vec<Node<'a, 'i>>,
}

impl<'a, 'i> View<'a, 'i> {
    /// An element that derives from none.
    pub(crate) fn of(own: Node<'a, 'i>) -> View<'a, 'i> {
        View { own, bases: Vec::new() }
    }

    /// The element, then what it derives from.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'a, 'i>> + Clone + '_ {
        std::iter::once(self.own).chain(self.bases.iter().copied())
    }

    /// The first child with a tag, the element's own before that of those it derives from.
    pub(crate) fn child(&self, tag: &str) -> Option<Node<'a, 'i>> {
        self.nodes().find_map(|node| child(node, tag))
    }
}

/// The names of a document's elements.
pub(crate) struct Names<'a, 'i> {
    root: Node<'a, 'i>,
    /// By the element around it, and name.
    nodes: HashMap<(NodeId, String), Node<'a, 'i>>,
    /// Arrays by the element around them: what stands before and behind an index.
    arrays: HashMap<NodeId, Vec<(String, String, Node<'a, 'i>)>>,
}

impl<'a, 'i> Names<'a, 'i> {
    /// All names of a document. Of several elements with a name the first has it.
    pub(crate) fn new(document: &'a Document<'i>) -> Names<'a, 'i> {
        let root = document.root_element();
        let mut names = Names { root, nodes: HashMap::new(), arrays: HashMap::new() };
        for node in root.descendants().filter(|node| KINDS.contains(&node.tag_name().name())) {
            let (Some(name), Some(owner)) = (child(node, "name").map(text), owner(node)) else { continue };
            if let Some((before, behind)) = name.split_once("[%s]").or_else(|| name.split_once("%s")) {
                let pattern = (before.to_string(), behind.to_string(), node);
                names.nodes.entry((owner.id(), format!("{before}{behind}"))).or_insert(node);
                names.arrays.entry(owner.id()).or_default().push(pattern);
            }
            names.nodes.entry((owner.id(), name)).or_insert(node);
        }
        names
    }

    /// An element with those that it derives from; an error is said, and ends the chain.
    pub(crate) fn view(&self, node: Node<'a, 'i>, source: &mut Source<'_>) -> View<'a, 'i> {
        let mut view = View::of(node);
        let mut last = node;
        while let Some(attribute) = last.attribute_node("derivedFrom") {
            let at = attribute.range().start;
            let kind = node.tag_name().name();
            let Some(base) = self.resolve(last, attribute.value()) else {
                let message = format!("`{}` names no {kind}", attribute.value());
                let help = format!("name a {kind} of this file, as `PERIPHERAL`, `PERIPHERAL.REGISTER` and so on");
                source.error(at, message, help);
                break;
            };
            if view.nodes().any(|node| node == base) || view.bases.len() >= LONGEST {
                let message = format!("the {kind} derives from itself, or through more than {LONGEST} others");
                source.error(at, message, "let one of them say itself what it is");
                break;
            }
            view.bases.push(base);
            last = base;
        }
        view
    }

    /// The element of the same kind that a path names, seen from an element.
    fn resolve(&self, from: Node<'a, 'i>, path: &str) -> Option<Node<'a, 'i>> {
        let fits = |node: &Node<'a, 'i>| *node != from && node.tag_name() == from.tag_name();
        let mut scope = owner(from);
        while let Some(around) = scope {
            if let Some(found) = self.descend(around, path.trim()).filter(fits) {
                return Some(found);
            }
            scope = if around == self.root { None } else { owner(around) };
        }
        None
    }

    fn descend(&self, scope: Node<'a, 'i>, path: &str) -> Option<Node<'a, 'i>> {
        path.split('.').try_fold(scope, |around, name| {
            let mut around = around;
            // A peripheral has what the one has that it derives from.
            for _ in 0..LONGEST {
                if let Some(found) = self.member(around, name) {
                    return Some(found);
                }
                around = self.member(self.root, around.attribute("derivedFrom")?)?;
            }
            None
        })
    }

    fn member(&self, around: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
        if let Some(&node) = self.nodes.get(&(around.id(), name.to_string())) {
            return Some(node);
        }
        let fits = |(before, behind, _): &&(String, String, Node<'a, 'i>)| {
            let index = name.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(behind.as_str()));
            index.is_some_and(|index| !index.is_empty())
        };
        self.arrays.get(&around.id())?.iter().find(fits).map(|array| array.2)
    }
}

/// The element that an element's name belongs to: the one around it that is no mere list.
fn owner<'a, 'i>(node: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    let list = |node: &Node<'_, '_>| ["peripherals", "registers", "fields"].contains(&node.tag_name().name());
    let parent = node.parent_element()?;
    if list(&parent) { parent.parent_element().or(Some(parent)) } else { Some(parent) }
}

/// The name of an element: its own, of which an error is said when it is missing or none.
pub(crate) fn name(node: Node<'_, '_>, source: &mut Source<'_>) -> Option<String> {
    let kind = node.tag_name().name();
    let Some(element) = child(node, "name") else {
        source.error(place(node), format!("the {kind} has no name"), "add <name>…</name>");
        return None;
    };
    let name = text(element);
    let plain = !name.contains(' ') && !name.starts_with(['#', '-']) && !name.is_empty();
    if !plain || name.len() > LONGEST_NAME {
        let shown: String = name.chars().take(40).collect();
        let help = "write a name of letters, digits and underscores, of at most 256 bytes";
        source.error(place(element), format!("`{shown}` is no name of a {kind}"), help);
        return None;
    }
    Some(name)
}

/// The longest name in bytes.
pub(crate) const LONGEST_NAME: usize = 256;
