//! How a program is run, and what it is connected to.

use crate::native::NativeConfig;
use devices::Bus;
use std::io::{self, Read, Write};

/// How accesses to memory are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemoryMode {
    /// An access goes through when it is inside the guest's memory.
    #[default]
    Fast,
    /// An access goes through when it is inside a live object that its pointer belongs to, aligned, and depends on no
    /// uninitialised byte; anything else is a checked trap.
    Checked,
}

/// How a program is translated and run.
#[derive(Clone, Debug)]
pub struct Config {
    /// How accesses to memory are treated.
    pub memory_mode: MemoryMode,
    /// Whether fuel is accounted for. It always is in modules with `fiber_refuel`.
    pub fuel: bool,
    /// Whether executions of blocks are counted.
    pub profile: bool,
    /// The most bytes of a fiber's operand stack, and of its stack objects: where recursion ends.
    pub stack_bytes: usize,
    /// Bytes of guest memory; without, 1 GiB for pointers of 64 bits and 256 MiB for pointers of 32. Host memory is
    /// taken as it is touched.
    pub memory_bytes: Option<u64>,
    /// Whether a NaN or an infinity that an operation makes of finite operands is the trap `float_exception`.
    pub trap_float_exceptions: bool,
    /// Whether a program that sleeps for ever goes on, as the architecture allows; else that ends the run.
    pub sleeps_lightly: bool,
    /// Room for machine code beside the bytecode; then all addresses lie below 2 GiB.
    pub native: Option<NativeConfig>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            memory_mode: MemoryMode::Fast,
            fuel: false,
            profile: false,
            stack_bytes: 8 << 20,
            memory_bytes: None,
            trap_float_exceptions: false,
            sleeps_lightly: true,
            native: None,
        }
    }
}

/// What a program reaches outside itself.
pub struct Host {
    /// File descriptor 0.
    pub input: Box<dyn Read>,
    /// File descriptor 1.
    pub output: Box<dyn Write>,
    /// File descriptor 2.
    pub error: Box<dyn Write>,
    /// The arguments of the program, its name not among them.
    pub arguments: Vec<Vec<u8>>,
    /// The devices.
    pub bus: Bus,
}

impl Default for Host {
    /// No input, no arguments, no devices; output goes nowhere.
    fn default() -> Host {
        Host {
            input: Box::new(io::empty()),
            output: Box::new(io::sink()),
            error: Box::new(io::sink()),
            arguments: Vec::new(),
            bus: Bus::new(),
        }
    }
}
