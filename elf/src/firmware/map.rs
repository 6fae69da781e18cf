//! The map of an image as text: the use of memory, sections, symbols by address.

use super::{Firmware, ImageSymbol, SymbolKind};
use std::fmt::Write;

pub(super) fn text(firmware: &Firmware) -> String {
    let mut text = format!("{}\n", firmware.budget);
    let _ = writeln!(text, "  {:<10} {:<10} {:>10}  section", "address", "loaded at", "bytes");
    for section in &firmware.sections {
        let load = if section.bytes.is_empty() { String::from("-") } else { format!("0x{:08x}", section.load) };
        let _ = writeln!(text, "  0x{:08x} {load:<10} {:>10}  {}", section.address, section.size, section.name);
    }
    let _ = writeln!(text, "\n  {:<10} {:>10}  {:<8}  symbol", "address", "bytes", "kind");
    let mut symbols: Vec<&ImageSymbol> = firmware.symbols.iter().collect();
    symbols.retain(|symbol| symbol.kind != SymbolKind::Mapping);
    symbols.sort_by_key(|symbol| symbol.address);
    for symbol in symbols {
        let kind = if symbol.kind == SymbolKind::Function { "function" } else { "object" };
        let _ = writeln!(text, "  0x{:08x} {:>10}  {kind:<8}  {}", symbol.address, symbol.size, symbol.name);
    }
    text
}
