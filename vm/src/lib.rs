//! The bytecode engine: the meaning of native IR, which all other engines are compared with.
//!
//! A [`Program`] is a verified module, translated; a [`Vm`] runs it.
//!
//! | file | what |
//! |---|---|
//! | `word`, `operation` | the bytecode: words, and the table of operations |
//! | `translate/` | from functions to bytecode |
//! | `machine`, `handlers/` | registers, dispatch, and what each operation does |
//! | `frame`, `stack`, `fiber` | frames on the operand stacks of fibers |
//! | `vm`, `schedule`, `service`, `runtime` | the machine as a whole: memory, fibers, devices, the runtime's functions |
//! | `exception` | handlers of interrupts, faults and other exceptions; sleep |
//! | `native` | machine code beside bytecode |
//! | `memory/` | the guest's memory, and what checked mode knows of it |
//! | `report`, `profile`, `listing` | what people read: traps, counts, bytecode |

mod config;
mod exception;
mod fiber;
mod frame;
mod handlers;
mod listing;
mod machine;
mod memory;
mod native;
mod operation;
mod profile;
mod program;
mod report;
mod runtime;
mod schedule;
mod service;
mod stack;
mod translate;
mod vm;
mod word;

pub use config::{Config, Host, MemoryMode};
pub use exception::Halt;
pub use fiber::{FiberStatus, signal};
pub use native::{Called, Native, NativeConfig, Stop, Tier};
pub use profile::{BlockCount, Profile};
pub use program::Program;
pub use report::{CallSite, ObjectNote, TrapReport};
pub use vm::{Error, Outcome, Vm};
