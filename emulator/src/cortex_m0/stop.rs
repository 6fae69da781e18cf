//! Why a run ended.

use std::fmt;

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The address that was waited for is next.
    Reached,
    /// The program ended by semihosting, with this status.
    Exited(u32),
    /// A trap: the instruction `udf #code` at this address.
    Trap {
        /// Its number, the column `code` of the table of traps.
        code: u8,
        /// Its address.
        address: u32,
    },
    /// Something else that the processor cannot do.
    Fault(Fault),
    /// The stack has grown below its limit, by the instruction before the one at this address, or by an exception that came
    /// before that one.
    StackOverflow(u32),
    /// A fault whose exception comes next; registers are those that its instruction found.
    Raised(Fault),
    /// A fault in the handler of a fault or of the NMI, or on the way to it: the processor stands still (ARM DDI 0419,
    /// B1.5.15).
    Lockup(Fault),
    /// A volatile access that the bus refused, in words.
    Hardware(String),
    /// The program sleeps, and nothing will wake it.
    Asleep,
    /// The program asked for a reset.
    Reset,
    /// As many instructions as were allowed.
    Limit,
    /// As long as was allowed.
    TimedOut,
}

/// What the processor cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What, in words.
    pub what: String,
    /// The trap's number, if it was one.
    pub trap: Option<u8>,
    /// The address of the instruction.
    pub address: u32,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#010x}", self.what, self.address)
    }
}

impl Fault {
    /// The stop that it is for a machine whose faults have no handler.
    pub(super) fn stop(self) -> Stop {
        match self.trap {
            Some(code) => Stop::Trap { code, address: self.address },
            None => Stop::Fault(self),
        }
    }
}
