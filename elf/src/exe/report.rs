//! The tables by which a program tells where it trapped. The host runtime reads them (`report.nir`).
//!
//! All numbers are 4 bytes, little-endian. Addresses are those of the program, which lies below 2 GiB.
//!
//! | table | contents |
//! |---|---|
//! | `__nir_sites` | the number of sites, the address behind all functions, three unused numbers; then five numbers for each site, by ascending address: the address, the distance from the stack pointer there to behind the return address, the place or all ones, the kind, the bytes behind the return address that the function takes off the stack |
//! | `__nir_places` | five numbers for each place: the function's name and the source's path as offsets into `__nir_texts`, line, column, and the place of the call that was inlined, or all ones |
//! | `__nir_traps` | two numbers for each class of trap by its code, from 0: the message as an offset into `__nir_texts`, and the exit status |
//! | `__nir_texts` | texts: the length, then the bytes |
//!
//! A site's kind is 0 where a function begins or its frame changes, 1 where a call returns to, and 16 plus the code of
//! the class where an instruction traps.

use super::called;
use super::image::Image;
use crate::program::{FunctionPart, Program};
use crate::{PathMap, unwind};
use native_ir::{Contract, EntityRef, Inst, Module, Span, Symbol, Trap};
use rustc_hash::FxHashMap;

/// No place.
const NONE: u32 = u32::MAX;
const FRAME: u32 = 0;
const RETURN: u32 = 1;
const TRAP: u32 = 16;

/// Whether a program can stop in a way that is worth a report: by a trap, or because calls go too deep.
pub(super) fn wanted(program: &Program<'_>) -> bool {
    program.functions.iter().any(|part| !part.code.traps.is_empty()) || recursive(program)
}

/// Whether functions call each other in a circle, as far as relocations tell; a call through a pointer may.
fn recursive(program: &Program<'_>) -> bool {
    let calls_pointer = |part: &FunctionPart<'_>| {
        let insts = part.code.calls.iter().filter_map(|row| part.function.body.insts.get(row.inst));
        insts.into_iter().any(|inst| inst.opcode == native_ir::Opcode::CallIndirect)
    };
    if program.functions.iter().any(calls_pointer) {
        return true;
    }
    // Functions that call nothing are taken away until none is left, or those that call in a circle.
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); program.functions.len()];
    let mut calls: Vec<usize> = vec![0; program.functions.len()];
    for (index, part) in program.functions.iter().enumerate() {
        for callee in part.targets.iter().filter_map(|&target| called(target)) {
            callers[callee].push(index);
            calls[index] += 1;
        }
    }
    let mut leaves: Vec<usize> = (0..calls.len()).filter(|&index| calls[index] == 0).collect();
    let mut left = calls.len();
    while let Some(leaf) = leaves.pop() {
        left -= 1;
        for &caller in &callers[leaf] {
            calls[caller] -= 1;
            if calls[caller] == 0 {
                leaves.push(caller);
            }
        }
    }
    left > 0
}

/// Adds the tables to a program whose text has its place. Gives the offsets among the constants at which addresses
/// stand.
pub(super) fn tables(image: &mut Image<'_, '_>, paths: &PathMap) -> Vec<u64> {
    let mut tables = Tables::new(image.program, paths);
    for index in 0..image.program.functions.len() {
        tables.function(index, image.function_address(index));
    }
    let traps = tables.traps();
    let mut sites = vec![tables.sites.len() as u32, image.functions_end() as u32, 0, 0, 0];
    // Functions lie in the order of their addresses, so that the sites already do.
    sites.extend(tables.sites.iter().flat_map(|site| site.numbers));
    let Tables { places, texts, .. } = tables;
    let rows = (sites.len() / 5) as u64;
    let start = image.add_constants("__nir_sites", &bytes(&sites));
    image.add_constants("__nir_places", &bytes(&places));
    image.add_constants("__nir_traps", &bytes(&traps));
    image.add_constants("__nir_texts", &texts);
    // The end of the functions is the second number, and each row begins with an address.
    std::iter::once(start + 4).chain((1..rows).map(|row| start + 20 * row)).collect()
}

fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

struct Site {
    numbers: [u32; 5],
}

struct Tables<'p, 'a> {
    program: &'p Program<'a>,
    paths: &'p PathMap,
    sites: Vec<Site>,
    places: Vec<u32>,
    known_places: FxHashMap<[u32; 5], u32>,
    texts: Vec<u8>,
    known_texts: FxHashMap<String, u32>,
}

impl<'p, 'a> Tables<'p, 'a> {
    fn new(program: &'p Program<'a>, paths: &'p PathMap) -> Tables<'p, 'a> {
        Tables {
            program,
            paths,
            sites: Vec::new(),
            places: Vec::new(),
            known_places: FxHashMap::default(),
            texts: Vec::new(),
            known_texts: FxHashMap::default(),
        }
    }

    /// The sites of a function. Library functions, and those with a name of the toolkit's own, are unwound but not shown.
    fn function(&mut self, index: usize, address: u64) {
        let part = &self.program.functions[index];
        let name = self.program.module(part.unit).symbol_name(part.function.symbol);
        let shown = part.unit == 0 && !name.starts_with("__nir_");
        let start = if shown { self.place(part, None) } else { NONE };
        let mut rows: Vec<(u32, u32, u32)> = Vec::new();
        let frames = unwind::frame_addresses(&part.code.unwind);
        rows.extend(frames.iter().map(|frame| (frame.offset, start, FRAME)));
        for row in &part.code.calls {
            rows.push((row.offset, if shown { self.place(part, Some(row.inst)) } else { NONE }, RETURN));
        }
        for row in &part.code.traps {
            let place = if shown { self.place(part, Some(row.inst)) } else { NONE };
            rows.push((row.offset, place, TRAP + u32::from(code(row.trap))));
        }
        // Of sites at one address the last is found, and a frame's is for those that are no other site.
        rows.sort_by_key(|&(offset, _, kind)| (offset, kind));
        for (offset, place, kind) in rows {
            let before = frames.partition_point(|frame| frame.offset <= offset);
            let frame = before.checked_sub(1).and_then(|index| frames.get(index));
            let (distance, taken) = frame.map_or((8, 0), |frame| (frame.distance, frame.taken));
            let address = address as u32 + offset;
            self.sites.push(Site { numbers: [address, distance, place, kind, taken] });
        }
    }

    /// The place of an instruction, or of a function's declaration.
    fn place(&mut self, part: &FunctionPart<'a>, inst: Option<Inst>) -> u32 {
        let (module, function) = (self.program.module(part.unit), part.function);
        let span = inst.and_then(|inst| function.body.spans.get(inst.index()).copied()).unwrap_or(function.span);
        // The innermost is found first, and names its caller, which so is made first.
        let mut chain = vec![];
        let mut site = inst.and_then(|inst| function.body.inline_site(inst));
        while let Some(record) = site.and_then(|site| function.inlined.get(site)) {
            chain.push((record.callee, record.span));
            // A record stands in an earlier one; anything else would not verify.
            site = record.parent.filter(|parent| Some(*parent) < site);
        }
        let spans = std::iter::once(span).chain(chain.iter().map(|&(_, call)| call));
        let names = chain.iter().map(|&(callee, _)| callee).chain([function.symbol]);
        let each: Vec<(Symbol, Span)> = names.zip(spans).collect();
        let mut outer = NONE;
        for &(symbol, span) in each.iter().rev() {
            outer = self.one_place(module, symbol, span, outer);
        }
        outer
    }

    fn one_place(&mut self, module: &Module, symbol: Symbol, span: Span, outer: u32) -> u32 {
        let name = self.text(module.symbol_name(symbol));
        let (path, line, column) = if span.is_compiler() || span.is_missing() {
            (self.text("compiler-made"), 0, 0)
        } else {
            let path = module.sources.get(span.source()).map_or("?", |source| &source.path);
            (self.text(&self.paths.map(path)), span.line, u32::from(span.column))
        };
        let place = [name, path, line, column, outer];
        let next = (self.places.len() / place.len()) as u32;
        let index = *self.known_places.entry(place).or_insert(next);
        if index == next {
            self.places.extend(place);
        }
        index
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(&offset) = self.known_texts.get(text) {
            return offset;
        }
        let offset = self.texts.len() as u32;
        self.texts.extend((text.len() as u32).to_le_bytes());
        self.texts.extend_from_slice(text.as_bytes());
        self.texts.resize(self.texts.len().next_multiple_of(4), 0);
        self.known_texts.insert(text.to_string(), offset);
        offset
    }

    /// The classes of traps; of those that the program cannot raise the message is left out.
    fn traps(&mut self) -> Vec<u32> {
        let rows = Contract::embedded().traps();
        let most = rows.iter().map(|row| usize::from(row.code)).max().unwrap_or(0);
        let mut numbers = vec![0; (most + 1) * 2];
        for row in rows {
            let kind = TRAP + u32::from(row.code);
            let raised = self.sites.iter().any(|site| site.numbers[3] == kind);
            if raised || matches!(row.trap, Trap::StackExhausted | Trap::OutOfBounds) {
                let message = self.text(&row.message);
                numbers[usize::from(row.code) * 2] = message;
                numbers[usize::from(row.code) * 2 + 1] = u32::from(row.exit_status);
            }
        }
        numbers
    }
}

fn code(trap: Trap) -> u8 {
    Contract::embedded().trap(trap).code
}
