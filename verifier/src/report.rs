//! From text to diagnostics with positions: reading, verifying and locating in one step.

use crate::{Options, Verified, verify};
use native_ir::text::{self, Locator};
use native_ir::{Diagnostic, Module};
use std::ops::Range;

/// A diagnostic with its place in the text.
#[derive(Clone, Debug)]
pub struct Located {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The bytes it points to.
    pub range: Range<usize>,
    /// Line and column of the first byte, from 1, the column in bytes.
    pub start: (u32, u32),
    /// Line and column behind the last byte.
    pub end: (u32, u32),
    /// Other places, with a few words each.
    pub labels: Vec<(Range<usize>, String)>,
}

/// What came of a text.
#[derive(Debug)]
pub struct Report {
    /// The module, if it verified.
    pub module: Option<Verified<Module>>,
    /// Every mistake, in source order. Empty exactly when there is a module.
    pub diagnostics: Vec<Located>,
}

/// Reads and verifies a text.
pub fn verify_text(text: &[u8], options: &Options<'_>) -> Report {
    let parsed = text::parse(text);
    let mut diagnostics = parsed.diagnostics;
    let module = match verify(parsed.module, options) {
        Ok(module) => Some(module),
        Err(rejected) => {
            diagnostics.extend(rejected.diagnostics);
            None
        }
    };
    let locator = Locator::new(text, &parsed.map);
    locator.resolve(&mut diagnostics);
    Report { module, diagnostics: locate(&locator, diagnostics) }
}

/// Gives diagnostics their positions.
pub(crate) fn locate(locator: &Locator<'_>, diagnostics: Vec<Diagnostic>) -> Vec<Located> {
    let each = diagnostics.into_iter().map(|diagnostic| {
        let range = locator.range(&diagnostic.place);
        let labels =
            diagnostic.labels.iter().map(|(place, label)| (locator.range(place), label.clone())).collect();
        // Texts of 2^32 bytes are refused, so lines and columns fit.
        let position = |offset| locator.position(offset);
        let [start, end] =
            [range.start, range.end].map(position).map(|(line, column)| (line as u32, column as u32));
        Located { diagnostic, range, start, end, labels }
    });
    each.collect()
}
