//! The interrupts of a device, which its peripherals name.

use crate::derive::{View, name};
use crate::number::number;
use crate::property::description;
use crate::source::{Source, child, place, text};
use native_ir::registers::{Interrupt, MAX_INTERRUPT};
use roxmltree::Node;
use std::collections::BTreeMap;

/// The interrupts by their names.
#[derive(Default)]
pub(crate) struct Interrupts(BTreeMap<String, Interrupt>);

impl Interrupts {
    /// Adds those that a peripheral names itself.
    pub(crate) fn add(&mut self, peripheral: &str, node: Node<'_, '_>, source: &mut Source<'_>) {
        for element in node.children().filter(|child| child.has_tag_name("interrupt")) {
            let (Some(name), Some(number)) = (name(element, source), line(element, source)) else { continue };
            let view = View::of(element);
            let new =
                Interrupt { name: name.clone(), number, peripherals: Vec::new(), description: description(&view) };
            let interrupt = self.0.entry(name).or_insert(new);
            if interrupt.number != number {
                let message =
                    format!("interrupt `{}` has the number {} already", interrupt.name, interrupt.number);
                source.error(place(element), message, "give each interrupt one number");
            }
            if !interrupt.peripherals.iter().any(|known| known == peripheral) {
                interrupt.peripherals.push(peripheral.to_string());
            }
        }
    }

    /// All of them, by number.
    pub(crate) fn sorted(self) -> Vec<Interrupt> {
        let mut all: Vec<Interrupt> = self.0.into_values().collect();
        all.sort_by_key(|interrupt| interrupt.number);
        all
    }
}

fn line(element: Node<'_, '_>, source: &mut Source<'_>) -> Option<u16> {
    let text = child(element, "value").map(text).unwrap_or_default();
    let line = number(&text).and_then(|number| u16::try_from(number).ok()).filter(|line| *line <= MAX_INTERRUPT);
    if line.is_none() {
        let shown: String = text.chars().take(40).collect();
        let message = format!("`{shown}` is no number of an interrupt");
        source.error(place(element), message, format!("write a number from 0 to {MAX_INTERRUPT} under <value>"));
    }
    line
}
