//! `nir report`: what the functions of a module cost and do.
//!
//! `collect` asks the compiler and the certificate, `firmware` the linker of images, `accesses` counts volatile accesses, and
//! `text`, `json` and `html` (with `pictures`) write the same survey. Nothing in it depends on time, machine or order of
//! work.

mod accesses;
mod collect;
mod firmware;
mod html;
mod json;
mod pictures;
mod text;
mod treemap;

use crate::arguments::{Report, ReportFormat};
use crate::files;
use crate::load;
use crate::outcome::{Failure, Status};
use crate::tables;
use accesses::Accesses;
use certify::cycles::Bounds;
use firmware::Image;
use native_ir::Contract;
use std::io::{self, Write};
use verifier::Options;

/// What is known of a module.
#[derive(Debug, Default)]
struct Survey {
    module: String,
    target: String,
    /// Why there is no machine code at all.
    without_code: Option<String>,
    /// In the module's order.
    functions: Vec<Row>,
    /// Helpers of the runtime library that the code calls, and what these call.
    helpers: Vec<Helper>,
    /// Bytes of data objects that cannot be written, and of those that can.
    constants: u64,
    data: u64,
    /// The image of the program, on targets that have images.
    image: Option<Image>,
    /// Why there is none.
    without_image: Option<String>,
}

/// What is known of a function.
#[derive(Debug)]
struct Row {
    name: String,
    public: bool,
    code: Option<Code>,
    /// Why there is no machine code, where the function is the reason.
    without_code: Option<String>,
    effects: Vec<&'static str>,
    accesses: Vec<Accesses>,
}

/// The machine code of a function. Sizes are in bytes.
#[derive(Debug)]
struct Code {
    instructions: u64,
    /// Constants and jump tables behind the instructions.
    literals: u64,
    /// The stack that the function takes itself.
    frame: u64,
    stack: Stack,
    /// The cycles of a call with all callees, on targets where they can be told: none within when it never returns.
    cycles: Option<Option<Bounds>>,
    /// In the order of their code, where cycles can be told.
    pieces: Vec<Piece>,
}

/// Code without branches: a block of the IR, or a part of one.
#[derive(Debug)]
struct Piece {
    /// The block's name; none of what the function does before its first instruction.
    block: Option<String>,
    /// Its first byte in the function, and the one behind its last.
    start: u32,
    end: u32,
    /// Cycles when control goes on behind it.
    cycles: u32,
    /// Cycles when the branch at its end is taken.
    taken: u32,
}

impl Piece {
    fn name(&self) -> String {
        self.block.as_ref().map_or("entry of the function".to_string(), |block| format!("^{block}"))
    }

    fn cycles_text(&self) -> String {
        match self.taken {
            taken if taken == self.cycles => taken.to_string(),
            taken => format!("{}, or {taken}", self.cycles),
        }
    }
}

/// Cycles as text: `7`, `7 to 9`, `7 or more`, and `without end`.
fn cycles_text(cycles: Option<Bounds>) -> String {
    match cycles {
        Some(Bounds { least, most: Some(most) }) if least == most => least.to_string(),
        Some(Bounds { least, most: Some(most) }) => format!("{least} to {most}"),
        Some(Bounds { least, most: None }) => format!("{least} or more"),
        None => "without end".to_string(),
    }
}

/// The stack that a function takes with all that it calls, its return address not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stack {
    Bytes(u64),
    /// There is no bound, or none that is known; why.
    Open(String),
}

/// A helper of the runtime library.
#[derive(Debug)]
struct Helper {
    name: String,
    bytes: u64,
    stack: Stack,
}

impl Code {
    fn bytes(&self) -> u64 {
        self.instructions + self.literals
    }
}

impl Survey {
    fn code_bytes(&self) -> u64 {
        self.functions.iter().filter_map(|row| row.code.as_ref()).map(Code::bytes).sum()
    }

    fn helper_bytes(&self) -> u64 {
        self.helpers.iter().map(|helper| helper.bytes).sum()
    }

    /// Reads and writes of hardware in the text of all functions.
    fn accesses(&self) -> (u64, u64) {
        let all = self.functions.iter().flat_map(|row| &row.accesses);
        all.fold((0, 0), |(reads, writes), place| (reads + place.reads, writes + place.writes))
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Report) -> Result<Status, Failure> {
    let registers = arguments.registers.as_deref().map(tables::registers).transpose()?;
    let options = Options { contract: Contract::embedded(), registers: registers.as_ref(), threads: 0 };
    let module = load::module(&arguments.file, &options)?;
    let survey = collect::survey(&module, arguments, registers.as_ref())?;
    let report = match arguments.format {
        ReportFormat::Text => text::write(&survey),
        ReportFormat::Json => json::write(&survey),
        ReportFormat::Html => html::write(&survey),
    };
    match &arguments.output {
        Some(output) => files::replace(output, report.as_bytes())?,
        None => io::stdout().lock().write_all(report.as_bytes())?,
    }
    Ok(Status::Fine)
}
