//! Where firmware stopped, and the calls that led there: from its registers and memory, and the tables of its ELF file.
//!
//! | file | |
//! |---|---|
//! | `frames` | callers, by `.debug_frame`, and through handlers of exceptions |
//! | `scopes` | the functions that an instruction belongs to, by `.debug_info` |
//!
//! What is written is alike to what the VM writes: the innermost call first, functions that were inlined among them.
//! Nothing is taken for granted of registers and memory, which a program may have destroyed: a chain of callers ends where
//! it leads to no code, and after [`MOST`] calls at the latest.

mod frames;
mod scopes;

use crate::coverage::Lines;
use crate::{Error, Firmware, sections};
pub(crate) use frames::interrupted;
use frames::{Caller, Frames};
use std::fmt;

/// r0 to r12, sp, lr, pc, by their numbers. The stack pointer is that in use.
pub type Registers = [u32; 16];

/// The most calls that are followed.
const MOST: usize = 4096;
/// Calls that are shown of a deep stack, from either end.
const SHOWN: usize = 16;

/// A place in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a source.
    Source {
        /// The path.
        path: String,
        /// The line, from 1.
        line: u32,
        /// The column, from 1.
        column: u32,
    },
    /// What the compiler made without a source.
    Compiler,
    /// In code without debug information, its address.
    Address(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Source { path, line, column } => write!(f, "{path}:{line}:{column}"),
            Place::Compiler => f.write_str("compiler-made"),
            Place::Address(address) => write!(f, "{address:#010x}"),
        }
    }
}

/// A function that had been come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name; none for an address that is in no function.
    pub function: Option<String>,
    /// How far it was.
    pub place: Place,
    /// Whether it is part of the function whose site follows.
    pub inlined: bool,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.inlined { ", inlined" } else { "" };
        match &self.function {
            Some(name) => write!(f, "  at @{name} ({}){end}", self.place),
            None => write!(f, "  at {}{end}", self.place),
        }
    }
}

/// The calls that led somewhere, the innermost first. Of many the middle ones are only counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backtrace {
    /// The innermost calls: the sites of each, of which the last is not inlined.
    pub first: Vec<Vec<Site>>,
    /// How many calls are not told.
    pub hidden: usize,
    /// The outermost calls.
    pub last: Vec<Vec<Site>>,
}

impl Backtrace {
    /// The calls that led to registers and a memory whose words `memory` gives, in a program with an ELF file.
    ///
    /// # Errors
    /// The file is no ELF file for Arm, or its tables are damaged.
    pub fn new(
        file: &[u8],
        registers: Registers,
        memory: &mut dyn FnMut(u32) -> Option<u32>,
    ) -> Result<Backtrace, Error> {
        let points = points(&Frames::new(file)?, registers, memory)?;
        let tables =
            Tables { lines: Lines::read(file)?, firmware: Firmware::read(file)?, dwarf: sections::dwarf(file)? };
        let told =
            |points: &[Point]| points.iter().map(|&point| tables.sites(point)).collect::<Result<_, Error>>();
        let hidden = points.len().saturating_sub(2 * SHOWN);
        let (first, rest) = points.split_at(points.len().min(SHOWN));
        Ok(Backtrace { first: told(first)?, hidden, last: told(rest.get(hidden..).unwrap_or_default())? })
    }
}

impl fmt::Display for Backtrace {
    /// A line for each site, each with its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.iter().flatten().try_for_each(|site| writeln!(f, "{site}"))?;
        if self.hidden > 0 {
            writeln!(f, "  … {} calls", self.hidden)?;
        }
        self.last.iter().flatten().try_for_each(|site| writeln!(f, "{site}"))
    }
}

/// An instruction that had been come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// Its address, or where a call returns to.
    address: u32,
    /// Whether a call returns to there.
    returns: bool,
}

impl Point {
    /// A byte of the instruction itself: that of a call ends where it returns to.
    fn inside(self) -> u32 {
        self.address.wrapping_sub(u32::from(self.returns))
    }
}

/// The instructions that had been come to, the innermost first. The code that nothing called is not among them: it is no
/// function of the program's.
fn points(
    frames: &Frames<'_>,
    registers: Registers,
    memory: &mut dyn FnMut(u32) -> Option<u32>,
) -> Result<Vec<Point>, Error> {
    let (mut registers, mut returns) = (registers, false);
    let mut points = Vec::new();
    while points.len() < MOST {
        let point = Point { address: registers[frames::PC] & !1, returns };
        let caller = frames.caller(point.inside(), &registers, memory)?;
        // A branch to where no code is has left its caller's place in lr.
        let caller = match caller {
            Caller::Unknown if points.is_empty() => frames::by_link(&registers),
            Caller::Unknown => break,
            caller => caller,
        };
        if caller == Caller::Nobody {
            break;
        }
        points.push(point);
        let (before, called) = match caller {
            Caller::Call(before) => (before, true),
            Caller::Interrupted(before) => (before, false),
            Caller::Lost | Caller::Nobody | Caller::Unknown => break,
        };
        (registers, returns) = (before, called);
    }
    Ok(points)
}

/// What says where instructions belong.
struct Tables<'f> {
    lines: Lines,
    firmware: Firmware,
    dwarf: gimli::Dwarf<sections::Slice<'f>>,
}

impl Tables<'_> {
    /// The functions that an instruction belongs to, the innermost first.
    fn sites(&self, point: Point) -> Result<Vec<Site>, Error> {
        let inside = point.inside();
        let scopes = scopes::at(&self.dwarf, inside).map_err(sections::damaged)?;
        if scopes.is_empty() {
            let symbol = self.firmware.function(inside);
            let function = symbol.map(|symbol| plain(&symbol.name).to_string());
            return Ok(vec![Site { function, place: Place::Address(point.address), inlined: false }]);
        }
        let row = self.lines.at(inside);
        let mut place = row.map_or(Place::Compiler, |row| Place::Source {
            path: self.lines.files.get(row.file).cloned().unwrap_or_default(),
            line: row.line,
            column: row.column,
        });
        let sites = scopes.into_iter().enumerate().rev().map(|(depth, scope)| {
            let call = scope.call.unwrap_or(Place::Compiler);
            let place = std::mem::replace(&mut place, call);
            Site { function: Some(scope.name), place, inlined: depth > 0 }
        });
        Ok(sites.collect())
    }
}

/// The name of a function that its module keeps for itself, `pn::module::name$…`, without what stands around it.
fn plain(name: &str) -> &str {
    let inside = name.strip_prefix("pn::").and_then(|rest| rest.split_once("::"));
    inside.and_then(|(_, rest)| rest.rsplit_once("$fn(")).map_or(name, |(plain, _)| plain)
}
