//! The outline: one walk over the lines that finds envelope lines, items and bodies, and declares the items' names.
//!
//! Named types and symbols share the names behind `@`. An item whose name is taken is read all the same, under an
//! entity of its own, so that one mistake does not cause others.

use super::cursor::{Cursor, Spelling, shorten, syntax};
use super::resolve::{Global, Key};
use super::signature::Definition;
use super::{Reader, text_place};
use crate::debug::{DebugKind, DebugTypeData, Encoding};
use crate::{
    Access, DataObject, DebugType, Diagnostic, Func, Function, HeaderPart, ImportData, ImportKind, Initializer,
    Item, Name, Place, RegisterData, Rule, Symbol, SymbolData, Type, TypeData,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

/// What an item's keyword says it is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Type,
    Register,
    Data,
    Import,
    DebugType,
    /// With an index into [`Outline::functions`].
    Function(usize),
}

/// An item.
#[derive(Clone, Copy)]
pub(super) struct ItemLine {
    pub(super) kind: Kind,
    /// Its keyword.
    pub(super) start: usize,
    /// Its entity's index, when its name could be read.
    pub(super) entity: Option<u32>,
}

/// The lines of a function.
pub(super) struct FunctionLines<'t> {
    pub(super) func: Func,
    /// From behind the header's line to the closing brace.
    pub(super) body: Range<usize>,
    /// Whether there is a closing brace.
    pub(super) closed: bool,
    /// How many lines the body has.
    pub(super) count: usize,
    /// Its labels among [`Outline::labels`].
    pub(super) labels: Range<usize>,
    /// Whether the header could be read.
    pub(super) readable: bool,
    pub(super) params: Vec<Definition<'t>>,
}

/// The items of a text.
#[derive(Default)]
pub(super) struct Outline<'t> {
    /// Envelope lines: keyword and the offset behind it.
    pub(super) envelope: Vec<(&'t str, usize)>,
    pub(super) items: Vec<ItemLine>,
    pub(super) functions: Vec<FunctionLines<'t>>,
    /// The offset of each label's `^`.
    pub(super) labels: Vec<usize>,
}

fn item_kind(word: &str) -> Option<Kind> {
    Some(match word {
        "type" => Kind::Type,
        "register" => Kind::Register,
        "data" => Kind::Data,
        "import" => Kind::Import,
        "debugtype" => Kind::DebugType,
        "fn" => Kind::Function(0),
        _ => return None,
    })
}

fn is_envelope(word: &str) -> bool {
    matches!(word, "native-ir" | "module" | "target" | "abi" | "layout" | "features" | "profile" | "source")
}

impl<'t> Reader<'t> {
    pub(super) fn outline(&mut self, outline: &mut Outline<'t>) {
        let mut after_unknown = false;
        loop {
            self.cursor.skip_space();
            let start = self.cursor.at;
            if start >= self.cursor.text().len() {
                return;
            }
            let word = self.cursor.long_word();
            if is_envelope(word) {
                self.envelope_line(outline, word, start);
            } else if let Some(kind) = item_kind(word) {
                self.item_line(outline, kind, start);
            } else {
                self.unknown_line(start, word, after_unknown);
                after_unknown = true;
                continue;
            }
            after_unknown = false;
        }
    }

    fn envelope_line(&mut self, outline: &mut Outline<'t>, word: &'t str, start: usize) {
        if outline.items.is_empty() {
            outline.envelope.push((word, self.cursor.at));
        } else {
            let message = format!("`{word}` stands behind an item; the envelope comes first");
            self.report(*syntax(start..self.cursor.at, message));
        }
        self.cursor.skip_line();
    }

    fn item_line(&mut self, outline: &mut Outline<'t>, kind: Kind, start: usize) {
        let kind = match kind {
            Kind::Function(_) => {
                outline.functions.push(self.function_lines(&mut outline.labels));
                Kind::Function(outline.functions.len() - 1)
            }
            Kind::Data => {
                self.skip_data();
                kind
            }
            kind => {
                self.cursor.skip_line();
                kind
            }
        };
        outline.items.push(ItemLine { kind, start, entity: None });
    }

    /// Reports a line that begins no item, unless the line before it was one too. What looks like a body is skipped.
    fn unknown_line(&mut self, start: usize, word: &str, quiet: bool) {
        if !quiet {
            self.cursor.at = start;
            let range = self.cursor.token();
            let message = match word {
                "" | "-" => {
                    format!("`{}` begins no item", shorten(self.cursor.text().get(range.clone()).unwrap_or("")))
                }
                word => format!("`{}` begins no line here", shorten(word)),
            };
            let rule = if self.within_envelope() { Rule::SchemaUnknownField } else { Rule::SchemaSyntax };
            let help = "items begin with type, register, data, import, debugtype or fn";
            self.report(Diagnostic::new(rule, text_place(range), message).help(help));
        }
        self.cursor.skip_line();
        if self.cursor.text()[start..self.cursor.at].trim_end().ends_with('{') {
            self.function_lines(&mut Vec::new());
        }
    }

    /// Whether the next line is one of the envelope.
    fn within_envelope(&self) -> bool {
        let mut cursor = self.cursor;
        cursor.skip_line();
        cursor.skip_space();
        is_envelope(cursor.long_word())
    }

    /// Goes behind the closing brace of a function whose header is on this line.
    fn function_lines(&mut self, labels: &mut Vec<usize>) -> FunctionLines<'t> {
        self.cursor.skip_line();
        let (start, first_label) = ((self.cursor.at + 1).min(self.cursor.text().len()), labels.len());
        let mut lines = FunctionLines {
            func: Func::new(0),
            body: start..start,
            closed: false,
            count: 0,
            labels: first_label..first_label,
            readable: false,
            params: Vec::new(),
        };
        self.cursor.at = start;
        while self.cursor.at < self.cursor.text().len() {
            let line = self.cursor.at;
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                b'}' => {
                    lines.closed = true;
                    lines.body.end = self.cursor.at;
                    break;
                }
                b'^' => labels.push(self.cursor.at),
                byte if self.cursor.at == line && byte.is_ascii_lowercase() && begins_item(self.cursor) => break,
                _ => {}
            }
            lines.count += 1;
            self.cursor.skip_line();
            self.cursor.at = (self.cursor.at + 1).min(self.cursor.text().len());
            lines.body.end = self.cursor.at;
        }
        lines.labels.end = labels.len();
        if lines.closed {
            self.cursor.at += 1;
            let outcome = self.cursor.expect_line_end();
            self.give_up(outcome);
            self.cursor.skip_line();
        }
        lines
    }

    /// Goes to the end of the line that ends a data object: the first one outside brackets.
    fn skip_data(&mut self) {
        let mut depth = 0_usize;
        while self.cursor.at < self.cursor.text().len() {
            match self.cursor.peek() {
                b'"' => {
                    self.cursor.skip_string();
                    continue;
                }
                b';' => {
                    self.cursor.skip_line();
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b'\n' => {
                    let mut next = self.cursor;
                    next.at += 1;
                    if depth == 0 || begins_item(next) {
                        return;
                    }
                }
                _ => {}
            }
            self.cursor.at += 1;
        }
    }

    /// Gives each item an entity, and each name to the first item that declares it.
    pub(super) fn declare(&mut self, outline: &mut Outline<'t>) {
        for index in 0..outline.items.len() {
            let item = outline.items[index];
            let Some((range, spelling)) = self.item_name(item) else { continue };
            let entity = match item.kind {
                Kind::DebugType => self.declare_debug_type(spelling, range, item.start),
                kind => {
                    let Spelling::Name(name) = spelling else { continue };
                    let name = self.module.names.intern(&name);
                    match kind {
                        Kind::Type => self.declare_type(name, range, item.start),
                        kind => self.declare_symbol(kind, name, range, item.start),
                    }
                }
            };
            if let Kind::Function(function) = item.kind {
                outline.functions[function].func = Func::from_u32(entity);
            }
            outline.items[index].entity = Some(entity);
        }
    }

    /// An item's name behind its marks; `None` when there is none, which the item's own reading reports.
    fn item_name(&mut self, item: ItemLine) -> Option<(Range<usize>, Spelling<'t>)> {
        let mut cursor = Cursor::new(self.cursor.text(), item.start);
        while !cursor.word().is_empty() {}
        let start = cursor.at;
        let debug = matches!(item.kind, Kind::DebugType);
        let sigil = if debug { b'#' } else { b'@' };
        if !cursor.eat(sigil) {
            return None;
        }
        let spelling = cursor.spelling(char::from(sigil), debug).ok()?;
        Some((start..cursor.at, spelling))
    }

    fn declare_type(&mut self, name: Name, range: Range<usize>, start: usize) -> u32 {
        let (named, ty) = self.module.types.declare(name);
        self.map.types.push(start as u32);
        self.claim(name, Global::Type(ty), range);
        named.as_u32()
    }

    fn declare_symbol(&mut self, kind: Kind, name: Name, range: Range<usize>, start: usize) -> u32 {
        let symbol = self.module.symbols.push(SymbolData { name, item: Item::Undefined });
        let (item, entity) = self.placeholder(kind, symbol, start as u32);
        self.module.symbols[symbol].item = item;
        self.claim(name, Global::Symbol(symbol), range);
        entity
    }

    /// An entry for an item that is still to be read.
    fn placeholder(&mut self, kind: Kind, symbol: Symbol, start: u32) -> (Item, u32) {
        let (module, map) = (&mut self.module, &mut self.map);
        match kind {
            Kind::Register => {
                map.registers.push(start);
                let access = Access::ReadWrite;
                let data = RegisterData { symbol, ty: Type::ERROR, address: 0, access };
                let register = module.registers.push(data);
                (Item::Register(register), register.as_u32())
            }
            Kind::Import => {
                map.imports.push(start);
                let import = ImportData { symbol, kind: ImportKind::Module, ty: Type::ERROR };
                let import = module.imports.push(import);
                (Item::Import(import), import.as_u32())
            }
            Kind::Function(_) => {
                map.functions.push(super::FunctionMap { header: start, ..Default::default() });
                let func = module.functions.push(Function::new(symbol, Type::ERROR));
                module.functions[func].body.damaged = true;
                (Item::Function(func), func.as_u32())
            }
            Kind::Data | Kind::Type | Kind::DebugType => {
                map.data.push(start);
                let data = module.data.push(empty_object(symbol));
                (Item::Data(data), data.as_u32())
            }
        }
    }

    fn declare_debug_type(&mut self, spelling: Spelling<'t>, range: Range<usize>, start: usize) -> u32 {
        let key = self.key(spelling);
        let name = key.name();
        let ty = self.push_debug_type(name, start);
        if let Some(first) = self.debug_types.set(key, ty.as_u32()) {
            let first = DebugType::from_u32(first);
            self.conflict(range, Place::DebugType(first));
        }
        ty.as_u32()
    }

    /// An entry for a debug type that is still to be read, or that nothing declares.
    pub(super) fn push_debug_type(&mut self, name: Name, start: usize) -> DebugType {
        self.map.debug_types.push(start as u32);
        let kind = DebugKind::Base { name, encoding: Encoding::Unsigned, bytes: 1 };
        self.module.debug_types.push(DebugTypeData { name, kind })
    }

    fn claim(&mut self, name: Name, global: Global, range: Range<usize>) {
        match self.globals.get(name) {
            Global::None => self.globals.set(name, global),
            Global::Type(ty) => {
                let place = match *self.module.types.data(ty) {
                    TypeData::Named(named) => Place::NamedType(named),
                    _ => text_place(range.clone()),
                };
                self.conflict(range, place);
            }
            Global::Symbol(symbol) | Global::Gone(symbol) => self.conflict(range, self.item_place(symbol)),
        }
    }

    fn item_place(&self, symbol: Symbol) -> Place {
        match self.module.item(symbol) {
            Item::Register(register) => Place::Register(register),
            Item::Data(data) => Place::Data(data),
            Item::Import(import) => Place::Import(import),
            Item::Function(func) => Place::Function(func, HeaderPart::Name),
            Item::Undefined => text_place(0..0),
        }
    }

    pub(super) fn conflict(&mut self, range: Range<usize>, first: Place) {
        let name = shorten(self.cursor.text().get(range.clone()).unwrap_or(""));
        let message = format!("the name `{name}` is taken");
        let error = Diagnostic::new(Rule::SchemaNameConflict, text_place(range), message).label("declared again");
        self.report(error.also(first, "declared first"));
    }
}

fn empty_object(symbol: Symbol) -> DataObject {
    DataObject {
        symbol,
        ty: Type::ERROR,
        public: false,
        weak: false,
        readonly: false,
        align: None,
        section: None,
        init: Initializer::default(),
    }
}

/// Whether a line begins with an item's keyword. Inside a body or a list this means that its end is missing.
fn begins_item(mut cursor: Cursor<'_>) -> bool {
    if !cursor.peek().is_ascii_lowercase() {
        return false;
    }
    item_kind(cursor.word()).is_some() && matches!(cursor.peek(), b' ' | b'\t')
}

impl Key<'_> {
    /// The name; none for a number.
    pub(super) fn name(self) -> Name {
        match self {
            Key::Named(name) => name,
            Key::Number(_) | Key::Large(_) => Name::NONE,
        }
    }
}
