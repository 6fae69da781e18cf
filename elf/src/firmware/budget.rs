//! How the memory of a machine is used, section by section: what people see when a program does not fit, and in maps.

use super::layout::{Area, Layout, Named};
use super::memory::{Memory, Region};
use std::fmt;

/// How many of the largest functions and objects are named.
const LARGEST: usize = 8;

/// The use of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Its name: `flash` or `ram`.
    pub name: &'static str,
    /// Where it is.
    pub region: Region,
    /// Its sections in their order with their bytes, gaps before them counted.
    pub sections: Vec<(&'static str, u64)>,
    /// The largest functions and objects in it with their bytes, the largest first.
    pub largest: Vec<(String, u64)>,
}

impl Use {
    /// How many bytes are used.
    pub fn total(&self) -> u64 {
        self.sections.iter().map(|(_, bytes)| bytes).sum()
    }

    /// How many bytes too many are used.
    pub fn excess(&self) -> u64 {
        self.total().saturating_sub(u64::from(self.region.bytes))
    }
}

/// The use of all regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Flash: the initial values of data count here too.
    pub flash: Use,
    /// RAM: of the stack counts what it needs at least.
    pub ram: Use,
}

impl Budget {
    pub(super) fn new(layout: &Layout<'_, '_>, memory: Memory) -> Budget {
        let flash = [
            (".vectors", layout.vectors.size, 4),
            (".text", layout.text.size, layout.text.align),
            (".rodata", layout.constants.size, layout.constants.align),
            (".data, initial values", layout.data.size, 4),
        ];
        let ram = [
            (".data", layout.data.size, layout.data.align),
            (".bss", layout.zero.size, layout.zero.align),
            (".stack, at least", u64::from(memory.stack), 8),
        ];
        let named = || layout.functions.iter().chain(&layout.objects).chain(&layout.made);
        Budget {
            flash: Use {
                name: "flash",
                region: memory.flash,
                sections: sections(memory.flash.start, &flash),
                largest: largest(named(), |area| !matches!(area, Area::Zero)),
            },
            ram: Use {
                name: "RAM",
                region: memory.ram,
                sections: sections(memory.ram.start, &ram),
                largest: largest(named(), |area| matches!(area, Area::Data | Area::Zero)),
            },
        }
    }

    /// Whether every region has room for what is in it.
    pub fn fits(&self) -> bool {
        self.flash.excess() == 0 && self.ram.excess() == 0
    }
}

/// The bytes of sections that follow each other, with the gaps that their alignments make.
fn sections(start: u32, all: &[(&'static str, u64, u64)]) -> Vec<(&'static str, u64)> {
    let mut at = u64::from(start);
    let each = all.iter().filter(|(_, size, _)| *size > 0).map(|&(name, size, align)| {
        let end = at.next_multiple_of(align.max(1)).saturating_add(size);
        let bytes = end - at;
        at = end;
        (name, bytes)
    });
    each.collect()
}

fn largest<'n>(all: impl Iterator<Item = &'n Named>, wanted: impl Fn(Area) -> bool) -> Vec<(String, u64)> {
    let mut all: Vec<&Named> = all.filter(|named| wanted(named.area) && named.size > 0).collect();
    // Equal sizes keep the program's order.
    all.sort_by_key(|named| std::cmp::Reverse(named.size));
    all.iter().take(LARGEST).map(|named| (named.name.clone(), named.size)).collect()
}

impl fmt::Display for Budget {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full: Vec<&Use> = [&self.flash, &self.ram].into_iter().filter(|part| part.excess() > 0).collect();
        for part in &full {
            let (name, excess) = (part.name, part.excess());
            writeln!(out, "the program does not fit in {name}: it takes {excess} bytes too many")?;
        }
        writeln!(out, "  {:<8} {:<24} {:>10}", "region", "section", "bytes")?;
        for part in [&self.flash, &self.ram] {
            for (index, (section, bytes)) in part.sections.iter().enumerate() {
                let name = if index == 0 { part.name } else { "" };
                writeln!(out, "  {name:<8} {section:<24} {bytes:>10}")?;
            }
            let name = if part.sections.is_empty() { part.name } else { "" };
            writeln!(out, "  {name:<8} {:<24} {:>10} of {}", "total", part.total(), part.region.bytes)?;
        }
        for part in &full {
            writeln!(out, "  largest in {}:", part.name)?;
            for (name, bytes) in &part.largest {
                writeln!(out, "  {bytes:>10}  {name}")?;
            }
        }
        Ok(())
    }
}
