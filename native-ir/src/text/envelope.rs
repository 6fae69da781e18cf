//! The lines before the first item: version, module, target, ABI, layout, features, profile, sources.

use super::cursor::{Read, shorten, syntax};
use super::outline::Outline;
use super::{Reader, field, source, text_place};
use crate::{Diagnostic, Module, Rule, SourceData, Span};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The fields that stand exactly once.
const REQUIRED: [&str; 5] = ["module", "target", "abi", "layout", "profile"];

impl<'t> Reader<'t> {
    pub(super) fn envelope(&mut self, outline: &Outline<'t>) {
        let first = self.first_line();
        let versioned = self.version(outline, first.clone());
        let mut seen: Vec<(&str, Range<usize>)> = Vec::new();
        for &(word, at) in &outline.envelope[usize::from(versioned)..] {
            let range = at - word.len()..at;
            match seen.iter().find(|(name, _)| *name == word && word != "source") {
                Some((_, place)) => self.report(*field::repeated(word, range, place.clone())),
                None => {
                    seen.push((word, range));
                    self.cursor.at = at;
                    let outcome = self.envelope_field(word);
                    self.give_up(outcome);
                }
            }
        }
        self.pointer_width = pointer_width(&self.module);
        if outline.envelope.is_empty() && outline.items.is_empty() {
            return;
        }
        for name in REQUIRED {
            if !seen.iter().any(|(word, _)| *word == name) {
                self.missing_field(name, first.clone());
            }
        }
    }

    fn missing_field(&mut self, name: &str, place: Range<usize>) {
        let message = format!("the envelope has no line `{name}`");
        self.report(Diagnostic::new(Rule::SchemaMissingField, text_place(place), message));
    }

    /// The first line that is no comment.
    fn first_line(&self) -> Range<usize> {
        let mut cursor = self.cursor;
        cursor.at = 0;
        cursor.skip_space();
        let start = cursor.at;
        cursor.skip_line();
        start..start + cursor.since(start).trim_end().len()
    }

    /// Checks the first line. Returns whether it is one that gives a version.
    fn version(&mut self, outline: &Outline<'t>, first: Range<usize>) -> bool {
        let error = |range, message: String| Diagnostic::new(Rule::SchemaVersion, text_place(range), message);
        match outline.envelope.first() {
            Some(&("native-ir", at)) if at == first.start + "native-ir".len() => {
                self.cursor.at = at;
                self.cursor.skip_blanks();
                let range = self.cursor.token();
                let version = self.cursor.long_word();
                if version != "1" || !self.cursor.at_line_end() {
                    let message = format!("version `{}` of the language is not known", shorten(version));
                    self.report(error(range, message));
                }
                true
            }
            _ => {
                self.report(error(first, "the text does not begin with the line `native-ir 1`".into()));
                false
            }
        }
    }

    fn envelope_field(&mut self, word: &'t str) -> Read<()> {
        self.cursor.skip_blanks();
        let at = self.cursor.at as u32;
        match word {
            "features" => return self.features(),
            "source" => return self.source(),
            "layout" => {
                self.map.envelope.push(("layout", at));
                if self.cursor.peek() != b'"' {
                    return Err(field::ill_typed(self.cursor.token(), "`layout` takes a text in double quotes"));
                }
                self.module.envelope.layout = self.cursor.string()?.into_owned();
            }
            "native-ir" => return Err(field::repeated(word, at as usize..at as usize, self.first_line())),
            _ => {
                let Some(&name) = REQUIRED.iter().find(|name| **name == word) else { return Ok(()) };
                self.map.envelope.push((name, at));
                let value = self.cursor.plain_name("a name")?.into_owned();
                let envelope = &mut self.module.envelope;
                let field = match name {
                    "module" => &mut envelope.name,
                    "target" => &mut envelope.target,
                    "abi" => &mut envelope.abi,
                    _ => &mut envelope.profile,
                };
                *field = value;
            }
        }
        self.cursor.expect_line_end()
    }

    fn features(&mut self) -> Read<()> {
        let mut seen: FxHashMap<String, Range<usize>> = FxHashMap::default();
        while !self.cursor.at_line_end() {
            let at = self.cursor.at;
            let name = self.cursor.plain_name("a feature")?.into_owned();
            let range = at..self.cursor.at;
            if let Some(first) = seen.get(&name) {
                self.report(*field::repeated(&shorten(&name), range, first.clone()));
                continue;
            }
            seen.insert(name.clone(), range);
            self.map.features.push(at as u32);
            self.module.envelope.features.push(name);
        }
        Ok(())
    }

    fn source(&mut self) -> Read<()> {
        let at = self.cursor.at;
        let number = self.cursor.unsigned("the source's number")?;
        let range = at..self.cursor.at;
        let next = self.module.sources.len();
        source::limit(next + 1, Span::MAX_SOURCES, "sources", range.clone())?;
        if number != next as u64 {
            let message = format!("this is source {next}: sources count from 0 without gaps");
            self.report(*field::ill_typed(range, message));
        }
        self.map.sources.push(at as u32);
        let source = self.module.sources.push(SourceData { path: String::new(), sha256: None, lines: u32::MAX });
        self.module.sources[source].path = self.cursor.string()?.into_owned();
        if self.cursor.eat_text("sha256:") {
            self.module.sources[source].sha256 = Some(self.digest()?);
        }
        self.needed("lines=")?;
        let at = self.cursor.at;
        let lines = self.cursor.unsigned("the number of lines")?;
        let Ok(lines) = u32::try_from(lines) else {
            return Err(source::over_limit(at..self.cursor.at, "a source has fewer than 2^32 lines"));
        };
        self.module.sources[source].lines = lines;
        self.cursor.expect_line_end()
    }

    fn digest(&mut self) -> Read<[u8; 32]> {
        let start = self.cursor.at - "sha256:".len();
        let digits = self.cursor.word();
        let mut digest = [0; 32];
        if digits.len() == 64 {
            for (byte, pair) in digest.iter_mut().zip(digits.as_bytes().chunks(2)) {
                let pair = str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
                match pair {
                    Some(value) => *byte = value,
                    None => {
                        return Err(field::ill_typed(
                            start..self.cursor.at,
                            "`sha256:` has 64 hexadecimal digits",
                        ));
                    }
                }
            }
            return Ok(digest);
        }
        if digits.is_empty() {
            return Err(syntax(start..self.cursor.at, "expected 64 hexadecimal digits behind `sha256:`"));
        }
        let message = format!("`sha256:` has 64 hexadecimal digits, not {}", digits.len());
        Err(field::ill_typed(start..self.cursor.at, message))
    }
}

/// The width of `addr` in bits, by the data layout; 64 when that does not say.
pub(super) fn pointer_width(module: &Module) -> u32 {
    let pointer = module.envelope.layout.split('-').find_map(|part| part.strip_prefix("p:"));
    match pointer.and_then(|sizes| sizes.split(':').next()) {
        Some("32") => 32,
        _ => 64,
    }
}
