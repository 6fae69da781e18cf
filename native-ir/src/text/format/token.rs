//! Tokens of the formatter: coarser than the reader's, as only their borders matter.

use crate::text::identifier::is_name_char;
use crate::{Diagnostic, Place, Rule};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, opcode, type, number or name of the tables.
    Word,
    /// `@name`
    Symbol,
    /// `^name`
    Block,
    /// `%name`, `$name` or `#name`
    Name,
    /// A string.
    Text,
    /// `!3:5`
    Span,
    /// `(`, `[` or `{`
    Open,
    /// `)`, `]` or `}`
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `=`
    Equals,
    /// `->`
    Arrow,
    /// `+` or `-` behind a symbol.
    Infix,
    /// From `;` to the end of the line, without blanks there.
    Comment,
}

/// A token of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    /// Whether a blank stands before it.
    pub(super) spaced: bool,
    /// Whether it is the `=` of `key=value`.
    pub(super) of_key: bool,
}

const ITEMS: [&str; 6] = ["type", "register", "data", "import", "debugtype", "fn"];
const ENVELOPE: [&str; 7] = ["module", "target", "abi", "layout", "features", "profile", "source"];
/// Words that `=` follows without blanks.
const KEYS: [&str; 18] = [
    "abi",
    "source",
    "inline",
    "float",
    "contract",
    "section",
    "align",
    "access",
    "lines",
    "bytes",
    "count",
    "in",
    "inlined",
    "address_space",
    "ordering",
    "op",
    "signal",
    "mask",
];

/// Whether a word begins an item.
pub(super) fn is_item(word: &str) -> bool {
    ITEMS.contains(&word)
}

/// Whether a word begins an aligned line of the envelope.
pub(super) fn is_envelope(word: &str) -> bool {
    ENVELOPE.contains(&word)
}

impl Token<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether it is a word whose part behind the last point is one of some.
    pub(super) fn ends_as(&self, ends: &[&str]) -> bool {
        self.kind == Kind::Word && self.text.rsplit('.').next().is_some_and(|end| ends.contains(&end))
    }

    pub(super) fn is_key(&self) -> bool {
        self.kind == Kind::Word && KEYS.contains(&self.text)
    }
}

/// Makes tokens, line by line.
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// The line without its end; without its comment too, once that is read.
    line: &'t str,
    at: usize,
    /// The line's offset in the text.
    start: usize,
    /// The next line's offset in the text.
    next: usize,
    tokens: Vec<Token<'t>>,
    /// The places where no token begins.
    pub(super) errors: Vec<Diagnostic>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, line: "", at: 0, start: 0, next: 0, tokens: Vec::new(), errors: Vec::new() }
    }

    /// The tokens of the next line; `None` behind the last.
    pub(super) fn next_line(&mut self) -> Option<&[Token<'t>]> {
        let rest = self.text.get(self.next..)?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        (self.line, self.at, self.start) = (&rest[..length], 0, self.next);
        self.next += length + 1;
        self.tokens.clear();
        self.run();
        Some(&self.tokens)
    }

    fn run(&mut self) {
        loop {
            let rest = &self.line[self.at..];
            let skipped = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            self.at += skipped;
            let from = self.at;
            let Some(c) = self.line[from..].chars().next() else { return };
            if let Some(kind) = self.scan(c) {
                let text = &self.line[from..self.at];
                let of_key = kind == Kind::Equals && self.tokens.last().is_some_and(Token::is_key);
                self.tokens.push(Token { kind, text, spaced: skipped > 0, of_key });
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.line[self.at..]
    }

    /// Moves behind the token that begins with a character; `None` after an error.
    fn scan(&mut self, c: char) -> Option<Kind> {
        let one = match c {
            '(' | '[' | '{' => Some(Kind::Open),
            ')' | ']' | '}' => Some(Kind::Close),
            ',' => Some(Kind::Comma),
            ':' => Some(Kind::Colon),
            '=' => Some(Kind::Equals),
            '+' | '-' if self.is_infix() => Some(Kind::Infix),
            _ => None,
        };
        if one.is_some() {
            self.at += 1;
            return one;
        }
        match c {
            ';' => self.comment(),
            '"' => self.string(),
            '@' => self.name(Kind::Symbol),
            '^' => self.name(Kind::Block),
            '%' | '$' | '#' => self.name(Kind::Name),
            '!' => self.take(Kind::Span, |rest| 1 + run(&rest[1..], |c| c.is_ascii_digit() || c == ':')),
            '.' if self.rest().starts_with("...") => self.take(Kind::Word, |_| 3),
            '-' if self.rest().starts_with("->") => self.take(Kind::Arrow, |_| 2),
            '-' if self.rest()[1..].starts_with(|c: char| c.is_ascii_alphanumeric()) => {
                self.take(Kind::Word, |rest| 1 + word(&rest[1..]))
            }
            c if is_name_char(c) => self.take(Kind::Word, word),
            c => self.refuse(c),
        }
    }

    /// A sign behind a symbol is an operator, unless it is of an arrow.
    fn is_infix(&self) -> bool {
        self.tokens.last().is_some_and(|token| token.kind == Kind::Symbol) && !self.rest().starts_with("->")
    }

    fn take(&mut self, kind: Kind, length: impl Fn(&str) -> usize) -> Option<Kind> {
        self.at += length(self.rest());
        Some(kind)
    }

    fn comment(&mut self) -> Option<Kind> {
        let from = self.at;
        let rest = self.rest();
        for (at, c) in rest.char_indices().filter(|&(_, c)| is_refused(c)) {
            self.at = from + at;
            self.refuse(c);
        }
        let kept = rest.trim_end_matches([' ', '\t']).len();
        self.line = &self.line[..from + kept];
        self.at = from + kept;
        Some(Kind::Comment)
    }

    fn string(&mut self) -> Option<Kind> {
        let from = self.at;
        self.at += 1;
        loop {
            let length = run(self.rest(), |c| c != '"' && c != '\\' && !is_refused(c));
            self.at += length;
            match self.rest().chars().next() {
                Some('"') => {
                    self.at += 1;
                    return Some(Kind::Text);
                }
                Some('\\') => {
                    let escaped = self.rest()[1..].chars().next().filter(|&c| !is_refused(c));
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                }
                Some(c) => return self.refuse(c),
                None => {
                    let place = self.start + from..self.start + self.at;
                    self.report(Rule::SchemaSyntax, place, "the string has no end on its line");
                    return None;
                }
            }
        }
    }

    fn name(&mut self, kind: Kind) -> Option<Kind> {
        let sigil = self.at;
        self.at += 1;
        if self.rest().starts_with('"') {
            return self.string().map(|_| kind);
        }
        let length = name_length(self.rest());
        self.at += length;
        if length == 0 {
            let place = self.start + sigil..self.start + self.at;
            self.report(Rule::SchemaSyntax, place, "a name is missing here");
            return None;
        }
        Some(kind)
    }

    fn refuse(&mut self, c: char) -> Option<Kind> {
        let place = self.start + self.at..self.start + self.at + c.len_utf8();
        self.at += c.len_utf8();
        match c {
            c if is_refused(c) || c == BYTE_ORDER_MARK => {
                let message = format!("the character U+{:04X} has no place in the text", c as u32);
                self.report(Rule::SchemaEncoding, place, &message);
            }
            c => self.report(Rule::SchemaSyntax, place, &format!("no token begins with {c:?}")),
        }
        None
    }

    fn report(&mut self, rule: Rule, place: std::ops::Range<usize>, message: &str) {
        self.errors.push(Diagnostic::new(rule, Place::Text(place), message));
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether a character may stand nowhere in a text.
fn is_refused(c: char) -> bool {
    c == '\r' || c == '\0'
}

/// The length of the longest prefix of such characters.
fn run(text: &str, is_in: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_in(c)).unwrap_or(text.len())
}

/// The length of the name that a text begins with.
fn name_length(text: &str) -> usize {
    let ascii = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    match text.as_bytes().get(ascii) {
        Some(byte) if !byte.is_ascii() => ascii + run(&text[ascii..], is_name_char),
        _ => ascii,
    }
}

/// The length of a word: a number with its exponent's sign, or a name in which points and hyphens stand.
fn word(text: &str) -> usize {
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    let hexadecimal = text.starts_with("0x");
    let mut end = 0;
    loop {
        end += name_length(&text[end..]);
        let rest = &text[end..];
        let goes_on = match rest.chars().next() {
            Some('.') => true,
            Some('-') if !number => rest[1..].starts_with(is_name_char),
            Some('-' | '+') if number => {
                let exponent: &[char] = if hexadecimal { &['p', 'P'] } else { &['e', 'E'] };
                text[..end].ends_with(exponent) && rest[1..].starts_with(|c: char| c.is_ascii_digit())
            }
            Some(':') => &text[..end] == "sha256" && rest[1..].starts_with(|c: char| c.is_ascii_hexdigit()),
            _ => false,
        };
        if !goes_on {
            return end;
        }
        end += 1;
    }
}
