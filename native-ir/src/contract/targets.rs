//! `targets.tsv`: the machines that modules are for.
//!
//! A built-in row has semantics in the back ends. A row with `like` takes them, and every cell that other tables have
//! by target, from the built-in row that it names; it may have fewer features, and profiles and memory of its own.

use super::cells::{Cells, words};

words! {
    /// The order of a number's bytes in memory.
    Endianness, "endianness" {
        /// The low byte first.
        Little "little",
        /// The high byte first.
        Big "big",
    }
}

/// A range of a machine's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// What it is: `flash`, `ram` …
    pub name: String,
    /// The first address.
    pub start: u64,
    /// The length in bytes.
    pub length: u64,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRow {
    /// The name that modules use.
    pub triple: String,
    /// The built-in row that this one is like.
    pub like: Option<String>,
    /// The family of processors.
    pub cpu_family: String,
    /// The ABI that modules for the target name.
    pub abi: String,
    /// The order of bytes.
    pub endianness: Endianness,
    /// The width of a pointer in bits.
    pub pointer_width: u32,
    /// The data layout that modules for the target state.
    pub data_layout: String,
    /// The data layout that LLVM has for the same machine.
    pub llvm_layout: String,
    /// The relocation models of emitted code.
    pub relocation_models: Vec<String>,
    /// The code models of emitted code.
    pub code_models: Vec<String>,
    /// The features that modules may ask for.
    pub features: Vec<String>,
    /// The profiles that modules may have.
    pub profiles: Vec<String>,
    /// The widths in bits that the machine accesses at once.
    pub access_widths: Vec<u32>,
    /// The widest atomic access in bits.
    pub atomic_width: u32,
    /// The alignment of the stack at calls in bytes.
    pub stack_align: u32,
    /// The memory of a machine without an operating system.
    pub memory_regions: Vec<Region>,
    /// The emulators that run it.
    pub emulators: Vec<String>,
    /// The format of object files.
    pub object_format: String,
    /// What it is.
    pub description: String,
}

impl TargetRow {
    /// Whether the machine accesses so many bits at once.
    pub fn accesses(&self, bits: u32) -> bool {
        self.access_widths.contains(&bits)
    }

    /// Whether modules may ask for a feature.
    pub fn has_feature(&self, feature: &str) -> bool {
        self.features.iter().any(|name| name == feature)
    }
}

pub(super) const HEADER: &[&str] = &[
    "triple",
    "like",
    "cpu family",
    "abi",
    "endianness",
    "pointer width",
    "data layout",
    "llvm layout",
    "relocation models",
    "code models",
    "features",
    "profiles",
    "access widths",
    "atomic width",
    "stack align",
    "memory regions",
    "emulator",
    "object format",
    "description",
];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<TargetRow> {
    let (triple, like, cpu_family, abi) = (cells.text(), cells.optional(), cells.text(), cells.text());
    let (endianness, pointer_width) = (cells.word(), cells.number());
    let (data_layout, llvm_layout) = (cells.text(), cells.text());
    let (relocation_models, code_models) = (cells.names(), cells.names());
    let (features, profiles) = (cells.names(), cells.names());
    let access_widths = numbers(cells);
    let (atomic_width, stack_align) = (cells.number(), cells.number());
    let memory_regions = regions(cells);
    let (emulators, object_format, description) = (cells.names(), cells.text(), cells.text());
    Some(TargetRow {
        triple: triple?,
        like,
        cpu_family: cpu_family?,
        abi: abi?,
        endianness: endianness?,
        pointer_width: pointer_width?,
        data_layout: data_layout?,
        llvm_layout: llvm_layout?,
        relocation_models: relocation_models?,
        code_models: code_models?,
        features: features?,
        profiles: profiles?,
        access_widths: access_widths?,
        atomic_width: atomic_width?,
        stack_align: stack_align?,
        memory_regions: memory_regions?,
        emulators: emulators?,
        object_format: object_format?,
        description: description?,
    })
}

fn numbers(cells: &mut Cells<'_>) -> Option<Vec<u32>> {
    let list = cells.list()?;
    let found: Vec<u32> = list.iter().filter_map(|(at, word)| cells.number_of(*at, word)).collect();
    (found.len() == list.len()).then_some(found)
}

fn regions(cells: &mut Cells<'_>) -> Option<Vec<Region>> {
    let list = cells.list()?;
    let mut found = Vec::new();
    for (at, word) in &list {
        match region(word) {
            Some(region) => found.push(region),
            None => {
                let message = format!("`{word}` is no memory region");
                cells.error(*at, message, "write name=0xSTART:0xLENGTH, not beyond the end of memory");
            }
        }
    }
    (found.len() == list.len()).then_some(found)
}

fn region(word: &str) -> Option<Region> {
    let hex = |text: &str| u64::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    let (name, range) = word.split_once('=')?;
    let (start, length) = range.split_once(':')?;
    let (start, length) = (hex(start)?, hex(length)?);
    let fits = !name.is_empty() && length > 0 && start.checked_add(length).is_some();
    fits.then(|| Region { name: name.to_string(), start, length })
}
