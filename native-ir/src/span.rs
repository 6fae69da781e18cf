//! Source spans: where in the source an instruction comes from.

use crate::Source;
use cranelift_entity::EntityRef;

/// A place in a source: 8 bytes, kept in a side table beside the instructions.
///
/// Lines and columns count from 1, columns in UTF-8 bytes. `!0:0` ([`Span::COMPILER`]) marks code that no source line
/// asked for. [`Span::MISSING`] is what an instruction has before it gets a span; it does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Line, from 1; 0 for compiler-made code.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u16,
    source: u16,
}

const _: () = assert!(size_of::<Span>() == 8);

impl Span {
    /// Compiler-made code: `!0:0`.
    pub const COMPILER: Span = Span { line: 0, column: 0, source: 0 };
    /// No span.
    pub const MISSING: Span = Span { line: u32::MAX, column: u16::MAX, source: u16::MAX };
    /// The most sources that spans can name.
    pub const MAX_SOURCES: usize = u16::MAX as usize;

    /// A place in a source. Sources from [`Span::MAX_SOURCES`] on give [`Span::MISSING`], which no verifier accepts.
    pub fn new(source: Source, line: u32, column: u16) -> Span {
        match u16::try_from(source.index()) {
            Ok(source) if source != u16::MAX => Span { line, column, source },
            _ => Span::MISSING,
        }
    }

    /// The source.
    pub fn source(self) -> Source {
        Source::new(usize::from(self.source))
    }

    /// Whether this is compiler-made code.
    pub fn is_compiler(self) -> bool {
        self.line == 0 && self.column == 0
    }

    /// Whether there is no span.
    pub fn is_missing(self) -> bool {
        self == Span::MISSING
    }
}
