//! Writes a map as its tables.

use super::{BLOCK_HEADER, Block, HEADER, INTERRUPT_HEADER, Interrupt, RegisterInfo, RegisterMap};
use std::fmt;

/// As [`RegisterMap::read`] reads it, if no name has a tab or line break in it, which it would refuse.
impl fmt::Display for RegisterMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", HEADER.join("\t"))?;
        for register in &self.registers {
            write_register(f, register)?;
        }
        if !self.blocks.is_empty() {
            writeln!(f, "{}", BLOCK_HEADER.join("\t"))?;
        }
        for Block { peripheral, address, size, usage } in &self.blocks {
            writeln!(f, "{peripheral}\t{address:#010x}\t{size:#x}\t{}", usage.name())?;
        }
        if !self.interrupts.is_empty() {
            writeln!(f, "{}", INTERRUPT_HEADER.join("\t"))?;
        }
        for Interrupt { name, number, peripherals, description } in &self.interrupts {
            writeln!(f, "{name}\t{number}\t{}\t{}", cell(&peripherals.join(" ")), cell(description))?;
        }
        Ok(())
    }
}

fn write_register(f: &mut fmt::Formatter<'_>, register: &RegisterInfo) -> fmt::Result {
    let RegisterInfo { peripheral, name, address, width, access, count, .. } = register;
    let stride = if *count == 1 { "-".to_string() } else { register.stride.to_string() };
    // Leading zeros to the width, and `0x`.
    let digits = *width as usize / 4 + 2;
    let hex = |value: Option<u64>| value.map_or("-".to_string(), |value| format!("{value:#0digits$x}"));
    let read_action = register.read_action.map_or("-", |action| action.name());
    let write_action = register.write_action.map_or("-", |action| action.name());
    write!(f, "{peripheral}\t{name}\t{address:#010x}\t{width}\t{}\t{count}\t{stride}\t", access.name())?;
    write!(f, "{read_action}\t{write_action}\t{}\t{}\t", hex(register.reset), hex(register.reset_mask))?;
    writeln!(f, "{}\t{}", register.alternate.as_deref().map_or("-", cell), cell(&register.description))
}

fn cell(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}
