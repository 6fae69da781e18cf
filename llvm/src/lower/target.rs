//! The target: a row of `targets.tsv` whose column `llvm layout` is the files' data layout.

use super::context::Refusal;
use crate::Diagnostic;
use crate::syntax::{Module, Place};
use native_ir::Contract;
use native_ir::contract::targets::TargetRow;
use native_ir::registers::RegisterMap;

/// What the importer is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// The target's triple; the one whose layout the files have, when it is left out.
    pub target: Option<String>,
    /// The module's name; the first file's `source_filename` without folders and ending, when it is left out.
    pub name: Option<String>,
    /// The profile; the first of the target's that allows what the program does, when it is left out.
    pub profile: Option<String>,
    /// The registers of the machine, to name those that the program touches.
    pub registers: Option<&'a RegisterMap>,
}

/// What the lowering needs of the target.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The row of `targets.tsv`.
    pub(super) row: usize,
    /// Bytes of a pointer.
    pub(super) pointer_bytes: u32,
    /// Sizes and alignments of LLVM's types.
    pub(super) layout: DataLayout,
}

impl Target {
    /// The row.
    pub(super) fn contract_row(&self) -> Option<&'static TargetRow> {
        Contract::embedded().targets.get(self.row)
    }

    /// Whether it is a Cortex-M, with the hardware operations of one.
    pub(super) fn is_thumb(&self) -> bool {
        self.contract_row().is_some_and(|row| row.has_feature(THUMB))
    }
}

/// The feature of `targets.tsv` that hardware operations of a Cortex-M need.
pub(super) const THUMB: &str = "thumb";

/// Sizes and alignments of LLVM's types, as a data layout states them.
///
/// LLVM Language Reference, "Data Layout". Alignments are the ABI's; preferred ones have no meaning here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DataLayout {
    /// Bytes of a pointer of address space 0, and its alignment.
    pub(super) pointer: (u32, u32),
    /// The other specifications: kind, bits, alignment in bytes; sorted.
    aligns: Vec<(char, u32, u32)>,
    /// What is compared as it is written: mangling, stack alignment, pointers of other address spaces …; sorted.
    rest: Vec<String>,
}

/// What holds where a data layout says nothing: kind, bits, alignment in bytes.
const DEFAULTS: [(char, u32, u32); 11] = [
    ('a', 0, 1),
    ('f', 16, 2),
    ('f', 32, 4),
    ('f', 64, 8),
    ('f', 128, 16),
    ('i', 8, 1),
    ('i', 16, 2),
    ('i', 32, 4),
    ('i', 64, 4),
    ('v', 64, 8),
    ('v', 128, 16),
];

impl DataLayout {
    /// Reads a data layout; `None` when it is none, or one for big-endian machines.
    pub(super) fn read(text: &str) -> Option<DataLayout> {
        let mut layout = DataLayout { pointer: (8, 8), aligns: DEFAULTS.to_vec(), rest: Vec::new() };
        for part in text.split('-').filter(|part| !part.is_empty()) {
            layout.specification(part)?;
        }
        layout.aligns.sort_unstable();
        layout.rest.sort_unstable();
        layout.rest.dedup();
        Some(layout)
    }

    fn specification(&mut self, text: &str) -> Option<()> {
        let kind = text.chars().next()?;
        let mut numbers = text.get(kind.len_utf8()..)?.split(':');
        let bits = numbers.next().unwrap_or_default();
        match kind {
            'E' => return None,
            'e' => {}
            // Widths that the processor is fast with, which mean nothing to a layout.
            'n' if !text.starts_with("ni") => {}
            'p' if bits.is_empty() || bits == "0" => {
                let size: u32 = numbers.next()?.parse().ok()?;
                self.pointer = (size / 8, align(numbers.next()?)?);
            }
            'i' | 'f' | 'v' | 'a' => {
                let bits = if bits.is_empty() { 0 } else { bits.parse().ok()? };
                let align = align(numbers.next()?)?;
                self.aligns.retain(|entry| (entry.0, entry.1) != (kind, bits));
                self.aligns.push((kind, bits, align));
            }
            _ => self.rest.push(text.to_string()),
        }
        Some(())
    }

    fn find(&self, kind: char, bits: u32) -> Option<u32> {
        let found = self.aligns.iter().find(|entry| (entry.0, entry.1) == (kind, bits));
        found.map(|entry| entry.2)
    }

    /// The alignment of an integer in bytes: that of the next wider one that is specified, else of the widest.
    pub(super) fn integer(&self, bits: u32) -> u32 {
        let integers = || self.aligns.iter().filter(|entry| entry.0 == 'i');
        let wider = integers().find(|entry| entry.1 >= bits);
        wider.or(integers().next_back()).map_or(1, |entry| entry.2)
    }

    /// The alignment of a float in bytes.
    pub(super) fn float(&self, bits: u32) -> u32 {
        self.find('f', bits).unwrap_or(bits / 8)
    }

    /// The alignment of a vector of so many bits, in bytes; `None` when that is beyond all measure.
    pub(super) fn vector(&self, bits: u64) -> Option<u32> {
        let known = u32::try_from(bits).ok().and_then(|bits| self.find('v', bits));
        known.or_else(|| u32::try_from(bits.div_ceil(8).checked_next_power_of_two()?).ok())
    }

    /// The least alignment of a struct in bytes.
    pub(super) fn aggregate(&self) -> u32 {
        self.find('a', 0).unwrap_or(1)
    }
}

/// An alignment in bytes of one in bits; 0 is 1.
fn align(bits: &str) -> Option<u32> {
    let bits: u32 = bits.parse().ok()?;
    let bytes = (bits / 8).max(1);
    (bits.is_multiple_of(8) && bytes.is_power_of_two()).then_some(bytes)
}

/// The target of files: the one that is asked for, else the one whose data layout they have.
pub(super) fn choose(files: &[Module<'_>], options: &Options<'_>) -> Result<Target, Vec<Diagnostic>> {
    let contract = Contract::embedded();
    let asked = match &options.target {
        Some(triple) => match contract.target(triple) {
            Some((index, _)) => Some(index),
            None => return Err(vec![unknown_target(triple)]),
        },
        None => None,
    };
    let row = match asked.or_else(|| files.iter().find_map(row_of)) {
        Some(row) => row,
        None => return Err(vec![no_target(files)]),
    };
    let wrong: Vec<Diagnostic> =
        files.iter().enumerate().filter_map(|(file, module)| disagreement(file, module, row)).collect();
    let (Some(found), true) = (contract.targets.get(row), wrong.is_empty()) else { return Err(wrong) };
    let Some(layout) = DataLayout::read(&found.llvm_layout) else {
        return Err(vec![unknown_target(&found.triple)]);
    };
    Ok(Target { row, pointer_bytes: found.pointer_width / 8, layout })
}

/// The first row that has a file's layout and fits its triple, else the first that has its layout.
fn row_of(module: &Module<'_>) -> Option<usize> {
    let layout = DataLayout::read(&module.layout.as_ref()?.0)?;
    let rows = Contract::embedded().targets.iter().enumerate();
    let fitting = rows.filter(|(_, row)| DataLayout::read(&row.llvm_layout).as_ref() == Some(&layout));
    let family = |row: &TargetRow| module.triple.as_ref().is_none_or(|(triple, _)| is_family(triple, row));
    let found: Vec<_> = fitting.collect();
    found.iter().find(|(_, row)| family(row)).or(found.first()).map(|(index, _)| *index)
}

/// Whether a triple of LLVM is for a row's family of processors.
fn is_family(triple: &str, row: &TargetRow) -> bool {
    let architecture = triple.split('-').next().unwrap_or_default();
    match row.cpu_family.as_str() {
        "x86_64" => matches!(architecture, "x86_64" | "x86_64h" | "amd64"),
        "thumbv6m" => matches!(architecture, "thumbv6m" | "thumbv6sm" | "armv6m" | "thumb" | "arm"),
        family => architecture == family,
    }
}

fn unknown_target(triple: &str) -> Diagnostic {
    let refusal = Refusal::new("LLVM/target", format!("there is no target `{triple}`"));
    refusal.help(format!("targets: {}", known_targets())).at(0, Place::default())
}

fn known_targets() -> String {
    let names: Vec<_> = Contract::embedded().targets.iter().map(|row| row.triple.as_str()).collect();
    names.join(", ")
}

fn no_target(files: &[Module<'_>]) -> Diagnostic {
    let stated = files.iter().enumerate().find_map(|(file, module)| Some((file, module.layout.as_ref()?)));
    let Some((file, (layout, place))) = stated else {
        let refusal = Refusal::new("LLVM/layout", "no file states its data layout, and no target is given");
        return refusal.help(format!("name a target: {}", known_targets())).at(0, Place::default());
    };
    let message = format!("no target has the data layout `{layout}`");
    let rows = Contract::embedded().targets.iter();
    let expected: Vec<_> = rows.map(|row| format!("{}: {}", row.triple, row.llvm_layout)).collect();
    Refusal::new("LLVM/layout", message).help(expected.join("; ")).at(file, *place)
}

/// What a file says that is not the target's. A file without a layout is taken to have the target's, as LLVM's own
/// tools do.
fn disagreement(file: usize, module: &Module<'_>, row: usize) -> Option<Diagnostic> {
    let row = Contract::embedded().targets.get(row)?;
    if let Some((layout, place)) = &module.layout
        && DataLayout::read(layout) != DataLayout::read(&row.llvm_layout)
    {
        let message = format!("the data layout `{layout}` is not that of target {}", row.triple);
        let help = format!("the target's is `{}`", row.llvm_layout);
        return Some(Refusal::new("LLVM/layout", message).help(help).at(file, *place));
    }
    let (triple, place) = module.triple.as_ref()?;
    if is_family(triple, row) {
        return None;
    }
    let message = format!("the triple `{triple}` is not for target {}", row.triple);
    let help = format!("compile for the family {}", row.cpu_family);
    Some(Refusal::new("LLVM/target", message).help(help).at(file, *place))
}
