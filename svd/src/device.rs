//! A whole file: the device, its peripherals, and the map of what they have.

use crate::Reading;
use crate::array::instances;
use crate::block::blocks;
use crate::core;
use crate::derive::{Names, View, name};
use crate::expand::{Budget, registers};
use crate::interrupt::Interrupts;
use crate::property::{Properties, alternate, optional, required};
use crate::register::{Found, Surroundings};
use crate::source::{BYTE_ORDER_MARK, Source, child, place, text};
use native_ir::contract::TableError;
use native_ir::registers::{Block, Item, MapFault, RegisterInfo, RegisterMap};
use roxmltree::{Document, Node};
use std::collections::HashSet;

/// How often overlaps are looked for: each time leaves fewer.
const ROUNDS: usize = 16;

/// The longest line of a licence in characters; the rest is cut off, because rows of tables have a longest length.
const LICENCE_LINE: usize = 1000;

/// Reads a file.
pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<Reading, Vec<TableError>> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
            let source = Source::new(file, valid.unwrap_or_default());
            return Err(vec![source.at(error.valid_up_to(), "invalid UTF-8", "save the file as UTF-8")]);
        }
    };
    let source = Source::new(file, text);
    match Document::parse(text) {
        Ok(document) => Device::new(&document, source).read(),
        Err(error) => Err(vec![malformed(&source, text, &error)]),
    }
}

/// How many addresses have a register.
fn addresses(infos: &[RegisterInfo]) -> usize {
    let of = |info: &RegisterInfo| {
        let (address, stride) = (info.address, info.stride);
        (0..info.count).map(move |index| address.saturating_add(index.saturating_mul(stride)))
    };
    // No array has more elements than the reader's limit, and no file more rows.
    infos.iter().flat_map(of).take(native_ir::registers::MAX_REGISTERS).collect::<HashSet<u64>>().len()
}

/// The lines of a licence; some files write their ends as `\n`, too.
fn licence(element: Node<'_, '_>) -> Vec<String> {
    let all: String = element.children().filter_map(|child| child.text()).collect();
    let lines = all.lines().map(|line| {
        let plain: String =
            line.replace("\\n", "").chars().filter(|c| !c.is_control()).take(LICENCE_LINE).collect();
        plain.trim().to_string()
    });
    let lines: Vec<String> = lines.collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    lines.get(first..last).unwrap_or_default().to_vec()
}

fn malformed(source: &Source<'_>, text: &str, error: &roxmltree::Error) -> TableError {
    let position = error.pos();
    let line =
        text.split_inclusive('\n').take((position.row as usize).saturating_sub(1)).map(str::len).sum::<usize>();
    let within =
        text.get(line..).and_then(|rest| rest.char_indices().nth((position.col as usize).saturating_sub(1)));
    let help = "mend the file, or get it from its vendor again";
    // The parser's words end in the position, which stands before them here.
    let message = error.to_string();
    let message = message.split(" at ").next().unwrap_or_default().to_string();
    source.at(line + within.map_or(0, |(at, _)| at), format!("this is no XML: {message}"), help)
}

struct Device<'a, 'i, 's> {
    root: Node<'a, 'i>,
    names: Names<'a, 'i>,
    source: Source<'s>,
    found: Vec<Found>,
    blocks: Vec<Block>,
    interrupts: Interrupts,
    budget: Budget,
}

impl<'a, 'i, 's> Device<'a, 'i, 's> {
    fn new(document: &'a Document<'i>, source: Source<'s>) -> Device<'a, 'i, 's> {
        Device {
            root: document.root_element(),
            names: Names::new(document),
            source,
            found: Vec::new(),
            blocks: Vec::new(),
            interrupts: Interrupts::default(),
            budget: Budget::default(),
        }
    }

    fn read(mut self) -> Result<Reading, Vec<TableError>> {
        let root = self.root;
        if !root.has_tag_name("device") {
            let message = format!("<{}> is no device", root.tag_name().name());
            return Err(vec![self.source.at(place(root), message, "give a file of CMSIS-SVD")]);
        }
        let device = View::of(root);
        let properties = Properties::default().within(&device, &mut self.source);
        if optional(&device, "addressUnitBits", &mut self.source).is_some_and(|bits| bits != 8) {
            let at = device.child("addressUnitBits").map_or(0, place);
            self.source.error(
                at,
                "addresses do not count bytes",
                "only devices with addressUnitBits of 8 are read",
            );
        }
        let lists = root.children().filter(|node| node.has_tag_name("peripherals"));
        for node in lists.flat_map(|list| list.children()).filter(|node| node.has_tag_name("peripheral")) {
            if !self.budget.is_spent() {
                self.peripheral(node, properties);
            }
        }
        self.finish(&device)
    }

    fn peripheral(&mut self, node: Node<'a, 'i>, properties: Properties) {
        let source = &mut self.source;
        let view = self.names.view(node, source);
        let Some(name) = name(node, source) else { return };
        // Nothing derives an address: two peripherals would be one.
        let base = required(&View::of(node), "baseAddress", source);
        let Some(instances) = instances(&view, &name, false, source) else { return };
        let Some(base) = base else { return };
        let properties = properties.within(&view, source);
        let alternate = alternate(node, "alternatePeripheral");
        for instance in instances {
            if self.budget.is_spent() {
                return;
            }
            let Some(base) = base.checked_add(instance.offset) else {
                let message = format!("the peripheral `{name}` goes beyond the end of the address space");
                return source.error(place(node), message, "correct its baseAddress or dimIncrement");
            };
            self.blocks.extend(blocks(&view, &instance.name, base, source));
            self.interrupts.add(&instance.name, node, source);
            let around = Surroundings::peripheral(&instance.name, base, properties, alternate.clone());
            self.found.extend(registers(&view, around, &self.names, &mut self.budget, source));
        }
    }

    fn finish(mut self, device: &View<'a, 'i>) -> Result<Reading, Vec<TableError>> {
        self.check_names();
        if !self.source.errors.is_empty() {
            return Err(self.source.errors);
        }
        let cpu = device.child("cpu").and_then(|cpu| child(cpu, "name")).map(text).unwrap_or_default();
        let (mut infos, places): (Vec<RegisterInfo>, Vec<usize>) =
            std::mem::take(&mut self.found).into_iter().map(|found| (found.info, found.place)).unzip();
        let mut blocks = std::mem::take(&mut self.blocks);
        let own_addresses = addresses(&infos);
        core::add(&cpu, &mut infos, &mut blocks);
        let interrupts = std::mem::take(&mut self.interrupts).sorted();
        self.take_overlaps(&mut infos, &places);
        let map = RegisterMap::new(infos, blocks, interrupts).map_err(|faults| {
            let each = faults.into_iter().map(|fault| self.misfit(fault, &places));
            each.collect::<Vec<_>>()
        })?;
        let elements = self.root.descendants().filter(|node| node.has_tag_name("register")).count();
        Ok(Reading {
            device: device.child("name").map(text).unwrap_or_default(),
            map,
            licence: device.child("licenseText").map(licence).unwrap_or_default(),
            registers: elements,
            own_addresses,
            notes: self.source.notes,
        })
    }

    /// No two registers have one name.
    fn check_names(&mut self) {
        let mut seen = HashSet::new();
        for found in &self.found {
            let name = found.info.full_name();
            if !seen.insert(name.clone()) {
                self.source.error(found.place, format!("`{name}` stands twice"), "rename one of them");
            }
        }
    }

    /// Registers that share bytes and do not say so are taken for views of each other.
    fn take_overlaps(&mut self, infos: &mut [RegisterInfo], places: &[usize]) {
        for _ in 0..ROUNDS {
            let overlaps = native_ir::registers::overlaps(infos);
            if overlaps.is_empty() {
                break;
            }
            for (earlier, later) in overlaps {
                let Some(name) = infos.get(earlier).map(RegisterInfo::full_name) else { continue };
                let Some(info) = infos.get_mut(later) else { continue };
                let message =
                    format!("`{}` shares bytes with `{name}`: taken as another view of it", info.full_name());
                let at = places.get(later).copied().unwrap_or(0);
                self.source.note(at, message, "correct an address or size, or add <alternateRegister>");
                info.alternate.get_or_insert(name);
            }
        }
    }

    fn misfit(&self, fault: MapFault, places: &[usize]) -> TableError {
        let at = match fault.item {
            Item::Register(index) => places.get(index).copied().unwrap_or(0),
            Item::Block(_) | Item::Interrupt(_) => place(self.root),
        };
        self.source.at(at, fault.message, fault.help)
    }
}
