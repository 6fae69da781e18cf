//! From places to ranges of the text, and from offsets to lines and columns.
//!
//! The map gives the line of a thing; the part is found by reading that one line again.

use super::cursor::Cursor;
use super::map::{FunctionMap, TextMap};
use super::source;
use crate::{Attribute, Diagnostic, Func, HeaderPart, Inst, Part, Place};
use memchr::memchr_iter;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// Finds places of a module in the text it was read from.
#[derive(Debug)]
pub struct Locator<'t> {
    bytes: &'t [u8],
    /// The text; empty when the bytes are none.
    text: &'t str,
    map: &'t TextMap,
    /// The offset of each line.
    lines: Vec<u32>,
    /// The line and the list that were read last: many places may be on one long line.
    line_parts: RefCell<Option<(usize, Rc<Parts>)>>,
    list_items: RefCell<Option<(usize, Items)>>,
}

/// The items of a list.
type Items = Rc<[Range<usize>]>;

/// The parts of an instruction's line.
#[derive(Debug, Default)]
struct Parts {
    results: Vec<Range<usize>>,
    opcode: Range<usize>,
    /// Operands that are values or literals.
    operands: Vec<Range<usize>>,
    edges: Vec<Edge>,
    /// Symbols, slots, traps and numbers among the operands.
    positional: Vec<Range<usize>>,
    named: Vec<(String, Range<usize>)>,
    span: Option<Range<usize>>,
    /// Where the line's code ends, without its span.
    end: usize,
}

#[derive(Debug)]
struct Edge {
    block: Range<usize>,
    args: Vec<Range<usize>>,
}

impl<'t> Locator<'t> {
    /// A locator for a text and the map that [`super::parse`] made of it.
    pub fn new(text: &'t (impl AsRef<[u8]> + ?Sized), map: &'t TextMap) -> Locator<'t> {
        let bytes = text.as_ref();
        let lines = std::iter::once(0).chain(memchr_iter(b'\n', bytes).map(|at| at as u32 + 1)).collect();
        let text = source::check(bytes).unwrap_or("");
        Locator { bytes, text, map, lines, line_parts: RefCell::default(), list_items: RefCell::default() }
    }

    /// Line and column of an offset, both from 1, the column in bytes. Offsets behind the text are at its end.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.bytes.len());
        let line = self.lines.partition_point(|&start| start as usize <= offset).max(1);
        (line, offset - self.lines[line - 1] as usize + 1)
    }

    /// The bytes of the text that a place is. Empty for places that the text does not have, at the nearest offset.
    pub fn range(&self, place: &Place) -> Range<usize> {
        let range = self.find(place).unwrap_or(0..0);
        let end = range.end.min(self.bytes.len());
        range.start.min(end)..end
    }

    /// Sorts diagnostics by their place in the text, and drops those that say the same of the same range.
    pub fn resolve(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.sort_by_cached_key(|diagnostic| {
            let range = self.range(&diagnostic.place);
            (range.start, range.end, diagnostic.rule)
        });
        diagnostics.dedup_by(|b, a| a.rule == b.rule && self.range(&a.place) == self.range(&b.place));
    }

    fn cursor(&self, at: usize) -> Cursor<'t> {
        Cursor::new(self.text, at)
    }

    fn find(&self, place: &Place) -> Option<Range<usize>> {
        let map = self.map;
        match *place {
            Place::Text(ref range) => Some(range.clone()),
            Place::Envelope(name) => Some(match map.field(name) {
                Some(at) => self.token(at),
                None => self.first_line(),
            }),
            Place::Feature(index) => Some(self.token(map.feature(index)?)),
            Place::Source(source) => Some(self.line(map.source(source)?)),
            Place::NamedType(ty) => Some(self.item(map.named_type(ty)?)),
            Place::Register(register) => Some(self.item(map.register(register)?)),
            Place::Data(data) => Some(self.item(map.data(data)?)),
            Place::Import(import) => Some(self.item(map.import(import)?)),
            Place::DebugType(ty) => Some(self.item(map.debug_type(ty)?)),
            Place::Function(func, part) => self.header_part(func, part),
            Place::Slot(func, slot) => Some(self.line(map.function(func)?.slot(slot)?)),
            Place::Variable(func, index) => Some(self.line(map.function(func)?.variable(index)?)),
            Place::InlineSite(func, site) => Some(self.line(map.function(func)?.inline_site(site)?)),
            Place::Block(func, block) => match map.block(func, block) {
                Some(at) => Some(self.token(at)),
                None => self.header_part(func, HeaderPart::Name),
            },
            Place::BlockParameter(func, block, index) => match map.block(func, block) {
                Some(at) if block.as_u32() > 0 => self.label_parameter(at, index),
                _ => self.header_part(func, HeaderPart::Parameter(index)),
            },
            Place::Inst(func, inst, part) => self.inst_part(func, inst, part),
        }
    }

    fn first_line(&self) -> Range<usize> {
        let mut cursor = self.cursor(0);
        cursor.skip_space();
        self.line(cursor.at)
    }

    /// The token at an offset.
    fn token(&self, at: usize) -> Range<usize> {
        self.cursor(at).token()
    }

    /// From an offset to the end of its line, without a comment and blanks before it.
    fn line(&self, at: usize) -> Range<usize> {
        let mut cursor = self.cursor(at);
        let mut end = at;
        while !cursor.at_line_end() {
            cursor.at = cursor.token().end;
            end = cursor.at;
        }
        at..end
    }

    /// An item's name, behind its keyword and marks.
    fn item(&self, at: usize) -> Range<usize> {
        let name = self.name(at);
        if name.is_empty() { self.line(at) } else { name }
    }

    fn name(&self, at: usize) -> Range<usize> {
        let mut cursor = self.cursor(at);
        while !cursor.word().is_empty() {}
        match cursor.peek() {
            b'@' | b'#' => cursor.token(),
            _ => cursor.at..cursor.at,
        }
    }

    fn header_part(&self, func: Func, part: HeaderPart) -> Option<Range<usize>> {
        let header = self.map.function(func)?;
        let at = header.header as usize;
        let name = self.name(at);
        let found = match part {
            HeaderPart::Name => None,
            HeaderPart::Mark(mark) => self.mark(at, mark),
            HeaderPart::Parameter(index) => self.list_item(name.end, index),
            HeaderPart::Results => self.header_results(name.end),
            HeaderPart::Clause(clause) => self.clause(name.end, clause),
            HeaderPart::Span => self.header_span(name.end),
        };
        Some(found.unwrap_or(name))
    }

    fn mark(&self, at: usize, mark: &str) -> Option<Range<usize>> {
        let mut cursor = self.cursor(at);
        loop {
            let word = cursor.word();
            if word.is_empty() {
                return None;
            }
            if word == mark {
                return Some(cursor.at - word.len()..cursor.at);
            }
        }
    }

    /// An item of the list in parentheses that begins behind an offset.
    fn list_item(&self, at: usize, index: u32) -> Option<Range<usize>> {
        let known =
            self.list_items.borrow().as_ref().filter(|(start, _)| *start == at).map(|(_, items)| items.clone());
        let items = match known {
            Some(items) => items,
            None => {
                let mut cursor = self.cursor(at);
                let items: Items = if cursor.eat(b'(') { list(&mut cursor).into() } else { Rc::new([]) };
                *self.list_items.borrow_mut() = Some((at, items.clone()));
                items
            }
        };
        items.get(index as usize).cloned()
    }

    fn header_results(&self, at: usize) -> Option<Range<usize>> {
        let mut cursor = self.cursor(at);
        balanced(&mut cursor)?;
        cursor.skip_blanks();
        if !cursor.eat_text("->") {
            return None;
        }
        balanced(&mut cursor)
    }

    /// What stands behind the results, one clause or span each.
    fn clause(&self, at: usize, clause: &str) -> Option<Range<usize>> {
        let mut cursor = self.cursor(self.header_results(at)?.end);
        loop {
            cursor.skip_blanks();
            let start = cursor.at;
            let word = cursor.word();
            match cursor.peek() {
                _ if word.is_empty() => return None,
                b'(' => drop(balanced(&mut cursor)),
                b'=' => {
                    cursor.at += 1;
                    cursor.at = cursor.token().end;
                }
                _ => {}
            }
            if word == clause {
                return Some(start..cursor.at);
            }
        }
    }

    fn header_span(&self, at: usize) -> Option<Range<usize>> {
        let mut cursor = self.cursor(self.header_results(at)?.end);
        while !cursor.at_line_end() {
            let token = span_or_token(&cursor);
            if cursor.peek() == b'!' {
                return Some(token);
            }
            cursor.at = token.end;
        }
        None
    }

    fn label_parameter(&self, at: usize, index: u32) -> Option<Range<usize>> {
        let label = self.token(at);
        Some(self.list_item(label.end, index).unwrap_or(label))
    }

    fn inst_part(&self, func: Func, inst: Inst, part: Part) -> Option<Range<usize>> {
        let at = self.map.inst(func, inst).or_else(|| self.function_end(self.map.function(func)?))?;
        let parts = self.parts(at);
        let at_index = |list: &[Range<usize>], index: u32| list.get(index as usize).cloned();
        let found = match part {
            Part::Whole => Some(at..parts.end),
            Part::Result(index) => at_index(&parts.results, index),
            Part::Opcode => None,
            Part::Operand(index) => at_index(&parts.operands, index),
            Part::Edge(index) => parts.edges.get(index as usize).map(|edge| edge.block.clone()),
            Part::EdgeArgument(edge, index) => parts
                .edges
                .get(edge as usize)
                .map(|edge| at_index(&edge.args, index).unwrap_or(edge.block.clone())),
            Part::Attribute(attribute) => parts.attribute(attribute),
            Part::Span => Some(parts.span.clone().unwrap_or(parts.end..parts.end)),
        };
        Some(found.unwrap_or(parts.opcode.clone()))
    }

    /// The last line of a function that has any.
    fn function_end(&self, map: &FunctionMap) -> Option<usize> {
        map.insts.last().or(map.blocks.last()).map(|&at| at as usize)
    }
}

impl Locator<'_> {
    fn parts(&self, at: usize) -> Rc<Parts> {
        if let Some((start, parts)) = self.line_parts.borrow().as_ref()
            && *start == at
        {
            return parts.clone();
        }
        let parts = Rc::new(self.read_parts(at));
        *self.line_parts.borrow_mut() = Some((at, parts.clone()));
        parts
    }

    /// Reads an instruction's line again.
    fn read_parts(&self, at: usize) -> Parts {
        let mut parts = Parts::default();
        let mut cursor = self.cursor(at);
        if cursor.peek() == b'%' {
            loop {
                parts.results.push(piece(&mut cursor));
                if !cursor.eat(b',') {
                    break;
                }
            }
            cursor.eat(b'=');
        }
        cursor.skip_blanks();
        parts.opcode = cursor.at..cursor.at;
        let base = cursor.word();
        if cursor.peek() == b'.' {
            cursor.at += 1;
            if !cursor.word().is_empty() && matches!(cursor.peek(), b'[' | b'{') {
                balanced(&mut cursor);
            } else if cursor.peek() == b'@' {
                cursor.at = cursor.token().end;
            }
        }
        parts.opcode.end = cursor.at;
        parts.end = cursor.at;
        while !cursor.at_line_end() {
            parts.next(&mut cursor);
        }
        parts.sort_out(base);
        parts
    }
}

impl Parts {
    /// Takes what stands next on the line.
    fn next(&mut self, cursor: &mut Cursor<'_>) {
        let token = span_or_token(cursor);
        let (token_start, first) = (token.start, cursor.peek());
        cursor.at = token.end;
        match first {
            b'!' => {
                self.span = Some(token);
                cursor.skip_line();
                return;
            }
            b'^' => {
                let args = if cursor.eat(b'(') { list(cursor) } else { Vec::new() };
                self.edges.push(Edge { block: token, args });
            }
            b'%' | b'@' => {
                if first == b'%' { &mut self.operands } else { &mut self.positional }.push(token);
                if cursor.peek() == b'(' {
                    cursor.at += 1;
                    self.operands.extend(list(cursor));
                }
            }
            b'$' => self.positional.push(token),
            b'0'..=b'9' | b'-' => self.number(cursor, token),
            b'a'..=b'z' => self.word(cursor, token),
            _ => {}
        }
        self.end = token_start + cursor.since(token_start).trim_end().len();
    }

    /// A literal; the number of a case goes with its edge.
    fn number(&mut self, cursor: &mut Cursor<'_>, token: Range<usize>) {
        cursor.at = token.start;
        let range = cursor.number_range().unwrap_or(token.clone());
        let end = range.end.max(token.end);
        cursor.at = end;
        if !cursor.eat(b':') {
            self.operands.push(token.start..end);
        }
    }

    fn word(&mut self, cursor: &mut Cursor<'_>, token: Range<usize>) {
        let word = cursor.since(token.start);
        match cursor.peek() {
            b'=' => {
                cursor.at += 1;
                cursor.at = cursor.token().end;
                self.named.push((word.to_string(), token.start..cursor.at));
            }
            b'(' => {
                balanced(cursor);
                self.operands.push(token.start..cursor.at);
            }
            _ if word == "into" => {
                cursor.skip_blanks();
                cursor.at = cursor.token().end;
                self.named.push((word.to_string(), token.start..cursor.at));
            }
            _ if matches!(word, "inf" | "nan") => self.operands.push(token),
            _ => self.positional.push(token),
        }
    }

    /// Numbers behind an opcode's operands are its positional attributes; `into` is its last operand too.
    fn sort_out(&mut self, base: &str) {
        let shape = crate::Opcode::ALL.iter().map(|opcode| opcode.shape()).find(|shape| shape.base == base);
        if let Some(shape) = shape
            && !shape.variadic
            && self.operands.len() > shape.operands.len()
        {
            let rest = self.operands.split_off(shape.operands.len());
            self.positional.extend(rest);
        }
        if let Some((_, into)) = self.named.iter().find(|(name, _)| name == "into") {
            self.operands.push(into.clone());
        }
    }

    fn attribute(&self, attribute: Attribute) -> Option<Range<usize>> {
        if attribute.is_positional() {
            return self.positional.first().cloned();
        }
        self.named.iter().find(|(name, _)| name == attribute.name()).map(|(_, range)| range.clone())
    }
}

/// The token here; a span whole.
fn span_or_token(cursor: &Cursor<'_>) -> Range<usize> {
    let token = cursor.token();
    if cursor.peek() != b'!' {
        return token;
    }
    let mut end = *cursor;
    end.at += 1;
    while end.peek().is_ascii_hexdigit() || matches!(end.peek(), b'x' | b':') {
        end.at += 1;
    }
    token.start..end.at.max(token.end)
}

/// The items of a list in parentheses, of which the first stands open.
fn list(cursor: &mut Cursor<'_>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    loop {
        let item = piece(cursor);
        if !item.is_empty() {
            items.push(item);
        }
        if !cursor.eat(b',') {
            cursor.eat(b')');
            return items;
        }
    }
}

/// What stands before the next comma, closing bracket or `=` outside brackets, without blanks around it.
fn piece(cursor: &mut Cursor<'_>) -> Range<usize> {
    cursor.skip_blanks();
    let start = cursor.at;
    let mut end = start;
    let mut depth = 0_u32;
    while !cursor.at_line_end() {
        match cursor.peek() {
            b',' | b')' | b']' | b'}' | b'=' if depth == 0 => break,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        cursor.at = cursor.token().end;
        end = cursor.at;
    }
    start..end
}

/// Goes behind the bracket that matches the one here.
fn balanced(cursor: &mut Cursor<'_>) -> Option<Range<usize>> {
    cursor.skip_blanks();
    if !matches!(cursor.peek(), b'(' | b'[' | b'{') {
        return None;
    }
    let start = cursor.at;
    let mut depth = 0_u32;
    while !cursor.at_line_end() {
        let byte = cursor.peek();
        cursor.at = cursor.token().end;
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 1 => return Some(start..cursor.at),
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    Some(start..cursor.at)
}
