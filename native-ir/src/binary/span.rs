//! Spans, relative to the last one.

use super::code::Code;
use super::error::Found;
use super::read::{Read, Reader, unzigzag};
use super::write::{Writer, zigzag};
use crate::{Source, Span};

/// The same as the last span of a source.
const SAME: u64 = 0;
/// [`Span::COMPILER`]
const COMPILER: u64 = 1;
/// [`Span::MISSING`]
const MISSING: u64 = 2;
/// Another source; it follows, with line and column.
const ELSEWHERE: u64 = 3;
/// This and more: the distance of the line in the same source; the column follows.
const NEAR: u64 = 4;

impl Code for Span {
    fn put(&self, w: &mut Writer) {
        match *self {
            span if span == w.span => return w.number(SAME),
            Span::COMPILER => return w.number(COMPILER),
            Span::MISSING => return w.number(MISSING),
            span if span.source() == w.span.source() => {
                w.number(NEAR + zigzag(i64::from(self.line) - i64::from(w.span.line)));
            }
            _ => {
                w.number(ELSEWHERE);
                self.source().put(w);
                self.line.put(w);
            }
        }
        self.column.put(w);
        w.span = *self;
    }

    fn get(r: &mut Reader<'_>) -> Read<Span> {
        let place = r.place();
        let (source, line) = match r.number("a span")? {
            SAME => return Ok(r.span),
            COMPILER => return Ok(Span::COMPILER),
            MISSING => return Ok(Span::MISSING),
            ELSEWHERE => (Source::get(r)?, u32::get(r)?),
            near => {
                let distance = near - NEAR;
                let line = i64::from(r.span.line).checked_add(unzigzag(distance));
                let line = line.and_then(|line| u32::try_from(line).ok());
                let found = Found::Number(distance);
                let line = line.ok_or_else(|| r.error(place, "the distance to a line", found))?;
                (r.span.source(), line)
            }
        };
        r.span = Span::new(source, line, u16::get(r)?);
        Ok(r.span)
    }
}
