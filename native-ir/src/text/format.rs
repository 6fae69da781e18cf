//! The formatter: the user's text with canonical spaces, indentation and alignment, and nothing else changed.
//!
//! It works on tokens, line by line: comments stay, single blank lines stay, names and literals keep their spelling,
//! items their order. What the printer writes comes out as it went in, and formatting twice is formatting once. Text
//! need not parse, only consist of tokens.

mod token;

use crate::Diagnostic;
use token::{Kind, Token};

/// The text in canonical layout.
///
/// # Errors
/// A diagnostic for each place where the text is not made of tokens, such as a string without end.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut formatter =
        Formatter { out: String::with_capacity(text.len() + text.len() / 8), ..Default::default() };
    let mut lexer = token::Lexer::new(text);
    // Comments above a label stand where it does, so they wait for the next line of code.
    let mut waiting: Vec<Option<Token<'_>>> = Vec::new();
    while let Some(tokens) = lexer.next_line() {
        match tokens.first() {
            None => waiting.push(None),
            Some(comment) if comment.kind == Kind::Comment => waiting.push(Some(*comment)),
            Some(_) => {
                formatter.comments(&mut waiting, is_label(tokens));
                formatter.line(tokens, false);
            }
        }
    }
    formatter.comments(&mut waiting, false);
    if lexer.errors.is_empty() { Ok(formatter.out) } else { Err(lexer.errors) }
}

/// A bracket that is open.
#[derive(Clone, Copy, PartialEq)]
enum Bracket {
    /// Of `ptr[…]`, `array[…]` or `vec[…]`: commas without blanks.
    Type,
    /// Any other.
    Other,
}

#[derive(Default)]
struct Formatter {
    out: String,
    in_body: bool,
    /// A blank line waits for a line to stand before.
    blank: bool,
    brackets: Vec<Bracket>,
    /// The brackets are those of a data object's list, which goes on in the next line.
    in_list: bool,
}

const INDENT: usize = 4;
/// Where the values of the envelope begin.
const ENVELOPE: usize = 9;

impl Formatter {
    /// Lines of comments, and blank ones.
    fn comments(&mut self, waiting: &mut Vec<Option<Token<'_>>>, at_label: bool) {
        for comment in waiting.drain(..) {
            match comment {
                None => self.blank = !self.out.is_empty(),
                Some(comment) => self.line(&[comment], at_label),
            }
        }
    }

    fn line(&mut self, tokens: &[Token<'_>], at_label: bool) {
        let Some(first) = tokens.first() else { return };
        if std::mem::take(&mut self.blank) {
            self.out.push('\n');
        }
        self.begin(first);
        self.indent(tokens, at_label);
        self.tokens(tokens);
        self.out.push('\n');
        self.end(tokens);
    }

    /// A keyword of items, or a line of a body, ends a list whose brackets are missing.
    fn begin(&mut self, first: &Token<'_>) {
        let item = first.kind == Kind::Word && token::is_item(first.text);
        if self.in_body || item || !self.in_list {
            self.brackets.clear();
            self.in_list = false;
        }
        if first.is("}") || first.is("fn") {
            self.in_body = false;
        }
    }

    fn end(&mut self, tokens: &[Token<'_>]) {
        let code = tokens.iter().rfind(|token| token.kind != Kind::Comment);
        let Some(last) = code else { return };
        if tokens[0].is("fn") && last.is("{") {
            self.in_body = true;
        }
        self.in_list = !self.brackets.is_empty() && (self.in_list || tokens[0].is("data"));
    }

    fn indent(&mut self, tokens: &[Token<'_>], at_label: bool) {
        let first = &tokens[0];
        let depth = if self.in_list {
            let closing = tokens.iter().take_while(|token| token.kind == Kind::Close).count();
            self.brackets.len().saturating_sub(closing)
        } else if first.kind == Kind::Comment {
            usize::from(self.in_body && !at_label)
        } else {
            usize::from(self.in_body && !is_label(tokens))
        };
        self.out.extend(std::iter::repeat_n(' ', depth * INDENT));
    }

    fn tokens(&mut self, tokens: &[Token<'_>]) {
        let envelope = !self.in_body && !self.in_list && token::is_envelope(tokens[0].text);
        let mut previous: Option<&Token<'_>> = None;
        for token in tokens {
            match previous {
                None => {}
                Some(first) if envelope && std::ptr::eq(first, &tokens[0]) => {
                    let blanks = ENVELOPE.saturating_sub(first.text.len()).max(1);
                    self.out.extend(std::iter::repeat_n(' ', blanks));
                }
                Some(previous) if self.is_spaced(previous, token) => self.out.push(' '),
                Some(_) => {}
            }
            self.track(previous, token);
            self.out.push_str(token.text);
            previous = Some(token);
        }
    }

    fn track(&mut self, previous: Option<&Token<'_>>, token: &Token<'_>) {
        match token.kind {
            Kind::Open => {
                let of_type = token.is("[") && previous.is_some_and(|word| word.ends_as(&["ptr", "array", "vec"]));
                self.brackets.push(if of_type { Bracket::Type } else { Bracket::Other });
            }
            Kind::Close => {
                self.brackets.pop();
            }
            _ => {}
        }
    }

    /// Whether a blank stands between two tokens.
    fn is_spaced(&self, left: &Token<'_>, right: &Token<'_>) -> bool {
        match (left.kind, right.kind) {
            (_, Kind::Comment) => true,
            (Kind::Open, _) | (_, Kind::Comma | Kind::Close) => false,
            (Kind::Comma, _) => self.brackets.last() != Some(&Bracket::Type),
            (left, Kind::Colon) => left == Kind::Symbol,
            (_, Kind::Equals) => !left.is_key(),
            (Kind::Equals, _) => !left.of_key,
            (Kind::Arrow | Kind::Infix | Kind::Colon, _) => true,
            (Kind::Word, _) if left.text.ends_with('.') => right.spaced,
            (_, Kind::Open) => match right.text {
                "(" => false,
                "[" => !left.ends_as(&["ptr", "array", "vec"]),
                _ => !left.ends_as(&["struct", "packed"]),
            },
            _ => true,
        }
    }
}

fn is_label(tokens: &[Token<'_>]) -> bool {
    let last = tokens.iter().rfind(|token| token.kind != Kind::Comment);
    tokens.first().is_some_and(|first| first.kind == Kind::Block)
        && last.is_some_and(|last| last.kind == Kind::Colon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        let once = format(text).expect("the text consists of tokens");
        assert_eq!(format(&once).as_ref(), Ok(&once), "formatting twice is formatting once");
        once
    }

    #[test]
    fn spaces_and_alignment_become_canonical() {
        let untidy = "native-ir   1\nmodule m\nfeatures  a   b\nsource 0 \"a\"  lines = 3\n\n\n\n\
            data pub @x:array[ i32 , 2 ]readonly align = 4=[1,-2]\n\
            data @y : ptr[static,i32]=@x+4\n\
            type @T=struct{i8,ptr[heap , @T]}\n\
            import ffi @f:fn( i32,... )->(i32 zext)effects( io,read )\n\
            fn  pub  @g( %a:i32 )->( )source = 0{\n  slot $s :i32\n  ^entry :\n\
            %x:i32,%y:i1=uadd_overflow %a,1!3:5;why\n  switch %x,^b,1:^c( %y ),-2:^d\n }\n";
        let tidy = "native-ir 1\nmodule   m\nfeatures a b\nsource   0 \"a\" lines=3\n\n\
            data pub @x : array[i32,2] readonly align=4 = [1, -2]\n\
            data @y : ptr[static,i32] = @x + 4\n\
            type @T = struct{i8, ptr[heap,@T]}\n\
            import ffi @f : fn(i32, ...) -> (i32 zext) effects(io, read)\n\
            fn pub @g(%a: i32) -> () source=0 {\n    slot $s: i32\n^entry:\n\
            \x20   %x: i32, %y: i1 = uadd_overflow %a, 1 !3:5 ;why\n    switch %x, ^b, 1: ^c(%y), -2: ^d\n}\n";
        assert_eq!(formatted(untidy), tidy);
    }

    #[test]
    fn comments_keep_their_text_and_go_with_the_next_line() {
        let text = ";! run: 5\n; a\nfn @f() -> () source=0 { ; b\n; c\n^entry: ; d\n;e\nreturn !1:1;f\n\n\n; g\n^x:\n; h\n}\n\n";
        let tidy = ";! run: 5\n; a\nfn @f() -> () source=0 { ; b\n; c\n^entry: ; d\n    ;e\n    return !1:1 ;f\n\n; g\n^x:\n    ; h\n}\n";
        assert_eq!(formatted(text), tidy);
    }

    #[test]
    fn lists_of_data_keep_their_lines() {
        let text =
            "data @x : array[array[i8,2],2] = [ ; rows\n[1,\n 2],\n[3, 4]\n]\nfn @f() -> () source=0 {\n}\n";
        let tidy = "data @x : array[array[i8,2],2] = [ ; rows\n    [1,\n        2],\n    [3, 4]\n]\nfn @f() -> () source=0 {\n}\n";
        assert_eq!(formatted(text), tidy);
        assert_eq!(
            formatted("data @x : i8 = [\nfn @f() -> () {\nx\n}\n"),
            "data @x : i8 = [\nfn @f() -> () {\n    x\n}\n"
        );
    }

    #[test]
    fn literals_and_names_are_not_touched() {
        let text = "data @\"a b\" : array[f64,7] = [0x1.8p+3, -inf, nan(0x1), -2.0e-3, 1e+5, 0X_x, -0x1p-3]\n";
        assert_eq!(formatted(text), text);
        let text = "fn @größe🦀() -> () source=0 {\n^\"a;b\":\n    %12: f32 = load.ptr[heap,i32] %\"\\\"\\\\\" !0:3:5\n}\n";
        assert_eq!(formatted(text), text);
    }

    #[test]
    fn text_that_does_not_lex_is_refused_with_every_place() {
        let errors = format("data @x : i8 = \"abc\n? + &\r\n%\n").expect_err("six mistakes");
        let places: Vec<_> = errors.iter().map(|error| error.place.clone()).collect();
        let text = |range| crate::Place::Text(range);
        assert_eq!(places, [text(15..19), text(20..21), text(22..23), text(24..25), text(25..26), text(27..28)]);
        let errors = format("\u{feff};\0").expect_err("a byte order mark and a NUL");
        assert!(errors.iter().all(|error| error.rule == crate::Rule::SchemaEncoding) && errors.len() == 2);
    }
}
