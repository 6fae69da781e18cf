//! Debug information in DWARF: one unit for the program's module, with line numbers and columns, functions, what was
//! inlined into them, types and variables.
//!
//! Library modules that are linked in get no unit: their sources are not at hand.

mod inlined;
mod lines;
mod live;
mod moves;
mod types;
mod variables;

use crate::Error;
use crate::program::{FunctionPart, Program};
use crate::section::Section;
use gimli::write::{
    Address, AttributeValue, Dwarf, Expression, FileId, LineProgram, LineString, Range, RangeList, Sections, Unit,
    UnitEntryId,
};
use gimli::{Encoding, Format, LineEncoding, SectionId, constants as dw};
use native_ir::{DebugType, EntityRef, Module, PrimaryMap, Source, Span, Symbol};
use rustc_hash::FxHashMap;

/// Which version of DWARF is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DwarfVersion {
    /// DWARF 4, for old debuggers.
    V4,
    /// DWARF 5.
    #[default]
    V5,
}

/// How debug information is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Debug {
    /// The version of DWARF.
    pub version: DwarfVersion,
    /// How source paths are shown.
    pub paths: PathMap,
}

/// How source paths are shown: beginnings of paths, and what stands there instead. The last that fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathMap(pub Vec<(String, String)>);

impl PathMap {
    /// A path as users shall see it.
    pub(crate) fn map(&self, path: &str) -> String {
        let fitting = |(old, new): &(String, String)| Some(format!("{new}{}", path.strip_prefix(old.as_str())?));
        self.0.iter().rev().find_map(fitting).unwrap_or_else(|| path.to_string())
    }

    /// A path for DWARF, which can hold neither an empty one nor zero bytes.
    fn dwarf(&self, path: &str) -> String {
        match self.map(path).split('\0').next() {
            Some(path) if !path.is_empty() => path.to_string(),
            _ => "?".to_string(),
        }
    }
}

/// A section of debug information.
#[derive(Debug)]
pub(crate) struct DebugSection {
    /// Which one.
    pub(crate) id: SectionId,
    /// Its content; symbols are functions of the program.
    pub(crate) section: Section,
}

/// The debug sections of a program's first unit, in the order of gimli's list; empty ones are left out.
pub(crate) fn sections(program: &Program<'_>, debug: &Debug) -> Result<Vec<DebugSection>, Error> {
    let mut writer = Writer::new(program, debug);
    writer.root();
    writer.debug_types();
    writer.origins();
    for (index, part) in program.functions.iter().enumerate().filter(|(_, part)| part.unit == 0) {
        writer.function(index, part);
    }
    let mut sections = Sections::new(Section::new());
    let mut dwarf = Dwarf::new();
    std::mem::swap(&mut dwarf, &mut writer.dwarf);
    dwarf.units.add(writer.unit);
    dwarf.write(&mut sections)?;
    let mut all = Vec::new();
    sections.for_each_mut(|id, section| {
        if !section.bytes().is_empty() {
            all.push(DebugSection { id, section: std::mem::replace(section, Section::new()) });
        }
        Ok::<(), Error>(())
    })?;
    Ok(all)
}

struct Writer<'p, 'a> {
    program: &'p Program<'a>,
    module: &'a Module,
    dwarf: Dwarf,
    unit: Unit,
    /// The first source.
    main_path: String,
    main_file: FileId,
    /// By source.
    files: Vec<FileId>,
    types: PrimaryMap<DebugType, UnitEntryId>,
    /// The entries of functions that were inlined somewhere.
    abstracts: FxHashMap<Symbol, UnitEntryId>,
}

impl<'p, 'a> Writer<'p, 'a> {
    fn new(program: &'p Program<'a>, debug: &Debug) -> Writer<'p, 'a> {
        let version = match debug.version {
            DwarfVersion::V4 => 4,
            DwarfVersion::V5 => 5,
        };
        let address_size = program.machine().address_bytes();
        let encoding = Encoding { format: Format::Dwarf32, version, address_size };
        let (mut dwarf, module) = (Dwarf::new(), program.module(0));
        let mut paths: Vec<String> =
            module.sources.values().map(|source| debug.paths.dwarf(&source.path)).collect();
        if paths.is_empty() {
            paths.push(debug.paths.dwarf(&module.envelope.name));
        }
        let mut text = |text: &str| LineString::new(text, encoding, &mut dwarf.line_strings);
        let first = paths.first().cloned().unwrap_or_default();
        let mut lines = LineProgram::new(encoding, LineEncoding::default(), text(""), None, text(&first), None);
        let directory = lines.default_directory();
        let main_file = lines.add_file(text(&first), directory, None);
        let files = paths.iter().map(|path| lines.add_file(text(path), directory, None)).collect();
        let unit = Unit::new(encoding, lines);
        let (types, abstracts) = (PrimaryMap::new(), FxHashMap::default());
        Writer { program, module, dwarf, unit, main_path: first, main_file, files, types, abstracts }
    }

    fn root(&mut self) {
        let root = self.unit.root();
        let producer = concat!("nir ", env!("CARGO_PKG_VERSION"));
        self.text(root, dw::DW_AT_producer, producer);
        let path = self.main_path.clone();
        self.text(root, dw::DW_AT_name, &path);
        // Debuggers read expressions as C's.
        self.set(root, dw::DW_AT_language, AttributeValue::Language(dw::DW_LANG_C99));
        self.set(root, dw::DW_AT_stmt_list, AttributeValue::LineProgramRef);
        let functions = self.program.functions.iter().enumerate().filter(|(_, part)| part.unit == 0);
        let ranges = functions.map(|(index, part)| Range::StartLength {
            begin: address(index, 0),
            length: u64::from(part.code.literals),
        });
        let ranges: Vec<Range> = ranges.collect();
        self.set(root, dw::DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
        if !ranges.is_empty() {
            let list = self.unit.ranges.add(RangeList(ranges));
            self.set(root, dw::DW_AT_ranges, AttributeValue::RangeListRef(list));
        }
    }

    fn function(&mut self, index: usize, part: &FunctionPart<'a>) {
        self.lines(index, part);
        let root = self.unit.root();
        let entry = match self.abstracts.get(&part.function.symbol).copied() {
            Some(origin) => {
                let entry = self.unit.add(root, dw::DW_TAG_subprogram);
                self.set(entry, dw::DW_AT_abstract_origin, AttributeValue::UnitRef(origin));
                entry
            }
            None => {
                let entry = self.unit.add(root, dw::DW_TAG_subprogram);
                self.declaration(entry, part.function.symbol);
                entry
            }
        };
        self.set(entry, dw::DW_AT_low_pc, AttributeValue::Address(address(index, 0)));
        self.set(entry, dw::DW_AT_high_pc, AttributeValue::Udata(u64::from(part.code.literals)));
        let mut base = Expression::new();
        base.op(dw::DW_OP_call_frame_cfa);
        self.set(entry, dw::DW_AT_frame_base, AttributeValue::Exprloc(base));
        self.inlined(entry, index, part);
        self.variables(entry, index, part);
    }

    /// What a function's declaration says: its name and place. The mangled name of one that is not `pub` stays in the
    /// symbol table: debuggers that find it here show it in the place of the name, and want it to be typed.
    fn declaration(&mut self, entry: UnitEntryId, symbol: Symbol) {
        let module = self.module;
        let name = module.symbol_name(symbol);
        self.text(entry, dw::DW_AT_name, name);
        let native_ir::Item::Function(func) = module.item(symbol) else { return };
        let Some(function) = module.functions.get(func) else { return };
        if function.public {
            self.set(entry, dw::DW_AT_external, AttributeValue::FlagPresent);
        }
        self.place(entry, function.span, [dw::DW_AT_decl_file, dw::DW_AT_decl_line, dw::DW_AT_decl_column]);
    }

    /// A place in a source, if the span is one.
    fn place(&mut self, entry: UnitEntryId, span: Span, [file, line, column]: [gimli::DwAt; 3]) {
        if span.is_compiler() || span.is_missing() {
            return;
        }
        let id = self.file(span.source());
        self.set(entry, file, AttributeValue::FileIndex(Some(id)));
        self.set(entry, line, AttributeValue::Udata(u64::from(span.line)));
        self.set(entry, column, AttributeValue::Udata(u64::from(span.column)));
    }

    fn file(&self, source: Source) -> FileId {
        self.files.get(source.index()).copied().unwrap_or(self.main_file)
    }

    fn set(&mut self, entry: UnitEntryId, name: gimli::DwAt, value: AttributeValue) {
        self.unit.get_mut(entry).set(name, value);
    }

    /// Sets a text, up to its first zero byte.
    fn text(&mut self, entry: UnitEntryId, name: gimli::DwAt, text: &str) {
        let text = text.split('\0').next().unwrap_or_default();
        let id = self.dwarf.strings.add(text);
        self.set(entry, name, AttributeValue::StringRef(id));
    }

    /// Sets a range of code, or several.
    fn ranges(&mut self, entry: UnitEntryId, function: usize, ranges: &[(u32, u32)]) {
        if let &[(begin, end)] = ranges {
            self.set(entry, dw::DW_AT_low_pc, AttributeValue::Address(address(function, begin)));
            self.set(entry, dw::DW_AT_high_pc, AttributeValue::Udata(u64::from(end - begin)));
            return;
        }
        let each = ranges.iter().map(|&(begin, end)| Range::StartLength {
            begin: address(function, begin),
            length: u64::from(end - begin),
        });
        let list = self.unit.ranges.add(RangeList(each.collect()));
        self.set(entry, dw::DW_AT_ranges, AttributeValue::RangeListRef(list));
    }
}

/// An address in a function of the program.
fn address(function: usize, offset: u32) -> Address {
    Address::Symbol { symbol: function, addend: i64::from(offset) }
}

/// Adds a range to ranges in ascending order; ranges that touch become one.
fn join(ranges: &mut Vec<(u32, u32)>, (begin, end): (u32, u32)) {
    match ranges.last_mut() {
        _ if begin >= end => {}
        Some(last) if last.1 >= begin => last.1 = last.1.max(end),
        _ => ranges.push((begin, end)),
    }
}

/// The rows of a function with the range of bytes of each.
fn rows(code: &artifact::FunctionCode) -> impl Iterator<Item = (native_ir::Inst, u32, u32)> + '_ {
    let rows = &code.claim.insts;
    let ends = rows.iter().skip(1).map(|row| row.offset).chain([code.literals]);
    rows.iter().zip(ends).filter_map(|(row, end)| Some((row.inst?, row.offset, end)))
}
