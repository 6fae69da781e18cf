//! What registers, blocks and interrupts must be, each and together, whatever they were made of.

use super::{Block, Interrupt, MAX_INTERRUPT, MAX_REGISTERS, RegisterInfo};
use std::collections::{HashMap, HashSet};

/// A row of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A register, by its index.
    Register(usize),
    /// An address block.
    Block(usize),
    /// An interrupt.
    Interrupt(usize),
}

/// What is wrong with a row of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFault {
    /// The row.
    pub item: Item,
    /// The column that it is about.
    pub column: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl MapFault {
    fn new(item: Item, column: &'static str, message: String, help: &str) -> MapFault {
        MapFault { item, column, message, help: help.to_string() }
    }
}

/// Checks all rows. Gives address and index of each register and element, sorted.
pub(super) fn check(
    registers: &[RegisterInfo],
    blocks: &[Block],
    interrupts: &[Interrupt],
) -> Result<Vec<(u64, u32)>, Vec<MapFault>> {
    let mut faults = Vec::new();
    for (index, register) in registers.iter().enumerate() {
        check_register(Item::Register(index), register, &mut faults);
    }
    for (index, block) in blocks.iter().enumerate() {
        check_block(Item::Block(index), block, &mut faults);
    }
    check_interrupts(interrupts, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let elements = elements(registers)?;
    check_overlaps(registers, &elements)?;
    Ok(elements)
}

fn check_register(item: Item, register: &RegisterInfo, faults: &mut Vec<MapFault>) {
    let mut fault = |column, message, help| faults.push(MapFault::new(item, column, message, help));
    if ![8, 16, 32, 64].contains(&register.width) {
        let message = format!("`{}` is no width of a register", register.width);
        return fault("width", message, "write 8, 16, 32 or 64");
    }
    let bytes = register.bytes();
    if !register.address.is_multiple_of(bytes) {
        let message = format!("{:#x} is no multiple of {bytes} bytes", register.address);
        fault("address", message, "a register is aligned to its width");
    }
    if register.stride < bytes || !register.stride.is_multiple_of(bytes) {
        let message = format!("a stride of {} does not suit {bytes} bytes", register.stride);
        fault("stride", message, "write a multiple of the width in bytes");
    }
    let steps = register.count.checked_sub(1);
    let last = steps.and_then(|steps| register.stride.checked_mul(steps)?.checked_add(bytes - 1));
    if last.and_then(|last| register.address.checked_add(last)).is_none() {
        let message = "the registers go beyond the end of the address space".to_string();
        fault("count", message, "correct address, count or stride");
    }
    let wider =
        |value: Option<u64>| register.width < 64 && value.is_some_and(|value| value >> register.width != 0);
    let cells = [("reset", "reset value", register.reset), ("reset mask", "reset mask", register.reset_mask)];
    for (column, what, value) in cells {
        if wider(value) {
            let message = format!("the {what} has more than {} bits", register.width);
            fault(column, message, "correct the value or the width");
        }
    }
    if register.reset_mask.is_some() && register.reset.is_none() {
        let message = "there is a mask, but no value after reset".to_string();
        fault("reset mask", message, "write the value under `reset`, or `-` here");
    }
}

fn check_block(item: Item, block: &Block, faults: &mut Vec<MapFault>) {
    let end = block.size.checked_sub(1).and_then(|last| block.address.checked_add(last));
    if end.is_none() {
        let message = format!("a block of {:#x} bytes does not fit at {:#x}", block.size, block.address);
        faults.push(MapFault::new(item, "size", message, "write the number of bytes, at least one"));
    }
}

fn check_interrupts(interrupts: &[Interrupt], faults: &mut Vec<MapFault>) {
    let mut seen = HashMap::new();
    for (index, interrupt) in interrupts.iter().enumerate() {
        let item = Item::Interrupt(index);
        if interrupt.number > MAX_INTERRUPT {
            let message = format!("there is no interrupt {}", interrupt.number);
            faults.push(MapFault::new(item, "number", message, "write a number from 0 to 495"));
        }
        if let Some(number) = seen.insert(&interrupt.name, interrupt.number) {
            let message = format!("interrupt `{}` has the number {number} already", interrupt.name);
            faults.push(MapFault::new(item, "interrupt", message, "give each interrupt one number"));
        }
    }
}

fn elements(registers: &[RegisterInfo]) -> Result<Vec<(u64, u32)>, Vec<MapFault>> {
    let mut elements = Vec::new();
    for (row, register) in registers.iter().enumerate() {
        if register.count > (MAX_REGISTERS - elements.len()) as u64 {
            let message = format!("the map has more than {MAX_REGISTERS} registers");
            let help = "split the map, or correct the count";
            return Err(vec![MapFault::new(Item::Register(row), "count", message, help)]);
        }
        let step = |index: u64| index.saturating_mul(register.stride);
        let addresses = (0..register.count).map(|index| register.address.saturating_add(step(index)));
        elements.extend(addresses.map(|address| (address, row as u32)));
    }
    elements.sort_unstable();
    Ok(elements)
}

/// Pairs of registers that share bytes and begin at different addresses, though neither says that it is an alternate: the
/// indices of the earlier and the later row. Of many that share the same bytes not every pair is told, but some is.
/// Registers beyond [`MAX_REGISTERS`] are not looked at.
pub fn overlaps(registers: &[RegisterInfo]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if let Ok(elements) = elements(registers) {
        sweep(registers, &elements, |pair, _| pairs.push((pair.0 as usize, pair.1 as usize)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Registers that begin at different addresses do not overlap, unless one of them says that it is an alternate.
fn check_overlaps(registers: &[RegisterInfo], elements: &[(u64, u32)]) -> Result<(), Vec<MapFault>> {
    let mut faults = Vec::new();
    let mut reported = HashSet::new();
    sweep(registers, elements, |pair, address| {
        if reported.insert(pair) {
            faults.push(overlap(registers, pair, address));
        }
    });
    faults.sort_by_key(|fault| fault.item);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Tells of pairs of registers without an alternate that share bytes and begin at different addresses: the earlier row
/// first, and where the later address is. Of many that share the same bytes not every pair is told.
fn sweep(registers: &[RegisterInfo], elements: &[(u64, u32)], mut tell: impl FnMut((u32, u32), u64)) {
    let plain = |index: u32| registers.get(index as usize).filter(|register| register.alternate.is_none());
    let end = |(address, index): (u64, u32)| address.saturating_add(plain(index).map_or(0, RegisterInfo::bytes));
    let mut widest: Option<(u64, u32)> = None;
    for &element in elements.iter().filter(|element| plain(element.1).is_some()) {
        if let Some(before) = widest.filter(|&before| before.0 < element.0 && element.0 < end(before)) {
            tell((before.1.min(element.1), before.1.max(element.1)), element.0);
        }
        if widest.is_none_or(|before| end(before) < end(element)) {
            widest = Some(element);
        }
    }
}

fn overlap(registers: &[RegisterInfo], pair: (u32, u32), address: u64) -> MapFault {
    let name = |index: u32| registers.get(index as usize).map_or(String::new(), RegisterInfo::full_name);
    let message = format!("`{}` overlaps `{}` at {address:#x}", name(pair.1), name(pair.0));
    let help = "correct an address, width or stride, or name one under `alternate` of the other";
    MapFault::new(Item::Register(pair.1 as usize), "address", message, help)
}
