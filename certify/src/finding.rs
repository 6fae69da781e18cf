//! What a check found: where, what, and whose mistake it is.

use artifact::FunctionCode;
use native_ir::text::InstText;
use native_ir::{EntityRef, Inst, Module};
use std::fmt;

/// A check of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// C1: every byte is an allowed instruction, a literal, a jump table or padding.
    Decode,
    /// C2: the accesses that count are the IR's, each once, each whole, in order.
    Trace,
    /// C3: the platform's rules of calls hold.
    Abi,
    /// C4: the stack is bounded.
    Stack,
    /// C5: control goes where the IR's edges go.
    Flow,
}

impl Check {
    /// The name that reports use.
    pub fn code(self) -> &'static str {
        match self {
            Check::Decode => "C1",
            Check::Trace => "C2",
            Check::Abi => "C3",
            Check::Stack => "C4",
            Check::Flow => "C5",
        }
    }
}

/// Something that does not hold of emitted code. It is a bug of the emitter, not of the program, unless the check is
/// [`Check::Stack`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The name of the function; empty when the finding is about the artifact.
    pub function: String,
    /// The first byte in question, counted from the first of the function.
    pub offset: u32,
    /// The machine instruction there, or what there is of it.
    pub bytes: Vec<u8>,
    /// The text of the IR instruction that the bytes are said to belong to.
    pub instruction: Option<String>,
    /// Its span: path, line and column.
    pub span: Option<String>,
    /// What does not hold.
    pub message: String,
}

impl Finding {
    /// A finding about the artifact as a whole.
    pub(crate) fn of_artifact(check: Check, message: String) -> Finding {
        let function = String::new();
        Finding { check, function, offset: 0, bytes: Vec::new(), instruction: None, span: None, message }
    }

    /// A finding with everything that a reader needs to look it up.
    pub(crate) fn locate(module: &Module, code: &FunctionCode, fault: Fault) -> Finding {
        let Fault { check, offset, length, inst, message } = fault;
        let start = offset as usize;
        let bytes = code.code.get(start..(start + length as usize).min(code.code.len())).unwrap_or(&[]).to_vec();
        let function = module.functions.get(code.func);
        let name = function.map_or("", |function| module.symbol_name(function.symbol)).to_string();
        let row = code.claim.insts.partition_point(|row| row.offset <= offset);
        let claimed = row.checked_sub(1).and_then(|row| code.claim.insts[row].inst);
        let known = function.and_then(|function| {
            let inst = inst.or(claimed).filter(|inst| inst.index() < function.body.insts.len())?;
            Some((InstText(module, function, inst).to_string(), span(module, function, inst)))
        });
        let (instruction, span) = known.map_or((None, None), |(text, span)| (Some(text), span));
        Finding { check, function: name, offset, bytes, instruction, span, message }
    }
}

/// The place of an IR instruction, as `path:line:column`.
pub(crate) fn span(module: &Module, function: &native_ir::Function, inst: Inst) -> Option<String> {
    let span = function.body.spans.get(inst.index()).copied()?;
    if span.is_compiler() || span.is_missing() {
        return None;
    }
    let source = module.sources.get(span.source()).map_or("?", |source| &source.path);
    Some(format!("{source}:{}:{}", span.line, span.column))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "certificate {}: {}", self.check.code(), self.message)?;
        if !self.function.is_empty() {
            write!(f, "\n  in @{} at {:#x}", self.function, self.offset)?;
        }
        if !self.bytes.is_empty() {
            f.write_str(":")?;
            self.bytes.iter().try_for_each(|byte| write!(f, " {byte:02x}"))?;
        }
        if let Some(instruction) = &self.instruction {
            write!(f, "\n  for {instruction}")?;
        }
        if let Some(span) = &self.span {
            write!(f, "\n  from {span}")?;
        }
        f.write_str(match self.check {
            Check::Stack => "\n  the program is so; nothing was written",
            _ => "\n  this is a bug of the emitter, not of the program; nothing was written",
        })
    }
}

/// A finding before it is told where it stands.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The check.
    pub(crate) check: Check,
    /// The first byte in question.
    pub(crate) offset: u32,
    /// How many bytes to show.
    pub(crate) length: u32,
    /// The IR instruction, when it is not the one that the bytes are claimed for.
    pub(crate) inst: Option<Inst>,
    /// What does not hold.
    pub(crate) message: String,
}

impl Fault {
    /// A fault at a byte.
    pub(crate) fn at(check: Check, offset: u32, message: impl Into<String>) -> Fault {
        Fault { check, offset, length: 0, inst: None, message: message.into() }
    }

    /// The same fault, about an IR instruction.
    pub(crate) fn of(mut self, inst: Inst) -> Fault {
        self.inst = Some(inst);
        self
    }

    /// The same fault, showing so many bytes.
    pub(crate) fn showing(mut self, length: usize) -> Fault {
        self.length = length as u32;
        self
    }
}
