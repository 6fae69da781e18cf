//! The lines of a text that a diagnostic shows: those of its places with one line around each.
//!
//! Long lines are cut around the place, and what a terminal would obey rather than show (control characters, marks
//! that turn the direction of writing, invalid bytes) is replaced. So the size of an excerpt is bounded whatever the
//! text is.

use super::lines::Lines;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::BTreeSet;
use std::ops::Range;

/// How much of a line is shown, in bytes of the source.
const WIDTH: usize = 160;
/// How much of a line that is cut is shown before the place.
const BEFORE: usize = 40;

/// Some lines of a text.
#[derive(Debug)]
pub(super) struct Excerpt {
    file: String,
    text: String,
    lines: Vec<Line>,
    /// For each place where it is in the excerpt, and its column in the file, from 0.
    columns: Vec<(usize, usize)>,
}

#[derive(Debug)]
struct Line {
    /// Where it starts in the excerpt.
    start: usize,
    /// Its number in the file, from 0.
    number: usize,
}

impl Excerpt {
    /// The lines around places of a text, and where the places are in the excerpt. The lines around the first place
    /// come first.
    pub(super) fn new(
        file: &str,
        text: &[u8],
        lines: &Lines<'_>,
        places: &[Range<usize>],
    ) -> (Excerpt, Vec<SourceSpan>) {
        let places: Vec<(usize, Range<usize>)> = places.iter().map(|place| first_line(lines, place)).collect();
        let mut excerpt =
            Excerpt { file: visible(file), text: String::new(), lines: Vec::new(), columns: Vec::new() };
        let mut found = vec![SourceSpan::from(0..0); places.len()];
        for number in wanted(lines, &places) {
            excerpt.lines.push(Line { start: excerpt.text.len(), number });
            let line = lines.range(number);
            let marks: Vec<usize> = (0..places.len()).filter(|&index| places[index].0 == number).collect();
            let window = window(text, line.clone(), marks.first().map(|&index| &places[index].1));
            let start = excerpt.text.len();
            let offsets = push_line(&mut excerpt.text, text, line.clone(), window.clone());
            for index in marks {
                let place = &places[index].1;
                let at = |offset: usize| start + offsets[offset.clamp(window.start, window.end) - window.start];
                found[index] = SourceSpan::from(at(place.start)..at(place.end));
                excerpt.columns.push((at(place.start), place.start - line.start));
            }
        }
        (excerpt, found)
    }
}

/// The lines of places and one around each, in order, but for the piece with the first place, which comes first.
fn wanted(lines: &Lines<'_>, places: &[(usize, Range<usize>)]) -> Vec<usize> {
    let end = lines.len() - usize::from(lines.len() > 1 && lines.range(lines.len() - 1).is_empty());
    let around = |line: usize| line.saturating_sub(1)..(line + 2).min(end.max(line + 1));
    let all: BTreeSet<usize> = places.iter().flat_map(|(line, _)| around(*line)).collect();
    let all: Vec<usize> = all.into_iter().collect();
    let mut pieces: Vec<&[usize]> = all.chunk_by(|line, next| line + 1 == *next).collect();
    if let Some((first, _)) = places.first() {
        pieces.sort_by_key(|piece| !piece.contains(first));
    }
    pieces.concat()
}

/// A place's line, and the part of the place that stands in that line.
fn first_line(lines: &Lines<'_>, place: &Range<usize>) -> (usize, Range<usize>) {
    let line = lines.at(place.start);
    let range = lines.range(line);
    let start = place.start.clamp(range.start, range.end);
    (line, start..place.end.clamp(start, range.end))
}

/// The part of a line that is shown.
fn window(text: &[u8], line: Range<usize>, place: Option<&Range<usize>>) -> Range<usize> {
    if line.len() <= WIDTH {
        return line;
    }
    let from = place.map_or(line.start, |place| place.start.saturating_sub(BEFORE).max(line.start));
    let from = from.min(line.end - WIDTH);
    let boundary = |mut at: usize| {
        while at > line.start && text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
            at -= 1;
        }
        at
    };
    boundary(from)..boundary(from + WIDTH)
}

/// Appends a line to the excerpt, cut to the window. Gives for each offset in the window where it came to stand behind
/// the line's start in the excerpt.
fn push_line(out: &mut String, text: &[u8], line: Range<usize>, window: Range<usize>) -> Vec<usize> {
    let start = out.len();
    let mut offsets = Vec::with_capacity(window.len() + 1);
    if window.start > line.start {
        out.push('…');
    }
    for chunk in text[window.clone()].utf8_chunks() {
        for character in chunk.valid().chars() {
            offsets.extend(std::iter::repeat_n(out.len() - start, character.len_utf8()));
            out.push(shown(character));
        }
        for _ in chunk.invalid() {
            offsets.push(out.len() - start);
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
    offsets.push(out.len() - start);
    if window.end < line.end {
        out.push('…');
    }
    out.push('\n');
    offsets
}

fn shown(character: char) -> char {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    if turns || (character.is_control() && character != '\t') { char::REPLACEMENT_CHARACTER } else { character }
}

/// A text in one line, without what a terminal would obey, and not longer than a message may be.
pub(super) fn visible(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut short: String = text.chars().take(LONGEST).map(shown).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let line_at = |offset: usize| self.lines.partition_point(|line| line.start <= offset).checked_sub(1);
        let end = span.offset() + span.len().saturating_sub(1);
        let (first, last) = (line_at(span.offset()), line_at(end));
        let (Some(mut first), Some(mut last)) = (first, last) else { return Err(MietteError::OutOfBounds) };
        let follows = |line: usize| self.lines[line].number == self.lines[line - 1].number + 1;
        if (first + 1..=last).any(|line| !follows(line)) {
            return Err(MietteError::OutOfBounds);
        }
        // Without lines around it the span itself is meant, whose column stands in headings.
        let place = self.columns.iter().find(|(offset, _)| before == 0 && *offset == span.offset());
        let column = place.map_or(0, |(_, column)| *column);
        for _ in 0..before {
            first -= usize::from(first > 0 && follows(first));
        }
        for _ in 0..after {
            last += usize::from(last + 1 < self.lines.len() && follows(last + 1));
        }
        let range = self.lines[first].start..self.lines.get(last + 1).map_or(self.text.len(), |line| line.start);
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            &self.text.as_bytes()[range.clone()],
            range.into(),
            self.lines[first].number,
            column,
            last - first + 1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &[u8], place: Range<usize>, others: &[Range<usize>]) -> (Excerpt, Vec<SourceSpan>) {
        let places = [&[place], others].concat();
        Excerpt::new("a.nir", text, &Lines::new(text), &places)
    }

    #[test]
    fn places_far_apart_give_two_pieces() {
        let text = b"one\ntwo\nthree\nfour\nfive\nsix\n";
        let (excerpt, found) = excerpt(text, 25..27, &[const { 0..3 }]);
        assert_eq!(excerpt.text, "five\nsix\none\ntwo\n");
        assert_eq!(found, [SourceSpan::from(6..8), SourceSpan::from(9..12)]);
        let contents = excerpt.read_span(&found[0], 1, 1).unwrap();
        assert_eq!((contents.data(), contents.line(), contents.line_count()), (&b"five\nsix\n"[..], 4, 2));
        let place = excerpt.read_span(&found[0], 0, 0).unwrap();
        assert_eq!((place.line(), place.column()), (5, 1));
        assert!(excerpt.read_span(&SourceSpan::from(6..12), 1, 1).is_err());
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let mut text = "é".repeat(500_000).into_bytes();
        text.splice(500_000..500_000, *b"HERE");
        let (excerpt, found) = excerpt(&text, 500_000..500_004, &[]);
        assert!(excerpt.text.len() < 2 * WIDTH && excerpt.text.starts_with('…'), "{}", excerpt.text);
        assert_eq!(&excerpt.text[found[0].offset()..found[0].offset() + found[0].len()], "HERE");
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let (excerpt, found) = excerpt(b"a\x1b[2J\xff\xe2\x80\xaeb", 9..10, &[]);
        assert_eq!(excerpt.text, "a\u{fffd}[2J\u{fffd}\u{fffd}b\n");
        assert_eq!(&excerpt.text[found[0].offset()..found[0].offset() + found[0].len()], "b");
        assert_eq!(visible("a\nb\u{1b}"), "a\u{fffd}b\u{fffd}");
        assert_eq!(visible(&"x".repeat(1 << 20)).chars().count(), 401);
    }

    #[test]
    fn places_beyond_the_text_are_drawn_at_its_end() {
        let (excerpt, found) = excerpt(b"ab", 7..9, &[]);
        assert_eq!((excerpt.text.as_str(), found[0].offset(), found[0].len()), ("ab\n", 2, 0));
        let (empty, found) = super::tests::excerpt(b"", 0..0, &[]);
        assert_eq!((empty.text.as_str(), found[0].offset()), ("\n", 0));
    }
}
