//! What a machine is made of.

use devices::Bus;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::time::Duration;

/// A region of memory; both numbers are multiples of 4096.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its first byte.
    pub start: u32,
    /// Its size in bytes.
    pub bytes: u32,
    /// Whether the program may write to it.
    pub writable: bool,
}

/// Flash and RAM of the nRF51822: 256 KiB and 16 KiB.
pub const NRF51: [Memory; 2] = [
    Memory { start: 0, bytes: 0x4_0000, writable: false },
    Memory { start: 0x2000_0000, bytes: 0x4000, writable: true },
];

/// How time passes for devices, and when interrupts are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// By the cycles of instructions; an interrupt is taken before the next instruction.
    #[default]
    Cycles,
    /// As in the VM, so that traces can be compared: one step with each volatile access; an interrupt is taken before a
    /// volatile access, when the program sleeps, and behind an operation on the machine itself.
    Accesses,
}

/// What semihosting reaches.
pub struct Console {
    /// Standard input.
    pub input: Box<dyn Read>,
    /// Standard output.
    pub output: Box<dyn Write>,
    /// Standard error.
    pub error: Box<dyn Write>,
    /// The command line.
    pub arguments: Vec<Vec<u8>>,
}

impl Default for Console {
    /// No input, output that is dropped, no arguments.
    fn default() -> Console {
        Console {
            input: Box::new(io::empty()),
            output: Box::new(io::sink()),
            error: Box::new(io::sink()),
            arguments: Vec::new(),
        }
    }
}

/// What a machine is made of.
pub struct Settings {
    /// Memory.
    pub memory: Vec<Memory>,
    /// Where hardware registers are beside the architecture's places for them (0x40000000–0x5fffffff and
    /// 0xe0000000–0xe00fffff). The pages of 4096 bytes that they lie in hold nothing else.
    pub registers: Vec<Range<u32>>,
    /// What is behind hardware registers. With a controller of interrupts on it, and without SysTick, it gets one.
    pub bus: Bus,
    /// How time passes.
    pub clock: Clock,
    /// Cycles of `MULS`: [`thumb::FAST_MULTIPLY`] or [`thumb::SMALL_MULTIPLY`].
    pub multiply: u32,
    /// Whether what the processor cannot do is an exception, HardFault, as it is in the chip; else it ends the run. So does
    /// an exception without a handler then not happen, while in the chip it is a fault.
    pub faults_are_exceptions: bool,
    /// Whether an access that the bus refuses is such a fault; else it ends the run.
    pub refusals_are_faults: bool,
    /// Whether the run stops before such an exception, with [`super::Stop::Raised`]; when it goes on, the exception comes.
    pub stops_at_faults: bool,
    /// Below this address the main stack may not grow: an instruction that moves the stack pointer there ends the run, with
    /// [`super::Stop::StackOverflow`], and so does an exception without room. The chip goes on, and data is overwritten.
    pub stack_limit: Option<u32>,
    /// Whether a program that sleeps for ever goes on, as in the VM; else that ends the run.
    pub sleeps_lightly: bool,
    /// Whether to count how often each instruction runs.
    pub profile: bool,
    /// What semihosting reaches; without it `bkpt 0xab` is a fault.
    pub console: Option<Console>,
}

impl Default for Settings {
    /// An nRF51822 without devices, as a chip.
    fn default() -> Settings {
        Settings {
            memory: NRF51.to_vec(),
            registers: Vec::new(),
            bus: Bus::new(),
            clock: Clock::Cycles,
            multiply: thumb::FAST_MULTIPLY,
            faults_are_exceptions: true,
            refusals_are_faults: false,
            stops_at_faults: false,
            stack_limit: None,
            sleeps_lightly: false,
            profile: false,
            console: Some(Console::default()),
        }
    }
}

/// How far a run may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Stops when this address is next; bit 0 does not count.
    pub until: Option<u32>,
    /// Stops after so many instructions.
    pub instructions: Option<u64>,
    /// Stops after so long.
    pub time: Option<Duration>,
}
