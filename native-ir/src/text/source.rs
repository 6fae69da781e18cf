//! From bytes to text: what is refused before a line is read, and the limits of the format.
//!
//! Errors found here are the only ones that end the reading.

use super::cursor::Read;
use crate::{Diagnostic, Place, Rule};
use memchr::{memchr, memchr2};
use std::ops::Range;

/// Texts are shorter than this, in bytes. Offsets therefore fit 32 bits, and so do all numbers of entities: a value
/// takes at least two bytes of text, a constant too.
pub(super) const MAX_TEXT: usize = (u32::MAX - 15) as usize;
/// The most results of one instruction.
pub(super) const MAX_RESULTS: usize = u8::MAX as usize;
/// The longest number, in bytes.
pub(super) const MAX_NUMBER: usize = 1 << 14;
/// The most bytes of scalars in one data object's initial value.
pub(super) const MAX_INITIAL_BYTES: usize = (u32::MAX - 15) as usize;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text, when it is one.
pub(super) fn check(bytes: &[u8]) -> Result<&str, Vec<Diagnostic>> {
    if let Some(error) = too_long(bytes.len()) {
        return Err(vec![error]);
    }
    let text = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => return Err(vec![invalid_utf8(bytes)]),
    };
    let errors = forbidden(bytes);
    if errors.is_empty() { Ok(text) } else { Err(errors) }
}

/// An error for what goes over a limit.
pub(super) fn over_limit(range: Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Rule::SchemaLimit, Place::Text(range), message))
}

/// Refuses a count that goes over a limit.
pub(super) fn limit(count: usize, most: usize, what: &str, range: Range<usize>) -> Read<()> {
    if count <= most {
        return Ok(());
    }
    Err(over_limit(range, format!("there are more than {most} {what}")))
}

fn too_long(bytes: usize) -> Option<Diagnostic> {
    (bytes >= MAX_TEXT)
        .then(|| *over_limit(0..0, format!("the text has {bytes} bytes; a text has fewer than {MAX_TEXT}")))
}

fn invalid_utf8(bytes: &[u8]) -> Diagnostic {
    let error = std::str::from_utf8(bytes).err();
    let start = error.map_or(0, |error| error.valid_up_to());
    let length = error.and_then(|error| error.error_len()).unwrap_or(bytes.len() - start);
    let range = start..start + length;
    let shown: Vec<String> = bytes[range.clone()].iter().map(|byte| format!("{byte:02x}")).collect();
    let message = format!("the text is not UTF-8 at byte offset {start}: {}", shown.join(" "));
    encoding(range, message, "no UTF-8")
}

/// A byte order mark, and the first carriage return and the first NUL.
fn forbidden(bytes: &[u8]) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    if bytes.starts_with(BYTE_ORDER_MARK) {
        let message = "the text begins with a byte order mark at byte offset 0: ef bb bf";
        errors.push(encoding(0..3, message.to_string(), "byte order mark"));
    }
    if memchr2(b'\r', 0, bytes).is_some() {
        for (byte, name) in [(b'\r', "carriage return"), (0, "NUL")] {
            let Some(at) = memchr(byte, bytes) else { continue };
            let count = memchr::memchr_iter(byte, bytes).count();
            let more = if count > 1 { format!(", the first of {count}") } else { String::new() };
            let message = format!("the text has a {name} at byte offset {at}: {byte:02x}{more}");
            errors.push(encoding(at..at + 1, message, name));
        }
    }
    errors
}

fn encoding(range: Range<usize>, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(Rule::SchemaEncoding, Place::Text(range), message).label(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_offset_and_the_bytes() {
        fn message(bytes: &[u8]) -> Result<&str, String> {
            check(bytes).map_err(|errors| errors[0].message.clone())
        }
        assert!(message(b"a\xff").unwrap_err().ends_with("offset 1: ff"));
        assert!(message(b"ab\xe2\x82").unwrap_err().ends_with("offset 2: e2 82"));
        assert!(message(b"\xef\xbb\xbfa").unwrap_err().contains("offset 0: ef bb bf"));
        assert!(message(b"a\0").unwrap_err().ends_with("offset 1: 00"));
        assert!(message(b"a\r\nb\r\n").unwrap_err().ends_with("offset 1: 0d, the first of 2"));
        assert_eq!(message("é\n".as_bytes()), Ok("é\n"));
    }

    #[test]
    fn a_text_that_offsets_cannot_reach_is_refused() {
        assert!(too_long(MAX_TEXT).is_some());
        assert!(too_long(MAX_TEXT - 1).is_none());
    }
}
