//! Register maps: which hardware registers a machine has, how wide they are, how they may be used, and which interrupt
//! has which number.
//!
//! A map is a file of up to three tables in the manner of the contract's tables ([`crate::contract::tsv`]), each under
//! its own header: registers, and then, if there are any, address blocks and interrupts. [`RegisterMap::read`] reads it,
//! its `Display` writes it. The crate `svd` makes one of a vendor's CMSIS-SVD file.
//!
//! Registers do not overlap, but for alternates: several registers with different names may begin at the same address,
//! as vendors' files have them where a peripheral has modes, and a register whose cell under `alternate` says so may
//! share bytes with any other. What may be done at an address in a width is the union of what the registers of that
//! width that begin there allow.
//!
//! A register, or an array of registers, is a row of the first table:
//!
//! | column | meaning |
//! |---|---|
//! | `peripheral`, `register` | the name, in two parts; the key |
//! | `address` | of the first register, in hexadecimal (`0x4000251c`), a multiple of the width |
//! | `width` | 8, 16, 32 or 64 bits |
//! | `access` | `read-write`, `read-only` or `write-only` |
//! | `count`, `stride` | of an array the number of registers and the bytes from one to the next; `1` and `-` for one |
//! | `read action` | what a read does beside reading: `clear`, `set`, `modify`, `modify-external`; `-` for nothing |
//! | `write action` | what a write does other than to store its bits ([`WriteAction`]); `-` for nothing |
//! | `reset` | the value after reset in hexadecimal; `-` where it is not known |
//! | `reset mask` | the bits of it that are known, in hexadecimal; `-` for all |
//! | `alternate` | the register or peripheral that this is another view of; `-` for none |
//! | `description` | what it is for; `-` for nothing |
//!
//! An address block, which is the room that a peripheral takes, is a row of the second: `peripheral`, `block` (its
//! address in hexadecimal), `size` in bytes, in hexadecimal, `usage` (`registers`, `buffer` or `reserved`). An interrupt
//! is a row of the third: `interrupt` (its name), `number` (0 is the first of the device, exception 16 of the core),
//! `peripherals` that raise it, `description`.

mod action;
mod check;
mod print;
mod table;

#[cfg(test)]
mod tests;

pub use action::{ReadAction, Usage, WriteAction};
pub use check::{Item, MapFault, overlaps};

use crate::Access;

/// The columns of the table of registers.
pub const HEADER: [&str; 13] = [
    "peripheral",
    "register",
    "address",
    "width",
    "access",
    "count",
    "stride",
    "read action",
    "write action",
    "reset",
    "reset mask",
    "alternate",
    "description",
];

/// The columns of the table of address blocks.
pub const BLOCK_HEADER: [&str; 4] = ["peripheral", "block", "size", "usage"];

/// The columns of the table of interrupts.
pub const INTERRUPT_HEADER: [&str; 4] = ["interrupt", "number", "peripherals", "description"];

/// The most registers of a map, each element of an array counted.
pub const MAX_REGISTERS: usize = 1 << 20;

/// The highest number of an interrupt: no core of the M profile has more lines (ARM DDI 0403, B3.4).
pub const MAX_INTERRUPT: u16 = 495;

/// A register, or an array of registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterInfo {
    /// The peripheral it belongs to.
    pub peripheral: String,
    /// Its name within the peripheral.
    pub name: String,
    /// The address of the first.
    pub address: u64,
    /// The width of each in bits.
    pub width: u32,
    /// How it may be used.
    pub access: Access,
    /// How many there are.
    pub count: u64,
    /// How many bytes lie between the beginnings of two; of a single register its width in bytes.
    pub stride: u64,
    /// What a read does beside reading.
    pub read_action: Option<ReadAction>,
    /// What a write does other than to store its bits.
    pub write_action: Option<WriteAction>,
    /// The value after reset.
    pub reset: Option<u64>,
    /// The bits of the value after reset that are known; `None` for all.
    pub reset_mask: Option<u64>,
    /// The register or peripheral that it is another view of.
    pub alternate: Option<String>,
    /// What it is for; may be empty.
    pub description: String,
}

impl RegisterInfo {
    /// `peripheral.register`
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.peripheral, self.name)
    }

    /// The name of the register at an address, which of an array has the index: `GPIO.PIN_CNF[3]`.
    pub fn name_at(&self, address: u64) -> String {
        let index = address.checked_sub(self.address).and_then(|bytes| bytes.checked_div(self.stride));
        match index {
            Some(index) if self.count > 1 => format!("{}[{index}]", self.full_name()),
            _ => self.full_name(),
        }
    }

    fn bytes(&self) -> u64 {
        u64::from(self.width / 8)
    }
}

/// The room that a peripheral takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The peripheral.
    pub peripheral: String,
    /// The first address.
    pub address: u64,
    /// How many bytes there are; at least one.
    pub size: u64,
    /// What lies there.
    pub usage: Usage,
}

impl Block {
    /// Whether an address lies in it.
    pub fn contains(&self, address: u64) -> bool {
        address.checked_sub(self.address).is_some_and(|offset| offset < self.size)
    }
}

/// An interrupt of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupt {
    /// Its name; the handler of `UART0` is `UART0_IRQHandler`.
    pub name: String,
    /// Its line, from 0.
    pub number: u16,
    /// The peripherals that raise it; may be empty.
    pub peripherals: Vec<String>,
    /// What it is for; may be empty.
    pub description: String,
}

/// The registers of a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterMap {
    registers: Vec<RegisterInfo>,
    /// Address and index in `registers` of each register and element, sorted.
    elements: Vec<(u64, u32)>,
    blocks: Vec<Block>,
    interrupts: Vec<Interrupt>,
}

impl RegisterMap {
    /// The map of registers, blocks and interrupts.
    ///
    /// # Errors
    /// All that is wrong with them, sorted by the tables and rows that they would have.
    pub fn new(
        registers: Vec<RegisterInfo>,
        blocks: Vec<Block>,
        interrupts: Vec<Interrupt>,
    ) -> Result<RegisterMap, Vec<MapFault>> {
        let elements = check::check(&registers, &blocks, &interrupts)?;
        Ok(RegisterMap { registers, elements, blocks, interrupts })
    }

    /// All registers, in the order of the table.
    pub fn registers(&self) -> &[RegisterInfo] {
        &self.registers
    }

    /// All address blocks, in the order of the table.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// All interrupts, in the order of the table.
    pub fn interrupts(&self) -> &[Interrupt] {
        &self.interrupts
    }

    /// The number of the interrupt with a name.
    pub fn interrupt(&self, name: &str) -> Option<u16> {
        self.interrupts.iter().find(|interrupt| interrupt.name == name).map(|interrupt| interrupt.number)
    }

    /// How many addresses have a register.
    pub fn addresses(&self) -> usize {
        self.elements.chunk_by(|a, b| a.0 == b.0).count()
    }

    /// The register, or the array with an element, that begins at an address; of alternates the first of the table.
    pub fn find(&self, address: u64) -> Option<&RegisterInfo> {
        self.alternates(address).next()
    }

    /// All registers and arrays with an element that begin at an address, in the order of the table.
    pub fn alternates(&self, address: u64) -> impl Iterator<Item = &RegisterInfo> {
        let first = self.elements.partition_point(|element| element.0 < address);
        let here = self.elements.iter().skip(first).take_while(move |element| element.0 == address);
        here.filter_map(|&(_, index)| self.registers.get(index as usize))
    }

    /// The registers that stand before and behind an address, with their addresses.
    pub fn neighbours(&self, address: u64) -> [Option<(u64, &RegisterInfo)>; 2] {
        let behind = self.elements.partition_point(|element| element.0 <= address);
        let before = self.elements.partition_point(|element| element.0 < address).checked_sub(1);
        [before, Some(behind)].map(|at| {
            let &(address, index) = self.elements.get(at?)?;
            Some((address, self.registers.get(index as usize)?))
        })
    }

    /// What the registers of a width that begin at an address allow together; `None` when there is none.
    pub fn rights(&self, address: u64, width: u32) -> Option<Access> {
        let fitting = self.alternates(address).filter(|register| register.width == width);
        fitting.map(|register| register.access).reduce(|a, b| if a == b { a } else { Access::ReadWrite })
    }
}
