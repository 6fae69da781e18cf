//! Clusters, arrays and what peripherals derive: each register where it is in the end.
//!
//! A stack of elements yet to be looked at takes the place of recursion, so that the depth of a file costs no stack.

use crate::array::instances;
use crate::derive::{Names, View, name};
use crate::property::{Properties, alternate, required};
use crate::register::{Found, Surroundings, register};
use crate::source::{Source, child, place, text};
use roxmltree::Node;
use std::collections::HashSet;
use std::rc::Rc;

/// The most elements of a file, arrays and what is derived expanded.
pub const LIMIT: usize = 1 << 17;

/// Counts what was looked at.
#[derive(Default)]
pub(crate) struct Budget {
    spent: usize,
}

impl Budget {
    /// Whether nothing more may be looked at.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent > LIMIT
    }

    /// Counts so many elements more, and says whether they may be looked at; an error is said when they may not, once.
    pub(crate) fn spend(&mut self, elements: usize, at: usize, source: &mut Source<'_>) -> bool {
        let before = self.spent;
        self.spent = before.saturating_add(elements);
        if before <= LIMIT && self.spent > LIMIT {
            let message = format!("the file expands to more than {LIMIT} elements");
            source.error(at, message, "correct its arrays, or split it");
        }
        !self.is_spent()
    }
}

/// The registers of a peripheral that has a name and an address.
pub(crate) fn registers<'a, 'i>(
    view: &View<'a, 'i>,
    around: Surroundings,
    names: &Names<'a, 'i>,
    budget: &mut Budget,
    source: &mut Source<'_>,
) -> Vec<Found> {
    let lists: Vec<Node<'a, 'i>> = view.nodes().filter_map(|node| child(node, "registers")).collect();
    let mut stack: Vec<(Node<'a, 'i>, Rc<Surroundings>)> = Vec::new();
    push(&mut stack, &lists, &Rc::new(around), budget, source);
    let mut found = Vec::new();
    while let Some((node, around)) = stack.pop() {
        if budget.is_spent() {
            break;
        }
        let view = names.view(node, source);
        let Some(name) = name(node, source) else { continue };
        if node.has_tag_name("register") {
            let before = found.len();
            found.extend(register(&view, &name, &around, names, source));
            budget.spend((found.len() - before).saturating_sub(1), place(node), source);
            continue;
        }
        let Some(inner) = cluster(&view, &name, &around, source) else { continue };
        let lists: Vec<Node<'a, 'i>> = view.nodes().collect();
        for around in inner.into_iter().rev() {
            push(&mut stack, &lists, &Rc::new(around), budget, source);
        }
    }
    found
}

/// Puts the registers and clusters of an element on the stack, so that the first comes first, and behind its own those of
/// the elements that it derives from whose names it does not have.
fn push<'a, 'i>(
    stack: &mut Vec<(Node<'a, 'i>, Rc<Surroundings>)>,
    lists: &[Node<'a, 'i>],
    around: &Rc<Surroundings>,
    budget: &mut Budget,
    source: &mut Source<'_>,
) {
    let mut names = HashSet::new();
    let mut members = Vec::new();
    for list in lists {
        let own = list.children().filter(|node| node.has_tag_name("register") || node.has_tag_name("cluster"));
        let new: Vec<Node<'a, 'i>> = own.filter(|&node| !names.contains(&named(node))).collect();
        names.extend(new.iter().map(|&node| named(node)));
        members.extend(new);
    }
    if let Some(first) = members.first().or(lists.first()) {
        // What has no members counts too, or an array of nothing would cost time without end.
        if budget.spend(members.len().max(1), place(*first), source) {
            stack.extend(members.into_iter().rev().map(|node| (node, Rc::clone(around))));
        }
    }
}

fn named(node: Node<'_, '_>) -> String {
    child(node, "name").map(text).unwrap_or_default()
}

/// What is around the registers of each element of a cluster.
fn cluster(
    view: &View<'_, '_>,
    name: &str,
    around: &Surroundings,
    source: &mut Source<'_>,
) -> Option<Vec<Surroundings>> {
    let instances = instances(view, name, false, source)?;
    let offset = required(view, "addressOffset", source)?;
    let properties = around.properties.within(view, source);
    let mut inner = Vec::with_capacity(instances.len());
    for instance in instances {
        let base = offset.checked_add(instance.offset).and_then(|offset| around.base.checked_add(offset));
        let Some(base) = base else {
            let message = format!("the cluster `{name}` goes beyond the end of the address space");
            source.error(place(view.own), message, "correct its addressOffset or dimIncrement");
            return None;
        };
        let prefix = format!("{}{}.", around.prefix, instance.name);
        if prefix.len() > 4 * crate::derive::LONGEST_NAME {
            source.error(place(view.own), "clusters are too deep within each other", "shorten the names");
            return None;
        }
        let alternate = alternate(view.own, "alternateCluster").or_else(|| around.alternate.clone());
        inner.push(Surroundings { base, prefix, properties, alternate, peripheral: around.peripheral.clone() });
    }
    Some(inner)
}

impl Surroundings {
    /// What is around the registers of a peripheral.
    pub(crate) fn peripheral(
        name: &str,
        base: u64,
        properties: Properties,
        alternate: Option<String>,
    ) -> Surroundings {
        Surroundings { peripheral: name.to_string(), prefix: String::new(), base, properties, alternate }
    }
}
