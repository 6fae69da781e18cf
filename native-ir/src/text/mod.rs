//! The text form: reading, printing, formatting, and finding the text of a place.
//!
//! [`parse`] reads a whole text and never stops at the first mistake: it recovers at line ends and reports each mistake
//! once. It works in this order, so that a body needs nothing that comes later:
//!
//! 1. `source`: bytes to text. Only errors here end the reading.
//! 2. `outline`: one walk over the lines finds the items and the extent of each body, and declares all names.
//! 3. `envelope`, then named types, then the other items and the functions' headers.
//! 4. `body`: each function by itself, its labels first.
//!
//! What the reader cannot decide alone it leaves to the verifier: undefined values and blocks get entries of their
//! own, types are not compared. After any diagnostic the module is [`Module::damaged`] and does not verify.

mod body;
mod cursor;
mod data;
mod debug;
mod envelope;
mod field;
mod format;
mod header;
mod identifier;
mod instruction;
mod literal;
mod locate;
mod map;
mod operand;
mod outline;
mod print;
mod resolve;
mod scan;
mod signature;
mod source;
mod types;

pub use format::format;
pub use locate::Locator;
pub use map::{FunctionMap, TextMap};
pub use print::{
    BlockText, InstText, OperandText, ScalarText, SymbolText, TypeText, ValueText, print, print_function,
    print_type,
};
pub use scan::{Misread, Scanner};

use crate::{Diagnostic, Module, Place, Type};
use body::Current;
use cursor::{Cursor, Read};
use outline::{Kind, Outline};
use resolve::{Globals, Scope};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// What reading a text gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The module: all that could be read. Damaged when there are diagnostics.
    pub module: Module,
    /// What is wrong with the text, in the order in which it was found. [`Locator::resolve`] sorts them.
    pub diagnostics: Vec<Diagnostic>,
    /// Where things stand in the text.
    pub map: TextMap,
}

/// Reads a text. It never fails as a whole; look at [`Parsed::diagnostics`].
///
/// ```
/// let text = "native-ir 1\nmodule m\ntarget sim-cortex-m0\nabi zero-freestanding-v1\nlayout \"e-p:32:32\"\n\
///             profile bare-metal\nfn @nothing() -> () {\n^entry:\n    return !0:0\n}\n";
/// let parsed = native_ir::text::parse(text);
/// assert!(parsed.diagnostics.is_empty());
/// assert_eq!(parsed.module.instruction_count(), 1);
/// ```
pub fn parse(text: impl AsRef<[u8]>) -> Parsed {
    match source::check(text.as_ref()) {
        Ok(text) => Reader::new(text).read(),
        Err(diagnostics) => {
            let module = Module { damaged: true, ..Module::default() };
            Parsed { module, diagnostics, map: TextMap::default() }
        }
    }
}

/// A text that is being read.
struct Reader<'t> {
    cursor: Cursor<'t>,
    module: Module,
    map: TextMap,
    diagnostics: Vec<Diagnostic>,
    globals: Globals,
    debug_types: Scope<'t>,
    /// The width of `addr` in bits.
    pointer_width: u32,
    /// Composite types by their spelling.
    known_types: FxHashMap<&'t str, Type>,
    /// Spellings of types that were reported as unknown.
    unknown_types: FxHashSet<&'t str>,
    /// The function whose body is being read.
    current: Current<'t>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        Reader {
            cursor: Cursor::new(text, 0),
            module: Module::default(),
            map: TextMap::default(),
            diagnostics: Vec::new(),
            globals: Globals::default(),
            debug_types: Scope::default(),
            pointer_width: 64,
            known_types: FxHashMap::default(),
            unknown_types: FxHashSet::default(),
            current: Current::default(),
        }
    }

    fn read(mut self) -> Parsed {
        let mut outline = Outline::default();
        self.outline(&mut outline);
        self.envelope(&outline);
        self.declare(&mut outline);
        self.items(&mut outline, |kind| matches!(kind, Kind::Type));
        self.items(&mut outline, |kind| !matches!(kind, Kind::Type));
        self.bodies(&outline);
        self.module.damaged = !self.diagnostics.is_empty();
        self.module.names.shrink_to_fit();
        Parsed { module: self.module, diagnostics: self.diagnostics, map: self.map }
    }

    fn items(&mut self, outline: &mut Outline<'t>, wanted: impl Fn(Kind) -> bool) {
        for index in 0..outline.items.len() {
            let item = outline.items[index];
            if !wanted(item.kind) {
                continue;
            }
            self.cursor.at = item.start;
            let outcome = match item.kind {
                Kind::Type => self.type_item(item.entity),
                Kind::Register => self.register_item(item.entity),
                Kind::Data => self.data_item(item.entity),
                Kind::Import => self.import_item(item.entity),
                Kind::DebugType => self.debug_type_item(item.entity),
                Kind::Function(index) => {
                    let lines = &mut outline.functions[index];
                    self.function_item(item.entity, lines)
                }
            };
            self.give_up(outcome);
        }
    }

    fn bodies(&mut self, outline: &Outline<'t>) {
        for lines in &outline.functions {
            if lines.readable {
                self.body(lines, &outline.labels[lines.labels.clone()]);
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports the error that ended the reading of a line, if one did. Returns whether the line could be read.
    fn give_up(&mut self, outcome: Read<()>) -> bool {
        match outcome {
            Ok(()) => true,
            Err(error) => {
                self.report(*error);
                false
            }
        }
    }
}

/// A place for a range of offsets.
fn text_place(range: Range<usize>) -> Place {
    Place::Text(range)
}
