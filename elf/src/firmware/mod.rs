//! Firmware: programs for machines without an operating system, linked into images of their memory.
//!
//! An image begins with the vector table, in which the program's handlers stand, found by their names. The processor
//! begins in code made here, which has data given its values, calls the entry, and ends the program with its result as
//! exit status by way of the host under which the machine runs. Nothing is linked that neither entry nor handlers reach.
//!
//! A program that can trap brings a reporter: what trapped, where, and the exit status, as far as there is a host to take
//! it. On a machine without a host the program stands still instead, in `__nir_fault`, `__nir_unexpected` or the loop of
//! `zero_exit`, which sleeps.

mod budget;
mod debug;
mod file;
mod hex;
mod layout;
mod map;
mod memory;
mod report;
mod vectors;

pub use budget::{Budget, Use};
pub use memory::{Memory, MemoryError, Region};
pub use vectors::{Handler, handlers, vector};

use crate::exe::{By, entry_gives_status};
use crate::handwritten::{self, Faults, Piece, Start};
use crate::program::{Imports, Program, Roots, Target, Unit};
use crate::{DwarfVersion, Error, PathMap, note};
use layout::{Area, Kind, Layout};
use native_ir::{Func, Function, Opcode};

/// How firmware is made.
#[derive(Clone, Debug)]
pub struct FirmwareOptions {
    /// The function of the program that it begins with: without parameters, and without result or with an `i32`, which
    /// is the exit status then. Without one it waits for [`FirmwareOptions::calls`].
    pub entry: Option<Func>,
    /// Functions of the program that are there to be called from outside.
    pub calls: Vec<Func>,
    /// The handlers of exceptions.
    pub handlers: Vec<Handler>,
    /// The memory that it may use.
    pub memory: Memory,
    /// Which debug information its ELF file has.
    pub debug: Option<DwarfVersion>,
    /// How source paths are shown.
    pub paths: PathMap,
    /// Whether it may bring a reporter of traps. A program with a handler of its own for hard faults brings none.
    pub reports: bool,
}

impl FirmwareOptions {
    /// A program that begins with a function: without handlers and debug information, with reports.
    pub fn new(entry: Option<Func>, memory: Memory) -> FirmwareOptions {
        FirmwareOptions {
            entry,
            calls: Vec::new(),
            handlers: Vec::new(),
            memory,
            debug: None,
            paths: PathMap::default(),
            reports: true,
        }
    }
}

/// Bytes that lie in memory before the processor begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where the first lies.
    pub address: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A section of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// Where its first byte is when the program runs.
    pub address: u32,
    /// Where its bytes are before that, if it has any: initial values of data lie in flash.
    pub load: u32,
    /// How many bytes it has.
    pub size: u32,
    /// Its bytes; none of `.bss` and `.stack`.
    pub bytes: Vec<u8>,
    /// The alignment of its first byte.
    pub align: u32,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A function.
    Function,
    /// A data object.
    Object,
    /// The beginning of instructions, `$t`, or of constants, `$d`.
    Mapping,
}

/// A name for a place in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSymbol {
    /// The name.
    pub name: String,
    /// The address; of functions too without bit 0.
    pub address: u32,
    /// How many bytes it names.
    pub size: u32,
    /// What it stands for.
    pub kind: SymbolKind,
    /// Its section, by its index in [`Firmware::sections`].
    pub section: usize,
    /// Whether it is `pub` in the program.
    pub global: bool,
}

/// Where a function of a unit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedFunction {
    /// Its unit: 0 is the program, the library's follow in the order in which they were given.
    pub unit: usize,
    /// The function.
    pub func: Func,
    /// Its first byte.
    pub address: u32,
    /// How many bytes it has, constants counted.
    pub size: u32,
}

/// An image of a machine's memory, with what tools need to know of it.
#[derive(Clone, Debug)]
pub struct Firmware {
    /// The memory that it was made for.
    pub memory: Memory,
    /// Its sections in the order of their addresses, flash first.
    pub sections: Vec<Section>,
    /// Its symbols, functions first.
    pub symbols: Vec<ImageSymbol>,
    /// The functions of its units, by unit and function.
    pub functions: Vec<PlacedFunction>,
    /// The first instruction.
    pub reset: u32,
    /// Where an image without entry waits when data has its values: a branch to itself, to which calls may return.
    pub ready: Option<u32>,
    /// The stack pointer at the reset.
    pub stack_top: u32,
    /// How memory is used.
    pub budget: Budget,
    /// Sections for tools alone: name and bytes.
    tables: Vec<(&'static str, Vec<u8>)>,
}

/// Links units into firmware for a Cortex-M0.
///
/// `library` holds the modules that helpers and imports are taken from: runtime helpers, and the host runtime
/// ([`crate::host`]) or another one in its place.
///
/// # Errors
/// When the target is another machine, the entry does not fit, something is used that nothing defines or that has no code,
/// or a region of memory has not enough room.
pub fn firmware(program: Unit<'_>, library: &[Unit<'_>], options: &FirmwareOptions) -> Result<Firmware, Error> {
    let machine = crate::machine::Machine::of(program.module);
    if machine != crate::machine::Machine::Thumb {
        return Err(Error::NoFirmware(program.module.envelope.target.clone()));
    }
    let gives_status =
        options.entry.map(|entry| entry_gives_status(program.module, entry, By::Kernel)).transpose()?;
    let (parts, reporter) = collect(program, library, options)?;
    let pieces = pieces(&parts, options, gives_status.unwrap_or(false), reporter)?;
    let mut layout = Layout::new(&parts, options.memory, &pieces)?;
    if parts.externals.iter().any(|name| name == report::TABLE) {
        layout.add_constants(report::TABLE, &report::table(&parts));
    }
    layout.place()?;
    let handlers: Vec<(u16, Target)> = options
        .handlers
        .iter()
        .filter_map(|handler| Some((handler.vector, parts.function(0, handler.func)?)))
        .collect();
    layout.relocate(&handlers, options.entry.is_some())?;
    let mut tables =
        vec![(note::SECTION, note::abi(&program)), (crate::arm::ATTRIBUTES, crate::arm::attributes())];
    tables.extend(debug::sections(&layout, &parts, options)?);
    Ok(finish(&layout, &parts, options.memory, tables))
}

/// The most bytes of stack that an exception's entry takes: its frame, and a word that aligns it (ARM DDI 0419, B1.5.6).
pub const EXCEPTION_STACK: u64 = handwritten::EXCEPTION_FRAME as u64 + 4;

/// How many bytes of stack the functions take that images have of the writer itself, by their names: none.
pub fn stack_of(name: &str) -> Option<u64> {
    handwritten::stack_of(name)
}

/// The parts of a program, and whether it brings a reporter. What is needed of the library depends on what the parts are, and
/// brings parts with it, so that the search is repeated until nothing more is needed.
fn collect<'a>(
    program: Unit<'a>,
    library: &[Unit<'a>],
    options: &FirmwareOptions,
) -> Result<(Program<'a>, bool), Error> {
    let units: Vec<Unit<'a>> = std::iter::once(program).chain(library.iter().copied()).collect();
    let handlers = options.handlers.iter().map(|handler| handler.func);
    let roots: Vec<Func> =
        options.entry.into_iter().chain(options.calls.iter().copied()).chain(handlers).collect();
    let own_fault = options.handlers.iter().any(|handler| handler.vector == vectors::HARD_FAULT);
    let returns = options.entry.and_then(|entry| program.module.functions.get(entry)).is_some_and(may_return);
    let mut names = Vec::new();
    if returns {
        names.push(handwritten::EXIT);
    }
    loop {
        let parts = Program::collect(units.clone(), Roots::Of(&roots, &names), Imports::Joined)?;
        let written = parts.data.iter().any(|part| !parts.object(part).readonly);
        let wanted = [
            (handwritten::TRAPPED, options.reports && !own_fault && report::wanted(&parts)),
            (handwritten::PREPARE, written),
        ];
        let missing = wanted.into_iter().find(|(name, wanted)| *wanted && !names.contains(name));
        match missing {
            Some((name, _)) => names.push(name),
            None => return Ok((parts, names.contains(&handwritten::TRAPPED))),
        }
    }
}

/// Whether a function has an instruction by which it may return.
fn may_return(function: &Function) -> bool {
    let never = [Opcode::Jump, Opcode::Branch, Opcode::Switch, Opcode::Unreachable, Opcode::Trap];
    let mut insts = function.body.insts.values();
    insts.any(|inst| inst.opcode.is_terminator() && !never.contains(&inst.opcode))
}

/// The code that is made here.
fn pieces(
    parts: &Program<'_>,
    options: &FirmwareOptions,
    gives_status: bool,
    reporter: bool,
) -> Result<Vec<Piece>, Error> {
    let of_library = |name: &str| parts.library_function(name);
    let entry = options
        .entry
        .map(|entry| parts.function(0, entry).ok_or_else(|| Error::Artifact(handwritten::RESET.to_string())));
    let start = Start {
        prepare: of_library(handwritten::PREPARE),
        entry: entry.transpose()?,
        gives_status,
        exit: of_library(handwritten::EXIT),
    };
    let mut pieces = vec![start.code()];
    let requests = parts.externals.iter().any(|name| name == handwritten::SEMIHOST);
    let trapped = if reporter { of_library(handwritten::TRAPPED) } else { None };
    if !options.handlers.iter().any(|handler| handler.vector == vectors::HARD_FAULT) {
        pieces.push(handwritten::fault(match trapped {
            Some(reporter) => Faults::Report(reporter),
            None if requests => Faults::SkipRequests,
            None => Faults::Stop,
        }));
    }
    pieces.push(handwritten::unexpected(trapped.map(|_| report::unexpected())));
    if requests {
        pieces.push(handwritten::semihost());
    }
    Ok(pieces)
}

fn finish(
    layout: &Layout<'_, '_>,
    parts: &Program<'_>,
    memory: Memory,
    tables: Vec<(&'static str, Vec<u8>)>,
) -> Firmware {
    let sections = sections(layout);
    let index = |area: Area| sections.iter().position(|section| section.name == area.name()).unwrap_or(0);
    let named = layout.functions.iter().chain(&layout.objects).chain(&layout.made).chain(&layout.mapping);
    let symbols = named.map(|named| ImageSymbol {
        name: named.name.clone(),
        address: layout.address(named),
        size: named.size as u32,
        kind: match named.kind {
            Kind::Function => SymbolKind::Function,
            Kind::Object => SymbolKind::Object,
            Kind::Mapping => SymbolKind::Mapping,
        },
        section: index(named.area),
        global: named.global,
    });
    let functions = parts.functions.iter().zip(&layout.functions).map(|(part, named)| PlacedFunction {
        unit: part.unit,
        func: part.code.func,
        address: layout.address(named),
        size: named.size as u32,
    });
    Firmware {
        memory,
        symbols: symbols.collect(),
        functions: functions.collect(),
        reset: layout.made_address(handwritten::RESET).unwrap_or(0),
        ready: layout.made_address(handwritten::READY),
        stack_top: layout.stack_top(),
        budget: Budget::new(layout, memory),
        tables,
        sections,
    }
}

/// The sections that have bytes, and the stack.
fn sections(layout: &Layout<'_, '_>) -> Vec<Section> {
    let with_bytes = |area: Area, load: Option<u32>| {
        let bytes = layout.area(area);
        Section {
            name: area.name(),
            address: bytes.address,
            load: load.unwrap_or(bytes.address),
            size: bytes.size as u32,
            bytes: bytes.bytes.clone(),
            align: bytes.align.max(1) as u32,
        }
    };
    let zero = layout.area(Area::Zero);
    let begin = (zero.address + zero.size as u32).next_multiple_of(8);
    let stack = Section {
        name: Area::Stack.name(),
        address: begin,
        load: begin,
        size: layout.stack_top().saturating_sub(begin),
        bytes: Vec::new(),
        align: 8,
    };
    let all = [
        with_bytes(Area::Vectors, None),
        with_bytes(Area::Text, None),
        with_bytes(Area::Constants, None),
        with_bytes(Area::Data, Some(layout.data_load)),
        with_bytes(Area::Zero, None),
        stack,
    ];
    all.into_iter().filter(|section| section.size > 0).collect()
}

impl Firmware {
    /// What has to lie in memory before the processor begins, in the order of addresses.
    pub fn segments(&self) -> Vec<Segment> {
        let mut all: Vec<Segment> = Vec::new();
        for section in self.sections.iter().filter(|section| !section.bytes.is_empty()) {
            match all.last_mut().filter(|_| section.load == section.address) {
                Some(last) => {
                    last.bytes.resize((section.address - last.address) as usize, 0);
                    last.bytes.extend_from_slice(&section.bytes);
                }
                None => all.push(Segment { address: section.load, bytes: section.bytes.clone() }),
            }
        }
        all
    }

    /// The bytes of flash from its first address on, without what behind them is not used.
    pub fn binary(&self) -> Vec<u8> {
        let start = self.memory.flash.start;
        let mut bytes = Vec::new();
        for segment in self.segments() {
            bytes.resize(segment.address.saturating_sub(start) as usize, 0);
            bytes.extend(segment.bytes);
        }
        bytes
    }

    /// The image as Intel HEX.
    pub fn hex(&self) -> String {
        hex::text(&self.segments(), self.reset | 1)
    }

    /// The image as ELF file, with symbols, unwinding tables and, if that was asked for, debug information.
    ///
    /// # Errors
    /// At a limit of the format.
    pub fn elf(&self) -> Result<Vec<u8>, Error> {
        file::write(self)
    }

    /// A text that says how memory is used and what lies where.
    pub fn map(&self) -> String {
        map::text(self)
    }

    /// The symbol of a name. Of several local ones with the same name it is the first.
    pub fn symbol(&self, name: &str) -> Option<&ImageSymbol> {
        let mut symbols = self.symbols.iter().filter(|symbol| symbol.kind != SymbolKind::Mapping);
        symbols.find(|symbol| symbol.name == name)
    }

    /// The first byte of a function of the program.
    pub fn function(&self, func: Func) -> Option<u32> {
        let mut functions = self.functions.iter();
        functions.find(|placed| placed.unit == 0 && placed.func == func).map(|placed| placed.address)
    }
}
