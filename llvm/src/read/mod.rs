//! Reading the text of LLVM IR.
//!
//! One pass over the text, by descent; brackets within each other have a limit, and nothing else nests. What is wrong
//! is written down where it is found, and reading goes on at the next line that may begin something. Names that are
//! used before their definition get their ids at once; what is still missing at the end of its function or of the file
//! is reported then.

mod attributes;
mod calls;
mod constants;
mod cursor;
mod edges;
mod expressions;
mod floats;
mod functions;
mod globals;
mod instructions;
mod locals;
mod memory;
mod metadata;
mod types;

use crate::Diagnostic;
use crate::syntax::{Constant, FunctionAttributes, Module, Name, Operand, Place, Type};
use cursor::{Bad, Cursor, Id};
use functions::Function;
use globals::GlobalNames;
use rustc_hash::FxHashMap;
use types::{Common, TypeNames};

/// How deep brackets may stand within each other, in types, constants and expressions together.
const MAX_DEPTH: u32 = 128;
/// After how many errors reading ends.
const MAX_ERRORS: usize = 100;
/// The most bytes of a text. Ids and offsets take 31 bits.
const MAX_BYTES: usize = (1 << 31) - 1;

/// What is wrong stands in [`Reader::diagnostics`].
struct Stop;

type Result<T> = std::result::Result<T, Stop>;

/// The state of reading one file.
struct Reader<'t> {
    cursor: Cursor<'t>,
    file: usize,
    module: Module<'t>,
    diagnostics: Vec<Diagnostic>,
    depth: u32,
    common: Common,
    type_names: TypeNames<'t>,
    global_names: GlobalNames<'t>,
    /// The attribute groups `#N`.
    groups: FxHashMap<u32, FunctionAttributes>,
    function: Function<'t>,
    // Stacks of parts of what is being read.
    types: Vec<Type>,
    constants: Vec<Constant>,
    operands: Vec<Operand>,
}

/// Reads a file of LLVM IR of version 19 to 22. `file` is its index in diagnostics.
///
/// # Errors
/// What is wrong with the text or what in it is not taken, in the order of the text, 100 at most.
pub fn read(file: usize, text: &[u8]) -> std::result::Result<Module<'_>, Vec<Diagnostic>> {
    let refuse =
        |place, rule, message: String| Err(vec![Diagnostic { file, place, len: 0, rule, message, help: None }]);
    if text.len() > MAX_BYTES {
        let message = format!("a file of LLVM IR has at most {MAX_BYTES} bytes");
        return refuse(Place { line: 1, column: 1 }, "LLVM/limit", message);
    }
    if crate::bitcode::is_bitcode(text) {
        return Err(vec![crate::bitcode::diagnostic(file, "this is bitcode, not text".to_owned())]);
    }
    match simdutf8::compat::from_utf8(text) {
        Ok(text) => Reader::new(file, text).run(),
        Err(error) => {
            let offset = error.valid_up_to();
            let message = format!("the byte 0x{:02x} at offset {offset} is no UTF-8", text[offset]);
            refuse(place_of(text, offset), "LLVM/encoding", message)
        }
    }
}

fn place_of(text: &[u8], offset: usize) -> Place {
    let before = &text[..offset];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = offset - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1;
    Place { line: line as u32, column: column.min(usize::from(u16::MAX)) as u16 }
}

impl<'t> Reader<'t> {
    fn new(file: usize, text: &'t str) -> Reader<'t> {
        let mut module = Module::default();
        let common = Common::new(&mut module.types);
        Reader {
            cursor: Cursor::new(text),
            file,
            module,
            diagnostics: Vec::new(),
            depth: 0,
            common,
            type_names: TypeNames::default(),
            global_names: GlobalNames::default(),
            groups: FxHashMap::default(),
            function: Function::new(common.void),
            types: Vec::new(),
            constants: Vec::new(),
            operands: Vec::new(),
        }
    }

    fn run(mut self) -> std::result::Result<Module<'t>, Vec<Diagnostic>> {
        while !self.cursor.at_end() && !self.is_full() {
            let began = self.cursor.place();
            if self.item().is_err() {
                self.reset();
                self.lose_global();
                self.skip_item(began);
            }
        }
        if !self.is_full() {
            self.finish_types();
            self.finish_globals();
        }
        if self.diagnostics.is_empty() {
            return Ok(self.module);
        }
        self.diagnostics.sort_by_key(|diagnostic| (diagnostic.place.line, diagnostic.place.column));
        self.diagnostics.truncate(MAX_ERRORS);
        Err(self.diagnostics)
    }

    /// Forgets what was being read when something was wrong.
    fn reset(&mut self) {
        self.depth = 0;
        self.types.clear();
        self.constants.clear();
        self.operands.clear();
    }

    fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_ERRORS
    }

    /// One thing of the top level.
    fn item(&mut self) -> Result<()> {
        self.global_names.current = None;
        let place = self.cursor.here();
        match self.cursor.byte(0) {
            b'@' => return self.global_definition(),
            b'%' => return self.type_definition(),
            b'!' => return self.metadata_definition(),
            b'$' => return self.comdat(),
            // A summary of the module, for link-time optimisation.
            b'^' => {
                self.cursor.skip_statement();
                return Ok(());
            }
            _ => {}
        }
        let mark = self.cursor.mark();
        match self.cursor.word() {
            "define" => self.define(place),
            "declare" => self.declare(place),
            "attributes" => self.attribute_group(),
            "source_filename" => {
                self.expect(b'=')?;
                self.module.source_name = Some(self.string("a file name")?);
                Ok(())
            }
            "target" => self.target(),
            "module" => {
                self.expect_word("asm")?;
                let place = self.cursor.here();
                let text = self.string("assembly")?;
                self.module.assembly.push((text, place));
                Ok(())
            }
            "uselistorder" | "uselistorder_bb" => {
                self.cursor.skip_statement();
                Ok(())
            }
            _ => {
                self.cursor.rewind(mark);
                Err(self.unexpected("a definition or declaration"))
            }
        }
    }

    /// Goes to the next line that begins with what begins an item.
    fn skip_item(&mut self, began: Place) {
        const WORDS: [&str; 8] = [
            "define",
            "declare",
            "attributes",
            "source_filename",
            "target",
            "module",
            "uselistorder",
            "uselistorder_bb",
        ];
        self.cursor.leave_line(began);
        loop {
            if self.cursor.at >= self.cursor.len()
                || matches!(self.cursor.byte(0), b'@' | b'%' | b'!' | b'$' | b'^')
            {
                return;
            }
            if self.cursor.byte(0).is_ascii_lowercase() {
                let mark = self.cursor.mark();
                let word = self.cursor.label_word();
                let label = self.cursor.byte(0) == b':';
                self.cursor.rewind(mark);
                if !label && WORDS.contains(&word) {
                    return;
                }
            }
            self.cursor.skip_line();
        }
    }

    fn target(&mut self) -> Result<()> {
        let word = self.cursor.word();
        self.expect(b'=')?;
        let place = self.cursor.here();
        let text = self.string("the description of a target")?;
        match word {
            "datalayout" => self.module.layout = Some((text, place)),
            "triple" => self.module.triple = Some((text, place)),
            _ => return Err(self.wrong_at(place, "LLVM/syntax", "expected `datalayout` or `triple`".to_owned())),
        }
        Ok(())
    }

    /// `$name = comdat any`: what the linker does with equal groups means nothing in one program.
    fn comdat(&mut self) -> Result<()> {
        self.cursor.at += 1;
        self.id("the name of a comdat")?;
        self.expect(b'=')?;
        self.expect_word("comdat")?;
        let place = self.cursor.here();
        match self.cursor.word() {
            "any" | "exactmatch" | "largest" | "nodeduplicate" | "samesize" => Ok(()),
            _ => Err(self.wrong_at(place, "LLVM/syntax", "expected the kind of a comdat".to_owned())),
        }
    }

    // What is expected.

    #[inline]
    fn expect(&mut self, sign: u8) -> Result<()> {
        if self.cursor.byte(0) == sign {
            self.cursor.at += 1;
            return Ok(());
        }
        self.expect_behind_blanks(sign)
    }

    fn expect_behind_blanks(&mut self, sign: u8) -> Result<()> {
        if self.cursor.eat(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{}`", sign as char)))
    }

    fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.cursor.eat_word(word) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{word}`")))
    }

    /// A number of at most 64 bits.
    fn u64(&mut self, what: &str) -> Result<u64> {
        self.cursor.skip();
        match self.cursor.digits() {
            Some(number) => Ok(number),
            None => Err(self.unexpected(&format!("{what}, of at most 64 bits"))),
        }
    }

    /// A number of at most 32 bits.
    fn u32(&mut self, what: &str) -> Result<u32> {
        let place = self.cursor.here();
        let number = self.u64(what)?;
        match u32::try_from(number) {
            Ok(number) => Ok(number),
            Err(_) => Err(self.wrong_at(place, "LLVM/limit", format!("{what} has at most 32 bits"))),
        }
    }

    /// What stands behind a sigil.
    fn id(&mut self, what: &str) -> Result<Id<'t>> {
        match self.cursor.id() {
            Ok(id) => Ok(id),
            Err(bad) => Err(self.bad(bad, what)),
        }
    }

    fn string(&mut self, what: &str) -> Result<Name<'t>> {
        self.cursor.skip();
        match self.cursor.string() {
            Ok(name) => Ok(name),
            Err(bad) => Err(self.bad(bad, what)),
        }
    }

    #[cold]
    fn bad(&mut self, bad: Bad, what: &str) -> Stop {
        match bad {
            Bad::Missing => self.unexpected(what),
            Bad::Open => self.wrong("LLVM/syntax", "the closing `\"` is missing".to_owned()),
            Bad::Encoding => self.wrong("LLVM/encoding", format!("{what} is no UTF-8")),
            Bad::Large => self.wrong("LLVM/limit", format!("{what}: its number is below 4294967295")),
        }
    }

    // What is wrong.

    #[cold]
    fn unexpected(&mut self, what: &str) -> Stop {
        let place = self.cursor.here();
        let found = self.cursor.describe();
        self.wrong_at(place, "LLVM/syntax", format!("expected {what}, found {found}"))
    }

    #[cold]
    fn wrong(&mut self, rule: &'static str, message: String) -> Stop {
        let place = self.cursor.here();
        self.wrong_at(place, rule, message)
    }

    #[cold]
    fn wrong_at(&mut self, place: Place, rule: &'static str, message: String) -> Stop {
        self.report(Diagnostic { file: self.file, place, len: 0, rule, message, help: None })
    }

    #[cold]
    fn wrong_with(&mut self, place: Place, rule: &'static str, message: String, help: String) -> Stop {
        self.report(Diagnostic { file: self.file, place, len: 0, rule, message, help: Some(help) })
    }

    #[cold]
    fn report(&mut self, diagnostic: Diagnostic) -> Stop {
        self.diagnostics.push(diagnostic);
        Stop
    }
}
