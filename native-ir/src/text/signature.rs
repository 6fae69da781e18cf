//! Signatures: function types, and the headers of functions with marks, parameters, results and clauses.

use super::cursor::{Cursor, Read, shorten, syntax};
use super::field::{self, Seen};
use super::outline::FunctionLines;
use super::resolve::Key;
use super::types::names;
use super::{Reader, source, text_place};
use crate::{
    Abi, Diagnostic, Effect, EffectSet, Execution, FloatMode, Func, FunctionType, Inline, Param, Passing, Place,
    Rule, Source, Space, Span, Type,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

/// The clauses of a function that are written with `=`.
const CLAUSES: [&str; 7] = ["abi", "source", "inline", "float", "contract", "section", "align"];

/// A definition of a value: its name, its type, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Definition<'t> {
    pub(super) key: Key<'t>,
    pub(super) ty: Type,
    start: u32,
    end: u32,
}

impl<'t> Definition<'t> {
    pub(super) fn new(key: Key<'t>, ty: Type, range: Range<usize>) -> Definition<'t> {
        Definition { key, ty, start: range.start as u32, end: range.end as u32 }
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl<'t> Reader<'t> {
    /// A function type behind its `fn`.
    pub(super) fn function_type(&mut self, depth: u8) -> Read<FunctionType> {
        let mut ty = FunctionType::new(&[], &[]);
        self.cursor.expect(b'(')?;
        let mut more = !self.cursor.eat(b')');
        while more {
            if self.cursor.eat_text("...") {
                ty.varargs = true;
                self.cursor.expect(b')')?;
                break;
            }
            ty.params.push(self.param_type(depth)?);
            more = self.comma_or(b')')?;
        }
        ty.results = self.results(depth)?;
        let mut seen = Seen::default();
        loop {
            let before = self.cursor;
            self.cursor.skip_blanks();
            let start = self.cursor.at;
            match self.cursor.word() {
                "abi" if self.cursor.peek() == b'=' => {
                    self.cursor.at += 1;
                    self.once(&mut seen, "abi", start..start + 3);
                    ty.abi = self.abi()?;
                }
                "effects" if self.cursor.peek() == b'(' => {
                    self.once(&mut seen, "effects", start..self.cursor.at);
                    ty.effects = self.effects()?;
                }
                _ => {
                    self.cursor = before;
                    return Ok(ty);
                }
            }
        }
    }

    /// Whether a comma stands here, rather than the byte that ends the list.
    pub(super) fn comma_or(&mut self, end: u8) -> Read<bool> {
        if self.cursor.eat(b',') {
            return Ok(true);
        }
        if self.cursor.eat(end) {
            return Ok(false);
        }
        Err(self.cursor.unexpected(&format!("`,` or `{}`", char::from(end))))
    }

    fn results(&mut self, depth: u8) -> Read<Vec<Param>> {
        self.cursor.expect_text("->")?;
        self.cursor.expect(b'(')?;
        let mut results = Vec::new();
        let mut more = !self.cursor.eat(b')');
        while more {
            results.push(self.param_type(depth)?);
            more = self.comma_or(b')')?;
        }
        Ok(results)
    }

    fn abi(&mut self) -> Read<Abi> {
        let name = self.cursor.plain_name("an ABI")?;
        Ok(match &*name {
            "tail" => Abi::Tail,
            name if *name == self.module.envelope.abi => Abi::Module,
            name => Abi::Named(self.module.names.intern(name)),
        })
    }

    /// `(read, write)`. An unknown effect is reported and left out.
    fn effects(&mut self) -> Read<EffectSet> {
        let mut effects = EffectSet::EMPTY;
        self.cursor.expect(b'(')?;
        let mut more = !self.cursor.eat(b')');
        while more {
            self.cursor.skip_blanks();
            let range = self.cursor.token();
            let word = self.cursor.word();
            if word.is_empty() {
                return Err(self.cursor.unexpected("an effect"));
            }
            match Effect::from_name(word) {
                Some(effect) => effects = effects.union(EffectSet::of(effect)),
                None => self.unknown_effect(word, range),
            }
            more = self.comma_or(b')')?;
        }
        Ok(effects)
    }

    fn unknown_effect(&mut self, word: &str, range: Range<usize>) {
        let message = format!("there is no effect `{}`", shorten(word));
        let help = format!("effects are {}", names(Effect::ALL.iter().map(|effect| effect.name())));
        self.report(Diagnostic::new(Rule::EffectUnknownEffect, text_place(range), message).help(help));
    }

    /// A function's header. The body is read only when all of it could be.
    pub(super) fn function_item(&mut self, entity: Option<u32>, lines: &mut FunctionLines<'t>) -> Read<()> {
        let start = self.cursor.at;
        self.cursor.word();
        let Some(func) = entity.map(Func::from_u32) else {
            self.marks(None)?;
            self.cursor.name(b'@', "the function's name")?;
            return Ok(());
        };
        self.marks(Some(func))?;
        self.cursor.name(b'@', "the function's name")?;
        let ty = self.header_signature(lines)?;
        let ty = self.header_clauses(func, ty)?;
        self.module.functions[func].ty = self.module.types.function(ty);
        lines.readable = true;
        self.header_end(start, lines)
    }

    /// The brace that ends the header's line, and the one that ends the body.
    fn header_end(&mut self, start: usize, lines: &FunctionLines<'t>) -> Read<()> {
        self.cursor.expect(b'{')?;
        let header = start..self.cursor.at;
        if !self.cursor.at_line_end() {
            return Err(self.cursor.unexpected("the end of the line behind `{`"));
        }
        if lines.closed {
            return Ok(());
        }
        let end = lines.body.end;
        let error = syntax(header, "the function has no closing `}` on a line of its own");
        Err(Box::new(error.also(text_place(end.min(self.cursor.text().len())..end), "expected before this")))
    }

    fn marks(&mut self, func: Option<Func>) -> Read<()> {
        let mut seen = Seen::default();
        loop {
            self.cursor.skip_blanks();
            let range = self.cursor.token();
            let word = self.cursor.word();
            if word.is_empty() {
                return Ok(());
            }
            if !matches!(word, "pub" | "weak" | "interrupt" | "runtime" | "native") {
                let error = field::unknown(&shorten(word), "a function", range);
                self.report(error.help("marks are pub, weak, interrupt, runtime and native"));
                continue;
            }
            self.once(&mut seen, word, range.clone());
            if let Some(func) = func {
                self.mark(func, word, range);
            }
        }
    }

    fn mark(&mut self, func: Func, word: &str, range: Range<usize>) {
        let function = &mut self.module.functions[func];
        let execution = match word {
            "pub" => return function.public = true,
            "weak" => return function.weak = true,
            "interrupt" => return function.interrupt = true,
            "runtime" => Execution::Runtime,
            _ => Execution::Native,
        };
        let contradiction = function.execution != Execution::Any && function.execution != execution;
        function.execution = execution;
        if contradiction {
            let message = "the marks `runtime` and `native` contradict each other";
            self.report(Diagnostic::new(Rule::ExecutionContradiction, text_place(range), message));
        }
    }

    fn header_signature(&mut self, lines: &mut FunctionLines<'t>) -> Read<FunctionType> {
        let mut ty = FunctionType::new(&[], &[]);
        self.cursor.expect(b'(')?;
        let mut more = !self.cursor.eat(b')');
        while more {
            if self.cursor.eat_text("...") {
                ty.varargs = true;
                self.cursor.expect(b')')?;
                break;
            }
            let (key, range) = self.value_name()?;
            self.cursor.expect(b':')?;
            let param = self.param_type(0)?;
            ty.params.push(param);
            let seen_as = self.type_in_body(param);
            lines.params.push(Definition::new(key, seen_as, range));
            more = self.comma_or(b')')?;
        }
        ty.results = self.results(0)?;
        Ok(ty)
    }

    /// The type of a parameter as the body sees it.
    fn type_in_body(&mut self, param: Param) -> Type {
        match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => param.ty,
            Passing::Agg | Passing::ByVal => self.module.types.pointer(Space::Stack, param.ty),
            Passing::SRet => self.module.types.pointer(Space::Generic, param.ty),
        }
    }

    fn header_clauses(&mut self, func: Func, mut ty: FunctionType) -> Read<FunctionType> {
        let mut seen = Seen::default();
        loop {
            if let Some((name, range)) = self.field_name() {
                if !CLAUSES.contains(&name) {
                    self.report(*field::unknown(&shorten(name), "a function", range));
                    self.skip_field_value();
                    continue;
                }
                self.once(&mut seen, name, range);
                if name == "abi" {
                    ty.abi = self.abi()?;
                } else {
                    self.header_clause(func, name)?;
                }
                continue;
            }
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                b'!' => break,
                b'e' if self.cursor.eat_text("effects") => {
                    let range = self.cursor.at - "effects".len()..self.cursor.at;
                    self.once(&mut seen, "effects", range);
                    ty.effects = self.effects()?;
                }
                b'{' => return Ok(ty),
                _ => return Err(self.cursor.unexpected("a clause, a span or `{`")),
            }
        }
        let source = self.module.functions[func].source;
        self.module.functions[func].span = self.span(source)?;
        Ok(ty)
    }

    fn header_clause(&mut self, func: Func, name: &str) -> Read<()> {
        match name {
            "source" => {
                let start = self.cursor.at;
                let number = self.field_number(name)?;
                let most = Span::MAX_SOURCES;
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                source::limit(number.saturating_add(1), most, "sources", start..self.cursor.at)?;
                self.module.functions[func].source = Source::new(number);
            }
            "inline" => {
                let all = [Inline::Always, Inline::Never];
                self.module.functions[func].inline = self.choice(name, &all, |inline| match inline {
                    Inline::Always => "always",
                    _ => "never",
                })?;
            }
            "float" => {
                let all = [FloatMode::Precise, FloatMode::Strict, FloatMode::Fast];
                self.module.functions[func].float = self.choice(name, &all, |float| match float {
                    FloatMode::Precise => "precise",
                    FloatMode::Strict => "strict",
                    FloatMode::Fast => "fast",
                })?;
            }
            "contract" => {
                let spell = |on| if on { "on" } else { "off" };
                self.module.functions[func].contract = self.choice(name, &[true, false], spell)?;
            }
            "section" => self.module.functions[func].section = Some(self.section()?),
            _ => self.module.functions[func].align = Some(self.align()?),
        }
        Ok(())
    }

    /// Goes behind the value of a field that is not known.
    pub(super) fn skip_field_value(&mut self) {
        self.cursor.at = self.cursor.token().end;
    }

    /// A value's name with its sigil, after blanks.
    pub(super) fn value_name(&mut self) -> Read<(Key<'t>, Range<usize>)> {
        if !self.cursor.eat(b'%') {
            return Err(self.cursor.unexpected("a value's name"));
        }
        let start = self.cursor.at - 1;
        let key = self.key_here('%')?;
        Ok((key, start..self.cursor.at))
    }

    /// A span, after blanks. Without a source of its own it is in the one given.
    pub(super) fn span(&mut self, source: Source) -> Read<Span> {
        self.cursor.skip_blanks();
        let start = self.cursor.at;
        if self.cursor.peek() != b'!' {
            return Err(self.cursor.unexpected("a span"));
        }
        self.cursor.at += 1;
        if let Some(span) = self.short_span(source) {
            return Ok(span);
        }
        let mut parts = [0_u64; 3];
        let mut count = 0;
        loop {
            match self.cursor.magnitude() {
                Some(number) if count < 3 => parts[count] = u64::try_from(number).unwrap_or(u64::MAX),
                _ => return Err(span_form(self.cursor, start)),
            }
            count += 1;
            if self.cursor.peek() != b':' {
                break;
            }
            self.cursor.at += 1;
        }
        let (source, [line, column]) = match count {
            2 => (source.index() as u64, [parts[0], parts[1]]),
            3 => (parts[0], [parts[1], parts[2]]),
            _ => return Err(span_form(self.cursor, start)),
        };
        self.make_span(start, source, line, column)
    }

    /// The commonest form, `line:column`, behind its `!`.
    #[inline]
    fn short_span(&mut self, source: Source) -> Option<Span> {
        let before = self.cursor;
        let line = self.cursor.short_decimal();
        let colon = self.cursor.peek() == b':';
        self.cursor.at += usize::from(colon);
        let column = if colon { self.cursor.short_decimal() } else { None };
        match (line, column.map(u16::try_from)) {
            (Some(line), Some(Ok(column))) if line > 0 && self.cursor.peek() != b':' => {
                Some(Span::new(source, line, column))
            }
            _ => {
                self.cursor = before;
                None
            }
        }
    }

    fn make_span(&self, start: usize, source: u64, line: u64, column: u64) -> Read<Span> {
        let over = |what: &str| source::over_limit(start..self.cursor.at, what);
        let column = u16::try_from(column).map_err(|_| over("a span's column is over 65535"))?;
        let line = u32::try_from(line).map_err(|_| over("a span's line is over 2^32 - 1"))?;
        if line == 0 && column == 0 {
            return Ok(Span::COMPILER);
        }
        match usize::try_from(source) {
            Ok(source) if source < Span::MAX_SOURCES => Ok(Span::new(Source::new(source), line, column)),
            _ => Err(over("a span's source is over 65534")),
        }
    }

    /// Reports the second definition of a name.
    pub(super) fn definition_place(&self, func: Func, value: crate::Value) -> Option<Place> {
        use crate::{HeaderPart, Part, ValueDef};
        let body = &self.current.body;
        match body.values.get(value)?.def() {
            ValueDef::Parameter(block) if block.index() == 0 => {
                Some(Place::Function(func, HeaderPart::Parameter(value.as_u32())))
            }
            ValueDef::Parameter(block) => {
                let first = body.blocks.get(block)?.first_param.as_u32();
                Some(Place::BlockParameter(func, block, value.as_u32() - first))
            }
            ValueDef::Result(inst) => {
                let first = body.first_results.get(inst.index())?.as_u32();
                Some(Place::Inst(func, inst, Part::Result(value.as_u32() - first)))
            }
            ValueDef::Undefined | ValueDef::Damaged => None,
        }
    }
}

fn span_form(cursor: Cursor<'_>, start: usize) -> Box<Diagnostic> {
    let end = if matches!(cursor.peek(), b' ' | b'\t') { cursor.at } else { cursor.token().end };
    syntax(start..end, "a span is `!line:column` or `!source:line:column`")
}
