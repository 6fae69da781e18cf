//! From artifacts to files: ELF objects, executables and archives, with DWARF and unwinding tables.
//!
//! A writer takes [`Unit`]s: verified modules, each with the certified machine code that an emitter made of it. [`object()`] writes
//! one module for a linker, together with the runtime helpers that it uses; [`executable`] links units into a static
//! program by itself; [`hosted_object`] and [`link_command`] make a program with the C library; [`firmware`] links
//! units into the memory image of a machine without an operating system; [`archive`] bundles objects;
//! [`runtime_archive`] makes the runtime library a linker's. Data objects are laid out here, from the module.
//!
//! Equal inputs give equal bytes: no time, path of this machine or random number enters a file.

mod archive;
mod arm;
mod data;
mod dwarf;
mod error;
mod exe;
pub mod firmware;
mod handwritten;
mod host;
mod linker;
mod machine;
mod mangle;
mod note;
mod program;
mod relocatable;
mod section;
mod unwind;

pub use archive::archive;
pub use dwarf::{Debug, DwarfVersion, PathMap};
pub use error::Error;
pub use exe::{Executable, executable, hosted_object, stack_of};
pub use host::host;
pub use linker::link_command;
pub use program::Unit;
pub use relocatable::{object, runtime_archive};
