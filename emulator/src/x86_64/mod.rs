//! Static executables for x86-64 on an emulated processor (Unicorn), under as much of Linux as the host runtime uses.
//!
//! [`run`] loads the segments of an ELF file, puts arguments and environment where the kernel does, and serves system calls,
//! signals and hardware registers. The program sees nothing of this machine: its clock, files and memory are not there, and
//! what it opens for writing is kept and handed back.
//!
//! | file | |
//! |---|---|
//! | `image` | what of an ELF file is loaded |
//! | `stack` | the stack that a program begins with |
//! | `kernel` | system calls |
//! | `signal` | faults, and how a handler of the program gets them |
//! | `machine` | the processor, its memory, hardware registers on the bus |
//!
//! Unicorn knows neither AVX, FMA nor F16C: it refuses some of their instructions and does others wrongly; and it sets no
//! flags of the floating-point status. Programs for baseline x86-64 that do not read it are what it is for.

mod image;
mod kernel;
mod machine;
mod signal;
mod stack;

pub use machine::run;

use devices::Bus;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::time::Duration;

/// What stands around a program.
pub struct Host {
    /// Its arguments, the first is its name. No zero byte may be among their bytes.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: Vec<Vec<u8>>,
    /// Standard input.
    pub input: Box<dyn Read>,
    /// Standard output.
    pub output: Box<dyn Write>,
    /// Standard error.
    pub error: Box<dyn Write>,
    /// What is behind hardware registers.
    pub bus: Bus,
    /// Where hardware registers are, in bytes. The pages that they lie in hold nothing else.
    pub registers: Vec<Range<u64>>,
    /// How long it may run; without an end when none is given.
    pub limit: Option<Duration>,
}

impl Default for Host {
    /// No arguments, no input, output that is dropped, no devices, no limit.
    fn default() -> Host {
        Host {
            arguments: Vec::new(),
            environment: Vec::new(),
            input: Box::new(io::empty()),
            output: Box::new(io::sink()),
            error: Box::new(io::sink()),
            bus: Bus::new(),
            registers: Vec::new(),
            limit: None,
        }
    }
}

/// What came of a program.
pub struct Run {
    /// How it ended.
    pub end: End,
    /// The files that it opened for writing: paths and contents, in the order in which they were opened.
    pub files: Vec<(Vec<u8>, Vec<u8>)>,
    /// The bus that it had.
    pub bus: Bus,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this status.
    Exited(u8),
    /// By a signal that it does not handle.
    Killed(u8),
    /// An access to a hardware register that the bus refused, in words.
    Hardware(String),
    /// It ran too long.
    TimedOut,
}
